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

from ops.landing.catalogue import kpis_by_columns, kpis_of_tables
from ops.landing.contract import Contract, Table
from ops.landing.files import LandingError, listed
from ops.landing.load import LOAD_ID_LENGTH, Load, Manifest
from ops.landing.mapping import NO_MAPPING, read_mapping
from ops.landing.reading import Reading, read_load
from ops.landing.settings import Settings
from ops.landing.source_rates import merge_rates
from ops.landing.source_rows import SOURCE_FIELD, SourceRows, source_of, whole
from ops.landing.sources import (
    COMPANY,
    SourcesFile,
    currency_of,
    merged_manifest,
    merged_settings,
)
from ops.landing.write import Part
from ops.warehouse import literal, quoted

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


@dataclass(frozen=True)
class Company:
    """The sources of a company that are planned, by name, and what holds for all of them."""

    file: SourcesFile
    loads: Mapping[str, Load]
    own: Load
    load: Load

    @property
    def currencies(self) -> dict[str, str]:
        """The corporate currency of each source."""
        return {name: currency_of(load.mapping.settings) for name, load in self.loads.items()}

    def other_currency(self, name: str) -> str | None:
        """The corporate currency of a source where the company has another."""
        currency = self.currencies.get(name)
        return None if currency == currency_of(self.load.mapping.settings) else currency


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
    held: dict[str, dict[str, frozenset[str]]] = {}
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
            source = SourceRows(
                connection,
                name,
                reading.parts,
                currency=company.other_currency(name),
                is_company=name == COMPANY,
                is_one_of_several=name != COMPANY and len(company.loads) > 1,
                sources_name=company.file.path.name,
                company_folder=company.file.company_folder,
            )
            written = source.write(contract)
            findings.extend(source.not_for_all(written))
        held[name] = {
            table: frozenset(column for part in rows for column in part.columns)
            for table, rows in written.items()
        }
        for table, rows in written.items():
            parts[table].extend(rows)
        own_file.unlink()
    with closing(duckdb.connect(staging)) as connection:
        findings.extend(_settle(connection, company, contract, parts))
    findings.extend(_uneven(company, parts, held))
    return Reading(staged, {name: rows for name, rows in parts.items() if rows}, findings)


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
    for table in IN_CORPORATE_CURRENCY:
        left_out = [part for part in parts[table] if company.other_currency(source_of(part))]
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
        own = currency_of(company.load.mapping.settings)
        rates, known = merge_rates(connection, parts["exchange_rates"], company.currencies, own)
        parts["exchange_rates"] = [rates]
        findings.extend(
            f"{name}: counts in {currency}, which has no rate to {own}; put exchange_rates.csv "
            f"into {company.file.company_folder}"
            for name, currency in company.currencies.items()
            if currency not in (own, *known)
        )
    return findings


def _left_out(table: str, parts: Sequence[Part], reason: str) -> list[str]:
    rows = sum(part.row_count for part in parts)
    if not rows:
        return []
    sources = listed(dict.fromkeys(map(source_of, parts)))
    return [f"{table}: left out {rows:,} rows of {sources}, for {reason}"]


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
    return whole(connection, relation, given, parts)


def _uneven(
    company: Company,
    parts: Mapping[str, list[Part]],
    held: Mapping[str, Mapping[str, frozenset[str]]],
) -> list[str]:
    """A sentence for each source that lacks what KPIs are made of and others bring."""
    shared = {*company.own.sources, *ONE_LIST, "exchange_rates"}
    tables = [table for table in kpis_of_tables() if parts.get(table) and table not in shared]
    columns = [
        (table, column)
        for each in dict.fromkeys(each for columns in kpis_by_columns() for each in columns)
        for table, _, column in [each.partition(".")]
        if table in tables and any(column in part.columns for part in parts[table])
    ]
    findings = []
    for name in company.loads:
        own = held[name]
        lacking = [table for table in tables if table not in own]
        lacking += [
            f"{table}.{column}"
            for table, column in columns
            if table in own and column not in own[table]
        ]
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
