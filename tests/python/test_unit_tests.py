"""The count of unit tests and their lines."""

from __future__ import annotations

from pathlib import Path

from ops.mutation.unit_tests import count, describe

PROPERTIES = """version: 2

models:
  - name: deals

unit_tests:
  - name: won_deals_count
    model: deals
    given:
      - input: ref('raw')
        rows: [{id: 1}]

  - name: lost_deals_do_not
    model: deals

exposures:
  - name: report
"""


def test_tests_and_the_lines_of_their_section_are_counted(tmp_path: Path) -> None:
    file = tmp_path / "deals.yml"
    file.write_text(PROPERTIES)
    assert count([file]) == (2, 10)


def test_the_project_says_how_many_it_has(repository: Path) -> None:
    assert describe(repository).startswith("unit tests: ")
