"""What sellers booked on average."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from statistics import median

from ..company import Company
from ..employment import days, people_members
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .bookings import credits


def sellers_of(company: Company) -> dict[Slot, set[str]]:
    """Sellers with a quota employed in a slot on at least one day that has begun (#6)."""
    found: dict[Slot, set[str]] = defaultdict(set)
    if company.first_day is None:
        return found
    # The load may say that deals are covered from before the first of them.
    first = min(company.first_day, company.declared_from("opportunities") or company.first_day)
    # Of a year in which deals begin, fiscal or not, all days count.
    earliest = first - timedelta(days=366)
    for job in company.jobs:
        if not job.is_quota_carrying:
            continue
        for day in days(max(job.start, earliest), min(job.end, company.snapshot_day)):
            members = people_members(company, job.user_id, day)
            for slot in slots(company, day, members, LONG_GRAINS):
                found[slot].add(job.user_id)
    return found


def credits_of(company: Company) -> dict[Slot, dict[str, list[Decimal | None]]]:
    """Amounts credited to each user, by the region of the seller and the team of the close."""
    found: dict[Slot, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for deal in company.closed_deals:
        if not deal.is_won:
            continue
        amount = company.closing_amount(deal)
        for user, share in credits(company, deal).items():
            members = people_members(company, user, deal.closed_date)
            for slot in slots(company, deal.closed_date, members, LONG_GRAINS):
                found[slot][user].append(None if amount is None else amount * share)
    return found


@recomputes("avg_sales_per_rep", "avg_sales_per_rep__median", "avg_sales_per_rep__other_bookings")
def sales_per_rep(company: Company) -> Values:
    """Bookings credited to sellers over sellers, zeros included (#6, G12, F3); the median of
    each; and what is credited to others. A seller of whom no amount is known has none."""
    values: Values = {}
    sellers, credited = sellers_of(company), credits_of(company)
    for slot in sellers.keys() | credited.keys():
        there, amounts = sellers.get(slot, set()), credited.get(slot, {})
        booked: dict[str, Decimal | None] = {}
        for user in there | amounts.keys():
            known = [each for each in amounts.get(user, ()) if each is not None]
            is_unknown = amounts.get(user) and not known
            booked[user] = None if is_unknown else sum(known, Decimal(0))
        of_sellers = [booked[user] for user in there if booked[user] is not None]
        total = sum(of_sellers, Decimal(0)) if of_sellers else None
        values[key("avg_sales_per_rep", slot)] = Value(
            total, len(there), ratio(total, len(there)), len(there)
        )
        middle = float(median(of_sellers)) if of_sellers else None
        values[key("avg_sales_per_rep__median", slot)] = Value(None, None, middle, len(there))
        if (slot.dimension, slot.member) == TOTAL:
            others = [user for user in amounts if user not in there]
            rest = sum((booked[user] or Decimal(0) for user in others), Decimal(0))
            number = sum(len(amounts[user]) for user in others)
            values[key("avg_sales_per_rep__other_bookings", slot)] = Value(rest, None, rest, number)
    return values
