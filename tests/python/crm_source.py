"""Small raw tables of a CRM, landed through a mapping and asked in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from ops.landing.land import LoadReport, land

Row = Mapping[str, Any]


class CrmSource:
    """A folder of raw tables as a loader would write them."""

    def __init__(self, folder: Path, mapping: Path) -> None:
        self.raw = folder / "raw"
        self.mapping = mapping
        self.database = folder / "landed.duckdb"
        self.raw.mkdir()
        self._is_landed = False

    def write(self, **tables: Sequence[Row]) -> CrmSource:
        """Write tables as JSON lines; names with two underscores are as they stand."""
        for name, rows in tables.items():
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (self.raw / f"{name}.jsonl").write_text(lines)
        self._is_landed = False
        return self

    def land(self) -> LoadReport:
        report = land(self.raw, self.mapping, self.database)
        self._is_landed = True
        return report

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The result of a query on the landed tables."""
        if not self._is_landed:
            self.land()
        with duckdb.connect(self.database, read_only=True) as connection:
            connection.execute("set schema = 'raw_crm'; set TimeZone = 'UTC'")
            return connection.execute(query).fetchall()


def landed(raw: Path, mapping: Path, folder: Path) -> CrmSource:
    """A source whose raw folder stands somewhere already."""
    source = CrmSource(folder, mapping)
    source.raw = raw
    return source
