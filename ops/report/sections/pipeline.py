"""The pipeline: how it moved, whether it covers what is to be sold, and what stands still in it."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.formats import counted, period_name, words
from ops.report.reading import Row, Value
from ops.report.sections.changes import signed, step
from ops.report.sections.optional import found, kept, of_people
from ops.report.sections.trends import trend_figure
from ops.warehouse import literal

ORDER = (
    "created",
    "reopened",
    "pulled_in",
    "transferred_in",
    "increased",
    "decreased",
    "currency_effect",
    "won",
    "lost",
    "pushed_out",
    "transferred_out",
    "deleted",
    "unexplained",
)
MOST_STALLED = 10


def pipeline(context: Context) -> Section:
    """Waterfall, coverage and stalled deals."""
    return Section(
        "pipeline",
        "Pipeline",
        blocks=[
            waterfall(context),
            coverage(context),
            in_time(context),
            *kept(linearity(context), untouched(context)),
            stalled(context),
        ],
    )


def waterfall(context: Context) -> Figure:
    """From the pipeline at the begin of the period to that at its end."""
    title = f"How the open pipeline moved in {context.period_name}"
    kpis = ["pipeline_value"]
    relation = "reports.report_pipeline_waterfall"
    if not context.published.has(relation):
        return Figure("waterfall", title, empty=context.why_empty("pipeline_value"), kpis=kpis)
    sql = (
        "select movement, deals, amount\n"
        f"from {relation}\n"
        f"where period_grain = {literal(context.period.grain)}"
        f" and period_start = date '{context.period.start}' and scope = 'open'\n"
        f"    and dimension = {literal(context.scope.dimension)}"
        f" and dimension_id = {literal(context.scope.dimension_id)}"
    )
    moved = {row["movement"]: row for row in context.published.rows(sql)}
    if "opening" not in moved or "closing" not in moved:
        return Figure("waterfall", title, empty=context.why_empty("pipeline_value"), kpis=kpis)
    opening, closing = moved["opening"], moved["closing"]
    names = [name for name in ORDER if name in moved and moved[name]["amount"]]
    names += [name for name in moved if name not in (*ORDER, "opening", "closing")]
    rows = [step("Opening", 0.0, opening["amount"], context.bare_money(opening["amount"]))]
    level = opening["amount"]
    for name in names:
        amount = moved[name]["amount"]
        note = signed(context.bare_money(amount), amount)
        rows.append(step(words(name).capitalize(), level, level + amount, note))
        level += amount
    rows.append(step("Closing", 0.0, closing["amount"], context.bare_money(closing["amount"])))
    value = context.now("pipeline_value")
    if value is not None and value.value is not None:
        rows[-1]["v"] = context.number(value)
    lines = [line(context, name, moved[name]) for name in ("opening", *names, "closing")]
    caption = (
        f"{context.money(closing['amount'])} in {counted(closing['deals'], 'deal')} after "
        f"{context.money(opening['amount'])} in {opening['deals']:,}."
    )
    return Figure(
        "waterfall",
        title,
        caption,
        charts.bridge(rows, f"{title}. {caption}"),
        Table(["Movement", "Deals", "Amount"], lines),
        kpis,
        sql,
        is_wide=True,
        legend=[("up", "adds"), ("down", "takes away")],
    )


def line(context: Context, name: str, row: Row) -> list:
    """A line of the waterfall's table."""
    return [
        text_cell(words(name).capitalize()),
        number_cell(f"{row['deals']:,}"),
        number_cell(context.money(row["amount"])),
    ]


def coverage(context: Context) -> Figure:
    """Coverage on the first day against what history requires."""
    title = "Is there enough pipeline? Coverage against required"
    kpis = ["pipeline_coverage__day1", "required_coverage"]
    found = [
        each
        for each in context.values.trend("pipeline_coverage__day1", context.scope)
        # Before the first deal is known, a quota stands against nothing.
        if each.value is not None and (each.value or each.sample_size)
    ]
    if not found:
        return Figure("coverage", title, empty=context.why_empty(*kpis), kpis=kpis)
    needed = {
        each.period_start: each
        for each in context.values.trend("required_coverage", context.scope)
        if each.value is not None
    }
    rows = [bar(context, each, needed.get(each.period_start)) for each in found]
    last = found[-1]
    required = needed.get(last.period_start)
    covered = context.short(last.kpi_id, last.value)
    caption = f"{context.period_of(last)} began with {covered} of its quota"
    if required is not None:
        caption += (
            f"; at past conversion {context.short('required_coverage', required.value)} are needed"
        )
    shown = [*found, *(needed[key] for key in sorted(needed) if key <= last.period_start)]
    legend = [("bar", "pipeline on the first day / quota")]
    if needed:
        legend.append(("aim", "required"))
    return Figure(
        "coverage",
        title,
        f"{caption}.",
        charts.columns(rows, [], f"{title}. {caption}.", "times"),
        context.values_table(shown),
        kpis,
        legend=legend,
    )


def in_time(context: Context) -> Figure:
    """The open pipeline at the end of each period, whole and weighted."""
    return trend_figure(
        context,
        "pipeline-value",
        "Open pipeline at the end of each period",
        ["pipeline_value", "weighted_pipeline_value"],
        is_zero=True,
    )


def bar(context: Context, value: Value, target: Value | None) -> dict[str, object]:
    """A column of a value in time, with its target."""
    row = {
        "period": context.period_of(value),
        "series": context.label(value.kpi_id),
        "value": value.value,
        "note": context.short(value.kpi_id, value.value),
        "soft": value.is_small_sample,
        "v": context.number(value),
    }
    if target is not None:
        row["target"] = target.value
        row["aim"] = context.short(target.kpi_id, target.value)
    return row


def stalled(context: Context) -> Figure:
    """The open deals that need somebody this week, the most money at risk first."""
    title = "Deals that need somebody this week"
    kpis = ["stalled_pipeline_share"]
    relation = "reports.report_stalled_deals"
    condition = of_people(context, relation, "stalled")
    needed = ("amount_at_risk", "is_stalled", "next_step", "idle_days")
    if condition is None or not context.published.has(relation, *needed):
        return Figure("stalled", title, empty=context.why_empty(*kpis), kpis=kpis)
    sql = (
        "select\n"
        "    deals.opportunity_name, members.dimension_value as owner, stalled.*\n"
        f"from {relation} as stalled\n"
        "left join marts.fct_opportunities as deals\n"
        "    on stalled.opportunity_id = deals.opportunity_id\n"
        "left join marts.dim_members as members\n"
        "    on stalled.owner_id = members.dimension_id and members.dimension = 'rep'\n"
        f"where stalled.snapshot_date = (select max(snapshot_date) from {relation})\n"
        "    and stalled.is_stalled and stalled.amount_at_risk > 0\n"
        f"    and {condition}\n"
        "order by stalled.amount_at_risk desc, stalled.opportunity_id"
    )
    # A large company has tens of thousands: they are counted there, and the first ones brought.
    deals = context.published.rows(
        "select *, count(*) over () as all_deals, sum(amount_at_risk) over () as all_at_risk\n"
        f"from ({sql})\norder by amount_at_risk desc, opportunity_id\nlimit {MOST_STALLED}"
    )
    if not deals:
        return Figure("stalled", title, empty="No open deal stands still.", kpis=kpis)
    count, at_risk = deals[0]["all_deals"], deals[0]["all_at_risk"]
    rows = [
        [
            text_cell(deal["opportunity_name"] or deal["opportunity_id"]),
            text_cell(deal["owner"] or deal["owner_id"]),
            text_cell(deal["stage"]),
            number_cell(context.money(deal["amount_corporate"])),
            number_cell(context.money(deal["amount_at_risk"])),
            text_cell(signals(deal)),
            text_cell(deal["next_step"]),
        ]
        for deal in deals
    ]
    headers = ["Deal", "Owner", "Stage", "Amount", "At risk", "Signals", "Next step"]
    note = f"The first {len(rows)} of {count:,}." if count > len(rows) else None
    caption = (
        f"{counted(count, 'open deal')} silent, slow or overdue; {context.money(at_risk)} "
        "would be lost at the chances of their stages."
    )
    return Figure(
        "stalled",
        title,
        caption,
        table=Table(headers, rows, note, {1, 2, 4}),
        kpis=kpis,
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )


def signals(deal: Row) -> str:
    """The signals of a deal in words."""
    names = {
        "is_idle": f"silent {deal['idle_days']:,} days" if deal["idle_days"] else "silent",
        "is_slow": "slow in its stage",
        "is_overdue": "overdue",
        "is_pushed_often": "pushed often",
        "is_without_meeting": "no meeting ahead",
    }
    return ", ".join(name for column, name in names.items() if deal.get(column))


def linearity(context: Context) -> Figure | None:
    """How bookings came in through the days of a quarter."""
    relation = "reports.report_linearity_curve"
    columns = ("quarter_start", "is_complete", "day_of_quarter", "cumulative_share", "even_share")
    if not context.scope.is_total or context.period.grain != "quarter":
        return None
    sql = (
        "select quarter_start, day_of_quarter, cumulative_share, even_share, cumulative_amount\n"
        f"from {relation}\n"
        f"where quarter_start in (date '{context.period.start}',\n"
        f"    date '{context.period.start}' - interval 1 year)\n"
        "    and cumulative_share is not null\n"
        "order by quarter_start desc, day_of_quarter"
    )
    rows = found(context, relation, (*columns, "cumulative_amount"), sql)
    if not rows:
        return None
    drawn = [
        {
            "step": row["day_of_quarter"],
            "series": period_name("quarter", row["quarter_start"]),
            "value": row["cumulative_share"],
            "note": f"{row['cumulative_share'] * 100:.0f} %",
        }
        for row in rows
    ]
    newest = [row for row in rows if row["quarter_start"] == context.period.start]
    drawn += [
        {
            "step": row["day_of_quarter"],
            "series": "Even",
            "value": row["even_share"],
            "note": f"{row['even_share'] * 100:.0f} %",
        }
        for row in newest
    ]
    title = "How bookings come in through the quarter"
    half = next((row["day_of_quarter"] for row in newest if row["cumulative_share"] >= 0.5), None)
    caption = f"Half of {context.period_name} was booked by day {half}." if half else ""
    series = dict.fromkeys(row["series"] for row in drawn)
    marks = ("solid", "dashed", "dotted")
    return Figure(
        "linearity",
        title,
        caption,
        charts.paths(drawn, f"{title}. {caption}", "ratio", step="day of the quarter"),
        kpis=["bookings"],
        sql=sql,
        legend=list(zip(marks, series, strict=False)),
        is_wide=True,
    )


def untouched(context: Context) -> Figure | None:
    """Companies with open deals whom nobody has called, written to or met for ninety days."""
    relation = "reports.report_account_coverage"
    columns = ("is_untouched", "untouched_days", "open_deals", "open_amount")
    condition = of_people(context, relation, "accounts")
    if condition is None:
        return None
    sql = (
        "select names.account_name, members.dimension_value as owner, accounts.*,\n"
        "    count(*) over () as all_accounts, sum(accounts.open_amount) over () as all_amount\n"
        f"from {relation} as accounts\n"
        "left join marts.dim_accounts as names on accounts.account_id = names.account_id\n"
        "left join marts.dim_members as members\n"
        "    on accounts.owner_id = members.dimension_id and members.dimension = 'rep'\n"
        f"where accounts.is_untouched and accounts.open_deals > 0 and {condition}\n"
        "order by accounts.open_amount desc nulls last, accounts.account_id\n"
        f"limit {MOST_STALLED}"
    )
    rows = found(context, relation, columns, sql)
    if not rows:
        return None
    count, amount = rows[0]["all_accounts"], rows[0]["all_amount"]
    lines = [
        [
            text_cell(row["account_name"] or row["account_id"]),
            text_cell(row["owner"] or "–"),
            number_cell(f"{row['open_deals']:,}"),
            number_cell(context.money(row["open_amount"])),
            text_cell(row["last_touch_date"] or "never"),
        ]
        for row in rows
    ]
    note = f"The first {len(rows)} of {count:,}." if count > len(rows) else None
    many = "company" if count == 1 else "companies"
    return Figure(
        "untouched",
        "Companies with open deals that nobody has touched for ninety days",
        f"{count:,} {many}"
        + (f" with {context.money(amount)} of open pipeline." if amount else ", amounts unknown."),
        table=Table(["Company", "Owner", "Open deals", "Open", "Last touch"], lines, note, {2}),
        sql=sql,
        is_wide=True,
        is_folded=True,
    )
