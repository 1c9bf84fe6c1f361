"""Writes a published file as Parquet files and an Excel workbook, for tools that read no DuckDB.

    python -m ops export [--database FILE] [--to FOLDER]

`<schema>/<table>.parquet` is every published table. `sales_kpis.xlsx` holds what people look up:
the publication, the definitions, and one sheet a family of KPIs with its totals by month, quarter
and year and its slices by quarter. Text is written as text: a name such as `=1+1` is no formula.
`sales_kpis.ossie.json` tells other tools which metrics the tables hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import duckdb
import typer
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from rich.console import Console

from ops.semantic.ossie import ossie_document
from ops.warehouse import (
    PUBLISHED_DATABASE,
    PUBLISHED_SCHEMAS,
    WarehouseError,
    first_line,
    literal,
    make_folder,
    open_read_only,
    progress,
    quoted,
    stop,
)

WORKBOOK = "sales_kpis.xlsx"
SEMANTIC_MODEL = "sales_kpis.ossie.json"
MOST_ROWS = 1_048_575
"""Rows that a sheet of Excel holds below its header."""
LONGEST_SHEET_NAME = 31

DEFINITIONS = """
select kpi_id, label, definition, formula, unit, direction, tier, owner, objective, funnel_stage,
    anchor, valid_grains, valid_dimensions, availability, missing_inputs, covered_from, covered_to,
    dq_status, dq_flaws,
    model
from kpis.kpi_catalog
order by kpi_id
"""
VALUES = """
select kpi_id, period_grain, period_start, period_end, dimension, dimension_value, part_label,
    value, numerator, denominator, sample_size, ci_low, ci_high, prior_value, prior_year_value,
    target_value, status, value_status, is_complete, is_small_sample
from kpis.kpi_values
where kpi_id in (select kpi_id from kpis.kpi_catalog where model = ?)
    and (
        period_grain = 'quarter'
        or (dimension = 'total' and period_grain in ('month', 'year'))
    )
order by kpi_id, period_grain, dimension, dimension_value, part_label, period_start
"""


def export(database: Path, folder: Path) -> Path:
    """Write a published file's tables as Parquet files and its KPIs as a workbook; its path.

    The folder's former export is replaced when the new one is complete. Raises WarehouseError when
    the file is no published warehouse or the folder holds something else.
    """
    refuse_foreign_files(folder)
    make_folder(folder.parent)
    with (
        open_read_only(database) as connection,
        TemporaryDirectory(prefix=".export_", dir=folder.parent) as building,
    ):
        new = Path(building) / "export"
        try:
            write_tables(connection, new)
            write_workbook(connection, new / WORKBOOK)
            (new / SEMANTIC_MODEL).write_text(ossie_document(connection))
        except duckdb.Error as error:
            raise WarehouseError(
                f"{database}: not a published warehouse: {first_line(error)}"
            ) from error
        if folder.exists():
            shutil.rmtree(folder)
        new.rename(folder)
    return folder / WORKBOOK


def refuse_foreign_files(folder: Path) -> None:
    """Raise WarehouseError when a folder holds anything that no export has written."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WarehouseError(f"{folder}: is a file; name a folder for the export")
    known = {*PUBLISHED_SCHEMAS, WORKBOOK, SEMANTIC_MODEL}
    strange = sorted(path.name for path in folder.iterdir() if path.name not in known)
    if strange:
        raise WarehouseError(
            f"{folder}: holds {strange[0]}, which is no export; name another folder"
        )


def write_tables(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every published table as <schema>/<table>.parquet."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() order by all"
    ).fetchall()
    for schema, table in progress(tables, "writing tables"):
        target = folder / schema / f"{table}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"copy {quoted(schema)}.{quoted(table)} to {literal(str(target))} (format parquet)"
        )


def write_workbook(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write the publication, the definitions and a sheet of values for each family."""
    book = Workbook(write_only=True)
    _add_sheet(book, "publication", connection.execute("select * from quality.publication"))
    _add_sheet(book, "definitions", connection.execute(DEFINITIONS))
    models = connection.execute(
        "select distinct model from kpis.kpi_catalog where model is not null order by model"
    ).fetchall()
    for (model,) in progress(models, "writing sheets"):
        rows = connection.execute(VALUES, [model])
        _add_sheet(book, str(model).split(".")[-1].removeprefix("kpi_"), rows)
    book.save(path)


def _add_sheet(book: Workbook, name: str, rows: duckdb.DuckDBPyConnection) -> None:
    """Add a sheet with a header that stays, a filter, and all rows of a query."""
    sheet: WriteOnlyWorksheet = book.create_sheet(name[:LONGEST_SHEET_NAME])
    columns = [column for column, *_ in rows.description or ()]
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns):
        width = 60 if column in ("definition", "formula") else max(12, len(column) + 3)
        sheet.column_dimensions[_letter(number)].width = width
    sheet.append(_cells(sheet, columns, bold=True))
    count = 0
    while batch := rows.fetchmany(5_000):
        count += len(batch)
        if count > MOST_ROWS:
            raise WarehouseError(f"{name}: has more rows than a sheet holds; use the Parquet files")
        for row in batch:
            sheet.append(_cells(sheet, row))
    if columns and count:
        sheet.auto_filter.ref = f"A1:{_letter(len(columns) - 1)}{count + 1}"


def _cells(sheet: WriteOnlyWorksheet, values: Iterable[Any], bold: bool = False) -> list[Any]:
    """Values as cells; text stays text, whatever it begins with."""
    cells: list[Any] = []
    for value in values:
        if isinstance(value, list):
            value = ", ".join(map(str, value))
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)
        if isinstance(value, bool | int | float | date) or value is None:
            cells.append(value)
            continue
        cell = WriteOnlyCell(sheet, str(value))
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def _letter(number: int) -> str:
    """The letters of a column, from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


app = typer.Typer(add_completion=False)


@app.command()
def main(
    database: Annotated[Path, typer.Option(help="Published file.")] = PUBLISHED_DATABASE,
    to: Annotated[Path | None, typer.Option(help="Folder for the export.")] = None,
) -> None:
    """Write a published file as Parquet files and an Excel workbook."""
    folder = to or database.with_name("export")
    try:
        workbook = export(database, folder)
    except WarehouseError as error:
        stop(error)
    except OSError as error:
        reason = error.strerror or error
        stop(WarehouseError(f"{error.filename or folder}: cannot be written: {reason}"))
    size = workbook.stat().st_size / 1e6
    Console().print(f"{folder}: every table as Parquet, {workbook.name} ({size:.1f} MB)")
