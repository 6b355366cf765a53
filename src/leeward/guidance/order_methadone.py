"""An order of methadone, held against what Leeward itself would propose for somebody who was on it.

| missed days | the most that the order is held against | source |
|---|---|---|
| the row that leaves the dose | the day's dose that was told, and one rise | Australia, Ontario; ASAM (recalled) |
| the row that leaves half | half of it | the same |
| the row that leaves the lower | the lower of half and 40 mg | Australia |
| the row of a new start | the first dose and the first day of the start that would be proposed | labels; ASAM; WHO 2009 annex 12 |

Where the row or the dose is not known, an order above every row that may hold still speaks. A start that was begun here
goes on by its own steps; above the dose that was told an order speaks all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from leeward.guidance.options.current_treatment import (
    methadone_row,
    methadone_told,
    missed_methadone,
    one_row_down,
    treated_with_methadone,
)
from leeward.guidance.options.methadone_doses import past_day_one, propose
from leeward.guidance.order_amounts import day_total, single
from leeward.guidance.picture import Picture
from leeward.model.case import Dose
from leeward.model.reading import Limit, Reading
from leeward.model.truth import Truth, all_of, any_of, unknown

METHADONE = ("methadone",)


def above_what_is_left(picture: Picture, order: Dose) -> Truth:
    """Whether the day's methadone is more than missed days leave of the dose, or than a rise makes of it."""
    return _above(picture, order, day_total(picture, order, METHADONE, same_day=True), picture.limit("methadone-rise"))


def above_what_was_told(picture: Picture, order: Dose) -> Truth:
    """Whether it is more by no more than a rise, or only with what was given on the day before."""
    none = Limit("methadone-rise", 0, "mg")
    return all_of(
        ~above_what_is_left(picture, order), _above(picture, order, day_total(picture, order, METHADONE), none)
    )


def _above(picture: Picture, order: Dose, total: Reading, rise: Limit) -> Truth:
    row, told, limit = methadone_row(picture), methadone_told(picture), picture.limit
    share, cap = limit("methadone-missed-share"), limit("methadone-missed-cap")
    over = all_of(
        ~row.same | _over(total, told, lambda dose: Limit(rise.id, dose + rise.value, "mg")),
        ~row.half | _over(total, told, lambda dose: Limit(share.id, dose * share.value, "mg")),
        ~row.lower | _over(total, told, lambda dose: Limit(cap.id, min(dose * share.value, cap.value), "mg")),
        ~row.anew | _over_a_new_start(picture, order, total, told),
    )
    return all_of(treated_with_methadone(picture), over).because(lambda: _says(picture, total))


def _over(total: Reading, told: Reading, left: Callable[[float], Limit]) -> Truth:
    """Whether the day's sum is above what is left of a dose that may be known within bounds only."""
    least, most = left(told.low), left(told.high)
    if least.value == most.value:
        return total > most
    return any_of(total > most, all_of(total > least, unknown(*told.lacks)))


def _over_a_new_start(picture: Picture, order: Dose, total: Reading, told: Reading) -> Truth:
    """Whether it is above the first day or dose of the start that would be proposed; later on, above what was told."""
    step, later = propose(picture).steps[0], past_day_one(picture)
    over = _over(total, told, lambda dose: Limit("methadone-missed-new-start", dose, "mg"))
    above: list[Truth] = []
    if step.per_day_max is not None and step.per_day_max.max is not None:
        above.append(total > Limit("methadone-day-1-cap", step.per_day_max.max, step.per_day_max.unit))
    if step.dose is not None and step.dose.max is not None:
        above.append(single(picture, order) > Limit("methadone-first-dose", step.dose.max, step.dose.unit))
    first = any_of(above)
    return any_of(all_of(later, over), all_of(~later, first), all_of(over, first))


def _says(picture: Picture, total: Reading) -> str:
    row, told, missed = methadone_row(picture), methadone_told(picture), missed_methadone(picture)
    rows = (
        (row.same, "the dose stays"),
        (row.half, "half of it is left"),
        (row.lower, f"the lower of half and {picture.limit('methadone-missed-cap')} is left"),
        (row.anew, "it is started anew"),
    )
    left = next((says for holds, says in rows if holds.is_yes), "what is left cannot be told")
    down = one_row_down(picture)
    because = f" ({'; '.join(down.reasons())})" if down.is_yes else ""
    return f"{total}; told {told.shown()} a day; {missed}{because}: {left}"
