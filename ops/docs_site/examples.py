"""Values of a KPI to show on its page, and the queries that give them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ops.report.context import STATUS_WORDS
from ops.report.drill import family_template, fill, rows_template, value_template
from ops.report.formats import period_name, short
from ops.report.reading import VALUE_COLUMNS, Kpi, Publication, Published, Row, Value

MOST_PERIODS = 6
MOST_ROWS = 3
MOST_COLUMNS = 8
GRAINS = ("quarter", "month", "year", "fiscal_quarter", "week", "day")


@dataclass(frozen=True)
class Example:
    """The newest values of a KPI, and the SQL of the newest one and of what it is made of."""

    values: tuple[tuple[str, str, str, str, str], ...]
    value_sql: str
    value_row: Row
    parts_sql: str | None
    rows_sql: str | None
    rows: tuple[Row, ...]


def read_example(published: Published, publication: Publication, kpi: Kpi) -> Example | None:
    """The KPI's newest values of the whole company; None where the file has no value of it."""
    values = newest_values(published, kpi)
    if not values:
        return None
    newest = values[0]
    value_sql = fill(value_template(kpi), newest)
    parts = family_template(kpi, published)
    template = rows_template(kpi, newest.dimension, published)
    rows_sql = fill(template, newest) if template else None
    return Example(
        tuple(value_cells(each, kpi, publication.currency) for each in values),
        value_sql,
        published.rows(value_sql)[0],
        fill(parts, newest) if parts else None,
        rows_sql,
        tuple(first_columns(row) for row in published.rows(f"{rows_sql}\nlimit {MOST_ROWS}"))
        if rows_sql
        else (),
    )


def newest_values(published: Published, kpi: Kpi) -> list[Value]:
    """The newest values at the first grain that has any, those of periods that ended before others;
    one part, the total if there is one.
    """
    columns = ", ".join(
        f"cast({name} as double) as {name}" if name == "target_value" else name
        for name in VALUE_COLUMNS
    )
    for is_complete, grain in product((True, False), GRAINS):
        rows = published.rows(
            f"""
            select {columns} from kpis.kpi_values
            where kpi_id = ? and period_grain = ? and is_complete = ? and value is not null
                and (dimension, dimension_id, part) = (
                    select (dimension, dimension_id, part) from kpis.kpi_values
                    where kpi_id = ? and period_grain = ? and is_complete = ? and value is not null
                    group by dimension, dimension_id, part
                    order by dimension = 'total' desc, count(*) desc, dimension, dimension_id, part
                    limit 1
                )
            order by period_start desc
            limit {MOST_PERIODS}
            """,
            [kpi.kpi_id, grain, is_complete] * 2,
        )
        if rows:
            return [Value(**row) for row in rows]
    return []


def value_cells(value: Value, kpi: Kpi, currency: str) -> tuple[str, str, str, str, str]:
    """A value as a row of the page's table: period, slice, value, interval and remark."""
    period = period_name(value.period_grain, value.period_start, value.period_end)
    where = "whole company" if value.dimension == "total" else value.dimension_value
    if value.part != "all":
        where = f"{where}, {value.part_label}"
    interval = ""
    if value.ci_low is not None and value.ci_high is not None:
        low, high = (short(each, kpi.unit, currency) for each in (value.ci_low, value.ci_high))
        interval = f"{low} to {high}"
    return (
        period,
        where,
        short(value.value, kpi.unit, currency),
        interval,
        STATUS_WORDS.get(value.value_status, ""),
    )


def first_columns(row: Row) -> Row:
    """The first columns of a row, as many as a page has room for."""
    return dict(list(row.items())[:MOST_COLUMNS])
