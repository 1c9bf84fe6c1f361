"""Finds what the source of the dashboards may not hold; each finding is a sentence.

The rule that matters most: a ratio is never totalled here. A chart shows one published value as it
stands (arg_max_null by recency, or the greatest of a single row); what it adds up are counts and
amounts, never a column of type DOUBLE, and no chart asks Superset for totals.
"""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from ops.dashboards.source import File, Source, charts_of, queries_of
from ops.warehouse import first_line, literal, quoted

DASHBOARDS = (
    "activity",
    "competitive",
    "customer",
    "data_quality",
    "executive",
    "forecast",
    "manager",
    "pipeline",
    "rep",
)
AS_OF_CHART = "data_as_of"
KPI_DATASETS = ("kpi_values", "kpi_members", "kpi_parts")
COLOUR_SCHEME = "okabe_ito"
TOTALS = (
    "show_totals",
    "rowTotals",
    "colTotals",
    "rowSubTotals",
    "colSubTotals",
    "showTooltipTotal",
)
"""Settings of charts by which Superset totals what it shows."""

LATEST = re.compile(r"arg_max_null\((\w+), recency\)")
GREATEST = re.compile(r"max\((\w+)\)")
ADDED = re.compile(r"(?:sum\((\w+)\)|count\(\*\))")
ADDABLE = re.compile(r"(TINY|SMALL|BIG|HUGE|U\w+)?INT(EGER)?|DECIMAL\(.*\)")
COMPARED = {"==": "=", "!=": "<>", ">": ">", ">=": ">="}


def stable_uuid(path: str) -> str:
    """The uuid of a file of the source, as charts/win_rate.yaml: made of its kind and name."""
    kind, name = path.removesuffix(".yaml").split("/")[:: len(path.split("/")) - 1]
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sales_kpis/{kind}/{name}"))


def lint(source: Source, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Everything that is wrong in the source, beside the published file it shows."""
    return [*lint_structure(source), *Checked(source, connection).findings()]


def lint_structure(source: Source) -> Iterator[str]:
    """What is wrong without looking at the data."""
    names: Counter[tuple[str, str]] = Counter()
    for path, file in source.files.items():
        if "/" not in path:
            continue
        if file["uuid"] != stable_uuid(path):
            yield f"{path}: its uuid is not the one of its name, {stable_uuid(path)}"
        kind = path.split("/")[0]
        title = file.get("slice_name") or file.get("dashboard_title") or file.get("table_name")
        names[(kind, str(title))] += 1
    yield from (f"{kind}: two are named {title}" for (kind, title), n in names.items() if n > 1)
    databases = {file["uuid"] for file in source.folder("databases").values()}
    for path, file in source.folder("datasets").items():
        if file["database_uuid"] not in databases:
            yield f"{path}: its database is not in the source"
    for path, file in source.folder("charts").items():
        if file["dataset_uuid"] not in source.datasets:
            yield f"{path}: its dataset is not in the source"
        yield from (f"{path}: {finding}" for finding in lint_chart(file))
    used = {uuid for file in source.dashboards.values() for uuid in charts_of(file)}
    for path, file in source.folder("charts").items():
        if file["uuid"] not in used:
            yield f"{path}: no dashboard shows it"
    if sorted(source.dashboards) != list(DASHBOARDS):
        yield f"dashboards: expected {', '.join(DASHBOARDS)}"
    for slug, file in source.dashboards.items():
        yield from (
            f"dashboards/{slug}.yaml: {finding}" for finding in lint_dashboard(source, file)
        )


def lint_chart(chart: File) -> Iterator[str]:
    """What is wrong with a chart itself."""
    params = chart["params"]
    if chart["viz_type"] != params["viz_type"]:
        yield "viz_type and that of params differ"
    if chart["viz_type"].startswith("pivot"):
        yield "pivot tables total by default; use a table or a heat map"
    yield from (f"{name} totals what it shows" for name in TOTALS if params.get(name))
    if params.get("color_scheme", COLOUR_SCHEME) != COLOUR_SCHEME:
        yield f"its colours are not those of {COLOUR_SCHEME}"
    asked = queries_of(chart)
    for query, suffix in zip(asked, ("", "_b"), strict=False):
        if query.get("metrics", []) != metrics_of(params, suffix):
            yield "the metrics of params and of query_context differ"
        wanted = [filter_of(item) for item in params.get(f"adhoc_filters{suffix}", [])]
        if query["filters"] != wanted:
            yield "the filters of params and of query_context differ"


def lint_dashboard(source: Source, dashboard: File) -> Iterator[str]:
    """What is wrong with a dashboard: its references, its as-of time, its definitions, filters."""
    charts = charts_of(dashboard)
    yield from (
        f"chart {uuid} is not in the source" for uuid in charts if uuid not in source.charts
    )
    if stable_uuid(f"charts/{AS_OF_CHART}.yaml") not in charts:
        yield "does not say up to when its data are known"
    if stable_uuid(f"charts/{dashboard['slug']}_definitions.yaml") not in charts:
        yield "does not link to definitions"
    metadata = dashboard["metadata"]
    if metadata["color_scheme"] != COLOUR_SCHEME:
        yield f"its colours are not those of {COLOUR_SCHEME}"
    for chosen in metadata["native_filter_configuration"]:
        if chosen["controlValues"].get("multiSelect"):
            yield f"filter {chosen['name']} takes several values, which no published row holds"
        for target in filter(None, chosen["targets"]):
            dataset = source.datasets.get(target["datasetUuid"])
            if dataset is None or target["column"]["name"] not in columns_of(dataset):
                yield f"filter {chosen['name']} asks for a column that is not there"
    defined = kpis_asked(source.charts[stable_uuid(f"charts/{dashboard['slug']}_definitions.yaml")])
    shown = {
        kpi for uuid in charts if uuid in source.charts for kpi in kpis_asked(source.charts[uuid])
    }
    if missing := sorted(shown - set(defined)):
        yield f"shows {', '.join(missing)} without a definition"


def columns_of(dataset: File) -> dict[str, str]:
    """The columns that a dataset declares, with their types."""
    return {column["column_name"]: column["type"] for column in dataset["columns"]}


def metrics_of(params: File, suffix: str = "") -> list[File]:
    """The metrics of a chart."""
    one = params.get("metric")
    return [one] if one else list(params.get(f"metrics{suffix}", []))


def filter_of(item: File) -> File:
    """A filter of params as query_context writes it."""
    told = {"col": item["subject"], "op": item["operator"]}
    return told if item["operator"] == "IS NOT NULL" else {**told, "val": item["comparator"]}


def kpis_asked(chart: File) -> list[str]:
    """The KPIs that a chart filters for."""
    found: list[str] = []
    for query in queries_of(chart):
        for item in query["filters"]:
            if item["col"] == "kpi_id":
                found += item["val"] if isinstance(item["val"], list) else [item["val"]]
    return found


@dataclass
class Checked:
    """The source beside a published file."""

    source: Source
    connection: duckdb.DuckDBPyConnection

    @cached_property
    def units(self) -> dict[str, str]:
        """The unit of each KPI."""
        return dict(self.connection.sql("select kpi_id, unit from kpis.kpi_catalog").fetchall())

    def findings(self) -> Iterator[str]:
        """What is wrong beside the data."""
        sound = set()
        for path, dataset in self.source.folder("datasets").items():
            finding = self.dataset(dataset)
            if finding:
                yield f"{path}: {finding}"
            else:
                sound.add(dataset["uuid"])
        for path, chart in self.source.folder("charts").items():
            if chart["dataset_uuid"] in sound:
                yield from (f"{path}: {finding}" for finding in self.chart(chart))

    def dataset(self, dataset: File) -> str | None:
        """What is wrong with a dataset: it does not run, or its columns are not those declared."""
        try:
            relation = self.connection.sql(dataset["sql"])
        except duckdb.Error as error:
            return first_line(error)
        there = dict(zip(relation.columns, map(str, relation.types), strict=True))
        if there != columns_of(dataset):
            return f"declares other columns than it has: {there}"
        return None

    def chart(self, chart: File) -> Iterator[str]:
        """What is wrong with a chart: its columns, what it adds up, its formats, its rows."""
        dataset = self.source.datasets[chart["dataset_uuid"]]
        columns = columns_of(dataset)
        kpis = kpis_asked(chart)
        if unknown := sorted(set(kpis) - set(self.units)):
            yield f"asks for KPIs that the catalogue does not hold: {', '.join(unknown)}"
        yield from self.formats(chart, dataset, kpis)
        for query in queries_of(chart):
            used = [*query["columns"], *(item["col"] for item in query["filters"])]
            if missing := sorted(set(used) - set(columns)):
                yield f"uses columns that its dataset does not have: {', '.join(missing)}"
                continue
            yield from (
                finding
                for metric in query.get("metrics", [])
                for finding in measure(metric, columns)
            )
            try:
                yield from self.rows(dataset, query)
            except duckdb.Error as error:
                yield first_line(error)

    def formats(self, chart: File, dataset: File, kpis: list[str]) -> Iterator[str]:
        """A ratio is told in per cent, and nothing else is; one axis has one unit."""
        told = chart["params"].get("y_axis_format")
        if dataset["table_name"] not in KPI_DATASETS or not kpis or told is None:
            return
        units = {self.units.get(kpi) for kpi in kpis}
        if len(units) > 1:
            yield f"draws several units on one axis: {', '.join(sorted(map(str, units)))}"
        if (units == {"ratio"}) != told.endswith("%"):
            yield f"tells {', '.join(map(str, units))} as {told}"

    def rows(self, dataset: File, query: File) -> Iterator[str]:
        """Whether a query has rows, and whether what it does not add up is one value a group."""
        source = f"({dataset['sql'].rstrip().rstrip(';')}) as rows_of_chart"
        where = " and ".join(filter(None, map(condition, query["filters"]))) or "true"
        key = [quoted(column) for column in query["columns"]]
        told = [metric["sqlExpression"] for metric in query.get("metrics", [])]
        if not told:
            count = f"select count(*) from {source} where {where}"
            if not self.connection.sql(count).fetchone()[0]:
                yield "has no rows"
            return
        one_value = [text for text in told if not ADDED.fullmatch(text)]
        order = "recency" if any(map(LATEST.fullmatch, one_value)) else "true"
        counted = f"select {', '.join([*key, 'count(*) as n', f'{order} as place'])} from {source}"
        most = f"""
            select max(n) from (
                {counted} where {where} group by {", ".join([*key, "place"])}
                qualify place = max(place) over ({f"partition by {', '.join(key)}" if key else ""})
            )
        """
        rows = self.connection.sql(most).fetchone()[0]
        if not rows:
            yield "has no rows"
        elif rows > 1 and one_value:
            yield f"shows one of {rows} rows of {', '.join(key)}; group by the full key"


def measure(metric: Any, columns: dict[str, str]) -> Iterator[str]:
    """What is wrong with a metric: it must show a value as it stands, or add up what adds up."""
    if not isinstance(metric, dict) or metric.get("expressionType") != "SQL":
        yield f"metric {json.dumps(metric)} does not spell out its SQL"
        return
    expression = metric["sqlExpression"]
    shown = LATEST.fullmatch(expression) or GREATEST.fullmatch(expression)
    added = ADDED.fullmatch(expression)
    if not shown and not added:
        yield f"{expression}: neither a value as it stands nor a sum"
        return
    column = (shown or added)[1]
    if column is not None and column not in columns:
        yield f"{expression}: the dataset has no such column"
    elif added and column is not None and not ADDABLE.fullmatch(columns[column]):
        yield f"{expression}: adds up a column of type {columns[column]}, as ratios are"


def condition(item: File) -> str | None:
    """A filter as SQL; None for one that filters nothing yet."""
    column, operator, value = quoted(item["col"]), item["op"], item.get("val")
    if operator == "TEMPORAL_RANGE":
        return None
    if operator == "IS NOT NULL":
        return f"{column} is not null"
    if operator in ("IN", "NOT IN"):
        return f"{column} {operator.lower()} ({', '.join(map(constant, value))})"
    return f"{column} {COMPARED[operator]} {constant(value)}"


def constant(value: Any) -> str:
    """A value of a filter as SQL."""
    if isinstance(value, bool) or not isinstance(value, str):
        return str(value).lower()
    return literal(value)
