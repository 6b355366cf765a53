"""What counts: DuckDB on one machine, or Spark where the reports outgrow it. Both work the same expressions."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import count
from typing import Any, Literal

from leeward.errors import BadInput
from leeward.signals.columns import texts

Engine = Literal["duckdb", "spark"]

_NUMBERS = count(1)


def engine_of(name: Engine) -> Any:
    """A connection. Raises BadInput where Spark is asked for and is not installed, or does not start."""
    return duckdb_engine() if name == "duckdb" else spark_engine()


def duckdb_engine() -> Any:
    """DuckDB in memory; what does not fit goes to the temporary folder."""
    ibis: Any = import_module("ibis")
    return ibis.duckdb.connect()


def arrow_of(expression: Any) -> Any:
    """The Arrow table that an expression of Ibis gives, of the tables of one engine.

    Ibis' own `to_pyarrow` imports pandas, which takes as long as counting does, and is asked only where it must be: by Spark.
    """
    engine = expression.get_backend()
    if engine.name == "duckdb":
        return engine.con.sql(engine.compile(expression)).to_arrow_table()
    return expression.to_pyarrow()


def listed(beside: Any, **columns: Sequence[str]) -> Any:
    """Lists of text as a table of Ibis, to join to one that stands in the same engine."""
    engine = beside.get_backend()
    if engine.name != "duckdb":
        return import_module("ibis").memtable({name: list(told) for name, told in columns.items()})
    arrow: Any = import_module("pyarrow")
    name = f"listed_{next(_NUMBERS)}"
    engine.con.register(name, arrow.table({name: texts(told) for name, told in columns.items()}))
    return engine.table(name)


def spark_engine(master: str = "") -> Any:
    """Spark to Ibis. Ranks of text are compared by bytes, as DuckDB does. Raises BadInput as `spark_session`."""
    session = spark_session(master)
    ibis: Any = import_module("ibis")
    return ibis.pyspark.connect(session)


def spark_session(master: str = "") -> Any:
    """Spark. `master`: where it runs; where left out what Spark's own settings say, or this machine.

    Raises BadInput where it is not installed, or does not start.
    """
    try:
        sql: Any = import_module("pyspark.sql")
    except ImportError:
        says, mend = (
            "PySpark is not installed.",
            "Install it with `pip install 'leeward[spark]'`; it needs Java 17 or newer.",
        )
        raise BadInput.one("LW-1014", "engine", says, mend) from None
    # Spark would run whatever `python3` is; the tasks need the one in which Leeward is.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = sql.SparkSession.builder.appName("leeward").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "8")
    builder = builder.config("spark.sql.execution.arrow.pyspark.enabled", "true")  # rows by themselves fill the driver
    if master:
        builder = builder.master(master)
    try:
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session
    except Exception as error:  # whatever the Java side says
        says = f"Spark does not start ({type(error).__name__})."
        raise BadInput.one("LW-1014", "engine", says, "Install Java 17 or newer, and set JAVA_HOME to it.") from None
