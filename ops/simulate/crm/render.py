"""Renders a company of the raw contract as the tables of a CRM that a loader has landed.

    python -m ops render RAW --crm salesforce --loader airbyte --out FOLDER

A CRM is a folder beside this file: `macros.sql`; `carried/<table>.sql`, what it can hold of each
table of the contract, with keys of its own; `objects/<Object>.sql`, its tables, made of those;
`objects/<loader>/` where a loader's tables differ; `loaders.yml`, names and format by loader.
What is carried, landed as it is, and what is rendered, landed by the mapping of the CRM, are the
same company.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
import yaml
from rich.console import Console

from ops.landing.contract import load_contract
from ops.landing.files import RawFile, raw_files
from ops.warehouse import WarehouseError, literal, progress, quoted, stop

FOLDER = Path(__file__).parent
CRMS = tuple(sorted(path.parent.name for path in FOLDER.glob("*/loaders.yml")))
FORMATS = ("csv", "jsonl", "parquet")
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGITS = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


@dataclass(frozen=True)
class Loader:
    """How a loader lands the tables of a CRM.

    naming is kept, fivetran or dlt; adds are SQL values by column; repeats gives, by object, the
    column that is older in a row delivered a second time; booleans are the texts of false and true.
    """

    naming: str = "kept"
    format: str = "csv"
    names: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    not_carried: tuple[str, ...] = ()
    repeats: dict[str, str] = field(default_factory=dict)
    drops_empty_columns: bool = False
    adds: dict[str, str] = field(default_factory=dict)
    booleans: tuple[str, str] | None = None
    empty_key: str | None = None

    def name_of(self, name: str) -> str:
        """The loader's name of a table or a column of the CRM."""
        if name in self.names:
            return self.names[name]
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


def render(raw: Path, crm: str, loader_name: str, out: Path) -> list[Path]:
    """Write the tables of a CRM, as a loader lands them, for a folder of contract files."""
    loader = loader_of(crm, loader_name)
    objects = {path.stem: path for path in sorted((FOLDER / crm / "objects").glob("*.sql"))}
    own = FOLDER / crm / "objects" / loader_name
    objects |= {path.stem: path for path in sorted(own.glob("*.sql"))}
    with _carried_company(raw, crm) as connection:
        out.mkdir(parents=True, exist_ok=True)
        return [
            _write_object(connection, name, path, loader, out)
            for name, path in progress(list(objects.items()), "rendering")
            if name not in loader.without and _has_rows(connection, path)
        ]


def write_carried(raw: Path, crm: str, loader_name: str, out: Path) -> list[Path]:
    """Write what a CRM and its loader can carry of a company, as CSV files of the contract."""
    loader = loader_of(crm, loader_name)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    with _carried_company(raw, crm) as connection:
        for path in sorted((FOLDER / crm / "carried").glob("*.sql")):
            table = path.stem
            rows = connection.execute(f"select count(*) from main.{quoted(table)}").fetchone()
            if table in loader.not_carried or not rows or not rows[0]:
                continue
            target = out / f"{table}.csv"
            connection.execute(
                f"copy (select * from main.{quoted(table)}) to {literal(str(target))} "
                "(format csv, header)"
            )
            written.append(target)
    return written


def _carried_company(raw: Path, crm: str) -> duckdb.DuckDBPyConnection:
    """A database whose main schema holds what the CRM can carry of the contract's tables."""
    folder = FOLDER / crm
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("create schema contract")
    _load_contract(connection, raw)
    connection.execute((folder / "macros.sql").read_text(encoding="utf-8"))
    for path in sorted((folder / "carried").glob("*.sql")):
        connection.execute("set search_path = 'contract,main'")
        connection.execute(f"create table main.{quoted(path.stem)} as {path.read_text('utf-8')}")
    for path in sorted((folder / "carried").glob("*.sql")):
        _create_numbered(connection, "main", path.stem)
    connection.execute("set search_path = 'main'")
    return connection


def _load_contract(connection: duckdb.DuckDBPyConnection, raw: Path) -> None:
    """Every table of the contract as text, in the order of its file; empty where there is none."""
    files: dict[str, RawFile] = {file.stem.lower(): file for file in raw_files(raw)}
    for name, table in load_contract().deliverable.items():
        columns = ", ".join(f"cast(null as varchar) as {quoted(c)}" for c in table.column_names)
        select = f"select {columns} where false"
        if name in files:
            path = literal(str(files[name].path))
            read = (
                f"read_parquet({path})"
                if files[name].suffix == ".parquet"
                else f"read_csv({path}, all_varchar = true, header = true, quote = '\"')"
            )
            held = {
                row[0] for row in connection.execute(f"describe select * from {read}").fetchall()
            }
            values = ", ".join(
                f"cast({quoted(c)} as varchar) as {quoted(c)}"
                if c in held
                else f"cast(null as varchar) as {quoted(c)}"
                for c in table.column_names
            )
            select = f"select {values} from {read}"
        connection.execute(f"create table contract.{quoted(name)} as {select}")
        _create_numbered(connection, "contract", name)


def _create_numbered(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    """A view that numbers the rows of a table in their order, as row_number."""
    connection.execute(
        f"create view {schema}.{quoted('numbered_' + table)} as "
        f"select *, rowid as row_number from {schema}.{quoted(table)}"
    )


def _has_rows(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    found = connection.execute(f"select 1 from ({path.read_text('utf-8')}) limit 1").fetchone()
    return found is not None


def _write_object(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, loader: Loader, out: Path
) -> Path:
    """Write one table of the CRM as the loader lands it."""
    connection.execute(f"create or replace temp table written as {path.read_text('utf-8')}")
    if name in loader.repeats:
        older = quoted(loader.repeats[name])
        connection.execute(
            f"insert into written select * replace ({older} - interval 1 day as {older}) "
            "from written using sample 5 percent (bernoulli, 1)"
        )
    described = connection.execute("describe written").fetchall()
    columns = [(row[0], row[1]) for row in described]
    if loader.drops_empty_columns:
        counts = (
            connection.execute(
                "select "
                + ", ".join(f"count({quoted(column)})" for column, _ in columns)
                + " from written"
            ).fetchone()
            or ()
        )
        columns = [column for column, count in zip(columns, counts, strict=True) if count]
    values = [
        f"{_value(column, data_type, loader)} as {quoted(loader.name_of(column))}"
        for column, data_type in columns
    ]
    values += [f"{value} as {quoted(column)}" for column, value in loader.adds.items()]
    target = out / f"{loader.name_of(name)}.{loader.format}"
    options = {
        "csv": "format csv, header",
        "jsonl": "format json",
        "parquet": "format parquet",
    }[loader.format]
    connection.execute(
        f"copy (select {', '.join(values)} from written) to {literal(str(target))} ({options})"
    )
    return target


def _value(column: str, data_type: str, loader: Loader) -> str:
    """SQL of a value in the form in which the loader writes it."""
    value = quoted(column)
    if loader.format == "jsonl" and data_type == "TIMESTAMP":
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.000+0000')"
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
app = typer.Typer(add_completion=False)


@app.command()
def main(
    raw: Annotated[Path, typer.Argument(help="Folder of files named after contract tables.")],
    crm: Annotated[Crm, typer.Option(help="CRM whose tables are written.")],  # type: ignore[valid-type]
    loader: Annotated[str, typer.Option(help="Loader that would have landed them.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables.")],
    carried: Annotated[
        Path | None, typer.Option(help="Folder for what of the company they can carry.")
    ] = None,
) -> None:
    """Render a company as the raw tables of a CRM."""
    name = str(crm.value)  # type: ignore[attr-defined]
    try:
        written = render(raw, name, loader, out)
        if carried is not None:
            write_carried(raw, name, loader, carried)
    except WarehouseError as error:
        stop(error)
    Console().print(f"{len(written)} tables of {name}, as {loader} lands them, are in {out}")
