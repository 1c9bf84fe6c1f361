"""Periods: half-open ranges of business days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

CALENDAR_GRAINS = ("month", "quarter", "year")
FISCAL_GRAINS = ("fiscal_quarter", "fiscal_year")
LONG_GRAINS = CALENDAR_GRAINS + FISCAL_GRAINS
SHORT_GRAINS = ("day", "week")
MONTHS = {"month": 1, "quarter": 3, "year": 12}


DAY_METHODS = ("sum", "balance")
WEEK_METHODS = ("sum", "balance", "ratio")
WEEK_DIMENSIONS = ("total", "rep", "team")


def is_stored(grain: str, dimension: str, method: str, fiscal_year_start_month: int) -> bool:
    """Whether values of a method stand in kpi_values at a grain and dimension (G-19).

    Days only of the total of sums and balances, weeks of sellers and teams as well and of ratios;
    fiscal quarters and years only where no quarter or year of the calendar is the same.
    """
    if grain == "day":
        return dimension == "total" and method in DAY_METHODS
    if grain == "week":
        return dimension in WEEK_DIMENSIONS and method in WEEK_METHODS
    if grain == "fiscal_quarter":
        return fiscal_year_start_month not in (1, 4, 7, 10)
    return grain != "fiscal_year" or fiscal_year_start_month != 1


@dataclass(frozen=True)
class Period:
    """A range of days, [start, end) (G3)."""

    grain: str
    start: date
    end: date


def add_months(day: date, months: int) -> date:
    """The first day of a month, some months on."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or the last day of a month that is too short for it."""
    first = add_months(day, -months)
    last = add_months(first, 1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


@cache
def period_of(day: date, grain: str, fiscal_year_start_month: int = 1) -> Period:
    """The period of a grain that holds a day (G5); weeks begin on Monday."""
    if grain == "day":
        return Period(grain, day, day + timedelta(days=1))
    if grain == "week":
        start = day - timedelta(days=day.weekday())
        return Period(grain, start, start + timedelta(days=7))
    length = MONTHS[grain.removeprefix("fiscal_")]
    offset = fiscal_year_start_month - 1 if grain.startswith("fiscal_") else 0
    months = (day.year * 12 + day.month - 1 - offset) % length
    start = add_months(date(day.year, day.month, 1), -months)
    return Period(grain, start, add_months(start, length))


def periods_between(
    first: date, last: date, grain: str, fiscal_year_start_month: int = 1
) -> Iterator[Period]:
    """Periods of a grain in order, from the one holding `first` while they start before `last`."""
    period = period_of(first, grain, fiscal_year_start_month)
    while period.start < last:
        yield period
        period = period_of(period.end, grain, fiscal_year_start_month)
