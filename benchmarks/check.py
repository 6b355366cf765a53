"""Checking texts: decisions beside plain embedding similarity, and sentences a second on one core.

    .venv/bin/python benchmarks/check.py

The baseline gives each claim the standing of the proposition that lies nearest to it in meaning (wordllama), as a search engine would.
Claims of `held-out.csv` were written by somebody who did not see the rules, and the rules were never changed by them.
"""

from __future__ import annotations

import csv
import datetime
import math
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from leeward.evidence.answer import index_of
from leeward.evidence.claims.check import check
from leeward.evidence.claims.judging import FIRMNESS
from leeward.evidence.meaning import meaning
from leeward.evidence.statements import propositions, statements
from leeward.knowledge import load_knowledge

ROOT = Path(__file__).parents[1]
FILES = {
    "development (37)": ROOT.parent / "shared" / "reference" / "claims-dev.csv",
    "pairs of ours": ROOT / "tests" / "spec" / "claims" / "adversarial.csv",
    "paraphrased, seen": ROOT / "tests" / "spec" / "claims" / "paraphrased.csv",
    "pairs by others, seen": ROOT / "tests" / "spec" / "claims" / "adversarial-by-others.csv",
    "other wordings, seen": ROOT / "tests" / "spec" / "claims" / "dev3.csv",
    "other wordings, set apart": ROOT / "tests" / "spec" / "claims" / "dev3-apart.csv",
    "held out": ROOT / "tests" / "spec" / "claims" / "held-out.csv",
}
LABELS = ("contradicted", "supported", "unverifiable")
GRAVEST = ("contradicted", "misleading", "out of date", "conflicting", "unverifiable", "supported", "none")
AS_LABEL = {
    "misleading": "contradicted",
    "out of date": "contradicted",
    "conflicting": "unverifiable",
    "none": "unverifiable",
}
ON = datetime.date(2026, 11, 22)
KNOWLEDGE = load_knowledge()


def by_rules(text: str) -> str:
    """The gravest decision of the checker as a label."""
    told = check(text, on=ON, knowledge=KNOWLEDGE, stale_after_days=180)
    gravest = min((claim.decision for claim in told.claims), key=GRAVEST.index, default="none")
    return AS_LABEL.get(gravest, gravest)


def by_nearness() -> Callable[[str], str] | None:
    """The baseline: the standing of the nearest proposition; None where the model is not installed."""
    model = meaning()
    if model is None:
        return None
    known = propositions(KNOWLEDGE)
    vectors = model.vectors([one.sentence for one in known.values()])
    standings: list[str] = []
    for id in known:
        sides = {"supports": 0, "refutes": 0}
        for one in statements(KNOWLEDGE).values():
            if one.proposition == id and one.direction != "uncertain":
                sides[one.direction] = max(sides[one.direction], FIRMNESS[one.certainty])
        even = sides["supports"] == sides["refutes"]
        standings.append(
            "unverifiable" if even else "supported" if sides["supports"] > sides["refutes"] else "contradicted"
        )

    def nearest(text: str) -> str:
        return standings[int((vectors @ model.vectors([text])[0]).argmax())]

    return nearest


def share(hits: int, of: int) -> str:
    """A share with its 95 % Wilson interval."""
    if not of:
        return "-"
    z, p = 1.96, hits / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{hits}/{of} ({100 * (middle - half):.0f} to {100 * (middle + half):.0f} %)"


def figures(rows: Sequence[dict[str, str]], judge: Callable[[str], str]) -> str:
    """Recall of what is dangerous, false accusations, abstention and what is right, each with its interval."""
    found: Counter[tuple[str, str]] = Counter()
    grave = caught = 0
    for row in rows:
        answer = judge(row["claim"])
        found[row["label"], answer] += 1
        if row["label"] == "contradicted" and row["severity"] == "3":
            grave += 1
            caught += answer == "contradicted"
    of = {label: sum(found[label, answer] for answer in LABELS) for label in LABELS}
    right = sum(found[label, label] for label in LABELS)
    settled = of["contradicted"] + of["supported"]
    abstained = found["contradicted", "unverifiable"] + found["supported", "unverifiable"]
    return (
        f"dangerous found {share(caught, grave)}; contradicted found {share(found['contradicted', 'contradicted'], of['contradicted'])}; "
        f"sound accused {share(found['supported', 'contradicted'], of['supported'])}; "
        f"abstained {share(abstained, settled)}; right {share(right, len(rows))}"
    )


def speed() -> None:
    """Sentences a second, without and with the search over meaning for what is not judged."""
    text = (ROOT / "examples" / "consumer-article.md").read_text(encoding="utf-8") * 20
    for name, index in (("without the model", None), ("with the model", index_of(KNOWLEDGE))):
        check(text[:2_000], on=ON, knowledge=KNOWLEDGE, stale_after_days=180, index=index)
        start = time.process_time()
        told = check(text, on=ON, knowledge=KNOWLEDGE, stale_after_days=180, index=index)
        print(f"{name}: {told.sentences / (time.process_time() - start):,.0f} sentences a second of one core")


def main() -> None:
    """Prints the figures."""
    nearness = by_nearness()
    for name, file in FILES.items():
        if not file.exists():
            print(f"{name}: not here")
            continue
        with file.open(newline="", encoding="utf-8") as opened:
            rows = list(csv.DictReader(opened))
        print(f"{name}, {len(rows)} claims\n  rules:     {figures(rows, by_rules)}")
        if nearness:
            print(f"  nearness:  {figures(rows, nearness)}")
    speed()


if __name__ == "__main__":
    main()
