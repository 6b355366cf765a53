"""assess(): from what is known about a person to one dated, cited picture. Pure: no clock, no input, no output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Protocol

from leeward.guidance.adjuncts import adjuncts, open_needs
from leeward.guidance.alert import raised
from leeward.guidance.alerts import ALERTS
from leeward.guidance.assessment import (
    Assessment,
    KnowledgeVersion,
    SourceLine,
    StateOfPerson,
)
from leeward.guidance.calculations import calculations
from leeward.guidance.interactions import interactions
from leeward.guidance.level_of_care import level_of_care
from leeward.guidance.mismatches import MISMATCHES
from leeward.guidance.option import answer
from leeward.guidance.options import OPTIONS
from leeward.guidance.order_checks import order_checks
from leeward.guidance.picture import Picture
from leeward.guidance.questions import questions
from leeward.guidance.scope import covered
from leeward.guidance.state import courses, scores
from leeward.guidance.statements import always, conflicts, refusals
from leeward.guidance.told import exposure_answers, not_known
from leeward.knowledge import Knowledge, Policy
from leeward.knowledge.policy import default_policy
from leeward.model.case import Case

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
    policy = policy or default_policy(knowledge)
    picture = Picture(case, knowledge, policy)
    scope = covered, covered(picture)
    out_of_scope = scope[1].is_no
    alerts, open_alerts = raised(ALERTS, picture)
    mismatches, open_mismatches = raised(MISMATCHES, picture)
    options = () if out_of_scope else tuple([answer(option, picture, scope) for option in OPTIONS])
    state = StateOfPerson(withdrawal=scores(picture), course=courses(picture), mismatches=tuple(mismatches))
    exposures, all_alerts = exposure_answers(picture, register), (*alerts, *order_checks(picture))
    found_interactions, calculated = interactions(picture), calculations(picture)
    comfort = () if out_of_scope else adjuncts(picture)
    level = None if out_of_scope else level_of_care(picture)
    said, declined = always(picture), refusals(picture)
    disagreements = conflicts(picture, options, [alert.id for alert in alerts])
    return Assessment(
        now=case.now,
        knowledge=KnowledgeVersion(
            version=knowledge.version, digest=knowledge.digest, signed_by=dict(signed_by) if signed_by else None
        ),
        policy_changed=policy.changed,
        title=case.title,
        synthetic=case.synthetic,
        cites=case.cites,
        state=state,
        exposures=exposures,
        alerts=all_alerts,
        options=options,
        always=said,
        interactions=found_interactions,
        adjuncts=comfort,
        calculations=calculated,
        level_of_care=level,
        questions=questions(picture, options, [*open_alerts, *open_mismatches], open_needs(comfort)),
        conflicts=disagreements,
        refusals=declined,
        not_known_to_leeward=not_known(picture),
        sources=_cited(
            knowledge,
            *(state.course, state.mismatches, exposures, all_alerts, options, said, found_interactions, comfort),
            *(calculated, [level] if level else [], disagreements, declined),
        ),
    )


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
