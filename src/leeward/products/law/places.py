"""Which place a word names: a state, the District, a territory, the United States, or a country whose law is not held."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from leeward.errors import BadInput, shown
from leeward.knowledge.knowledge import Knowledge
from leeward.products.law.entries import Jurisdiction
from leeward.products.wording import fold

# Country codes of ISO 3166-1 alpha-2.
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC "
    "CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD "
    "GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH "
    "KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW "
    "MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC "
    "SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY "
    "UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_CODES.split())

TERRITORIES = {
    "AS": "American Samoa",
    "GU": "Guam",
    "MP": "the Northern Mariana Islands",
    "PR": "Puerto Rico",
    "UM": "the US Minor Outlying Islands",
    "VI": "the US Virgin Islands",
}
_BY_NAME = {
    "washington dc": "US-DC",
    "washington d c": "US-DC",
    "dc": "US-DC",
    "d c": "US-DC",
    "usa": "US",
    "us": "US",
    "united states": "US",
    "united states of america": "US",
    **{fold(name).removeprefix("the "): f"US-{code}" for code, name in TERRITORIES.items()},
}
_CODE = re.compile(r"([A-Z]{2})(?:[-_ ]([A-Z0-9]{1,3}))?")
_STYLE = re.compile(r"^(?:the )?(?:(?:state|commonwealth) of )?(?:the )?")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place whose law is asked for. `read_as` says how a word that means several places was read."""

    code: str
    name: str
    kind: Literal["federal", "state", "territory", "foreign", "unknown"]
    read_as: str = ""


UNKNOWN = Place(code="unknown", name="a place that is not known", kind="unknown")


def place_of(text: str | None, knowledge: Knowledge) -> Place:
    """The place that a code or a name means; None is a place that nobody knows.

    Two letters of a US state are that state even where they are a country too, and the place says so.
    Raises BadInput for a word that names no place.
    """
    if text is None:
        return UNKNOWN
    written = " ".join(text[:200].split()).upper().replace("–", "-")
    folded = _STYLE.sub("", fold(text[:200]).replace(".", " ").strip())
    folded = " ".join(folded.replace(",", " ").split())
    found = _named(folded, knowledge)
    if found is not None:
        return found
    code = _CODE.fullmatch(written)
    if code is None:
        raise _nowhere(text)
    country, part = code.group(1), code.group(2)
    if part is None:
        return _two_letters(country, text, knowledge)
    if country == "US":
        place = _held(f"US-{part}", knowledge)
        if place is None:
            raise _nowhere(text)
        return place
    if country not in COUNTRIES:
        raise _nowhere(text)
    return Place(code=f"{country}-{part}", name=f"{country}-{part}", kind="foreign")


def _two_letters(letters: str, text: str, knowledge: Knowledge) -> Place:
    place = _held(f"US-{letters}", knowledge)
    if place is not None:
        also = f", not as the country with the code {letters}" if letters in COUNTRIES else ""
        return msgspec.structs.replace(
            place, read_as=f'"{letters}" was read as the US state or area {place.name}{also}.'
        )
    if letters in COUNTRIES:
        return Place(code=letters, name=letters, kind="foreign")
    raise _nowhere(text)


def _held(code: str, knowledge: Knowledge) -> Place | None:
    row = knowledge.table_of("jurisdictions", Jurisdiction).get(code.lower())
    if row is not None:
        return Place(code=code, name=row.name, kind="federal" if code == "US" else "state")
    name = TERRITORIES.get(code.removeprefix("US-"))
    return None if name is None else Place(code=code, name=name, kind="territory")


def _named(folded: str, knowledge: Knowledge) -> Place | None:
    if folded in _BY_NAME:
        return _held(_BY_NAME[folded], knowledge)
    for id, row in knowledge.table_of("jurisdictions", Jurisdiction).items():
        if fold(row.name) == folded:
            return _held(id.upper(), knowledge)
    return None


def _nowhere(text: str) -> BadInput:
    return BadInput.one(
        "LW-0631",
        "jurisdiction",
        f'"{shown(text)}" names no place that Leeward can read.',
        "Write a US state as US-PA, PA or Pennsylvania, and a place elsewhere by its ISO 3166 code, such as CA-ON.",
    )
