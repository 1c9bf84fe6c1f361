"""Every KPI by its part of the funnel, and what the missing ones need."""

from __future__ import annotations

from collections.abc import Sequence

from ops.report.blocks import Cell, Figure, Section, Table, number_cell, text_cell
from ops.report.context import STATUS_WORDS, Context, part_text
from ops.report.formats import counted, words
from ops.report.reading import Kpi, Value
from ops.report.sparkline import sparkline

STAGES = ("awareness", "consideration", "decision", "retention", "enablement")


def everything(context: Context) -> Section:
    """A table for each part of the funnel, and one of what is missing."""
    stages = {kpi.funnel_stage for kpi in context.catalogue.values()}
    ordered = [each for each in STAGES if each in stages] + sorted(stages - set(STAGES))
    blocks = [stage(context, name) for name in ordered]
    return Section(
        "everything",
        f"All KPIs, {context.period_name}",
        blocks=[*(each for each in blocks if each), *missing(context)],
    )


def stage(context: Context, name: str) -> Figure | None:
    """The KPIs of a part of the funnel that have a value."""
    rows = []
    for kpi in context.catalogue.values():
        if kpi.funnel_stage != name:
            continue
        rows += [line(context, kpi, value) for value in told(context, kpi)]
    if not rows:
        return None
    headers = ["KPI", "Value", "Change", "Year before", "Target", "Sample", "95 % interval"]
    headers += ["Trend", "Remark"]
    return Figure(
        f"all-{name}",
        words(name).capitalize(),
        f"{counted(len(rows), 'number')}.",
        table=Table(headers, rows, extra={3, 4, 5, 6, 8}),
        is_wide=True,
        is_folded=True,
    )


def told(context: Context, kpi: Kpi) -> list[Value]:
    """The KPI's values in the period: of the whole, or of its parts where it has only those."""
    whole = context.now(kpi.kpi_id)
    if whole is not None:
        return [whole] if whole.value is not None else []
    wanted = (kpi.kpi_id, context.scope.dimension, context.scope.dimension_id)
    return [
        value
        for key, value in context.values.by_key.items()
        if key[:3] == wanted and key[4] == context.period.start and value.value is not None
    ]


def line(context: Context, kpi: Kpi, value: Value) -> Sequence[Cell]:
    """The line of a number."""
    label = kpi.label if value.part == "all" else f"{kpi.label}: {part_text(value)}"
    trend = [each.value for each in context.past(kpi.kpi_id, value.part)]
    remark = STATUS_WORDS.get(value.value_status, "")
    return [
        Cell(label, kpi_id=kpi.kpi_id),
        context.cell(value),
        context.change_cell(value, value.prior_value),
        context.change_cell(value, value.prior_year_value),
        number_cell(
            "–" if value.target_value is None else context.short(kpi.kpi_id, value.target_value)
        ),
        number_cell(f"{value.sample_size or 0:,}"),
        number_cell(context.interval(value) or "–"),
        Cell("", picture=sparkline(trend, value.target_value, f"{kpi.label} over time")),
        text_cell("small sample" if value.is_small_sample else remark, is_soft=True),
    ]


def missing(context: Context) -> list[Figure]:
    """What KPIs without inputs need, the input that would bring the most first."""
    needs: dict[str, list[Kpi]] = {}
    for kpi in context.catalogue.values():
        if kpi.availability == "input_missing" and kpi.missing_inputs:
            needs.setdefault(kpi.missing_inputs, []).append(kpi)
    if not needs:
        return []
    rows = [
        [
            text_cell(inputs),
            number_cell(str(len(kpis))),
            text_cell(", ".join(kpi.label for kpi in kpis)),
        ]
        for inputs, kpis in sorted(needs.items(), key=lambda each: (-len(each[1]), each[0]))
    ]
    count = sum(map(len, needs.values()))
    return [
        Figure(
            "missing",
            "KPIs that miss an input",
            f"{count} of {len(context.catalogue)} KPIs have no value because this data does not "
            "hold what they need.",
            table=Table(["Needs", "KPIs", "Which"], rows),
            is_wide=True,
            is_table_open=True,
        )
    ]
