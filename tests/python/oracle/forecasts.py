"""Calls of what will be booked: which count, which decides at a moment, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from .company import Company, midnight
from .kpis.quota import SCOPES, Credit, all_credits
from .reading import Row, as_date, as_decimal, as_timestamp
from .values import TOTAL

COMPANY = "all"
"""What a call is for that names no team."""


@dataclass(frozen=True)
class Unit:
    """Whose forecast of what: a seller, or another level for a team; a slice; and a period."""

    submitter: str
    level: str
    team: str | None
    scope: tuple[str, str]
    start: date
    end: date

    def shares_days_with(self, other: Unit) -> bool:
        """Whether both are of the same person and thing, and some days of theirs are the same."""
        mine = (self.submitter, self.level, self.team, self.scope)
        others = (other.submitter, other.level, other.team, other.scope)
        return mine == others and self.start < other.end and other.start < self.end

    def yields_to(self, other: Unit) -> bool:
        """Whether the other one is longer, or as long and earlier, over some of the same days."""
        days, others_days = self.end - self.start, other.end - other.start
        return self.shares_days_with(other) and (
            days < others_days or (days == others_days and self.start > other.start)
        )


@dataclass(frozen=True)
class Call:
    """One submission."""

    unit: Unit
    submission_id: str
    category: str
    amount: Decimal | None
    """At the plan rate of the first day (F13); None without a rate."""
    submitted_at: datetime


def exclusive_end(row: Row) -> date:
    """First day after a period; from the first to the last day of a month holds that day (G-9)."""
    start, end = as_date(row["period_start"]), as_date(row["period_end"])
    next_day = end + timedelta(days=1)
    return next_day if start.day == 1 and next_day.day == 1 else end


def team_called(company: Company, row: Row) -> str | None:
    """Team that a call of another level is for: the one it names, the one its submitter manages,
    or the whole company; None where a manager has none."""
    managed = [
        team for team, each in company.teams.items() if each["manager_id"] == row["submitter_id"]
    ]
    named = row["team_id"] or min(managed, default=None)
    return named or (None if row["level"].lower() == "manager" else COMPANY)


@lru_cache(maxsize=4)
def read_calls(company: Company) -> tuple[Call, ...]:
    """Calls before as_of that count: of known users (G-6), for one slice at most (F17), and not of
    a period of which the same person called a longer one."""
    found: list[Call] = []
    for row in company.forecast_rows:
        submitted_at = as_timestamp(row["submitted_at"])
        scopes = [(scope, row[f"{scope}_id"]) for scope in SCOPES if row[f"{scope}_id"]]
        is_known = not company.users or row["submitter_id"] in company.users
        if submitted_at >= company.as_of or len(scopes) > 1 or not is_known:
            continue
        row = Row(row | {"level": row["level"] or "rep"})
        level = row["level"].lower()
        team = None if level == "rep" else team_called(company, row)
        if level == "manager" and team is None:
            continue
        start = as_date(row["period_start"])
        scope = scopes[0] if scopes else TOTAL
        unit = Unit(row["submitter_id"], level, team, scope, start, exclusive_end(row))
        rate = company.plan_rate(row["currency"] or company.corporate_currency, start)
        amount = company.convert(as_decimal(row["amount"]), rate)
        category = (row["category"] or "commit").lower()
        found.append(Call(unit, row["submission_id"], category, amount, submitted_at))
    units = {call.unit for call in found}
    kept = {unit for unit in units if not any(unit.yields_to(other) for other in units)}
    return tuple(call for call in found if call.unit in kept)


def last_calls(company: Company, moment: datetime | None, category: str) -> dict[Unit, Call]:
    """The call of each unit that decides: the last one before its moment (F17), which is the end
    of the first days of its period where none is given; one on the very instant is late."""
    days = timedelta(days=int(company.parameters["forecast_snapshot_offset_days"]))
    deciding: dict[Unit, Call] = {}
    for call in read_calls(company):
        before = moment or midnight(call.unit.start + days)
        if call.category != category or call.submitted_at >= before:
            continue
        known = deciding.get(call.unit)
        if known is None or (known.submitted_at, known.submission_id) < (
            call.submitted_at,
            call.submission_id,
        ):
            deciding[call.unit] = call
    return {unit: call for unit, call in deciding.items() if call.amount is not None}


@lru_cache(maxsize=4)
def credits_of(company: Company) -> tuple[Credit, ...]:
    """Every credit of the company."""
    return tuple(all_credits(company))


def result(company: Company, unit: Unit) -> Decimal:
    """What was booked of a unit on its days and recorded a few days after its end (#61, F17): by
    the seller in the slice, or by everybody who was in the team on the day."""
    settled = unit.end + timedelta(days=int(company.parameters["forecast_settling_days"]))
    booked = Decimal(0)
    for credit in credits_of(company):
        if not unit.start <= credit.day < unit.end or credit.recorded >= settled:
            continue
        if unit.level == "rep":
            if credit.user_id == unit.submitter:
                booked += credit.amount * credit.shares.get(unit.scope, Decimal(0))
        elif unit.team == COMPANY or unit.team in company.teams_of(credit.user_id, credit.day):
            booked += credit.amount
    return booked
