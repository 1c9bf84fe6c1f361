"""How much of the open pipeline does not move, and of what was due slips."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from ..activities import Activity, activities
from ..company import UNKNOWN, Company, midnight
from ..history import Deal, Snapshot
from ..periods import LONG_GRAINS, SHORT_GRAINS, periods_between
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio, wilson
from .engagement import _sign_of_life as sign_of_life
from .pipeline import measured_periods, snapshot_members
from .stage_visits import Visit, ended, visits

DIMENSIONS = ("total", "rep", "team", "region", "segment", "pipeline", "product")
Members = dict[tuple[str, str], list[Decimal]]


class Health:
    """What is known on a day of the visits to stages and of the talks with customers (#54)."""

    def __init__(self, company: Company) -> None:
        """Read what every day needs."""
        self.company = company
        self.visits: dict[str, list[Visit]] = {}
        shortest = int(company.number("stage_jump_seconds"))
        self.ended = [
            (deal.pipeline_id, visit)
            for deal, visit, _ in ended(company)
            if visit.seconds > shortest
        ]
        self.of_deals: dict[str, set[date]] = defaultdict(set)
        self.of_companies: dict[str, set[date]] = defaultdict(set)
        for each in activities(company):
            self._hear(each)

    def _hear(self, each: Activity) -> None:
        day = sign_of_life(each)
        if day and each.opportunity_id:
            self.of_deals[each.opportunity_id].add(day)
        elif day and each.account_id != UNKNOWN:
            self.of_companies[each.account_id].add(day)

    def reasons(self, snapshot: Snapshot, day: date) -> dict[str, bool]:
        """Whether a deal is silent, slow or overdue at the first instant of a day."""
        due = snapshot.expected_close_date
        return {
            "idle": self._is_idle(snapshot, day),
            "slow": self._is_slow(snapshot.deal, day, snapshot.day),
            "overdue": due is not None and due < snapshot.day,
        }

    def _is_idle(self, snapshot: Snapshot, day: date) -> bool:
        longest = timedelta(days=int(self.company.number("stalled_no_activity_days")))
        known_from = self.company.covered_from("activities")
        if known_from is None or known_from > snapshot.day - longest:
            return False
        deal = snapshot.deal
        days = [deal.created_date or deal.known_from.date()]
        days += self.of_deals[deal.deal_id]
        if deal.account_id:
            days += self.of_companies[deal.account_id]
        last = max(each for each in days if each < day or each == days[0])
        return snapshot.day - last >= longest

    def _is_slow(self, deal: Deal, day: date, measured: date) -> bool:
        if deal.deal_id not in self.visits:
            self.visits[deal.deal_id] = visits(self.company, deal)
        instant = min(midnight(day), self.company.as_of)
        present = [
            each
            for each in self.visits[deal.deal_id]
            if each.entered_at < midnight(day)
            and (each.exited_at is None or midnight(day) <= each.exited_at)
        ]
        if not present:
            return False
        first = measured - timedelta(days=int(self.company.number("stalled_history_days")))
        usual = [
            visit.seconds
            for pipeline_id, visit in self.ended
            if pipeline_id == deal.pipeline_id
            and visit.stage == present[-1].stage
            and first <= visit.exited_at.date() < day
        ]
        if not usual:
            return False
        age = int((instant - present[-1].entered_at).total_seconds())
        longest = Decimal(statistics.median(usual)) * self.company.number("stalled_stage_multiple")
        return age > longest


@recomputes(
    "stalled_pipeline_share",
    "stalled_pipeline_share__idle",
    "stalled_pipeline_share__slow",
    "stalled_pipeline_share__overdue",
)
def stalled(company: Company) -> Values:
    """Value of open deals that do not move over that of all, in all and by reason (#54, F29)."""
    health = Health(company)
    values: Values = {}
    for day, periods in measured_periods(company):
        long = [period for period in periods if period.grain not in SHORT_GRAINS]
        if not long:
            continue
        sums: Members = defaultdict(lambda: [Decimal(0)] * 6)
        for snapshot in company.snapshots(day):
            amount = snapshot.amount_corporate
            if amount is None:
                continue
            reasons = health.reasons(snapshot, day)
            for member, share in snapshot_members(company, snapshot, DIMENSIONS).items():
                worth = amount * share
                flags = [True, any(reasons.values()), *reasons.values()]
                added = [worth if flag else Decimal(0) for flag in flags] + [Decimal(1)]
                sums[member] = [a + b for a, b in zip(sums[member], added, strict=True)]
        measured_at = min(day, company.as_of_date)
        for member, (whole, any_reason, idle, slow, overdue, number) in sums.items():
            for period in long:
                slot = Slot(period.grain, period.start, *member)
                for suffix, part in (
                    ("", any_reason),
                    ("__idle", idle),
                    ("__slow", slow),
                    ("__overdue", overdue),
                ):
                    values[key(f"stalled_pipeline_share{suffix}", slot)] = Value(
                        part, whole, ratio(part, whole), int(number), measured_at=measured_at
                    )
    return values


def outcome(company: Company, deal: Deal, start_of: date, end: date) -> str | None:
    """What became of a deal by the first instant of a day: None where it was deleted."""
    if deal.is_deleted and (deal.deleted_at or midnight(start_of)) < midnight(end):
        return None
    snapshot = company.snapshot(deal, end)
    if snapshot is None:
        return "closed"
    due = snapshot.expected_close_date
    return "pushed" if due is not None and due >= end else "overdue"


@recomputes("slip_rate", "slip_rate__strict", "slip_rate__count", waits_for_end=True)
def slipped(company: Company) -> Values:
    """Value and number at the start of what was due in a period and is open at its end (#55, F49).

    Deals deleted by then are in neither side.
    """
    values: Values = {}
    if company.first_pipeline_day is None:
        return values
    for grain in LONG_GRAINS:
        for period in periods_between(
            company.first_pipeline_day, company.as_of_date, grain, company.fiscal_year_start_month
        ):
            if midnight(period.end) > company.as_of:
                continue
            sums: Members = defaultdict(lambda: [Decimal(0)] * 6)
            for snapshot in company.snapshots(period.start):
                due = snapshot.expected_close_date
                if due is None or not period.start <= due < period.end:
                    continue
                became = outcome(company, snapshot.deal, period.start, period.end)
                if became:
                    _add(company, sums, snapshot, became)
            for member, measures in sums.items():
                _publish(values, Slot(grain, period.start, *member), measures)
    return values


def _add(company: Company, sums: Members, snapshot: Snapshot, became: str) -> None:
    is_open, is_pushed = became != "closed", became == "pushed"
    for member, share in snapshot_members(company, snapshot, DIMENSIONS).items():
        known = snapshot.amount_corporate is not None
        worth = (snapshot.amount_corporate or Decimal(0)) * share
        added = [worth, worth * is_open, worth * is_pushed]
        added += [Decimal(known), Decimal(1), Decimal(is_open)]
        sums[member] = [a + b for a, b in zip(sums[member], added, strict=True)]


def _publish(values: Values, slot: Slot, measures: list[Decimal]) -> None:
    whole, late, pushed, valued, number, slips = measures
    known: Callable[[Decimal], Decimal | None] = lambda money: money if valued else None  # noqa: E731
    for kpi_id, part in (("slip_rate", late), ("slip_rate__strict", pushed)):
        values[key(kpi_id, slot)] = Value(
            known(part), known(whole), ratio(part, whole), int(valued)
        )
    values[key("slip_rate__count", slot)] = Value(
        int(slips),
        int(number),
        ratio(slips, number),
        int(number),
        wilson(int(slips), int(number)),
    )
