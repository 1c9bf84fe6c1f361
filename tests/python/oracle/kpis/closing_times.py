"""How long deals take from the first contact, and with those that are still open."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from ..activities import activities
from ..company import UNKNOWN, Company
from ..history import Deal
from ..periods import LONG_GRAINS
from ..reading import as_date
from ..registry import recomputes
from ..values import Slot, Value, Values, deal_members, key, product_members, ratio, slots
from .leads import originals
from .outcomes import cycle_days, decided_parts

COHORT_GRAINS = tuple(grain for grain in LONG_GRAINS if "month" not in grain)
COHORT_DIMENSIONS = ("total", "team", "region", "segment", "lead_source", "pipeline")


def first_contacts(company: Company) -> dict[str, date]:
    """Day of the first contact with the buyer of each deal with a date of opening (#58)."""
    leads = {row["lead_id"]: row for row in company.lead_rows}
    original = originals(company)
    from_leads: dict[str, list[date]] = defaultdict(list)
    for row in leads.values():
        is_there = row["converted_opportunity_id"] and _is_counted(company, row)
        if is_there:
            same = [row, *filter(None, [leads.get(original.get(row["lead_id"]))])]
            from_leads[row["converted_opportunity_id"]] += [
                as_date(each["created_at"]) for each in same if _is_counted(company, each)
            ]
    talks = list(_talks(company))
    found: dict[str, date] = {}
    back = timedelta(days=int(company.number("first_contact_days")))
    for deal in company.deals:
        if deal.created_date is None or deal.is_deleted:
            continue
        days = [deal.created_date]
        if deal.opportunity_type == "new":
            days += from_leads[deal.deal_id]
            days += [
                day
                for day, account, deal_id in talks
                if deal.created_date - back <= day < deal.created_date
                and (deal_id == deal.deal_id or account == (deal.account_id or UNKNOWN) != UNKNOWN)
            ]
        found[deal.deal_id] = min(days)
    return found


def _is_counted(company: Company, row) -> bool:
    from ..reading import as_boolean, as_timestamp

    return not (
        as_boolean(row["is_deleted"])
        or as_boolean(row["is_test"])
        or as_timestamp(row["created_at"]) >= company.as_of
    )


def _talks(company: Company) -> Iterable[tuple[date, str, str | None]]:
    """Calls that were over, e-mails and meetings held: day, company, deal."""
    for each in activities(company):
        if each.kind == "call" and each.completed_at:
            yield each.completed_at.date(), each.account_id, each.opportunity_id
        elif each.kind == "email" and each.email_at:
            yield each.email_at.date(), each.account_id, each.opportunity_id
        elif each.is_held:
            yield each.scheduled_start.date(), each.account_id, each.opportunity_id


@recomputes("time_to_close", "time_to_close__median")
def times_to_close(company: Company) -> Values:
    """Days from first contact to the close of won deals, mean and median (#58, G18)."""
    contacts = first_contacts(company)
    found: dict[Slot, list[int]] = defaultdict(list)
    for deal, member, _ in decided_parts(company, with_competitors=False):
        first = contacts.get(deal.deal_id)
        if deal.is_won and first and deal.closed_date >= first and member[0] != "opportunity_type":
            for slot in slots(company, deal.closed_date, [member], LONG_GRAINS):
                found[slot].append((deal.closed_date - first).days)
    values: Values = {}
    for slot, days in found.items():
        total, number = sum(days), len(days)
        values[key("time_to_close", slot)] = Value(total, number, ratio(total, number), number)
        median = statistics.median(days)
        values[key("time_to_close__median", slot)] = Value(None, None, median, number)
    return values


def waited(company: Company, deal: Deal) -> int | None:
    """Days from opening to close, or to as_of while it is open; None when unknown."""
    if deal.is_closed:
        return cycle_days(deal)
    return (company.as_of_date - deal.created_date).days


def survival(group: list[tuple[int, bool, bool]], horizon: int) -> tuple[int | None, float | None]:
    """Kaplan-Meier median of the closes and Aalen-Johansen share won by a day (#60, F22), in
    fractions; each of the group is its days, whether it closed and whether it was won."""
    share, median, won_share = Fraction(1), None, Fraction(0)
    for day in sorted({each for each, _, _ in group}):
        at_risk = sum(each >= day for each, _, _ in group)
        closed = sum(each == day and is_closed for each, is_closed, _ in group)
        won = sum(each == day and is_won for each, _, is_won in group)
        if day <= horizon:
            won_share += share * Fraction(won, at_risk)
        share *= Fraction(at_risk - closed, at_risk)
        if median is None and share <= Fraction(1, 2):
            median = day
    is_known = share == 0 or max(each for each, _, _ in group) >= horizon
    return median, float(won_share) if is_known else None


@recomputes("km_median_days_to_close", "km_median_days_to_close__cum_incidence_won")
def medians_to_close(company: Company) -> Values:
    """Median days to close of the deals opened in a period, open ones censored at as_of, and the
    share won within won_by_days of the opening (#60, F22, F25)."""
    horizon = int(company.number("won_by_days"))
    found: dict[Slot, list[tuple[int, bool, bool]]] = defaultdict(list)
    for deal in company.deals:
        if deal.is_deleted or deal.created_date is None or company.is_left_out(deal):
            continue
        days = waited(company, deal)
        if days is None:
            continue
        day, owner = deal.created_date, company.first_owner(deal)
        members = deal_members(company, deal, owner, day, COHORT_DIMENSIONS)
        members += list(product_members(company, deal))
        for slot in slots(company, day, members, COHORT_GRAINS):
            found[slot].append((days, deal.is_closed, deal.is_won))
    values: Values = {}
    for slot, group in found.items():
        median, share = survival(group, horizon)
        for kpi_id, value in (
            ("km_median_days_to_close", median),
            ("km_median_days_to_close__cum_incidence_won", share),
        ):
            values[key(kpi_id, slot)] = Value(None, None, value, len(group))
    return values
