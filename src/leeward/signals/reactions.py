"""Groups of reaction terms, by the words that they hold: ours, versioned, without any licensed dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leeward.knowledge import Knowledge
from leeward.knowledge.entries import Entry, Words


class ReactionGroup(Entry, frozen=True, kw_only=True):
    """A group: a term is of it where it holds one of `holds`, or has one of `words` as a word, and none of `without`."""

    title: str
    version: int
    holds: Words
    words: Words = ()
    without: Words = ()
    without_terms: Words = ()

    def of(self, term: str) -> bool:
        """Whether a term is of this group."""
        told = term.casefold()
        holds = any(one in told for one in self.holds) or not set(self.words).isdisjoint(told.split())
        return holds and told not in self.without_terms and not any(one in told for one in self.without)


def reaction_groups(knowledge: Knowledge) -> Mapping[str, ReactionGroup]:
    """Every group by its id."""
    return knowledge.table_of("signal-reactions", ReactionGroup)


def terms_of(group: ReactionGroup, terms: Iterable[str]) -> tuple[str, ...]:
    """The terms that are of a group."""
    return tuple(term for term in terms if group.of(term))
