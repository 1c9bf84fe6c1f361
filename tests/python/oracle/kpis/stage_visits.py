"""How long deals spend in a stage, and which stage costs most."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ..company import Company, midnight
from ..history import Deal
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import Slot, Value, Values, deal_members, key, product_members, ratio, slots
from .stages import DIMENSIONS, conversion, is_ever_closed, owner_on

DAY = 86400
INDEX_DIMENSIONS = ("total", "team", "region", "product", "product_family", "segment", "pipeline")


@dataclass(frozen=True)
class Visit:
    """A stay of a deal in an open stage of the mapping; one that lasts has no exit."""

    stage: str
    entered_at: datetime
    exited_at: datetime | None

    @property
    def seconds(self) -> int | None:
        """Whole seconds from entry to exit; both are whole."""
        if self.exited_at is None:
            return None
        return int((self.exited_at - self.entered_at).total_seconds())


def visits(company: Company, deal: Deal) -> list[Visit]:
    """Visits of a deal in order (#59): what is dated before the opening happened at it, and from
    one label of a stage to another no deal moves."""
    began = deal.created_at or midnight(deal.created_date or deal.known_from.date())
    first = deal.first_stage or (deal.entries[0][1] if deal.entries else None)
    if first is None and not is_ever_closed(company, deal):
        first = deal.row["stage"]
    steps: list[tuple[datetime, str | None]] = [(began, first)]
    steps += [(max(entered_at, began), source) for entered_at, source in deal.entries]
    if deal.is_closed and company._is_close_unlogged(deal):
        steps.append((max(deal.closed_at, steps[-1][0]), deal.row["stage"]))
    elif deal.is_closed and not deal.entries:
        steps.append((max(deal.closed_at or began, began), deal.row["stage"]))
    runs: list[tuple[datetime, str | None, bool]] = []
    for at, source in steps:
        mapped = _mapped(company, deal, source)
        name = mapped.name if mapped else _name(company, deal, source)
        if not runs or runs[-1][1] != name:
            runs.append((at, name, bool(mapped and not mapped.is_closed)))
    ends = [at for at, _, _ in runs[1:]] + [None]
    return [
        Visit(name, at, end)
        for (at, name, is_open), end in zip(runs, ends, strict=True)
        if is_open and name is not None
    ]


def _mapped(company: Company, deal: Deal, source: str | None):
    label = (source or "").strip().lower()
    own = company.stages.get((deal.pipeline_id, label))
    return own or company.stages.get((None, label))


def _name(company: Company, deal: Deal, source: str | None) -> str | None:
    stage = company.stage(deal.pipeline_id, source)
    return stage.name if stage else None


def ended(company: Company) -> Iterator[tuple[Deal, Visit, int | None]]:
    """Ended visits of counted deals; with the last one to a stage the seconds of all of them."""
    for deal in company.deals:
        if deal.is_deleted or company.is_left_out(deal):
            continue
        found = visits(company, deal)
        for number, visit in enumerate(found):
            if visit.exited_at is None:
                continue
            same = [each for each in found if each.stage == visit.stage]
            is_last = not any(each.stage == visit.stage for each in found[number + 1 :])
            yield deal, visit, sum(each.seconds for each in same) if is_last else None


def _grouped(company: Company) -> dict[tuple[Slot, str], tuple[list[int], list[int]]]:
    """Stays and visits in seconds, by slice and stage."""
    shortest = int(company.number("stage_jump_seconds"))
    found: dict[tuple[Slot, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for deal, visit, stay in ended(company):
        day: date = visit.exited_at.date()
        owner = owner_on(company, deal, day)
        members = deal_members(company, deal, owner, day, DIMENSIONS)
        members += list(product_members(company, deal))
        for slot in slots(company, day, members, LONG_GRAINS):
            stays, passes = found[slot, visit.stage]
            if stay is not None:
                stays.append(stay)
            if visit.seconds > shortest:
                passes.append(visit.seconds)
    return found


@recomputes("time_in_stage", "time_in_stage__median", "time_in_stage__per_visit")
def times(company: Company) -> Values:
    """Days in a stage of the deals that left it for good, mean and median, and by visit (#59)."""
    values: Values = {}
    for (slot, stage), (stays, passes) in _grouped(company).items():
        for kpi_id, seconds in (("time_in_stage", stays), ("time_in_stage__per_visit", passes)):
            days = sum(seconds) / DAY if seconds else None
            values[key(kpi_id, slot, stage)] = Value(
                days, len(seconds), ratio(days, len(seconds)), len(seconds)
            )
        median = statistics.median(stays) / DAY if stays else None
        values[key("time_in_stage__median", slot, stage)] = Value(None, None, median, len(stays))
    return values


@recomputes("stage_bottleneck_index")
def bottlenecks(company: Company) -> Values:
    """Days of a stage over their mean, times its drop-off over its mean (#56)."""
    fewest = int(company.number("bottleneck_min_exits"))
    resolved = conversion(company)
    known: dict[Slot, list[tuple[str, int, float, float]]] = defaultdict(list)
    for (slot, stage), (stays, _) in _grouped(company).items():
        rate = resolved.get(key("stage_conversion_rate__resolved", slot, stage))
        if slot.dimension not in INDEX_DIMENSIONS or len(stays) < fewest:
            continue
        if rate is not None and rate.value is not None:
            mean = sum(stays) / DAY / len(stays)
            known[slot].append((stage, len(stays), mean, 1 - rate.value))
    values: Values = {}
    for slot, stages in known.items():
        mean_time = statistics.fmean(time for _, _, time, _ in stages)
        mean_drop = statistics.fmean(drop for _, _, _, drop in stages)
        for stage, number, time, drop in stages:
            index = time / mean_time * (drop / mean_drop) if mean_time and mean_drop else None
            values[key("stage_bottleneck_index", slot, stage)] = Value(None, None, index, number)
    return values
