"""Writes the made-up reports that a demo shows, and what `leeward signals prepare` makes of them.

    .venv/bin/python scripts/write_demo_signals.py

Everything is invented: products, people and numbers. The same seed gives the same reports; only the format of the tables and
what is worked out of them changes with the code.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from leeward.knowledge import load_knowledge
from leeward.signals.prepared import FOLDER
from leeward.signals.preparing import Wanted, prepare
from leeward.signals.store import load
from leeward.web.signals_view import DEMO

NAME = "made-up-reports.csv"
MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)

COLUMNS = (
    "Report ID", "Created Date", "Product Role", "Product", "Industry Code", "Age", "Age Units", "Sex", "Outcomes", "Symptoms",
)  # fmt: skip

PRODUCTS: tuple[tuple[str, str, int], ...] = (
    ("MADE-UP MULTIVITAMIN", "54", 120), ("INVENTED FISH OIL", "54", 90), ("EXAMPLE PROTEIN POWDER", "54", 70),
    ("SAMPLE IRON TABLETS", "54", 60), ("PRETEND SLEEP GUMMIES", "54", 50), ("IMAGINED ENERGY SHOT", "54", 45),
    ("MADE-UP KRATOM POWDER", "54", 22), ("INVENTED KRATOM EXTRACT SHOT", "54", 12), ("EXAMPLE KRATOM CAPSULES", "54", 10),
    ("PRETEND MAENG DA", "54", 4), ("INVENTED FACE CREAM", "53", 110), ("EXAMPLE SHAMPOO", "53", 80),
    ("SAMPLE CHEWING GUM", "33", 30), ("IMAGINED OYSTERS", "16", 60), ("MADE-UP SALAD", "24", 70), ("PRETEND ICE CREAM", "13", 40),
)  # fmt: skip
"""Each invented product, its industry code and how many reports it has."""

TERMS = (
    "NAUSEA", "VOMITING", "DIARRHOEA", "HEADACHE", "DIZZINESS", "RASH", "PRURITUS", "ABDOMINAL PAIN", "FATIGUE", "DYSPNOEA",
    "PALPITATIONS", "CHOKING", "ALOPECIA", "INSOMNIA", "ANXIETY", "CONVULSION", "DEPENDENCE", "WITHDRAWAL SYNDROME",
    "BLOOD BILIRUBIN INCREASED", "JAUNDICE", "SOMNOLENCE", "RESPIRATORY DEPRESSION", "DEATH",
)  # fmt: skip

USUAL = (14, 12, 12, 9, 8, 7, 6, 8, 5, 4, 3, 2, 1, 2, 2, 0.6, 0.15, 0.1, 0.2, 0.2, 0.7, 0.2, 0.2)
"""How often each term is told of anything."""

MORE = {
    "KRATOM": {"DEPENDENCE": 40, "WITHDRAWAL SYNDROME": 60, "CONVULSION": 10, "JAUNDICE": 12, "SOMNOLENCE": 6, "RESPIRATORY DEPRESSION": 8},
    "CREAM": {"RASH": 6, "PRURITUS": 6}, "SHAMPOO": {"ALOPECIA": 40}, "VITAMIN": {"CHOKING": 9}, "OYSTERS": {"VOMITING": 3, "DIARRHOEA": 3},
    "ENERGY": {"PALPITATIONS": 9, "INSOMNIA": 6},
}  # fmt: skip
"""Terms that are told more often of a product whose name holds a word."""

OUTCOMES = ("VISITED A HEALTH CARE PROVIDER", "VISITED AN ER", "HOSPITALIZATION", "OTHER SERIOUS (IMPORTANT MEDICAL EVENTS)", "LIFE THREATENING")  # fmt: skip


def reports() -> str:
    """The invented reports as FDA writes its CAERS extract."""
    random, rows = Random(20261123), list[tuple[object, ...]]()
    names = [(name, code) for name, code, count in PRODUCTS for _ in range(count)]
    random.shuffle(names)
    for number, (name, code) in enumerate(names, 900_001):
        by = {term: more for word, terms in MORE.items() if word in name for term, more in terms.items()}
        weights = [usual * by.get(term, 1) for term, usual in zip(TERMS, USUAL, strict=True)]
        told = sorted(set(random.choices(TERMS, weights, k=random.choice((1, 2, 2, 3)))))
        late = 0.55 if "KRATOM" in name else 0.0
        received = date(2019, 1, 1) + timedelta(days=int(365 * 6 * (late + (1 - late) * random.random())))
        age, unit = random.choice(
            ((random.randint(18, 80), "Year(s)"), (random.randint(18, 60), "Year(s)"), ("", "Not Available"))
        )
        outcomes = ", ".join(sorted(set(random.choices(OUTCOMES, (8, 5, 3, 4, 1), k=random.choice((0, 1, 1, 2))))))
        sex = random.choice(("Female", "Male", "Female", "Male", "Not Reported"))
        day = f"{received.month}/{received.day}/{received.year}"
        rows.append((number, day, "Suspect", name, code, age, unit, sex, outcomes, ", ".join(told)))
        if random.random() < 0.2:
            other = random.choice(PRODUCTS[:6])
            rows.append((number, day, "Concomitant", other[0], other[1], age, unit, sex, outcomes, ", ".join(told)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()


def made(home: Path) -> None:
    """Load the reports into a data folder and work them out."""
    home.mkdir(parents=True, exist_ok=True)
    file = home / NAME
    file.write_text(reports())
    load(file, home, MADE)
    prepare(home, load_knowledge(), MADE, Wanted(made_up=True, backtests=("kratom",)))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder))
        shutil.rmtree(DEMO, ignore_errors=True)
        DEMO.mkdir(parents=True)
        shutil.copytree(Path(folder) / FOLDER, DEMO / FOLDER)


if __name__ == "__main__":
    main()
