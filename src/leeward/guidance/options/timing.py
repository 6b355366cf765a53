"""How long each opioid asks to be waited for before a standard buprenorphine start.

| after | wait | source |
|---|---|---|
| short-acting opioids | 12 h by default (4 h label floor, 6-12 h, 12-18 h elsewhere) | clinical row by row in substances.toml |
| illicit fentanyl, where watched | from 6 h, signs decide | CA Bridge Quick Start 2025: usually 24-36 h, range 6-72 h |
| illicit fentanyl, elsewhere | 24 h | engine consensus |
| methadone | 72 h; from 24 h with COWS 13 if the dose was 40 mg or less and staff watch | ASAM 2015, ACEP, CA Bridge |
| fentanyl patch | no published wait was read: the site's policy decides | recalled |
| no published wait (nitazenes) | cannot tell | NSW nitazene guidance |
"""

from __future__ import annotations

from datetime import datetime

from leeward.guidance.picture import MONITORED, Picture
from leeward.knowledge.entries import Substance
from leeward.model.case import Exposure
from leeward.model.instants import HOUR
from leeward.model.missing import Missing
from leeward.model.quantity import factor
from leeward.model.reading import Limit
from leeward.model.truth import NO, Truth, all_of, known, unknown

def asks_for_no_wait(substance: Substance) -> bool:
    """Whether no wait is asked after a substance: no opioid, an antagonist, or buprenorphine itself."""
    return substance.opioid == "no" or substance.class_ == "antagonist" or "buprenorphine" in substance.name


def waited(picture: Picture, exposure: Exposure, substance: Substance) -> Truth:
    """Whether the wait after one exposure is over."""
    if asks_for_no_wait(substance):
        return known(True, f"{substance.name} asks for no wait", f"exposures.{exposure.key}")
    if exposure.substance == "methadone":
        return _waited_for_methadone(picture, exposure)
    wait = wait_after(picture, exposure, substance)
    if wait is None:
        lack = f"a published wait after {substance.name}"
        return unknown(lack, sentence=f"no wait after {substance.name} is published: ask a specialist")
    hours = picture.hours_since_use(exposure)
    if exposure.substance == "fentanyl-illicit":
        by_signs = picture.monitored & (hours >= picture.limit("fentanyl-wait-monitored"))
        return by_signs | (hours >= wait)
    return hours >= wait


def wait_after(picture: Picture, exposure: Exposure, substance: Substance) -> Limit | None:
    """The longest wait after one exposure, None where no source gives one that the site accepts."""
    id = exposure.substance
    wait = substance.buprenorphine_wait
    if id == "methadone":
        return picture.limit("methadone-recent")
    if id == "fentanyl-transdermal" and not picture.policy.allows("fentanyl-patch-wait-known"):
        return None
    if wait is None or isinstance(id, Missing):
        return None
    value = wait.value if wait.value is not None else wait.high
    return None if value is None else Limit(id, value, wait.unit)


def earliest_wait(picture: Picture, exposure: Exposure, substance: Substance) -> Limit | None:
    """The wait that applies once everything about the setting is known, for telling when it ends."""
    if exposure.substance == "fentanyl-illicit" and picture.case.setting in MONITORED:
        return picture.limit("fentanyl-wait-monitored")
    return wait_after(picture, exposure, substance)


def _waited_for_methadone(picture: Picture, exposure: Exposure) -> Truth:
    hours = picture.hours_since_use(exposure)
    low_dose = picture.daily_amount(exposure, "mg/d") <= picture.limit("methadone-low-dose-per-day")
    supervised = all_of(
        low_dose,
        hours >= picture.limit("methadone-wait-supervised"),
        picture.cows >= picture.limit("cows-after-methadone"),
        picture.monitored,
    )
    return (hours >= picture.limit("methadone-recent")) | supervised


def waits_are_over(picture: Picture) -> Truth:
    """Whether the wait after every opioid told is over. Nobody knowing what was taken leaves it open."""
    if isinstance(picture.case.exposures, Missing):
        return unknown("exposures", sentence="what was taken: not known")
    truths: list[Truth] = []
    for exposure in picture.exposures:
        substance = picture.substance(exposure)
        if substance is not None:
            truths.append(waited(picture, exposure, substance))
        elif exposure.recognised:
            name = f"exposures.{exposure.key}.substance"
            truths.append(unknown(name, sentence=f"{exposure.as_told}: what it is is not known"))
    return all_of(truths)


def waits_end(picture: Picture) -> datetime | None:
    """When the last wait that still runs will surely be over; None where that cannot be told."""
    ends: list[datetime] = []
    for exposure in picture.exposures:
        substance = picture.substance(exposure)
        if substance is None:
            continue
        truth = waited(picture, exposure, substance)
        wait = earliest_wait(picture, exposure, substance)
        if truth.is_yes:
            continue
        if truth.answer is not NO or wait is None or isinstance(exposure.last_use, Missing):
            return None
        ends.append(exposure.last_use.latest + wait.value * factor(wait.unit, "h") * HOUR)
    return max(ends) if ends else None
