"""The generic tests of keys and filled columns find what they are to find, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("(1, 'a', 5), (1, 'b', 6)", 0),
        ("(1, 'a', 5), (1, 'a', 6)", 1),
        ("(null, 'a', 5), (1, 'b', 6)", 1),
        ("(1, null, 5), (1, null, 6)", 1),
        ("(1, 'a', null), (2, 'b', 6)", 1),
    ],
)
def test_a_key_is_unique_and_filled(repository: Path, rows: str, found: int) -> None:
    assert (
        failures(repository, "key", rows, columns=["deal_id", "part"], filled=["amount"]) == found
    )


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("(1, 'a', 5), (1, 'a', null)", 0),
        ("(null, 'a', 5), (1, 'b', 6)", 1),
        ("(1, null, 5), (1, null, 6)", 2),
    ],
)
def test_columns_are_filled(repository: Path, rows: str, found: int) -> None:
    assert failures(repository, "filled", rows, columns=["deal_id", "part"]) == found


def failures(repository: Path, test: str, rows: str, **arguments: list[str]) -> int:
    """The number of rows that a generic test finds wrong among these rows."""
    text = (repository / "tests" / "generic" / f"{test}.sql").read_text()
    body = re.sub(r"\{% (test|endtest)[^%]*%\}", "", text)
    relation = f"(values {rows}) as deals (deal_id, part, amount)"
    sql = Environment(autoescape=False).from_string(body).render(model=relation, **arguments)
    return len(duckdb.sql(sql).fetchall())
