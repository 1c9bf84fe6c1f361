"""How each table of a PostgreSQL schema is loaded: by its changes, or whole.

A table is loaded by its changes when it has a key that tells its rows apart and a column that says
when a row was last changed, its cursor. The key is the primary key of the database, else the one
that the mapping or the contract declares, if the rows keep to it. The cursor is the loader's own
column, which also tells of deletions that it marks, else what the mapping calls newest, else a
column with a name that means this; it is an instant, a day or a whole number. Every other table is
loaded whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from dlt.common.destination.capabilities import DestinationCapabilitiesContext
from dlt.common.libs.pyarrow import columns_to_arrow
from dlt.sources.sql_database import TableLoader

from ops.landing.contract import Contract
from ops.landing.databases import Source, wanted_tables
from ops.landing.files import LandingError, listed
from ops.landing.mapping import MappingFolder
from ops.landing.shapes import RawTable, compact

# Columns that a loader sets whenever it writes a row.
LOADER_CURSORS = ("_fivetran_synced", "_airbyte_extracted_at", "_airbyte_emitted_at")
USUAL_CURSORS = (
    "updated_at",
    "system_modstamp",
    "hs_lastmodifieddate",
    "last_modified_date",
    "last_modified_at",
    "modified_at",
    "update_time",
)
CURSOR_TYPES = (sa.DateTime, sa.Date, sa.Integer)
# Read as they are; all else is read as the text that PostgreSQL writes.
PLAIN_TYPES = (sa.String, sa.Numeric, sa.Integer, sa.DateTime, sa.Date, sa.Boolean)
AS_TEXT = "as_text"


class WithEmptyTables(TableLoader):
    """Yields the columns of a table without rows, which would else not be made."""

    def load_rows(self, backend_kwargs: dict[str, Any] | None = None) -> Iterator[Any]:
        """The rows of the table in batches, or one batch without any."""
        has_rows = False
        for batch in super().load_rows(backend_kwargs or {}):
            has_rows = True
            yield batch
        if not has_rows:
            capabilities = DestinationCapabilitiesContext.generic_capabilities()
            yield columns_to_arrow(self.columns, capabilities, "UTC").empty_table()


@dataclass(frozen=True)
class TablePlan:
    """A table to load; without a cursor it is loaded whole, and why says the reason."""

    name: str
    key: tuple[str, ...] = ()
    cursor: str | None = None
    is_dated: bool = False
    why: str = ""


def reflected(
    engine: sa.Engine, source: Source, mapping: MappingFolder, contract: Contract
) -> sa.MetaData:
    """The tables and views of the schema that a load may read, with the types they are read in.

    Raises LandingError when there are none, or two would be one table.
    """
    wanted = wanted_tables(mapping, contract)
    inspector = sa.inspect(engine)
    there = [*inspector.get_table_names(source.schema), *inspector.get_view_names(source.schema)]
    there += inspector.get_materialized_view_names(source.schema)
    names = [name for name in sorted(there) if compact(name) in wanted]
    if not names:
        raise LandingError(
            f"{source.name}: holds none of the tables that the load reads; there is "
            f"{listed(there) or 'no table at all'}"
        )
    lowered = [name.lower() for name in names]
    twice = [name for name in names if lowered.count(name.lower()) > 1]
    if twice:
        raise LandingError(f"{source.name}: {listed(twice)} would be one table; rename one")
    metadata = sa.MetaData(schema=source.schema)
    metadata.reflect(engine, views=True, only=names, resolve_fks=False)
    for table in metadata.tables.values():
        for column in table.columns:
            _choose_type(column)
            # The loaded file promises nothing that the database may take back.
            column.nullable = None  # type: ignore[assignment]
    return metadata


def _choose_type(column: sa.Column[object]) -> None:
    """Give a column a type that dlt knows, and mark it where only its text has that."""
    kind = column.type
    if isinstance(kind, sa.Float) or (type(kind) is sa.NUMERIC and kind.precision is None):
        column.type = sa.Numeric(asdecimal=False)
    elif isinstance(kind, sa.Enum) or not isinstance(kind, PLAIN_TYPES):
        column.type = sa.Text()
        column.info[AS_TEXT] = True


def as_text(query: sa.Select[tuple[object, ...]], table: sa.Table) -> sa.Select[tuple[object, ...]]:
    """The query with the marked columns as the text of their values."""
    return query.with_only_columns(
        *(
            sa.cast(column, sa.Text()).label(column.name) if AS_TEXT in column.info else column
            for column in table.columns
        ),
        maintain_column_froms=True,
    )


def plan_tables(
    engine: sa.Engine,
    metadata: sa.MetaData,
    mapping: MappingFolder,
    contract: Contract,
    cursors: Mapping[str, str],
) -> tuple[TablePlan, ...]:
    """How each table is loaded; cursors gives the column, or '' for none, by the table's name.

    Raises LandingError when cursors names what is not there.
    """
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    unknown = set(cursors) - {table.name for table in tables}
    if unknown:
        raise LandingError(f"cursor of {min(unknown)}: there is no such table to load")
    with engine.connect() as connection:
        return tuple(
            _plan(connection, table, _declared(table.name, mapping), contract, cursors)
            for table in tables
        )


def _plan(
    connection: sa.Connection,
    table: sa.Table,
    declared: RawTable | None,
    contract: Contract,
    cursors: Mapping[str, str],
) -> TablePlan:
    if table.name in cursors:
        chosen = cursors[table.name]
        if not chosen:
            return TablePlan(table.name, why="as was asked for")
        if chosen not in table.columns or not isinstance(table.columns[chosen].type, CURSOR_TYPES):
            raise LandingError(
                f"cursor of {table.name}: {chosen} is no column with instants, days or whole "
                "numbers"
            )
        cursor: str | None = chosen
    else:
        cursor = _cursor(table, declared)
    if cursor is None:
        return TablePlan(table.name, why="no column says when a row was changed")
    key = tuple(column.name for column in table.primary_key) or _declared_key(
        connection, table, declared, contract
    )
    if not key:
        return TablePlan(table.name, why="no key tells its rows apart")
    is_dated = isinstance(table.columns[cursor].type, sa.DateTime)
    return TablePlan(table.name, key, cursor, is_dated)


def _declared(name: str, mapping: MappingFolder) -> RawTable | None:
    """What the mapping says of a raw table; the declaration that has a key where there are two."""
    found = [
        table
        for table in mapping.raw_tables.values()
        if compact(name) in set(map(compact, (table.name, *table.names, *table.also)))
        and not table.fields
        and not table.unpivot
    ]
    return next((table for table in found if table.key), found[0] if found else None)


def _cursor(table: sa.Table, declared: RawTable | None) -> str | None:
    names: list[str] = list(map(compact, LOADER_CURSORS))
    if declared is not None:
        # A row that is delivered again is told apart by these, and the first is its change.
        names.extend(name for newest in declared.newest[:1] for name in declared.names_of(newest))
    names.extend(map(compact, USUAL_CURSORS))
    return next((found for name in names for found in _columns(table, [name], CURSOR_TYPES)), None)


def _declared_key(
    connection: sa.Connection, table: sa.Table, declared: RawTable | None, contract: Contract
) -> tuple[str, ...]:
    """The key that the mapping or the contract declares, if every row has one of its own."""
    if declared is not None:
        named = [list(declared.names_of(column)) for column in declared.key]
    elif table.name.lower() in contract.deliverable:
        named = [[compact(column)] for column in contract.deliverable[table.name.lower()].key]
    else:
        named = []
    found = [next(iter(_columns(table, names)), None) for names in named]
    key = [table.columns[name] for name in found if name is not None]
    if not key or len(key) < len(named):
        return ()
    groups = sa.select(sa.literal(1)).group_by(*key).having(sa.func.count() > 1)
    absent = sa.select(sa.literal(1)).where(sa.or_(*(column.is_(None) for column in key)))
    for question in (groups, absent):
        if connection.execute(question.select_from(table).limit(1)).first():
            return ()
    return tuple(column.name for column in key)


def _columns(
    table: sa.Table, names: Sequence[str], kinds: tuple[type, ...] = (object,)
) -> Iterable[str]:
    """The columns of a table that bear one of the compact names, likeliest first."""
    held = {compact(c.name): c.name for c in table.columns if isinstance(c.type, kinds)}
    return (held[name] for name in names if name in held)
