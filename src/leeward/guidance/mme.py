"""Morphine milligram equivalents of the opioids told, one edition at a time.

A total describes exposure to opioids that have a factor. It is no conversion between opioids and never chooses a dose
of treatment. What has no factor is named and left out, so the total is then a floor.

| rule | what it computes | source |
|---|---|---|
| MME-2022 | the 2022 CDC factors over the opioids told as exposures | mme.toml, cdc-2022 |
| MME-2016 | the 2016 factors, methadone by steps, only where the site's policy asks for it | mme.toml, cdc-2016 |
"""

from __future__ import annotations

from math import inf

import msgspec

from leeward.guidance.assessment import Calculation
from leeward.guidance.picture import Picture
from leeward.guidance.taken import ActsAs
from leeward.knowledge.entries import Entry, Number, Words
from leeward.model.case import Exposure
from leeward.model.missing import Missing
from leeward.model.quantity import kind_of, number


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A band of daily dose with its own factor; both ends belong to it."""

    unit: str
    factor: Number
    low: float
    high: float = inf


class Gap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch between two bands that has no factor."""

    unit: str
    above: float
    below: float


class Stepped(Entry, frozen=True, kw_only=True):
    """A medicine whose factor rises with the daily dose."""

    unit: str
    bands: tuple[Band, ...]
    gaps: tuple[Gap, ...] = ()


class NotConvertible(Entry, frozen=True, kw_only=True):
    """Names that have no factor, and why."""

    names: Words
    reason: str


class Example(Entry, frozen=True, kw_only=True):
    """A worked example of a trap."""

    rate: Number
    right: Number
    wrong: Number


class Trap(Entry, frozen=True, kw_only=True):
    """A known way of getting a total wrong."""

    id: str
    wrong: Number | None = None
    right: Number | None = None
    examples: tuple[Example, ...] = ()


class Disagreement(Entry, frozen=True, kw_only=True):
    """A factor that two tables print differently."""

    what: str
    here: Number
    elsewhere: Number


class ByCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The factor of an RxNorm ingredient, for some dose forms or for all."""

    factor: str
    forms: Words = ()


class MmeTable(Entry, frozen=True, kw_only=True):
    """One edition of factors, the same by RxNorm code, or the list of what has none."""

    edition: str = ""
    factors: dict[str, Number] = msgspec.field(default_factory=dict[str, Number])
    stepped: dict[str, Stepped] = msgspec.field(default_factory=dict[str, Stepped])
    known_gaps: Words = ()
    traps: tuple[Trap, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    not_convertible: tuple[NotConvertible, ...] = ()
    adds_to: str = ""
    rxnorm: dict[str, tuple[ByCode, ...]] = msgspec.field(default_factory=dict[str, tuple[ByCode, ...]])
    forms: Words = ()


class Part(msgspec.Struct, frozen=True):
    """What one exposure adds: from `low` to `high` MME a day, what it lacks to be exact, and what to say of it."""

    low: float
    high: float
    input: str
    lacks: tuple[str, ...] = ()
    says: str = ""


EDITIONS = (("mme-cdc-2022", "cdc-2022", "MME-2022"), ("mme-cdc-2016", "cdc-2016", "MME-2016"))

NOT_FOR_DOSING = "For reading a record only: never for choosing a dose of treatment or changing opioids."


def morphine_equivalents(picture: Picture) -> tuple[Calculation, ...]:
    """The total of each edition that is asked for; nothing where no opioid of the tables was told."""
    wanted = EDITIONS if picture.policy.allows("mme-2016-also") else EDITIONS[:1]
    tables = picture.knowledge.table_of("mme", MmeTable)
    opioids = [each for each in picture.exposures if _medicine(picture, each) in tables["cdc-2022"].factors]
    if not opioids and not _listed_only(picture, tables["cdc-2022"]):
        return ()
    return tuple(_total(picture, id, tables[table], tables["not-convertible"], rule) for id, table, rule in wanted)


def _total(picture: Picture, id: str, table: MmeTable, none: MmeTable, rule: str) -> Calculation:
    parts = [part for each in picture.exposures if (part := _part(picture, each, table, none)) is not None]
    parts += [_unread(path, name) for path, name in _listed_only(picture, table)]
    low = sum(part.low for part in parts)
    high = sum(part.high for part in parts)
    lacks = tuple(sorted({name for part in parts for name in part.lacks}))
    exact = low == high and not lacks
    return Calculation(
        id=id,
        title=f"Morphine equivalents of the opioids told, {table.edition} factors",
        value=round(low, 2) if exact else None,
        range=None if exact or high == inf else (round(low, 2), round(high, 2)),
        at_least=None if exact else round(low, 2),
        unit="MME/day",
        inputs=tuple(sorted({part.input for part in parts if part.high and not part.lacks})),
        missing=lacks,
        notes=(NOT_FOR_DOSING, *(part.says for part in parts if part.says), *((table.note,) if table.note else ())),
        rule=rule,
        sources=_sources(table, none, parts),
    )


def _sources(table: MmeTable, none: MmeTable, parts: list[Part]) -> tuple[str, ...]:
    found = {*table.sources, *(source for each in table.factors.values() for source in each.sources)}
    if any(part.high == 0 for part in parts):
        found.update(none.sources)
    return tuple(sorted(found))


def _part(picture: Picture, exposure: Exposure, table: MmeTable, none: MmeTable) -> Part | None:
    """What an exposure adds to the total; None for something that is no opioid of any table."""
    id, path, name = exposure.substance, f"exposures.{exposure.key}", picture.name_of(exposure)
    if isinstance(id, Missing):
        return None
    for entry in none.not_convertible:
        if id in entry.names:
            return Part(0, 0, path, says=f"{name}: not convertible. {entry.reason}")
    amount = _amount(picture, exposure, table)
    if amount is None or exposure.prescribed is not False:
        return amount
    says = f"{name}: counted as told, though it was not prescribed."
    return msgspec.structs.replace(amount, says=" ".join((says, amount.says)).strip())


def _medicine(picture: Picture, exposure: Exposure) -> str:
    """The id under which a factor is looked up: an extended-release form counts as its medicine where it has no row."""
    id = str(exposure.substance)
    acts_as = picture.knowledge.table_of("substance-traits", ActsAs).get(id)
    return acts_as.medicine if acts_as is not None and acts_as.medicine else id


def _amount(picture: Picture, exposure: Exposure, table: MmeTable) -> Part | None:
    path, name = f"exposures.{exposure.key}.amount", picture.name_of(exposure)
    id = _medicine(picture, exposure)
    stepped, each = table.stepped.get(id), table.factors.get(id)
    if stepped is None and each is None:
        substance = picture.substance(exposure)
        if substance is None or substance.class_ != "opioid":
            return None
        lack = f"a factor for {name} in the {table.edition} table"
        return Part(0, inf, path, (lack,), f"{name}: this edition has no factor that could be read; none is borrowed.")
    if each is not None and each.unit == "MME/day per mcg/h":
        return _patch(exposure, each, path, name)
    daily = picture.daily_amount(exposure, "mg/d")
    if not daily.is_exact:
        return Part(0, inf, path, daily.lacks)
    if stepped is not None:
        return _by_steps(daily.low, stepped, path, name)
    value = daily.low * (each.value or 0) if each is not None else 0
    return Part(value, value, path)


def _patch(exposure: Exposure, each: Number, path: str, name: str) -> Part:
    """A patch by its rate: the factor is applied once, to mcg/h, whatever the number of days."""
    amount = exposure.amount
    if isinstance(amount, Missing) or kind_of(amount.unit) != kind_of("mcg/h"):
        return Part(0, inf, path, (path,), f"{name}: give the rate in mcg/h; a mass or a count of patches has no rate.")
    value = amount.to("mcg/h").value * (each.value or 0)
    return Part(value, value, path)


def _by_steps(daily: float, stepped: Stepped, path: str, name: str) -> Part:
    for band in stepped.bands:
        if band.low <= daily <= band.high and band.factor.value is not None:
            value = daily * band.factor.value
            return Part(value, value, path)
    lack = f"a factor for {name} at {number(daily)} mg a day"
    return Part(0, inf, path, (lack,), f"{name}: {number(daily)} mg a day lies between two bands: undefined.")


def _listed_only(picture: Picture, table: MmeTable) -> list[tuple[str, str]]:
    """Opioids on the medicine list that were not told as exposures: their dose text is shown, never computed from."""
    if isinstance(picture.case.medicines, Missing):
        return []
    told = {_medicine(picture, each) for each in picture.exposures}
    return [
        (f"medicines.{entry.key}.dose", entry.as_told)
        for entry in picture.case.medicines
        if entry.medicine in {*table.factors, *table.stepped} and entry.medicine not in told
    ]


def _unread(path: str, name: str) -> Part:
    return Part(0, inf, path, (path,), f"{name}: give it as an exposure with its amount a day to have it counted.")
