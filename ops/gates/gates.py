"""The two quality gates: is today's data plausible enough to build on, and to publish?

The raw gate reads landed tables, the working gate reads the built file. Both are Great
Expectations suites written anew on every run, the raw ones from the contract in the source YAML,
and both leave Data Docs under warehouse/quality_gates/. Whether the definitions are right is for
the dbt tests; single bad rows are for the models, which set them apart with their reason.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.landing.catalogue import kpis_of_tables
from ops.landing.contract import Contract, ContractError, Table, load_contract
from ops.landing.settings import parameters
from ops.landing.write import HISTORY
from ops.warehouse import (
    LANDED_DATABASE,
    LANDED_SCHEMA,
    QUALITY_GATES,
    SAMPLE_DATABASE,
    WarehouseError,
    first_line,
    literal,
    open_read_only,
    printable,
    progress,
    progress_console,
    quoted,
    stop,
)

# What a raw text must read as, by the contract's data_type; string columns need no check.
RESULTS = "results.json"
"""What came of each check of a gate, beside its Data Docs."""
DATABASE_TYPES = {
    "date": "date",
    "timestamp": "timestamp",
    "decimal": "decimal(18, 4)",
    "integer": "bigint",
    "boolean": "boolean",
    "double": "double",
}

# How to write a value of a type so that it is read.
WAYS_TO_WRITE = {
    "date": "2026-04-01",
    "timestamp": "2026-04-01 10:00:00",
    "decimal": "1234.50",
    "integer": "12",
    "boolean": "true or false",
    "double": "0.25",
}

VALUE_KEY = ("kpi_id", "period_grain", "period_start", "dimension", "dimension_id", "part")
VALUE_STATUSES = (
    "ok",
    "partial_start",
    "not_covered",
    "input_missing",
    "no_denominator",
    "immature",
    "provisional",
    "quota_met",
    "forecast_met",
    "window_180",
    "window_365",
    "dq_blocked",
)
TARGET_STATUSES = ("on_target", "off_target", "running", "no_target")

# The columns the working gate reads; the contracts of the models promise the rest.
WORKING_COLUMNS = {
    ("kpis", "kpi_values"): (
        *VALUE_KEY,
        "value",
        "ci_low",
        "ci_high",
        "value_status",
        "is_complete",
        "status",
    ),
    ("kpis", "kpi_catalog"): (
        "kpi_id",
        "base_kpi_id",
        "unit",
        "interval_method",
        "tier",
        "availability",
        "grain_class",
        "valid_grains",
        "covered_from",
    ),
    ("quality", "row_conservation"): (
        "table_name",
        "raw_rows",
        "accepted_rows",
        "rejected_rows",
        "difference",
    ),
    ("marts", "dim_settings"): ("as_of",),
}

INFINITE_VALUES = """
    with batch as (select * from {batch})
    select
        kpi_id || ' has ' || count(*) || ' rows that are infinite or not a number' as observed
    from batch
    where not (
        isfinite(coalesce(value, 0))
        and isfinite(coalesce(ci_low, 0))
        and isfinite(coalesce(ci_high, 0))
    )
    group by kpi_id
    order by kpi_id
"""

# A Wilson interval is for counts of a subset over its set, so such a ratio is a share; these two
# are shares of money. Other ratios, such as growth or attainment, may leave 0 to 1.
SHARES_OUT_OF_RANGE = """
    with batch as (select * from {batch})
    select
        kpi_values.kpi_id || ' between ' || min(kpi_values.value)
        || ' and ' || max(kpi_values.value) as observed
    from batch as kpi_values
    inner join kpis.kpi_catalog as kpi_catalog on kpi_values.kpi_id = kpi_catalog.kpi_id
    where kpi_catalog.unit = 'ratio'
        and (
            kpi_catalog.interval_method = 'wilson'
            or kpi_catalog.base_kpi_id in ('grr', 'win_rate_value')
        )
        and not kpi_values.value between -1e-9 and 1 + 1e-9
    group by kpi_values.kpi_id
    order by kpi_values.kpi_id
"""

# Quota KPIs have no row where no quota covers exactly the quarter, and no KPI has one before its
# inputs begin.
ABSENT_HEADLINES = """
    with batch as (select * from {batch}),
    newest_quarter as (
        select max(period_start) as period_start
        from kpis.kpi_values
        where period_grain = 'quarter' and dimension = 'total' and is_complete
    )
    select kpi_catalog.kpi_id || ' has none' as observed
    from batch as kpi_catalog
    inner join newest_quarter
        on kpi_catalog.covered_from < newest_quarter.period_start + interval 3 month
    left join kpis.kpi_values as kpi_values
        on kpi_catalog.kpi_id = kpi_values.kpi_id
        and newest_quarter.period_start = kpi_values.period_start
        and kpi_values.period_grain = 'quarter'
        and kpi_values.dimension = 'total'
        and kpi_values.part = 'all'
    where kpi_catalog.tier = 'headline'
        and kpi_catalog.availability = 'available'
        and kpi_catalog.grain_class <> 'quota'
        and list_contains(string_split(kpi_catalog.valid_grains, ', '), 'quarter')
        and kpi_values.kpi_id is null
    order by kpi_catalog.kpi_id
"""

LOST_ROWS = """
    with batch as (select * from {batch})
    select
        table_name || ' with ' || raw_rows || ' raw, ' || accepted_rows || ' accepted, '
        || rejected_rows || ' rejected' as observed
    from batch
    where difference is distinct from 0
    order by table_name
"""


@dataclass(frozen=True)
class Thresholds:
    """Shares of rows, 0 to 1, below which the raw gate stops a load.

    They leave room for single bad rows, which the models reject one by one with their reason:
    a gate that failed on each of them would stop every load of every real CRM.
    """

    filled: float = 0.9
    unique: float = 0.90
    readable: float = 0.95


@dataclass(frozen=True)
class Check:
    """One expectation on a relation: Great Expectations' name and arguments, and words for people.

    An unexpected_rows_expectation is a query over {batch} whose every row is a failure; it gives
    `observed` and, where the check covers several columns, `column_name`. reads_columns makes
    {batch} the list of existing columns, because an absent table cannot be read itself.
    """

    schema: str
    table: str
    column: str | None
    expected: str
    arguments: dict[str, Any]
    expectation: str = "unexpected_rows_expectation"
    reads_columns: bool = False
    is_warning: bool = False
    source: str | None = None
    advice: str | None = None


@dataclass(frozen=True)
class Failure:
    """What a check expected and what was there instead, in which file, and the way out."""

    schema: str
    table: str
    column: str | None
    expected: str
    observed: str
    source: str | None = None
    advice: str | None = None

    def __str__(self) -> str:
        name = ".".join(part for part in (self.schema, self.table, self.column) if part)
        where = f"{self.source} ({name})" if self.source else name
        told = f"{where}: expected {self.expected}, observed {self.observed}"
        return f"{told}; {self.advice}" if self.advice else told


@dataclass(frozen=True)
class GateReport:
    """Outcome of a gate: how many checks ran, what failed, and the start page of its Data Docs."""

    gate: str
    checked: int
    failures: tuple[Failure, ...]
    data_docs: Path
    warnings: tuple[Failure, ...] = ()

    def require(self) -> None:
        """Raises WarehouseError, with one detail per failure, unless the gate passed."""
        if self.failures:
            raise WarehouseError(
                f"{self.gate} gate: {len(self.failures)} of {self.checked} checks failed; "
                f"details in {self.data_docs}",
                tuple(str(failure) for failure in self.failures),
            )


@dataclass
class Session:
    """A Great Expectations context over one DuckDB file, and what it has found so far."""

    gate: str
    context: Any
    source: Any
    checked: int = 0
    failures: list[Failure] = field(default_factory=list)
    warnings: list[Failure] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)


def raw_gate(
    database: Path,
    schema: str = LANDED_SCHEMA,
    thresholds: Thresholds | None = None,
    contract: Contract | None = None,
    docs_folder: Path = QUALITY_GATES,
    *,
    counted: Collection[str] | None = None,
    accept_shrunken: bool = False,
) -> GateReport:
    """Checks landed tables against the contract and against the load that was published last.

    counted names the tables that KPIs are made of; what is wrong with another one is a warning.
    accept_shrunken makes a warning of a table that lost most of its rows. Tables must be there
    before loads can be read, and loads before the tables' content, so a failed stage ends the
    gate. Raises WarehouseError when the file cannot be read.
    """
    contract = contract or load_contract()
    thresholds = thresholds or Thresholds()
    counted = kpis_of_tables() if counted is None else counted
    with open_session("raw", database, docs_folder) as session:
        run(session, "structure", structure_checks(contract, schema))
        if not session.failures:
            run(session, "manifest", manifest_checks(contract, schema))
        if not session.failures:
            delivered = delivered_tables(session, schema)
            run(session, "delivery", delivery_checks(contract, schema, delivered, counted))
            run(
                session, "content", content_checks(contract, schema, delivered, thresholds, counted)
            )
            published = published_row_counts(session, schema)
            shares = shrink_shares(session, schema)
            checks = shrink_checks(schema, delivered, published, shares, counted, accept_shrunken)
            run(session, "volume", checks)
        return finish(session)


def working_gate(
    database: Path, max_age_days: float | None = None, docs_folder: Path = QUALITY_GATES
) -> GateReport:
    """Checks a built working file before it is published.

    max_age_days refuses data whose as_of is older than that; None asks nothing about age.
    Raises WarehouseError when the file cannot be read.
    """
    with open_session("working", database, docs_folder) as session:
        structure = [column_check(*name, columns) for name, columns in WORKING_COLUMNS.items()]
        run(session, "structure", structure)
        if not session.failures:
            run(session, "content", working_checks(max_age_days))
        return finish(session)


def structure_checks(contract: Contract, schema: str) -> list[Check]:
    """Every contract table is there with its columns, all text."""
    return [
        column_check(schema, table.name, table.column_names, data_type="VARCHAR")
        for table in contract.tables.values()
    ]


def column_check(
    schema: str, table: str, columns: Sequence[str], data_type: str | None = None
) -> Check:
    """The table has the columns, all of data_type where one is given."""
    names = ", ".join(f"({literal(column)})" for column in columns)
    of_type = f"and data_type = {literal(data_type)}" if data_type else ""
    kind = "text columns" if data_type else "columns"
    query = f"""
        with batch as (select * from {{batch}}),
        missing as (
            select column_name
            from (values {names}) as needed (column_name)
            where column_name not in (
                select column_name
                from batch
                where schema_name = {literal(schema)}
                    and table_name = {literal(table)}
                    {of_type}
            )
        )
        select
            case
                when count(*) = {len(columns)} then 'none of them'
                else 'no ' || string_agg(column_name, ', ' order by column_name)
            end as observed
        from missing
        having count(*) > 0
    """
    return Check(
        schema,
        table,
        None,
        f"a table with its {len(columns)} {kind}",
        {"unexpected_rows_query": query},
        reads_columns=True,
    )


def manifest_checks(contract: Contract, schema: str) -> Iterator[Check]:
    """The loads table has one readable row per raw table."""
    names = ", ".join(f"({literal(name)})" for name in contract.deliverable)
    coverage = f"""
        with batch as (select * from {{batch}})
        select contract.table_name || ' in ' || count(loads.table_name) || ' rows' as observed
        from (values {names}) as contract (table_name)
        left join batch as loads on contract.table_name = loads.table_name
        group by contract.table_name
        having count(loads.table_name) <> 1
        order by contract.table_name
    """
    yield Check(
        schema, "loads", "table_name", "every raw table once", {"unexpected_rows_query": coverage}
    )
    for column, data_type in (("row_count", "integer"), ("is_delivered", "boolean")):
        unreadable = f"""
            with batch as (select * from {{batch}})
            select coalesce({column}, 'nothing') || ' for ' || table_name as observed
            from batch
            where try_cast({column} as {DATABASE_TYPES[data_type]}) is null
            order by table_name
        """
        yield Check(
            schema,
            "loads",
            column,
            f"a value of type {data_type} in every row",
            {"unexpected_rows_query": unreadable},
        )


@dataclass(frozen=True)
class Delivered:
    """A raw table that a load brought: its rows as landing counted them, and its files."""

    row_count: int
    source: str | None


def fetch(session: Session, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a session's file, which DuckDB opens in one way at a time in one process."""
    from sqlalchemy import text

    with session.source.get_engine().connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def delivered_tables(session: Session, schema: str) -> dict[str, Delivered]:
    """What the load brought, by name of the raw table."""
    rows = fetch(
        session,
        f"select table_name, cast(row_count as bigint), source_files from {quoted(schema)}.loads "
        "where cast(is_delivered as boolean) order by table_name",
    )
    return {name: Delivered(row_count, source) for name, row_count, source in rows}


def published_row_counts(session: Session, schema: str) -> dict[str, int]:
    """Rows of each raw table in the load that was published last; none where none was."""
    is_kept = fetch(
        session,
        "select 1 from duckdb_columns() where database_name = current_database() "
        f"and schema_name = {literal(schema)} and table_name = {literal(HISTORY)} "
        "and column_name = 'published_at'",
    )
    if not is_kept:
        return {}
    history = f"{quoted(schema)}.{HISTORY}"
    return dict(
        fetch(
            session,
            f"select table_name, row_count from {history} "
            f"where published_at = (select max(published_at) from {history})",
        )
    )


def shrink_shares(session: Session, schema: str) -> tuple[float, float]:
    """Shares of the last load's rows below which a load is stopped, and below which it warns."""
    given = dict(fetch(session, f"select parameter, value from {quoted(schema)}.settings"))
    defaults = {name: parameter.value for name, parameter in parameters().items()}
    stop_share, warn_share = (
        float((defaults | given)[name]) for name in ("shrink_stop_share", "shrink_warn_share")
    )
    return stop_share, warn_share


def delivery_checks(
    contract: Contract, schema: str, delivered: dict[str, Delivered], counted: Collection[str]
) -> Iterator[Check]:
    """A table that KPIs are made of has rows, and tables that were not delivered have none."""
    if not any(delivered[name].row_count for name in counted if name in delivered):
        yield Check(
            schema,
            "loads",
            "row_count",
            "rows of a table that a KPI is made of",
            {
                "unexpected_rows_query": "with batch as (select * from {batch}) "
                "select 'none' as observed from batch limit 1"
            },
            advice=f"bring one of {', '.join(sorted(counted))}",
        )
    undelivered = [name for name in contract.deliverable if name not in delivered]
    if undelivered:
        counts = " union all ".join(
            f"select {literal(name)} as table_name, count(*) as row_count "
            f"from {quoted(schema)}.{quoted(name)}"
            for name in undelivered
        )
        query = f"""
            with batch as (select * from {{batch}})
            select counts.row_count || ' in ' || counts.table_name as observed
            from ({counts}) as counts
            inner join batch as loads on counts.table_name = loads.table_name
            where counts.row_count > 0
            order by counts.table_name
        """
        yield Check(
            schema,
            "loads",
            "is_delivered",
            "no rows in tables without a file",
            {"unexpected_rows_query": query},
        )


def content_checks(
    contract: Contract,
    schema: str,
    delivered: dict[str, Delivered],
    thresholds: Thresholds,
    counted: Collection[str],
) -> Iterator[Check]:
    """Every delivered table holds plausible rows; only what a KPI is made of stops a load."""
    for name, table in delivered.items():
        for check in table_checks(contract.tables[name], schema, table, thresholds):
            yield replace(check, is_warning=check.is_warning or name not in counted)


def shrink_checks(
    schema: str,
    delivered: dict[str, Delivered],
    published: dict[str, int],
    shares: tuple[float, float],
    counted: Collection[str],
    accept_shrunken: bool,
) -> Iterator[Check]:
    """No table has far fewer rows than in the load that was published last."""
    stop_share, warn_share = shares
    for name, before in published.items():
        now = delivered[name].row_count if name in delivered else 0
        is_stopped = now < stop_share * before and name in counted and not accept_shrunken
        if now >= warn_share * before and not is_stopped:
            continue
        yield Check(
            schema,
            name,
            None,
            f"about the {before:,} rows that were published last",
            {
                "unexpected_rows_query": "with batch as (select count(*) from {batch}) "
                f"select {literal(f'{now:,}')} as observed from batch"
            },
            is_warning=not is_stopped,
            source=delivered[name].source if name in delivered else None,
            advice="fetch the extract again, or let it pass once with --accept-shrunken "
            "(make refresh ... ACCEPT_SHRUNKEN=yes)"
            if is_stopped
            else None,
        )


def table_checks(
    table: Table, schema: str, delivered: Delivered, thresholds: Thresholds
) -> Iterator[Check]:
    """A delivered table has the rows that were counted, keys of its own, values of their types."""
    yield Check(
        schema,
        table.name,
        None,
        f"the {delivered.row_count} rows that landing counted",
        {"value": delivered.row_count},
        "expect_table_row_count_to_equal",
    )
    for column in table.required_columns:
        yield filled_check(table, column, schema, delivered, thresholds.filled)
    yield key_check(table, schema, delivered, thresholds.unique)
    if any(column.data_type in DATABASE_TYPES for column in table.columns):
        yield type_check(table, schema, delivered, thresholds.readable)


def filled_check(
    table: Table, column: str, schema: str, delivered: Delivered, filled_share: float
) -> Check:
    """Most rows have a value in a required column."""
    name = quoted(column)
    query = f"""
        with batch as (select * from {{batch}}),
        counted as (
            select
                count(*) as row_count,
                count(*) filter (where {name} is null) as empty_count,
                min(cast(_row_number as bigint)) filter (where {name} is null) as first_row
            from batch
        )
        select
            empty_count || ' of ' || row_count || ' rows without, such as row ' || first_row
                as observed
        from counted
        where empty_count > (1 - {filled_share}) * row_count
    """
    return Check(
        schema,
        table.name,
        column,
        f"a value in at least {filled_share:.0%} of rows",
        {"unexpected_rows_query": query},
        source=delivered.source,
        advice=f"fill it in at the source, or take it from another column in {table.name}.sql of a "
        "mapping folder",
    )


def row_check(schema: str, table: str) -> Check:
    """The table is not empty."""
    return Check(
        schema,
        table,
        None,
        "at least one row",
        {"min_value": 1},
        "expect_table_row_count_to_be_between",
    )


def key_check(table: Table, schema: str, delivered: Delivered, unique_share: float) -> Check:
    """Most copies of a key can be told apart; rows whose whole key is empty are not looked at.

    The contract lets some keys be empty, such as the event ids of a field history. Copies that
    updated_at tells apart are an ordinary history of a record, and a log may repeat its events.
    """
    key = ", ".join(quoted(column) for column in table.key)
    empty = " and ".join(f"{quoted(column)} is null" for column in table.key)
    is_dated = "updated_at" in table.column_names
    versions = "count(distinct coalesce(updated_at, ''))" if is_dated else "1"
    query = f"""
        with batch as (select * from {{batch}}),
        landed_keys as (
            select
                concat_ws(' ', {key}) as shown,
                count(*) as copies,
                {versions} as versions,
                min(cast(_row_number as bigint)) as first_row,
                max(cast(_row_number as bigint)) as last_row
            from batch
            where not ({empty})
            group by {key}
        )
        select
            count(*) || ' keys in ' || sum(copies) || ' rows, such as '
            || left(arg_max(shown, copies), 60) || ' in ' || max(copies) || ' rows, '
            || arg_max(first_row, copies) || ' to ' || arg_max(last_row, copies) as observed
        from landed_keys
        having sum(versions) < {unique_share} * sum(copies)
    """
    told = " and ".join(table.key)
    return Check(
        schema,
        table.name,
        "+".join(table.key),
        f"a key of its own for at least {unique_share:.0%} of rows",
        {"unexpected_rows_query": query},
        is_warning=is_log(table),
        source=delivered.source,
        advice=f"check which columns of the file are {told}"
        + (", or bring updated_at: the newest copy counts" if is_dated else ""),
    )


def is_log(table: Table) -> bool:
    """Whether the table says what happened when, so that an event may stand in it twice."""
    return table.name.endswith("_history") or any(
        table.column(column).data_type == "timestamp" for column in table.key
    )


def type_check(table: Table, schema: str, delivered: Delivered, readable_share: float) -> Check:
    """Most values of each typed column read as its type, in one pass over the table."""
    typed = [column for column in table.columns if column.data_type in DATABASE_TYPES]
    counts = []
    columns = []
    row = "cast(_row_number as bigint)"
    for index, column in enumerate(typed):
        name = quoted(column.name)
        unreadable = (
            f"{name} is not null and try_cast({name} as {DATABASE_TYPES[column.data_type]}) is null"
        )
        counts.append(
            f"count({name}) as filled_{index}, "
            f"count(*) filter (where {unreadable}) as unreadable_{index}, "
            f"arg_min({name}, {row}) filter (where {unreadable}) as example_{index}, "
            f"min({row}) filter (where {unreadable}) as row_{index}"
        )
        columns.append(
            f"select {literal(column.name)} as column_name, "
            f"{literal(column.data_type)} as data_type, filled_{index} as filled, "
            f"unreadable_{index} as unreadable, example_{index} as example, "
            f"row_{index} as first_row, {literal(WAYS_TO_WRITE[column.data_type])} as way "
            "from counted"
        )
    query = f"""
        with batch as (select * from {{batch}}),
        counted as materialized (
            select {", ".join(counts)}
            from batch
        )
        select
            column_name,
            unreadable || ' of ' || filled || ' that are no ' || data_type
            || ', such as ' || left(example, 40) || ' in row ' || first_row
            || '; such a value is written as ' || way as observed
        from ({" union all ".join(columns)}) as typed_columns
        where unreadable > (1 - {readable_share}) * filled
        order by column_name
    """
    return Check(
        schema,
        table.name,
        None,
        f"at least {readable_share:.0%} of values to be of the column's type",
        {"unexpected_rows_query": query},
        source=delivered.source,
        advice=f"convert them at the source or in {table.name}.sql of a mapping folder",
    )


def working_checks(max_age_days: float | None) -> Iterator[Check]:
    """KPI values are complete, keyed, finite and in range, and no row was lost on the way."""
    for table, key in (("kpi_values", VALUE_KEY), ("kpi_catalog", ("kpi_id",))):
        yield row_check("kpis", table)
        yield unique_key_check("kpis", table, key)
    for column in (*VALUE_KEY, "value_status", "is_complete"):
        yield Check(
            "kpis",
            "kpi_values",
            column,
            "a value in every row",
            {"column": column},
            "expect_column_values_to_not_be_null",
        )
    for column, allowed in (("value_status", VALUE_STATUSES), ("status", TARGET_STATUSES)):
        yield Check(
            "kpis",
            "kpi_values",
            column,
            f"one of {', '.join(allowed)}",
            {"column": column, "value_set": list(allowed)},
            "expect_column_values_to_be_in_set",
        )
    for table, column, expected, query in (
        ("kpis.kpi_values", None, "finite numbers", INFINITE_VALUES),
        ("kpis.kpi_values", "value", "0 to 1 for a share of a whole", SHARES_OUT_OF_RANGE),
        (
            "kpis.kpi_catalog",
            "kpi_id",
            "a total of every headline KPI in the newest complete quarter",
            ABSENT_HEADLINES,
        ),
        ("quality.row_conservation", "difference", "no row lost or added", LOST_ROWS),
    ):
        yield Check(*table.split("."), column, expected, {"unexpected_rows_query": query})
    if max_age_days is not None:
        yield age_check(max_age_days)


def unique_key_check(schema: str, table: str, key: Sequence[str]) -> Check:
    """Every row has a key of its own."""
    columns = ", ".join(key)
    query = f"""
        with batch as (select * from {{batch}}),
        repeated as (
            select {columns}, count(*) as copies
            from batch
            group by {columns}
            having count(*) > 1
        )
        select
            count(*) || ' repeated keys, such as ' || min(concat_ws(' ', {columns})) as observed
        from repeated
        having count(*) > 0
    """
    return Check(
        schema,
        table,
        "+".join(key),
        "a key of its own for every row",
        {"unexpected_rows_query": query},
    )


def age_check(max_age_days: float) -> Check:
    """The data is at most max_age_days old; the clock is read here and in no model."""
    oldest = datetime.now(UTC) - timedelta(days=max_age_days)
    query = f"""
        with batch as (select * from {{batch}})
        select coalesce('as_of ' || as_of, 'no as_of') as observed
        from batch
        where as_of is null or as_of < timestamp '{oldest:%Y-%m-%d %H:%M:%S}'
    """
    return Check(
        "marts",
        "dim_settings",
        "as_of",
        f"data at most {max_age_days:g} days old",
        {"unexpected_rows_query": query},
    )


@contextmanager
def open_session(gate: str, database: Path, docs_folder: Path) -> Iterator[Session]:
    """Opens a new Great Expectations context for the gate and closes its connections again.

    Suites are generated, so the folder of the gate's last run is replaced.
    """
    with open_read_only(database):
        pass
    # Read by Great Expectations as it is imported, which takes seconds: hence not at the top.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    try:
        with progress_console.status("loading Great Expectations"):
            import great_expectations
            from great_expectations.data_context.types.base import ProgressBarsConfig
            from sqlalchemy import URL
    except ModuleNotFoundError as error:
        raise WarehouseError(
            "the gates need the packages of requirements-gates.txt; make refresh installs them"
        ) from error

    folder = docs_folder / gate
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    # Suites come from the contract, so only the Data Docs of a run are worth keeping as files.
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    context.update_data_docs_site("local_site", docs_site(folder.resolve()))
    url = URL.create("duckdb", database=str(database.resolve()), query={"access_mode": "read_only"})
    source = context.data_sources.add_sql(
        "warehouse",
        connection_string=url.render_as_string(),
        create_temp_table=False,
        # Without these two a rollback discards DuckDB's result before it is fetched.
        kwargs={"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True},
    )
    try:
        yield Session(gate, context, source)
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def docs_site(folder: Path) -> dict[str, Any]:
    """Great Expectations' settings for Data Docs in a folder."""
    return {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder),
        },
    }


def run(session: Session, stage: str, checks: Iterable[Check]) -> None:
    """Runs the checks of a stage, one suite per relation, and notes in the session what failed."""
    suites: dict[str, list[Check]] = {}
    for check in checks:
        relation = "columns" if check.reads_columns else check.table
        suites.setdefault(f"{stage} {relation}", []).append(check)
    for name, suite in progress(suites.items(), f"{session.gate} gate: {stage}"):
        outcomes = validate(session, name, suite)
        session.checked += len(outcomes)
        for outcome in outcomes:
            check = suite[outcome.expectation_config.meta["number"]]
            failures = [] if outcome.success else read_failures(check, outcome)
            (session.warnings if check.is_warning else session.failures).extend(failures)
            session.results.append(result_of(check, stage, failures))


def result_of(check: Check, stage: str, failures: Sequence[Failure]) -> dict[str, Any]:
    """A check and what came of it, as the documentation shows it."""
    outcome = ("warning" if check.is_warning else "failed") if failures else "passed"
    return {
        "stage": stage,
        "relation": f"{check.schema}.{check.table}",
        "column": check.column,
        "expected": check.expected,
        "outcome": outcome,
        "found": [str(failure) for failure in failures],
    }


def validate(session: Session, name: str, suite: Sequence[Check]) -> list[Any]:
    """Runs one suite over its relation; gives one Great Expectations result per check."""
    from great_expectations import ExpectationSuite, ValidationDefinition
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    if suite[0].reads_columns:
        query = "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        asset = session.source.add_query_asset(name, query=query)
    else:
        asset = session.source.add_table_asset(
            name, table_name=suite[0].table, schema_name=suite[0].schema
        )
    expectations = [
        ExpectationConfiguration(
            type=check.expectation,
            kwargs=check.arguments,
            meta={"number": number},
            description=describe(check),
        ).to_domain_obj()
        for number, check in enumerate(suite)
    ]
    definition = session.context.validation_definitions.add(
        ValidationDefinition(
            name=name,
            data=asset.add_batch_definition_whole_table("whole table"),
            suite=session.context.suites.add(
                ExpectationSuite(name=name, expectations=expectations)
            ),
        )
    )
    outcomes = definition.run(result_format="COMPLETE").results
    return sorted(outcomes, key=lambda outcome: outcome.expectation_config.meta["number"])


def describe(check: Check) -> str:
    """The check in words, for Data Docs, whose templates read a dollar sign as a variable."""
    return f"{check.column or check.table}: {check.expected}".replace("$", "$$")


def read_failures(check: Check, outcome: Any) -> list[Failure]:
    """The failures that a Great Expectations result stands for, at least one."""
    result = outcome.result
    if rows := result.get("details", {}).get("unexpected_rows"):
        return [
            Failure(
                check.schema,
                check.table,
                row.get("column_name", check.column),
                check.expected,
                str(row["observed"]),
                check.source,
                check.advice,
            )
            for row in rows
        ]
    return [
        Failure(
            check.schema,
            check.table,
            check.column,
            check.expected,
            observed(outcome),
            check.source,
            check.advice,
        )
    ]


def observed(outcome: Any) -> str:
    """What a built-in expectation saw, in words."""
    result = outcome.result
    if "unexpected_count" in result:
        seen = f"{result['unexpected_count']:,} of {result['element_count']:,} rows without"
        examples = {str(value) for value in result["partial_unexpected_list"] if value is not None}
        return f"{seen}, such as {', '.join(sorted(examples)[:3])}" if examples else seen
    if result.get("observed_value") is not None:
        return f"{result['observed_value']:,}"
    return f"that it could not be checked: {exception_message(outcome.exception_info)}"


def exception_message(information: dict[str, Any]) -> str:
    """The first message in Great Expectations' report of what it could not compute."""
    if message := information.get("exception_message"):
        return first_line(message)
    for value in information.values():
        if isinstance(value, dict):
            return exception_message(value)
    return "no reason given"


def finish(session: Session) -> GateReport:
    """Writes the Data Docs of the run, its results as a file beside them, and sums it up."""
    with progress_console.status("writing Data Docs"):
        (start_page,) = session.context.build_data_docs().values()
    folder = Path(start_page.removeprefix("file://")).parent
    (folder / RESULTS).write_text(json.dumps(session.results, indent=1) + "\n")
    return GateReport(
        session.gate,
        session.checked,
        tuple(session.failures),
        Path(start_page.removeprefix("file://")),
        tuple(session.warnings),
    )


app = typer.Typer(help=__doc__, add_completion=False, no_args_is_help=True)
Share = Annotated[float, typer.Option(min=0, max=1)]


@app.command()
def raw(
    database: Annotated[Path, typer.Option(help="Landed file.")] = LANDED_DATABASE,
    schema: Annotated[str, typer.Option(help="Schema of the raw tables.")] = LANDED_SCHEMA,
    filled: Share = Thresholds.filled,
    unique: Share = Thresholds.unique,
    readable: Share = Thresholds.readable,
) -> None:
    """Check landed tables against the raw contract."""
    try:
        report(raw_gate(database, schema, Thresholds(filled, unique, readable)))
    except ContractError as error:
        stop(WarehouseError(str(error)))
    except WarehouseError as error:
        stop(error)


@app.command()
def working(
    database: Annotated[Path, typer.Option(help="Built file.")] = SAMPLE_DATABASE,
    max_age_days: Annotated[
        float | None, typer.Option(min=0, help="Refuse data older than this; off by default.")
    ] = None,
) -> None:
    """Check a built file before it is published."""
    try:
        report(working_gate(database, max_age_days))
    except WarehouseError as error:
        stop(error)


def print_warnings(outcome: GateReport) -> None:
    """Prints what a gate found odd without stopping for it."""
    for warning in outcome.warnings:
        print(printable(f"warning: {warning}"), file=sys.stderr)


def report(outcome: GateReport) -> None:
    """Prints a passed gate in one line; raises WarehouseError when it failed."""
    print_warnings(outcome)
    outcome.require()
    print(f"{outcome.gate} gate: {outcome.checked} checks passed; Data Docs: {outcome.data_docs}")
