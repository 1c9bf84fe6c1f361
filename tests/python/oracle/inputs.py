"""Which inputs of a KPI a company lacks: tables, and columns that are empty in every row (G-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from .company import Company, midnight
from .history import Deal
from .reading import as_date, as_decimal, as_timestamp

READERS: dict[str, Callable[[str | None], object]] = {
    "amount": as_decimal,
    "duration_seconds": as_decimal,
    "cogs_amount": as_decimal,
    "completed_at": as_timestamp,
    "scheduled_start": as_timestamp,
    "expected_close_date": as_date,
    "list_price": as_decimal,
    "mrr": as_decimal,
    "net_amount": as_decimal,
    "qualified_at": as_timestamp,
    "quantity": as_decimal,
    "score": as_decimal,
}
"""How a column is read that may hold what does not read; the others are texts or checked."""


def lacks(company: Company, name: str) -> bool:
    """Whether an input is missing: a table without an accepted row, or a column of a table that
    came in which no row that should hold a value holds one."""
    table, _, column = name.partition(".")
    if not company.is_delivered(table) or not column:
        return not company.is_delivered(table)
    values = list(values_of_input(company, company.source_of(table), column))
    return bool(values) and all(value is None for value in values)


def values_of_input(company: Company, table: str, column: str) -> Iterable[object]:
    """Values of a column in the rows that should hold one."""
    if table == "opportunities":
        for deal in company.deals:
            yield from _values_of_deal(company, deal, column)
    elif column == "direction":
        for row in (*company.accepted_rows("calls"), *company.accepted_rows("emails")):
            yield row[column]
    elif column in ("scale_max", "scale_min"):
        for row in company.accepted_rows(table):
            if (row["survey_type"] or "").lower() in ("csat", "service_quality"):
                yield as_decimal(row[column])
    else:
        read = READERS.get(column, lambda text: text)
        for row in company.accepted_rows(table):
            yield read(row[column])


def _values_of_deal(company: Company, deal: Deal, column: str) -> Iterator[object]:
    """Values of a deal where it should have one: a closed deal a date of its close, a lost one a
    reason, one that was open what was expected of it; what has a history, at each of its times."""
    match column:
        case "created_date":
            yield deal.created_date
        case "closed_date" if deal.is_closed and not deal.is_deleted:
            yield deal.closed_date
        case "loss_reason" if deal.is_closed and not deal.is_won and not deal.is_deleted:
            yield deal.row[column]
        case "win_reason" if deal.is_closed and deal.is_won and not deal.is_deleted:
            yield deal.row[column]
        case "closed_date" | "loss_reason" | "win_reason":
            return
        case "amount" | "owner_id":
            read = READERS.get(column, lambda text: text or None)
            for day in _days(company, deal):
                instant = min(midnight(day), company.as_of)
                yield read(deal.value_at(column, instant, inclusive=False))
        case "expected_close_date" | "probability":
            for day in _days(company, deal):
                snapshot = company.snapshot(deal, day)
                if snapshot and column == "probability":
                    yield as_decimal(deal.row[column])
                elif snapshot:
                    yield snapshot.expected_close_date
        case _:
            yield deal.row[column]


def _days(company: Company, deal: Deal) -> list:
    """Days whose first instant sees the deal as it was on a day on which something happened."""
    instants = [deal.known_from, *(entered_at for entered_at, _ in deal.entries)]
    instants += [change.changed_at for log in deal.changes.values() for change in log]
    happened = {max(each, deal.known_from).date() for each in instants if each < company.as_of}
    return sorted(day + timedelta(days=1) for day in happened)
