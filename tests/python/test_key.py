"""The generic test of a model's key finds what it is to find, and nothing else."""

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
    text = (repository / "tests" / "generic" / "key.sql").read_text()
    body = re.sub(r"\{% (test|endtest)[^%]*%\}", "", text)
    relation = f"(values {rows}) as deals (deal_id, part, amount)"
    columns = {"columns": ["deal_id", "part"], "filled": ["amount"]}
    sql = Environment(autoescape=False).from_string(body).render(model=relation, **columns)
    assert len(duckdb.sql(sql).fetchall()) == found
