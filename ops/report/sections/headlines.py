"""The headline KPIs as cards: value, trend, the period before, target and status."""

from __future__ import annotations

from ops.report.blocks import Card, Section
from ops.report.context import STATUS_WORDS, Context
from ops.report.formats import change, tone
from ops.report.reading import Kpi, Value
from ops.report.sparkline import sparkline

# The order in which a board reads them; what is not named follows by its label.
ORDER = (
    "total_revenue",
    "revenue_growth_rate",
    "bookings",
    "quota_attainment",
    "win_rate",
    "average_deal_size",
    "sales_cycle_length",
    "pipeline_velocity",
    "pipeline_coverage",
    "forecast_accuracy",
    "cac",
    "nrr",
    "nps",
)
ALSO = ("bookings",)
STATUS = {
    "on_target": ("✓ on target", "better"),
    "off_target": ("✗ off target", "worse"),
    "running": ("running", ""),
}


def headlines(context: Context) -> Section:
    """One card for each headline KPI."""
    kpis = [
        kpi for kpi in context.catalogue.values() if kpi.tier == "headline" or kpi.kpi_id in ALSO
    ]
    kpis.sort(
        key=lambda kpi: (
            ORDER.index(kpi.kpi_id) if kpi.kpi_id in ORDER else len(ORDER),
            kpi.label,
        )
    )
    lead = "Every number leads to its definition and to the SQL of its rows: click or tap it."
    if not context.period.is_complete:
        lead = "No quarter and no month is complete yet, so there is nothing to report."
    return Section(
        "headlines",
        f"Headlines, {context.period_name}",
        lead,
        cards=[card(context, kpi) for kpi in kpis],
    )


def card(context: Context, kpi: Kpi) -> Card:
    """The card of a KPI; one without a value says why."""
    value = context.now(kpi.kpi_id)
    if value is None or value.value is None:
        return Card(
            kpi.kpi_id, kpi.label, "–", None, is_soft=True, note=context.why_empty(kpi.kpi_id)
        )
    past = context.past(kpi.kpi_id)
    is_comparable = value.value_status != "immature"
    moved = change(value.value, value.prior_value, kpi.unit) if is_comparable else None
    status, status_tone = STATUS.get(value.status or "", (None, ""))
    return Card(
        kpi.kpi_id,
        kpi.label,
        context.short(kpi.kpi_id, value.value),
        context.number(value),
        change=moved,
        tone=tone(moved, value.value, value.prior_value, kpi.direction),
        details=details(context, value),
        status=status,
        status_tone=status_tone,
        picture=sparkline(
            [each.value for each in past],
            value.target_value,
            f"{kpi.label}, the last {len(past)} periods",
        ),
        is_soft=value.is_small_sample,
        note=remark(value),
    )


def details(context: Context, value: Value) -> list[tuple[str, str]]:
    """What the value is held against, as pairs of words and texts."""
    compared = (
        ("Before", value.prior_value),
        ("Year before", value.prior_year_value),
        ("Target", value.target_value),
        ("Benchmark", value.benchmark_value),
    )
    found = [
        (name, context.short(value.kpi_id, amount))
        for name, amount in compared
        if amount is not None
    ]
    required = context.now("required_coverage") if value.kpi_id == "pipeline_coverage" else None
    if required is not None and required.value is not None:
        found.append(("Required", context.short("required_coverage", required.value)))
    if interval := context.interval(value):
        found.append(("95 %", interval))
    return found


def remark(value: Value) -> str | None:
    """What a reader should know before trusting the value."""
    remarks = []
    if value.is_small_sample:
        remarks.append(f"Small sample: {value.sample_size}")
    if value.value_status in STATUS_WORDS:
        remarks.append(STATUS_WORDS[value.value_status].capitalize())
    return "; ".join(remarks) or None
