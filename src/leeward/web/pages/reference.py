"""The reference: rules, sources, limits, conflicts, what is refused, policy, instruments; and what Leeward is not."""

from __future__ import annotations

from leeward.evidence.base import evidence_of
from leeward.web.page import Page
from leeward.web.pages.policy import words_of
from leeward.web.reference_index import citing, found, sections
from leeward.web.visit import Answer, Refused, Shown, Visit

MOST_FOUND = 100


def show_reference(visit: Visit) -> Answer:
    """The way in: what this knowledge is, who signed it, what it holds; and what was searched for."""
    knowledge, asked = visit.house.knowledge, visit.query.get("q", "").strip()[:200]
    visit.form["q"] = asked
    hits = found(knowledge, asked) if asked else []
    values = {
        "asked": asked,
        "hits": hits[:MOST_FOUND],
        "count": len(hits),
        "sections": list(sections(knowledge).values()),
        "knowledge": knowledge,
        "read": sum(source.status == "read" for source in knowledge.sources.values()),
        "recalled": sum(source.status == "recalled" for source in knowledge.sources.values()),
    }
    return Shown(template="reference.html", values=values)


def show_section(visit: Visit) -> Answer:
    """All entries of a kind."""
    section = sections(visit.house.knowledge).get(visit.path["section"])
    if section is None:
        raise Refused(404, "The reference has no such part.", "Look at the list of its parts.")
    return Shown(template="reference_section.html", values={"section": section, "in_force": _in_force(visit)})


def show_item(visit: Visit) -> Answer:
    """One entry, with its sources and what rests on it."""
    knowledge = visit.house.knowledge
    section = sections(knowledge).get(visit.path["section"])
    one = section.items.get(visit.path["id"]) if section else None
    if section is None or one is None:
        raise Refused(404, "The reference has no entry of this name.", "Search for it.")
    cited = [(id, knowledge.sources[id]) for id in one.sources if id in knowledge.sources]
    using = citing(knowledge).get(one.id, ()) if section.id == "sources" else ()
    now = _in_force(visit).get(one.id, "") if section.id == "policy" else ""
    known = evidence_of(knowledge).citing([one.id] if section.id == "sources" else one.sources)
    values = {"section": section, "item": one, "cited": cited, "using": using, "in_force": now, "evidence": known}
    return Shown(template="reference_item.html", values=values)


def _in_force(visit: Visit) -> dict[str, str]:
    """What each setting of the policy is now, in words."""
    settings, values = visit.house.knowledge.settings, visit.house.ward.policy.values
    return {id: words_of(values[id], setting) for id, setting in settings.items()}


def show_about(visit: Visit) -> Answer:
    """What Leeward is not."""
    return Shown(template="reference_about.html")


PAGES = (
    Page(path="/reference", needs="reference-read", show=show_reference),
    Page(path="/reference/about", needs="reference-read", show=show_about),
    Page(path="/reference/{section}", needs="reference-read", show=show_section),
    Page(path="/reference/{section}/{id}", needs="reference-read", show=show_item),
)
