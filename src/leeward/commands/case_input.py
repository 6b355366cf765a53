"""The case that `leeward assess` is given: a case file, or a person's record in FHIR."""

from __future__ import annotations

from datetime import datetime

import msgspec

from leeward.casefile import read_case
from leeward.commands.inputs import bytes_of
from leeward.errors import BadInput, Problem
from leeward.guidance.assessment import Assessment
from leeward.knowledge import Knowledge
from leeward.model.case import Case
from leeward.report.paper import Paper

LARGEST_RECORD = 50_000_000
"""Bytes. A record of several years with all its laboratory results is a tenth of it."""


class Given(msgspec.Struct, frozen=True):
    """A case, and what of the record that it comes from is not in it or not as it stands there."""

    case: Case
    not_read: tuple[Problem, ...] = ()


def case_given(
    name: str, knowledge: Knowledge, now: datetime | None, patient: str | None, complete: tuple[str, ...]
) -> Given:
    """The case in a file, or in standard input where the name is `-`; raises BadInput."""
    content = bytes_of(name, LARGEST_RECORD)
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and b'"resourceType"' in content:
        from leeward.fhir.json_text import decoded

        found = decoded(content, what=name)
        if "resourceType" in found:
            return _from_record(found, knowledge, now, patient, complete)
    if patient is not None:
        raise BadInput.one("LW-0910", "--patient", "A case file is about one person.", "Leave --patient out.")
    if complete:
        raise BadInput.one("LW-0910", "--complete", "A list of a case file is complete.", "Leave --complete out.")
    return Given(read_case(content, knowledge, now=now))


def _from_record(
    found: dict[str, object],
    knowledge: Knowledge,
    now: datetime | None,
    patient: str | None,
    complete: tuple[str, ...],
) -> Given:
    from leeward.fhir.reading import read_all
    from leeward.fhir.to_case import case_document

    if now is None:
        mend = "Add --now 2026-11-22T09:00:00-05:00, the instant that the answer is for."
        raise BadInput.one("LW-0910", "--now", "A record in FHIR does not say for which instant to answer.", mend)
    if found.get("type") == "history":
        raise BadInput.one("LW-0910", "type", "A history holds what was since replaced.", "Give the record as it is.")
    resources = read_all(found, "Bundle")
    made = case_document(resources, now, patient, complete=complete, knowledge=knowledge)
    return Given(made.case, made.not_understood)


def with_not_read(assessment: Assessment, not_read: tuple[Problem, ...]) -> Assessment:
    """The assessment with what was not read among what Leeward does not know, each with its resource."""
    told = (*assessment.not_known_to_leeward, *(_line(problem) for problem in not_read))
    return msgspec.structs.replace(assessment, not_known_to_leeward=told)


def put_not_read(paper: Paper, not_read: tuple[Problem, ...]) -> None:
    """Everything of the record that is not in the answer, or not as it stands there, on paper."""
    if not not_read:
        return
    paper.heading(f"NOT READ FROM THE RECORD, OR NOT AS IT STANDS ({len(not_read)})")
    for problem in not_read:
        paper.item(f"{_line(problem)} {problem.mend}")


def _line(problem: Problem) -> str:
    return f"{problem.path or 'the record'}: {problem.says} [{problem.code}]"
