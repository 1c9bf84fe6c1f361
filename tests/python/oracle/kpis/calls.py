"""Calls, whom they reached, and what was won after them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

from ..activities import Activity, Counts, activities, counted, number
from ..company import Company
from ..registry import recomputes
from ..values import Value, Values, deal_members, key, ratio, wilson

SLICES = ("region", "segment", "lead_source")
COUNT_SLICES = (*SLICES, "pipeline", "campaign")


def _calls(company: Company) -> list[Activity]:
    calls = [each for each in activities(company) if each.is_outbound_call]
    return sorted(calls, key=lambda call: (call.completed_at, call.activity_id))


def _tally(company: Company, dimensions: tuple[str, ...]) -> Counts:
    records = []
    for call in _calls(company):
        day = call.completed_at.date()
        measures = {"calls": 1, "connected": int(call.is_connected)}
        records.append((day, call.members_on(company, day), measures))
    return counted(company, records, dimensions)


def _wins(company: Company) -> list[tuple[str, date, list[tuple[str, str]]]]:
    """Won deals with whom they were won from, their day and their members (F25)."""
    found = []
    for deal in company.decided_deals:
        if deal.is_won:
            prospect = f"account {deal.account_id}" if deal.account_id else f"deal {deal.deal_id}"
            owner, day = company.closing_owner(deal), deal.closed_date
            dimensions = ("total", "rep", "team", *SLICES)
            members = deal_members(company, deal, owner, day, dimensions)
            found.append((prospect, day, members))
    return found


@recomputes("calls_made", "calls_made__connected", "call_connect_rate")
def calls_made(company: Company) -> Values:
    """Outbound attempts by completion, those that reached somebody, and their share (#18, #19)."""
    values: Values = {}
    for slot, count in _tally(company, COUNT_SLICES).items():
        made, connected = count["calls"], count["connected"]
        values[key("calls_made", slot)] = Value(made, None, made, made)
        values |= {key("calls_made__connected", slot): each for each in number(connected, slot)}
        if slot.dimension not in ("pipeline", "campaign") and slot.grain != "day":
            values[key("call_connect_rate", slot)] = Value(
                connected, made, ratio(connected, made), made, wilson(connected, made)
            )
    return values


@recomputes("call_to_conversion_rate", "call_to_conversion_rate__prospects")
def conversions(company: Company) -> Values:
    """Deals won within 90 days after a call over calls made, and prospects that bought within 90
    days of the first call over prospects called (#32; both days count, F50)."""
    apart = timedelta(days=int(company.number("call_conversion_lookback_days")))
    days_called: dict[str, list[date]] = defaultdict(list)
    records, cohort = [], []
    wins = _wins(company)
    days_won: dict[str, list[date]] = defaultdict(list)
    for prospect, day, _ in wins:
        days_won[prospect].append(day)
    for call in _calls(company):
        day = call.completed_at.date()
        members = call.members_on(company, day)
        records.append((day, members, {"calls": 1}))
        if call.prospect is None:
            continue
        if call.prospect not in days_called:
            won = any(day <= each <= day + apart for each in days_won[call.prospect])
            waits = not won and day + apart >= company.as_of_date
            measures = {"called": 1, "won": int(won), "waiting": int(waits)}
            cohort.append((day, members, measures))
        days_called[call.prospect].append(day)
    for prospect, day, members in wins:
        if any(day - apart <= each <= day for each in days_called.get(prospect, ())):
            records.append((day, members, {"won": 1}))
    values: Values = {}
    for slot, count in counted(company, records, SLICES).items():
        values[key("call_to_conversion_rate", slot)] = Value(
            count["won"],
            count["calls"],
            ratio(count["won"], count["calls"]),
            count["calls"] + count["won"],
        )
    for slot, count in counted(company, cohort, SLICES).items():
        won, called = count["won"], count["called"]
        values[key("call_to_conversion_rate__prospects", slot)] = Value(
            won,
            called,
            ratio(won, called),
            called,
            wilson(won, called),
            open_share=ratio(count["waiting"], called),
        )
    return values
