"""What a CRM can carry: the tables and columns that its mapping fills, and the KPIs that follow."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ops.landing.catalogue import SUBSTITUTES, kpi_inputs
from ops.landing.contract import Contract
from ops.landing.mapping import read_mapping, views_in_order
from ops.landing.readers import RAW_SCHEMA
from ops.landing.shapes import select_of
from ops.warehouse import PROJECT, quoted

MAPPINGS = PROJECT / "mappings"
CRMS = {"salesforce": "Salesforce", "hubspot": "HubSpot", "pipedrive": "Pipedrive"}
"""The mappings that read a CRM however it was loaded, by folder."""


@dataclass(frozen=True)
class Carried:
    """The tables that a mapping fills, the KPIs that follow, and the inputs that others miss."""

    tables: tuple[str, ...]
    kpis: tuple[str, ...]
    missing: Mapping[str, tuple[str, ...]]


def carried(folder: Path, contract: Contract) -> Carried:
    """What the mapping in a folder can carry where every object and field it reads is there.

    A KPI is carried when the mapping fills each table and column that the KPI cannot do without; a
    KPI without such inputs compares others and follows them, so it is left out here.
    """
    columns = filled_columns(folder, contract)

    def is_filled(needed: str) -> bool:
        table, _, column = needed.partition(".")
        return any(
            each in columns and (not column or column in columns[each])
            for each in SUBSTITUTES.get(table, (table,))
        )

    needs = {kpi: inputs for kpi, inputs in kpi_inputs().items() if inputs}
    missing: dict[str, list[str]] = {}
    for kpi, inputs in needs.items():
        for needed in inputs:
            if not is_filled(needed):
                missing.setdefault(needed.partition(".")[0], []).append(kpi)
    lacking = {kpi for kpis in missing.values() for kpi in kpis}
    return Carried(
        tuple(columns),
        tuple(kpi for kpi in needs if kpi not in lacking),
        {table: tuple(dict.fromkeys(kpis)) for table, kpis in sorted(missing.items())},
    )


def filled_columns(folder: Path, contract: Contract) -> dict[str, frozenset[str]]:
    """The columns of each contract table that the SELECTs of a mapping give, without any file."""
    mapping = read_mapping(folder, contract)
    with closing(duckdb.connect()) as connection:
        connection.execute(f"create schema {RAW_SCHEMA}")
        connection.execute(f"set schema = '{RAW_SCHEMA}'")
        for table in mapping.raw_tables.values():
            connection.execute(f"create view {quoted(table.name)} as {select_of(table, ())}")
        for view in views_in_order(mapping):
            connection.execute(f"create view {quoted(view.name)} as {view.text}")
        return {
            table: frozenset(
                name.lower()
                for name, *_ in connection.execute(
                    f"describe {mapping.selects[table].text}"
                ).fetchall()
            )
            for table in mapping.tables
        }
