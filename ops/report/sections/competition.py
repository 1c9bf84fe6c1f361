"""Losses and wins: why, and to whom."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Cell, Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context, part_text
from ops.report.formats import words
from ops.report.sections.optional import found, kept
from ops.report.sections.winning import dot


def competition(context: Context) -> Section | None:
    """Reasons and competitors; no section where the file holds neither."""
    figures = kept(
        reasons(context, "loss_reason_share", "lost"),
        reasons(context, "win_reason_share", "won"),
        competitors(context),
    )
    return Section("losses", "Losses and competitors", blocks=figures) if figures else None


def reasons(context: Context, kpi_id: str, outcome: str) -> Figure | None:
    """The share of each reason in the losses or the wins."""
    name = "reasons" if outcome == "lost" else f"{outcome}-reasons"
    if kpi_id not in context.catalogue:
        return None
    title = f"Why deals were {outcome}, {context.period_name}"
    wanted = (kpi_id, context.scope.dimension, context.scope.dimension_id)
    values = [
        value
        for key, value in context.values.by_key.items()
        if key[:3] == wanted and key[4] == context.period.start and value.value is not None
    ]
    if not values:
        return Figure(name, title, empty=context.why_empty(kpi_id), kpis=[kpi_id])
    values.sort(key=lambda value: -value.value)
    rows = [dot(context, value, part_text(value)) for value in values]
    caption = f"{part_text(values[0]).capitalize()} most of all."
    return Figure(
        name,
        title,
        caption,
        charts.intervals(rows, f"{title}. {caption}", "ratio"),
        context.values_table(values, "Reason"),
        [kpi_id],
        is_wide=True,
    )


def competitors(context: Context) -> Figure | None:
    """How deals ended with each competitor."""
    relation = "reports.report_win_loss_by_competitor"
    columns = ("decided_deals", "head_to_head_win_rate", "win_rate_z", "main_loss_reason")
    if not context.scope.is_total or context.period.grain != "quarter":
        return None
    sql = (
        "select report.*, coalesce(competitors.competitor_name, report.competitor_id) as name\n"
        f"from {relation} as report\n"
        "left join marts.dim_competitors as competitors\n"
        "    on report.competitor_id = competitors.competitor_id\n"
        f"where report.quarter_start = date '{context.period.start}'\n"
        "order by report.competitor_id = 'none', report.decided_deals desc, report.competitor_id"
    )
    rows = found(context, relation, columns, sql)
    if not rows:
        return None
    lines = []
    for row in rows:
        is_few = row["decided_deals"] < context.publication.min_n_display
        moved = row["win_rate_z"]
        is_moved = moved is not None and abs(moved) > 1.96
        cells = [
            Cell("Nobody met" if row["competitor_id"] == "none" else row["name"]),
            number_cell(f"{row['decided_deals']:,}"),
            number_cell(percent(row["win_rate"]), is_soft=is_few),
            number_cell(percent(row["earlier_win_rate"])),
            text_cell(("yes, " + ("up" if moved > 0 else "down")) if is_moved else "no"),
            number_cell(percent(row["head_to_head_win_rate"]), is_soft=is_few),
            number_cell(context.money(row["lost_to_amount"])),
            text_cell(words(row["main_loss_reason"]) or "–"),
        ]
        lines.append(cells)
    headers = ["Competitor", "Decided", "Win rate", "Year before", "Changed", "Head to head"]
    headers += ["Lost to it", "Main reason"]
    note = (
        "A deal with two competitors stands with each. Changed: beyond 1.96 standard errors of the "
        "four quarters before. Head to head: won deals over those won or lost to the competitor."
    )
    return Figure(
        "competitors",
        f"Deals by competitor met, {context.period_name}",
        table=Table(headers, lines, note, {3, 5, 6}),
        kpis=["competitive_win_rate", "competitive_win_rate__head_to_head"],
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )


def percent(share: float | None) -> str:
    """A share as a percentage."""
    return "–" if share is None else f"{share * 100:.1f} %"
