"""What sellers and their managers call: every week for the running quarter, with their habits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS
from ops.simulate.deals import Book
from ops.simulate.organisation import CURRENCIES, OPENING_HOUR, Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.plans import Plan, bookings_by_rep

# Calls have been collected for so many quarters.
QUARTERS = 6
LEVELS = ("rep", "manager", "vp")
CATEGORIES = ("commit", "best_case")
# Weeks of the quarter in which a best case and the calls of managers are asked for.
_REVIEW_WEEKS = (1, 5, 9)
_FRIDAY = 4
_FAMILY = "Analytics"
_FAMILY_SHARE = 0.2
_ROUND_CENTS = 100_000
# Share of the calls that come on Monday, after the week they were asked for.
_LATE = 0.06


def forecast_table(
    parameters: Parameters,
    contract: Contract,
    organisation: Organisation,
    book: Book,
    plan: Plan,
    plan_rates: dict[int, np.ndarray],
) -> pa.Table:
    """One row per call: sellers on Fridays, managers and their heads in weeks 1, 5 and 9.

    A call is what is won so far plus a guess of the rest, which begins near the quota and comes to
    the truth by the end; sandbaggers call less of the rest, optimists more, and some forget.
    """
    chance = parameters.stream("forecasts")
    starts = parameters.quarter_starts[-QUARTERS:]
    fridays = np.arange(starts[0], parameters.end_day)
    fridays = fridays[(fridays + 3) % 7 == _FRIDAY]
    quarter_of = np.searchsorted(starts, fridays, side="right") - 1
    week = (fridays - starts[quarter_of]) // 7 + 1
    reps = organisation.rep_count

    edges = np.unique(np.concatenate([parameters.quarter_starts[:1], starts, fridays]))
    booked = bookings_by_rep(parameters, organisation, book, plan_rates, edges)
    booked = np.concatenate([np.zeros((reps, 1)), np.cumsum(booked, axis=1)], axis=1)
    won_before = booked[:, np.searchsorted(edges, fridays)]
    ends = np.append(starts[1:], edges[-1] + 100)
    opening = booked[:, np.searchsorted(edges, starts)]
    closing = booked[:, np.searchsorted(edges, ends)]

    quota, currency = _quotas(organisation, plan, starts, plan_rates)
    habit = np.clip(chance.normal(1.04, 0.24, reps), 0.6, 1.6)
    diligence = np.clip(chance.normal(0.92, 0.07, reps), 0.6, 1.0)
    rep, friday = np.nonzero(
        (quota[:, quarter_of] > 0)
        & (organisation.hire_day[:, None] <= fridays)
        & (organisation.termination_day[:, None] > fridays)
    )
    quarter = quarter_of[friday]
    won = won_before[rep, friday] - opening[rep, quarter]
    result = closing[rep, quarter] - opening[rep, quarter]
    seen = np.clip(week[friday] / 14, 0.0, 0.95) ** 1.5
    hoped = np.maximum(0.85 * quota[rep, quarter] - won, 0.1 * quota[rep, quarter])
    rest = seen * (result - won) + (1 - seen) * (0.5 * hoped + 0.5 * (result - won))
    noise = chance.lognormal(0.0, 0.22, len(rep))
    commit = won + np.maximum(rest, 0) * habit[rep] * noise
    best = commit + np.maximum(0.25 * commit, 0.15 * quota[rep, quarter]) * chance.lognormal(
        0.0, 0.3, len(rep)
    )
    is_sent = chance.random(len(rep)) < diligence[rep]
    is_late = chance.random(len(rep)) < _LATE
    second = chance.integers(0, 8 * 3_600, len(rep))
    day = np.where(is_late, fridays[friday] + 3, fridays[friday])
    opening_hour = OPENING_HOUR[organisation.region[rep]]
    sent = day * DAY_SECONDS + opening_hour * 3_600 + np.where(is_late, second // 8, second)
    is_sent &= sent < parameters.end_day * DAY_SECONDS

    rate = np.array([_rates(plan_rates, start) for start in starts])[quarter, currency[rep]]
    is_review = np.isin(week[friday], _REVIEW_WEEKS)
    calls = {
        "person": rep + organisation.manager_count,
        "level": np.zeros(len(rep), dtype=np.int64),
        "team": np.full(len(rep), -1),
        "quarter": quarter,
        "category": np.zeros(len(rep), dtype=np.int64),
        "is_family": np.zeros(len(rep), dtype=bool),
        "cents": commit / rate,
        "currency": currency[rep],
        "sent": sent,
    }
    best_calls = calls | {
        "category": np.ones(len(rep), dtype=np.int64),
        "cents": best / rate,
        "sent": sent + 60,
    }
    family_calls = calls | {
        "is_family": np.ones(len(rep), dtype=bool),
        "cents": commit * _FAMILY_SHARE * chance.lognormal(0.0, 0.3, len(rep)) / rate,
        "sent": sent + 120,
    }
    sells_family = np.isin(rep, np.unique(plan.rows["rep"][plan.rows["is_family"]]))
    managers = _managers(chance, organisation, starts, fridays, quarter_of, rep, friday, commit)
    is_asked = np.isin(week[managers.pop("friday")], _REVIEW_WEEKS)
    is_asked &= managers["sent"] < parameters.end_day * DAY_SECONDS
    rows = col.concat(
        [
            col.take(calls, is_sent),
            col.take(best_calls, is_sent & is_review),
            col.take(family_calls, is_sent & sells_family & (week[friday] == 1)),
            col.take(managers, is_asked),
        ]
    )
    rows = col.take(rows, np.lexsort((rows["person"], rows["sent"])))
    count = len(rows["sent"])
    start = starts[rows["quarter"]]
    return col.build(
        contract.tables["forecasts"],
        count,
        submission_id=col.keys("FC-", count, 5),
        submitter_id=col.pick(organisation.user_ids, rows["person"]),
        level=col.pick(LEVELS, rows["level"]),
        team_id=col.pick(organisation.team_ids, rows["team"]),
        period_start=col.dates(start),
        period_end=col.dates(clock.quarter_start(start, 1)),
        category=col.pick(CATEGORIES, rows["category"]),
        product_family_id=col.pick([_FAMILY], np.where(rows["is_family"], 0, -1)),
        amount=col.decimals(np.rint(rows["cents"] / _ROUND_CENTS).astype(np.int64) * _ROUND_CENTS),
        currency=col.pick(CURRENCIES, rows["currency"]),
        submitted_at=col.instants(rows["sent"]),
    )


def _rates(plan_rates: dict[int, np.ndarray], day: int) -> np.ndarray:
    return plan_rates[clock.to_date(int(day)).year]


def _quotas(
    organisation: Organisation,
    plan: Plan,
    starts: np.ndarray,
    plan_rates: dict[int, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Whole quota in cents of USD by seller and quarter, 0 without one; and each one's currency."""
    quota = np.zeros((organisation.rep_count, len(starts)))
    currency = np.array([0, 1, 0])[organisation.region]
    rows = plan.rows
    for number, start in enumerate(starts):
        here = (plan.quarters[rows["quarter"]] == start) & (rows["rep"] >= 0) & ~rows["is_family"]
        rates = _rates(plan_rates, start)[rows["currency"][here]]
        quota[rows["rep"][here], number] = rows["cents"][here] * rates
    return quota, currency


def _managers(
    chance: np.random.Generator,
    organisation: Organisation,
    starts: np.ndarray,
    fridays: np.ndarray,
    quarter_of: np.ndarray,
    rep: np.ndarray,
    friday: np.ndarray,
    commit: np.ndarray,
) -> col.Batch:
    """Calls of the teams: what their sellers would call, less what the manager believes of it."""
    teams = len(organisation.team_ids)
    value = np.zeros((teams, len(fridays)))
    for number, day in enumerate(fridays):
        here = friday == number
        team = organisation.team_of(int(day))[rep[here]]
        np.add.at(value[:, number], team[team >= 0], commit[here][team >= 0])
        parents = organisation.parents_on(int(day))
        for division in range(1, 1 + organisation.region_count):
            value[division, number] = value[parents == division, number].sum()
    belief = np.clip(chance.normal(0.95, 0.08, teams), 0.75, 1.15)
    team, friday = np.nonzero(value > 0)
    is_head = team <= organisation.region_count
    noise = chance.lognormal(0.0, 0.06, len(team))
    return {
        "person": team,
        "level": np.where(is_head, 2, 1),
        "team": team,
        "quarter": quarter_of[friday],
        "category": np.zeros(len(team), dtype=np.int64),
        "is_family": np.zeros(len(team), dtype=bool),
        "cents": value[team, friday] * belief[team] * noise,
        "currency": np.zeros(len(team), dtype=np.int64),
        # Managers read the calls of their sellers first.
        "sent": fridays[friday] * DAY_SECONDS + 20 * 3_600 + team * 97,
        "friday": friday,
    }
