"""Which instrument and which item is meant: common spellings, and a refusal where a name means two things.

Hazard: "SOWS" is the name of two scales. Read as the wrong one, a severe total looks mild; so the bare name is refused
unless the number of items or the items themselves decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache

from leeward.errors import Problem, shown
from leeward.instruments.definition import Instrument, InstrumentError, load_instruments


def resolve(
    name: str, item_count: int | None = None, items: Iterable[str] | None = None, path: str = "instrument"
) -> str:
    """The id of the instrument that a name means.

    Where a name means two, `item_count` decides, or `items` where every item of one instrument is given: some items do
    not, since a form that is partly filled in may be either. `path` is where the name stands in the input. Raises
    InstrumentError for a name that is unknown, ambiguous, or at odds with `item_count`.

    >>> resolve("Clinical Opiate Withdrawal Scale"), resolve("sows_gossop_10"), resolve("SOWS", item_count=16)
    ('cows', 'sows-gossop-10', 'sows-handelsman-16')
    >>> resolve("SOWS")
    Traceback (most recent call last):
      ...
    leeward.instruments.definition.InstrumentError: LW-0205 instrument: SOWS is the name of two instruments. \
Say sows-handelsman-16 (16 items) or sows-gossop-10 (10 items).
    """
    meant: tuple[str, ...] = _instruments_named().get(spelling(name), ())
    if not meant:
        raise _refusal("LW-0204", path, f"{shown(name)} is no instrument that Leeward knows.", _suggestion(name))
    if item_count is not None:
        meant = _with_count(name, meant, item_count, path)
    given = None if items is None else list(items)
    if len(meant) > 1 and given:
        meant = tuple(id for id in meant if _is_whole(load_instruments()[id], given)) or meant
    if len(meant) > 1:
        which = " or ".join(f"{id} ({load_instruments()[id].item_count} items)" for id in meant)
        number = "two" if len(meant) == 2 else "several"
        raise _refusal("LW-0205", path, f"{shown(name)} is the name of {number} instruments.", f"Say {which}.")
    return next(iter(meant))


def resolve_items(instrument: Instrument, given: Iterable[str], path: str = "") -> tuple[dict[str, str], list[Problem]]:
    """Which item each given name means (given name -> item id), and what is wrong with the rest.

    >>> from leeward.instruments.definition import load_instruments
    >>> found, problems = resolve_items(load_instruments()["cows"], ["Runny nose", "joint-aches", "pulze"], "items.")
    >>> found
    {'Runny nose': 'nose_eyes', 'joint-aches': 'aches'}
    >>> print(problems[0])
    LW-0202 items.pulze: pulze is no item of COWS. Did you mean pulse or pupils?
    """
    known = _items_named(instrument.id)
    found: dict[str, str] = {}
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for name in given:
        id = known.get(spelling(name))
        if id is None:
            says = f"{shown(name)} is no item of {instrument.short}."
            problems.append(
                Problem(path=f"{path}{shown(name)}", code="LW-0202", says=says, mend=_nearest_items(instrument, name))
            )
        elif id in first:
            says = f"{shown(name)} and {shown(first[id])} are the same item of {instrument.short}."
            problems.append(Problem(path=f"{path}{shown(name)}", code="LW-0203", says=says, mend=f"Give {id} once."))
        else:
            first[id] = name
            found[name] = id
    return found, problems


def item_named(instrument: Instrument, name: str) -> str | None:
    """The item that one name means; None where it means none.

    >>> from leeward.instruments.definition import load_instruments
    >>> item_named(load_instruments()["cows"], "Runny nose"), item_named(load_instruments()["cows"], "hiccups")
    ('nose_eyes', None)
    """
    return _items_named(instrument.id).get(spelling(name))


@lru_cache(maxsize=4096)
def spelling(name: str) -> str:
    """A name without what spellings differ in: case, joins, opiate or opioid, oe or e, ou or o.

    >>> spelling("Rhinorrhoea"), spelling("SOWS_Gossop-10"), spelling("Clinical Opiate Withdrawal Scale")
    ('rhinorrhea', 'sows gossop 10', 'clinical opioid withdrawal scale')
    """
    plain = re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()
    plain = re.sub(r"\bopiate", "opioid", plain)
    return plain.replace("rrhoea", "rrhea").replace("behaviour", "behavior").replace("dsm 5", "dsm5")


@cache
def _instruments_named() -> Mapping[str, tuple[str, ...]]:
    named: dict[str, dict[str, None]] = {}
    for id, instrument in load_instruments().items():
        for name in (id, instrument.title, instrument.short, *instrument.names):
            named.setdefault(spelling(name), {})[id] = None
    return {name: tuple(ids) for name, ids in named.items()}


@cache
def _items_named(instrument_id: str) -> Mapping[str, str]:
    """Spelling -> item id; an id or a title of one item goes before another item's further names."""
    items = load_instruments()[instrument_id].items
    named: dict[str, str] = {}
    for names in ([(item.id,) for item in items], [(item.title,) for item in items], [item.names for item in items]):
        for item, spellings in zip(items, names, strict=True):
            for name in spellings:
                named.setdefault(spelling(name), item.id)
    return named


def _with_count(name: str, meant: Sequence[str], item_count: int, path: str) -> tuple[str, ...]:
    """Those of the instruments meant that have this many items, by the form's count or by Leeward's ids."""
    known = load_instruments()
    fitting = tuple(id for id in meant if item_count in (known[id].item_count, len(known[id].items)))
    if not fitting:
        counts = " or ".join(f"{known[id].item_count} ({id})" for id in meant)
        says = f"{shown(name)} does not have {item_count} items."
        raise _refusal("LW-0210", path, says, f"It has {counts}: correct the name or item_count.")
    return fitting


def _is_whole(instrument: Instrument, items: Sequence[str]) -> bool:
    """Whether the items given are all the items of the instrument."""
    known = _items_named(instrument.id)
    return {known.get(spelling(item)) for item in items} == {item.id for item in instrument.items}


def _suggestion(name: str) -> str:
    near = get_close_matches(spelling(name), _instruments_named(), n=3, cutoff=0.6)
    ids = dict.fromkeys(id for match in near for id in _instruments_named()[match])
    return f"Did you mean {' or '.join(ids)}?" if ids else f"Use one of {', '.join(load_instruments())}."


def _nearest_items(instrument: Instrument, name: str) -> str:
    known = _items_named(instrument.id)
    near = get_close_matches(spelling(name), known, n=3, cutoff=0.6)
    ids = dict.fromkeys(known[match] for match in near)
    if not ids:
        return f"Its items are {', '.join(instrument.item_ids)}."
    return f"Did you mean {' or '.join(ids)}?"


def _refusal(code: str, path: str, says: str, mend: str) -> InstrumentError:
    return InstrumentError([Problem(path=path, code=code, says=says, mend=mend)])
