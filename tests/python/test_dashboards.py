"""The source of the dashboards, beside a published sample, without Superset."""

from __future__ import annotations

import copy
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from report_pages import published_sample

from ops.dashboards.lint import lint, metrics_of
from ops.dashboards.server import SECRETS, Server, process_id, read_secrets
from ops.dashboards.source import Source, bundle, queries_of, read_source
from ops.dashboards.timing import sql_of
from ops.warehouse import WarehouseError


@pytest.fixture(scope="module")
def published(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    file = published_sample(repository, tmp_path_factory.mktemp("published"))
    with duckdb.connect(file, read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source()


def test_the_source_is_sound(source: Source, published: duckdb.DuckDBPyConnection) -> None:
    assert lint(source, published) == []


def test_every_query_of_a_chart_gives_rows_as_it_is_timed(
    source: Source, published: duckdb.DuckDBPyConnection
) -> None:
    asked = 0
    for chart in source.charts.values():
        for query in queries_of(chart):
            sql = sql_of(source.datasets[chart["dataset_uuid"]], query)
            assert published.sql(sql).fetchall(), chart["slice_name"]
            asked += 1
    assert asked >= len(source.charts)


def metric(expression: str) -> Callable[[dict[str, Any]], None]:
    """An error: every metric of a chart is this expression."""

    def plant(chart: dict[str, Any]) -> None:
        context = json.loads(chart["query_context"])
        for told in (*metrics_of(chart["params"]), *context["queries"][0]["metrics"]):
            told["sqlExpression"] = expression
        chart["query_context"] = json.dumps(context)

    return plant


def setting(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """An error: a chart has this setting."""
    return lambda chart: chart["params"].update({name: value})


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (metric("avg(value)"), "neither a value as it stands nor a sum"),
        (metric("sum(value)"), "adds up a column of type DOUBLE"),
        (metric("sum(numerator) / sum(denominator)"), "neither a value as it stands nor a sum"),
        (metric("max(value)"), "group by the full key"),
        (metric("arg_max_null(worth, recency)"), "the dataset has no such column"),
        (setting("show_totals", True), "show_totals totals what it shows"),
        (setting("rowTotals", True), "rowTotals totals what it shows"),
        (setting("y_axis_format", ".3~s"), "tells ratio as .3~s"),
        (setting("adhoc_filters", []), "the filters of params and of query_context differ"),
        (lambda chart: chart.update(uuid="1"), "its uuid is not the one of its name"),
        (lambda chart: chart.update(dataset_uuid="1"), "its dataset is not in the source"),
        (lambda chart: chart.update(viz_type="pivot_table_v2"), "pivot tables total by default"),
    ],
)
def test_an_error_in_a_chart_is_found(
    source: Source,
    published: duckdb.DuckDBPyConnection,
    plant: Callable[[dict[str, Any]], None],
    finding: str,
) -> None:
    path = "charts/card_win_rate.yaml"
    chart = copy.deepcopy(source.files[path])
    plant(chart)
    found = lint(Source({**source.files, path: chart}), published)
    assert any(path in line and finding in line for line in found), found


def test_a_dashboard_without_as_of_time_or_definitions_is_found(
    source: Source, published: duckdb.DuckDBPyConnection
) -> None:
    path = "dashboards/executive.yaml"
    dashboard = copy.deepcopy(source.files[path])
    for part in list(dashboard["position"]):
        if part in ("CHART-data_as_of", "CHART-executive_definitions"):
            del dashboard["position"][part]
    found = lint(Source({**source.files, path: dashboard}), published)
    assert f"{path}: does not say up to when its data are known" in found
    assert f"{path}: does not link to definitions" in found


def test_the_bundle_holds_the_source_with_the_published_files_own_path(
    source: Source, tmp_path: Path
) -> None:
    from zipfile import ZipFile

    packed = tmp_path / "dashboards.zip"
    packed.write_bytes(bundle(source, tmp_path / "sales_kpis.duckdb"))
    with ZipFile(packed) as archive:
        names = {name.removeprefix("dashboards/") for name in archive.namelist()}
        database = yaml.safe_load(archive.read("dashboards/databases/sales_kpis.yaml"))
    assert names == set(source.files)
    assert database["sqlalchemy_uri"] == f"duckdb:///{tmp_path / 'sales_kpis.duckdb'}"
    assert database["extra"]["engine_params"]["connect_args"]["read_only"] is True


def test_secrets_are_random_and_read_by_their_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
    first, second = Server(tmp_path / "first"), Server(tmp_path / "second")
    first.run.mkdir()
    second.run.mkdir()
    made = read_secrets(first)
    assert read_secrets(first) == made
    assert all(made[name] != value for name, value in read_secrets(second).items())
    assert stat.S_IMODE(first.login.stat().st_mode) == 0o600
    monkeypatch.setenv("SUPERSET_ADMIN_PASSWORD", "of the environment")
    assert read_secrets(first)["SUPERSET_ADMIN_PASSWORD"] == "of the environment"
    assert "of the environment" not in first.login.read_text()


def test_another_process_with_the_same_id_is_not_taken_for_the_server(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert process_id(server) is None
    server.state.write_text('{"pid": 1, "port": 8088}')
    assert process_id(server) is None
    server.state.write_text("no list")
    with pytest.raises(WarehouseError, match="does not say which process runs"):
        process_id(server)
