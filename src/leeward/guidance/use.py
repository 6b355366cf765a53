"""What the person took, as told: exposures, and the lists of medicines and doses."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from leeward.guidance.basis import asked_once
from leeward.guidance.listed import Listed
from leeward.guidance.observed import Observed
from leeward.guidance.taken import Taken
from leeward.knowledge.entries import Substance
from leeward.model.case import Dose, Exposure
from leeward.model.instants import hours_since
from leeward.model.missing import Missing
from leeward.model.once import once
from leeward.model.reading import Reading, exact
from leeward.model.truth import Truth, any_of, known, unknown

KRATOM_CLASSES = ("leaf", "extract", "7-oh", "analogue")
"""Classes of substance that are kratom or come from it."""


BARBITURATES = ("phenobarbital", "butalbital", "secobarbital", "pentobarbital", "amobarbital", "primidone")
"""Barbiturates among the medicines; primidone becomes one."""

LIKE_BARBITURATES = (
    *BARBITURATES,
    *("meprobamate", "carisoprodol", "sodium-oxybate", "chloral-hydrate", "ethchlorvynol", "glutethimide"),
    *("methaqualone", "clomethiazole", "paraldehyde"),
)
"""Barbiturates and what adds to slow breathing and is dangerous to stop as they are."""


class Told(msgspec.Struct, frozen=True):
    """An exposure with its substance, the truth that it was taken, and the truth that it was something else."""

    exposure: Exposure
    substance: Substance
    taken: Truth
    other: Truth


class Use(Observed):
    """What was taken and given, to be asked by substance, class, medicine and trait."""

    def takes(self, *medicines: str, traits: Iterable[str] = ()) -> Truth:
        """Whether a medicine list names one of these medicines or a medicine with one of these traits."""
        return self._medicines.names(medicines, traits)

    def was_given(self, *medicines: str, traits: Iterable[str] = ()) -> Truth:
        """Whether one of these medicines was given in this episode."""
        return self._doses.names(medicines, traits)

    @once
    def _medicines(self) -> Listed:
        return Listed("medicines", self.case.medicines, self.knowledge.medicines)

    @once
    def _doses(self) -> Listed:
        return Listed("doses", self.case.doses, self.knowledge.medicines)

    def doses_of(self, *medicines: str) -> list[Dose]:
        """Doses of these medicines given in this episode; none where the list is missing."""
        given = () if isinstance(self.case.doses, Missing) else self.case.doses
        return [dose for dose in given if dose.medicine in medicines]

    @once
    def taken(self) -> Taken:
        """Exposures, medicines, doses and orders together, to be asked for a trait or a medicine."""
        return Taken(self.case, self.knowledge, self.limit)

    @once
    def exposures(self) -> tuple[Exposure, ...]:
        """The exposures told; none where nobody asked, which `exposed` answers as unknown."""
        return () if isinstance(self.case.exposures, Missing) else self.case.exposures

    def substance(self, exposure: Exposure) -> Substance | None:
        """The substance's entry in knowledge, None where it is unknown or not known to Leeward."""
        return None if isinstance(exposure.substance, Missing) else self.knowledge.substances[exposure.substance]

    def exposed(self, test: Callable[[Exposure, Substance], bool | Truth], says: str) -> Truth:
        """Whether any exposure passes `test`.

        An exposure to nobody knows what leaves it open; one that Leeward does not know does not.
        """
        truths: list[Truth] = []
        for told in self._told(says):
            if isinstance(told, Told):
                passed = test(told.exposure, told.substance)
                truths.append(passed if isinstance(passed, Truth) else told.taken if passed else told.other)
            else:
                truths.append(told)
        return any_of(truths)

    @asked_once
    def _told(self, says: str) -> list[Told | Truth]:
        """Each exposure with its truths; where nobody knows what was taken, the unknown that it leaves."""
        if isinstance(self.case.exposures, Missing):
            return [_EXPOSURES_NOT_KNOWN]
        found: list[Told | Truth] = []
        for exposure in self.exposures:
            substance, name = self.substance(exposure), f"exposures.{exposure.key}"
            if substance is not None:
                sentence = f"{says}: {substance.name}"
                yes, no = known(True, sentence, name), known(False, sentence, name)
                found.append(Told(exposure, substance, yes, no))
            elif exposure.recognised:
                found.append(unknown(f"{name}.substance", sentence=f"{exposure.as_told}: what it is is not known"))
        return found or [known(False, f"no exposure of this kind ({says}) told", "exposures")]

    @asked_once
    def took(self, *substances: str) -> Truth:
        """Whether one of these substances was taken, as told."""
        if self._substances.isdisjoint(substances):
            return self._took_another
        return self.exposed(lambda exposure, _: exposure.substance in substances, "taken")

    @asked_once
    def took_class(self, *classes: str) -> Truth:
        """Whether a substance of one of these classes was taken, as told."""
        if self._classes.isdisjoint(classes):
            return self._took_another
        return self.exposed(lambda _, substance: substance.class_ in classes, "taken")

    @once
    def _took_another(self) -> Truth:
        return self.exposed(lambda _, __: False, "taken")

    @once
    def _substances(self) -> frozenset[str]:
        return frozenset(told.substance for told in self.exposures if isinstance(told.substance, str))

    @once
    def _classes(self) -> frozenset[str]:
        return frozenset(self.knowledge.substances[id].class_ for id in self._substances)

    @once
    def took_opioid(self) -> Truth:
        """Whether anything that acts as an opioid was taken, kratom and tianeptine included.

        Where no opioid that Leeward knows was told, a name that it does not know may be one.
        """
        known_ones = self.exposed(lambda _, substance: substance.opioid == "yes", "opioid taken")
        in_doubt = [] if self.told_an_opioid else [_what_is_it(exposure) for exposure in self.unrecognised]
        return any_of(known_ones, *in_doubt)

    @once
    def told_an_opioid(self) -> bool:
        """Whether an opioid that Leeward knows is among the exposures told."""
        return any(self.knowledge.substances[id].opioid == "yes" for id in self._substances)

    @once
    def unrecognised(self) -> tuple[Exposure, ...]:
        """The exposures whose names Leeward does not know."""
        return tuple(
            exposure
            for exposure in self.exposures
            if isinstance(exposure.substance, Missing) and not exposure.recognised
        )

    @once
    def took_fentanyl(self) -> Truth:
        """Whether illicit fentanyl was taken, as told or as screened."""
        return self.took("fentanyl-illicit", "nitazene") | self.screened("fentanyl", "positive")

    @once
    def took_kratom(self) -> Truth:
        """Whether a kratom product of any kind was taken."""
        return self.took_class(*KRATOM_CLASSES)

    def hours_since_use(self, exposure: Exposure) -> Reading:
        """Hours since the last use of one exposure."""
        name = f"exposures.{exposure.key}.last_use"
        return hours_since(exposure.last_use, self.case.now, name, f"hours since {self.name_of(exposure)}")

    def name_of(self, exposure: Exposure) -> str:
        """What to call an exposure in a sentence."""
        substance = self.substance(exposure)
        return substance.name if substance else exposure.as_told

    def daily_amount(self, exposure: Exposure, unit: str) -> Reading:
        """The amount of one exposure a day, in a mass per day."""
        name, says = f"exposures.{exposure.key}.amount", f"{self.name_of(exposure)} a day"
        amount, per, doses = exposure.amount, exposure.per, exposure.doses_per_day
        mass = unit.removesuffix("/d")
        if isinstance(amount, Missing) or isinstance(per, Missing) or amount.unit not in ("kg", "g", "mg", "mcg"):
            return Reading.unknown(name, says, unit)
        value = amount.to(mass).value
        if per == "day":
            return Reading(value, value, unit, says, (name,))
        if isinstance(doses, Missing):
            return Reading.unknown(f"exposures.{exposure.key}.doses_per_day", says, unit)
        return Reading(value * doses, value * doses, unit, says, (name,))

    def uses_per_day(self, exposure: Exposure) -> Reading:
        """How often a day one exposure is taken."""
        name = f"exposures.{exposure.key}.doses_per_day"
        return exact(exposure.doses_per_day, name, f"uses of {self.name_of(exposure)} a day", "/d")


def _what_is_it(exposure: Exposure) -> Truth:
    name = f"exposures.{exposure.key}.substance"
    return unknown(name, sentence=f"{exposure.as_told}: Leeward does not know it, and it may be an opioid")


_EXPOSURES_NOT_KNOWN = unknown("exposures", sentence="what was taken: not known")
