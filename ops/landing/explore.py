"""Looks at a folder or a database and says what the warehouse can make of it.

    python -m ops explore RAW [--write FOLDER]

A known CRM is told by the raw tables that its mapping declares; of an unknown shape a first draft
of a mapping can be written: one SELECT per table that a file may be, with the columns that were
guessed by their names, and those of the contract that nothing was found for as comments.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import duckdb
import typer
from rich.console import Console

from ops.landing.catalogue import SUBSTITUTES, kpi_inputs
from ops.landing.contract import Contract, Table, load_contract
from ops.landing.databases import as_folder
from ops.landing.files import LandingError, RawFile, listed, raw_files
from ops.landing.mapping import read_mapping
from ops.landing.readers import RAW_SCHEMA, ReaderOptions, stage_file
from ops.landing.shapes import RawTable, compact, files_of
from ops.landing.sources import is_sources_file, read_sources
from ops.warehouse import PROJECT, WarehouseError, printable, progress, quoted, stop

MAPPINGS = PROJECT / "mappings"
# Words that people and systems use for what the contract calls otherwise.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "opportunity": ("deal", "oppty", "potential", "verkaufschance"),
    "opportunities": ("deals", "sales", "pipeline", "potentials", "verkaufschancen"),
    "account": ("company", "customer", "organization", "organisation", "client", "firma", "kunde"),
    "accounts": ("companies", "customers", "organizations", "clients", "firmen", "kunden"),
    "contact": ("person", "kontakt"),
    "contacts": ("persons", "people", "kontakte"),
    "users": ("owners", "reps", "sellers", "employees", "salespeople", "mitarbeiter"),
    "activities": ("tasks", "events", "engagements", "calls", "meetings"),
    "quotas": ("goals", "targets"),
    "opportunity_line_items": ("deal_products", "line_items", "order_lines"),
    "stage": ("status", "phase", "deal_stage"),
    "amount": ("value", "deal_value", "betrag", "wert", "close_value", "revenue"),
    "owner_id": ("owner", "sales_rep", "rep", "sales_agent", "assigned_to", "zustaendig"),
    "created_date": ("created", "create_date", "engage_date", "opened", "add_time", "angelegt"),
    "created_at": ("created", "create_date", "add_time"),
    "closed_date": ("close_date", "closed", "won_date", "abschluss"),
    "expected_close_date": ("expected_close", "due_date"),
    "loss_reason": ("lost_reason", "verlustgrund"),
    "win_reason": ("won_reason", "gewinngrund"),
    "lead_source": ("source", "origin", "quelle"),
    "updated_at": ("last_modified", "modified", "update_time", "last_updated"),
}
LEAST_LIKENESS = 0.84
# So many columns of a table have to fit before a file is taken for it that has another name.
LEAST_COLUMNS = 3


@dataclass(frozen=True)
class Shape:
    """A known shape: the mapping that reads it and what of it a folder holds."""

    mapping: Path
    found: tuple[str, ...]
    declared: int
    delivered: tuple[str, ...]

    @property
    def name(self) -> str:
        """The mapping as people type it."""
        return self.mapping.relative_to(PROJECT).as_posix()


@dataclass(frozen=True)
class Guess:
    """A file that may be a table of the contract, and its columns by those of the contract."""

    file: RawFile
    table: Table
    columns: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that the table cannot do without and that nothing was found for."""
        return tuple(name for name in self.table.required_columns if name not in self.columns)

    def sql(self) -> str:
        """A first draft of the table's SELECT."""
        lines = []
        for column in self.table.columns:
            if column.name in self.columns:
                lines.append(f"    {quoted(self.columns[column.name])} as {column.name},")
            else:
                need = "required: " if column.name in self.table.required_columns else ""
                lines.append(f"    -- ? as {column.name},  -- {need}{column.description}")
        last = max(
            number for number, line in enumerate(lines) if not line.lstrip().startswith("--")
        )
        lines[last] = lines[last].rstrip(",")
        head = f"-- A first draft, guessed from the names in {self.file.name}: check every line."
        body = "\n".join(lines)
        return f"{head}\nselect\n{body}\n\nfrom {self.file.table_name}\n"


def known_shapes(folder: Path, contract: Contract, mappings: Path = MAPPINGS) -> list[Shape]:
    """The mappings whose declared tables the folder holds, the best fitting first."""
    files = raw_files(folder)
    shapes = []
    for options in sorted(mappings.rglob("options.yml")):
        mapping = read_mapping(options.parent, contract)
        if not mapping.raw_tables:
            continue
        found = tuple(name for name, table in mapping.raw_tables.items() if _has(table, files))
        delivered = tuple(
            table
            for table in mapping.tables
            if set(found) & set(mapping.carriers_of(table) or mapping.relations_of(table))
        )
        if found:
            shapes.append(Shape(options.parent, found, len(mapping.raw_tables), delivered))
    return sorted(
        shapes,
        key=lambda shape: (
            "opportunities" not in shape.delivered,
            -len(shape.found) / shape.declared,
            len(shape.mapping.parts),
        ),
    )


def guesses(folder: Path, contract: Contract) -> list[Guess]:
    """For each file the table of the contract that it is likeliest to be, if any."""
    found = []
    with TemporaryDirectory() as workspace, closing(duckdb.connect()) as connection:
        connection.execute(f"create schema {RAW_SCHEMA}")
        for number, file in enumerate(progress(list(raw_files(folder)), "looking")):
            own = Path(workspace) / str(number)
            own.mkdir()
            try:
                staged = stage_file(
                    connection, file, f"file {number}", ReaderOptions(), own, is_copied=False
                )
            except LandingError:
                continue
            guess = _best_table(file, staged.columns, contract)
            if guess is not None:
                found.append(guess)
    taken: dict[str, Guess] = {}
    for guess in sorted(found, key=lambda each: (len(each.missing), -len(each.columns))):
        taken.setdefault(guess.table.name, guess)
    return [taken[name] for name in contract.deliverable if name in taken]


def computable_kpis(tables: Iterable[str]) -> list[str]:
    """The KPIs whose inputs are all among the tables, as far as tables tell."""
    there = set(tables)
    return [
        kpi
        for kpi, inputs in kpi_inputs().items()
        if inputs
        and all(
            there & set(SUBSTITUTES.get(each.split(".")[0], (each.split(".")[0],)))
            for each in inputs
        )
    ]


def write_draft(found: Iterable[Guess], target: Path) -> list[Path]:
    """Write a first mapping folder; WarehouseError when the folder holds anything already."""
    if target.exists() and any(target.iterdir()):
        raise WarehouseError(f"{target}: is not empty; name a new folder for the draft")
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for guess in found:
        path = target / f"{guess.table.name}.sql"
        path.write_text(guess.sql(), encoding="utf-8")
        written.append(path)
    return written


def _has(table: RawTable, files: tuple[RawFile, ...]) -> bool:
    try:
        return bool(files_of(table, files))
    except LandingError:
        return True


def _best_table(file: RawFile, columns: tuple[str, ...], contract: Contract) -> Guess | None:
    """The table that the name of a file names, else the one that most of its columns fit."""
    best: tuple[float, Guess] | None = None
    for table in contract.deliverable.values():
        is_named = _is_called(file, table)
        fitting = _fitting_columns(columns, table)
        required = sum(name in fitting for name in table.required_columns)
        is_likely = required == len(table.required_columns) and len(fitting) > LEAST_COLUMNS
        if not fitting or not (is_named or is_likely):
            continue
        score = 10 * is_named + required / max(len(table.required_columns), 1) + len(fitting) / 100
        if best is None or score > best[0]:
            best = (score, Guess(file, table, fitting))
    return best[1] if best else None


def _is_called(file: RawFile, table: Table) -> bool:
    own = compact(Path(file.stem).name)
    names = {compact(name) for name in (table.name, *SYNONYMS.get(table.name, ()))}
    singular = {name.removesuffix("s") for name in names}
    return own in names | singular or any(
        len(name) > 4 and own.startswith(name) for name in names | singular
    )


def _fitting_columns(columns: tuple[str, ...], table: Table) -> dict[str, str]:
    """The columns of a file by the columns of the table that they may be, each used once."""
    free = {compact(column): column for column in columns}
    fitting: dict[str, str] = {}
    entity = table.name.removesuffix("ies") + "y" if table.name.endswith("ies") else table.name[:-1]
    for name in table.column_names:
        words = [name, *SYNONYMS.get(name, ())]
        if name == f"{entity}_id":
            words += ["id", *(f"{word}_id" for word in SYNONYMS.get(entity, ())), "record_id"]
        if name == f"{entity}_name":
            words += ["name", *(f"{word}_name" for word in SYNONYMS.get(entity, ()))]
        if name.endswith("_id") and name.removesuffix("_id") in SYNONYMS:
            others = SYNONYMS[name.removesuffix("_id")]
            words += [*(f"{word}_id" for word in others), name.removesuffix("_id"), *others]
        exact = next((compact(word) for word in words if compact(word) in free), None)
        close = difflib.get_close_matches(compact(name), free, 1, LEAST_LIKENESS)
        match = exact or (close[0] if close else None)
        if match:
            fitting[name] = free.pop(match)
    return fitting


app = typer.Typer(add_completion=False)


@app.command()
def main(
    raw: Annotated[
        str, typer.Argument(help="Folder of raw files, DuckDB or SQLite file, PostgreSQL address.")
    ],
    write: Annotated[
        Path | None, typer.Option(help="New folder for a first draft of a mapping.")
    ] = None,
) -> None:
    """Say which known shape a folder or database has, and what follows from it."""
    console = Console(soft_wrap=True, highlight=False)
    try:
        if not is_sources_file(raw):
            _explore(console, raw, write)
            return
        if write is not None:
            raise LandingError(f"{raw}: draft a mapping for one of its sources, not for all")
        for source in read_sources(Path(raw)).sources:
            console.print(f"{source.name}:", markup=False)
            _explore(console, str(source.raw), None)
    except WarehouseError as error:
        stop(error)


def _explore(console: Console, raw: str, write: Path | None) -> None:
    """Print what one source is; exit with 1 when no file of it looks like a table of KPIs."""
    contract = load_contract()
    with as_folder(raw, None, contract, whole=True) as folder:
        shapes = known_shapes(folder, contract)
        found = [] if _is_known(shapes) and write is None else guesses(folder, contract)
        drafts = [] if write is None else write_draft(found, write)
    if _is_known(shapes):
        _print_shape(console, shapes[0], raw)
    elif found:
        _print_guesses(console, found, raw, write)
    else:
        console.print("No file looks like a table that KPIs are made of; see docs/your_data.md.")
        raise typer.Exit(1)
    for path in drafts:
        console.print(f"written: {path}", markup=False)


def _is_known(shapes: list[Shape]) -> bool:
    return bool(shapes) and "opportunities" in shapes[0].delivered and len(shapes[0].found) > 2


def _print_shape(console: Console, shape: Shape, raw: str) -> None:
    kpis = computable_kpis(shape.delivered)
    lines = [
        f"This is read by {shape.name}: {len(shape.found)} of its {shape.declared} raw tables are "
        f"there ({listed(shape.found, 12)}).",
        f"It fills {len(shape.delivered)} tables of the contract: {listed(shape.delivered, 40)}.",
        f"{len(kpis)} of {len(kpi_inputs())} KPIs can follow, such as {listed(kpis, 6)}.",
        f"Next: make refresh RAW={raw} MAPPING={shape.name}",
    ]
    for line in map(printable, lines):
        console.print(line, markup=False)


def _print_guesses(console: Console, found: list[Guess], raw: str, write: Path | None) -> None:
    kpis = computable_kpis(guess.table.name for guess in found)
    lines = ["No known CRM; by their names these files may be:"]
    for guess in found:
        missing = f"; still to be told: {listed(guess.missing)}" if guess.missing else ""
        lines.append(
            f"  {guess.file.name} -> {guess.table.name}: {len(guess.columns)} columns "
            f"guessed{missing}"
        )
    lines.append(
        f"{len(kpis)} of {len(kpi_inputs())} KPIs could follow, such as {listed(kpis, 6)}."
    )
    if write is None:
        lines.append(
            f"Next: python -m ops explore {raw} --write my_mapping, and complete the SELECTs"
        )
    else:
        lines.append(f"Next: complete the SELECTs, then make refresh RAW={raw} MAPPING={write}")
    for line in map(printable, lines):
        console.print(line, markup=False)
