"""Who the person is: age, pregnancy, setting, conditions, allergies, goals."""

from __future__ import annotations

from functools import cache

from leeward.guidance.basis import asked_once
from leeward.guidance.observed import Observed
from leeward.model.case import Condition, unnamed
from leeward.model.missing import Missing
from leeward.model.once import once
from leeward.model.reading import Reading, exact
from leeward.model.truth import Truth, known, unknown

MONITORED = ("emergency", "inpatient", "opioid-treatment-program", "residential", "custody")
AT_HOME = ("home", "telehealth")


class Person(Observed):
    """The person of a case, with their conditions and where they are cared for."""

    @once
    def age(self) -> Reading:
        """Age in years."""
        return exact(self.case.patient.age, "patient.age", "age", "y")

    @once
    def weight(self) -> Reading:
        """Body weight in kilograms."""
        return exact(self.case.patient.weight_kg, "patient.weight_kg", "weight", "kg")

    @once
    def gestation(self) -> Reading:
        """Weeks of pregnancy."""
        return exact(self.case.patient.gestation_weeks, "patient.gestation_weeks", "weeks of pregnancy", "wk")

    @once
    def pregnant(self) -> Truth:
        """Whether the person is pregnant, as told, as tested or as recorded among the conditions."""
        if self._recorded_pregnant:
            return known(True, f"among the conditions: {self._recorded_pregnant}", "conditions")
        told, test = self.case.patient.pregnant, self.word("pregnancy-test", "positive")
        if not isinstance(told, Missing):
            said = known(told, "pregnant" if told else "not pregnant", "patient.pregnant")
            # A test that was written down, even without its result, may gainsay the word; one never done does not.
            return said | test if self.observed("pregnancy-test") else said
        if self.case.patient.sex == "male":
            return known(False, "not pregnant (male)", "patient.sex")
        return test if self.observed("pregnancy-test") else unknown("patient.pregnant", sentence="pregnancy: not known")

    @once
    def _recorded_pregnant(self) -> str:
        """How a pregnancy is recorded among the conditions; empty where none is."""
        return next((one.as_told for one in self._recorded if one.condition == "pregnancy" and one.present is True), "")

    @once
    def opioid_naive(self) -> Truth:
        """Whether the person has never used opioids other than the kratom product."""
        told = self.case.patient.opioid_naive
        if isinstance(told, Missing):
            return unknown("patient.opioid_naive", sentence="earlier opioid use: not known")
        return known(told, "no earlier opioid use" if told else "opioids used before", "patient.opioid_naive")

    def setting_is(self, *settings: str) -> Truth:
        """Whether the person is cared for in one of these settings."""
        setting = self.case.setting
        if isinstance(setting, Missing):
            return unknown("setting", sentence="setting: not known")
        return known(setting in settings, f"setting: {setting}", "setting")

    @once
    def monitored(self) -> Truth:
        """Whether staff watch the person in this setting."""
        return self.setting_is(*MONITORED)

    def wants(self, *goals: str) -> bool:
        """Whether the person or team voiced one of these goals. A goal is a choice: unvoiced is not unknown."""
        return any(goal in self.case.goals for goal in goals)

    @asked_once
    def has(self, *conditions: str) -> Truth:
        """Whether any of these conditions is present. A list that was given is complete."""
        if isinstance(self.case.conditions, Missing):
            return _CONDITIONS_NOT_KNOWN
        none_recorded = _none_recorded(self.knowledge.conditions[conditions[0]].name)
        nameless = self._nameless_conditions
        if nameless and not self._conditions.issuperset(conditions):  # one that is named may have been ruled out
            none_recorded = unknown(*nameless, sentence="one of the conditions has no name")
        if self._conditions.isdisjoint(conditions):
            return none_recorded
        mine = [entry for entry in self.case.conditions if entry.condition in conditions]
        present = [entry.as_told for entry in mine if entry.present is True]
        if present:
            return known(True, " and ".join(sorted(present)), "conditions")
        if not_known := [entry for entry in mine if isinstance(entry.present, Missing)]:
            return unknown(*(f"conditions.{entry.key}" for entry in not_known))
        return none_recorded

    def ruled_out(self, condition: str) -> bool:
        """Whether the chart says in so many words that the condition was looked for and is not there."""
        mine = [entry.present for entry in self._recorded if entry.condition == condition]
        return bool(mine) and all(present is False for present in mine)

    @once
    def _recorded(self) -> tuple[Condition, ...]:
        return () if isinstance(self.case.conditions, Missing) else self.case.conditions

    @once
    def _conditions(self) -> frozenset[str | None]:
        return frozenset(entry.condition for entry in self._recorded)

    @once
    def _nameless_conditions(self) -> tuple[str, ...]:
        return unnamed(self._recorded, "conditions")

    @once
    def _nameless_allergies(self) -> tuple[str, ...]:
        return () if isinstance(self.case.allergies, Missing) else unnamed(self.case.allergies, "allergies")

    def allergic_to(self, *medicines: str) -> Truth:
        """Whether an allergy to one of these medicines is recorded."""
        recorded = self.case.allergies
        if isinstance(recorded, Missing):
            return _ALLERGIES_NOT_KNOWN
        found = [entry.as_told for entry in recorded if entry.medicine in medicines]
        if found:
            return known(True, f"allergy: {', '.join(found)}", "allergies")
        nameless = self._nameless_allergies
        return unknown(*nameless, sentence="one of the allergies has no name") if nameless else _NO_ALLERGY


_CONDITIONS_NOT_KNOWN = unknown("conditions", sentence="conditions: not known")
_ALLERGIES_NOT_KNOWN = unknown("allergies", sentence="allergies: not known")
_NO_ALLERGY = known(False, "no such allergy", "allergies")


@cache
def _none_recorded(name: str) -> Truth:
    return known(False, f"no {name} recorded", "conditions")
