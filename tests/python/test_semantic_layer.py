"""The semantic layer: every metric is its KPI, and every KPI a metric or said to be none.

What MetricFlow answers is compared with kpi_values on the built sample: by month, quarter and year
for the whole company, and by month for every slice that the metric has. Where kpi_values holds a
value, the metric holds the same to 1e-9 of it; no row of a metric is a value of 0, since MetricFlow
knows no periods without records. Where kpi_values holds none for want of a denominator, the metric
holds none. The other values it withholds (the data begin later, an input is missing, the period is
not over) are no values to compare with: a metric tells what its records say.
"""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.semantic import write
from ops.semantic.events import read_balance, read_event
from ops.warehouse import WarehouseError

SEMANTIC = write.SEMANTIC
GRAINS = ("month", "quarter", "year")
WITHHELD = ("input_missing", "not_covered", "provisional")

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Metric:
    """A metric of a KPI, with the event, slices and parts of its records."""

    name: str
    kpi_id: str
    event: str
    slices: tuple[str, ...]
    parts: tuple[str, ...]


@pytest.fixture(scope="module")
def database(repository: Path) -> Path:
    """The built sample."""
    named = os.environ.get("SALES_KPI_DATABASE")
    file = Path(named) if named else repository / "warehouse" / "sample.duckdb"
    if not file.is_file():
        pytest.skip(f"{file} is not there; run dbt build, or name one in SALES_KPI_DATABASE")
    return file.resolve()


@pytest.fixture(scope="module")
def parsed(repository: Path, database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the semantic layer that dbt has read, over the built sample.

    mf reads what dbt wrote in the folder itself, so the copy keeps the user's folder as it is.
    """
    folder = tmp_path_factory.mktemp("copied") / "semantic"
    shutil.copytree(SEMANTIC, folder, ignore=shutil.ignore_patterns("target", "logs"))
    (folder.parent / "models").symlink_to(repository / "models")
    run = run_in(folder, database, "dbt.cli.main", "parse")
    assert run.returncode == 0, run.stdout
    return folder


def run_in(
    folder: Path, database: Path, module: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Runs dbt's or MetricFlow's command line in a folder."""
    return subprocess.run(
        [sys.executable, "-c", f"from {module} import cli; cli()", *arguments],
        cwd=folder,
        env={**os.environ, "SALES_KPI_PUBLISHED": str(database), "DBT_PROFILES_DIR": str(folder)},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def semantics(parsed: Path) -> dict[str, Any]:
    """What MetricFlow reads: semantic models and metrics."""
    return json.loads((parsed / "target" / "semantic_manifest.json").read_text())


@pytest.fixture(scope="module")
def metrics(semantics: dict[str, Any]) -> list[Metric]:
    """The metrics that are KPIs."""
    models = {model["name"]: model for model in semantics["semantic_models"]}
    by_name = {metric["name"]: metric for metric in semantics["metrics"]}

    def event_of(metric: dict[str, Any]) -> str:
        parameters = metric["type_params"]
        for part in (parameters["numerator"], *parameters["metrics"]):
            if part:
                return event_of(by_name[part["name"]])
        return parameters["metric_aggregation_params"]["semantic_model"]

    found = []
    for metric in by_name.values():
        if kpi_id := metric["config"]["meta"].get("kpi_id"):
            model = models[event_of(metric)]
            slices = tuple(entity["name"] for entity in model["entities"])
            parts = tuple(
                each["name"] for each in model["dimensions"] if each["type"] == "categorical"
            )
            found.append(Metric(metric["name"], kpi_id, model["name"], slices, parts))
    return found


@pytest.fixture(scope="module")
def ask(parsed: Path, database: Path) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Runs the SQL that MetricFlow writes for metrics and what they are grouped by."""
    from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
    from metricflow_semantics.model.dbt_manifest_parser import (
        parse_manifest_from_dbt_generated_manifest,
    )
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    class Client:
        """What MetricFlow has to know of an engine to write SQL for it."""

        sql_engine_type = SqlEngine.DUCKDB
        sql_plan_renderer = DuckDbSqlPlanRenderer()

    manifest = parse_manifest_from_dbt_generated_manifest(
        (parsed / "target" / "semantic_manifest.json").read_text()
    )
    engine = MetricFlowEngine(SemanticManifestLookup(manifest), Client())
    with duckdb.connect(str(database), read_only=True) as connection:

        def run(names: list[str], by: list[str]) -> list[tuple[Any, ...]]:
            request = MetricFlowQueryRequest.create(metric_names=names, group_by_names=by)
            answer = connection.execute(engine.explain(request).sql_statement.sql)
            columns = [column[0] for column in answer.description]
            order = [columns.index(name) for name in (*by, *names)]
            return [tuple(row[place] for place in order) for row in answer.fetchall()]

        yield run


def events_of(metrics: list[Metric]) -> list[list[Metric]]:
    """The metrics of each event."""
    grouped: dict[str, list[Metric]] = {}
    for metric in metrics:
        grouped.setdefault(metric.event, []).append(metric)
    return list(grouped.values())


def answers(
    ask: Callable[..., list[tuple[Any, ...]]], metrics: list[Metric], grain: str, slice_: str
) -> dict[Key, float]:
    """The values of metrics of one event, by KPI, period, member and part."""
    first = metrics[0]
    by = [f"metric_time__{grain}"]
    by += {"total": [], "team": ["team__ancestor_team_id"]}.get(slice_, [slice_])
    by += [f"{first.event}__{part}" for part in first.parts]
    found = {}
    for row in ask([metric.name for metric in metrics], by):
        keys, values = row[: len(by)], row[len(by) :]
        part = keys[-1] if first.parts else "all"
        member = "all" if slice_ == "total" else ("-1" if keys[1] is None else keys[1])
        for metric, value in zip(metrics, values, strict=True):
            if value is not None:
                found[metric.kpi_id, keys[0].date(), member, part] = float(value)
    return found


def test_every_metric_is_its_kpi(
    metrics: list[Metric],
    ask: Callable[..., list[tuple[Any, ...]]],
    database: Path,
    summary: Callable[[str], None],
) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """
            select kpi_id, period_grain, dimension, period_start, dimension_id, part, value,
                value_status
            from kpis.kpi_values
            where period_grain in ('month', 'quarter', 'year')
            """
        ).fetchall()
    published: dict[tuple[str, str], dict[Key, tuple[float | None, str]]] = {}
    for kpi_id, grain, dimension, start, member, part, value, status in rows:
        published.setdefault((grain, dimension), {})[kpi_id, start, member, part] = (value, status)

    compared: Counter[str] = Counter()
    wrong = []
    for event in events_of(metrics):
        ids = {metric.kpi_id for metric in event}
        asked = [(grain, "total") for grain in GRAINS]
        asked += [("month", each) for each in event[0].slices]
        for grain, slice_ in asked:
            known = {
                key: value
                for key, value in published.get((grain, slice_), {}).items()
                if key[0] in ids
            }
            found = answers(ask, event, grain, slice_)
            for key, (value, status) in known.items():
                if value is None and status in WITHHELD:
                    continue
                answer = found.get(key)
                expected = value if answer is not None or value != 0 else None
                if expected is None or answer is None:
                    right = expected is None and answer is None
                else:
                    right = math.isclose(answer, expected, rel_tol=1e-9, abs_tol=1e-9)
                compared[key[0]] += value is not None
                if not right:
                    wrong.append((grain, slice_, *key, status, value, answer))
            for key in sorted(found.keys() - known.keys(), key=str):
                if any(each[0] == key[0] for each in known):
                    wrong.append((grain, slice_, *key, "no row", None, found[key]))
    assert wrong == []
    assert {metric.kpi_id for metric in metrics} == set(compared)
    summary(f"semantic layer: {len(compared)} KPIs, {sum(compared.values()):,} values compared")


def test_mf_query_answers(parsed: Path, database: Path, tmp_path: Path) -> None:
    """The command of the README, as a user runs it."""
    pytest.importorskip("dbt_metricflow", reason="dbt-metricflow is not installed: run make test")
    answer = tmp_path / "answer.csv"
    query = ("--metrics", "win_rate", "--group-by", "metric_time__year", "--csv", str(answer))
    run = run_in(parsed, database, "dbt_metricflow.cli.main", "query", *query)
    assert run.returncode == 0, run.stdout + run.stderr
    with duckdb.connect(str(database), read_only=True) as connection:
        expected = connection.execute(
            """
            select year(period_start), value from kpis.kpi_values
            where kpi_id = 'win_rate' and period_grain = 'year' and dimension = 'total'
                and value is not null
            """
        ).fetchall()
    with answer.open() as file:
        told = [(int(year[:4]), float(value)) for year, value in list(csv.reader(file))[1:]]
    assert sorted(told) == sorted((year, pytest.approx(value)) for year, value in expected)


def test_every_kpi_is_a_metric_or_says_why_not(metrics: list[Metric], database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        ids = {
            kpi for (kpi,) in connection.execute("select kpi_id from kpis.kpi_catalog").fetchall()
        }
    reasons = write.read_choices().reasons
    expressed = {metric.kpi_id for metric in metrics}
    assert len(metrics) == len(expressed)
    assert expressed | set(reasons) == ids
    assert expressed & set(reasons) == set()


def test_metrics_sum_the_columns_that_the_catalogue_names(semantics: dict[str, Any]) -> None:
    """Read from what dbt understood of either side, not from the writer of the metrics."""
    by_name = {metric["name"]: metric for metric in semantics["metrics"]}
    sums = {
        kpi_column.split(".")[1]: column for kpi_column, column in write.read_choices().sums.items()
    }
    named = {kpi.id: kpi for family in write.read_nodes().values() for kpi in write.kpis_of(family)}

    def column_of(name: str) -> str:
        parameters = by_name[name]["type_params"]
        assert parameters["metric_aggregation_params"]["agg"] == "sum"
        return parameters["expr"]

    for metric in by_name.values():
        kpi = named.get(metric["config"]["meta"].get("kpi_id"))
        parameters = metric["type_params"]
        if kpi is None or kpi.method not in write.SUMMED:
            continue
        if metric["type"] == "simple":
            summed = [column_of(metric["name"]), None]
        elif metric["type"] == "ratio":
            summed = [column_of(parameters[part]["name"]) for part in ("numerator", "denominator")]
        else:
            summed = [column_of(part["name"]) for part in parameters["metrics"]]
        assert summed == [
            sums.get(column, column) for column in (kpi.numerator, kpi.denominator)
        ], metric["name"]


def test_metrics_are_those_of_the_catalogue() -> None:
    """What stands in semantic/models is what the catalogue of today makes of it."""
    written = write.files()
    folder = SEMANTIC / "models"
    found = {
        str(file.relative_to(folder)): file.read_text()
        for file in folder.glob("*/*")
        if file.parent.name != "dimensions"
    }
    assert found == written, "run python -m ops semantic"


@pytest.mark.parametrize(
    "sql",
    [
        "select 1",
        "{{ measured('of_its_own', date='day', attributes=[]) }}",
        "{{ measured(ref('deals'), date='day', attributes=[], is_by_period=true) }}",
        "{{ measured(ref('deals'), date='a', attributes=[]) }}"
        "{{ measured(ref('leads'), date='b', attributes=[]) }}",
    ],
)
def test_what_is_not_one_plain_event_is_none(sql: str) -> None:
    assert read_event(sql) is None


def test_an_event_is_read_as_its_macro_is_called() -> None:
    event = read_event(
        """
        {%- set money = ['worth'] -%}
        with x as ({{ measured(
            ref('deals'), date='day', attributes=deal_slices() + ['campaign'], amounts=money,
            parts=['stage_name'], medians={'middle': 'worth', 'high': ('worth', 0.9)},
        ) }}), y as (select {{ days_between('a', 'b') }}, {{ dbt.type_string() }})
        """
    )
    assert event is not None
    assert (event.model, event.date, event.parts) == ("deals", "day", ("stage_name",))
    assert event.slices["rep"] == "owner_id" and event.slices["campaign"] == "campaign_id"
    assert event.percentiles == {"middle": ("worth", 0.5), "high": ("worth", 0.9)}


def test_balances_are_read_from_the_call_that_slices_a_model() -> None:
    event = read_balance(
        "{{ sliced('days', keys=['day'], attributes=['rep']) }}"
        "{{ sliced(ref('deals'), keys=['taken_on'], team_date='x', attributes=['region']) }}"
    )
    assert (event.model, event.date, event.slices) == ("deals", "taken_on", {"region": "region_id"})
    assert event.is_balance


def test_a_kpi_without_metric_and_reason_is_named() -> None:
    """The writer refuses a catalogue that holds a KPI it can neither write nor explain."""
    choices = write.read_choices()
    kept = {kpi: reason for kpi, reason in choices.reasons.items() if kpi != "nps"}
    with pytest.raises(WarehouseError, match="no metrics: nps$"):
        write.gather(write.read_nodes(), replace(choices, reasons=kept))
    with pytest.raises(WarehouseError, match="no such KPI: win_rat$"):
        write.gather(
            write.read_nodes(), replace(choices, reasons={**choices.reasons, "win_rat": "typo"})
        )
