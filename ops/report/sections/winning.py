"""The funnel and the win rate: what share goes on, with the interval that chance allows."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Figure, Section
from ops.report.context import Context, dimension_word
from ops.report.formats import MINUS, words
from ops.report.reading import Row, Value
from ops.report.sections.trends import points, series_legend

FUNNEL = (
    "visitor_to_lead_rate",
    "lead_qualification_rate",
    "lead_to_customer_conversion_rate",
    "close_rate",
    "win_rate",
)
SLICES = ("segment", "region", "lead_source", "product_family", "competitor", "opportunity_type")
MOST_MEMBERS = 10


def winning(context: Context) -> Section:
    """Stages, rates along the funnel, the win rate in time and by slice."""
    slices = [each for each in (by_slice(context, name) for name in SLICES) if each is not None]
    return Section(
        "winning",
        "Funnel and win rate",
        "Lines and whiskers are 95 % intervals: where they overlap, the difference may be chance. "
        "Small samples are grey.",
        blocks=[stages(context), rates(context), in_time(context), *slices],
    )


def stages(context: Context) -> Figure:
    """How many deals entered each stage, and how many went on."""
    title = "From stage to stage"
    kpi_id = "stage_conversion_rate"
    found = newest_stages(context)
    if not found:
        return Figure("stages", title, empty=context.why_empty(kpi_id), kpis=[kpi_id])
    order = stage_order(context)
    found.sort(key=lambda each: (order.get(each.part, len(order)), -(each.denominator or 0)))
    rows = [
        {
            "label": each.part_label,
            "value": each.numerator,
            "target": each.denominator,
            "note": f"{each.numerator:,.0f} of {each.denominator:,.0f}, "
            f"{context.short(kpi_id, each.value)}",
            "soft": each.is_small_sample,
            "v": context.number(each),
        }
        for each in found
    ]
    caption = f"Deals that entered a stage in {context.period_of(found[0])}, and went on since."
    if all(each.value_status == "immature" for each in found):
        caption += " Many are still open, so the shares will rise."
    return Figure(
        "stages",
        title,
        caption,
        charts.bars(rows, f"{title}. {caption}", "count"),
        context.values_table(found, "Stage"),
        [kpi_id],
        legend=[("main", "went on"), ("aim", "entered")],
    )


def newest_stages(context: Context) -> list[Value]:
    """The stages of the newest period in which most deals are decided, else of the page's."""
    by_start: dict[object, list[Value]] = {}
    for key, value in context.values.by_key.items():
        kpi_id, dimension, dimension_id, part, start = key
        if kpi_id != "stage_conversion_rate" or part == "all" or start > context.period.start:
            continue
        if (dimension, dimension_id) == (context.scope.dimension, context.scope.dimension_id):
            if value.denominator:
                by_start.setdefault(start, []).append(value)
    if not by_start:
        return []
    mature = [
        start
        for start, values in by_start.items()
        if all(each.value_status != "immature" for each in values)
    ]
    return by_start[max(mature or by_start)]


def stage_order(context: Context) -> dict[str, int]:
    """The place of each stage in its pipeline."""
    if not context.published.has("reports.report_stage_cohorts", "stage_name", "stage_order"):
        return {}
    rows = context.published.rows(
        "select stage_name, min(stage_order) as place from reports.report_stage_cohorts group by 1"
    )
    return {row["stage_name"]: row["place"] for row in rows}


def rates(context: Context) -> Figure:
    """The rates along the funnel, from visit to won deal."""
    title = f"Rates along the funnel, {context.period_name}"
    found = [each for each in map(context.now, FUNNEL) if each and each.value is not None]
    missing = [
        context.label(kpi_id)
        for kpi_id in FUNNEL
        if kpi_id in context.catalogue and kpi_id not in {each.kpi_id for each in found}
    ]
    if not found:
        return Figure("rates", title, empty=context.why_empty(*FUNNEL), kpis=FUNNEL)
    rows = [dot(context, each, context.label(each.kpi_id)) for each in found]
    caption = f"Not told here: {', '.join(missing)}." if missing else ""
    immature = [context.label(each.kpi_id) for each in found if each.value_status == "immature"]
    if immature:
        caption += f" Still open in good part: {', '.join(immature)}."
    return Figure(
        "rates",
        title,
        caption.strip(),
        charts.intervals(rows, title, "ratio"),
        context.values_table(found),
        [each.kpi_id for each in found],
    )


def member_label(value: Value) -> str:
    """The member's name; types of deals are words of the contract."""
    is_word = value.dimension == "opportunity_type"
    return words(value.dimension_value) if is_word else value.dimension_value


def dot(context: Context, value: Value, label: str) -> Row:
    """A dot with its interval."""
    note = context.short(value.kpi_id, value.value)
    return {
        "label": label,
        "value": value.value,
        "low": value.ci_low,
        "high": value.ci_high,
        "note": f"{note} · n {value.sample_size or 0:,}",
        "soft": value.is_small_sample or value.value_status == "immature",
        "v": context.number(value),
    }


def in_time(context: Context) -> Figure:
    """The win rate by number and by value, period by period."""
    title = "Win rate in time"
    kpis = ["win_rate", "win_rate_value"]
    rows = [row for kpi_id in kpis for row in points(context, kpi_id)]
    if not any(row["series"] == context.label("win_rate") for row in rows):
        return Figure("win-rate", title, empty=context.why_empty("win_rate"), kpis=kpis)
    found = [value for kpi_id in kpis for value in context.past(kpi_id)]
    caption = ""
    now, before = context.now("win_rate"), context.before("win_rate")
    if now and before and now.ci_low is not None and before.ci_low is not None:
        is_apart = now.ci_low > before.ci_high or now.ci_high < before.ci_low
        caption = (
            "The intervals of the last two periods do not overlap."
            if is_apart
            else "The intervals of the last two periods overlap: the change may be chance."
        )
    return Figure(
        "win-rate",
        title,
        caption,
        charts.trend(rows, f"{title}. {caption}", "ratio"),
        context.values_table(found),
        kpis,
        legend=series_legend(context, rows),
    )


def by_slice(context: Context, dimension: str) -> Figure | None:
    """The win rate of each member of a dimension; None where it tells nothing."""
    if not context.scope.is_total:
        return None
    found = [
        each
        for each in context.values.members("win_rate", dimension, context.period.start)
        if each.value is not None
    ]
    if len(found) < 2:
        return None
    found.sort(key=lambda each: -(each.sample_size or 0))
    shown = found[:MOST_MEMBERS]
    rows = [dot(context, each, member_label(each)) for each in shown]
    total = context.now("win_rate")
    rule = total.value if total else None
    apart = [
        each
        for each in shown
        if rule is not None
        and not each.is_small_sample
        and each.ci_low is not None
        and (each.ci_low > rule or each.ci_high < rule)
    ]
    caption = "No member stands clear of the whole: the differences may be chance."
    if apart:
        named = ", ".join(
            f"{each.dimension_value} ({'+' if each.value > rule else MINUS})" for each in apart
        )
        caption = f"Clear of the whole: {named}."
    if len(found) > len(shown):
        caption += f" The {len(shown)} largest of {len(found)}."
    title = f"Win rate by {dimension_word(dimension)}"
    return Figure(
        f"win-rate-{dimension}",
        title,
        caption,
        charts.intervals(rows, f"{title}. {caption}", "ratio", rule),
        context.values_table(shown, dimension_word(dimension).capitalize()),
        ["win_rate"],
        legend=[("rule", "all deals")],
    )
