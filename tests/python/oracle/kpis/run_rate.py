"""Recurring revenue at the end of a period."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from ..company import Company
from ..periods import LONG_GRAINS, periods_between
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key
from .retention import State, subscriptions


@recomputes("total_revenue__arr_end")
def run_rate(company: Company) -> Values:
    """Twelve times what subscriptions bring a month on the day a period is measured (#1, F4)."""
    every = subscriptions(company)
    first = min((each.start for each in every), default=company.as_of_date)
    values: Values = {}
    for grain in LONG_GRAINS:
        fiscal = company.fiscal_year_start_month
        for period in periods_between(
            first - timedelta(days=1), company.snapshot_day, grain, fiscal
        ):
            day = min(period.end, company.as_of_date)
            sums: dict[tuple[str, str], list[Decimal]] = {}
            payers: dict[tuple[str, str], set[str]] = {}
            for (account, product), paid in State(company, every, day).revenue.items():
                members = [
                    TOTAL,
                    ("product", product),
                    ("product_family", company.family_of(product)),
                ]
                members += [
                    (name, company.account_value(account, f"{name}_id"))
                    for name in ("region", "segment")
                ]
                for mrr, currency in paid:
                    amount = company.convert(12 * mrr, company.spot_rate(currency, day))
                    for member in members:
                        sums.setdefault(member, [])
                        payers.setdefault(member, set())
                        if amount is not None:
                            sums[member].append(amount)
                        if amount:
                            payers[member].add(account)
            for member, amounts in sums.items():
                total = sum(amounts, Decimal(0)) if amounts else None
                slot = Slot(grain, period.start, *member)
                values[key("total_revenue__arr_end", slot)] = Value(
                    total, None, total, len(payers[member]), measured_at=day
                )
    return values
