"""Making one load of several sources: keys told apart, one currency, one set of exchange rates.

What stands in the folder of the company is for the whole company, and no source adds to it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ops.landing.contract import Contract, Table
from ops.landing.files import LandingError, listed
from ops.landing.load import LOAD_ID_LENGTH, Load, Manifest
from ops.landing.mapping import NO_MAPPING, read_mapping
from ops.landing.reading import Reading, read_load
from ops.landing.settings import Settings
from ops.landing.sources import (
    COMPANY,
    SourcesFile,
    currency_of,
    merged_manifest,
    merged_settings,
)
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
# Amounts in the corporate currency, without a column that could say another.
IN_CORPORATE_CURRENCY = ("clv_predictions", "decisions", "market_sizes", "targets")
# Values by name, of which the company has one list: what the first source says of a name stands.
ONE_LIST = {
    "loss_reasons": ("loss_reason",),
    "lead_sources": ("lead_source",),
    "benchmarks": ("kpi_id", "period_grain", "segment"),
    "expense_allocation_rules": ("category", "valid_from"),
    "market_sizes": (
        "market_id",
        "geography",
        "product_family_id",
        "segment_id",
        "period_start",
        "period_end",
        "basis",
        "version",
    ),
    "working_calendar": ("country", "calendar_date"),
}


def is_key(column: str) -> bool:
    """Whether a column of the contract holds keys of the source, its own or those of others."""
    return (column.endswith("_id") and column not in SHARED_NAMES) or column in OTHER_KEYS


@dataclass(frozen=True)
class Company:
    """The sources of a company that are planned, by name, and what holds for all of them."""

    file: SourcesFile
    loads: Mapping[str, Load]
    own: Load
    load: Load


def plan_company(file: SourcesFile, loads: Mapping[str, Load], contract: Contract) -> Company:
    """One load of the loads of all sources.

    Raises LandingError when sources differ in a setting that the company leaves open, or the
    company's folder holds more than values.
    """
    own = _own_load(file, contract)
    settings = merged_settings(file, loads, own.mapping.settings)
    manifest = merged_manifest(loads, own.mapping.settings, contract)
    for name, load in loads.items():
        if SOURCE_FIELD in load.mapping.custom_fields:
            raise LandingError(
                f"{file.path}: the mapping of {name} has a custom field {SOURCE_FIELD}, which is "
                "the name of the source of a deal; give it another name in its options.yml"
            )
    told = {
        "sources": {name: load.load_id for name, load in loads.items()},
        "company": own.mapping.fingerprint(),
    }
    content = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    sources = {
        table: tuple(
            replace(file, name=f"{name}/{file.name}")
            for name, load in {**loads, COMPANY: own}.items()
            for file in load.sources.get(table, ())
        )
        for table in contract.deliverable
    }
    load = Load(
        content.hexdigest()[:LOAD_ID_LENGTH],
        Manifest(manifest.extracted_at, manifest.coverage_from),
        replace(NO_MAPPING, settings=settings),
        sources,
        (),
    )
    return Company(file, loads, own, load)


def read_company(
    company: Company,
    contract: Contract,
    schema: str,
    staging: Path,
    progress: Callable[[str], None],
) -> Reading:
    """Bring the rows of all sources into the staging file, as they stand in the whole company."""
    staged, parts = {}, {table: [] for table in contract.deliverable}
    findings: list[str] = []
    held: dict[str, frozenset[str]] = {}
    readings = {**company.loads, COMPANY: company.own} if company.own.sources else company.loads
    for name, load in readings.items():
        own_folder = staging.parent / name
        own_folder.mkdir()
        own_file = own_folder / "staging.duckdb"
        reading = read_load(
            load, contract, schema, own_file, lambda step, name=name: progress(f"{name}: {step}")
        )
        findings.extend(f"{name}: {finding}" for finding in reading.findings)
        for file_name, file in reading.staged.items():
            renamed = replace(file.file, name=f"{name}/{file_name}")
            staged[renamed.name] = replace(file, file=renamed)
        progress(f"{name}: keys")
        with closing(duckdb.connect(staging)) as connection:
            connection.execute(f"attach {literal(str(own_file))} as source_file (read_only)")
            connection.execute(f"create schema {quoted(name)}")
            source = _SourceRows(connection, name, reading.parts, company)
            written = source.write(contract)
            findings.extend(source.not_for_all(written))
        held[name] = frozenset(table for table in written if written[table])
        for table, rows in written.items():
            parts[table].extend(rows)
        own_file.unlink()
    with closing(duckdb.connect(staging)) as connection:
        findings.extend(_settle(connection, company, contract, parts))
    findings.extend(_uneven(company, parts, held, contract))
    return Reading(staged, {name: rows for name, rows in parts.items() if rows}, findings)


@dataclass(frozen=True)
class _SourceRows:
    """Writes the rows of one source, attached as source_file, into a schema of its name."""

    connection: duckdb.DuckDBPyConnection
    name: str
    parts: Mapping[str, list[Part]]
    company: Company

    @property
    def is_company(self) -> bool:
        """True for what the company itself brings, whose keys stand as they are."""
        return self.name == COMPANY

    @property
    def is_one_of_several(self) -> bool:
        """True for a source beside which there is another."""
        return not self.is_company and len(self.company.loads) > 1

    @property
    def currency(self) -> str | None:
        """The corporate currency of the source where the company has another."""
        own = currency_of((self.company.loads.get(self.name) or self.company.load).mapping.settings)
        return own if own != currency_of(self.company.load.mapping.settings) else None

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
                    f"whole; what is for the company goes into {self.company.file.company_folder}"
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
        self._add(
            written, "opportunity_custom_fields", columns, select, self.company.file.path.name
        )

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


def _settle(
    connection: duckdb.DuckDBPyConnection,
    company: Company,
    contract: Contract,
    parts: dict[str, list[Part]],
) -> list[str]:
    """Let one list stand where the company has one; returns what was left out."""
    findings: list[str] = []
    for table in sorted(company.own.sources):
        left_out = [part for part in parts[table] if not part.source.startswith(f"{COMPANY}/")]
        parts[table] = [part for part in parts[table] if part not in left_out]
        findings.extend(_left_out(table, left_out, "the company brings its own"))
    differing = {
        name
        for name, load in company.loads.items()
        if currency_of(load.mapping.settings) != currency_of(company.load.mapping.settings)
    }
    for table in IN_CORPORATE_CURRENCY:
        left_out = [part for part in parts[table] if _source_of(part) in differing]
        parts[table] = [part for part in parts[table] if part not in left_out]
        findings.extend(
            _left_out(
                table,
                left_out,
                "its amounts are in the corporate currency of the source, not of the company; "
                f"put them into {company.file.company_folder}",
            )
        )
    for table, names in ONE_LIST.items():
        if len(parts[table]) > 1:
            parts[table] = [_first_of_each(connection, contract.tables[table], names, parts[table])]
    if "exchange_rates" not in company.own.sources and parts["exchange_rates"]:
        parts["exchange_rates"], unknown = _rates(connection, company, parts["exchange_rates"])
        findings.extend(unknown)
    return findings


def _left_out(table: str, parts: Sequence[Part], reason: str) -> list[str]:
    rows = sum(part.row_count for part in parts)
    if not rows:
        return []
    sources = listed(dict.fromkeys(map(_source_of, parts)))
    return [f"{table}: left out {rows:,} rows of {sources}, for {reason}"]


def _source_of(part: Part) -> str:
    return part.source.partition("/")[0]


def _first_of_each(
    connection: duckdb.DuckDBPyConnection, table: Table, names: Sequence[str], parts: list[Part]
) -> Part:
    """The rows of all parts, of each name those of the first source that has it."""
    given = [name for name in table.column_names if any(name in part.columns for part in parts)]
    rows = " union all ".join(
        f"select {number} as place, "
        + ", ".join(
            quoted(name) if name in part.columns else f"cast(null as varchar) as {quoted(name)}"
            for name in given
        )
        + f" from {part.relation}"
        for number, part in enumerate(parts)
    )
    key = ", ".join(f"lower(trim({quoted(name)}))" for name in names if name in given)
    relation = f"staging.main.{quoted(table.name)}"
    connection.execute(
        f"create table {relation} as select * exclude (place, first_place) from ("
        f"select *, min(place) over (partition by {key}) as first_place from ({rows})) "
        "where place = first_place"
    )
    return _whole(connection, relation, given, parts)


def _rates(
    connection: duckdb.DuckDBPyConnection, company: Company, parts: list[Part]
) -> tuple[list[Part], list[str]]:
    """Rates to the corporate currency of the company, and what no source has one for.

    The first source whose corporate currency is the company's says what a currency is worth. A
    currency that only others know is worth what they say, times what theirs is worth; what theirs
    is worth is one over what they give for the company's, where no source gives it.
    """
    own = currency_of(company.load.mapping.settings)
    currencies = {name: currency_of(load.mapping.settings) for name, load in company.loads.items()}
    order = sorted(company.loads, key=lambda name: currencies[name] != own)
    rows = " union all ".join(
        f"select {order.index(_source_of(part))} as place, "
        f"{literal(currencies[_source_of(part)])} as base, upper(trim(currency)) as currency, "
        "try_cast(rate_date as date) as rate_date, "
        f"{'lower(trim(rate_type))' if 'rate_type' in part.columns else 'cast(null as varchar)'} "
        f"as rate_type, try_cast(rate as double) as rate from {part.relation}"
        for part in parts
    )
    connection.execute(
        f"create temp table given as select place, base, currency, rate_date, "
        f"coalesce(rate_type, 'spot') as rate_type, rate from ({rows}) "
        "where currency <> base and rate_date is not null and rate > 0"
    )
    # One over the rate of the company's currency is a rate of the source's own.
    connection.execute(
        "create temp table direct as select place, currency, rate_date, rate_type, rate "
        f"from given where base = {literal(own)} union all "
        "select place, base, rate_date, rate_type, 1 / rate from given "
        f"where base <> {literal(own)} and currency = {literal(own)}"
    )
    connection.execute(
        "create temp table first_direct as select * exclude (first_place) from (select *, "
        "min(place) over (partition by currency, rate_type) as first_place from direct) "
        "where place = first_place"
    )
    # A product of two rates changes on each day on which one of them does.
    connection.execute(
        "create temp table crossed as with foreign_rates as (select * from given "
        f"where base <> {literal(own)} and currency <> {literal(own)}), days as ("
        "select place, base, currency, rate_type, rate_date from foreign_rates union "
        "select foreign_rates.place, foreign_rates.base, foreign_rates.currency, "
        "foreign_rates.rate_type, first_direct.rate_date from foreign_rates "
        "inner join first_direct on foreign_rates.base = first_direct.currency "
        "and foreign_rates.rate_type = first_direct.rate_type) "
        "select days.place, days.currency, days.rate_date, days.rate_type, "
        "foreign_rates.rate * first_direct.rate as rate from days "
        "asof join foreign_rates on days.place = foreign_rates.place "
        "and days.currency = foreign_rates.currency and days.rate_type = foreign_rates.rate_type "
        "and days.rate_date >= foreign_rates.rate_date "
        "asof join first_direct on days.base = first_direct.currency "
        "and days.rate_type = first_direct.rate_type "
        "and days.rate_date >= first_direct.rate_date"
    )
    relation = "staging.main.exchange_rates"
    connection.execute(
        f"create table {relation} as select currency, cast(rate_date as varchar) as rate_date, "
        "rate_type, cast(cast(rate as decimal(18, 8)) as varchar) as rate from ("
        "select currency, rate_date, rate_type, rate from first_direct union all "
        "select currency, rate_date, rate_type, rate from (select *, min(place) over ("
        "partition by currency, rate_type) as first_place from crossed "
        "anti join first_direct using (currency, rate_type)) where place = first_place)"
    )
    known = {
        currency
        for (currency,) in connection.execute(
            f"select distinct currency from {relation}"
        ).fetchall()
    }
    findings = [
        f"{name}: counts in {currency}, which has no rate to {own}; put exchange_rates.csv into "
        f"{company.file.company_folder}"
        for name, currency in currencies.items()
        if currency not in (own, *known)
    ]
    columns = ("currency", "rate_date", "rate_type", "rate")
    return [_whole(connection, relation, columns, parts)], findings


def _whole(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[str],
    parts: Sequence[Part],
) -> Part:
    """A relation made of all parts, as one part."""
    (rows,) = connection.execute(f"select count(*) from {relation}").fetchone() or (0,)
    names = ", ".join(dict.fromkeys(part.source for part in parts))
    return Part(relation, {name: name for name in columns}, names, rows)


def _uneven(
    company: Company,
    parts: Mapping[str, list[Part]],
    held: Mapping[str, frozenset[str]],
    contract: Contract,
) -> list[str]:
    """A sentence for each source that lacks tables which others bring."""
    shared = {*company.own.sources, *ONE_LIST, "exchange_rates"}
    brought = [table for table in contract.deliverable if parts.get(table) and table not in shared]
    findings = []
    for name in company.loads:
        lacking = [table for table in brought if table not in held[name]]
        if lacking:
            findings.append(
                f"{name}: brings no {listed(lacking)}; what is counted from them holds the other "
                "sources alone"
            )
    return findings


def _own_load(file: SourcesFile, contract: Contract) -> Load:
    """What the company's folder holds, as a load without raw files."""
    if file.company is None:
        return Load("", Manifest(), replace(NO_MAPPING, settings=Settings()), {}, ())
    mapping = read_mapping(file.company, contract)
    if not mapping.is_about_values_only:
        raise LandingError(
            f"{file.company}: a SELECT reads raw files, which belong to a source; list it in "
            f"{file.path.name}"
        )
    sources = {name: (raw_file,) for name, raw_file in mapping.files.items()}
    sources |= {name: () for name in mapping.tables}
    return Load("", Manifest(), mapping, sources, ())


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{value} as {quoted(name)}" for name, value in columns.items())


def _is_shared_scope(part: Part) -> str:
    """SQL that is true where a target or decision is for no member of the source."""
    kind = quoted(part.columns["scope_type"]) if "scope_type" in part.columns else "'total'"
    return f"coalesce(lower(trim({kind})), 'total') in ({', '.join(map(literal, SHARED_SCOPES))})"


def _here(part: Part) -> str:
    """A relation of the source's own staging file, which is attached under another name."""
    return "source_file." + part.relation.removeprefix("staging.")
