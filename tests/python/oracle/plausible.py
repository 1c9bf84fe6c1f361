"""Dates that cannot be true (G-2): starts of a calendar written for nothing, typing errors."""

from __future__ import annotations

from datetime import date

from .reading import Row, Tables, as_date, as_timestamp

EVENTS = {
    "opportunities": ("created_date", "created_at", "closed_date", "closed_at"),
    "opportunity_stage_history": ("entered_at",),
    "opportunity_field_history": ("changed_at",),
    "subscriptions": ("valid_from",),
    "survey_responses": ("responded_at",),
    "activities": ("created_at",),
    "invoices": ("invoice_date",),
    "revenue_events": ("recognized_date",),
    "leads": ("created_at",),
    "forecasts": ("submitted_at",),
    "web_sessions": ("session_start",),
}
"""Columns of what has happened, which tell the latest event."""

OTHER_DATES = {
    "expenses": ("expense_date",),
    "compensation": ("period_start",),
    "training_records": ("started_at", "completed_at"),
    "activities": (
        "scheduled_start",
        "scheduled_end",
        "completed_at",
        "sent_at",
        "received_at",
        "responded_at",
        "cancelled_at",
    ),
    "opportunities": ("expected_close_date", "deleted_at", "qualified_at"),
    "subscriptions": ("valid_to", "renewal_date"),
    "leads": ("qualified_at", "disqualified_at", "converted_at", "first_touch_at"),
    "forecasts": ("period_start", "period_end"),
    "market_sizes": ("period_start", "period_end"),
    "quotas": ("period_start", "period_end", "valid_from", "valid_to"),
    "targets": ("start_date", "end_date"),
}
"""Columns that lie near the events, before or after them."""

PEOPLE = {
    "accounts": ("customer_since",),
    "users": ("hire_date", "termination_date"),
    "employment_history": ("valid_from", "valid_to"),
    "user_leave": ("start_date", "end_date"),
    "team_memberships": ("valid_to",),
    "team_hierarchy": ("valid_to",),
}
"""Columns that may lie long before every event, but not where calendars begin."""

CALENDARS_BEGIN = (date(1900, 1, 1), date(1970, 1, 1))


def plausible(raw: Tables, years: int) -> dict[str, list[Row]]:
    """The raw tables with every implausible date emptied."""
    tables = {name: [Row(row) for row in rows] for name, rows in raw.items()}
    loads = [as_timestamp(row["loaded_at"]) for row in tables.get("loads", ())]
    loaded_at = max(instant for instant in loads if instant)
    instants = [
        instant
        for name, columns in EVENTS.items()
        for row in tables.get(name, ())
        for column in columns
        if (instant := as_timestamp(row[column])) and instant < loaded_at
    ]
    first = date.min
    if instants:
        latest = max(instants).date()
        is_leap_day = (latest.month, latest.day) == (2, 29)
        first = latest.replace(year=latest.year - years, day=28 if is_leap_day else latest.day)
    for columns_of, earliest in ((EVENTS, first), (OTHER_DATES, first), (PEOPLE, date.min)):
        for name, columns in columns_of.items():
            for row in tables.get(name, ()):
                for column in columns:
                    day = as_date(row[column])
                    if day and (
                        day < earliest or day <= CALENDARS_BEGIN[0] or day in CALENDARS_BEGIN
                    ):
                        row[column] = None
    for row in tables.get("opportunity_field_history", ()):
        if row["field_name"] == "expected_close_date":
            for column in ("old_value", "new_value"):
                day = as_date(row[column])
                if day and (day < first or day in CALENDARS_BEGIN):
                    row[column] = None
    return tables
