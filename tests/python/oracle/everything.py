"""All KPIs the oracle knows, computed at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .bookings import bookings, new_customers, won_deals
from .company import Company
from .nps import scores
from .outcomes import close_rates, deal_sizes, sales_cycles, win_rates
from .pipeline import pipelines
from .quota import attainments, coverages, manager_attainments, sellers_at_quota
from .required import required_coverages
from .retention import retentions
from .values import Values
from .velocity import velocities

FAMILIES: tuple[Callable[[Company], Values], ...] = (
    bookings,
    won_deals,
    new_customers,
    win_rates,
    deal_sizes,
    sales_cycles,
    close_rates,
    pipelines,
    velocities,
    attainments,
    manager_attainments,
    sellers_at_quota,
    coverages,
    required_coverages,
    retentions,
    scores,
)

KPI_IDS = (
    "average_deal_size",
    "average_deal_size__median",
    "average_deal_size__paid",
    "bookings",
    "bookings__won_count",
    "close_rate",
    "close_rate__decided",
    "customer_churn_rate",
    "customer_churn_rate__monthly",
    "customer_retention_rate",
    "grr",
    "grr__monthly",
    "new_customers",
    "nps",
    "nps__transactional",
    "nps_margin_of_error",
    "nps_margin_of_error__wald",
    "nrr",
    "nrr__monthly",
    "pct_reps_at_quota",
    "pipeline_coverage",
    "pipeline_coverage__day1",
    "pipeline_coverage__full",
    "pipeline_coverage__won_and_open",
    "pipeline_value",
    "pipeline_value__open_count",
    "pipeline_value__overdue",
    "pipeline_velocity",
    "pipeline_velocity__median_cycle",
    "quota_attainment",
    "quota_attainment__manager_quota",
    "quota_attainment__unquotaed_bookings",
    "required_coverage",
    "sales_cycle_length",
    "sales_cycle_length__all_closed",
    "sales_cycle_length__median",
    "sales_cycle_length__p90",
    "weighted_pipeline_value",
    "weighted_pipeline_value__crm_probability",
    "win_rate",
    "win_rate__competitive",
    "win_rate_value",
)


def compute(sample: Path, reference: Path) -> tuple[Company, Values]:
    """The company of a folder of raw CSV files and the values of all its KPIs."""
    company = Company(sample, reference)
    values: Values = {}
    for family in FAMILIES:
        values |= family(company)
    return company, values
