"""`medicines`, `doses`, `orders` and `allergies`: what the person takes, was given, is meant to get and cannot have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from leeward.casefile.level import Form, Level
from leeward.casefile.margin import IMPLAUSIBLE, NOT_A_CODE, NOT_A_MASS, NUMBER, SHAPE, UNIT, plain, quoted
from leeward.casefile.names import medicines, medicines_named, nearly
from leeward.casefile.ordering import arranged
from leeward.casefile.spelling import slug
from leeward.casefile.words import ROUTES
from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.model.case import UNNAMED, Allergy, Dose, Medicine
from leeward.model.codes import RxNorm
from leeward.model.frequency import Frequency, frequency_in
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
    frequency="how_often schedule timing",
    max_per_day="maximum_per_day max_daily_dose",
)
DOSE_PARTS = Form(value="amount number", unit="units")
ALLERGY = Form(name="medicine substance allergen drug what", rxnorm="rxcui")

POTENT = frozenset(("opioid-full-agonist", "opioid-partial-agonist", "opioid-antagonist", "alpha-2-agonist"))
"""Traits of medicines of which a few grams at once are no dose."""

LARGEST_DOSE = 1e6
LAST_DAY = 3650

_JOINED_STRENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:mg)?\s*/\s*[0-9]+(?:\.[0-9]+)?\s*mg\b(.*)", re.IGNORECASE)
_RATE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*((?:mcg|ug|µg|μg|mg)\s*/\s*(?:h|hr|hour))\b(.*)", re.IGNORECASE)
_UP_TO = re.compile(r"^\s*(?:up to|at most|max(?:imum)?(?: of)?)\s+(?=[0-9])", re.IGNORECASE)
_A_DAY = re.compile(r"^(\s*[0-9.]+\s*(?:mcg|mg|g))\s*/\s*(?:24\s*h(?:ours|rs|r)?|day|d)\b", re.IGNORECASE)
_RANGE = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*(kg|g|mg|mcg|ug|µg|μg)?\s*(?:-|–|to|or)\s*([0-9]+(?:\.[0-9]+)?)\s*(kg|g|mg|mcg|ug|µg|μg)\b(?!\s*/)(.*)",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}(?![0-9])")


def medicines_taken(level: Level, knowledge: Knowledge) -> tuple[Medicine, ...] | Missing:
    """The medicines that the person takes; missing where nobody told whether there are any."""
    given = level.listed("medicines")
    if isinstance(given, Missing):
        return given
    read: list[tuple[str, Medicine]] = []
    for written, entry in _entries(given, "medicines", MEDICINE, level):
        as_told, ids = _named(entry, "name", knowledge)
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
        as_told, ids = _named(entry, "name", knowledge)
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


def _named(entry: Level, field: str, knowledge: Knowledge) -> tuple[str, tuple[str, ...]]:
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
    return as_told, medicines_named(as_told, knowledge)


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
        as_told, ids = _named(entry, "medicine", knowledge)
        meant = _meant(entry, entry.path, as_told, knowledge) if not ids else ""
        amount, dose, rest = _amount(entry, ordered=may_lie_ahead)
        if not may_lie_ahead:
            amount = _real(entry, amount, ids, knowledge)
        frequency, dose = _frequency(entry, rest, dose, ordered=may_lie_ahead)
        route = entry.word("route", ROUTES)
        if route is NOT_ASKED:
            route = _route_in(rest) or _route_of(as_told) or NOT_ASKED
        day = entry.number("day", 0, LAST_DAY, "the plan", whole=True)
        first = Dose(
            key=slug(as_told)[:60] or "unknown",
            as_told=as_told,
            medicine=None,
            amount=amount,
            dose=dose,
            route=route,
            at=entry.when("at", may_lie_ahead),
            day=day if isinstance(day, Missing) else int(day),
            nearly=meant,
            times=UNKNOWN if frequency.times is None else frequency.times,
            at_most=_at_most(entry, frequency),
        )
        read += [(written, one) for one in _of_each(first, ids)]
    return arranged(read, kind, lambda entry: entry.at, level.margin)


def _real(entry: Level, amount: Quantity | Missing, ids: tuple[str, ...], knowledge: Knowledge) -> Quantity | Missing:
    """The amount of a dose that was given; unknown, and a mistake, where nobody is given so much at once.

    An order of so much is kept as it is: it is there to be warned of.
    """
    if isinstance(amount, Missing) or amount.unit not in KINDS["mass"]:
        return amount
    potent = any(not POTENT.isdisjoint(knowledge.medicines[id].traits) for id in ids)
    most = knowledge.limit("dose-given-potent-most" if potent else "dose-given-most")
    if amount.to(most.unit).value <= most.value:
        return amount
    says = f"{quoted(str(amount))} is more than anybody is given of it at once ({most})."
    entry.problem("dose", IMPLAUSIBLE, says, "Correct the number or its unit, or write unknown.")
    return UNKNOWN


def _of_each(told: Dose, ids: tuple[str, ...]) -> list[Dose]:
    """An entry for each medicine of a combination: the dose is that of the first, and of the others it is not known.

    Naloxone beside another medicine is there to keep it from being injected, and does not act where it is swallowed.
    """
    acting = [id for id in ids if id != "naloxone"] or list(ids)
    if not acting:
        return [told]
    first, *others = acting
    alike = replace(told, amount=UNKNOWN, at_most=NOT_ASKED)
    return [replace(told, key=first, medicine=first), *(replace(alike, key=id, medicine=id) for id in others)]


def _route_in(text: str) -> str | None:
    """The route in what follows a dose, as in "8 mg SL"."""
    return next((route for word in text.split()[:4] if (route := ROUTES.named(word)) is not None), None)


def _route_of(as_told: str) -> str | None:
    """The route that is part of a medicine's name, as in `naloxone-intranasal`."""
    return next((word for word in slug(as_told).split("-") if word in ROUTES.offered), None)


def _frequency(entry: Level, rest: str, dose: str | Missing, ordered: bool) -> tuple[Frequency, str | Missing]:
    """How often a day the dose may be given, by the words behind its mass and by its own key; and the dose with both.

    Of a dose that was given only words that say how often are heard: whatever else is written there counts nothing.
    """
    told = entry.text("frequency")
    if isinstance(told, Missing):
        found = frequency_in(rest)
        if told is not NOT_ASKED:
            return Frequency(None, found.at_most), dose
        return (found if ordered or found.times is not None else Frequency(1.0)), dose
    return frequency_in(f"{rest}, {told}"), dose if isinstance(dose, Missing) else f"{dose}, {told}"


def _at_most(entry: Level, frequency: Frequency) -> Quantity | Missing:
    given = entry.given("max_per_day")
    if isinstance(given, Missing):
        return NOT_ASKED if frequency.at_most is None else frequency.at_most
    if is_mapping(given):
        return _parts(entry, given, "max_per_day")
    found = mass_in(given) if isinstance(given, str) else None
    if found is None:
        entry.problem("max_per_day", NOT_A_MASS, f"{quoted(given)} is not a mass.", "Give the most in a day in mg.")
        return UNKNOWN
    return found[0]


def _amount(entry: Level, ordered: bool) -> tuple[Quantity | Missing, str | Missing, str]:
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
    found = (_ordered(given) if ordered else _mass(given)) if isinstance(given, str) else None
    if found is None:
        entry.problem("dose", NOT_A_MASS, f"{quoted(given)} is not a mass.", "Give the strength in mg.")
        return UNKNOWN, UNKNOWN, ""
    return _above_zero(entry, found[0]), plain(given), found[1]


def _ordered(text: str) -> tuple[Quantity, str] | None:
    """The most at one time that an order's words allow: of "10 to 30 mg", and of "up to 30 mg a day", it is 30 mg."""
    text = _UP_TO.sub("", text[:200], count=1)
    text = _A_DAY.sub(r"\1 a day", text, count=1)
    found = _RANGE.fullmatch(text)
    if found is None:
        return _mass(text)
    masses = [mass_in(f"{found[number]} {found[unit] or found[4]}") for number, unit in ((1, 2), (3, 4))]
    told = [mass[0] for mass in masses if mass is not None]
    return (max(told, key=lambda mass: mass.to("mg").value), found[5]) if len(told) == 2 else None


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


def _parts(entry: Level, given: dict[Any, Any], field: str = "dose") -> Quantity | Missing:
    inner = Level(DOSE_PARTS, given, entry.place(field), entry.margin, entry.now)
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
