"""The fields of a certificate: its product, lot, laboratory, day and method, and the masses that it states."""

from __future__ import annotations

import datetime
import re

from leeward.products.contents.certificate_columns import Sheet, head_key, is_empty, kind_of_head
from leeward.products.contents.printed import COMMA, NUMBER
from leeward.products.recalls.dates import days_in
from leeward.products.wording import fold, plain

_PROPERTIES = {
    "moisture": "moisture_percent",
    "moisturecontent": "moisture_percent",
    "lossondrying": "moisture_percent",
    "watercontent": "moisture_percent",
    "density": "density_g_per_ml",
    "specificgravity": "density_g_per_ml",
    **dict.fromkeys(
        ("unitweight", "averageunitweight", "unitmass", "capsuleweight", "tabletweight", "averagecapsuleweight",
         "averagetabletweight", "capsulefillweight", "articlemass", "averageweight",
         "tabletmass", "capsulemass", "articleweight", "gummyweight", "pieceweight", "averagetabletmass", "averagecapsulemass",
         "weightpertablet", "weightpercapsule", "weightperunit", "masspertablet", "masspercapsule"),
        "article_g",
    ),
}  # fmt: skip


def take_property(sheet: Sheet, name: str, text: str) -> bool:
    """Take what the certificate says of the sample beside its contents, such as its moisture; False where it is none."""
    field = _PROPERTIES.get(head_key(re.sub(r"\(.*", "", name)))
    if field is None:
        return False
    found = re.fullmatch(rf"\s*({NUMBER})\s*(%|g/mL|g/cm3|mg|g)?\s*(?:w/w)?\s*", text, re.IGNORECASE)
    if found is None or COMMA.search(text):
        return False
    unit = (found[2] or "").casefold()
    if field == "article_g" and unit not in ("g", "mg"):
        return False
    value = float(found[1]) / (1000 if unit == "mg" else 1)
    if value <= 0 or (field == "moisture_percent" and value >= 100):
        return False
    sheet.basis[field] = value
    return True


_LONGEST = 2_000
"""Letters of a line on the product that are searched for its lot; a longer one is no name."""

_SLASHED = re.compile(r"\b(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})\b")


def day_printed(text: str) -> datetime.date | None:
    """The day that a text prints; None where it prints none, or where day and month could be exchanged.

    >>> day_printed("Mar 5, 2026"), day_printed("05/03/2026") is None, day_printed("05/13/2026")
    (datetime.date(2026, 3, 5), True, datetime.date(2026, 5, 13))
    """
    slashed = _SLASHED.search(text)
    if slashed and int(slashed[1]) <= 12 and int(slashed[2]) <= 12 and slashed[1] != slashed[2]:
        return None
    days = days_in(fold(text))
    return days.first if days is not None and days.first == days.last else None


def take_field(sheet: Sheet, name: str, value: str) -> bool:
    """Take a line such as `Lot: A12`; False where the name is none that is known, or the value cannot be read."""
    kind, value = kind_of_head(re.sub(r"[#.]", "", name)), plain(value).strip(" ,;")
    if not value:
        return False
    if kind == "product" and len(value) <= _LONGEST:
        value = take_asides(sheet, value) or value
    if kind == "method" and not is_empty(value):
        sheet.method = value
        return True
    if kind in ("product", "lot", "laboratory"):
        if getattr(sheet, kind):
            return getattr(sheet, kind) == value
        setattr(sheet, kind, value)
        return True
    if kind == "date":
        day = day_printed(value)
        if day is None:
            sheet.notes.append(
                f"The date {value[:30]} is not read: day and month could be exchanged, or it is no date."
            )
            return True
        sheet.date = sheet.date or day
        return True
    if kind == "sample_mass":
        found = re.fullmatch(rf"({NUMBER})\s*(mg|g|grams?)?", value, re.IGNORECASE)
        if found is None or not (found[2] or head_key(name).endswith("g")):
            return False
        sheet.sample_mass_g = float(found[1]) / (1000 if (found[2] or "").casefold() == "mg" else 1)
        return True
    return take_serving(sheet, name, value) or take_property(sheet, name, value)


_WEIGHT = re.compile(
    rf"[,;(]?\s*\b(?P<name>(?:average\s+|avg\.?\s+|net\s+)?(?:tablet|capsule|gummy|piece|article|unit)\s+(?:fill\s+)?(?:weight|mass)"
    rf"|(?:weight|mass)\s+per\s+(?:tablet|capsule|unit))\s*[:=]?\s*(?P<number>{NUMBER})\s*(?P<unit>mg|g)\b(?![/,\d])\s*\)?",
    re.IGNORECASE,
)
_LOT_ASIDE = re.compile(
    r"(?<=\S)[\s,;(]+\b(?:lot|batch)\b\s*(?:no|number|id|code)?\s*[.:#]*\s*(?P<lot>(?=[^\s,;()]*\d)[A-Za-z0-9][^\s,;()]*)\)?[,;]?",
    re.IGNORECASE,
)


def without_lot(text: str) -> str:
    """The line without `Lot Z1`; itself where none stands behind something."""
    return _LOT_ASIDE.sub(" ", text)


def take_asides(sheet: Sheet, text: str) -> str:
    """Take the lot and the mass of one article that stand within a line on the product; the rest of the line.

    What contradicts something already taken stays in the line.
    """
    return take_lot(sheet, take_weight(sheet, text))


def take_weight(sheet: Sheet, text: str) -> str:
    """Take `tablet weight 550 mg` out of a line; the rest of it."""
    for found in _WEIGHT.finditer(text):
        grams = float(found["number"]) / (1000 if found["unit"].casefold() == "mg" else 1)
        if grams > 0 and sheet.basis.get("article_g", grams) == grams:
            sheet.basis["article_g"] = grams
            text = text.replace(found[0], " ", 1)
    return text.strip(" ,;")


def take_lot(sheet: Sheet, text: str) -> str:
    """Take `Lot Z1` out of a line that has something before it; the rest of it."""
    several = list(_LOT_ASIDE.finditer(text))
    if len(several) != 1 or sheet.lot not in ("", several[0]["lot"]):
        return text
    found = several[0]
    sheet.lot = found["lot"]
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split()).strip(" ,;")


def take_serving(sheet: Sheet, name: str, value: str) -> bool:
    """Take `Serving size: 2 capsules (1.2 g)`."""
    if head_key(name) not in ("servingsize", "serving"):
        return False
    articles = re.search(
        rf"({NUMBER})\s*(?:capsule|tablet|cap|tab|gumm|piece|shot|chew|softgel|strip)", value, re.IGNORECASE
    )
    mass = re.search(rf"({NUMBER})\s*(mg|g|mL)\b", value, re.IGNORECASE)
    if articles:
        sheet.basis["articles_per_serving"] = float(articles[1])
    if mass:
        unit = mass[2].casefold()
        number = float(mass[1]) / (1000 if unit == "mg" else 1)
        sheet.basis["serving_ml" if unit == "ml" else "serving_g"] = number
    return bool(articles or mass)
