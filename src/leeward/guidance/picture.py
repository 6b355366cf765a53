"""What is known at `now`, put so that rules can ask it: readings, truths, and hours since.

Every answer comes from `Reading` or `Truth`, so a rule that asks only the picture cannot treat an unknown as normal.
Sedation is one input measured by any of its scales: knowing one is knowing it.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from leeward.guidance.basis import asked_once
from leeward.guidance.observed import AGES
from leeward.guidance.person import AT_HOME, MONITORED, Person
from leeward.guidance.scored import LASTING_INSTRUMENTS, Scored, scored
from leeward.guidance.use import Use
from leeward.model.instants import Span, hours_since
from leeward.model.missing import Missing
from leeward.model.once import once
from leeward.model.truth import YES, Truth, all_of, any_of

__all__ = ["AT_HOME", "LASTING_INSTRUMENTS", "MONITORED", "Picture", "asked_once", "scored"]


NALTREXONE = ("naltrexone", "naltrexone-extended-release")


class Picture(Person, Use, Scored):
    """A case with the knowledge and policy to read it by. Built once for an assessment, then only asked."""

    @once
    def has_two_of_one_time(self) -> bool:
        """Whether two readings or two scores of one kind may be of one time, and so may disagree."""
        limits = ("readings-of-one-time", "scores-of-one-time")
        kinds = (self._observations.values(), self._scores.values())
        return any(
            len(entries) > 1 and _any_near([entry.at for entry in entries], timedelta(minutes=self.limit(id).value))
            for id, groups in zip(limits, kinds, strict=True)
            for entries in groups
        )

    def at_worst(self, truth: Truth) -> Truth:
        """A truth that speaks against something, where the worst of disagreeing entries of one time counts."""
        return truth.at_worst(YES) if self.has_two_of_one_time else truth

    @once
    def sedated(self) -> Truth:
        """Whether the person is sedated or not fully awake, by RASS or POSS; a low Glasgow Coma Scale counts too."""
        scales = self._sedation("rass-sedated", "poss-sedated")
        return scales | (self.reading("gcs") < self.limit("gcs-full")) if self._speaks("gcs") else scales

    @once
    def deeply_sedated(self) -> Truth:
        """Whether the person is sedated deeply enough that slower breathing counts as depressed."""
        return self._sedation("rass-deeply-sedated", "poss-deeply-sedated")

    def _sedation(self, rass: str, poss: str) -> Truth:
        """Sedation by whichever scale was taken; a scale that was never taken leaves nothing open where the other was."""
        scales: list[Truth] = []
        if self._speaks("sedation-rass") or not self._speaks("sedation-poss"):
            scales.append(self.reading("sedation-rass") <= self.limit(rass))
        if self._speaks("sedation-poss"):
            scales.append(self.reading("sedation-poss") >= self.limit(poss))
        return any_of(scales)

    def _speaks(self, what: str) -> bool:
        """Whether an observation of a kind was written down that may still speak for now."""
        return bool(self.latest(self.observed(what), limit=AGES[self.knowledge.observations[what].keeps])[0])

    @once
    def respiratory_depression(self) -> Truth:
        """Whether breathing is depressed by rate or by saturation."""
        rate, saturation = self.reading("respiratory-rate"), self.reading("oxygen-saturation")
        return any_of(
            rate < self.limit("respiratory-rate-depressed"),
            all_of(rate < self.limit("respiratory-rate-depressed-if-sedated"), self.deeply_sedated),
            saturation < self.limit("oxygen-saturation-low"),
        )

    @once
    def opioid_involved(self) -> Truth:
        """Whether there is anything that opioid treatment is for: an opioid taken, kratom included, or a use disorder."""
        return self.took_opioid | self.opioid_use_disorder

    @once
    def antagonist_on_board(self) -> Truth:
        """Whether naltrexone or nalmefene still blocks, so that an agonist start by the clock is barred.

        A tablet and an injection of naltrexone wear off by the clock; nothing read says when nalmefene does.
        """
        nalmefene = ("nalmefene",)
        return any_of(
            self._blocks("naltrexone", "naltrexone-oral-blocks"),
            self._blocks("naltrexone-extended-release", "naltrexone-injection-blocks"),
            self.took(*nalmefene),
            self.takes(*nalmefene),
            self.was_given(*nalmefene),
        )

    @once
    def antagonist_told(self) -> Truth:
        """Whether naltrexone was taken or given at all: tolerance to opioids is lost under it."""
        return any_of(self.took(*NALTREXONE), self.takes(*NALTREXONE), self.was_given(*NALTREXONE))

    def _blocks(self, medicine: str, limit: str) -> Truth:
        """Whether an antagonist was last taken or given too short a while ago to have worn off."""
        lasts, now = self.limit(limit), self.case.now
        uses = [
            hours_since(exposure.last_use, now, f"exposures.{exposure.key}.last_use", f"hours since {exposure.as_told}")
            for exposure in self.exposures
            if exposure.substance == medicine
        ]
        listed = () if isinstance(self.case.medicines, Missing) else self.case.medicines
        uses += [
            hours_since(entry.last_taken, now, f"medicines.{entry.key}.last_taken", f"hours since {entry.as_told}")
            for entry in listed
            if entry.medicine == medicine
        ]
        uses += [
            hours_since(dose.at, now, f"doses.{dose.key}.at", f"hours since {dose.as_told}")
            for dose in self.doses_of(medicine)
        ]
        return any_of(*(hours < lasts for hours in uses), self.took(), self.takes(), self.was_given())

    @once
    def opioid_use_disorder(self) -> Truth:
        """Whether an opioid use disorder is diagnosed or counted."""
        criteria = self.total("dsm-5-tr-opioid-use-disorder", "opioid use disorder criteria")
        return self.has("opioid-use-disorder", "kratom-use-disorder") | (criteria >= self.limit("use-disorder-mild"))


def _any_near(times: list[Span | Missing], within: timedelta) -> bool:
    """Whether any two of these times may be nearer to each other than `within`."""
    spans = sorted(at for at in times if isinstance(at, Span))
    return any(later.earliest - earlier.latest < within for earlier, later in pairwise(spans))
