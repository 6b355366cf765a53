"""assess(): from what is known about a person to one dated, cited picture. Pure: no clock, no input, no output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from leeward.guidance.adjuncts import adjuncts
from leeward.guidance.alert import AlertEntry, raised
from leeward.guidance.alerts import ALERTS
from leeward.guidance.assessment import (
    Assessment,
    KnowledgeVersion,
    OptionAnswer,
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


def assess(
    case: Case, knowledge: Knowledge, policy: Policy | None = None, signed_by: Mapping[str, str] | None = None
) -> Assessment:
    """The assessment of a case, by this knowledge and this site's policy.

    Arguments: a case; the knowledge; the site's policy (Leeward's defaults where None); who signed this knowledge for the
    site, as `leeward knowledge sign` stored it (None where nobody has).
    Returns: the assessment, complete: whatever could not be answered is in it as a question, a need or a refusal.
    """
    policy = policy or default_policy(knowledge)
    picture = Picture(case, knowledge, policy)
    scope = covered, covered(picture)
    out_of_scope = scope[1].is_no
    alerts, open_alerts = raised(ALERTS, picture)
    mismatches, open_mismatches = raised(MISMATCHES, picture)
    options = () if out_of_scope else tuple(answer(option, picture, scope) for option in OPTIONS)
    words = knowledge.table_of("alerts", AlertEntry)
    parts = {
        "state": StateOfPerson(withdrawal=scores(picture), course=courses(picture), mismatches=tuple(mismatches)),
        "exposures": exposure_answers(picture),
        "alerts": (*alerts, *order_checks(picture)),
        "options": options,
        "always": always(picture),
        "interactions": interactions(picture),
        "adjuncts": () if out_of_scope else adjuncts(picture),
        "calculations": calculations(picture),
        "level_of_care": None if out_of_scope else level_of_care(picture),
        "questions": questions(
            picture, options, [*open_alerts, *open_mismatches], {id: entry.level for id, entry in words.items()}
        ),
        "conflicts": conflicts(picture, options, [alert.id for alert in alerts]),
        "refusals": refusals(picture),
    }
    return Assessment(
        now=case.now,
        knowledge=KnowledgeVersion(
            version=knowledge.version, digest=knowledge.digest, signed_by=dict(signed_by) if signed_by else None
        ),
        policy_changed=policy.changed,
        title=case.title,
        synthetic=case.synthetic,
        cites=case.cites,
        not_known_to_leeward=not_known(picture),
        sources=_cited(knowledge, parts.values()),
        **parts,
    )


def _cited(knowledge: Knowledge, parts: Iterable[object]) -> dict[str, SourceLine]:
    """Every source that any line of the assessment names, sorted by id."""
    found: set[str] = set()
    for part in parts:
        _gather_sources(part, found)
    return {id: _line(id, knowledge) for id in sorted(found)}


def _gather_sources(value: object, found: set[str]) -> None:
    if isinstance(value, tuple):
        for item in value:
            _gather_sources(item, found)
    elif isinstance(value, OptionAnswer):
        found.update(value.sources)
    elif isinstance(value, StateOfPerson):
        _gather_sources(value.course, found)
        _gather_sources(value.mismatches, found)
    else:
        found.update(getattr(value, "sources", ()))


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
