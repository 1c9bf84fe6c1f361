"""Why deals are lost, and how those end in which a competitor was met."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from ..company import Company
from ..periods import LONG_GRAINS
from ..reading import as_boolean
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio, slots, wilson
from .outcomes import decided_parts

LOST_DIMENSIONS = (
    "total",
    "rep",
    "team",
    "region",
    "product",
    "product_family",
    "segment",
    "lead_source",
    "pipeline",
    "competitor",
)
VALUE_DIMENSIONS = ("total", "region", "product_family", "segment", "competitor")
CONTESTED_DIMENSIONS = set(LOST_DIMENSIONS) - {"lead_source"}
RATE_GRAINS = ("week", *LONG_GRAINS)


@recomputes("loss_reason_share", "loss_reason_share__value")
def loss_reasons(company: Company) -> Values:
    """Lost deals, and their money, by reason over those of all reasons (#99)."""
    lost: dict[Slot, Counter] = defaultdict(Counter)
    amounts: dict[Slot, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for deal, member, share in decided_parts(company, with_competitors=True):
        if deal.is_won or member[0] not in LOST_DIMENSIONS:
            continue
        amount = company.amount_at_loss(deal)
        for slot in slots(company, deal.closed_date, [member], RATE_GRAINS):
            lost[slot][deal.loss_category or "unknown"] += 1
            if amount is not None:
                amounts[slot][deal.loss_category or "unknown"].append(amount * share)
    values: Values = {}
    for slot, reasons in lost.items():
        every = sum(reasons.values())
        known = [amount for found in amounts[slot].values() for amount in found]
        total = sum(known, Decimal(0)) if known else None
        for reason, count in reasons.items():
            values[key("loss_reason_share", slot, reason)] = Value(
                count, every, ratio(count, every), every, wilson(count, every)
            )
            if slot.dimension in VALUE_DIMENSIONS and slot.grain in LONG_GRAINS:
                found = amounts[slot][reason]
                part = sum(found, Decimal(0)) if found else None
                values[key("loss_reason_share__value", slot, reason)] = Value(
                    part, total, ratio(part, total), every
                )
    return values


WON_DIMENSIONS = set(LOST_DIMENSIONS) - {"product", "pipeline"}


@recomputes("win_reason_share")
def win_reasons(company: Company) -> Values:
    """Won deals by reason over those of all reasons, the mirror of #99."""
    won: dict[Slot, Counter] = defaultdict(Counter)
    for deal, member, _ in decided_parts(company, with_competitors=True):
        if deal.is_won and member[0] in WON_DIMENSIONS:
            for slot in slots(company, deal.closed_date, [member], LONG_GRAINS):
                won[slot][deal.win_category] += 1
    values: Values = {}
    for slot, reasons in won.items():
        every = sum(reasons.values())
        for reason, count in reasons.items():
            values[key("win_reason_share", slot, reason)] = Value(
                count, every, ratio(count, every), every, wilson(count, every)
            )
    return values


def winners(company: Company) -> dict[str, set[str]]:
    """Competitors that deals name as the one that won them."""
    names = ("opportunity_id", "competitor_id")
    found: dict[str, set[str]] = defaultdict(set)
    for row in company.table("opportunity_competitors", names, names):
        if as_boolean(row["is_winner"]):
            found[row["opportunity_id"]].add(row["competitor_id"])
    return found


@recomputes(
    "competitive_win_rate",
    "competitive_win_rate__head_to_head",
    "competitive_positioning_index",
)
def competitive_deals(company: Company) -> Values:
    """Won over decided deals in which a competitor was met, and over those won or lost to it
    (#100); the first by competitor over that of all (#101)."""
    won_by = winners(company)
    met, won, settled = Counter(), Counter(), Counter()
    for deal, member, _ in decided_parts(company, with_competitors=True):
        if not deal.competitors or member[0] not in CONTESTED_DIMENSIONS:
            continue
        dimension, name = member
        lost_to = set() if deal.is_won else won_by[deal.deal_id]
        is_lost_to_it = name in lost_to if dimension == "competitor" else bool(lost_to)
        for slot in slots(company, deal.closed_date, [member], RATE_GRAINS):
            met[slot] += 1
            won[slot] += deal.is_won
            settled[slot] += deal.is_won or is_lost_to_it
    values: Values = {}
    for slot, count in met.items():
        rate = ratio(won[slot], count)
        values[key("competitive_win_rate", slot)] = Value(
            won[slot], count, rate, count, wilson(won[slot], count)
        )
        if slot.dimension not in ("total", "competitor") or slot.grain not in LONG_GRAINS:
            continue
        values[key("competitive_win_rate__head_to_head", slot)] = Value(
            won[slot],
            settled[slot],
            ratio(won[slot], settled[slot]),
            settled[slot],
            wilson(won[slot], settled[slot]),
        )
        whole = slot._replace(dimension="total", member="all")
        index = ratio(rate, ratio(won[whole], met[whole]))
        values[key("competitive_positioning_index", slot)] = Value(None, None, index, count)
    return values
