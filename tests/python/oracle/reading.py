"""Reading raw CSV files by the rules of the raw contract."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path


class Row(dict[str, str | None]):
    """A raw row: text per column, None where nothing is; an optional column may be left out."""

    def __missing__(self, column: str) -> None:
        """A column that was not delivered is empty."""
        return


Tables = Mapping[str, Sequence[Row]]
"""Raw rows per table; an absent table is an empty one (design 2.1)."""

CENT_OF_A_CENT = Decimal("0.0001")
LARGEST_AMOUNT = Decimal(10) ** 14
"""Money has eighteen digits, four of them behind the point (G-23)."""


def read_table(path: Path) -> list[Row]:
    """Rows of a CSV file as text, blank values as None.

    Source: the contract, "all VARCHAR, empty string never".
    """
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Row({column: (text or "").strip() or None for column, text in row.items()})
            for row in csv.DictReader(lines)
        ]


def read_folder(folder: Path) -> dict[str, list[Row]]:
    """The tables of a folder that holds one CSV file per table."""
    return {path.stem: read_table(path) for path in sorted(folder.glob("*.csv"))}


def as_date(text: str | None) -> date | None:
    """A calendar day; what does not read as one is unknown. An instant other than midnight is
    the day it has in UTC, where reporting happens (G-17)."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.time() == time():
        return instant.date()
    return (instant.astimezone(UTC) if instant.tzinfo else instant).date()


def as_timestamp(text: str | None) -> datetime | None:
    """An instant in UTC; what does not read as one is unknown."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def as_decimal(text: str | None) -> Decimal | None:
    """A number; what does not read as one is unknown."""
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def as_boolean(text: str | None) -> bool | None:
    """True or false; what does not read as one is unknown."""
    word = (text or "").lower()
    if word in {"true", "t", "yes", "1"}:
        return True
    return False if word in {"false", "f", "no", "0"} else None


def money(amount: Decimal) -> Decimal:
    """An amount rounded to four decimals, half away from zero (G23, F2)."""
    return amount.quantize(CENT_OF_A_CENT, rounding=ROUND_HALF_UP)


def newest_copies(
    rows: Iterable[Row], key: tuple[str, ...], required: tuple[str, ...]
) -> list[Row]:
    """One row per key, the one updated last, a deleted one before a live one, and of those that
    nothing tells apart the later line (G-15); rows without a required value are refused.

    A row that is deleted may lack everything but its key: it deletes the key, and where it is
    the newest there is no row.
    """
    kept: dict[tuple[str | None, ...], Row] = {}
    for row in rows:
        identity = tuple(row.get(column) for column in key)
        if None in [row.get(column) for column in required if column in key]:
            continue
        is_deleted = as_boolean(row.get("is_deleted"))
        if not is_deleted and any(row.get(column) is None for column in required):
            continue
        other = kept.get(identity)
        if other is None or age(row) >= age(other):
            kept[identity] = row
    return [row for row in kept.values() if all(row.get(column) for column in required)]


def age(row: Row) -> tuple[datetime, bool]:
    """What tells the newer of two copies: when it was changed or deleted, and whether it was."""
    changed_at = as_timestamp(row.get("updated_at")) or as_timestamp(row.get("deleted_at"))
    return changed_at or datetime.min, bool(as_boolean(row.get("is_deleted")))
