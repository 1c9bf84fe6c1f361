"""Which numbers the publication before told otherwise, and which of their parts moved."""

from __future__ import annotations

import math

from ops.report.blocks import Cell, Figure, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.decomposition import Lever, effects
from ops.report.formats import MINUS, change, counted, exact, period_name, tone
from ops.report.reading import Kpi, Row

TITLE = "Since the last publication"
MOST_CHANGES = 15
CHANGED = """
select changed_values.*, kpi_catalog.tier = 'headline' as is_headline
from quality.changed_values as changed_values
inner join kpis.kpi_catalog as kpi_catalog
    on changed_values.kpi_id = kpi_catalog.kpi_id
order by was_complete desc, is_headline desc, period_start desc, kpi_id, period_grain, part
"""


def since_last_publication(context: Context) -> Figure | None:
    """What changed since the file before; the whole company's page alone tells it."""
    if not context.scope.is_total or not context.published.has("quality.changed_values"):
        return None
    rows = context.published.rows(CHANGED)
    if not rows:
        return Figure(
            "last-publication",
            TITLE,
            empty="Every number that the publication before held is the same, "
            "or this is the first publication of these data.",
        )
    ended = [row for row in rows if row["was_complete"]]
    since = f"{rows[0]['published_before_at']:%Y-%m-%d %H:%M} UTC"
    caption = (
        f"{counted(len(rows), 'number')} of the whole company told otherwise than on {since}, "
        f"{len(ended):,} of them in periods that had already ended."
    )
    shown = rows[:MOST_CHANGES]
    note = (
        f"{len(rows) - len(shown):,} more in quality.changed_values."
        if rows[MOST_CHANGES:]
        else None
    )
    return Figure(
        "last-publication",
        TITLE,
        caption,
        table=Table(
            ["KPI", "Period", "Before", "Now", "Change", "Because"],
            [cells(context, row) for row in shown],
            note,
            {5},
        ),
        sql="select * from quality.changed_values order by was_complete desc, kpi_id, period_start",
        is_wide=True,
        is_table_open=True,
    )


def cells(context: Context, row: Row) -> list[Cell]:
    """A changed value as a row of the table."""
    kpi = context.catalogue[row["kpi_id"]]
    label = kpi.label if row["part"] == "all" else f"{kpi.label}, {row['part_label']}"
    moved = change(row["value"], row["value_before"], kpi.unit)
    verdict = tone(moved, row["value"], row["value_before"], kpi.direction)
    return [
        Cell(label, kpi_id=kpi.kpi_id),
        text_cell(period_name(row["period_grain"], row["period_start"], row["period_end"])),
        number_cell(context.short(kpi.kpi_id, row["value_before"])),
        number_cell(context.short(kpi.kpi_id, row["value"])),
        number_cell(moved or "–", verdict),
        text_cell(reason(context, kpi, row)),
    ]


def reason(context: Context, kpi: Kpi, row: Row) -> str:
    """Which part of a ratio moved it by how much; of a sum, whether its period was over."""
    period = "records of an ended period changed" if row["was_complete"] else "the period ran on"
    levers = levers_of(kpi, row)
    parts = effects(levers) if levers else None
    if parts is None:
        return period
    told = []
    for lever, part in zip(levers, parts, strict=True):
        if lever.before != lever.after:
            moved = f"{exact(lever.before)} to {exact(lever.after)}"
            told.append(f"{lever.label} {moved} ({signed(context, kpi, part)})")
    return "; ".join(told) or period


def levers_of(kpi: Kpi, row: Row) -> list[Lever]:
    """The two parts of a ratio before and after; none where the value is no ratio of them."""
    names = kpi.formula.split(" / ")
    pairs = (
        (row["value_before"], row["numerator_before"], row["denominator_before"]),
        (row["value"], row["numerator"], row["denominator"]),
    )
    for value, numerator, denominator in pairs:
        if None in (value, numerator, denominator) or denominator == 0 or len(names) != 2:
            return []
        if not math.isclose(value, numerator / denominator, rel_tol=1e-6, abs_tol=1e-9):
            return []
    (_, *before), (_, *after) = pairs
    return [
        Lever(names[0], before[0], after[0]),
        Lever(names[1], before[1], after[1], exponent=-1),
    ]


def signed(context: Context, kpi: Kpi, part: float) -> str:
    """What a part did to the value, with its sign."""
    if kpi.unit == "ratio":
        return f"{part * 100:+,.1f} pts".replace("-", MINUS)
    text = context.short(kpi.kpi_id, part)
    return text if text.startswith(("+", MINUS)) else f"+{text}"
