"""Who this is, in the words of the line at the top of every page of a chart."""

from __future__ import annotations

from datetime import datetime

import msgspec

from leeward.model.case import Case
from leeward.model.missing import Missing
from leeward.model.quantity import number
from leeward.paper.person import named
from leeward.paper.times import ago, clock, zone_of
from leeward.record.consent import Consent, consents_of
from leeward.ward.state import Bedside
from leeward.ward.summary import place_of


class Banner(msgspec.Struct, frozen=True, kw_only=True):
    """Facts as (name, words, weight): `attention` marks what must not be overlooked, `open` what nobody asked."""

    name: str
    facts: tuple[tuple[str, str, str], ...]
    consent: str
    stay: str
    synthetic: bool
    left: str
    """When the person left; empty while they are here."""
    problem: str


def banner_of(bedside: Bedside, now: datetime) -> Banner:
    """The banner of a person."""
    chart, case = bedside.chart, bedside.case
    zone = zone_of(now)

    def at(told: str) -> str:
        instant = datetime.fromisoformat(told)
        return f"{clock(instant, zone)} ({ago(instant, now)})"

    place = place_of(chart)
    return Banner(
        name=chart.name or "No name charted",
        facts=(
            *(_of_case(case) if case else (("Chart", "cannot be read as a case", "attention"),)),
            ("Place", place or "not charted", "" if place else "open"),
        ),
        consent=_consent(consents_of(bedside.entries, bedside.patient), now),
        stay=f"Admitted {at(chart.admitted)}" if chart.admitted else "Admission struck: not on the board",
        synthetic=chart.synthetic,
        left=f"Left {at(chart.discharged)}" if chart.discharged else "",
        problem="What was charted cannot be read as a case, so nothing is assessed." if bedside.problems else "",
    )


def _of_case(case: Case) -> tuple[tuple[str, str, str], ...]:
    one = case.patient
    facts = [
        ("Age", *_told(one.age)),
        ("Sex", *_told(one.sex)),
    ]
    if one.sex != "male":
        facts.append(("Pregnancy", *_pregnancy(case)))
    facts.append(("Weight", *_told(one.weight_kg, "kg")))
    facts.append(("Allergies", *_allergies(case)))
    return tuple(facts)


def _told(value: float | str | Missing, unit: str = "") -> tuple[str, str]:
    if isinstance(value, Missing):
        return value.value, "open"
    return f"{value if isinstance(value, str) else number(value)} {unit}".strip(), ""


def _pregnancy(case: Case) -> tuple[str, str]:
    one = case.patient
    if isinstance(one.pregnant, Missing):
        return one.pregnant.value, "open"
    feeding = ", breastfeeding" if one.breastfeeding is True else ""
    if not one.pregnant:
        return f"not pregnant{feeding}", "attention" if feeding else ""
    weeks = "weeks not asked" if isinstance(one.gestation_weeks, Missing) else f"{number(one.gestation_weeks)} weeks"
    return f"pregnant, {weeks}{feeding}", "attention"


def _allergies(case: Case) -> tuple[str, str]:
    if isinstance(case.allergies, Missing):
        return case.allergies.value, "open"
    if not case.allergies:
        return "none", ""
    return named([one.as_told for one in case.allergies]), "attention"


def _consent(consents: tuple[Consent, ...], now: datetime) -> str:
    """What may be told to whom outside the programme; within it, staff who treat the person read for treatment."""
    stand = [one for one in consents if one.stands(now)]
    if not stand:
        ended = "; an earlier consent has ended" if consents else ""
        return f"No consent for disclosure stands{ended}"
    said = [f"{_for(one)} to {_to(one)}, {_until(one, now)}" for one in stand]
    more = f"; and {len(said) - 2} more" if len(said) > 2 else ""
    return f"Consent: {'; '.join(said[:2])}{more}"


def _for(one: Consent) -> str:
    return ", ".join(sorted(one.purposes)).replace("-", " ")


def _to(one: Consent) -> str:
    return one.recipient.name or f"any {one.recipient.kind.replace('-', ' ')}"


def _until(one: Consent, now: datetime) -> str:
    zone = zone_of(now)
    return f"until {clock(one.until, zone, year=True)}" if one.until else "without an end"
