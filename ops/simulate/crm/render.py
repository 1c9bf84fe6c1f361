"""Renders a company of the raw contract as the tables of a CRM that a loader has landed.

    python -m ops render RAW --crm salesforce --loader airbyte --out FOLDER

A CRM is a folder beside this file: `macros.sql`, which may use those of all beside this file;
`carried/<table>.sql`, what it can hold of each table of the contract, with keys of its own;
`objects/<Object>.sql`, its tables, made of those;
`carried/<loader>/` and `objects/<loader>/` where a loader differs; `_<name>.sql` in each, what
others there read; `loaders.yml`, names and format by loader. What is carried, landed as it is, and
what is rendered, landed by the mapping of the CRM, are the same company.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
import yaml
from rich.console import Console

from ops.landing.contract import Column, load_contract
from ops.landing.files import RawFile, raw_files
from ops.warehouse import WarehouseError, literal, progress, quoted, stop

FOLDER = Path(__file__).parent
CRMS = tuple(sorted(path.parent.name for path in FOLDER.glob("*/loaders.yml")))
FORMATS = ("csv", "jsonl", "parquet")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME = re.compile(r"[a-z_]+")
_DIGITS = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


@dataclass(frozen=True)
class Loader:
    """How a loader lands the tables of a CRM.

    naming is kept, fivetran or dlt; names are the loader's own, also of one table's column
    (`deals.id`), and beginnings those of names that begin so; without are objects and columns that
    it does not land, not_carried the tables and columns of the contract that are lost by it; adds
    are SQL values by column, where a table has none of that name; repeats gives, by object, the
    column that is older in a row delivered a second time, if any is; timestamps is how a text says
    an instant; booleans are the texts of false and true; a loader that keeps no lists lands them as
    tables of their own. nests is an object that holds every column whose name begins with its own,
    which stands beside it, too, unless the loader is not flat. like is a loader whose queries it
    shares.
    """

    naming: str = "kept"
    format: str = "csv"
    names: dict[str, str] = field(default_factory=dict)
    beginnings: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    not_carried: tuple[str, ...] = ()
    repeats: dict[str, str | None] = field(default_factory=dict)
    keeps_lists: bool = True
    nests: str | None = None
    is_flat: bool = True
    like: str | None = None
    drops_empty_columns: bool = False
    adds: dict[str, str] = field(default_factory=dict)
    timestamps: str | None = None
    booleans: tuple[str, str] | None = None
    empty_key: str | None = None

    def name_of(self, name: str, table: str = "") -> str:
        """The loader's name of a table of the CRM, or of a column of one."""
        for known in (f"{table}.{name}", name):
            if known in self.names:
                return self.names[known]
        for beginning, own in self.beginnings.items():
            if name.startswith(beginning):
                name = own + name.removeprefix(beginning)
        if self.naming == "kept":
            return name
        words = _WORD.sub("_", name).lower()
        if self.naming == "dlt":
            return words
        return re.sub("_+", "_", _DIGITS.sub("_", words))


def loaders_of(crm: str) -> dict[str, Loader]:
    """The loaders of a CRM by name; WarehouseError when there is no such CRM."""
    if crm not in CRMS:
        raise WarehouseError(f"{crm}: is not a CRM that can be rendered; use {', '.join(CRMS)}")
    content: dict[str, dict[str, Any]] = yaml.safe_load(
        (FOLDER / crm / "loaders.yml").read_text(encoding="utf-8")
    )
    return {
        name: Loader(
            **{key: tuple(value) if isinstance(value, list) else value for key, value in s.items()}
        )
        for name, s in content.items()
    }


def loader_of(crm: str, name: str) -> Loader:
    """A loader of a CRM; WarehouseError when it has none of that name."""
    loaders = loaders_of(crm)
    if name not in loaders:
        raise WarehouseError(f"{name}: is not a loader of {crm}; use {', '.join(loaders)}")
    return loaders[name]


def render(
    raw: Path, crm: str, loader_name: str, out: Path, carried: Path | None = None
) -> list[Path]:
    """Write the tables of a CRM, as a loader lands them, for a folder of contract files.

    What they can carry of the company goes to the folder carried, as CSV files of the contract.
    """
    loader = loader_of(crm, loader_name)
    objects = _queries(crm, "objects", loader.like or loader_name)
    tables = _queries(crm, "carried", loader.like or loader_name)
    with _carried_company(raw, crm, tables) as connection:
        if carried is not None:
            _write_carried(connection, tables, loader, carried)
        for name in [name for name in objects if name.startswith("_")]:
            connection.execute(f"create view {quoted(name)} as {objects.pop(name)}")
        out.mkdir(parents=True, exist_ok=True)
        return [
            _write_object(connection, name, query, loader, out)
            for name, query in progress(list(objects.items()), "rendering")
            if name not in loader.without and _has_rows(connection, query)
        ]


def _write_carried(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str], loader: Loader, out: Path
) -> None:
    """Write the tables and columns that a CRM and its loader can carry, as CSV files."""
    out.mkdir(parents=True, exist_ok=True)
    for table in tables:
        if table.startswith("_") or table in loader.not_carried:
            continue
        if not _has_rows(connection, f"from main.{quoted(table)}"):
            continue
        lost = [
            quoted(name.removeprefix(f"{table}."))
            for name in loader.not_carried
            if name.startswith(f"{table}.")
        ]
        columns = f"* exclude ({', '.join(lost)})" if lost else "*"
        connection.execute(
            f"copy (select {columns} from main.{quoted(table)}) "
            f"to {literal(str(out / f'{table}.csv'))} (format csv, header)"
        )


def _queries(crm: str, kind: str, loader_name: str) -> dict[str, str]:
    """The queries of a CRM by name, a loader's own in place of the others; those read first."""
    folder = FOLDER / crm / kind
    paths = {path.stem: path for path in folder.glob("*.sql")}
    paths |= {path.stem: path for path in (folder / loader_name).glob("*.sql")}
    return {name: paths[name].read_text("utf-8") for name in sorted(paths)}


def _carried_company(raw: Path, crm: str, queries: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """A database whose main schema holds what the CRM can carry of the contract's tables."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create schema contract")
    _load_contract(connection, raw, set(_NAME.findall(" ".join(queries.values()))))
    for folder in (FOLDER, FOLDER / crm):
        connection.execute((folder / "macros.sql").read_text(encoding="utf-8"))
    connection.execute("set search_path = 'contract,main'")
    for name, query in queries.items():
        connection.execute(f"create table main.{quoted(name)} as {query}")
    for name in queries:
        _create_numbered(connection, "main", name)
    connection.execute("set search_path = 'main'")
    return connection


def _load_contract(connection: duckdb.DuckDBPyConnection, raw: Path, names: set[str]) -> None:
    """The named tables of the contract as text, in the order of their files, or empty.

    A value that does not fit the type of its column is left out.
    """
    files: dict[str, RawFile] = {file.stem.lower(): file for file in raw_files(raw)}
    for name, table in load_contract().deliverable.items():
        if not names & {name, f"numbered_{name}"}:
            continue
        held = set()
        if name in files:
            path = literal(str(files[name].path))
            read = (
                f"read_parquet({path})"
                if files[name].suffix == ".parquet"
                else f"read_csv({path}, all_varchar = true, header = true, quote = '\"')"
            )
            connection.execute(f"create or replace temp table delivered as select * from {read}")
            held = {row[0] for row in connection.execute("describe delivered").fetchall()}
        values = ", ".join(
            f"{_readable(column) if column.name in held else 'cast(null as varchar)'} "
            f"as {quoted(column.name)}"
            for column in table.columns
        )
        source = "from delivered" if held else "where false"
        connection.execute(f"create table contract.{quoted(name)} as select {values} {source}")
        _create_numbered(connection, "contract", name)


def _readable(column: Column) -> str:
    """SQL of a value as text, or of none where no CRM could hold it in a field of its type."""
    text = f"cast({quoted(column.name)} as varchar)"
    if column.data_type in ("date", "timestamp"):
        return f"case when try_cast({text} as timestamptz) is not null then {text} end"
    if column.data_type.startswith(("decimal", "double", "integer")):
        return f"case when try_cast({text} as decimal(38, 6)) is not null then {text} end"
    return text


def _create_numbered(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """A view that numbers the rows of a table in their order, as row_number."""
    connection.execute(
        f"create view {schema}.{quoted('numbered_' + table)} as "
        f"select *, rowid as row_number from {schema}.{quoted(table)}"
    )


def _has_rows(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    return connection.execute(f"select 1 from ({query}) limit 1").fetchone() is not None


def _write_object(
    connection: duckdb.DuckDBPyConnection, name: str, query: str, loader: Loader, out: Path
) -> Path:
    """Write one table of the CRM as the loader lands it."""
    connection.execute(f"create or replace temp table written as {query}")
    if name in loader.repeats:
        older = loader.repeats[name]
        instant = f" replace ({quoted(older)} - interval 1 day as {quoted(older)})" if older else ""
        connection.execute(
            f"insert into written select *{instant} "
            "from written using sample 5 percent (bernoulli, 1)"
        )
    columns = _landed_columns(connection, name, loader)
    nested = [column for column, _ in columns if _is_nested(column, loader)]
    values = {
        loader.name_of(column, name): _value(column, data_type, loader)
        for column, data_type in columns
        if loader.is_flat or column not in nested
    }
    if nested:
        types = dict(columns)
        fields = ", ".join(
            f"{quoted(column.removeprefix(f'{loader.nests}_'))} := "
            f"{_value(column, types[column], loader)}"
            for column in nested
        )
        values[str(loader.nests)] = f"struct_pack({fields})"
    values |= {column: value for column, value in loader.adds.items() if column not in values}
    select = ", ".join(f"{value} as {quoted(column)}" for column, value in values.items())
    target = out / f"{loader.name_of(name)}.{loader.format}"
    options = {
        "csv": "format csv, header",
        "jsonl": "format json",
        "parquet": "format parquet",
    }[loader.format]
    connection.execute(f"copy (select {select} from written) to {literal(str(target))} ({options})")
    return target


def _is_nested(column: str, loader: Loader) -> bool:
    return loader.nests is not None and column.startswith(f"{loader.nests}_")


def _landed_columns(
    connection: duckdb.DuckDBPyConnection, name: str, loader: Loader
) -> list[tuple[str, str]]:
    """Names and types of the columns of the table to be written that the loader lands."""
    columns = [
        (column, data_type)
        for column, data_type, *_ in connection.execute("describe written").fetchall()
        if not {column, f"{name}.{column}"} & set(loader.without)
        and (loader.keeps_lists or not data_type.endswith("[]"))
    ]
    if not loader.drops_empty_columns:
        return columns
    counts = connection.execute(
        f"select {', '.join(f'count({quoted(column)})' for column, _ in columns)} from written"
    ).fetchone()
    return [column for column, count in zip(columns, counts or (), strict=True) if count]


def _value(column: str, data_type: str, loader: Loader) -> str:
    """SQL of a value in the form in which the loader writes it."""
    value = quoted(column)
    if loader.timestamps and data_type == "TIMESTAMP":
        return f"strftime({value}, {literal(loader.timestamps)})"
    if loader.format == "parquet":
        if data_type == "TIMESTAMP":
            return f"timezone('UTC', {value})"
        if data_type == "DATE":
            return f"cast({value} as varchar)"
        if data_type.startswith("DECIMAL"):
            return f"cast({value} as double)"
    if loader.booleans and data_type == "BOOLEAN":
        false, true = loader.booleans
        return f"case {value} when true then {literal(true)} when false then {literal(false)} end"
    if loader.empty_key and column.endswith("Id") and data_type == "VARCHAR":
        return f"coalesce({value}, {literal(loader.empty_key)})"
    return value


Crm = StrEnum("Crm", list(CRMS))  # type: ignore[misc]
LOADERS = "; ".join(f"{crm}: {', '.join(loaders_of(crm))}" for crm in CRMS)
app = typer.Typer(add_completion=False)


@app.command()
def main(
    raw: Annotated[Path, typer.Argument(help="Folder of files named after contract tables.")],
    crm: Annotated[Crm, typer.Option(help="CRM whose tables are written.")],  # type: ignore[valid-type]
    loader: Annotated[str, typer.Option(help=f"Loader that lands them. {LOADERS}")],
    out: Annotated[Path, typer.Option(help="Folder for the tables.")],
    carried: Annotated[
        Path | None, typer.Option(help="Folder for what of the company they can carry.")
    ] = None,
) -> None:
    """Render a company as the raw tables of a CRM."""
    name = str(crm.value)  # type: ignore[attr-defined]
    try:
        written = render(raw, name, loader, out, carried)
    except WarehouseError as error:
        stop(error)
    Console().print(f"{len(written)} tables of {name}, as {loader} lands them, are in {out}")
