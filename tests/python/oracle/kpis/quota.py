"""Quotas, attainment and coverage by pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .bookings import credits
from .company import UNKNOWN, Company
from .history import UNALLOCATED, Deal
from .periods import LONG_GRAINS, Period, period_of, periods_between
from .reading import as_date, as_decimal
from .values import TOTAL, Slot, Value, Values, key, product_members, ratio

PERIODS_AHEAD = 4


@dataclass(frozen=True)
class Owner:
    """Whose quota it is: a seller or a team, all products or one family."""

    user_id: str | None
    team_id: str | None
    family_id: str | None


@dataclass
class Quotas:
    """Quotas of one owner per quota period, at the plan rate."""

    amounts: dict[tuple[date, date], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def in_period(self, period: Period) -> Decimal | None:
        """Sum over a period that quota periods tile exactly, else None (F37, G24)."""
        inside = sorted(
            (start, end, amount)
            for (start, end), amount in self.amounts.items()
            if period.start <= start and end <= period.end
        )
        reached = period.start
        for start, end, _ in inside:
            if start != reached:
                return None
            reached = end
        return sum(amount for _, _, amount in inside) if reached == period.end else None


def read_quotas(company: Company) -> dict[Owner, Quotas]:
    """Quotas of the site's quota measure (#69, F37).

    A version that holds for a part of the period counts by its days (G24). Quotas scoped to a
    region, segment or pipeline are not in the sample and are refused.
    """
    found: dict[Owner, Quotas] = defaultdict(Quotas)
    scopes = ("product_family_id", "region_id", "segment_id", "pipeline_id")
    required = ("period_start", "period_end", "amount")
    period = ("period_start", "period_end")
    identity = ("user_id", "team_id", *period, "measure", *scopes, "valid_from")
    for row in company.table("quotas", identity, required):
        if (row["measure"] or company.parameters["quota_measure"]) != company.parameters[
            "quota_measure"
        ]:
            continue
        if any(row[scope] for scope in scopes[1:]):
            raise ValueError("Quotas by region, segment or pipeline have no oracle yet; add one.")
        start, end = as_date(row["period_start"]), as_date(row["period_end"])
        amount = as_decimal(row["amount"])
        since = max(as_date(row["valid_from"]) or start, start)
        until = min(as_date(row["valid_to"]) or end, end)
        rate = company.plan_rate(row["currency"] or company.corporate_currency, start)
        if amount is None or rate is None or until <= since:
            continue
        held = amount * rate * (until - since).days / (end - start).days
        owner = Owner(row["user_id"], row["team_id"], row["product_family_id"])
        found[owner].amounts[start, end] += held
    return found


def plan_amount(company: Company, deal: Deal) -> Decimal | None:
    """Amount of a won deal at the plan rate of the fiscal year of its close (F13)."""
    return company.convert(deal.amount, company.plan_rate(deal.currency, deal.closed_date))


@dataclass(frozen=True)
class Credit:
    """Money credited to a seller for a won deal, at the plan rate."""

    user_id: str
    day: date
    amount: Decimal
    families: dict[str, Decimal]
    deal_id: str


def all_credits(company: Company) -> list[Credit]:
    """Every credit with a known amount; credits and contractions count (#69, G12, F25)."""
    found: list[Credit] = []
    for deal in company.closed_deals:
        amount = plan_amount(company, deal) if deal.is_won else None
        if amount is None:
            continue
        families = {
            member: share
            for (dimension, member), share in product_members(company, deal).items()
            if dimension == "product_family"
        }
        for user, share in credits(company, deal).items():
            found.append(Credit(user, deal.closed_date, amount * share, families, deal.deal_id))
    return found


def seller_slots(company: Company, user_id: str, period: Period) -> Iterator[tuple[str, str]]:
    """Total, seller, and the last team of the seller in the period with the teams above it."""
    yield TOTAL
    yield "rep", user_id
    team, day = company.last_team_of(user_id, period.start, period.end)
    for each in company.team_and_above(team, day):
        yield "team", each


def quota_periods(company: Company, quotas: dict[Owner, Quotas]) -> Iterator[Period]:
    """Periods, of a month and longer, from the first quota to the last."""
    spans = [span for each in quotas.values() for span in each.amounts]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    for grain in LONG_GRAINS:
        yield from periods_between(first, last, grain, company.fiscal_year_start_month)


def sellers_with_quota(
    quotas: dict[Owner, Quotas], period: Period
) -> dict[tuple[str, str | None], Decimal]:
    """Quota above 0 of each seller and product family in a period; family None is all."""
    found: dict[tuple[str, str | None], Decimal] = {}
    for owner, each in quotas.items():
        amount = each.in_period(period) if owner.user_id else None
        if amount:
            found[owner.user_id, owner.family_id] = amount
    return found


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
        if period.start >= company.as_of_date:
            continue
        quota_of = sellers_with_quota(quotas, period)
        earned: dict[str, Decimal] = defaultdict(Decimal)
        by_family: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for credit in every:
            if period.start <= credit.day < period.end:
                earned[credit.user_id] += credit.amount
                for family, share in credit.families.items():
                    by_family[credit.user_id, family] += credit.amount * share
        sums: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
        for (user, family), quota in quota_of.items():
            if family is None:
                members, numerator = seller_slots(company, user, period), earned[user]
            else:
                members = iter([("product_family", family)])
                numerator = by_family[user, family]
            for member in members:
                sums[member][0] += numerator
                sums[member][1] += quota
                sums[member][2] += 1
        for member, (numerator, quota, sellers) in sums.items():
            values[key("quota_attainment", Slot(period.grain, period.start, *member))] = Value(
                numerator, quota, ratio(numerator, quota), sellers
            )
        if any(family is None for _, family in quota_of):
            values |= _unquotaed(company, period, earned, quota_of)
    return values


def _unquotaed(
    company: Company,
    period: Period,
    earned: dict[str, Decimal],
    quota_of: dict[tuple[str, str | None], Decimal],
) -> Values:
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for user, amount in earned.items():
        if (user, None) not in quota_of:
            for member in seller_slots(company, user, period):
                sums[member] += amount
    values: Values = {}
    for member, amount in sums.items():
        slot = Slot(period.grain, period.start, *member)
        values[key("quota_attainment__unquotaed_bookings", slot)] = Value(
            amount, None, amount, None
        )
    return values


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
        if period.start >= company.as_of_date:
            continue
        sold: dict[str, Decimal] = defaultdict(Decimal)
        for day, amount, teams in sold_deals:
            if period.start <= day < period.end:
                for team in teams:
                    sold[team] += amount
        for owner, each in quotas.items():
            quota = each.in_period(period) if owner.team_id else None
            if quota:
                slot = Slot(period.grain, period.start, "team", owner.team_id)
                values[key("quota_attainment__manager_quota", slot)] = Value(
                    sold[owner.team_id], quota, ratio(sold[owner.team_id], quota), 1
                )
    return values


def sellers_at_quota(company: Company) -> Values:
    """Sellers whose credited bookings reached their quota over sellers with a quota above 0 who
    were employed for the whole period (#70, F3: the region is the seller's).

    None while the period runs (F49).
    """
    quotas = read_quotas(company)
    every = all_credits(company)
    values: Values = {}
    for period in quota_periods(company, quotas):
        if period.start >= company.as_of_date:
            continue
        is_complete = period.end <= company.as_of_date
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for (user, family), quota in sellers_with_quota(quotas, period).items():
            if family is not None or not employed_throughout(company, user, period):
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
                Value(reached, sellers, ratio(reached, sellers), sellers)
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
    return company.as_of_date if period in ahead else None


def due_pipeline(
    company: Company, day: date, period: Period
) -> dict[tuple[str, str | None], tuple[Decimal, int]]:
    """Open amount at the plan rate and number of deals due in a period, per seller and family;
    family None is all (#52, F13)."""
    amounts: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    deals: dict[tuple[str, str | None], int] = defaultdict(int)
    for snapshot in company.snapshots(day):
        due = snapshot.expected_close_date
        if due is None or not period.start <= due < period.end:
            continue
        rate = company.plan_rate(snapshot.currency, period.start)
        amount = company.convert(snapshot.amount, rate) or Decimal(0)
        parts: dict[str | None, Decimal] = {None: Decimal(1)}
        parts |= {
            member: share
            for (dimension, member), share in product_members(company, snapshot.deal).items()
            if dimension == "product_family" and member != UNALLOCATED
        }
        for family, share in parts.items():
            amounts[snapshot.owner_id, family] += amount * share
            deals[snapshot.owner_id, family] += 1
    return {owner: (amounts[owner], deals[owner]) for owner in amounts}


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
    for (user, family), quota in sellers_with_quota(quotas, period).items():
        won = sum(
            (
                credit.amount * (credit.families.get(family, Decimal(0)) if family else 1)
                for credit in every
                if credit.user_id == user and period.start <= credit.day < day
            ),
            Decimal(0),
        )
        amount, deals = due.get((user, family), (Decimal(0), 0))
        members = iter([("product_family", family)])
        if family is None:
            members = seller_slots(company, user, period)
        for member in members:
            for position, part in enumerate((amount, quota, won, deals)):
                sums[member][position] += part
    values: Values = {}
    for member, (amount, quota, won, deals) in sums.items():
        slot = Slot(period.grain, period.start, *member)
        if first_day:
            values[key("pipeline_coverage__day1", slot)] = Value(
                amount, quota, ratio(amount, quota), deals
            )
            continue
        left = quota - won
        values[key("pipeline_coverage", slot)] = Value(
            amount, left, ratio(amount, left) if left > 0 else None, deals
        )
        values[key("pipeline_coverage__full", slot)] = Value(
            amount, quota, ratio(amount, quota), deals
        )
        values[key("pipeline_coverage__won_and_open", slot)] = Value(
            amount + won, quota, ratio(amount + won, quota), deals
        )
    return values
