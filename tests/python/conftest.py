"""Fixtures that all tests of the operations share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from oracle.warehouse import Project, compile_project

SUMMARY = "summary"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data(repository: Path) -> Path:
    """The folder of public data sets, named by SALES_KPI_SHARED_DATA or beside the repository."""
    beside = repository.parent / "shared" / "data"
    folder = Path(os.environ.get("SALES_KPI_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not at {folder}; name them in SALES_KPI_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The models as dbt compiles them, once per run."""
    return compile_project(repository, tmp_path_factory.mktemp("compiled"))


@pytest.fixture
def summary(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Adds a line to what pytest says at the end, also when it is told to be quiet."""

    def add(line: str) -> None:
        record_property(SUMMARY, line)

    return add


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the lines that tests added, in whatever process they ran."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) != "call":
                continue
            for name, line in report.user_properties:
                if name == SUMMARY:
                    terminalreporter.write_line(line)
