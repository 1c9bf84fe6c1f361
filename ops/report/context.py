"""What every section works with: the file, the values, the scope, and the numbers shown so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from ops.report.blocks import Cell, Table
from ops.report.formats import change, full, period_name, short, tone, words
from ops.report.reading import Kpi, Period, Publication, Published, Scope, Value, Values

STATUS_WORDS = {
    "not_covered": "the data do not cover the period",
    "no_denominator": "there was nothing to count",
    "input_missing": "an input is missing",
    "immature": "too much of the cohort is still open",
    "provisional": "may still change",
    "partial_start": "the data begin inside the period",
    "forecast_met": "the forecast is already met",
}
DIMENSION_WORDS = {"rep": "seller", "opportunity_type": "type of deal", "total": "company"}


def dimension_word(dimension: str) -> str:
    """A dimension as people call it."""
    return DIMENSION_WORDS.get(dimension, words(dimension.removeprefix("custom_")))


def part_text(value: Value) -> str:
    """The part of a number as people call it; stages are names, reasons are words of the data."""
    return words(value.part_label) if value.part_label.islower() else value.part_label


@dataclass
class Context:
    """The file behind a page and what was taken from it."""

    published: Published
    publication: Publication
    catalogue: dict[str, Kpi]
    scope: Scope
    period: Period
    values: Values
    teams: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    shown: list[Value] = field(default_factory=list)
    places: dict[Value, int] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The corporate currency."""
        return self.publication.currency

    def number(self, value: Value) -> int:
        """The place of a value among the page's numbers; it is kept there once."""
        if value not in self.places:
            self.places[value] = len(self.shown)
            self.shown.append(value)
        return self.places[value]

    def unit(self, kpi_id: str) -> str:
        """The KPI's unit."""
        return self.catalogue[kpi_id].unit if kpi_id in self.catalogue else "count"

    def label(self, kpi_id: str) -> str:
        """The KPI's name."""
        return self.catalogue[kpi_id].label if kpi_id in self.catalogue else words(kpi_id)

    def short(self, kpi_id: str, amount: float | None) -> str:
        """An amount in the KPI's unit, short."""
        return short(amount, self.unit(kpi_id), self.currency)

    def bare(self, kpi_id: str, amount: float | None) -> str:
        """An amount in the KPI's unit without its currency, for charts, where room is scarce."""
        return self.short(kpi_id, amount).partition(f" {self.currency}")[0]

    def full(self, kpi_id: str, amount: float | None) -> str:
        """An amount in the KPI's unit, with all its digits."""
        return full(amount, self.unit(kpi_id), self.currency)

    def money(self, amount: float | None) -> str:
        """An amount of money, short."""
        return short(amount, "money", self.currency)

    def bare_money(self, amount: float | None) -> str:
        """An amount of money, short, without its currency."""
        return self.money(amount).removesuffix(f" {self.currency}")

    def period_of(self, value: Value) -> str:
        """The value's period as people name it."""
        return period_name(value.period_grain, value.period_start, value.period_end)

    @property
    def period_name(self) -> str:
        """The page's period as people name it."""
        return period_name(self.period.grain, self.period.start, self.period.end)

    def now(self, kpi_id: str, part: str = "all") -> Value | None:
        """The scope's value of a KPI in the page's period."""
        return self.values.one(kpi_id, self.period.start, self.scope, part)

    def before(self, kpi_id: str, part: str = "all") -> Value | None:
        """The scope's value of a KPI in the period before, whatever is comparable about it."""
        earlier = [
            each
            for each in self.values.trend(kpi_id, self.scope, part)
            if each.period_end == self.period.start
        ]
        return earlier[0] if earlier else None

    def past(self, kpi_id: str, part: str = "all") -> list[Value]:
        """The scope's values of a KPI up to the page's period that have a value."""
        return [
            each
            for each in self.values.trend(kpi_id, self.scope, part)
            if each.value is not None and each.period_start <= self.period.start
        ]

    def cell(self, value: Value | None, amount: float | None = None) -> Cell:
        """A cell of a published number; it leads to its definition and rows."""
        if value is None:
            return Cell("–", is_numeric=True, is_soft=True)
        shown = value.value if amount is None else amount
        return Cell(
            self.short(value.kpi_id, shown),
            number=self.number(value),
            is_numeric=True,
            is_soft=value.is_small_sample or value.value is None,
        )

    def change_cell(self, value: Value | None, before: float | None) -> Cell:
        """A cell of how a number moved."""
        # A cohort that is still open is no measure of one that is decided.
        if value is None or value.value_status == "immature":
            return Cell("–", is_numeric=True, is_soft=True)
        unit, direction = self.unit(value.kpi_id), self.catalogue[value.kpi_id].direction
        text = change(value.value, before, unit)
        return Cell(
            text or "–",
            is_numeric=True,
            is_soft=value.is_small_sample,
            tone=tone(text, value.value, before, direction),
        )

    def interval(self, value: Value) -> str | None:
        """The 95 % interval in words; None for KPIs that have none."""
        if value.ci_low is None or value.ci_high is None:
            return None
        low, high = (self.short(value.kpi_id, each) for each in (value.ci_low, value.ci_high))
        unit = f" {high.rpartition(' ')[2]}"
        return f"{low.removesuffix(unit)} to {high}"

    def values_table(self, values: Sequence[Value], first: str = "Period") -> Table:
        """The numbers of a chart as a table: by period, or by member."""
        has_interval = any(each.ci_low is not None for each in values)
        headers = [first, *(["KPI"] if len({each.kpi_id for each in values}) > 1 else []), "Value"]
        headers += ["Sample", *(["95 % interval"] if has_interval else [])]
        rows = []
        for each in values:
            name = self.period_of(each) if first == "Period" else each.dimension_value
            if each.part != "all":
                part = part_text(each)
                name = f"{name}, {part}" if first == "Period" else part
            row = [Cell(name)]
            if "KPI" in headers:
                row.append(Cell(self.label(each.kpi_id), kpi_id=each.kpi_id))
            row += [self.cell(each), Cell(f"{each.sample_size or 0:,}", is_numeric=True)]
            if has_interval:
                row.append(Cell(self.interval(each) or "–", is_numeric=True))
            rows.append(row)
        return Table(headers, rows)

    def why_empty(self, *kpi_ids: str) -> str:
        """Why nothing can be drawn of the KPIs: what is missing, in a sentence a reader can use."""
        known = [self.catalogue[kpi_id] for kpi_id in kpi_ids if kpi_id in self.catalogue]
        if not known:
            return "This file was built before this KPI came in; build it again."
        for kpi in known:
            if kpi.availability == "input_missing" and kpi.missing_inputs:
                return f"{kpi.label} needs {kpi.missing_inputs}, which this data does not hold."
        if not any(kpi.has(self.scope.dimension) for kpi in known):
            return (
                f"{known[0].label} is not told by {dimension_word(self.scope.dimension)}; "
                "the page of the whole company shows it."
            )
        value = self.now(known[0].kpi_id)
        reason = STATUS_WORDS.get(value.value_status) if value else None
        return f"{known[0].label} has no value in {self.period_name}" + (
            f": {reason}." if reason else "."
        )


def quarter_before(day: date, grain: str) -> date:
    """The first day of the period before the one that starts on the day."""
    months = 3 if grain == "quarter" else 1
    month = day.month - months
    return date(day.year - (month < 1), (month - 1) % 12 + 1, 1)
