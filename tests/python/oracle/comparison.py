"""Computed and published values of one company, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import duckdb

from .company import Company
from .periods import period_of
from .registry import window_start
from .values import Key, Value, Values

COUNT_TOLERANCE = 1e-9
MONEY_TOLERANCE = 1e-6
"""Relative: money is rounded to four decimals and shares to eight wherever they are stored (F2)."""
SMALLEST_MONEY = 1e-3
"""Absolute: what ten roundings to four decimals add up to where amounts cancel each other (F2)."""
SUM_METHODS = frozenset({"sum", "balance"})
"""Such KPIs are 0 where there is no record; every other is NULL there (G1, G2)."""


@dataclass(frozen=True)
class Facts:
    """What the catalogue says of a KPI."""

    model: str
    unit: str
    method: str
    inputs: tuple[str, ...]

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


def read_facts(connection: duckdb.DuckDBPyConnection) -> dict[str, Facts]:
    """Facts of every KPI in the catalogue of a built warehouse."""
    rows = connection.execute(
        """
        select catalog.kpi_id, any_value(model), any_value(unit), any_value(method),
            list(inputs.table_name order by inputs.table_name)
        from kpis.kpi_catalog as catalog
        left join kpis.kpi_inputs as inputs on catalog.kpi_id = inputs.kpi_id
        group by catalog.kpi_id
        order by catalog.kpi_id
        """
    ).fetchall()
    return {
        kpi_id: Facts(model, unit, method, tuple(inputs))
        for kpi_id, model, unit, method, inputs in rows
    }


def read_published(connection: duckdb.DuckDBPyConnection) -> dict[Key, Published]:
    """Rows of kpi_values."""
    rows = connection.execute(
        """
        select
            kpi_id, period_grain, period_start, dimension, dimension_id,
            numerator, denominator, value, sample_size, value_status, measured_at
        from kpis.kpi_values
        where part = 'all'
        """
    ).fetchall()
    return {Key(*row[:5]): Published(*row[5:]) for row in rows}


@dataclass(repr=False)
class Comparison:
    """The values a company has by the oracle and by the warehouse, with the catalogue's facts."""

    company: Company
    computed: Values
    published: Mapping[Key, Published]
    facts: Mapping[str, Facts]

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
        return dict(sorted(found.items()))

    @property
    def equal_count(self) -> int:
        """Number of slots on which both sides agree."""
        return sum(map(len, self.by_kpi.values())) - len(self.differences)

    def withheld(self, each: Key, measured_at: date) -> str | None:
        """Why a value must not be shown, if so: an input is missing, or the first day it looks
        at lies before the first covered one (F8, G2)."""
        inputs = self.facts[each.kpi_id].inputs
        if not all(self.company.is_delivered(table) for table in inputs):
            return "input_missing"
        slot = (each.kpi_id, each.start, measured_at)
        if slot not in self._first_days:
            first = each.start
            window = window_start(each.kpi_id)
            if window:
                first = window(self.company, measured_at)
            self._first_days[slot] = first
        covered = [self.company.covered_from(table) for table in inputs]
        if any(day is not None and day > self._first_days[slot] for day in covered):
            return "not_covered"
        return None

    @cached_property
    def _first_days(self) -> dict[tuple[str, date, date], date]:
        return {}

    def measured_at(self, each: Key) -> date:
        """Day at which a balance or a window of a period is measured (F4)."""
        fiscal = self.company.fiscal_year_start_month
        return min(period_of(each.start, each.grain, fiscal).end, self.company.as_of_date)

    def difference(self, each: Key) -> str | None:
        """What is wrong with one slot, in words; None when nothing is.

        A row may be absent when there is no value to publish: days and weeks without a known
        amount, and members who are gone, whose velocity has decided deals behind it but nothing
        open (F8).
        """
        expected, row = self.computed.get(each), self.published.get(each)
        if each.kpi_id not in self.facts:
            return "the catalogue does not know the KPI"
        withheld = self.withheld(each, self.measured_at(each))
        if row is None:
            if expected.value is None or withheld:
                return None
            if window_start(each.kpi_id) and expected.value == 0 and not expected.numerator:
                return None
            return f"no row, expected {shown(expected)}"
        if withheld:
            if (row.numerator, row.denominator, row.value) == (None, None, None):
                # A row without a record carries no window whose start could be judged (F8).
                if row.value_status == withheld or not row.sample_size:
                    return None
            return f"published {shown(row)} as {row.value_status}, expected {withheld}"
        if row.value_status == "not_covered":
            return f"not covered, expected {shown(expected) if expected else 'nothing'}"
        facts = self.facts[each.kpi_id]
        if expected is None:
            parts = (row.numerator, row.denominator, row.sample_size)
            if row.value == (0 if facts.is_sum else None) and not any(parts):
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
        if wrong == ["value"] and is_quotient(row):
            # Of amounts that nearly cancel, the quotient is as far off as their last decimal.
            wrong = []
        if expected.sample_size is not None and expected.sample_size != row.sample_size:
            wrong.append("sample_size")
        if not wrong:
            return None
        return f"{', '.join(wrong)}: published {shown(row)}, expected {shown(expected)}"


def equal(expected: object, published: object, is_money: bool) -> bool:
    """Whether two numbers agree as closely as counts or money must."""
    if expected is None or published is None:
        return expected is None and published is None
    left, right = float(expected), float(published)
    relative = MONEY_TOLERANCE if is_money else COUNT_TOLERANCE
    smallest = SMALLEST_MONEY if is_money else COUNT_TOLERANCE
    return abs(left - right) <= max(relative * max(abs(left), abs(right)), smallest)


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
