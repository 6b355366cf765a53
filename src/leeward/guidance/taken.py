"""Everything that the person takes, took, was given or is about to be given, by name and by trait.

Exposures, medicines, doses and orders are asked together here, since a second QT-prolonging medicine is one too many
wherever it is written. A list that nobody asked for leaves the answer open. A dose that was given so long ago that it is
over (see acting.py) is not among them; nothing that is over meets anything else in an interaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import msgspec

from leeward.guidance.acting import NOW, Acting, LimitOf, Standing, medicine_acts, substance_acts
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words
from leeward.model.case import Case, Exposure, unnamed
from leeward.model.instants import Span
from leeward.model.missing import NOT_ASKED, Missing
from leeward.model.truth import NO, UNKNOWN, YES, Truth
from leeward.products.identity.identity import identify

LEAF = "kratom-leaf"
UNCLEAR_KRATOM = "kratom (leaf or extract not known)"


class ActsAs(Entry, frozen=True, kw_only=True):
    """What a substance acts as in the checks: a medicine, or traits."""

    medicine: str = ""
    traits: Words = ()


class Item(msgspec.Struct, frozen=True):
    """One thing taken: what to call it, the input it comes from, what it is and its traits."""

    name: str
    input: str
    medicine: str | None
    substance: str | None
    traits: frozenset[str]
    perhaps: str | None = None
    """Another substance that it may be by the words in which it was told; None where they leave no doubt."""
    acting: Acting = NOW
    """Whether it acts now, as far as its time tells."""

    @property
    def is_over(self) -> bool:
        """Whether it was taken so long ago that it acts no longer."""
        return self.acting.standing is Standing.OVER

    @property
    def is_dose(self) -> bool:
        """Whether it is a dose that staff gave: what is listed as taken counts as taken for the checks of traits."""
        return self.input.startswith("doses.")

    @property
    def identity(self) -> str:
        """What makes two entries the same thing."""
        return self.medicine or (self.perhaps and self.name) or self.substance or self.name.lower()


class Taken:
    """The items of a case, and what keeps an answer about them open."""

    def __init__(self, case: Case, knowledge: Knowledge, limit: LimitOf) -> None:
        items = _items(case, knowledge, limit)
        self.items: tuple[Item, ...] = tuple(item for item in items if not (item.is_dose and item.is_over))
        self.lists_open = tuple(
            name
            for name, entries in (("medicines", case.medicines), ("doses", case.doses))
            if isinstance(entries, Missing) or unnamed(entries, name)
        )
        self.exposures_open = _exposures_open(case)
        self._told: dict[str, Truth] = {}
        self._by_trait: dict[str, list[Item]] = {}
        for item in self.items:
            for trait in item.traits:
                self._by_trait.setdefault(trait, []).append(item)
        self._from_substances = _traits_of_substances(knowledge)
        self._none = _nothing_else(self.lists_open)
        self._none_or_from_substance = _nothing_else(self.lists_open + self.exposures_open)

    def trait(self, trait: str, beside: str = "") -> Truth:
        """Whether anything with this trait is taken, other than the medicine `beside`."""
        having = self._by_trait.get(trait)
        if having:
            found = [item for item in having if item.medicine != beside]
            if len(found) == len(having):
                if trait not in self._told:
                    self._told[trait] = _told(having)
                return self._told[trait]
            if found:
                return _told(found)
        return self._none_or_from_substance if trait in self._from_substances else self._none

    def medicine(self, medicines: tuple[str, ...], beside: str = "") -> Truth:
        """Whether one of these medicines is taken, other than the medicine `beside`."""
        found = [
            item
            for item in self.items
            if item.medicine is not None and item.medicine in medicines and item.medicine != beside
        ]
        return _told(found) if found else self._none_or_from_substance

    def different(self) -> tuple[Item, ...]:
        """What acts still, each thing once however often it is written: as it acts surely, where any entry says so."""
        found: dict[str, Item] = {}
        for item in self.items:
            if item.is_over:
                continue
            told = found.setdefault(item.identity, item)
            if told.acting.says and (
                not item.acting.says or told.acting.standing is Standing.PERHAPS is not item.acting.standing
            ):
                found[item.identity] = item
        return tuple(found.values())


def _told(found: list[Item]) -> Truth:
    """That these are taken; open where of none of them it is known whether it acts still."""
    sure = [item for item in found if not (item.is_dose and item.acting.is_open)]
    if not sure:
        says = " ".join(sorted({item.acting.says for item in found}))
        return Truth(UNKNOWN, says.rstrip("."), tuple(sorted({item.input for item in found})))
    found = sure
    names = " and ".join(sorted({item.name for item in found}))
    return Truth(YES, f"taken: {names}", tuple(sorted({item.input for item in found})))


def _nothing_else(lacks: tuple[str, ...]) -> Truth:
    if lacks:
        return Truth(UNKNOWN, f"what else is taken ({', '.join(lacks)}): not known", lacks)
    return Truth(NO, "nothing of the kind is taken", ("medicines",))


def _items(case: Case, knowledge: Knowledge, limit: LimitOf) -> Iterable[Item]:
    if not isinstance(case.exposures, Missing):
        for exposure in case.exposures:
            path = f"exposures.{exposure.key}"
            if isinstance(exposure.substance, str):
                item = _told_as(exposure, _substance(exposure.substance, path, knowledge), knowledge)
                acting = substance_acts(exposure.substance, exposure.last_use, case.now, knowledge, limit)
                yield msgspec.structs.replace(item, acting=acting)
            if not isinstance(exposure.adulterants, Missing):
                for id in exposure.adulterants:
                    if id in knowledge.substances:
                        yield _substance(id, f"{path}.supply", knowledge)
    if not isinstance(case.medicines, Missing):
        for entry in case.medicines:
            if entry.medicine is not None:
                item = _medicine(entry.medicine, f"medicines.{entry.key}", knowledge)
                if entry.last_taken is not NOT_ASKED and not _is_of_a_dose(entry.medicine, entry.last_taken, case):
                    acting = medicine_acts(entry.medicine, entry.last_taken, case.now, knowledge, limit)
                    item = msgspec.structs.replace(item, acting=acting)
                yield item
    if not isinstance(case.doses, Missing):
        for dose in case.doses:
            if dose.medicine is not None:
                item = _medicine(dose.medicine, f"doses.{dose.key}", knowledge)
                acting = medicine_acts(dose.medicine, dose.at, case.now, knowledge, limit)
                yield msgspec.structs.replace(item, acting=acting)
    for order in case.orders:
        if order.medicine is not None:
            yield _medicine(order.medicine, f"orders.{order.key}", knowledge)


def _is_of_a_dose(medicine: str, last: Span | Missing, case: Case) -> bool:
    """Whether the last time of a listed medicine is that of a dose which staff gave: at home it may go on, so it acts."""
    doses = () if isinstance(case.doses, Missing) else case.doses
    ingredient = medicine.partition("-")[0]
    return isinstance(last, Span) and any(
        dose.at == last and (dose.medicine or "").partition("-")[0] == ingredient for dose in doses
    )


def _medicine(id: str, path: str, knowledge: Knowledge) -> Item:
    entry = knowledge.medicines[id]
    return Item(entry.name, path, id, id if id in knowledge.substances else None, _traits(knowledge)[id])


def _substance(id: str, path: str, knowledge: Knowledge) -> Item:
    medicine, traits = _acts_as(knowledge).get(id, (None, frozenset[str]()))
    return Item(knowledge.substances[id].name, path, medicine, id, traits)


def _told_as(exposure: Exposure, item: Item, knowledge: Knowledge) -> Item:
    """The thing itself, or kratom of which nobody says whether it is leaf: extracts go by the same name."""
    if exposure.substance != LEAF or not is_unclear_kratom(exposure, knowledge):
        return item
    return msgspec.structs.replace(item, name=UNCLEAR_KRATOM, perhaps="kratom-extract")


def is_unclear_kratom(exposure: Exposure, knowledge: Knowledge) -> bool:
    """Whether an exposure is told as kratom, and neither its words nor its label say that it is leaf.

    Hazard: what was measured on a cup of leaf tea, told of an extract, calls the stronger product harmless.
    """
    return exposure.substance == LEAF and not any(
        _says_leaf(told, knowledge) for told in (exposure.as_told, exposure.product) if told
    )


@lru_cache(maxsize=1024)
def _says_leaf(told: str, knowledge: Knowledge) -> bool:
    return identify(told, knowledge).substance == LEAF


def _exposures_open(case: Case) -> tuple[str, ...]:
    if isinstance(case.exposures, Missing):
        return ("exposures",)
    return tuple(
        f"exposures.{exposure.key}.substance"
        for exposure in case.exposures
        if isinstance(exposure.substance, Missing) and exposure.recognised
    )


@cache
def _traits(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    return {id: frozenset(entry.traits) for id, entry in knowledge.medicines.items()}


@cache
def _acts_as(knowledge: Knowledge) -> dict[str, tuple[str | None, frozenset[str]]]:
    """The medicine and traits that each substance stands for."""
    traits = _traits(knowledge)
    found: dict[str, tuple[str | None, frozenset[str]]] = {
        id: (id, traits[id]) for id in knowledge.substances if id in traits
    }
    for id, entry in knowledge.table_of("substance-traits", ActsAs).items():
        medicine = entry.medicine or None
        found[id] = (medicine, frozenset(entry.traits) | (traits[medicine] if medicine else frozenset()))
    return found


@cache
def _traits_of_substances(knowledge: Knowledge) -> frozenset[str]:
    return frozenset(trait for _, traits in _acts_as(knowledge).values() for trait in traits)
