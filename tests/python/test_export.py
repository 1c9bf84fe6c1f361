"""The export holds what the published file holds, in files that other tools read."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import openpyxl
import pytest

from ops.publishing.export import DEFINITIONS, VALUES, _letter, export
from ops.warehouse import WarehouseError


def columns_of(query: str) -> list[str]:
    """The columns between the first select of a query and its from."""
    return [name.strip() for name in query.split("\nfrom", 1)[0].replace("select", "").split(",")]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "sales_kpis.duckdb"
    types = {"period_start": "date", "value": "double", "is_complete": "boolean"}
    with duckdb.connect(path) as connection:
        for schema in ("kpis", "marts", "quality"):
            connection.execute(f"create schema {schema}")
        columns = ", ".join(f"{name} varchar" for name in columns_of(DEFINITIONS))
        connection.execute(f"create table kpis.kpi_catalog ({columns})")
        connection.execute(
            "insert into kpis.kpi_catalog (kpi_id, label, model) values "
            "('win_rate', '=1+1', 'kpis.kpi_closed_deals')"
        )
        columns = ", ".join(f"{name} {types.get(name, 'varchar')}" for name in columns_of(VALUES))
        connection.execute(f"create table kpis.kpi_values ({columns})")
        connection.execute(
            "insert into kpis.kpi_values "
            "(kpi_id, period_grain, period_start, dimension, dimension_value, value, is_complete) "
            "values ('win_rate', 'month', '2026-01-01', 'total', '@all', 0.25, true), "
            "('win_rate', 'month', '2026-01-01', 'team', 'North', 0.5, true), "
            "('win_rate', 'quarter', '2026-01-01', 'team', 'North', null, false), "
            "('win_rate', 'day', '2026-01-01', 'total', 'all', 0.1, true)"
        )
        connection.execute("create table quality.publication as select 'sample' as data_source")
        connection.execute('create table marts."fct_deals" as select 1 as deal, 2.5 as amount')
    return path


def rows_of(workbook: Path, sheet: str) -> list[dict[str, object]]:
    book = openpyxl.load_workbook(workbook)
    header, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_every_table_is_a_parquet_file(published: Path, tmp_path: Path) -> None:
    export(published, tmp_path / "export")
    files = {path.relative_to(tmp_path / "export").as_posix() for path in tmp_path.rglob("*.par*")}
    assert files == {
        "kpis/kpi_catalog.parquet",
        "kpis/kpi_values.parquet",
        "marts/fct_deals.parquet",
        "quality/publication.parquet",
    }
    deals = tmp_path / "export" / "marts" / "fct_deals.parquet"
    assert duckdb.sql(f"from '{deals}'").fetchall() == [(1, 2.5)]


def test_the_semantic_model_stands_beside_the_workbook(published: Path, tmp_path: Path) -> None:
    export(published, tmp_path / "export")
    written = json.loads((tmp_path / "export" / "sales_kpis.ossie.json").read_text())
    (win_rate,) = (
        metric for metric in written["semantic_model"][0]["metrics"] if metric["name"] == "win_rate"
    )
    assert win_rate["ai_context"]["synonyms"] == ["=1+1"]


def test_a_sheet_holds_totals_and_the_slices_of_quarters(published: Path, tmp_path: Path) -> None:
    workbook = export(published, tmp_path / "export")
    rows = rows_of(workbook, "closed_deals")
    assert [(row["period_grain"], row["dimension"], row["value"]) for row in rows] == [
        ("month", "total", 0.25),
        ("quarter", "team", None),
    ]
    assert rows[0]["is_complete"] is True
    assert rows[0]["period_start"].date().isoformat() == "2026-01-01"  # type: ignore[attr-defined]


def test_text_is_no_formula(published: Path, tmp_path: Path) -> None:
    workbook = export(published, tmp_path / "export")
    book = openpyxl.load_workbook(workbook)
    cells = {cell.value: cell.data_type for row in book["definitions"].rows for cell in row}
    assert cells["=1+1"] == "s"
    cells = {cell.value: cell.data_type for row in book["closed_deals"].rows for cell in row}
    assert cells["@all"] == "s"


def test_an_export_replaces_the_one_before(published: Path, tmp_path: Path) -> None:
    export(published, tmp_path / "export")
    old = tmp_path / "export" / "marts" / "gone.parquet"
    old.write_text("old")
    export(published, tmp_path / "export")
    assert not old.exists()


def test_a_folder_of_other_things_is_left_alone(published: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(WarehouseError, match=r"holds notes.txt"):
        export(published, tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"


def test_a_file_that_is_no_warehouse_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "other.duckdb") as connection:
        connection.execute("create table t as select 1")
    with pytest.raises(WarehouseError, match="not a published warehouse"):
        export(tmp_path / "other.duckdb", tmp_path / "export")
    assert not (tmp_path / "export").exists()


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_letters(number: int, letters: str) -> None:
    assert _letter(number) == letters
