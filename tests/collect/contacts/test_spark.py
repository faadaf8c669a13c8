"""A list that has outgrown one machine is asked where it lies: the same expression, on Spark.

Runs where pyspark and a Java runtime are installed, and is left out in CI, where they are not.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.contacts.audit import audit

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
FIELDS = ("email", "status", "opt_out_at", "last_sent_at", "consent_at", "source")
ROWS = (
    ("a@gmail.com", "active", None, "2026-11-01 00:00:00", None, None),
    ("B@b.example", "active", None, "2026-11-01 00:00:00", "2026-01-01 00:00:00", "form"),
    ("b@b.example", "unsubscribed", "2026-03-01 00:00:00", "2026-05-01 00:00:00", None, "form"),
)


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("no Java runtime is installed")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(tmp_path))
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.mark.filterwarnings("default")
def test_spark_answers_as_duckdb_does(spark: Any, tmp_path: Path) -> None:
    spark.createDataFrame(ROWS, ", ".join(f"{each} string" for each in FIELDS)).write.saveAsTable(
        "contacts"
    )
    beside = tmp_path / "list.csv"
    lines = [",".join(FIELDS), *(",".join(cell or "" for cell in row) for row in ROWS)]
    beside.write_text("\n".join(lines) + "\n")
    there = audit("pyspark://", table="contacts", now=NOW)
    here = audit(str(beside), now=NOW)
    assert there.without_basis == 1
    assert there.returned == 1
    told = [each for each in here.__struct_fields__ if each not in {"id", "witnesses"}]
    assert {each: getattr(there, each) for each in told} == {
        each: getattr(here, each) for each in told
    }
