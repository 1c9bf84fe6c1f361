"""Prints the headline KPIs and the findings of a published file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import duckdb
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.warehouse import (
    PUBLISHED_DATABASE,
    WarehouseError,
    first_line,
    open_read_only,
    printable,
    report_console,
    stop,
)

NO_VALUE = "–"
MOST_FINDINGS = 20
# One line tells of all absent tables.
NOT_DELIVERED = "table_not_delivered"


@dataclass(frozen=True)
class Headline:
    """One headline KPI in a complete quarter; values in the KPI's unit, None if absent."""

    label: str
    unit: str
    value: float | None
    prior_value: float | None
    sample_size: float | None
    ci_low: float | None
    ci_high: float | None
    value_status: str
    status: str
    missing_inputs: str | None = None


@dataclass(frozen=True)
class Headlines:
    """The headline KPIs of a published file, and what they are about."""

    period_start: date | None
    period_end: date | None
    as_of: datetime
    data_source: str
    load_id: str
    currency: str
    rows: tuple[Headline, ...]


def read_headlines(database: Path) -> Headlines:
    """Reads the headline KPIs at the total of the newest complete quarter with numbers.

    period_start is None, and there are no rows, while no quarter is complete.
    Raises WarehouseError when the file is absent or is not a published warehouse.
    """
    with open_read_only(database) as connection:
        try:
            return query_headlines(connection)
        except duckdb.Error as error:
            raise WarehouseError(
                f"{database}: not a published warehouse: {first_line(error)}"
            ) from error


def query_headlines(connection: duckdb.DuckDBPyConnection) -> Headlines:
    """The headline KPIs over an open connection to a published file."""
    data_source, load_id, as_of = connection.execute(
        "select data_source, load_id, as_of from quality.publication"
    ).fetchone()
    (currency,) = connection.execute("select corporate_currency from marts.dim_settings").fetchone()
    period = connection.execute(
        """
        select kpi_values.period_start, kpi_values.period_end
        from kpis.kpi_values as kpi_values
        left join kpis.kpi_catalog as kpi_catalog
            on kpi_values.kpi_id = kpi_catalog.kpi_id and kpi_catalog.tier = 'headline'
        where kpi_values.period_grain = 'quarter'
            and kpi_values.dimension = 'total'
            and kpi_values.is_complete
        group by kpi_values.period_start, kpi_values.period_end
        order by
            -- A quarter without any number, or with nothing but zeros, tells nothing.
            count(*) filter (where kpi_catalog.kpi_id is not null and kpi_values.value <> 0) > 0
                desc,
            kpi_values.period_start desc
        limit 1
        """
    ).fetchone()
    period_start, period_end = period or (None, None)
    rows = connection.execute(
        """
        select
            kpi_catalog.label,
            kpi_catalog.unit,
            kpi_values.value,
            kpi_values.prior_value,
            kpi_values.sample_size,
            kpi_values.ci_low,
            kpi_values.ci_high,
            coalesce(kpi_values.value_status, kpi_catalog.availability),
            coalesce(kpi_values.status, 'no_target'),
            kpi_catalog.missing_inputs
        from kpis.kpi_catalog as kpi_catalog
        left join kpis.kpi_values as kpi_values
            on kpi_catalog.kpi_id = kpi_values.kpi_id
            and kpi_values.period_grain = 'quarter'
            and kpi_values.period_start = ?
            and kpi_values.dimension = 'total'
            and kpi_values.part = 'all'
        where kpi_catalog.tier = 'headline' and ? is not null
        order by kpi_catalog.label
        """,
        [period_start, period_start],
    ).fetchall()
    return Headlines(
        period_start,
        period_end,
        as_of,
        data_source,
        load_id,
        currency,
        tuple(Headline(*row) for row in rows),
    )


def format_value(value: float | None, unit: str, currency: str) -> str:
    """The value as people write it: ratios in percent, money with thousands and its currency."""
    if value is None:
        return NO_VALUE
    match unit:
        case "ratio":
            return f"{value:.1%}"
        case "money":
            return f"{value:,.0f} {currency}"
        case "count":
            return f"{value:,.0f}"
        case "times":
            return f"{value:,.2f}x"
        case "days" | "hours" | "minutes":
            return f"{value:,.1f} {unit}"
        case "points":
            return f"{value:+,.1f} points"
        case "money_per_day":
            return f"{value:,.0f} {currency} a day"
    return f"{value:,.2f} {unit.replace('_', ' ')}"


def format_interval(headline: Headline, currency: str) -> str:
    """The 95 % interval, or a dash for KPIs that have none."""
    if headline.ci_low is None or headline.ci_high is None:
        return NO_VALUE
    low = format_value(headline.ci_low, headline.unit, currency)
    high = format_value(headline.ci_high, headline.unit, currency)
    return f"{low} to {high}"


def format_status(headline: Headline) -> Text:
    """How the value stands to its target, or why it is missing or to be read with care."""
    if headline.value_status == "input_missing" and headline.missing_inputs:
        return Text(f"needs {headline.missing_inputs}", style="yellow")
    if headline.value is None and headline.value_status in ("ok", "available"):
        return Text("no such record", style="yellow")
    if headline.value_status != "ok":
        return Text(headline.value_status.replace("_", " "), style="yellow")
    style = {"on_target": "green", "off_target": "red"}.get(headline.status, "dim")
    return Text(headline.status.replace("_", " "), style=style)


def quarter_name(period_start: date) -> str:
    """The calendar quarter that starts on the date, as in 2026 Q1."""
    return f"{period_start.year} Q{(period_start.month + 2) // 3}"


def describe_source(headlines: Headlines) -> str:
    """Which data the numbers are about."""
    if headlines.data_source == "sample":
        return "sample company"
    return f"landed load {headlines.load_id}"


def headline_title(headlines: Headlines) -> str:
    """What the headline KPIs are about: the quarter, the data and its as_of."""
    last_day = headlines.period_end - timedelta(days=1)
    return (
        f"Headline KPIs, {quarter_name(headlines.period_start)} "
        f"({headlines.period_start} to {last_day}), {describe_source(headlines)}, "
        f"as of {headlines.as_of:%Y-%m-%d %H:%M} UTC"
    )


def headline_table(headlines: Headlines) -> Table:
    """The headline KPIs as a table."""
    table = Table()
    table.add_column("KPI", no_wrap=True)
    for column in ("Value", "Prior quarter", "Sample", "95 % interval"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    for headline in headlines.rows:
        table.add_row(
            Text(headline.label),
            format_value(headline.value, headline.unit, headlines.currency),
            format_value(headline.prior_value, headline.unit, headlines.currency),
            format_value(headline.sample_size, "count", headlines.currency),
            format_interval(headline, headlines.currency),
            format_status(headline),
        )
    return table


def read_findings(database: Path) -> list[tuple[Any, ...]]:
    """Findings as (severity, finding, table, column, records, amount at stake, samples, advice).

    Raises WarehouseError when the file is absent or is not a published warehouse.
    """
    with open_read_only(database) as connection:
        try:
            return connection.execute(
                """
                select
                    severity,
                    finding,
                    table_name,
                    column_name,
                    record_count,
                    amount_at_stake,
                    sample_record_ids,
                    description
                from quality.findings
                order by
                    list_position(['error', 'warning', 'info'], severity) nulls last,
                    amount_at_stake desc nulls last,
                    record_count desc,
                    finding,
                    table_name,
                    column_name
                """
            ).fetchall()
        except duckdb.Error as error:
            raise WarehouseError(
                f"{database}: not a published warehouse: {first_line(error)}"
            ) from error


def findings_table(findings: list[tuple[Any, ...]], currency: str) -> Table:
    """The findings as a table, the gravest first."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for column in ("Severity", "Finding", "Where"):
        table.add_column(column, no_wrap=True)
    for column in ("Records", f"At stake, {currency}"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("Such as", no_wrap=True)
    for severity, finding, table_name, column_name, records, amount, samples, _ in findings:
        cells = (
            severity,
            finding.replace("_", " "),
            f"{table_name}.{column_name}" if column_name else table_name,
            f"{records:,}",
            format_value(amount, "count", currency),
            (samples or NO_VALUE).partition(", ")[0],
        )
        table.add_row(*(Text(printable(cell or NO_VALUE)) for cell in cells))
    return table


def print_headlines(database: Path, console: Console) -> Headlines:
    """Prints the headline KPIs of a published file, or that no quarter is complete yet."""
    headlines = read_headlines(database)
    if headlines.period_start is None:
        line = f"Headline KPIs: no quarter is complete as of {headlines.as_of:%Y-%m-%d}"
        console.print(Text(f"{line}, {describe_source(headlines)}"), soft_wrap=True)
    else:
        console.print(Text(headline_title(headlines)), soft_wrap=True)
        console.print(headline_table(headlines))
    return headlines


def print_findings(database: Path, currency: str, console: Console) -> None:
    """Prints what the models found wrong with the data, the gravest first, up to MOST_FINDINGS."""
    every_finding = read_findings(database)
    absent = [table for _, finding, table, *_ in every_finding if finding == NOT_DELIVERED]
    findings = [each for each in every_finding if each[1] != NOT_DELIVERED]
    if findings:
        console.print("Findings about the data")
        console.print(findings_table(findings[:MOST_FINDINGS], currency))
    else:
        console.print("Findings about the data: none")
    if len(findings) > MOST_FINDINGS:
        console.print(f"and {len(findings) - MOST_FINDINGS} more in quality.findings")
    errors = {finding: advice for severity, finding, *_, advice in findings if severity == "error"}
    for finding, advice in errors.items():
        console.print(Text(printable(f"{finding.replace('_', ' ')}: {advice}")), soft_wrap=True)
    if absent:
        console.print(Text(f"Not delivered: {', '.join(absent)}"), soft_wrap=True)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    database: Annotated[Path, typer.Option(help="Published file.")] = PUBLISHED_DATABASE,
    findings: Annotated[bool, typer.Option(help="Print findings about the data, too.")] = False,
) -> None:
    """Print the headline KPIs of a published file."""
    console = report_console()
    try:
        headlines = print_headlines(database, console)
        if findings:
            print_findings(database, headlines.currency, console)
    except WarehouseError as error:
        stop(error)
