"""Accounts that talk with us."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from ..activities import Activity, activities
from ..company import UNKNOWN, Company, midnight
from ..periods import LONG_GRAINS, periods_between
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, wilson
from .retention import State, subscriptions


def looks_back(company: Company, day: date) -> date:
    """First day looked back to from a day."""
    return day - timedelta(days=int(company.number("engagement_days")))


def _sign_of_life(each: Activity) -> date | None:
    """Day on which the other side took part: a connected call, an e-mail, a meeting held."""
    if each.is_connected:
        return each.completed_at.date()
    if each.received_at:
        return each.received_at.date()
    return each.scheduled_start.date() if each.is_held else None


@recomputes("client_engagement_rate", window_start=looks_back)
def client_engagement_rate(company: Company) -> Values:
    """Accounts with a two-way activity in the 30 days before, over accounts with an open deal or
    an active subscription on the day (#33)."""
    signs: dict[str, set[date]] = defaultdict(set)
    for each in activities(company):
        day = _sign_of_life(each)
        if day and each.account_id != UNKNOWN:
            signs[each.account_id].add(day)
    sources: dict[str, str] = {}
    for deal in sorted(company.deals, key=lambda d: (d.created_date or date.max, d.deal_id)):
        if deal.account_id and not deal.is_deleted:
            sources.setdefault(deal.account_id, deal.lead_source_id)
    every = subscriptions(company)
    days = [each.start for each in every] + ([company.first_day] if company.first_day else [])
    values: Values = {}
    if not days:
        return values
    counts: dict[date, dict[tuple[str, str], list[int]]] = {}
    for grain in LONG_GRAINS:
        for period in periods_between(
            min(days), company.snapshot_day, grain, company.fiscal_year_start_month
        ):
            end = min(period.end, company.as_of_date)
            if end not in counts:
                seen_by = period.end if midnight(period.end) <= company.as_of else None
                counts[end] = _counts(company, end, seen_by or company.snapshot_day, signs, sources)
            for member, (engaged, scope) in counts[end].items():
                values[key("client_engagement_rate", Slot(grain, period.start, *member))] = Value(
                    engaged,
                    scope,
                    ratio(engaged, scope),
                    scope,
                    wilson(engaged, scope),
                    measured_at=end,
                )
    return values


def _counts(
    company: Company,
    day: date,
    snapshot_day: date,
    signs: dict[str, set[date]],
    sources: dict[str, str],
) -> dict[tuple[str, str], list[int]]:
    """Engaged accounts and accounts in scope on a day, by slice."""
    scope = {each.deal.account_id for each in company.snapshots(snapshot_day)}
    scope |= set(State(company, subscriptions(company), day).active)
    first = looks_back(company, day)
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for account in scope - {None, UNKNOWN}:
        owner = company.account_value(account, "owner_id")
        members = [TOTAL, ("rep", owner)]
        members += [("team", team) for team in company.teams_of(owner, day)]
        members += [
            ("region", company.account_value(account, "region_id")),
            ("segment", company.account_value(account, "segment_id")),
            ("lead_source", sources.get(account, UNKNOWN)),
        ]
        is_engaged = any(first <= sign < day for sign in signs.get(account, ()))
        for member in members:
            counts[member][0] += is_engaged
            counts[member][1] += 1
    return counts
