"""Typed columns of the raw tables, and their rendering as the text that a CRM exports.

Tables are held as typed Arrow columns (dates, instants, decimals, dictionaries), which is small,
and turned into text a chunk at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.landing.contract import Table
from ops.simulate.clock import MISSING

Batch = dict[str, np.ndarray]


def concat(batches: Sequence[Batch]) -> Batch:
    """Stack batches with the same fields on top of each other."""
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def take(batch: Batch, index: np.ndarray) -> Batch:
    """Rows of a batch by position or by mask."""
    return {name: values[index] for name, values in batch.items()}


def keys(prefix: str, count: int, width: int) -> pa.Array:
    """Text keys such as OPP-0000001, numbered from 1."""
    return number(prefix, np.arange(1, count + 1), width)


def number(prefix: str, values: np.ndarray, width: int) -> pa.Array:
    """Text keys made of a prefix and zero-padded whole numbers."""
    digits = pc.utf8_lpad(pa.array(values, pa.int64()).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


def pick(values: pa.Array | Sequence[str | None], index: np.ndarray) -> pa.DictionaryArray:
    """The value at each index; a negative index is NULL."""
    index = np.asarray(index)
    vocabulary = values if isinstance(values, pa.Array) else pa.array(list(values), pa.string())
    positions = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.DictionaryArray.from_arrays(positions, vocabulary)


def constant(value: str, count: int) -> pa.DictionaryArray:
    """The same text in every row."""
    return pick([value], np.zeros(count, dtype=np.int32))


def dates(days: np.ndarray) -> pa.Array:
    """Dates from day numbers; MISSING is NULL."""
    return _masked(days, pa.int32()).cast(pa.date32())


def instants(seconds: np.ndarray) -> pa.Array:
    """UTC timestamps to the second from seconds since 1970; MISSING is NULL."""
    return _masked(seconds, pa.int64()).cast(pa.timestamp("s"))


def integers(values: np.ndarray) -> pa.Array:
    """Whole numbers; MISSING is NULL."""
    return _masked(values, pa.int64())


def decimals(units: np.ndarray, scale: int = 2) -> pa.Array:
    """Decimals from whole numbers of 10**-scale (cents by default); MISSING is NULL."""
    units = np.asarray(units, dtype=np.int64)
    words = np.stack([units, units >> 63], axis=1)
    values = pa.Array.from_buffers(
        pa.decimal128(18, scale), len(units), [None, pa.py_buffer(np.ascontiguousarray(words))]
    )
    return pc.if_else(pa.array(units != MISSING), values, pa.scalar(None, values.type))


def flags(values: np.ndarray) -> pa.Array:
    """Booleans, rendered true and false."""
    return pa.array(np.asarray(values, dtype=bool))


def _masked(values: np.ndarray, kind: pa.DataType) -> pa.Array:
    values = np.asarray(values, dtype=np.int64)
    return pa.array(np.where(values == MISSING, 0, values), kind, mask=values == MISSING)


def build(contract: Table, count: int, **columns: pa.Array) -> pa.Table:
    """A table with exactly the contract's columns in its order; columns not given are NULL.

    Raises KeyError for a column that is not in the contract and ValueError for a wrong length.
    """
    unknown = sorted(set(columns) - set(contract.column_names))
    if unknown:
        raise KeyError(f"{contract.name} has no column {unknown[0]}")
    for name, values in columns.items():
        if len(values) != count:
            raise ValueError(f"{contract.name}.{name} has {len(values)} values, not {count}")
    empty = pa.nulls(count, pa.string())
    return pa.table({name: columns.get(name, empty) for name in contract.column_names})


def stack(first: pa.Table, then: pa.Table) -> pa.Table:
    """The rows of two tables of one contract; columns that only one of them fills become text."""
    columns = {}
    for name in first.column_names:
        parts = [first.column(name), then.column(name)]
        if parts[0].type != parts[1].type:
            parts = [part.cast(pa.string()) for part in parts]
        columns[name] = pa.chunked_array([chunk for part in parts for chunk in part.chunks])
    return pa.table(columns)


@dataclass
class Edits:
    """Changes to a rendered table: replaced values by column and row, and rows put at its end."""

    values: dict[str, dict[int, str | None]] = field(default_factory=dict)
    rows: list[dict[str, str | None]] = field(default_factory=list)

    def replace(self, row: int, changes: Mapping[str, str | None]) -> None:
        """Set columns of one row to a text, or to NULL."""
        for name, value in changes.items():
            self.values.setdefault(name, {})[int(row)] = value


def as_text(table: pa.Table) -> pa.Table:
    """Every column as text: dates and instants in ISO form, booleans as true and false."""
    return pa.table({name: _text(table.column(name)) for name in table.column_names})


def text_chunks(table: pa.Table, edits: Edits, chunk_rows: int) -> Iterator[pa.Table]:
    """The table as text with its edits made, in chunks of at most chunk_rows rows."""
    for start in range(0, table.num_rows, chunk_rows):
        chunk = as_text(table.slice(start, chunk_rows))
        for name, changes in edits.values.items():
            inside = {row - start: text for row, text in changes.items() if start <= row}
            inside = {row: text for row, text in inside.items() if row < chunk.num_rows}
            if inside:
                mask = np.zeros(chunk.num_rows, dtype=bool)
                mask[list(inside)] = True
                texts = pa.array([inside[row] for row in sorted(inside)], pa.string())
                column = chunk.column(name).combine_chunks()
                changed = pc.replace_with_mask(column, pa.array(mask), texts)
                chunk = chunk.set_column(chunk.column_names.index(name), name, changed)
        yield chunk
    if edits.rows:
        schema = pa.schema([(name, pa.string()) for name in table.column_names])
        yield pa.Table.from_pylist(edits.rows, schema=schema)


def _text(column: pa.ChunkedArray) -> pa.Array:
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):  # an empty column stays chunked
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    return values.cast(pa.string())
