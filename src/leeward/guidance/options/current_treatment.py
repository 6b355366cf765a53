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

import msgspec

from leeward.guidance.gates import missed_days, none_asked
from leeward.guidance.options.buprenorphine_cautions import alcohol_or_sedatives_in_doubt
from leeward.guidance.picture import NALTREXONE, Picture, asked_once
from leeward.guidance.use import BARBITURATES
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure, Medicine
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

    @property
    def continued(self) -> Truth:
        """Whether one of the rows holds for certain."""
        return any_of(self.same, self.half, self.lower)


@asked_once
def on_methadone(picture: Picture) -> Truth:
    """Whether methadone is treatment here and few enough days were missed."""
    missed = missed_methadone(picture)
    few = (missed < picture.limit("methadone-missed-lower")) | all_of(
        missed < picture.limit("methadone-missed-new-start"), ~one_row_down(picture)
    )
    return _treated_with_methadone(picture) & few


def _treated_with_methadone(picture: Picture) -> Truth:
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
    )


@asked_once
def one_row_down(picture: Picture) -> Truth:
    """Whether the tolerance for methadone is in doubt: unstable dose, sedatives or alcohol, or opioids in the gap."""
    return any_of(
        alcohol_or_sedatives_in_doubt(picture),
        picture.takes(*BARBITURATES, traits=("benzodiazepine",)),
        picture.exposed(_other_opioid, "opioid in the gap"),
        picture.exposed(lambda exposure, _: _unstable(picture, exposure), "dose not yet stable"),
    )


def _other_opioid(exposure: Exposure, substance: Substance) -> bool:
    if exposure.substance == "methadone":
        return exposure.prescribed is False
    return substance.opioid == "yes"


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
