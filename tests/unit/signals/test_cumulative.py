"""Month by month from one look: to the last count what counting anew at each month's end gives."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from leeward.errors import BadInput
from leeward.signals.backtest import month_ends
from leeward.signals.counting import Asked, counted
from leeward.signals.cumulative import Cumulative
from leeward.signals.pairs import Pairs
from leeward.signals.store import load, loads
from tests.unit.signals.quarters import demo, drug, files, reac, write_zip
from tests.unit.signals.test_loading import file_of, row

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CONCEPTS = {"P1": "P (ALL)", "P2": "P (ALL)"}
MONTHS = month_ends("2023-11-01", "2025-01-01")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Two quarters with follow-ups that drop and add terms, a withdrawn case, and a file of FDA's foods with days untold."""
    folder = tmp_path_factory.mktemp("cumulative")
    random = np.random.default_rng(5)
    for quarter, first in ((1, 0), (2, 150)):
        said: tuple[list[str], list[str], list[str]] = ([], [], [])
        for at in range(first, first + 250):
            case, version = 1 + at % 180, 1 + at // 180
            report = f"{case}{version}"
            day = f"2024{int(random.integers(1, 13)):02}{int(random.integers(1, 28)):02}"
            said[0].append(demo(case, version, day, "40", "YR", "F"))
            said[1].extend(
                drug(report, f"P{int(random.integers(8))}", ("PS", "SS", "C")[int(random.integers(3))])
                for _ in range(2)
            )
            said[2].extend(reac(report, f"Term {int(random.integers(9))}") for _ in range(2))
        load(
            write_zip(folder / f"q{quarter}.zip", files(*said) | {"DELETE24Q1.txt": "7\n8\n"}),
            folder / "home",
            NOW.replace(hour=quarter),
        )
    rows = [row(f"c{at}", received=f"{1 + at % 12}/{1 + at % 28}/2024" if at % 5 else "", product=f"P{at % 6}", industry=("54", "3")[at % 2],
                events=f"TERM {at % 4}, TERM {at % 7}") for at in range(120)]  # fmt: skip
    rows += [
        row("c3", received="1/2/2024", product="P9", events="TERM 8"),
        row("c3", received="11/2/2024", product="P1", events="TERM 1"),
    ]
    load(file_of(folder, *rows), folder / "home", NOW.replace(hour=3))
    return loads(folder / "home")


def same(one: Pairs, other: Pairs) -> None:
    assert other.products == one.products and other.events == one.events and other.reports == one.reports
    for name in ("product", "event", "n", "by_product", "by_event"):
        assert np.array_equal(getattr(other, name), getattr(one, name)), name


ASKED = [
    Asked(),
    Asked(role="all"),
    Asked(role="primary"),
    Asked(background="supplements"),
    Asked(until="2024-08-17", without=("caers:c11", "faers:31")),
]


@pytest.mark.parametrize(
    "asked", ASKED, ids=["suspect", "all roles", "primary", "supplements", "to a day, some left out"]
)
def test_every_month_is_what_counting_anew_gives(places, asked):
    found = Cumulative(places, asked, CONCEPTS)
    seen = 0
    for end in MONTHS[:: 1 if asked == Asked() else 4]:
        until = min(end, asked.until) if asked.until else end
        here = found(until)
        try:
            anew = counted(
                places,
                Asked(until=until, background=asked.background, role=asked.role, without=asked.without),
                CONCEPTS,
            )
        except BadInput:
            assert not len(here.pairs.n) and not here.pairs.reports
            continue
        same(anew.pairs, here.pairs)
        seen += len(here.pairs.n)
    assert seen > 50


def test_a_place_is_of_one_pair_in_every_month(places):
    found, names = Cumulative(places, Asked(), CONCEPTS), {}
    for end in MONTHS:
        pairs, _, _, place, _ = found(end)
        for at, product, event in zip(place.tolist(), pairs.product.tolist(), pairs.event.tolist(), strict=True):
            assert names.setdefault(at, (pairs.products[product], pairs.events[event])) == (
                pairs.products[product],
                pairs.events[event],
            )
    assert max(names) < found.pairs


def test_versions_come_and_go(places):
    """Some pair is fewer at a later month: its report was superseded by one that does not name it."""
    found = Cumulative(places, Asked(), CONCEPTS)
    counts = np.zeros((len(MONTHS), found.pairs), dtype=int)
    for at, end in enumerate(MONTHS):
        pairs, _, _, place, _ = found(end)
        counts[at, place] = pairs.n
    assert (np.diff(counts, axis=0) < 0).any() and counts.min() == 0


def test_months_of_a_product_begin_with_its_first_report(places):
    found = Cumulative(places, Asked(), CONCEPTS)
    assert found.months("P9") == tuple(end[:7] for end in month_ends("2024-01-01", "2024-12-31"))
    assert found.months("NOBODY KNOWS") == ()


def test_a_day_within_a_month_is_refused(places):
    with pytest.raises(ValueError, match="last day"):
        Cumulative(places, Asked(), CONCEPTS)("2024-05-30")


def test_strata_and_an_empty_store_are_refused(places):
    with pytest.raises(BadInput, match="strata"):
        Cumulative(places, Asked(strata=("age",)))
    with pytest.raises(BadInput, match="No reports"):
        Cumulative((), Asked())
