"""Several sources in one warehouse: what sources.yml says, and the settings that hold for all.

    company: company          # optional: settings.yml and tables of the whole company
    sources:
      salesforce: {raw: exports/salesforce, mapping: ../mappings/salesforce}
      hubspot: {raw: postgresql://host/crm, mapping: ../mappings/hubspot}

Paths are those from the folder of the file. The name of a source stands before each of its keys
(`hubspot:4711`), so that keys of two sources never meet, and is the custom field `source` of each
deal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ops.landing.contract import Contract
from ops.landing.databases import is_address
from ops.landing.files import LandingError, listed
from ops.landing.load import Load, Manifest
from ops.landing.settings import SETTINGS_NAME, Settings, parameters
from ops.landing.yaml_files import place, read_yaml

SUFFIXES = (".yml", ".yaml")
COMPANY = "company"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = (COMPANY, "sources")
_SOURCE_KEYS = ("raw", "mapping")


@dataclass(frozen=True)
class Source:
    """A source of the company: its name, RAW, and MAPPING where it needs one."""

    name: str
    raw: Path | str
    mapping: Path | None = None


@dataclass(frozen=True)
class SourcesFile:
    """What sources.yml says; company is the folder of what holds for the whole company."""

    path: Path
    sources: tuple[Source, ...]
    company: Path | None = None

    @property
    def company_folder(self) -> Path:
        """Where what holds for the whole company is written."""
        return self.company or self.path.with_name("company")

    @property
    def settings_path(self) -> Path:
        """Where a setting of the whole company is written."""
        return self.company_folder / SETTINGS_NAME


def is_sources_file(raw: Path | str) -> bool:
    """Whether RAW lists sources rather than being one."""
    return str(raw).lower().endswith(SUFFIXES) and not Path(raw).is_dir()


def read_sources(path: Path) -> SourcesFile:
    """Read sources.yml; LandingError, with the line, where it says what cannot be meant."""
    content = read_yaml(path)
    if unknown := sorted(set(content) - set(_KEYS)):
        raise LandingError(
            f"{place(path, unknown[0])}: {unknown[0]} is not known; use {listed(_KEYS)}"
        )
    entries = content.get("sources")
    if not isinstance(entries, dict) or not entries:
        raise LandingError(
            f"{place(path, 'sources')}: sources does not list any; write a line such as "
            "hubspot: {raw: exports/hubspot, mapping: mappings/hubspot}"
        )
    company = content.get("company")
    if company is not None:
        company = _path(company, path, place(path, "company"), "company")
        if not company.is_dir():
            raise LandingError(f"{place(path, 'company')}: {company} is not a folder")
    sources = tuple(_source(str(name), entry, path) for name, entry in entries.items())
    return SourcesFile(path, sources, company)


def merged_settings(file: SourcesFile, loads: Mapping[str, Load], company: Settings) -> Settings:
    """The settings of the whole company: its own, and those in which all sources agree.

    Raises LandingError where sources differ in one that the company leaves open.
    """
    given = {name: load.mapping.settings.values for name, load in loads.items()}
    values: dict[str, str] = {}
    for key in sorted({key for settings in given.values() for key in settings}):
        if key in company.values:
            continue
        default = parameters()[key].value if key in parameters() else None
        held = {name: settings.get(key, default) for name, settings in given.items()}
        if len(set(held.values())) > 1:
            told = ", ".join(f"{value or 'none'} in {name}" for name, value in held.items())
            raise LandingError(
                f"{file.path}: {key} is {told}; say which holds for the company in "
                f"{file.settings_path}"
            )
        values[key] = str(next(iter(held.values())))
    return Settings(values, {}).over(company)


def merged_manifest(loads: Mapping[str, Load], company: Settings, contract: Contract) -> Manifest:
    """What all extracts know, up to the earliest of their instants.

    A table begins where the company says, else where the first of its sources does, where all of
    them say.
    """
    instants = [load.manifest.extracted_at for load in loads.values()]
    known = [instant for instant in instants if instant is not None]
    coverage: dict[str, date] = dict(company.coverage_from)
    if "" not in coverage:
        for table in contract.deliverable:
            days = [load.coverage_of(table) for load in loads.values() if table in load.sources]
            told = [day for day in days if day is not None]
            if told and len(told) == len(days):
                coverage.setdefault(table, min(told))
    return Manifest(min(known) if known else None, coverage)


def currency_of(settings: Settings) -> str:
    """The corporate currency that settings give."""
    return settings.values.get("corporate_currency") or parameters()["corporate_currency"].value


def _source(name: str, entry: Any, path: Path) -> Source:
    where = place(path, "sources", name)
    if not _NAME.fullmatch(name) or name == COMPANY:
        raise LandingError(
            f"{where}: {name!r} cannot be the name of a source; use small letters, digits and _, "
            f"and not {COMPANY}"
        )
    if not isinstance(entry, dict) or entry.get("raw") is None:
        raise LandingError(f"{where}: {name} does not say where its raw data are; add raw: folder")
    if unknown := sorted(set(entry) - set(_SOURCE_KEYS)):
        raise LandingError(f"{where}: {unknown[0]} is not known; use {listed(_SOURCE_KEYS)}")
    raw, mapping = entry["raw"], entry.get("mapping")
    return Source(
        name,
        raw if is_address(str(raw)) else _path(raw, path, where, "raw"),
        None if mapping is None else _path(mapping, path, where, "mapping"),
    )


def _path(given: Any, path: Path, where: str, key: str) -> Path:
    if not isinstance(given, str) or not given.strip():
        raise LandingError(f"{where}: {key} is not the path of a folder")
    return path.parent / given
