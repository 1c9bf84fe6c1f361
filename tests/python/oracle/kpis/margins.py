"""What is left of revenue after selling it, and after every cost."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS
from ..reading import Row, as_date, as_decimal
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .revenue import earnings, product_of

SELLING = (
    "sales_base",
    "sales_benefits",
    "commission",
    "sales_travel",
    "sales_tools",
    "enablement",
    "sales_overhead",
)
SLICES = ("total", "region", "product", "product_family", "segment")
EARNED, COSTED, PROFIT, SOLD, OTHER, COUNT = range(6)


def is_spread(company: Company, row: Row, day: date) -> bool:
    """Whether a rule in force spreads the category by revenue (#9)."""
    rules = company.table("expense_allocation_rules", ("rule_id",), ("rule_id", "category"))
    return any(
        rule["category"].lower() == row["category"].lower()
        and (rule["basis"] or "").lower() == "revenue"
        and (as_date(rule["valid_from"]) or date.min) <= day
        and day < (as_date(rule["valid_to"]) or date.max)
        for rule in rules
    )


def first_of_month(day: date) -> date:
    """First day of the month of a day."""
    return day.replace(day=1)


@recomputes("contribution_margin_pct", "net_margin_pct")
def margins(company: Company) -> Values:
    """Contribution by slice and net margin of the company (#9, #10, F15)."""
    sums: dict[Slot, list] = defaultdict(lambda: [Decimal(0)] * 5 + [0])
    costs, revenue, spread, costed_months = [], defaultdict(Decimal), defaultdict(Decimal), set()
    events = []
    for earned in earnings(company):
        rate = company.spot_rate(earned.currency, earned.day)
        amount = company.convert(earned.amount, rate)
        cost = company.convert(as_decimal(earned.row["cogs_amount"]), rate)
        events.append((earned, amount, cost))
        revenue[first_of_month(earned.day)] += amount or 0
        if cost is not None:
            costed_months.add(first_of_month(earned.day))
    for row in company.expense_rows:
        day = as_date(row["expense_date"])
        currency = row["currency"] or company.corporate_currency
        amount = company.convert(as_decimal(row["amount"]), company.spot_rate(currency, day))
        if day >= company.snapshot_day or amount is None:
            continue
        category, month = row["category"].lower(), first_of_month(day)
        if category in SELLING and is_spread(company, row, day) and revenue[month] > 0:
            spread[month] += amount
        elif category != "cogs" or month not in costed_months:
            costs.append((row, day, category in SELLING, amount))

    def add(day: date, members: list, part: int, amount: Decimal | int) -> None:
        for slot in slots(company, day, members, LONG_GRAINS):
            sums[slot][part] += amount

    for earned, amount, cost in events:
        if amount is None:
            continue
        members = [member for member in earned.members if member[0] in SLICES]
        month = first_of_month(earned.day)
        add(earned.day, members, EARNED, amount)
        add(earned.day, members, COUNT, 1)
        if cost is not None:
            add(earned.day, members, COSTED, amount)
            add(earned.day, members, PROFIT, amount - cost)
        if spread[month]:
            add(earned.day, members, SOLD, amount * spread[month] / revenue[month])
    for row, day, is_selling, amount in costs:
        members = [TOTAL, *product_of(company, row["product_id"])]
        members += [(name, row[f"{name}_id"] or UNKNOWN) for name in ("region", "segment")]
        add(day, members, SOLD if is_selling else OTHER, amount)
    values: Values = {}
    for slot, (earned, costed, profit, sold, other, count) in sums.items():
        contribution = profit - sold
        values[key("contribution_margin_pct", slot)] = margin(contribution, costed, count)
        if slot.dimension == "total":
            net = earned - (costed - profit) - sold - other
            values[key("net_margin_pct", slot)] = margin(net, earned, count)
    return values


def margin(profit: Decimal, revenue: Decimal, count: int) -> Value:
    """What is left over revenue; there is none of nothing, nor of less."""
    if revenue <= 0:
        return Value(None, None, None, count)
    return Value(profit, revenue, ratio(profit, revenue), count)
