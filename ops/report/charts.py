"""The charts of the page, as Vega-Lite written by Altair.

Colours are CSS variables, so that light, dark and print need no second drawing. Every row carries
its texts, and v where it is a published number: its place among the page's numbers.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import altair as alt

MAIN, OTHER, THIRD = "var(--main)", "var(--other)", "var(--third)"
SOFT, TEXT, MUTED, GRID = "var(--soft)", "var(--text)", "var(--muted)", "var(--grid)"
UP, DOWN = "var(--up)", "var(--down)"
LABEL_WIDTH = 26
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif'
Rows = Sequence[dict[str, Any]]

CONFIG: dict[str, Any] = {
    "background": None,
    # Named as the page names it, because Vega measures its texts with it.
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": GRID,
        "domainColor": GRID,
        "tickColor": GRID,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 150,
    },
    "axisQuantitative": {"labelOverlap": "greedy", "labelSeparation": 10},
    "legend": {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 12},
    "text": {"fill": TEXT, "fontSize": 12},
}


def measured(unit: str, ticks: int = 5, **options: Any) -> alt.Axis:
    """An axis that writes the unit: 40%, 1.5, 2.5M."""
    formats = {"ratio": ".0%", "times": ".1f", "points": "d", "count": "d"}
    if unit in formats:
        return alt.Axis(format=formats[unit], tickCount=ticks, **options)
    # Left to itself, an axis writes zero as 0M.
    text = "datum.value == 0 ? '0' : replace(format(datum.value, '~s'), 'G', 'bn')"
    return alt.Axis(labelExpr=text, tickCount=ticks, **options)


def chart(rows: Rows) -> alt.Chart:
    """A chart of the rows; long labels stand on more than one line."""
    return alt.Chart(alt.InlineData(values=[folded(row) for row in rows]))


def folded(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its label in lines that a phone has room for."""
    return {**row, "label": fold(row["label"])} if "label" in row else row


def fold(label: str) -> str:
    """A label in lines."""
    return "\n".join(textwrap.wrap(label, LABEL_WIDTH)[:2]) or label


def finished(layers: Sequence[alt.Chart], height: int, text: str) -> dict[str, Any]:
    """The layers as one Vega-Lite specification that takes the width of its place."""
    spec = alt.layer(*layers).properties(width="container", height=height, description=text)
    written = spec.to_dict(validate=False)
    # The page holds the look of all charts once.
    written.pop("config", None)
    written["autosize"] = {"type": "fit-x", "contains": "padding"}
    return written


def listed(rows: Rows) -> alt.Y:
    """The rows from top to bottom, in their order."""
    return alt.Y(
        "label:N",
        sort=[fold(label) for label in in_order(rows, "label")],
        title=None,
        axis=alt.Axis(labelExpr="split(datum.label, '\\n')", ticks=False, domain=False, grid=False),
    )


def in_order(rows: Rows, name: str) -> list[str]:
    """The texts of the rows in their order; layers see only some of the rows."""
    return list(dict.fromkeys(row[name] for row in rows))


def dated(rows: Rows) -> alt.X:
    """The periods from left to right, in their order, their words below each other."""
    return alt.X(
        "period:N",
        sort=in_order(rows, "period"),
        title=None,
        axis=alt.Axis(
            labelAngle=0,
            labelOverlap="greedy",
            labelSeparation=4,
            labelExpr="reverse(split(datum.label, ' '))",
            ticks=False,
            grid=False,
        ),
    )


def beside(rows: Rows, ends: Sequence[float | None], is_from_zero: bool = True) -> alt.Scale:
    """A scale that leaves room at the right for the longest note of the rows."""
    known = [end for end in ends if end is not None] or [0.0]
    low, high = (min(0.0, *known), max(0.0, *known)) if is_from_zero else (min(known), max(known))
    if low == high:
        high = low + 1.0
    return alt.Scale(
        domain=[low, high],
        nice=False,
        zero=False,
        range=[4, alt.ExprRef(f"width - {note_width(rows)}")],
    )


def note_width(rows: Rows) -> int:
    """About how many pixels the longest note takes."""
    return 14 + 7 * max((len(row["note"]) for row in rows), default=0)


def noted(rows: Rows) -> alt.Chart:
    """The notes of the rows, in a column at the right."""
    return (
        chart(rows)
        .mark_text(align="right")
        .encode(
            y=listed(rows),
            x=alt.value(alt.ExprRef("width")),
            text="note:N",
            color=alt.condition("datum.soft", alt.value(MUTED), alt.value(TEXT)),
        )
    )


def row_height(rows: Rows, each: int = 30) -> int:
    """The height of a chart with one row a line."""
    return max(60, each * len({row["label"] for row in rows}) + 24)


def tone(default: str = MAIN) -> Any:
    """The colour of a mark: grey where the sample is small."""
    return alt.condition("datum.soft", alt.value(SOFT), alt.value(default))


def bridge(rows: Rows, text: str, unit: str = "money") -> dict[str, Any]:
    """From one amount to another, step by step: start, end, kind (level, up, down), note."""
    scale = beside(rows, [row[key] for row in rows for key in ("start", "end")])
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["level", "up", "down"], range=[MUTED, UP, DOWN]),
        legend=None,
    )
    steps = (
        chart(rows)
        .mark_bar(height={"band": 0.62}, cornerRadius=2)
        .encode(
            y=listed(rows),
            x=alt.X("start:Q", title=None, scale=scale, axis=measured(unit)),
            x2="end:Q",
            color=colour,
            tooltip=[alt.Tooltip("label:N", title="Step"), alt.Tooltip("note:N", title="Value")],
        )
    )
    notes = (
        chart(rows)
        .mark_text(align="left", dx=6)
        .encode(y=listed(rows), x=alt.X("far:Q", scale=scale), text="note:N")
    )
    return finished([steps, notes], row_height(rows), text)


def bars(rows: Rows, text: str, unit: str, rule: float | None = None) -> dict[str, Any]:
    """One bar for each label: value, note, and target as a tick where it has one."""
    ends = [row["value"] for row in rows] + [row.get("target") for row in rows] + [rule]
    scale = beside(rows, ends)
    layers = [
        chart(rows)
        .mark_bar(height={"band": 0.62}, cornerRadiusEnd=2)
        .encode(
            y=listed(rows),
            x=alt.X("value:Q", title=None, scale=scale, axis=measured(unit)),
            color=tone(),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("note:N", title="Value")],
        ),
        *marked(rows, scale),
        *ruled(rule, scale),
        noted(rows),
    ]
    return finished(layers, row_height(rows), text)


def marked(rows: Rows, scale: alt.Scale) -> list[alt.Chart]:
    """Ticks for what the rows are held against."""
    aimed = [row for row in rows if row.get("target") is not None]
    if not aimed:
        return []
    ticks = chart(aimed).mark_tick(thickness=3, color=OTHER, opacity=1, height={"band": 0.8})
    return [ticks.encode(y=listed(rows), x=alt.X("target:Q", scale=scale))]


def ruled(at: float | None, scale: alt.Scale) -> list[alt.Chart]:
    """A dashed line from top to bottom."""
    if at is None:
        return []
    line = chart([{"at": at}]).mark_rule(color=MUTED, strokeDash=[4, 3])
    return [line.encode(x=alt.X("at:Q", scale=scale))]


def intervals(rows: Rows, text: str, unit: str, rule: float | None = None) -> dict[str, Any]:
    """A dot with its interval for each label: value, low, high, note, and target as a tick."""
    names = ("value", "low", "high", "target")
    ends = [row.get(name) for row in rows for name in names] + [rule]
    scale = beside(rows, ends, is_from_zero=False)
    axis = measured(unit)
    lines = (
        chart([row for row in rows if row["low"] is not None])
        .mark_rule(strokeWidth=3, opacity=0.55)
        .encode(
            y=listed(rows),
            x=alt.X("low:Q", title=None, scale=scale, axis=axis),
            x2="high:Q",
            color=tone(),
        )
    )
    dots = (
        chart(rows)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            y=listed(rows),
            x=alt.X("value:Q", title=None, scale=scale, axis=axis),
            color=tone(),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("note:N", title="Value")],
        )
    )
    layers = [*ruled(rule, scale), lines, *marked(rows, scale), dots, noted(rows)]
    return finished(layers, row_height(rows), text)


def trend(
    rows: Rows, text: str, unit: str, is_zero: bool = False, height: int = 220
) -> dict[str, Any]:
    """Lines in time: period, series, value, note; low and high as a band; target as a tick.

    Series are told apart by colour and by the shape of their points.
    """
    series = list(dict.fromkeys(row["series"] for row in rows))
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=series, range=[MAIN, OTHER, THIRD, MUTED][: len(series)]),
        legend=None,
    )
    axis = measured(unit)
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=is_zero), axis=axis)
    layers: list[alt.Chart] = []
    if any(row.get("low") is not None for row in rows):
        layers.append(
            chart([row for row in rows if row.get("low") is not None])
            .mark_area(opacity=0.16)
            .encode(x=dated(rows), y=alt.Y("low:Q", title=None), y2="high:Q", color=colour)
        )
    layers.append(chart(rows).mark_line(strokeWidth=2.2).encode(x=dated(rows), y=y, color=colour))
    layers.append(
        chart(rows)
        .mark_point(size=64, opacity=1, strokeWidth=2)
        .encode(
            x=dated(rows),
            y=y,
            color=colour,
            fill=alt.condition("datum.soft", alt.value("var(--card)"), colour),
            shape=alt.Shape(
                "series:N",
                scale=alt.Scale(
                    domain=series, range=["circle", "square", "triangle-up", "diamond"]
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("period:N", title="Period"),
                alt.Tooltip("series:N", title="KPI"),
                alt.Tooltip("note:N", title="Value"),
            ],
        )
    )
    if any(row.get("target") is not None for row in rows):
        layers.append(aims(rows))
    return finished(layers, height, text)


def aims(rows: Rows) -> alt.Chart:
    """The targets of periods, as ticks."""
    return (
        chart([row for row in rows if row.get("target") is not None])
        .mark_tick(thickness=3, color=OTHER, width={"band": 0.7}, orient="horizontal")
        .encode(
            x=dated(rows),
            y=alt.Y("target:Q", title=None),
            tooltip=[
                alt.Tooltip("period:N", title="Period"),
                alt.Tooltip("aim:N", title="Target"),
            ],
        )
    )


def columns(rows: Rows, points: Rows, text: str, unit: str, height: int = 230) -> dict[str, Any]:
    """Columns in time, with points of other series over them: period, series, value, note."""
    axis = measured(unit)
    y = alt.Y("value:Q", title=None, axis=axis)
    tips = [
        alt.Tooltip("period:N", title="Period"),
        alt.Tooltip("series:N", title="Series"),
        alt.Tooltip("note:N", title="Value"),
    ]
    layers = [
        chart(rows)
        .mark_bar(width={"band": 0.62}, cornerRadiusEnd=2)
        .encode(x=dated(rows), y=y, color=tone("var(--bar)"), tooltip=tips)
    ]
    if points:
        series = list(dict.fromkeys(row["series"] for row in points))
        layers.append(
            chart(points)
            .mark_point(size=80, filled=True, opacity=1)
            .encode(
                x=dated(rows),
                y=y,
                color=alt.Color(
                    "series:N",
                    scale=alt.Scale(domain=series, range=[OTHER, THIRD, TEXT][: len(series)]),
                    legend=None,
                ),
                shape=alt.Shape(
                    "series:N",
                    scale=alt.Scale(
                        domain=series, range=["diamond", "triangle-up", "square"][: len(series)]
                    ),
                    legend=None,
                ),
                tooltip=tips,
            )
        )
    if any(row.get("target") is not None for row in rows):
        layers.append(aims(rows))
    return finished(layers, height, text)


def paths(
    rows: Rows, text: str, unit: str, step: str = "week", height: int = 230
) -> dict[str, Any]:
    """Lines over numbered steps, such as weeks: step, series, value, note."""
    series = list(dict.fromkeys(row["series"] for row in rows))
    dashes = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]]
    line = (
        chart(rows)
        .mark_line(strokeWidth=2.2, interpolate="step-after", point=False)
        .encode(
            x=alt.X(
                "step:Q",
                title=step,
                axis=alt.Axis(format="d", tickMinStep=1, grid=False),
                scale=alt.Scale(nice=False),
            ),
            y=alt.Y("value:Q", title=None, axis=measured(unit)),
            color=alt.Color(
                "series:N",
                scale=alt.Scale(domain=series, range=[MAIN, OTHER, THIRD, MUTED][: len(series)]),
                legend=None,
            ),
            strokeDash=alt.StrokeDash(
                "series:N",
                scale=alt.Scale(domain=series, range=dashes[: len(series)]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("step:Q", title=step.capitalize()),
                alt.Tooltip("series:N", title="Series"),
                alt.Tooltip("note:N", title="Value"),
            ],
        )
    )
    return finished([line], height, text)


def triangle(rows: Rows, text: str, since: str) -> dict[str, Any]:
    """Cohorts by periods since: label, step, value, note, tip; fuller where more is left."""
    # Steps are few enough for their numbers to be read in the cells.
    base = chart(rows).encode(
        x=alt.X(
            "step:O",
            title=since,
            axis=alt.Axis(labelAngle=0, ticks=False, grid=False, orient="top"),
        ),
        y=listed(rows),
    )
    cells = base.mark_rect(fill=MAIN, stroke="var(--card)", strokeWidth=1).encode(
        fillOpacity=alt.FillOpacity(
            "value:Q",
            scale=alt.Scale(domain=[0.4, 1.3], range=[0.04, 0.7], clamp=True),
            legend=None,
        ),
        tooltip=[
            alt.Tooltip("label:N", title="Cohort"),
            alt.Tooltip("step:O", title=since.capitalize()),
            alt.Tooltip("tip:N", title="Value"),
        ],
    )
    notes = base.mark_text(fontSize=11).encode(text="note:N")
    return finished([cells, notes], row_height(rows, 24) + 20, text)
