"""Teams and sellers: bookings against target, attainment by team, one line for each seller."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Cell, Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context, dimension_word
from ops.report.formats import counted, period_name
from ops.report.reading import Row, Value
from ops.report.sections.optional import found, kept, of_scope
from ops.report.sections.trends import points, trend_figure

SELLER_KPIS = (
    "bookings",
    "quota_attainment",
    "win_rate",
    "average_deal_size",
    "sales_cycle_length",
    "pipeline_value",
    "activities_per_rep_day",
)
MOST_SELLERS = 60


def selling(context: Context) -> Section:
    """Bookings, attainment and sellers."""
    return Section(
        "selling",
        "Teams and sellers",
        "A number of few sellers or deals is grey: it says little about who is better.",
        blocks=[
            bookings(context),
            attainment(context),
            *kept(bands(context), capacity(context), sellers(context)),
        ],
    )


def bookings(context: Context) -> Figure:
    """Bookings in time against their target."""
    title = "Bookings against target"
    rows = points(context, "bookings")
    if not rows:
        return Figure("bookings", title, empty=context.why_empty("bookings"), kpis=["bookings"])
    now = context.now("bookings")
    caption = ""
    if now is not None and now.target_value:
        caption = (
            f"{now.value / now.target_value * 100:.0f} % of the target of "
            f"{context.short('bookings', now.target_value)} in {context.period_name}."
        )
    legend = [("bar", "bookings")]
    if any(row.get("target") for row in rows):
        legend.append(("aim", "target"))
    return Figure(
        "bookings",
        title,
        caption,
        charts.columns(rows, [], f"{title}. {caption}", "money"),
        context.values_table(context.past("bookings")),
        ["bookings"],
        legend=legend,
    )


def attainment(context: Context) -> Figure:
    """Quota attainment of each team, or of the sellers where there are no teams."""
    kpi_id = "quota_attainment"
    dimension, found = "team", []
    if context.scope.is_total:
        found = tree_order(context, context.values.members(kpi_id, "team", context.period.start))
    elif context.teams:
        found = [
            each
            for each in context.values.members(kpi_id, "team", context.period.start)
            if each.dimension_id in context.teams
        ]
    found = [each for each in found if each.value is not None]
    if not found:
        dimension = "rep"
        found = [
            each
            for each in context.values.members(kpi_id, "rep", context.period.start)
            if each.value is not None and is_own(context, each)
        ]
        found.sort(key=lambda each: -each.value)
    title = f"Quota attainment by {dimension_word(dimension)}, {context.period_name}"
    if not found:
        return trend_figure(context, "attainment", "Quota attainment in time", [kpi_id])
    levels = team_levels(context) if dimension == "team" and context.scope.is_total else {}
    rows = [
        {
            "label": indent(levels.get(each.dimension_id, 0)) + each.dimension_value,
            "value": each.value,
            "target": each.target_value,
            "note": f"{context.short(kpi_id, each.value)}"
            + (f" · n {each.sample_size:,}" if dimension == "team" else ""),
            "soft": each.is_small_sample and dimension == "team",
            "v": context.number(each),
        }
        for each in found[:MOST_SELLERS]
    ]
    reached = sum(each.value >= 1 for each in found)
    among = counted(len(found), dimension_word(dimension))
    caption = f"{reached} of {among} reached their quota."
    if dimension == "team":
        caption += " n is the number of sellers with a quota."
    return Figure(
        "attainment",
        title,
        caption,
        charts.bars(rows, f"{title}. {caption}", "ratio", 1.0),
        context.values_table(found, dimension_word(dimension).capitalize()),
        [kpi_id],
        legend=[("rule", "quota"), *([("soft", "small sample")] if dimension == "team" else [])],
    )


def indent(level: int) -> str:
    """What shows how deep a team lies; spaces would vanish at the begin of a label."""
    return "› " * level


def is_own(context: Context, value: Value) -> bool:
    """Whether a seller's number belongs on the page."""
    if value.dimension_id == "-1":
        return False
    if context.scope.dimension == "rep":
        return value.dimension_id == context.scope.dimension_id
    return context.scope.is_total or value.dimension_id in context.people


def team_levels(context: Context) -> dict[str, int]:
    """How deep each team lies below the top."""
    if not context.published.has("marts.dim_teams", "team_id", "level"):
        return {}
    rows = context.published.rows("select team_id, level from marts.dim_teams")
    return {row["team_id"]: row["level"] or 0 for row in rows}


def tree_order(context: Context, found: list[Value]) -> list[Value]:
    """The teams with each one's own below it."""
    if not context.published.has("marts.dim_teams", "team_id", "parent_team_id", "team_name"):
        return found
    rows: list[Row] = context.published.rows(
        "select team_id, parent_team_id, team_name from marts.dim_teams order by team_name, team_id"
    )
    known = {row["team_id"] for row in rows}
    order: list[str] = []

    def walk(parent: str | None) -> None:
        for row in rows:
            above = row["parent_team_id"] if row["parent_team_id"] in known else None
            if above == parent and row["team_id"] not in order:
                order.append(row["team_id"])
                walk(row["team_id"])

    walk(None)
    places = {team: place for place, team in enumerate(order)}
    return sorted(found, key=lambda each: places.get(each.dimension_id, len(places)))


def sellers(context: Context) -> Figure | None:
    """One line for each seller, with the whole above; none where sellers cannot be told."""
    if not (context.scope.is_total or context.scope.dimension == "team"):
        return None
    title = f"Sellers, {context.period_name}"
    start = context.period.start
    kpis = [
        kpi_id
        for kpi_id in SELLER_KPIS
        if any(
            each.value is not None and is_own(context, each)
            for each in context.values.members(kpi_id, "rep", start)
        )
    ]
    by_seller: dict[str, dict[str, Value]] = {}
    for kpi_id in kpis:
        for each in context.values.members(kpi_id, "rep", start):
            if is_own(context, each) and each.value is not None:
                by_seller.setdefault(each.dimension_id, {})[kpi_id] = each
    told = {
        seller: values
        for seller, values in by_seller.items()
        if any(each.value for each in values.values())
    }
    if not told:
        return Figure("sellers", title, empty=context.why_empty("bookings"))
    whole = [context.cell(context.now(kpi_id)) for kpi_id in kpis]
    rows = [[Cell(context.scope.label, tone="whole"), *whole]]
    ordered = sorted(
        told.values(),
        key=lambda values: -(values["bookings"].value if "bookings" in values else 0),
    )
    for values in ordered[:MOST_SELLERS]:
        name = next(iter(values.values())).dimension_value
        rows.append([Cell(name), *(context.cell(values.get(kpi_id)) for kpi_id in kpis)])
    headers = ["Seller", *(context.label(kpi_id) for kpi_id in kpis)]
    note = "All deals of each seller, also those of another team in the same period."
    if len(ordered) > MOST_SELLERS:
        note += f" The first {MOST_SELLERS} of {len(ordered)} by bookings."
    return Figure(
        "sellers",
        title,
        f"{counted(len(told), 'seller')}, those with the most bookings first.",
        table=Table(headers, rows, note),
        kpis=kpis,
        is_wide=True,
        is_table_open=not context.scope.is_total,
        is_folded=context.scope.is_total,
    )


def bands(context: Context) -> Figure | None:
    """How many sellers made how much of their quota."""
    relation = "reports.report_attainment_distribution"
    named = {
        "under_50": "Under 50 %",
        "from_50_to_79": "50 to 79 %",
        "from_80_to_99": "80 to 99 %",
        "from_100_to_119": "100 to 119 %",
        "from_120": "120 % and more",
    }
    columns = (*named, "sellers", "median_attainment", "top_fifth_share")
    sql = (
        f"select *\nfrom {relation}\n"
        f"where quarter_start = date '{context.period.start}' and {of_scope(context)}"
    )
    rows = found(context, relation, columns, sql)
    if not rows or not rows[0]["sellers"] or context.period.grain != "quarter":
        return None
    row = rows[0]
    drawn = [
        {"label": label, "value": row[column], "note": f"{row[column]:,}", "soft": False}
        for column, label in named.items()
    ]
    title = f"Sellers by attainment, {context.period_name}"
    caption = f"The one in the middle made {row['median_attainment'] * 100:.0f} % of the quota."
    if row["top_fifth_share"] is not None:
        caption += f" The best fifth booked {row['top_fifth_share'] * 100:.0f} % of all."
    return Figure(
        "bands",
        title,
        f"{caption} Those employed for the whole quarter.",
        charts.bars(drawn, f"{title}. {caption}", "count"),
        kpis=["quota_attainment", "pct_reps_at_quota"],
        sql=sql,
    )


def capacity(context: Context) -> Figure | None:
    """What the ramped sellers can be expected to book, against quotas and bookings."""
    relation = "reports.report_capacity"
    columns = ("ramped_fte", "capacity_amount", "plan_amount", "booked_amount")
    if not context.scope.is_total:
        return None
    sql = (
        f"select *\nfrom {relation}\n"
        "where capacity_amount is not null or booked_amount is not null\n"
        "order by quarter_start desc\nlimit 8"
    )
    rows = found(context, relation, columns, sql)[::-1]
    if not any(row["capacity_amount"] is not None for row in rows):
        return None
    series = {
        "booked_amount": "Booked",
        "capacity_amount": "Capacity",
        "plan_amount": "Quotas of the sellers",
    }
    drawn = {
        name: [
            {
                "period": period_name("quarter", row["quarter_start"]),
                "series": label,
                "value": row[name],
                "note": context.money(row[name]),
                "soft": False,
            }
            for row in rows
            if row[name] is not None
        ]
        for name, label in series.items()
    }
    last = next(row for row in reversed(rows) if row["capacity_amount"] is not None)
    caption = (
        f"{period_name('quarter', last['quarter_start'])}: {last['ramped_fte']:.1f} ramped sellers "
        f"can be expected to book {context.money(last['capacity_amount'])}."
    )
    title = "Can the sellers make the plan? Capacity against quotas"
    headers = ["Quarter", "Ramped sellers", "Capacity", "Quotas", "Booked"]
    lines = [
        [
            text_cell(period_name("quarter", row["quarter_start"])),
            number_cell(f"{row['ramped_fte']:.1f}"),
            *(
                number_cell(context.money(row[name]))
                for name in ("capacity_amount", "plan_amount", "booked_amount")
            ),
        ]
        for row in rows
    ]
    points = drawn["capacity_amount"] + drawn["plan_amount"]
    return Figure(
        "capacity",
        title,
        caption,
        charts.columns(drawn["booked_amount"], points, f"{title}. {caption}", "money"),
        Table(headers, lines),
        kpis=["avg_sales_per_rep"],
        sql=sql,
        legend=[("bar", "booked"), ("diamond", "capacity"), ("wedge", "quotas of the sellers")],
    )
