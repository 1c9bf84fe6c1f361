"""Reading raw CSV files by the rules of the raw contract."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from pathlib import Path

Row = dict[str, str | None]

CENT_OF_A_CENT = Decimal("0.0001")


def read_table(path: Path) -> list[Row]:
    """Rows of a CSV file as text, blank values as None; an absent file is an empty table.

    Source: the contract, "all VARCHAR, empty string never"; design 2.1, an absent source is
    an empty one.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            {column: (text or "").strip() or None for column, text in row.items()}
            for row in csv.DictReader(lines)
        ]


def as_date(text: str | None) -> date | None:
    """A calendar day; what does not read as one is unknown."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def as_timestamp(text: str | None) -> datetime | None:
    """An instant in UTC; what does not read as one is unknown."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


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
    """One row per key, the one updated last; rows without a required key value are refused.

    Source: the contract, "the newest copy of a duplicated key wins".
    """
    kept: dict[tuple[str | None, ...], Row] = {}
    for row in rows:
        if any(row.get(column) is None for column in required):
            continue
        identity = tuple(row.get(column) for column in key)
        other = kept.get(identity)
        if other is None or (row.get("updated_at") or "") > (other.get("updated_at") or ""):
            kept[identity] = row
    return list(kept.values())
