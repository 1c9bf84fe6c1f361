"""A build is repeated when anything that it depends on changed, and only then."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ops.publishing.built import reason_to_build

STARTED = datetime(2025, 1, 2, tzinfo=UTC)
BEFORE = STARTED.timestamp() - 60
AFTER = STARTED.timestamp() + 60


class Built:
    """A project that was built in full, with its files older than the build."""

    def __init__(self, root: Path) -> None:
        self.project = root / "project"
        self.target = root / "target"
        self.database = root / "sample.duckdb"
        self.target.mkdir()
        self.nodes = {"model.a": "success", "test.b": "pass", "unit_test.c": "pass"}
        self.arguments: dict[str, object] = {"which": "build", "select": [], "vars": {}}
        for name in ("models/a.sql", "tests/b.sql", "tests/python/test_c.py", "dbt_project.yml"):
            file = self.project / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        self.database.touch()
        for path in self.project.rglob("*"):
            os.utime(path, (BEFORE, BEFORE))
        os.utime(self.database, (AFTER, AFTER))

    def reason(self) -> str | None:
        """Why it has to be built again."""
        timing = [{"started_at": STARTED.isoformat()}]
        results = [
            {"unique_id": name, "status": status, "timing": timing}
            for name, status in self.nodes.items()
        ]
        (self.target / "run_results.json").write_text(
            json.dumps({"args": self.arguments, "results": results})
        )
        kinds = {"model.a": "model", "test.b": "test"}
        manifest = {
            "nodes": {name: {"resource_type": kind} for name, kind in kinds.items()},
            "unit_tests": {"unit_test.c": {}},
        }
        (self.target / "manifest.json").write_text(json.dumps(manifest))
        return reason_to_build(self.database, self.target, self.project)


@pytest.fixture
def built(tmp_path: Path) -> Built:
    """A finished build."""
    return Built(tmp_path)


def test_a_full_build_of_unchanged_files_holds(built: Built) -> None:
    """Python tests are no part of it."""
    os.utime(built.project / "tests" / "python" / "test_c.py", (AFTER, AFTER))
    assert built.reason() is None


@pytest.mark.parametrize("name", ["models/a.sql", "models", "tests/b.sql", "dbt_project.yml"])
def test_a_changed_file_is_built_again(built: Built, name: str) -> None:
    """A folder changes when a file in it goes."""
    os.utime(built.project / name, (AFTER, AFTER))
    assert built.reason() == f"{built.project / name} changed"


@pytest.mark.parametrize("status", ["fail", "error", "skipped"])
def test_a_failure_is_built_again(built: Built, status: str) -> None:
    """So is what the build did not reach."""
    built.nodes["unit_test.c"] = status
    assert built.reason() == "unit_test.c was not built, or failed"


@pytest.mark.parametrize(
    "arguments",
    [
        {"which": "run"},
        {"which": "build", "select": ["kpi_bookings"]},
        {"which": "build", "vars": {"raw_schema": "raw_crm"}},
    ],
)
def test_a_part_of_a_build_is_none(built: Built, arguments: dict[str, object]) -> None:
    """Neither is a build of landed data."""
    built.arguments = arguments
    assert built.reason() == "the last run of dbt was no full build of the sample"


def test_a_build_of_another_file_is_none(built: Built) -> None:
    """The file is older than the build, or not there."""
    os.utime(built.database, (BEFORE, BEFORE))
    assert built.reason() == "the last build was of another file"
    built.database.unlink()
    assert built.reason() == "the last build was of another file"
    (built.target / "run_results.json").unlink()
    assert reason_to_build(built.database, built.target, built.project) is not None
