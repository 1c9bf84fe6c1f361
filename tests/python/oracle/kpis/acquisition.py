"""What new customers cost, and when they have paid for it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..history import Deal
from ..periods import LONG_GRAINS, MONTHS, Period, add_months, periods_between
from ..reading import as_date, as_decimal
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .bookings import wins_of_new_customers
from .campaign_returns import touches
from .costs import costs, region_of
from .customer_value import value_start, values_by_churn
from .retention import Attributes, State, subscriptions
from .revenue import gross_margin_pct

DIMENSIONS = ("region", "segment", "lead_source")
LONG = tuple(grain for grain in LONG_GRAINS if grain != "month")


def month_before(company: Company, period: Period) -> date | None:
    """Where the cost of a month begins: a month before it (#79, F48)."""
    return add_months(period.start, -1) if period.grain == "month" else None


def period_before(company: Company, period: Period) -> date:
    """Where the period before begins."""
    return add_months(period.start, -MONTHS[period.grain.removeprefix("fiscal_")])


for _window in (month_before, period_before):
    _window.of_period = True


class Costs:
    """Costs of selling and marketing, and new customers, by slot."""

    def __init__(self, company: Company) -> None:
        self.cost: dict[Slot, Decimal] = {}
        self.won: dict[Slot, int] = defaultdict(int)
        unknown: set[tuple[str, date, str]] = set()
        for cost in costs(company):
            if not cost.is_selling and not cost.is_marketing:
                continue
            members = [TOTAL, ("region", region_of(company, cost))]
            source = cost.row["lead_source"]
            members.append(("segment", cost.row["segment_id"] or UNKNOWN))
            members.append(("lead_source", company.lead_sources.get(source, source) or UNKNOWN))
            for slot in slots(company, cost.day, members, LONG_GRAINS):
                if slot.member == UNKNOWN:
                    unknown.add((slot.grain, slot.start, slot.dimension))
                if cost.amount is not None:
                    self.cost[slot] = self.cost.get(slot, Decimal(0)) + cost.amount
        for deal in wins_of_new_customers(company).values():
            members = [TOTAL, *((name, getattr(deal, f"{name}_id")) for name in DIMENSIONS)]
            for slot in slots(company, deal.closed_date, members, LONG_GRAINS):
                self.won[slot] += 1
        # A slice says nothing where some cost of its period or the one before is of nobody (F3).
        every = self.cost.keys() | self.won.keys()
        every |= {moved(slot, 1) for slot in self.cost}
        self.slots = {
            slot
            for slot in every
            if slot.start < company.snapshot_day
            and not unknown & {(each.grain, each.start, each.dimension) for each in around(slot)}
        }

    def of(self, slot: Slot) -> Decimal:
        """Cost of a period; nothing where nothing was booked (G2)."""
        return self.cost.get(slot, Decimal(0))


def moved(slot: Slot, periods: int) -> Slot:
    """The same slice some periods on."""
    length = MONTHS[slot.grain.removeprefix("fiscal_")]
    return slot._replace(start=add_months(slot.start, periods * length))


def around(slot: Slot) -> tuple[Slot, Slot]:
    """A slot, and that of the period before."""
    return slot, moved(slot, -1)


def per_customer(cost: Decimal, customers: int) -> Value:
    """A cost over those it won."""
    return Value(cost, customers, ratio(cost, customers), customers)


@recomputes("cac", window_start=month_before)
def cac(company: Company) -> Values:
    """Cost of selling and marketing per new customer; of a month that of the month before (#79)."""
    found = Costs(company)
    return {
        key("cac", slot): per_customer(
            found.of(moved(slot, -1) if slot.grain == "month" else slot), found.won[slot]
        )
        for slot in found.slots
    }


@recomputes("cac__lag1", window_start=period_before)
def lagged_cac(company: Company) -> Values:
    """Cost of the period before per new customer (#79)."""
    found = Costs(company)
    return {
        key("cac__lag1", slot): per_customer(found.of(moved(slot, -1)), found.won[slot])
        for slot in found.slots
    }


def first_contacts(company: Company) -> dict[str, tuple[str, str]]:
    """Channel and campaign of the first contact before the first win, by new customer (F28)."""
    months = int(company.number("attribution_months"))
    found: dict[str, tuple] = {}
    wins = wins_of_new_customers(company)
    for account, instant, row in touches(company):
        day = instant.date()
        if account not in wins or not day <= wins[account].closed_date:
            continue
        if wins[account].closed_date >= months_later(day, months):
            continue
        touch = (instant, row["touch_id"], row["channel"] or "", row["campaign_id"] or UNKNOWN)
        found[account] = min(found.get(account, touch), touch)
    return {account: touch[2:] for account, touch in found.items()}


def months_later(day: date, months: int) -> date:
    """The same day some months on, or the last of a month that is too short for it."""
    first = add_months(day, months)
    last = date.fromordinal(add_months(first, 1).toordinal() - 1)
    return min(date.fromordinal(first.toordinal() + day.day - 1), last)


@recomputes("cac__paid", "cac__campaign")
def marketing_cac(company: Company) -> Values:
    """Bought media, and spend on campaigns, per new customer whom they reached first (#79)."""
    media: dict[Slot, Decimal] = {}
    for cost in costs(company):
        if (cost.is_selling or cost.is_marketing) and cost.amount is not None:
            for slot in slots(company, cost.day, [TOTAL], LONG_GRAINS):
                bought = cost.amount if cost.category == "marketing_media" else Decimal(0)
                media[slot] = media.get(slot, Decimal(0)) + bought
    spent: dict[Slot, Decimal] = {}
    for row in company.spend_rows:
        day = as_date(row["spend_date"])
        rate = company.spot_rate(row["currency"] or company.corporate_currency, day)
        amount = company.convert(as_decimal(row["amount"]), rate)
        if day < company.snapshot_day and amount is not None:
            members = [TOTAL, ("campaign", row["campaign_id"] or UNKNOWN)]
            for slot in slots(company, day, members, LONG_GRAINS):
                spent[slot] = spent.get(slot, Decimal(0)) + amount
    wins = wins_of_new_customers(company)
    reached: dict[Slot, int] = defaultdict(int)
    paid: dict[Slot, int] = defaultdict(int)
    for account, (channel, campaign) in first_contacts(company).items():
        members = [TOTAL, ("campaign", campaign)]
        for slot in slots(company, wins[account].closed_date, members, LONG_GRAINS):
            reached[slot] += 1
            if slot.dimension == "total":
                paid[slot] += channel.lower() == "paid"
    values: Values = {}
    for slot in media.keys() | paid.keys():
        values[key("cac__paid", slot)] = per_customer(media.get(slot, Decimal(0)), paid[slot])
    for slot in spent.keys() | reached.keys():
        values[key("cac__campaign", slot)] = per_customer(
            spent.get(slot, Decimal(0)), reached[slot]
        )
    return values


def recurring_gains(company: Company) -> dict[Slot, list[Decimal | None]]:
    """Recurring revenue of new customers at the end of a quarter or year, and what others pay more
    than at its start, at the rate of its last day (#80, F48); None where there is none."""
    every = subscriptions(company)
    attributes = Attributes(company, every)
    wins = wins_of_new_customers(company)
    first = min((each.start for each in every), default=company.as_of_date)
    found: dict[Slot, list[Decimal | None]] = defaultdict(lambda: [None, None])
    for grain in LONG:
        fiscal = company.fiscal_year_start_month
        for period in periods_between(first, company.snapshot_day, grain, fiscal):
            end = min(period.end, company.as_of_date)
            before = paid(company, State(company, every, period.start), end)
            for account, now in paid(company, State(company, every, end), end).items():
                deal = wins.get(account)
                is_new = deal is not None and period.start <= deal.closed_date < period.end
                gain, side = (now, 0) if is_new else (more(before.get(account), now), 1)
                members = members_of(company, attributes, account, deal if is_new else None)
                for member in members if gain is not None else ():
                    sides = found[Slot(grain, period.start, *member)]
                    sides[side] = (sides[side] or Decimal(0)) + gain
    return found


def more(before: Decimal | None, now: Decimal) -> Decimal | None:
    """What is paid more by somebody who paid before."""
    return now - before if before and now > before > 0 else None


def paid(company: Company, state: State, day: date) -> dict[str, Decimal]:
    """Known recurring revenue of each customer at the rate of a day."""
    found: dict[str, Decimal] = {}
    for (account, _), parts in state.revenue.items():
        for mrr, currency in parts:
            amount = company.convert(mrr, company.spot_rate(currency, day))
            if amount is not None:
                found[account] = found.get(account, Decimal(0)) + amount
    return found


def members_of(
    company: Company, attributes: Attributes, account: str, deal: Deal | None
) -> list[tuple[str, str]]:
    """What a gain is sliced by: the deal that made the customer, else the customer."""
    if deal:
        return [TOTAL, *((name, getattr(deal, f"{name}_id")) for name in DIMENSIONS)]
    found = [(name, company.account_value(account, f"{name}_id")) for name in DIMENSIONS[:2]]
    return [TOTAL, *found, ("lead_source", attributes.lead_source(account))]


@recomputes("cac_ratio", "cac_ratio__blended", "cac_payback_months")
def ratios_to_revenue(company: Company) -> Values:
    """Cost over new recurring revenue, and over what it earns in a month (#80, #81)."""
    found, gains = Costs(company), recurring_gains(company)
    margins = gross_margin_pct(company)
    values: Values = {}
    for slot in found.slots:
        if slot.grain == "month":
            continue
        new, expanded = gains.get(slot, (None, None))
        cost, count = found.of(slot), found.won[slot]
        arr = None if new is None else 12 * new
        blended = 12 * ((new or 0) + (expanded or 0))
        margin = margins.get(key("gross_margin_pct", slot))
        share = margin.value if margin else None
        profit = float(new) * share if new is not None and share and share > 0 else None
        if slot.dimension != "lead_source":
            values[key("cac_ratio", slot)] = Value(cost, arr, ratio(cost, arr), count)
            values[key("cac_ratio__blended", slot)] = Value(
                cost, blended, ratio(cost, blended), count
            )
        values[key("cac_payback_months", slot)] = Value(cost, profit, ratio(cost, profit), count)
    return values


@recomputes("ltv_cac_ratio", window_start=value_start)
def ltv_cac_ratio(company: Company) -> Values:
    """Lifetime value of a customer over the cost of a new one (#87)."""
    found, worth = Costs(company), values_by_churn(company)
    values: Values = {}
    for slot in found.slots:
        if slot.grain != "month":
            cost = ratio(found.of(slot), found.won[slot])
            known = worth.get(key("clv", slot))
            value = known.value if known else None
            values[key("ltv_cac_ratio", slot)] = Value(
                value, cost, ratio(value, cost), found.won[slot]
            )
    return values
