"""Raw files as relations of text columns, whatever their format was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import pyarrow

from ops.landing.files import (
    JSON_SUFFIXES,
    READABLE,
    TEXT_SUFFIXES,
    LandingError,
    RawFile,
    checked_columns,
    listed,
)
from ops.landing.rows import json_rows, open_sheet
from ops.landing.text import (
    RejectedLine,
    check_text,
    may_hold_control_characters,
    plain_text,
    refuse_if_too_many,
)
from ops.landing.values import (
    clean,
    has_control_characters,
    holds_control_characters,
    text_of,
    text_or_null,
)
from ops.warehouse import first_line, literal, quoted

RAW_SCHEMA = "raw"
_BATCH = 50_000


@dataclass(frozen=True)
class ReaderOptions:
    """How to read a file where that cannot be seen in it; sheet is for Excel alone."""

    delimiter: str | None = None
    has_header: bool = True
    columns: tuple[str, ...] = ()
    encoding: str | None = None
    nulls: tuple[str, ...] = ()
    sheet: str | None = None


@dataclass(frozen=True)
class StagedFile:
    """A raw file as a relation of the staging database.

    table_name stands in RAW_SCHEMA; row_count is what the check of the file has counted.
    """

    file: RawFile
    table_name: str
    columns: tuple[str, ...]
    row_count: int
    rejected: tuple[RejectedLine, ...] = ()
    findings: tuple[str, ...] = ()


def stage_file(
    connection: duckdb.DuckDBPyConnection,
    file: RawFile,
    table_name: str,
    options: ReaderOptions,
    workspace: Path,
    is_copied: bool,
) -> StagedFile:
    """Make the file a relation of text columns called table_name in RAW_SCHEMA.

    is_copied True loads the rows, False leaves Parquet and text files where they are, behind a
    view. workspace is an empty folder for this file alone, which must outlive the relation.
    Empty text is NULL. Raises LandingError when the file cannot be read.
    """
    if file.suffix == ".parquet":
        staged = _stage_parquet(connection, file, table_name, options, workspace, is_copied)
    elif file.suffix == ".xlsx":
        staged = _stage_excel(connection, file, table_name, options)
    elif file.suffix in JSON_SUFFIXES:
        staged = _stage_json(connection, file, table_name, options, workspace)
    elif file.suffix in TEXT_SUFFIXES:
        staged = _stage_text(connection, file, table_name, options, workspace, is_copied)
    else:
        raise LandingError(f"{file.name}: this kind of file cannot be read; use {READABLE}")
    if is_copied:
        counted = connection.execute(f"select count(*) from {_relation(table_name)}").fetchone()
        refuse_other_count(file.name, staged.row_count, counted[0] if counted else 0)
    return staged


def refuse_other_count(name: str, expected: int, actual: int) -> None:
    """Raise LandingError when not all rows that the check of a file counted were read."""
    if expected != actual:
        raise LandingError(
            f"{name}: {actual:,} rows were read where {expected:,} were counted; "
            "save the file with plain quoting and land it again"
        )


def _relation(table_name: str) -> str:
    return f"{quoted(RAW_SCHEMA)}.{quoted(table_name)}"


def _create(
    connection: duckdb.DuckDBPyConnection, table_name: str, select: str, is_copied: bool
) -> None:
    kind = "table" if is_copied else "view"
    connection.execute(f"create {kind} {_relation(table_name)} as {select}")


def _stage_text(
    connection: duckdb.DuckDBPyConnection,
    file: RawFile,
    table_name: str,
    options: ReaderOptions,
    workspace: Path,
    is_copied: bool,
) -> StagedFile:
    path = plain_text(
        file.path, file.name, file.is_packed, options.encoding, workspace / "unpacked.csv"
    )
    text = check_text(
        path,
        file.name,
        workspace / "clean.csv",
        options.delimiter,
        options.has_header,
        options.columns,
    )
    columns = checked_columns(text.columns, file.name)
    # DuckDB takes a path for a pattern, so it gets a name of ours that points to the file.
    link = _link(text.path, workspace, "text.csv")
    types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    values = ", ".join(
        f"{text_or_null(quoted(column), options.nulls)} as {quoted(column)}" for column in columns
    )
    select = (
        f"select {values} from read_csv({literal(str(link))}, auto_detect = false, "
        f"header = {str(text.has_header).lower()}, delim = {literal(text.delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{types}}}, hive_partitioning = false)"
    )
    if not text.row_count and not text.path.stat().st_size:
        columns_only = ", ".join(f"cast(null as varchar) as {quoted(name)}" for name in columns)
        select = f"select {columns_only} where false"
    try:
        _create(connection, table_name, select, is_copied)
        findings: tuple[str, ...] = ()
        if may_hold_control_characters(text.path):
            source = select[select.index(" from read_csv(") :]
            findings = _control_findings(connection, file.name, source, columns)
    except duckdb.Error as error:
        raise LandingError(f"{file.name}: cannot be read as text: {first_line(error)}") from error
    return StagedFile(file, table_name, columns, text.row_count, text.rejected, findings)


def _stage_parquet(
    connection: duckdb.DuckDBPyConnection,
    file: RawFile,
    table_name: str,
    options: ReaderOptions,
    workspace: Path,
    is_copied: bool,
) -> StagedFile:
    link = _link(file.path, workspace, "rows.parquet")
    source = (
        f"read_parquet({literal(str(link))}, binary_as_string = true, hive_partitioning = false)"
    )
    try:
        described = connection.execute(f"describe select * from {source}").fetchall()
        columns = checked_columns([row[0] for row in described], file.name)
        values = ", ".join(
            f"{_text_value(quoted(row[0]), row[1], options)} as {quoted(column)}"
            for row, column in zip(described, columns, strict=True)
        )
        _create(connection, table_name, f"select {values} from {source}", is_copied)
        counted = connection.execute(f"select count(*) from {source}").fetchone()
        texts = [row[0] for row in described if row[1].upper() == "VARCHAR"]
        findings = _control_findings(connection, file.name, f" from {source}", texts)
    except duckdb.Error as error:
        raise LandingError(
            f"{file.name}: is not a whole Parquet file ({first_line(error)}); export it again"
        ) from error
    return StagedFile(file, table_name, columns, counted[0] if counted else 0, (), findings)


def _text_value(expression: str, data_type: str, options: ReaderOptions) -> str:
    if data_type.upper() != "VARCHAR" and not options.nulls:
        return text_of(expression, data_type)
    return text_or_null(text_of(expression, data_type), options.nulls)


def _control_findings(
    connection: duckdb.DuckDBPyConnection, name: str, source: str, columns: Sequence[str]
) -> tuple[str, ...]:
    """What control characters were removed, counted in what is read from source."""
    if not columns or not source:
        return ()
    counts = ", ".join(
        f"count(*) filter (where {holds_control_characters(quoted(column))})" for column in columns
    )
    counted = connection.execute(f"select {counts}{source}").fetchone() or ()
    return control_findings(name, dict(zip(columns, counted, strict=True)))


def control_findings(name: str, counts: Mapping[str, int]) -> tuple[str, ...]:
    """The sentence on control characters that were removed, by column; none where none were."""
    found = {column: count for column, count in counts.items() if count}
    if not found:
        return ()
    shown = listed(f"{count:,} of {column}" for column, count in found.items())
    return (f"{name}: control characters were removed from values: {shown}",)


def _link(path: Path, workspace: Path, name: str) -> Path:
    link = workspace / name
    link.symlink_to(path.resolve())
    return link


def _stage_json(
    connection: duckdb.DuckDBPyConnection,
    file: RawFile,
    table_name: str,
    options: ReaderOptions,
    workspace: Path,
) -> StagedFile:
    path = plain_text(
        file.path, file.name, file.is_packed, options.encoding, workspace / "unpacked.jsonl"
    )
    rejected: list[RejectedLine] = []
    rows = json_rows(path, file.name, rejected)
    stored = _store_rows(connection, table_name, file.name, (), rows, options)
    refuse_if_too_many(file.name, stored.row_count, rejected)
    return StagedFile(
        file, table_name, stored.columns, stored.row_count, tuple(rejected), stored.findings
    )


def _stage_excel(
    connection: duckdb.DuckDBPyConnection,
    file: RawFile,
    table_name: str,
    options: ReaderOptions,
) -> StagedFile:
    with open_sheet(
        file.path, file.name, options.sheet, options.has_header, options.columns
    ) as sheet:
        stored = _store_rows(connection, table_name, file.name, sheet.columns, sheet.rows, options)
    findings = (*sheet.findings(stored.row_count), *stored.findings)
    return StagedFile(file, table_name, stored.columns, stored.row_count, (), findings)


@dataclass(frozen=True)
class _StoredRows:
    """The columns and the number of rows that were stored, and what was found in them."""

    columns: tuple[str, ...]
    row_count: int
    findings: tuple[str, ...]


def _store_rows(
    connection: duckdb.DuckDBPyConnection,
    table_name: str,
    name: str,
    named: tuple[str, ...],
    rows: Iterable[dict[str, str | None]],
    options: ReaderOptions,
) -> _StoredRows:
    """Store rows as a table of text columns.

    named are the columns known beforehand; any row may bring more.
    """
    relation = _relation(table_name)
    # A table needs one column before the first is known; no file can have a blank name.
    connection.execute(f'create table {relation} (" " varchar)')
    columns: dict[str, str] = {}
    controls: Counter[str] = Counter()
    row_count = 0
    rows = iter(rows)
    keys: Iterable[str] = named
    batch: list[dict[str, str | None]] = []
    while True:
        for key in dict.fromkeys(keys):
            if key not in columns:
                columns[key] = clean(key) or f"column_{len(columns) + 1}"
                checked_columns(columns.values(), name)
                connection.execute(
                    f"alter table {relation} add column {quoted(columns[key])} varchar"
                )
        if batch:
            _insert_rows(connection, relation, columns, batch, options)
            row_count += len(batch)
            controls.update(
                columns[key]
                for row in batch
                for key, value in row.items()
                if value and not value.isprintable() and has_control_characters(value)
            )
        batch = list(islice(rows, _BATCH))
        if not batch:
            break
        keys = (key for row in batch for key in row)
    if not columns:
        raise LandingError(f"{name}: holds neither rows nor column names")
    connection.execute(f'alter table {relation} drop column " "')
    return _StoredRows(tuple(columns.values()), row_count, control_findings(name, controls))


def _insert_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: dict[str, str],
    rows: list[dict[str, str | None]],
    options: ReaderOptions,
) -> None:
    texts = {
        column: pyarrow.array([row.get(key) for row in rows], "string")
        for key, column in columns.items()
    }
    batch = pyarrow.table({" ": pyarrow.nulls(len(rows), "string"), **texts})
    targets = ", ".join(quoted(column) for column in batch.column_names)
    sources = ", ".join(
        text_or_null(quoted(column), options.nulls) for column in batch.column_names
    )
    connection.register("batch_of_rows", batch)
    connection.execute(f"insert into {relation} ({targets}) select {sources} from batch_of_rows")
    connection.unregister("batch_of_rows")
