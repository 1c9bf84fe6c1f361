"""How long leads wait for the first attempt of a person to reach them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..activities import activities
from ..company import Company
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio, slots, wilson
from .leads import originals, people
from .outcomes import quantile


@dataclass(frozen=True)
class Wait:
    """A lead that waits, or waited, in seconds."""

    day: date
    members: tuple[tuple[str, str], ...]
    response: int | None
    waited: int
    is_due: bool


def attempts(company: Company) -> dict[str, datetime]:
    """First attempt of a person to reach somebody, by the lead that stands for them (#24)."""
    original = originals(company)
    leads = {row["activity_id"]: row["lead_id"] for row in company.activity_rows}
    found: dict[str, datetime] = {}
    for each in activities(company):
        lead = original.get(leads[each.activity_id])
        if lead is None or each.is_automated or (each.direction or "outbound") != "outbound":
            continue
        if each.kind == "call" and each.direction != "outbound" and not each.completed_at:
            continue
        at = {
            "call": each.completed_at,
            "email": each.sent_at,
            "meeting": each.created_at if each.scheduled_start and not each.is_rebooking else None,
        }.get(each.kind)
        if at:
            found[lead] = min(found.get(lead, at), at)
    return found


def waits(company: Company) -> list[Wait]:
    """Leads of the days on which activities are known, without those spoken to before."""
    first = attempts(company)
    known_from = company.covered_from("activities")
    promised = int(company.number("speed_to_lead_sla_minutes")) * 60
    found: list[Wait] = []
    for person in people(company):
        at = first.get(person.lead["lead_id"])
        if known_from is None or person.day < known_from or (at and at < person.created_at):
            continue
        age = seconds(company.as_of - person.created_at)
        response = None if at is None else seconds(at - person.created_at)
        waited = age if response is None else response
        found.append(Wait(person.day, tuple(person.members), response, waited, age >= promised))
    return found


def seconds(length: timedelta) -> int:
    """Whole seconds of a length of time."""
    return int(length.total_seconds())


def survival_median(group: list[Wait]) -> int | None:
    """Smallest wait after which at most half still wait, by Kaplan and Meier (F22)."""
    share = 1.0
    for waited in sorted({each.waited for each in group}):
        at_risk = sum(each.waited >= waited for each in group)
        ended = sum(each.response == waited for each in group)
        share *= (at_risk - ended) / at_risk
        if share <= 0.5 + 1e-9:
            return waited
    return None


@recomputes(
    "speed_to_lead",
    "speed_to_lead__p90",
    "speed_to_lead__mean",
    "speed_to_lead__kaplan_meier",
    "speed_to_lead__within_sla_rate",
    "speed_to_lead__never_contacted_share",
)
def speed(company: Company) -> Values:
    """Median, ninth decile, mean and survival median of the minutes to the first attempt, the
    share reached in time and the share nobody tried to reach (#24, F22, F53)."""
    promised = int(company.number("speed_to_lead_sla_minutes")) * 60
    groups: dict[Slot, list[Wait]] = defaultdict(list)
    for each in waits(company):
        for slot in slots(company, each.day, each.members, ("week", *LONG_GRAINS)):
            groups[slot].append(each)
    values: Values = {}
    for slot, group in groups.items():
        answered = [each.response for each in group if each.response is not None]
        due = [each for each in group if each.is_due]
        prompt = sum(each.response is not None and each.response <= promised for each in due)
        never = len(group) - len(answered)
        if slot.grain != "week":
            minutes = [each / 60 for each in answered]
            median = survival_median(group)
            total = sum(answered) / 60 if answered else None
            values |= {
                key("speed_to_lead", slot): Value(
                    None, None, quantile(minutes, 0.5), len(answered)
                ),
                key("speed_to_lead__p90", slot): Value(
                    None, None, quantile(minutes, 0.9), len(answered)
                ),
                key("speed_to_lead__mean", slot): Value(
                    total, len(answered), ratio(total, len(answered)), len(answered)
                ),
                key("speed_to_lead__kaplan_meier", slot): Value(
                    None, None, None if median is None else median / 60, len(group)
                ),
            }
        values[key("speed_to_lead__within_sla_rate", slot)] = Value(
            prompt, len(due), ratio(prompt, len(due)), len(due), wilson(prompt, len(due))
        )
        values[key("speed_to_lead__never_contacted_share", slot)] = Value(
            never, len(group), ratio(never, len(group)), len(group), wilson(never, len(group))
        )
    return values
