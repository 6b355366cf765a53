"""Labels on which nothing names the kratom family: another drug, another thing, or nothing that can be told.

Hazard: a label that does not name kratom may still hold it, so silence is never read as absence.
"""

from __future__ import annotations

from leeward.products.identity.mentions import Mention
from leeward.products.identity.spelling import BREAK, COMMA
from leeward.products.identity.weighing import Evidence, Verdict

CLAIM = "A label is a claim, not a measurement."


def outside_the_family(evidence: Evidence, denied: tuple[Mention, ...]) -> Verdict:
    """A label on which nothing names the kratom family."""
    evidence.doubts.append(CLAIM)
    substances = [evidence.lexicon.concepts[mention.id].substance for mention in evidence.others]
    titles = [mention.title for mention in evidence.others]
    evidence.decided((*evidence.others, *evidence.kava, *evidence.companions))
    if evidence.brand is not None and evidence.sells("tianeptine"):
        substances += evidence.brand.holds
    if not evidence.elsewhere or evidence.others:
        street = _street(evidence)
        substances += street.values()
        evidence.because += [f'"{told}": {id}' for told, id in street.items()]
    substances = list(dict.fromkeys(substances))
    if substances:
        return Verdict(
            class_="other-substance",
            family="not-kratom",
            confidence="moderate",
            says=f"names {' and '.join(substances)}; nothing on the label names kratom",
            substances=tuple(substances),
            substance=substances[0] if len(substances) == 1 else None,
            named=tuple(substances),
            contains=tuple(
                dict.fromkeys((*titles, *(mention.title for mention in (*evidence.kava, *evidence.companions))))
            ),
        )
    evidence.decided(evidence.elsewhere)
    others = (*evidence.elsewhere, *evidence.kava, *evidence.companions)
    if others:
        what = " and ".join(dict.fromkeys(mention.title for mention in others))
        return Verdict(
            class_="not-kratom",
            family="not-kratom",
            confidence="moderate" if not denied else "low",
            says=f"names {what}; nothing on the label says that it holds kratom",
            contains=tuple(dict.fromkeys(mention.title for mention in (*evidence.kava, *evidence.companions))),
        )
    return Verdict(class_="cannot-tell", family="cannot-tell", confidence="low", says=_cannot_tell(evidence, denied))


def _cannot_tell(evidence: Evidence, denied: tuple[Mention, ...]) -> str:
    if denied:
        absent = " and ".join(dict.fromkeys(mention.title for mention in denied))
        return f"cannot tell what this is; the label says that it holds no {absent}"
    places = evidence.reading.of("place", "strain")
    if places:
        evidence.decided(places, "a name that kratom is sold under, and many other things are")
        return "cannot tell what this is; a place or strain name alone is no evidence of kratom, nor against it"
    return "cannot tell what this is; nothing on the label names kratom, which does not rule it out"


_BEFORE_NAME = frozenset(
    {"pressed", "fake", "counterfeit", "street", "generic", "blue", "brand", "one", "a", "my", "the"}
)
_EVERYWHERE = 7
"""Letters from which a drug's name is looked for anywhere on a label and not only at its head."""
_COMMON = frozenset({"alcohol", "stimulant", "datura"})


def _street(evidence: Evidence) -> dict[str, str]:
    """Drugs that Leeward knows, by the words that a label begins with or by a long name anywhere on it."""
    street, found = evidence.lexicon.street, dict[str, str]()
    head: list[str] = []
    forms = evidence.lexicon.by_kind["form"]
    for word in evidence.reading.words[:8]:
        if word in (BREAK, COMMA) or word[:1].isdigit() or word in forms:
            break
        if head or word not in _BEFORE_NAME:
            head.append(word)
    id = street.get(tuple(head)) or street.get(evidence.reading.words)
    if id is not None:
        found[" ".join(head)] = id
    for word in evidence.reading.words:
        named = street.get((word,)) if len(word) >= _EVERYWHERE else None
        if named is not None and named not in _COMMON:
            found.setdefault(word, named)
    return found
