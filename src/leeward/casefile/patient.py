"""`patient`: who the person is, as far as it bears on treatment."""

from __future__ import annotations

from leeward.casefile.level import Form, Level
from leeward.casefile.margin import CONTRADICTION, NUMBER, UNIT, quoted
from leeward.casefile.spelling import Words
from leeward.casefile.words import IDENTITY, SEXES
from leeward.model.case import Patient
from leeward.model.missing import NOT_ASKED, UNKNOWN, Missing
from leeward.model.numbers import number_then_unit
from leeward.model.quantity import factor
from leeward.model.shapes import is_mapping

PATIENT = Form(
    age="age_years",
    sex="gender",
    pregnant="pregnancy is_pregnant",
    gestation_weeks="gestational_age gestation weeks_pregnant weeks_of_gestation",
    breastfeeding="lactating",
    weight_kg="body_weight_kg",
    opioid_naive="opioid_naïve",
)
PARTS = Form(value="", unit="units")

AGES = Words("a unit of age", {"y": ("year", "years", "yr", "yrs", "years old"), "mo": ("month", "months"),
                               "wk": ("week", "weeks"), "d": ("day", "days")})  # fmt: skip
OLDEST = 120
LONGEST_GESTATION = 45
LIGHTEST, HEAVIEST = 0.3, 500


def patient(case: Level) -> Patient:
    """The patient of a case. Names and identifiers are not read, and said to be left out."""
    given = case.given("patient")
    if is_mapping(given):
        for key in [key for key in given if isinstance(key, str) and _plainly(key) in IDENTITY]:
            case.margin.keep(f"patient.{_plainly(key)}", "left out: a case file holds nobody's identity")
        case.found["patient"] = {
            key: value for key, value in given.items() if not (isinstance(key, str) and _plainly(key) in IDENTITY)
        }
    level = case.inner("patient", PATIENT)
    if isinstance(level, Missing):
        return Patient()
    sex, pregnant = level.word("sex", SEXES), level.yes_no("pregnant")
    weeks = level.number("gestation_weeks", 1, LONGEST_GESTATION, "weeks")
    if isinstance(weeks, float) and pregnant is NOT_ASKED:
        pregnant = True
    _contradictions(level, sex, pregnant, weeks)
    return Patient(
        age=_age(level),
        sex=sex,
        pregnant=pregnant,
        gestation_weeks=weeks,
        breastfeeding=level.yes_no("breastfeeding"),
        weight_kg=_weight(level),
        opioid_naive=level.yes_no("opioid_naive"),
    )


def _plainly(key: str) -> str:
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def _contradictions(level: Level, sex: str | Missing, pregnant: bool | Missing, weeks: float | Missing) -> None:
    if sex == "male" and pregnant is True:
        says = "Male and pregnant contradict each other here."
        level.problem("pregnant", CONTRADICTION, says, "Correct one, or write sex: intersex or sex: unknown.")
    if pregnant is False and isinstance(weeks, float):
        says = "Weeks of gestation are given, and pregnant is no."
        level.problem("gestation_weeks", CONTRADICTION, says, "Correct pregnant, or leave gestation_weeks out.")


def _age(level: Level) -> float | Missing:
    given = level.given("age")
    split = number_then_unit(given) if isinstance(given, str) else None
    if split is not None:
        given = {"value": split[0], "unit": split[1]}
    if not is_mapping(given):
        return level.number("age", 0, OLDEST, "years")
    inner = Level(PARTS, given, level.place("age"), level.margin, level.now)
    unit = inner.word("unit", AGES)
    if unit is NOT_ASKED:
        unit = "y"
    if isinstance(unit, Missing):
        return UNKNOWN
    in_years = factor(unit, "y")
    value = inner.number("value", 0, OLDEST / in_years)
    return value if isinstance(value, Missing) else value * in_years


def _weight(level: Level) -> float | Missing:
    given = level.given("weight_kg")
    split = number_then_unit(given) if isinstance(given, str) else None
    if split is None:
        return level.number("weight_kg", LIGHTEST, HEAVIEST, "kg")
    if split[1].lower().rstrip(".") not in ("kg", "kilogram", "kilograms"):
        level.problem("weight_kg", UNIT, f"{quoted(given)} is not a weight in kg.", "Write the number of kg.")
        return UNKNOWN
    if not LIGHTEST <= split[0] <= HEAVIEST:
        level.problem("weight_kg", NUMBER, f"{quoted(given)} cannot be right here.", "Write the weight in kg.")
        return UNKNOWN
    return split[0]
