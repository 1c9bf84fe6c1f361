"""Starting and stopping the local Spark cluster, as far as no Java is needed for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.spark import cluster as spark_cluster
from ops.spark.cluster import Cluster, Server, app, command_line, commands, down, find_java
from ops.warehouse import WarehouseError


def put_java(folder: Path, version: str) -> Path:
    """A program that says it is this Java."""
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-01' >&2\n")
    java.chmod(0o755)
    return java


def test_java_17_is_found_by_java_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = put_java(tmp_path, "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java() == java


@pytest.mark.parametrize("version", ["1.8.0_402", "21.0.2", "11.0.22"])
def test_another_java_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    put_java(tmp_path, version)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(WarehouseError, match=r"needs Java 17, .* is .*openjdk-17-jre-headless"):
        find_java()


def test_a_missing_java_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(WarehouseError, match=r"finds none; .*openjdk-17-jre-headless"):
        find_java()


def test_every_server_listens_on_this_machine_only() -> None:
    for name, (_, command) in commands(Path("/run"), Path("/spark"), Path("/jar")).items():
        line = " ".join(command)
        assert "--host 127.0.0.1" in line or "bind.host=127.0.0.1" in line, name
        assert "0.0.0.0" not in line


def test_only_the_process_that_was_started_is_stopped(tmp_path: Path) -> None:
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    ours, other = subprocess.Popen(sleeper), subprocess.Popen(sleeper)
    try:
        cluster = Cluster(tmp_path / "spark")
        cluster.run.mkdir()
        cluster.note(
            (
                Server("ours", ours.pid, 1, "time.sleep(60)"),
                # Its id was given to another program since.
                Server("gone", other.pid, 2, "org.apache.spark.deploy.master.Master"),
            )
        )
        assert down(cluster) == 1
        assert ours.wait(10) != 0
        assert other.poll() is None
        assert not cluster.run.exists()
        assert down(cluster) == 0
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


def test_status_of_nothing_says_so_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_cluster, "Cluster", lambda: Cluster(tmp_path))
    shown = CliRunner().invoke(app, ["status"])
    assert shown.exit_code == 1
    assert "down" in shown.output


def test_an_unreadable_list_of_servers_is_named(tmp_path: Path) -> None:
    (tmp_path / "cluster.json").write_text("[{}]")
    with pytest.raises(WarehouseError, match=r"cluster\.json: not a list of servers"):
        Cluster(tmp_path).servers()


def test_a_process_is_known_by_its_command_line() -> None:
    assert "python" in command_line(os.getpid())
    assert command_line(2**22 + 1) == ""
