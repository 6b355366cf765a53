"""An OperationOutcome: what went wrong, in one sentence an issue, in the words that FHIR has for its kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from leeward.errors import Problem

IssueCode = Literal["invalid", "required", "not-found", "not-supported", "login", "transient", "too-long", "exception"]

MOST_ISSUES = 20


def outcome(code: IssueCode, problems: Iterable[Problem]) -> dict[str, Any]:
    """An OperationOutcome of R4 with one issue a problem; the first twenty of many, and how many more there are."""
    told = list(problems)
    issues = [_issue(code, f"{one.says} {one.mend}", one.path) for one in told[:MOST_ISSUES]]
    if len(told) > MOST_ISSUES:
        issues.append(_issue(code, f"And {len(told) - MOST_ISSUES} more of the kind.", ""))
    return {"resourceType": "OperationOutcome", "issue": issues}


def said(code: IssueCode, sentence: str) -> dict[str, Any]:
    """An OperationOutcome with a single sentence."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(code, sentence, "")]}


def _issue(code: IssueCode, sentence: str, path: str) -> dict[str, Any]:
    issue: dict[str, Any] = {"severity": "error", "code": code, "details": {"text": sentence}}
    return issue | ({"diagnostics": path} if path else {})
