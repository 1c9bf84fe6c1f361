"""What the deals that came into the pipeline in a period were worth at its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ..company import Company, midnight
from ..history import Deal
from ..periods import LONG_GRAINS, SHORT_GRAINS, period_of
from ..reading import as_timestamp
from ..registry import recomputes
from ..values import DEAL_DIMENSIONS, Slot, Value, Values, deal_members, key, product_members, slots
from .stages import owner_on

DIMENSIONS = ("total", "rep", "team", *DEAL_DIMENSIONS, "campaign")


def entered_on(company: Company, deal: Deal, is_qualified: bool) -> date | None:
    """Day on which a deal was opened, or qualified before as_of."""
    if not is_qualified:
        return deal.created_date
    at = as_timestamp(deal.row["qualified_at"])
    began = deal.created_date or deal.known_from.date()
    return at.date() if at and at < company.as_of and at.date() >= began else None


def worth(company: Company, deal: Deal, end: date) -> Decimal | None:
    """Value of a deal at the first instant of a day, or at as_of; None when unknown."""
    instant = min(midnight(end), company.as_of)
    amount = company.known_amount(
        deal.value_at("amount", instant, inclusive=False), deal.opportunity_type
    )
    currency = deal.value_at("currency", instant, inclusive=False) or company.corporate_currency
    return company.convert(amount, company.spot_rate(currency, min(end, company.as_of_date)))


def is_gone(company: Company, deal: Deal, end: date) -> bool:
    """Whether a deal was deleted by the first instant of a day, or by as_of."""
    instant = min(midnight(end), company.as_of)
    return deal.is_deleted and (deal.deleted_at is None or deal.deleted_at < instant)


def parts(company: Company, is_qualified: bool) -> Iterator[tuple[Slot, Decimal | None, bool]]:
    """Every deal in each of its slots, with its money there and whether it is a whole deal."""
    for deal in company.deals:
        day = entered_on(company, deal, is_qualified)
        if day is None or deal.opportunity_type in company.never_decided:
            continue
        owner = owner_on(company, deal, day)
        members = [
            (member, Decimal(1)) for member in deal_members(company, deal, owner, day, DIMENSIONS)
        ]
        members += list(product_members(company, deal).items())
        for grain in SHORT_GRAINS + LONG_GRAINS:
            end = period_of(day, grain, company.fiscal_year_start_month).end
            if is_gone(company, deal, end):
                continue
            amount = worth(company, deal, end)
            for member, share in members:
                for slot in slots(company, day, [member], [grain]):
                    yield slot, None if amount is None else amount * share, amount is not None


@recomputes("pipeline_created", "pipeline_created__qualified")
def created(company: Company) -> Values:
    """Amounts at the period's own end of the deals opened, or qualified, in it (#50, F9)."""
    values: Values = {}
    for kpi_id, is_qualified in (
        ("pipeline_created", False),
        ("pipeline_created__qualified", True),
    ):
        sums: dict[Slot, Decimal | None] = defaultdict(lambda: None)
        numbers: dict[Slot, int] = defaultdict(int)
        for slot, amount, is_known in parts(company, is_qualified):
            numbers[slot] += is_known
            if amount is not None:
                sums[slot] = (sums[slot] or Decimal(0)) + amount
        for slot, number in numbers.items():
            values[key(kpi_id, slot)] = Value(sums[slot], None, sums[slot], number)
    return values
