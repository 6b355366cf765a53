"""Which treatment for opioid use disorder is current, and how many of its days were missed.

| treatment | current while | source |
|---|---|---|
| buprenorphine, daily | up to 5 missed days; 3 after a return to opioids | BC pharmacy policy 2024 |
| buprenorphine, injected | the next injection is due or late | labels |
| methadone | up to 4 missed days; 3 with an unstable dose, sedatives or opioids in the gap | Australia, Ontario, consensus of sources |
| naltrexone | no opioid since | label |

| missed days of methadone | dose | one row down: unstable, sedatives or alcohol, opioids in the gap |
|---|---|---|
| 0, 1 | the same | the same |
| 2 | the same | half |
| 3 | half, after assessment | the lower of half and 40 mg |
| 4 | the lower of half and 40 mg | a new start |
| 5 and more | a new start | a new start |
"""

from __future__ import annotations

from math import inf

import msgspec

from leeward.guidance.gates import missed_days, none_asked
from leeward.guidance.listed import is_opioid
from leeward.guidance.options.buprenorphine_cautions import alcohol_or_sedatives_in_doubt
from leeward.guidance.picture import NALTREXONE, Picture, asked_once
from leeward.guidance.use import LIKE_BARBITURATES
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure, Medicine
from leeward.model.frequency import frequency_in
from leeward.model.missing import Missing
from leeward.model.quantity import KINDS, Quantity, mass_in
from leeward.model.reading import Reading
from leeward.model.truth import Truth, all_of, any_of, known, unknown

METHADONE = ("methadone",)


class MethadoneRow(msgspec.Struct, frozen=True):
    """What the missed days leave of the dose: each row's truth."""

    same: Truth
    half: Truth
    lower: Truth
    anew: Truth

    @property
    def continued(self) -> Truth:
        """Whether one of the rows that leave something of the dose holds for certain."""
        return any_of(self.same, self.half, self.lower)


@asked_once
def on_methadone(picture: Picture) -> Truth:
    """Whether methadone is treatment here and few enough days were missed."""
    missed = missed_methadone(picture)
    few = (missed < picture.limit("methadone-missed-lower")) | all_of(
        missed < picture.limit("methadone-missed-new-start"), ~one_row_down(picture)
    )
    return treated_with_methadone(picture) & few


def treated_with_methadone(picture: Picture) -> Truth:
    """Whether methadone is or was treatment here, however many days were missed."""
    told = [_prescribed(exposure) for exposure in picture.exposures if exposure.substance == "methadone"]
    return any_of(*told, picture.takes("methadone"), none_asked(picture))


def missed_methadone(picture: Picture) -> Reading:
    """Missed days since the last dose of treatment, from whichever list tells the latest.

    A list that nobody asked for, or methadone that may not have been prescribed, leaves it open downwards.
    """
    case = picture.case
    lists = (("exposures", case.exposures), ("medicines", case.medicines))
    open_ends = [name for name, told in lists if isinstance(told, Missing)]
    readings: list[Reading] = []
    for exposure in picture.exposures:
        name = f"exposures.{exposure.key}"
        if isinstance(exposure.substance, Missing) and exposure.recognised:
            open_ends.append(f"{name}.substance")
        elif exposure.substance == "methadone" and isinstance(exposure.prescribed, Missing):
            open_ends.append(f"{name}.prescribed")
        elif exposure.substance == "methadone" and exposure.prescribed is True:
            readings.append(missed_days(picture, f"{name}.last_use", exposure.last_use, "methadone"))
    for entry in entries_of(picture, *METHADONE):
        readings.append(missed_days(picture, f"medicines.{entry.key}.last_taken", entry.last_taken, "methadone"))
    return _fewest(readings, open_ends)


def _fewest(readings: list[Reading], open_ends: list[str]) -> Reading:
    """The fewest missed days: what is open may still lower it, never below none."""
    says = "missed days of methadone"
    if not readings:
        return Reading.unknown(open_ends[0] if open_ends else "medicines", says, "d")
    low = 0 if open_ends else min(reading.low for reading in readings)
    high = min(reading.high for reading in readings)
    inputs = dict.fromkeys(name for reading in readings for name in reading.inputs)
    lacks = dict.fromkeys((*open_ends, *(name for reading in readings for name in reading.lacks)))
    return Reading(low, high, "d", says, tuple(inputs), tuple(lacks) if low != high else ())


def _prescribed(exposure: Exposure) -> Truth:
    name = f"exposures.{exposure.key}.prescribed"
    if isinstance(exposure.prescribed, Missing):
        return unknown(name, sentence="whether the methadone was prescribed: not known")
    return known(
        exposure.prescribed, "methadone is prescribed" if exposure.prescribed else "methadone is not prescribed", name
    )


def methadone_row(picture: Picture) -> MethadoneRow:
    """The row of the table of missed days."""
    missed, limit, down = missed_methadone(picture), picture.limit, one_row_down(picture)
    under_two = missed < limit("methadone-missed-down-half")
    under_three = missed < limit("methadone-missed-half")
    under_four = missed < limit("methadone-missed-lower")
    under_five = missed < limit("methadone-missed-new-start")
    two, three, four = under_three & ~under_two, under_four & ~under_three, under_five & ~under_four
    return MethadoneRow(
        same=under_two | (two & ~down),
        half=(two & down) | (three & ~down),
        lower=(three & down) | (four & ~down),
        anew=~under_five | (four & down),
    )


@asked_once
def one_row_down(picture: Picture) -> Truth:
    """Whether the tolerance for methadone is in doubt: unstable dose, sedatives or alcohol, or opioids in the gap."""
    return any_of(
        alcohol_or_sedatives_in_doubt(picture),
        picture.takes(*LIKE_BARBITURATES, traits=("benzodiazepine",)),
        picture.exposed(_other_opioid, "opioid in the gap"),
        *(_in_the_gap(picture, entry) for entry in _other_opioids(picture)),
        picture.exposed(lambda exposure, _: _unstable(picture, exposure), "dose not yet stable"),
    )


def _other_opioid(exposure: Exposure, substance: Substance) -> bool:
    if exposure.substance == "methadone":
        return exposure.prescribed is False
    return substance.opioid == "yes"


def _other_opioids(picture: Picture) -> list[Medicine]:
    """The opioids on the medicine list beside methadone."""
    known = picture.knowledge.medicines
    listed = () if isinstance(picture.case.medicines, Missing) else picture.case.medicines
    return [one for one in listed if one.medicine and one.medicine not in METHADONE and is_opioid(known[one.medicine])]


def _in_the_gap(picture: Picture, entry: Medicine) -> Truth:
    """Whether an opioid of the medicine list was taken since the last methadone that the list tells."""
    name = f"medicines.{entry.key}.last_taken"
    if isinstance(entry.last_taken, Missing):
        return unknown(name, sentence=f"when {entry.as_told} was taken last: not known")
    methadone = [one.last_taken for one in entries_of(picture, *METHADONE)]
    methadone += [one.last_use for one in picture.exposures if one.substance == "methadone"]
    last = [at for at in methadone if not isinstance(at, Missing)]
    before = bool(last) and len(last) == len(methadone)
    if before and entry.last_taken.latest < max(at.earliest for at in last):
        return known(False, f"{entry.as_told} was taken before the last methadone", name)
    if last and entry.last_taken.earliest >= max(at.latest for at in last):
        return known(True, f"{entry.as_told} since the last methadone", name)
    return unknown(name, sentence=f"whether {entry.as_told} was taken since the last methadone: not known")


def _unstable(picture: Picture, exposure: Exposure) -> Truth:
    """Whether methadone began less than two weeks ago."""
    if exposure.substance != "methadone":
        return known(False, "no new methadone dose", f"exposures.{exposure.key}")
    name, duration = f"exposures.{exposure.key}.duration", exposure.duration
    if isinstance(duration, Missing) or duration.unit not in KINDS["time"]:
        return unknown(name, sentence="how long methadone has been taken: not known")
    return Reading(duration.value, duration.value, duration.unit, "methadone taken for", (name,)) < picture.limit(
        "methadone-unstable"
    )


@asked_once
def on_naltrexone(picture: Picture) -> Truth:
    """Whether naltrexone is taken and no opioid is told since."""
    took = picture.took(*NALTREXONE) | picture.takes(*NALTREXONE)
    return took & ~picture.took_opioid


def entries_of(picture: Picture, *medicines: str) -> list[Medicine]:
    """The entries of these medicines on the medicine list."""
    listed = () if isinstance(picture.case.medicines, Missing) else picture.case.medicines
    return [entry for entry in listed if entry.medicine in medicines]


def dose_told(picture: Picture, medicines: tuple[str, ...], substance: str) -> Truth:
    """Whether the current dose is told: on the medicine list, or else as the daily amount of the exposure."""
    if isinstance(picture.case.medicines, Missing):
        return unknown("medicines", sentence="medicines: not known")
    listed = entries_of(picture, *medicines)
    if listed:
        return all_of(
            unknown(f"medicines.{entry.key}.dose", sentence=f"the dose of {entry.as_told}: not known")
            if isinstance(entry.dose, Missing)
            else known(True, f"{entry.as_told} {entry.dose}", f"medicines.{entry.key}.dose")
            for entry in listed
        )
    told = [_amount_told(exposure) for exposure in picture.exposures if exposure.substance == substance]
    return all_of(*told, ~picture.took())


def _amount_told(exposure: Exposure) -> Truth:
    name = f"exposures.{exposure.key}.amount"
    if isinstance(exposure.amount, Missing):
        return unknown(name, sentence=f"the dose of {exposure.as_told}: not known")
    if isinstance(exposure.per, Missing):
        return unknown(
            f"exposures.{exposure.key}.per", name, sentence=f"whether that is {exposure.as_told} a day: not known"
        )
    return known(True, f"{exposure.as_told} {exposure.amount}", name)


def current_dose(picture: Picture, medicines: tuple[str, ...], substance: str) -> tuple[Quantity, str] | None:
    """The one dose told and how it is taken; None where it is not a mass or several differ."""
    listed = entries_of(picture, *medicines)
    if listed:
        found = {None if isinstance(entry.dose, Missing) else mass_in(entry.dose) for entry in listed}
    else:
        found = {
            (exposure.amount, f"per {exposure.per}")
            for exposure in picture.exposures
            if exposure.substance == substance and isinstance(exposure.amount, Quantity)
        }
    dose = found.pop() if len(found) == 1 else None
    return dose if dose is not None and dose[0].unit in KINDS["mass"] else None


@asked_once
def methadone_told(picture: Picture) -> Reading:
    """The day's dose of the treatment with methadone as told, in mg: between the least and the sum where several are."""
    says = "the day's dose of methadone"
    told = [listed_a_day(entry, says) for entry in entries_of(picture, *METHADONE)]
    told = told or [
        picture.daily_amount(exposure, "mg/d")
        for exposure in picture.exposures
        if exposure.substance == "methadone" and exposure.prescribed is not False
    ]
    if not told:
        return Reading(0, inf, "mg", says, ("medicines.methadone.dose",), ("medicines.methadone.dose",))
    low, high = max(0, min(one.low for one in told)), sum(one.high for one in told)
    inputs = tuple(sorted({name for one in told for name in one.inputs}))
    return Reading(low, high, "mg", says, inputs, inputs if low != high else ())


def listed_a_day(entry: Medicine, says: str) -> Reading:
    """The most in a day that the dose of a list entry says, from one dose up where it cannot be told how often."""
    name = f"medicines.{entry.key}.dose"
    found = None if isinstance(entry.dose, Missing) else mass_in(entry.dose)
    if found is None:
        return Reading(0, inf, "mg", says, (name,), (name,))
    once, often = found[0].to("mg").value, frequency_in(found[1]).times
    if often is None:
        return Reading(once, inf, "mg", says, (name,), (name,))
    return Reading(once * often, once * often, "mg", says, (name,))


def verified(picture: Picture, medicine: str) -> Truth:
    """Whether somebody confirmed the dose with whoever dispenses it."""
    if isinstance(picture.case.medicines, Missing):
        return unknown("medicines", sentence="medicines: not known")
    listed = entries_of(picture, medicine)
    if not listed:
        return unknown(
            f"medicines.{medicine}.verified",
            sentence=f"{medicine} is not on the medicine list, so its dose is not verified",
        )
    return any_of(
        unknown(f"medicines.{entry.key}.verified", sentence=f"who confirmed the dose of {entry.as_told}: not known")
        if isinstance(entry.verified, Missing)
        else known(True, f"{entry.as_told} confirmed by {entry.verified}", f"medicines.{entry.key}.verified")
        for entry in listed
    )
