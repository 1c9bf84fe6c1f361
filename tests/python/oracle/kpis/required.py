"""Coverage that history says is needed."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from ..company import Company
from ..periods import LONG_GRAINS, Period, add_months, period_of, periods_between
from ..registry import recomputes
from ..values import OK, Slot, Value, Values, deal_members, key, product_members, ratio
from .pipeline import snapshot_members
from .quota import PERIODS_AHEAD

REQUIRED_DIMENSIONS = ("total", "team", "region", "segment", "pipeline", "product")
QUARTERS = 4

Sums = dict[tuple[str, str], list]


def opening_pipeline(company: Company, quarter: Period) -> Sums:
    """Per member of one quarter: open amount due in it on its first day, the amount won of those
    deals within it, and their number (#53, F27)."""
    sums: Sums = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for snapshot in company.snapshots(quarter.start):
        due, deal = snapshot.expected_close_date, snapshot.deal
        if due is None or not quarter.start <= due < quarter.end:
            continue
        won = None
        if deal.is_won and deal.closed_date and quarter.start <= deal.closed_date < quarter.end:
            won = company.closing_amount(deal)
        for member, share in snapshot_members(company, snapshot, REQUIRED_DIMENSIONS).items():
            entry = sums[member]
            entry[0] += (snapshot.amount_corporate or 0) * share
            entry[1] += (won or 0) * share
            entry[2] += 1
    return sums


def decided_amounts(company: Company, start: date, end: date) -> Sums:
    """Per member: decided amount, won amount and number of deals decided with an amount."""
    sums: Sums = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for deal in company.decided_deals:
        amount = company.amount_at_loss(deal)
        if amount is None or not start <= deal.closed_date < end:
            continue
        owner = company.closing_owner(deal)
        members = deal_members(company, deal, owner, deal.closed_date, REQUIRED_DIMENSIONS)
        shares = dict.fromkeys(members, Decimal(1)) | product_members(company, deal)
        for member, share in shares.items():
            sums[member][0] += amount * share
            sums[member][1] += amount * share if deal.is_won else 0
            sums[member][2] += 1
    return sums


@recomputes("required_coverage", without_earlier=("required_coverage",))
def required_coverages(company: Company) -> Values:
    """Opening pipeline due over the amount won of it, of the last four complete quarters (#53,
    F27), as known at the start of a complete period, and at as_of for the running one and the
    next four (F5).

    Before there are four covered quarters the decided amount over the won amount of the same
    quarters stands in. Nothing won is None.
    """
    openings: dict[date, Sums] = {}
    values: Values = {}
    covered_from = company.covered_from("opportunities")
    if covered_from is None or company.first_day is None:
        return values
    for grain in LONG_GRAINS:
        fiscal = company.fiscal_year_start_month
        periods = list(periods_between(company.first_day, company.snapshot_day, grain, fiscal))
        ahead = [period_of(company.as_of_date, grain, fiscal)]
        while len(ahead) <= PERIODS_AHEAD:
            ahead.append(period_of(ahead[-1].end, grain, fiscal))
        for period in dict.fromkeys([*periods, *ahead]):
            day = period.start if period.end <= company.as_of_date else company.as_of_date
            end = period_of(day, "quarter").start
            start = add_months(end, -3 * QUARTERS)
            quarters = [
                quarter
                for quarter in periods_between(start, end, "quarter")
                if quarter.start >= covered_from
            ]
            sums: Sums = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
            if len(quarters) == QUARTERS:
                for quarter in quarters:
                    if quarter.start not in openings:
                        openings[quarter.start] = opening_pipeline(company, quarter)
                    for member, parts in openings[quarter.start].items():
                        for position, part in enumerate(parts):
                            sums[member][position] += part
            elif quarters:
                sums = decided_amounts(company, quarters[0].start, end)
            for member, (amount, won, deals) in sums.items():
                multiple = ratio(amount, won)
                is_history = len(quarters) == QUARTERS or multiple is None
                values[key("required_coverage", Slot(grain, period.start, *member))] = Value(
                    amount,
                    won,
                    multiple,
                    deals,
                    measured_at=day,
                    status=OK if is_history else "provisional",
                )
    return values
