"""Writes the report of a published file, or the same page for one manager's people."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from ops.report.context import Context
from ops.report.page import write_page
from ops.report.reading import (
    Period,
    Published,
    Scope,
    find_scope,
    newest_period,
    people_of,
    read_catalogue,
    read_publication,
    read_values,
)
from ops.report.sections.selling import SELLER_KPIS
from ops.report.sections.winning import SLICES
from ops.warehouse import (
    PUBLISHED_DATABASE,
    WarehouseError,
    first_line,
    make_folder,
    open_read_only,
    stop,
)

REPORT_NAME = "report.html"


def write_report(database: Path, to: Path | None = None, member: str | None = None) -> Path:
    """Writes the page of a published file and returns where it stands.

    member names whose page it is, as team=TEAM-04; by default it is the whole company's, beside
    the published file. The page takes its place in one step, so a reader never sees half of it.
    Raises WarehouseError when the file cannot be read, or the page not be written.
    """
    with open_read_only(database) as connection:
        try:
            published = Published(connection)
            scope = find_scope(published, member)
            page = write_page(read_context(published, scope))
        except duckdb.Error as error:
            raise WarehouseError(
                f"{database}: not a published warehouse: {first_line(error)}"
            ) from error
    to = to or database.with_name(report_name(scope))
    make_folder(to.parent)
    building = to.with_name(f".{to.name}.writing")
    try:
        building.write_text(page, encoding="utf-8")
        building.replace(to)
    except OSError as error:
        raise WarehouseError(f"{to}: cannot be written: {error.strerror}") from error
    finally:
        building.unlink(missing_ok=True)
    return to


def report_name(scope: Scope) -> str:
    """The name of the page's file: report.html, or report_team_TEAM-04.html."""
    if scope.is_total:
        return REPORT_NAME
    member = re.sub(r"[^A-Za-z0-9-]+", "_", f"{scope.dimension}_{scope.dimension_id}")
    return f"report_{member}.html"


def read_context(published: Published, scope: Scope) -> Context:
    """What the page of a scope is written from."""
    publication = read_publication(published)
    catalogue = read_catalogue(published)
    period = newest_period(published)
    if period is None:
        # Nothing is complete yet: the page says so, around the day the data are known until.
        day = publication.as_of.date().replace(day=1)
        period = Period("month", day, day, is_complete=False)
    sliced = {"team": ["quota_attainment"], "rep": list(SELLER_KPIS)}
    sliced |= {dimension: ["win_rate"] for dimension in SLICES}
    values = read_values(published, scope, period, sliced)
    teams, people = people_of(published, scope, period)
    return Context(published, publication, catalogue, scope, period, values, teams, people)


def say_report(database: Path, to: Path | None = None, member: str | None = None) -> None:
    """Writes the report and says where it stands, how large it is and how long it took."""
    began = time.monotonic()
    page = write_report(database, to, member)
    size = page.stat().st_size / 1e6
    print(f"report: {page}, {size:.1f} MB, {time.monotonic() - began:.1f} s")


app = typer.Typer(add_completion=False)


@app.command()
def main(
    database: Annotated[Path, typer.Option(help="Published file.")] = PUBLISHED_DATABASE,
    member: Annotated[
        str | None,
        typer.Option("--for", help="Whose page: a dimension and a member, as team=TEAM-04."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="The page to write; beside the published file by default.")
    ] = None,
) -> None:
    """Write the report of a published file: one page that opens from the file system."""
    try:
        say_report(database, to, member)
    except WarehouseError as error:
        stop(error)
