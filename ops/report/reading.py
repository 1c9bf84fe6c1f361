"""Reads what the page shows from a published file, and keeps every number with its key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from ops.warehouse import WarehouseError

TREND_PERIODS = 12
Row = dict[str, Any]


@dataclass(frozen=True)
class Kpi:
    """A KPI of the catalogue."""

    kpi_id: str
    label: str
    definition: str
    formula: str
    unit: str
    direction: str
    funnel_stage: str
    tier: str
    owner: str
    objective: str | None
    anchor: str
    measured: str
    valid_grains: str
    valid_dimensions: str
    interval_method: str
    drill_relation: str | None
    drill_date: str | None
    drill_condition: str | None
    variant: str | None
    model: str
    availability: str
    missing_inputs: str | None

    def has(self, dimension: str) -> bool:
        """Whether the KPI is told by this dimension."""
        return dimension in self.valid_dimensions.split(", ")


@dataclass(frozen=True)
class Value:
    """One row of kpi_values."""

    kpi_id: str
    period_grain: str
    period_start: date
    period_end: date
    dimension: str
    dimension_id: str
    dimension_value: str
    part: str
    part_label: str
    measured_at: date | None
    numerator: float | None
    denominator: float | None
    value: float | None
    sample_size: int | None
    ci_low: float | None
    ci_high: float | None
    open_share: float | None
    value_status: str
    is_complete: bool
    is_small_sample: bool
    prior_value: float | None
    prior_year_value: float | None
    target_value: float | None
    benchmark_value: float | None
    status: str | None


VALUE_COLUMNS = tuple(field.name for field in fields(Value))
KPI_COLUMNS = tuple(field.name for field in fields(Kpi))


@dataclass(frozen=True)
class Scope:
    """Whose numbers the page shows: the whole company, or one member of a dimension."""

    dimension: str = "total"
    dimension_id: str = "all"
    label: str = "Whole company"

    @property
    def is_total(self) -> bool:
        """Whether the page is about the whole company."""
        return self.dimension == "total"


@dataclass(frozen=True)
class Period:
    """The period the page is about."""

    grain: str
    start: date
    end: date
    is_complete: bool = True


class Published:
    """An open published file: its tables and its rows as dictionaries."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.columns: dict[str, list[str]] = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() "
            "where not internal order by schema_name, table_name, column_index"
        ).fetchall():
            self.columns.setdefault(f"{schema}.{table}", []).append(column)

    def has(self, relation: str, *columns: str) -> bool:
        """Whether the file holds the table, as schema.table, with all of the columns."""
        return relation in self.columns and set(columns) <= set(self.columns[relation])

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a query; decimals as floats, so that they can be drawn."""
        cursor = self.connection.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description]
        return [
            dict(zip(names, (plain(cell) for cell in row), strict=True))
            for row in cursor.fetchall()
        ]


def plain(cell: Any) -> Any:
    """A cell as JSON knows it, but for dates."""
    return float(cell) if isinstance(cell, Decimal) else cell


@dataclass(frozen=True)
class Publication:
    """What the file was published from, and when."""

    published_at: datetime
    data_source: str
    load_id: str
    as_of: datetime
    project_version: str
    currency: str
    time_zone: str
    min_n_display: int

    @property
    def source(self) -> str:
        """Which data the numbers are about."""
        return "Sample company" if self.data_source == "sample" else f"Landed load {self.load_id}"


def read_publication(published: Published) -> Publication:
    """Reads what the file is about; WarehouseError where it is no published warehouse."""
    needed = ("quality.publication", "marts.dim_settings", "kpis.kpi_values", "kpis.kpi_catalog")
    for relation in needed:
        if not published.has(relation):
            raise WarehouseError(f"not a published warehouse: it has no {relation}")
    row = published.rows(
        """
        select
            publication.published_at,
            publication.data_source,
            publication.load_id,
            publication.as_of,
            publication.project_version,
            settings.corporate_currency as currency,
            settings.reporting_tz as time_zone,
            settings.min_n_display
        from quality.publication as publication
        cross join marts.dim_settings as settings
        """
    )[0]
    return Publication(**row)


def read_catalogue(published: Published) -> dict[str, Kpi]:
    """Every KPI by its id."""
    rows = published.rows(f"select {', '.join(KPI_COLUMNS)} from kpis.kpi_catalog order by label")
    return {row["kpi_id"]: Kpi(**row) for row in rows}


def newest_period(published: Published) -> Period | None:
    """The newest complete quarter with numbers, else the newest such month, else None."""
    for grain in ("quarter", "month"):
        rows = published.rows(
            """
            select kpi_values.period_start, kpi_values.period_end
            from kpis.kpi_values as kpi_values
            inner join kpis.kpi_catalog as kpi_catalog
                on kpi_values.kpi_id = kpi_catalog.kpi_id
            where kpi_values.period_grain = ?
                and kpi_values.dimension = 'total'
                and kpi_values.is_complete
                and kpi_values.value <> 0
            group by kpi_values.period_start, kpi_values.period_end
            order by
                count(*) filter (where kpi_catalog.tier = 'headline') > 0 desc,
                kpi_values.period_start desc
            limit 1
            """,
            [grain],
        )
        if rows:
            return Period(grain, rows[0]["period_start"], rows[0]["period_end"])
    return None


def find_scope(published: Published, wanted: str | None) -> Scope:
    """The scope that --for names, as in team=TEAM-04; a name that one member has does, too.

    Raises WarehouseError, with the members there are, when nothing or more than one is meant.
    """
    if wanted is None:
        return Scope()
    dimension, equals, name = (part.strip() for part in wanted.partition("="))
    if not equals or not name:
        raise WarehouseError(f"--for {wanted}: write a dimension and a member, as team=TEAM-04")
    members = published.rows(
        "select dimension, dimension_id, max(dimension_value) as dimension_value "
        "from kpis.kpi_values where dimension <> 'total' and dimension = ? "
        "group by all order by dimension_value, dimension_id",
        [dimension],
    )
    if not members:
        (known,) = published.connection.execute(
            "select string_agg(distinct dimension, ', ' order by dimension) "
            "from kpis.kpi_values where dimension <> 'total'"
        ).fetchone()
        raise WarehouseError(f"--for {wanted}: no such dimension; there are {known or 'none'}")
    by_id = [member for member in members if member["dimension_id"] == name]
    by_name = [
        member for member in members if member["dimension_value"].casefold() == name.casefold()
    ]
    for found in (by_id, by_name):
        if len(found) == 1:
            return Scope(dimension, found[0]["dimension_id"], found[0]["dimension_value"])
    listed = tuple(f"{each['dimension_id']}: {each['dimension_value']}" for each in members[:30])
    reason = "several members have this name" if by_name else f"no such {dimension}"
    raise WarehouseError(f"--for {wanted}: {reason}; name one by its id", listed)


class Values:
    """Rows of kpi_values by their key."""

    def __init__(self, rows: Iterable[Value]) -> None:
        self.by_key = {
            (row.kpi_id, row.dimension, row.dimension_id, row.part, row.period_start): row
            for row in rows
        }

    def one(
        self, kpi_id: str, start: date, scope: Scope | None = None, part: str = "all"
    ) -> Value | None:
        """The value of a KPI in the period that starts on the day; None where there is no row."""
        scope = scope or Scope()
        return self.by_key.get((kpi_id, scope.dimension, scope.dimension_id, part, start))

    def trend(self, kpi_id: str, scope: Scope, part: str = "all") -> list[Value]:
        """The KPI's values in the order of time."""
        key = (kpi_id, scope.dimension, scope.dimension_id, part)
        found = [row for each, row in self.by_key.items() if each[:4] == key]
        return sorted(found, key=lambda row: row.period_start)

    def members(self, kpi_id: str, dimension: str, start: date) -> list[Value]:
        """The KPI's value for each member of a dimension, in the order of their names."""
        found = [
            row
            for (kpi, its_dimension, _, part, its_start), row in self.by_key.items()
            if (kpi, its_dimension, part, its_start) == (kpi_id, dimension, "all", start)
        ]
        return sorted(found, key=lambda row: row.dimension_value)


def read_values(
    published: Published, scope: Scope, period: Period, sliced: dict[str, Sequence[str]]
) -> Values:
    """Reads the scope's trend of every KPI, and KPIs by dimension in the period.

    sliced names, for each dimension that is shown member by member, the KPIs that are.
    """
    columns = ", ".join(
        f"cast({name} as double) as {name}" if name == "target_value" else name
        for name in VALUE_COLUMNS
    )
    trend = published.rows(
        f"""
        select {columns} from kpis.kpi_values
        where period_grain = ? and dimension = ? and dimension_id = ?
            and period_start in (
                select period_start from (
                    select distinct period_start from kpis.kpi_values
                    where period_grain = ? and dimension = 'total' and period_start <= ?
                )
                order by period_start desc
                limit {TREND_PERIODS}
            )
        union all
        -- Periods that run or come, for pipeline and quota.
        select {columns} from kpis.kpi_values
        where period_grain = ? and dimension = ? and dimension_id = ? and period_start = ?
        """,
        [
            *(period.grain, scope.dimension, scope.dimension_id, period.grain, period.start),
            *(period.grain, scope.dimension, scope.dimension_id, period.end),
        ],
    )
    rows = [Value(**row) for row in trend]
    for dimension, kpis in sliced.items():
        marks = ", ".join("?" for _ in kpis)
        rows.extend(
            Value(**row)
            for row in published.rows(
                f"""
                select {columns} from kpis.kpi_values
                where period_grain = ? and period_start = ? and dimension = ?
                    and kpi_id in ({marks})
                """,
                [period.grain, period.start, dimension, *kpis],
            )
        )
    return Values(rows)


def people_of(published: Published, scope: Scope, period: Period) -> tuple[set[str], set[str]]:
    """The teams right below a team, and the sellers who were in it in the period, by their ids."""
    if scope.dimension != "team":
        return set(), set()
    teams: set[str] = set()
    if published.has("marts.dim_teams", "team_id", "parent_team_id"):
        rows = published.rows(
            "select team_id from marts.dim_teams where parent_team_id = ?", [scope.dimension_id]
        )
        teams = {row["team_id"] for row in rows}
    sources = (
        (
            "marts.fct_quota_sellers",
            "user_id",
            "team_date",
            "period_grain = ? and period_start = ?",
            [period.grain, period.start],
        ),
        (
            "marts.fct_opportunities",
            "owner_id",
            "closed_date",
            "closed_date >= ? and closed_date < ?",
            [period.start, period.end],
        ),
        (
            "marts.fct_pipeline_snapshots",
            "owner_id",
            "snapshot_date",
            "snapshot_date = ?",
            [period.end],
        ),
    )
    people: set[str] = set()
    for relation, person, day, condition, parameters in sources:
        if published.has(relation, person, "team_id", day):
            rows = published.rows(
                f"""
                select distinct facts.{person} as user_id
                from {relation} as facts
                inner join marts.dim_team_closure as closure
                    on facts.team_id = closure.team_id
                    and facts.{day} >= coalesce(closure.valid_from, facts.{day})
                    and facts.{day} < coalesce(closure.valid_to, date '9999-12-31')
                where closure.ancestor_team_id = ? and facts.{person} <> '-1' and {condition}
                """,
                [scope.dimension_id, *parameters],
            )
            people.update(row["user_id"] for row in rows)
    return teams, people
