"""What a rule is: an id, a sentence, its sources, and one question put to the picture.

A rule's role says what its answer does to the option or alert that it belongs to:

    AVOID   yes: the option is to be avoided
    GATE    must be yes before the option may start; a no waits, an unknown is asked for
    PREFER  yes: the option is recommended; no: it is acceptable
    FIRST   yes: something comes before the option; it changes no status, and the option is shown as waiting for it
    CAUTION yes: said beside the option; it changes no status
    SCOPE   yes: Leeward does not cover this person
    ALERT   yes: the alert fires

Where entries of one time disagree the worst counts: of readings and scores for an alert and a caution, of readings for
what avoids an option or gates it. An option that hangs on a score stays open: it is scored again first.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from leeward.errors import MisuseError
from leeward.guidance.observed import OBSERVATIONS
from leeward.guidance.picture import Picture
from leeward.model.truth import NO, YES, Truth

Test = Callable[[Picture], Truth]
Until = Callable[[Picture], datetime | None]


class Role(StrEnum):
    """What a rule's answer does."""

    AVOID = "avoid"
    GATE = "gate"
    PREFER = "prefer"
    FIRST = "first"
    CAUTION = "caution"
    SCOPE = "scope"
    ALERT = "alert"


AVOID, GATE, PREFER = Role.AVOID, Role.GATE, Role.PREFER
FIRST, CAUTION = Role.FIRST, Role.CAUTION
SCOPE, ALERT = Role.SCOPE, Role.ALERT


class Rule:
    """One rule: call it with a picture to have its truth."""

    __slots__ = ("explains", "id", "no", "role", "says", "sources", "test", "topic", "until")

    def __init__(
        self, id: str, says: str, role: Role, sources: tuple[str, ...], test: Test, until: Until | None, no: str
    ) -> None:
        self.id, self.says, self.role, self.sources, self.test, self.until = id, says, role, sources, test, until
        self.no = no
        self.topic = test.__module__.rsplit(".", 1)[-1]
        self.explains = (test.__doc__ or "").strip()

    def __call__(self, picture: Picture) -> Truth:
        """The rule's answer for a picture; asked once, however many options share the rule."""
        found = picture.answered.get(self.id)
        if found is None:
            tested = self.tested(picture)
            found = picture.answered[self.id] = self._at_worst(tested) if tested.apart else tested
        return found

    def tested(self, picture: Picture) -> Truth:
        """What the rule says before the worst of disagreeing entries is taken; asked once."""
        found = picture.answered.get(self.test)
        if found is None:
            found = picture.answered[self.test] = self.test(picture)
        return found

    def _at_worst(self, truth: Truth) -> Truth:
        """The answer where the worst of disagreeing entries counts."""
        if self.role is Role.PREFER:
            return truth
        if self.role in (Role.AVOID, Role.GATE):
            return truth.at_worst(NO if self.role is Role.GATE else YES, OBSERVATIONS)
        return truth.at_worst(YES)

    def __repr__(self) -> str:
        return f"Rule({self.id}, {self.says!r})"


REGISTRY: dict[str, Rule] = {}
"""Every rule by id, in the order in which the files are read."""


def rule(
    id: str, says: str, role: Role, *, sources: tuple[str, ...] = (), until: Until | None = None, no: str = ""
) -> Callable[[Test], Rule]:
    """Makes a function a rule. `no` is the sentence for a shut gate; `until` tells when it opens by the clock."""

    def register(test: Test) -> Rule:
        if id in REGISTRY:
            raise MisuseError(f"Two rules are called {id}.")
        made = REGISTRY[id] = Rule(id, says, role, sources, test, until, no)
        return made

    return register
