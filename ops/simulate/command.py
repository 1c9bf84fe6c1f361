"""Command line: python -m ops simulate writes the sample company, or one of any size."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.landing.contract import ContractError
from ops.simulate.company import TABLES, simulate
from ops.simulate.parameters import Parameters
from ops.simulate.write import OutputError, write_files, write_flaws, write_seeds

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "sample"
STANDARD = Parameters()
STANDARD_END = STANDARD.end_date.isoformat()
# Steps of the simulation before the tables are written.
STEPS = 8


class FileFormat(StrEnum):
    """What the tables are written as."""

    csv = "csv"
    parquet = "parquet"


app = typer.Typer(add_completion=False)


@app.command()
def main(
    opportunities: Annotated[
        int, typer.Option(help="Deals to simulate; flawed copies come on top.")
    ] = STANDARD.opportunities,
    seed: Annotated[int, typer.Option(help="Start of chance.")] = STANDARD.seed,
    months: Annotated[int, typer.Option(help="Months of data.")] = STANDARD.months,
    end_date: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day with data.")
    ] = STANDARD_END,  # type: ignore[assignment]
    activities: Annotated[
        float, typer.Option(help="Activities a deal, on average.")
    ] = STANDARD.activities_per_deal,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the tables; without it the sample seeds are rewritten."),
    ] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="Kind of file.")
    ] = FileFormat.csv,
    flaws: Annotated[
        bool, typer.Option("--flaws/--no-flaws", help="Plant flaws, or leave the data sound.")
    ] = True,
    flaws_list: Annotated[
        Path | None, typer.Option(help="CSV file to list the planted flaws in.")
    ] = None,
    seeds: Annotated[
        bool,
        typer.Option(
            "--seeds",
            help="Write dbt seeds into --out: also loads, rejected_lines, planted_flaws and "
            "their properties.",
        ),
    ] = False,
) -> None:
    """Simulate a company's raw CRM tables."""
    console = Console(stderr=True)
    as_seeds = seeds or out is None
    folder = SEEDS if out is None else out
    try:
        if as_seeds and file_format is not FileFormat.csv:
            raise OutputError("dbt seeds are CSV; leave --format away or give --out a folder")
        parameters = Parameters(
            opportunities=opportunities,
            seed=seed,
            months=months,
            end_date=end_date.date(),
            activities_per_deal=activities,
            has_flaws=flaws,
        )
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
        ) as progress:
            task = progress.add_task("starting", total=STEPS + len(TABLES))

            def step(description: str) -> None:
                progress.update(task, description=description, advance=1)

            company = simulate(parameters, progress=step)
            progress.update(task, completed=STEPS)

            def written(name: str, rows: int) -> None:
                progress.update(task, description=f"{name}: {rows:,} rows", advance=1)

            if as_seeds:
                counts = write_seeds(company, folder, written)
            else:
                counts = write_files(company, folder, file_format.value, written)
            if flaws_list is not None:
                write_flaws(company.flaws, flaws_list)
    except (ContractError, OutputError, OSError, ValueError) as error:
        console.print(f"[red]simulate:[/red] {error}", highlight=False)
        raise typer.Exit(1) from error
    rows = sum(counts.values())
    console.print(
        f"{folder}: {len(counts)} tables, {rows:,} rows, {len(company.flaws)} planted flaws",
        highlight=False,
    )
