"""Quotas, attainment and coverage by pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

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

    @cached_property
    def kept(self) -> dict[tuple[date, date], Decimal | None]:
        """Quotas that count: of two over the same days the longer, then the earlier (G-9)."""

        def yields(span: tuple[date, date], other: tuple[date, date]) -> bool:
            (start, end), (others_start, others_end) = span, other
            days, others_days = end - start, others_end - others_start
            if start >= others_end or end <= others_start:
                return False
            return days < others_days or (days == others_days and start > others_start)

        return {
            span: amount
            for span, amount in self.amounts.items()
            if not any(yields(span, other) for other in self.amounts)
        }

    def spans_in(self, period: Period) -> list[tuple[date, date]]:
        """Ranges of days of a period that have a quota; a quota is never split down (F37, G-9)."""
        return [span for span in self.kept if period.start <= span[0] and span[1] <= period.end]

    def in_period(self, period: Period) -> Decimal | None:
        """Sum of the quotas of a period; None where there is none or one is of unknown value."""
        amounts = [self.kept[span] for span in self.spans_in(period)]
        return sum(amounts) if amounts and None not in amounts else None


def read_quotas(company: Company) -> dict[Owner, Quotas]:
    """Quotas of the site's quota measure (#69, F37), those of unknown sellers left out (G-6).

    A version that holds for a part of the period counts by its days (G24). A quota may be of one
    slice (F3); the whole quota of a period is its quotas without a slice, and where it has none,
    those of all its slices together.
    """
    measure = company.parameters["quota_measure"]
    rows = [
        version
        for version in quota_versions(company)
        if (version.row["measure"] or measure) == measure
        and version.days_held > 0
        and (version.user_id is None or version.user_id in company.users or not company.users)
    ]
    whole = {version.owner_and_period for version in rows if not scopes_of(version.row)}
    found: dict[Owner, Quotas] = defaultdict(Quotas)
    for version in rows:
        row = version.row
        user, team, start, end = version.owner_and_period
        rate = company.plan_rate(row["currency"] or company.corporate_currency, start)
        held = None
        if rate is not None:
            held = as_decimal(row["amount"]) * rate * version.days_held / (end - start).days
        scopes = scopes_of(row)
        if not scopes or version.owner_and_period not in whole:
            found[Owner(user, team, TOTAL)].add(start, end, held)
        for scope in scopes:
            found[Owner(user, team, scope)].add(start, end, held)
    return found


@dataclass(frozen=True)
class Version:
    """A version of a quota: its row, its period and the days it holds, ends exclusive."""

    row: Row
    start: date
    end: date
    since: date
    until: date | None

    @property
    def user_id(self) -> str | None:
        """Seller; None for the quota of a team."""
        return self.row["user_id"]

    @property
    def owner_and_period(self) -> tuple[str | None, str | None, date, date]:
        """Whose quota it is, a seller before a team, and its period."""
        team = None if self.user_id else self.row["team_id"]
        return self.user_id, team, self.start, self.end

    @property
    def days_held(self) -> int:
        """Days of its period for which it holds."""
        since, until = max(self.since, self.start), min(self.until or self.end, self.end)
        return (until - since).days


def quota_versions(company: Company) -> list[Version]:
    """Versions of quotas as they hold (G-9): an end on the last day of a month is that day itself,
    unless the owner's next quota begins on it, and a later version ends the earlier one."""
    rows = company.quota_rows
    starts = {(row["user_id"], row["team_id"], as_date(row["period_start"])) for row in rows}
    chains: dict[tuple, list[tuple[date, str, Row, date, date]]] = defaultdict(list)
    for row in rows:
        start, end = as_date(row["period_start"]), as_date(row["period_end"])
        next_day = end + timedelta(days=1)
        if next_day.day == 1 and (row["user_id"], row["team_id"], end) not in starts:
            end = next_day
        same = ("user_id", "team_id", "measure", *(f"{scope}_id" for scope in SCOPES))
        chain = (*(row[column] for column in same), start, end)
        since = as_date(row["valid_from"]) or start
        chains[chain].append((since, row["updated_at"] or "", row, start, end))
    found: list[Version] = []
    for chain in chains.values():
        # Of two that begin together the one that names the day after its end is the later.
        chain.sort(
            key=lambda version: (*version[:2], version[4] == as_date(version[2]["period_end"]))
        )
        later = [version[0] for version in chain[1:]]
        for (since, _, row, start, end), following in zip(chain, [*later, None], strict=True):
            until = as_date(row["valid_to"])
            is_gap_of_a_day = until and following and until + timedelta(days=1) == following
            if following and (until is None or until > following or is_gap_of_a_day):
                until = following
            found.append(Version(row, start, end, since, until))
    return found


def scopes_of(row: Row) -> list[Member]:
    """Slices that a quota is for; none for a quota of everything."""
    return [(scope, row[f"{scope}_id"]) for scope in SCOPES if row[f"{scope}_id"]]


def plan_amount(company: Company, deal: Deal) -> Decimal | None:
    """Amount of a won deal at the plan rate of the fiscal year of its close (F13)."""
    return company.convert(deal.amount, company.plan_rate(deal.currency, deal.closed_date))


@dataclass(frozen=True)
class Credit:
    """Money credited to a seller for a won deal, at the plan rate."""

    user_id: str
    day: date
    amount: Decimal
    recorded: date
    """Day on which the close was recorded, later than that of the close where it is dated back."""
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
            recorded = deal.closed_at.date()
            found.append(Credit(user, deal.closed_date, amount * share, recorded, shares))
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


def quota_day(company: Company, user_id: str, period: Period) -> date:
    """Day whose team holds the quota of a period: its first day, or the first day in it on which
    the seller was employed (G-7); where nobody says when that was, the first day with a team."""
    hired = as_date(company.users.get(user_id, {}).get("hire_date"))
    if hired is None:
        hired = min((since for since, *_ in company.memberships.get(user_id, ())), default=None)
    return hired if hired and period.start < hired < period.end else period.start


def seller_slots(company: Company, user_id: str, day: date) -> Iterator[tuple[str, str]]:
    """Total, seller, and the team of the seller on a day with the teams above it."""
    yield TOTAL
    yield "rep", user_id
    for each in company.teams_of(user_id, day):
        yield "team", each


def quota_periods(company: Company, quotas: dict[Owner, Quotas]) -> Iterator[Period]:
    """Periods, of a month and longer, from the first quota to the last."""
    spans = [span for each in quotas.values() for span in each.kept]
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


def earned_in(
    quotas: dict[Owner, Quotas], every: list[Credit], period: Period
) -> dict[tuple[str, Member], Decimal]:
    """What each seller booked per slice on the days of a period that have a quota (G-9)."""
    earned: dict[tuple[str, Member], Decimal] = defaultdict(Decimal)
    spans = {
        (owner.user_id, owner.scope): each.spans_in(period)
        for owner, each in quotas.items()
        if owner.user_id
    }
    for credit in every:
        for scope, share in credit.shares.items():
            for start, end in spans.get((credit.user_id, scope), ()):
                if start <= credit.day < end:
                    earned[credit.user_id, scope] += credit.amount * share
    return earned


@recomputes("quota_attainment", "quota_attainment__unquotaed_bookings")
def attainments(company: Company) -> Values:
    """Credited bookings over quota, per seller, team, total and product family (#69, G24, F13,
    F37, G-7, G-9), and the bookings of days without a quota.

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
        earned = earned_in(quotas, every, period)
        sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
        for (user, scope), quota in quota_of.items():
            members = iter([scope])
            if scope == TOTAL:
                members = seller_slots(company, user, quota_day(company, user, period))
            for member in members:
                sums[member][0] += earned[user, scope]
                sums[member][1] += quota
                sums[member][2] += 1
        for member, (numerator, quota, sellers) in sums.items():
            values[key("quota_attainment", Slot(period.grain, period.start, *member))] = Value(
                numerator, quota, ratio(numerator, quota), sellers
            )
        if any(scope == TOTAL for _, scope in quota_of):
            values |= _unquotaed(period, every, quotas, quota_of)
    return values


def _unquotaed(
    period: Period,
    every: list[Credit],
    quotas: dict[Owner, Quotas],
    quota_of: dict[tuple[str, Member], Decimal],
) -> Values:
    """Credits of days on which their seller has no quota above 0 (G-7, G-9); the sample is the
    number of credits."""
    spans = {
        owner.user_id: each.spans_in(period)
        for owner, each in quotas.items()
        if owner.scope == TOTAL and (owner.user_id, TOTAL) in quota_of
    }
    sums: dict[Member, list] = defaultdict(lambda: [Decimal(0), 0])
    for credit in every:
        covered = any(s <= credit.day < e for s, e in spans.get(credit.user_id, ()))
        if period.start <= credit.day < period.end and not covered:
            for member in (TOTAL, ("rep", credit.user_id)):
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
    quota of theirs, on the days of the team's (G13, G-9). The sample is the number of quotas, one.
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
        for owner, each in quotas.items():
            is_whole = owner.team_id and owner.scope == TOTAL
            quota = each.in_period(period) if is_whole else None
            if quota:
                sold = sum(
                    (
                        amount
                        for day, amount, teams in sold_deals
                        if owner.team_id in teams
                        and any(start <= day < end for start, end in each.spans_in(period))
                    ),
                    Decimal(0),
                )
                slot = Slot(period.grain, period.start, "team", owner.team_id)
                values[key("quota_attainment__manager_quota", slot)] = Value(
                    sold, quota, ratio(sold, quota), 1
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
        earned = earned_in(quotas, every, period)
        for (user, scope), quota in sellers_with_quota(quotas, period).items():
            if scope != TOTAL:
                continue
            slots = seller_slots(company, user, quota_day(company, user, period))
            members = [member for member in slots if member[0] != "rep"]
            members.append(("region", company.users.get(user, {}).get("region_id") or UNKNOWN))
            is_judged = employed_throughout(company, user, period)
            for member in members:
                counts[member][0] += is_judged and earned[user, TOTAL] >= quota
                counts[member][1] += is_judged
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
    company: Company, day: date, period: Period, quotas: dict[Owner, Quotas]
) -> dict[tuple[str, Member], tuple[Decimal, int]]:
    """Open amount at the plan rate and number of deals due on the days of a period that have a
    quota, per seller and slice (#52, F13, G-9)."""
    amounts: dict[tuple[str, Member], Decimal] = defaultdict(Decimal)
    deals: dict[tuple[str, Member], int] = defaultdict(int)
    spans = {
        (owner.user_id, owner.scope): each.spans_in(period)
        for owner, each in quotas.items()
        if owner.user_id
    }
    for snapshot in company.snapshots(day):
        due = snapshot.expected_close_date
        if due is None or not period.start <= due < period.end:
            continue
        rate = company.plan_rate(snapshot.currency, period.start)
        amount = company.convert(snapshot.amount, rate) or Decimal(0)
        for scope, share in scope_shares(company, snapshot.deal).items():
            owner = snapshot.owner_id, scope
            if any(start <= due < end for start, end in spans.get(owner, ())):
                amounts[owner] += amount * share
                deals[owner] += 1
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
    due = due_pipeline(company, day, period, quotas)
    measured_at = period.start if first_day else min(day, company.as_of_date)
    sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0), 0])
    for (user, scope), quota in sellers_with_quota(quotas, period).items():
        spans = quotas[Owner(user, None, scope)].spans_in(period)
        won = sum(
            (
                credit.amount * credit.shares.get(scope, Decimal(0))
                for credit in every
                if credit.user_id == user
                and credit.day < day
                and any(start <= credit.day < end for start, end in spans)
            ),
            Decimal(0),
        )
        amount, deals = due.get((user, scope), (Decimal(0), 0))
        members = iter([scope])
        if scope == TOTAL:
            # What is measured when the period begins belongs to the team the quota belongs to, and
            # what is measured now to the team of now (G-7).
            begins = first_day or period.end <= company.as_of_date
            team_day = quota_day(company, user, period) if begins else measured_at
            members = seller_slots(company, user, team_day)
        for member in members:
            for position, part in enumerate((amount, quota, won, deals)):
                sums[member][position] += part
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
