"""What a load is made of, before any of it is read: its files, its manifest, its identifier."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from ops.landing.contract import Contract
from ops.landing.files import (
    MANIFEST_NAME,
    READABLE,
    LandingError,
    RawFile,
    digest_of,
    listed,
    raw_files,
)
from ops.landing.mapping import NO_MAPPING, MappingFolder, read_mapping, read_yaml

INSTANT_FORMAT = "%Y-%m-%d %H:%M:%S"
LOAD_ID_LENGTH = 32


@dataclass(frozen=True)
class Manifest:
    """What the source says of its extract; extracted_at is in UTC without zone.

    coverage_from holds a date per table, under '' the one for all other tables.
    """

    extracted_at: datetime | None = None
    coverage_from: Mapping[str, date] = field(default_factory=dict)

    def coverage_of(self, table: str) -> date | None:
        """First business date the source claims to cover in a table, None when it says none."""
        return self.coverage_from.get(table, self.coverage_from.get(""))

    def fingerprint(self) -> dict[str, str]:
        """The manifest as plain values."""
        dates = {table: day.isoformat() for table, day in sorted(self.coverage_from.items())}
        return {"extracted_at": str(self.extracted_at), **dates}


@dataclass(frozen=True)
class Load:
    """A load that is ready to be read.

    sources gives the raw files of each delivered table; columns are found when they are read.
    """

    load_id: str
    manifest: Manifest
    mapping: MappingFolder
    sources: Mapping[str, tuple[RawFile, ...]]
    findings: tuple[str, ...]

    @property
    def is_mapped(self) -> bool:
        """True when SELECTs deliver the tables, False when the files are the tables."""
        return bool(self.mapping.selects)

    @property
    def files(self) -> tuple[RawFile, ...]:
        """Every raw file the load uses, once, by name."""
        used = {file.name: file for files in self.sources.values() for file in files}
        return tuple(used[name] for name in sorted(used))


def plan_load(
    raw_folder: Path,
    mapping_folder: Path | None,
    contract: Contract,
    progress: Callable[[str], None],
) -> Load:
    """Find out which files deliver which tables and give the load its identifier.

    The identifier is a digest of the content of the files used, of the mapping and of the
    manifest. Raises LandingError when a required table has no source or a source is not clear.
    """
    files = raw_files(raw_folder)
    manifest = read_manifest(raw_folder / MANIFEST_NAME, contract)
    mapping = NO_MAPPING if mapping_folder is None else read_mapping(mapping_folder, contract)
    if mapping.selects:
        sources, findings = _mapped_sources(files, mapping, raw_folder)
    else:
        sources, findings = _named_sources(files, contract)
    for table in contract.deliverable.values():
        if table.is_required and table.name not in sources:
            raise LandingError(
                f"{raw_folder}: the required table {table.name} is missing; add "
                f"{table.name}.csv, or a mapping folder with {table.name}.sql"
            )
    load = Load("", manifest, mapping, sources, findings)
    content = hashlib.sha256()
    for file in load.files:
        progress(f"fingerprint of {file.name}")
        content.update(f"{file.name}\0{digest_of(file.path)}\0".encode())
    told = {
        "manifest": manifest.fingerprint(),
        "mapping": mapping.fingerprint(),
        "sources": {table: [file.name for file in files] for table, files in sources.items()},
    }
    content.update(json.dumps(told, sort_keys=True).encode())
    return Load(content.hexdigest()[:LOAD_ID_LENGTH], manifest, mapping, sources, findings)


def read_manifest(path: Path, contract: Contract) -> Manifest:
    """Read the manifest of a raw folder; an absent one says nothing.

    extracted_at is an instant (UTC where it has no zone), coverage_from a date, or dates by
    table. Raises LandingError when it says something else.
    """
    if not path.exists():
        return Manifest()
    content = read_yaml(path)
    unknown = set(content) - {"extracted_at", "coverage_from"}
    if unknown:
        raise LandingError(
            f"{path}: {min(unknown)} is not known; use extracted_at and coverage_from"
        )
    covered = content.get("coverage_from")
    by_table = covered if isinstance(covered, dict) else {"": covered}
    strangers = [table for table in by_table if table and table not in contract.deliverable]
    if strangers:
        raise LandingError(f"{path}: coverage_from names {strangers[0]}, which is not a raw table")
    dates = {str(table): _day(day, path) for table, day in by_table.items() if day is not None}
    return Manifest(_instant(content.get("extracted_at"), path), dates)


def _instant(value: Any, path: Path) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        raise LandingError(
            f"{path}: extracted_at is not an instant such as 2026-04-01T06:00:00Z; correct it"
        )
    if value.tzinfo is not None:
        value = value.astimezone(UTC).replace(tzinfo=None)
    return value.replace(microsecond=0)


def _day(value: Any, path: Path) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        raise LandingError(f"{path}: coverage_from is not a date such as 2024-01-01; correct it")
    return value


def _named_sources(
    files: tuple[RawFile, ...], contract: Contract
) -> tuple[dict[str, tuple[RawFile, ...]], tuple[str, ...]]:
    """Files that bear a table's name, or lie in a folder that does."""
    found: dict[str, list[RawFile]] = {}
    strangers: list[str] = []
    for file in files:
        parts = file.stem.lower().split("/")
        is_named = bool(file.suffix) and parts[0] in contract.deliverable and len(parts) <= 2
        if is_named:
            found.setdefault(parts[0], []).append(file)
        else:
            strangers.append(file.name)
    for table, sources in found.items():
        if len(sources) > 1 and any("/" not in file.name for file in sources):
            raise LandingError(
                f"{listed(file.name for file in sources)}: more than one file is called {table}; "
                f"keep one, or put the parts into a folder {table}"
            )
    findings = ()
    if strangers:
        findings = (
            f"{listed(strangers)}: left out; a file is read when it is named after a table of the "
            f"contract and is one of {READABLE}",
        )
    ordered = {table: tuple(found[table]) for table in contract.deliverable if table in found}
    return ordered, findings


def _mapped_sources(
    files: tuple[RawFile, ...], mapping: MappingFolder, raw_folder: Path
) -> tuple[dict[str, tuple[RawFile, ...]], tuple[str, ...]]:
    """The files that the mapping's SELECTs read."""
    by_name: dict[str, list[RawFile]] = {}
    for file in files:
        by_name.setdefault(file.table_name, []).append(file)
    views = {name for name, select in mapping.selects.items() if select.is_view}
    for name, select in mapping.selects.items():
        for relation in sorted(select.reads - views):
            known = sorted(by_name)
            if relation not in by_name:
                raise LandingError(
                    f"{select.path}: reads {relation}, but no file of {raw_folder} is called so; "
                    f"there are {listed(known)}"
                )
            if len(by_name[relation]) > 1:
                raise LandingError(
                    f"{listed(file.name for file in by_name[relation])}: all would be called "
                    f"{relation}; rename all but one"
                )
        if select.is_view and name in by_name:
            raise LandingError(
                f"{by_name[name][0].name}: would be called {name} like a view of the mapping; "
                "rename one"
            )
    sources: dict[str, tuple[RawFile, ...]] = {}
    for table in mapping.tables:
        relations = sorted(mapping.relations_of(table))
        sources[table] = tuple(by_name[relation][0] for relation in relations)
    used = {file.name for files in sources.values() for file in files}
    unused = [file.name for file in files if file.name not in used]
    findings: list[str] = []
    if unused:
        findings.append(f"{listed(unused)}: left out; no SELECT of the mapping reads it")
    unknown = [name for name in mapping.options if name not in {file.name for file in files}]
    if unknown:
        findings.append(f"options.yml: {listed(unknown)} is not a file of {raw_folder}")
    return sources, tuple(findings)
