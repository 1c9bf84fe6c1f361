"""Every need that the sources name is answered by something that is built, or says why not."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

FIELDS = ("row", "what", "answer", "reason")


@dataclass(frozen=True)
class Need:
    """A need, the KPIs (by id) and relations (schema.name) that answer it, and why not more do."""

    row: str
    what: str
    answers: tuple[str, ...]
    reason: str


@pytest.fixture(scope="module")
def needs(repository: Path) -> list[Need]:
    """The rows of tests/traceability.csv."""
    with (repository / "tests" / "traceability.csv").open(newline="") as file:
        rows = csv.DictReader(file)
        assert tuple(rows.fieldnames or ()) == FIELDS
        return [
            Need(each["row"], each["what"], tuple(each["answer"].split()), each["reason"])
            for each in rows
        ]


@pytest.fixture(scope="module")
def built(repository: Path, needs: list[Need]) -> dict[str, bool]:
    """Every KPI of the built sample and every relation that a row names, and whether it holds a
    value or a row."""
    named = os.environ.get("SALES_KPI_DATABASE")
    database = Path(named) if named else repository / "warehouse" / "sample.duckdb"
    if not database.is_file():
        pytest.skip(f"{database} is not there; run dbt build, or name one in SALES_KPI_DATABASE")
    with duckdb.connect(str(database), read_only=True) as connection:
        relations = connection.execute(
            """
            select table_schema || '.' || table_name from information_schema.tables
            where table_schema in ('crm', 'marts', 'kpis', 'reports', 'quality')
            """
        ).fetchall()
        if ("kpis.kpi_values",) not in relations:
            pytest.skip(f"{database} has no kpi_values; run dbt build")
        found = dict(
            connection.execute(
                """
                select catalog.kpi_id, count(kpi_values.value) > 0
                from kpis.kpi_catalog as catalog
                left join kpis.kpi_values on catalog.kpi_id = kpi_values.kpi_id
                group by catalog.kpi_id
                """
            ).fetchall()
        )
        named_ones = {answer for need in needs for answer in need.answers}
        for name in sorted(named_ones & {name for (name,) in relations}):
            rows = connection.execute(f"select 1 from {name} limit 1").fetchall()
            found[name] = bool(rows)
    return found


def test_every_row_is_answered_or_says_why_not(needs: list[Need]) -> None:
    """A row names at least one KPI or relation, or a reason."""
    assert [need.row for need in needs if not need.answers and not need.reason] == []
    rows = [need.row for need in needs]
    assert len(rows) == len(set(rows))


def test_every_answer_is_built(needs: list[Need], built: dict[str, bool]) -> None:
    """What a row names exists in the sample."""
    missing = [
        f"{need.row} ({need.what}): {answer}"
        for need in needs
        for answer in need.answers
        if answer not in built
    ]
    assert not missing, "not built: " + "; ".join(missing)


def test_every_answer_has_a_value(needs: list[Need], built: dict[str, bool]) -> None:
    """What a row names holds something in the sample, unless the row says why not."""
    empty = [
        f"{need.row} ({need.what}): {answer}"
        for need in needs
        for answer in need.answers
        if not built.get(answer, True) and not need.reason
    ]
    assert not empty, "without a value: " + "; ".join(empty)


def test_no_row_of_the_specification_is_left_out(repository: Path, needs: list[Need]) -> None:
    """Each row of both tables and each capability of the specification has its row here."""
    specification = repository.parent / "shared" / "spec" / "traceability.md"
    if not specification.is_file():
        pytest.skip(f"the specification is not at {specification}")
    found = re.findall(r"^\| (\d+|CAP-[\d/]+) \|", specification.read_text(), flags=re.MULTILINE)
    assert [need.row for need in needs] == found
