"""`medicines`, `doses`, `orders` and `allergies`: what the person takes, was given, is meant to get and cannot have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from leeward.casefile.level import Form, Level
from leeward.casefile.margin import NOT_A_CODE, NOT_A_MASS, NUMBER, SHAPE, UNIT, plain, quoted
from leeward.casefile.names import medicine_named, medicines, medicines_named, nearly
from leeward.casefile.ordering import arranged
from leeward.casefile.spelling import slug
from leeward.casefile.words import ROUTES
from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.model.case import UNNAMED, Allergy, Dose, Medicine
from leeward.model.codes import RxNorm
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.numbers import number_in
from leeward.model.quantity import KINDS, Quantity, mass_in, unit_named
from leeward.model.shapes import is_mapping

MEDICINE = Form(
    name="medicine medication drug what",
    rxnorm="rxcui",
    dose="dosage strength",
    last_taken="last_dose last_use taken",
    verified="verified_by",
)
DOSE = Form(
    medicine="name medication drug what",
    rxnorm="rxcui",
    dose="amount strength",
    route="",
    at="time given_at when",
    day="",
)
DOSE_PARTS = Form(value="amount number", unit="units")
ALLERGY = Form(name="medicine substance allergen drug what", rxnorm="rxcui")

LARGEST_DOSE = 1e6
LAST_DAY = 3650

_JOINED_STRENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:mg)?\s*/\s*[0-9]+(?:\.[0-9]+)?\s*mg\b(.*)", re.IGNORECASE)
_RATE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*((?:mcg|ug|µg|μg|mg)\s*/\s*(?:h|hr|hour))\b(.*)", re.IGNORECASE)
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}(?![0-9])")


def medicines_taken(level: Level, knowledge: Knowledge) -> tuple[Medicine, ...] | Missing:
    """The medicines that the person takes; missing where nobody told whether there are any."""
    given = level.listed("medicines")
    if isinstance(given, Missing):
        return given
    read: list[tuple[str, Medicine]] = []
    for written, entry in _entries(given, "medicines", MEDICINE, level):
        as_told, ids = _named(entry, "name", knowledge, joined=True)
        meant = _meant(entry, entry.path, as_told, knowledge) if not ids else ""
        dose, last_taken = _dose_text(entry), entry.when("last_taken")
        verified = entry.text("verified")
        for id in ids or (None,):
            key = id or slug(as_told)[:60] or "unknown"
            read.append((written, Medicine(key, as_told, id, dose, last_taken, verified, meant)))
    return arranged(read, "medicines", lambda entry: entry.last_taken, level.margin)


def doses(level: Level, knowledge: Knowledge) -> tuple[Dose, ...] | Missing:
    """The doses that were given; missing where nobody told whether there were any."""
    return _doses(level, "doses", knowledge, may_lie_ahead=False)


def orders(level: Level, knowledge: Knowledge) -> tuple[Dose, ...]:
    """The doses that somebody means to give; they may lie ahead."""
    found = _doses(level, "orders", knowledge, may_lie_ahead=True)
    return () if isinstance(found, Missing) else found


def allergies(level: Level, knowledge: Knowledge) -> tuple[Allergy, ...] | Missing:
    """Allergies and intolerances; missing where nobody asked."""
    given = level.listed("allergies")
    if isinstance(given, Missing):
        return given
    read: list[Allergy] = []
    for _, entry in _entries(given, "allergies", ALLERGY, level):
        as_told, ids = _named(entry, "name", knowledge, joined=True)
        meant = _meant(entry, "allergies", as_told, knowledge) if not ids else ""
        entry.margin.placed(entry.path, "allergies", slug(as_told)[:60])
        read += [Allergy(as_told, id, meant) for id in ids or (None,)]
    return tuple(sorted(read, key=lambda allergy: (allergy.medicine or "", allergy.as_told)))


def _entries(given: list[Any], kind: str, form: Form, level: Level) -> Iterator[tuple[str, Level]]:
    """Each entry of a list as a level; a text is an entry that has nothing but a name."""
    named = next(iter(form.known))
    for place, entry in enumerate(given):
        written = f"{kind}[{place}]"
        if isinstance(entry, str):
            entry = {named: entry}
        if is_mapping(entry):
            yield written, Level(form, entry, written, level.margin, level.now)
        else:
            says = f"{quoted(entry)} stands where an entry is expected."
            level.margin.problem(written, SHAPE, says, f"Write {{{named}: ...}}.")


def _meant(entry: Level, path: str, as_told: str, knowledge: Knowledge) -> str:
    """Keep a name that Leeward does not know; the known name that it nearly is."""
    meant = nearly(as_told, medicines(knowledge)) if as_told not in UNNAMED else ""
    entry.margin.keep(path, f"{as_told} (did you mean {meant}?)" if meant else as_told)
    return meant


def _named(entry: Level, field: str, knowledge: Knowledge, joined: bool) -> tuple[str, tuple[str, ...]]:
    """The words for a medicine and the ids that they or its RxNorm code mean."""
    as_told = entry.text(field)
    code = entry.text("rxnorm")
    if isinstance(as_told, str) and as_told.isascii() and as_told.isdigit() and isinstance(code, Missing):
        code = as_told
    by_code = () if isinstance(code, Missing) else _coded(entry, code, knowledge)
    if isinstance(as_told, Missing):
        if isinstance(code, Missing):
            if as_told is NOT_ASKED:
                entry.lacks(field, "Write the medicine's name or its RxNorm code.")
            return as_told.value, ()
        return f"RxNorm {code}", by_code
    if by_code:
        return as_told, by_code
    if joined:
        return as_told, medicines_named(as_told, knowledge)
    id = medicine_named(as_told, knowledge)
    return as_told, () if id is None else (id,)


def _coded(entry: Level, code: str, knowledge: Knowledge) -> tuple[str, ...]:
    try:
        return medicines(knowledge).coded(RxNorm(code))
    except BadInput as wrong:
        for problem in wrong.problems:
            entry.problem("rxnorm", NOT_A_CODE, problem.says, problem.mend)
        return ()


def _dose_text(entry: Level) -> str | Missing:
    """A medicine's dose as told: it is shown, and nothing is computed from it."""
    given = entry.given("dose")
    if is_mapping(given):
        parts = (given.get("value"), given.get("unit"), given.get("per") and f"per {plain(given['per'], 20)}")
        return " ".join(plain(part, 40) for part in parts if part) or UNKNOWN
    return entry.text("dose")


def _doses(level: Level, kind: str, knowledge: Knowledge, may_lie_ahead: bool) -> tuple[Dose, ...] | Missing:
    given = level.listed(kind)
    if isinstance(given, Missing):
        return given
    read: list[tuple[str, Dose]] = []
    for written, entry in _entries(given, kind, DOSE, level):
        as_told, ids = _named(entry, "medicine", knowledge, joined=False)
        meant = _meant(entry, entry.path, as_told, knowledge) if not ids else ""
        amount, dose, rest = _amount(entry)
        route = entry.word("route", ROUTES)
        if route is NOT_ASKED:
            route = _route_in(rest) or _route_of(as_told) or NOT_ASKED
        id = ids[0] if ids else None
        day = entry.number("day", 0, LAST_DAY, "the plan", whole=True)
        read.append(
            (
                written,
                Dose(
                    key=id or slug(as_told)[:60] or "unknown",
                    as_told=as_told,
                    medicine=id,
                    amount=amount,
                    dose=dose,
                    route=route,
                    at=entry.when("at", may_lie_ahead),
                    day=day if isinstance(day, Missing) else int(day),
                    nearly=meant,
                ),
            )
        )
    return arranged(read, kind, lambda entry: entry.at, level.margin)


def _route_in(text: str) -> str | None:
    """The route in what follows a dose, as in "8 mg SL"."""
    return next((route for word in text.split()[:4] if (route := ROUTES.named(word)) is not None), None)


def _route_of(as_told: str) -> str | None:
    """The route that is part of a medicine's name, as in `naloxone-intranasal`."""
    return next((word for word in slug(as_told).split("-") if word in ROUTES.offered), None)


def _amount(entry: Level) -> tuple[Quantity | Missing, str | Missing, str]:
    """The mass of a dose, the dose as told, and what follows the mass."""
    given = entry.given("dose")
    if isinstance(given, Missing):
        return given, given, ""
    if is_mapping(given):
        amount = _parts(entry, given)
        return amount, amount if isinstance(amount, Missing) else str(amount), ""
    if number_in(given) is not None:
        entry.problem("dose", UNIT, f"{quoted(given)} has no unit.", "Give the strength in mg.")
        return UNKNOWN, UNKNOWN, ""
    if isinstance(given, str) and _THOUSANDS.search(given):
        says = f"{quoted(given)} could mean a thousand or one."
        entry.problem("dose", NUMBER, says, "Write the number without a comma.")
        return UNKNOWN, plain(given), ""
    found = _mass(given) if isinstance(given, str) else None
    if found is None:
        entry.problem("dose", NOT_A_MASS, f"{quoted(given)} is not a mass.", "Give the strength in mg.")
        return UNKNOWN, UNKNOWN, ""
    return _above_zero(entry, found[0]), plain(given), found[1]


def _mass(text: str) -> tuple[Quantity, str] | None:
    """The mass, or the rate of a patch, that a dose text begins with, and what follows."""
    text = text[:200]
    if (joined := _JOINED_STRENGTH.fullmatch(text)) is not None:
        # "8/2 mg" of a medicine of two: a dose of it is counted by the first.
        return Quantity(float(joined[1]), "mg"), joined[2]
    if (rate := _RATE.fullmatch(text)) is not None:
        unit = unit_named(re.sub(r"\s", "", rate[2]).lower().replace("hour", "h"))
        return None if unit is None else (Quantity(float(rate[1]), unit), rate[3])
    found = mass_in(text)
    return None if found is None or found[1].startswith("/") else found


def _parts(entry: Level, given: dict[Any, Any]) -> Quantity | Missing:
    inner = Level(DOSE_PARTS, given, entry.place("dose"), entry.margin, entry.now)
    value, unit = inner.number("value", 0, LARGEST_DOSE), inner.given("unit")
    if isinstance(value, Missing):
        return value
    if isinstance(unit, Missing):
        if unit is NOT_ASKED:
            inner.problem("unit", UNIT, "A number without a unit says nothing.", "Give the strength in mg.")
        return UNKNOWN
    named = unit_named(unit) if isinstance(unit, str) else None
    if named is None or named not in (*KINDS["mass"], *KINDS["mass per hour"]):
        inner.problem("unit", NOT_A_MASS, f"{quoted(unit)} is not a mass.", "Give the strength in mg.")
        return UNKNOWN
    return _above_zero(entry, Quantity(value, named))


def _above_zero(entry: Level, amount: Quantity) -> Quantity | Missing:
    if 0 < amount.value <= LARGEST_DOSE:
        return amount
    entry.problem("dose", NUMBER, f"{quoted(str(amount))} is not a dose.", "Give the strength in mg, or unknown.")
    return UNKNOWN
