"""What a test can show of a substance: whether a method sees it, misses it, or takes it for something else.

The table is `detection.toml`, the methods are `detection-methods.toml`. A pair that no entry names is answered with
`not-established`, never with a guess.

Hazard: a negative opiate screen is not evidence against kratom, fentanyl, tianeptine or nitazenes. GC-MS does not tell
7-hydroxymitragynine from mitragynine pseudoindoxyl, so a GC-MS-only report must not name pseudoindoxyl in a product.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import structs

from leeward.errors import KnowledgeError
from leeward.knowledge import Knowledge, load_knowledge
from leeward.knowledge.check import best_status
from leeward.knowledge.entries import Entry, Ids, Words

Shown = Literal["can-see", "cannot-see", "cannot-tell-apart", "not-established"]

UNKNOWN = "unknown"

CLASSES: dict[str, tuple[str, ...]] = {
    "leaf": ("kratom-leaf",),
    "extract": ("kratom-extract",),
    "kratom": ("kratom-leaf", "kratom-extract"),
    "7-oh": ("7-hydroxymitragynine",),
    "analogue": ("mitragynine-pseudoindoxyl", "mgm-15", "mgm-16"),
    "fentanyl": ("fentanyl-illicit",),
    "blend": (UNKNOWN,),
    "cannot-tell": (UNKNOWN,),
    "not-kratom": (UNKNOWN,),
    "other-substance": (UNKNOWN,),
}
"""Classes of a product, as the substances that each may be. A class that names no substance is an unknown one."""


class Method(Entry, frozen=True, kw_only=True):
    """A test: what it is called and what is put into it."""

    name: str
    sample: str
    order: int


class Detection(Entry, frozen=True, kw_only=True):
    """What some methods show of some substances. `apart_from`: what it cannot be told from."""

    methods: Ids
    targets: Ids
    answer: Shown
    apart_from: Words = ()
    short: str = ""
    place: Literal[1, 2, 3, 4] = 4
    """Of `short`: what to order, what a negative means, the trap of GC-MS, what else to know."""


class TestLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one method shows of one substance. `status`: how firmly its best source was read; empty where there is none."""

    __test__ = False  # the name is the clinician's; it is no test case

    substance: str
    method: str
    name: str
    sample: str
    answer: Shown
    says: str
    apart_from: tuple[str, ...] = ()
    note: str = ""
    sources: tuple[str, ...] = ()
    status: str = ""


def what_tests_show(substances: Sequence[str], knowledge: Knowledge) -> tuple[TestLine, ...]:
    """What each test shows of what may have been taken: substance ids or product classes, in the order given.

    Without a substance, or with `unknown` among them, the general sentence leads: a negative opiate screen excludes
    nothing. A substance without an entry gets it too, and `not-established` from every method.

    >>> from leeward.knowledge import load_knowledge
    >>> [line.answer for line in what_tests_show(["7-oh"], load_knowledge()) if line.method == "gc-ms"]
    ['cannot-tell-apart']
    """
    lines: list[TestLine] = []
    excludes_nothing = False
    for substance in _substances(substances):
        told = [] if substance == UNKNOWN else [_line(substance, method, knowledge) for method in _methods(knowledge)]
        excludes_nothing = excludes_nothing or not any(line.sources for line in told)
        lines += told
    first = [general_line(knowledge)] if excludes_nothing else []
    return tuple(dict.fromkeys([*first, *lines]))


def method_shows(method: str, substance: str, knowledge: Knowledge) -> TestLine:
    """What one method shows of one substance id; raises KnowledgeError for a method that is not there.

    >>> from leeward.knowledge import load_knowledge
    >>> method_shows("gc-ms", "mitragynine-pseudoindoxyl", load_knowledge()).apart_from
    ('7-hydroxymitragynine',)
    """
    methods = _methods(knowledge)
    if method not in methods:
        raise KnowledgeError(f"There is no method called {method} in detection-methods.toml.")
    return _line(substance, method, knowledge)


def general_line(knowledge: Knowledge) -> TestLine:
    """What holds whatever was taken: a negative opiate screen is not evidence against what it cannot see."""
    return _from_entry(_table(knowledge)["general"], UNKNOWN, "urine-panel", knowledge)


MOST = 4
"""Sentences that a hurried reader gets."""


def in_short(lines: Sequence[TestLine], knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """At most four short sentences: what to order, what a negative means, the trap of GC-MS, what else to know.

    One of each of the first three comes before a second one; what is then free goes to the rest, best first. The lines
    carry the sources. Where no test is known to see any of it, the laboratory is told what the label names.

    >>> from leeward.knowledge import load_knowledge
    >>> in_short(what_tests_show(["7-oh"], load_knowledge()))[1]
    'A negative urine panel or opiate screen does not exclude kratom or 7-OH.'
    """
    pairs = _by_pair(knowledge or load_knowledge())
    found = [entry for line in lines if (entry := pairs.get((line.method, line.substance))) and entry.short]
    if found and not any(entry.place == 1 for entry in found):
        found.append(pairs["lc-ms-ms", UNKNOWN])
    told = list(dict.fromkeys((entry.place, entry.short) for entry in sorted(found, key=lambda entry: entry.place)))
    first = [next(one for one in told if one[0] == place) for place in sorted({place for place, _ in told} - {4})]
    kept = [*first, *(one for one in told if one not in first)][:MOST]
    return tuple(says for place, says in told if (place, says) in kept)


def detection_text(lines: Sequence[TestLine]) -> str:
    """The lines as text: one paragraph a finding, and what is not established together at the end."""
    found: dict[tuple[TestLine, str], list[str]] = {}
    silent: dict[str, list[str]] = {}
    for line in lines:
        if line.sources:
            found.setdefault((structs.replace(line, substance=""), line.says), []).append(line.substance)
        else:
            silent.setdefault(line.substance, []).append(line.name)
    text = [f"{line.name}: {_answer(line, names)} {says}" for (line, says), names in found.items()]
    together: dict[tuple[str, ...], list[str]] = {}
    for name, methods in silent.items():
        together.setdefault(tuple(methods), []).append(name)
    text += [f"Not established for {_list(names)}: {'; '.join(methods)}." for methods, names in together.items()]
    return "\n".join(text)


def _substances(given: Sequence[str]) -> Iterator[str]:
    for substance in given or (UNKNOWN,):
        yield from CLASSES.get(substance, (substance,))


def _line(substance: str, method: str, knowledge: Knowledge) -> TestLine:
    entry = _by_pair(knowledge).get((method, substance))
    if entry is not None:
        return _from_entry(entry, substance, method, knowledge)
    kind = _methods(knowledge)[method]
    says = f"No source at hand says whether a {kind.name} sees {substance}."
    return TestLine(
        substance=substance, method=method, name=kind.name, sample=kind.sample, answer="not-established", says=says
    )


def _from_entry(entry: Detection, substance: str, method: str, knowledge: Knowledge) -> TestLine:
    kind = _methods(knowledge)[method]
    return TestLine(
        substance=substance,
        method=method,
        name=kind.name,
        sample=kind.sample,
        answer=entry.answer,
        says=entry.says,
        apart_from=entry.apart_from,
        note=entry.note,
        sources=entry.sources,
        status=best_status(knowledge, entry.sources),
    )


def _methods(knowledge: Knowledge) -> Mapping[str, Method]:
    methods = knowledge.table_of("detection-methods", Method)
    return dict(sorted(methods.items(), key=lambda item: item[1].order))


def _table(knowledge: Knowledge) -> Mapping[str, Detection]:
    return knowledge.table_of("detection", Detection)


def _by_pair(knowledge: Knowledge) -> Mapping[tuple[str, str], Detection]:
    pairs: dict[tuple[str, str], Detection] = {}
    for id, entry in _table(knowledge).items():
        for method in entry.methods:
            for target in entry.targets:
                if (method, target) in pairs:
                    raise KnowledgeError(f"detection.{id}: {method} and {target} are answered twice. Keep one.")
                pairs[method, target] = entry
    return pairs


def _answer(line: TestLine, substances: Sequence[str]) -> str:
    named = _list([name for name in substances if name != UNKNOWN])
    if not named:
        return "a negative one excludes nothing."
    match line.answer:
        case "can-see":
            return f"can see {named}."
        case "cannot-see":
            return f"cannot see {named}."
        case "cannot-tell-apart":
            return f"cannot tell {named} from {_list(line.apart_from)}."
        case "not-established":
            return f"not established whether it sees {named}."


def _list(names: Sequence[str]) -> str:
    return " or ".join(dict.fromkeys(names))
