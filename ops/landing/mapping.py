"""Mapping folders: one SELECT per contract table over the raw files by name.

`opportunities.sql` delivers the table opportunities; a file whose name starts with an underscore
(`_deals.sql`) is a view that other SELECTs read under that name. `options.yml` may hold

    extends: ..                  # another mapping folder, whose files stand unless given here too
    defaults: {nulls: ['NULL']}  # for every raw file
    tables: {...}                # raw tables that come under several names, see ops.landing.shapes
    custom_fields: [Deal_Tier__c]  # columns of deals that become dimensions of their KPIs
    files:
      employees.csv: {delimiter: '|', header: false, columns: [id, name], encoding: latin-1}

The keys of a file are delimiter, header, columns, encoding, nulls and sheet. A folder without
SELECTs only says how to read files that are already named after contract tables. A CSV named after
a contract table (`loss_reasons.csv`) is that table, and `settings.yml` is what the company sets for
itself (see ops.landing.settings).
"""

from __future__ import annotations

import codecs
import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from ops.landing.contract import LANDING_TABLES, Contract, Table
from ops.landing.files import LandingError, RawFile, digest_of, listed
from ops.landing.readers import RAW_SCHEMA, ReaderOptions, StagedFile
from ops.landing.settings import SETTINGS_NAME, Settings, read_settings
from ops.landing.shapes import (
    RawTable,
    carriers_of,
    read_custom_fields,
    read_date_formats,
    read_tables,
    select_of,
)
from ops.landing.values import text_of, text_or_null
from ops.landing.yaml_files import place, read_yaml
from ops.warehouse import first_line, quoted

OPTIONS_NAME = "options.yml"
# Tables that a company writes by hand, beside whatever its systems deliver.
VALUE_TABLES = (
    "stages",
    "pipelines",
    "loss_reasons",
    "lead_sources",
    "benchmarks",
    "targets",
    "exchange_rates",
)
MAPPED_SCHEMA = "mapped"

_OPTION_FILE_KEYS = (
    "extends",
    "defaults",
    "files",
    "tables",
    "date_formats",
    "custom_fields",
    "schema",
)
_OPTION_KEYS = {
    "delimiter": "delimiter",
    "header": "has_header",
    "columns": "columns",
    "encoding": "encoding",
    "nulls": "nulls",
    "sheet": "sheet",
}
_MISSING_COLUMN = re.compile(
    r'does not have a column named "([^"]+)"|Referenced column "([^"]+)" not found'
)
_ERROR_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_NAMED_DELIMITERS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


@dataclass(frozen=True)
class Select:
    """One SELECT of a mapping: its file, its text, and the relations it reads, lower case."""

    path: Path
    text: str
    reads: frozenset[str]

    @property
    def name(self) -> str:
        """Name of the table or view that the SELECT delivers."""
        return self.path.stem

    @property
    def is_view(self) -> bool:
        """True for a relation that only other SELECTs read."""
        return self.name.startswith("_")


@dataclass(frozen=True)
class MappingFolder:
    """A mapping with all it inherits: SELECTs by name and reader options by file name.

    files are its CSV files by the table that each of them is; raw_tables are those it declares.
    """

    selects: Mapping[str, Select]
    defaults: ReaderOptions
    options: Mapping[str, ReaderOptions]
    files: Mapping[str, RawFile] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    raw_tables: Mapping[str, RawTable] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    schema: str | None = None

    @property
    def is_about_values_only(self) -> bool:
        """True when the SELECTs only list values: the raw files themselves are the tables."""
        return all(name in VALUE_TABLES and not self.relations_of(name) for name in self.tables)

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the contract tables the mapping delivers."""
        return tuple(name for name, select in self.selects.items() if not select.is_view)

    def options_of(self, file: RawFile) -> ReaderOptions:
        """How to read a raw file."""
        return self.options.get(file.name, self.defaults)

    def carriers_of(self, table: str) -> tuple[str, ...]:
        """The declared raw tables without any of which a table is not delivered."""
        return carriers_of(self.raw_tables, table)

    def relations_of(self, table: str) -> frozenset[str]:
        """The raw relations a table is made of, through views, lower case."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [table]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for read in self.selects[name].reads:
                if read in self.selects and self.selects[read].is_view:
                    waiting.append(read)
                else:
                    found.add(read)
        return frozenset(found)

    def fingerprint(self) -> dict[str, Any]:
        """All that decides what the mapping makes of the files, as plain values."""
        shown = {name: vars(options) for name, options in sorted(self.options.items())}
        return {
            "selects": {name: select.text for name, select in sorted(self.selects.items())},
            "defaults": vars(self.defaults),
            "options": shown,
            "files": {table: digest_of(file.path) for table, file in self.files.items()},
            "settings": self.settings.fingerprint(),
            "date_formats": self.date_formats,
            "custom_fields": dict(self.custom_fields),
            "tables": {name: vars(table) for name, table in sorted(self.raw_tables.items())},
        }


NO_MAPPING = MappingFolder({}, ReaderOptions(), {})


def read_mapping(folder: Path, contract: Contract) -> MappingFolder:
    """Read a mapping folder and what it extends.

    Raises LandingError when the folder is missing, a file of it is not a single SELECT or is not
    named after a table of the contract, or options.yml says something unknown.
    """
    selects: dict[str, Select] = {}
    defaults: dict[str, Any] = {}
    files: dict[str, dict[str, Any]] = {}
    tables: dict[str, RawFile] = {}
    settings = Settings()
    raw_tables: dict[str, RawTable] = {}
    date_formats: tuple[str, ...] = ()
    custom_fields: dict[str, str] = {}
    schema: str | None = None
    for part in reversed(_inheritance(folder)):
        path = part / OPTIONS_NAME
        content = _options_file(part)
        defaults |= _known_options(content.get("defaults"), path, "defaults")
        for name, given in (content.get("files") or {}).items():
            options = _known_options(given, path, "files", name)
            files[str(name)] = files.get(str(name), {}) | options
        for name, table in read_tables(content.get("tables"), path, contract.tables).items():
            raw_tables[name] = table.over(raw_tables.get(name, RawTable(name)))
        date_formats = read_date_formats(content.get("date_formats"), path) or date_formats
        custom_fields |= read_custom_fields(content.get("custom_fields"), path)
        schema = _schema(content.get("schema"), path) or schema
        settings = settings.over(read_settings(part / SETTINGS_NAME, contract))
        tables |= _csv_tables(part, contract)
        for path in sorted(part.glob("*.sql")):
            _refuse_unknown_name(path, contract)
            selects[path.stem] = read_select(path)
    for table in tables:
        if table in selects:
            raise LandingError(
                f"{tables[table].path}: {selects[table].path.name} delivers {table} as well; "
                "remove one"
            )
    base = replace(ReaderOptions(), **defaults)
    return MappingFolder(
        selects=dict(sorted(selects.items())),
        defaults=base,
        options={name: replace(base, **given) for name, given in sorted(files.items())},
        files=dict(sorted(tables.items())),
        settings=settings,
        raw_tables=dict(sorted(raw_tables.items())),
        date_formats=date_formats,
        custom_fields=custom_fields,
        schema=schema,
    )


def read_select(path: Path) -> Select:
    """Read a file that holds one SELECT; LandingError when it holds anything else."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LandingError(f"{path}: cannot be read as UTF-8 text: {first_line(error)}") from error
    with _parser().cursor() as connection:
        try:
            statements = connection.extract_statements(text)
        except duckdb.Error as error:
            raise LandingError(
                f"{_line_of(error, path)}: is not valid SQL: {_first_lines(error)}"
            ) from error
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise LandingError(f"{path}: holds something other than one SELECT statement")
        if statements[0].named_parameters:
            raise LandingError(f"{path}: holds a parameter mark; write the value itself")
        found = connection.execute("select json_serialize_sql(?::varchar)", [text]).fetchone()
    tree = json.loads(found[0]) if found else {"error": True}
    if tree["error"]:
        raise LandingError(f"{path}: holds something other than one SELECT statement")
    reads: set[str] = set()
    _collect_reads(tree["statements"], frozenset(), reads, path)
    return Select(path, text, frozenset(reads))


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """A database that holds nothing, in which SELECTs are read and not run."""
    return duckdb.connect()


def run_mapping(
    connection: duckdb.DuckDBPyConnection,
    mapping: MappingFolder,
    contract: Contract,
    parts: Mapping[str, Sequence[StagedFile]],
    tables: Iterable[str],
) -> dict[str, tuple[str, ...]]:
    """Run the SELECTs of tables over the staged files; returns the columns each table was given.

    connection holds the raw files in RAW_SCHEMA and nothing else; it is locked first: no file, no
    other database and no setting can be reached any more. parts are the files of each raw table
    that the mapping declares. Results are tables of text in MAPPED_SCHEMA. Raises LandingError,
    which names the SQL file, when a SELECT fails or gives a column that the contract does not
    know.
    """
    connection.execute(f"create schema {MAPPED_SCHEMA}")
    connection.execute(f"set schema = '{RAW_SCHEMA}'")
    for setting in (
        "python_enable_replacements",
        "autoinstall_known_extensions",
        "autoload_known_extensions",
        "enable_external_access",
    ):
        connection.execute(f"set {setting} = false")
    connection.execute("set lock_configuration = true")
    for raw_table in mapping.raw_tables.values():
        relation = f"{RAW_SCHEMA}.{quoted(raw_table.name)}"
        select = select_of(
            raw_table,
            parts.get(raw_table.name, ()),
            mapping.date_formats,
            mapping.custom_fields,
        )
        connection.execute(f"create view {relation} as {select}")
    for view in views_in_order(mapping):
        _create(connection, view, "view", f"{RAW_SCHEMA}.{quoted(view.name)}")
    delivered: dict[str, tuple[str, ...]] = {}
    for name in tables:
        select = mapping.selects[name]
        result = f"{MAPPED_SCHEMA}.{quoted('result of ' + name)}"
        _create(connection, select, "view", result)
        columns = _result_columns(connection, select, result, contract.tables[name])
        values = ", ".join(
            f"{text_or_null(text_of(quoted(column), data_type))} as {quoted(column.lower())}"
            for column, data_type in columns
        )
        _create(
            connection,
            replace(select, text=f"select {values} from {result}"),
            "table",
            f"{MAPPED_SCHEMA}.{quoted(name)}",
        )
        given = tuple(column.lower() for column, _ in columns)
        delivered[name] = (
            _filled(connection, contract.tables[name], given) if mapping.raw_tables else given
        )
    return delivered


def unfilled_custom_fields(
    connection: duckdb.DuckDBPyConnection, mapping: MappingFolder
) -> list[str]:
    """A sentence for each custom field that no deal of the files has a value in."""
    tables = [table for table in mapping.raw_tables.values() if table.fields]
    filled = {
        name
        for table in tables
        for (name,) in connection.execute(
            f"select distinct {quoted(table.fields[0])} from {RAW_SCHEMA}.{quoted(table.name)}"
        ).fetchall()
    }
    return [
        f"options.yml: custom field {name}: no row has a value in a column {column}"
        for name, column in mapping.custom_fields.items()
        if name not in filled
    ]


def _filled(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: tuple[str, ...]
) -> tuple[str, ...]:
    """The columns that hold a value; a loader leaves out, or leaves empty, what it cannot bring."""
    counts = ", ".join(f"count({quoted(column)})" for column in columns)
    relation = f"{MAPPED_SCHEMA}.{quoted(table.name)}"
    counted = connection.execute(f"select {counts} from {relation}").fetchone() or ()
    return tuple(
        column
        for column, count in zip(columns, counted, strict=True)
        if count or column in table.required_columns
    )


def _create(
    connection: duckdb.DuckDBPyConnection, select: Select, kind: str, relation: str
) -> None:
    try:
        connection.execute(f"create {kind} {relation} as\n{select.text}")
    except duckdb.Error as error:
        # The SELECT begins in the second line of the statement.
        where = _line_of(error, select.path, skipped=1)
        raise LandingError(f"{where}: {_reason(error, select)}") from error


def _reason(error: duckdb.Error, select: Select) -> str:
    """Why a SELECT fails; for a column that its files lack, what to do about it."""
    column = _MISSING_COLUMN.search(str(error))
    if not column:
        return _first_lines(error)
    files = ", ".join(sorted(select.reads)) or "its files"
    return (
        f"reads column {column[1] or column[2]}, which is not in {files}; add the column to the "
        f"file or change the SELECT ({_first_lines(error)})"
    )


def _result_columns(
    connection: duckdb.DuckDBPyConnection, select: Select, relation: str, table: Table
) -> list[tuple[str, str]]:
    described = connection.execute(f"describe select * from {relation}").fetchall()
    columns = [(row[0], row[1]) for row in described]
    names = [name.lower() for name, _ in columns]
    for name in names:
        if name not in table.column_names:
            close = difflib.get_close_matches(name, table.column_names, 1)
            advice = f"; did you mean {close[0]}?" if close else "; remove it"
            raise LandingError(
                f"{select.path}: the result column {name} is not a column of {table.name}{advice}"
            )
    for column in table.required_columns:
        if column not in names:
            raise LandingError(
                f"{select.path}: column {column} of {table.name} is missing; add it to the SELECT"
            )
    return columns


def views_in_order(mapping: MappingFolder) -> list[Select]:
    """The views, each after those it reads."""
    ordered: dict[str, Select] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        select = mapping.selects[name]
        if name in above:
            raise LandingError(f"{select.path}: the view {name} reads itself in the end")
        for read in sorted(select.reads):
            if read in mapping.selects and mapping.selects[read].is_view:
                add(read, (*above, name))
        ordered.setdefault(name, select)

    for name, select in mapping.selects.items():
        if select.is_view:
            add(name, ())
    return list(ordered.values())


def _collect_reads(node: Any, known: frozenset[str], reads: set[str], path: Path) -> None:
    """Add to reads every relation a parsed SELECT names, but for its own common tables."""
    if isinstance(node, list):
        for part in node:
            _collect_reads(part, known, reads, path)
        return
    if not isinstance(node, dict):
        return
    for common in (node.get("cte_map") or {}).get("map") or []:
        name = common["key"].lower()
        query = common["value"]["query"]
        is_recursive = query["node"]["type"] == "RECURSIVE_CTE_NODE"
        _collect_reads(query, known | {name} if is_recursive else known, reads, path)
        known = known | {name}
    if node.get("type") == "BASE_TABLE":
        name = node["table_name"]
        if node["schema_name"] or node["catalog_name"]:
            raise LandingError(
                f"{path}: reads {node['schema_name'] or node['catalog_name']}.{name}; "
                "name raw files and views without a schema"
            )
        if name.lower() not in known:
            reads.add(name.lower())
    for key, part in node.items():
        if key != "cte_map":
            _collect_reads(part, known, reads, path)


def _inheritance(folder: Path) -> list[Path]:
    """The folder and those it extends, nearest first."""
    folders: list[Path] = []
    current = folder
    while True:
        if not current.is_dir():
            raise LandingError(f"{current}: the mapping folder does not exist; check MAPPING")
        current = current.resolve()
        if current in folders:
            raise LandingError(f"{current / OPTIONS_NAME}: extends leads back to the same folder")
        for path in current.iterdir():
            is_link = path.is_symlink() and path.suffix in (".sql", ".yml")
            if is_link and not path.resolve().is_relative_to(current):
                raise LandingError(f"{path}: the link leads out of the mapping folder")
        folders.append(current)
        extended = _options_file(current).get("extends")
        if extended is None:
            return folders
        if not isinstance(extended, str):
            raise LandingError(f"{current / OPTIONS_NAME}: extends is not the path of a folder")
        current = current / extended


def _options_file(folder: Path) -> dict[str, Any]:
    path = folder / OPTIONS_NAME
    if not path.exists():
        return {}
    content = read_yaml(path)
    if unknown := set(content) - set(_OPTION_FILE_KEYS):
        known = listed(_OPTION_FILE_KEYS)
        raise LandingError(f"{place(path, min(unknown))}: {min(unknown)} is not known; use {known}")
    if not isinstance(content.get("files") or {}, dict):
        raise LandingError(f"{place(path, 'files')}: files does not give options by file name")
    return content


def _schema(given: Any, path: Path) -> str | None:
    if given is not None and not isinstance(given, str):
        raise LandingError(f"{place(path, 'schema')}: schema is not text; put it in quotes")
    return given


def _known_options(given: Any, path: Path, *keys: object) -> dict[str, Any]:
    """Options as ReaderOptions fields; LandingError when a key or a value is not known."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise LandingError(f"{place(path, *keys)}: {keys[-1]}: options are not keys and values")
    options: dict[str, Any] = {}
    for key, value in given.items():
        where = f"{place(path, *keys, key)}: {keys[-1]}"
        if key not in _OPTION_KEYS:
            raise LandingError(f"{where}: {key} is not known; use {', '.join(_OPTION_KEYS)}")
        options[_OPTION_KEYS[key]] = _checked_option(key, value, where)
    assert set(options) <= {option.name for option in fields(ReaderOptions)}
    return options


def _checked_option(key: str, value: Any, where: str) -> Any:
    if key == "header":
        if not isinstance(value, bool):
            raise LandingError(f"{where}: header is neither true nor false")
        return value
    if key in ("columns", "nulls"):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise LandingError(f"{where}: {key} is not a list of texts; put them in quotes")
        return tuple(value)
    if not isinstance(value, str):
        raise LandingError(f"{where}: {key} is not text; put it in quotes")
    if key == "delimiter":
        mark = _NAMED_DELIMITERS.get(value, value)
        if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '" \r\n\0':
            raise LandingError(f"{where}: delimiter {value!r} is not one mark such as ; or tab")
        return mark
    if key == "encoding":
        try:
            codecs.lookup(value)
            "".encode(value)
        except LookupError as error:
            raise LandingError(f"{where}: encoding {value} is not known") from error
    return value


def _csv_tables(folder: Path, contract: Contract) -> dict[str, RawFile]:
    """The CSV files of a mapping folder by the contract table that each is named after."""
    found: dict[str, RawFile] = {}
    for path in sorted(folder.glob("*.csv")):
        _refuse_unknown_name(path, contract)
        if path.stem.startswith("_"):
            raise LandingError(f"{path}: only SELECTs can be views; name it after a table")
        found[path.stem] = RawFile(path.name, path, path.suffix, is_packed=False)
    return found


def _refuse_unknown_name(path: Path, contract: Contract) -> None:
    name = path.stem
    if name in LANDING_TABLES:
        advice = f"; set them in {SETTINGS_NAME}" if name == "settings" else "; remove the file"
        raise LandingError(f"{path}: landing writes {name} itself{advice}")
    if name.startswith("_") and name == name.lower():
        return
    if name not in contract.tables:
        close: Iterable[str] = difflib.get_close_matches(name, contract.deliverable, 1)
        advice = f"did you mean {listed(close)}{path.suffix}?" if close else "views start with _"
        raise LandingError(f"{path}: is not named after a table of the contract; {advice}")


def _line_of(error: duckdb.Error, path: Path, skipped: int = 0) -> str:
    """The file and, where DuckDB tells it, the line of an error."""
    found = _ERROR_LINE.search(str(error))
    line = int(found[1]) - skipped if found else 0
    return f"{path}:{line}" if line > 0 else str(path)


def _first_lines(error: duckdb.Error) -> str:
    """The error's first line and DuckDB's own advice, as one sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    advice = [line for line in lines[1:] if line.startswith(("Did you mean", "Candidate"))]
    return " ".join([lines[0], *advice[:1]]) if lines else type(error).__name__
