"""Which substance a product label names, by whole words alone. Likeness decides nothing.

Hazard: "17-hydroxyprogesterone" holds the letters of 7-hydroxy and is a hormone. "O.P.M.S." is a kratom brand
(Optimized Plant Mediated Solutions), never a name of opioid withdrawal management.
"""

from __future__ import annotations

import re

import msgspec

from leeward.casefile.names import UNKNOWN_SUBSTANCE, substance_named
from leeward.casefile.spelling import slug
from leeward.knowledge import Knowledge
from leeward.model.missing import UNKNOWN, Missing

_PSEUDOINDOXYL = re.compile(r"pseudo-?indoxyl")
_MGM = re.compile(r"(?<![a-z0-9])mgm-?(1[56])(?![0-9])")
_DIHYDRO = re.compile(r"(?<![a-z0-9])dihydro-?7-?(?:oh|hydroxy)")
_SEVEN_HYDROXY = re.compile(
    r"(?<![a-z0-9])(?<!dihydro-)(?<!fluoro-)7-?"
    r"(?:oh(?:-?(?:mz|mg|m|mit|mitragynine))?|hydroxy(?:-?mitragynine)?|hmg)(?![a-z0-9])"
)
_TIANEPTINE = re.compile(r"(?<![a-z0-9])tianeptine(?![a-z0-9])")
_OPMS = re.compile(r"(?<![a-z0-9])o-?p-?m-?s(?![a-z0-9])|optimized-plant-mediated-solutions?")
_KRATOM = re.compile(r"(?<![a-z0-9])(?:kratom|ketum|mitragyna|maeng-?da)(?![a-z0-9])")
_MITRAGYNINE = re.compile(r"(?<![a-z0-9])mitragynine(?![a-z0-9])")
_EXTRACT = re.compile(
    r"(?<![a-z0-9])(?:extracts?|shots?|liquid|concentrated?|resin|tincture|isolate|enhanced)(?![a-z0-9])"
)
_LEAF = re.compile(r"(?<![a-z0-9])(?:powder|powdered|leaf|leaves|tea)(?![a-z0-9])")
_CAPSULES = re.compile(r"(?<![a-z0-9])(?:capsules?|caps)(?![a-z0-9])")
_EXTRACT_OF_BRAND = re.compile(r"(?<![a-z0-9])(?:black|gold-liquid|liquid-gold)(?![a-z0-9])")


class Product(msgspec.Struct, frozen=True):
    """What a label says: the substance, whether Leeward makes anything of it, and what to keep in sight."""

    substance: str | Missing
    recognised: bool
    says: str = ""


def product_named(text: str, knowledge: Knowledge) -> Product:
    """The substance of a product by the words on its label.

    A label that names two substances has none that can be acted on alone, so it stays unknown and both are said.
    """
    label = slug(text)
    named = _substances_in(label, knowledge)
    if len(named) == 1:
        return Product(named[0], True)
    if named:
        return Product(UNKNOWN, True, f"names {' and '.join(named)}")
    if _KRATOM.search(label) or _OPMS.search(label):
        return Product(UNKNOWN, True, "kratom product, leaf or extract not known")
    return Product(UNKNOWN, False)


def _substances_in(label: str, knowledge: Knowledge) -> list[str]:
    found = [f"mgm-{number}" for number in dict.fromkeys(_MGM.findall(label))]
    if _DIHYDRO.search(label) and "mgm-15" not in found:
        found.append("mgm-15")
    if _PSEUDOINDOXYL.search(label):
        found.append("mitragynine-pseudoindoxyl")
    if _SEVEN_HYDROXY.search(label):
        found.append("7-hydroxymitragynine")
    tianeptine = _TIANEPTINE.search(label) or _aliases_in(label, "tianeptine", knowledge)
    if tianeptine:
        found.append("tianeptine")
    if not found or tianeptine:
        kratom = _kratom(label)
        found += [kratom] if kratom else []
    if not found:
        named = substance_named(label, knowledge)
        # On a label "kratom" alone says nothing of leaf or extract, unlike in somebody's own words.
        if named is not None and named != UNKNOWN_SUBSTANCE and not named.startswith("kratom-"):
            found.append(named)
    return found


def _kratom(label: str) -> str | None:
    brand, kratom = _OPMS.search(label), _KRATOM.search(label)
    if not (brand or kratom or _MITRAGYNINE.search(label)):
        return None
    if _EXTRACT.search(label) or (brand and _EXTRACT_OF_BRAND.search(label)):
        return "kratom-extract"
    # The brand sells extract in capsules too, so its capsules say nothing; nor does mitragynine without kratom.
    leaf = _LEAF.search(label) or (_CAPSULES.search(label) and not brand)
    return "kratom-leaf" if leaf and (brand or kratom) else None


def _aliases_in(label: str, id: str, knowledge: Knowledge) -> bool:
    entry = knowledge.substances.get(id)
    names = () if entry is None else (slug(alias) for alias in entry.aliases)
    return any(f"-{name}-" in f"-{label}-" for name in names)
