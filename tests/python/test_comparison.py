"""Comparing relations of two engines: what counts as equal, and what does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from ops.spark import comparison
from ops.spark.comparison import Comparison, compare, compare_all, data_files, relations
from ops.spark.sql import Endpoint
from ops.warehouse import WarehouseError

COLUMNS = "deal_id string, closed_date date, amount decimal(18, 4), rate double, seen_at timestamp"
DEAL = "('D1', date '2026-01-05', 10.5, 0.1, timestamp '2026-01-05 10:00:00')"
UNKNOWN = "(null, null, null, null, null)"

Run = Callable[..., Comparison]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A built file with one table of two rows in marts, and one that is not published."""
    file = tmp_path / "built.duckdb"
    with duckdb.connect(file) as connection:
        connection.execute("create schema marts; create schema staging")
        connection.execute(f"create table marts.deals ({COLUMNS})")
        connection.execute(f"insert into marts.deals values {DEAL}, {UNKNOWN}")
        connection.execute("create table staging.raw as select 1 as a")
    return file


@pytest.fixture
def compared(database: Path, tmp_path: Path) -> Run:
    """Compares marts.deals with rows as Spark might have written them."""

    def run(*rows: str, columns: str = COLUMNS) -> Comparison:
        file = tmp_path / "spark.parquet"
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            connection.execute(f"create table rows ({columns})")
            if rows:
                connection.execute(f"insert into rows values {', '.join(rows)}")
            connection.execute(f"copy rows to '{file}' (format parquet)")
            connection.execute(f"attach '{database}' as built (read_only)")
            (relation,) = relations(connection)
            return compare(connection, relation, [str(file)] if rows else [])

    return run


def test_equal_rows_in_another_order_agree(compared: Run) -> None:
    assert compared(UNKNOWN, DEAL) == Comparison("marts.deals", 2, 0, ())


def test_instants_of_spark_carry_their_zone(compared: Run) -> None:
    columns = COLUMNS.replace("seen_at timestamp", "seen_at timestamptz")
    deal = DEAL.replace("10:00:00'", "10:00:00+00'").replace("timestamp '", "timestamptz '")
    assert compared(deal, UNKNOWN, columns=columns).mismatches == 0


@pytest.mark.parametrize("rate", ["0.1 + 1e-11", "0.1 - 1e-11"])
def test_doubles_may_differ_a_little(compared: Run, rate: str) -> None:
    assert compared(DEAL.replace("0.1", rate), UNKNOWN).mismatches == 0


@pytest.mark.parametrize(
    "deal",
    [
        DEAL.replace("0.1", "0.1 + 1e-9"),
        DEAL.replace("0.1", "-0.1"),
        DEAL.replace("0.1", "null"),
        DEAL.replace("0.1", "'NaN'::double"),
        DEAL.replace("0.1", "'infinity'::double"),
    ],
)
def test_doubles_that_differ_are_one_mismatch(compared: Run, deal: str) -> None:
    found = compared(deal, UNKNOWN)
    assert found.mismatches == 1
    assert found.examples[0].startswith("DuckDB: {'deal_id': D1")


@pytest.mark.parametrize(
    "deal",
    [
        DEAL.replace("10.5", "10.5001"),
        DEAL.replace("10.5", "null"),
        DEAL.replace("'D1'", "'d1'"),
        DEAL.replace("'D1'", "null"),
        DEAL.replace("date '2026-01-05'", "date '2026-01-06'"),
        DEAL.replace("10:00:00", "10:00:01"),
    ],
)
def test_any_other_difference_leaves_both_rows_alone(compared: Run, deal: str) -> None:
    found = compared(deal, UNKNOWN)
    assert found.mismatches == 2
    assert {text.split(":")[0] for text in found.examples} == {"only on DuckDB", "only on Spark"}


def test_a_row_too_many_or_too_few_is_a_mismatch(compared: Run) -> None:
    assert compared(DEAL, DEAL, UNKNOWN).mismatches == 1
    assert compared(DEAL).mismatches == 1
    assert compared().mismatches == 2


def test_other_columns_are_a_mismatch_of_every_row(compared: Run) -> None:
    found = compared(
        DEAL, UNKNOWN, columns=COLUMNS.replace("amount", "money").replace("rate", "share")
    )
    assert found.mismatches == 2
    assert found.examples[0].startswith("columns differ: DuckDB ['deal_id'")


class Spark:
    """Stands in for a session: answers from a list of answers by the start of the query."""

    def __init__(self, answers: dict[str, list[tuple[object, ...]]]) -> None:
        self.answers = answers

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        """The rows of the first answer whose key the query holds."""
        return next(rows for key, rows in self.answers.items() if key in sql)


def test_relations_of_one_engine_only_are_mismatches(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spark = Spark(
        {
            "show schemas": [("marts",), ("staging",)],
            "show tables": [("marts", "leads", False), ("marts", "steps", False)],
            "show views": [("marts", "steps", False)],
        }
    )

    @contextmanager
    def session(endpoint: Endpoint) -> Iterator[Spark]:
        yield spark

    monkeypatch.setattr(comparison, "session", session)

    assert compare_all(database, Endpoint()) == [
        Comparison("marts.deals", 2, 2, ("not on Spark",)),
        Comparison("marts.leads", 0, 1, ("not on DuckDB",)),
    ]


def test_files_are_named_without_scheme_and_escapes() -> None:
    relation = comparison.Relation("marts", "deals", (), 0)
    spark = Spark({".files": [("file:/a%20b/c.parquet", 0), ("file:///d.parquet", 0)]})
    assert data_files(spark, relation) == ["/a b/c.parquet", "/d.parquet"]


def test_rows_deleted_beside_the_files_are_refused() -> None:
    relation = comparison.Relation("marts", "deals", (), 0)
    with pytest.raises(WarehouseError, match=r"marts\.deals: holds delete files"):
        data_files(Spark({".files": [("file:/a.parquet", 1)]}), relation)


def test_files_that_lie_elsewhere_are_refused() -> None:
    relation = comparison.Relation("marts", "deals", (), 0)
    with pytest.raises(WarehouseError, match=r"marts\.deals: its files lie on s3://bucket, which"):
        data_files(Spark({".files": [("s3://bucket/a.parquet", 0)]}), relation)
