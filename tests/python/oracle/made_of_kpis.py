"""KPIs made of other KPIs: targets met, progress towards them, gaps and trends (F11).

They are computed from the published values of those KPIs, which have recomputations of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from .company import midnight
from .periods import LONG_GRAINS, SHORT_GRAINS, Period, is_stored, period_of
from .reading import Row, as_date, as_decimal, as_timestamp
from .registry import recomputes
from .values import TOTAL, Key, Slot, Value, Values, key, ratio, wilson

if TYPE_CHECKING:
    from .company import Company
    from .comparison import Facts, Published

MET = "target_achievement_rate"
KPI_IDS = (
    "benchmark_gap",
    "performance_gap",
    MET,
    "target_progress",
    "target_progress__pace_gap",
    "trend_slope",
)
SIGNS = {"higher": 1, "lower": -1}
DUE_DIMENSIONS = ("rep", "team", "region", "segment")
PROGRESS_DIMENSIONS = (*DUE_DIMENSIONS, "product", "product_family")
TREND_PERIODS = 6
TREND_POINTS = 4
TRUSTED = ("ok", "window_180", "window_365")
CLAIMS = ("V", "Seed")
"""Tiers of benchmarks that nothing is compared with (B12)."""

Rows = Mapping[Key, "Published"]


@recomputes(*(each for each in KPI_IDS if each != MET), without_earlier=KPI_IDS)
def not_from_raw_tables(company: Company) -> Values:
    """They need the published values, see made_of_kpis."""
    return {}


@recomputes(MET, waits_for_end=True)
def not_before_the_end(company: Company) -> Values:
    """Whether targets are met is known when their period is over."""
    return {}


def made_of_kpis(company: Company, published: Rows, facts: Mapping[str, Facts]) -> Values:
    """The values of every KPI that is made of others."""
    return _of_targets(company, published, facts) | _comparisons(company, published, facts)


class Target(NamedTuple):
    """A real target: specific, measurable, owned, tied to an objective, of one period (CAP-3)."""

    row: Row
    period: Period
    dimension: str
    member: str
    sign: int
    baseline: float
    goal: float

    @property
    def key(self) -> Key:
        """Where the value it is about stands."""
        return Key(
            self.row["kpi_id"] or "",
            self.period.grain,
            self.period.start,
            self.dimension,
            self.member,
        )


def target_rows(company: Company) -> Iterator[Row]:
    """Targets in force: the newest version known, and of two for one thing the newer one (F38)."""
    versions: dict[str, list[Row]] = defaultdict(list)
    for row in company.target_versions:
        entered = as_timestamp(row["updated_at"])
        if entered is None or entered <= company.as_of:
            versions[row["target_id"] or ""].append(row)
    newest: dict[tuple, Row] = {}
    for rows in versions.values():
        row = max(rows, key=_age)
        if row["status"] == "cancelled":
            continue
        thing = (row["kpi_id"], *_scope(row), as_date(row["start_date"]), as_date(row["end_date"]))
        if thing not in newest or (_age(row), row["target_id"]) > (
            _age(newest[thing]),
            newest[thing]["target_id"],
        ):
            newest[thing] = row
    yield from newest.values()


def _age(row: Row) -> tuple:
    entered = as_timestamp(row["updated_at"])
    return (entered is not None, entered)


def _scope(row: Row) -> tuple[str, str]:
    dimension = row["scope_type"] or "total"
    if dimension in ("total", "company"):
        return TOTAL
    return dimension, row["scope_id"] or "all"


def real_targets(company: Company, facts: Mapping[str, Facts]) -> Iterator[Target]:
    """Targets that say all that a target has to say."""
    users = {row["user_id"] for row in company.raw.get("users", ())}
    objectives = {row["objective_id"] for row in company.raw.get("objectives", ())}
    fiscal = company.fiscal_year_start_month
    for row in target_rows(company):
        about = facts.get(row["kpi_id"] or "")
        if about is None or row["kpi_id"] in KPI_IDS or about.direction not in SIGNS:
            continue
        dimension, member = _scope(row)
        start, end = as_date(row["start_date"]), as_date(row["end_date"])
        period = next(
            (
                period
                for grain in SHORT_GRAINS + LONG_GRAINS
                if (period := period_of(start, grain, fiscal)).start == start
                and period.end == end
                and grain in about.grains
            ),
            None,
        )
        baseline = as_decimal(row["baseline"])
        goal = float(as_decimal(row["target_value"]))
        if about.method == "sum":
            baseline = Decimal(0)
        owner, objective = row["owner_id"], row["objective_id"]
        has_owner = owner and (not users or owner in users)
        has_objective = objective and (not objectives or objective in objectives)
        if (
            dimension in about.dimensions
            and period
            and baseline is not None
            and float(baseline) != goal
            and has_owner
            and has_objective
        ):
            sign = SIGNS[about.direction]
            yield Target(row, period, dimension, member, sign, float(baseline), goal)


def _of_targets(company: Company, published: Rows, facts: Mapping[str, Facts]) -> Values:
    fiscal = company.fiscal_year_start_month
    values: Values = {}
    due: dict[Slot, list[bool]] = defaultdict(list)
    for target in real_targets(company, facts):
        is_long = target.period.grain in LONG_GRAINS
        row = published.get(target.key)
        actual = row.value if row else None
        is_over = midnight(target.period.end) <= company.as_of
        is_met = actual is not None and target.sign * (actual - target.goal) >= 0
        last_day = target.period.end - timedelta(days=1)
        members = {TOTAL}
        if target.dimension in DUE_DIMENSIONS:
            members.add((target.dimension, target.member))
        for grain in LONG_GRAINS:
            period = period_of(last_day, grain, fiscal)
            if is_stored(grain, "total", "ratio", fiscal) and midnight(period.end) <= company.as_of:
                for dimension, member in members:
                    due[Slot(grain, period.start, dimension, member)].append(is_over and is_met)
        if not is_long or actual is None or midnight(target.period.start) >= company.as_of:
            continue
        if target.dimension != "total" and target.dimension not in PROGRESS_DIMENSIONS:
            continue
        measured_at = min(target.period.end, company.as_of_date)
        gained, to_gain = actual - target.baseline, target.goal - target.baseline
        gone = (measured_at - target.period.start).days
        pace = gone / (target.period.end - target.period.start).days
        slot = Slot(target.period.grain, target.period.start, target.dimension, target.member)
        part = target.row["target_id"] or ""
        values[key("target_progress", slot, part)] = Value(
            gained, to_gain, gained / to_gain, 1, measured_at=measured_at
        )
        values[key("target_progress__pace_gap", slot, part)] = Value(
            None, None, gained / to_gain - pace, 1, measured_at=measured_at
        )
    for slot, outcomes in due.items():
        met = sum(outcomes)
        values[key(MET, slot)] = Value(
            met, len(outcomes), ratio(met, len(outcomes)), len(outcomes), wilson(met, len(outcomes))
        )
    return values


def _comparisons(company: Company, published: Rows, facts: Mapping[str, Facts]) -> Values:
    """Gaps and trends of every KPI in its last finished period of each grain (CAP-1, CAP-2)."""
    fiscal = company.fiscal_year_start_month
    targets = {each.key: each.goal for each in real_targets(company, facts)}
    benchmarks = _benchmarks(company)
    values: Values = {}
    for grain in LONG_GRAINS:
        if not is_stored(grain, "total", "ratio", fiscal):
            continue
        last = _last_finished(company, grain)
        periods = [last]
        while len(periods) < TREND_PERIODS:
            earlier = period_of(periods[-1] - timedelta(days=1), grain, fiscal).start
            periods.append(earlier)
        for each, row in published.items():
            if each.grain != grain or each.start != last or row.value is None:
                continue
            if each.kpi_id in KPI_IDS:
                continue
            about = facts[each.kpi_id]
            rows = [published.get(each._replace(start=start)) for start in periods]
            points = [
                (-position, found.value)
                for position, found in enumerate(rows)
                if found and found.value is not None and found.value_status in TRUSTED
            ]
            part = each.kpi_id if each.part == "all" else f"{each.kpi_id}/{each.part}"
            slot = Slot(each.grain, each.start, each.dimension, each.member)

            def keep(kpi_id: str, value: float, is_money: bool = about.is_money) -> None:
                exact = Decimal(repr(value)) if is_money else value
                values[key(kpi_id, slot, part)] = Value(None, None, exact, None)  # noqa: B023

            if len(points) >= TREND_POINTS:
                keep("trend_slope", slope(points))
            before = {position: value for position, value in points if -4 <= position <= -1}
            expected = targets.get(each._replace(part="all"))
            segment = each.member if each.dimension == "segment" else None
            benchmark = benchmarks.get((each.kpi_id, grain, segment))
            if benchmark is None:
                benchmark = benchmarks.get((each.kpi_id, grain, None))
            if benchmark is not None:
                keep("benchmark_gap", row.value - benchmark)
            expected = benchmark if expected is None else expected
            if expected is None and len(before) == 4:
                expected = sum(before.values()) / 4
            if expected is not None and about.direction in SIGNS:
                keep("performance_gap", SIGNS[about.direction] * (row.value - expected))
    return values


def slope(points: list[tuple[int, float]]) -> float:
    """Slope of the straight line with the least squares."""
    count = len(points)
    middle = sum(place for place, _ in points) / count
    mean = sum(value for _, value in points) / count
    rise = sum((place - middle) * (value - mean) for place, value in points)
    return rise / sum((place - middle) ** 2 for place, _ in points)


def _last_finished(company: Company, grain: str) -> date:
    fiscal = company.fiscal_year_start_month
    period = period_of(company.as_of_date, grain, fiscal)
    while midnight(period.end) > company.as_of:
        period = period_of(period.start - timedelta(days=1), grain, fiscal)
    return period.start


def _benchmarks(company: Company) -> dict[tuple[str, str, str | None], float]:
    """The middle of the default benchmark of each KPI, grain and segment (F38)."""
    return {
        (row["kpi_id"], row["period_grain"], row["segment"] or None): float(row["mid"])
        for row in company.reference["published_benchmarks"]
        if row["is_default"] == "true" and row["tier"] not in CLAIMS and row["mid"]
    }
