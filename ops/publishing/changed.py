"""Keeps in the published file what it says otherwise than the file before it.

The whole company's values by month, quarter and year are compared, each with its parts, so that the
report can tell which numbers moved since people last looked, and why.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from ops.warehouse import WarehouseError, open_read_only

KEY = ("kpi_id", "period_grain", "period_start", "dimension", "part")
COMPARED = """
select kpi_id, period_grain, period_start, part, value, numerator, denominator, is_complete
from kpis.kpi_values
where dimension = 'total' and period_grain in ('month', 'quarter', 'year')
"""


class Before(NamedTuple):
    """The file before: when it was published, what it was known until, and its values."""

    published_at: datetime
    as_of: datetime
    values: list[tuple[Any, ...]]


def read_before(published: Path, data_source: str) -> Before | None:
    """What a published file says; None without one, or when it is of other data."""
    if not published.is_file():
        return None
    try:
        with open_read_only(published) as connection:
            row = connection.execute(
                "select published_at, as_of from quality.publication where data_source = ?",
                [data_source],
            ).fetchone()
            if row is None:
                return None
            return Before(row[0], row[1], connection.execute(COMPARED).fetchall())
    except (WarehouseError, duckdb.Error):
        return None


def holds_values(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the open file has kpi_values with all that is compared."""
    (found,) = connection.execute(
        "select count(*) from duckdb_columns() where database_name = current_database() "
        "and schema_name = 'kpis' and table_name = 'kpi_values' "
        "and list_contains(?, column_name)",
        [[*KEY, "period_end", "part_label", "value", "numerator", "denominator", "is_complete"]],
    ).fetchone()
    return found == len(KEY) + 6


def write_changes(connection: duckdb.DuckDBPyConnection, before: Before | None) -> None:
    """Writes quality.changed_values: each value that both files hold and that is another now.

    What is new, such as the values of a period that has just begun, is no change.
    """
    connection.execute(
        "create temp table before (kpi_id varchar, period_grain varchar, period_start date, "
        "part varchar, value double, numerator double, denominator double, is_complete boolean)"
    )
    if before is not None and before.values:
        columns = [list(column) for column in zip(*before.values, strict=True)]
        connection.execute(
            "insert into before select "
            + ", ".join(f"unnest(${place})" for place in range(1, len(columns) + 1)),
            columns,
        )
    moments = (before.published_at, before.as_of) if before else (None, None)
    connection.execute(
        """
        create table quality.changed_values as
        select
            now.kpi_id,
            now.period_grain,
            now.period_start,
            now.period_end,
            now.part,
            now.part_label,
            before.value as value_before,
            now.value,
            before.numerator as numerator_before,
            now.numerator,
            before.denominator as denominator_before,
            now.denominator,
            before.is_complete as was_complete,
            cast($1 as timestamp) as published_before_at,
            cast($2 as timestamp) as as_of_before
        from kpis.kpi_values as now
        inner join before
            on now.kpi_id = before.kpi_id
            and now.period_grain = before.period_grain
            and now.period_start = before.period_start
            and now.part = before.part
        where now.dimension = 'total'
            and (
                (now.value is null) <> (before.value is null)
                or abs(now.value - before.value)
                > 1e-9 * greatest(abs(now.value), abs(before.value))
            )
        order by now.kpi_id, now.period_grain, now.period_start, now.part
        """,
        list(moments),
    )
    connection.execute("drop table before")
    connection.execute(
        """
        comment on table quality.changed_values is
        'One row per value of the whole company that the publication before told otherwise.'
        """
    )
