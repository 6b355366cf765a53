"""Gives entries an order and keys of their own, so that the order in which somebody wrote them changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from operator import itemgetter
from typing import Protocol, TypeVar

from msgspec.structs import replace

from leeward.casefile.margin import Margin
from leeward.model.instants import Span
from leeward.model.missing import Missing


class Keyed(Protocol):
    """An entry that questions and reasons name by its key."""

    @property
    def key(self) -> str: ...


E = TypeVar("E", bound=Keyed)

_BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)
_KEY = itemgetter(0)


def arranged(
    entries: list[tuple[str, E]], kind: str, when: Callable[[E], Span | Missing], margin: Margin
) -> tuple[E, ...]:
    """Entries by key; entries of one key by their instant, then by content, as `key`, `key#2`, `key#3`.

    `entries`: each with the place where it was written, such as `medicines[2]`.
    """
    if not entries:
        return ()
    groups: dict[str, list[tuple[str, E]]] = {}
    for written, entry in entries:
        groups.setdefault(entry.key, []).append((written, entry))
    arranged: list[E] = []
    for key, group in sorted(groups.items(), key=_KEY):
        if len(group) > 1:
            group.sort(key=lambda one: _order(when(one[1])))
            if any(_order(when(one[1])) == _order(when(next[1])) for one, next in pairwise(group)):
                group.sort(key=lambda one: (*_order(when(one[1])), repr(one[1]), margin.kept_of(one[0])))
        for place, (written, entry) in enumerate(group, start=1):
            named = key if place == 1 else f"{key}#{place}"
            margin.placed(written, kind, named)
            arranged.append(entry if place == 1 else replace(entry, key=named))  # type: ignore[type-var]
    return tuple(arranged)


def _order(when: Span | Missing) -> tuple[datetime, datetime]:
    return (_BEFORE_ALL, _BEFORE_ALL) if isinstance(when, Missing) else (when.earliest, when.latest)
