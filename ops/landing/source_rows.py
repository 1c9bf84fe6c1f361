"""The rows of one source as they stand among those of others: keys with its name, its currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ops.landing.contract import Contract, Table
from ops.landing.files import LandingError
from ops.landing.write import Part
from ops.warehouse import literal, quoted

SOURCE_FIELD = "source"
DEFAULT_PIPELINE = "default"
# Names that the whole company shares, not keys of a source.
SHARED_NAMES = frozenset({"kpi_id", "market_id", "region_id", "segment_id", "product_family_id"})
# Keys that are not called _id.
OTHER_KEYS = frozenset({"entered_by", "changed_by", "override_of", "superseded_by"})
# Whose members are shared names, so that a target for one of them is for all sources.
SHARED_SCOPES = (
    "total",
    "region",
    "segment",
    "product_family",
    "lead_source",
    "opportunity_type",
    "role",
    "cohort",
)
# What is said of a whole source in them is not said of the whole company.
SCOPED_TABLES = ("decisions", "targets")
CURRENCY_COLUMNS = frozenset({"currency", "list_currency"})


def is_key(column: str) -> bool:
    """Whether a column of the contract holds keys of the source, its own or those of others."""
    return (column.endswith("_id") and column not in SHARED_NAMES) or column in OTHER_KEYS


@dataclass(frozen=True)
class SourceRows:
    """Writes the rows of one source, attached as source_file, into a schema of its name.

    currency is that of amounts without one, None where it is the company's own. is_company is True
    for what the company itself brings, whose keys stand as they are; is_one_of_several for a source
    beside which there is another. sources_name and company_folder are where people write things.
    """

    connection: duckdb.DuckDBPyConnection
    name: str
    parts: Mapping[str, list[Part]]
    currency: str | None
    is_company: bool
    is_one_of_several: bool
    sources_name: str
    company_folder: Path

    def write(self, contract: Contract) -> dict[str, list[Part]]:
        """Write all tables; returns their parts."""
        written: dict[str, list[Part]] = {}
        for table, parts in self.parts.items():
            for part in parts:
                columns = self._columns(contract.tables[table], part)
                select = f"select {_listed(columns)} from {_here(part)}"
                if table == "stages" and not self.is_company:
                    select = self._stages(part, columns)
                if table in SCOPED_TABLES and self.is_one_of_several:
                    select += f" where not {_is_shared_scope(part)}"
                self._add(written, table, columns, select, part.source)
        if not self.is_company and "opportunities" in self.parts:
            self._add_source_field(written)
        return written

    def not_for_all(self, written: Mapping[str, list[Part]]) -> list[str]:
        """A sentence for each table of which rows for a whole source are left out."""
        told = []
        for table in SCOPED_TABLES:
            given = sum(part.row_count for part in self.parts.get(table, ()))
            rows = given - sum(part.row_count for part in written.get(table, ()))
            if rows:
                told.append(
                    f"{self.name}: {table}: left out {rows:,} rows that are for one source as a "
                    f"whole; what is for the company goes into {self.company_folder}"
                )
        return told

    def _columns(self, table: Table, part: Part) -> dict[str, str]:
        """SQL of each contract column that the part gives."""
        held = {name: quoted(column) for name, column in part.columns.items()}
        columns = {name: held[name] for name in table.column_names if name in held}
        if self.is_company:
            return columns
        for name, value in columns.items():
            if is_key(name):
                columns[name] = self._key(value)
        if table.name == "opportunities":
            pipeline = held.get("pipeline_id", "cast(null as varchar)")
            columns["pipeline_id"] = self._key(f"coalesce({pipeline}, '{DEFAULT_PIPELINE}')")
        if "scope_id" in columns:
            columns["scope_id"] = (
                f"case when {_is_shared_scope(part)} then {held['scope_id']} "
                f"else {self._key(held['scope_id'])} end"
            )
        if self.currency is not None:
            for name in CURRENCY_COLUMNS & set(table.column_names):
                given = held.get(name, "cast(null as varchar)")
                columns[name] = f"coalesce({given}, {literal(self.currency)})"
        if table.name == "opportunity_field_history":
            for name in ("old_value", "new_value"):
                if name in held:
                    columns[name] = self._changed(held["field_name"], held[name])
        return columns

    def _key(self, value: str) -> str:
        return f"{literal(self.name + ':')} || {value}"

    def _changed(self, field: str, value: str) -> str:
        """A value of a logged change as the column that it was a change of would have it."""
        field = f"lower(trim({field}))"
        pipeline = self._key(f"coalesce({value}, '{DEFAULT_PIPELINE}')")
        currency = value if self.currency is None else f"coalesce({value}, '{self.currency}')"
        return (
            f"case when {field} = 'pipeline_id' then {pipeline} "
            f"when {field} like '%\\_id' escape '\\' then {self._key(value)} "
            f"when {field} = 'currency' then {currency} else {value} end"
        )

    def _stages(self, part: Part, columns: Mapping[str, str]) -> str:
        """Stages of every pipeline become stages of each pipeline of the source."""
        pipelines = " union ".join(
            [
                f"select '{DEFAULT_PIPELINE}' as pipeline_id",
                *(
                    f"select {quoted(other.columns['pipeline_id'])} from {_here(other)}"
                    for table in ("opportunities", "pipelines")
                    for other in self.parts.get(table, ())
                    if "pipeline_id" in other.columns
                ),
            ]
        )
        own = (
            f"stages.{quoted(part.columns['pipeline_id'])}"
            if "pipeline_id" in part.columns
            else "null"
        )
        others = {name: value for name, value in columns.items() if name != "pipeline_id"}
        named = "".join(f", stages.{value} as {quoted(name)}" for name, value in others.items())
        columns["pipeline_id"] = self._key("pipelines.pipeline_id")
        return (
            f"select {columns['pipeline_id']} as pipeline_id{named} from {_here(part)} as stages "
            f"inner join ({pipelines}) as pipelines "
            f"on pipelines.pipeline_id = {own} or {own} is null"
        )

    def _add_source_field(self, written: dict[str, list[Part]]) -> None:
        """Each deal says which source it is from."""
        for part in written.get("opportunity_custom_fields", ()):
            name = f"lower(trim({quoted(part.columns['field'])}))"
            taken = self.connection.execute(
                f"select 1 from {part.relation} where {name} = '{SOURCE_FIELD}' limit 1"
            ).fetchone()
            if taken:
                raise LandingError(
                    f"{part.source}: a custom field is called {SOURCE_FIELD}, which is the name of "
                    "the source of a deal; give it another name"
                )
        deals = " union ".join(
            f"select opportunity_id from {part.relation}" for part in written["opportunities"]
        )
        columns = {
            "opportunity_id": "opportunity_id",
            "field": f"'{SOURCE_FIELD}'",
            "value": literal(self.name),
        }
        select = f"select {_listed(columns)} from ({deals}) where opportunity_id is not null"
        self._add(written, "opportunity_custom_fields", columns, select, self.sources_name)

    def _add(
        self,
        written: dict[str, list[Part]],
        table: str,
        columns: Mapping[str, str],
        select: str,
        source: str,
    ) -> None:
        parts = written.setdefault(table, [])
        relation = f"staging.{quoted(self.name)}.{quoted(f'{table} {len(parts) + 1}')}"
        self.connection.execute(f"create table {relation} as {select}")
        (rows,) = self.connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
        names = ", ".join(f"{self.name}/{name}" for name in source.split(", "))
        parts.append(Part(relation, {name: name for name in columns}, names, rows))


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{value} as {quoted(name)}" for name, value in columns.items())


def _is_shared_scope(part: Part) -> str:
    """SQL that is true where a target or decision is for no member of the source."""
    kind = quoted(part.columns["scope_type"]) if "scope_type" in part.columns else "'total'"
    return f"coalesce(lower(trim({kind})), 'total') in ({', '.join(map(literal, SHARED_SCOPES))})"


def _here(part: Part) -> str:
    """A relation of the source's own staging file, which is attached under another name."""
    return "source_file." + part.relation.removeprefix("staging.")


def source_of(part: Part) -> str:
    """The name of the source that a part is from."""
    return part.source.partition("/")[0]


def whole(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    parts: Sequence[Part],
) -> Part:
    """A relation made of all parts, as one part."""
    (rows,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    names = ", ".join(dict.fromkeys(part.source for part in parts))
    return Part(relation, {name: name for name in columns}, names, rows)
