"""A disagreement as a dbt unit test, ready to be pasted into the family's YAML file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb

from .comparison import Comparison, equal
from .values import Key
from .warehouse import Project

IDLE_MEMBERS = "dim_member_periods"
KEY_COLUMNS = ("period_grain", "period_start", "dimension", "dimension_id")
WIDTH = 96

FamilyRow = dict[str, Any]


def unit_test_of(
    project: Project, connection: duckdb.DuckDBPyConnection, comparison: Comparison
) -> str:
    """The unit test of the first difference that the family model of its KPI shows.

    The model gets the rows that its inputs have in the company, and has to give what the oracle
    expects of the KPI. Where no family model shows a difference, one sentence says so.
    """
    # A family that reads another one shows its errors, too: the one that others read comes first.
    order = {name: position for position, name in enumerate(project.models)}
    known = [each for each in comparison.differences if each.kpi_id in project.kpis]
    for each in sorted(known, key=lambda each: order[project.kpis[each.kpi_id]["model"]]):
        written = _unit_test(project, connection, comparison, each)
        if written:
            return written
    return "No family model shows the difference; it arises where kpi_values brings them together."


def _unit_test(
    project: Project,
    connection: duckdb.DuckDBPyConnection,
    comparison: Comparison,
    key: Key,
) -> str | None:
    kpi = project.kpis[key.kpi_id]
    model = project.models[kpi["model"]]
    given = {
        parent: _rows(connection, project.models[parent].relation, model.code)
        if parent in project.models
        else _rows(connection, project.seeds[parent].relation, model.code)
        for parent in model.parents
    }
    # Without idle members a slice without a record has no row, which is what the oracle says.
    given = {name: [] if name == IDLE_MEMBERS else rows for name, rows in given.items()}
    published = _output(connection, model.code, project, given)
    narrowed = {name: _of_period(rows, key) for name, rows in given.items()}
    output = _output(connection, model.code, project, narrowed)
    if _of_period(output, key) == _of_period(published, key):
        given = narrowed
    else:
        # The model looks at other periods, too.
        output = published
    columns = {
        part: kpi[fact]
        for part, fact in (
            ("numerator", "numerator"),
            ("denominator", "denominator"),
            ("value", "column"),
        )
        if kpi.get(fact) in project.node(model.name)["columns"]
    }
    expected = _expected(output, comparison, key.kpi_id, columns)
    actual = [{name: row[name] for name in (*KEY_COLUMNS, *columns.values())} for row in output]
    if sorted(map(str, expected)) == sorted(map(str, actual)):
        return None
    lines = [
        f"  - name: {model.name}__{key.kpi_id}_of_a_random_company",
        f"    model: {model.name}",
        "    given:",
    ]
    for name, rows in given.items():
        lines.append(f"      - input: ref('{name}')")
        lines += _listed("        rows:", rows, drop_nulls=True)
    lines.append("    expect:")
    lines += _listed("      rows:", expected, drop_nulls=False)
    return "\n".join(lines)


def _rows(connection: duckdb.DuckDBPyConnection, relation: str, code: str) -> list[FamilyRow]:
    """Rows of a relation with the columns that the model names."""
    cursor = connection.execute(f"select * from {relation}")
    names = [column[0] for column in cursor.description]
    words = set(re.findall(r"\w+", code))
    return [
        {name: value for name, value in zip(names, row, strict=True) if name in words}
        for row in cursor.fetchall()
    ]


def _of_period(rows: Iterable[FamilyRow], key: Key) -> list[FamilyRow]:
    """Rows of the period of a difference; rows that have no period are of every one."""
    found = [
        row
        for row in rows
        if not {"period_grain", "period_start"} <= row.keys()
        or (row["period_grain"], row["period_start"]) == (key.grain, key.start)
    ]
    return sorted(found, key=str)


def _output(
    connection: duckdb.DuckDBPyConnection,
    code: str,
    project: Project,
    given: Mapping[str, list[FamilyRow]],
) -> list[FamilyRow]:
    """What the model makes of given rows, which stand in for its inputs."""
    connection.execute("drop schema if exists given cascade; create schema given")
    for name, rows in given.items():
        parent = project.models.get(name) or project.seeds[name]
        schema, _, table = parent.relation.partition(".")
        connection.execute(
            f"create or replace table given.{table} as select * from {parent.relation} limit 0"
        )
        if rows:
            columns = list(rows[0])
            line = f"({', '.join('?' for _ in columns)})"
            connection.execute(
                f"insert into given.{table} ({', '.join(columns)}) "
                f"values {', '.join([line] * len(rows))}",
                [row[column] for row in rows for column in columns],
            )
        code = code.replace(f'"{schema}"."{table}"', f'"given"."{table}"')
    cursor = connection.execute(code)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _expected(
    output: Iterable[FamilyRow],
    comparison: Comparison,
    kpi_id: str,
    columns: Mapping[str, str],
) -> list[FamilyRow]:
    """The rows the model should give: those of the oracle where both sides differ."""
    found: list[FamilyRow] = []
    seen: set[Key] = set()
    periods: set[tuple[str, date]] = set()
    for row in output:
        key = Key(kpi_id, *(row[name] for name in KEY_COLUMNS))
        seen.add(key)
        periods.add((key.grain, key.start))
        if key not in comparison.differences:
            found.append({name: row[name] for name in (*KEY_COLUMNS, *columns.values())})
        elif _has_record(comparison, key):
            found.append(_oracle_row(comparison, key, columns, row))
    for key in comparison.differences:
        if key.kpi_id == kpi_id and key not in seen and (key.grain, key.start) in periods:
            if _has_record(comparison, key):
                found.append(_oracle_row(comparison, key, columns, {}))
    return found


def _has_record(comparison: Comparison, key: Key) -> bool:
    """Whether the oracle counts anything for a slice."""
    expected = comparison.computed.get(key)
    return bool(expected and (expected.numerator or expected.denominator or expected.value))


def _oracle_row(
    comparison: Comparison, key: Key, columns: Mapping[str, str], row: FamilyRow
) -> FamilyRow:
    found: FamilyRow = dict(zip(KEY_COLUMNS, key[1 : 1 + len(KEY_COLUMNS)], strict=True))
    for part, name in columns.items():
        number = getattr(comparison.computed[key], part)
        # The model's own digits, where they are right, fit its column's type.
        found[name] = row[name] if name in row and equal(number, row[name], True) else number
    return found


def _listed(head: str, rows: Iterable[FamilyRow], drop_nulls: bool) -> list[str]:
    rows = list(rows)
    if not rows:
        return [f"{head} []"]
    indent = " " * (len(head) - len(head.lstrip()) + 2)
    lines = [head]
    for row in rows:
        cells = [
            f"{name}: {_literal(value)}"
            for name, value in row.items()
            if not (drop_nulls and value is None)
        ]
        line = f"{indent}- {{"
        for position, cell in enumerate(cells):
            end = "}" if position == len(cells) - 1 else ","
            if len(line) + len(cell) + 2 > WIDTH:
                lines.append(line.rstrip())
                line = f"{indent}   "
            line += cell + end + ("" if end == "}" else " ")
        lines.append(line if cells else f"{indent}- {{}}")
    return lines


def _literal(value: object) -> str:
    """A value as YAML."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        number = Decimal(str(value)).normalize()
        return f"{number:f}"
    if isinstance(value, (date, datetime)):
        return f"'{value}'"
    return "'" + str(value).replace("'", "''") + "'"
