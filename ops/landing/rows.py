"""JSON lines and Excel sheets as rows of text by column name."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import openpyxl
from openpyxl.styles.numbers import is_datetime
from openpyxl.utils.exceptions import InvalidFileException

from ops.landing.files import LandingError, checked_columns
from ops.landing.text import LONGEST_RECORD, RejectedLine
from ops.warehouse import first_line

_DAMAGED_WORKBOOK = (
    BadZipFile,
    InvalidFileException,
    zlib.error,
    KeyError,
    ValueError,
    SyntaxError,
    EOFError,
    OSError,
)


def json_rows(
    path: Path, name: str, rejected: list[RejectedLine]
) -> Iterator[dict[str, str | None]]:
    """The objects of a file with one JSON object per line; other lines go to rejected."""
    offset = 0
    with path.open("rb") as content:
        for number, line in enumerate(content, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            except UnicodeDecodeError as error:
                raise LandingError(
                    f"{name}: byte {offset + error.start} (line {number}) is not UTF-8; "
                    "save it as UTF-8 or declare its encoding in options.yml"
                ) from error
            offset += len(line)
            if not text:
                continue
            try:
                if len(line) > LONGEST_RECORD:
                    raise ValueError(f"the record is longer than {LONGEST_RECORD:,} bytes")
                row = json.loads(text, parse_float=_Fraction, parse_constant=_refuse)
                if not isinstance(row, dict):
                    raise TypeError("is not a JSON object")
                if "\\u" in text:
                    json.dumps(row, ensure_ascii=False).encode("utf-8")
            except (ValueError, TypeError, RecursionError) as error:
                reason = f"is not JSON: {error}" if "line 1 column" in str(error) else str(error)
                rejected.append(RejectedLine(number, reason, text))
                continue
            yield {key: _json_text(value) for key, value in row.items()}


class _Fraction(float):
    """A JSON number with fraction or exponent that remembers how it was written."""

    written: str

    def __new__(cls, written: str) -> Self:
        number = super().__new__(cls, written)
        number.written = written
        return number


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not a JSON number")


def _json_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, _Fraction):
        number = Decimal(value.written)
        has_exponent = "e" in value.written.lower() and abs(number.adjusted()) < 400
        return format(number, "f") if has_exponent else value.written
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def open_sheet(
    path: Path, name: str, sheet: str | None, has_header: bool, columns: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Iterator[dict[str, str | None]], tuple[str, ...]]]:
    """Open a workbook; gives the columns of the sheet, its rows, and findings.

    sheet None takes the first one; columns name the fields of a sheet without header. Rows
    without any value are left out. Raises LandingError, also while the rows are read, when the
    workbook is damaged or has no such sheet.
    """
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            names = book.sheetnames
            chosen = sheet or names[0]
            if chosen not in names:
                raise LandingError(f"{name}: has no sheet {chosen}; it has {', '.join(names)}")
            findings: tuple[str, ...] = ()
            if sheet is None and len(names) > 1:
                advice = "name another one as sheet in options.yml"
                findings = (f"{name}: only the first sheet, {chosen}, was read; {advice}",)
            yield *_sheet_rows(book[chosen], name, has_header, columns), findings
        finally:
            book.close()
    except _DAMAGED_WORKBOOK as error:
        raise LandingError(
            f"{name}: is not a whole Excel workbook ({first_line(error)}); save it again"
        ) from error


def _sheet_rows(
    sheet: Any, name: str, has_header: bool, columns: tuple[str, ...]
) -> tuple[tuple[str, ...], Iterator[dict[str, str | None]]]:
    filled = (values for cells in sheet.iter_rows() if (values := _cell_texts(cells)))
    if has_header:
        header = next(filled, None)
        if header is None:
            raise LandingError(f"{name}: the sheet is empty; it needs at least a header line")
        columns = checked_columns([value or "" for value in header], name)
    return columns, (_numbered(columns, values) for values in filled)


def _cell_texts(cells: Iterable[Any]) -> list[str | None]:
    """The texts of a row's cells up to the last one that has a value."""
    values = [_cell_text(cell) for cell in cells]
    while values and values[-1] is None:
        values.pop()
    return values


def _numbered(columns: tuple[str, ...], values: list[str | None]) -> dict[str, str | None]:
    extra = [f"column_{number}" for number in range(len(columns) + 1, len(values) + 1)]
    return dict(zip([*columns, *extra], values, strict=False))


def _cell_text(cell: Any) -> str | None:
    value = cell.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        shown = format(Decimal(repr(value)), "f")
        return shown.removesuffix(".0")
    if isinstance(value, datetime):
        is_day = is_datetime(cell.number_format) == "date" and value.time() == time()
        shown = str(value.date() if is_day else value)
        return shown.rstrip("0") if "." in shown else shown
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
