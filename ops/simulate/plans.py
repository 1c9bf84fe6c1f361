"""What the company set out to do: quotas of sellers and teams, and targets of KPIs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.deals import Book
from ops.simulate.organisation import CURRENCIES, FOREVER, REGIONS, Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import PARTNER_TEST

# Quarters planned ahead of the data's end.
FUTURE_QUARTERS = 2
MEASURE = "bookings_acv"
# Share of sellers who reach their quota of a quarter.
AT_QUOTA = 0.44
# Quotas are round: whole thousands.
_ROUND_CENTS = 100_000
_FAMILY = "Analytics"
_FAMILY_SELLERS = 5
_FAMILY_SHARE = 0.2
# What the company wants, and which of its targets say so; each objective is owned by a leader.
_OBJECTIVES = (
    "Grow bookings",
    "Make the number",
    "Win more of what we decide",
    "Keep and grow customers",
    "Close faster",
)
_OBJECTIVE_OF_KPI = {
    "bookings": 0,
    "quota_attainment": 1,
    "win_rate": 2,
    "nrr": 3,
    "customer_churn_rate": 3,
    "nps": 3,
    "sales_cycle_length": 4,
}
# Finished quarters before the last two whose targets stand, too.
_EARLIER_QUARTERS = 4


@dataclass
class Plan:
    """Quota rows in encoded form.

    Fields: rep and team (positions, -1 for none), quarter (first day), cents, currency (code),
    is_ramp, valid_from and valid_to (days or MISSING), is_family.
    """

    rows: col.Batch
    quarters: np.ndarray
    team_cents: np.ndarray


def bookings_by_rep(
    parameters: Parameters,
    organisation: Organisation,
    book: Book,
    plan_rates: dict[int, np.ndarray],
    quarters: np.ndarray,
) -> np.ndarray:
    """Credited bookings in cents of USD at plan rates, by seller and quarter."""
    paths, deals = book.paths, book.life.deals
    counts = paths.is_won & (book.amounts.amount != MISSING) & (deals["pipeline"] != PARTNER_TEST)
    won = np.flatnonzero(counts)
    years = book.closed_day[won].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    rates = np.ones(len(won))
    currency = book.life.accounts.currency[deals["account"][won]]
    for year in np.unique(years):
        rates = np.where(years == year, plan_rates[int(year)][currency], rates)
    value = np.zeros(len(book))
    value[won] = book.amounts.amount[won] * rates
    quarter = np.searchsorted(quarters, book.closed_day[won], side="right") - 1
    of_deal = np.zeros(len(book), dtype=np.int64)
    of_deal[won] = quarter
    revenue = col.take(book.splits, book.splits["type"] == 0)
    is_split = np.zeros(len(book), dtype=bool)
    is_split[revenue["deal"]] = True
    whole = won[~is_split[won]]
    rep = np.concatenate([book.owners.at_close[whole], revenue["rep"]])
    deal = np.concatenate([whole, revenue["deal"]])
    share = np.concatenate([np.ones(len(whole)), revenue["percent"] / 100])
    cell = rep * len(quarters) + of_deal[deal]
    size = organisation.rep_count * len(quarters)
    credited = np.bincount(cell, value[deal] * share, size)
    return credited.reshape(organisation.rep_count, len(quarters))


def draw_quotas(
    parameters: Parameters,
    organisation: Organisation,
    book: Book,
    plan_rates: dict[int, np.ndarray],
) -> Plan:
    """Quarterly quotas, such that about 45 % of sellers reach theirs and the whole about 0.8."""
    chance = parameters.stream("quotas")
    past = parameters.quarter_starts
    last = clock.quarter_start(np.array(parameters.end_day), FUTURE_QUARTERS)
    ahead = clock.quarter_start(np.repeat(last, 64), -np.arange(64)[::-1])
    quarters = ahead[ahead >= past[0]]
    quarters = quarters[: len(past) + FUTURE_QUARTERS]
    ends = clock.quarter_start(quarters, 1)
    credited = bookings_by_rep(parameters, organisation, book, plan_rates, quarters)
    reps, count = organisation.rep_count, len(quarters)

    hired = organisation.hire_day[:, None]
    left = organisation.termination_day[:, None]
    has_quota = (hired <= quarters + 15) & (left > quarters + 15)
    is_future = quarters >= parameters.end_day
    has_quota &= ~is_future | (left == FOREVER)
    # Sellers hired since the CRM began ramp up over their first two quarters.
    tenure = np.cumsum(has_quota, axis=1)
    is_ramp = has_quota & (tenure <= 2) & (hired >= parameters.start_day)

    # A seller's usual quarter in the company's course, and how well the seller did in each.
    full = has_quota & ~is_ramp & ~is_future
    everyone = credited[full].mean()
    course = np.where(full, credited, 0).sum(axis=0) / np.maximum(full.sum(axis=0), 1) / everyone
    course = np.where(is_future, course[~is_future][-4:].mean(), np.maximum(course, 0.25))
    usual = np.where(full, credited / course, 0).sum(axis=1)
    usual = (usual + 3 * everyone) / (full.sum(axis=1) + 3)
    base = usual[:, None] * course
    # Only quarters with some business can be made; sellers differ in how often they do.
    lowest = 0.4 * base
    share = (credited >= 1.02 * lowest)[full].mean()
    inclination = chance.normal(min(AT_QUOTA / max(share, 0.05), 0.9), 0.12, reps)
    made_it = chance.random((reps, count)) < np.clip(inclination, 0.05, 0.98)[:, None]
    attained = np.where(
        made_it,
        1.02 + 0.25 * chance.beta(1.0, 3.0, (reps, count)),
        0.25 + 0.66 * chance.beta(1.7, 1.6, (reps, count)),
    )
    quota = np.clip(credited / attained, lowest, 3.5 * base)
    quota = np.where(is_future, 1.1 * base / 0.8, quota)
    quota = np.where(is_ramp, np.clip(quota, 0.15 * base, 0.7 * base), quota)

    # Some seller goes without a quota in some quarter.
    spare = np.argwhere(has_quota & ~is_future)
    for rep, quarter in chance.permutation(spare)[: max(3, len(spare) // 120)]:
        has_quota[rep, quarter] = False

    home_currency = np.array([0, 1, 0])[organisation.region]
    rep, quarter = np.nonzero(has_quota)
    currency = home_currency[rep]
    years = quarters.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    rates = np.array([plan_rates[int(year)] for year in years])
    cents = quota[rep, quarter] / rates[quarter, currency]
    cents = np.maximum(np.rint(cents / _ROUND_CENTS), 1).astype(np.int64) * _ROUND_CENTS
    leaves = organisation.termination_day[rep]
    ends_early = leaves < ends[quarter]
    rows = {
        "rep": rep,
        "team": np.full(len(rep), -1),
        "quarter": quarter,
        "cents": cents,
        "currency": currency,
        "is_ramp": is_ramp[rep, quarter],
        "valid_from": np.where(ends_early, quarters[quarter], MISSING),
        "valid_to": np.where(ends_early, leaves, MISSING),
        "is_family": np.zeros(len(rep), dtype=bool),
    }
    rows = _changed_in_mid_quarter(chance, parameters, quarters, rows)
    family = _family_rows(chance, rows)
    team_rows, team_cents = _team_rows(organisation, quarters, rows, rates)
    return Plan(
        rows=col.concat([rows, family, team_rows]), quarters=quarters, team_cents=team_cents
    )


def quota_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, plan: Plan
) -> pa.Table:
    """One row per quota: sellers, their product-family quotas, teams and divisions."""
    rows = plan.rows
    count = len(rows["rep"])
    start = plan.quarters[rows["quarter"]]
    entered = np.where(rows["valid_from"] != MISSING, rows["valid_from"], start)
    entered = np.minimum(entered - 10, parameters.end_day - 12)
    return col.build(
        contract.tables["quotas"],
        count,
        user_id=organisation.users(rows["rep"]),
        team_id=col.pick(organisation.team_ids, rows["team"]),
        period_start=col.dates(start),
        period_end=col.dates(clock.quarter_start(start, 1)),
        measure=col.constant(MEASURE, count),
        product_family_id=col.pick([_FAMILY], np.where(rows["is_family"], 0, -1)),
        amount=col.decimals(rows["cents"]),
        currency=col.pick(CURRENCIES, rows["currency"]),
        is_ramp=col.flags(rows["is_ramp"]),
        valid_from=col.dates(rows["valid_from"]),
        valid_to=col.dates(rows["valid_to"]),
        updated_at=col.instants(entered * DAY_SECONDS + 9 * 3_600),
    )


def target_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, plan: Plan, book: Book
) -> pa.Table:
    """Targets of the last year, the current one and the quarters around the end of the data."""
    current = clock.quarter_start(np.array(parameters.end_day - 1))
    before, now, after, later = (int(clock.quarter_start(current, n)) for n in (-1, 0, 1, 2))
    year = clock.to_date(parameters.end_day - 1).year
    new_years = [clock.day_number(date(year + shift, 1, 1)) for shift in (-1, 0, 1)]
    last_year, this_year = tuple(new_years[:2]), tuple(new_years[1:])
    win_rate = round(float(book.paths.is_won[book.paths.is_closed].mean()), 2)
    team = int(np.flatnonzero(organisation.team_pool >= 0)[0])

    members = {1: REGIONS[0], 2: REGIONS[1], team: organisation.team_ids[team].as_py()}

    def bookings(scope: str, position: int, period: tuple[int, int]) -> _Target:
        """Nine tenths of the quota of a team, in whole ten thousands of USD."""
        inside = (plan.quarters >= period[0]) & (plan.quarters < period[1])
        value = np.ceil(plan.team_cents[position][inside].sum() * 0.9 / 1_000_000) * 10_000
        stretch = float(np.ceil(value * 1.1 / 10_000) * 10_000)
        return _Target(
            "bookings", scope, members.get(position), position, period, 0.0, value, stretch
        )

    def total(kpi: str, period: tuple[int, int], baseline: float, value: float) -> _Target:
        return _Target(kpi, "total", None, 0, period, baseline, value, None)

    targets = [
        bookings("total", 0, last_year),
        bookings("total", 0, (before, now)),
        bookings("total", 0, (now, after)),
        bookings("total", 0, (after, later)),
        bookings("region", 1, (now, after)),
        bookings("region", 2, (now, after)),
        bookings("team", team, (now, after)),
        total("win_rate", this_year, win_rate, win_rate + 0.02),
        total("win_rate", (now, after), win_rate, win_rate + 0.02),
        total("quota_attainment", (now, after), 0.0, 0.85),
        total("nrr", this_year, 1.0, 1.05),
        total("customer_churn_rate", this_year, 0.14, 0.10),
        total("nps", this_year, 28.0, 35.0),
        total("sales_cycle_length", this_year, 66.0, 62.0),
    ]
    for number in range(1, _EARLIER_QUARTERS + 1):
        quarter = (
            int(clock.quarter_start(current, -1 - number)),
            int(clock.quarter_start(current, -number)),
        )
        targets += [
            bookings("total", 0, quarter),
            bookings("region", 1, quarter),
            bookings("region", 2, quarter),
            total("win_rate", quarter, win_rate, win_rate + 0.02),
        ]
    # Quarters before the company was there have no quota to be nine tenths of.
    targets = [target for target in targets if target.value > 0]
    starts = np.array([target.period[0] for target in targets])
    entered = np.minimum(starts - 14, parameters.end_day - 14)

    def values(field: str) -> pa.Array:
        numbers = [getattr(target, field) for target in targets]
        return col.decimals(
            np.array([MISSING if n is None else round(n * 10_000) for n in numbers]), scale=4
        )

    return col.build(
        contract.tables["targets"],
        len(targets),
        target_id=col.keys("TGT-", len(targets), 2),
        kpi_id=pa.array([target.kpi for target in targets]),
        scope_type=pa.array([target.scope for target in targets]),
        scope_id=pa.array([target.member for target in targets], pa.string()),
        baseline=values("baseline"),
        target_value=values("value"),
        start_date=col.dates(starts),
        end_date=col.dates(np.array([target.period[1] for target in targets])),
        status=col.constant("active", len(targets)),
        stretch_value=values("stretch"),
        objective_id=pa.array([f"OBJ-{_OBJECTIVE_OF_KPI[t.kpi] + 1:02}" for t in targets]),
        owner_id=col.pick(organisation.user_ids, np.array([t.manager for t in targets])),
        updated_at=col.instants(entered * DAY_SECONDS + 9 * 3_600),
    )


def objective_table(
    parameters: Parameters, contract: Contract, organisation: Organisation
) -> pa.Table:
    """What the company wants in the year in which the data end, under its first objective."""
    count = len(_OBJECTIVES)
    year = clock.to_date(parameters.end_day - 1).year
    first, last = (clock.day_number(date(year + shift, 1, 1)) for shift in (-1, 1))
    return col.build(
        contract.tables["objectives"],
        count,
        objective_id=col.keys("OBJ-", count, 2),
        objective_name=pa.array(_OBJECTIVES),
        owner_id=col.pick(organisation.user_ids, np.zeros(count, dtype=np.int64)),
        start_date=col.dates(np.full(count, first)),
        end_date=col.dates(np.full(count, last)),
        parent_objective_id=pa.array([None, *["OBJ-01"] * (count - 1)], pa.string()),
    )


def decision_table(
    parameters: Parameters, contract: Contract, organisation: Organisation
) -> pa.Table:
    """What was decided from the numbers in the last year and a half, and what was expected."""
    decisions = _DECISIONS
    count = len(decisions)
    days = np.array([parameters.end_day - each.days_ago for each in decisions])
    return col.build(
        contract.tables["decisions"],
        count,
        decision_id=col.keys("DEC-", count, 2),
        decision=pa.array([each.decision for each in decisions]),
        reason=pa.array([each.reason for each in decisions]),
        kpi_id=pa.array([each.kpi for each in decisions]),
        scope_type=pa.array(["total"] * count),
        started_on=col.dates(days),
        expected_change=pa.array([f"{each.expected}" for each in decisions]),
        owner_id=col.pick(organisation.user_ids, np.zeros(count, dtype=np.int64)),
    )


class _Decision(NamedTuple):
    decision: str
    reason: str
    kpi: str
    days_ago: int
    expected: float


_DECISIONS = (
    _Decision(
        "Coach discovery calls every other week",
        "Win rate below its target two quarters running",
        "win_rate",
        500,
        0.03,
    ),
    _Decision(
        "Let managers approve discounts above 15 percent",
        "Discounts grew faster than deals",
        "average_discount_pct",
        330,
        -0.02,
    ),
    _Decision(
        "Answer new leads from one shared queue",
        "Half of the leads waited for more than an hour",
        "speed_to_lead",
        210,
        -30.0,
    ),
    _Decision(
        "Review stalled deals every Monday",
        "A third of the pipeline stood still",
        "stalled_pipeline_share",
        75,
        -0.05,
    ),
)


class _Target(NamedTuple):
    kpi: str
    scope: str
    member: str | None
    manager: int
    period: tuple[int, int]
    baseline: float
    value: float
    stretch: float | None


def _changed_in_mid_quarter(
    chance: np.random.Generator, parameters: Parameters, quarters: np.ndarray, rows: col.Batch
) -> col.Batch:
    """One seller's quota is cut in the middle of a quarter: two versions that meet."""
    whole = (rows["valid_to"] == MISSING) & ~rows["is_ramp"]
    whole &= quarters[rows["quarter"]] < parameters.end_day - 200
    candidates = np.flatnonzero(whole)
    if not len(candidates):
        return rows
    chosen = int(chance.choice(candidates))
    start = quarters[rows["quarter"][chosen]]
    middle = int(clock.month_start(np.array(start), 1)) + 14
    rows["valid_from"][chosen], rows["valid_to"][chosen] = start, middle
    second = col.take(rows, np.array([chosen]))
    lower = np.rint(second["cents"] * 0.8 / _ROUND_CENTS).astype(np.int64) * _ROUND_CENTS
    second["cents"] = np.maximum(lower, _ROUND_CENTS)
    second["valid_from"] = np.array([middle])
    second["valid_to"] = clock.quarter_start(np.array([start]), 1)
    joined = col.concat([rows, second])
    return col.take(joined, np.lexsort((joined["valid_from"], joined["quarter"], joined["rep"])))


def _family_rows(chance: np.random.Generator, rows: col.Batch) -> col.Batch:
    """A product-family quota beside the whole one, for a handful of sellers."""
    sellers = chance.permutation(np.unique(rows["rep"]))[:_FAMILY_SELLERS]
    chosen = np.isin(rows["rep"], sellers) & (rows["valid_to"] == MISSING)
    family = col.take(rows, chosen)
    share = np.rint(family["cents"] * _FAMILY_SHARE / _ROUND_CENTS).astype(np.int64)
    family["cents"] = np.maximum(share, 1) * _ROUND_CENTS
    family["is_family"] = np.ones(len(share), dtype=bool)
    return family


def _team_rows(
    organisation: Organisation, quarters: np.ndarray, rows: col.Batch, rates: np.ndarray
) -> tuple[col.Batch, np.ndarray]:
    """Managers' quotas in USD: a tenth below their sellers' together, a tenth more each level up.

    The second result holds the quota of every team and quarter in cents.
    """
    cents = np.zeros((len(organisation.team_ids), len(quarters)))
    dollars = rows["cents"] * rates[rows["quarter"], rows["currency"]]
    is_first = (rows["valid_from"] == MISSING) | (rows["valid_from"] == quarters[rows["quarter"]])
    for number, day in enumerate(quarters):
        team = organisation.team_of(int(day) + 15)
        here = (rows["quarter"] == number) & is_first & (team[rows["rep"]] >= 0)
        np.add.at(cents[:, number], team[rows["rep"][here]], dollars[here])
    members = cents.copy()
    cents = _round_down(members * 0.9)
    for number, day in enumerate(quarters):
        parents = organisation.parents_on(int(day))
        for division in range(1, 1 + organisation.region_count):
            cents[division, number] = _round_down(members[parents == division, number].sum() * 0.85)
    cents[0] = _round_down(members.sum(axis=0) * 0.8)
    team, quarter = np.nonzero(cents > 0)
    count = len(team)
    table = {
        "rep": np.full(count, -1),
        "team": team,
        "quarter": quarter,
        "cents": cents[team, quarter].astype(np.int64),
        "currency": np.zeros(count, dtype=np.int64),
        "is_ramp": np.zeros(count, dtype=bool),
        "valid_from": np.full(count, MISSING),
        "valid_to": np.full(count, MISSING),
        "is_family": np.zeros(count, dtype=bool),
    }
    return table, cents


def _round_down(cents: np.ndarray) -> np.ndarray:
    return np.floor(cents / _ROUND_CENTS) * _ROUND_CENTS
