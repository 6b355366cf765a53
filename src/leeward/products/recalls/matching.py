"""Which records a label meets: four grades, each with what decided.

Likeness does not decide: lots, dates, forms and look-alikes do. A kratom label is never matched by its words with a
record about something else, nor another label with a record about kratom.

Hazard: "no record found" is not "safe". A near miss (another lot, another strain of the brand) is shown beside the answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

import msgspec

from leeward.products.recalls.action import GRADES, RECALLS, ActionType, Grade
from leeward.products.recalls.brands import named_on
from leeward.products.recalls.candidates import candidates, weighed
from leeward.products.recalls.compare import Compared, compare
from leeward.products.recalls.judging import NAMED_ENOUGH, ORDER, Found, by_brand, by_code, by_lot, by_name, top
from leeward.products.recalls.label import Label
from leeward.products.recalls.profile import Profile
from leeward.products.recalls.shelf import Shelf
from leeward.products.recalls.vocabulary import Vocabulary

Family = Literal["kratom", "not-kratom", "cannot-tell"]
MOST_NEAR = 5


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found for one label. `near` are records that were ruled out, with why."""

    grade: Grade
    found: tuple[Found, ...]
    near: tuple[Found, ...]
    because: str


def match(
    label: Label,
    shelves: Iterable[Shelf],
    words: Vocabulary,
    types: frozenset[ActionType] | None = None,
    family: Family = "cannot-tell",
) -> Matches:
    """The records that a label meets, best grade first.

    Arguments: the label; the shelves, first the one whose reading of a record goes before that of the others; the kinds
    of words; the types of action to look at (all where None); whether the label is of the kratom family.
    """
    judged: dict[str, Found] = {}
    known: set[str] = set()
    for shelf in shelves:
        for found in _on(label, shelf, words, family, known, types):
            judged.setdefault(found.action.record, found)
        known |= shelf.authoritative
    every = sorted(
        _once(judged.values()), key=lambda found: (ORDER.index(found.grade), -found.weight, found.action.record)
    )
    hits = [found for found in every if found.grade != "none"]
    near = tuple(found for found in every if found.grade == "none")[:MOST_NEAR]
    if not hits:
        return Matches(grade="none", found=(), near=near, because=_nothing(label, words))
    return Matches(grade=hits[0].grade, found=tuple(hits), near=near, because=hits[0].because)


def _once(found: Collection[Found]) -> Iterator[Found]:
    """One line for one recall: where a record with a recall number was judged, lists without lots say no more of it."""
    numbered = {(one.action.type, one.action.event) for one in found if one.action.event and one.action.numbered}
    shipped = {(one.action.type, one.action.event) for one in found if one.action.shipped_only}
    for one in found:
        key = one.action.type, one.action.event
        if one.action.numbered or (key not in numbered and (key not in shipped or one.action.shipped_only)):
            yield one


def _nothing(label: Label, words: Vocabulary) -> str:
    named = any(words.kind(word) == "name" for word in label.words)
    if named or label.barcodes or label.ndcs or label.lots:
        return "No record was found. That does not show that the product is safe or lawful."
    return "The text names no brand, firm, lot or barcode, so no record can be told to be about it."


def _on(
    label: Label,
    shelf: Shelf,
    words: Vocabulary,
    family: Family,
    known: set[str],
    types: frozenset[ActionType] | None,
) -> list[Found]:
    weighted = weighed(label, shelf)
    numbers = set(candidates(label, weighted, shelf))
    brands = named_on(weighted, shelf.brands)
    of_brand = frozenset[int]().union(*(one.numbers for one in brands))
    coded = bool(label.barcodes or label.ndcs or label.lots or label.codes)
    compared = [
        compare(label, weighted, profile, number, words)
        for number in sorted(numbers | of_brand)
        if (profile := shelf.profile(number)).record not in known
        and (types is None or profile.type in types)
        and (coded or _may_be_one(profile, family))
    ]
    # Recalls are judged apart from alerts and letters, so that none of these can stand in the place of a recall.
    recalls = [one for one in compared if one.profile.type in RECALLS]
    others = [one for one in compared if one.profile.type not in RECALLS]
    return [
        answer for group in (recalls, others) for answer in _judged(group, label, shelf, family, bool(brands), of_brand)
    ]


def _judged(
    compared: list[Compared], label: Label, shelf: Shelf, family: Family, brands: bool, of_brand: frozenset[int]
) -> list[Found]:
    with_code = [by_code(one, label, shelf) for one in compared if one.code]
    if with_code:
        return with_code
    of_kind = [one for one in compared if _may_be_one(one.profile, family)]
    with_lot = _with_lot(label, shelf, [one for one in compared if one in of_kind or one.branded], of_brand)
    if brands:
        told = [one for one in of_kind if one.number in of_brand and (family == "kratom" or _speaks_for(one))]
        named = by_brand(told, label, shelf) if told else []
    elif shelf.brands.brands:
        named = by_name([one for one in of_kind if family == "kratom" and one.names > 1], label, shelf)
    else:
        named = by_name(of_kind, label, shelf)
    held = {found.action.record for found in with_lot}
    kept = GRADES if not with_lot else {"match", "family", "none"}
    return with_lot + [found for found in named if found.action.record not in held and found.grade in kept]


def _speaks_for(one: Compared) -> bool:
    """Whether a record of the brand may be meant by a label that is not known to be of the kratom family."""
    return one.share >= NAMED_ENOUGH or one.profile.type == "warning-letter"


def _may_be_one(profile: Profile, family: Family) -> bool:
    """Whether a label of this family may be the product of the record by its words."""
    if family == "cannot-tell":
        return True
    return profile.kratom == (family == "kratom")


def _with_lot(label: Label, shelf: Shelf, compared: list[Compared], of_brand: frozenset[int]) -> list[Found]:
    """Records that list the lot: those that nothing speaks against, else those that the form or strain speaks against."""
    found = [(one, answer) for one in compared if (answer := by_lot(one, label, shelf, branded=one.number in of_brand))]
    clean = [one for one, _ in found if not one.unlike]
    best = top(clean) if clean else [one for one, _ in found]
    return [answer for one, answer in found if one in best]
