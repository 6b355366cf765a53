"""The one loader. A file is read when it is first asked for, so a short command reads little."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib import resources
from typing import Any, TypeVar

import msgspec

from leeward.errors import KnowledgeError
from leeward.knowledge.entries import (
    ConditionEntry,
    LimitEntry,
    MedicineEntry,
    MonitoringPlan,
    ObservationKind,
    Schedule,
    Setting,
    Source,
    Statement,
    Substance,
    Table,
)
from leeward.model.reading import Limit

T = TypeVar("T")

DATA = resources.files("leeward.knowledge") / "data"


class Knowledge:
    """Everything that Leeward knows, by file. Immutable; two loads of the same files are the same knowledge."""

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Where numbers come from, by id; `sources.toml` and every `sources-*.toml` together."""
        merged: dict[str, Source] = {}
        for name in file_names():
            if name == "sources" or name.startswith("sources-"):
                for id, source in _typed(name, Source).items():
                    if id in merged:
                        raise KnowledgeError(f"The source {id} is in two files, {name}.toml the second. Keep one.")
                    merged[id] = source
        return merged

    @cached_property
    def limits(self) -> Mapping[str, LimitEntry]:
        """Thresholds that rules compare readings with."""
        return _typed("limits", LimitEntry)

    @cached_property
    def settings(self) -> Mapping[str, Setting]:
        """What the site's policy may set."""
        return _typed("policy", Setting)

    @cached_property
    def substances(self) -> Mapping[str, Substance]:
        """Substances that people take."""
        return _typed("substances", Substance)

    @cached_property
    def medicines(self) -> Mapping[str, MedicineEntry]:
        """Medicines and their traits."""
        return _typed("medicines", MedicineEntry)

    @cached_property
    def conditions(self) -> Mapping[str, ConditionEntry]:
        """Conditions that rules ask for."""
        return _typed("conditions", ConditionEntry)

    @cached_property
    def observations(self) -> Mapping[str, ObservationKind]:
        """Vital signs, laboratory values, ECG and screens."""
        return _typed("observations", ObservationKind)

    @cached_property
    def schedules(self) -> Mapping[str, Schedule]:
        """Dose schedules of the options."""
        return _typed("schedules", Schedule)

    @cached_property
    def tables(self) -> Mapping[str, Table]:
        """Tables by a reading, such as lofexidine by organ function."""
        return _typed("tables", Table)

    @cached_property
    def monitoring(self) -> Mapping[str, MonitoringPlan]:
        """What to watch and when."""
        return _typed("monitoring", MonitoringPlan)

    @cached_property
    def conflicts(self) -> Mapping[str, Statement]:
        """Where sources disagree, and what Leeward does."""
        return _typed("conflicts", Statement)

    @cached_property
    def always(self) -> Mapping[str, Statement]:
        """What every plan leads with."""
        return _typed("always", Statement)

    @cached_property
    def refusals(self) -> Mapping[str, Statement]:
        """What Leeward declines to do, why and where to turn."""
        return _typed("refusals", Statement)

    def table_of(self, file: str, kind: type[T]) -> Mapping[str, T]:
        """The entries of a file as values of a room's own type; read once."""
        return _typed_once(file, kind)

    @cached_property
    def _limits_ready(self) -> Mapping[str, Limit]:
        return {id: Limit(id, entry.value, entry.unit) for id, entry in self.limits.items()}

    def limit(self, id: str) -> Limit:
        """A threshold, ready to compare with; raises KnowledgeError for an id that is not there."""
        try:
            return self._limits_ready[id]
        except KeyError:
            raise KnowledgeError(f"There is no limit called {id} in limits.toml.") from None

    @cached_property
    def fact_sources(self) -> Mapping[str, tuple[str, ...]]:
        """Sources of every entry that a truth value can rest on, by the entry's id."""
        found: dict[str, tuple[str, ...]] = {}
        for entries in (self.limits, self.settings, self.substances, self.medicines, self.tables, self.schedules):
            for id, entry in entries.items():
                found[id] = entry.sources
        return found

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the names and bytes of all files: what a site signs."""
        total = hashlib.sha256()
        for name in file_names():
            total.update(name.encode() + b"\0" + hashlib.sha256(raw_bytes(name)).digest())
        return total.hexdigest()

    @property
    def version(self) -> str:
        """Short name of this version: the first twelve characters of the digest."""
        return self.digest[:12]


@cache
def file_names() -> tuple[str, ...]:
    """Names of all knowledge files, without `.toml`, sorted."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in DATA.iterdir() if file.name.endswith(".toml")))


def raw_bytes(name: str) -> bytes:
    """The bytes of one file."""
    return (DATA / f"{name}.toml").read_bytes()


@cache
def raw(name: str) -> dict[str, Any]:
    """One file as parsed."""
    try:
        return tomllib.loads(raw_bytes(name).decode())
    except tomllib.TOMLDecodeError as error:
        raise KnowledgeError(f"{name}.toml is not valid TOML: {error}.") from None


def _typed(name: str, kind: type[T]) -> dict[str, T]:
    try:
        return msgspec.convert(raw(name), dict[str, kind])
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{name}.toml: {error}.") from None


@cache
def _typed_once(name: str, kind: type[T]) -> Mapping[str, T]:
    return _typed(name, kind)


@cache
def load_knowledge() -> Knowledge:
    """The knowledge that ships with Leeward."""
    return Knowledge()
