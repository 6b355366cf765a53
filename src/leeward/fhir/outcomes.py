"""An OperationOutcome for what Leeward declined, what cannot be told, and what it did not understand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from leeward.errors import Problem
from leeward.fhir.structures import OperationOutcome, OperationOutcomeIssue
from leeward.fhir.writing import Writing, concept, ours, words

IssueCode = Literal[
    "invalid", "structure", "required", "value", "not-supported", "not-found", "too-long", "login", "forbidden",
    "conflict", "business-rule", "transient", "exception", "incomplete", "informational",
]  # fmt: skip
Severity = Literal["fatal", "error", "warning", "information"]

MOST_ISSUES = 20


def issue(severity: Severity, code: IssueCode, sentence: str, *places: str, of: str = "") -> OperationOutcomeIssue:
    """One matter in a sentence, with where it stands (FHIRPath) and Leeward's own code for it."""
    details = concept(sentence, *((ours("outcome", of),) if of else ()))
    return OperationOutcomeIssue(severity=severity, code=code, details=details, expression=places)


def outcome_of(
    problems: Iterable[Problem], code: IssueCode = "invalid", severity: Severity = "error", most: int = MOST_ISSUES
) -> OperationOutcome:
    """One issue a problem; of more than `most` the first, and how many more there are."""
    told = tuple(problems)
    issues = [
        issue(severity, code, f"{one.says} {one.mend}", *((one.path,) if one.path else ()), of=one.code)
        for one in told[:most]
    ]
    if len(told) > most:
        issues.append(issue(severity, code, f"And {len(told) - most} more of the kind."))
    return OperationOutcome(issue=tuple(issues))


def said(code: IssueCode, sentence: str) -> OperationOutcome:
    """What went wrong, in a single sentence."""
    return OperationOutcome(issue=(issue("error", code, sentence),))


def not_answered(writing: Writing) -> OperationOutcome | None:
    """Refusals, options that cannot be told, questions, and what Leeward does not know; None where there is nothing."""
    issues = tuple(_issues(writing))
    if not issues:
        return None
    return OperationOutcome(id=writing.id_of_answer("OperationOutcome"), meta=writing.meta, issue=issues)


def _issues(writing: Writing) -> Iterator[OperationOutcomeIssue]:
    assessment = writing.assessment
    for refusal in assessment.refusals:
        says = f"Leeward declined: {refusal.what} {refusal.why} {refusal.turn_to}"
        yield issue("warning", "business-rule", says, of=refusal.id)
    for option in assessment.options:
        if option.status == "cannot-tell":
            needs = f" Needed: {', '.join(option.needs)}." if option.needs else ""
            yield issue("information", "incomplete", f"Cannot tell whether {option.title} fits.{needs}", of=option.id)
    for question in assessment.questions:
        change = f" It may change {', '.join(question.would_change)}." if question.would_change else ""
        yield issue("information", "incomplete", f"{question.ask}{change}", of=code_of(question.input))
    for line in assessment.not_known_to_leeward:
        yield issue("information", "not-supported", f"Kept, and not known to Leeward: {line}")


def code_of(text: str) -> str:
    """A word of a case as a code, which FHIR has without runs of spaces."""
    return " ".join((words(text) or "").split())
