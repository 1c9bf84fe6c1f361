"""The pipeline ledger: what moved the pipeline of a period, deal by deal (D01, F41)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb

from .company import Company, midnight
from .history import Deal, Snapshot
from .periods import CALENDAR_GRAINS, Period, periods_between
from .values import Key

Line = tuple[str, int, Decimal]
Total = tuple[int, Decimal]
NOTHING: Total = (0, Decimal(0))


@dataclass(frozen=True)
class End:
    """A deal at one end of a period: whether it exists, is open, is won, whose and what it is."""

    is_known: bool
    snapshot: Snapshot | None
    is_won: bool
    owner: str
    teams: tuple[str, ...]
    amount: Decimal | None
    currency: str

    def is_in(self, scope: str, period: Period) -> bool:
        """Whether it is open, and due in the period where that is asked."""
        if self.snapshot is None:
            return False
        due = self.snapshot.expected_close_date
        return scope == "open" or (due is not None and period.start <= due < period.end)


def end_of(company: Company, deal: Deal, day: date) -> End:
    """A deal at the first instant of a day, or at as_of."""
    instant = min(midnight(day), company.as_of)
    is_gone = deal.is_deleted and deal.deleted_at < instant
    is_known = deal.known_from < instant and not is_gone
    owner = company.owner_at(deal, instant, inclusive=False)
    return End(
        is_known,
        company.snapshot(deal, day) if is_known else None,
        is_known and _is_won(company, deal, instant),
        owner,
        tuple(company.teams_of(owner, min(day, company.as_of_date))),
        company.known_amount(
            deal.value_at("amount", instant, inclusive=False), deal.opportunity_type
        ),
        deal.value_at("currency", instant, inclusive=False) or company.corporate_currency,
    )


def _is_won(company: Company, deal: Deal, instant: datetime) -> bool:
    if deal.gone_at is not None and deal.gone_at < instant and deal.is_closed:
        return deal.is_won
    stage = company.stage(deal.pipeline_id, deal.stage_at(instant))
    return bool(stage and stage.is_won)


def lines(
    company: Company, deal: Deal, period: Period, closing_day: date, scope: str
) -> Iterator[tuple[Line, End, date]]:
    """What a deal did to the pipeline of a period, at whose end of it and on which day."""
    before, after = end_of(company, deal, period.start), end_of(company, deal, closing_day)
    was_in, is_in = before.is_in(scope, period), after.is_in(scope, period)
    is_closed = after.is_known and after.snapshot is None
    is_passing = not was_in and not is_in and is_closed
    if is_passing and before.is_known and before.snapshot is None:
        is_passing = _is_open_between(company, deal, period.start, closing_day)
    if not (was_in or is_in or is_passing):
        return
    measured = min(closing_day, company.as_of_date)
    then = before.snapshot.amount_corporate if before.snapshot else None
    now = company.convert(after.amount, company.spot_rate(after.currency, measured))
    at_old_rate = company.convert(after.amount, company.spot_rate(after.currency, period.start))
    at_old_rate = now if at_old_rate is None else at_old_rate
    worth, left = then or Decimal(0), at_old_rate or Decimal(0)
    if was_in:
        yield ("opening", 1, worth), before, period.start
    if is_in:
        yield ("closing", 1, now or Decimal(0)), after, measured
        yield ("currency_effect", 0, (now or Decimal(0)) - left), after, measured
    if was_in and after.is_known and (before.owner, before.teams) != (after.owner, after.teams):
        yield ("transferred_out", -1, -worth), before, period.start
        yield ("transferred_in", 1, worth), after, measured
    if not was_in:
        entry = "reopened" if before.is_known else "created"
        entry = "pulled_in" if before.snapshot else entry
        yield (entry, 1, left), after, measured
    if is_in:
        if was_in:
            yield _changed(left - worth), after, measured
        return
    if not after.is_known:
        yield ("deleted", -1, -worth), before, period.start
    elif after.snapshot is not None:
        yield ("pushed_out", -1, -worth), after, measured
    elif after.is_won:
        if was_in:
            yield _changed(left - worth), after, measured
        yield ("won", -1, -left), after, measured
    else:
        yield ("lost", -1, -(worth if was_in else left)), after, measured


def _changed(difference: Decimal) -> Line:
    return "increased" if difference > 0 else "decreased", 0, difference


def _is_open_between(company: Company, deal: Deal, start: date, end: date) -> bool:
    days = ((start + timedelta(days=number)) for number in range((end - start).days + 1))
    return any(company.snapshot(deal, day) for day in days)


def waterfalls(company: Company) -> dict[Key, Total]:
    """Deals and money of every line, by period, scope and slice."""
    totals: dict[Key, Total] = defaultdict(lambda: NOTHING)
    deals = [
        deal
        for deal in company.deals
        if deal.opportunity_type not in company.never_decided
        and (not deal.is_deleted or deal.deleted_at)
    ]
    if company.first_pipeline_day is None:
        return {}
    for grain in CALENDAR_GRAINS:
        for period in periods_between(
            company.first_pipeline_day, company.snapshot_day, grain, company.fiscal_year_start_month
        ):
            if period.start >= company.snapshot_day:
                continue
            is_over = period.end <= company.as_of_date
            closing_day = period.end if is_over else company.snapshot_day
            for scope in ("open", "due"):
                for deal in deals:
                    for line in lines(company, deal, period, closing_day, scope):
                        _add(totals, period, scope, deal, line)
    return {key: total for key, total in totals.items() if total != NOTHING}


def _add(
    totals: dict[Key, Total],
    period: Period,
    scope: str,
    deal: Deal,
    line: tuple[Line, End, date],
) -> None:
    (movement, number, amount), end, _ = line
    members = [("rep", end.owner), *(("team", team) for team in end.teams)]
    # Handing over inside the whole company moves nothing.
    if movement not in ("transferred_in", "transferred_out"):
        members += [("total", "all"), ("region", deal.region_id)]
    for dimension, member in members:
        key = Key(f"ledger of {scope}", period.grain, period.start, dimension, member, movement)
        so_far = totals[key]
        totals[key] = (so_far[0] + number, so_far[1] + amount)


def ledger_differences(company: Company, connection: duckdb.DuckDBPyConnection) -> dict[Key, str]:
    """What is wrong with the published waterfalls, in words: lines that differ, and pipelines that
    do not close with what they opened with and what moved them."""
    rows = connection.execute(
        """
        select
            'ledger of ' || scope, period_grain, period_start, dimension, dimension_id, movement,
            deals, amount
        from reports.report_pipeline_waterfall
        where period_grain in ('month', 'quarter', 'year')
        """
    ).fetchall()
    published = {Key(*row[:6]): (row[6], row[7]) for row in rows}
    expected = waterfalls(company)
    return {
        key: f"published {published.get(key, NOTHING)}, expected {expected.get(key, NOTHING)}"
        for key in sorted(published.keys() | expected.keys())
        if published.get(key, NOTHING) != expected.get(key, NOTHING)
    }
