"""What the law says of kratom leaf, extracts, 7-OH and analogues, in a place and on a day: federal first, then the state.

| what is known | answer |
|---|---|
| a ban, an emergency ban, an agency's ban, a bar from products | unlawful |
| rules on age, label, content or form; a cap or threshold; plain leaf only | restricted |
| no law found, reports in conflict, a rule on its way, silence, weak evidence | undetermined |
| the day lies further from the newest evidence than the site's limit allows | refused-stale |

A rule on kratom that does not tell an extract from leaf is the rule for both, and the extract's line says so. Where only
plain leaf may be sold, an extract is unlawful.

What federal law schedules is unlawful in every state while it does. No law found is never an answer of lawful.

Source: jurisdictions.toml, law-words.toml and law-facts.toml, with their sources; none of them is legal advice.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import msgspec

from leeward.errors import BadInput, MisuseError, shown
from leeward.knowledge.knowledge import Knowledge
from leeward.products.law.entries import (
    Confidence,
    Jurisdiction,
    LimitStatus,
    Rule,
    Substance,
    as_held,
    law_facts,
    row_of,
)
from leeward.products.law.lines import LawLine, LegalLimit, legal_limit
from leeward.products.law.places import Place, place_of
from leeward.products.law.sentences import (
    FEDERAL_UNKNOWN,
    LOCAL,
    WHAT,
    answer_sentence,
    in_place,
    not_settled,
    once,
    reasons,
    short_answer,
    what_to_check,
)
from leeward.products.law.standing import Standing, answer_of, deciding_rule, standing

SUBSTANCES: tuple[Substance, ...] = ("leaf", "extract", "7-oh", "analogue")


def law_of(
    jurisdiction: str | None,
    on: datetime.date,
    *,
    knowledge: Knowledge,
    stale_after_days: float,
    substances: Sequence[str] = SUBSTANCES,
) -> tuple[LawLine, ...]:
    """The law of a place on a day, a line for each substance; the federal lines come first.

    jurisdiction: a state as US-PA, PA or Pennsylvania, US for federal law alone, an ISO 3166 code for elsewhere (no law
    of it is held, and US law is not shown), or None where the place is not known.
    stale_after_days: how far, in days, the day may lie after the newest evidence before the answer is refused.
    Raises BadInput for a word that names no place and for a substance that is none of `SUBSTANCES`.

    Hazard: an answer past its evidence would be believed; it is refused, with what to check instead.
    """
    _require_day(on, stale_after_days)
    place = place_of(jurisdiction, knowledge)
    asked: tuple[Substance, ...] = tuple(_substance(word) for word in substances)
    if place.kind == "foreign":
        return tuple(_not_held(place, on, substance) for substance in asked)
    federal = {substance: _line(_us(knowledge), on, substance, knowledge, stale_after_days) for substance in asked}
    if place.kind == "federal":
        return tuple(federal.values())
    return (
        *federal.values(),
        *(_state_line(place, on, substance, federal[substance], knowledge, stale_after_days) for substance in asked),
    )


def rule_limits(
    jurisdiction: str | None, on: datetime.date, knowledge: Knowledge, stale_after_days: float
) -> tuple[LegalLimit, ...]:
    """The numeric limits surely in force in a place on a day, federal ones first, for comparing a certificate.

    Raises BadInput as `law_of` does.
    Hazard: no limits is not "within limits": the product may be banned outright, or the law not known or too old. Ask
    `law_of` as well.
    """
    _require_day(on, stale_after_days)
    place = place_of(jurisdiction, knowledge)
    codes = {"foreign": (), "unknown": ("US",), "federal": ("US",)}.get(place.kind, ("US", place.code))
    found: list[LegalLimit] = []
    for code in codes:
        row = row_of(code, knowledge)
        if row is None or row.confidence == "low" or row.age_in_days(on) > stale_after_days:
            continue
        for rule in standing(row, on).certain:
            limits = (limit for limit in rule.limits if limit.status == "in_force")
            found += [legal_limit(code, row, rule, limit, "in_force") for limit in limits]
    return tuple(found)


def _require_day(on: datetime.date, stale_after_days: float) -> None:
    if isinstance(on, datetime.datetime):
        raise MisuseError("The law is asked for by day: give a date, not an instant.")
    if not stale_after_days > 0:
        raise MisuseError("stale_after_days must be a number of days above zero.")


def _substance(word: str) -> Substance:
    for substance in SUBSTANCES:
        if word == substance:
            return substance
    raise BadInput.one(
        "LW-0632",
        "substances",
        f'"{shown(word)}" is not a substance whose law is held.',
        f"Ask for {', '.join(SUBSTANCES)}.",
    )


def _us(knowledge: Knowledge) -> Place:
    return place_of("US", knowledge)


def _state_line(
    place: Place, on: datetime.date, substance: Substance, federal: LawLine, knowledge: Knowledge, limit: float
) -> LawLine:
    """The state's own line, in the light of the federal one."""
    own = _line(place, on, substance, knowledge, limit)
    if place.kind == "unknown":
        return own
    if federal.answer == "unlawful":
        return _under_federal_law(place, own, federal)
    if federal.answer in ("undetermined", "refused-stale") and own.answer in ("lawful", "restricted"):
        return msgspec.structs.replace(
            own,
            answer="undetermined" if own.answer == "lawful" else own.answer,
            says=f"By its own law alone, for {FEDERAL_UNKNOWN}: {own.says}",
            in_short=f"by state law: {own.in_short}; federal position not known",
            to_check=once((*own.to_check, *federal.to_check)),
            sources=once((*own.sources, *federal.sources)),
        )
    return own


def _under_federal_law(place: Place, own: LawLine, federal: LawLine) -> LawLine:
    """A line that federal law settles: no state can allow what it schedules, so none of its terms of sale are shown."""
    if own.answer == "unlawful":
        return msgspec.structs.replace(
            own, because=(*own.because, federal.says), sources=once((*own.sources, *federal.sources))
        )
    return msgspec.structs.replace(
        own,
        answer="unlawful",
        in_short=federal.in_short,
        says=f"Unlawful in {in_place(place)} by federal law, whatever its own law says: {federal.says}",
        status=federal.status,
        instrument=federal.instrument,
        limits=(),
        age=None,
        label_rules=(),
        retail_rules=(),
        registration="",
        effective_from=federal.effective_from,
        effective_to=federal.effective_to,
        as_of=federal.as_of,
        confidence=federal.confidence,
        because=(
            f"Of the law of the place itself: {own.says}",
            *own.because,
            *(f"Federal law: {line}" for line in federal.because),
        ),
        to_check=once((*own.to_check, *federal.to_check)),
        sources=once((*federal.sources, *own.sources)),
    )


def _line(
    place: Place, on: datetime.date, substance: Substance, knowledge: Knowledge, stale_after_days: float
) -> LawLine:
    """The line of a place whose law is held, by its own rules alone."""
    row = row_of(place.code, knowledge)
    if row is None:
        return _not_held(place, on, substance)
    if row.age_in_days(on) > stale_after_days:
        return _refused(place, row, on, substance, stale_after_days)
    stands = standing(row, on)
    sure = answer_of(stands.certain, substance, knowledge)
    settled = row.confidence != "low" and sure == answer_of((*stands.certain, *stands.possible), substance, knowledge)
    answer = sure if settled else "undetermined"
    rule = deciding_rule(stands.certain, substance, sure, knowledge)
    speaking = tuple(other for other in stands.certain if other.status_of(substance))
    # Terms of sale hold for every kratom product, whichever rule sets them; what is unlawful has none.
    terms = () if answer == "unlawful" else stands.certain
    limits = _limits(place.code, row, stands, substance)
    says = answer_sentence(place, on, substance, rule, stands.certain, limits, knowledge)
    short = ""
    if rule is not None:
        limited = any(limit.status == "in_force" for limit in limits)
        short = short_answer(rule, on, substance, stands.certain, limited, knowledge)
    near = -row.age_in_days(on) <= stale_after_days
    return LawLine(
        jurisdiction=place.code,
        name=place.name,
        substance=substance,
        on=on.isoformat(),
        answer=answer,
        says=f"{says}." if settled or rule is None else not_settled(says, row),
        in_short=_in_short(short, settled, row),
        status=rule.status_of(substance) if rule else "",
        instrument="; ".join(once(other.instrument for other in speaking)),
        limits=limits,
        age=max((other.age for other in terms if other.age is not None), default=None),
        label_rules=once(word for other in terms for word in other.labels),
        retail_rules=once(word for other in terms for word in other.shops),
        prohibited=once(word for other in stands.certain for word in other.prohibited),
        registration="; ".join(once(other.registration for other in terms)),
        pending=row.pending if near else "",
        local=row.local,
        conflicts=tuple(f.says for f in law_facts(place.code, on, knowledge, substance) if f.topic == "conflict"),
        effective_from=rule.from_ if rule else "",
        effective_to=rule.to if rule else "",
        as_of=row.as_of,
        confidence=_confidence(row, rule, on),
        because=reasons(place, row, on, substance, stands, near),
        to_check=what_to_check(place, row, speaking) if answer == "undetermined" else row.check,
        sources=once(
            (
                *(id for other in (*speaking, *terms) for id in other.sources),
                *row.sources,
                *(id for limit in limits for id in limit.sources),
            )
        ),
    )


def _in_short(short: str, settled: bool, row: Jurisdiction) -> str:
    if not short:
        return "not known for this day"
    if settled:
        return short
    return f"not settled, {'weak evidence' if row.confidence == 'low' else 'dates not all known'}: {short}"


def _confidence(row: Jurisdiction, rule: Rule | None, on: datetime.date) -> Confidence:
    """The row's confidence, or that of a doubt about the deciding rule where it is less."""
    perhaps = rule.perhaps_on(on) if rule else None
    if perhaps is None:
        return row.confidence
    order: tuple[Confidence, ...] = ("low", "medium", "high")
    return order[min(order.index(row.confidence), order.index(perhaps.confidence))]


def _limits(code: str, row: Jurisdiction, stands: Standing, substance: Substance) -> tuple[LegalLimit, ...]:
    """Limits of rules that are in force, perhaps in force, or ended, each with how it stands on the day."""
    parts: tuple[tuple[tuple[Rule, ...], LimitStatus | None], ...] = (
        (stands.certain, None),
        (stands.possible, "unconfirmed"),
        (stands.ended, "superseded"),
    )
    found: list[LegalLimit] = []
    for rules, becomes in parts:
        for rule in rules:
            for limit in rule.limits:
                status = becomes or limit.status
                if status == "in_force" and row.confidence == "low":
                    status = "unconfirmed"
                if as_held(substance) in limit.lines:
                    found.append(legal_limit(code, row, rule, limit, status))
    return tuple(found)


def _refused(
    place: Place, row: Jurisdiction, on: datetime.date, substance: Substance, stale_after_days: float
) -> LawLine:
    """No answer, for the evidence is too old for the day; nothing of the old answer is shown."""
    rules = tuple(rule for rule in row.rules if rule.status_of(substance) and not rule.to)
    return LawLine(
        jurisdiction=place.code,
        name=place.name,
        substance=substance,
        on=on.isoformat(),
        answer="refused-stale",
        says=(
            f"No legal answer on {WHAT[substance]} in {in_place(place)}: the newest evidence, of {row.as_of}, is "
            f"{row.age_in_days(on)} days old on {on}, and the limit is {stale_after_days:g} days."
        ),
        in_short=f"evidence of {row.as_of[:7]} too old",
        as_of=row.as_of,
        confidence=row.confidence,
        because=once((place.read_as, "" if place.kind == "federal" else LOCAL)),
        to_check=what_to_check(place, row, rules),
        sources=row.sources,
    )


def _not_held(place: Place, on: datetime.date, substance: Substance) -> LawLine:
    """Undetermined, for a place that is not known or whose law is not held."""
    if place.kind == "unknown":
        says, short = "The place is not known, so its state and local law cannot be told.", "place not known"
        check: tuple[str, ...] = ("in which state, county and city it is",)
    else:
        says, short = f"Leeward holds no law of this place ({place.name}).", "no law of this place held"
        check = (f"the law of {place.name}, with its own authority",)
    return LawLine(
        jurisdiction=place.code,
        name=place.name,
        substance=substance,
        on=on.isoformat(),
        answer="undetermined",
        says=says,
        in_short=short,
        because=once((place.read_as,)),
        to_check=check,
    )
