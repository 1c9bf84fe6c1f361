"""What marketing spend led to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS, months_before
from ..reading import Row, as_date, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .bookings import wins_of_new_customers
from .leads import known_account, originals
from .revenue import earnings


def accounts_of_leads(company: Company) -> dict[str, str]:
    """Account that each lead became, or another lead of the same person did."""
    original = originals(company)
    deals = {deal.deal_id: deal for deal in company.deals}
    found: dict[str, str] = {}
    for lead in company.lead_rows:
        first = original.get(lead["lead_id"])
        converted_at = as_timestamp(lead["converted_at"])
        if first is None or (converted_at and converted_at >= company.as_of):
            continue
        deal = deals.get(lead["converted_opportunity_id"])
        account = deal.account_id if deal else None
        account = account or known_account(company, lead["converted_account_id"])
        if account:
            found[first] = min(found.get(first, account), account)
    return {lead_id: found[first] for lead_id, first in original.items() if first in found}


def touches(company: Company) -> Iterator[tuple[str, datetime, Row]]:
    """Contacts of marketing before as_of with a known company, after merging."""
    contacts = {row["contact_id"]: row for row in company.table("contacts", ("contact_id",), ())}
    accounts = accounts_of_leads(company)
    for row in company.touch_rows:
        instant, contact = as_timestamp(row["occurred_at"]), contacts.get(row["person_id"])
        named = row["account_id"] or (contact and contact["account_id"])
        account = known_account(company, named) if named else accounts.get(row["person_id"])
        if account and instant < company.as_of:
            yield account, instant, row


def first_touches(company: Company) -> dict[str, tuple[date, str]]:
    """Day and campaign of the first contact in the attribution months before the first win, by
    new customer."""
    months = int(company.number("attribution_months"))
    found: dict[str, tuple[datetime, str, str]] = {}
    wins = wins_of_new_customers(company)
    for account, instant, row in touches(company):
        day = instant.date()
        if account not in wins or not day <= wins[account].closed_date < months_before(
            day, -months
        ):
            continue
        touch = (instant, row["touch_id"], row["campaign_id"] or UNKNOWN)
        found[account] = min(found.get(account, touch), touch)
    return {
        account: (instant.date(), campaign) for account, (instant, _, campaign) in found.items()
    }


@recomputes("marketing_roi", "marketing_roi__revenue")
def marketing_roi(company: Company) -> Values:
    """Gross profit, and revenue, of customers by the day of their first contact, less the spend of
    those days, over the spend (#104)."""
    months = int(company.number("attribution_months"))
    spent: dict[Slot, list[tuple[Decimal | None, bool]]] = defaultdict(list)
    profit: dict[Slot, list[Decimal | None]] = defaultdict(list)
    revenue: dict[Slot, list[Decimal | None]] = defaultdict(list)
    for row in company.spend_rows:
        day = as_date(row["spend_date"])
        if day < company.snapshot_day:
            rate = company.spot_rate(row["currency"] or company.corporate_currency, day)
            amount = company.convert(as_decimal(row["amount"]), rate)
            is_open = months_before(day, -months) > company.as_of_date
            members = [TOTAL, ("campaign", row["campaign_id"] or UNKNOWN)]
            for slot in slots(company, day, members, LONG_GRAINS):
                spent[slot].append((amount, is_open))
    reached = first_touches(company)
    for earned in earnings(company):
        account = company.surviving(earned.row["account_id"])
        if account not in reached:
            continue
        day, campaign = reached[account]
        if not day <= earned.day < months_before(day, -months):
            continue
        rate = company.spot_rate(earned.currency, earned.day)
        amount = company.convert(earned.amount, rate)
        cost = company.convert(as_decimal(earned.row["cogs_amount"]), rate)
        for slot in slots(company, day, [TOTAL, ("campaign", campaign)], LONG_GRAINS):
            revenue[slot].append(amount)
            profit[slot].append(None if amount is None or cost is None else amount - cost)
    values: Values = {}
    for slot in spent.keys() | revenue.keys():
        known = [(amount, is_open) for amount, is_open in spent[slot] if amount is not None]
        total = sum((amount for amount, _ in known), Decimal(0)) if known else None
        still_open = sum((amount for amount, is_open in known if is_open), Decimal(0))
        for kpi_id, returned in (("marketing_roi", profit), ("marketing_roi__revenue", revenue)):
            came = [amount for amount in returned[slot] if amount is not None]
            # What came back, but nobody knows how much, is not 0.
            is_unknown = total is None or (returned[slot] and not came)
            left = None if is_unknown else sum(came, Decimal(0)) - total
            values[key(kpi_id, slot)] = Value(
                left,
                total,
                ratio(left, total),
                len(spent[slot]),
                open_share=ratio(still_open, total),
            )
    return values
