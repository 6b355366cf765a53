"""What the guideline may be about and cannot be held against it: a medicine, a setting or a day that the record does not tell.

Unknown is not no: an order that may be for an opioid, and may be for use at home, is named on a card. Nothing is computed
from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from leeward.casefile.names import medicines_named, substance_named
from leeward.fhir.codes import words_of
from leeward.fhir.rxnorm import codes_of, groups_of, listed
from leeward.fhir.structures import CodeableConcept, MedicationRequest
from leeward.hooks.bearing import OPIOID_TRAITS
from leeward.hooks.cards import Card
from leeward.hooks.cdc.record_view import CATEGORIES, RecordView, codes, day_of, is_elsewhere, is_outside, name_of
from leeward.hooks.situation import Situation
from leeward.hooks.wording import bullets, told
from leeward.knowledge import Knowledge

ASKED = ("opioid", "benzodiazepine")
_BRAND = re.compile(r"\[([^\]]+)\]$")


def unclear_card(situation: Situation, view: RecordView, asked: frozenset[str]) -> Iterator[tuple[str, Card]]:
    """One card with everything that may matter and cannot be told, for the recommendations that a service asks."""
    lines: list[str] = []
    if asked - {"rec-12"}:
        lines += [_line("The order for", one, view, why) for one in view.selected if (why := _draft(one, view))]
        lines += [_line("The prescription of", one, view, why) for one in view.on_record if (why := _on_record(one, view))]  # fmt: skip
    lines += [line for name, id in (("opioid-use-disorder", "rec-12"), ("misuse", "rec-08")) if id in asked for line in _conditions(name, view)]  # fmt: skip
    if lines:
        more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
        summary = f"CDC guideline: cannot tell. {lines[0]}{more}"
        detail = f"{bullets(list(dict.fromkeys(lines)))}\n\nUnknown is not no: read it in the record."
        yield "cdc-unclear", told(situation, summary, "warning", detail)


def _line(begins: str, one: MedicationRequest, view: RecordView, why: str) -> str:
    return f"{begins} {name_of(view.medicine_of(one))} {why}"


def _draft(one: MedicationRequest, view: RecordView) -> str:
    """What cannot be told of a draft that may be for an opioid or a benzodiazepine outside; empty where all can be."""
    if is_elsewhere(one):
        return ""
    concept = view.medicine_of(one)
    sure = groups_of(concept, view.knowledge).intersection(ASKED)
    if not sure and not _may_be(concept, view.knowledge):
        return (
            ""
            if _is_named(concept, view.knowledge)
            else "does not tell its medicine by a name or code that Leeward knows"
        )
    if not sure:
        return "names its medicine by words alone, or by a code that Leeward does not know"
    return "" if is_outside(one) else "does not say whether it is for use outside the hospital (category)"


def _on_record(one: MedicationRequest, view: RecordView) -> str:
    """The same of a prescription that is, or may be, in force."""
    if is_elsewhere(one) or one.doNotPerform or one.status not in ("active", "unknown", None):
        return ""
    concept = view.medicine_of(one)
    sure = groups_of(concept, view.knowledge).intersection(ASKED)
    if not sure and not _may_be(concept, view.knowledge):
        return ""
    if not sure:
        return "names its medicine by words alone, or by a code that Leeward does not know"
    if one.modifierExtension or one.implicitRules:
        return "holds something that changes its meaning and that Leeward does not know"
    if one.status != "active":
        return "does not say whether it is in force"
    if not is_outside(one):
        return "does not say whether it is for use outside the hospital (category)"
    return "" if day_of(one.authoredOn) else "does not say on which day it was written"


def _may_be(concept: CodeableConcept | None, knowledge: Knowledge) -> bool:
    """Whether the words of a medicine name an opioid or a benzodiazepine, a brand of one included."""
    words = words_of(concept)
    if any(_brands(knowledge).search(text) for text in words):
        return True
    named = {id for text in words for id in medicines_named(text, knowledge)}
    traits = {trait for id in named for trait in knowledge.medicines[id].traits}
    substances = {substance_named(text, knowledge) for text in words}
    classes = {knowledge.substances[id].class_ for id in substances if id is not None and id in knowledge.substances}
    return bool(traits & {*OPIOID_TRAITS - {"opioid-antagonist"}, "benzodiazepine"}) or "opioid" in classes or "benzodiazepine" in substances  # fmt: skip


def _is_named(concept: CodeableConcept | None, knowledge: Knowledge) -> bool:
    """Whether a medicine is told so that it can be said to be none of these: by a code with words, or by a known name."""
    words = words_of(concept)
    return bool(words) and (bool(codes_of(concept)) or any(medicines_named(text, knowledge) for text in words))


@cache
def _brands(knowledge: Knowledge) -> re.Pattern[str]:
    """Ingredients and brands of the opioids and benzodiazepines of the RxNorm table, as whole words."""
    table = listed(knowledge)
    asked: Mapping[str, str] = {code: name for code, name in (*table.products.items(), *table.ingredients.items()) if table.groups[code].intersection(ASKED)}  # fmt: skip
    brands = {found[1] for name in asked.values() if (found := _BRAND.search(name))}
    names = sorted({*brands, *table.opioids, *(name for code, name in asked.items() if code in table.ingredients)})
    names = [name for name in names if not name.isdigit() and len(name) > 3]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, names))})(?![^\W_])", re.IGNORECASE)


def _conditions(name: str, view: RecordView) -> Iterator[str]:
    """Conditions of a list that are passed over for want of a category or a day."""
    wanted = codes(view.knowledge, name)
    for one in view.told_conditions:
        categories = [coding.code for category in one.category for coding in category.coding]
        if not wanted.holds(one.code) or view.is_over(one):
            continue
        if not CATEGORIES.intersection(code or "" for code in categories):
            yield f"The condition {name_of(one.code)} does not say that somebody diagnosed it (category)"
        elif name == "opioid-use-disorder" and day_of(one.recordedDate) is None:
            yield f"The condition {name_of(one.code)} does not say on which day it was recorded"
