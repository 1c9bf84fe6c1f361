"""Raw tables that a mapping declares, so that one SELECT reads them however they were loaded.

Loaders write the same table of a source under other names: `OpportunityStage.StageName`,
`opportunity_stage.stage_name`, `opportunity_stage/1.parquet`. options.yml of a mapping says what
its SELECTs read:

    tables:
      deal:
        names: [deals]                        # other names of the table
        also: [deals_archived]                # tables whose rows are rows of this one, too
        columns: [deal_id, dealname, amount]  # what the SELECTs read of it
        aliases: {deal_id: [id]}              # other names of a column
        prefixes: [property_, properties_]    # that a loader may put before a column's name
        json: [properties]                    # objects that may hold a column
        key: [deal_id]                        # a row of a key may be delivered again; of several
        newest: [updated_at]                  # the one with the latest of these counts
        dates: [createdate]                   # columns that date_formats are for
        carries: [opportunities]              # tables that are not delivered without this one
      deal_stage_date:
        names: [deal, deals]
        columns: [deal_id, stage, entered_at]
        unpivot: {date_entered_: [stage, entered_at]}  # columns that are rows: rest of name, value
      deal_custom_field:
        names: [deal, deals]
        columns: [deal_id, field, value]
        fields: [field, value]                # a row for each of custom_fields: its name, its value
    custom_fields: [Deal_Tier__c]             # or {tier: Deal_Tier__c}, where a name is wanted

Names are compared without case and without signs between letters. Such a table has exactly the
columns that are declared, as text: one that the files lack is empty, and so is a table without a
file. Files of a folder that bears the table's name are its parts. Where dlt split a column by type
(`value`, `value__v_double`), the first that has a value holds. A table with `unpivot` has a row for
each value of the columns, or of the keys of its objects, whose names begin so; one with `fields`
has a row for each value of the columns that custom_fields lists. `date_formats` of
options.yml says how dates are written where they are not written in ISO form: patterns of
strptime, or epoch_ms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.landing.files import LandingError, RawFile, listed
from ops.landing.readers import RAW_SCHEMA, StagedFile
from ops.landing.yaml_files import place
from ops.warehouse import literal, quoted

_SIGNS = re.compile(r"[^0-9a-z]+")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CASE_CHANGE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_VARIANT = re.compile(r"__v_[a-z]+$")
_KEYS = (
    "names",
    "also",
    "columns",
    "prefixes",
    "json",
    "key",
    "newest",
    "dates",
    "carries",
    "fields",
)
_NAMED = ("aliases", "unpivot")
EPOCH_MS = "epoch_ms"


@dataclass(frozen=True)
class RawTable:
    """A raw table that the SELECTs of a mapping read, and the names it may have.

    also are tables that are told apart from it by their loader alone. unpivot gives, for the
    beginning of a column's name, the columns that take the rest of it and the value. carries are
    the contract tables that are not delivered when this one, and every other that carries them, is
    missing.
    """

    name: str
    names: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    prefixes: tuple[str, ...] = ()
    json: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    newest: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()
    unpivot: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fields: tuple[str, ...] = ()

    def over(self, other: RawTable) -> RawTable:
        """This declaration and, after it, what another says of the same table."""
        aliases = {name: list(names) for name, names in self.aliases}
        for name, names in other.aliases:
            aliases.setdefault(name, []).extend(names)
        return RawTable(
            self.name,
            _joined(self.names, other.names),
            _joined(self.also, other.also),
            _joined(self.columns, other.columns),
            tuple((name, _joined(names)) for name, names in sorted(aliases.items())),
            _joined(self.prefixes, other.prefixes),
            _joined(self.json, other.json),
            self.key or other.key,
            self.newest or other.newest,
            _joined(self.dates, other.dates),
            _joined(self.carries, other.carries),
            self.unpivot or other.unpivot,
            self.fields or other.fields,
        )

    def names_of(self, column: str) -> Iterator[str]:
        """The names, without case and signs, under which a column may come, likeliest first."""
        for name in (column, *dict(self.aliases).get(column, ())):
            yield compact(name)
            for prefix in self.prefixes:
                yield compact(prefix + name)


def compact(name: str) -> str:
    """A name without case and without signs between its letters and digits."""
    return _SIGNS.sub("", name.lower())


def read_tables(given: Any, path: Path, contract_tables: Iterable[str]) -> dict[str, RawTable]:
    """The declared tables of an options.yml; LandingError when one says something unknown."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise LandingError(f"{place(path, 'tables')}: tables does not give raw tables by name")
    known = frozenset(contract_tables)
    tables: dict[str, RawTable] = {}
    for name, said in given.items():
        where = f"{place(path, 'tables', name)}: {name}"
        if not isinstance(said, dict):
            raise LandingError(f"{where}: is not made of keys and values")
        unknown = sorted(set(map(str, said)) - {*_KEYS, *_NAMED})
        if unknown:
            known_keys = ", ".join((*_KEYS, *_NAMED))
            raise LandingError(f"{where}: {unknown[0]} is not known; use {known_keys}")
        lists = {key: _texts(said.get(key), f"{where}: {key}") for key in _KEYS}
        strange = [table for table in lists["carries"] if table not in known]
        if strange:
            raise LandingError(f"{where}: carries {strange[0]}, which is no table of the contract")
        aliases = _named_texts(said.get("aliases"), f"{where}: aliases")
        unpivot = _named_texts(said.get("unpivot"), f"{where}: unpivot")
        columns = tuple(column.lower() for column in lists.pop("columns"))
        named = [*lists["key"], *lists["newest"], *lists["dates"], *lists["fields"]]
        if len(lists["fields"]) not in (0, 2):
            raise LandingError(f"{where}: fields does not name two columns")
        for beginning, taking in unpivot:
            if len(taking) != 2:
                raise LandingError(f"{where}: unpivot of {beginning} does not name two columns")
            named.extend(taking)
        _refuse_unknown_columns(columns, named, where)
        tables[str(name).lower()] = RawTable(
            str(name).lower(), columns=columns, aliases=aliases, unpivot=unpivot, **lists
        )
    return tables


def _named_texts(given: Any, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(given or {}, dict):
        raise LandingError(f"{where} does not give lists by name")
    return tuple(
        (str(name).lower(), _texts(texts, f"{where} of {name}"))
        for name, texts in (given or {}).items()
    )


def _refuse_unknown_columns(columns: Sequence[str], named: Sequence[str], where: str) -> None:
    unknown = [column for column in named if column not in columns]
    if unknown:
        raise LandingError(f"{where}: {unknown[0]} is not among its columns")


def files_of(table: RawTable, files: Sequence[RawFile]) -> tuple[RawFile, ...]:
    """The files that are a declared table: one that bears its name, or the parts in a folder.

    Of several the one nearest to the raw folder counts, and a table whose rows are also its rows
    where it is as near. Raises LandingError when two are as near.
    """
    found = [_nearest(table.name, (table.name, *table.names), files)]
    found.extend(_nearest(name, (name,), files) for name in table.also)
    nearest = min(depth for depth, _ in found)
    parts = (file for depth, held in found if depth == nearest for file in held)
    return tuple(dict.fromkeys(parts))


def _nearest(
    table_name: str, table_names: Iterable[str], files: Sequence[RawFile]
) -> tuple[float, list[RawFile]]:
    """How deep the table lies that is nearest to the raw folder, and its files."""
    names = {compact(name) for name in table_names}
    found: dict[tuple[int, str], list[RawFile]] = {}
    for file in files:
        if not file.suffix:
            continue
        parts = file.stem.split("/")
        if compact(parts[-1]) in names:
            found.setdefault((len(parts), file.name), []).append(file)
        elif len(parts) > 1 and compact(parts[-2]) in names:
            found.setdefault((len(parts) - 1, "/".join(parts[:-1])), []).append(file)
    if not found:
        return float("inf"), []
    nearest = min(depth for depth, _ in found)
    places = [place for place in found if place[0] == nearest]
    if len(places) > 1:
        raise LandingError(
            f"{listed(name for _, name in places)}: each would be the table {table_name}; keep "
            "one, or put its parts into one folder"
        )
    return nearest, found[places[0]]


def read_date_formats(given: Any, path: Path) -> tuple[str, ...]:
    """The date_formats of an options.yml; LandingError when one is no pattern of strptime."""
    if given is None:
        return ()
    where = f"{place(path, 'date_formats')}: date_formats"
    formats = _texts(given, where)
    for written in formats:
        if written != EPOCH_MS and "%" not in written:
            raise LandingError(f"{where}: {written} is no pattern such as %m/%d/%Y, nor epoch_ms")
    return formats


def read_custom_fields(given: Any, path: Path) -> dict[str, str]:
    """The custom_fields of an options.yml: the column of the files that each is, by its name.

    Of a list the names are those of the columns, in small letters and without Salesforce's __c.
    Raises LandingError when it is neither a list nor names with columns, or a name is none.
    """
    if given is None:
        return {}
    where = f"{place(path, 'custom_fields')}: custom_fields"
    if isinstance(given, dict):
        fields = {str(name): column for name, column in given.items()}
    elif isinstance(given, list):
        fields = {field_name(str(column)): column for column in given}
        if len(fields) < len(given):
            raise LandingError(f"{where}: two columns would have one name; write name: column")
    else:
        raise LandingError(f"{where}: is neither a list of columns nor names with columns")
    for name, column in fields.items():
        if not isinstance(column, str):
            raise LandingError(f"{where}: {name} is not the name of a column; put it in quotes")
        if not _FIELD_NAME.fullmatch(name):
            raise LandingError(
                f"{where}: {name!r} is no name in snake_case, such as deal_tier; write name: column"
            )
    return fields


def field_name(column: str) -> str:
    """The name that a custom field gets from its column: deal_tier of DealTier__c or Deal Tier."""
    words = _CASE_CHANGE.sub("_", column.removesuffix("__c").removesuffix("__C"))
    return _SIGNS.sub("_", words.lower()).strip("_")


def select_of(
    table: RawTable,
    staged: Sequence[StagedFile],
    date_formats: Sequence[str] = (),
    custom_fields: Mapping[str, str] | None = None,
) -> str:
    """A SELECT of the declared columns, as text, over the files of a table.

    Raises LandingError when a file has two columns that might be the same declared one.
    """
    if not staged or (table.fields and not custom_fields):
        nothing = ", ".join(f"cast(null as varchar) as {quoted(name)}" for name in table.columns)
        return f"select {nothing} where false"
    rows = "\nunion all\n".join(
        _select_of_part(table, part, date_formats, custom_fields or {}) for part in staged
    )
    if not table.key:
        return rows
    columns = ", ".join(map(quoted, table.columns))
    newest = [f"{quoted(column)} desc nulls last" for column in table.newest]
    # Copies of one instant are told apart by their values, so that each run keeps the same.
    order = ", ".join([*newest, *map(quoted, table.columns)])
    copies = f"partition by {', '.join(map(quoted, table.key))} order by {order}"
    return (
        f"select {columns} from (select {columns}, row_number() over ({copies}) as copy_number "
        f"from ({rows})) where copy_number = 1"
    )


def _select_of_part(
    table: RawTable,
    part: StagedFile,
    date_formats: Sequence[str],
    custom_fields: Mapping[str, str],
) -> str:
    source = f"{quoted(RAW_SCHEMA)}.{quoted(part.table_name)}"
    written = {column: _value(table, column, part) for column in table.columns}
    if table.fields:
        name_column, value_column = table.fields
        selects = []
        for name, column in custom_fields.items():
            value = _value(table, column, part)
            own = written | {name_column: literal(name), value_column: value}
            selects.append(
                f"select {_as_columns(own, table.dates, date_formats)} "
                f"from {source} where nullif({value}, '') is not null"
            )
        return "\nunion all\n".join(selects)
    if not table.unpivot:
        return f"select {_as_columns(written, table.dates, date_formats)} from {source}"
    selects = []
    for beginning, (rest, value) in table.unpivot:
        entries = _entries(table, beginning, part)
        own = written | {rest: "entry.rest", value: "entry.value"}
        selects.append(
            f"select {_as_columns(own, table.dates, date_formats)} "
            f"from (select *, unnest({entries}) as entry from {source}) "
            "where nullif(entry.value, '') is not null"
        )
    return "\nunion all\n".join(selects)


def _as_columns(
    written: Mapping[str, str], dates: Iterable[str], date_formats: Sequence[str]
) -> str:
    read = {column: _iso_text(written[column], date_formats) for column in dates}
    return ", ".join(f"{value} as {quoted(name)}" for name, value in {**written, **read}.items())


def _entries(table: RawTable, beginning: str, part: StagedFile) -> str:
    """SQL of a list of the values whose columns, or keys in an object, begin so.

    Each is a struct of rest, the name after its beginning as it is written, and value.
    """
    beginnings = [prefix + beginning for prefix in ("", *table.prefixes)]
    rests = {name: _rest(name, beginnings) for name in part.columns}
    columns = [
        f"{{'rest': {literal(rest)}, 'value': {quoted(name)}}}"
        for name, rest in rests.items()
        if rest
    ]
    if columns:
        return f"[{', '.join(columns)}]"
    keyed = [
        f"coalesce([{{'rest': entry_key[{len(beginning) + 1}:], "
        f"'value': json_extract_string({quoted(held_in)}, '$.\"' || entry_key || '\"')}} "
        f"for entry_key in json_keys({quoted(held_in)}) "
        f"if starts_with(entry_key, {literal(beginning)})], [])"
        for held_in in part.columns
        if held_in.lower() in table.json
    ]
    return " || ".join(keyed) or "[{'rest': '', 'value': cast(null as varchar)}]"


def _rest(name: str, beginnings: Sequence[str]) -> str:
    """What follows the beginning of a name, which is told without case and signs; or nothing."""
    wanted = {compact(beginning) for beginning in beginnings}
    for length in range(len(name) - 1, 0, -1):
        if compact(name[:length]) in wanted:
            is_whole = beginnings[0][-1].isalnum() or not name[length - 1].isalnum()
            return name[length:] if is_whole else ""
    return ""


def _value(table: RawTable, column: str, part: StagedFile) -> str:
    """SQL of a declared column in one file."""
    held: dict[str, list[str]] = {}
    for name in part.columns:
        held.setdefault(compact(_VARIANT.sub("", name.lower())), []).append(name)
    for name in table.names_of(column):
        if name in held:
            return _first_value(held[name], column, part)
    objects = [name for name in part.columns if name.lower() in table.json]
    if objects:
        names = (column, *dict(table.aliases).get(column, ()))
        values = (
            f"json_extract_string({quoted(held_in)}, {literal(_json_path(name))})"
            for held_in in objects
            for name in names
        )
        return f"nullif(coalesce({', '.join(values)}), '')"
    return "cast(null as varchar)"


def _iso_text(value: str, date_formats: Sequence[str]) -> str:
    """SQL that writes a date in ISO form where one of the formats reads it."""
    patterns = [written for written in date_formats if written != EPOCH_MS]
    readings = []
    if EPOCH_MS in date_formats:
        readings.append(
            f"case when regexp_full_match({value}, '[0-9]{{10,14}}') "
            f"then epoch_ms(try_cast({value} as bigint)) end"
        )
    if patterns:
        listed_patterns = ", ".join(map(literal, patterns))
        readings.append(f"try_strptime({value}, [{listed_patterns}])")
    if not readings:
        return value
    return f"coalesce({', '.join(f'cast({reading} as varchar)' for reading in readings)}, {value})"


def _first_value(names: Sequence[str], column: str, part: StagedFile) -> str:
    """SQL of the first value among a column and the variants that dlt made of it."""
    bases = [name for name in names if not _VARIANT.search(name.lower())]
    if len(bases) > 1:
        exact = [name for name in bases if name.lower() == column]
        if len(exact) != 1:
            raise LandingError(
                f"{part.file.name}: the columns {listed(bases)} might each be {column}; rename one"
            )
        bases = exact
    variants = [name for name in names if _VARIANT.search(name.lower())]
    chosen = [quoted(name) for name in (*bases, *variants)]
    return chosen[0] if len(chosen) == 1 else f"coalesce({', '.join(chosen)})"


def _json_path(name: str) -> str:
    key = name.replace('"', '\\"')
    return f'$."{key}"'


def _joined(*lists: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))


def _texts(given: Any, where: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        raise LandingError(f"{where}: is not a list of texts; put them in quotes")
    return tuple(given)


def carriers_of(tables: Mapping[str, RawTable], contract_table: str) -> tuple[str, ...]:
    """The declared raw tables that carry a table of the contract."""
    return tuple(name for name, table in tables.items() if contract_table in table.carries)
