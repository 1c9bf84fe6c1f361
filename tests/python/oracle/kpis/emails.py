"""E-mails sent and replied to."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from ..activities import Activity, activities, counted, number
from ..company import Company
from ..registry import recomputes
from ..values import Value, Values, key, ratio, wilson

SLICES = ("region", "segment", "lead_source", "campaign")


def threads(company: Company) -> dict[str, list[Activity]]:
    """E-mails by conversation in their order; of two at one instant ours came first."""
    found: dict[str, list[Activity]] = defaultdict(list)
    for each in activities(company):
        if each.email_at:
            found[each.thread].append(each)
    for emails in found.values():
        emails.sort(key=lambda each: (each.email_at, each.sent_at is None, each.activity_id))
    return found


@recomputes("emails_sent", "emails_sent__delivered", "email_reply_rate")
def sent_emails(company: Company) -> Values:
    """E-mails sent, delivered ones, and the share of conversations that we began and that were
    replied to within 14 days, once these are over (#20, #21)."""
    apart = timedelta(days=int(company.number("email_reply_days")))
    records = []
    for emails in threads(company).values():
        for place, email in enumerate(emails):
            if not email.sent_at:
                continue
            begins = place == 0 and email.sent_at + apart <= company.as_of
            replied = any(
                each.received_at and each.received_at - email.sent_at <= apart
                for each in emails[1:]
            )
            measures = {
                "sent": 1,
                "delivered": int(email.outcome != "bounced"),
                "begun": int(begins),
                "replied": int(begins and replied),
            }
            day = email.sent_at.date()
            records.append((day, email.members_on(company, day), measures))
    values: Values = {}
    for slot, count in counted(company, records, SLICES).items():
        for kpi_id, name in (("emails_sent", "sent"), ("emails_sent__delivered", "delivered")):
            values |= {key(kpi_id, slot): each for each in number(count[name], slot)}
        replied, begun = count["replied"], count["begun"]
        values[key("email_reply_rate", slot)] = Value(
            replied, begun, ratio(replied, begun), begun, wilson(replied, begun)
        )
    return values
