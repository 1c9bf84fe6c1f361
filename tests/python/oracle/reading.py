"""Reading raw CSV files by the rules of the raw contract."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
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
