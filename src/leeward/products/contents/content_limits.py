"""A product's contents checked against the limits of a rule: within, over, or undetermined with what is missing.

| what is known | answer |
|---|---|
| every measurement inside the rule | within, for the lots measured |
| any measurement outside the rule | over |
| below a limit of quantification that is itself inside the rule | within |
| below a limit of quantification that is outside the rule, or not stated | undetermined |
| only a label's claim | undetermined; claimed-over where the claim itself is outside |
| a rule that is proposed, superseded or unconfirmed | undetermined, with what it would be |
| a rule for another kind of product, or for an unknown one | undetermined |

Hazard: "within" read as "safe". It says that one number of one lot is inside one rule, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, isclose
from typing import Literal, Protocol

import msgspec

from leeward.knowledge import Knowledge, load_knowledge
from leeward.knowledge.entries import Entry
from leeward.products.contents.content import PRINTED, Content, Measure, bounds, figure
from leeward.products.contents.conversion import Basis
from leeward.products.contents.limit_amounts import Amount, Substances, amount_of, substances_in, substances_listed
from leeward.products.contents.limit_scope import scope_of

Answer = Literal["within", "over", "undetermined", "claimed-over"]


class LegalLimit(Protocol):
    """A limit as a rule states it: a product is inside where the substance, so measured, is `operator` the value."""

    @property
    def substance(self) -> str: ...
    @property
    def measure(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def applies_to(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def sources(self) -> tuple[str, ...]: ...


class ContentLimit(Entry, frozen=True, kw_only=True):
    """A limit on metals or germs from a pharmacopoeia, a guideline or a warning law."""

    substance: str
    measure: str
    operator: Literal["<=", "<", ">=", ">", "absent"]
    value: float
    unit: str
    applies_to: str
    status: Literal["in_force", "proposed", "superseded", "unconfirmed"]
    issuer: str
    force: Literal["law", "recommendation", "reference level", "warning level"]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the contents are inside a rule. `if_in_force`: what a rule that does not decide would say."""

    answer: Answer
    because: str
    missing: tuple[str, ...] = ()
    used: tuple[Content, ...] = ()
    rule: str
    status: str
    if_in_force: Answer | None = None
    sources: tuple[str, ...] = ()


def content_limits(knowledge: Knowledge | None = None) -> dict[str, ContentLimit]:
    """Limits on metals and germs that the knowledge holds, by id; of the shipped knowledge where none is given."""
    return dict((knowledge or load_knowledge()).table_of("content-limits", ContentLimit))


def check_limit(contents: Sequence[Content], limit: LegalLimit, basis: Basis) -> Verdict:
    """Whether the contents are inside the limit. Each lot is judged on its own; one lot over is over.

    >>> from leeward.products.contents.content import Below, Exact
    >>> lead = content_limits()["fda-lead-adult-2020"]
    >>> check_limit([], lead, Basis()).missing
    ('a measurement of lead',)
    """
    verdict = _checked(contents, limit, basis)
    if limit.status == "in_force":
        return verdict
    status = limit.status.replace("_", " ")
    because = f"The limit is {status} and decides nothing. If it were in force: {verdict.because}"
    return msgspec.structs.replace(verdict, answer="undetermined", because=because, if_in_force=verdict.answer)


def substances_of(limit: LegalLimit) -> Substances:
    """What the limit is on: by the ids it lists (`analytes`, `over`, `together`), or else by its words."""
    listed = getattr(limit, "analytes", ())
    if not listed:
        return substances_in(limit.substance)
    return substances_listed(listed, getattr(limit, "over", ()), getattr(limit, "together", "sum"))


def limit_words(limit: LegalLimit) -> str:
    """The limit in words."""
    scope = f", {limit.applies_to}" if limit.applies_to else ""
    if limit.operator == "absent":
        return f"{limit.substance} absent in {figure(limit.value)} {limit.unit}{scope}"
    return f"{limit.substance} {_how(limit.operator)} {figure(limit.value)} {limit.unit}{scope}"


def _checked(contents: Sequence[Content], limit: LegalLimit, basis: Basis) -> Verdict:
    rule = limit_words(limit)
    scope = scope_of(limit.applies_to, contents, basis)
    if scope.applies == "no":
        return _undetermined(limit, f"The limit is for {limit.applies_to}; {scope.because}.")
    measured = _by_lot(content for content in contents if content.is_measured)
    found = [_judged(lot, group, limit, basis) for lot, group in measured if _concerns(group, limit)]
    if not found:
        return _claimed(contents, limit, basis)
    decided = _merged(found, limit, rule)
    if scope.applies == "unknown" and decided.answer in ("within", "over"):
        because = f"Whether the limit applies is not known ({scope.because}). If it does: {decided.because}"
        return msgspec.structs.replace(
            decided, answer="undetermined", because=because, missing=scope.missing, if_in_force=decided.answer
        )
    return decided


def _merged(found: list[_Judged], limit: LegalLimit, rule: str) -> Verdict:
    answer: Answer = "within"
    for wanted in ("over", "undetermined"):
        if any(one.answer == wanted for one in found):
            answer = wanted
            break
    deciding = [one for one in found if one.answer == answer]
    return Verdict(
        answer=answer,
        because=" ".join(dict.fromkeys(one.because for one in deciding)),
        missing=tuple(dict.fromkeys(item for one in deciding for item in one.missing)),
        used=tuple(dict.fromkeys(content for one in deciding for content in one.used)),
        rule=rule,
        status=limit.status,
        sources=limit.sources,
    )


def _claimed(contents: Sequence[Content], limit: LegalLimit, basis: Basis) -> Verdict:
    """What a claim alone can say: that it is outside the rule by its own words, never that it is inside."""
    claims = [content for content in contents if not content.is_measured]
    missing = _measurement_missing(limit)
    if not _concerns(claims, limit):
        return _undetermined(limit, f"Nobody measured {limit.substance}.", missing)
    judged = _judged("", claims, limit, basis)
    if judged.answer == "over" and scope_of(limit.applies_to, contents, basis).applies == "yes":
        verdict = _undetermined(limit, f"The label itself claims what the rule bars: {judged.because}", missing)
        return msgspec.structs.replace(verdict, answer="claimed-over", used=judged.used)
    return _undetermined(limit, f"Only the label says how much; nobody measured it. {judged.because}", missing)


def _undetermined(limit: LegalLimit, because: str, missing: tuple[str, ...] = ()) -> Verdict:
    return Verdict(
        answer="undetermined",
        because=because,
        missing=missing,
        rule=limit_words(limit),
        status=limit.status,
        sources=limit.sources,
    )


def _measurement_missing(limit: LegalLimit) -> tuple[str, ...]:
    return (f"a measurement of {limit.substance}",)


def _by_lot(contents: Iterable[Content]) -> list[tuple[str, list[Content]]]:
    lots: dict[str, list[Content]] = {}
    for content in contents:
        lots.setdefault(content.lot, []).append(content)
    return list(lots.items())


def _concerns(contents: Iterable[Content], limit: LegalLimit) -> bool:
    named = set(substances_of(limit).all_named)
    return any(content.analyte in named for content in contents)


class _Judged(msgspec.Struct, frozen=True):
    answer: Literal["within", "over", "undetermined"]
    because: str
    missing: tuple[str, ...]
    used: tuple[Content, ...]


def _judged(lot: str, contents: Sequence[Content], limit: LegalLimit, basis: Basis) -> _Judged:
    where = f" (lot {lot})" if lot else ""
    if limit.operator == "absent":
        return _absence(contents, limit, where)
    amount = amount_of(contents, substances_of(limit), limit.measure, limit.unit, basis)
    limit_value = limit.value * amount.limit_factor
    answer = _answer(amount, limit.operator, limit_value)
    rule = f"the limit is {_how(limit.operator)} {_printed(limit_value, amount.measure)}"
    if answer != "undetermined":
        return _Judged(answer, f"{limit.substance} is {_span(amount)}{where}; {rule}.", (), amount.used)
    if amount.because and amount.low == 0 and amount.high == inf:
        return _Judged(answer, f"{amount.because.rstrip('.')}{where}.", amount.missing, amount.used)
    missing = amount.missing or ("a result that lies on one side of the limit",)
    because = f"{limit.substance} is {_span(amount)}{where}; {rule}. Missing: {', '.join(missing)}."
    return _Judged(answer, because, missing, amount.used)


def _how(operator: str) -> str:
    return {"<=": "at most", "<": "less than", ">=": "at least", ">": "more than"}.get(operator, operator)


def _printed(number: float, measure: Measure) -> str:
    return f"{figure(number)} to 1 by mass" if measure == "mass_ratio" else f"{figure(number)} {PRINTED[measure]}"


def _span(amount: Amount) -> str:
    if amount.low == amount.high:
        return _printed(amount.low, amount.measure)
    if amount.high == inf:
        return f"at least {_printed(amount.low, amount.measure)}" if amount.low > 0 else "not known"
    if amount.low == 0:
        return f"{'less than' if amount.open_top else 'at most'} {_printed(amount.high, amount.measure)}"
    return f"between {figure(amount.low)} and {_printed(amount.high, amount.measure)}"


def _answer(amount: Amount, operator: str, value: float) -> Literal["within", "over", "undetermined"]:
    """Three answers, from the least and the greatest that the amount can be."""
    low, high, open_top = snapped(amount.low, value), snapped(amount.high, value), amount.open_top
    inside, outside = {
        "<=": (high <= value, low > value),
        "<": (high < value or (open_top and high <= value), low >= value and low > 0),
        ">=": (low >= value, high < value or (open_top and high <= value)),
        ">": (low > value, high <= value),
    }[operator]
    return "within" if inside else "over" if outside else "undetermined"


def snapped(number: float, limit: float) -> float:
    """The limit itself where a number differs from it by no more than the rounding of conversions."""
    return limit if isclose(number, limit, rel_tol=1e-9) else number


def _absence(contents: Sequence[Content], limit: LegalLimit, where: str) -> _Judged:
    """A germ that must not be found in so many grams."""
    named = substances_of(limit).all_named
    found = [content for content in contents if content.analyte in named]
    used = tuple(found)
    for content in found:
        span = bounds(content.value)
        if getattr(content.value, "present", None) is True or (span is not None and span[0] > 0):
            return _Judged("over", f"{content}{where}; it must be absent.", (), (content,))
    enough = [
        content
        for content in found
        if getattr(content.value, "present", None) is False
        and (getattr(content.value, "sample_g", None) or 0) >= limit.value
    ]
    if enough:
        return _Judged("within", f"{enough[0]}{where}.", (), tuple(enough))
    missing = (f"a test of at least {figure(limit.value)} {limit.unit} that states its sample",)
    return _Judged("undetermined", f"{found[0]}{where}: that does not settle it.", missing, used)
