"""What is known at `now`, put so that rules can ask it: readings, truths, and hours since.

Every answer comes from `Reading` or `Truth`, so a rule that asks only the picture cannot treat an unknown as normal.
Sedation is one input measured by any of its scales: knowing one is knowing it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cache, cached_property, lru_cache, wraps
from math import inf
from typing import Protocol, TypeVar

from leeward.guidance.taken import Taken
from leeward.guidance.assessment import Reasoning
from leeward.instruments import Score, load_instruments, score
from leeward.knowledge import Knowledge, Policy
from leeward.knowledge.entries import Substance
from leeward.model.case import Case, Dose, Exposure, Medicine, Observation, ScoreEntry
from leeward.model.instants import HOUR, Span, hours_since
from leeward.model.missing import Missing
from leeward.model.reading import Limit, Reading
from leeward.model.truth import Truth, all_of, any_of, known, unknown


class Timed(Protocol):
    """Anything with a key and an instant."""

    @property
    def key(self) -> str: ...
    @property
    def at(self) -> Span | Missing: ...


TimedEntry = TypeVar("TimedEntry", bound=Timed)

MONITORED = ("emergency", "inpatient", "opioid-treatment-program", "residential", "custody")
AT_HOME = ("home", "telehealth")

PER_CENT = 100

LASTING_INSTRUMENTS = ("dsm-5-tr-opioid-use-disorder", "dsm-5-tr-opioid-withdrawal", "phq-2", "phq-9", "c-ssrs")
"""Instruments that speak of weeks or months, so that a score of yesterday still stands."""


class Picture:
    """A case with the knowledge and policy to read it by. Built once for an assessment, then only asked."""

    def __init__(self, case: Case, knowledge: Knowledge, policy: Policy) -> None:
        self.case, self.knowledge, self.policy = case, knowledge, policy
        self._readings: dict[str, Reading] = {}
        self.answered: dict[object, Truth] = {}
        self.reasoned: dict[str, Reasoning] = {}
        self._current_scores: dict[str, tuple[Score | None, tuple[str, ...]]] = {}
        self._observed: dict[str, list[Observation]] = {}
        for observation in case.observations:
            self._observed.setdefault(observation.what, []).append(observation)
        self._scored: dict[str, list[ScoreEntry]] = {}
        for entry in case.scores:
            self._scored.setdefault(entry.instrument, []).append(entry)

    def once(self, question: Callable[[Picture], Truth]) -> Truth:
        """The answer to a question that several rules put: asked the first time, remembered for the rest."""
        found = self.answered.get(question)
        if found is None:
            found = self.answered[question] = question(self)
        return found

    def limit(self, id: str) -> Limit:
        """A threshold of the site's policy, or else of knowledge."""
        return self.policy.limits.get(id) or self.knowledge.limit(id)

    # Readings ------------------------------------------------------------------------------------------------------

    def reading(self, what: str) -> Reading:
        """The latest reading that still speaks for now, in the unit that knowledge keeps for it."""
        found = self._readings.get(what)
        if found is None:
            found = self._readings[what] = self._read(what)
        return found

    def _read(self, what: str) -> Reading:
        kind = self.knowledge.observations[what]
        name = f"observations.{what}"
        candidates, open_times = self.latest(self._observed.get(what, ()), lasting=kind.keeps == "long")
        values = [entry.value for entry in candidates if isinstance(entry.value, (int, float))]
        if not values or len(values) < len(candidates) or (open_times and kind.keeps == "hours"):
            lacks = f"{name}.at" if open_times and values else name
            return Reading.unknown(lacks, kind.name, kind.unit)
        low, high = min(values), max(values)
        return Reading(low, high, kind.unit, kind.name, (name,), (name,) if low != high else ())

    def latest(self, entries: Sequence[TimedEntry], lasting: bool = False) -> tuple[list[TimedEntry], bool]:
        """The entries that may be the latest one that still speaks for now, and whether that hangs on an open time."""
        if not lasting:
            entries = [entry for entry in entries if not self._is_old(entry.at)]
        if not entries:
            return [], False
        newest = max(_earliest(entry.at) for entry in entries)
        possible = [entry for entry in entries if _latest(entry.at) >= newest]
        return possible, any(self._may_be_old(entry.at) for entry in possible)

    def observed(self, what: str) -> Sequence[Observation]:
        """Every observation of a kind, whenever it was made."""
        return self._observed.get(what, ())

    def _is_old(self, at: Span | Missing) -> bool:
        return isinstance(at, Span) and (self.case.now - at.latest) > self._current

    def _may_be_old(self, at: Span | Missing) -> bool:
        return isinstance(at, Missing) or (self.case.now - at.earliest) > self._current

    @cached_property
    def _current(self) -> timedelta:
        return self.limit("readings-current").value * HOUR

    def said(self, what: str) -> Truth:
        """Whether a yes-or-no observation holds now."""
        return self._word(what, lambda value: value is True or value == "yes", self.knowledge.observations[what].name)

    def word(self, what: str, *words: str) -> Truth:
        """Whether an observation in words is one of `words` now."""
        kind = self.knowledge.observations[what]
        return self._word(what, lambda value: value in words, f"{kind.name} {' or '.join(words)}")

    def _word(self, what: str, holds: Callable[[object], bool], says: str) -> Truth:
        name = f"observations.{what}"
        lasting = self.knowledge.observations[what].keeps == "long"
        candidates, open_times = self.latest(self._observed.get(what, ()), lasting)
        if not candidates or any(isinstance(entry.value, Missing) for entry in candidates):
            return unknown(name, sentence=f"{says}: not known")
        if open_times and not lasting:
            return unknown(f"{name}.at", sentence=f"{says}: when is not known")
        truths = {holds(entry.value) for entry in candidates}
        if len(truths) > 1:
            return unknown(name, sentence=f"{says}: entries of the same time disagree")
        holding = truths.pop()
        return known(holding, says if holding else f"no {says}", name)

    def screened(self, analyte: str, result: str) -> Truth:
        """Whether the latest urine drug screen gave `result` for an analyte."""
        name = f"observations.urine-drug-screen.{analyte}"
        screens = [entry for entry in self._observed.get("urine-drug-screen", ()) if analyte in dict(entry.results)]
        candidates, _ = self.latest(screens, lasting=True)
        results = {dict(entry.results)[analyte] for entry in candidates}
        if len(results) != 1 or not results <= {"positive", "negative"}:
            return unknown(name)
        found = results.pop()
        return known(found == result, f"urine screen {found} for {analyte}", name)

    def hours_since_observed(self, what: str, analyte: str = "") -> Reading:
        """Hours since the latest observation of a kind; for a drug screen, since the latest that tested for `analyte`."""
        name = f"observations.{what}.{analyte}" if analyte else f"observations.{what}"
        says = f"hours since the latest {self.knowledge.observations[what].name}"
        entries = [entry for entry in self._observed.get(what, ()) if not analyte or analyte in dict(entry.results)]
        candidates, _ = self.latest(entries, lasting=True)
        spans = [entry.at for entry in candidates if isinstance(entry.at, Span)]
        if not spans or len(spans) < len(candidates):
            return Reading.unknown(f"{name}.at" if candidates else name, says, "h")
        span = Span(max(span.earliest for span in spans), max(span.latest for span in spans))
        return hours_since(span, self.case.now, f"{name}.at", says)

    def fall(self, what: str) -> Reading:
        """How far the latest reading lies under the first one of the case, in per cent of the first; a rise is negative."""
        name, says = f"observations.{what}", f"fall of {self.knowledge.observations[what].name} since the first reading"
        entries, latest = self._observed.get(what, []), self.reading(what)
        values = [entry.value for entry in _first(entries)]
        first = [value for value in values if isinstance(value, (int, float)) and value > 0]
        if latest.is_unknown or not first or len(first) < len(values):
            return Reading.unknown(name, says, "%")
        if len(entries) == 1:
            return Reading(0, 0, "%", says, (name,))
        low, high = (1 - latest.high / min(first)) * PER_CENT, (1 - latest.low / max(first)) * PER_CENT
        return Reading(low, high, "%", says, (name,), (name,) if low != high else ())

    # Who -----------------------------------------------------------------------------------------------------------

    @cached_property
    def age(self) -> Reading:
        """Age in years."""
        return self._exact(self.case.patient.age, "patient.age", "age", "y")

    @cached_property
    def weight(self) -> Reading:
        """Body weight in kilograms."""
        return self._exact(self.case.patient.weight_kg, "patient.weight_kg", "weight", "kg")

    @cached_property
    def gestation(self) -> Reading:
        """Weeks of pregnancy."""
        return self._exact(self.case.patient.gestation_weeks, "patient.gestation_weeks", "weeks of pregnancy", "wk")

    def _exact(self, value: float | Missing, name: str, says: str, unit: str) -> Reading:
        if isinstance(value, Missing):
            return Reading.unknown(name, says, unit)
        return Reading(value, value, unit, says, (name,))

    @cached_property
    def pregnant(self) -> Truth:
        """Whether the person is pregnant, as told or as tested."""
        told, test = self.case.patient.pregnant, self.word("pregnancy-test", "positive")
        if test.is_yes:
            return test
        if not isinstance(told, Missing):
            return known(told, "pregnant" if told else "not pregnant", "patient.pregnant")
        if self.case.patient.sex == "male":
            return known(False, "not pregnant (male)", "patient.sex")
        return test if test.is_no else unknown("patient.pregnant", sentence="pregnancy: not known")

    @cached_property
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

    @cached_property
    def monitored(self) -> Truth:
        """Whether staff watch the person in this setting."""
        return self.setting_is(*MONITORED)

    def wants(self, *goals: str) -> bool:
        """Whether the person or team voiced one of these goals. A goal is a choice, not a finding: unvoiced is not unknown."""
        return any(goal in self.case.goals for goal in goals)

    def has(self, *conditions: str) -> Truth:
        """Whether any of these conditions is present. A list that was given is complete."""
        found = self.answered.get(("has", conditions))
        if found is None:
            found = self.answered["has", conditions] = self._has(conditions)
        return found

    def _has(self, conditions: tuple[str, ...]) -> Truth:
        recorded = self.case.conditions
        if isinstance(recorded, Missing):
            return unknown("conditions", sentence="conditions: not known")
        mine = [entry for entry in recorded if entry.condition in conditions]
        if any(entry.present is True for entry in mine):
            names = " and ".join(sorted(entry.as_told for entry in mine if entry.present is True))
            return known(True, names, "conditions")
        open_entries = [entry for entry in mine if isinstance(entry.present, Missing)]
        if open_entries:
            return unknown(*(f"conditions.{entry.key}" for entry in open_entries))
        only_absences = bool(recorded) and all(entry.present is False for entry in recorded)
        ruled_out = {entry.condition for entry in mine if entry.present is False}
        if only_absences and not set(conditions) <= ruled_out:
            return unknown("conditions", sentence="the list of conditions says only what is absent")
        return known(False, f"no {self.knowledge.conditions[conditions[0]].name} recorded", "conditions")

    def ruled_out(self, condition: str) -> bool:
        """Whether the chart says in so many words that the condition was looked for and is not there."""
        recorded = self.case.conditions
        return not isinstance(recorded, Missing) and any(
            entry.condition == condition and entry.present is False for entry in recorded
        )

    # What they take ------------------------------------------------------------------------------------------------

    def takes(self, *medicines: str, traits: Iterable[str] = ()) -> Truth:
        """Whether a medicine list names one of these medicines or a medicine with one of these traits."""
        return self._listed("medicines", self.case.medicines, medicines, tuple(traits))

    def was_given(self, *medicines: str, traits: Iterable[str] = ()) -> Truth:
        """Whether one of these medicines was given in this episode."""
        return self._listed("doses", self.case.doses, medicines, tuple(traits))

    def _listed(
        self,
        name: str,
        entries: Sequence[Medicine | Dose] | Missing,
        medicines: tuple[str, ...],
        traits: tuple[str, ...],
    ) -> Truth:
        question = (name, medicines, traits)
        found = self.answered.get(question)
        if found is None:
            found = self.answered[question] = self._look_up(name, entries, medicines, traits)
        return found

    def _look_up(
        self,
        name: str,
        entries: Sequence[Medicine | Dose] | Missing,
        medicines: tuple[str, ...],
        traits: tuple[str, ...],
    ) -> Truth:
        if isinstance(entries, Missing):
            return unknown(name, sentence=f"{name}: not known")
        found: set[str] = set()
        for entry in entries:
            id = entry.medicine
            if id is None:
                continue
            its_traits = self.knowledge.medicines[id].traits if traits else ()
            if id in medicines or any(trait in its_traits for trait in traits):
                found.add(entry.as_told)
        if found:
            return known(True, f"{name}: {', '.join(sorted(found))}", name)
        return known(False, f"none among the {name}", name)

    def allergic_to(self, *medicines: str) -> Truth:
        """Whether an allergy to one of these medicines is recorded."""
        recorded = self.case.allergies
        if isinstance(recorded, Missing):
            return unknown("allergies", sentence="allergies: not known")
        found = [entry.as_told for entry in recorded if entry.medicine in medicines]
        return known(bool(found), f"allergy: {', '.join(found)}" if found else "no such allergy", "allergies")

    @cached_property
    def taken(self) -> Taken:
        """Exposures, medicines, doses and orders together, to be asked for a trait or a medicine."""
        return Taken(self.case, self.knowledge)

    # What they took ------------------------------------------------------------------------------------------------

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """The exposures told; none where nobody asked, which `exposed` answers as unknown."""
        return () if isinstance(self.case.exposures, Missing) else self.case.exposures

    def substance(self, exposure: Exposure) -> Substance | None:
        """The substance's entry in knowledge, None where it is unknown or not known to Leeward."""
        return None if isinstance(exposure.substance, Missing) else self.knowledge.substances[exposure.substance]

    def exposed(self, test: Callable[[Exposure, Substance], bool | Truth], says: str) -> Truth:
        """Whether any exposure passes `test`; an exposure to nobody knows what leaves it open, one unknown to Leeward does not."""
        if isinstance(self.case.exposures, Missing):
            return unknown("exposures", sentence="what was taken: not known")
        truths: list[Truth] = []
        for exposure in self.exposures:
            substance = self.substance(exposure)
            name = f"exposures.{exposure.key}"
            if substance is not None:
                passed = test(exposure, substance)
                told = f"{says}: {substance.name}"
                truths.append(passed if isinstance(passed, Truth) else known(passed, told, name))
            elif exposure.recognised:
                truths.append(unknown(f"{name}.substance", sentence=f"{exposure.as_told}: what it is is not known"))
        return any_of(truths) if truths else known(False, f"no exposure of this kind ({says}) told", "exposures")

    def took(self, *substances: str) -> Truth:
        """Whether one of these substances was taken, as told."""
        found = self.answered.get(("took", substances))
        if found is None:
            found = self.exposed(lambda exposure, _: exposure.substance in substances, "taken")
            self.answered["took", substances] = found
        return found

    def took_class(self, *classes: str) -> Truth:
        """Whether a substance of one of these classes was taken, as told."""
        found = self.answered.get(("class", classes))
        if found is None:
            found = self.exposed(lambda _, substance: substance.class_ in classes, "taken")
            self.answered["class", classes] = found
        return found

    @cached_property
    def took_opioid(self) -> Truth:
        """Whether anything that acts as an opioid was taken, kratom and tianeptine included."""
        return self.exposed(lambda _, substance: substance.opioid == "yes", "opioid taken")

    @cached_property
    def took_fentanyl(self) -> Truth:
        """Whether illicit fentanyl was taken, as told or as screened."""
        return self.took("fentanyl-illicit", "nitazene") | self.screened("fentanyl", "positive")

    @cached_property
    def took_kratom(self) -> Truth:
        """Whether a kratom product of any kind was taken."""
        return self.took_class("leaf", "extract", "7-oh", "analogue")

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
        says = f"uses of {self.name_of(exposure)} a day"
        return self._exact(exposure.doses_per_day, name, says, "/d")

    # Scores --------------------------------------------------------------------------------------------------------

    def entries(self, instrument: str) -> list[ScoreEntry]:
        """All entries of an instrument, as they were given."""
        return self._scored.get(instrument, [])

    def current_score(self, instrument: str) -> tuple[Score | None, tuple[str, ...]]:
        """The latest score that still speaks for now, or None with what is lacking."""
        found = self._current_scores.get(instrument)
        if found is None:
            found = self._current_scores[instrument] = self._latest_score(instrument)
        return found

    def _latest_score(self, instrument: str) -> tuple[Score | None, tuple[str, ...]]:
        lasting = instrument in LASTING_INSTRUMENTS
        candidates, open_times = self.latest(self.entries(instrument), lasting)
        if not candidates:
            return None, (f"scores.{instrument}",)
        if len(candidates) > 1 or (open_times and not lasting):
            return None, (f"scores.{instrument}.at",)
        return scored(candidates[0]), ()

    def total(self, instrument: str, says: str) -> Reading:
        """The total of an instrument now: a range where items are missing."""
        score, lacks = self.current_score(instrument)
        name = f"scores.{instrument}"
        if score is None or score.low is None or score.high is None:
            return Reading(-inf, inf, "points", says, (name,), lacks or (name,))
        missing = tuple(f"{name}.items.{item}" for item in score.missing)
        return Reading(score.low, score.high, "points", says, (name,), missing if score.low != score.high else ())

    @cached_property
    def cows(self) -> Reading:
        """The COWS total now."""
        return self.total("cows", "COWS")

    @cached_property
    def objective_signs(self) -> Reading:
        """How many objective signs of withdrawal the COWS shows now."""
        score, lacks = self.current_score("cows")
        if score is None or score.objective_low is None or score.objective_high is None:
            return Reading(-inf, inf, "1", "objective signs", ("scores.cows",), lacks or ("scores.cows.items",))
        missing = tuple(f"scores.cows.items.{item}" for item in score.missing) or ("scores.cows.items",)
        low, high = score.objective_low, score.objective_high
        return Reading(low, high, "1", "objective signs", ("scores.cows",), missing if low != high else ())

    # What several rooms ask ----------------------------------------------------------------------------------------

    @cached_property
    def sedated(self) -> Truth:
        """Whether the person is sedated or not fully awake, by RASS or POSS; a low Glasgow Coma Scale counts too."""
        rass, poss, coma = self.reading("sedation-rass"), self.reading("sedation-poss"), self.reading("gcs")
        scales = []
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
        scales = []
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
        return any_of(
            self.took(*long_acting), self.takes(*long_acting), self.was_given(*long_acting)
        )

    @cached_property
    def opioid_use_disorder(self) -> Truth:
        """Whether an opioid use disorder is diagnosed or counted."""
        criteria = self.total("dsm-5-tr-opioid-use-disorder", "opioid use disorder criteria")
        return self.has("opioid-use-disorder", "kratom-use-disorder") | (criteria >= self.limit("use-disorder-mild"))

    def doses_of(self, *medicines: str) -> list[Dose]:
        """Doses of these medicines given in this episode; none where the list is missing."""
        given = () if isinstance(self.case.doses, Missing) else self.case.doses
        return [dose for dose in given if dose.medicine in medicines]


def scored(entry: ScoreEntry) -> Score:
    """An entry's items or total as a score."""
    if entry.items is None and entry.total is not None:
        return _scored_total(entry.instrument, entry.total)
    return _scored_items(entry.instrument, tuple(sorted((entry.items or {}).items())), entry.total)


@cache
def _scored_total(instrument: str, total: int) -> Score:
    return score(load_instruments()[instrument], None, total)


@lru_cache(maxsize=256)
def _scored_items(instrument: str, items: tuple[tuple[str, int | bool | Missing], ...], total: int | None) -> Score:
    return score(load_instruments()[instrument], dict(items), total)


def _first(entries: Sequence[Observation]) -> list[Observation]:
    """The entries that may be the first."""
    oldest = min((_latest(entry.at) for entry in entries), default=inf)
    return [entry for entry in entries if _earliest(entry.at) <= oldest]


def _earliest(at: Span | Missing) -> float:
    return -inf if isinstance(at, Missing) else at.earliest.timestamp()


def _latest(at: Span | Missing) -> float:
    return inf if isinstance(at, Missing) else at.latest.timestamp()


def asked_once(question: Callable[[Picture], Truth]) -> Callable[[Picture], Truth]:
    """Makes a question one that a picture answers once, however many rules put it."""

    @wraps(question)
    def asked(picture: Picture) -> Truth:
        return picture.once(question)

    return asked
