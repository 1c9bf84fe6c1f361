"""Forecasts against what was booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from ..company import Company, midnight
from ..employment import days, is_away_for_long
from ..forecasts import (
    COMPANY,
    Unit,
    credits_of,
    exclusive_end,
    last_calls,
    read_calls,
    result,
)
from ..periods import LONG_GRAINS, Period, period_of
from ..reading import as_timestamp
from ..registry import recomputes
from ..values import OK, TOTAL, Slot, Value, Values, key, ratio, slots, wilson
from .quota import (
    Member,
    Owner,
    coverage_day,
    quota_day,
    read_quotas,
    scope_shares,
    seller_slots,
)

NOT_OF_MEANS = ("rep", "pipeline")
"""Dimensions that MAPE has not (B14)."""


def whole_periods(company: Company, unit: Unit) -> Iterator[Period]:
    """Periods that hold a forecast period whole (F37)."""
    for grain in LONG_GRAINS:
        period = period_of(unit.start, grain, company.fiscal_year_start_month)
        if unit.end <= period.end:
            yield period


def members(company: Company, unit: Unit) -> Iterator[tuple[str, str]]:
    """Slices of a unit: its own, or the total, its submitter and the teams of its first day."""
    if unit.scope != TOTAL:
        yield unit.scope
    elif unit.level == "rep":
        day = quota_day(company, unit.submitter, Period("forecast", unit.start, unit.end))
        yield from seller_slots(company, unit.submitter, day)
    else:
        yield TOTAL
        yield "rep", unit.submitter
        if unit.team != COMPANY:
            day = quota_day(company, unit.submitter, Period("forecast", unit.start, unit.end))
            for team in company.team_and_above(unit.team, day):
                yield "team", team


@recomputes(
    "forecast_accuracy",
    "forecast_bias",
    "forecast_mape",
    "forecast_variance",
    "forecast_variance__pct",
    "forecast_wape",
    waits_for_end=True,
)
def scores(company: Company) -> Values:
    """The last call of the first week against the result (#61 to #65, F17), by the level of the
    callers; a unit is a person and a forecast period."""
    category = company.parameters["forecast_category_for_accuracy"]
    settling = timedelta(days=int(company.parameters["forecast_settling_days"]))
    units: dict[tuple[Slot, str], list[tuple[Decimal, Decimal]]] = defaultdict(list)
    ends: dict[tuple[Slot, str], Period] = {}
    for unit, call in last_calls(company, None, category).items():
        if unit.level != "rep" and unit.scope != TOTAL:
            continue
        pair = call.amount, result(company, unit)
        part = "all" if unit.level == "rep" else unit.level
        for period in whole_periods(company, unit):
            if midnight(period.end) > company.as_of:
                continue
            for member in members(company, unit):
                place = Slot(period.grain, period.start, *member), part
                units[place].append(pair)
                ends[place] = period
    values: Values = {}
    for (slot, part), pairs in units.items():
        called = sum(call for call, _ in pairs)
        booked = sum(actual for _, actual in pairs)
        missed = sum(abs(call - actual) for call, actual in pairs)
        sized = [abs(call - actual) / actual for call, actual in pairs if actual > 0]
        parts: dict[str, tuple] = {
            "forecast_accuracy": (abs(booked) - abs(called - booked), abs(booked)),
            "forecast_bias": (called - booked, booked),
            "forecast_variance__pct": (booked - called, called),
            "forecast_wape": (missed, sum(abs(actual) for _, actual in pairs)),
        }
        if slot.dimension not in NOT_OF_MEANS:
            parts["forecast_mape"] = (sum(sized), len(sized))
        is_settled = company.as_of_date >= ends[slot, part].end + settling
        status = OK if is_settled else "provisional"
        for kpi_id, (numerator, denominator) in parts.items():
            values[key(kpi_id, slot, part)] = Value(
                numerator, denominator, ratio(numerator, denominator), len(pairs), status=status
            )
        variance = booked - called
        values[key("forecast_variance", slot, part)] = Value(
            variance, None, variance, len(pairs), status=status
        )
    return values


def seen_in(company: Company, period: Period) -> dict[str, dict[Unit, Decimal]]:
    """Calls of sellers that a period holds whole, by seller: those of their first weeks once it is
    over (F5), else the last ones."""
    category = company.parameters["forecast_category_for_accuracy"]
    moment = None if period.end <= company.as_of_date else company.as_of
    found: dict[str, dict[Unit, Decimal]] = defaultdict(dict)
    for unit, call in last_calls(company, moment, category).items():
        if unit.level == "rep" and period.start <= unit.start and unit.end <= period.end:
            found[unit.submitter][unit] = call.amount
    return found


def holds(units: list[Unit], day: date | None) -> bool:
    """Whether a day lies in one of some forecast periods."""
    return day is not None and any(unit.start <= day < unit.end for unit in units)


def outlook_members(
    company: Company, period: Period, units: dict[Unit, Decimal]
) -> Iterator[tuple[str, str]]:
    """Total, seller and teams: of the first forecast once the period is over, else of now (G-7)."""
    first = min(units, key=lambda unit: (unit.start, unit.scope))
    day = company.as_of_date
    if period.end <= company.as_of_date:
        day = quota_day(company, first.submitter, Period("forecast", first.start, first.end))
    yield from seller_slots(company, first.submitter, day)


def due_in(
    company: Company, period: Period, day: date, seller: str, scope: Member, units: list[Unit]
) -> tuple[Decimal, int]:
    """Open amount and deals of a seller due on the days of some forecasts (#66)."""
    amount, deals = Decimal(0), 0
    for snapshot in company.snapshots(day):
        if snapshot.owner_id != seller or not holds(units, snapshot.expected_close_date):
            continue
        share = scope_shares(company, snapshot.deal).get(scope)
        if share is None:
            continue
        rate = company.plan_rate(snapshot.currency, period.start)
        amount += (company.convert(snapshot.amount, rate) or Decimal(0)) * share
        deals += 1
    return amount, deals


@recomputes(
    "forecast_coverage",
    "forecast_coverage__gross",
    "forecast_to_quota",
    without_earlier=("forecast_coverage", "forecast_coverage__gross", "forecast_to_quota"),
)
def outlooks(company: Company) -> Values:
    """Open pipeline over what is left of the forecast and over all of it, and forecast over the
    quota of the very same days (#66, #67, F5, G27)."""
    units = {call.unit for call in read_calls(company)}
    periods = {period for unit in units for period in whole_periods(company, unit)}
    quotas = read_quotas(company)
    values: Values = {}
    for period in periods:
        day = coverage_day(company, period)
        if day is None:
            continue
        is_over = period.end <= company.as_of_date
        sums: dict[Member, list] = defaultdict(lambda: [Decimal(0)] * 3 + [0, Decimal(0), 0, 0])
        for seller, called in seen_in(company, period).items():
            for scope in {unit.scope for unit in called}:
                mine = [unit for unit in called if unit.scope == scope]
                forecast = sum(called[unit] for unit in mine)
                won = Decimal(0)
                for credit in () if is_over else credits_of(company):
                    if credit.user_id == seller and holds(mine, credit.day):
                        won += credit.amount * credit.shares.get(scope, Decimal(0))
                amount, deals = due_in(company, period, day, seller, scope, mine)
                held = quotas.get(Owner(seller, None, scope))
                spans = held.spans_in(period) if held else []
                quota = held.in_period(period) if held else None
                has_quota = bool(quota) and quota > 0
                has_quota &= set().union(*(days(*span) for span in spans)) == set().union(
                    *(days(unit.start, unit.end) for unit in mine)
                )
                parts = [forecast, won, amount, deals]
                parts += [quota, forecast, 1] if has_quota else [Decimal(0), Decimal(0), 0]
                is_whole = scope == TOTAL
                for member in outlook_members(company, period, called) if is_whole else [scope]:
                    for place, part in enumerate(parts):
                        sums[member][place] += part
        measured_at = min(day, company.as_of_date)
        for member, (forecast, won, amount, deals, quota, compared, sellers) in sums.items():
            slot = Slot(period.grain, period.start, *member)
            left = forecast - won
            values[key("forecast_coverage", slot)] = Value(
                amount,
                left,
                ratio(amount, left) if left > 0 else None,
                deals,
                measured_at=measured_at,
                status=OK if left > 0 else "forecast_met",
            )
            values[key("forecast_coverage__gross", slot)] = Value(
                amount, forecast, ratio(amount, forecast), deals, measured_at=measured_at
            )
            if sellers:
                values[key("forecast_to_quota", slot)] = Value(
                    compared, quota, ratio(compared, quota), sellers, measured_at=measured_at
                )
    return values


@recomputes("forecast_submission_rate")
def submissions(company: Company) -> Values:
    """Sellers with a quota employed at the end of a week who submitted a call within it, over all
    of them (#68); a call on the very instant of the deadline is late."""
    calls = [
        (row["submitter_id"], as_timestamp(row["submitted_at"]), midnight(exclusive_end(row)))
        for row in company.forecast_rows
        if (row["level"] or "rep").lower() == "rep"
        and as_timestamp(row["submitted_at"]) < company.as_of
    ]
    if not calls:
        return {}
    counts: dict[Slot, list[int]] = defaultdict(lambda: [0, 0])
    week = period_of(min(at for _, at, _ in calls).date(), "week")
    while week.end <= company.as_of_date:
        timely = {
            seller
            for seller, at, over in calls
            if midnight(week.start) <= at < midnight(week.end) and at < over
        }
        for job in company.jobs:
            if not job.is_quota_carrying or not job.start <= week.end < job.end:
                continue
            if is_away_for_long(company, job, week.end):
                continue
            teams = [("team", team) for team in company.teams_of(job.user_id, week.end)]
            for slot in slots(company, week.end, [TOTAL, *teams], LONG_GRAINS):
                counts[slot][0] += job.user_id in timely
                counts[slot][1] += 1
        week = period_of(week.end, "week")
    return {
        key("forecast_submission_rate", slot): Value(
            timely, due, ratio(timely, due), due, wilson(timely, due)
        )
        for slot, (timely, due) in counts.items()
    }
