"""What each word of an entry may be changed to, so that a correction is chosen where the page that charted it let choose.

A word that stands and is none of what is offered stays among the choices: a correction of one word changes no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from leeward.instruments import Item, load_instruments
from leeward.knowledge import Knowledge
from leeward.paper.plain_words import name_of
from leeward.record.entries import Kind
from leeward.web.exposure_typed import AMOUNT_UNITS, DURATION_UNITS, PER, ROUTES, YES_NO, Choices, substances
from leeward.web.pages.admit import SETTINGS, SEXES, jurisdictions
from leeward.web.pages.dose import DOSE_ROUTES
from leeward.web.pages.history import STATUSES
from leeward.web.pages.vitals import METHODS, UNIT_NAMES, units_of

BUTTONS = 9
"""Choices that are shown as buttons side by side; more of them are a list."""

_TITLES: Mapping[tuple[Kind, str], str] = {
    ("dose", "at"): "Given at",
    ("observation", "what"): "What was observed",
    ("observation", "value"): "What was found",
    ("exposure", "product"): "What the pack says",
    ("exposure", "last_use.earliest"): "Last use, at the earliest",
    ("exposure", "last_use.latest"): "Last use, at the latest",
    ("exposure", "doses_per_day"): "Uses a day",
    ("exposure", "amount.value"): "Amount",
    ("exposure", "amount.unit"): "Unit of the amount",
    ("exposure", "duration.value"): "For how long",
    ("exposure", "duration.unit"): "Unit of time",
    ("exposure", "per"): "Amount for",
    ("exposure", "amount.per"): "Amount for",
    ("exposure", "supply.adulterants"): "Known or suspected in the supply",
    ("condition", "code.system"): "Code system",
    ("condition", "code.value"): "Code",
}
_HINTS: Mapping[tuple[Kind, str], str] = {
    ("dose", "dose"): "Number and unit, as in 8 mg.",
    ("exposure", "supply.adulterants"): "With commas between; none, if it was asked and there is none.",
}
_PLAIN: Mapping[tuple[Kind, str], Choices] = {
    ("dose", "route"): DOSE_ROUTES,
    ("exposure", "amount.unit"): AMOUNT_UNITS,
    ("exposure", "per"): PER,
    ("exposure", "amount.per"): PER,
    ("exposure", "route"): ROUTES,
    ("exposure", "duration.unit"): DURATION_UNITS,
    ("exposure", "prescribed"): YES_NO,
    ("score", "by"): (("clinician", "A clinician"), ("self", "The person")),
    ("condition", "status"): STATUSES,
    ("patient", "sex"): SEXES,
    ("patient", "pregnant"): YES_NO,
    ("patient", "breastfeeding"): YES_NO,
    ("patient", "opioid_naive"): YES_NO,
    ("admission", "setting"): SETTINGS,
}


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """How one word is asked for: its title, a hint, and what it may be; no choices where it is typed."""

    title: str
    hint: str = ""
    choices: Choices = ()
    known: Choices = ()
    """What a browser may complete it to, where anything may be typed."""

    @property
    def buttons(self) -> bool:
        """Whether the choices are few enough for buttons."""
        return 0 < len(self.choices) <= BUTTONS


def offered(kind: Kind, body: Mapping[str, Any], place: str, stands: str, knowledge: Knowledge) -> Offered:
    """How the word at a place of an entry is asked for, given what stands there."""
    item = _item(body, place) if kind == "score" else None
    if item is not None:
        points = tuple((one.shown, _points(one.shown, one.says)) for one in item.choices)
        return Offered(title=_first_large(item.title), choices=_with(points, stands, "not assessed"))
    choices = _PLAIN.get((kind, place)) or _of_knowledge(kind, body, place, knowledge)
    empty = "left out" if choices else ""
    return Offered(
        title=_TITLES.get((kind, place)) or _said(place),
        hint=_HINTS.get((kind, place), ""),
        choices=_with(choices, stands, empty) if choices else (),
        known=_completed(kind, place, knowledge),
    )


def _item(body: Mapping[str, Any], place: str) -> Item | None:
    """The item of the instrument that a place is the answer of; None for a measurement, whose parts are typed."""
    instrument = load_instruments().get(str(body.get("instrument", "")))
    first, _, id = place.partition(".")
    if instrument is None or first != "items":
        return None
    return next((item for item in instrument.items if item.id == id), None)


def _points(shown: str, says: str) -> str:
    return shown if not says or says.casefold() == shown.casefold() else f"{shown}: {says}"


def _with(choices: Choices, stands: str, empty: str) -> Choices:
    """The choices, with what stands and is none of them, and with none at all."""
    values = {value for value, _ in choices}
    as_told = () if not stands or stands in values else ((stands, f"{stands} (as it stands)"),)
    return (*as_told, *choices, ("", empty))


def _of_knowledge(kind: Kind, body: Mapping[str, Any], place: str, knowledge: Knowledge) -> Choices:
    if kind == "exposure" and place == "substance":
        return substances(knowledge)
    if kind == "score" and place == "instrument":
        return tuple((id, one.title) for id, one in load_instruments().items())
    if kind == "admission" and place == "jurisdiction":
        return jurisdictions(knowledge)
    if kind != "observation":
        return ()
    if place == "what":
        known = ((id, one.name) for id, one in knowledge.observations.items())
        return tuple(sorted(known, key=lambda pair: pair[1].lower()))
    observed = knowledge.observations.get(str(body.get("what", "")))
    if observed is None:
        return ()
    if place == "unit":
        return tuple((unit, UNIT_NAMES.get(unit, unit)) for unit in units_of(observed))
    if place == "value" and observed.kind == "yes-no":
        return (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))
    if place == "value" and observed.kind == "word":
        return tuple((word, word) for word in observed.words)
    return METHODS if place == "method" and observed.name.lower().startswith("qt") else ()


def _completed(kind: Kind, place: str, knowledge: Knowledge) -> Choices:
    if (kind, place) in (("dose", "medicine"), ("medicine", "name"), ("allergy", "name")):
        return tuple(sorted((id, name_of(id)) for id in knowledge.medicines))
    if (kind, place) == ("condition", "name"):
        return tuple(sorted((one.name, one.name) for one in knowledge.conditions.values()))
    return ()


def _said(place: str) -> str:
    words = place.replace("_", " ").replace("-", " ").replace(".", ": ")
    return _first_large(words)


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]
