"""Writing a company as dbt seeds or as files for landing."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
import yaml

from ops.landing.contract import LANDING_TABLES
from ops.simulate import columns as col
from ops.simulate.company import Company
from ops.simulate.flaws import COLUMN_DESCRIPTIONS, Flaw

FORMATS = ("csv", "parquet")
FLAWS = "planted_flaws"
# A clean company has no unreadable line, no settings of its own and no mapping before its tables.
EMPTY_SEEDS = (
    "rejected_lines",
    "settings",
    "loss_reasons",
    "lead_sources",
    "benchmarks",
    "mapping_repairs",
)
PROPERTIES = "_sample__seeds.yml"
LOAD_ID = "sample"
CHUNK_ROWS = 200_000


class OutputError(Exception):
    """The company cannot be written there; the message is one sentence that says what to do."""


def write_files(
    company: Company,
    folder: Path,
    file_format: str,
    progress: Callable[[str, int], None] = lambda name, rows: None,
) -> dict[str, int]:
    """Write one file per delivered table, every column text; gives the rows of each.

    Raises OutputError when the folder holds the same tables in the other format, which landing
    would read twice, or cannot be written.
    """
    if file_format not in FORMATS:
        raise OutputError(f"format {file_format} is not one of {', '.join(FORMATS)}")
    other = FORMATS[1 - FORMATS.index(file_format)]
    for name in company.tables:
        if (folder / f"{name}.{other}").exists():
            raise OutputError(f"{folder} already holds {name}.{other}; choose an empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in company.tables:
            _write_table(company, name, folder / f"{name}.{file_format}")
            progress(name, company.row_count(name))
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from error
    return {name: company.row_count(name) for name in company.tables}


def write_seeds(
    company: Company,
    folder: Path,
    progress: Callable[[str, int], None] = lambda name, rows: None,
) -> dict[str, int]:
    """Write a folder of dbt seeds: the tables, the list of planted flaws and their properties.

    What landing would write itself, loads and rejected_lines, is among them. Raises OutputError.
    """
    counts = write_files(company, folder, "csv", progress)
    _write_rows(
        folder / "loads.csv",
        company.contract.tables["loads"].column_names,
        [_load(company, name, count) for name, count in counts.items()],
    )
    for name in EMPTY_SEEDS:
        _write_rows(folder / f"{name}.csv", company.contract.tables[name].column_names, [])
    write_flaws(company.flaws, folder / f"{FLAWS}.csv")
    (folder / PROPERTIES).write_text(seed_properties(company), encoding="utf-8")
    return counts


def write_flaws(flaws: list[Flaw], path: Path) -> None:
    """Write the list of planted flaws as CSV, a header alone when there are none."""
    _write_rows(path, tuple(COLUMN_DESCRIPTIONS), [flaw._asdict() for flaw in flaws])


def seed_properties(company: Company) -> str:
    """The properties file of the seeds: every seed described, every column text."""
    names = [*dict.fromkeys([*LANDING_TABLES, *EMPTY_SEEDS]), *company.tables]
    seeds = [
        _seed(
            name,
            company.contract.tables[name].description,
            {c.name: c.description for c in company.contract.tables[name].columns},
        )
        for name in names
    ]
    seeds.append(
        _seed(FLAWS, "One row per flaw planted in the sample company.", COLUMN_DESCRIPTIONS)
    )
    text = yaml.dump(
        {"version": 2, "seeds": seeds},
        Dumper=_IndentedDumper,
        sort_keys=False,
        allow_unicode=True,
        width=1_000,
    )
    return "# Written by python -m ops simulate from the raw contract.\n" + text


class _IndentedDumper(yaml.SafeDumper):
    """Writes lists indented below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _seed(name: str, description: str, columns: dict[str, str]) -> dict[str, object]:
    return {
        "name": name,
        "description": description,
        "config": {"column_types": dict.fromkeys(columns, "string")},
        "columns": [{"name": column, "description": text} for column, text in columns.items()],
    }


def _load(company: Company, name: str, count: int) -> dict[str, str | None]:
    delivered = count > 0
    loaded = company.parameters.end_date + timedelta(days=1)
    return {
        "load_id": LOAD_ID,
        "table_name": name,
        "source_files": f"{name}.csv" if delivered else None,
        "is_delivered": "true" if delivered else "false",
        "row_count": str(count),
        "rejected_line_count": "0",
        "loaded_at": f"{loaded.isoformat()} 02:00:00",
    }


def _write_table(company: Company, name: str, path: Path) -> None:
    table = company.tables[name]
    schema = pa.schema([(column, pa.string()) for column in table.column_names])
    chunks = col.text_chunks(table, company.edits.get(name, col.Edits()), CHUNK_ROWS)
    if path.suffix == ".parquet":
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for chunk in chunks:
                writer.write_table(chunk)
        return
    # No simulated text needs quotes; the writer refuses one that would.
    options = arrow_csv.WriteOptions(quoting_style="none", quoting_header="none")
    with (
        path.open("wb") as file,
        arrow_csv.CSVWriter(file, schema, write_options=options) as writer,
    ):
        for chunk in chunks:
            writer.write_table(chunk)


def _write_rows(path: Path, header: tuple[str, ...], rows: list[dict[str, str | None]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
