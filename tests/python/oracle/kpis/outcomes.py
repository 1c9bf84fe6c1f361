"""Rates, sizes and lengths of decided deals."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from ..company import Company
from ..history import Deal
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import (
    DEAL_DIMENSIONS,
    SHORT_DIMENSIONS,
    Slot,
    Value,
    Values,
    deal_members,
    key,
    product_members,
    ratio,
    slots,
    wilson,
)

OUTCOME_DIMENSIONS = (*SHORT_DIMENSIONS, *DEAL_DIMENSIONS)


def quantile(numbers: list, share: float) -> float | None:
    """Quantile interpolated between the two nearest numbers."""
    if not numbers:
        return None
    ordered = sorted(numbers)
    position = (len(ordered) - 1) * share
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low]) + (position - low) * float(ordered[high] - ordered[low])


def decided_parts(
    company: Company, with_competitors: bool
) -> Iterator[tuple[Deal, tuple[str, str], Decimal]]:
    """Every decided deal with each of its members and the share of its money there (F14, G15)."""
    dimensions = (*OUTCOME_DIMENSIONS, *(("competitor",) if with_competitors else ()))
    for deal in company.decided_deals:
        owner = company.closing_owner(deal)
        for member in deal_members(company, deal, owner, deal.closed_date, dimensions):
            yield deal, member, Decimal(1)
        for member, share in product_members(company, deal).items():
            yield deal, member, share


@recomputes("win_rate", "win_rate__competitive", "win_rate_value")
def win_rates(company: Company) -> Values:
    """Won over decided deals by close date: all, competitive, and by amount (#43, #44, F25).

    `win_rate__competitive` leaves out losses to no decision; `win_rate_value` leaves out deals
    without an amount, and takes a lost amount as it was before the CRM set it to 0.
    """
    decided: dict[Slot, int] = defaultdict(int)
    competitive: dict[Slot, int] = defaultdict(int)
    won: dict[Slot, int] = defaultdict(int)
    valued: dict[Slot, int] = defaultdict(int)
    decided_amount: dict[Slot, Decimal] = defaultdict(Decimal)
    won_amount: dict[Slot, Decimal] = defaultdict(Decimal)
    for deal, member, share in decided_parts(company, with_competitors=True):
        amount = company.amount_at_loss(deal)
        for slot in slots(company, deal.closed_date, [member]):
            decided[slot] += 1
            won[slot] += deal.is_won
            competitive[slot] += deal.is_won or deal.loss_category != "no_decision"
            if amount is not None:
                valued[slot] += 1
                decided_amount[slot] += amount * share
                won_amount[slot] += amount * share if deal.is_won else 0
    values: Values = {}
    for slot in decided:
        wins = won[slot]
        values[key("win_rate", slot)] = Value(
            wins,
            decided[slot],
            ratio(wins, decided[slot]),
            decided[slot],
            wilson(wins, decided[slot]),
        )
        values[key("win_rate__competitive", slot)] = Value(
            wins,
            competitive[slot],
            ratio(wins, competitive[slot]),
            competitive[slot],
            wilson(wins, competitive[slot]),
        )
        numerator, denominator = won_amount[slot], decided_amount[slot]
        values[key("win_rate_value", slot)] = Value(
            numerator, denominator, ratio(numerator, denominator), valued[slot]
        )
    return values


@recomputes("average_deal_size", "average_deal_size__paid", "average_deal_size__median")
def deal_sizes(company: Company) -> Values:
    """Mean and median amount of won deals with a known amount, for the owner at the close
    (#46, F14, F25); `__paid` counts amounts above 0. A product has its lines' money."""
    amounts: dict[Slot, list[Decimal]] = defaultdict(list)
    paid_amounts: dict[Slot, list[Decimal]] = defaultdict(list)
    slots_of_wins: set[Slot] = set()
    for deal, member, share in decided_parts(company, with_competitors=False):
        if deal.is_won:
            amount = company.closing_amount(deal)
            for slot in slots(company, deal.closed_date, [member]):
                slots_of_wins.add(slot)
                if amount is not None:
                    amounts[slot].append(amount * share)
                    # Whether a deal was paid for is a matter of the deal, not of its parts (G9).
                    if amount > 0:
                        paid_amounts[slot].append(amount * share)
    values: Values = {}
    for slot in slots_of_wins:
        known = amounts[slot]
        paid = paid_amounts[slot]
        for kpi_id, counted in (("average_deal_size", known), ("average_deal_size__paid", paid)):
            total = sum(counted, Decimal(0))
            values[key(kpi_id, slot)] = Value(
                total, len(counted), ratio(total, len(counted)), len(counted)
            )
        if slot.grain not in LONG_GRAINS:
            continue
        median = statistics.median(known) if known else None
        values[key("average_deal_size__median", slot)] = Value(None, None, median, len(known))
    return values


def cycle_days(deal: Deal) -> int | None:
    """Days from opening to close; None when unknown or negative (#57, G18)."""
    if deal.created_date is None or deal.closed_date is None:
        return None
    days = (deal.closed_date - deal.created_date).days
    return days if days >= 0 else None


def mature_after_days(company: Company) -> float | None:
    """Age at which a cohort is mature, however much of it is open: the ninth decile of the cycle
    of the won deals (G25)."""
    days = [cycle_days(deal) for deal in company.decided_deals if deal.is_won]
    age = quantile([each for each in days if each is not None], 0.9)
    return None if age is None else round(age, 6)


@recomputes(
    "sales_cycle_length",
    "sales_cycle_length__all_closed",
    "sales_cycle_length__median",
    "sales_cycle_length__p90",
)
def sales_cycles(company: Company) -> Values:
    """Days from opening to close of won deals: mean, median, ninth decile; and the mean over all
    decided deals (#57, G18, F25). The mean has the sum of days over the number of deals."""
    won: dict[Slot, list[int]] = defaultdict(list)
    every: dict[Slot, list[int]] = defaultdict(list)
    for deal, member, _ in decided_parts(company, with_competitors=False):
        days = cycle_days(deal)
        if days is not None:
            for slot in slots(company, deal.closed_date, [member], LONG_GRAINS):
                every[slot].append(days)
                if deal.is_won:
                    won[slot].append(days)
    values: Values = {}
    for slot, lengths in every.items():
        wins = won.get(slot, [])
        for kpi_id, counted in (
            ("sales_cycle_length", wins),
            ("sales_cycle_length__all_closed", lengths),
        ):
            total = sum(counted)
            values[key(kpi_id, slot)] = Value(
                total, len(counted), ratio(total, len(counted)), len(counted)
            )
        for kpi_id, share in (
            ("sales_cycle_length__median", 0.5),
            ("sales_cycle_length__p90", 0.9),
        ):
            values[key(kpi_id, slot)] = Value(None, None, quantile(wins, share), len(wins))
    return values


@recomputes("close_rate", "close_rate__decided")
def close_rates(company: Company) -> Values:
    """Won deals over deals opened in the period, and over those of them decided (#45, F25).

    The seller is the owner at creation; excluded losses, credits and contractions are in
    neither side.
    """
    opened: dict[Slot, int] = defaultdict(int)
    decided: dict[Slot, int] = defaultdict(int)
    still_open: dict[Slot, int] = defaultdict(int)
    won: dict[Slot, int] = defaultdict(int)
    grains = ("week", *LONG_GRAINS)
    for deal in company.deals:
        if deal.is_deleted or deal.created_date is None or company.is_left_out(deal):
            continue
        day = deal.created_date
        owner = company.first_owner(deal)
        members: list[tuple[str, str]] = deal_members(company, deal, owner, day, OUTCOME_DIMENSIONS)
        for slot in slots(company, day, [*members, *product_members(company, deal)], grains):
            opened[slot] += 1
            decided[slot] += deal.is_closed
            still_open[slot] += not deal.is_closed
            won[slot] += deal.is_won
    values: Values = {}
    sides: list[tuple[str, dict[Slot, int]]] = [
        ("close_rate", opened),
        ("close_rate__decided", decided),
    ]
    for kpi_id, denominators in sides:
        for slot in opened:
            denominator = denominators[slot]
            values[key(kpi_id, slot)] = Value(
                won[slot],
                denominator,
                ratio(won[slot], denominator),
                denominator,
                wilson(won[slot], denominator),
                open_share=ratio(still_open[slot], opened[slot]),
            )
    return values
