"""One more day of the sample company: what it adds, and that it is always the same day."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ops.spark.next_day import add_day
from ops.warehouse import SAMPLE_SCHEMA, WarehouseError

SEEDS = Path(__file__).parents[2] / "seeds" / "sample"
DAY = "2026-07-01"


@pytest.fixture
def company() -> duckdb.DuckDBPyConnection:
    """The sample company's raw tables, and as they were before in schema yesterday."""
    connection = duckdb.connect()
    for schema in (SAMPLE_SCHEMA, "yesterday"):
        connection.execute(f"create schema {schema}")
        for file in SEEDS.glob("*.csv"):
            connection.execute(
                f"create table {schema}.{file.stem} as "
                f"select * from read_csv('{file}', header = true, all_varchar = true)"
            )
    return connection


def count(company: duckdb.DuckDBPyConnection, sql: str) -> int:
    (rows,) = company.execute(f"select count(*) from {SAMPLE_SCHEMA}.{sql}").fetchone()
    return rows


def test_the_day_after_the_data_is_added(company: duckdb.DuckDBPyConnection) -> None:
    assert add_day(company, SAMPLE_SCHEMA) == DAY

    assert count(company, f"opportunities where closed_date = '{DAY}' and stage like '%Won'") == 4
    assert count(company, f"opportunities where closed_date = '{DAY}' and stage like '%Lost'") == 5
    assert count(company, f"opportunities where created_date = '{DAY}'") == 5
    assert count(company, f"opportunities where deleted_at like '{DAY}%'") == 1
    assert count(company, f"subscriptions where updated_at = '{DAY} 03:00:00'") == 9
    customers = f"subscriptions where valid_to = '{DAY}' and updated_at like '{DAY}%'"
    assert count(company, f"{customers} and status = 'cancelled'") == 3
    assert count(company, f"{customers} and status = 'expired'") == 3
    assert count(company, f"survey_responses where responded_at like '{DAY}%'") == 8
    for field, changes in {"amount": 8, "expected_close_date": 8, "owner_id": 4}.items():
        changed = f"changed_at like '{DAY}%' and field_name = '{field}'"
        assert count(company, f"opportunity_field_history where {changed}") == changes, field
        assert (
            count(company, f"opportunity_field_history where {changed} and new_value = old_value")
            == 0
        )


def test_current_values_are_what_the_history_says(company: duckdb.DuckDBPyConnection) -> None:
    add_day(company, SAMPLE_SCHEMA)
    for field in ("amount", "expected_close_date", "owner_id"):
        assert (
            count(
                company,
                "opportunity_field_history as changes "
                f"join {SAMPLE_SCHEMA}.opportunities as deals using (opportunity_id) "
                f"where changed_at like '{DAY}%' and field_name = '{field}' "
                f"and deals.{field} is distinct from changes.new_value",
            )
            == 0
        ), field
    assert (
        count(
            company,
            f"opportunity_stage_history as entries join {SAMPLE_SCHEMA}.opportunities as deals "
            f"using (opportunity_id) where entered_at like '{DAY}%' "
            "and deals.stage is distinct from entries.stage",
        )
        == 0
    )


def test_the_past_stays_but_for_one_late_entry(company: duckdb.DuckDBPyConnection) -> None:
    add_day(company, SAMPLE_SCHEMA)
    late = company.execute(
        f"from {SAMPLE_SCHEMA}.opportunity_stage_history except all "
        "from yesterday.opportunity_stage_history order by entered_at"
    ).fetchall()
    assert [row[2] for row in late if row[2] < DAY] == ["2026-06-21 09:00:00"] * 2
    assert (
        company.execute(
            "from yesterday.opportunity_stage_history except all "
            f"from {SAMPLE_SCHEMA}.opportunity_stage_history"
        ).fetchall()
        == []
    )


def test_the_loads_count_the_rows(company: duckdb.DuckDBPyConnection) -> None:
    add_day(company, SAMPLE_SCHEMA)
    for table, rows, loaded_at in company.execute(
        f"select table_name, row_count, loaded_at from {SAMPLE_SCHEMA}.loads"
    ).fetchall():
        assert int(rows) == count(company, table), table
        assert loaded_at == "2026-07-02 02:00:00"


def test_days_follow_each_other(company: duckdb.DuckDBPyConnection) -> None:
    assert [add_day(company, SAMPLE_SCHEMA) for _ in range(3)] == [DAY, "2026-07-02", "2026-07-03"]
    assert count(company, "opportunities where opportunity_id like 'NEW-%'") == 15


def test_a_refused_day_leaves_nothing_behind(company: duckdb.DuckDBPyConnection) -> None:
    company.execute(f"delete from {SAMPLE_SCHEMA}.opportunities where md5(opportunity_id) > '1'")
    before = company.execute(f"from {SAMPLE_SCHEMA}.opportunities order by all").fetchall()

    with pytest.raises(WarehouseError, match="open deals are too few for a day's work; 48 do"):
        add_day(company, SAMPLE_SCHEMA)

    assert company.execute(f"from {SAMPLE_SCHEMA}.opportunities order by all").fetchall() == before
    assert count(company, "loads where loaded_at like '2026-07-01%'") > 0
