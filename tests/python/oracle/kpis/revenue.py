"""Revenue that was recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from ..company import UNKNOWN, Company
from ..history import Deal
from ..periods import LONG_GRAINS
from ..reading import Row, as_boolean, as_date, as_decimal
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, deal_members, key, ratio, slots
from .bookings import credits

ACCOUNT_DIMENSIONS = ("region", "segment")
DEAL_ALONE = ("lead_source", "pipeline", "opportunity_type", "campaign")
EARNED = ("recognized", "credit")

Shares = dict[tuple[str, str], Decimal]


@dataclass(frozen=True)
class Earning:
    """A piece of revenue, on its day and for its members with the share each has in it."""

    row: Row
    day: date
    currency: str
    amount: Decimal
    members: Shares


def won_by_id(company: Company) -> dict[str, Deal]:
    """Deals that led to something: won, on a known day, not deleted."""
    return {deal.deal_id: deal for deal in company.closed_deals if deal.is_won}


def is_internal(company: Company, row: Row) -> bool:
    """Of an internal company, of a test, or of a pipeline that is left out (G7)."""
    if company.is_test_account(row["account_id"]):
        return True
    deal = company.deal_rows.get(row["opportunity_id"])
    return deal is not None and (
        bool(as_boolean(deal["is_test"]))
        or company.is_test_account(deal["account_id"])
        or deal["pipeline_id"] in company.excluded_pipelines
    )


def members_of(company: Company, row: Row, deal: Deal | None, day: date) -> Shares:
    """Members of what a deal led to, each with its share in the money (G12, G14).

    Sellers share by the splits of the deal, its team is that of the close in the tree of the day;
    region and segment are the deal's, else the company's. Without a deal nobody is known.
    """
    found: Shares = {TOTAL: Decimal(1)}
    account = company.surviving(row["account_id"])
    if deal is None:
        found |= {("rep", UNKNOWN): Decimal(1)}
        found |= dict.fromkeys(
            (("team", team) for team in company.team_and_above(UNKNOWN, day)), Decimal(1)
        )
        found |= {(dimension, UNKNOWN): Decimal(1) for dimension in DEAL_ALONE}
    else:
        owner = company.closing_owner(deal)
        team = company.team_of(owner, deal.closed_date)
        for above in company.team_and_above(team, day):
            found["team", above] = Decimal(1)
        found |= {("rep", user): share for user, share in credits(company, deal).items()}
        for member in deal_members(company, deal, owner, day, DEAL_ALONE):
            found[member] = Decimal(1)
    for dimension in ACCOUNT_DIMENSIONS:
        member = getattr(deal, f"{dimension}_id") if deal else UNKNOWN
        if member == UNKNOWN:
            member = company.account_value(account, f"{dimension}_id")
        found[dimension, member] = Decimal(1)
    return found


def product_of(company: Company, product: str | None) -> Shares:
    """A product and its family; one that was not delivered is unknown (G-6)."""
    known = product if product in company.products else UNKNOWN
    family = company.family_of(known)
    return {("product", known): Decimal(1), ("product_family", family): Decimal(1)}


@cache
def earnings(company: Company) -> tuple[Earning, ...]:
    """Revenue recognised or credited before as_of (#1, G7)."""
    return tuple(_earnings(company))


def _earnings(company: Company) -> Iterator[Earning]:
    deals = won_by_id(company)
    for row in company.revenue_rows:
        day, amount = as_date(row["recognized_date"]), as_decimal(row["amount"])
        if day >= company.snapshot_day or as_boolean(row["is_deleted"]):
            continue
        if (row["event_type"] or "recognized").lower() not in EARNED or is_internal(company, row):
            continue
        members = members_of(company, row, deals.get(row["opportunity_id"]), day)
        members |= product_of(company, row["product_id"])
        currency = row["currency"] or company.corporate_currency
        yield Earning(row, day, currency, amount, members)


def summed(company: Company, kpi_id: str, parts: Iterator[tuple[date, Shares, Decimal | None]]):
    """Money of each slot with the number of records behind it; of amounts that are all unknown
    nothing is known (G9)."""
    amounts: dict[Slot, list[Decimal | None]] = defaultdict(list)
    for day, members, amount in parts:
        for member, share in members.items():
            if share:
                for slot in slots(company, day, [member]):
                    amounts[slot].append(None if amount is None else amount * share)
    values: Values = {}
    for slot, found in amounts.items():
        known = [amount for amount in found if amount is not None]
        total = sum(known, Decimal(0)) if known else None
        values[key(kpi_id, slot)] = Value(total, None, total, len(found))
    return values


def in_corporate(company: Company) -> Iterator[tuple[date, Shares, Decimal | None]]:
    """Revenue in the corporate currency at the rate of its day (G6)."""
    for earned in earnings(company):
        rate = company.spot_rate(earned.currency, earned.day)
        yield earned.day, earned.members, company.convert(earned.amount, rate)


@recomputes("total_revenue")
def total_revenue(company: Company) -> Values:
    """Amounts recognised and credited (#1)."""
    return summed(company, "total_revenue", in_corporate(company))


MARGIN_DIMENSIONS = {"lead_source", "pipeline", "campaign"}
"""What a margin is not sliced by (B14)."""


@recomputes("gross_margin_pct")
def gross_margin_pct(company: Company) -> Values:
    """Revenue less cost of goods sold over revenue, of what has a known cost (#8)."""
    sums: dict[Slot, list[Decimal | int]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for earned in earnings(company):
        rate = company.spot_rate(earned.currency, earned.day)
        amount = company.convert(earned.amount, rate)
        cost = company.convert(as_decimal(earned.row["cogs_amount"]), rate)
        if amount is None or cost is None:
            continue
        for member, share in earned.members.items():
            if share and member[0] not in MARGIN_DIMENSIONS:
                for slot in slots(company, earned.day, [member], LONG_GRAINS):
                    sums[slot][0] += (amount - cost) * share
                    sums[slot][1] += amount * share
                    sums[slot][2] += 1
    return {
        key("gross_margin_pct", slot): Value(
            profit,
            revenue if revenue > 0 else None,
            ratio(profit, revenue) if revenue > 0 else None,
            count,
        )
        for slot, (profit, revenue, count) in sums.items()
    }
