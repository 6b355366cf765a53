"""Labels on which nothing names the kratom family: another drug, another thing, or nothing that can be told.

Hazard: a label that does not name kratom may still hold it, so silence is never read as absence.
"""

from __future__ import annotations

from leeward.products.identity.reading import Mention
from leeward.products.identity.spelling import BREAK, COMMA
from leeward.products.identity.weighing import Evidence, Verdict

CLAIM = "A label is a claim, not a measurement."


def outside_the_family(evidence: Evidence, denied: tuple[Mention, ...]) -> Verdict:
    """A label on which nothing names the kratom family."""
    evidence.doubts.append(CLAIM)
    if evidence.species and not evidence.others:
        return _another_species(evidence)
    substances = [evidence.lexicon.concepts[mention.id].substance for mention in evidence.others]
    titles = [mention.title for mention in evidence.others]
    evidence.decided((*evidence.others, *evidence.kava, *evidence.companions))
    if evidence.brand is not None and evidence.sells("tianeptine"):
        substances += evidence.brand.holds
    if not evidence.elsewhere or evidence.others:
        street = _street(evidence)
        substances += street.values()
        evidence.because += [
            f"The label names {id}" if told == id else f'"{told}": {id}'
            for told, id in street.items()
            if f"The label names {id}" not in evidence.because
        ]
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
    perhaps = _for_the_skin(evidence)
    if perhaps is not None:
        return perhaps
    evidence.decided(evidence.elsewhere)
    _say_perhaps_brand(evidence)
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


def _another_species(evidence: Evidence) -> Verdict:
    evidence.decided(evidence.species)
    evidence.doubts.append(
        "What another species of Mitragyna does, and whether kratom was put in its place, is not known here."
    )
    return Verdict(
        class_="cannot-tell",
        family="not-kratom",
        confidence="low",
        says="another Mitragyna species; not Mitragyna speciosa; what it contains is not known here",
    )


_BESIDE = 3
"""Words beside the name of a brand that has other uses, at most, for it to be taken as the brand of goods for the skin."""


def _for_the_skin(evidence: Evidence) -> Verdict | None:
    """Goods for the skin under the name of a kratom brand that needs other words to be told ("Pain Out gel")."""
    for mention in evidence.reading.of("brand"):
        words = [word for word in evidence.reading.words if word not in (BREAK, COMMA)]
        told = mention.end - mention.start
        if evidence.skin and told > 1 and len(words) - told <= _BESIDE:
            evidence.brand = evidence.lexicon.brands[mention.id]
            evidence.because.append(f'"{evidence.reading.told(mention)}": perhaps the kratom brand {mention.title}')
            return brand_goods(evidence, evidence.skin)
    return None


def _say_perhaps_brand(evidence: Evidence) -> None:
    """Say where words are also the name of a kratom brand, beside goods that the brand is not known to sell."""
    for mention in evidence.reading.of("brand"):
        brand = evidence.lexicon.brands[mention.id]
        if brand.class_ != "tianeptine" and not evidence.brand_sure:
            evidence.because.append(
                f'"{evidence.reading.told(mention)}": also the name of a kratom brand ({brand.title}), which is not known to '
                "sell this; nothing else on the label points to kratom"
            )


def _called(evidence: Evidence, mention: Mention) -> str:
    told = evidence.reading.told(mention)
    return mention.title if told in mention.title.casefold() else f"{mention.title} ({told})"


def brand_goods(evidence: Evidence, goods: tuple[Mention, ...]) -> Verdict:
    """Other goods of a kratom brand, or an article that bears the name of kratom."""
    evidence.doubts.append(CLAIM)
    evidence.decided(goods)
    what = " and ".join(dict.fromkeys(_called(evidence, mention) for mention in goods))
    bears = f"the kratom brand {evidence.brand.title}" if evidence.brand is not None else "kratom"
    if all(mention.kind == "article" for mention in goods):
        return Verdict(
            class_="not-kratom", family="not-kratom", confidence="moderate", says=f"{what} with the name of {bears}"
        )
    evidence.doubts.append("Whether this product holds kratom is not known: the name of the brand does not settle it.")
    return Verdict(
        class_="cannot-tell",
        family="cannot-tell",
        confidence="low",
        says=f"names {bears}, but also {what}, which is not the kratom that the brand is known for; class not known",
        contains=tuple(
            dict.fromkeys(mention.title for mention in (*evidence.kava, *evidence.companions) if mention in goods)
        ),
    )


def _cannot_tell(evidence: Evidence, denied: tuple[Mention, ...]) -> str:
    absent = " and ".join(dict.fromkeys(mention.title for mention in denied if mention.denied))
    if absent:
        return f"cannot tell what this is; the label says that it holds no {absent}"
    tested = " and ".join(dict.fromkeys(mention.title for mention in denied))
    if tested:
        return f"cannot tell what this is; the label says that it was tested for {tested}, which is not verified"
    if evidence.shorthands:
        return _perhaps(evidence)
    places = evidence.reading.of("place", "strain")
    if places:
        evidence.decided(places, "a name that kratom is sold under, and many other things are")
        return "cannot tell what this is; a place or strain name alone is no evidence of kratom, nor against it"
    return "cannot tell what this is; nothing on the label names kratom, which does not rule it out"


def _perhaps(evidence: Evidence) -> str:
    """A shorthand that is said of other things too."""
    perhaps: dict[str, None] = {}
    for mention in evidence.shorthands:
        concept = evidence.lexicon.concepts[mention.id]
        told = evidence.reading.told(mention)
        evidence.because.append(f'"{told}": perhaps {mention.title}; {concept.note}')
        evidence.sources += concept.sources
        perhaps[f'"{told}" may stand for {mention.title} or for something else: ask which'] = None
    return f"cannot tell what this is; {' and '.join(perhaps)}"


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
