"""The published form of the rules: a PlanDefinition for each option, and a Library for the knowledge that they rest on.

They are metadata. The rules themselves run in Leeward; each is named by its id and sentence, with its role and sources.
Knowledge that nobody has signed for the site is published as a draft.
"""

from __future__ import annotations

from collections.abc import Iterable

from leeward.fhir.codes import OURS
from leeward.fhir.plan_resources import plan_definition
from leeward.fhir.structures import (
    CodeableConcept,
    Coding,
    Library,
    PlanDefinition,
    PlanDefinitionAction,
    RelatedArtifact,
)
from leeward.fhir.writing import TERMINOLOGY, concept, ours, words
from leeward.guidance.option import Option
from leeward.guidance.options import OPTIONS
from leeward.guidance.rule import Rule
from leeward.knowledge import Knowledge

LIBRARY = f"{OURS}Library/leeward-knowledge"


def plan_definitions(knowledge: Knowledge, *, signed: bool = False) -> tuple[PlanDefinition, ...]:
    """One PlanDefinition an option, in the order in which they are read."""
    return tuple(_plan_definition(option, knowledge, signed) for option in OPTIONS)


def library(knowledge: Knowledge, *, signed: bool = False) -> Library:
    """The knowledge as a whole, with every source that it cites."""
    return Library(
        id="leeward-knowledge",
        url=LIBRARY,
        version=knowledge.version,
        name="LeewardKnowledge",
        title="Knowledge of Leeward",
        status="active" if signed else "draft",
        type=_coded("library-type", "asset-collection"),
        publisher="Leeward",
        description="Every number with its source. A recalled source was not read again before it was used.",
        relatedArtifact=_artifacts(knowledge.sources, knowledge),
    )


def _plan_definition(option: Option, knowledge: Knowledge, signed: bool) -> PlanDefinition:
    sources = dict.fromkeys(source for rule in option.rules for source in rule.sources)
    return PlanDefinition(
        id=option.id,
        url=plan_definition(option.id),
        version=knowledge.version,
        name="".join(part.capitalize() for part in option.id.split("-")),
        title=words(option.title),
        type=_coded("plan-definition-type", "eca-rule"),
        status="active" if signed else "draft",
        publisher="Leeward",
        description="When Leeward offers this option. It proposes; a clinician decides and signs.",
        relatedArtifact=_artifacts(sources, knowledge),
        library=(f"{LIBRARY}|{knowledge.version}",),
        action=tuple(_action(rule, knowledge) for rule in option.rules),
    )


def _action(rule: Rule, knowledge: Knowledge) -> PlanDefinitionAction:
    """A rule by its id, what it asks, and what its answer does."""
    role = concept(rule.role.value, ours("role", rule.role.value))
    return PlanDefinitionAction(
        prefix=rule.id,
        title=words(rule.says),
        description=words(rule.explains),
        code=(concept(rule.id, ours("rule", rule.id, rule.says)), role),
        documentation=_artifacts(rule.sources, knowledge),
    )


def _artifacts(ids: Iterable[str], knowledge: Knowledge) -> tuple[RelatedArtifact, ...]:
    return tuple(_artifact(id, knowledge) for id in ids)


def _artifact(id: str, knowledge: Knowledge) -> RelatedArtifact:
    source = knowledge.sources[id]
    parts = (source.authors, source.title, source.edition, str(source.year or ""), source.where, source.locator)
    read = f"{source.status} on {source.date.isoformat()}"
    citation = f"{'. '.join(part.rstrip('.') for part in parts if part)} ({read})."
    return RelatedArtifact(type="citation", label=id, display=words(source.title), citation=words(citation))


def _coded(system: str, code: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=f"{TERMINOLOGY}{system}", code=code),))
