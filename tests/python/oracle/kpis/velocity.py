"""Pipeline velocity."""

from __future__ import annotations

import statistics
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from ..company import Company
from ..history import Deal
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import OK, Slot, Value, Values, deal_members, key, product_members
from .outcomes import cycle_days
from .pipeline import measured_periods, snapshot_members

VELOCITY_DIMENSIONS = (
    "total",
    "rep",
    "team",
    "region",
    "segment",
    "lead_source",
    "pipeline",
    "product",
)


class Rates:
    """Decided deals of one member within the trailing window."""

    def __init__(self) -> None:
        self.decided = 0
        self.won = 0
        self.amounts: list[Decimal] = []
        self.cycles: list[int] = []


def window_deals(company: Company, day: date) -> tuple[date, list[Deal], str]:
    """First day of the trailing window, the deals decided in it, and what to say of it (F26).

    The window is widened to 180 and 365 days while the whole company has fewer than twenty.
    """
    enough = company.number("velocity_min_closed_deals")
    usual = int(company.number("velocity_window_days"))
    for days in (usual, 180, 365):
        start = day - timedelta(days=days)
        found = [deal for deal in company.decided_deals if start <= deal.closed_date < day]
        if len(found) >= enough:
            break
    return start, found, OK if days == usual else f"window_{days}"


def window_start(company: Company, day: date) -> date:
    """First day of the trailing window of a day."""
    return window_deals(company, day)[0]


@recomputes("pipeline_velocity", "pipeline_velocity__median_cycle", window_start=window_start)
def velocities(company: Company) -> Values:
    """Open deals x mean size x win rate / mean cycle in days, at the end of every period (#51,
    F26), and the same with the median cycle.

    The rates are those of the same member over the trailing window. Any lever without a value,
    or a cycle of 0 days, gives None. The sample is the number of decided deals.
    """
    values: Values = {}
    for day, periods in measured_periods(company):
        periods = [period for period in periods if period.grain in LONG_GRAINS]
        if not periods:
            continue
        measured_at = min(day, company.as_of_date)
        _, decided, status = window_deals(company, measured_at)
        open_deals: dict[tuple[str, str], int] = defaultdict(int)
        for snapshot in company.snapshots(day):
            for member in snapshot_members(company, snapshot, VELOCITY_DIMENSIONS):
                open_deals[member] += 1
        rates: dict[tuple[str, str], Rates] = defaultdict(Rates)
        for deal in decided:
            _count_deal(company, deal, rates)
        for member in set(open_deals) | set(rates):
            for kpi_id, value in _velocity(open_deals[member], rates[member]).items():
                said = OK if value.value is None else status
                value = replace(value, measured_at=measured_at, status=said)
                for period in periods:
                    values[key(kpi_id, Slot(period.grain, period.start, *member))] = value
    return values


def _count_deal(company: Company, deal: Deal, rates: dict[tuple[str, str], Rates]) -> None:
    owner = company.closing_owner(deal)
    members = deal_members(company, deal, owner, deal.closed_date, VELOCITY_DIMENSIONS)
    shares = dict.fromkeys(members, Decimal(1)) | product_members(company, deal)
    amount, days = company.closing_amount(deal), cycle_days(deal)
    for member, share in shares.items():
        rate = rates[member]
        rate.decided += 1
        if deal.is_won:
            rate.won += 1
            if amount is not None:
                rate.amounts.append(amount * share)
            if days is not None:
                rate.cycles.append(days)


def _velocity(open_deals: int, rate: Rates) -> dict[str, Value]:
    numerator = None
    if rate.amounts and rate.decided:
        size = float(sum(rate.amounts)) / len(rate.amounts)
        numerator = open_deals * size * (rate.won / rate.decided)
    found: dict[str, Value] = {}
    for kpi_id, cycle in (
        ("pipeline_velocity", statistics.fmean(rate.cycles) if rate.cycles else None),
        (
            "pipeline_velocity__median_cycle",
            float(statistics.median(rate.cycles)) if rate.cycles else None,
        ),
    ):
        value = numerator / cycle if numerator is not None and cycle else None
        found[kpi_id] = Value(numerator, cycle, value, rate.decided)
    return found
