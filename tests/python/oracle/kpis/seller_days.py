"""What sellers did on their working days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from ..activities import Counts, _activity, _guests, _repeats, _Subject, activities, counted
from ..company import Company
from ..employment import days, people_members
from ..reading import Row, as_boolean, as_date, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import Value, Values, key, ratio, wilson

Member = tuple[str, str]


def sellers_on(company: Company, user_id: str, day: date) -> bool:
    """Whether somebody is employed with a quota on a day (F53)."""
    return any(
        job.user_id == user_id and job.is_quota_carrying and job.start <= day < job.end
        for job in company.jobs
    )


def members(company: Company, user_id: str, day: date) -> list[Member]:
    """The seller, and the slices of the seller on a day."""
    return [("rep", user_id), *people_members(company, user_id, day)]


@lru_cache(maxsize=4)
def working_days(company: Company) -> tuple[tuple[str, date], ...]:
    """Business days of the country of each seller with a quota, employed and not away (#31).

    Where no calendar says better people work from Monday to Friday.
    """
    first = company.covered_from("activities")
    if first is None:
        return ()
    key = ("country", "calendar_date")
    calendar = {
        (row["country"], as_date(row["calendar_date"])): as_boolean(row["is_business_day"])
        for row in company.table("working_calendar", key, key)
    }
    away: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in company.leave_rows:
        span = as_date(row["start_date"]), as_date(row["end_date"]) or date.max
        away[row["user_id"]].append(span)
    found: list[tuple[str, date]] = []
    for job in company.jobs:
        if not job.is_quota_carrying or job.is_on_leave:
            continue
        country = (company.users.get(job.user_id) or Row())["country"]
        for day in days(max(job.start, first), min(job.end, company.snapshot_day)):
            is_open = calendar.get((country, day))
            if is_open is None:
                is_open = day.weekday() < 5
            if is_open and not any(start <= day < end for start, end in away[job.user_id]):
                found.append((job.user_id, day))
    return tuple(found)


def entries(company: Company) -> set[tuple[str, date]]:
    """Who entered an activity or changed a deal on which day, machines aside (#35)."""
    found: set[tuple[str, date]] = set()
    for row in company.activity_rows:
        created_at = as_timestamp(row["created_at"])
        if created_at is None or created_at >= company.as_of or of_machine(row):
            continue
        if not _Subject(company, row).is_excluded:
            user = company.known_seller(row["booked_by_id"] or row["performer_id"])
            found.add((user, created_at.date()))
    required = ("opportunity_id", "field_name", "changed_at")
    for row in company.raw.get("opportunity_field_history", ()):
        changed_at = as_timestamp(row["changed_at"])
        if all(row[column] for column in required) and changed_at and changed_at < company.as_of:
            found.add((row["changed_by"] or "", changed_at.date()))
    return found


def of_machine(row: Row) -> bool:
    """A step of a sequence or an out-of-office note."""
    return bool(as_boolean(row["is_automated"]) or as_boolean(row["is_auto_reply"]))


def completed(company: Company) -> Iterator[tuple[str, date]]:
    """Calls made, e-mails sent and meetings held, with who and when (#31)."""
    for each in activities(company):
        at: datetime | None = None
        if each.kind == "call":
            at = each.completed_at
        elif each.kind == "email":
            at = each.sent_at
        elif each.is_held:
            at = each.scheduled_start
        if at:
            yield each.owner_id, at.date()


def logged_time(company: Company) -> Iterator[tuple[str, date, bool, int]]:
    """Who spent how many seconds on which day, and whether on selling (#34)."""
    rows = company.activity_rows
    by_id = {row["activity_id"]: row for row in rows}
    guests = _guests(company)
    subjects = {row["activity_id"]: _Subject(company, row) for row in rows}
    repeats = _repeats(company, rows, subjects)
    for row in rows:
        created_at = as_timestamp(row["created_at"])
        subject = subjects[row["activity_id"]]
        if created_at is None or created_at >= company.as_of or subject.is_excluded:
            continue
        if of_machine(row) or row["activity_id"] in repeats:
            continue
        each = _activity(company, row, by_id, subject, False, True)
        is_done = bool(each.completed_at) if each.status is None else each.status == "completed"
        length = as_decimal(row["duration_seconds"])
        start, end = as_timestamp(row["scheduled_start"]), as_timestamp(row["scheduled_end"])
        if length is None and each.kind == "meeting" and start and end:
            length = (end - start).total_seconds()
        if not is_done or not length or length <= 0:
            continue
        has_guest, _ = guests.get(row["activity_id"], (True, True))
        is_internal = as_boolean(row["is_internal"]) or each.direction == "internal"
        is_outside = not is_internal and has_guest
        is_contact = each.kind in ("call", "email", "meeting", "chat") and is_outside
        at = {"email": each.email_at, "meeting": each.scheduled_start}.get(each.kind)
        at = at or each.completed_at or created_at
        yield each.owner_id, at.date(), is_contact or bool(each.opportunity_id), int(length)


@lru_cache(maxsize=4)
def sums(company: Company) -> Counts:
    """Working days, entries, activities and time of each slot."""
    entered = entries(company)
    first = company.covered_from("activities")
    records = [
        (day, members(company, user, day), {"days": 1, "logged": int((user, day) in entered)})
        for user, day in working_days(company)
    ]
    events = [(user, day, {"done": 1}) for user, day in completed(company)]
    events += [
        (user, day, {"timed": 1, "selling": seconds * is_selling, "seconds": seconds})
        for user, day, is_selling, seconds in logged_time(company)
    ]
    for user, day, measures in events:
        if first and day >= first and sellers_on(company, user, day):
            records.append((day, members(company, user, day), measures))
    return counted(company, records, ("region",))


@recomputes("activities_per_rep_day")
def activities_per_rep_day(company: Company) -> Values:
    """Calls made, e-mails sent and meetings held over the working days of sellers (#31).

    The sample is all of them: who is away may do something on a week without a working day.
    """
    return {
        key("activities_per_rep_day", slot): Value(
            each["done"],
            each["days"],
            ratio(each["done"], each["days"]),
            each["days"] + each["done"],
        )
        for slot, each in sums(company).items()
    }


@recomputes("selling_time_share")
def selling_time_share(company: Company) -> Values:
    """Seconds of selling over all seconds logged (#34)."""
    return {
        key("selling_time_share", slot): Value(
            each["selling"], each["seconds"], ratio(each["selling"], each["seconds"]), each["timed"]
        )
        for slot, each in sums(company).items()
        if slot.dimension != "region"
    }


@recomputes("crm_adoption_rate")
def crm_adoption_rate(company: Company) -> Values:
    """Working days with an entry over working days of sellers (#35)."""
    return {
        key("crm_adoption_rate", slot): Value(
            each["logged"],
            each["days"],
            ratio(each["logged"], each["days"]),
            each["days"],
            interval=wilson(each["logged"], each["days"]),
        )
        for slot, each in sums(company).items()
        if slot.dimension != "region"
    }
