"""assess(): from what is known about a person to one dated, cited picture. Pure: no clock, no input, no output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Protocol

from leeward.guidance.adjuncts import adjuncts, open_needs
from leeward.guidance.alert import AlertRule, raised
from leeward.guidance.alerts import ALERTS
from leeward.guidance.assessment import (
    Adjunct,
    Alert,
    Assessment,
    Calculation,
    ExposureAnswer,
    Interaction,
    KnowledgeVersion,
    LevelOfCare,
    OptionAnswer,
    Question,
    Refusal,
    SourceLine,
    Statement,
    StateOfPerson,
    WithdrawalScore,
)
from leeward.guidance.calculations import calculations
from leeward.guidance.interactions import interactions
from leeward.guidance.level_of_care import level_of_care
from leeward.guidance.mismatches import MISMATCHES
from leeward.guidance.option import Standing, answer, standing
from leeward.guidance.options import OPTIONS
from leeward.guidance.order_checks import order_checks
from leeward.guidance.picture import Picture
from leeward.guidance.questions import questions
from leeward.guidance.rule import Rule
from leeward.guidance.scope import covered
from leeward.guidance.state import courses, scores
from leeward.guidance.statements import always, conflicts, refusals
from leeward.guidance.told import exposure_answers, not_known
from leeward.knowledge import Knowledge, Policy
from leeward.knowledge.policy import default_policy
from leeward.model.case import Case
from leeward.model.once import once
from leeward.model.truth import Truth

if TYPE_CHECKING:
    from leeward.products.recalls.register import Register


def assess(
    case: Case,
    knowledge: Knowledge,
    policy: Policy | None = None,
    signed_by: Mapping[str, str] | None = None,
    register: Register | None = None,
) -> Assessment:
    """The assessment of a case, by this knowledge and this site's policy.

    Arguments: a case; the knowledge; the site's policy (Leeward's defaults where None); who signed this knowledge for
    the site, as `leeward knowledge sign` stored it (None where nobody has); the register of recalls and other actions (what Leeward ships where None).
    Returns: the assessment, complete: whatever could not be answered is in it as a question, a need or a refusal.
    """
    work = Workup(case, knowledge, policy, register)
    return Assessment(
        now=case.now,
        knowledge=KnowledgeVersion(
            version=knowledge.version, digest=knowledge.digest, signed_by=dict(signed_by) if signed_by else None
        ),
        policy_changed=work.picture.policy.changed,
        title=case.title,
        synthetic=case.synthetic,
        cites=case.cites,
        state=work.state,
        exposures=work.exposures,
        alerts=work.alerts,
        options=work.options,
        always=work.always,
        interactions=work.interactions,
        adjuncts=work.comfort,
        calculations=work.calculated,
        level_of_care=work.level,
        questions=work.questions(),
        conflicts=work.disagreements,
        refusals=work.refusals,
        not_known_to_leeward=not_known(work.picture),
        sources=_cited(
            knowledge,
            *(work.state.course, work.state.mismatches, work.exposures, work.alerts, work.options, work.always),
            *(work.interactions, work.comfort, work.calculated, [work.level] if work.level else []),
            *(work.disagreements, work.refusals),
        ),
    )


class Workup:
    """The parts of one assessment, each worked out when it is first asked for; a card shows only a few of them.

    Arguments: as of `assess`.
    """

    def __init__(
        self, case: Case, knowledge: Knowledge, policy: Policy | None = None, register: Register | None = None
    ) -> None:
        self.picture = Picture(case, knowledge, policy or default_policy(knowledge))
        self._register = register

    @once
    def _scope(self) -> tuple[Rule, Truth]:
        return covered, covered(self.picture)

    @once
    def _raised(self) -> tuple[list[Alert], list[tuple[AlertRule, Truth]]]:
        return raised(ALERTS, self.picture)

    @once
    def _mismatched(self) -> tuple[list[Alert], list[tuple[AlertRule, Truth]]]:
        return raised(MISMATCHES, self.picture)

    @once
    def alerts(self) -> tuple[Alert, ...]:
        """What to act on at once, and what speaks against the orders."""
        return (*self._raised[0], *order_checks(self.picture))

    @once
    def standings(self) -> tuple[Standing, ...]:
        """How each option stands, before it is spelt out; nothing for somebody whom Leeward does not cover."""
        scope = self._scope
        return () if scope[1].is_no else tuple([standing(option, self.picture, scope) for option in OPTIONS])

    @once
    def options(self) -> tuple[OptionAnswer, ...]:
        """What may be done; nothing for somebody whom Leeward does not cover."""
        return tuple([answer(one, self.picture) for one in self.standings])

    @once
    def withdrawal(self) -> tuple[WithdrawalScore, ...]:
        """The scores of withdrawal."""
        return scores(self.picture)

    @once
    def state(self) -> StateOfPerson:
        """Where the person stands."""
        return StateOfPerson(
            withdrawal=self.withdrawal, course=courses(self.picture), mismatches=tuple(self._mismatched[0])
        )

    @once
    def exposures(self) -> tuple[ExposureAnswer, ...]:
        """What was told and what Leeward takes it for."""
        return exposure_answers(self.picture, self._register)

    @once
    def always(self) -> tuple[Statement, ...]:
        """What every plan leads with."""
        return always(self.picture)

    @once
    def interactions(self) -> tuple[Interaction, ...]:
        """What is known of pairs among what is taken and may be given."""
        return interactions(self.picture)

    @once
    def comfort(self) -> tuple[Adjunct, ...]:
        """Comfort medicines."""
        return () if self._scope[1].is_no else adjuncts(self.picture)

    @once
    def calculated(self) -> tuple[Calculation, ...]:
        """Numbers computed from the case."""
        return calculations(self.picture)

    @once
    def level(self) -> LevelOfCare | None:
        """The level of care; None for somebody whom Leeward does not cover."""
        return None if self._scope[1].is_no else level_of_care(self.picture)

    def questions(self, most: int | None = None) -> tuple[Question, ...]:
        """What to ask, or so much of it as is to be asked first."""
        still_open = [*self._raised[1], *self._mismatched[1]]
        return questions(self.picture, self.standings, still_open, open_needs(self.picture), most)

    @once
    def disagreements(self) -> tuple[Statement, ...]:
        """Where sources disagree."""
        return conflicts(self.picture, self.options, [alert.id for alert in self._raised[0]])

    @once
    def refusals(self) -> tuple[Refusal, ...]:
        """What Leeward declines to do."""
        return refusals(self.picture)


class Citing(Protocol):
    """Any line that names its sources."""

    @property
    def sources(self) -> tuple[str, ...]: ...


def _cited(knowledge: Knowledge, *parts: Iterable[Citing]) -> dict[str, SourceLine]:
    """Every source that any line of the assessment names, sorted by id."""
    found: set[str] = set()
    for part in parts:
        found.update(*[line.sources for line in part])
    return {id: _line(id, knowledge) for id in sorted(found)}


@cache
def _line(id: str, knowledge: Knowledge) -> SourceLine:
    source = knowledge.sources[id]
    return SourceLine(
        title=source.title,
        authors=source.authors,
        year=source.year,
        where=source.where,
        status=source.status,
        date=source.date.isoformat(),
    )
