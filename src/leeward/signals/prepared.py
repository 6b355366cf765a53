"""What `leeward signals prepare` worked out for the app to show: nothing is counted, fitted or scored when a page is asked for.

    signals-page/current                 the name of the folder that is shown
                 <name>/about.json       of which files, when, how; the fits with their certificates
                        pairs.parquet    background, pair, counts and every measure under each likelihood
                        reports.parquet  report, product, its name as written, role, industry, age, sex, day of receipt
                        events.parquet   report, event
                        outcomes.parquet report, outcome
                        twins.parquet    first, second, likely: pairs of reports that look alike

A folder is written beside its place and named in `current` when it is whole. The one that was shown before is kept, so
that whoever reads it is not disturbed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from leeward.errors import BadInput
from leeward.signals.rules import Alarms
from leeward.signals.store import Load, loads, read_load

FOLDER = "signals-page"
CURRENT = "current"
ABOUT = "about.json"
FORMAT = "signals-page/1"
PREPARE = "leeward signals prepare"
"""The command that makes it."""


Likelihood = Literal["A", "B", "C"]
LIKELIHOODS: tuple[Likelihood, ...] = ("C", "A", "B")
"""That of all cells first: it is the one that has an optimum inside on such tables."""


class FitTold(msgspec.Struct, frozen=True, kw_only=True):
    """A fit as it was worked out, with its certificate."""

    likelihood: Likelihood
    prior: tuple[float, ...] | None
    """alpha1, beta1, alpha2, beta2 and p; None where there is no optimum inside, and then there is no score either."""
    nll: float
    outcome: str
    says: str
    gradient: float
    starts: int
    agree: int
    to_edge: float
    others: int
    """Optima elsewhere that the data hardly tell from this one."""

    @property
    def proved(self) -> bool:
        """Whether scores may be made of it."""
        return self.prior is not None


class BoundTold(msgspec.Struct, frozen=True, kw_only=True):
    """The critical value of MaxSPRT, and what it is worth."""

    value: float
    rate: float
    limit: float
    least: int


class FlagTold(msgspec.Struct, frozen=True, kw_only=True):
    """The first month at whose end a rule flagged an event."""

    event: str
    rule: str
    until: str
    n: int


class ActionTold(msgspec.Struct, frozen=True, kw_only=True):
    """An action of an authority within the time of the reports; `lead`: months after the first alarm of MaxSPRT."""

    date: str
    what: str
    record: str
    lead: int | None


class BacktestTold(msgspec.Struct, frozen=True, kw_only=True):
    """What would have been flagged when, with only the reports received by then."""

    product: str
    background: str
    likelihood: Likelihood
    first: str
    last: str
    """The ends of the first and the last month that were looked at."""
    flags: tuple[FlagTold, ...]
    actions: tuple[ActionTold, ...]
    says: tuple[str, ...]


class Background(msgspec.Struct, frozen=True, kw_only=True):
    """The rows that expected counts come of, and what was fitted on them."""

    id: str
    """`all`, `supplements` or `industry:NN`."""
    reports: int
    pairs: int
    products: int
    events: int
    fits: tuple[FitTold, ...]
    alarms: dict[Likelihood, tuple[Alarms, ...]] = {}
    """What the alarms of each rule are worth; empty where it was not worked out."""

    def fit(self, likelihood: Likelihood) -> FitTold:
        """The fit under a likelihood."""
        return next(one for one in self.fits if one.likelihood == likelihood)


class Concept(msgspec.Struct, frozen=True, kw_only=True):
    """Names that are counted as one, and those that were left apart for somebody to look at."""

    name: str
    names: tuple[str, ...]
    likely: tuple[str, ...]
    sources: tuple[str, ...]


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What was worked out, of which files, and how."""

    leeward: str = FORMAT
    made_up: bool = False
    """Whether the reports are invented, to show the pages with."""
    prepared: str
    """When, ISO 8601."""
    loads: tuple[Load, ...]
    reports: int
    """Reports that stand, whatever the role of their products."""
    first_received: str
    last_received: str
    versions: bool
    """Whether cases come in versions, of which the highest stands."""
    twins: int
    """Pairs of reports that look alike."""
    likely_twins: int
    left_out: tuple[str, ...]
    """Reports that were left out as likely duplicates; nothing where all are counted."""
    dropped: bool
    """Whether likely duplicates were left out."""
    concepts: tuple[Concept, ...]
    backgrounds: tuple[Background, ...]
    small: tuple[str, ...]
    """Industry codes with too few reports for a background of their own."""
    bound: BoundTold
    """The critical value of MaxSPRT for one event that is chosen ahead."""
    alpha: float
    backtests: tuple[BacktestTold, ...] = ()

    def background(self, id: str) -> Background | None:
        """A background by its id."""
        return next((one for one in self.backgrounds if one.id == id), None)

    def concept(self, product: str) -> Concept | None:
        """The concept that a product of the pairs is, None where it is a name as typed."""
        return next((one for one in self.concepts if one.name == product), None)

    def backtest(self, product: str) -> BacktestTold | None:
        """The back-test of a product, where one was asked for."""
        return next((one for one in self.backtests if one.product == product), None)

    def loaded_since(self, home: Path) -> tuple[str, ...]:
        """Files in the data folder that are not in what was worked out."""
        known = {one.digest for one in self.loads}
        return tuple(one.name for place in loads(home) if (one := read_load(place)).digest not in known)


def current(home: Path) -> Path | None:
    """The folder that is shown; None where nothing was worked out."""
    try:
        name = (home / FOLDER / CURRENT).read_text(encoding="utf-8").strip()
    except OSError:
        return None
    place = home / FOLDER / name
    return place if name and "/" not in name and (place / ABOUT).exists() else None


def read_prepared(place: Path) -> Prepared:
    """What is known of it. Raises BadInput where it is of another version, or damaged."""
    try:
        found = msgspec.json.decode((place / ABOUT).read_bytes(), type=Prepared)
    except (OSError, msgspec.MsgspecError):
        found = None
    if found is None or found.leeward != FORMAT:
        raise unreadable()
    return found


def unreadable() -> BadInput:
    """What to raise where it is damaged, or of another version."""
    says = "What was worked out for the page cannot be read."
    return BadInput.one("LW-1040", ABOUT, says, f"Work it out anew with `{PREPARE}`.")
