"""Writes the documentation as one static site that opens from the file system."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import duckdb
import typer

from ops.dbt_process import run_dbt
from ops.docs_site.project import TARGET, Project
from ops.docs_site.site import write_site
from ops.gates.gates import RESULTS
from ops.report.reading import Published
from ops.warehouse import (
    PUBLISHED_DATABASE,
    QUALITY_GATES,
    SAMPLE_DATABASE,
    WAREHOUSE,
    WarehouseError,
    first_line,
    make_folder,
    open_read_only,
    progress_console,
    stop,
)

DOCS = WAREHOUSE / "docs"
START_PAGE = "index.html"
PARSED = "partial_parse.msgpack"


def write_docs(database: Path, working: Path, folder: Path = DOCS) -> int:
    """Writes the site of a published file and the working file it came from; its pages of KPIs.

    The former site is replaced when the new one is complete. Raises WarehouseError when a file is
    no warehouse, or the folder holds something else.
    """
    if folder.exists() and not (folder / START_PAGE).is_file():
        raise WarehouseError(f"{folder}: holds something else than documentation; name another")
    make_folder(folder.parent)
    with (
        open_read_only(database) as connection,
        TemporaryDirectory(prefix=".docs_", dir=folder.parent) as building,
    ):
        new = Path(building) / "docs"
        new.mkdir()
        with progress_console.status("lineage"):
            manifest = write_lineage(working, new / "lineage")
        try:
            kpis = write_site(Published(connection), Project(manifest), new, read_checks())
        except duckdb.Error as error:
            raise WarehouseError(
                f"{database}: not a published warehouse: {first_line(error)}"
            ) from error
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
    return kpis


def read_checks(gates: Path = QUALITY_GATES) -> dict[str, list[dict[str, Any]]]:
    """What came of the checks of each gate that has run."""
    return {
        gate: json.loads((gates / gate / RESULTS).read_text())
        for gate in ("raw", "working")
        if (gates / gate / RESULTS).is_file()
    }


def write_lineage(working: Path, folder: Path) -> Path:
    """Writes dbt's own documentation with the lineage as one page; the manifest it was made of.

    dbt works in a folder of its own, so that what the last build reported stays as it is.
    """
    if not working.is_file():
        raise WarehouseError(f"{working}: the file does not exist; build or refresh first")
    target = TARGET / "docs"
    target.mkdir(parents=True, exist_ok=True)
    if (parsed := TARGET / PARSED).is_file():
        shutil.copyfile(parsed, target / PARSED)
    run_dbt("parse", database=working, target=target)
    run_dbt("docs", "generate", "--static", "--no-compile", database=working, target=target)
    folder.mkdir()
    page = (target / "static_index.html").read_text(encoding="utf-8")
    # dbt's page has the browser look for files of these names before its script has run.
    page = page.replace('xlink:href="{{', 'ng-attr-xlink:href="{{')
    page = re.sub(
        r'<link rel="shortcut icon" href="[^"]*"/>', '<link rel="icon" href="data:,"/>', page
    )
    (folder / START_PAGE).write_text(page, encoding="utf-8")
    return target / "manifest.json"


app = typer.Typer(add_completion=False)


@app.command()
def main(
    database: Annotated[Path, typer.Option(help="Published file.")] = PUBLISHED_DATABASE,
    working: Annotated[Path, typer.Option(help="The file it was built in.")] = SAMPLE_DATABASE,
    to: Annotated[Path, typer.Option(help="Folder of the site.")] = DOCS,
) -> None:
    """Write the documentation: a page per KPI, the reports, the lineage and the Data Docs."""
    began = time.monotonic()
    try:
        kpis = write_docs(database, working, to)
    except WarehouseError as error:
        stop(error)
    print(f"docs: {to / START_PAGE}, {kpis} KPIs, {time.monotonic() - began:.1f} s")
