"""What dbt calls `dbt`, for the linter: its portable macros as SQL that DuckDB's grammar reads."""

from __future__ import annotations

from collections.abc import Callable


def dateadd(datepart: str, interval: str, from_date_or_timestamp: str) -> str:
    """A date moved by an interval."""
    return f"date_add({from_date_or_timestamp}, ({interval}) * interval 1 {datepart})"


def datediff(first_date: str, second_date: str, datepart: str) -> str:
    """Boundaries of a date part between two dates."""
    return f"date_diff('{datepart}', {first_date}, {second_date})"


def date_trunc(datepart: str, date: str) -> str:
    """A date cut to the start of a date part."""
    return f"date_trunc('{datepart}', {date})"


def escape_single_quotes(text: str) -> str:
    """A text that can stand between single quotes."""
    return text.replace("'", "''")


def generate_series(upper_bound: int) -> str:
    """One row per whole number from 1 to the bound, in the column dbt names for it."""
    return f"select numbers as generated_number from range(1, {upper_bound} + 1) as numbers"


def __getattr__(name: str) -> Callable[..., str]:
    """dbt.type_string() and the other types by their plain names."""
    if not name.startswith("type_"):
        raise AttributeError(f"dbt.{name} is unknown to the linter; add it to {__file__}")
    data_type = name.removeprefix("type_")
    return lambda: "varchar" if data_type == "string" else data_type
