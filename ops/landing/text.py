"""Delimited text files, checked line by line before DuckDB reads them.

A line of data is a record: a quoted field may hold line breaks, so one record may take several
lines of the file. Blank lines are not data. Every other record either has the fields of the
header or is rejected with its line number and a reason, so records = rows + rejected lines.
A file whose records are all regular is read as it stands; any other is first rewritten without
the rejected lines.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

from ops.landing.files import LandingError
from ops.landing.regular import LONGEST_RECORD, count_if_regular

REJECTED_SHARE_LIMIT = 0.05
REJECTED_LINES_ALWAYS_ALLOWED = 1
DELIMITERS = (",", ";", "\t", "|")

_BLOCK = 1 << 22
_TOO_LONG = f"the record is longer than {LONGEST_RECORD:,} bytes"
KEPT_OF_LONG_LINE = 10_000
_SAMPLE = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OPENING_QUOTE = re.compile(rb' *"')
_INSIDE_QUOTES = re.compile(rb'[^"]*(?:""[^"]*)*+')


@dataclass(frozen=True)
class RejectedLine:
    """A record that could not be read; line_number counts the lines of the file from 1."""

    line_number: int
    reason: str
    text: str


@dataclass(frozen=True)
class TextFile:
    """A checked text file: UTF-8, regular, ready for DuckDB with this delimiter and header."""

    path: Path
    columns: tuple[str, ...]
    delimiter: str
    has_header: bool
    row_count: int
    rejected: tuple[RejectedLine, ...] = ()


@dataclass
class _Scan:
    """What a line-by-line reading has counted so far."""

    row_count: int = 0
    rejected: list[RejectedLine] = field(default_factory=list)
    is_cut_off: bool = False

    def reject(self, number: int, reason: str, line: bytes) -> None:
        if len(line) > LONGEST_RECORD:
            line = line[:KEPT_OF_LONG_LINE]
        text = line.decode("utf-8", errors="ignore").rstrip("\r\n")
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        self.rejected.append(RejectedLine(number, reason, text))


def plain_text(path: Path, name: str, is_packed: bool, encoding: str | None, copy: Path) -> Path:
    """Return a path with the content unpacked and in UTF-8, written to copy when it must be.

    Raises LandingError when the gzip is damaged or the text is not in the declared encoding.
    """
    if not is_packed and encoding is None:
        return path
    try:
        with gzip.open(path) if is_packed else path.open("rb") as packed, copy.open("wb") as out:
            if encoding is None:
                while block := packed.read(_BLOCK):
                    out.write(block)
            else:
                text = io.TextIOWrapper(packed, encoding=encoding, newline="")
                while characters := text.read(_BLOCK):
                    out.write(characters.encode("utf-8"))
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise LandingError(
            f"{name}: is not a whole gzip file; it was cut off or damaged, export it again"
        ) from error
    except UnicodeError as error:
        raise LandingError(
            f"{name}: is not in the encoding {encoding} that options.yml declares: {error}"
        ) from error
    return copy


def check_text(
    path: Path,
    name: str,
    copy: Path,
    delimiter: str | None = None,
    has_header: bool = True,
    columns: tuple[str, ...] = (),
) -> TextFile:
    """Check a UTF-8 text file record by record and make it ready for DuckDB.

    path is the file to read and name what to call it in messages; copy is where a cleaned copy
    may be written. delimiter None means to find it out; columns name the fields of a file without
    header. Raises LandingError when the file is empty, not UTF-8, cut off inside a quoted field, or
    has more than one rejected line and more than 5 % of its lines rejected.
    """
    path = _with_line_feeds(path, copy.with_suffix(".lines"))
    sample = _sample(path)
    if not sample.strip():
        if has_header:
            raise LandingError(f"{name}: the file is empty; it needs at least a header line")
        return TextFile(path, columns, delimiter or ",", has_header, 0)
    _refuse_other_encodings(sample, name)
    delimiter = delimiter or _sniffed(sample, len(columns) or None)
    first = _first_record(path, name, delimiter)
    if has_header:
        columns = tuple(field.decode("utf-8").strip() for field in first)
    elif not columns:
        columns = tuple(f"column_{position}" for position in range(1, len(first) + 1))
    elif len(first) != len(columns):
        raise LandingError(
            f"{name}: the first line has {len(first)} fields but options.yml names "
            f"{len(columns)} columns; check the delimiter and the columns"
        )
    count = count_if_regular(path, delimiter, len(columns))
    if count is not None:
        return TextFile(path, columns, delimiter, has_header, count - has_header)
    with copy.open("wb") as clean:
        scan = _scan(path, name, delimiter, len(columns), clean)
    scan.row_count -= has_header
    _refuse_if_too_many(name, scan)
    if scan.is_cut_off:
        raise LandingError(
            f"{name}: the last line is not whole, so the file was cut off; fetch it again, or "
            "remove that line if it is a note of the export"
        )
    return TextFile(copy, columns, delimiter, has_header, scan.row_count, tuple(scan.rejected))


def refuse_if_too_many(name: str, row_count: int, rejected: list[RejectedLine]) -> None:
    """Raise LandingError when more than one line and more than 5 % of all lines were rejected."""
    lines = row_count + len(rejected)
    is_within = len(rejected) <= max(REJECTED_LINES_ALWAYS_ALLOWED, REJECTED_SHARE_LIMIT * lines)
    if not is_within:
        first = rejected[0]
        raise LandingError(
            f"{name}: {len(rejected):,} of {lines:,} lines cannot be read, the first is line "
            f"{first.line_number} ({first.reason}); export the file again or declare its "
            "delimiter in options.yml"
        )


def may_hold_control_characters(path: Path) -> bool:
    """Whether a file has bytes of control characters, or of any character beyond ASCII."""
    controls = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
    with path.open("rb") as content:
        while block := content.read(_BLOCK):
            if not block.isascii() or len(block.translate(None, controls)) < len(block):
                return True
    return False


def _refuse_if_too_many(name: str, scan: _Scan) -> None:
    refuse_if_too_many(name, scan.row_count, scan.rejected)


def _sample(path: Path) -> bytes:
    """The first lines of the file, as whole lines where there are any, without byte order mark."""
    with path.open("rb") as content:
        sample = content.read(_SAMPLE)
    end = sample.rfind(b"\n") + 1
    whole = sample[:end] if end and len(sample) == _SAMPLE else sample
    return whole.removeprefix(_BYTE_ORDER_MARK)


def _with_line_feeds(path: Path, copy: Path) -> Path:
    """Return path, or a copy with line feeds when its lines end in carriage returns alone."""
    sample = _sample(path)
    if b"\r" not in sample or b"\n" in sample:
        return path
    with path.open("rb") as content, copy.open("wb") as out:
        while block := content.read(_BLOCK):
            out.write(block.replace(b"\r", b"\n"))
    return copy


def _refuse_other_encodings(sample: bytes, name: str) -> None:
    if b"\0" in sample[:200] or sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LandingError(
            f"{name}: byte 0 (line 1) starts text that is not UTF-8 but looks like UTF-16; "
            f"{_encoding_advice(name, 'utf-16')}"
        )


def _encoding_advice(name: str, encoding: str) -> str:
    return (
        "save it as UTF-8 or declare its encoding in options.yml of the mapping folder, "
        f"for example files: {{{name}: {{encoding: {encoding}}}}}"
    )


def _sniffed(sample: bytes, width: int | None) -> str:
    """The delimiter that splits the sample most evenly; a comma when nothing splits it.

    width is the number of columns where it is known.
    """
    text = sample.decode("utf-8", errors="replace")
    best, best_score = ",", (False, 0.0, 0)
    for delimiter in DELIMITERS:
        widths = []
        try:
            for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
                if record:
                    widths.append(len(record))
                if len(widths) == 50:
                    break
        except csv.Error:
            pass
        if not widths or widths[0] < 2:
            continue
        score = (widths[0] == width, widths.count(widths[0]) / len(widths), widths[0])
        if score > best_score:
            best, best_score = delimiter, score
    return best


@cache
def _field_patterns(delimiter: str) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Patterns of a field without quotes and of the quote that ends a field."""
    mark = re.escape(delimiter.encode())
    return re.compile(rb"[^" + mark + rb"]*"), re.compile(rb'" *(' + mark + rb"|\Z)")


class _Record:
    """A record being read from one or more lines; fields holds what is complete."""

    def __init__(self, delimiter: str) -> None:
        self.fields: list[bytes] = []
        self.is_open = False
        self._partial: list[bytes] = []
        self._plain, self._closing_quote = _field_patterns(delimiter)

    def feed(self, line: bytes) -> bool:
        """Read one more line; False when text follows a closing quote."""
        body = line.rstrip(b"\n")
        body = body[:-1] if body.endswith(b"\r") and line.endswith(b"\n") else body
        end, position = len(body), 0
        while True:
            if not self.is_open:
                opening = _OPENING_QUOTE.match(body, position)
                if opening is None:
                    plain = self._plain.match(body, position)
                    assert plain is not None
                    self.fields.append(plain.group())
                    if plain.end() == end:
                        return True
                    position = plain.end() + 1
                    continue
                self.is_open = True
                self._partial = []
                position = opening.end()
            inside = _INSIDE_QUOTES.match(body, position)
            assert inside is not None
            self._partial.append(inside.group())
            position = inside.end()
            if position == end:
                self._partial.append(line[end:])
                return True
            closing = self._closing_quote.match(body, position)
            if closing is None:
                return False
            self.fields.append(b"".join(self._partial).replace(b'""', b'"'))
            self.is_open = False
            if not closing.group(1):
                return True
            position = closing.end()


class _Lines:
    """The lines of a file with their numbers, checked to be UTF-8, with a way to give back."""

    def __init__(self, content: BinaryIO, name: str) -> None:
        self._content = content
        self._name = name
        self._number = 0
        self._offset = 0
        self._given_back: deque[tuple[int, bytes]] = deque()

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        return self

    def __next__(self) -> tuple[int, bytes]:
        if self._given_back:
            return self._given_back.popleft()
        line = self._content.readline(2 * LONGEST_RECORD)
        if not line:
            raise StopIteration
        length = len(line)
        # What goes on for longer is rejected, so the rest of it need not be held.
        rest = line
        while len(rest) == 2 * LONGEST_RECORD and not rest.endswith(b"\n"):
            rest = self._content.readline(2 * LONGEST_RECORD)
            length += len(rest)
        if length > len(line):
            line = line[:-4].decode("utf-8", errors="ignore").encode("utf-8") + b"\n"
        self._number += 1
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise LandingError(
                    f"{self._name}: byte {self._offset + error.start} (line {self._number}) is not "
                    f"UTF-8; {_encoding_advice(self._name, 'latin-1')}"
                ) from error
        self._offset += length
        if self._number == 1:
            line = line.removeprefix(_BYTE_ORDER_MARK)
        return self._number, line

    def give_back(self, lines: list[tuple[int, bytes]]) -> None:
        """Let these lines be read again before the others."""
        self._given_back.extendleft(reversed(lines))


def _first_record(path: Path, name: str, delimiter: str) -> list[bytes]:
    with path.open("rb") as content:
        for _, line in (lines := _Lines(content, name)):
            if not line.strip():
                continue
            record = _Record(delimiter)
            is_readable = record.feed(line)
            length = len(line)
            while is_readable and record.is_open and length <= LONGEST_RECORD:
                following = next(lines, (0, b""))[1]
                length += len(following)
                is_readable = bool(following) and record.feed(following)
            if not is_readable or record.is_open:
                raise LandingError(f"{name}: the first line has a quoted field that does not end")
            return record.fields
    raise LandingError(f"{name}: the file is empty; it needs at least a header line")


def _scan(path: Path, name: str, delimiter: str, width: int, clean: BinaryIO) -> _Scan:
    """Read the file record by record, write the good ones to clean, collect the others."""
    scan = _Scan()
    mark = delimiter.encode()
    line = b""
    with path.open("rb") as content:
        lines = _Lines(content, name)
        for number, line in lines:
            body = line.removesuffix(b"\n").removesuffix(b"\r")
            if b"\0" in body:
                scan.reject(number, "holds a NUL byte", line)
            elif len(line) > LONGEST_RECORD:
                scan.reject(number, _TOO_LONG, line)
            elif b'"' not in body and b"\r" not in body:
                fields = body.count(mark) + 1
                if not body or (fields != width and not body.strip()):
                    continue
                if fields == width:
                    clean.write(body + b"\n")
                    scan.row_count += 1
                elif fields == width + 1 and body.endswith(mark):
                    clean.write(body[: -len(mark)] + b"\n")
                    scan.row_count += 1
                else:
                    scan.reject(number, _width_reason(fields, width), line)
            else:
                _scan_record(scan, lines, number, line, delimiter, width, name, clean)
        last = scan.rejected[-1].text if scan.rejected else None
        is_unfinished = bool(line) and not line.endswith(b"\n")
        scan.is_cut_off = is_unfinished and last == line.decode("utf-8").rstrip("\r\n")
    return scan


def _scan_record(
    scan: _Scan,
    lines: _Lines,
    number: int,
    line: bytes,
    delimiter: str,
    width: int,
    name: str,
    clean: BinaryIO,
) -> None:
    """Read the record that starts in this line and may go on in the following ones."""
    record = _Record(delimiter)
    following: list[tuple[int, bytes]] = []
    length = len(line)
    is_readable = record.feed(line)
    while is_readable and record.is_open and length <= LONGEST_RECORD:
        next_line = next(lines, None)
        if next_line is None:
            break
        following.append(next_line)
        length += len(next_line[1])
        is_readable = record.feed(next_line[1])
    if is_readable and not record.is_open:
        fields = record.fields
        if len(fields) == width + 1 and not fields[-1]:
            fields = fields[:-1]
        if length > LONGEST_RECORD:
            scan.reject(number, _TOO_LONG, line)
        elif len(fields) == width:
            clean.write(delimiter.encode().join(_quoted(field) for field in fields) + b"\n")
            scan.row_count += 1
        else:
            whole = line + b"".join(text for _, text in following)
            scan.reject(number, _width_reason(len(fields), width), whole)
        return
    if not is_readable:
        reason = "text follows a closing quote"
    elif length > LONGEST_RECORD:
        reason = _TOO_LONG
    else:
        reason = "a quoted field does not end"
        if not any(_is_whole(text, delimiter, width) for _, text in following):
            raise LandingError(
                f"{name}: the file ends inside a quoted field that opens in line {number}, "
                "so it was cut off; export it again"
            )
    # Only the line that starts the record is given up: the next may start a good one.
    scan.reject(number, reason, line)
    lines.give_back(following)


def _is_whole(line: bytes, delimiter: str, width: int) -> bool:
    record = _Record(delimiter)
    return record.feed(line) and not record.is_open and len(record.fields) == width


def _width_reason(fields: int, width: int) -> str:
    return f"has {fields} field{'' if fields == 1 else 's'}, {width} expected"


def _quoted(value: bytes) -> bytes:
    return b'"' + value.replace(b'"', b'""') + b'"' if value else b""
