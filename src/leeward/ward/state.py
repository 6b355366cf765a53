"""Everybody in the record, as the last entries tell it: folded once, then kept up with what is added.

Several processes may serve one record. Each keeps its own copy and catches up with a question for the entries after the
last it saw, so that no answer is given from a record that has moved on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from leeward.casefile import case_from
from leeward.errors import BadInput, Problem
from leeward.guidance.assess import assess
from leeward.guidance.assessment import Assessment
from leeward.knowledge import Knowledge, Policy
from leeward.knowledge.policy import default_policy, policy_of
from leeward.model.case import Case
from leeward.model.shapes import is_mapping
from leeward.products.recalls.register import Register
from leeward.record.chart import Chart, chart_of
from leeward.record.entries import Entry, Kind
from leeward.record.people import BY_ITSELF, SELF, Person, people_of
from leeward.record.storage import Record

NOT_FOLDED: frozenset[Kind] = frozenset(
    {"read", "export", "signed-in", "signed-out", "sign-in-failed", "card-feedback"}
)
"""Kinds that say who looked or came, or what became of a card: they are read where they are shown, and change nobody's chart."""

HOLDS = timedelta(minutes=1)
"""How long an assessment stands for now where nothing was charted: rules that look at the time look at minutes."""


class Bedside:
    """One person as they stand at `now`: what was charted, the case that it makes, and its assessment.

    The case is read and assessed when it is first asked for: most pages that take a form need neither.
    """

    def __init__(
        self,
        *,
        now: datetime,
        entries: tuple[Entry, ...],
        chart: Chart,
        read: Callable[[dict[str, Any]], Case] | None = None,
        assessed: Callable[[Case], Assessment] | None = None,
    ) -> None:
        self.now, self.entries, self.chart = now, entries, chart
        """`entries`: what was charted, decided and consented, by number; no counselling notes, and nobody's reading."""
        self._read, self._assessed = read, assessed
        self._found: tuple[Case | None, tuple[Problem, ...]] | None = None
        self._answer: Assessment | None = None

    @property
    def patient(self) -> str:
        """Id of the person."""
        return self.chart.patient

    def _case(self) -> tuple[Case | None, tuple[Problem, ...]]:
        # Not a cached_property: in Python 3.11 that holds one lock for everybody while it computes.
        if self._found is None:
            try:
                self._found = (self._read(self.chart.document) if self._read else None), ()
            except BadInput as wrong:
                self._found = None, wrong.problems
        return self._found

    @property
    def case(self) -> Case | None:
        """The case; None where what was charted cannot be read as one, and `problems` says why."""
        return self._case()[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why what was charted cannot be read as a case."""
        return self._case()[1]

    @property
    def assessment(self) -> Assessment | None:
        """The assessment of the case; None where there is no case."""
        if self._answer is None and self._assessed is not None and self.case is not None:
            self._answer = self._assessed(self.case)
        return self._answer

    @property
    def here(self) -> bool:
        """Whether the person was admitted and has not left."""
        return self.chart.admitted is not None and self.chart.discharged is None

    @property
    def seen(self) -> int:
        """The number that a form carries, so that what was charted meanwhile is told to whoever sends it."""
        return self.entries[-1].number if self.entries else 0

    @property
    def digest(self) -> str:
        """Digest of the last entry that this was computed from: what a printed page names."""
        return self.entries[-1].digest if self.entries else ""

    def since(self, number: int) -> tuple[Entry, ...]:
        """What was entered after an entry."""
        return tuple(entry for entry in self.entries if entry.number > number)


class Ward:
    """All people of a record. Safe for several threads.

    `register` opens what is loaded about recalls, when a product is first met; `signed_by` says who signed the knowledge.
    """

    def __init__(
        self,
        record: Record,
        knowledge: Knowledge,
        *,
        signed_by: Mapping[str, str] | None = None,
        register: Callable[[], Register] | None = None,
        base_policy: Policy | None = None,
    ) -> None:
        self.record, self.knowledge, self.signed_by = record, knowledge, signed_by
        self._open_register, self._register = register, None
        self._base_policy = base_policy or default_policy(knowledge)
        self._lock = threading.RLock()
        self._seen, self._unread = 0, False
        self._entries: dict[str, list[Entry]] = {}
        self._counselling: dict[str, list[Entry]] = {}
        self._about_record: list[Entry] = []
        self._bedsides: dict[str, Bedside] = {}
        self._people: dict[str, Person] = {}
        self._policy = self._base_policy
        self.policy_problems: tuple[Problem, ...] = ()
        """Why the policy that was set last does not hold, and Leeward's own does; every page says so."""

    def catch_up(self) -> None:
        """Take in what was added since the last time, here or by another process."""
        with self._lock:
            for entry in self.record.entries(after=self._seen):
                self._seen = entry.number
                if entry.kind in NOT_FOLDED:
                    continue
                if not entry.patient:
                    self._about_record.append(entry)
                    self._unread = True
                elif entry.kind == "counselling-note":
                    self._counselling.setdefault(entry.patient, []).append(entry)
                else:
                    self._entries.setdefault(entry.patient, []).append(entry)
                    self._bedsides.pop(entry.patient, None)
            if self._unread:  # kept where reading broke off half-way: who was shut out stays out
                self._people = people_of(self._about_record)
                self._set_policy()
                self._unread = False

    def _set_policy(self) -> None:
        said = [entry.body for entry in self._about_record if entry.kind == "setting"]
        values: list[Any] = [body.get("values") for body in said if body.get("setting") == "policy"]
        self.policy_problems = ()
        policy = self._base_policy
        if values and is_mapping(values[-1]):
            try:
                policy = policy_of(values[-1], self.knowledge)
            except BadInput as wrong:  # a newer version may allow less than the one that wrote it
                self.policy_problems = wrong.problems
        if policy != self._policy:
            self._policy = policy
            self._bedsides.clear()

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody who works with the record, by id."""
        return self._people

    @property
    def policy(self) -> Policy:
        """The policy of the site: as the last setting says, else as Leeward was started."""
        return self._policy

    @property
    def about_record(self) -> tuple[Entry, ...]:
        """Entries about the record itself, without sign-ins: people and settings."""
        return tuple(self._about_record)

    def setting(self, name: str) -> Entry | None:
        """The last entry of a setting."""
        said = (entry for entry in reversed(self._about_record) if entry.kind == "setting")
        return next((entry for entry in said if entry.body.get("setting") == name), None)

    def name_of(self, person: str) -> str:
        """What a person is called; their id where nobody knows them."""
        if person in self._people:
            return self._people[person].name
        return {BY_ITSELF: "Leeward", SELF: "the patient"}.get(person, person)

    def patients(self) -> tuple[str, ...]:
        """Ids of everybody charted."""
        with self._lock:
            return tuple(self._entries)

    def counselling_notes(self, patient: str) -> tuple[Entry, ...]:
        """Counselling notes, which are no part of a chart. Ask for the right to read each before it is shown."""
        with self._lock:
            return tuple(self._counselling.get(patient, ()))

    def entries(self, patient: str) -> tuple[Entry, ...]:
        """What was charted, decided and consented about somebody; nothing for an id that nobody has."""
        with self._lock:
            return tuple(self._entries.get(patient, ()))

    def bedside(self, patient: str, now: datetime) -> Bedside | None:
        """One person as they stand now; None where nobody of that id was ever admitted."""
        with self._lock:
            entries = tuple(self._entries.get(patient, ()))
            kept = self._bedsides.get(patient)
        if not entries:
            return None
        if kept is not None and kept.entries == entries and abs(now - kept.now) < HOLDS:
            return kept
        made = self.bedside_of(entries, now)
        if not any(entry.kind == "admission" for entry in entries):
            return None
        with self._lock:
            self._bedsides[patient] = made
        return made

    def bedside_of(self, entries: tuple[Entry, ...], now: datetime, **besides: object) -> Bedside:
        """The same of any entries: as of an earlier instant, or with orders that somebody is about to sign (`orders=[...]`)."""
        policy = self._policy

        def read(document: dict[str, Any]) -> Case:
            return case_from(document | besides, self.knowledge)

        def assessed(case: Case) -> Assessment:
            return assess(case, self.knowledge, policy, self.signed_by, self.register_for(case))

        return Bedside(now=now, entries=entries, chart=chart_of(entries, now), read=read, assessed=assessed)

    def register_for(self, case: Case) -> Register | None:
        """The register of recalls, opened where a product was told."""
        from leeward.model.missing import Missing

        told = () if isinstance(case.exposures, Missing) else case.exposures
        if self._open_register is None or not any(exposure.product for exposure in told):
            return None
        return self.register()

    def register(self) -> Register | None:
        """The register of recalls, with what the user loaded."""
        if self._register is None and self._open_register is not None:
            with self._lock:
                self._register = self._register or self._open_register()
        return self._register

    def everybody(self, now: datetime, patients: Iterable[str] | None = None) -> tuple[Bedside, ...]:
        """Those who are here now, in the order in which they were first charted."""
        found = (self.bedside(patient, now) for patient in (self.patients() if patients is None else patients))
        return tuple(one for one in found if one is not None and one.here)
