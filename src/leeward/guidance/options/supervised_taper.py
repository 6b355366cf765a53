"""A supervised taper of a prescribed opioid.

| rule | what it asks | source |
|---|---|---|
| TAP-01 | a prescribed opioid to taper | HHS 2019 |
| TAP-02 | no opioid use disorder: buprenorphine is offered instead | sources in the rule; ASAM 2020 |
| TAP-03 | not in pregnancy without obstetric and addiction care | sources in the rule |
| TAP-04 | kratom is not tapered: a supervised reduction may be recorded, without amounts | consensus of sources KR-TAPER |
| TAP-05..08 | cautions: benzodiazepines apart, kratom beside it, withdrawal, sedation | HHS 2019; CDC 2022 |
| TAP-09 | recommended where the person wants it | HHS 2019 |
"""

from __future__ import annotations

from functools import cache

import msgspec

from leeward.guidance.assessment import Proposal
from leeward.guidance.option import Option
from leeward.guidance.picture import Picture
from leeward.guidance.proposal import scheduled
from leeward.guidance.rule import AVOID, CAUTION, PREFER, rule
from leeward.knowledge import Knowledge
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.quantity import number
from leeward.model.reading import Reading
from leeward.model.truth import Truth, any_of, known, unknown

NEVER_PRESCRIBED = ("heroin", "fentanyl-illicit", "nitazene", "loperamide")
NOT_TAPERED_HERE = ("buprenorphine", "buprenorphine-extended-release")
NOT_FOR_PAIN = ("diphenoxylate-atropine",)


@cache
def _full_agonists(knowledge: Knowledge) -> tuple[str, ...]:
    return tuple(
        id
        for id, entry in knowledge.medicines.items()
        if "opioid-full-agonist" in entry.traits and id not in NOT_FOR_PAIN
    )


def _prescribed_exposure(picture: Picture, exposure: Exposure) -> Truth:
    name = f"exposures.{exposure.key}.prescribed"
    told = picture.name_of(exposure)
    if exposure.substance in (*NEVER_PRESCRIBED, *NOT_TAPERED_HERE):
        return known(False, f"{told} is no prescribed opioid for a taper", f"exposures.{exposure.key}")
    if isinstance(exposure.prescribed, Missing):
        return unknown(name, sentence=f"whether {told} is prescribed is not known")
    return known(exposure.prescribed, f"{told} is {'' if exposure.prescribed else 'not '}prescribed", name)


def prescribed_opioid(picture: Picture) -> Truth:
    """Whether a full opioid agonist is prescribed, as told or as a medicine on the list."""
    told = picture.exposed(
        lambda exposure, substance: (
            _prescribed_exposure(picture, exposure)
            if substance.class_ == "opioid"
            else known(False, f"{substance.name} is not a prescribed opioid", f"exposures.{exposure.key}")
        ),
        "prescribed",
    )
    return told | picture.takes(*_full_agonists(picture.knowledge))


@rule("TAP-01", "No prescribed opioid to taper", AVOID, sources=("hhs19",))
def nothing_to_taper(picture: Picture) -> Truth:
    """A taper lowers a prescribed opioid; street opioids are treated, not tapered."""
    return ~prescribed_opioid(picture)


@rule(
    "TAP-02",
    "An opioid use disorder is there: offer buprenorphine or methadone instead of a taper",
    AVOID,
    sources=("hhs19", "asam-pocket15"),
)
def use_disorder(picture: Picture) -> Truth:
    """Screened for first: diagnosed, or two criteria or more."""
    return picture.opioid_use_disorder


@rule(
    "TAP-03",
    "No taper in pregnancy without obstetric and addiction care",
    AVOID,
    sources=("asam-2015p16", "nys-preg"),
)
def pregnant(picture: Picture) -> Truth:
    """Withdrawal is a risk to the pregnancy."""
    return picture.pregnant


@rule(
    "TAP-04",
    "Kratom is not tapered here: the person's own supervised reduction may be recorded, and Leeward gives no amounts",
    AVOID,
    sources=("consensus-kratom-bup",),
)
def kratom_only(picture: Picture) -> Truth:
    """Kratom products with no prescribed opioid beside them."""
    return picture.took_kratom & ~prescribed_opioid(picture)


@rule(
    "TAP-05",
    "A benzodiazepine is tapered apart and slowly, never together with the opioid",
    CAUTION,
    sources=("fda17", "hhs19"),
)
def benzodiazepine(picture: Picture) -> Truth:
    """Benzodiazepines listed or taken."""
    return picture.takes(traits=("benzodiazepine",)) | picture.took("benzodiazepine")


@rule(
    "TAP-06",
    "Kratom is taken too and acts as an opioid: its own reduction may be recorded, and Leeward gives no amounts",
    CAUTION,
    sources=("consensus-kratom-bup",),
)
def kratom_beside(picture: Picture) -> Truth:
    """Kratom products of any kind."""
    return picture.took_kratom


@rule(
    "TAP-07",
    "In withdrawal now: go back to the last dose that held before lowering it again",
    CAUTION,
    sources=("dr-cdc",),
)
def in_withdrawal(picture: Picture) -> Truth:
    """A current COWS that counts as withdrawal."""
    return picture.cows >= picture.limit("cows-withdrawal")


@rule(
    "TAP-08",
    "Sedated or breathing too slowly: hold the opioid and reassess at once",
    CAUTION,
    sources=("consensus-sedation-gate",),
)
def sedated(picture: Picture) -> Truth:
    """The dose that sedates is not the one to taper from."""
    return picture.sedated | picture.respiratory_depression


@rule(
    "TAP-09",
    "The person wants a taper",
    PREFER,
    no="A taper is agreed with the person: nobody has voiced the wish",
    sources=("hhs19",),
)
def wanted(picture: Picture) -> Truth:
    """A choice, not a finding."""
    chosen = picture.wants("taper")
    return known(chosen, "a taper is wanted" if chosen else "no wish for a taper is voiced", "goals")


def long_term(picture: Picture) -> Truth:
    """Whether a prescribed opioid has been taken for longer than a year."""
    told = [
        _prescribed_exposure(picture, exposure) & (_duration(exposure) > picture.limit("long-term-opioid"))
        for exposure in picture.exposures
        if (substance := picture.substance(exposure)) is not None and substance.class_ == "opioid"
    ]
    listed = [
        unknown(f"medicines.{entry.key}", sentence=f"how long {entry.as_told} has been taken is not known")
        for entry in (() if isinstance(picture.case.medicines, Missing) else picture.case.medicines)
        if entry.medicine in _full_agonists(picture.knowledge)
    ]
    return any_of(*told, *listed)


def _duration(exposure: Exposure) -> Reading:
    name = f"exposures.{exposure.key}.duration"
    if isinstance(exposure.duration, Missing):
        return Reading.unknown(name, "time on the opioid", "y")
    years = exposure.duration.to("y").value
    return Reading(years, years, "y", "time on the opioid", (name,))


def propose(picture: Picture) -> Proposal:
    """Per cent of the current dose; in milligrams besides, where the daily amount is known."""
    longer = long_term(picture)
    proposal = scheduled(picture, "taper-long-term" if longer.is_yes else "taper-common")
    notes = list(proposal.notes)
    if longer.is_unknown:
        notes.insert(0, f"If opioids were taken for longer than {picture.limit('long-term-opioid')}: {_slow(picture)}")
    first = proposal.steps[0].dose
    if first is not None:
        notes.extend(_in_milligrams(picture, first.min or first.usual, first.max))
    return msgspec.structs.replace(proposal, notes=tuple(notes))


def _slow(picture: Picture) -> str:
    return picture.knowledge.schedules["taper-long-term"].says


def _in_milligrams(picture: Picture, least: float | None, most: float | None) -> list[str]:
    """What the first step is in milligrams, for each prescribed opioid whose daily amount is known."""
    found: list[str] = []
    for exposure in picture.exposures:
        substance = picture.substance(exposure)
        if substance is None or substance.class_ != "opioid" or not _prescribed_exposure(picture, exposure).is_yes:
            continue
        amount = picture.daily_amount(exposure, "mg/d")
        if amount.is_exact and least is not None and most is not None:
            low, high = (number(round(amount.low * share / PER_CENT, 2)) for share in (least, most))
            day, less = number(amount.low), high if low == high else f"{low} to {high}"
            found.append(f"Of {day} mg {substance.name} a day the first step is {less} mg a day less.")
    return found


PER_CENT = 100


def certainty(picture: Picture) -> tuple[str, str, tuple[str, ...]]:
    """Consensus of agencies; few trials."""
    return "low", "Agencies agree on slow, shared tapers; trials are few.", ("hhs19", "modernhc", "dr-cdc")


OPTION = Option(
    id="supervised-taper",
    title="Supervised taper of a prescribed opioid",
    rules=(
        nothing_to_taper,
        use_disorder,
        pregnant,
        kratom_only,
        benzodiazepine,
        kratom_beside,
        in_withdrawal,
        sedated,
        wanted,
    ),
    propose=propose,
    monitoring=("taper-visits",),
    certainty=certainty,
    medicines=(),
)
