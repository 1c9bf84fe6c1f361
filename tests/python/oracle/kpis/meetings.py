"""Meetings booked, due, held and followed up."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from ..activities import Activity, activities, counted, number
from ..company import UNKNOWN, Company
from ..registry import recomputes
from ..values import Value, Values, key, ratio, wilson

RATE_SLICES = ("region", "segment", "lead_source", "pipeline")
SLICES = (*RATE_SLICES, "campaign")


@recomputes("meetings_booked")
def meetings_booked(company: Company) -> Values:
    """Meetings by the day they were first booked, for whoever booked them (#26)."""
    records = []
    for each in activities(company):
        if each.kind == "meeting" and each.scheduled_start and not each.is_rebooking:
            day = each.created_at.date()
            members = each.members_on(company, day, each.booker_id)
            records.append((day, members, {"booked": 1}))
    return {
        key("meetings_booked", slot): Value(count["booked"], None, count["booked"], count["booked"])
        for slot, count in counted(company, records, SLICES).items()
    }


@recomputes(
    "meetings_scheduled",
    "meetings_completed",
    "meeting_completion_rate",
    "meeting_completion_rate__show_rate",
    "meeting_completion_rate__known_outcome",
    "demos_conducted",
    "follow_up_meetings",
    "follow_up_meetings__rate",
)
def meetings(company: Company) -> Values:
    """Meetings by their last slot, once it has begun, and what became of them (#25, #27 to #30):
    a running period holds what it has seen (F8)."""
    meetings = [each for each in activities(company) if each.is_meeting and each.is_due]
    held = [each for each in meetings if each.is_held]
    follow_ups = _follow_ups(held)
    first, again = _first_meetings(company, held)
    records = []
    for each in meetings:
        missed, cancelled = each.status == "no_show", each.status == "cancelled"
        measures = {
            "scheduled": 1,
            "held": each.is_held,
            "shown": each.is_held or missed,
            "known": each.is_held or missed or cancelled,
            "demos": each.is_held and each.meeting_type == "demo",
            "follow_ups": each.activity_id in follow_ups,
            "first": each.activity_id in first,
            "again": each.activity_id in again,
        }
        day = each.scheduled_start.date()
        records.append((day, each.members_on(company, day), measures))
    values: Values = {}
    for slot, count in counted(company, records, SLICES).items():
        for kpi_id, name in (
            ("meetings_scheduled", "scheduled"),
            ("meetings_completed", "held"),
            ("demos_conducted", "demos"),
            ("follow_up_meetings", "follow_ups"),
        ):
            if slot.dimension != "campaign" or kpi_id.startswith("meetings_"):
                values |= {key(kpi_id, slot): each for each in number(count[name], slot)}
        for kpi_id, numerator, denominator in (
            ("meeting_completion_rate", "held", "scheduled"),
            ("meeting_completion_rate__show_rate", "held", "shown"),
            ("meeting_completion_rate__known_outcome", "held", "known"),
            ("follow_up_meetings__rate", "again", "first"),
        ):
            part, whole = count[numerator], count[denominator]
            if slot.dimension != "campaign":
                values[key(kpi_id, slot)] = Value(
                    part, whole, ratio(part, whole), whole, wilson(part, whole)
                )
    return values


def _follow_ups(held: list[Activity]) -> set[str]:
    """Meetings after an earlier one of the same deal, else of the same company (#30)."""
    found = set()
    for each in held:
        for other in held:
            if each.opportunity_id:
                is_same = each.opportunity_id == other.opportunity_id
            else:
                is_same = each.account_id == other.account_id != UNKNOWN
            if is_same and other.scheduled_start < each.scheduled_start:
                found.add(each.activity_id)
                break
    return found


def _first_meetings(company: Company, held: list[Activity]) -> tuple[set[str], set[str]]:
    """First meetings with a deal whose days are over, and those that another followed in time."""
    apart = timedelta(days=int(company.number("follow_up_days")))
    of_deal: dict[str, list[Activity]] = defaultdict(list)
    for each in held:
        if each.opportunity_id:
            of_deal[each.opportunity_id].append(each)
    first, again = set(), set()
    for deal_meetings in of_deal.values():
        deal_meetings.sort(key=lambda each: (each.scheduled_start, each.activity_id))
        begins = deal_meetings[0]
        if begins.scheduled_start + apart > company.as_of:
            continue
        first.add(begins.activity_id)
        later = [each.scheduled_start for each in deal_meetings]
        later = [each for each in later if each > begins.scheduled_start]
        if later and min(later) - begins.scheduled_start <= apart:
            again.add(begins.activity_id)
    return first, again
