"""What changed since the period before, and why."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from ops.report import charts
from ops.report.blocks import Cell, Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context, quarter_before
from ops.report.decomposition import Lever, effects
from ops.report.formats import MINUS, change, counted, short, verdict
from ops.report.reading import Value
from ops.report.sections.publication import since_last_publication
from ops.report.sparkline import sparkline
from ops.warehouse import literal

LEAST_PAST, MOST_MOVES = 4, 10


def changes(context: Context) -> Section:
    """The decompositions and the unusual moves."""
    return Section(
        "changes",
        "What changed, and why",
        "Each bar is what one lever did while the others moved with it; the bars add up exactly.",
        blocks=[
            each
            for each in (
                bookings(context),
                velocity(context),
                since_last_publication(context),
                moves(context),
            )
            if each is not None
        ],
    )


def bookings(context: Context) -> Figure:
    """Bookings as deals times their mean size."""
    title = "Bookings: more deals, or larger ones?"
    after, before = context.now("bookings"), context.before("bookings")
    if not (after and before and after.value is not None and before.value is not None):
        return Figure("why-bookings", title, empty=context.why_empty("bookings"), kpis=["bookings"])
    if not (after.sample_size and before.sample_size):
        return Figure(
            "why-bookings",
            title,
            empty="One of the two periods has no booked deal to compare.",
            kpis=["bookings"],
        )
    levers = [
        Lever("Booked deals", before.sample_size, after.sample_size),
        Lever(
            "Mean deal size",
            before.value / before.sample_size,
            after.value / after.sample_size,
            unit="money",
        ),
    ]
    sql = (
        "select period_start, value, sample_size, value / sample_size as mean_size\n"
        "from kpis.kpi_values\n"
        "where kpi_id = 'bookings' and period_grain = " + literal(context.period.grain) + "\n"
        f"    and dimension = {literal(context.scope.dimension)}"
        f" and dimension_id = {literal(context.scope.dimension_id)}\n"
        f"    and period_start in (date '{before.period_start}', date '{after.period_start}')"
    )
    return explained(context, "why-bookings", title, Move(before, after), levers, sql)


def velocity(context: Context) -> Figure:
    """Pipeline velocity as its four levers."""
    title = "Pipeline velocity: which lever moved it?"
    after, before = context.now("pipeline_velocity"), context.before("pipeline_velocity")
    needed = (
        "open_deals",
        "window_deal_size",
        "window_win_rate",
        "window_cycle_days",
        "pipeline_velocity",
    )
    is_known = context.published.has("kpis.kpi_velocity", *needed)
    if not (is_known and after and before and after.value and before.value):
        return Figure(
            "why-velocity",
            title,
            empty=context.why_empty("pipeline_velocity"),
            kpis=["pipeline_velocity"],
        )
    sql = (
        f"select period_start, {', '.join(needed)}\n"
        "from kpis.kpi_velocity\n"
        f"where period_grain = {literal(context.period.grain)}"
        f" and dimension = {literal(context.scope.dimension)}"
        f" and dimension_id = {literal(context.scope.dimension_id)}\n"
        f"    and period_start in (date '{before.period_start}', date '{after.period_start}')"
    )
    rows = {row["period_start"]: row for row in context.published.rows(sql)}
    first, last = rows[before.period_start], rows[after.period_start]
    levers = [
        Lever(label, first[column], last[column], exponent, unit)
        for label, column, exponent, unit in (
            ("Open deals", "open_deals", 1, "count"),
            ("Mean deal size", "window_deal_size", 1, "money"),
            ("Win rate", "window_win_rate", 1, "ratio"),
            ("Cycle length", "window_cycle_days", -1, "days"),
        )
    ]
    return explained(context, "why-velocity", title, Move(before, after), levers, sql)


@dataclass(frozen=True)
class Move:
    """A KPI before and after."""

    before: Value
    after: Value


def explained(
    context: Context, name: str, title: str, move: Move, levers: Sequence[Lever], sql: str
) -> Figure:
    """The bridge from the value before to the value after, lever by lever."""
    before, after, kpi_id = move.before, move.after, move.after.kpi_id
    parts = effects(levers)
    if parts is None:
        return Figure(
            name, title, empty="A lever is zero, so nothing can be divided.", kpis=[kpi_id]
        )
    unit = context.unit(kpi_id)
    level = before.value
    rows = [step(context.period_of(before), 0.0, before.value, context.bare(kpi_id, before.value))]
    lines = []
    for lever, part in zip(levers, parts, strict=True):
        bare = signed(context.bare(kpi_id, part), part)
        rows.append(step(lever.label, level, level + part, bare))
        level += part
        moved = [short(each, lever.unit, context.currency) for each in (lever.before, lever.after)]
        lines.append([text_cell(lever.label), *map(number_cell, moved), number_cell(bare)])
    rows.append(step(context.period_of(after), 0.0, after.value, context.bare(kpi_id, after.value)))
    rows[0]["v"], rows[-1]["v"] = context.number(before), context.number(after)
    gained = after.value - before.value
    total = signed(context.short(kpi_id, gained), gained)
    lines.append(
        [
            text_cell(context.label(kpi_id)),
            context.cell(before),
            context.cell(after),
            number_cell(signed(context.bare(kpi_id, gained), gained)),
        ]
    )
    strongest = max(zip(parts, levers, strict=True), key=lambda pair: abs(pair[0]))
    caption = (
        f"{context.short(kpi_id, after.value)} after "
        f"{context.short(kpi_id, before.value)}, {total}. "
        f"The most of it: {strongest[1].label.lower()} "
        f"({signed(short(strongest[0], unit, context.currency), strongest[0])})."
    )
    table = Table(
        [
            "Lever",
            context.period_of(before),
            context.period_of(after),
            f"Effect{unit_of(context, kpi_id)}",
        ],
        lines,
    )
    spec = charts.bridge(rows, f"{title} {caption}")
    return Figure(name, title, caption, spec, table, [kpi_id], sql, is_table_open=True)


def unit_of(context: Context, kpi_id: str) -> str:
    """The unit of a column whose numbers stand without it."""
    text = context.short(kpi_id, 1.0).partition(" ")[2]
    return f", {text}" if text else ""


def step(label: str, start: float, end: float, note: str) -> dict[str, object]:
    """A row of a bridge."""
    kind = "level" if start == 0 else "up" if end >= start else "down"
    return {
        "label": label,
        "start": start,
        "end": end,
        "far": max(start, end),
        "kind": kind,
        "note": note,
    }


def signed(text: str, amount: float) -> str:
    """The text with a plus where the amount is above zero."""
    return f"+{text}" if amount > 0 and not text.startswith(("+", MINUS)) else text


def moves(context: Context) -> Figure:
    """KPIs that left the range they kept to before, the furthest first."""
    title = "Moves out of the ordinary"
    found = []
    for kpi in context.catalogue.values():
        after = context.now(kpi.kpi_id)
        if kpi.variant is not None or after is None or after.value is None:
            continue
        if after.is_small_sample:
            continue
        if after.value_status != "ok":
            continue
        past = [
            each.value
            for each in context.past(kpi.kpi_id)[:-1][-8:]
            if not each.is_small_sample and each.value_status == "ok"
        ]
        spread = statistics.stdev(past) if len(past) >= LEAST_PAST else 0
        if spread > 0:
            found.append((abs(after.value - statistics.mean(past)) / spread, after, past))
    found = sorted((each for each in found if each[0] >= 2), key=lambda each: -each[0])
    if not found:
        return Figure(
            "moves",
            title,
            empty="No KPI lies two standard deviations or more from its earlier periods.",
        )
    rows = []
    for distance, after, past in found[:MOST_MOVES]:
        kpi = context.catalogue[after.kpi_id]
        mean = statistics.mean(past)
        rows.append(
            [
                Cell(kpi.label, kpi_id=kpi.kpi_id),
                context.cell(after),
                number_cell(context.short(kpi.kpi_id, mean)),
                Cell(
                    change(after.value, mean, kpi.unit) or "–",
                    is_numeric=True,
                    tone=verdict(after.value, mean, kpi.direction),
                ),
                number_cell(f"{distance:.1f} σ"),
                Cell("", picture=sparkline([*past, after.value], label=f"{kpi.label} over time")),
            ]
        )
    headers = ["KPI", context.period_name, "Mean before", "Difference", "Distance", "Trend"]
    earlier = quarter_before(context.period.start, context.period.grain)
    note = f"Against up to eight periods to {earlier:%Y-%m}; distance in standard deviations."
    return Figure(
        "moves",
        title,
        f"{counted(len(found), 'KPI')}, variants aside, two standard deviations or more from the "
        "mean of earlier periods.",
        table=Table(headers, rows, note, {2, 4}),
        is_wide=True,
        is_table_open=True,
    )
