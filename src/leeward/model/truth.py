"""Three-valued truth that remembers why.

A rule never asks an input directly; it compares it, and a comparison with something unknown is itself unknown. Truths
combine by Kleene's strong connectives only, which are monotone: an answer that was yes or no while an input was unknown
stays so whatever that input turns out to be. The same value carries what it used, what it lacked and which facts it
rests on, so reasons, questions and sources fall out of it.

Source: Kleene SC. Introduction to Metamathematics. 1952, section 64 (strong three-valued tables).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import Any, overload

import msgspec

from leeward.errors import MisuseError


class Answer(IntEnum):
    """What a truth value says."""

    NO = 0
    UNKNOWN = 1
    YES = 2


NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES

Sentence = str | Callable[[], str]


class Truth(msgspec.Struct, frozen=True, eq=False):
    """A yes, a no or an unknown, with the inputs and facts that made it so.

    `inputs` are names of inputs that a leaf looked at; for an unknown leaf they are what it lacked. `facts` are ids of
    knowledge entries. A combination keeps its parts, and derives the rest from them on request. An unknown may be one
    that several entries of one time disagree on: `either` then holds what each of them says (see `at_worst`).

    >>> age_unknown = unknown("patient.age")
    >>> (age_unknown | known(True, "the person is pregnant", "patient.pregnant")).answer.name
    'YES'
    >>> (age_unknown & known(True, "the person is pregnant", "patient.pregnant")).lacked()
    ('patient.age',)
    """

    answer: Answer
    sentence: Sentence
    inputs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    joined: str = ""
    parts: tuple[Truth, ...] = ()
    either: tuple[Truth, ...] = ()
    apart: bool = False
    """Whether entries of one time disagree on anything in it."""

    def __bool__(self) -> bool:
        raise MisuseError("A truth value may be unknown, so it cannot be used as a bool. Combine it with &, | and ~.")

    def __and__(self, other: Truth) -> Truth:
        parts = (self, other)
        return Truth(_least(parts), "", (), (), "and", parts, (), self.apart or other.apart)

    def __or__(self, other: Truth) -> Truth:
        parts = (self, other)
        return Truth(_most(parts), "", (), (), "or", parts, (), self.apart or other.apart)

    def __invert__(self) -> Truth:
        return Truth(_OPPOSITE[self.answer], "", (), (), "not", (self,), (), self.apart)

    @property
    def is_yes(self) -> bool:
        return self.answer is YES

    @property
    def is_no(self) -> bool:
        return self.answer is NO

    @property
    def is_unknown(self) -> bool:
        return self.answer is UNKNOWN

    def because(self, sentence: Sentence) -> Truth:
        """The same truth under a sentence of its own, as a reader would say it."""
        return Truth(self.answer, sentence, joined="is", parts=(self,), apart=self.apart)

    def at_worst(self, worst: Answer, inputs: str = "") -> Truth:
        """The same truth where entries of one time disagree and the one nearest to `worst` counts.

        `inputs`: how the names of the inputs begin that are taken so; the other disagreements stay open.

        >>> low, normal = known(True, "rate 6", "rate"), known(False, "rate 16", "rate")
        >>> rate = disagreeing((low, normal), "two rates", "rate")
        >>> rate.answer.name, rate.at_worst(YES).answer.name, (~rate).at_worst(NO).answer.name
        ('UNKNOWN', 'YES', 'NO')
        """
        if self.either:
            if not all(name.startswith(inputs) for name in self.inputs):
                return self
            said = [each.at_worst(worst, inputs) for each in self.either]
            return (max if worst is YES else min)(said, key=_answer_of)
        if not self.apart:
            return self
        aim = _OPPOSITE[worst] if self.joined == "not" else worst
        parts = tuple([part.at_worst(aim, inputs) for part in self.parts])
        if all(taken is part for taken, part in zip(parts, self.parts, strict=True)):
            return self
        return Truth(_joined(self.joined, parts), self.sentence, joined=self.joined, parts=parts, apart=_apart(parts))

    def disagreements(self) -> set[str]:
        """The inputs on which entries of one time disagree, wherever in this truth they are asked."""
        if not self.apart:
            return set()
        found = set(self.inputs) if self.either else set[str]()
        return found.union(*(part.disagreements() for part in self.parts))

    def deciding(self) -> list[Truth]:
        """The leaves that settle this answer: those that carry a yes or no, those that keep an unknown open."""
        leaves: list[Truth] = []
        self._gather_leaves(leaves)
        return leaves

    def _gather_leaves(self, leaves: list[Truth]) -> None:
        answer = self.answer
        alone = self.joined in _SINGLE
        for part in self.parts:
            if alone or part.answer is answer:
                if part.parts:
                    part._gather_leaves(leaves)
                else:
                    leaves.append(part)
        if not self.parts:
            leaves.append(self)

    def reasons(self) -> tuple[str, ...]:
        """The sentences that settle this answer, each once, the outermost named ones; one suffices for a yes by or."""
        found: dict[str, None] = {}
        self._gather_reasons(found)
        return tuple(found)

    def _gather_reasons(self, found: dict[str, None]) -> None:
        sentence = self.sentence
        if sentence:
            found[sentence if isinstance(sentence, str) else sentence()] = None
        elif self.joined in _SINGLE:
            self.parts[0]._gather_reasons(found)
        else:
            answer = self.answer
            one_suffices = answer is YES and self.joined == "or"
            for part in self.parts:
                if part.answer is answer:
                    part._gather_reasons(found)
                    if one_suffices:
                        return

    def says(self) -> str:
        """The sentence of this value itself."""
        return self.sentence if isinstance(self.sentence, str) else self.sentence()

    def grounds(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The inputs and the facts at the leaves that settle this answer, each sorted."""
        inputs, facts = set[str](), set[str]()
        self._gather_grounds(inputs, facts)
        return tuple(sorted(inputs)), tuple(sorted(facts))

    def _gather_grounds(self, inputs: set[str], facts: set[str]) -> None:
        parts = self.parts
        if not parts:
            inputs.update(self.inputs)
            facts.update(self.facts)
        elif self.joined in _SINGLE:
            parts[0]._gather_grounds(inputs, facts)
        else:
            answer = self.answer
            for part in parts:
                if part.answer is answer:
                    part._gather_grounds(inputs, facts)

    # What decides an unknown is unknown, and what decides a yes or a no is known: all leaves of one kind.

    def used(self) -> tuple[str, ...]:
        """Inputs that settle the answer, sorted; empty for an unknown."""
        return () if self.answer is UNKNOWN else self.grounds()[0]

    def lacked(self) -> tuple[str, ...]:
        """Inputs whose being unknown keeps the answer open, sorted; empty for a yes or a no."""
        return self.grounds()[0] if self.answer is UNKNOWN else ()

    def rests_on(self) -> tuple[str, ...]:
        """Ids of the knowledge entries behind the answer, sorted."""
        return self.grounds()[1]

    def __repr__(self) -> str:
        return f"Truth({self.answer.name}, {'; '.join(self.reasons()) or self.joined!r})"


_SINGLE = ("not", "is")
"""How a truth with a single part is joined."""

_AT_LEAST = "at least "
"""How a truth begins that counts its parts; the count follows."""

_OPPOSITE = (YES, UNKNOWN, NO)
"""What not makes of an answer, by the answer's number."""


def known(holds: bool, sentence: Sentence, *inputs: str, facts: tuple[str, ...] = ()) -> Truth:
    """A settled truth about inputs that are known."""
    return Truth(YES if holds else NO, sentence, inputs, facts)


def unknown(*lacked: str, sentence: Sentence = "", facts: tuple[str, ...] = ()) -> Truth:
    """An open truth that names what it lacks."""
    if not lacked:
        raise MisuseError("An unknown truth must name the input that it lacks.")
    return Truth(UNKNOWN, sentence or (lambda: f"{', '.join(lacked)} not known"), lacked, facts)


@overload
def all_of(truths: Iterable[Truth], /) -> Truth: ...
@overload
def all_of(*truths: Truth) -> Truth: ...
def all_of(*truths: Any) -> Truth:
    """Kleene's and: no if any is no, else unknown if any is unknown, else yes."""
    parts = truths if len(truths) != 1 or isinstance(truths[0], Truth) else tuple(truths[0])
    if len(parts) == 1:
        return parts[0]
    return Truth(_least(parts), "" if parts else "nothing speaks against it", (), (), "and", parts, (), _apart(parts))


@overload
def any_of(truths: Iterable[Truth], /) -> Truth: ...
@overload
def any_of(*truths: Truth) -> Truth: ...
def any_of(*truths: Any) -> Truth:
    """Kleene's or: yes if any is yes, else unknown if any is unknown, else no."""
    parts = truths if len(truths) != 1 or isinstance(truths[0], Truth) else tuple(truths[0])
    if len(parts) == 1:
        return parts[0]
    return Truth(
        _most(parts), "" if parts else "nothing of the kind is recorded", (), (), "or", parts, (), _apart(parts)
    )


def at_least(count: int, truths: Iterable[Truth], sentence: Sentence = "") -> Truth:
    """Whether at least `count` of the truths hold; monotone like the connectives it stands for."""
    parts, joined = tuple(truths), f"{_AT_LEAST}{count}"
    return Truth(_joined(joined, parts), sentence, joined=joined, parts=parts, apart=_apart(parts))


def disagreeing(truths: Iterable[Truth], sentence: Sentence, *inputs: str) -> Truth:
    """What entries of one time say together: what all of them say, or an unknown that keeps what each says.

    `inputs` are the entries' names, which are asked for where they disagree.
    """
    said = tuple(truths)
    if all(each.answer is said[0].answer for each in said):
        return said[0]
    facts = tuple(sorted({fact for each in said for fact in each.rests_on()}))
    return Truth(UNKNOWN, sentence, inputs, facts, either=said, apart=True)


def _apart(parts: tuple[Truth, ...]) -> bool:
    return any([part.apart for part in parts])


def _joined(how: str, parts: tuple[Truth, ...]) -> Answer:
    """The answer of a combination."""
    if how in _SINGLE:
        return _OPPOSITE[parts[0].answer] if how == "not" else parts[0].answer
    if how.startswith(_AT_LEAST):
        count = int(how.removeprefix(_AT_LEAST))
        sure = sum(part.answer is YES for part in parts)
        possible = sum(part.answer is not NO for part in parts)
        return YES if sure >= count else (NO if possible < count else UNKNOWN)
    return _least(parts) if how == "and" else _most(parts)


def _answer_of(truth: Truth) -> Answer:
    return truth.answer


def _least(parts: tuple[Truth, ...]) -> Answer:
    answer = YES
    for part in parts:
        if part.answer is NO:
            return NO
        if part.answer is UNKNOWN:
            answer = UNKNOWN
    return answer


def _most(parts: tuple[Truth, ...]) -> Answer:
    answer = NO
    for part in parts:
        if part.answer is YES:
            return YES
        if part.answer is UNKNOWN:
            answer = UNKNOWN
    return answer
