"""How many unit tests the models have, and how many lines of YAML those take."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

SECTION = "unit_tests:"
TEST = "  - name:"


def count(files: Iterable[Path]) -> tuple[int, int]:
    """The unit tests in YAML files, and the lines of the sections that hold them."""
    tests = lines = 0
    for file in files:
        is_inside = False
        for line in file.read_text().splitlines():
            if line and not line[0].isspace() and not line.startswith(("#", "-")):
                is_inside = line.startswith(SECTION)
            lines += is_inside
            tests += is_inside and line.startswith(TEST)
    return tests, lines


def describe(project: Path) -> str:
    """The counts of a project in words."""
    tests, lines = count(sorted((project / "models").rglob("*.yml")))
    return f"unit tests: {tests:,}, in {lines:,} lines of YAML"
