"""Goods that bear the name of kratom or of a kratom brand and are something else: gels, shirts, mugs, other supplements.

Hazard: a gel of a kratom brand read as its powder puts it under the powder's recall. Hazard: a flavour is no other good:
"mango shot" of a kratom brand is its shot. A brand that sells kratom in foods and drinks is not doubted for a food's name.
"""

from __future__ import annotations

from leeward.products.identity.reading import Mention
from leeward.products.identity.spelling import BREAK, COMMA
from leeward.products.identity.strengths import UNITS
from leeward.products.identity.weighing import Evidence

_DOSED = frozenset(
    {
        "capsule",
        "chewable",
        "tablet",
        "gummy",
        "liquid shot",
        "liquid",
        "tincture",
        "beverage",
        "edible",
        "resin",
        "inhaled",
    }
)
"""Forms in which kratom itself is sold: beside them a word of the kitchen is a flavour."""

_STIMULANT = "caffeine"
_OF_KRATOM = frozenset({"kratom", "brand", "form", "leaf", "extract", "capsule", "strain-name"})
_GIVEN = frozenset(
    {"free", "with", "plus", "and", "bonus", "includes", "included", "including", "gift", "a", COMMA, BREAK}
)
"""Words before an article that is given along with something else."""
_AFTER = 3
"""Words that may follow the article on a label that names kratom itself."""


def other_goods(evidence: Evidence) -> tuple[Mention, ...]:
    """The words that say that a product is other than kratom although it bears its name or a brand's; empty where none do."""
    named = bool(evidence.kratom or evidence.strains)
    if evidence.seven or evidence.analogues or (not named and evidence.brand is None):
        return ()
    articles = tuple(one for one in evidence.articles if _is_the_article(evidence, one, named))
    if articles:
        return articles
    if named:
        return ()
    brand = evidence.brand
    if evidence.skin:
        return evidence.skin
    if brand is None or brand.in_foods or brand.class_ == "tianeptine":
        return ()
    supplements = tuple(
        one for one in evidence.elsewhere if one.id in ("supplements", "medicines", "vehicles", "household")
    )
    forms = {one.title for one in evidence.reading.of("form")}
    foods = () if forms & _DOSED else tuple(one for one in evidence.elsewhere if one.id in ("food", "body-care"))
    beside = tuple(
        one for one in (*evidence.kava, *evidence.companions) if one.id not in brand.holds and one.id != _STIMULANT
    )
    return supplements or foods or beside


def _is_the_article(evidence: Evidence, article: Mention, named: bool) -> bool:
    """Whether the label is of the article: the last thing that it names, or beside a brand alone, and no amount is stated."""
    words = evidence.reading.words
    if any(word in UNITS for word in words) or any(one.kind == "denied-before" for one in evidence.reading.mentions):
        return False
    after = [word for word in words[article.end :] if word not in (BREAK, COMMA)]
    mentions = evidence.reading.mentions
    before = max(
        (one.end for one in mentions if one.end <= article.start and one.kind in _OF_KRATOM), default=article.start
    )
    given = not _GIVEN.isdisjoint(words[before : article.start])
    last = not any(one.start >= article.end and one.kind in _OF_KRATOM - {"brand"} for one in mentions)
    return last and not given and (not named or len(after) <= _AFTER)
