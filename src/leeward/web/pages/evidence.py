"""Evidence: what is known about a question, statement by statement, and one statement with all that speaks for and against."""

from __future__ import annotations

from collections import Counter
from typing import get_args

from leeward.evidence.answer import MOST, ask, one
from leeward.evidence.base import evidence_of
from leeward.evidence.statements import Substance, Topic
from leeward.evidence.terms import LONGEST_QUESTION
from leeward.guidance.rule import REGISTRY
from leeward.report.beside import STANDINGS
from leeward.report.evidence import DIRECTIONS, why_words
from leeward.web.page import Page
from leeward.web.visit import Answer, Refused, Shown, Visit

TOPICS: dict[Topic, str] = {
    "withdrawal": "Withdrawal",
    "treatment": "Treatment",
    "kratom-dependence": "Dependence on kratom",
    "kratom-pharmacology": "What kratom does",
    "interaction": "Interactions",
    "product-quality": "What products hold",
    "recall": "Recalls",
    "regulation": "Law",
    "harm-reduction": "Harm reduction",
    "special-population": "Pregnancy, children and others",
}
NAMED_OTHERWISE = {
    "kratom": "kratom, type not told",
    "leaf": "kratom leaf",
    "extract": "kratom extract",
    "analogue": "kratom analogue",
    "alpha-2-agonist": "alpha-2 agonist",
}
SUBSTANCES: dict[str, str] = {
    str(id): NAMED_OTHERWISE.get(str(id), str(id)) for id in get_args(Substance) if id != "unknown"
}

WORDS = {"directions": DIRECTIONS, "standings": STANDINGS, "topics": TOPICS, "substances": SUBSTANCES, "why": why_words}


def show_evidence(visit: Visit) -> Answer:
    """What is known about a question; without one, a topic's statements, or the list of topics."""
    visit.form.update(visit.query)
    knowledge = visit.house.knowledge
    evidence = evidence_of(knowledge)
    question = visit.query.get("q", "").strip()
    topic, substance = visit.query.get("topic", ""), visit.query.get("substance", "")
    if (topic and topic not in TOPICS) or (substance and substance not in SUBSTANCES):
        raise Refused(404, "There is no evidence under that name.", "Choose a topic or a substance of the list.")
    answer = None
    if question or topic or substance:
        most = MOST if question else len(evidence.statements)
        answer = ask(question, evidence, knowledge, topic, substance, most)
    values = {
        "answer": answer,
        "longest": LONGEST_QUESTION,
        "counts": Counter(statement.topic for statement in evidence.statements.values()),
        "held": {name for statement in evidence.statements.values() for name in statement.substances},
        "total": len(evidence.statements),
    }
    return Shown(template="evidence.html", values=values | WORDS)


def show_statement(visit: Visit) -> Answer:
    """One statement, all that bears on its proposition, and the rules that rest on its sources."""
    knowledge = visit.house.knowledge
    evidence = evidence_of(knowledge)
    statement = evidence.statements.get(visit.path["statement"])
    if statement is None:
        raise Refused(404, "No statement of evidence has this name.", "Search for it.")
    answer = one(statement.id, evidence, knowledge)
    resting = [rule for rule in REGISTRY.values() if set(rule.sources) & set(statement.sources)]
    others = [
        one(other.id, evidence, knowledge).statements[0]
        for other in evidence.bearing_on(statement.proposition)
        if other.id != statement.id
    ]
    values = {"one": answer.statements[0], "others": others, "conflicts": answer.conflicts, "rules": resting}
    return Shown(template="evidence_one.html", values=values | WORDS)


PAGES = (
    Page(path="/evidence", needs="reference-read", show=show_evidence),
    Page(path="/evidence/{statement}", needs="reference-read", show=show_statement),
)
