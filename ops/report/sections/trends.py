"""KPIs as lines in time."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Figure
from ops.report.context import Context
from ops.report.reading import Row


def trend_figure(
    context: Context, name: str, title: str, kpis: list[str], is_zero: bool = False
) -> Figure:
    """KPIs of one unit as lines in time."""
    rows = [row for kpi_id in kpis for row in points(context, kpi_id)]
    if not rows:
        return Figure(name, title, empty=context.why_empty(*kpis), kpis=kpis)
    found = [value for kpi_id in kpis for value in context.past(kpi_id)]
    told = [
        f"{context.label(kpi_id)} {context.short(kpi_id, now.value)}"
        + (f" ({interval})" if (interval := context.interval(now)) else "")
        for kpi_id in kpis
        if (now := context.now(kpi_id)) is not None and now.value is not None
    ]
    caption = f"{context.period_name}: {', '.join(told)}." if told else ""
    return Figure(
        name,
        title,
        caption,
        charts.trend(rows, f"{title}. {caption}", context.unit(kpis[0]), is_zero),
        context.values_table(found),
        kpis,
        legend=series_legend(context, rows),
    )


def points(context: Context, kpi_id: str) -> list[Row]:
    """A KPI's values as points of a line."""
    rows = []
    for value in context.past(kpi_id):
        row = {
            "period": context.period_of(value),
            "series": context.label(kpi_id),
            "value": value.value,
            "note": context.short(kpi_id, value.value),
            # The interval of a small sample would hide that of all others.
            "low": None if value.is_small_sample else value.ci_low,
            "high": None if value.is_small_sample else value.ci_high,
            "soft": value.is_small_sample or value.value_status == "immature",
            "v": context.number(value),
        }
        if value.target_value is not None:
            row["target"] = value.target_value
            row["aim"] = context.short(kpi_id, value.target_value)
        rows.append(row)
    return rows


def series_legend(context: Context, rows: list[Row]) -> list[tuple[str, str]]:
    """The marks of the series of a trend, and of targets where there are any."""
    series = dict.fromkeys(row["series"] for row in rows)
    legend = list(zip(("main", "other", "third"), (name.lower() for name in series), strict=False))
    if any(row.get("target") is not None for row in rows):
        legend.append(("aim", "target"))
    return legend
