"""How long people outside wait for an answer to their e-mails."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

from ..activities import Activity, activities
from ..company import Company
from ..periods import LONG_GRAINS
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio, slots, wilson
from .emails import threads
from .outcomes import quantile

SLICES = ("region", "segment", "lead_source")


class Wait(NamedTuple):
    """Seconds until an answer, or until as_of without one, and what was promised."""

    seconds: int
    is_answered: bool
    is_due: bool
    is_punctual: bool


def _answered_at(email: Activity, thread: list[Activity], sent: list[Activity]) -> list[datetime]:
    """Instants at which something of ours met an e-mail, at or after it came in."""
    found = [each.sent_at for each in thread if each.sent_at and not each.is_automated]
    found += [each.sent_at for each in sent if each.response_to == email.activity_id]
    found += [email.responded_at] if email.responded_at else []
    return [each for each in found if each >= email.received_at]


def waits(company: Company) -> list[tuple[Activity, Wait]]:
    """E-mails that need an answer, the earliest of those that one answer meets (#22)."""
    sent = [each for each in activities(company) if each.sent_at and not each.is_automated]
    promised = timedelta(hours=int(company.number("email_sla_hours")))
    found = []
    for thread in threads(company).values():
        earliest: dict[datetime | None, Activity] = {}
        for email in sorted(thread, key=lambda each: (each.email_at, each.activity_id)):
            if email.received_at and email.needs_reply:
                answered = _answered_at(email, thread, sent)
                if not answered and email.responded_at:
                    continue  # Its only answer lies before it (G18).
                earliest.setdefault(min(answered, default=None), email)
        for answered_at, email in earliest.items():
            took = (answered_at or company.as_of) - email.received_at
            is_due = company.as_of - email.received_at >= promised
            is_punctual = is_due and answered_at is not None and took <= promised
            seconds = int(took.total_seconds())
            found.append((email, Wait(seconds, answered_at is not None, is_due, is_punctual)))
    return found


def kaplan_meier_median(found: list[Wait]) -> float | None:
    """Hours until the share of those that wait falls to a half (F22), in fractions."""
    share = Fraction(1)
    for seconds in sorted({each.seconds for each in found}):
        at_risk = sum(each.seconds >= seconds for each in found)
        answered = sum(each.seconds == seconds and each.is_answered for each in found)
        share *= Fraction(at_risk - answered, at_risk)
        if share <= Fraction(1, 2):
            return seconds / 3600
    return None


@recomputes(
    "email_response_time",
    "email_response_time__mean",
    "email_response_time__p90",
    "email_response_time__kaplan_meier",
    "email_response_time__unanswered_share",
    "email_sla_rate",
)
def response_times(company: Company) -> Values:
    """Hours until an answer (#22) and the share answered within the promised time (#23, F53)."""
    by_slot: dict[Slot, list[Wait]] = defaultdict(list)
    for email, wait in waits(company):
        day = email.received_at.date()
        wanted = ("total", "rep", "team", *SLICES)
        members = [each for each in email.members_on(company, day) if each[0] in wanted]
        for slot in slots(company, day, members):
            by_slot[slot].append(wait)
    values: Values = {}
    for slot, found in by_slot.items():
        unanswered = sum(not each.is_answered for each in found)
        values[key("email_response_time__unanswered_share", slot)] = Value(
            unanswered,
            len(found),
            ratio(unanswered, len(found)),
            len(found),
            wilson(unanswered, len(found)),
        )
        due = sum(each.is_due for each in found)
        punctual = sum(each.is_punctual for each in found)
        values[key("email_sla_rate", slot)] = Value(
            punctual, due, ratio(punctual, due), due, wilson(punctual, due)
        )
        if slot.grain in LONG_GRAINS:
            hours = [each.seconds / 3600 for each in found if each.is_answered]
            count, whole = len(hours), sum(hours)
            median, p90 = quantile(hours, 0.5), quantile(hours, 0.9)
            values[key("email_response_time", slot)] = Value(None, None, median, count)
            values[key("email_response_time__p90", slot)] = Value(None, None, p90, count)
            values[key("email_response_time__mean", slot)] = Value(
                whole, count, ratio(whole, count), count
            )
            values[key("email_response_time__kaplan_meier", slot)] = Value(
                None, None, kaplan_meier_median(found), len(found)
            )
    return values
