"""Working out everything that the app shows of reports, once: counts, fits, scores and back-tests; see `prepared`."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from leeward.errors import BadInput
from leeward.knowledge import Knowledge
from leeward.signals.backtest import Backtest, backtest, month_ends
from leeward.signals.by_chance import alarms_of
from leeward.signals.concepts import concept_names, merged
from leeward.signals.counting import SUPPLEMENTS, Asked, Counted, counted, named, names_of, standing
from leeward.signals.cumulative import Cumulative
from leeward.signals.drawing import numbered
from leeward.signals.duplicates import dropped, duplicates
from leeward.signals.engines import duckdb_engine
from leeward.signals.fit import Fit, fit
from leeward.signals.prepared import (
    ABOUT,
    CURRENT,
    FOLDER,
    LIKELIHOODS,
    ActionTold,
    Background,
    BacktestTold,
    BoundTold,
    Concept,
    FitTold,
    FlagTold,
    Likelihood,
    Prepared,
)
from leeward.signals.scan import signals
from leeward.signals.sequential import critical_value
from leeward.signals.store import loads, read_load

ALPHA, LIMIT, LEAST = 0.05, 10.0, 4
"""Of MaxSPRT on the pages: those of `leeward signals backtest` where nothing is said."""

FEWEST = 100
"""Reports of an industry code that make a background of their own."""

Actions = Callable[[str], Sequence[Any]]
Say = Callable[[str], None]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How it is worked out."""

    drop: bool = False
    """Whether likely duplicates are left out."""
    backtests: tuple[str, ...] = ()
    """Products to look back at, as they are counted."""
    made_up: bool = False


def prepare(
    home: Path,
    knowledge: Knowledge,
    now: datetime,
    wanted: Wanted | None = None,
    *,
    actions: Actions = lambda _: (),
    say: Say = lambda _: None,
) -> Prepared:
    """Work out everything of what was loaded, and have it shown. Raises BadInput where nothing is loaded, or there is no room."""
    wanted, places = wanted or Wanted(), loads(home)
    if not places:
        raise BadInput.one("LW-1011", "", "No reports are loaded.", "Load a file with `leeward signals load`.")
    shelf = home / FOLDER
    digest = read_load(places[-1]).digest[:8]
    half, place = shelf / ".part", shelf / f"{now:%Y%m%dT%H%M%S%f}-{digest}"
    shutil.rmtree(half, ignore_errors=True)
    try:
        half.mkdir(parents=True)
        done = _Preparing(places, half, knowledge, wanted, say).done(now, actions)
        (half / ABOUT).write_bytes(msgspec.json.format(msgspec.json.encode(done)))
        half.rename(place)
        before = _shown(shelf)
        (shelf / ".current").write_text(place.name, encoding="utf-8")
        (shelf / ".current").replace(shelf / CURRENT)
    except OSError as error:
        says = f"It cannot be written to {shelf} ({error.strerror or 'error'})."
        raise BadInput.one(
            "LW-1041", FOLDER, says, "Make room, then ask again: what was shown before stands."
        ) from None
    finally:
        shutil.rmtree(half, ignore_errors=True)
    for old in shelf.iterdir():
        if old.is_dir() and old.name not in (place.name, before):
            shutil.rmtree(old, ignore_errors=True)
    return done


def _shown(shelf: Path) -> str:
    file = shelf / CURRENT
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


class _Preparing:
    """What is needed all along: where the loads are, what names are counted under, what is left out."""

    def __init__(self, places: Sequence[Path], into: Path, knowledge: Knowledge, wanted: Wanted, say: Say) -> None:
        self._places, self._into, self._wanted, self._say = places, into, wanted, say
        self._engine = duckdb_engine()
        self._merged = merged(names_of(places, self._engine), knowledge)
        self._names: Mapping[str, str] = concept_names(self._merged)
        self._twins = duplicates(places, self._names, engine=self._engine)
        self._without = dropped(self._twins) if wanted.drop else ()

    def done(self, now: datetime, actions: Actions) -> Prepared:
        """Write the tables; what is told of them is returned."""
        self._say("writing the reports")
        reports, first, last = self._reports()
        large, small = self._industries()
        backgrounds = self._pairs(["all", *(["supplements"] if SUPPLEMENTS in large else []),
                                   *(f"industry:{code}" for code in large if code != SUPPLEMENTS)])  # fmt: skip
        bound, told = critical_value(LIMIT, ALPHA, LEAST), [read_load(place) for place in self._places]
        return Prepared(
            made_up=self._wanted.made_up,
            prepared=now.isoformat(timespec="seconds"),
            loads=tuple(told),
            reports=reports,
            first_received=first,
            last_received=last,
            versions=any(one.cases != one.reports for one in told) or len(told) > 1,
            twins=len(self._twins),
            likely_twins=sum(one.likely for one in self._twins),
            left_out=self._without,
            dropped=self._wanted.drop,
            concepts=tuple(
                Concept(name=one.concept.upper(), names=one.names, likely=one.likely, sources=one.sources)
                for one in self._merged
                if one.names
            ),
            backgrounds=tuple(backgrounds),
            small=tuple(small),
            bound=BoundTold(value=bound.value, rate=bound.rate, limit=bound.limit, least=bound.least),
            alpha=ALPHA,
            backtests=tuple(self._backtest(product, actions) for product in self._wanted.backtests),
        )

    def _reports(self) -> tuple[int, str, str]:
        """The rows, the events and the outcomes of the reports that stand; how many reports, and their first and last day."""
        ibis: Any = import_module("ibis")
        rows, events = standing(self._places, "", self._engine)
        if self._without:
            rows = rows.anti_join(ibis.memtable({"report": list(self._without)}), "report")
        rows = named(rows.mutate(written=rows["product"]), self._names)
        columns = ["report", "product", "written", "role", "industry", "age", "sex", "received"]
        rows = rows.select(*columns).distinct().order_by(["product", "report", "written"])
        rows.to_parquet(str(self._into / "reports.parquet"))
        kept = self._engine.read_parquet(str(self._into / "reports.parquet"))
        events = events.select("report", "event").semi_join(kept, "report").distinct().order_by(["event", "report"])
        events.to_parquet(str(self._into / "events.parquet"))
        self._outcomes(kept)
        self._alike()
        days = kept.received.nullif("")
        found = kept.aggregate(reports=kept.report.nunique(), first=days.min(), last=days.max()).to_pyarrow()
        one = found.to_pylist()[0]
        return int(one["reports"]), one["first"] or "", one["last"] or ""

    def _outcomes(self, kept: Any) -> None:
        """The outcomes of the reports, of those loads that kept them."""
        ibis: Any = import_module("ibis")
        files = [str(file) for place in self._places if (file := place / "outcomes.parquet").exists()]
        tables = [self._engine.read_parquet(file) for file in files]
        if tables:
            all_told = ibis.union(*tables) if len(tables) > 1 else tables[0]
            all_told = all_told.semi_join(kept, "report").distinct().order_by(["report", "outcome"])
            all_told.to_parquet(str(self._into / "outcomes.parquet"))

    def _alike(self) -> None:
        """The pairs of reports that look alike, of those that are counted and of those that are left out."""
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
        columns = {
            "first": arrow.array([one.first for one in self._twins], type=arrow.string()),
            "second": arrow.array([one.second for one in self._twins], type=arrow.string()),
            "likely": arrow.array([one.likely for one in self._twins], type=arrow.bool_()),
        }
        parquet.write_table(arrow.table(columns), self._into / "twins.parquet", compression="zstd")

    def _industries(self) -> tuple[list[str], list[str]]:
        """Codes with enough suspect reports for a background, and the others."""
        kept = self._engine.read_parquet(str(self._into / "reports.parquet"))
        kept = kept.filter((kept.industry != "") & (kept.role != "concomitant"))
        found = kept.group_by("industry").agg(n=kept.report.nunique()).order_by("industry").to_pyarrow().to_pylist()
        codes = {one["industry"]: one["n"] for one in found if one["industry"].isdigit()}
        return [code for code, n in codes.items() if n >= FEWEST], [code for code, n in codes.items() if n < FEWEST]

    def _asked(self, background: str) -> Counted:
        asked = Asked(background=background, without=self._without)
        return counted(self._places, asked, self._names, self._engine)

    def _pairs(self, backgrounds: Sequence[str]) -> list[Background]:
        """Write the pairs of each background with their measures."""
        parquet: Any = import_module("pyarrow.parquet")
        told: list[Background] = []
        writer: Any = None
        try:
            for background in backgrounds:
                self._say(f"counting and fitting: {background}")
                counts = self._asked(background)
                fits: dict[Likelihood, Fit] = {one: fit(counts.pairs, one) for one in LIKELIHOODS}
                table = _table(counts, fits, background)
                writer = writer or parquet.ParquetWriter(self._into / "pairs.parquet", table.schema, compression="zstd")
                writer.write_table(table, row_group_size=50_000)
                told.append(
                    Background(
                        id=background, reports=counts.pairs.reports, pairs=len(counts.pairs.n),
                        products=len(counts.pairs.products), events=len(counts.pairs.events),
                        fits=tuple(_told(one) for one in fits.values()),
                        alarms={likelihood: alarms_of(counts.pairs, one.prior) for likelihood, one in fits.items()},
                    )
                )  # fmt: skip
        finally:
            if writer is not None:
                writer.close()
        return told

    def _backtest(self, product: str, actions: Actions) -> BacktestTold:
        counts = Cumulative(self._places, Asked(without=self._without), self._names, self._engine)
        name = next((one for one in counts.products if one.casefold() == product.casefold()), None)
        if name is None:
            if any(one.casefold() == product.casefold() for one in self._asked("all").pairs.products):
                says, mend = (
                    "No report of this product says when it was received.",
                    "Load FDA's file, which has the days.",
                )
                raise BadInput.one("LW-1033", "product", says, mend)
            says = f"No report that is counted names {product!r}."
            raise BadInput.one("LW-1032", "product", says, "Look with `leeward signals scan --product`.")
        known = counts.months(name)
        months = month_ends(known[0], known[-1])
        self._say(f"looking back at {name}, {len(months)} months")
        return _looked_back(
            backtest(counts, name, months, alpha=ALPHA, limit=LIMIT, least=LEAST, actions=actions(name))
        )


def _looked_back(found: Backtest) -> BacktestTold:
    return BacktestTold(
        product=found.product, background=found.background, likelihood=found.likelihood,
        first=found.months[0].until if found.months else "", last=found.months[-1].until if found.months else "",
        flags=tuple(FlagTold(event=one.event, rule=one.rule, until=one.until, n=one.n) for one in found.flags),
        actions=tuple(
            ActionTold(date=one.date, what=one.what, record=one.record, lead=found.lead(one)) for _, one in numbered(found)
        ),
        says=found.says,
    )  # fmt: skip


def _told(found: Fit) -> FitTold:
    certificate = found.certificate
    finite = [one if math.isfinite(one) else 0.0 for one in (found.nll, certificate.gradient, certificate.to_edge)]
    return FitTold(
        likelihood=found.likelihood, prior=tuple(found.prior) if found.prior else None, nll=finite[0],
        outcome=certificate.outcome, says=certificate.says, gradient=finite[1], starts=certificate.starts,
        agree=certificate.agree, to_edge=finite[2], others=len(found.others),
    )  # fmt: skip


def _table(counts: Counted, fits: Mapping[Likelihood, Fit], background: str) -> Any:
    """The pairs of a background with all their measures, the strongest first."""
    arrow: Any = import_module("pyarrow")
    pairs = counts.pairs
    by_likelihood = {likelihood: signals(counts, one, background) for likelihood, one in fits.items()}
    of_all = by_likelihood["C"]
    order = np.asarray(of_all.order("eb05" if fits["C"].prior else "ic025"), dtype=np.int64)
    columns: dict[str, Any] = {
        "background": arrow.array([background] * len(order)),
        "product": arrow.array(pairs.products).take(arrow.array(pairs.product[order])),
        "event": arrow.array(pairs.events).take(arrow.array(pairs.event[order])),
        "n": pairs.n[order],
        "by_product": pairs.by_product[pairs.product[order]],
        "by_event": pairs.by_event[pairs.event[order]],
    }
    columns |= {
        name: arrow.array(value[order], from_pandas=True)  # nan is missing
        for name, value in of_all.measures.items()
        if name not in SHRUNK
    }
    columns |= {
        f"{name}_{likelihood.lower()}": arrow.array(one.measures[name][order], from_pandas=True)
        for likelihood, one in by_likelihood.items()
        for name in SHRUNK
    }
    columns["first_report"], columns["last_report"] = (
        arrow.array(days, type=arrow.string()).take(arrow.array(order)) for days in (counts.first, counts.last)
    )
    return arrow.table(columns)


SHRUNK = ("ebgm", "eb05", "eb95")
"""The measures that each likelihood has its own of."""
