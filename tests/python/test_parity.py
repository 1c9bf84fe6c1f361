"""The proof that both engines agree, as far as no Java is needed for it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ops.spark import cluster as spark_cluster
from ops.spark import parity
from ops.spark.cluster import Cluster, Server
from ops.spark.comparison import Comparison
from ops.spark.parity import app, report, running_cluster, worker_lost
from ops.spark.sql import Endpoint
from ops.warehouse import WarehouseError


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    """A cluster of one worker that only sleeps."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    cluster = Cluster(tmp_path)
    cluster.note((Server("worker_1", process.pid, 0, "time.sleep(60)"),))
    yield cluster
    process.kill()
    process.wait()


def is_alive(cluster: Cluster) -> bool:
    return cluster.servers()[0].is_running


def test_a_worker_is_killed_while_the_build_runs(cluster: Cluster) -> None:
    with worker_lost(cluster, 0.05):
        time.sleep(0.5)
    assert not is_alive(cluster)


def test_a_build_that_ends_too_early_proves_nothing(cluster: Cluster) -> None:
    with (
        pytest.raises(WarehouseError, match="worker_1 was not killed while the build ran"),
        worker_lost(cluster, 60),
    ):
        pass
    assert is_alive(cluster)


def test_a_failed_build_is_not_hidden_by_the_worker(cluster: Cluster) -> None:
    with pytest.raises(ValueError, match="node failed"), worker_lost(cluster, 60):
        raise ValueError("node failed")
    assert is_alive(cluster)


def test_a_cluster_of_its_own_is_the_one_that_is_built_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALES_KPI_SPARK_HOST", "production.example")
    monkeypatch.setenv("SALES_KPI_SPARK_AUTH", "LDAP")
    monkeypatch.setenv("DBT_ENV_SECRET_SPARK_PASSWORD", "hidden")
    monkeypatch.setattr(spark_cluster, "up", lambda cluster, progress: ())
    monkeypatch.setattr(spark_cluster, "down", lambda cluster: 0)

    with pytest.raises(ValueError, match="node failed"), running_cluster():
        assert Endpoint.of_environment() == Endpoint()
        assert "DBT_ENV_SECRET_SPARK_PASSWORD" not in os.environ
        raise ValueError("node failed")

    assert Endpoint.of_environment().host == "production.example"


def test_the_report_names_each_relation_and_what_differs() -> None:
    console = Console(width=120, record=True)
    report(
        [
            Comparison("kpis.kpi_nps", 6_227, 0, ()),
            Comparison("marts.dim_dates", 1_461, 2, ("only on Spark: {'date_day': 2026-01-01}",)),
        ],
        {"kpi_nps": 0.25, "dim_dates": 0.1},
        {"kpi_nps": 7.14},
        console,
    )
    lines = [line.split() for line in console.export_text().splitlines()]
    assert lines[0] == ["relation", "rows", "mismatches", "DuckDB", "s", "Spark", "s"]
    assert lines[1] == ["kpis.kpi_nps", "6,227", "0", "0.2", "7.1"]
    assert lines[2] == ["marts.dim_dates", "1,461", "2", "0.1", "0.0"]
    assert " ".join(lines[3]) == "marts.dim_dates: only on Spark: {'date_day': 2026-01-01}"


def invoke(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *arguments: str) -> object:
    monkeypatch.setattr(parity, "RUN", tmp_path / "parity")
    return CliRunner().invoke(app, list(arguments))


def test_a_missing_file_is_said_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = invoke(monkeypatch, tmp_path, "--landed", str(tmp_path / "absent.duckdb"))
    assert result.exit_code == 1
    assert result.stderr.endswith("absent.duckdb: the file does not exist; land raw files first\n")


def test_any_mismatch_fails_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "landed.duckdb").write_bytes(b"")
    monkeypatch.setattr(parity, "prove", lambda *arguments, **options: 3)
    arguments = ("--running", "--landed", str(tmp_path / "landed.duckdb"))

    result = invoke(monkeypatch, tmp_path, *arguments)

    assert result.exit_code == 1
    assert result.stderr == "3 rows differ between DuckDB and Spark\n"


def test_a_stopped_proof_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupt(*arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(parity, "prove_sample", interrupt)
    result = invoke(monkeypatch, tmp_path)
    assert result.exit_code == 1
    assert result.stderr == "stopped; nothing is proven\n"


def test_a_running_cluster_is_for_landed_data_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = invoke(monkeypatch, tmp_path, "--running")
    assert result.exit_code == 2
    assert "the sample needs a cluster of its own" in result.stderr


def test_agreement_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "landed.duckdb").write_bytes(b"")
    monkeypatch.setattr(parity, "prove", lambda *arguments, **options: 0)
    arguments = ("--running", "--landed", str(tmp_path / "landed.duckdb"))

    result = invoke(monkeypatch, tmp_path, *arguments)

    assert result.exit_code == 0
    assert result.stdout == "DuckDB and Spark agree on every row\n"
