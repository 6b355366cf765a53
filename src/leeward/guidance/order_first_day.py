"""The first day of methadone: which order begins it, and how much is too much for it.

| what speaks | where nobody says which day it is | source |
|---|---|---|
| above the site's cap of the day, with what was given and ordered besides | speaks all the same | policy: methadone-day-1-cap |
| a first dose above 30 mg | speaks all the same | older labels |
| above what tolerance, age or lungs allow | speaks where they are known | methadone-low-tolerance |

Somebody whose treatment with methadone is told, at a dose that the order goes beyond by no more than a rise, is not at a
first day for all that is known: what missed days leave of the dose is another check.
"""

from __future__ import annotations

from leeward.guidance.options.current_treatment import (
    methadone_row,
    methadone_told,
    on_methadone,
    treated_with_methadone,
)
from leeward.guidance.options.methadone_doses import low_tolerance
from leeward.guidance.order_amounts import day_total, single
from leeward.guidance.picture import Picture
from leeward.model.case import Dose
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Limit
from leeward.model.truth import Truth, all_of, any_of, known, unknown

METHADONE = ("methadone",)
WHICH_DAY = "whether it is a first day"


def first_day(picture: Picture, order: Dose) -> Truth:
    """The first day of methadone: as the order says, since none was taken or given before today, or too many days missed."""
    if not isinstance(order.day, Missing):
        return known(order.day <= 1, f"day {order.day}", f"orders.{order.key}.day")
    look_back = picture.limit("dose-look-back")
    earlier = [
        hours_since(dose.at, picture.case.now, f"doses.{dose.key}.at", "hours since methadone") >= look_back
        for dose in picture.doses_of("methadone")
    ]
    begun = any_of(picture.took("methadone"), picture.takes("methadone"), picture.was_given(), *earlier)
    day = unknown(f"orders.{order.key}.day", sentence="which day of methadone it is: not known")
    anew = treated_with_methadone(picture) & methadone_row(picture).anew
    first = all_of(~any_of(*earlier, picture.was_given()), ~begun | anew | (day & ~on_methadone(picture)))
    return first.because("the first day of methadone")


def over_first_day_cap(picture: Picture, order: Dose) -> Truth:
    """Whether the first day is above the site's cap."""
    return all_of(first_day(picture, order), _above_cap(picture, order))


def above_first_day_cap(picture: Picture, order: Dose) -> Truth:
    """Whether it would be, for somebody whose treatment is not told."""
    return _ON if _goes_on(picture, order) else _above_cap(picture, order)


def over_first_dose(picture: Picture, order: Dose) -> Truth:
    """Whether the first dose is above what labels print."""
    return all_of(first_day(picture, order), ~picture.was_given(*METHADONE), _above_dose(picture, order))


def above_first_dose(picture: Picture, order: Dose) -> Truth:
    """Whether it would be, for somebody whose treatment is not told."""
    return _ON if _goes_on(picture, order) else _above_dose(picture, order)


def over_for_this_person(picture: Picture, order: Dose) -> Truth:
    """Above the first dose or the first day of the low start, or of a start that age or lungs halve."""
    return all_of(first_day(picture, order), _above_for(picture, order, ~picture.was_given(*METHADONE)))


def above_for_this_person(picture: Picture, order: Dose) -> Truth:
    """Whether it would be, for somebody whose treatment is not told, and of whom no dose of methadone is recorded."""
    none_given = known(not picture.doses_of(*METHADONE), "no dose of methadone is recorded", "doses")
    return _ON if _goes_on(picture, order) else _above_for(picture, order, none_given)


def _above_cap(picture: Picture, order: Dose) -> Truth:
    return day_total(picture, order, METHADONE) > picture.limit("methadone-day-1-cap")


def _above_dose(picture: Picture, order: Dose) -> Truth:
    return single(picture, order) > picture.limit("methadone-first-dose")


_ON = known(False, "the treatment that is told goes on", "medicines")


def _goes_on(picture: Picture, order: Dose) -> bool:
    """Whether the order is what treatment comes to that is told, or one rise more, whenever the last dose was."""
    most = methadone_told(picture).low + picture.limit("methadone-rise").value
    return treated_with_methadone(picture).is_yes and day_total(picture, order, METHADONE).low <= most


def _above_for(picture: Picture, order: Dose, none_given: Truth) -> Truth:
    low, share = low_tolerance(picture), picture.limit("start-share-older").value
    frail = picture.age >= picture.limit("age-older")
    frail = frail | picture.has("chronic-lung-disease", "sleep-apnoea")
    return any_of(
        all_of(low, _above(picture, order, "methadone-low-tolerance", 1, none_given)),
        all_of(frail, _above(picture, order, "methadone-standard", share, none_given)),
        all_of(frail, _above(picture, order, "methadone-low-tolerance", share, none_given), low),
    )


def _above(picture: Picture, order: Dose, schedule: str, share: float, none_given: Truth) -> Truth:
    """Above the first step of a schedule: its dose, where none was given, or its day."""
    step = picture.knowledge.schedules[schedule].steps[0]
    above: list[Truth] = []
    if step.dose is not None and step.dose.max is not None:
        most = Limit(schedule, step.dose.max * share, step.dose.unit)
        above.append(all_of(none_given, single(picture, order) > most))
    if step.per_day_max is not None and step.per_day_max.max is not None:
        most = Limit(schedule, step.per_day_max.max, step.per_day_max.unit)
        above.append(day_total(picture, order, METHADONE) > most)
    return any_of(above)
