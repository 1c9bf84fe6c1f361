"""Which event each family of KPIs measures: its records, their date and their slices.

A family model says so in its one call of the macro measured, so the call is read from its SQL; one
that tells balances says it in a call of sliced, by the date on which they are taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment

from ops.warehouse import PROJECT

SLICES = PROJECT / "macros" / "slices.sql"


@dataclass(frozen=True)
class Event:
    """A model with one row per record, and the columns by which measured reads it."""

    model: str
    date: str
    slices: dict[str, str]
    """Slice to the column that holds it; slices that overlap, such as teams, are none."""
    parts: tuple[str, ...]
    percentiles: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Column of the family to the column of the records that it is a percentile of, and which."""
    is_balance: bool = False
    """True where records stand once for each date, the day after a period; the last one counts."""


class _Returned(Exception):
    """What a macro returns, as dbt's return() hands it over."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Anything(ChainableUndefined):
    """Stands for all that dbt knows and a call of measured does not need."""

    def __call__(self, *_: Any, **__: Any) -> _Anything:
        return self


class _Relation(str):
    """The name of a model that is read by ref, not of a CTE."""


def read_event(sql: str, macros: Path = SLICES) -> Event | None:
    """The event that the SQL of a family measures; None where it measures none, several, one of its
    own making, or one whose records count for another thing in each period."""
    calls, columns = read_calls(sql, "measured", macros)
    if len(calls) != 1 or calls[0].get("is_by_period"):
        return None
    (call,) = calls
    if not isinstance(call["rows"], _Relation):
        return None
    return Event(
        model=str(call["rows"]),
        date=call["date"],
        slices={name: columns[name] for name in call["attributes"]},
        parts=tuple(call.get("parts", ())),
        percentiles={
            name: (measure, 0.5) if isinstance(measure, str) else measure
            for name, measure in call.get("medians", {}).items()
        },
    )


def read_balance(sql: str, macros: Path = SLICES) -> Event:
    """The records whose balances the SQL slices, by the one call that reads a model."""
    calls, columns = read_calls(sql, "sliced", macros)
    (call,) = (call for call in calls if isinstance(call["rows"], _Relation))
    return Event(
        model=str(call["rows"]),
        date=call["keys"][0],
        slices={name: columns[name] for name in call["attributes"]},
        parts=(),
        is_balance=True,
    )


def read_calls(sql: str, macro: str, macros: Path) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The calls of a macro with their arguments, and the column that holds each slice."""
    calls: list[dict[str, Any]] = []

    def called(rows: str, *_: Any, **arguments: Any) -> str:
        calls.append({"rows": rows, **arguments})
        return ""

    environment = Environment(undefined=_Anything, extensions=["jinja2.ext.do"])
    functions = slicing_macros(macros)
    environment.globals.update(functions, ref=_Relation, **{macro: called})
    environment.from_string(sql).render()
    return calls, functions["slice_columns"]()


def slicing_macros(file: Path) -> dict[str, Callable[[], Any]]:
    """The macros that name slices, as functions that return what they return in dbt."""

    def hand_over(value: Any) -> None:
        raise _Returned(value)

    environment = Environment(undefined=_Anything)
    environment.globals["return"] = hand_over
    module = environment.from_string(file.read_text()).module

    def function(name: str) -> Callable[[], Any]:
        def call() -> Any:
            try:
                return getattr(module, name)()
            except _Returned as returned:
                return returned.value

        return call

    return {name: function(name) for name in ("deal_slices", "slice_columns")}
