"""Time in the simulated company: days, instants and business seconds, all as int64 arrays.

A day is a number of days and an instant a number of seconds since 1970-01-01 UTC. Business seconds
count only the eight open hours of Monday to Friday, so that events spread evenly over them stay in
order and never fall on a weekend; each region opens at its own hour, and a working day never
crosses midnight UTC.
"""

from __future__ import annotations

from datetime import date

import numpy as np

DAY_SECONDS = 86_400
OPEN_SECONDS = 8 * 3_600
MISSING = np.int64(-(2**62))

_FIRST_MONDAY = 4  # 1970-01-05

Days = np.ndarray
Seconds = np.ndarray


def day_number(day: date) -> int:
    """Days from 1970-01-01 to day."""
    return (day - date(1970, 1, 1)).days


def to_date(day: int) -> date:
    """The calendar date of a day number."""
    return date.fromordinal(int(day) + date(1970, 1, 1).toordinal())


def business_index(day: Days) -> Days:
    """Position of each day in the row of working days; a weekend takes its next Monday's."""
    week, weekday = np.divmod(np.asarray(day, dtype=np.int64) - _FIRST_MONDAY, 7)
    return week * 5 + np.minimum(weekday, 5)


def calendar_day(index: np.ndarray) -> Days:
    """The day at each position in the row of working days."""
    week, weekday = np.divmod(np.asarray(index, dtype=np.int64), 5)
    return _FIRST_MONDAY + week * 7 + weekday


def business_day(business_seconds: Seconds) -> Days:
    """The calendar day of each count of business seconds."""
    return calendar_day(business_seconds // OPEN_SECONDS)


def to_instant(business_seconds: Seconds, opening_hour: np.ndarray) -> Seconds:
    """The UTC instant of each count of business seconds in a region that opens at opening_hour."""
    index, second = np.divmod(np.asarray(business_seconds, dtype=np.int64), OPEN_SECONDS)
    return calendar_day(index) * DAY_SECONDS + opening_hour.astype(np.int64) * 3_600 + second


def add_months(day: Days, months: int | np.ndarray) -> Days:
    """The same day of the month some months later, clamped to that month's last day."""
    days = np.asarray(day, dtype=np.int64).astype("datetime64[D]")
    month = days.astype("datetime64[M]")
    day_of_month = (days - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months
    length = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(
        np.int64
    )
    first = target.astype("datetime64[D]").astype(np.int64)
    return first + np.minimum(day_of_month, length - 1)


def month_start(day: Days, months_later: int = 0) -> Days:
    """First day of each day's month, or of a month later than it."""
    month = np.asarray(day, dtype=np.int64).astype("datetime64[D]").astype("datetime64[M]")
    return (month + months_later).astype("datetime64[D]").astype(np.int64)


def quarter_start(day: Days, quarters_later: int | np.ndarray = 0) -> Days:
    """First day of each day's calendar quarter, or of a quarter later than it."""
    month = np.asarray(day, dtype=np.int64).astype("datetime64[D]").astype("datetime64[M]")
    quarter = month.astype(np.int64) // 3 + quarters_later
    return (quarter * 3).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
