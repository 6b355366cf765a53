"""The row of a comfort medicine in adjuncts.toml."""

from __future__ import annotations

from leeward.guidance.adjunct_guards import Guard
from leeward.knowledge.entries import DoseText, Entry, Number, Words


class OtherSchedule(Entry, frozen=True, kw_only=True):
    """Another way in which a source prints the dose."""

    dose: DoseText
    every: Number


class AdjunctEntry(Entry, frozen=True, kw_only=True):
    """A comfort medicine for a symptom: its dose, its daily maximum, where it belongs and what speaks against it."""

    symptom: str
    medicine: str
    also: Words = ()
    settings: Words = ()
    rescue_settings: Words = ()
    route: str = ""
    dose: DoseText | None = None
    dose_upper: Number | None = None
    first_dose: Number | None = None
    then_dose: Number | None = None
    every: Number | None = None
    when: str = ""
    max_per_day: Number | None = None
    other_max: tuple[Number, ...] = ()
    other_every: tuple[Number, ...] = ()
    other_schedules: tuple[OtherSchedule, ...] = ()
    guards: tuple[Guard, ...] = ()
