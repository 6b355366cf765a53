"""The made-up people of the demo ward, each a story whose assessment shows something. Every one is synthetic.

Nothing here is about anybody. What the stories are shaped after stands in `examples/`; readings and points are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from leeward.record.entries import Draft
from leeward.ward.demo_starting import (
    fentanyl_ready_for_a_start,
    kratom_leaf_from_a_recalled_lot,
    precipitated_withdrawal,
    seven_oh_tablets_with_a_label,
    signed_start_with_a_rescore_overdue,
)
from leeward.ward.demo_watched import (
    hardly_anything_charted,
    home_between_visits,
    methadone_with_a_long_qtc,
    pregnant_with_kratom,
    sedated_and_breathing_slowly,
)
from leeward.ward.story import Story

STORIES: tuple[Callable[[Story], None], ...] = (
    fentanyl_ready_for_a_start,
    kratom_leaf_from_a_recalled_lot,
    seven_oh_tablets_with_a_label,
    signed_start_with_a_rescore_overdue,
    precipitated_withdrawal,
    sedated_and_breathing_slowly,
    pregnant_with_kratom,
    methadone_with_a_long_qtc,
    hardly_anything_charted,
    home_between_visits,
)
"""The first is `demo-1`, and so on."""


def drafts(now: datetime) -> Iterator[Draft]:
    """Every entry of every story, those of one person together."""
    for number, tell in enumerate(STORIES, start=1):
        story = Story(f"demo-{number}", now)
        tell(story)
        yield from story.drafts
