"""How many of the deals that entered a stage went further."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ..company import Company, midnight
from ..history import Deal
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import (
    Key,
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

DIMENSIONS = ("total", "rep", "team", "region", "segment", "lead_source", "pipeline")


def steps(company: Company, deal: Deal) -> list[tuple[date, str, object]]:
    """Open stages of the mapping that a deal entered, in order: day, name, place (#42, F16).

    Before its first logged step a deal was in the stage that the step left, or in the stage of
    its record where nothing is logged before as_of and nothing closed it (F12).
    """
    found: list[tuple[date, str]] = []
    began = deal.created_date or deal.known_from.date()
    first = deal.first_stage
    if first is None and deal.entries:
        first = deal.entries[0][1]
    if first is None and not is_ever_closed(company, deal):
        first = deal.row["stage"]
    if first is not None:
        found.append((began, first))
    found += [(max(entered_at.date(), began), source) for entered_at, source in deal.entries]
    named = []
    for day, source in found:
        stage = company.stages.get((deal.pipeline_id, source.strip().lower()))
        stage = stage or company.stages.get((None, source.strip().lower()))
        if stage and not stage.is_closed:
            named.append((day, stage.name, stage.order))
    return named


def is_ever_closed(company: Company, deal: Deal) -> bool:
    """Whether the record says that the deal is closed."""
    stage = company.stage(deal.pipeline_id, deal.row["stage"])
    return bool(stage and stage.is_closed)


def entries(company: Company) -> Iterator[tuple[Deal, str, date, bool]]:
    """First entry of each deal into each open stage, and whether it went further (F30)."""
    for deal in company.deals:
        if deal.is_deleted or company.is_left_out(deal):
            continue
        way = steps(company, deal)
        seen: set[str] = set()
        for number, (day, name, order) in enumerate(way):
            if name in seen:
                continue
            seen.add(name)
            is_further = any(later > order for _, _, later in way[number:])
            yield deal, name, day, is_further or deal.is_won


def owner_on(company: Company, deal: Deal, day: date) -> str:
    """Owner at the end of a day, since history is known per day, and no later than as_of."""
    end: datetime = min(midnight(day + timedelta(days=1)), company.as_of)
    return company.owner_at(deal, end, inclusive=False)


@recomputes("stage_conversion_rate", "stage_conversion_rate__resolved")
def conversion(company: Company) -> Values:
    """Deals that went further over deals that first entered a stage in the period, and over those
    of them that went further or were closed (#42, F16, F25, F30)."""
    counts: dict[tuple[Slot, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for deal, name, day, is_further in entries(company):
        owner = owner_on(company, deal, day)
        members = deal_members(company, deal, owner, day, DIMENSIONS)
        for slot in slots(
            company, day, [*members, *product_members(company, deal)], ("week", *LONG_GRAINS)
        ):
            count = counts[slot, name]
            count[0] += 1
            count[1] += is_further
            count[2] += is_further or deal.is_closed
    values: Values = {}
    for (slot, name), (entered, further, resolved) in counts.items():
        for kpi_id, denominator in (
            ("stage_conversion_rate", entered),
            ("stage_conversion_rate__resolved", resolved),
        ):
            place: Key = key(kpi_id, slot, name)
            values[place] = Value(
                further,
                denominator,
                ratio(further, denominator),
                denominator,
                wilson(further, denominator),
                open_share=ratio(entered - resolved, entered),
            )
    return values
