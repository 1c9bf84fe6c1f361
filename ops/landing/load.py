"""What a load is made of, before any of it is read: its files, its manifest, its identifier."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from ops.landing.catalogue import kpis_of_tables
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
from ops.landing.mapping import NO_MAPPING, MappingFolder, read_mapping
from ops.landing.settings import coverage, instant
from ops.landing.shapes import files_of
from ops.landing.yaml_files import place, read_yaml

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
    parts gives the files of each raw table that the mapping declares.
    """

    load_id: str
    manifest: Manifest
    mapping: MappingFolder
    sources: Mapping[str, tuple[RawFile, ...]]
    findings: tuple[str, ...]
    parts: Mapping[str, tuple[RawFile, ...]] = field(default_factory=dict)

    @property
    def is_mapped(self) -> bool:
        """True when SELECTs read the raw files, False when the files are the tables."""
        return bool(self.mapping.selects) and not self.mapping.is_about_values_only

    def is_of_mapping(self, file: RawFile) -> bool:
        """Whether a file stands in the mapping folder, so that no SELECT reads it."""
        return file in self.mapping.files.values()

    def coverage_of(self, table: str) -> date | None:
        """First business date covered in a table: as the manifest says, else the settings."""
        settings = Manifest(None, self.mapping.settings.coverage_from)
        return self.manifest.coverage_of(table) or settings.coverage_of(table)

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
    parts: Mapping[str, tuple[RawFile, ...]] = {}
    if mapping.selects and not mapping.is_about_values_only:
        parts = {name: files_of(table, files) for name, table in mapping.raw_tables.items()}
        sources, findings = _mapped_sources(files, parts, mapping, raw_folder)
    else:
        sources, findings = _named_sources(files, contract)
        for name in mapping.tables:
            _refuse_second_source(name, mapping.selects[name].path, sources)
            sources[name] = ()
    for name, file in mapping.files.items():
        _refuse_second_source(name, file.path, sources)
        sources[name] = (file,)
    _refuse_absence(raw_folder, files, sources)
    load = Load("", manifest, mapping, sources, findings, parts)
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
    load_id = content.hexdigest()[:LOAD_ID_LENGTH]
    return replace(load, load_id=load_id)


def _refuse_second_source(
    table: str, path: Path, sources: Mapping[str, tuple[RawFile, ...]]
) -> None:
    if table in sources:
        raise LandingError(
            f"{path}: the raw folder delivers {table} as well "
            f"({listed(file.name for file in sources[table])}); remove one"
        )


def _refuse_absence(
    raw_folder: Path,
    files: tuple[RawFile, ...],
    sources: Mapping[str, tuple[RawFile, ...]],
) -> None:
    """A load brings at least one table that a KPI is made of."""
    counted = kpis_of_tables()
    if any(table in counted for table in sources):
        return
    unread = [file.name for file in files if _base_name(file.name) in counted and not file.suffix]
    advice = (
        f"save {unread[0]} as one of {READABLE}"
        if unread
        else "name a file after one of them, such as opportunities.csv, or give a mapping folder "
        "with a SELECT, such as opportunities.sql"
    )
    there = listed(f"{file.name} (in a SELECT: {file.table_name})" for file in files)
    raise LandingError(
        f"{raw_folder}: brings none of the tables that KPIs are made of ({', '.join(counted)}); "
        f"{advice}; there are {there}"
    )


def _base_name(name: str) -> str:
    return Path(name).name.lower().split(".")[0]


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
            f"{place(path, min(unknown))}: {min(unknown)} is not known; use extracted_at and "
            "coverage_from"
        )
    extracted_at = content.get("extracted_at")
    if extracted_at is not None:
        extracted_at = instant(extracted_at, f"{place(path, 'extracted_at')}: extracted_at")
    return Manifest(extracted_at, coverage(content.get("coverage_from"), path, contract))


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
    files: tuple[RawFile, ...],
    parts: Mapping[str, tuple[RawFile, ...]],
    mapping: MappingFolder,
    raw_folder: Path,
) -> tuple[dict[str, tuple[RawFile, ...]], tuple[str, ...]]:
    """The files that the mapping's SELECTs read; parts are those of its declared tables.

    A table that is made of declared tables alone is not delivered where they have no file.
    """
    by_name: dict[str, list[RawFile]] = {}
    for file in files:
        by_name.setdefault(file.table_name, []).append(file)
    views = {name for name, select in mapping.selects.items() if select.is_view}
    for name, select in mapping.selects.items():
        for relation in sorted(select.reads - views - set(parts)):
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
        carriers = mapping.carriers_of(table) or [name for name in relations if name in parts]
        if carriers and not any(parts[name] for name in carriers):
            continue
        read = (parts.get(relation) or by_name.get(relation, ())[:1] for relation in relations)
        sources[table] = tuple(dict.fromkeys(file for files_read in read for file in files_read))
    used = {file.name for files in sources.values() for file in files}
    unused = [file.name for file in files if file.name not in used]
    findings: list[str] = []
    if unused:
        findings.append(f"{listed(unused)}: left out; no SELECT of the mapping reads it")
    unknown = [name for name in mapping.options if name not in {file.name for file in files}]
    if unknown:
        findings.append(f"options.yml: {listed(unknown)} is not a file of {raw_folder}")
    return sources, tuple(findings)
