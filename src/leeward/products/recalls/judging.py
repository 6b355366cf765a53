"""How a record stands to a label: by its codes, its lot, its brand, or its words; each with the text that decided.

Only what is recognised contradicts: another strain, form, strength, lot or date. A word that is not understood ("half
empty", "he took four") makes an answer less certain and never clears a product.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from leeward.products.recalls.action import GRADES, Action, ActionType, Grade
from leeward.products.recalls.compare import Compared
from leeward.products.recalls.label import Label
from leeward.products.recalls.scope import Covered, covers, read_scope
from leeward.products.recalls.shelf import Shelf

ORDER: tuple[Grade, ...] = tuple(GRADES)
MOST_FOR: dict[ActionType, Grade] = {
    "warning-letter": "family",
    "seizure": "product_only",
    "import-alert": "family",
    "outbreak": "family",
}
"""The most that an action of a type can say of a pack: a letter concerns a firm, a seizure the goods held at one place."""

_ABOUT: dict[ActionType, str] = {
    "warning-letter": "the label names the firm or brand of the letter; a letter covers no lot",
    "import-alert": "the label names a firm or product of the alert; it stops shipments at the border",
    "outbreak": "the label names a firm or product of the notice",
}

NAMED_ENOUGH = 0.7
"""Share of a label's weight that a record must explain to be taken for its product."""
NAMED_FULLY = 0.86
"""Share from which nothing of note is left over."""
LONE_LOT = 7
"""Letters and digits that a lot must have to stand for a product without a name."""
DISTINCT_LOT = 5
"""Letters and digits that a lot must have to stand beside words that name no brand."""
MOST_FIRMS = 2
"""More firms than this behind equally good records: the words name a kind of product, not one firm's."""

LOT_OR_DATE = "the lot or date on the pack with those of the record"
BRAND = "the label names the brand or firm of the record"
WORDS = "the words of the label stand in the record"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A record beside a label: the grade, the text that decided, and what is still to be compared."""

    action: Action
    grade: Grade
    because: str
    to_compare: str = ""
    weight: float = 0.0


def by_code(one: Compared, label: Label, shelf: Shelf) -> Found:
    """A record that holds the label's barcode or drug code."""
    covered = covered_by(one, label, shelf)
    because = f"{one.code}; {covered.because}"
    if covered.verdict == "out":
        return found(one, shelf, "none", because)
    if one.code_is_part and not covered.by_lot:
        return found(one, shelf, "product_only", because, "the whole barcode")
    if covered.verdict == "unknown":
        return found(one, shelf, "match", because, LOT_OR_DATE)
    return found(one, shelf, "match", because)


def by_lot(one: Compared, label: Label, shelf: Shelf, *, branded: bool) -> Found | None:
    """A record that lists the label's lot, if the words do not speak of something else altogether."""
    lots = [lot for lot in (*label.lots, *label.codes) if len(lot) >= 2]
    if not lots:
        return None
    covered = covered_by(one, label, shelf)
    if covered.verdict != "in" or not covered.by_lot:
        return None
    longest = max(map(len, lots))
    if one.unlike:
        if not (branded and longest >= 3 and one.other_form):
            return None
        because = f"{covered.because}, but {one.other_form}"
        return found(one, shelf, "product_only", because, "the form on the pack with that of the record")
    if one.share >= NAMED_ENOUGH / 2 and (branded or one.named or longest >= DISTINCT_LOT):
        return found(one, shelf, "match", f"{WORDS}; {covered.because}")
    if branded:
        return found(one, shelf, "match", f"{BRAND}; {covered.because}")
    if not one.missing and one.share == 0:
        grade: Grade = "match" if longest >= LONE_LOT else "product_only"
        return found(one, shelf, grade, f"{covered.because}; the text names no product", "the product name")
    return None


def by_brand(compared: Sequence[Compared], label: Label, shelf: Shelf) -> list[Found]:
    """Records of the brand or firm that the label names. Words that are not understood clear nothing."""
    firm_level = [one for one in compared if shelf.action(one.number).type in _ABOUT]
    listed = [one for one in compared if one not in firm_level]
    fit = [one for one in listed if not one.unlike]
    answers = [found(one, shelf, "family", "") for one in firm_level]
    if fit:
        return answers + [_of_brand(one, label, shelf) for one in top(fit, strains=False)]
    return answers + _family_or_near(listed, shelf)


def by_name(compared: Sequence[Compared], label: Label, shelf: Shelf) -> list[Found]:
    """Records whose words explain those of the label, where no brand is known beforehand."""
    able = [one for one in compared if one.named and one.share >= NAMED_ENOUGH / 2]
    fit = [
        one
        for one in able
        if not one.unlike and one.share >= NAMED_ENOUGH and (one.branded or (one.rare and not one.missing))
    ]
    if not fit:
        return _family_or_near([one for one in able if one.branded], shelf)
    best = top(fit)
    firms = {one.profile.firm for one in best}
    if len(firms) > MOST_FIRMS and not any(one.rare and not one.missing for one in best):
        because = "the same words stand in records of several firms"
        # A medicine by its name and strength alone may be any of them: that clears none.
        grade: Grade = "product_only" if label.strengths else "none"
        return [
            found(one, shelf, grade, because, "the firm, the drug code and the lot with each record") for one in best
        ]
    return [_named(one, label, shelf) for one in best]


def _of_brand(one: Compared, label: Label, shelf: Shelf) -> Found:
    covered = covered_by(one, label, shelf)
    because = f"{BRAND}; {covered.because}"
    if covered.verdict == "out":
        return found(one, shelf, "none", because)
    if one.extra and not one.said_variants and covered.verdict != "in":
        return found(one, shelf, "product_only", f"{because}; the label does not say which strain", "the strain")
    return _in_doubt(one, shelf, covered, because)


def _named(one: Compared, label: Label, shelf: Shelf) -> Found:
    covered = covered_by(one, label, shelf)
    because = f"{WORDS}; {covered.because}"
    if covered.verdict == "out":
        return found(one, shelf, "none", because)
    return _in_doubt(one, shelf, covered, because)


def _in_doubt(one: Compared, shelf: Shelf, covered: Covered, because: str) -> Found:
    if covered.verdict == "unknown":
        return found(one, shelf, "product_only", because, LOT_OR_DATE)
    if one.share < NAMED_FULLY:
        left = ", ".join(one.missing)
        return found(one, shelf, "product_only", f"{because}; the record does not say: {left}", "the product name")
    if one.pack and covered.verdict != "in":
        return found(one, shelf, "product_only", f"{because}; {one.pack}", "the pack with those of the record")
    return found(one, shelf, "match", because)


def _family_or_near(compared: Sequence[Compared], shelf: Shelf) -> list[Found]:
    family = [one for one in compared if one.profile.firm_wide]
    if family:
        most = max(one.in_product for one in family)
        because = "the action covers all such products of the firm; this one is not listed by name"
        kept = [one for one in family if one.in_product == most]
        return [found(one, shelf, "family", f"{because} ({one.unlike})" if one.unlike else because) for one in kept]
    return [found(one, shelf, "none", one.unlike) for one in compared if one.unlike]


def top(fit: Sequence[Compared], *, strains: bool = True) -> list[Compared]:
    """The best: most of the label explained; of the parts of one recall, those with the fewest words that it lacks.

    With `strains` False, a label that says no strain keeps the records of all strains.
    """
    most = max(one.said for one in fit)
    best = [one for one in fit if one.said >= most - 1e-9]
    least: dict[str, tuple[bool, float]] = {}
    for one in best:
        lacks = _lacks(one, strains)
        least[one.profile.event] = min(lacks, least.get(one.profile.event, lacks))
    return [one for one in best if _lacks(one, strains) == least[one.profile.event]]


def _lacks(one: Compared, strains: bool) -> tuple[bool, float]:
    return bool(one.pack), one.extra if strains or one.said_variants else 0.0


def covered_by(one: Compared, label: Label, shelf: Shelf) -> Covered:
    """Whether the record covers the lot and dates of the label."""
    return covers(read_scope(shelf.action(one.number).codes), label)


def found(one: Compared, shelf: Shelf, grade: Grade, because: str, to_compare: str = "") -> Found:
    """A record with its grade, never more than its type can say."""
    action = shelf.action(one.number)
    most: Grade = MOST_FOR.get(action.type, "match")
    graded: Grade = ORDER[max(ORDER.index(grade), ORDER.index(most))]
    if action.type in _ABOUT and grade != "none":
        because, to_compare = _ABOUT[action.type], ""
    return Found(action=action, grade=graded, because=because, to_compare=to_compare, weight=one.said)
