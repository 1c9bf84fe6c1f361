"""Customers who bought more, or something else."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from ..company import UNKNOWN, Company, midnight
from ..periods import LONG_GRAINS, months_before, period_of, periods_between
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio, wilson
from .retention import Attributes, State, Subscription, subscriptions

SAME_AGAIN = ("renewal", "contraction", "credit")


class Families:
    """Which product families customers have on a day (F43)."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.every: list[Subscription] = subscriptions(company)
        self.days: dict[date, dict[str, set[str]]] = {}

    def on(self, day: date) -> dict[str, set[str]]:
        """Families by customer."""
        if day not in self.days:
            held = State(self.company, self.every, day).active
            self.days[day] = {
                account: {self.company.family_of(product) for product in products}
                for account, products in held.items()
            }
        return self.days[day]

    def of_a_year(self, account: str, day: date) -> set[str]:
        """Families a customer had on a day or on the same day of a month of the year before."""
        starts = [months_before(day, number) for number in range(13)]
        return set().union(*(self.on(start).get(account, set()) for start in starts))


def purchases(company: Company) -> list[tuple[str, str, date]]:
    """Account, family and close date of the won lines that are no renewals (#14, #15)."""
    deals = {deal.deal_id: deal for deal in company.decided_deals if deal.is_won}
    required = ("line_id", "opportunity_id", "product_id")
    found = []
    for row in company.table("opportunity_line_items", ("line_id",), required):
        deal = deals.get(row["opportunity_id"])
        if deal and deal.account_id and deal.opportunity_type not in SAME_AGAIN:
            product = row["product_id"] if row["product_id"] in company.products else UNKNOWN
            found.append((deal.account_id, company.family_of(product), deal.closed_date))
    return found


@recomputes("upsell_rate", "cross_sell_rate", waits_for_end=True)
def sold_more(company: Company) -> Values:
    """Customers at the start of a finished period who bought more of a family they had, or one
    they had not had on the first of any month of the year before (#14, #15)."""
    families, fiscal = Families(company), company.fiscal_year_start_month
    bought: dict[tuple[str, date], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for account, sold, day in purchases(company):
        for grain in LONG_GRAINS:
            bought[grain, period_of(day, grain, fiscal).start][account].add(sold)
    attributes = Attributes(company, families.every)
    first = min((each.start for each in families.every), default=company.as_of_date)
    counts: dict[Slot, list[int]] = defaultdict(lambda: [0, 0, 0])
    for grain in LONG_GRAINS:
        for period in periods_between(first, company.as_of_date, grain, fiscal):
            if midnight(period.end) > company.as_of:
                continue
            for account, owned in families.on(period.start).items():
                new = bought[grain, period.start].get(account, set())
                crossed = bool(new and new - families.of_a_year(account, period.start))
                members = [
                    (member, bool(new & owned))
                    for member in attributes.members(account, period.start)
                    if member[0] != "cohort"
                ]
                members += [(("product_family", each), each in new) for each in owned]
                for member, is_upsold in members:
                    count = counts[Slot(grain, period.start, *member)]
                    count[0] += 1
                    count[1] += is_upsold
                    count[2] += crossed
    values: Values = {}
    for slot, (start, upsold, crossed) in counts.items():
        for kpi_id, part in (("upsell_rate", upsold), ("cross_sell_rate", crossed)):
            values[key(kpi_id, slot)] = Value(
                part, start, ratio(part, start), start, wilson(part, start), slot.start
            )
    return values
