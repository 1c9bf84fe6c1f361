"""A database as the raw folder of a load: DuckDB and SQLite files, PostgreSQL addresses.

The tables that a load may read are copied, in one read-only transaction, into a folder of Parquet
files, which is landed like any other. Of a PostgreSQL database

    postgresql://host:5432/crm?schema=salesforce

user and password come from PGUSER and PGPASSWORD or a password file, as for every client of it;
an address that holds a password is refused, since addresses end up in logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import parse_qs, unquote, urlsplit

import duckdb

from ops.landing.contract import Contract
from ops.landing.files import LandingError, listed
from ops.landing.mapping import NO_MAPPING, MappingFolder, read_mapping
from ops.landing.shapes import compact
from ops.warehouse import first_line, literal, quoted

_ADDRESS = re.compile(r"^(postgres|postgresql)://", re.IGNORECASE)
_MAGIC = {"sqlite": (0, b"SQLite format 3\x00"), "duckdb": (8, b"DUCK")}
ROWS_TO_LOOK_AT = 100
DLT_LOADS = "_dlt_loads"
_OPTIONS = ("schema", "sslmode", "connect_timeout")


@dataclass(frozen=True)
class Source:
    """A database to read: its kind, what DuckDB attaches, the schema, and how people call it."""

    kind: str
    address: str
    schema: str | None
    name: str


def is_address(raw: str) -> bool:
    """Whether RAW is the address of a database."""
    return bool(_ADDRESS.match(raw))


def is_database(raw: str | Path) -> bool:
    """Whether RAW is a database rather than a folder."""
    return is_address(str(raw)) or _kind_of_file(Path(raw)) is not None


@contextmanager
def as_folder(
    raw: str | Path, mapping_folder: Path | None, contract: Contract, whole: bool = False
) -> Iterator[Path]:
    """The raw folder itself, or for a database a folder with its tables as Parquet files.

    Only tables are copied that the mapping reads, or that are named after the contract's; whole
    copies the first rows of every table, to be looked at. Raises LandingError when the database
    cannot be read or holds none of them.
    """
    if not is_database(raw):
        yield Path(raw)
        return
    mapping = NO_MAPPING if mapping_folder is None else read_mapping(mapping_folder, contract)
    source = source_of(str(raw), mapping.schema)
    with TemporaryDirectory(prefix="landing_") as folder, closing(duckdb.connect()) as connection:
        connection.execute("set TimeZone = 'UTC'")
        _attach(connection, source)
        try:
            _copy_tables(
                connection,
                source,
                None if whole else wanted_tables(mapping, contract),
                Path(folder),
            )
        except duckdb.Error as error:
            raise LandingError(f"{source.name}: cannot be read: {first_line(error)}") from error
        yield Path(folder)


def _kind_of_file(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        with path.open("rb") as content:
            start = content.read(16)
    except OSError as error:
        raise LandingError(f"{path}: cannot be read: {error.strerror}") from error
    for kind, (offset, magic) in _MAGIC.items():
        if start[offset : offset + len(magic)] == magic:
            return kind
    return None


def source_of(raw: str, schema: str | None) -> Source:
    """The database that RAW names; schema is that of the mapping, which the address may overrule.

    Raises LandingError when the address holds a password or something that is not known.
    """
    if not _ADDRESS.match(raw):
        path = Path(raw)
        kind = _kind_of_file(path)
        assert kind is not None
        return Source(kind, str(path.resolve()), schema, path.name)
    parts = urlsplit(raw)
    try:
        port = parts.port
    except ValueError as error:
        raise LandingError(f"RAW: the port of the address is no number: {error}") from error
    if parts.password is not None:
        raise LandingError(
            "RAW: the address holds a password; take it out and set PGPASSWORD or a password file"
        )
    given = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    unknown = [key for key in given if key not in _OPTIONS]
    if unknown:
        raise LandingError(f"RAW: {unknown[0]} of the address is not known; use {listed(_OPTIONS)}")
    schema = given.pop("schema", None) or schema or "public"
    settings = {
        "host": parts.hostname,
        "port": port,
        "dbname": unquote(parts.path.strip("/")),
        "user": parts.username,
        **given,
    }
    address = " ".join(
        f"{key}={_quoted_setting(value)}" for key, value in settings.items() if value
    )
    name = f"{parts.hostname or 'PostgreSQL'}/{settings['dbname']}, schema {schema}"
    return Source("postgres", address, schema, name)


def _quoted_setting(value: object) -> str:
    text = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{text}'"


def _attach(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Attach the database, read-only, as source."""
    if source.kind != "duckdb":
        load_extension(connection, source.kind)
    kind = "" if source.kind == "duckdb" else f"type {source.kind}, "
    try:
        connection.execute(f"attach {literal(source.address)} as source ({kind}read_only)")
    except duckdb.Error as error:
        reason = first_line(error).replace(source.address, source.name)
        raise LandingError(
            f"{source.name}: cannot be opened: {reason}; check the address, PGUSER and PGPASSWORD"
            if source.kind == "postgres"
            else f"{source.name}: cannot be opened: {reason}"
        ) from error


def load_extension(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Load the extension that reads a kind of database, from its Python package."""
    name = f"{kind}_scanner"
    try:
        from duckdb_extensions import import_extension

        import_extension(name, con=connection)
        connection.execute(f"load {name}")
    except (ImportError, duckdb.Error, OSError) as error:
        raise LandingError(
            f"{kind}: DuckDB's extension to read it is not installed; install "
            "requirements-databases.txt, as make refresh does"
        ) from error


def wanted_tables(mapping: MappingFolder, contract: Contract) -> frozenset[str]:
    """The names, without case and signs, of the tables that a load may read."""
    if mapping is NO_MAPPING or mapping.is_about_values_only:
        return frozenset(map(compact, contract.deliverable))
    names = {name for select in mapping.selects.values() for name in select.reads}
    for table in mapping.raw_tables.values():
        names |= {table.name, *table.names, *table.also}
    return frozenset(map(compact, names))


def _copy_tables(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    wanted: frozenset[str] | None,
    folder: Path,
) -> None:
    connection.execute("begin")
    found = connection.execute(
        "select schema_name, table_name from (select schema_name, table_name, database_name, "
        "internal from duckdb_tables() union all select schema_name, view_name, database_name, "
        "internal from duckdb_views()) where database_name = 'source' and not internal "
        "and (schema_name = ? or ? is null) order by all",
        [source.schema, source.schema],
    ).fetchall()
    # What dlt prepares for a schema stands beside it, in tables of the same names.
    staged = {f"{schema}_staging" for schema, table in found if table == DLT_LOADS}
    found = [(schema, table) for schema, table in found if schema not in staged]
    limit = "" if wanted is not None else f" limit {ROWS_TO_LOOK_AT}"
    chosen: dict[str, str] = {}
    for schema, table in found:
        if wanted is not None and compact(table) not in wanted:
            continue
        if table.lower() in chosen:
            raise LandingError(
                f"{source.name}: {chosen[table.lower()]} and {schema}.{table} would be one table; "
                "keep one, or name the schema in options.yml"
            )
        chosen[table.lower()] = f"{schema}.{table}"
        target = folder / f"{_file_name(table)}.parquet"
        connection.execute(
            f"copy (select * from source.{quoted(schema)}.{quoted(table)}{limit}) "
            f"to {literal(str(target))} (format parquet)"
        )
    connection.execute("commit")
    if not chosen:
        there = listed(f"{schema}.{table}" for schema, table in found) or "no table at all"
        raise LandingError(
            f"{source.name}: holds none of the tables that the load reads; there is {there}"
        )


def _file_name(table: str) -> str:
    """The table's name as the name of a file: no path, nothing hidden."""
    return re.sub(r"[^0-9A-Za-z_ -]", "_", table)
