"""Tables of counts for the tests: published data where it is at hand, and small ones made here."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from leeward.signals.pairs import Pairs

DATA = Path(__file__).parents[4] / "shared" / "data"
CAERS_2012 = DATA / "openebgm-caers" / "caers2012.csv.gz"
PHVID = DATA / "r-package-datasets" / "phvid__PhViDdata.frame.csv"
FAERS_2022 = DATA / "r-package-datasets" / "pvlrt__faers22q3raw.csv.gz"
CAERS = DATA / "caers-2004-2017q2" / "CAERS_ASCII_2004_2017Q2.csv.gz"


def needs(path: Path) -> Path:
    """The path of published data; the test is skipped, with the reason, where it is absent."""
    if not path.exists():
        pytest.skip(f"{path.name} is not here")
    return path


def rows_of(path: Path, **dialect: bool) -> Iterator[list[str]]:
    """The rows of a CSV file without its header."""
    open_text = gzip.open if path.suffix == ".gz" else open
    with open_text(path, "rt", encoding="latin-1", newline="") as file:
        rows = csv.reader(file, **dialect)
        next(rows)
        yield from rows


def of_reports(rows: Iterable[tuple[str, str, str]]) -> Pairs:
    """The pairs of rows of report, product and event, counted in plain Python: what the engine's count must equal."""
    distinct = set(rows)
    products = Counter(product for _, product in {(report, product) for report, product, _ in distinct})
    events = Counter(event for _, event in {(report, event) for report, _, event in distinct})
    return _pairs(
        Counter((product, event) for _, product, event in distinct),
        products,
        events,
        len({report for report, _, _ in distinct}),
    )


def of_counts(rows: Iterable[tuple[str, str, int]]) -> Pairs:
    """The pairs of a table of counts, whose margins are sums of the counts."""
    counts: Counter[tuple[str, str]] = Counter()
    products: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for product, event, n in rows:
        counts[product, event] += n
        products[product] += n
        events[event] += n
    return _pairs(counts, products, events, sum(counts.values()))


def _pairs(counts: Counter[tuple[str, str]], products: Counter[str], events: Counter[str], reports: int) -> Pairs:
    product_at = {name: place for place, name in enumerate(products)}
    event_at = {name: place for place, name in enumerate(events)}
    return Pairs(
        products=tuple(products),
        events=tuple(events),
        product=np.array([product_at[product] for product, _ in counts]),
        event=np.array([event_at[event] for _, event in counts]),
        n=np.array(list(counts.values())),
        by_product=np.array(list(products.values())),
        by_event=np.array(list(events.values())),
        reports=reports,
    )


def caers_2012() -> Pairs:
    """openEBGM's example data: FDA's reports on dietary supplements of 2012."""
    return of_reports((row[0], row[1], row[2]) for row in rows_of(needs(CAERS_2012)))


def phvid() -> Pairs:
    """PhViD's example table."""
    return of_counts((row[0], row[1], int(row[2])) for row in rows_of(needs(PHVID)))


def faers_2022() -> Pairs:
    """FDA's reports on medicines of one quarter, as pvLRT carries them."""
    return of_reports((row[0], row[1], row[2]) for row in rows_of(needs(FAERS_2022)))


def caers(industry: str = "") -> Pairs:
    """All of FDA's reports on foods and supplements to mid-2017: suspect products, unquoted names without leading blanks.

    That is how the reference computed its values: 197,033 pairs. As typed, blanks and all, there are 197,078.
    """
    return of_reports(
        (row[0], row[4], event)
        for row in rows_of(needs(CAERS), skipinitialspace=True)
        if row[3] == "Suspect" and industry in ("", row[5])
        for event in (term.strip() for term in row[11].split(","))
        if event
    )


def synthetic(seed: int = 7, products: int = 40, events: int = 30, reports: int = 2000) -> Pairs:
    """A small table with a few true excesses."""
    random = np.random.default_rng(seed)
    rows: list[tuple[str, str, str]] = []
    for report in range(reports):
        product = min(int(random.exponential(8)), products - 1)
        event = min(int(random.exponential(6)), events - 1)
        if product == 3 and random.random() < 0.4:
            event = 17
        rows.append((str(report), f"product {product}", f"event {event}"))
    return of_reports(rows)
