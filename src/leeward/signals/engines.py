"""What counts: DuckDB on one machine, or Spark where the reports outgrow it. Both work the same expressions."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from leeward.errors import BadInput

Engine = Literal["duckdb", "spark"]


def engine_of(name: Engine) -> Any:
    """A connection. Raises BadInput where Spark is asked for and is not installed, or does not start."""
    return duckdb_engine() if name == "duckdb" else spark_engine()


def duckdb_engine() -> Any:
    """DuckDB in memory; what does not fit goes to the temporary folder."""
    ibis: Any = import_module("ibis")
    return ibis.duckdb.connect()


def spark_engine(master: str = "") -> Any:
    """Spark. `master`: where it runs; where left out what Spark's own settings say, or this machine.

    Ranks of text are compared by bytes, as DuckDB does.
    """
    try:
        sql: Any = import_module("pyspark.sql")
    except ImportError:
        says, mend = (
            "PySpark is not installed.",
            "Install it with `pip install 'leeward[spark]'`; it needs Java 17 or newer.",
        )
        raise BadInput.one("LW-1014", "engine", says, mend) from None
    ibis: Any = import_module("ibis")
    builder = sql.SparkSession.builder.appName("leeward").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "8")
    if master:
        builder = builder.master(master)
    try:
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return ibis.pyspark.connect(session)
    except Exception as error:  # whatever the Java side says
        says = f"Spark does not start ({type(error).__name__})."
        raise BadInput.one("LW-1014", "engine", says, "Install Java 17 or newer, and set JAVA_HOME to it.") from None
