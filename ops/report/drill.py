"""The SQL that leads from a number to its rows, written from the catalogue."""

from __future__ import annotations

from ops.report.reading import Kpi, Published, Value
from ops.warehouse import literal

MEMBER_COLUMNS = {
    "rep": ("owner_id", "user_id", "submitter_id"),
    "region": ("region_id",),
    "segment": ("segment_id",),
    "lead_source": ("lead_source_id",),
    "pipeline": ("pipeline_id",),
    "opportunity_type": ("opportunity_type",),
    "campaign": ("campaign_id",),
    "product": ("product_id",),
    "product_family": ("product_family_id",),
}
CUSTOM = "custom_"
"""What the dimensions of custom fields begin with."""
# Rows of KPIs and families whose numbers are not counted from every row of one relation, so that
# the catalogue names none: all rows that enter the number, by relation, day and condition.
IN_PERIOD = "facts.{day} >= {start} and facts.{day} < {end}"
OF_STAGE = f"{IN_PERIOD}\n    and facts.stage_name = {{part}}"
AT_WINDOW_END = "facts.window_end = {measured_at} and facts.window_months = {months}"
EMPLOYED = "facts.valid_from < {end} and coalesce(facts.valid_to, date '9999-12-31') > {start}"
ENTERING = {
    # Credits, too, which are no decided deals.
    "bookings": ("fct_bookings", "closed_date", IN_PERIOD),
    "cac__lag1": (
        "fct_expenses",
        "expense_date",
        "facts.expense_date >= cast({start} as date)\n"
        "    - to_days(cast(date_diff('day', cast({start} as date), cast({end} as date)) as int))\n"
        "    and facts.expense_date < {start}\n"
        "    and (facts.is_selling_cost or facts.is_marketing_cost)",
    ),
    "kpi_acquisition": (
        "fct_expenses",
        "expense_date",
        f"{IN_PERIOD}\n    and (facts.is_selling_cost or facts.is_marketing_cost)",
    ),
    "kpi_commissions": ("fct_compensation", "earned_date", IN_PERIOD),
    "kpi_competitive_deals": ("kpis.contested_deals", "closed_date", IN_PERIOD),
    "kpi_coverage": (
        "fct_pipeline_snapshots",
        "snapshot_date",
        "facts.snapshot_date = {measured_at}\n"
        "    and facts.expected_close_date >= {start} and facts.expected_close_date < {end}",
    ),
    "kpi_created_pipeline": ("fct_opportunities", "created_date", IN_PERIOD),
    "kpi_customer_growth": ("fct_customer_windows", "window_end", AT_WINDOW_END),
    "kpi_customer_history": (
        "fct_revenue",
        "recognized_date",
        "facts.recognized_date < {end} and facts.is_revenue",
    ),
    "kpi_customer_value": ("fct_customer_windows", "window_end", AT_WINDOW_END),
    "kpi_data_quality": ("quality.findings", "record_count", "facts.record_count > 0"),
    "kpi_departures": ("fct_employment", "valid_from", EMPLOYED),
    "kpi_engagement": (
        "fct_account_engagement",
        "measured_date",
        "facts.measured_date = {measured_at}",
    ),
    "kpi_forecast_coverage": (
        "fct_forecasts",
        "period_start",
        "facts.period_start = {start} and facts.period_end = {end}",
    ),
    "kpi_headcount": ("fct_employment", "valid_from", EMPLOYED),
    "kpi_lost_deals": (
        "fct_opportunities",
        "closed_date",
        f"{IN_PERIOD}\n    and facts.is_decided and not facts.is_won",
    ),
    "kpi_margins": ("fct_revenue", "recognized_date", f"{IN_PERIOD}\n    and facts.is_revenue"),
    "kpi_markets": (
        "fct_market_sizes",
        "period_start",
        "facts.period_start < {end} and facts.period_end > {start}",
    ),
    "kpi_nps": (
        "fct_survey_responses",
        "responded_date",
        f"{IN_PERIOD}\n    and facts.is_nps_answer",
    ),
    "kpi_quota": ("fct_bookings", "closed_date", IN_PERIOD),
    "kpi_ramp": ("fct_ramp_months", "hired_on", IN_PERIOD),
    "kpi_received_emails": (
        "fct_activities",
        "received_date",
        f"{IN_PERIOD}\n    and facts.is_received_email",
    ),
    "kpi_repeat_purchases": (
        "fct_invoices",
        "invoice_date",
        f"{IN_PERIOD}\n    and facts.is_order",
    ),
    "kpi_retention": ("fct_customer_windows", "window_end", AT_WINDOW_END),
    "kpi_revenue_growth": (
        "fct_revenue",
        "recognized_date",
        f"{IN_PERIOD}\n    and facts.is_revenue",
    ),
    "kpi_revenue_volatility": (
        "fct_revenue",
        "recognized_date",
        "facts.recognized_date >= cast({end} as date) - interval 12 month\n"
        "    and facts.recognized_date < {end} and facts.is_revenue",
    ),
    "kpi_run_rate": (
        "fct_customer_balances",
        "measured_date",
        "facts.measured_date = {measured_at}",
    ),
    "kpi_seller_months": ("fct_bookings", "closed_date", IN_PERIOD),
    "kpi_sellers": ("fct_bookings", "closed_date", IN_PERIOD),
    "kpi_service_quality": (
        "fct_survey_responses",
        "responded_date",
        f"{IN_PERIOD}\n    and facts.is_service_rating",
    ),
    "kpi_stage_bottlenecks": ("fct_stage_visits", "exited_date", OF_STAGE),
    "kpi_stage_entries": ("fct_stage_entries", "entered_date", OF_STAGE),
    "kpi_stage_visits": ("fct_stage_visits", "exited_date", OF_STAGE),
    "kpi_targets": (
        "kpis.judged_targets",
        "end_date",
        "facts.start_date < {end} and facts.end_date > {start}",
    ),
    "kpi_training": ("fct_trainings", "completed_date", IN_PERIOD),
    "kpi_velocity": (
        "fct_pipeline_snapshots",
        "snapshot_date",
        "facts.snapshot_date = {measured_at}",
    ),
}
TOKENS = ("grain", "start", "end", "measured_at", "dimension", "dimension_id", "part")


def fill(template: str, value: Value) -> str:
    """The template with the key of a number in it, each as a SQL text."""
    texts = {
        "grain": value.period_grain,
        "start": value.period_start.isoformat(),
        "end": value.period_end.isoformat(),
        "measured_at": (value.measured_at or value.period_end).isoformat(),
        "dimension": value.dimension,
        "dimension_id": value.dimension_id,
        "part": value.part,
    }
    for token in TOKENS:
        template = template.replace("{" + token + "}", literal(texts[token]))
    return template


def value_template(kpi: Kpi) -> str:
    """SQL of the number itself, with what it is made of; tokens stand for its key."""
    return (
        "select numerator, denominator, value, sample_size, ci_low, ci_high, value_status\n"
        "from kpis.kpi_values\n"
        f"where kpi_id = {literal(kpi.kpi_id)}\n"
        "    and period_grain = {grain} and period_start = {start}\n"
        "    and dimension = {dimension} and dimension_id = {dimension_id}\n"
        "    and part = {part}"
    )


def rows_template(kpi: Kpi, dimension: str, published: Published) -> str | None:
    """SQL of the rows that a number is counted from, or that enter it; None where none is known."""
    entering = ENTERING.get(kpi.kpi_id) or ENTERING.get(kpi.model)
    if entering:
        name, day, condition = entering
    elif kpi.drill_relation and kpi.drill_date:
        name, day, condition = kpi.drill_relation, kpi.drill_date, None
    else:
        return None
    relation = name if "." in name else f"marts.{name}"
    if not published.has(relation, day):
        return None
    columns = published.columns[relation]
    member = member_condition(dimension, day, columns)
    if member is None:
        return None
    lines = ["select facts.*", f"from {relation} as facts"]
    if condition is None:
        lines += [f"where {period_condition(kpi, columns)}", f"    and ({kpi.drill_condition})"]
    else:
        months = "1" if kpi.variant == "monthly" else "12"
        lines.append(f"where {condition.replace('{day}', day).replace('{months}', months)}")
    if member:
        lines.append(f"    and {member}")
    return "\n".join(lines)


def period_condition(kpi: Kpi, columns: list[str]) -> str:
    """The condition that keeps the rows of the period."""
    if "period_grain" in columns:
        return "facts.period_grain = {grain} and facts.period_start = {start}"
    if kpi.measured == "end":
        return f"facts.{kpi.drill_date} = {{measured_at}}"
    condition = f"facts.{kpi.drill_date} >= {{start}} and facts.{kpi.drill_date} < {{end}}"
    if kpi.drill_date == "period_start" and "period_end" in columns:
        condition += "\n    and facts.period_end <= {end}"
    return condition


def member_condition(dimension: str, day: str, columns: list[str]) -> str | None:
    """The condition that keeps the rows of a member; '' for the total, None without a column."""
    if dimension == "total":
        return ""
    if dimension == "team" and "team_id" in columns:
        return (
            "facts.team_id in (\n"
            "        select closure.team_id from marts.dim_team_closure as closure\n"
            "        where closure.ancestor_team_id = {dimension_id}\n"
            f"            and facts.{day} >= closure.valid_from\n"
            f"            and facts.{day} < coalesce(closure.valid_to, date '9999-12-31')\n"
            "    )"
        )
    if dimension.startswith(CUSTOM) and "custom_fields" in columns:
        field = literal(dimension.removeprefix(CUSTOM))
        return f"coalesce(facts.custom_fields ->> {field}, '-1') = {{dimension_id}}"
    for column in MEMBER_COLUMNS.get(dimension, ()):
        if column in columns:
            return f"facts.{column} = {{dimension_id}}"
    return None


def family_template(kpi: Kpi, published: Published) -> str | None:
    """SQL of the named parts of a number in its family's table."""
    relation = f"kpis.{kpi.model}"
    if not published.has(relation, "period_grain", "period_start", "dimension", "dimension_id"):
        return None
    return (
        f"select * from {relation}\n"
        "where period_grain = {grain} and period_start = {start}\n"
        "    and dimension = {dimension} and dimension_id = {dimension_id}"
    )
