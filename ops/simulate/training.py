"""Who was trained and coached: workshops, certificates of new sellers, sessions with a manager."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.organisation import OPENING_HOUR, REGIONS
from ops.simulate.parameters import Parameters

# Courses with the skill they are about; the last one is for new sellers.
COURSES = ("Discovery Workshop", "Negotiation Workshop", "Product Certification")
SKILLS = ("discovery", "negotiation", "product", "pipeline", "closing")
CERTIFICATE = 2
# A workshop for so many months, to which so many of the sellers go.
WORKSHOP_MONTHS = 6
WORKSHOP_SHARE = 0.5
COACHING_SHARE = 0.5


def training_table(
    parameters: Parameters, contract: Contract, tables: Mapping[str, pa.Table]
) -> pa.Table:
    """One row per seller and workshop, certificate or coaching session, in the order of time."""
    chance = parameters.stream("training")
    users = tables["users"]
    hired, left = (_days(users.column(name)) for name in ("hire_date", "termination_date"))
    seller = np.flatnonzero(users.column("is_quota_carrying").to_numpy())
    batches = [
        *_workshops(chance, parameters, seller),
        _certificates(chance, seller, hired),
        _coaching(chance, parameters, seller),
    ]
    rows = col.concat(batches)
    is_there = (rows["day"] >= hired[rows["person"]] + 5) & (rows["day"] < left[rows["person"]])
    is_there &= (rows["day"] >= parameters.start_day) & (rows["day"] < parameters.end_day - 1)
    rows = col.take(rows, np.flatnonzero(is_there))
    rows = col.take(rows, np.lexsort((rows["person"], rows["day"])))
    count = len(rows["day"])

    region = np.array([REGIONS.index(name) for name in users.column("region_id").to_pylist()])
    begun = rows["day"] * DAY_SECONDS + OPENING_HOUR[region[rows["person"]]] * 3_600
    is_course = rows["course"] >= 0
    hours = np.where(is_course, 7, 1)
    # Now and then somebody does not stay to the end; a score is given at the end of a course.
    is_over = chance.random(count) < 0.95
    score = np.rint(np.clip(chance.normal(78, 9, count), 40, 100)).astype(np.int64)
    coach = _coaches(tables, rows["person"])
    names = users.column("full_name").to_pylist()
    courses = [*COURSES, *names]
    return col.build(
        contract.tables["training_records"],
        count,
        record_id=col.keys("TRN-", count, 5),
        user_id=col.pick(
            users.column("user_id").combine_chunks().cast(pa.string()), rows["person"]
        ),
        course=col.pick(courses, np.where(is_course, rows["course"], coach + len(COURSES))),
        coach_id=col.pick(
            users.column("user_id").combine_chunks().cast(pa.string()),
            np.where(is_course, -1, coach),
        ),
        skill=col.pick(SKILLS, rows["skill"]),
        started_at=col.instants(begun),
        completed_at=col.instants(np.where(is_over, begun + hours * 3_600, MISSING)),
        score=pa.array(
            np.where(is_course & is_over, score, 0).astype(np.float64), mask=~(is_course & is_over)
        ),
    )


def _days(column: pa.ChunkedArray) -> np.ndarray:
    whole = column.combine_chunks().cast(pa.int32())
    return whole.fill_null(10**6).to_numpy().astype(np.int64)


def _working(day: np.ndarray) -> np.ndarray:
    return clock.calendar_day(clock.business_index(day))


def _batch(person: np.ndarray, day: np.ndarray, course: int, skill: np.ndarray) -> col.Batch:
    return {
        "person": person,
        "day": _working(day),
        "course": np.full(len(person), course),
        "skill": skill,
    }


def _workshops(
    chance: np.random.Generator, parameters: Parameters, seller: np.ndarray
) -> list[col.Batch]:
    """A workshop now and then, discovery and negotiation in turn; nobody goes to one twice."""
    found: list[col.Batch] = []
    has_been = np.zeros((CERTIFICATE, len(seller)), dtype=bool)
    start = np.array(parameters.start_day)
    for number, months in enumerate(range(2, parameters.months, WORKSHOP_MONTHS)):
        course = number % CERTIFICATE
        day = int(clock.add_months(start, months)) + int(chance.integers(0, 20))
        goes = (chance.random(len(seller)) < WORKSHOP_SHARE) & ~has_been[course]
        has_been[course] |= goes
        person = seller[goes]
        found.append(
            _batch(person, np.full(len(person), day), course, np.full(len(person), course))
        )
    return found


def _certificates(chance: np.random.Generator, seller: np.ndarray, hired: np.ndarray) -> col.Batch:
    """New sellers are certified in their first two months."""
    day = hired[seller] + chance.integers(21, 60, len(seller))
    return _batch(seller, day, CERTIFICATE, np.full(len(seller), CERTIFICATE))


def _coaching(chance: np.random.Generator, parameters: Parameters, seller: np.ndarray) -> col.Batch:
    """A session with the manager in some months of every other one."""
    person = np.repeat(seller, parameters.months // 3)
    month = np.tile(np.arange(parameters.months // 3) * 3, len(seller))
    month = month + chance.integers(0, 3, len(person))
    day = clock.add_months(np.repeat(parameters.start_day, len(person)), month)
    day = day + chance.integers(0, 27, len(person))
    skill = chance.integers(0, len(SKILLS), len(person))
    takes_place = chance.random(len(person)) < COACHING_SHARE
    return _batch(person[takes_place], day[takes_place], -1, skill[takes_place])


def _coaches(tables: Mapping[str, pa.Table], person: np.ndarray) -> np.ndarray:
    """Position of the manager of everybody's last team."""
    position = {user: number for number, user in enumerate(tables["users"]["user_id"].to_pylist())}
    teams = tables["teams"]
    manager = dict(zip(teams["team_id"].to_pylist(), teams["manager_id"].to_pylist(), strict=True))
    memberships = tables["team_memberships"]
    last = dict(
        zip(memberships["user_id"].to_pylist(), memberships["team_id"].to_pylist(), strict=True)
    )
    coach = np.array([position[manager[last[user]]] for user in position], dtype=np.int64)
    return coach[person]
