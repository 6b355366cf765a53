"""Made-up reports of the size of FAERS: counted, fitted and scored on this machine, with time and peak memory.

    python benchmarks/faers_size.py [MILLIONS OF INCIDENCES, 24 where left out] [MASTER OF SPARK]

With a master, as `local-cluster[2,1,3072]` (two executors of one core, each a process with 3 GB), Spark counts and DuckDB does not;
its processes are not children of this one, so their memory is told from what the whole machine has in use. Give the driver room for
what is counted, and the executors theirs, since a local cluster heeds no `--executor-memory`:
PYSPARK_SUBMIT_ARGS="--driver-memory 4g --conf spark.executor.memory=3g pyspark-shell".

An incidence is a report with a product and an event. Products and events are drawn by a Zipf law, and each product has
events of its own kind. What is measured is a process of its own that reads the Parquet files as `leeward signals load` leaves them;
writing them is not in its time. Aim for 24 million: 5 minutes and 6 GB on two cores.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as arrow
import pyarrow.parquet as parquet

EVENTS_A_REPORT = 3
PRODUCTS, EVENTS = 6_000, 16_000
OWN, OWN_EVENTS = 0.6, 300
"""The share of events that are of the product's own kind, and how many such events it has: without them nothing is in excess."""
AT_ONCE = 500_000


def main() -> None:
    """Write the reports, then count and score them in a process of its own."""
    if sys.argv[1:2] == ["--count"]:
        measured(Path(sys.argv[2]), "".join(sys.argv[3:4]))
        return
    incidences = int(float(sys.argv[1] if len(sys.argv) > 1 else 24) * 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        write(Path(folder), incidences // EVENTS_A_REPORT)
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        print(f"{incidences:,} incidences written in {time.perf_counter() - start:.0f} s, {size:.0f} MB of Parquet")
        print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores", flush=True)
        start = time.perf_counter()
        before = in_use()
        process = subprocess.Popen([sys.executable, __file__, "--count", folder, *sys.argv[2:3]])
        most = before
        while not (waited := os.wait4(process.pid, os.WNOHANG))[0]:
            most = max(most, in_use())
            time.sleep(0.2)
        _, status, used = waited
        process.returncode = os.waitstatus_to_exitcode(status)
        print(f"counted and scored in {time.perf_counter() - start:.0f} s, peak {used.ru_maxrss / 1e6:.2f} GB, "
              f"{(most - before) / 1e6:.2f} GB more in use on the machine, {used.ru_utime + used.ru_stime:.0f} s of processor time; exit status {process.returncode}")  # fmt: skip


def in_use() -> int:
    """What the machine has in use, in kB, without what it could take back."""
    told = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    return int(told["MemTotal"].split()[0]) - int(told["MemAvailable"].split()[0])


def write(folder: Path, reports: int) -> None:
    """Reports with one product and three events each, in pieces."""
    random = np.random.default_rng(2026)
    products = arrow.array([f"PRODUCT {at:05d}" for at in range(PRODUCTS)])
    events = arrow.array([f"EVENT {at:05d}" for at in range(EVENTS)])
    rows = arrow.schema([(name, arrow.string()) for name in ("report", "received", "product", "role", "industry")])
    rows = rows.append(arrow.field("age", arrow.float64())).append(arrow.field("sex", arrow.string()))
    told = arrow.schema([("report", arrow.string()), ("event", arrow.string())])
    with (
        parquet.ParquetWriter(folder / "rows.parquet", rows, compression="zstd") as of_rows,
        parquet.ParquetWriter(folder / "events.parquet", told, compression="zstd") as of_events,
    ):
        for first in range(0, reports, AT_ONCE):
            count = min(AT_ONCE, reports - first)
            ids = arrow.array(np.arange(first, first + count)).cast(arrow.string())
            product = zipf(random, PRODUCTS, count)
            event = zipf(random, EVENTS, (count, EVENTS_A_REPORT))
            own = random.random(event.shape) < OWN
            event[own] = ((product * 7919)[:, None] + zipf(random, OWN_EVENTS, event.shape))[own] % EVENTS
            month = random.integers(1, 13, count)
            received = arrow.array([f"20{year:02d}-{at:02d}-15" for year, at in zip(month + 10, month, strict=True)])
            columns = [ids, received, products.take(arrow.array(product)), fill("suspect", count), fill("", count)]
            of_rows.write_table(
                arrow.table([*columns, arrow.nulls(count, arrow.float64()), fill("", count)], schema=rows)
            )
            each = ids.take(arrow.array(np.repeat(np.arange(count), EVENTS_A_REPORT)))
            of_events.write_table(arrow.table([each, events.take(arrow.array(event.ravel()))], schema=told))


def zipf(random: np.random.Generator, size: int, shape: int | tuple[int, int]) -> np.ndarray:
    """Places from 0 to size - 1, the chance of each as 1 / (place + 10)."""
    return np.minimum((10 * ((size + 10) / 10) ** random.random(shape) - 10).astype(np.int64), size - 1)


def fill(says: str, count: int) -> arrow.Array:
    """The same word in every row."""
    return arrow.repeat(says, count)


def measured(folder: Path, master: str) -> None:
    """Count, fit and score what lies in the folder, and print what each step took."""
    from leeward.signals.counting import Asked, counted
    from leeward.signals.engines import duckdb_engine, spark_engine
    from leeward.signals.fit import fit
    from leeward.signals.pairs import seen_points, unseen_points
    from leeward.signals.scan import signals

    start = time.perf_counter()
    engine = spark_engine(master) if master else duckdb_engine()
    if master:
        print(f"Spark at {master} started: {time.perf_counter() - start:.1f} s", flush=True)
    counts = counted([folder], Asked(), engine=engine)
    engine.disconnect()
    pairs = counts.pairs
    counting = time.perf_counter() - start
    print(f"counted: {counting:.1f} s; {pairs.reports:,} reports, {int(pairs.n.sum()):,} incidences, {len(pairs.n):,} pairs of "
          f"{pairs.cells:,} cells; {len(seen_points(pairs)[0].n):,} and {len(unseen_points(pairs).n):,} distinct points", flush=True)  # fmt: skip
    start = time.perf_counter()
    found = fit(pairs, "C")
    fitting = time.perf_counter() - start
    print(f"fitted: {fitting:.1f} s; {found.certificate.outcome}: {found.certificate.says}", flush=True)
    start = time.perf_counter()
    scores = signals(counts, found, "all")
    scoring = time.perf_counter() - start
    flagged = int(np.sum(scores.measures["eb05"] >= 2))
    print(
        f"scored: {scoring:.1f} s; {flagged:,} pairs at EB05 >= 2; together {counting + fitting + scoring:.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
