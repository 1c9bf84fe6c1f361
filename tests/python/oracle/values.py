"""The shape of a computed value and the slices a record belongs to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .company import NO_COMPETITOR, Company
from .history import Deal
from .periods import LONG_GRAINS, SHORT_GRAINS, period_of

Number = Decimal | int | float
Interval = tuple[float, float]
OK = "ok"
Z = 1.959964
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""


class Slot(NamedTuple):
    """Where a value stands: period and member of a dimension."""

    grain: str
    start: date
    dimension: str
    member: str


class Key(NamedTuple):
    """A KPI and where its value stands."""

    kpi_id: str
    grain: str
    start: date
    dimension: str
    member: str
    part: str = "all"
    """The KPI's own second key, such as a stage."""


@dataclass(frozen=True)
class Value:
    """What kpi_values publishes: parts, value, and the number of records behind them.

    `interval` holds the bounds of the 95 % interval, `status` what the KPI itself says of the
    value, `open_share` the part of a cohort that is not decided yet.
    """

    numerator: Number | None
    denominator: Number | None
    value: Number | None
    sample_size: int | None
    interval: Interval | None = None
    measured_at: date | None = None
    open_share: float | None = None
    status: str = OK


Values = dict[Key, Value]

SHORT_DIMENSIONS = ("total", "rep", "team")
DEAL_DIMENSIONS = ("region", "segment", "lead_source", "pipeline", "opportunity_type")
TOTAL = ("total", "all")


def ratio(numerator: Number | None, denominator: Number | None) -> float | None:
    """Numerator over denominator as a double; None without either and for 0 (G1)."""
    if numerator is None or not denominator:
        return None
    return float(numerator) / float(denominator)


def wilson(successes: int, trials: int) -> Interval | None:
    """95 % interval of a share by Wilson's score (G19, F20); None without trials."""
    if not trials:
        return None
    share = successes / trials
    centre = share + Z**2 / (2 * trials)
    half = Z * math.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2))
    scale = 1 + Z**2 / trials
    return (centre - half) / scale, (centre + half) / scale


def key(kpi_id: str, slot: Slot, part: str = "all") -> Key:
    """A slot of a KPI, or of a part of it."""
    return Key(kpi_id, *slot, part)


def slots(
    company: Company,
    day: date,
    members: Iterable[tuple[str, str]],
    grains: Iterable[str] = SHORT_GRAINS + LONG_GRAINS,
) -> Iterator[Slot]:
    """Slots that a dated record falls into; days and weeks for total, rep, team alone (D)."""
    periods = [period_of(day, grain, company.fiscal_year_start_month) for grain in grains]
    for dimension, member in members:
        for period in periods:
            if period.grain not in SHORT_GRAINS or dimension in SHORT_DIMENSIONS:
                yield Slot(period.grain, period.start, dimension, member)


def deal_members(
    company: Company, deal: Deal, owner_id: str, day: date, dimensions: Iterable[str]
) -> list[tuple[str, str]]:
    """Members of a whole deal: seller and teams of a day, and the attributes of the deal (0.3)."""
    wanted = set(dimensions)
    found = [TOTAL, ("rep", owner_id)]
    found += [("team", team) for team in company.teams_of(owner_id, day)]
    found += [
        ("region", deal.region_id),
        ("segment", deal.segment_id),
        ("lead_source", deal.lead_source_id),
        ("pipeline", deal.pipeline_id),
        ("opportunity_type", deal.opportunity_type),
        ("campaign", deal.campaign_id),
    ]
    found += [("competitor", each) for each in set(deal.competitors) or {NO_COMPETITOR}]
    return [(dimension, member) for dimension, member in found if dimension in wanted]


def product_members(company: Company, deal: Deal) -> dict[tuple[str, str], Decimal]:
    """Products and families of a deal with their share of its money (G15)."""
    found: dict[tuple[str, str], Decimal] = {}
    for product, share in deal.shares.items():
        for member in (("product", product), ("product_family", company.family_of(product))):
            found[member] = found.get(member, Decimal(0)) + share
    return found


class Record(NamedTuple):
    """What a record adds to a ratio: on which day, for which members, to which of its parts."""

    day: date
    members: list[tuple[str, str]]
    numerator: Number
    denominator: Number


def ratios(
    company: Company, kpi_id: str, records: Iterable[Record], grains: Iterable[str]
) -> Values:
    """Sum over sum of the records of each slot, with their number (G1)."""
    found: dict[Slot, list[Record]] = {}
    for record in records:
        for slot in slots(company, record.day, record.members, grains):
            found.setdefault(slot, []).append(record)
    values: Values = {}
    for slot, counted in found.items():
        numerator = sum(record.numerator for record in counted)
        denominator = sum(record.denominator for record in counted)
        values[key(kpi_id, slot)] = Value(
            numerator, denominator, ratio(numerator, denominator), len(counted)
        )
    return values
