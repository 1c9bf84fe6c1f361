"""Revenue per head."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from ..company import Company
from ..employment import Job, days, is_away_for_long, people_members, region_of
from ..periods import LONG_GRAINS, Period, period_of
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .revenue import earnings


def revenue_of(company: Company) -> dict[Slot, list[Decimal | None]]:
    """Revenue of the total, the teams, and the regions of the sellers who share it (F3)."""
    found: dict[Slot, list[Decimal | None]] = defaultdict(list)
    for earned in earnings(company):
        amount = company.convert(earned.amount, company.spot_rate(earned.currency, earned.day))
        shares: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for (dimension, member), share in earned.members.items():
            if dimension in ("total", "team"):
                shares[dimension, member] = share
            elif dimension == "rep":
                shares["region", region_of(company, member)] += share
        for member, share in shares.items():
            for slot in slots(company, earned.day, [member], LONG_GRAINS):
                found[slot].append(None if amount is None else amount * share)
    return found


def average_heads(company: Company, counts: str) -> dict[Slot, tuple[Decimal, int]]:
    """Full-time equivalents and people of each slot from the year on in which revenue begins."""
    first = company.covered_from("revenue_events")
    if first is None:
        return {}
    # Of a year in which revenue begins, fiscal or not, all days count.
    return average_heads_of(company, counts, first - timedelta(days=366))


def average_heads_of(
    company: Company, counts: str, earliest: date
) -> dict[Slot, tuple[Decimal, int]]:
    """Full-time equivalents of each slot, the mean of its days so far (G26), and people."""
    fte: dict[Slot, Decimal] = defaultdict(Decimal)
    people: dict[Slot, set[str]] = defaultdict(set)
    for job in company.jobs:
        for day in days(max(job.start, earliest), job.end):
            if day >= company.snapshot_day:
                break
            if is_counted(company, job, day, counts):
                members = people_members(company, job.user_id, day)
                for slot in slots(company, day, members, LONG_GRAINS):
                    fte[slot] += job.fte
                    people[slot].add(job.user_id)
    return {
        slot: (total / elapsed_days(company, slot), len(people[slot]))
        for slot, total in fte.items()
    }


def is_counted(company: Company, job: Job, day: date, counts: str) -> bool:
    """Whether an employee counts on a day: as a seller, in sales, in the company."""
    if counts == "sellers":
        return job.is_quota_carrying and not is_away_for_long(company, job, day)
    return counts == "everybody" or job.department in (None, "sales")


def elapsed_days(company: Company, slot: Slot) -> int:
    """Days of a period that have begun."""
    period: Period = period_of(slot.start, slot.grain, company.fiscal_year_start_month)
    return (min(period.end, company.snapshot_day) - period.start).days


@recomputes("revenue_per_salesperson", "revenue_per_employee", "revenue_per_employee__company")
def revenue_per_head(company: Company) -> Values:
    """Revenue over the average full-time equivalents of sellers with a quota, long leaves left
    out, of the sales function, and of everybody (#5, #7, G26)."""
    revenue = revenue_of(company)
    values: Values = {}
    for kpi_id, counts in (
        ("revenue_per_salesperson", "sellers"),
        ("revenue_per_employee", "sales"),
        ("revenue_per_employee__company", "everybody"),
    ):
        heads = average_heads(company, counts)
        for slot in revenue.keys() | heads.keys():
            if counts == "everybody" and (slot.dimension, slot.member) != TOTAL:
                continue
            amounts = revenue.get(slot, [])
            known = [amount for amount in amounts if amount is not None]
            earned = None if amounts and not known else sum(known, Decimal(0))
            fte, people = heads.get(slot, (Decimal(0), 0))
            values[key(kpi_id, slot)] = Value(earned, fte, ratio(earned, fte), people)
    return values
