"""Lands raw files, gates, builds, checks and publishes: the whole refresh, or the sample company.

Every step must pass before the next one starts, and publishing is the last that can fail, so a
failure leaves the published file as it was; the report is written from what was published.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.markup import escape

from ops.dbt_process import run_dbt
from ops.gates.gates import GateReport, print_warnings, raw_gate, working_gate
from ops.landing.contract import ContractError, load_contract
from ops.landing.land import land, print_report
from ops.landing.settings import INSTANT_FORMAT, instant, parameters
from ops.landing.write import note_publication
from ops.publishing.headlines import print_findings, print_headlines
from ops.publishing.publish import publish
from ops.warehouse import (
    LANDED_DATABASE,
    LANDED_SCHEMA,
    MANIFEST,
    PUBLISHED_DATABASE,
    SAMPLE_DATABASE,
    SAMPLE_SCHEMA,
    WarehouseError,
    make_folder,
    open_read_only,
    printable,
    progress_console,
    report_console,
    stop,
    writer_lock,
)

WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def refresh(
    raw: Path | str,
    mapping: Path | None = None,
    database: Path = LANDED_DATABASE,
    target: Path = PUBLISHED_DATABASE,
    max_age_days: float | None = None,
    as_of: str | None = None,
    accept_shrunken: bool = False,
) -> None:
    """Brings the published file up to date with a folder of raw files, or a database.

    as_of is a date or an instant to build as of, by default what the settings or the data say.
    accept_shrunken lets a load pass that has lost most rows of a table.

    Raises WarehouseError, with the published file untouched, when a step fails.
    """
    with writer_lock(target.parent):
        make_folder(database.parent)
        with step("land") as notes:
            load_id = land_files(raw, mapping, database, notes)
            known_until = None if as_of is None else given_as_of(as_of, database)
        with step("raw gate") as notes:
            gate = raw_gate(database, LANDED_SCHEMA, accept_shrunken=accept_shrunken)
            pass_gate(gate, notes)
        with step("build") as notes:
            manifest = build(database, LANDED_SCHEMA, notes, known_until)
        with step("working gate") as notes:
            pass_gate(working_gate(database, max_age_days), notes)
        publish_built(database, target, manifest)
        published_at = datetime.now(UTC).replace(tzinfo=None)
        note_publication(database, LANDED_SCHEMA, load_id, published_at)


def refresh_sample(database: Path = SAMPLE_DATABASE, target: Path = PUBLISHED_DATABASE) -> None:
    """Builds and tests the sample company from its seeds and publishes it.

    No gate: whether today's data is plausible is no question of a company that never changes.
    Raises WarehouseError, with the published file untouched, when a step fails.
    """
    with writer_lock(target.parent):
        make_folder(database.parent)
        with step("build") as notes:
            manifest = build(database, SAMPLE_SCHEMA, notes)
        load_id = published_load(target)
        publish_built(database, target, manifest)
    if load_id:
        print(
            f"note: the sample company replaced landed load {load_id} in {target}; "
            "make refresh publishes landed data again",
            file=sys.stderr,
        )


def published_load(target: Path) -> str | None:
    """The landed load in the published file; None for the sample company or without a file."""
    if not target.is_file():
        return None
    try:
        with open_read_only(target) as connection:
            found = connection.execute(
                "select load_id from quality.publication where data_source = 'landed'"
            ).fetchone()
    except (WarehouseError, duckdb.Error):
        return None
    return found[0] if found else None


def publish_built(database: Path, target: Path, manifest: Path) -> None:
    """Publishes a built file and says what it holds."""
    with step("publish") as notes:
        publication = publish(database, target, manifest)
        notes.append(f"{len(publication.tables)} tables, {publication.size / 1e6:,.1f} MB")
        if publication.new_alerts:
            notes.append(f"new alerts in reports.report_alerts: {publication.new_alerts}")


def report_published(target: Path) -> None:
    """Writes the report beside the published file; a page that fails takes nothing back."""
    # Altair takes a second to import, which a refresh that stops before does not need.
    from ops.report.command import say_report

    try:
        say_report(target)
    except WarehouseError as error:
        print(
            f"note: the file is published, but no report: {printable(str(error))}", file=sys.stderr
        )


def given_as_of(as_of: str, database: Path) -> datetime:
    """The instant to build as of, UTC; a date is its first midnight in the reporting time zone.

    Raises WarehouseError when it is neither, or lies after the load.
    """
    with open_read_only(database) as connection:
        settings = dict(
            connection.execute(f"select parameter, value from {LANDED_SCHEMA}.settings").fetchall()
        )
        (loaded_at,) = connection.execute(
            f"select max(cast(loaded_at as timestamp)) from {LANDED_SCHEMA}.loads"
        ).fetchone()
    zone = settings.get("reporting_tz") or parameters()["reporting_tz"].value
    known_until = instant(as_of, "--as-of (AS_OF)", zone)
    if known_until > loaded_at:
        raise WarehouseError(
            f"--as-of (AS_OF) is {as_of}, which lies after the load of {loaded_at} UTC; "
            "give a day that the data knows"
        )
    return known_until


def land_files(raw: Path | str, mapping: Path | None, database: Path, notes: list[str]) -> str:
    """Lands a folder of raw files in the working file and prints what came; returns its load."""
    try:
        with progress_console.status("landing") as status:
            report = land(
                raw,
                mapping,
                database,
                LANDED_SCHEMA,
                progress=lambda part: status.update(escape(printable(f"landing {part}"))),
            )
    except ContractError as error:
        raise WarehouseError(str(error)) from error
    print_report(report, load_contract(), progress_console)
    notes.append(f"{sum(table.row_count for table in report.tables):,} rows")
    return report.load_id


def pass_gate(report: GateReport, notes: list[str]) -> None:
    """Raises WarehouseError unless the gate passed."""
    print_warnings(report)
    report.require()
    notes.append(f"{report.checked} checks passed, Data Docs: {report.data_docs}")


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """Times a step and says on stderr when it is done; what it appends to the notes is said too."""
    notes: list[str] = []
    started = time.monotonic()
    yield notes
    seconds = time.monotonic() - started
    print(", ".join([f"{name}: {seconds:.1f} s", *notes]), file=sys.stderr, flush=True)


def dbt_arguments(raw_schema: str, as_of: datetime | None = None) -> list[str]:
    """What dbt build is to do for the raw tables of a schema.

    Without unit tests, which ask about definitions and not about data. Landed data is built
    without the sample's seeds, which are never to meet it.
    """
    if raw_schema == SAMPLE_SCHEMA:
        return ["build", *WITHOUT_UNIT_TESTS]
    given = {} if as_of is None else {"as_of": as_of.strftime(INSTANT_FORMAT)}
    variables = json.dumps({"raw_schema": raw_schema, **given})
    return ["build", "--vars", variables, "--exclude", "path:seeds/sample", *WITHOUT_UNIT_TESTS]


def build(database: Path, raw_schema: str, notes: list[str], as_of: datetime | None = None) -> Path:
    """Builds and tests the models in the working file; returns dbt's manifest of the build.

    dbt keeps its DuckDB connection open until its process ends, and the gates need the file.
    Raises WarehouseError with one line per failed node, or with what kept dbt from starting.
    """
    began = datetime.now(UTC)
    # A folder of its own spares landed data and the sample each other's reading of the project.
    folder = None if raw_schema == SAMPLE_SCHEMA else MANIFEST.parent / "landed"
    results = run_dbt(*dbt_arguments(raw_schema, as_of), database=database, target=folder)
    notes.extend(summary_of(results, began))
    return results.with_name(MANIFEST.name)


def summary_of(results: Path, began: datetime) -> Iterator[str]:
    """How long dbt read the project, and how many nodes of each kind it ran then."""
    nodes = json.loads(results.read_text())["results"]
    starts = [each["timing"][0]["started_at"] for each in nodes if each["timing"]]
    if starts:
        reading = datetime.fromisoformat(min(starts)) - began
        yield f"{reading.total_seconds():.1f} s of it to read the project"
    kinds = Counter(each["unique_id"].partition(".")[0] for each in nodes)
    for kind, name in (("seed", "seeds"), ("model", "models"), ("test", "tests")):
        yield f"{kinds[kind]} {name}"


app = typer.Typer(add_completion=False)


@app.command()
def main(
    raw: Annotated[
        str | None,
        typer.Argument(
            help="Folder of files, DuckDB or SQLite file, PostgreSQL address, or sources.yml."
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Folder with one SELECT per contract table.")
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Build the sample company instead of raw files.")
    ] = False,
    max_age_days: Annotated[
        float | None, typer.Option(min=0, help="Refuse data older than this; off by default.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Build as the data was known on this day, as 2026-04-01.")
    ] = None,
    accept_shrunken: Annotated[
        bool,
        typer.Option("--accept-shrunken", help="Let a load pass that lost most rows of a table."),
    ] = False,
    to: Annotated[Path, typer.Option(help="File that BI tools read.")] = PUBLISHED_DATABASE,
) -> None:
    """Land, gate, build, check and publish a folder of raw files, or the sample company."""
    if sample == (raw is not None):
        raise typer.BadParameter("give either a folder of raw files or --sample")
    if sample and (mapping or max_age_days is not None or as_of or accept_shrunken):
        raise typer.BadParameter("--sample takes none of the options of a refresh but --to")
    # A scheduler ends a job with SIGTERM; taken as an interrupt it stops dbt and cleans up, too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = report_console()
    try:
        if sample:
            refresh_sample(target=to)
        else:
            refresh(
                raw,
                mapping,
                target=to,
                max_age_days=max_age_days,
                as_of=as_of,
                accept_shrunken=accept_shrunken,
            )
        headlines = print_headlines(to, console)
        if not sample:
            print_findings(to, headlines.currency, console)
        report_published(to)
    except WarehouseError as error:
        stop(error)
    except OSError as error:
        reason = f"{error.filename or to}: cannot be read or written: {error.strerror or error}"
        stop(WarehouseError(reason))
    except KeyboardInterrupt:
        stop(WarehouseError("stopped; the published file is as it was"))
