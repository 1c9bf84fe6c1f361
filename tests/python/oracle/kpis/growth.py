"""Growth and spread of revenue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from math import sqrt

from ..company import Company, midnight
from ..periods import (
    LONG_GRAINS,
    SHORT_GRAINS,
    Period,
    add_months,
    months_before,
    period_of,
    periods_between,
)
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio
from .revenue import Shares, earnings, in_corporate, summed

Series = dict[tuple[str, str, str], dict[date, Value]]
"""Revenue by grain and slice, by the first day of its period."""
LENGTHS = {"month": 1, "quarter": 3, "year": 12}
VOLATILE = ("total", "region", "product", "product_family", "segment")


def series(company: Company, parts: Iterator[tuple[date, Shares, Decimal | None]]) -> Series:
    """Sums of months and longer."""
    found: Series = defaultdict(dict)
    for each, value in summed(company, "", parts).items():
        if each.grain not in SHORT_GRAINS and each.dimension != "campaign":
            found[each.grain, each.dimension, each.member][each.start] = value
    return found


def at_plan(company: Company, years: int) -> Iterator[tuple[date, Shares, Decimal | None]]:
    """Amounts at the plan rate of their day, or of the day some years before (G6, G-21)."""
    for earned in earnings(company):
        rate = company.plan_rate(earned.currency, months_before(earned.day, 12 * years))
        yield earned.day, earned.members, company.convert(earned.amount, rate)


def finished_periods(company: Company, grain: str) -> list[Period]:
    """Periods that are over, from the first of the data on (F18)."""
    first = company.covered_from("revenue_events")
    if first is None:
        return []
    fiscal = company.fiscal_year_start_month
    every = periods_between(first, company.snapshot_day, grain, fiscal)
    return [period for period in every if midnight(period.end) <= company.as_of]


def amount(values: dict[date, Value], start: date | None) -> Decimal | None:
    """Revenue of a period; None where there is none."""
    return values[start].value if start in values else None


def grown(kpi_id: str, slot: Slot, now: Decimal | None, then: Decimal | None, count: int) -> Values:
    """Change over base; there is none from zero or less (G17)."""
    if then is None or then <= 0:
        return {key(kpi_id, slot): Value(None, None, None, count)}
    change = None if now is None else now - then
    return {key(kpi_id, slot): Value(change, then, ratio(change, then), count)}


def now_and_then(
    company: Company, found: Series, kpi_id: str, months: int | None, grains: tuple[str, ...]
) -> Values:
    """Growth of every period against the one so many months before, or against the one before."""
    values: Values = {}
    for (grain, dimension, member), by_start in found.items():
        if grain not in grains:
            continue
        for period in finished_periods(company, grain):
            length = LENGTHS[grain.removeprefix("fiscal_")]
            base = add_months(period.start, -(months or length))
            if base not in by_start and period.start not in by_start:
                continue
            slot = Slot(grain, period.start, dimension, member)
            current = by_start.get(period.start)
            now = current.value if current else Decimal(0)
            count = current.sample_size if current else 0
            values |= grown(kpi_id, slot, now, amount(by_start, base), count)
    return values


def same_year(company: Company, day: date) -> list[date]:
    """First days of the months of a fiscal year up to a day's."""
    year = period_of(day, "fiscal_year", company.fiscal_year_start_month)
    starts = [add_months(year.start, number) for number in range(12)]
    return [start for start in starts if start <= day]


def against(months: int | None) -> Callable[[Company, Period], date]:
    """Where the base of a period begins that lies so many months back, or just before it."""

    def begins(company: Company, period: Period) -> date:
        length = LENGTHS[period.grain.removeprefix("fiscal_")]
        return add_months(period.start, -(months or length))

    begins.of_period = True
    return begins


def year_before(company: Company, period: Period) -> date:
    """Where the fiscal year before that of a period begins."""
    return add_months(same_year(company, period.start)[0], -12)


def months_back(company: Company, period: Period) -> date:
    """The month from which compound growth is counted."""
    return add_months(period.start, -int(company.number("growth_months")))


def first_year(company: Company, period: Period) -> date | None:
    """The first whole year, where there is one before the period's."""
    first = first_whole_year(company, period.grain)
    return first if first and first < period.start else None


for _window in (year_before, months_back, first_year):
    _window.of_period = True


@recomputes(
    "revenue_growth_rate",
    "revenue_growth_rate__cc",
    waits_for_end=True,
    window_start=against(12),
)
def yearly(company: Company) -> Values:
    """Revenue against the same period a year before (#3, F18)."""
    found = series(company, in_corporate(company))
    values = now_and_then(company, found, "revenue_growth_rate", 12, LONG_GRAINS)
    now, then = series(company, at_plan(company, 1)), series(company, at_plan(company, 0))
    for place in now.keys() | then.keys() | found.keys():
        for period in finished_periods(company, place[0]):
            base = add_months(period.start, -12)
            if base in found[place] or period.start in found[place]:
                slot = Slot(place[0], period.start, *place[1:])
                current = now[place].get(period.start)
                count = current.sample_size if current else 0
                values |= grown(
                    "revenue_growth_rate__cc",
                    slot,
                    (current.value if current else None) or Decimal(0),
                    amount(then[place], base),
                    count,
                )
    return values


@recomputes(
    "revenue_growth_rate__qoq",
    "monthly_revenue_growth_rate",
    "monthly_revenue_growth_rate__day_adjusted",
    waits_for_end=True,
    window_start=against(None),
)
def against_the_one_before(company: Company) -> Values:
    """Revenue against the quarter, or the month, before (#3, #4); per day as well."""
    found = series(company, in_corporate(company))
    quarters = ("quarter", "fiscal_quarter")
    values = now_and_then(company, found, "revenue_growth_rate__qoq", None, quarters)
    monthly = now_and_then(company, found, "monthly_revenue_growth_rate", None, ("month",))
    values |= monthly
    for each, value in monthly.items():
        then = value.denominator
        adjusted = None
        if then is not None and value.numerator is not None:
            days = (add_months(each.start, 1) - each.start).days
            days_before = (each.start - add_months(each.start, -1)).days
            adjusted = float(value.numerator + then) * days_before / days - float(then)
        values[each._replace(kpi_id="monthly_revenue_growth_rate__day_adjusted")] = Value(
            adjusted, then, ratio(adjusted, then), value.sample_size
        )
    return values


@recomputes("revenue_growth_rate__ytd", waits_for_end=True, window_start=year_before)
def to_date(company: Company) -> Values:
    """Revenue of the fiscal year so far against the same months a year before (#3)."""
    values: Values = {}
    for (grain, dimension, member), by_start in series(company, in_corporate(company)).items():
        for period in finished_periods(company, "month") if grain == "month" else ():
            months = same_year(company, period.start)
            earlier = [add_months(month, -12) for month in months]
            if not {*months, *earlier} & by_start.keys():
                continue
            now = sum((amount(by_start, month) or 0 for month in months), Decimal(0))
            told = [amount(by_start, month) for month in earlier]
            told = [each for each in told if each is not None]
            current = by_start.get(period.start)
            values |= grown(
                "revenue_growth_rate__ytd",
                Slot("month", period.start, dimension, member),
                now,
                sum(told, Decimal(0)) if told else None,
                current.sample_size if current else 0,
            )
    return values


def compound(now: Decimal | None, then: Decimal | None, steps: int) -> Decimal | None:
    """Rate that leads from one amount to another in so many steps."""
    if now is None or now < 0 or then is None or then <= 0:
        return None
    return Decimal((float(now) / float(then)) ** (1 / steps) - 1)


def first_whole_year(company: Company, grain: str) -> date | None:
    """First day of the first year that the data hold whole."""
    covered = company.covered_from("revenue_events")
    years = [each.start for each in finished_periods(company, grain) if each.start >= covered]
    return min(years, default=None)


@recomputes("revenue_growth_rate__cagr", waits_for_end=True, window_start=first_year)
def by_the_year(company: Company) -> Values:
    """Yearly growth since the first whole year (#3)."""
    values: Values = {}
    for (grain, dimension, member), by_start in series(company, in_corporate(company)).items():
        if grain not in ("year", "fiscal_year"):
            continue
        first = first_whole_year(company, grain)
        for period in finished_periods(company, grain):
            current, value = by_start.get(period.start), None
            if not current and first not in by_start:
                continue
            if first and period.start > first:
                now = current.value if current else None
                value = compound(now, amount(by_start, first), period.start.year - first.year)
            count = current.sample_size if current else 0
            slot = Slot(grain, period.start, dimension, member)
            values[key("revenue_growth_rate__cagr", slot)] = Value(None, None, value, count)
    return values


@recomputes("monthly_revenue_growth_rate__cmgr", waits_for_end=True, window_start=months_back)
def by_the_month(company: Company) -> Values:
    """Monthly growth since a year before (#4)."""
    steps = int(company.number("growth_months"))
    values: Values = {}
    for (grain, dimension, member), by_start in series(company, in_corporate(company)).items():
        for period in finished_periods(company, "month") if grain == "month" else ():
            base, current = add_months(period.start, -steps), by_start.get(period.start)
            if not current and base not in by_start:
                continue
            now = current.value if current else None
            value = compound(now, amount(by_start, base), steps)
            count = current.sample_size if current else 0
            slot = Slot("month", period.start, dimension, member)
            values[key("monthly_revenue_growth_rate__cmgr", slot)] = Value(None, None, value, count)
    return values


@recomputes("revenue_volatility", waits_for_end=True)
def volatility(company: Company) -> Values:
    """Sample deviation over mean of the last whole months of a slice (#12, F31)."""
    most = int(company.number("volatility_window_months"))
    least = int(company.number("volatility_min_months"))
    covered = company.covered_from("revenue_events")
    values: Values = {}
    for (grain, dimension, member), by_start in series(company, in_corporate(company)).items():
        whole = {start: value for start, value in by_start.items() if start >= covered}
        if grain != "month" or dimension not in VOLATILE or not whole:
            continue
        first = min(whole)
        for period in finished_periods(company, "month"):
            if period.start < first:
                continue
            months = [add_months(period.start, -number) for number in range(most)]
            told = [float(amount(whole, month) or 0) for month in months if month >= first]
            mean = sum(told) / len(told)
            value = None
            if len(told) >= max(least, 2) and mean > 0:
                value = sqrt(sum((each - mean) ** 2 for each in told) / (len(told) - 1)) / mean
            slot = Slot("month", period.start, dimension, member)
            values[key("revenue_volatility", slot)] = Value(None, None, value, len(told))
    return values
