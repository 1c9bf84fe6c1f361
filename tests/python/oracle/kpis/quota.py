"""Quotas, attainment and coverage by pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..history import Deal
from ..periods import LONG_GRAINS, Period, period_of, periods_between
from ..reading import Row, as_date, as_decimal
from ..registry import recomputes
from ..values import OK, TOTAL, Slot, Value, Values, key, product_members, ratio, wilson
from .bookings import credits

PERIODS_AHEAD = 4
SCOPES = ("product_family", "region", "segment", "pipeline")

Member = tuple[str, str]


@dataclass(frozen=True)
class Owner:
    """Whose quota it is: a seller or a team, and of all bookings (TOTAL) or of one slice."""

    user_id: str | None
    team_id: str | None
    scope: Member


@dataclass
class Quotas:
    """Quotas of one owner per quota period, at the plan rate."""

    amounts: dict[tuple[date, date], Decimal | None] = field(default_factory=dict)

    def add(self, start: date, end: date, amount: Decimal | None) -> None:
        """Add a part of a quota; one part of unknown value makes the whole unknown (G6)."""
        known = self.amounts.get((start, end), Decimal(0))
        self.amounts[start, end] = None if amount is None or known is None else known + amount

    def in_period(self, period: Period) -> Decimal | None:
        """Sum over a period that quota periods tile exactly, else None (F37, G24)."""
        inside = sorted(
            (span, amount)
            for span, amount in self.amounts.items()
            if period.start <= span[0] and span[1] <= period.end
        )
        reached = period.start
        for (start, end), amount in inside:
            if start != reached or amount is None:
                return None
            reached = end
        return sum(amount for _, amount in inside) if reached == period.end else None


def read_quotas(company: Company) -> dict[Owner, Quotas]:
    """Quotas of the site's quota measure (#69, F37).

    A version that holds for a part of the period counts by its days (G24). A quota may be of one
    slice (F3); the whole quota of a period is its quotas without a slice, and where it has none,
    those of all its slices together.
    """
    measure = company.parameters["quota_measure"]
    rows = [
        row
        for row in company.quota_rows
        if (row["measure"] or measure) == measure and days_held(row) > 0
    ]
    whole = {owner_and_period(row) for row in rows if not scopes_of(row)}
    found: dict[Owner, Quotas] = defaultdict(Quotas)
    for row in rows:
        user, team, start, end = owner_and_period(row)
        rate = company.plan_rate(row["currency"] or company.corporate_currency, start)
        held = None
        if rate is not None:
            held = as_decimal(row["amount"]) * rate * days_held(row) / (end - start).days
        scopes = scopes_of(row)
        if not scopes or (user, team, start, end) not in whole:
            found[Owner(user, team, TOTAL)].add(start, end, held)
        for scope in scopes:
            found[Owner(user, team, scope)].add(start, end, held)
    return found


def scopes_of(row: Row) -> list[Member]:
    """Slices that a quota is for; none for a quota of everything."""
    return [(scope, row[f"{scope}_id"]) for scope in SCOPES if row[f"{scope}_id"]]


def owner_and_period(row: Row) -> tuple[str | None, str | None, date, date]:
    """Whose quota it is, a seller before a team, and its period."""
    user = row["user_id"]
    team = None if user else row["team_id"]
    return user, team, as_date(row["period_start"]), as_date(row["period_end"])


def days_held(row: Row) -> int:
    """Days of its period for which a version of a quota holds."""
    *_, start, end = owner_and_period(row)
    since = max(as_date(row["valid_from"]) or start, start)
    return (min(as_date(row["valid_to"]) or end, end) - since).days


def plan_amount(company: Company, deal: Deal) -> Decimal | None:
    """Amount of a won deal at the plan rate of the fiscal year of its close (F13)."""
    return company.convert(deal.amount, company.plan_rate(deal.currency, deal.closed_date))


@dataclass(frozen=True)
class Credit:
    """Money credited to a seller for a won deal, at the plan rate."""

    user_id: str
    day: date
    amount: Decimal
    shares: dict[Member, Decimal]
    """Share of it in every slice that a quota may be of."""


def all_credits(company: Company) -> list[Credit]:
    """Every credit with a known amount; credits and contractions count (#69, G12, F25)."""
    found: list[Credit] = []
    for deal in company.closed_deals:
        amount = plan_amount(company, deal) if deal.is_won else None
        if amount is None:
            continue
        shares = scope_shares(company, deal)
        for user, share in credits(company, deal).items():
            found.append(Credit(user, deal.closed_date, amount * share, shares))
    return found


def scope_shares(company: Company, deal: Deal) -> dict[Member, Decimal]:
    """Share of a deal's money in each slice that a quota may be of, and in everything."""
    shares = {
        member: share
        for member, share in product_members(company, deal).items()
        if member[0] == "product_family"
    }
    whole = (
        TOTAL,
        ("region", deal.region_id),
        ("segment", deal.segment_id),
        ("pipeline", deal.pipeline_id),
    )
    return shares | dict.fromkeys(whole, Decimal(1))


def seller_slots(company: Company, user_id: str, period: Period) -> Iterator[tuple[str, str]]:
    """Total, seller, and the last team of the seller in the period with the teams above it; of a
    period that runs the last team before as_of, of a coming one that of its first day (F4)."""
    yield TOTAL
    yield "rep", user_id
    so_far = max(min(period.end, company.as_of_date), period.start + timedelta(days=1))
    team, day = company.last_team_of(user_id, period.start, so_far)
    for each in company.team_and_above(team, day):
        yield "team", each


def quota_periods(company: Company, quotas: dict[Owner, Quotas]) -> Iterator[Period]:
    """Periods, of a month and longer, from the first quota to the last."""
    spans = [span for each in quotas.values() for span in each.amounts]
    if not spans:
        return
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    for grain in LONG_GRAINS:
        yield from periods_between(first, last, grain, company.fiscal_year_start_month)


def sellers_with_quota(
    quotas: dict[Owner, Quotas], period: Period
) -> dict[tuple[str, Member], Decimal]:
    """Quota above 0 of each seller and slice in a period; TOTAL is the whole."""
    found: dict[tuple[str, Member], Decimal] = {}
    for owner, each in quotas.items():
        amount = each.in_period(period) if owner.user_id else None
        if amount:
            found[owner.user_id, owner.scope] = amount
    return found


@recomputes("quota_attainment", "quota_attainment__unquotaed_bookings")
def attainments(company: Company) -> Values:
    """Credited bookings over quota, per seller, team, total and product family (#69, G24, F13,
    F37), and the bookings of sellers without a quota.

    A team and the total are sums over the sellers with a quota, on both sides. The sample is the
    number of sellers with a quota.
    """
    quotas = read_quotas(company)
    every = all_credits(company)
    values: Values = {}
    for period in quota_periods(company, quotas):
        if period.start >= company.snapshot_day:
            continue
        quota_of = sellers_with_quota(quotas, period)
        earned: dict[tuple[str, Member], Decimal] = defaultdict(Decimal)
        for credit in every:
            if period.start <= credit.day < period.end:
                for scope, share in credit.shares.items():
                    earned[credit.user_id, scope] += credit.amount * share
        sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
        for (user, scope), quota in quota_of.items():
            members = seller_slots(company, user, period) if scope == TOTAL else iter([scope])
            for member in members:
                sums[member][0] += earned[user, scope]
                sums[member][1] += quota
                sums[member][2] += 1
        for member, (numerator, quota, sellers) in sums.items():
            values[key("quota_attainment", Slot(period.grain, period.start, *member))] = Value(
                numerator, quota, ratio(numerator, quota), sellers
            )
        if any(scope == TOTAL for _, scope in quota_of):
            values |= _unquotaed(company, period, every, quota_of)
    return values


def _unquotaed(
    company: Company,
    period: Period,
    every: list[Credit],
    quota_of: dict[tuple[str, Member], Decimal],
) -> Values:
    """Credits to sellers without a quota, in the team of the day of the close (G13); the sample is
    the number of credits."""
    sums: dict[Member, list] = defaultdict(lambda: [Decimal(0), 0])
    for credit in every:
        if period.start <= credit.day < period.end and (credit.user_id, TOTAL) not in quota_of:
            teams = company.teams_of(credit.user_id, credit.day)
            for member in (TOTAL, ("rep", credit.user_id), *(("team", team) for team in teams)):
                sums[member][0] += credit.amount
                sums[member][1] += 1
    values: Values = {}
    for member, (amount, credited) in sums.items():
        slot = Slot(period.grain, period.start, *member)
        values[key("quota_attainment__unquotaed_bookings", slot)] = Value(
            amount, None, amount, credited
        )
    return values


@recomputes("quota_attainment__manager_quota")
def manager_attainments(company: Company) -> Values:
    """Everything sold in a team over the team's own quota (#69, variant on the manager's quota).

    Sold in a team is what is credited to its members of the day of the close, with or without a
    quota (G13). The sample is the number of quotas, one.
    """
    quotas = read_quotas(company)
    sold_deals = [
        (credit.day, credit.amount, company.teams_of(credit.user_id, credit.day))
        for credit in all_credits(company)
    ]
    values: Values = {}
    for period in quota_periods(company, quotas):
        if period.start >= company.snapshot_day:
            continue
        sold: dict[str, Decimal] = defaultdict(Decimal)
        for day, amount, teams in sold_deals:
            if period.start <= day < period.end:
                for team in teams:
                    sold[team] += amount
        for owner, each in quotas.items():
            is_whole = owner.team_id and owner.scope == TOTAL
            quota = each.in_period(period) if is_whole else None
            if quota:
                slot = Slot(period.grain, period.start, "team", owner.team_id)
                values[key("quota_attainment__manager_quota", slot)] = Value(
                    sold[owner.team_id], quota, ratio(sold[owner.team_id], quota), 1
                )
    return values


@recomputes("pct_reps_at_quota", waits_for_end=True)
def sellers_at_quota(company: Company) -> Values:
    """Sellers whose credited bookings reached their quota over sellers with a quota above 0 who
    were employed for the whole period (#70, F3: the region is the seller's).

    None while the period runs (F49).
    """
    quotas = read_quotas(company)
    every = all_credits(company)
    values: Values = {}
    for period in quota_periods(company, quotas):
        if period.start >= company.snapshot_day:
            continue
        is_complete = period.end <= company.as_of_date
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for (user, scope), quota in sellers_with_quota(quotas, period).items():
            if scope != TOTAL or not employed_throughout(company, user, period):
                continue
            earned = sum(
                c.amount for c in every if c.user_id == user and period.start <= c.day < period.end
            )
            members = [m for m in seller_slots(company, user, period) if m[0] != "rep"]
            members.append(("region", company.users.get(user, {}).get("region_id") or UNKNOWN))
            for member in members:
                counts[member][0] += earned >= quota
                counts[member][1] += 1
        for member, (reached, sellers) in counts.items():
            values[key("pct_reps_at_quota", Slot(period.grain, period.start, *member))] = (
                Value(reached, sellers, ratio(reached, sellers), sellers, wilson(reached, sellers))
                if is_complete
                else Value(None, None, None, sellers)
            )
    return values


def employed_throughout(company: Company, user_id: str, period: Period) -> bool:
    """Neither hired nor gone within a period; of somebody unknown neither is known (#70)."""
    user = company.users.get(user_id, {})
    hired = as_date(user.get("hire_date")) or date.min
    left = as_date(user.get("termination_date")) or date.max
    return hired <= period.start and left >= period.end


def coverage_day(company: Company, period: Period) -> date | None:
    """Day a coverage is measured on (F5): the first day of a complete period, as_of for the
    running one and the four after it; None for later ones."""
    if period.end <= company.as_of_date:
        return period.start
    running = period_of(company.as_of_date, period.grain, company.fiscal_year_start_month)
    ahead = [running]
    while len(ahead) <= PERIODS_AHEAD:
        ahead.append(period_of(ahead[-1].end, period.grain, company.fiscal_year_start_month))
    return company.snapshot_day if period in ahead else None


def due_pipeline(
    company: Company, day: date, period: Period
) -> dict[tuple[str, Member], tuple[Decimal, int]]:
    """Open amount at the plan rate and number of deals due in a period, per seller and slice
    (#52, F13)."""
    amounts: dict[tuple[str, Member], Decimal] = defaultdict(Decimal)
    deals: dict[tuple[str, Member], int] = defaultdict(int)
    for snapshot in company.snapshots(day):
        due = snapshot.expected_close_date
        if due is None or not period.start <= due < period.end:
            continue
        rate = company.plan_rate(snapshot.currency, period.start)
        amount = company.convert(snapshot.amount, rate) or Decimal(0)
        for scope, share in scope_shares(company, snapshot.deal).items():
            amounts[snapshot.owner_id, scope] += amount * share
            deals[snapshot.owner_id, scope] += 1
    return {owner: (amounts[owner], deals[owner]) for owner in amounts}


@recomputes(
    "pipeline_coverage",
    "pipeline_coverage__day1",
    "pipeline_coverage__full",
    "pipeline_coverage__won_and_open",
    without_earlier=(
        "pipeline_coverage",
        "pipeline_coverage__full",
        "pipeline_coverage__won_and_open",
    ),
)
def coverages(company: Company) -> Values:
    """Open pipeline due in a period over the quota that is left, over the whole quota, and with
    the bookings so far (#52, F5, F13, F37), of the sellers with a quota.

    Nothing left to close gives None. `__day1` measures every period that has begun on its first
    day. The sample is the number of open deals due.
    """
    quotas = read_quotas(company)
    every = all_credits(company)
    values: Values = {}
    for period in quota_periods(company, quotas):
        day = coverage_day(company, period)
        if day is None:
            continue
        values |= _coverage(company, quotas, every, period, day, first_day=False)
        if period.start <= company.as_of_date:
            values |= _coverage(company, quotas, every, period, period.start, first_day=True)
    return values


def _coverage(
    company: Company,
    quotas: dict[Owner, Quotas],
    every: list[Credit],
    period: Period,
    day: date,
    first_day: bool,
) -> Values:
    due = due_pipeline(company, day, period)
    sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0), 0])
    for (user, scope), quota in sellers_with_quota(quotas, period).items():
        won = sum(
            (
                credit.amount * credit.shares.get(scope, Decimal(0))
                for credit in every
                if credit.user_id == user and period.start <= credit.day < day
            ),
            Decimal(0),
        )
        amount, deals = due.get((user, scope), (Decimal(0), 0))
        members = seller_slots(company, user, period) if scope == TOTAL else iter([scope])
        for member in members:
            for position, part in enumerate((amount, quota, won, deals)):
                sums[member][position] += part
    measured_at = period.start if first_day else min(day, company.as_of_date)
    values: Values = {}
    for member, (amount, quota, won, deals) in sums.items():
        left = quota - won
        is_met = left <= 0
        sides = {
            "pipeline_coverage": (amount, left, None if is_met else ratio(amount, left)),
            "pipeline_coverage__full": (amount, quota, ratio(amount, quota)),
            "pipeline_coverage__won_and_open": (amount + won, quota, ratio(amount + won, quota)),
        }
        if first_day:
            sides = {"pipeline_coverage__day1": (amount, quota, ratio(amount, quota))}
        for kpi_id, parts in sides.items():
            status = "quota_met" if is_met and kpi_id == "pipeline_coverage" else OK
            values[key(kpi_id, Slot(period.grain, period.start, *member))] = Value(
                *parts,
                deals,
                measured_at=measured_at,
                status=status,
            )
    return values
