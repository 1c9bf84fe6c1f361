"""The published KPI values of the sample company equal an independent computation of them."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from oracle.company import Company
from oracle.everything import KPI_IDS, compute
from oracle.nps import margin
from oracle.outcomes import quantile
from oracle.periods import LONG_GRAINS, SHORT_GRAINS, add_months, period_of, periods_between
from oracle.values import Key, Value, Values

COUNT_TOLERANCE = 1e-9
MONEY_TOLERANCE = 1e-6
SHOWN = 8

COUNT_KPIS = frozenset(
    {
        "bookings__won_count",
        "close_rate",
        "close_rate__decided",
        "customer_churn_rate",
        "customer_churn_rate__monthly",
        "customer_retention_rate",
        "new_customers",
        "nps",
        "nps__transactional",
        "nps_margin_of_error",
        "nps_margin_of_error__wald",
        "pct_reps_at_quota",
        "pipeline_value__open_count",
        "sales_cycle_length",
        "sales_cycle_length__all_closed",
        "sales_cycle_length__median",
        "sales_cycle_length__p90",
        "win_rate",
        "win_rate__competitive",
    }
)
"""KPIs that no money enters, so that both computations agree to the last digits."""

SUMS = frozenset(
    {
        "bookings",
        "bookings__won_count",
        "new_customers",
        "pipeline_value",
        "pipeline_value__open_count",
        "pipeline_value__overdue",
        "quota_attainment__unquotaed_bookings",
        "weighted_pipeline_value",
        "weighted_pipeline_value__crm_probability",
    }
)
"""KPIs that are 0 where there is no record; every other is NULL there (G1, G2)."""

WINDOW_DAYS = {"pipeline_velocity": 90, "pipeline_velocity__median_cycle": 90}
WINDOW_MONTHS = {
    "customer_churn_rate": 12,
    "customer_churn_rate__monthly": 1,
    "customer_retention_rate": 12,
    "grr": 12,
    "grr__monthly": 1,
    "nrr": 12,
    "nrr__monthly": 1,
}

NEVER_WITH_A_VALUE = {("quota_attainment", "region")}
"""The sample has no quota by region, and a quota without a region meets no region (F3)."""


@dataclass(frozen=True)
class Published:
    """A row of kpi_values."""

    numerator: float | None
    denominator: float | None
    value: float | None
    sample_size: int | None
    value_status: str
    measured_at: date | None


@dataclass(repr=False)
class Comparison:
    """Computed and published values of the sample company side by side."""

    company: Company
    computed: Values
    published: dict[Key, Published]
    by_kpi: dict[str, list[Key]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.published.keys() | self.computed.keys():
            self.by_kpi.setdefault(each.kpi_id, []).append(each)


@pytest.fixture(scope="module")
def comparison(repository: Path) -> Comparison:
    """The built sample database and the oracle over the seeds it was built from.

    SALES_KPI_DATABASE names the database, SALES_KPI_SAMPLE_SEEDS the folder of the seeds.
    """
    named = os.environ.get("SALES_KPI_DATABASE")
    database = Path(named) if named else repository / "warehouse" / "sample.duckdb"
    if not database.is_absolute():
        database = repository / database
    if not database.is_file():
        pytest.skip(f"{database} is not there; run dbt build, or name one in SALES_KPI_DATABASE")
    folder = os.environ.get("SALES_KPI_SAMPLE_SEEDS")
    sample = Path(folder) if folder else repository / "seeds" / "sample"
    with duckdb.connect(str(database), read_only=True) as connection:
        if not _is_built_from_sample(connection):
            pytest.skip(f"{database} was not built from the sample seeds, or has no kpi_values")
        rows = connection.execute(
            """
            select
                kpi_id, period_grain, period_start, dimension, dimension_id,
                numerator, denominator, value, sample_size, value_status, measured_at
            from kpis.kpi_values
            where part = 'all' and list_contains(?, kpi_id)
            """,
            [list(KPI_IDS)],
        ).fetchall()
    company, computed = compute(sample, sample.parent / "reference")
    return Comparison(company, computed, {Key(*row[:5]): Published(*row[5:]) for row in rows})


def _is_built_from_sample(connection: duckdb.DuckDBPyConnection) -> bool:
    tables = connection.execute(
        """
        select table_schema || '.' || table_name from information_schema.tables
        where table_schema in ('sample_crm', 'raw_crm', 'kpis')
        """
    ).fetchall()
    names = {name for (name,) in tables}
    return {"sample_crm.opportunities", "kpis.kpi_values"} <= names and not any(
        name.startswith("raw_crm.") for name in names
    )


def _equal(expected: object, published: object, tolerance: float) -> bool:
    if expected is None or published is None:
        return expected is None and published is None
    left, right = float(expected), float(published)
    return abs(left - right) <= max(tolerance * max(abs(left), abs(right)), 1e-9)


def _reaches_back(comparison: Comparison, each: Key, row: Published) -> bool:
    """Whether the period or its window begins before the first covered day (F8, G2)."""
    first = each.start
    if row.measured_at and each.kpi_id in WINDOW_DAYS:
        first = min(first, row.measured_at - timedelta(days=WINDOW_DAYS[each.kpi_id]))
    if row.measured_at and each.kpi_id in WINDOW_MONTHS:
        first = min(first, add_months(row.measured_at, -WINDOW_MONTHS[each.kpi_id]))
    return first < comparison.company.first_day


def _difference(comparison: Comparison, each: Key) -> str | None:
    """What is wrong with one slot, in words; None when nothing is.

    A row may be absent when there is no value to publish: days and weeks without a known amount,
    and sellers who left, whose velocity has decided deals behind it but nothing open (F8).
    """
    expected, row = comparison.computed.get(each), comparison.published.get(each)
    if row is None:
        has_left = each.dimension == "rep" and each.kpi_id in WINDOW_DAYS
        if expected.value is None or (has_left and expected.value == 0):
            return None
        return f"no row, expected {_shown(expected)}"
    if row.value_status == "not_covered":
        if row.value is None and _reaches_back(comparison, each, row):
            return None
        return f"not covered, published {_shown(row)}"
    if expected is None:
        empty = 0 if each.kpi_id in SUMS else None
        parts = (row.numerator, row.denominator, row.sample_size)
        if each.kpi_id == "quota_attainment__unquotaed_bookings":
            parts = parts[:2]
        if row.value in (empty, None) and not any(parts):
            return None
        return f"published {_shown(row)}, expected nothing"
    if expected.value is None and row.value is None and not expected.sample_size:
        # Nothing is known on either side: a sum of nothing may stand as 0 or as NULL.
        parts = (expected.numerator, expected.denominator, row.numerator, row.denominator)
        if not any(parts) and not row.sample_size:
            return None
    tolerance = COUNT_TOLERANCE if each.kpi_id in COUNT_KPIS else MONEY_TOLERANCE
    wrong = [
        name
        for name in ("numerator", "denominator", "value")
        if not _equal(getattr(expected, name), getattr(row, name), tolerance)
    ]
    if expected.sample_size is not None and expected.sample_size != row.sample_size:
        wrong.append("sample_size")
    if not wrong:
        return None
    return f"{', '.join(wrong)}: published {_shown(row)}, expected {_shown(expected)}"


def _shown(value: Value | Published) -> str:
    parts = (value.numerator, value.denominator, value.value)
    numerator, denominator, result = (None if part is None else float(part) for part in parts)
    return f"{numerator} / {denominator} = {result} (n {value.sample_size})"


@pytest.mark.parametrize("kpi_id", KPI_IDS)
def test_published_values_equal_the_oracle(comparison: Comparison, kpi_id: str) -> None:
    """Numerator, denominator, value and sample size are equal at every grain and slice."""
    found = [
        f"{each.grain} {each.start} {each.dimension} {each.member}: {difference}"
        for each in sorted(comparison.by_kpi.get(kpi_id, []))
        if (difference := _difference(comparison, each))
    ]
    if found:
        shown = "\n  ".join(found[:SHOWN])
        pytest.fail(f"{kpi_id}: {len(found)} rows differ, the first are\n  {shown}", pytrace=False)


@pytest.mark.parametrize("kpi_id", KPI_IDS)
def test_every_slice_is_compared(comparison: Comparison, kpi_id: str) -> None:
    """Every published grain and dimension of a KPI has values that the oracle computed."""
    computed = Counter(
        (each.grain, each.dimension)
        for each in comparison.by_kpi.get(kpi_id, [])
        if each in comparison.computed and each in comparison.published
    )
    published = {
        (each.grain, each.dimension)
        for each in comparison.by_kpi.get(kpi_id, [])
        if each in comparison.published and (kpi_id, each.dimension) not in NEVER_WITH_A_VALUE
    }
    assert published, f"{kpi_id} is not published"
    assert published == set(computed)


@pytest.mark.parametrize(
    "kpi_id", ["bookings", "win_rate", "average_deal_size", "pipeline_value", "nps"]
)
def test_every_period_has_a_total(comparison: Comparison, kpi_id: str) -> None:
    """The total stands in every period from the first covered day to as_of (F8)."""
    company = comparison.company
    missing = [
        f"{grain} {period.start}"
        for grain in SHORT_GRAINS + LONG_GRAINS
        for period in periods_between(
            company.first_day, company.as_of_date, grain, company.fiscal_year_start_month
        )
        if Key(kpi_id, grain, period.start, "total", "all") not in comparison.published
    ]
    assert not missing, f"{kpi_id} has no total in {', '.join(missing[:SHOWN])}"


def test_margins_of_the_worked_example() -> None:
    """Three promoters and a detractor among five answers: 70.1 points, adjusted 54.8 (#95)."""
    assert margin(3, 1, 5) == pytest.approx(70.1, abs=0.05)
    assert margin(3.75, 1.75, 8) == pytest.approx(54.8, abs=0.05)


def test_quantiles_are_interpolated() -> None:
    """Half and ninth decile between the two nearest numbers; nothing has none."""
    assert quantile([0, 30, 90], 0.5) == 30
    assert quantile([10, 20], 0.9) == pytest.approx(19)
    assert quantile([], 0.5) is None


def test_periods_are_half_open_and_fiscal_years_start_where_they_are_told() -> None:
    """Weeks begin on Monday; a fiscal year that starts in July holds March in its third quarter."""
    assert period_of(date(2026, 7, 5), "week").start == date(2026, 6, 29)
    assert period_of(date(2024, 2, 29), "month").end == date(2024, 3, 1)
    quarter = period_of(date(2025, 3, 31), "fiscal_quarter", 7)
    assert (quarter.start, quarter.end) == (date(2025, 1, 1), date(2025, 4, 1))
    assert period_of(date(2025, 3, 31), "fiscal_year", 7).start == date(2024, 7, 1)
