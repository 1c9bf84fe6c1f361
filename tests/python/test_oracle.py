"""The published KPI values of the sample company equal an independent computation of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from oracle.company import Company
from oracle.comparison import Comparison, read_facts, read_published, year_before
from oracle.everything import KPI_IDS, compute, missing_recomputations
from oracle.kpis.nps import margin
from oracle.kpis.outcomes import quantile
from oracle.periods import LONG_GRAINS, SHORT_GRAINS, is_stored, period_of, periods_between
from oracle.reading import read_folder
from oracle.values import Key

SHOWN = 8


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
        facts, published = read_facts(connection), read_published(connection)
    company = Company(read_folder(sample), read_folder(sample.parent / "reference"))
    return Comparison(company, compute(company), published, facts)


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


def test_every_shipped_kpi_has_an_oracle(
    comparison: Comparison, summary: Callable[[str], None]
) -> None:
    """The warehouse ships what the oracle recomputes, and the oracle all that is shipped."""
    facts = comparison.facts
    known, equal = len(set(facts) & set(KPI_IDS)), comparison.equal_count
    summary(f"oracle: {known} of {len(facts)} KPIs compared, {equal:,} values equal")
    missing = missing_recomputations(facts)
    if missing:
        pytest.fail(missing, pytrace=False)


@pytest.mark.parametrize("kpi_id", KPI_IDS)
def test_published_values_equal_the_oracle(comparison: Comparison, kpi_id: str) -> None:
    """Numerator, denominator, value and sample size are equal at every grain and slice."""
    found = [
        f"{each.grain} {each.start} {each.dimension} {each.member}: {difference}"
        for each, difference in comparison.differences.items()
        if each.kpi_id == kpi_id
    ]
    if found:
        shown = "\n  ".join(found[:SHOWN])
        pytest.fail(f"{kpi_id}: {len(found)} rows differ, the first are\n  {shown}", pytrace=False)


@pytest.mark.parametrize("kpi_id", KPI_IDS)
def test_every_slice_is_compared(comparison: Comparison, kpi_id: str) -> None:
    """Every grain and dimension of a KPI with a published value has values of the oracle."""
    sides = [
        {
            (each.grain, each.dimension)
            for each in comparison.by_kpi.get(kpi_id, [])
            if each in side and side[each].value is not None
        }
        for side in (comparison.published, comparison.computed)
    ]
    published, computed = sides
    assert published, f"{kpi_id} is not published"
    assert published == computed


@pytest.mark.parametrize(
    "kpi_id", ["bookings", "win_rate", "average_deal_size", "pipeline_value", "nps"]
)
def test_every_period_has_a_total(comparison: Comparison, kpi_id: str) -> None:
    """The total stands in every period from the first covered day to as_of (F8)."""
    company = comparison.company
    missing = [
        f"{grain} {period.start}"
        for grain in SHORT_GRAINS + LONG_GRAINS
        if is_stored(
            grain, "total", comparison.facts[kpi_id].method, company.fiscal_year_start_month
        )
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


def test_weeks_after_a_year_of_53_meet_the_week_of_their_index() -> None:
    """2020 has 53 weeks: the first of 2021 meets the first of 2020, the 53rd none (G5)."""
    weeks = (date(2020, 12, 28), date(2021, 1, 4), date(2022, 1, 3))
    earlier = [year_before(period_of(each, "week")) for each in weeks]
    assert earlier == [None, date(2019, 12, 30), date(2021, 1, 4)]


def test_only_stored_grains_are_compared() -> None:
    """Days hold totals of sums, weeks sellers too and ratios, a fiscal year only its own (G-19)."""
    assert is_stored("day", "total", "sum", 1)
    assert not is_stored("day", "rep", "sum", 1)
    assert not is_stored("day", "total", "ratio", 1)
    assert is_stored("week", "rep", "ratio", 1)
    assert not is_stored("week", "region", "ratio", 1)
    assert not is_stored("week", "rep", "median", 1)
    fiscal = [
        [is_stored(grain, "total", "sum", start) for start in (1, 2, 4)]
        for grain in ("fiscal_quarter", "fiscal_year")
    ]
    assert fiscal == [[False, True, False], [False, True, True]]
