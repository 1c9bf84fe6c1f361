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
from .costs import costs as booked_costs
from .costs import region_of, team_of
from .revenue import earnings, product_of

SLICES = ("total", "team", "region", "product", "product_family", "segment")
EARNED, COSTED, PROFIT, SOLD, OTHER, COUNT, SPENT = range(7)


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


@recomputes(
    "contribution_margin_pct",
    "net_margin_pct",
    "sales_expense_ratio",
    "sales_expense_ratio__s_and_m",
)
def margins(company: Company) -> Values:
    """Contribution and selling cost by slice, net margin and the cost of sales and marketing of
    the company (#9, #10, #103, F15)."""
    sums: dict[Slot, list] = defaultdict(lambda: [Decimal(0)] * 5 + [0, Decimal(0)])
    sold_slots: set[Slot] = set()
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
    for cost in booked_costs(company):
        month = first_of_month(cost.day)
        if cost.amount is None:
            continue
        if cost.is_selling and is_spread(company, cost.row, cost.day) and revenue[month] > 0:
            spread[month] += cost.amount
        elif cost.category != "cogs" or month not in costed_months:
            costs.append(cost)

    def add(day: date, members: list, part: int, amount: Decimal | int) -> None:
        for slot in slots(company, day, members, LONG_GRAINS):
            sums[slot][part] += amount
            if part == SOLD:
                sold_slots.add(slot)

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
    for cost in costs:
        members = [TOTAL, *product_of(company, cost.row["product_id"])]
        teams = company.team_and_above(team_of(company, cost), cost.day)
        members += [("team", team) for team in teams]
        members += [("region", region_of(company, cost))]
        members += [("segment", cost.row["segment_id"] or UNKNOWN)]
        add(cost.day, members, SOLD if cost.is_selling else OTHER, cost.amount)
        if cost.is_marketing:
            add(cost.day, members, SPENT, cost.amount)
    values: Values = {}
    for slot, (earned, costed, profit, sold, other, count, spent) in sums.items():
        is_total = slot.dimension == "total"
        cost_of_sales = sold if slot in sold_slots else None
        values[key("sales_expense_ratio", slot)] = burden(cost_of_sales, earned, count)
        if slot.dimension != "team":
            contribution = profit - sold
            values[key("contribution_margin_pct", slot)] = margin(contribution, costed, count)
        if is_total:
            net = earned - (costed - profit) - sold - other
            values[key("net_margin_pct", slot)] = margin(net, earned, count)
            whole = None if cost_of_sales is None else sold + spent
            values[key("sales_expense_ratio__s_and_m", slot)] = burden(whole, earned, count)
    return values


def margin(profit: Decimal, revenue: Decimal, count: int) -> Value:
    """What is left over revenue; there is none of nothing, nor of less."""
    if revenue <= 0:
        return Value(None, None, None, count)
    return Value(profit, revenue, ratio(profit, revenue), count)


def burden(cost: Decimal | None, revenue: Decimal, count: int) -> Value:
    """Cost over revenue; none where nothing was booked or earned."""
    earned = revenue if revenue > 0 else None
    return Value(cost, earned, ratio(cost, earned), count)
