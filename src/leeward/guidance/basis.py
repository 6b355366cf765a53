"""What every question starts from: the case, the knowledge and policy to read it by, and the answers given so far."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple

from leeward.knowledge import Knowledge, Policy
from leeward.model.case import Case
from leeward.model.reading import Limit

Asking = TypeVar("Asking", bound="Basis")
Found = TypeVar("Found")
About = TypeVarTuple("About")


class Basis:
    """A case with the knowledge and policy to read it by."""

    def __init__(self, case: Case, knowledge: Knowledge, policy: Policy) -> None:
        self.case, self.knowledge, self.policy = case, knowledge, policy
        self.answered: dict[object, Any] = {}

    def limit(self, id: str) -> Limit:
        """A threshold of the site's policy, or else of knowledge."""
        return self.policy.limits.get(id) or self.knowledge.limit(id)


def asked_once(question: Callable[[Asking, *About], Found]) -> Callable[[Asking, *About], Found]:
    """Makes a question one that a picture answers once about the same things, however many rules put it."""

    @wraps(question)
    def asked(picture: Asking, *about: *About) -> Found:
        key = (question, about)
        found: Found | None = picture.answered.get(key)
        if found is None:
            found = picture.answered[key] = question(picture, *about)
        return found

    return asked
