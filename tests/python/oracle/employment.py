"""Who was employed as what on which day, by the history of employment or the users' own dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .reading import Row, as_boolean, as_date, as_decimal

if TYPE_CHECKING:
    from .company import Company

UNKNOWN_REGION = "-1"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Job:
    """Days with one job, the end exclusive."""

    user_id: str
    start: date
    end: date
    department: str | None
    fte: Decimal
    is_quota_carrying: bool
    is_on_leave: bool


def read_jobs(company: Company) -> list[Job]:
    """Every job, one at a time for each employee (C.1 rule 4, F53).

    A later job ends the earlier one, and one that ends a day before the next begins names its last
    day. What the history does not say the user says. Users without a history are employed from
    hire to termination, where both are known; nobody who is not among the users counts (G-6).
    """
    rows_of: dict[str, list[Row]] = {}
    for row in company.employment_rows:
        rows_of.setdefault(row["user_id"], []).append(row)
    jobs: list[Job] = []
    for user_id, rows in rows_of.items():
        if not company.users or user_id in company.users:
            jobs += _by_history(user_id, rows, company.users.get(user_id) or Row())
    for user_id, user in company.users.items():
        hired, left = as_date(user["hire_date"]), as_date(user["termination_date"])
        is_active = as_boolean(user["is_active"]) is not False
        if user_id in rows_of or hired is None or not (is_active or left):
            continue
        if left is None or hired < left:
            quota = bool(as_boolean(user["is_quota_carrying"]))
            jobs.append(
                Job(user_id, hired, left or date.max, None, fte_of(Row(), user), quota, False)
            )
    return jobs


def _by_history(user_id: str, rows: list[Row], user: Row) -> Iterator[Job]:
    in_order = sorted(rows, key=lambda row: as_date(row["valid_from"]))
    left = as_date(user["termination_date"])
    for row, following in zip(in_order, [*in_order[1:], None], strict=True):
        start, end = as_date(row["valid_from"]), as_date(row["valid_to"])
        next_start = as_date(following["valid_from"]) if following else None
        if end is None and next_start is None and left and left > start:
            end = left
        if next_start and (end is None or end > next_start or end + ONE_DAY == next_start):
            end = next_start
        quota = as_boolean(row["is_quota_carrying"])
        if quota is None:
            quota = as_boolean(user["is_quota_carrying"])
        yield Job(
            user_id,
            start,
            end or date.max,
            (row["department"] or "").lower() or None,
            fte_of(row, user),
            bool(quota),
            bool(as_boolean(row["is_on_leave"])),
        )


def fte_of(*rows: Row) -> Decimal:
    """The first full-time share that is one, above 0 to 1; else full time."""
    for row in rows:
        share = as_decimal(row["fte"])
        if share is not None and 0 < share <= 1:
            return share
    return Decimal(1)


def is_away_for_long(company: Company, job: Job, day: date) -> bool:
    """Whether an employee is absent on a day for more than long_leave_days, by the list of
    absences or by the history (#5)."""
    longest = int(company.parameters["long_leave_days"])
    absences = [
        (as_date(row["start_date"]), as_date(row["end_date"]) or date.max)
        for row in company.leave_rows
        if row["user_id"] == job.user_id
    ]
    absences += [(job.start, job.end)] if job.is_on_leave else []
    return any(start <= day < end and (end - start).days > longest for start, end in absences)


def days(start: date, end: date) -> Iterator[date]:
    """Days of a range, the end exclusive."""
    while start < end:
        yield start
        start += ONE_DAY


def region_of(company: Company, user_id: str) -> str:
    """Region a seller sells in (F3)."""
    return (company.users.get(user_id) or Row())["region_id"] or UNKNOWN_REGION


def people_members(company: Company, user_id: str, day: date) -> list[tuple[str, str]]:
    """Total, region, and the teams of an employee on a day (F3, F52)."""
    teams = [("team", team) for team in company.teams_of(user_id, day)]
    return [("total", "all"), ("region", region_of(company, user_id)), *teams]
