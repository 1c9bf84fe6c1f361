"""What selling and marketing cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..costs import MARKETING, SELLING, cost_rows
from ..reading import Row, as_date, as_decimal
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, slots


@dataclass(frozen=True)
class Cost:
    """A cost before as_of: what it is of, and what it was worth on its day."""

    row: Row
    day: date
    category: str
    amount: Decimal | None

    @property
    def is_selling(self) -> bool:
        """Whether it is a cost of selling."""
        return self.category in SELLING

    @property
    def is_marketing(self) -> bool:
        """Whether it is a cost of marketing."""
        return self.category in MARKETING


def costs(company: Company) -> Iterator[Cost]:
    """Every cost before as_of, at the rate of its day (#102, F15)."""
    for row in cost_rows(company):
        day = as_date(row["expense_date"])
        if day < company.snapshot_day:
            currency = row["currency"] or company.corporate_currency
            rate = company.spot_rate(currency, day)
            amount = company.convert(as_decimal(row["amount"]), rate)
            yield Cost(row, day, row["category"].lower(), amount)


def user_of(company: Company, cost: Cost) -> Row | None:
    """The user a cost is for, where one is named and was delivered."""
    rows = company.table("users", ("user_id",), ("user_id",))
    return next((row for row in rows if row["user_id"] == cost.row["user_id"]), None)


def team_of(company: Company, cost: Cost) -> str:
    """The team a cost is booked on, else that of its user on the day."""
    user = cost.row["user_id"]
    return cost.row["team_id"] or (company.team_of(user, cost.day) if user else UNKNOWN)


def region_of(company: Company, cost: Cost) -> str:
    """The region a cost is booked on, else that of its user."""
    user = user_of(company, cost)
    return cost.row["region_id"] or (user["region_id"] if user else None) or UNKNOWN


@recomputes("cost_of_sales", "cost_of_sales__s_and_m")
def costs_of_sales(company: Company) -> Values:
    """Costs of selling, and with those of marketing, by where they were booked (#102)."""
    found: dict[Slot, list[Cost]] = defaultdict(list)
    for cost in costs(company):
        if cost.is_selling or cost.is_marketing:
            members = [TOTAL, ("region", region_of(company, cost))]
            teams = company.team_and_above(team_of(company, cost), cost.day)
            members += [("team", team) for team in teams]
            for slot in slots(company, cost.day, members):
                found[slot].append(cost)
    values: Values = {}
    for slot, booked in found.items():
        known = [cost for cost in booked if cost.amount is not None]
        sold = sum((cost.amount for cost in known if cost.is_selling), Decimal(0))
        spent = sum((cost.amount for cost in known), Decimal(0))
        count = sum(cost.is_selling for cost in booked)
        sold, spent = (sold, spent) if known else (None, None)
        values[key("cost_of_sales__s_and_m", slot)] = Value(spent, None, spent, len(booked))
        # Weeks are told of a slice only where something was counted.
        if count == 0 and slot.grain == "week" and slot.dimension != "total":
            continue
        values[key("cost_of_sales", slot)] = Value(sold, None, sold, count)
    return values
