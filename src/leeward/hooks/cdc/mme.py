"""Morphine milligram equivalents of prescriptions, by RxNorm code, one published table at a time.

| table | what it is | where it is silent |
|---|---|---|
| cdc-2022 | the 2022 factors | fentanyl but by patch; what is injected |
| cdc-2016 | the 2016 clinical table as published; methadone by steps | tramadol, tapentadol, and as above |
| cdc-research | the research file, to recompute what others computed, never for a clinical decision | patches, buprenorphine |

Methadone's step is chosen by the sum of all its prescriptions. A daily dose between two steps has no factor: both
neighbours are shown. A patch counts by its rate and the number worn, however often it is changed. Buprenorphine has no
factor: it is left out and said to be.

Source: mme.toml (globalrph; opioid-mme-clinical-table; opioid-mme-research-table; opioid-mme-vectors).
Hazard: a total describes exposure; it never chooses a dose or converts one opioid into another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

import msgspec

from leeward.fhir.rxnorm import OPIOID, doubts_of, form_named, groups_of, listed, product_of
from leeward.fhir.structures import CodeableConcept, MedicationRequest
from leeward.fhir.ucum import decimal_of
from leeward.guidance.mme import ByCode, MmeTable, NotConvertible, Stepped
from leeward.hooks.cdc.daily_dose import Amount, CannotTell, Daily, daily_of, medicine_of
from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Number

Table = Literal["cdc-2016", "cdc-2022", "cdc-research"]

ENTRIES: dict[Table, str] = {
    "cdc-2016": "cdc-2016-published",
    "cdc-2022": "cdc-2022-by-code",
    "cdc-research": "cdc-research-by-code",
}

PATCH = "MME/day per mcg/h"


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """What to multiply a daily dose by: MME per mg, or of a patch MME per mg/h and patch applied a day."""

    value: Decimal
    edition: str


class NoFactor(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no factor. Where the dose lies between two steps: the factors on its sides (0 below the lowest)."""

    says: str
    neighbours: tuple[Decimal, Decimal] | None = None
    not_convertible: bool = False


class MmeLine(msgspec.Struct, frozen=True, kw_only=True):
    """What one prescription adds, by one ingredient."""

    name: str
    ingredient: str
    daily: str
    """The daily dose with its unit, or nothing where it cannot be told."""
    factor: float | None = None
    """MME per mg; of a patch, MME a day per mcg/h."""
    low: float = 0.0
    high: float | None = 0.0
    """None where there is no bound."""
    notes: tuple[str, ...] = ()


class MmeAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The total of some prescriptions by one table."""

    total: float | None
    """MME a day; None where a part cannot be told."""
    floor: float
    """What it is at least."""
    lines: tuple[MmeLine, ...]
    cannot_tell: tuple[str, ...]
    """What is missing, one reason each, without a full stop."""
    table: str

    @property
    def no_opioid(self) -> bool:
        """Whether none of the prescriptions was for an opioid: the total is then 0 for want of any."""
        return not self.lines


class _Rows(msgspec.Struct, frozen=True, kw_only=True):
    edition: str
    rxnorm: Mapping[str, tuple[ByCode, ...]]
    factors: Mapping[str, Number]
    stepped: Mapping[str, Stepped]
    not_convertible: tuple[NotConvertible, ...]
    not_forms: frozenset[str]


@cache
def _rows(knowledge: Knowledge, table: Table) -> _Rows:
    """A table with the one that it adds to."""
    entries = knowledge.table_of("mme", MmeTable)
    entry = entries[ENTRIES[table]]
    base = entries.get(entry.adds_to, MmeTable())
    return _Rows(
        edition=entry.edition,
        rxnorm=entry.rxnorm,
        factors={**base.factors, **entry.factors},
        stepped={**base.stepped, **entry.stepped},
        not_convertible=entries["not-convertible"].not_convertible,
        not_forms=frozenset(entries["not-by-code"].forms),
    )


def factor(
    table: Table,
    ingredient: str,
    daily_dose: Decimal | Fraction,
    dose_form: str | None,
    doses_per_day: Decimal | Fraction | None,
    knowledge: Knowledge,
) -> Factor | NoFactor:
    """The factor of an ingredient by its RxNorm code.

    The dose is in mg a day, of a patch in mg/h times patches a day; the form is RxNorm's code or words; doses a day are
    asked of patches only. A factor that a table lacks is never 0 and never another table's.
    """
    rows = _rows(knowledge, table)
    form = form_named(dose_form, knowledge)
    name = _row(rows, ingredient, form)
    if name is None:
        return _none(rows, ingredient, form, knowledge)
    if form in rows.not_forms:
        return NoFactor(
            says=f"the {rows.edition} factors hold for medicines taken by mouth and for patches, not for {form}"
        )
    if name in rows.stepped:
        return _step(rows, rows.stepped[name], name, Fraction(daily_dose))
    each = rows.factors[name]
    value = Decimal(str(each.value))
    if each.unit != PATCH:
        return Factor(value=value, edition=rows.edition)
    if not doses_per_day:
        return NoFactor(says="how often the patch is changed is not told")
    return Factor(value=decimal_of(Fraction(value) * 1000 / Fraction(doses_per_day)), edition=rows.edition)


def _row(rows: _Rows, ingredient: str, form: str | None) -> str | None:
    """The name of the factor that the table has for an ingredient in a form."""
    found = rows.rxnorm.get(ingredient, ())
    return next((row.factor for row in found if not row.forms or form in row.forms), None)


def _none(rows: _Rows, ingredient: str, form: str | None, knowledge: Knowledge) -> NoFactor:
    """Why a table has no factor for an ingredient, given by its code or, where it has none here, by its name."""
    name = listed(knowledge).ingredients.get(ingredient)
    for entry in rows.not_convertible:
        if name in entry.names:
            return NoFactor(says=f"{name} is not convertible: {entry.reason}", not_convertible=True)
    by = f" by {form}" if form and ingredient in rows.rxnorm else ""
    return NoFactor(says=f"{name or ingredient}{by} has no factor in the {rows.edition} table, and none is borrowed")


def _step(rows: _Rows, stepped: Stepped, name: str, daily: Fraction) -> Factor | NoFactor:
    """The factor of the step that a daily dose lies in, both ends included."""
    dose = f"{_text(daily)} mg a day of {name}"
    below = Decimal(0)
    for band in stepped.bands:
        value = Decimal(str(band.factor.value))
        if daily < Fraction(band.low):
            where = f"between two steps of the {rows.edition} table" if below else f"below the {rows.edition} table"
            low, high = _text(daily * Fraction(below)), _text(daily * Fraction(value))
            return NoFactor(says=f"{dose} lies {where}: {low} to {high} MME a day", neighbours=(below, value))
        if daily <= band.high:
            return Factor(value=value, edition=rows.edition)
        below = value
    return NoFactor(says=f"{dose} lies above the {rows.edition} table")


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """An opioid of one prescription, before its factor is known."""

    name: str
    amount: Amount
    form: str | None
    notes: tuple[str, ...]


def mme_of(
    orders: Sequence[MedicationRequest],
    knowledge: Knowledge,
    table: Table,
    medicine: Callable[[MedicationRequest], CodeableConcept | None] = medicine_of,
) -> MmeAnswer:
    """The morphine equivalents of prescriptions together; `medicine` finds what is ordered.

    Prescriptions that are for no opioid are passed over, and so are those not to be given. Which are active is for the
    caller to say. One whose medicine cannot be known is named among what cannot be told.
    """
    parts: list[_Part] = []
    lines: list[MmeLine] = []
    reasons: list[str] = []
    for order in orders:
        concept = medicine(order)
        if order.doNotPerform or not _may_be_opioid(concept, knowledge):
            continue
        daily = daily_of(order, knowledge, concept)
        name = _name(concept, knowledge)
        if isinstance(daily, CannotTell):
            if _left_out(concept, knowledge, table):
                lines.append(_excluded(name, concept, knowledge, table))
                continue
            reasons.append(f"{name}: {daily.sentence}")
            lines.append(MmeLine(name=name, ingredient="", daily="", high=None, notes=(daily.sentence,)))
        else:
            parts += _parts(name, daily)
    found, lacks = _totalled(parts, knowledge, table)
    lines += found
    reasons += lacks
    floor = round(sum(line.low for line in lines), 4)
    cannot_tell = tuple(dict.fromkeys(reasons))
    return MmeAnswer(
        total=None if cannot_tell else floor, floor=floor, lines=tuple(lines), cannot_tell=cannot_tell, table=table
    )


def _may_be_opioid(concept: CodeableConcept | None, knowledge: Knowledge) -> bool:
    """Whether it is an opioid by code or words, or nothing at all says what it is."""
    if concept is None or OPIOID in groups_of(concept, knowledge):
        return True
    product = product_of(concept, knowledge)
    if product is not None and product.opioids:
        return True
    return any(one.code in ("LW-0933", "LW-0935") for one in doubts_of(concept, knowledge))


def _left_out(concept: CodeableConcept | None, knowledge: Knowledge, table: Table) -> str:
    """Why a medicine whose dose cannot be told is left out all the same: no opioid of it is convertible."""
    product = product_of(concept, knowledge)
    if product is None or any(one.code in ("LW-0931", "LW-0933") for one in doubts_of(concept, knowledge)):
        return ""
    rows = _rows(knowledge, table)
    answers = [
        _none(rows, one.rxcui or one.name, None, knowledge)
        for one in product.opioids
        if not rows.rxnorm.get(one.rxcui or "")
    ]
    whole = len(answers) == len(product.opioids) > 0 and all(one.not_convertible for one in answers)
    return answers[0].says if whole else ""


def _excluded(name: str, concept: CodeableConcept | None, knowledge: Knowledge, table: Table) -> MmeLine:
    product = product_of(concept, knowledge)
    ingredient = product.opioids[0].name if product else ""
    return MmeLine(name=name, ingredient=ingredient, daily="", notes=(_left_out(concept, knowledge, table),))


def _name(concept: CodeableConcept | None, knowledge: Knowledge) -> str:
    product = product_of(concept, knowledge)
    if product is not None:
        return product.name
    words = [one.display for one in concept.coding if one.display] if concept else []
    return (concept.text if concept and concept.text else next(iter(words), "a medicine that was not sent"))[:80]


def _parts(name: str, daily: Daily) -> list[_Part]:
    notes = (*daily.notes, *(doubt.says for doubt in daily.doubts))
    return [
        _Part(name=name, amount=amount, form=daily.product.dose_form, notes=notes)
        for amount in daily.amounts
        if amount.ingredient.opioid
    ]


def _totalled(parts: list[_Part], knowledge: Knowledge, table: Table) -> tuple[list[MmeLine], list[str]]:
    """A line for each part. What has steps is summed over its prescriptions before its step is chosen."""
    sums: defaultdict[str, Fraction] = defaultdict(Fraction)
    for part in parts:
        if part.amount.unit == "mg/d":
            sums[part.amount.ingredient.name] += part.amount.value
    lines: list[MmeLine] = []
    reasons: list[str] = []
    for part in parts:
        line, reason = _line(part, sums[part.amount.ingredient.name], knowledge, table)
        lines.append(line)
        reasons += [reason] if reason else []
    return lines, reasons


def _line(part: _Part, summed: Fraction, knowledge: Knowledge, table: Table) -> tuple[MmeLine, str]:
    amount, name = part.amount, part.amount.ingredient.name
    patch = amount.unit == "mg/h"
    found = factor(table, amount.ingredient.rxcui or name, summed, part.form, Fraction(1), knowledge)
    shown = f"{_text(amount.value * 1000)} mcg/h" if patch else f"{_text(amount.value)} mg/d"
    line = MmeLine(name=part.name, ingredient=name, daily=shown, notes=part.notes)
    if isinstance(found, Factor):
        value = float(round(amount.value * Fraction(found.value), 8))
        each = found.value / 1000 if patch else found.value
        return msgspec.structs.replace(line, factor=float(each), low=value, high=value), ""
    line = msgspec.structs.replace(line, notes=(*part.notes, found.says))
    if found.not_convertible:
        return line, ""
    if found.neighbours is None:
        return msgspec.structs.replace(line, high=None), f"{part.name}: {found.says}"
    low, high = (float(amount.value * Fraction(each)) for each in found.neighbours)
    return msgspec.structs.replace(line, low=low, high=high), found.says


def _text(value: Fraction) -> str:
    return f"{decimal_of(value):.4f}".rstrip("0").rstrip(".")
