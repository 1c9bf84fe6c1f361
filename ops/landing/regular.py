"""Counting the records of a delimited text file at the speed of reading it.

Most files are regular: UTF-8 without NUL, one kind of line end, no blank line, quotes only around
whole fields, and the same number of fields in each record. Their records are counted here block
by block; for any other file the answer is None and ops.landing.text reads it line by line.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

LONGEST_RECORD = 2_000_000

_BLOCK = 1 << 22


def count_if_regular(path: Path, delimiter: str, width: int) -> int | None:
    """Count the records when every one is regular, else None.

    Regular: UTF-8 without NUL, one kind of line end, no blank line, quotes only around whole
    fields, and the same number of fields in each record.
    """
    count = 0
    line_ends: set[bool] = set()
    rest = b""
    with path.open("rb") as content:
        while True:
            block = content.read(_BLOCK)
            is_last = not block
            block = rest + block
            if is_last and block and not block.endswith(b"\n"):
                block += b"\r\n" if line_ends == {True} else b"\n"
            if not block:
                return count
            end, records = _regular_records(block, ord(delimiter), width, line_ends)
            if records is None:
                return None
            count += records
            rest = block[end:]
            if is_last:
                return count if not rest else None
            if len(rest) > LONGEST_RECORD:
                return None


def _regular_records(
    block: bytes, mark: int, width: int, line_ends: set[bool]
) -> tuple[int, int | None]:
    """Count the whole records of a block that starts with a record.

    Returns the offset after the last whole record and their number, None when one is irregular.
    Adds to line_ends True for a carriage return before the line feed and False without one.
    """
    values = np.frombuffer(block, np.uint8)
    is_feed = values == ord("\n")
    is_mark = values == mark
    if b'"' in block:
        is_quote = values == ord('"')
        is_outside = np.cumsum(is_quote, dtype=np.int32) % 2 == 0
        is_feed &= is_outside
        is_mark &= is_outside
    feeds = np.flatnonzero(is_feed)
    if not len(feeds):
        return 0, 0
    end = int(feeds[-1]) + 1
    whole = block[:end]
    if b"\0" in whole or not _is_utf8(whole):
        return 0, None
    if b'"' in whole and not _has_regular_quotes(values[:end], mark):
        return 0, None
    if b"\r" in whole:
        is_return = values[:end] == ord("\r")
        if b'"' in whole:
            is_return &= is_outside[:end]
        returns = np.flatnonzero(is_return)
        if len(returns) not in (0, len(feeds)) or not (values[returns + 1] == ord("\n")).all():
            return 0, None
        line_ends.add(len(returns) > 0)
    else:
        line_ends.add(False)
    if len(line_ends) > 1:
        return 0, None
    marks_before = np.searchsorted(np.flatnonzero(is_mark[:end]), feeds)
    widths = np.diff(marks_before, prepend=0) + 1
    lengths = np.diff(feeds, prepend=-1)
    shortest = 3 if True in line_ends else 2
    if not (widths == width).all() or (width == 1 and (lengths < shortest).any()):
        return 0, None
    if (lengths > LONGEST_RECORD).any():
        return 0, None
    return end, len(feeds)


def _has_regular_quotes(values: np.ndarray, mark: int) -> bool:
    """Whether each opening quote starts a field and each closing quote ends one."""
    quotes = np.flatnonzero(values == ord('"'))
    opening, closing = quotes[0::2], quotes[1::2]
    before = values[opening[opening > 0] - 1]
    after = values[closing + 1]
    starts = (before == mark) | (before == ord("\n")) | (before == ord('"'))
    ends = (after == mark) | (after == ord("\n")) | (after == ord("\r")) | (after == ord('"'))
    return bool(starts.all() and ends.all())


def _is_utf8(block: bytes) -> bool:
    if block.isascii():
        return True
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
