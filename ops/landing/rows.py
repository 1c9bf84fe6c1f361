"""JSON lines and Excel sheets as rows of text by column name."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Self
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import openpyxl
from openpyxl.styles.numbers import is_datetime
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from ops.landing.files import LandingError, checked_columns
from ops.landing.regular import LONGEST_RECORD
from ops.landing.text import KEPT_OF_LONG_LINE, REJECTED_SHARE_LIMIT, RejectedLine
from ops.warehouse import first_line

LARGEST_WORKBOOK = 500_000_000

_BLOCK = 1 << 22
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
                kept = text[:KEPT_OF_LONG_LINE] if len(line) > LONGEST_RECORD else text
                rejected.append(RejectedLine(number, reason, kept))
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


@dataclass
class Sheet:
    """A sheet of an open workbook: the columns of its header and its rows, read once."""

    name: str
    columns: tuple[str, ...]
    rows: Iterator[dict[str, str | None]]
    notes: tuple[str, ...]
    errors: Counter[str]
    unknown_formulas: Mapping[int, _Formulas]

    def findings(self, row_count: int) -> tuple[str, ...]:
        """What was not read as it stands, once the rows were read.

        Raises LandingError when more than 5 % of the rows have a formula without a value.
        """
        found = list(self.notes)
        if self.errors:
            shown = ", ".join(f"{count:,} {word}" for word, count in sorted(self.errors.items()))
            found.append(f"{self.name}: cells that hold an error were read as empty: {shown}")
        for column, formulas in sorted(self.unknown_formulas.items()):
            named = self.columns[column - 1] if column <= len(self.columns) else f"{column}"
            told = (
                f"{self.name}: {formulas.count:,} of the formulas in column {named} have no value, "
                f"the first in cell {formulas.first_cell}"
            )
            advice = "open the workbook in a spreadsheet program and save it, or save it as CSV"
            if formulas.count > REJECTED_SHARE_LIMIT * row_count:
                raise LandingError(f"{told}; {advice}")
            found.append(f"{told}, and were read as empty; {advice}")
        return tuple(found)


@dataclass
class _Formulas:
    """Formulas of a column that hold no value."""

    first_cell: str
    count: int = 0


@contextmanager
def open_sheet(
    path: Path, name: str, sheet: str | None, has_header: bool, columns: tuple[str, ...]
) -> Iterator[Sheet]:
    """Open a workbook; gives the sheet with its columns and rows.

    sheet None takes the first one; columns name the fields of a sheet without header. Rows
    without any value are left out. Raises LandingError, also while the rows are read, when the
    workbook is damaged, too large, or has no such sheet.
    """
    try:
        _refuse_large(path, name)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            names = book.sheetnames
            chosen = sheet or names[0]
            if chosen not in names:
                raise LandingError(f"{name}: has no sheet {chosen}; it has {', '.join(names)}")
            notes: tuple[str, ...] = ()
            if sheet is None and len(names) > 1:
                advice = "name another one as sheet in options.yml"
                notes = (f"{name}: only the first sheet, {chosen}, was read; {advice}",)
            if not hasattr(book[chosen], "reset_dimensions"):
                raise LandingError(f"{name}: the sheet {chosen} holds a chart and no cells")
            formulas = _formulas_without_value(book, book[chosen])
            errors: Counter[str] = Counter()
            header, rows = _sheet_rows(book[chosen], name, has_header, columns, errors)
            yield Sheet(name, header, rows, notes, errors, formulas)
        finally:
            book.close()
    except _DAMAGED_WORKBOOK as error:
        raise LandingError(
            f"{name}: is not a whole Excel workbook ({first_line(error)}); save it again"
        ) from error


def _refuse_large(path: Path, name: str) -> None:
    """A workbook is read into memory as XML, many times the size of its file."""
    with ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size > LARGEST_WORKBOOK:
        raise LandingError(
            f"{name}: holds {size / 1e6:,.0f} MB of cells, and a workbook is read up to "
            f"{LARGEST_WORKBOOK / 1e6:,.0f} MB; save its sheet as CSV"
        )


def _formulas_without_value(book: Any, sheet: Any) -> dict[int, _Formulas]:
    """Formulas by number of their column whose value no spreadsheet program has computed yet."""
    archive, part = book._archive, sheet._worksheet_path
    with archive.open(part) as content:
        if not _holds(content, b"<f"):
            return {}
    found: dict[int, _Formulas] = {}
    with archive.open(part) as content:
        for _, element in ElementTree.iterparse(content):
            kind = element.tag.rpartition("}")[2]
            if kind == "c" and _is_formula_without_value(element):
                cell = element.get("r", "")
                column = column_index_from_string(cell.rstrip("0123456789") or "A")
                found.setdefault(column, _Formulas(cell)).count += 1
            if kind == "row":
                element.clear()
    return found


def _is_formula_without_value(cell: ElementTree.Element) -> bool:
    """A formula whose text is empty has a value, and says so by its type."""
    held = {child.tag.rpartition("}")[2]: child for child in cell}
    if "f" not in held:
        return False
    return not ("v" in held and (held["v"].text or cell.get("t") == "str"))


def _holds(content: IO[bytes], mark: bytes) -> bool:
    rest = b""
    while block := content.read(_BLOCK):
        if mark in rest + block:
            return True
        rest = block[-len(mark) :]
    return False


def _sheet_rows(
    sheet: Any, name: str, has_header: bool, columns: tuple[str, ...], errors: Counter[str]
) -> tuple[tuple[str, ...], Iterator[dict[str, str | None]]]:
    # What a workbook says of its own size is often not true: every row is read that is there.
    sheet.reset_dimensions()
    filled = (values for cells in sheet.iter_rows() if (values := _cell_texts(cells, errors)))
    if has_header:
        header = next(filled, None)
        if header is None:
            raise LandingError(f"{name}: the sheet is empty; it needs at least a header line")
        columns = checked_columns([value or "" for value in header], name)
    return columns, (_numbered(columns, values) for values in filled)


def _cell_texts(cells: Iterable[Any], errors: Counter[str]) -> list[str | None]:
    """The texts of a row's cells up to the last one that has a value."""
    values: list[str | None] = []
    for cell in cells:
        if cell.data_type == "e":
            errors[str(cell.value)] += 1
            values.append(None)
        else:
            values.append(_cell_text(cell))
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
