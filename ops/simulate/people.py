"""Who was employed as what and when: support staff, careers, absences, working days and pay."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.deals import Book
from ops.simulate.names import FIRST_NAMES, LAST_NAMES
from ops.simulate.organisation import (
    COUNTRIES,
    COUNTRY_OF_REGION,
    FOREVER,
    OPENING_HOUR,
    REGIONS,
    TIME_ZONES,
    Organisation,
)
from ops.simulate.parameters import Parameters
from ops.simulate.plans import bookings_by_rep

SUPPORT_ROLES = ("Sales Development Representative", "Sales Engineer", "Sales Operations Analyst")
# One for so many sellers.
SELLERS_PER_SUPPORT = (8, 12, 16)
LEAVE_TYPES = ("vacation", "sick", "parental")
VACATION, SICK, PARENTAL = range(3)
# Yearly base pay in USD by role; sellers earn a commission beside it.
BASE_PAY = {
    "Chief Revenue Officer": 260_000,
    "VP Sales": 190_000,
    "Sales Manager": 130_000,
    "Account Executive": 84_000,
    "Junior Account Executive": 66_000,
    "Sales Development Representative": 54_000,
    "Sales Engineer": 98_000,
    "Sales Operations Analyst": 72_000,
}
COMMISSION_PERCENT = 8
# Days of national holidays that fall on the same date each year: month and day, by country.
FIXED_HOLIDAYS = (
    ((1, 1), (7, 4), (11, 11), (12, 25)),
    ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
    ((1, 1), (12, 25), (12, 26)),
    ((1, 1), (5, 1), (8, 9), (12, 25)),
)
# Days from Easter Sunday to Good Friday and, where it is a holiday, Easter Monday.
EASTER_HOLIDAYS = ((), (-2, 1), (-2, 1), (-2,))


def staff_tables(
    parameters: Parameters, contract: Contract, organisation: Organisation
) -> dict[str, pa.Table]:
    """Users and memberships with support staff beside the sellers, careers, leave and calendars."""
    users, memberships = _with_support(parameters, contract, organisation)
    people = _people(users)
    leaves = _leaves(parameters, people)
    return {
        "users": users,
        "team_memberships": memberships,
        "employment_history": _careers(parameters, contract, people, leaves),
        "user_leave": _leave_table(contract, people, leaves),
        "working_calendar": _calendar(parameters, contract, organisation.region_count),
    }


def compensation_table(
    parameters: Parameters,
    contract: Contract,
    tables: Mapping[str, pa.Table],
    organisation: Organisation,
    book: Book,
    plan_rates: dict[int, np.ndarray],
) -> pa.Table:
    """Base pay of every month employed, and sellers' commission on what they booked in it."""
    months = clock.month_start(np.repeat(parameters.start_day, parameters.months))
    months = clock.add_months(months, np.arange(parameters.months))
    ends = clock.add_months(months, 1)
    people = _people(tables["users"])
    is_employed = (people["hire"][:, None] < ends) & (people["left"][:, None] > months)
    person, month = np.nonzero(is_employed)
    role = np.array([BASE_PAY[name] for name in tables["users"].column("role").to_pylist()])
    base = np.round(role[person] * people["fte"][person] / 12).astype(np.int64) * 100

    booked = bookings_by_rep(parameters, organisation, book, plan_rates, months)
    seller, sold = np.nonzero(booked > 0)
    earned = np.round(booked[seller, sold] * COMMISSION_PERCENT / 100).astype(np.int64)
    user = np.concatenate([person, seller + organisation.manager_count])
    start = np.concatenate([months[month], months[sold]])
    is_commission = np.arange(len(user)) >= len(person)
    order = np.lexsort((is_commission, start, user))
    return col.build(
        contract.tables["compensation"],
        len(user),
        user_id=col.pick(people["ids"], user[order]),
        period_start=col.dates(start[order]),
        component=col.pick(["base", "commission"], is_commission[order].astype(np.int64)),
        amount=col.decimals(np.concatenate([base, earned])[order]),
        currency=col.constant("USD", len(user)),
        plan_id=col.pick(["COMP-1"], np.where(is_commission[order], 0, -1)),
    )


def with_administration(
    parameters: Parameters, contract: Contract, tables: Mapping[str, pa.Table]
) -> pa.Table:
    """The activities, and at their end the meetings among colleagues and the paperwork of sellers:
    an hour a month of either, or less."""
    chance = parameters.stream("administration")
    users = tables["users"]
    people = _people(users)
    leaves = _leaves(parameters, people)
    months = clock.add_months(
        np.repeat(parameters.start_day, parameters.months), np.arange(parameters.months)
    )
    seller = np.repeat(np.flatnonzero(people["is_seller"]), parameters.months)
    day = np.tile(months, int(people["is_seller"].sum())) + chance.integers(0, 27, len(seller))
    day = clock.calendar_day(clock.business_index(day))
    is_there = (people["hire"][seller] <= day) & (day < people["left"][seller])
    is_there &= day < parameters.end_day
    for person, start, end in zip(
        leaves["person"], leaves["from_day"], leaves["to_day"], strict=True
    ):
        is_there &= ~((seller == person) & (day >= start) & (day < end))
    seller, day = seller[is_there], day[is_there]
    count = len(seller)
    is_meeting = chance.random(count) < 0.4
    region = np.array([REGIONS.index(name) for name in users.column("region_id").to_pylist()])
    begun = (
        day * DAY_SECONDS + (OPENING_HOUR[region[seller]] + chance.integers(0, 7, count)) * 3_600
    )
    length = chance.integers(2, 9, count) * 900
    order = np.argsort(begun, kind="stable")
    begun, length, is_meeting, seller = (
        values[order] for values in (begun, length, is_meeting, seller)
    )
    none = np.zeros(count)
    more = col.build(
        contract.tables["activities"],
        count,
        activity_id=col.keys("ADM-", count, 6),
        activity_type=col.pick(["task", "meeting"], is_meeting.astype(np.int64)),
        direction=col.constant("internal", count),
        performer_id=col.pick(people["ids"], seller),
        subject=col.pick(["Planning and reports", "Team meeting"], is_meeting.astype(np.int64)),
        created_at=col.instants(begun - np.where(is_meeting, 1_800, 0)),
        scheduled_start=col.instants(np.where(is_meeting, begun, MISSING)),
        scheduled_end=col.instants(np.where(is_meeting, begun + length, MISSING)),
        completed_at=col.instants(begun + length),
        status=col.constant("completed", count),
        duration_seconds=col.integers(np.where(is_meeting, MISSING, length)),
        is_automated=col.flags(none),
        is_bulk=col.flags(none),
        is_auto_reply=col.flags(none),
        is_internal=col.flags(none + 1),
        needs_reply=col.flags(none),
    )
    return _stacked(tables["activities"], more)


def _with_support(
    parameters: Parameters, contract: Contract, organisation: Organisation
) -> tuple[pa.Table, pa.Table]:
    """The users and their teams, with support staff at the end of both."""
    chance = parameters.stream("support staff")
    users = organisation.tables["users"]
    sellers = np.bincount(organisation.region, minlength=organisation.region_count)
    region, role = [], []
    for number in range(organisation.region_count):
        for kind, share in enumerate(SELLERS_PER_SUPPORT):
            count = max(1, round(int(sellers[number]) / share))
            region += [number] * count
            role += [kind] * count
    count = len(region)
    taken = set(users.column("full_name").to_pylist())
    names: list[str] = []
    for draw in chance.permutation(len(FIRST_NAMES) * len(LAST_NAMES)):
        name = f"{FIRST_NAMES[draw % len(FIRST_NAMES)]} {LAST_NAMES[draw // len(FIRST_NAMES)]}"
        if name not in taken and len(names) < count:
            names.append(name)
    hire = parameters.start_day - chance.integers(60, 1_500, count)
    later = chance.random(count) < 0.2
    inside = parameters.start_day + chance.integers(
        30, parameters.end_day - parameters.start_day - 60, count
    )
    hire = clock.calendar_day(clock.business_index(np.where(later, inside, hire)))
    ids = col.number("USR-", users.num_rows + np.arange(1, count + 1), 3)
    more = col.build(
        contract.tables["users"],
        count,
        user_id=ids,
        full_name=pa.array(names),
        email=pa.array([f"{name.replace(' ', '.')}@sales.example".lower() for name in names]),
        role=col.pick(SUPPORT_ROLES, np.array(role)),
        is_quota_carrying=col.flags(np.zeros(count)),
        hire_date=col.dates(hire),
        fte=col.decimals(np.full(count, 10), scale=1),
        time_zone=col.pick(TIME_ZONES, np.array(region)),
        is_active=col.flags(np.ones(count)),
        region_id=col.pick(REGIONS, np.array(region)),
        country=col.pick(COUNTRIES, COUNTRY_OF_REGION[region]),
        updated_at=col.instants(np.maximum(hire, parameters.start_day) * DAY_SECONDS + 6 * 3_600),
    )
    teams = col.build(
        contract.tables["team_memberships"],
        count,
        user_id=ids,
        team_id=col.pick(organisation.team_ids, 1 + np.array(region)),
        valid_from=col.dates(hire),
        is_primary=col.flags(np.ones(count)),
    )
    return _stacked(users, more), _stacked(organisation.tables["team_memberships"], teams)


def _stacked(first: pa.Table, second: pa.Table) -> pa.Table:
    """Two tables of one contract on top of each other."""
    lower = {}
    for name in first.column_names:
        kind, column = first.column(name).type, second.column(name).combine_chunks()
        is_empty = column.null_count == len(column)
        lower[name] = pa.nulls(len(column), kind) if is_empty else column
    stacked = pa.concat_tables([first, pa.table(lower, schema=first.schema)])
    return stacked.unify_dictionaries().combine_chunks()


def _people(users: pa.Table) -> dict[str, np.ndarray]:
    """Users by position: ids, first day, first day not employed (FOREVER), and so on."""

    def days(name: str) -> np.ndarray:
        column = users.column(name).combine_chunks().cast(pa.int32())
        return column.fill_null(FOREVER).to_numpy().astype(np.int64)

    return {
        "ids": users.column("user_id").combine_chunks().cast(pa.string()),
        "hire": days("hire_date"),
        "left": days("termination_date"),
        "fte": users.column("fte").combine_chunks().cast(pa.float64()).to_numpy(),
        "role": np.array(users.column("role").to_pylist()),
        "is_seller": users.column("is_quota_carrying").to_numpy(),
    }


def _leaves(parameters: Parameters, people: dict[str, np.ndarray]) -> col.Batch:
    """Absences: four to six vacations a year, an illness now and then, seldom a parental leave."""
    chance = parameters.stream("leave")
    rows: list[tuple[int, int, int, int]] = []
    for person in range(len(people["hire"])):
        first = max(int(people["hire"][person]), parameters.start_day)
        last = min(int(people["left"][person]), parameters.end_day)
        # One absence in seventy days or so; who is ill comes back, who travels returns on a Monday.
        count = int(chance.poisson(max(last - first, 0) / 70))
        starts = np.unique(first + chance.integers(0, max(last - first, 1), count))
        free_from = first
        parental = -1
        if last - first > 400 and chance.random() < 0.15 and len(starts):
            parental = int(starts[len(starts) // 2])
        for start in starts:
            begin = int(clock.calendar_day(clock.business_index(np.array(start))))
            kind = VACATION if chance.random() < 0.72 else SICK
            days = int(chance.integers(3, 15)) if kind == VACATION else int(chance.integers(1, 5))
            if int(start) == parental:
                kind, days = PARENTAL, int(chance.integers(50, 110))
            if begin < free_from or begin + days >= last:
                continue
            rows.append((person, kind, begin, begin + days))
            free_from = begin + days + 5
    values = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    return dict(zip(("person", "kind", "from_day", "to_day"), values, strict=True))


def _careers(
    parameters: Parameters,
    contract: Contract,
    people: dict[str, np.ndarray],
    leaves: col.Batch,
) -> pa.Table:
    """Ranges of days with one job: promotions, part time later on, and parental leave."""
    chance = parameters.stream("careers")
    away = leaves["kind"] == PARENTAL
    rows: list[tuple[int, int, int, str, int, bool, bool]] = []
    for person in range(len(people["hire"])):
        hire, left = int(people["hire"][person]), int(people["left"][person])
        role, is_seller = str(people["role"][person]), bool(people["is_seller"][person])
        breaks = {hire}
        promoted = part_time = hire
        luck = chance.random(2)
        if role == "Account Executive" and luck[0] < 0.4:
            promoted = int(clock.month_start(np.array(hire + 540)))
        elif role == "Sales Manager":
            promoted = int(clock.month_start(np.array(hire + 700)))
        # Who has not been here for long has no second job yet.
        promoted = promoted if promoted < min(left, parameters.end_day) else hire
        if people["fte"][person] < 1 and luck[1] < 0.7:
            part_time = int(clock.month_start(np.array(max(hire, parameters.start_day) + 200)))
        is_own = away & (leaves["person"] == person)
        absent = [
            (int(start), int(end))
            for start, end in zip(leaves["from_day"][is_own], leaves["to_day"][is_own], strict=True)
        ]
        breaks |= {promoted, part_time, *(day for span in absent for day in span)}
        starts = sorted(day for day in breaks if hire <= day < min(left, parameters.end_day))
        for start, end in zip(starts, [*starts[1:], left], strict=True):
            was_junior = start < promoted
            name = "Account Executive" if role == "Sales Manager" else "Junior Account Executive"
            fte = 10 if start < part_time else round(10 * float(people["fte"][person]))
            on_leave = any(since <= start < until for since, until in absent)
            rows.append(
                (person, start, end, name if was_junior else role, fte, is_seller, on_leave)
            )
            if was_junior and role == "Sales Manager":
                # Managers sold before they led.
                rows[-1] = (*rows[-1][:5], True, on_leave)
    person, start, end, _, fte, is_seller, on_leave = (
        np.array(values) for values in zip(*rows, strict=True)
    )
    roles = [*BASE_PAY]
    return col.build(
        contract.tables["employment_history"],
        len(rows),
        user_id=col.pick(people["ids"], person),
        valid_from=col.dates(start),
        valid_to=col.dates(np.where(end == FOREVER, MISSING, end)),
        role=col.pick(roles, np.array([roles.index(row[3]) for row in rows])),
        fte=col.decimals(fte, scale=1),
        department=col.constant("sales", len(rows)),
        is_quota_carrying=col.flags(is_seller),
        is_on_leave=col.flags(on_leave),
    )


def _leave_table(contract: Contract, people: dict[str, np.ndarray], leaves: col.Batch) -> pa.Table:
    return col.build(
        contract.tables["user_leave"],
        len(leaves["person"]),
        user_id=col.pick(people["ids"], leaves["person"]),
        start_date=col.dates(leaves["from_day"]),
        end_date=col.dates(leaves["to_day"]),
        leave_type=col.pick(LEAVE_TYPES, leaves["kind"]),
    )


def _calendar(parameters: Parameters, contract: Contract, region_count: int) -> pa.Table:
    """Every day of the data in every country: Monday to Friday but for national holidays."""
    days = np.arange(parameters.start_day, parameters.end_day)
    dates = days.astype("datetime64[D]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    of_month = (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    is_weekday = clock.calendar_day(clock.business_index(days)) == days
    easter = np.array([_easter(int(year)) for year in np.unique(years)])
    easter_of = easter[years - years.min()]
    is_open = []
    countries = [number for number in range(len(COUNTRIES)) if number < 3 or region_count > 2]
    for country in countries:
        is_holiday = np.isin(days - easter_of, EASTER_HOLIDAYS[country])
        for holiday in FIXED_HOLIDAYS[country]:
            is_holiday |= (month == holiday[0]) & (of_month == holiday[1])
        is_open.append(is_weekday & ~is_holiday)
    return col.build(
        contract.tables["working_calendar"],
        len(days) * len(countries),
        country=col.pick(COUNTRIES, np.repeat(countries, len(days))),
        calendar_date=col.dates(np.tile(days, len(countries))),
        is_business_day=col.flags(np.concatenate(is_open)),
    )


def _easter(year: int) -> int:
    """Day number of Easter Sunday (the anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * j) // 433
    month = (h + j - 7 * m + 90) // 25
    day = (h + j - 7 * m + 33 * month + 19) % 32
    return int(np.datetime64(f"{year}-{month:02d}-{day:02d}").astype(np.int64))
