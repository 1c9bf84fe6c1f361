"""What customers are worth: by margin and churn, and by what they have brought so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS, months_before, periods_between
from ..reading import as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio
from .retention import Attributes, State, Window, subscriptions
from .revenue import earnings, won_by_id

VARIANT_DIMENSIONS = ("total", "region", "segment")
LONGEST_LIFE = 60
"""Months that nobody is held to stay beyond (#82)."""


class Margin(NamedTuple):
    """Revenue of a customer with a known cost."""

    day: date
    account: str | None
    revenue: Decimal
    profit: Decimal
    products: list[tuple[str, str]]


def margins(company: Company) -> Iterator[Margin]:
    """Pieces of revenue with what is left after the cost of goods (#8, G6)."""
    deals = won_by_id(company)
    for earned in earnings(company):
        rate = company.spot_rate(earned.currency, earned.day)
        amount = company.convert(earned.amount, rate)
        cost = company.convert(as_decimal(earned.row["cogs_amount"]), rate)
        if amount is None or cost is None:
            continue
        account = company.surviving(earned.row["account_id"])
        if company.accounts and account not in company.accounts:
            account = None
        deal = deals.get(earned.row["opportunity_id"])
        account = account or (deal.account_id if deal else None)
        products = [each for each in earned.members if each[0] in ("product", "product_family")]
        yield Margin(earned.day, account, amount, amount - cost, products)


def first_of_month(day: date) -> date:
    """First day of the month of a day."""
    return day.replace(day=1)


def value_start(company: Company, day: date) -> date:
    """First of the twelve whole months before a day."""
    return months_before(first_of_month(day), 12)


class Year:
    """Customers, losses, recurring revenue and margin of a slice in twelve months."""

    def __init__(self) -> None:
        self.customers = self.lost = self.paying = 0
        self.mrr = self.revenue = self.profit = Decimal(0)

    @property
    def monthly_revenue(self) -> float | None:
        """Recurring revenue of a paying customer in a month."""
        return ratio(self.mrr, self.paying)

    @property
    def margin(self) -> float | None:
        """Gross margin of what has a known cost."""
        return ratio(self.profit, self.revenue) if self.revenue > 0 else None

    @property
    def life(self) -> float | None:
        """Months a customer stays; None where nobody was lost."""
        return ratio(self.customers, self.lost)

    def value(self) -> float | None:
        """Monthly revenue x margin / monthly churn (#82, F6)."""
        factors = (self.monthly_revenue, self.margin, self.life)
        return None if None in factors else factors[0] * factors[1] * factors[2]

    def capped(self) -> float | None:
        """The same with a life of five years at most."""
        if None in (self.monthly_revenue, self.margin):
            return None
        return self.monthly_revenue * self.margin * min(self.life or LONGEST_LIFE, LONGEST_LIFE)


def years(company: Company) -> dict[date, dict[tuple[str, str], Year]]:
    """By the first day after them, the twelve whole months before the end of each month."""
    months: dict[date, dict[tuple[str, str], Year]] = defaultdict(lambda: defaultdict(Year))
    every = subscriptions(company)
    attributes = Attributes(company, every)
    first = min((each.start for each in every), default=company.as_of_date)
    for period in periods_between(first, company.as_of_date, "month"):
        if period.end <= company.as_of_date:
            window = Window(
                company,
                attributes,
                State(company, every, period.start),
                State(company, every, period.end),
                period.start,
                period.end,
            )
            add_month(window, months[period.start])
    for margin in margins(company):
        for member in [*customer_members(company, attributes, margin.account), *margin.products]:
            year = months[first_of_month(margin.day)][member]
            year.revenue += margin.revenue
            year.profit += margin.profit
    found: dict[date, dict[tuple[str, str], Year]] = defaultdict(lambda: defaultdict(Year))
    for month, members in months.items():
        for distance in range(1, 13):
            for member, part in members.items():
                year = found[months_before(month, -distance)][member]
                year.customers += part.customers
                year.lost += part.lost
                year.paying += part.paying
                year.mrr += part.mrr
                year.revenue += part.revenue
                year.profit += part.profit
    return found


def add_month(window: Window, found: dict[tuple[str, str], Year]) -> None:
    """What a window of one month adds to the slices: customers at its start, those lost, and what
    those who pay paid then (#82, #88, #91)."""
    company, attributes = window.company, window.attributes
    for account, products in window.opening.active.items():
        now = window.closing.active.get(account, set())
        for member in customer_members(company, attributes, account):
            found[member].customers += 1
            found[member].lost += account not in window.closing.active
        kept = {member for product in now for member in window.products(product)}
        for member in {member for product in products for member in window.products(product)}:
            found[member].customers += 1
            found[member].lost += member not in kept
    after = window.by_member(window.closing.amounts(window.start))
    for (account, group), paid in window.by_member(window.opening.amounts(window.start)).items():
        # Revenue unknown at one end is in neither side.
        if not paid or after.get((account, group), Decimal(0)) is None:
            continue
        for member in [group] if group else customer_members(company, attributes, account):
            found[member].paying += 1
            found[member].mrr += paid


def customer_members(
    company: Company, attributes: Attributes, account: str | None
) -> list[tuple[str, str]]:
    """What a customer is sliced by, products aside."""
    acquired = attributes.acquired.get(account)
    return [
        TOTAL,
        ("region", company.account_value(account, "region_id")),
        ("segment", company.account_value(account, "segment_id")),
        ("lead_source", attributes.lead_source(account)),
        ("cohort", f"{acquired:%Y-%m}" if acquired else UNKNOWN),
    ]


@recomputes(
    "clv", "clv__capped_5y", "clv__revenue", "clv__segment_weighted", window_start=value_start
)
def values_by_churn(company: Company) -> Values:
    """Value of a customer at the pace of the twelve whole months before (#82, F6, F40)."""
    found = years(company)
    every = subscriptions(company)
    first = min((each.start for each in every), default=company.as_of_date)
    values: Values = {}
    for grain in LONG_GRAINS:
        fiscal = company.fiscal_year_start_month
        for period in periods_between(first, company.snapshot_day, grain, fiscal):
            end = min(period.end, company.as_of_date)
            members = found[first_of_month(end)]
            for member, year in members.items():
                if not year.customers:
                    continue
                slot = Slot(grain, period.start, *member)
                revenue = year.monthly_revenue
                in_revenue = None if None in (revenue, year.life) else revenue * year.life
                for kpi_id, value, count in (
                    ("clv", year.value(), year.lost),
                    ("clv__capped_5y", year.capped(), year.customers),
                    ("clv__revenue", in_revenue, year.lost),
                ):
                    if kpi_id == "clv" or member[0] in VARIANT_DIMENSIONS:
                        values[key(kpi_id, slot)] = Value(None, None, value, count, measured_at=end)
            segments = [each for member, each in members.items() if member[0] == "segment"]
            segments = [each for each in segments if each.customers and each.value() is not None]
            weight = sum(each.customers for each in segments)
            if TOTAL in members and members[TOTAL].customers:
                worth = sum(each.customers * each.value() for each in segments)
                values[key("clv__segment_weighted", Slot(grain, period.start, *TOTAL))] = Value(
                    worth, weight, ratio(worth, weight), weight, measured_at=end
                )
    return values


@recomputes("clv_historical", "clv_historical__sum")
def values_so_far(company: Company) -> Values:
    """Gross profit of customers since their acquisition, by its month, at one age (#83, F40)."""
    covered = company.covered_from("revenue_events")
    if covered is None:
        return {}
    acquired = {
        account: day
        for account, day in Attributes(company, subscriptions(company)).acquired.items()
        if day >= covered and not company.is_test_account(account)
    }
    brought = [each for each in margins(company) if each.account in acquired]
    values: Values = {}
    for grain in LONG_GRAINS:
        fiscal = company.fiscal_year_start_month
        for period in periods_between(covered, company.snapshot_day, grain, fiscal):
            end = min(period.end, company.as_of_date)
            sums: dict[date, list] = defaultdict(lambda: [Decimal(0), 0])
            for day in acquired.values():
                if day < end:
                    sums[first_of_month(day)][1] += 1
            for each in brought:
                if acquired[each.account] <= each.day < end:
                    sums[first_of_month(acquired[each.account])][0] += each.profit
            last = date.fromordinal(end.toordinal() - 1)
            for month, (profit, customers) in sums.items():
                age = 12 * (last.year - month.year) + last.month - month.month
                slot = Slot(grain, period.start, "cohort", f"{month:%Y-%m}")
                values[key("clv_historical", slot, str(age))] = Value(
                    profit, customers, ratio(profit, customers), customers, measured_at=end
                )
            if sums:
                total = sum(profit for profit, _ in sums.values())
                count = sum(customers for _, customers in sums.values())
                slot = Slot(grain, period.start, *TOTAL)
                values[key("clv_historical__sum", slot)] = Value(
                    total, None, total, count, measured_at=end
                )
    return values


@recomputes("clv_predictive")
def values_by_prediction(company: Company) -> Values:
    """What the newest prediction of each customer that still holds is worth at the margin of the
    slice in the twelve whole months before (#84)."""
    attributes = Attributes(company, subscriptions(company))
    found, values = years(company), {}
    for grain in LONG_GRAINS:
        fiscal = company.fiscal_year_start_month
        first = company.first_day or company.as_of_date
        for period in periods_between(first, company.snapshot_day, grain, fiscal):
            end = min(period.end, company.as_of_date)
            sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), 0])
            for account, value in predictions_on(company, end).items():
                for member in customer_members(company, attributes, account):
                    if value is not None and member[0] != "region":
                        sums[member][0] += value
                        sums[member][1] += 1
            for member, (value, count) in sums.items():
                margin = found[first_of_month(end)][member].margin
                profit = None if margin is None else float(value) * margin
                values[key("clv_predictive", Slot(grain, period.start, *member))] = Value(
                    profit, count, ratio(profit, count), count, measured_at=end
                )
    return values


def predictions_on(company: Company, day: date) -> dict[str, Decimal | None]:
    """The value that the newest prediction by a day expects of each customer."""
    newest: dict[str, tuple] = {}
    for row in company.prediction_rows:
        made = as_timestamp(row["made_at"])
        horizon = timedelta(days=int(row["horizon_days"]))
        if made.date() <= day < made.date() + horizon:
            account = company.surviving(row["account_id"])
            order = (made, row["model_version"], [-ord(each) for each in row["account_id"]])
            if account not in newest or order > newest[account][0]:
                newest[account] = (order, as_decimal(row["expected_value"]))
    return {
        account: value
        for account, (_, value) in newest.items()
        if not company.is_test_account(account)
    }
