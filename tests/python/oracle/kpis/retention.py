"""Retention and churn of customers and of recurring revenue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..history import Deal
from ..periods import LONG_GRAINS, months_before, periods_between
from ..reading import Row, as_date, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, wilson
from .bookings import customer_since, first_wins

MONTH_GRAINS = ("month",)
LIFESPAN_DIMENSIONS = ("total", "region", "product", "product_family", "segment", "cohort")


@dataclass(frozen=True)
class Subscription:
    """A product that an account has over a range of days, with its recurring revenue.

    A purchase that stands in for a subscription has no revenue that is known to recur (F43).
    """

    account_id: str
    product_id: str
    mrr: Decimal | None
    currency: str
    start: date
    end: date
    active_until: date


def subscriptions(company: Company) -> list[Subscription]:
    """What makes customers: subscriptions, or where a site has none, purchases (#88, F43, G7).

    A later row of a line ends the earlier one (G-12). A pending renewal without an end ends at its
    renewal date and keeps the customer thirty days longer, unless the next row begins before; what
    is over by its status and has no end was over at its last change (G-11). A subscription that
    costs nothing is one all the same. Internal accounts are nobody's customers.
    """
    if not company.is_delivered("subscriptions"):
        return purchases(company)
    lines: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    for row in company.subscription_rows:
        if as_date(row["valid_from"]) and as_decimal(row["mrr"]) is not None:
            lines[row["subscription_id"], row["line_id"]].append(row)
    found: list[Subscription] = []
    for rows in lines.values():
        rows.sort(key=lambda row: as_date(row["valid_from"]))
        later = [as_date(row["valid_from"]) for row in rows[1:]]
        for row, following in zip(rows, [*later, None], strict=True):
            if not company.is_test_account(row["account_id"]):
                found.append(subscription(company, row, following))
    return found


OVER = ("canceled", "cancelled", "churned", "ended", "expired")
"""States of a subscription that is over."""


def subscription(company: Company, row: Row, following: date | None) -> Subscription:
    """A row of a subscription's line, which the row that follows ends at the latest."""
    start, end = as_date(row["valid_from"]), as_date(row["valid_to"])
    status = (row["status"] or "").lower()
    if end is None and status == "pending_renewal":
        renewal = as_date(row["renewal_date"])
        end = max(renewal, start) if renewal else None
    elif end is None and status in OVER:
        changed = as_timestamp(row["updated_at"])
        end = max(changed.date() if changed else company.as_of_date, start)
    active_until = end
    if end and status == "pending_renewal":
        active_until = end + timedelta(days=int(company.number("renewal_grace_days")))
    if following:
        # An end one day before the next row is the last day, not the day after.
        is_last_day = end is not None and end + timedelta(days=1) == following
        end = following if is_last_day else min(end or following, following)
        active_until = min(active_until or following, following)
        active_until = max(active_until, end)
    return Subscription(
        account_id=company.surviving(row["account_id"]),
        product_id=row["product_id"] or UNKNOWN,
        mrr=as_decimal(row["mrr"]),
        currency=row["currency"] or company.corporate_currency,
        start=start,
        end=end or date.max,
        active_until=active_until or date.max,
    )


def purchases(company: Company) -> list[Subscription]:
    """Won deals as ranges in which they keep a customer, twelve calendar months from the day
    after the close (G-13; F4: the state of a day holds what happened before its midnight)."""
    months = int(company.number("active_customer_months"))

    def until(deal: Deal) -> date:
        return months_before(deal.closed_date, -months) + timedelta(days=1)

    return [
        Subscription(
            account_id=deal.account_id,
            product_id=product,
            mrr=None,
            currency=company.corporate_currency,
            start=deal.closed_date + timedelta(days=1),
            end=until(deal),
            active_until=until(deal),
        )
        for deal in company.decided_deals
        if deal.is_won and deal.account_id
        for product in deal.shares
    ]


class State:
    """Customers and their recurring revenue on a day, [valid_from, valid_to) (G3)."""

    def __init__(self, company: Company, every: Iterable[Subscription], day: date) -> None:
        self.active: dict[str, set[str]] = defaultdict(set)
        self.revenue: dict[tuple[str, str], list[tuple[Decimal, str]]] = defaultdict(list)
        for each in every:
            if each.start <= day < each.active_until:
                self.active[each.account_id].add(each.product_id)
                # Who is kept while a renewal is pending pays nothing meanwhile, and that is known.
                if each.mrr is not None:
                    paid = each.mrr if day < each.end else Decimal(0)
                    self.revenue[each.account_id, each.product_id].append((paid, each.currency))
        self.company = company

    def amounts(self, rate_day: date) -> dict[tuple[str, str], Decimal | None]:
        """Recurring revenue per account and product at the plan rate of a day (#91, G6); None
        where no part of it has a rate."""
        found: dict[tuple[str, str], Decimal | None] = {}
        for owner, parts in self.revenue.items():
            converted = [
                self.company.convert(mrr, self.company.plan_rate(currency, rate_day))
                for mrr, currency in parts
            ]
            known = [amount for amount in converted if amount is not None]
            found[owner] = sum(known, Decimal(0)) if known else None
        return found


class Attributes:
    """What a customer is sliced by at the start of a window (F6)."""

    def __init__(self, company: Company, every: Iterable[Subscription]) -> None:
        self.company = company
        self.first_wins = first_wins(company)
        self.acquired: dict[str, date] = {
            account_id: deal.closed_date for account_id, deal in self.first_wins.items()
        }
        for each in every:
            known = self.acquired.get(each.account_id, date.max)
            self.acquired[each.account_id] = min(known, each.start)
        for account_id in self.acquired:
            dates = [self.acquired[account_id], *customer_since(company, account_id)]
            self.acquired[account_id] = min(dates)

    def members(self, account_id: str, day: date) -> list[tuple[str, str]]:
        """Members of a customer, products aside; the seller is the owner of the account."""
        company = self.company
        owner = company.account_value(account_id, "owner_id")
        found = [TOTAL, ("rep", owner)]
        found += [("team", team) for team in company.teams_of(owner, day)]
        found += [
            ("region", company.account_value(account_id, "region_id")),
            ("segment", company.account_value(account_id, "segment_id")),
        ]
        acquired = self.acquired.get(account_id)
        if acquired:
            found.append(("cohort", f"{acquired:%Y-%m}"))
        return found

    def lead_source(self, account_id: str) -> str:
        """Lead source of the first won deal of a customer."""
        deal = self.first_wins.get(account_id)
        return deal.lead_source_id if deal else UNKNOWN


def window_of(months: int) -> Callable[[Company, date], date]:
    """Where the window of so many months that ends on a day begins."""
    return lambda company, day: months_before(day, months)


@recomputes(
    "customer_retention_rate",
    "customer_churn_rate",
    "avg_customer_lifespan",
    "nrr",
    "grr",
    "revenue_churn_rate",
    window_start=window_of(12),
)
def yearly_retentions(company: Company) -> Values:
    """Customers kept and lost, how long they stay, net and gross revenue retention and what is lost
    over the twelve months that end with each period (#86, #88 to #92, F6, F43)."""
    return retentions(company, 12, LONG_GRAINS, "")


@recomputes(
    "customer_churn_rate__monthly", "nrr__monthly", "grr__monthly", window_start=window_of(1)
)
def monthly_retentions(company: Company) -> Values:
    """The same over the one month that ends with each month."""
    return retentions(company, 1, MONTH_GRAINS, "__monthly")


def retentions(company: Company, months: int, grains: Iterable[str], suffix: str) -> Values:
    """Retention over the months that end with each period.

    Slices are those of the start of the window; by product a customer is kept when it still has
    that product. The plan rate is that of the fiscal year of the first day (G-21).
    """
    every = subscriptions(company)
    if not every:
        return {}
    attributes = Attributes(company, every)
    first = min(each.start for each in every)
    states: dict[date, State] = {}
    values: Values = {}
    for grain in grains:
        for period in periods_between(
            first, company.snapshot_day, grain, company.fiscal_year_start_month
        ):
            end = min(period.end, company.as_of_date)
            start = months_before(end, months)
            for day in (start, end):
                if day not in states:
                    states[day] = State(company, every, day)
            window = Window(company, attributes, states[start], states[end], start, end)
            slot = (grain, period.start)
            values |= window.customers(slot, suffix)
            values |= window.revenue(slot, suffix)
    return values


class Window:
    """Customers at the start of a window, and what became of them at its end."""

    def __init__(
        self,
        company: Company,
        attributes: Attributes,
        opening: State,
        closing: State,
        start: date,
        end: date,
    ) -> None:
        self.company = company
        self.attributes = attributes
        self.opening = opening
        self.closing = closing
        self.start = start
        self.end = end

    def products(self, product_id: str) -> list[tuple[str, str]]:
        """Product and family members of a product."""
        return [("product", product_id), ("product_family", self.company.family_of(product_id))]

    def customers(self, slot: tuple[str, date], suffix: str) -> Values:
        """Retention and churn of customers; only churn has a one-month companion."""
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for account_id, products in self.opening.active.items():
            members = self.attributes.members(account_id, self.start)
            members.append(("lead_source", self.attributes.lead_source(account_id)))
            kept = account_id in self.closing.active
            for member in members:
                counts[member][0] += kept
                counts[member][1] += 1
            now = {m for p in self.closing.active.get(account_id, ()) for m in self.products(p)}
            for member in {m for p in products for m in self.products(p)}:
                counts[member][0] += member in now
                counts[member][1] += 1
        values: Values = {}
        for member, (kept, customers) in counts.items():
            at = Slot(*slot, *member)
            lost = customers - kept
            sides = [(f"customer_churn_rate{suffix}", lost)]
            sides += [] if suffix else [("customer_retention_rate", kept)]
            for kpi_id, counted in sides:
                values[key(kpi_id, at)] = Value(
                    counted,
                    customers,
                    ratio(counted, customers),
                    customers,
                    wilson(counted, customers),
                    measured_at=self.end,
                )
            if not suffix and member[0] in LIFESPAN_DIMENSIONS:
                values[key("avg_customer_lifespan", at)] = Value(
                    customers, lost, ratio(customers, lost), lost, measured_at=self.end
                )
        return values

    def revenue(self, slot: tuple[str, date], suffix: str) -> Values:
        """Net and gross retention of recurring revenue, capped per customer and slice (#92)."""
        rate_day = self.rate_day()
        before = self.by_member(self.opening.amounts(rate_day))
        after = self.by_member(self.closing.amounts(rate_day))
        sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0)] * 3 + [0])
        for (account_id, group), amount in before.items():
            now = after.get((account_id, group), Decimal(0))
            # Revenue unknown at one end is in neither side (G6, F3).
            if not amount or now is None:
                continue
            members = [group] if group else self.attributes.members(account_id, self.start)
            for member in members:
                entry = sums[member]
                entry[0] += amount
                entry[1] += now
                entry[2] += min(amount, now)
                entry[3] += 1
        values: Values = {}
        for member, (amount, now, capped, customers) in sums.items():
            at = Slot(*slot, *member)
            sides = [(f"nrr{suffix}", now), (f"grr{suffix}", capped)]
            sides += [] if suffix else [("revenue_churn_rate", amount - capped)]
            for kpi_id, numerator in sides:
                values[key(kpi_id, at)] = Value(
                    numerator,
                    amount,
                    ratio(numerator, amount),
                    customers,
                    measured_at=self.end,
                )
        return values

    def rate_day(self) -> date:
        """First day of the window, whose fiscal year gives the plan rate of both ends (G-21)."""
        return self.start

    def by_member(
        self, amounts: dict[tuple[str, str], Decimal | None]
    ) -> dict[tuple[str, tuple[str, str] | None], Decimal | None]:
        """Amounts per account, whole (None) and per product and family."""
        found: dict[tuple[str, tuple[str, str] | None], Decimal | None] = {}
        for (account_id, product_id), amount in amounts.items():
            for group in (None, *self.products(product_id)):
                so_far = found.get((account_id, group))
                found[account_id, group] = so_far if amount is None else amount + (so_far or 0)
        return found
