"""What the pages of reports share: the shelf that is shown, addresses, and what authorities did about a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlencode

from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.products.law.entries import LawFact, Span, law_facts
from leeward.products.recalls.action import TITLES, Action
from leeward.products.recalls.register import Register, shipped_register
from leeward.report.signals_words import CAVEAT, WHY, background_words, duplicates_words
from leeward.signals.concepts import ConceptEntry
from leeward.signals.prepared import PREPARE, Likelihood, Prepared
from leeward.signals.shelf import Shelf, open_shelf
from leeward.signals.shown import PairTold
from leeward.signals.store import loads
from leeward.web.visit import Refused, Shown, Visit

DEMO = Path(str(resources.files("leeward.web") / "demo_signals"))
"""A data folder of made-up reports: what a demo shows where nothing is loaded."""

LONGEST = 300
"""Letters of a name or a term."""


def shelf_of(visit: Visit) -> Shelf | None:
    """What is shown: what was prepared in the data folder, in a demo else the made-up reports. Raises BadInput."""
    home = visit.house.signals
    found = open_shelf(home) if home is not None else None
    if found is None and visit.house.demo and not _loaded(home):
        found = open_shelf(DEMO)
    return found


def _loaded(home: Path | None) -> int:
    return len(loads(home)) if home is not None else 0


def nothing(visit: Visit, wrong: BadInput | None = None) -> Shown:
    """The page that says how to load reports, or to prepare what was loaded."""
    if wrong is not None:
        visit.problems = wrong.problems
    values = {
        "loaded": _loaded(visit.house.signals),
        "damaged": wrong is not None,
        "prepare": PREPARE,
        "caveat": CAVEAT,
        "why": WHY,
    }
    return Shown(template="signals_none.html", values=values, status=422 if wrong else 200)


def likelihood_of(visit: Visit) -> Likelihood:
    """The likelihood that is asked for: C unless another is named. Raises BadInput."""
    asked = visit.text("likelihood") or "C"
    for one in get_args(Likelihood):
        if one == asked:
            return one
    raise visit.wrong("likelihood", "There is no such likelihood.", "Choose A, B or C.")


def named(visit: Visit, field: str) -> str:
    """A name in the address. Raises Refused where there is none."""
    found = visit.query.get(field, "")
    if not found or len(found) > LONGEST:
        raise Refused(404, "The address names no product, or no term.", "Choose one from the list of signals.")
    return found


def shared(visit: Visit, shelf: Shelf) -> dict[str, Any]:
    """What every page of reports says: the files and their days, duplicates, and what reports cannot show."""
    about = shelf.about
    home = visit.house.signals
    return {
        "data": about,
        "caveat": CAVEAT,
        "why": WHY,
        "duplicates": duplicates_words(about),
        "since": about.loaded_since(home) if home is not None and not about.made_up else (),
        "prepare": PREPARE,
        "background_words": background_words,
        "product_at": product_at,
        "pair_at": pair_at,
        "outcomes_kept": shelf.outcomes_kept,
    }


def product_at(product: str, likelihood: str = "C") -> str:
    """The address of a product's page."""
    return "/signals/product?" + urlencode(
        {"name": product} | ({"likelihood": likelihood} if likelihood != "C" else {})
    )


def pair_at(one: PairTold, likelihood: str = "C") -> str:
    """The address of a pair's page."""
    return pair_address(one.product, one.event, one.background, likelihood)


def pair_address(product: str, event: str, background: str = "all", likelihood: str = "C", page: int = 1) -> str:
    """The address of a pair against a background."""
    asked: Mapping[str, str] = {"background": background, "likelihood": likelihood, "page": str(page)}
    usual = {"background": "all", "likelihood": "C", "page": "1"}
    besides = {key: value for key, value in asked.items() if usual[key] != value}
    return "/signals/pair?" + urlencode({"product": product, "event": event} | besides)


def actions_about(visit: Visit, product: str, about: Prepared) -> tuple[Action, ...]:
    """Recalls, letters and other actions about a product, the newest first: of a concept all that name it, else those of its label."""
    knowledge = visit.house.knowledge
    register = visit.house.ward.register() or shipped_register(knowledge)
    found = _of_concept(register, knowledge, product) if about.concept(product) else _of_label(register, product)
    return tuple(sorted(found, key=lambda one: one.date, reverse=True))


def notices_about(visit: Visit, product: str, about: Prepared) -> tuple[LawFact, ...]:
    """Notices of scheduling that drew eyes to a product while its reports came in; held of kratom alone."""
    if product != "KRATOM" or not about.last_received:
        return ()
    facts = law_facts("US", Span.of(about.last_received).last, visit.house.knowledge, "leaf")
    return tuple(one for one in facts if one.topic == "scheduling-notice" and one.date >= about.first_received)


@lru_cache(maxsize=16)
def _of_concept(register: Register, knowledge: Knowledge, product: str) -> tuple[Action, ...]:
    entry = knowledge.table_of("signal-concepts", ConceptEntry).get(product.lower())
    words = entry.holds if entry else ()
    shipped = {action.record for action in register.shipped} if product == "KRATOM" else set[str]()
    return tuple(
        action
        for action in register.actions()
        if action.record in shipped
        or any(word in f"{action.product} {action.reason} {action.brand}".casefold() for word in words)
    )


@lru_cache(maxsize=256)
def _of_label(register: Register, product: str) -> tuple[Action, ...]:
    return tuple(one.action for one in register.match_text(product).found)


def kinds(actions: Sequence[Action]) -> tuple[tuple[str, int], ...]:
    """How many actions there are of each kind, the most first."""
    found: dict[str, int] = {}
    for one in actions:
        found[TITLES[one.type]] = found.get(TITLES[one.type], 0) + 1
    return tuple(sorted(found.items(), key=lambda one: -one[1]))


def by_year(actions: Sequence[Action]) -> tuple[tuple[str, int], ...]:
    """How many actions there are of each year."""
    found: dict[str, int] = {}
    for one in actions:
        if one.date:
            found[one.date[:4]] = found.get(one.date[:4], 0) + 1
    return tuple(sorted(found.items()))
