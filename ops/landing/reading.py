"""Reading the files of a load into a staging database, as the parts of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ops.landing.catalogue import kpis_of_tables
from ops.landing.contract import Contract
from ops.landing.files import LandingError, listed
from ops.landing.load import Load
from ops.landing.mapping import MAPPED_SCHEMA, run_mapping, unfilled_custom_fields
from ops.landing.readers import RAW_SCHEMA, StagedFile, stage_file
from ops.landing.write import Part
from ops.warehouse import quoted


@dataclass(frozen=True)
class Reading:
    """What was read of a load: its files by name, the parts of each table, findings."""

    staged: Mapping[str, StagedFile]
    parts: Mapping[str, list[Part]]
    findings: list[str]


def read_load(
    load: Load,
    contract: Contract,
    schema: str,
    staging: Path,
    progress: Callable[[str], None],
) -> Reading:
    """Bring the files of a load, or what a mapping makes of them, into the staging file."""
    with closing(duckdb.connect(staging)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        staged, unread = _stage(connection, load, staging.parent, progress)
        parts, findings = _named_parts(load, staged, contract)
        findings.extend(unread)
        if load.mapping.selects:
            progress("mapping")
            held = {
                name: [staged[file.name] for file in files if file.name in staged]
                for name, files in load.parts.items()
            }
            tables = [name for name in load.mapping.tables if name in load.sources]
            mapped = run_mapping(connection, load.mapping, contract, held, tables)
            findings.extend(unfilled_custom_fields(connection, load.mapping))
            for table, columns in mapped.items():
                parts[table] = [_mapped_part(connection, load, table, columns)]
    if not any(part.row_count for table in parts.values() for part in table):
        sources = listed(part.source for table in parts.values() for part in table)
        raise LandingError(f"{sources}: no file has a row of data; export them again")
    if load.mapping.raw_tables:
        # What a loader could bring and did not is missing, as if its table were.
        for table in load.mapping.tables:
            if not any(part.row_count for part in parts.get(table, ())):
                parts.pop(table, None)
    for staged_file in staged.values():
        findings.extend(staged_file.findings)
        findings.extend(_rejection_finding(staged_file, schema))
    return Reading(staged, parts, findings)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    load: Load,
    workspace: Path,
    progress: Callable[[str], None],
) -> tuple[dict[str, StagedFile], list[str]]:
    """Make every file of the load a relation of the staging file; by file name, with findings.

    A file that cannot be read stops the load only where a KPI is made of its table.
    """
    kpis = kpis_of_tables()
    counted = [file for table, files in load.sources.items() if table in kpis for file in files]
    findings: list[str] = []
    declared = {file.name for files in load.parts.values() for file in files}
    connection.execute(f"create schema {RAW_SCHEMA}")
    staged: dict[str, StagedFile] = {}
    for number, file in enumerate(load.files, start=1):
        progress(file.name)
        own_folder = workspace / f"file_{number}"
        own_folder.mkdir()
        is_read_by_selects = load.is_mapped and not load.is_of_mapping(file)
        try:
            staged[file.name] = stage_file(
                connection,
                file,
                file.table_name
                if is_read_by_selects and file.name not in declared
                else f"file {number}",
                load.mapping.options_of(file),
                own_folder,
                # SELECTs of a mapping must not reach files, so they read copies.
                is_copied=is_read_by_selects,
            )
        except LandingError as error:
            if is_read_by_selects or file in counted or load.is_of_mapping(file):
                raise
            findings.append(f"{error}; left out, for no KPI is made of this table")
    return staged, findings


def _mapped_part(
    connection: duckdb.DuckDBPyConnection, load: Load, table: str, columns: tuple[str, ...]
) -> Part:
    relation = f"{MAPPED_SCHEMA}.{quoted(table)}"
    counted = connection.execute(f"select count(*) from {relation}").fetchone()
    names = ", ".join(file.name for file in load.sources[table])
    return Part(
        f"staging.{relation}",
        {column: column for column in columns},
        names or f"{table}.sql",
        counted[0] if counted else 0,
    )


def _named_parts(
    load: Load, staged: Mapping[str, StagedFile], contract: Contract
) -> tuple[dict[str, list[Part]], list[str]]:
    """The parts of each table that files are, and what they hold beside the contract."""
    kpis = kpis_of_tables()
    parts: dict[str, list[Part]] = {}
    findings = [*load.findings]
    for name, files in load.sources.items():
        table = contract.tables[name]
        if name in load.mapping.tables:
            continue
        for file in files:
            if file.name not in staged:
                continue
            held = staged[file.name]
            columns = {column.lower(): column for column in held.columns}
            missing = [column for column in table.required_columns if column not in columns]
            if missing:
                reason = (
                    f"{file.name}: column {missing[0]} is missing; add it to the file or map the "
                    f"file in {name}.sql of a mapping folder"
                )
                if name in kpis or load.is_of_mapping(file):
                    raise LandingError(reason)
                findings.append(f"{reason}; left out, for no KPI is made of this table")
                continue
            unknown = [column for key, column in columns.items() if key not in table.column_names]
            if unknown:
                noun = "column" if len(unknown) == 1 else "columns"
                findings.append(
                    f"{file.name}: left out the {noun} {listed(unknown)}, which {name} of the "
                    "contract does not have"
                )
            relation = f"staging.{RAW_SCHEMA}.{quoted(held.table_name)}"
            parts.setdefault(name, []).append(Part(relation, columns, file.name, held.row_count))
    return parts, findings


def _rejection_finding(staged: StagedFile, schema: str) -> list[str]:
    if not staged.rejected:
        return []
    lines = staged.row_count + len(staged.rejected)
    return [
        f"{staged.file.name}: {len(staged.rejected):,} of {lines:,} lines could not be read and "
        f"stand in {schema}.rejected_lines"
    ]
