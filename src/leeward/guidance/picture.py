"""What is known at `now`, put so that rules can ask it: readings, truths, and hours since.

Every answer comes from `Reading` or `Truth`, so a rule that asks only the picture cannot treat an unknown as normal.
Sedation is one input measured by any of its scales: knowing one is knowing it.
"""

from __future__ import annotations

from functools import cached_property

from leeward.guidance.basis import asked_once
from leeward.guidance.person import AT_HOME, MONITORED, Person
from leeward.guidance.scored import LASTING_INSTRUMENTS, Scored, scored
from leeward.guidance.use import Use
from leeward.model.truth import Truth, all_of, any_of, unknown

__all__ = ["AT_HOME", "LASTING_INSTRUMENTS", "MONITORED", "Picture", "asked_once", "scored"]


class Picture(Person, Use, Scored):
    """A case with the knowledge and policy to read it by. Built once for an assessment, then only asked."""

    @cached_property
    def sedated(self) -> Truth:
        """Whether the person is sedated or not fully awake, by RASS or POSS; a low Glasgow Coma Scale counts too."""
        rass, poss, coma = self.reading("sedation-rass"), self.reading("sedation-poss"), self.reading("gcs")
        scales: list[Truth] = []
        if not rass.is_unknown:
            scales.append(rass <= self.limit("rass-sedated"))
        if not poss.is_unknown:
            scales.append(poss >= self.limit("poss-sedated"))
        if not scales:
            scales.append(unknown(*rass.lacks, sentence="sedation (RASS or POSS): not known"))
        if not coma.is_unknown:
            scales.append(coma < self.limit("gcs-full"))
        return any_of(scales)

    @cached_property
    def deeply_sedated(self) -> Truth:
        """Whether the person is sedated deeply enough that slower breathing counts as depressed."""
        rass, poss = self.reading("sedation-rass"), self.reading("sedation-poss")
        scales: list[Truth] = []
        if not rass.is_unknown:
            scales.append(rass <= self.limit("rass-deeply-sedated"))
        if not poss.is_unknown:
            scales.append(poss >= self.limit("poss-deeply-sedated"))
        return any_of(scales) if scales else unknown(*rass.lacks, sentence="sedation (RASS or POSS): not known")

    @cached_property
    def respiratory_depression(self) -> Truth:
        """Whether breathing is depressed by rate or by saturation."""
        rate, saturation = self.reading("respiratory-rate"), self.reading("oxygen-saturation")
        return any_of(
            rate < self.limit("respiratory-rate-depressed"),
            all_of(rate < self.limit("respiratory-rate-depressed-if-sedated"), self.deeply_sedated),
            saturation < self.limit("oxygen-saturation-low"),
        )

    @cached_property
    def antagonist_on_board(self) -> Truth:
        """Whether naltrexone or nalmefene was taken or given, so that an agonist start by the clock is barred."""
        long_acting = ("naltrexone", "naltrexone-extended-release", "nalmefene")
        return any_of(self.took(*long_acting), self.takes(*long_acting), self.was_given(*long_acting))

    @cached_property
    def opioid_use_disorder(self) -> Truth:
        """Whether an opioid use disorder is diagnosed or counted."""
        criteria = self.total("dsm-5-tr-opioid-use-disorder", "opioid use disorder criteria")
        return self.has("opioid-use-disorder", "kratom-use-disorder") | (criteria >= self.limit("use-disorder-mild"))
