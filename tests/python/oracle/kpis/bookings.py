"""Bookings, won deals and new customers."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..history import Deal
from ..reading import as_date
from ..registry import recomputes
from ..values import (
    Slot,
    Value,
    Values,
    deal_members,
    key,
    product_members,
    ratio,
    slots,
)

BOOKING_DIMENSIONS = (
    "total",
    "rep",
    "team",
    "region",
    "segment",
    "lead_source",
    "pipeline",
    "opportunity_type",
    "campaign",
    "competitor",
)


def credits(company: Company, deal: Deal) -> dict[str, Decimal]:
    """Share of a won deal per credited seller (G12, F14).

    It is that of the revenue splits, else all to the owner at the close. What splits leave over
    is credited to the unknown member, so that sellers add up to the total (G14, C.4.1).
    """
    if not deal.splits:
        return {company.closing_owner(deal): Decimal(1)}
    rest = 1 - sum(deal.splits.values())
    parts = deal.splits | {UNKNOWN: deal.splits.get(UNKNOWN, Decimal(0)) + rest}
    return {user: share for user, share in parts.items() if share}


@recomputes("bookings")
def bookings(company: Company) -> Values:
    """Amount of won deals by close date (#2, F14, F25).

    Sellers get their split share, every other slice the whole deal; credits and contractions
    count. A slice of won deals whose amounts are all unknown is None (G9). The sample is the
    number of won deals.
    """
    amounts: dict[Slot, list[Decimal | None]] = defaultdict(list)
    for deal in company.closed_deals:
        if not deal.is_won:
            continue
        amount = company.closing_amount(deal)
        owner, day = company.closing_owner(deal), deal.closed_date
        parts = {
            member: Decimal(1)
            for member in deal_members(company, deal, owner, day, BOOKING_DIMENSIONS)
            if member[0] != "rep"
        }
        parts |= {("rep", user): share for user, share in credits(company, deal).items()}
        parts |= product_members(company, deal)
        for member, share in parts.items():
            # A product without a part of the money has no booking.
            if not share:
                continue
            for slot in slots(company, day, [member]):
                amounts[slot].append(None if amount is None else amount * share)
    values: Values = {}
    for slot, found in amounts.items():
        known = [amount for amount in found if amount is not None]
        total = sum(known, Decimal(0)) if known else None
        values[key("bookings", slot)] = Value(total, None, total, len(found))
    return values


@recomputes("bookings__won_count")
def won_deals(company: Company) -> Values:
    """Number of won deals by close date, for the owner at the close (#2, G12, G15, F25)."""
    counts: dict[Slot, int] = defaultdict(int)
    for deal in company.decided_deals:
        if deal.is_won:
            owner, day = company.closing_owner(deal), deal.closed_date
            members = deal_members(company, deal, owner, day, BOOKING_DIMENSIONS)
            for slot in slots(company, day, [*members, *product_members(company, deal)]):
                counts[slot] += 1
    return {
        key("bookings__won_count", slot): Value(count, None, count, count)
        for slot, count in counts.items()
    }


def first_wins(company: Company) -> dict[str, Deal]:
    """First won deal of every account, credits and contractions aside (#16, F25).

    Deals without an account are nobody's; merged accounts are one (G7).
    """
    first: dict[str, Deal] = {}
    for deal in company.decided_deals:
        if deal.is_won and deal.account_id:
            other = first.get(deal.account_id)
            order = (deal.closed_date, deal.closed_at, deal.deal_id)
            if other is None or order < (other.closed_date, other.closed_at, other.deal_id):
                first[deal.account_id] = deal
    return first


def customer_since(company: Company, account_id: str) -> list[date]:
    """Dates on which an account or one merged into it says it became a customer."""
    dates = [
        as_date(row["customer_since"])
        for row in company.accounts.values()
        if company.surviving(row["account_id"]) == account_id
    ]
    return [day for day in dates if day]


def wins_of_new_customers(company: Company) -> dict[str, Deal]:
    """First won deal of every account that was no customer before that deal was opened."""
    found: dict[str, Deal] = {}
    for account_id, deal in first_wins(company).items():
        # A deal that was brought in after its close was open by then at the latest.
        opened = min(deal.created_date or deal.closed_date, deal.closed_date)
        if not any(day < opened for day in customer_since(company, account_id)):
            found[account_id] = deal
    return found


@recomputes("new_customers")
def new_customers(company: Company) -> Values:
    """Accounts by the close date of their first won deal (#16).

    An account that was a customer before that deal was opened is not new.
    """
    counts: dict[Slot, int] = defaultdict(int)
    dimensions = set(BOOKING_DIMENSIONS) - {"opportunity_type", "competitor"}
    for deal in wins_of_new_customers(company).values():
        owner, day = company.closing_owner(deal), deal.closed_date
        members = deal_members(company, deal, owner, day, dimensions)
        for slot in slots(company, day, [*members, *product_members(company, deal)]):
            counts[slot] += 1
    return {
        key("new_customers", slot): Value(count, None, count, count)
        for slot, count in counts.items()
    }


EXPANSIONS = ("expansion_upsell", "expansion_cross_sell")


@recomputes("expansion_bookings_share")
def expansion_bookings_share(company: Company) -> Values:
    """Amount of won expansion deals over that of new and expansion deals (#13, F14)."""
    dimensions = set(BOOKING_DIMENSIONS) - {"lead_source", "pipeline", "campaign", "competitor"}
    sums: dict[Slot, list[Decimal | int]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for deal in company.closed_deals:
        amount = company.closing_amount(deal)
        if not deal.is_won or amount is None or deal.opportunity_type not in ("new", *EXPANSIONS):
            continue
        owner, day = company.closing_owner(deal), deal.closed_date
        parts = {
            member: Decimal(1)
            for member in deal_members(company, deal, owner, day, dimensions)
            if member[0] != "rep"
        }
        parts |= {("rep", user): share for user, share in credits(company, deal).items()}
        parts |= product_members(company, deal)
        for member, share in parts.items():
            for slot in slots(company, day, [member]) if share else ():
                sums[slot][0] += amount * share * (deal.opportunity_type in EXPANSIONS)
                sums[slot][1] += amount * share
                sums[slot][2] += 1
    return {
        key("expansion_bookings_share", slot): Value(
            numerator, denominator, ratio(numerator, denominator), count
        )
        for slot, (numerator, denominator, count) in sums.items()
    }
