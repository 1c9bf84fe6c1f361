"""Visits to the web site, its visitors, and leads made of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS, SHORT_GRAINS
from ..reading import as_boolean, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .leads import people

ALL_GRAINS = SHORT_GRAINS + LONG_GRAINS


@dataclass(frozen=True)
class Visit:
    """A visit of somebody from outside (#36)."""

    day: date
    visitor: str | None
    pages: Decimal | None
    members: tuple[tuple[str, str], ...]


def visits(company: Company) -> list[Visit]:
    """Visits that began before as_of, without robots and colleagues."""
    found = []
    for row in company.visit_rows:
        start = as_timestamp(row["session_start"])
        if as_boolean(row["is_bot"]) or as_boolean(row["is_internal"]) or start >= company.as_of:
            continue
        region, campaign = row["region_id"] or UNKNOWN, row["campaign_id"] or UNKNOWN
        members = (TOTAL, ("region", region), ("campaign", campaign))
        found.append(Visit(start.date(), row["visitor_id"], as_decimal(row["page_views"]), members))
    if all(dict(visit.members)["region"] == UNKNOWN for visit in found):
        # Where visits have no region there is no slice by it (G27).
        found = [
            Visit(each.day, each.visitor, each.pages, (each.members[0], each.members[2]))
            for each in found
        ]
    return found


@recomputes("website_traffic", "website_traffic__users", "website_traffic__pageviews")
def traffic(company: Company) -> Values:
    """Visits, distinct visitors and pages seen, by the day on which the visit began (#36)."""
    number: dict[Slot, int] = defaultdict(int)
    visitors: dict[Slot, set[str]] = defaultdict(set)
    pages: dict[Slot, Decimal] = defaultdict(Decimal)
    for visit in visits(company):
        for slot in slots(company, visit.day, visit.members, ALL_GRAINS):
            number[slot] += 1
            visitors[slot] |= {visit.visitor} if visit.visitor else set()
            pages[slot] += visit.pages or 0
    values: Values = {}
    for slot, count in number.items():
        values[key("website_traffic", slot)] = Value(count, None, count, count)
        users = len(visitors[slot])
        values[key("website_traffic__users", slot)] = Value(users, None, users, users)
        seen = pages[slot]
        values[key("website_traffic__pageviews", slot)] = Value(seen, None, seen, count)
    return values


@recomputes("visitor_to_lead_rate")
def visitors_to_leads(company: Company) -> Values:
    """Leads from the web over visits of the period (#37, F35)."""
    sessions: dict[Slot, int] = defaultdict(int)
    leads: dict[Slot, int] = defaultdict(int)
    seen = visits(company)
    has_regions = any(len(visit.members) == 3 for visit in seen)
    grains = ("week", *LONG_GRAINS)
    # Leads are set against visits only from the day on which both are known (G-1).
    begins = [company.covered_from(table) for table in ("web_sessions", "leads")]
    known_from = max((day for day in begins if day), default=date.max)
    for visit in seen:
        for slot in slots(company, visit.day, visit.members, grains):
            sessions[slot] += visit.day >= known_from
    for person in people(company):
        if person.is_web and person.day >= known_from:
            members = [
                member
                for member in person.members
                if member[0] in ("total", "campaign") or (member[0] == "region" and has_regions)
            ]
            for slot in slots(company, person.day, members, grains):
                leads[slot] += 1
    return {
        key("visitor_to_lead_rate", slot): Value(
            leads[slot], sessions[slot], ratio(leads[slot], sessions[slot]), sessions[slot]
        )
        for slot in sessions.keys() | leads.keys()
    }
