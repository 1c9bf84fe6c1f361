"""Computed and published values of one company, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

import duckdb

from .company import Company, midnight
from .inputs import lacks
from .kpis.data_quality import is_blocked
from .kpis.outcomes import mature_after_days
from .made_of_kpis import KPI_IDS as MADE
from .made_of_kpis import made_of_kpis
from .periods import Period, is_stored, months_before, period_of
from .registry import has_earlier, waits_for_end, window_start
from .values import OK, Key, Value, Values

COUNT_TOLERANCE = 1e-9
MONEY_TOLERANCE = 1e-6
"""Relative: money is rounded to four decimals and shares to eight wherever they are stored (F2)."""
SMALLEST_MONEY = 1e-3
"""Absolute: what ten roundings to four decimals add up to where amounts cancel each other (F2)."""
SUBSTITUTES = frozenset({"quota_met", "forecast_met"})
"""What stands in the place of a value that there is no need for."""
RATIO_METHODS = frozenset({"ratio", "mean"})
SUM_METHODS = frozenset({"sum", "balance"})
"""Such KPIs are 0 where there is no record; every other is NULL there (G1, G2)."""


@dataclass(frozen=True)
class Facts:
    """What the catalogue says of a KPI."""

    model: str
    unit: str
    method: str
    measured: str
    inputs: tuple[str, ...]
    """Raw tables it needs, and columns of them as in opportunities.amount."""
    direction: str = "higher"
    grains: tuple[str, ...] = ()
    dimensions: tuple[str, ...] = ()

    @property
    def tables(self) -> set[str]:
        """The tables among the inputs."""
        return {name for name in self.inputs if "." not in name}

    @property
    def is_sum(self) -> bool:
        """Whether nothing is 0 rather than unknown."""
        return self.method in SUM_METHODS

    @property
    def is_money(self) -> bool:
        """Whether the value is an amount, or an amount per something."""
        return self.unit.startswith("money")


@dataclass(frozen=True)
class Published:
    """A row of kpi_values."""

    numerator: float | None
    denominator: float | None
    value: float | None
    sample_size: int | None
    value_status: str
    measured_at: date | None
    period_end: date
    is_complete: bool
    is_small_sample: bool
    ci_low: float | None
    ci_high: float | None
    open_share: float | None
    prior_value: float | None
    prior_year_value: float | None


def read_facts(connection: duckdb.DuckDBPyConnection) -> dict[str, Facts]:
    """Facts of every KPI in the catalogue of a built warehouse."""
    rows = connection.execute(
        """
        select catalog.kpi_id, any_value(model), any_value(unit), any_value(method),
            any_value(measured), list(
                concat_ws('.', inputs.table_name, inputs.column_name)
                order by inputs.table_name, inputs.column_name
            ),
            any_value(direction), any_value(string_split(valid_grains, ', ')),
            any_value(string_split(valid_dimensions, ', '))
        from kpis.kpi_catalog as catalog
        left join kpis.kpi_inputs as inputs on catalog.kpi_id = inputs.kpi_id
        group by catalog.kpi_id
        order by catalog.kpi_id
        """
    ).fetchall()
    return {
        kpi_id: Facts(
            model,
            unit,
            method,
            measured,
            tuple(filter(None, inputs)),
            direction,
            tuple(grains),
            tuple(dimensions),
        )
        for kpi_id, model, unit, method, measured, inputs, direction, grains, dimensions in rows
    }


def read_published(connection: duckdb.DuckDBPyConnection) -> dict[Key, Published]:
    """Rows of kpi_values, and of kpi_comparisons by the KPI and the part that are compared."""
    rows = connection.execute(
        """
        select
            kpi_id, period_grain, period_start, dimension, dimension_id, part,
            numerator, denominator, value, sample_size, value_status, measured_at, period_end,
            is_complete, is_small_sample, ci_low, ci_high, open_share, prior_value,
            prior_year_value
        from kpis.kpi_values
        union all
        select
            gap, period_grain, period_start, dimension, dimension_id,
            case when part = 'all' then kpi_id else kpi_id || '/' || part end,
            null, null, gap_value, null, 'ok', null, period_end,
            true, false, null, null, null, null, null
        from (
            unpivot kpis.kpi_comparisons
            on performance_gap, benchmark_gap, trend_slope into name gap value gap_value
        )
        """
    ).fetchall()
    return {Key(*row[:6]): Published(*row[6:]) for row in rows}


@dataclass(repr=False)
class Comparison:
    """The values a company has by the oracle and by the warehouse, with the catalogue's facts."""

    company: Company
    computed: Values
    published: Mapping[Key, Published]
    facts: Mapping[str, Facts]
    beside_kpis: Mapping[Key, str] = field(default_factory=dict)
    """What is wrong with what is published beside the KPIs, such as the pipeline ledger."""

    def __post_init__(self) -> None:
        """Leave out what kpi_values does not store (G-19); the quality of data is of one day."""
        fiscal = self.company.fiscal_year_start_month
        made = made_of_kpis(self.company, self.published, self.facts)
        self.computed = {
            each: value
            for each, value in (self.computed | made).items()
            if each.kpi_id not in self.facts
            or each.kpi_id.startswith("dq_")
            or is_stored(each.grain, each.dimension, self.facts[each.kpi_id].method, fiscal)
        }

    @cached_property
    def by_kpi(self) -> dict[str, list[Key]]:
        """Every slot that either side has a value for."""
        found: dict[str, list[Key]] = {}
        for each in self.published.keys() | self.computed.keys():
            found.setdefault(each.kpi_id, []).append(each)
        return found

    @cached_property
    def differences(self) -> dict[Key, str]:
        """What is wrong with each slot, in words; empty when both sides agree."""
        found: dict[Key, str] = {}
        for keys in self.by_kpi.values():
            for each in keys:
                difference = self.difference(each)
                if difference:
                    found[each] = difference
        return dict(sorted(found.items())) | dict(self.beside_kpis)

    @property
    def equal_count(self) -> int:
        """Number of slots on which both sides agree."""
        return sum(map(len, self.by_kpi.values())) - len(self.differences)

    def withheld(self, each: Key, measured_at: date) -> str | None:
        """Why a value must not be shown, if so: an input is missing, its period ends before the
        first covered day, or what it looks back at begins before it (F8, G2, G-1)."""
        if any(map(self.is_lacking, self.facts[each.kpi_id].inputs)):
            return "input_missing"
        if self.is_blocked(each.kpi_id):
            return "dq_blocked"
        covered = self.covered_from(each.kpi_id)
        if covered is None:
            return None
        looks_at = self.looks_back_to(each, measured_at)
        if covered >= self.period(each).end or (looks_at and covered > looks_at):
            return "not_covered"
        return None

    def is_lacking(self, name: str) -> bool:
        """Whether an input is missing, be it a table or a column (G-4)."""
        if name not in self._lacking:
            self._lacking[name] = lacks(self.company, name)
        return self._lacking[name]

    def is_blocked(self, kpi_id: str) -> bool:
        """Whether the data it is made of are too old to show a KPI (F51)."""
        if kpi_id not in self._blocked:
            self._blocked[kpi_id] = is_blocked(self.company, kpi_id, self.facts[kpi_id].tables)
        return self._blocked[kpi_id]

    @cached_property
    def _blocked(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _lacking(self) -> dict[str, bool]:
        return {}

    def period(self, each: Key) -> Period:
        """Period of a slot."""
        return period_of(each.start, each.grain, self.company.fiscal_year_start_month)

    def looks_back_to(self, each: Key, measured_at: date) -> date | None:
        """First day of the window of a value, or the one day it is taken at its period's start;
        None for what looks at its period alone."""
        slot = (each.kpi_id, each.grain, each.start, measured_at)
        if slot not in self._first_days:
            window = window_start(each.kpi_id)
            looked_at = self.period(each) if getattr(window, "of_period", False) else measured_at
            self._first_days[slot] = window(self.company, looked_at) if window else None
        measured = self.facts[each.kpi_id].measured
        if self._first_days[slot] is None and measured in ("start", "period_start"):
            is_over = midnight(self.period(each).end) <= self.company.as_of
            taken_at_start = measured == "period_start" or is_over
            return each.start if taken_at_start else self.company.as_of_date
        return self._first_days[slot]

    def covered_from(self, kpi_id: str) -> date | None:
        """First covered day of a KPI (G-1): the first of the month of the first record it counts,
        unless the load says where its table begins. A window, or what sets records of one table
        against those of another, begins with the last of its tables."""
        if kpi_id not in self._covered:
            self._covered[kpi_id] = self._first_covered_day(kpi_id)
        return self._covered[kpi_id]

    def _first_covered_day(self, kpi_id: str) -> date | None:
        tables = self.facts[kpi_id].tables
        days = [self.company.covered_from(table) for table in tables]
        begins = max((day for day in days if day), default=None)
        is_declared = any(map(self.company.declared_from, tables))
        if len(tables) > 1 or is_declared or window_start(kpi_id) or kpi_id in MADE:
            return begins
        return self._first_records.get(kpi_id, begins)

    @cached_property
    def _covered(self) -> dict[str, date | None]:
        return {}

    @cached_property
    def _first_records(self) -> dict[str, date]:
        """First of the month of the first record of each KPI, by the date it is counted at."""
        found: dict[str, date] = {}
        for each, value in self.computed.items():
            if value.sample_size and each.grain in ("day", "month"):
                month = each.start.replace(day=1)
                found[each.kpi_id] = min(found.get(each.kpi_id, month), month)
        return found

    @cached_property
    def _first_days(self) -> dict[tuple[str, str, date, date], date | None]:
        return {}

    @cached_property
    def mature_after_days(self) -> float | None:
        """Age at which a cohort is mature (G25)."""
        return mature_after_days(self.company)

    def measured_at(self, each: Key) -> date:
        """Day at which a balance or a window of a period is measured (F4)."""
        fiscal = self.company.fiscal_year_start_month
        return min(period_of(each.start, each.grain, fiscal).end, self.company.as_of_date)

    def difference(self, each: Key) -> str | None:
        """What is wrong with one slot, in words; None when nothing is."""
        if each.kpi_id not in self.facts:
            return "the catalogue does not know the KPI"
        row = self.published.get(each)
        withheld = self.withheld(each, self.measured_at(each))
        found = self.wrong_value(each, withheld)
        if found or row is None:
            return found
        wrong = [
            f"{name}: published {getattr(row, name)}, expected {expected}"
            for name, expected in self.beside(each, row, withheld).items()
            if not alike(expected, getattr(row, name))
        ]
        return "; ".join(wrong) or None

    def wrong_value(self, each: Key, withheld: str | None) -> str | None:
        """What is wrong with a value, its parts and its sample.

        A row may be absent when there is no value to publish: days and weeks without a known
        amount, and members who are gone, whose velocity has decided deals behind it but nothing
        open (F8).
        """
        expected, row = self.computed.get(each), self.published.get(each)
        is_over = midnight(self.period(each).end) <= self.company.as_of
        if waits_for_end(each.kpi_id) and not is_over:
            expected = None
        if row is None:
            if expected is None or expected.value is None or withheld:
                return None
            if window_start(each.kpi_id) and expected.value == 0 and not expected.numerator:
                return None
            return f"no row, expected {shown(expected)}"
        if withheld:
            if row.value is None and not row.numerator and not row.denominator:
                # A row without a record carries no window whose start could be judged (F8).
                if row.value_status == withheld or not row.sample_size:
                    return None
            return f"published {shown(row)} as {row.value_status}, expected {withheld}"
        if row.value_status == "not_covered":
            return f"not covered, expected {shown(expected) if expected else 'nothing'}"
        facts = self.facts[each.kpi_id]
        if expected is None and waits_for_end(each.kpi_id) and not row.is_complete:
            # Nothing is said of a period that is not over, however much was counted (F49).
            shown_early = (row.value, row.numerator, row.denominator)
            return f"published {shown(row)}, expected nothing" if any(shown_early) else None
        if expected is None:
            parts = (row.numerator, row.denominator, row.sample_size)
            if row.value == (0 if facts.is_sum else None) and not any(parts):
                if facts.method not in RATIO_METHODS or shows_nothing_counted(row):
                    return None
            return f"published {shown(row)}, expected nothing"
        is_money = facts.is_money or any(
            isinstance(part, Decimal)
            for part in (expected.numerator, expected.denominator, expected.value)
        )
        wrong = [
            name
            for name in ("numerator", "denominator", "value")
            if not equal(getattr(expected, name), getattr(row, name), is_money)
        ]
        if expected.value is None and row.value is None:
            # Nothing to sum is 0 or NULL, and a denominator of either kind gives no value (G1).
            wrong = [name for name in wrong if getattr(expected, name) or getattr(row, name)]
            is_empty = facts.method in RATIO_METHODS and row.value_status == "no_denominator"
            if is_empty and not shows_nothing_counted(row):
                wrong.append("parts of an empty denominator")
        if wrong == ["value"] and is_quotient(row):
            # Of amounts that nearly cancel, the quotient is as far off as their last decimal.
            wrong = []
        if expected.sample_size is not None and expected.sample_size != row.sample_size:
            wrong.append("sample_size")
        if not wrong:
            return None
        return f"{', '.join(wrong)}: published {shown(row)}, expected {shown(expected)}"

    def beside(self, each: Key, row: Published, withheld: str | None) -> dict[str, object]:
        """What has to stand beside a value that is right, by column of kpi_values."""
        expected = self.computed.get(each)
        period = period_of(each.start, each.grain, self.company.fiscal_year_start_month)
        is_complete = midnight(period.end) <= self.company.as_of
        smallest = self.company.number("min_n_display")
        found: dict[str, object] = {
            "period_end": period.end,
            "is_complete": is_complete,
            "is_small_sample": row.sample_size is not None and row.sample_size < smallest,
        }
        if row.sample_size or not withheld:
            found["value_status"] = withheld or self.status(each, row)
        is_compared = is_complete and has_earlier(each.kpi_id)
        for name, start in (
            ("prior_value", period_before(period, self.company.fiscal_year_start_month)),
            ("prior_year_value", year_before(period)),
        ):
            earlier = self.published.get(each._replace(start=start)) if start else None
            found[name] = earlier.value if is_compared and earlier else None
        low, high = (expected and expected.interval) or (None, None)
        found["ci_low"], found["ci_high"] = (None, None) if withheld else (low, high)
        if expected:
            found["measured_at"] = expected.measured_at
            found["open_share"] = expected.open_share
        return found

    def status(self, each: Key, row: Published) -> str:
        """Why a value is missing, or how to read it (F8, G25, B5, G-1, G-18)."""
        expected = self.computed.get(each)
        if expected and expected.status in SUBSTITUTES:
            return expected.status
        if waits_for_end(each.kpi_id) and not row.is_complete:
            return "provisional"
        if row.value is None:
            is_ratio = self.facts[each.kpi_id].method in RATIO_METHODS
            is_unknown = self.facts[each.kpi_id].is_sum or (is_ratio and row.denominator != 0)
            return "input_missing" if is_unknown else "no_denominator"
        covered = self.covered_from(each.kpi_id)
        has_window = window_start(each.kpi_id) and self.looks_back_to(each, self.measured_at(each))
        if not has_window and covered and covered > each.start:
            return "partial_start"
        if expected and expected.status != OK:
            return expected.status
        if expected and (expected.open_share or 0) > float(
            self.company.number("maturity_open_share")
        ):
            fiscal = self.company.fiscal_year_start_month
            end = period_of(each.start, each.grain, fiscal).end
            age = (self.company.as_of_date - end).days
            if self.mature_after_days is None or age < self.mature_after_days:
                return "immature"
        return OK


def period_before(period: Period, fiscal_year_start_month: int) -> date:
    """First day of the period before (G16)."""
    return period_of(period.start - timedelta(days=1), period.grain, fiscal_year_start_month).start


def year_before(period: Period) -> date | None:
    """First day of the same period of the year before (G5): a leap day meets 28 February, a week
    the one of its index, which a 53rd week may lack."""
    if period.grain == "week":
        year, week, _ = period.start.isocalendar()
        try:
            return date.fromisocalendar(year - 1, week, 1)
        except ValueError:
            return None
    return months_before(period.start, 12)


def alike(expected: object, published: object) -> bool:
    """Whether two cells agree; numbers as closely as counts must."""
    if isinstance(expected, int | float) and isinstance(published, int | float):
        return equal(expected, published, is_money=False)
    return expected == published


def equal(expected: object, published: object, is_money: bool) -> bool:
    """Whether two numbers agree as closely as counts or money must."""
    if expected is None or published is None:
        return expected is None and published is None
    left, right = float(expected), float(published)
    relative = MONEY_TOLERANCE if is_money else COUNT_TOLERANCE
    smallest = SMALLEST_MONEY if is_money else COUNT_TOLERANCE
    return abs(left - right) <= max(relative * max(abs(left), abs(right)), smallest)


def shows_nothing_counted(row: Published) -> bool:
    """Whether a ratio without a denominator shows both parts as counted (G-18)."""
    return row.numerator is not None and row.denominator == 0


def is_quotient(row: Published) -> bool:
    """Whether a published value is its numerator over its denominator."""
    if row.numerator is None or not row.denominator or row.value is None:
        return False
    quotient = row.numerator / row.denominator
    return abs(quotient - row.value) <= COUNT_TOLERANCE * max(abs(quotient), 1)


def shown(value: Value | Published) -> str:
    """A value with its parts, for people."""
    parts = (value.numerator, value.denominator, value.value)
    numerator, denominator, result = (None if part is None else float(part) for part in parts)
    return f"{numerator} / {denominator} = {result} (n {value.sample_size})"
