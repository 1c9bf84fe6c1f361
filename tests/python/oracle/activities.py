"""Calls, e-mails and meetings as they were known at as_of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from .company import UNKNOWN, Company
from .history import Deal
from .periods import SHORT_GRAINS
from .reading import Row, as_boolean, as_timestamp
from .values import TOTAL, Slot, Value, slots

ANSWER_MARKS = re.compile(r"^((re|fw|fwd|aw|wg) *: *)*")


@dataclass(frozen=True)
class Activity:
    """An activity of people with the world outside, logged once, of no test record."""

    activity_id: str
    kind: str
    direction: str | None
    status: str | None
    outcome: str | None
    meeting_type: str | None
    owner_id: str
    booker_id: str
    account_id: str
    opportunity_id: str | None
    prospect: str | None
    members: tuple[tuple[str, str], ...]
    """Region, segment, lead source, pipeline and campaign."""
    thread: str
    response_to: str | None
    is_automated: bool
    needs_reply: bool
    is_rebooking: bool
    has_guest_attending: bool
    created_at: datetime
    scheduled_start: datetime | None
    completed_at: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    responded_at: datetime | None
    is_due: bool

    @property
    def is_outbound_call(self) -> bool:
        """A call that was made (#18): its completion decides (F53)."""
        return self.kind == "call" and self.direction == "outbound" and bool(self.completed_at)

    @property
    def is_connected(self) -> bool:
        """A call in or out that reached a person."""
        return self.kind == "call" and bool(self.completed_at) and self.outcome == "connected"

    @property
    def is_meeting(self) -> bool:
        """A meeting in its last slot (#25)."""
        return self.kind == "meeting" and bool(self.scheduled_start) and self.status != "superseded"

    @property
    def is_held(self) -> bool:
        """A meeting that took place with somebody from outside (#27)."""
        is_over = self.is_meeting and self.is_due and self.status == "completed"
        return is_over and self.has_guest_attending

    @property
    def email_at(self) -> datetime | None:
        """When an e-mail was sent or came in."""
        return self.sent_at or self.received_at

    def members_on(
        self, company: Company, day: date, seller: str | None = None
    ) -> list[tuple[str, str]]:
        """Slices of the activity on a day: the total, its seller, the teams and the rest."""
        seller = seller or self.owner_id
        teams = [("team", team) for team in company.teams_of(seller, day)]
        return [TOTAL, ("rep", seller), *teams, *self.members]


@lru_cache(maxsize=4)
def activities(company: Company) -> tuple[Activity, ...]:
    """What people did with the world outside, once each, entered before as_of."""
    rows = company.activity_rows
    by_id = {row["activity_id"]: row for row in rows}
    guests = _guests(company)
    rebooked = {row["superseded_by"] for row in rows if row["superseded_by"]}
    subjects = {row["activity_id"]: _Subject(company, row) for row in rows}
    repeats = _repeats(company, rows, subjects)
    found: list[Activity] = []
    for row in rows:
        created_at = as_timestamp(row["created_at"])
        subject = subjects[row["activity_id"]]
        if created_at is None or created_at >= company.as_of or subject.is_excluded:
            continue
        kind, direction = row["activity_type"].lower(), (row["direction"] or "").lower()
        has_guest, has_attending = guests.get(row["activity_id"], (True, True))
        is_internal = as_boolean(row["is_internal"]) or direction == "internal" or not has_guest
        is_machine = as_boolean(row["is_automated"]) and kind != "email"
        is_mass = as_boolean(row["is_bulk"]) or as_boolean(row["is_auto_reply"])
        if is_internal or is_machine or is_mass or row["activity_id"] in repeats:
            continue
        found.append(
            _activity(company, row, by_id, subject, row["activity_id"] in rebooked, has_attending)
        )
    return tuple(found)


def _activity(
    company: Company,
    row: Row,
    by_id: Mapping[str, Row],
    subject: _Subject,
    is_rebooking: bool,
    has_attending: bool,
) -> Activity:
    def known(column: str) -> datetime | None:
        instant = as_timestamp(row[column])
        return instant if instant and instant < company.as_of else None

    kind, direction = row["activity_type"].lower(), (row["direction"] or "").lower() or None
    scheduled, completed = as_timestamp(row["scheduled_start"]), as_timestamp(row["completed_at"])
    sent = received = None
    if kind == "email" and direction == "outbound":
        sent = as_timestamp(row["sent_at"]) or completed
        sent = sent if sent and sent < company.as_of else None
    if kind == "email" and direction == "inbound":
        received = as_timestamp(row["received_at"]) or completed or as_timestamp(row["created_at"])
    status = (row["status"] or "").lower() or ("completed" if completed else None)
    # What decided it lies before as_of, or it is still to come.
    decided = {
        "cancelled": as_timestamp(row["cancelled_at"]),
        "superseded": as_timestamp((by_id.get(row["superseded_by"]) or Row())["created_at"]),
        "no_show": scheduled,
    }.get(row["status"] or "", max(filter(None, (scheduled, completed)), default=None))
    if decided and decided >= company.as_of:
        status = "scheduled"
    needs_reply = as_boolean(row["needs_reply"])
    seller = company.known_seller(row["performer_id"])
    person = row["contact_id"] or row["lead_id"] or row["account_id"]
    subject_line = ANSWER_MARKS.sub("", (row["subject"] or "").strip().lower())
    titled = f"{subject_line} / {person}" if row["subject"] and person else None
    return Activity(
        activity_id=row["activity_id"],
        kind=kind,
        direction=direction,
        status=status,
        outcome=(row["outcome"] or "").lower() or None,
        meeting_type=(row["meeting_type"] or "").lower() or None,
        owner_id=seller,
        booker_id=company.known_seller(row["booked_by_id"]) if row["booked_by_id"] else seller,
        account_id=subject.account_id,
        opportunity_id=subject.opportunity_id,
        prospect=subject.prospect,
        members=subject.members,
        thread=row["thread_id"] or titled or row["activity_id"],
        response_to=row["response_to_id"],
        is_automated=bool(as_boolean(row["is_automated"])),
        needs_reply=direction == "inbound" if needs_reply is None else needs_reply,
        is_rebooking=is_rebooking,
        has_guest_attending=has_attending,
        created_at=as_timestamp(row["created_at"]) or datetime.min,
        scheduled_start=scheduled,
        completed_at=known("completed_at"),
        sent_at=sent,
        received_at=received,
        responded_at=known("responded_at"),
        is_due=bool(scheduled and scheduled < company.as_of),
    )


class _Subject:
    """Whom an activity concerns: as it says, else through its deal, else through its contact."""

    def __init__(self, company: Company, row: Row) -> None:
        deal_row = _deal_rows(company).get(row["opportunity_id"])
        contact = company.contacts.get(row["contact_id"]) or Row()
        self.contact_id = company.person(row["contact_id"])
        account = row["account_id"] or (deal_row or Row())["account_id"] or contact["account_id"]
        survivor = company.surviving(account)
        is_known = survivor and (not company.accounts or survivor in company.accounts)
        self.account_id = survivor if is_known else UNKNOWN
        self.opportunity_id = row["opportunity_id"]
        if deal_row is None and _deal_rows(company):
            self.opportunity_id = None
        self.is_excluded = bool(
            (deal_row and company.is_excluded_deal(deal_row))
            or as_boolean(contact["is_test"])
            or company.is_test_account(account)
        )
        deal = _deals(company).get(row["opportunity_id"])
        members = []
        for dimension in ("region", "segment"):
            own = company.account_value(self.account_id, f"{dimension}_id")
            of_deal = getattr(deal, f"{dimension}_id") if deal else UNKNOWN
            members.append((dimension, own if own != UNKNOWN else of_deal))
        for dimension in ("lead_source", "pipeline", "campaign"):
            members.append((dimension, getattr(deal, f"{dimension}_id") if deal else UNKNOWN))
        self.members = tuple(members)
        prospects = (
            ("account", None if self.account_id == UNKNOWN else self.account_id),
            ("deal", self.opportunity_id),
            ("contact", self.contact_id),
            ("lead", row["lead_id"]),
        )
        named = [f"{kind} {key}" for kind, key in prospects if key]
        self.prospect = named[0] if named else None


@lru_cache(maxsize=4)
def _deal_rows(company: Company) -> dict[str, Row]:
    rows = company.table("opportunities", ("opportunity_id",), ("opportunity_id", "stage"))
    return {row["opportunity_id"]: row for row in rows}


@lru_cache(maxsize=4)
def _deals(company: Company) -> dict[str, Deal]:
    return {
        deal_id: company.read_deal(row)
        for deal_id, row in _deal_rows(company).items()
        if not company.is_excluded_deal(row)
    }


def _guests(company: Company) -> dict[str, tuple[bool, bool]]:
    """Of activities with participants: whether any is from outside, and whether any such came."""
    people: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    key = ("activity_id", "participant_id")
    for row in company.table("activity_participants", key, key):
        is_external = as_boolean(row["is_external"])
        if is_external is None and row["participant_type"]:
            is_external = row["participant_type"].lower() in ("contact", "lead")
        if is_external is not None:
            came = is_external and as_boolean(row["is_attended"]) is not False
            people[row["activity_id"]].append((is_external, came))
    return {
        activity_id: (any(guest for guest, _ in each), any(came for _, came in each))
        for activity_id, each in people.items()
    }


def _repeats(company: Company, rows: Iterable[Row], subjects: Mapping[str, _Subject]) -> set[str]:
    """What is logged once more: by the key of its origin, its message, or within a minute."""

    def begun(row: Row) -> datetime:
        columns = ("scheduled_start", "sent_at", "received_at", "completed_at", "created_at")
        return next(filter(None, (as_timestamp(row[column]) for column in columns)))

    found: set[str] = set()
    by_origin, by_message, by_person = defaultdict(list), defaultdict(list), defaultdict(list)
    for row in rows:
        kind = row["activity_type"].lower()
        subject = subjects[row["activity_id"]]
        if row["external_id"]:
            by_origin[kind, row["performer_id"], row["external_id"]].append(row)
        if row["message_id"]:
            by_message[kind, row["message_id"]].append(row)
        account = None if subject.account_id == UNKNOWN else subject.account_id
        person = subject.contact_id or row["lead_id"] or account or subject.opportunity_id
        if person and row["performer_id"]:
            by_person[kind, row["direction"], row["performer_id"], person].append(row)
    for copies in by_origin.values():
        copies.sort(key=lambda row: (row["status"] == "superseded", begun(row), row["activity_id"]))
        found |= {row["activity_id"] for row in copies[1:]}
    for copies in by_message.values():
        copies.sort(key=lambda row: (begun(row), row["activity_id"]))
        found |= {row["activity_id"] for row in copies[1:]}
    apart = timedelta(seconds=int(company.number("activity_repeat_seconds")))
    for each in by_person.values():
        each.sort(key=lambda row: (begun(row), row["activity_id"]))
        for before, after in zip(each, each[1:], strict=False):
            is_keyless = not all(row["external_id"] or row["message_id"] for row in (before, after))
            if is_keyless and begun(after) - begun(before) <= apart:
                found.add(after["activity_id"])
    return found


def number(count: int, slot: Slot) -> list[Value]:
    """A sum of records; none in a day or a week in which a member has none (F8)."""
    if not count and slot.grain in SHORT_GRAINS and slot.dimension != "total":
        return []
    return [Value(count, None, count, count)]


Counts = dict[Slot, dict[str, int]]


def counted(
    company: Company,
    records: Iterable[tuple[date, list[tuple[str, str]], Mapping[str, int]]],
    dimensions: Iterable[str],
) -> Counts:
    """Sums of named measures per slot, of records with a day and members."""
    wanted = {"total", "rep", "team", *dimensions}
    found: Counts = defaultdict(lambda: defaultdict(int))
    for day, members, measures in records:
        kept = [member for member in members if member[0] in wanted]
        for slot in slots(company, day, kept):
            for name, number in measures.items():
                found[slot][name] += number
    return found
