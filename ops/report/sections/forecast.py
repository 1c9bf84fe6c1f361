"""The forecast: calls against results, the path of the calls, and where the quarter is heading."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.formats import period_name, words
from ops.report.reading import Row, Value
from ops.report.sections.optional import found, kept
from ops.warehouse import literal

LEVELS = (("vp", "Vice presidents"), ("manager", "Managers"), ("rep", "Sellers"))
# The part of the forecast KPIs that holds a level; sellers are the KPI itself.
PARTS = {"rep": "all"}
QUARTERS = 8


def forecast(context: Context) -> Section:
    """Calls and results, and the projection."""
    blocks = [calls(context), path(context)]
    if context.scope.is_total:
        blocks += [projection(context), *kept(migration(context))]
    return Section("forecast", "Forecast against actual", blocks=blocks)


def calls(context: Context) -> Figure:
    """What each level called before the end of the first week, and what came."""
    title = "What was called in week 1, and what came"
    kpis = ["forecast_accuracy", "forecast_variance"]
    relation = "kpis.kpi_forecasts"
    sql = (
        "select period_start, forecast_level, call_plan, booked_plan\n"
        f"from {relation}\n"
        f"where period_grain = {literal(context.period.grain)}"
        f" and dimension = {literal(context.scope.dimension)}"
        f" and dimension_id = {literal(context.scope.dimension_id)}\n"
        f"    and period_start <= date '{context.period.start}'"
        " and call_plan is not null and booked_plan is not null\n"
        "order by period_start"
    )
    needed = ("forecast_level", "call_plan", "booked_plan")
    rows = context.published.rows(sql) if context.published.has(relation, *needed) else []
    if not rows:
        return Figure("calls", title, empty=context.why_empty(*kpis), kpis=kpis)
    starts = sorted({row["period_start"] for row in rows})[-QUARTERS:]
    rows = [row for row in rows if row["period_start"] in starts]
    booked = [drawn(context, row, "Booked", row["booked_plan"]) for row in highest_by_period(rows)]
    points = [
        drawn(context, row, f"Call of {name.lower()}", row["call_plan"])
        for level, name in LEVELS
        for row in rows
        if row["forecast_level"] == level
    ]
    for row in points:
        found = context.values.one("forecast_accuracy", row["start"], context.scope, row["part"])
        if found is not None:
            row["v"] = context.number(found)
    value = context.now("forecast_accuracy")
    caption = ""
    if value is not None and value.value is not None:
        caption = (
            f"Sellers' calls were {context.short('forecast_accuracy', value.value)} accurate in "
            f"{context.period_name}."
        )
    legend = [("bar", "booked"), *legend_of(points)]
    return Figure(
        "calls",
        title,
        caption,
        charts.columns(drop(booked), drop(points), f"{title}. {caption}", "money"),
        calls_table(context, rows),
        kpis,
        sql,
        legend=legend,
    )


def highest_by_period(rows: list[Row]) -> list[Row]:
    """For each period the row of its highest level, whose bookings are the widest."""
    order = [level for level, _ in LEVELS]
    best: dict[object, Row] = {}
    for row in sorted(
        rows, key=lambda row: (row["period_start"], order.index(row["forecast_level"]))
    ):
        best.setdefault(row["period_start"], row)
    return list(best.values())


def drawn(context: Context, row: Row, series: str, amount: float) -> Row:
    """A mark of the chart of calls."""
    level = row["forecast_level"]
    return {
        "period": period_name(context.period.grain, row["period_start"]),
        "series": series,
        "value": amount,
        "note": context.money(amount),
        "start": row["period_start"],
        "part": PARTS.get(level, level),
    }


def drop(rows: list[Row]) -> list[Row]:
    """The rows without what only the page's making needs."""
    return [
        {key: cell for key, cell in row.items() if key not in ("start", "part")} for row in rows
    ]


def legend_of(points: list[Row]) -> list[tuple[str, str]]:
    """The marks of the series of points, in the order in which the chart gives them."""
    marks = ("diamond", "wedge", "square")
    series = dict.fromkeys(row["series"] for row in points)
    return list(zip(marks, (name.lower() for name in series), strict=False))


def calls_table(context: Context, rows: list[Row]) -> Table:
    """Calls, results and their published accuracy."""
    names = dict(LEVELS)
    lines = []
    for row in rows:
        level = row["forecast_level"]
        part = PARTS.get(level, level)
        accuracy, variance = (
            context.values.one(kpi, row["period_start"], context.scope, part)
            for kpi in ("forecast_accuracy", "forecast_variance")
        )
        lines.append(
            [
                text_cell(period_name(context.period.grain, row["period_start"])),
                text_cell(names[level]),
                number_cell(context.money(row["call_plan"])),
                number_cell(context.money(row["booked_plan"])),
                context.cell(variance),
                context.cell(accuracy),
            ]
        )
    note = "A level is held against the bookings of those who called, so results differ by level."
    return Table(["Period", "Level", "Call", "Booked", "Variance", "Accuracy"], lines, note)


def path(context: Context) -> Figure:
    """How the call moved through the weeks of the newest finished quarter."""
    title = f"How the call moved through {context.period_name}"
    kpis = ["forecast_accuracy"]
    relation = "reports.report_forecast_by_week_of_quarter"
    submitter = "all" if context.scope.is_total else manager_of(context)
    if not context.published.has(relation):
        return Figure("path", title, empty=context.why_empty(*kpis), kpis=kpis)
    if context.period.grain != "quarter" or submitter is None:
        return Figure("path", title, empty="Calls are kept by quarter and for people.", kpis=kpis)
    sql = (
        "select week_of_quarter, forecast_level, forecast_plan, won_to_date, booked_plan\n"
        f"from {relation}\n"
        f"where quarter_start = date '{context.period.start}' and category = 'commit'\n"
        f"    and submitter_id = {literal(submitter)}\n"
        "order by week_of_quarter"
    )
    rows = context.published.rows(sql)
    levels = [
        (level, name) for level, name in LEVELS if any(r["forecast_level"] == level for r in rows)
    ]
    if not rows or not levels:
        return Figure("path", title, empty=context.why_empty(*kpis), kpis=kpis)
    lines = []
    chosen = levels if len(levels) == 1 else [levels[0], levels[-1]]
    for level, name in chosen:
        lines += [
            at_week(context, row, f"Call of {name.lower()}", row["forecast_plan"])
            for row in rows
            if row["forecast_level"] == level and row["forecast_plan"] is not None
        ]
    first = [row for row in rows if row["forecast_level"] == levels[0][0]]
    lines += [at_week(context, row, "Won to date", row["won_to_date"]) for row in first]
    result = first[-1]["booked_plan"]
    caption = f"In the end {context.money(result)} were booked." if result is not None else ""
    marks = ("solid", "dashed", "dotted")
    series = dict.fromkeys(row["series"] for row in lines)
    headers = ["Week", "Series", "Amount"]
    table = [
        [number_cell(str(row["step"])), text_cell(row["series"]), number_cell(row["note"])]
        for row in lines
    ]
    return Figure(
        "path",
        title,
        caption,
        charts.paths(lines, f"{title}. {caption}", "money"),
        Table(headers, table),
        kpis,
        sql,
        legend=list(zip(marks, (name.lower() for name in series), strict=False)),
    )


def at_week(context: Context, row: Row, series: str, amount: float) -> Row:
    """A point of the path."""
    return {
        "step": row["week_of_quarter"],
        "series": series,
        "value": amount,
        "note": context.money(amount),
    }


def manager_of(context: Context) -> str | None:
    """Who calls for the page's people: a team's manager, or the seller."""
    if context.scope.dimension == "rep":
        return context.scope.dimension_id
    if context.scope.dimension != "team" or not context.published.has("marts.dim_teams"):
        return None
    rows = context.published.rows(
        "select manager_id from marts.dim_teams where team_id = ?", [context.scope.dimension_id]
    )
    return rows[0]["manager_id"] if rows else None


def projection(context: Context) -> Figure:
    """Where the running quarter is heading, and how earlier projections did."""
    title = "Where the quarter is heading: projection with its range"
    relation = "reports.report_quarter_projection"
    kpis = ["bookings"]
    if not context.published.has(relation):
        return Figure("projection", title, empty=context.why_empty("bookings"), kpis=kpis)
    sql = (
        "select *\n"
        f"from {relation}\n"
        "where projected_amount is not null\n"
        "qualify row_number() over (\n"
        "    partition by quarter_start\n"
        "    order by booked_amount is null and month_of_quarter > 1 desc, month_of_quarter\n"
        ") = 1\n"
        "order by quarter_start desc\n"
        f"limit {QUARTERS}"
    )
    rows = context.published.rows(sql)[::-1]
    if not rows:
        empty = "It takes four quarters of history to project the next."
        return Figure("projection", title, empty=empty, kpis=kpis)
    drawn_rows = [projected(context, row) for row in rows]
    last = rows[-1]
    caption = (
        f"{period_name('quarter', last['quarter_start'])}: "
        f"{context.money(last['projected_amount'])}, between "
        f"{context.money(last['lowest_amount'])} and {context.money(last['highest_amount'])}, "
        f"seen from {last['snapshot_date']}."
    )
    if last.get("projection_wape") is not None:
        caption += f" Such projections missed by {last['projection_wape'] * 100:.0f} % so far."
    headers = ["Quarter", "Seen from", "Lowest", "Projected", "Highest", "Booked"]
    lines = [
        [
            text_cell(period_name("quarter", row["quarter_start"])),
            text_cell(row["snapshot_date"]),
            *(
                number_cell(context.money(row[column]))
                for column in ("lowest_amount", "projected_amount", "highest_amount")
            ),
            booked_cell(context, row),
        ]
        for row in rows
    ]
    return Figure(
        "projection",
        title,
        caption,
        charts.intervals(drawn_rows, f"{title}. {caption}", "money"),
        Table(headers, lines),
        kpis,
        sql,
        is_wide=True,
        legend=[("main", "projection and its range"), ("aim", "booked in the end")],
    )


def booked_cell(context: Context, row: Row):  # noqa: ANN201
    """What was booked: the published value where it is the same quarter, else the report's."""
    value: Value | None = context.values.one("bookings", row["quarter_start"])
    if context.period.grain == "quarter" and value is not None and value.is_complete:
        return context.cell(value)
    return number_cell(context.money(row["booked_amount"]))


def projected(context: Context, row: Row) -> Row:
    """A projection as a dot with its range, and what came as a tick."""
    note = context.bare_money(row["projected_amount"])
    return {
        "label": period_name("quarter", row["quarter_start"]),
        "value": row["projected_amount"],
        "low": row["lowest_amount"],
        "high": row["highest_amount"],
        "target": row["booked_amount"],
        "note": note,
        "soft": False,
    }


def migration(context: Context) -> Figure | None:
    """What became of the deals due in the quarter, by their forecast category on its first day."""
    relation = "reports.report_forecast_migration"
    columns = ("forecast_category", "outcome", "deals", "opening_amount", "amount_share")
    if context.period.grain != "quarter":
        return None
    sql = (
        "select forecast_category, outcome, deals, opening_amount, amount_share\n"
        f"from {relation}\n"
        f"where quarter_start = date '{context.period.start}'\n"
        "order by forecast_category, outcome"
    )
    rows = found(context, relation, columns, sql)
    if not rows:
        return None
    order = ("commit", "best_case", "pipeline", "omitted", "unknown")
    outcomes = [
        outcome
        for outcome in ("won", "lost", "slipped_pushed", "slipped_overdue", "deleted")
        if any(row["outcome"] == outcome for row in rows)
    ]
    by_category: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_category.setdefault(row["forecast_category"], {})[row["outcome"]] = row
    lines = []
    for category in sorted(
        by_category, key=lambda name: order.index(name) if name in order else len(order)
    ):
        told = by_category[category]
        shares = [told[name]["amount_share"] if name in told else None for name in outcomes]
        lines.append(
            [
                text_cell(words(category).capitalize()),
                number_cell(f"{sum(row['deals'] for row in told.values()):,}"),
                number_cell(
                    context.money(sum(row["opening_amount"] or 0 for row in told.values()))
                ),
                *(number_cell("–" if each is None else f"{each * 100:.0f} %") for each in shares),
            ]
        )
    headers = [
        "Category on day 1",
        "Deals",
        "Amount",
        *(words(each).capitalize() for each in outcomes),
    ]
    return Figure(
        "migration",
        f"What became of the deals due in {context.period_name}",
        "Shares of the amount on the first day, by the forecast category of the stage then.",
        table=Table(headers, lines, None, {1}),
        kpis=["slip_rate"],
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )
