"""What of a certificate a summary must say: limits on metals and germs, germs that were found, federally scheduled compounds.

| what is known | answer |
|---|---|
| a compound that is in federal Schedule I in any amount, measured above zero | scheduled |
| a germ of disease found | present |
| a result outside a limit; for metals, what is taken in a day | over |
| a result inside that one limit | within |
| anything else: not measured, not readable, amount used not known, limit not in force | undetermined, with what is missing |

Source: content-limits.toml; the federal row of jurisdictions.toml.

Hazard: "within" read as "safe". It says that one number of one lot is inside one limit, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from leeward.knowledge import Knowledge
from leeward.products.contents.assay import filled
from leeward.products.contents.certificate import Certificate
from leeward.products.contents.content import Content, Exact, LaboratoryVerdict, analytes, bounds
from leeward.products.contents.content_limits import (
    ContentLimit,
    check_limit,
    content_limits,
    limit_words,
    substances_of,
)
from leeward.products.contents.conversion import Basis, Undetermined
from leeward.products.contents.intake import AgainstLimit, DailyIntake, daily_intake, limits_on
from leeward.products.contents.limit_scope import scope_of
from leeward.products.law.entries import Rule, row_of
from leeward.products.law.standing import standing

Answer = Literal["scheduled", "present", "over", "undetermined", "within"]
ORDER: tuple[Answer, ...] = ("scheduled", "present", "over", "undetermined", "within")
"""Answers in the order in which a summary says them."""
WITHIN = "within this limit only"


class SafetyLine(msgspec.Struct, frozen=True, kw_only=True):
    """One substance or germ beside one limit, or beside the federal schedule. No line says that anything is safe."""

    analyte: str
    answer: Answer
    says: str
    limit: str = ""
    """The limit in words; empty where the line is of no limit."""
    status: str = ""
    """How the limit stands: in_force, proposed, superseded or unconfirmed; the word of law for what is scheduled."""
    missing: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def safety_lines(
    certificate: Certificate,
    grams_per_day: float | None,
    knowledge: Knowledge,
    *,
    on: date,
    basis: Basis | None = None,
) -> tuple[SafetyLine, ...]:
    """Every limit on metals and germs beside what the certificate found, and every scheduled compound that it found.

    grams_per_day: how many grams of the product are taken in a day, None where it is not known.
    on: the day for which the schedule is asked.
    basis: what is known of the product beside the certificate; its `material` tells which limits on germs are for it.
    Raises BadInput for grams that cannot be taken.
    """
    known = filled(basis or Basis(), certificate.basis)
    measured = [content for content in certificate.contents if content.is_measured]
    lines = [
        *_scheduled(measured, knowledge, on),
        *_germs(measured, knowledge, known),
        *_metals(measured, knowledge, known, grams_per_day),
        *_not_measured(certificate, measured, knowledge, on),
    ]
    ids = tuple(analytes())
    return tuple(sorted(lines, key=lambda line: (ORDER.index(line.answer), ids.index(line.analyte))))


def _scheduling(knowledge: Knowledge, on: date) -> tuple[Rule, tuple[str, ...]] | None:
    """The federal rule that schedules compounds in any amount on a day, with its sources."""
    row = row_of("US", knowledge)
    rules = () if row is None else standing(row, on).certain
    found = next((rule for rule in rules if rule.scheduled), None)
    return None if row is None or found is None else (found, found.sources or row.sources)


def _scheduled(measured: Sequence[Content], knowledge: Knowledge, on: date) -> Iterator[SafetyLine]:
    found = _scheduling(knowledge, on)
    if found is None:
        return
    rule, sources = found
    perhaps = rule.perhaps_on(on)
    for content in measured:
        if content.analyte not in rule.scheduled:
            continue
        law = f"any amount is federal Schedule I since {rule.from_}"
        if perhaps is not None and content.analyte in (perhaps.analytes or rule.scheduled):
            law += (
                f", unless an order possible from {perhaps.from_} moved it under a threshold, which is not known here"
            )
        is_found = _is_found(content)
        unsaid = "" if is_found else "that does not show that there is none; "
        missing = () if is_found else (f"a measurement that finds {content.name}, or rules it out",)
        yield SafetyLine(
            analyte=content.analyte,
            answer="scheduled" if is_found else "undetermined",
            says=f"{_told(content)}: {unsaid}{law}.{_apart(content)}",
            status=rule.analogue,
            missing=missing,
            sources=sources,
        )


def _is_found(content: Content) -> bool:
    span = bounds(content.value)
    exact = isinstance(content.value, Exact) and content.value.value > 0
    return exact or (span is not None and span[0] > 0) or getattr(content.value, "present", False)


def _apart(content: Content) -> str:
    gc = content.analyte == "mitragynine-pseudoindoxyl" and "GC" in content.method.upper()
    return " GC-MS cannot tell it from 7-hydroxymitragynine." if gc else ""


def _told(content: Content) -> str:
    verdict = next((note for note in content.notes if note.startswith("the laboratory's own verdict")), "")
    lot = f" (lot {content.lot})" if content.lot else ""
    return f"{content}{lot}{f' ({verdict})' if verdict else ''}"


def _germs(measured: Sequence[Content], knowledge: Knowledge, basis: Basis) -> Iterator[SafetyLine]:
    """Each limit that is not on a daily intake. A germ of disease that was found needs no limit to be said."""
    found = {content.analyte: content for content in measured if _is_pathogen(content) and _is_found(content)}
    limits = [limit for limit in content_limits(knowledge).values() if limit.measure != "mcg_per_day"]
    for analyte, content in found.items():
        own = [limit for limit in limits if analyte in substances_of(limit).all_named]
        yield SafetyLine(
            analyte=analyte,
            answer="present",
            says=f"{_told(content)}.{f' {own[0].issuer} asks for its absence.' if own else ''}",
            limit="; ".join(dict.fromkeys(limit_words(limit) for limit in own)),
            status=own[0].status if own else "",
            sources=tuple(dict.fromkeys(id for limit in own for id in limit.sources)),
        )
    for limit in limits:
        named = substances_of(limit).all_named
        if any(content.analyte in named for content in measured) and not any(analyte in found for analyte in named):
            yield from _germ(measured, limit, named[0], basis)


def _is_pathogen(content: Content) -> bool:
    return analytes()[content.analyte].group == "pathogen"


def _germ(measured: Sequence[Content], limit: ContentLimit, analyte: str, basis: Basis) -> Iterator[SafetyLine]:
    if scope_of(limit.applies_to, measured, basis).applies == "no":
        return
    verdict = check_limit(measured, limit, basis)
    answer: Answer = "within" if verdict.answer == "within" else "over" if verdict.answer == "over" else "undetermined"
    failed = [one for one in measured if one.analyte == analyte and _failed(one)]
    says = f"{verdict.because.rstrip('.')}; {WITHIN}." if answer == "within" else verdict.because
    if failed:
        says = f"{says} The laboratory's own verdict: failed."
    yield SafetyLine(
        analyte=analyte,
        answer="undetermined" if failed and answer == "within" else answer,
        says=says,
        limit=f"{verdict.rule} ({limit.issuer})",
        status=limit.status,
        missing=verdict.missing,
        sources=limit.sources,
    )


def _failed(content: Content) -> bool:
    if isinstance(content.value, LaboratoryVerdict):
        return not content.value.passed
    return any("verdict" in note and re.search("fail|not con|not comp", note, re.IGNORECASE) for note in content.notes)


def _metals(
    measured: Sequence[Content], knowledge: Knowledge, basis: Basis, grams_per_day: float | None
) -> Iterator[SafetyLine]:
    for content in measured:
        if analytes()[content.analyte].group == "metal":
            limits = dict(limits_on(content.analyte, knowledge))
            found = daily_intake(content, grams_per_day, basis, knowledge)
            if isinstance(found, Undetermined):
                yield from (_no_intake(content, limit, found) for limit in limits.values())
            else:
                yield from (_beside(content, limits[one.limit], one, found) for one in found.against)


def _no_intake(content: Content, limit: ContentLimit, why: Undetermined) -> SafetyLine:
    return SafetyLine(
        analyte=content.analyte,
        answer="undetermined",
        says=f"{_told(content)}. {why.because}",
        limit=f"{limit_words(limit)} ({limit.issuer})",
        status=limit.status,
        missing=why.missing,
        sources=limit.sources,
    )


def _beside(content: Content, limit: ContentLimit, one: AgainstLimit, intake: DailyIntake) -> SafetyLine:
    lot = f" (lot {content.lot})" if content.lot else ""
    answers: dict[str, Answer] = {"yes": "over", "no": "within", "cannot tell": "undetermined"}
    answer = answers[one.above]
    says = f"{intake.says}{lot}: {one.says}"
    missing = ("a result that lies on one side of the limit",) if answer == "undetermined" else ()
    if limit.status != "in_force":
        status = limit.status.replace("_", " ")
        answer, says, missing = (
            "undetermined",
            f"The limit is {status} and decides nothing. {says}",
            ("a limit in force",),
        )
    return SafetyLine(
        analyte=content.analyte,
        answer=answer,
        says=f"{says}{f'; {WITHIN}' if answer == 'within' else ''}. {' '.join(intake.notes)}",
        limit=f"{limit_words(limit)} ({limit.issuer})",
        status=limit.status,
        missing=missing,
        sources=limit.sources,
    )


def _not_measured(
    certificate: Certificate, measured: Iterable[Content], knowledge: Knowledge, on: date
) -> Iterator[SafetyLine]:
    """A line for each substance that is limited or scheduled and that the certificate does not tell of."""
    told = {content.analyte for content in measured}
    scheduling = _scheduling(knowledge, on)
    limited = {analyte for limit in content_limits(knowledge).values() for analyte in substances_of(limit).all_named}
    if told & {"arsenic", "inorganic-arsenic"}:
        told |= {"arsenic", "inorganic-arsenic"}
    lost = {line.analyte: line for line in reversed(certificate.numbers_lost)}
    for analyte in sorted((limited | set(scheduling[0].scheduled if scheduling else ())) - told):
        name, line = analytes()[analyte].name, lost.get(analyte)
        says = f"{name}: the certificate does not name it; that does not say that it is absent."
        if line is not None:
            says = f"{name}: {line.place} of the certificate could not be read ({line.text}: {line.because})."
        yield SafetyLine(
            analyte=analyte,
            answer="undetermined",
            says=says,
            missing=(f"{'a measurement of' if line is None else 'a readable number for'} {name}",),
        )
