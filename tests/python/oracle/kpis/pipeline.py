"""Open pipeline: value, number, overdue part and weighted value at the end of periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from ..company import UNMAPPED, Company
from ..history import Deal, Snapshot
from ..periods import LONG_GRAINS, SHORT_GRAINS, Period, add_months, period_of, periods_between
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
)

PIPELINE_DIMENSIONS = (*SHORT_DIMENSIONS, *DEAL_DIMENSIONS, "product")


def measured_periods(company: Company) -> Iterator[tuple[date, list[Period]]]:
    """Every day a balance is measured on, with the periods it belongs to (F4).

    A period is measured at its end, the running one at as_of.
    """
    days: dict[date, list[Period]] = defaultdict(list)
    if company.first_pipeline_day is None:
        return
    for grain in SHORT_GRAINS + LONG_GRAINS:
        for period in periods_between(
            company.first_pipeline_day, company.snapshot_day, grain, company.fiscal_year_start_month
        ):
            is_over = period.end <= company.as_of_date
            days[period.end if is_over else company.snapshot_day].append(period)
    yield from sorted(days.items())


def snapshot_members(
    company: Company, snapshot: Snapshot, dimensions: Iterable[str]
) -> dict[tuple[str, str], Decimal]:
    """Members of an open deal with the share of its money there (G12, G13, F45).

    The seller and the team are those of the snapshot; "product" brings the families as well.
    """
    members = deal_members(company, snapshot.deal, snapshot.owner_id, snapshot.day, dimensions)
    shares = dict.fromkeys(members, Decimal(1))
    if "product" in dimensions:
        shares |= product_members(company, snapshot.deal)
    return shares


class Calibration:
    """Chance of winning a deal in a stage, from the decided deals of four quarters (#49, F46)."""

    def __init__(self, company: Company, day: date) -> None:
        """Count the deals decided in the four complete quarters before `day`."""
        end = period_of(day, "quarter").start
        start = add_months(end, -12)
        self.company = company
        self.prior = company.number("calibration_prior_deals")
        self.in_pipeline: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.in_stage: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for deal in company.decided_deals:
            if start <= deal.closed_date < end:
                self._count(deal)

    def _count(self, deal: Deal) -> None:
        entered = [source for _, source in deal.entries]
        entered += [deal.first_stage] if deal.first_stage else []
        stages = {self.company.stage(deal.pipeline_id, source) for source in entered}
        counters = [self.in_pipeline[deal.pipeline_id]]
        counters += [
            self.in_stage[deal.pipeline_id, stage.name]
            for stage in stages
            if stage and not stage.is_closed
        ]
        for counter in counters:
            counter[0] += deal.is_won
            counter[1] += 1

    def probability(self, snapshot: Snapshot) -> Decimal | None:
        """(wins + 20 x share of the pipeline) / (deals + 20), else the stage's default."""
        pipeline_id = snapshot.deal.pipeline_id
        if pipeline_id not in self.in_pipeline:
            return snapshot.stage.default_probability
        won, decided = self.in_pipeline[pipeline_id]
        mean = Decimal(won) / Decimal(decided)
        # What comes of deals in an unmapped stage says nothing of the next one (G-5).
        name = snapshot.stage.name
        won, decided = (
            [0, 0] if name == UNMAPPED else self.in_stage.get((pipeline_id, name), [0, 0])
        )
        return (won + self.prior * mean) / (decided + self.prior)


class Sum:
    """A sum of amounts and how many they are."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.deals = 0

    def add(self, amount: Decimal | None, share: Decimal) -> None:
        """Add a share of an amount, unless it is unknown."""
        if amount is not None:
            self.total += amount if share == 1 else amount * share
            self.deals += 1

    @property
    def known(self) -> Decimal | None:
        """The sum, None of nothing known."""
        return self.total if self.deals else None


class Balance:
    """Sums over the open deals of one member."""

    def __init__(self) -> None:
        self.deals = 0
        self.overdue_deals = 0
        self.amount = Sum()
        self.overdue = Sum()
        self.weighted = Sum()
        self.crm_weighted = Sum()


@recomputes(
    "pipeline_value",
    "pipeline_value__open_count",
    "pipeline_value__overdue",
    "weighted_pipeline_value",
    "weighted_pipeline_value__crm_probability",
)
def pipelines(company: Company) -> Values:
    """Open pipeline at the end of every period: amount, number of deals, overdue part, weighted
    by calibrated and by CRM probability (#48, #49, F4, F25, F45, F46).

    Deals without an amount count in numbers only; a slice without any known amount is None. The
    CRM keeps no history of the probability, so the present one weighs past amounts.
    """
    values: Values = {}
    calibrations: dict[date, Calibration] = {}
    for day, periods in measured_periods(company):
        measured_at = min(day, company.as_of_date)
        quarter = period_of(measured_at, "quarter").start
        if quarter not in calibrations:
            calibrations[quarter] = Calibration(company, measured_at)
        balances: dict[tuple[str, str], Balance] = defaultdict(Balance)
        long = any(period.grain not in SHORT_GRAINS for period in periods)
        dimensions = (*PIPELINE_DIMENSIONS, "competitor") if long else SHORT_DIMENSIONS
        for snapshot in company.snapshots(day):
            _count_snapshot(company, snapshot, calibrations[quarter], balances, dimensions)
        for member, balance in balances.items():
            for period in periods:
                if period.grain not in SHORT_GRAINS or member[0] in SHORT_DIMENSIONS:
                    slot = Slot(period.grain, period.start, *member)
                    _publish(values, slot, balance, measured_at)
    return values


def _count_snapshot(
    company: Company,
    snapshot: Snapshot,
    calibration: Calibration,
    balances: dict[tuple[str, str], Balance],
    dimensions: Iterable[str],
) -> None:
    amount, due = snapshot.amount_corporate, snapshot.expected_close_date
    is_overdue = due is not None and due < snapshot.day
    weighted = crm_weighted = None
    if amount is not None:
        chance, crm_chance = calibration.probability(snapshot), snapshot.deal.probability
        weighted = None if chance is None else amount * chance
        if crm_chance is not None and 0 <= crm_chance <= 1:
            crm_weighted = amount * crm_chance
    for member, share in snapshot_members(company, snapshot, dimensions).items():
        balance = balances[member]
        balance.deals += 1
        # A deal of unknown amount is in no value, and so not in its sample (G9).
        balance.overdue_deals += is_overdue and amount is not None
        balance.amount.add(amount, share)
        balance.overdue.add(amount if is_overdue else None, share)
        balance.weighted.add(weighted, share)
        balance.crm_weighted.add(crm_weighted, share)


def _publish(values: Values, slot: Slot, balance: Balance, measured_at: date) -> None:
    count = balance.deals
    found = {
        "pipeline_value": (balance.amount.known, count),
        "pipeline_value__open_count": (count, count),
    }
    if slot.dimension != "competitor":
        weighted = balance.weighted
        found["weighted_pipeline_value"] = (weighted.known, weighted.deals)
    if slot.grain not in SHORT_GRAINS:
        found["pipeline_value__overdue"] = (balance.overdue.total, balance.overdue_deals)
        if slot.dimension != "competitor":
            weighted = balance.crm_weighted
            found["weighted_pipeline_value__crm_probability"] = (weighted.known, weighted.deals)
    for kpi_id, (value, sample_size) in found.items():
        values[key(kpi_id, slot)] = Value(value, None, value, sample_size, measured_at=measured_at)
