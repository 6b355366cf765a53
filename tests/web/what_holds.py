"""What holds of every answer, whatever was asked: no error of the server, no word of its inside, in time, and in the right form."""

from __future__ import annotations

import json
import re
from typing import Any

from leeward.web.headers import FOR_PROGRAMS
from tests.web.asked_directly import Answered, Asked

COSTS_AT_MOST = 4.0
"""Processor seconds of one answer. Most take a hundredth; a password, a PDF and a form of a megabyte take longest."""

LONGEST_OUTCOME = 20_000
"""Bytes of an answer that says what is wrong: what was sent is not told back at length."""

TOLD_OF_THE_INSIDE = re.compile(
    r"Traceback|site-packages|\b[A-Za-z]+\.py\b|\b(?:[A-Z][a-z]+)+(?:Error|Exception)\b|\bsqlalchemy\b|0x[0-9a-f]{8,}"
)
"""What an answer would say of the program and not of the matter."""

OWN_ADDRESS = re.compile(r"/(?![/\\])|http://testserver(:\d+)?/")


def look(asked: Asked, answer: Answered) -> None:
    """Raises AssertionError with what does not hold."""
    assert 200 <= answer.status < 500, (answer.status, answer.content[:500])
    assert answer.cost < COSTS_AT_MOST, f"{answer.cost:.1f} s"
    assert not any("\r" in value or "\n" in value for value in answer.headers.values())
    assert {"content-security-policy", "x-content-type-options"} <= set(answer.headers)
    place = answer.headers.get("location", "/")
    assert OWN_ADDRESS.match(place), place
    is_text = answer.kind.startswith("text/") or answer.kind.endswith("json")
    text = answer.content.decode("utf-8", "replace") if is_text else ""
    assert "Traceback (most recent" not in text
    if answer.status >= 400:
        found = TOLD_OF_THE_INSIDE.search(text)
        assert not found, found
    if asked.method == "HEAD" or asked.left:
        return  # nobody reads it
    path = asked.target.partition("?")[0]
    if any(f"{path}/".startswith(f"{below}/") for below in FOR_PROGRAMS):
        _look_as_a_program(path, answer)
    elif answer.status >= 400 and answer.kind == "text/html":
        assert "<main" in text and "</html>" in text, text[:300]


def _look_as_a_program(path: str, answer: Answered) -> None:
    """JSON of the form that the address has, and on an error a sentence; empty only where the standard has it so."""
    fhir = path.startswith("/fhir")
    bare = (204, 304, 307) if fhir else (204, 307, 401)
    taken = answer.status == 200 and path.endswith("/feedback")
    if not answer.content:
        assert taken or answer.status in bare, answer.status
        return
    assert answer.kind == ("application/fhir+json" if fhir else "application/json"), answer.kind
    told = json.loads(answer.content)
    if answer.status >= 400:
        _look_at_an_outcome(told)
        assert len(answer.content) < LONGEST_OUTCOME
    elif fhir:
        assert told["resourceType"]
    else:
        assert isinstance(told.get("cards", told.get("services")), list) or told["openapi"]


def _look_at_an_outcome(told: Any) -> None:
    assert told["resourceType"] == "OperationOutcome" and told["issue"]
    assert all(one["details"]["text"].strip() for one in told["issue"])
