"""A search among random companies ends with a unit test, and is a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from oracle.planted import PLANTED_ERRORS
from oracle.search import Checker, Disagreement, search
from oracle.warehouse import Project

MOST_COMPANIES = 40


def test_a_disagreement_is_printed_as_a_unit_test_of_its_family(
    project: Project, repository: Path
) -> None:
    """The family that reads the wrong rows is named, with the rows of the company."""
    error = PLANTED_ERRORS[0]
    wrong = Checker.of(project.with_code(error.model, error.code(project)), repository)
    with pytest.raises(Disagreement) as raised:
        search(wrong, MOST_COMPANIES, shrinking_seconds=10)
    message = str(raised.value)
    assert "Raw rows of the company:" in message
    written = message.partition("As a dbt unit test:\n")[2]
    (test,) = yaml.safe_load(f"unit_tests:\n{written}")["unit_tests"]
    assert test["model"] == "kpi_closed_deals"


def test_the_command_searches_on_both_cores(repository: Path) -> None:
    """`python -m oracle` compares the companies it is asked for and says how many were equal."""
    done = subprocess.run(
        [sys.executable, "-m", "oracle", "--companies", "2", "--seed", "1"],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(repository / "tests" / "python")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 companies equal" in done.stdout
