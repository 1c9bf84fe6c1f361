"""Landing keeps every line, refuses what it cannot read, and changes nothing when it refuses."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import openpyxl
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ops.landing import land as land_module
from ops.landing import regular as landing_regular
from ops.landing.contract import load_contract
from ops.landing.files import raw_files
from ops.landing.land import LandingError, LoadReport, land
from ops.landing.readers import ReaderOptions, stage_file
from ops.landing.values import clean, text_of

NOON = datetime(2026, 4, 1, 12, 30, 15, 999, tzinfo=UTC)
LATER = datetime(2026, 4, 2, 8, 0, tzinfo=UTC)
CONTRACT = load_contract()
HEADER = "opportunity_id,stage,created_date,amount"
DEALS = f"{HEADER}\nO1,Won,2026-01-05,100\nO2,Lost,2026-01-06,\n"


class Warehouse:
    """A raw folder, a mapping folder and a landed database of one test."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self.mapping = folder / "mapping"
        self.database = folder / "warehouse" / "landed.duckdb"
        self.raw.mkdir()
        self.mapping.mkdir()

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def map(self, name: str, content: str) -> Path:
        path = self.mapping / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def land(self, is_mapped: bool = False, loaded_at: datetime = NOON) -> LoadReport:
        mapping = self.mapping if is_mapped else None
        return land(
            self.raw, mapping, self.database, "raw_crm", loaded_at=loaded_at, contract=CONTRACT
        )

    def refusal(self, is_mapped: bool = False) -> str:
        """The reason for which the load is refused, which must be one line."""
        with pytest.raises(LandingError) as refused:
            self.land(is_mapped)
        reason = str(refused.value)
        assert "\n" not in reason
        return reason

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.database, read_only=True) as connection:
            connection.execute("set schema = 'raw_crm'")
            return connection.execute(query).fetchall()

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables of the raw schema."""
        names = [name for (name,) in self.rows("select table_name from duckdb_tables()")]
        return {name: sorted(self.rows(f'from "{name}"'), key=str) for name in names}


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


# What stands there after landing


def test_the_raw_schema_holds_the_whole_contract_as_text(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.land()
    columns = warehouse.rows(
        "select table_name, list(column_name order by column_index), list(distinct data_type) "
        "from duckdb_columns() where schema_name = 'raw_crm' and table_name <> 'load_history' "
        "group by all"
    )
    stamps = ["_load_id", "_loaded_at", "_source_file", "_row_number"]
    assert {name: names for name, names, _ in columns} == {
        table.name: [*table.column_names, *stamps] for table in CONTRACT.tables.values()
    }
    assert all(types == ["VARCHAR"] for _, _, types in columns)


def test_rows_carry_their_load_and_file_and_absent_columns_are_null(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    report = warehouse.land()
    rows = warehouse.rows(
        "select opportunity_id, amount, closed_date, _load_id, _loaded_at, _source_file "
        "from opportunities order by 1"
    )
    stamp = (report.load_id, "2026-04-01 12:30:15", "opportunities.csv")
    assert rows == [("O1", "100", None, *stamp), ("O2", None, None, *stamp)]


def test_loads_say_what_came_and_what_did_not(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.put("quotas/first.csv", "user_id,period_start,period_end,amount\nU1,a,b,1\n")
    warehouse.put(
        "quotas/second.csv", "user_id,period_start,period_end,amount\nU1,c,d,2\nU2,c,d,3\n"
    )
    warehouse.put(
        "manifest.yml",
        "extracted_at: 2026-03-31T23:00:00+02:00\n"
        "coverage_from: {'': 2024-01-01, quotas: '2025-01-01'}\n",
    )
    report = warehouse.land()
    query = (
        "select source_files, is_delivered, row_count, rejected_line_count, coverage_from, "
        "extracted_at, loaded_at, load_id from loads where table_name = '{}'"
    )
    told = ("2026-03-31 21:00:00", "2026-04-01 12:30:15", report.load_id)
    assert warehouse.rows(query.format("opportunities")) == [
        ("opportunities.csv", "true", "2", "0", "2024-01-01", *told)
    ]
    assert warehouse.rows(query.format("quotas")) == [
        ("quotas/first.csv, quotas/second.csv", "true", "3", "0", "2025-01-01", *told)
    ]
    assert warehouse.rows(query.format("leads")) == [(None, "false", "0", "0", None, *told)]
    assert len(warehouse.rows("from loads")) == len(CONTRACT.deliverable)
    missing = warehouse.rows("select missing_columns from loads where table_name = 'quotas'")
    assert missing[0][0].split(", ") == [
        name
        for name in CONTRACT.tables["quotas"].column_names
        if name not in ("user_id", "period_start", "period_end", "amount")
    ]
    assert report.table("quotas").missing_columns == tuple(missing[0][0].split(", "))


def test_column_and_file_names_match_without_case_and_space(warehouse: Warehouse) -> None:
    warehouse.put("Opportunities.CSV", "﻿ Opportunity_ID , STAGE,Created_Date\nO1,Won,2026-01-05\n")
    warehouse.land()
    assert warehouse.rows("select opportunity_id, stage from opportunities") == [("O1", "Won")]


def test_blank_text_is_null_and_other_text_is_trimmed(warehouse: Warehouse) -> None:
    warehouse.put(
        "opportunities.csv",
        'opportunity_id,stage,created_date,next_step,amount\nO1,Won,2026-01-05,"  ", 007 \n'
        'O2,"a ""b"", c",2026-01-05,"two\nlines",\n',
    )
    warehouse.land()
    rows = warehouse.rows("select stage, next_step, amount from opportunities order by rowid")
    assert rows == [("Won", None, "007"), ('a "b", c', "two\nlines", None)]


def test_booleans_and_midnights_take_the_form_of_their_column(warehouse: Warehouse) -> None:
    warehouse.put(
        "opportunities.csv",
        "opportunity_id,stage,created_date,is_test,amount\n1,Won,2026-01-05 00:00:00,1,1\n"
        "0,Won,2026-01-05T00:00:00,FALSE,0\n2,Won,2026-01-05 10:00:00,maybe,1\n",
    )
    warehouse.land()
    rows = warehouse.rows(
        "select opportunity_id, created_date, is_test, amount from opportunities order by rowid"
    )
    assert rows == [
        ("1", "2026-01-05", "true", "1"),
        ("0", "2026-01-05", "false", "0"),
        ("2", "2026-01-05 10:00:00", "maybe", "1"),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_ends_are_found_out(warehouse: Warehouse, mark: str, end: str) -> None:
    content = DEALS.replace(",", mark).replace("\n", end)
    warehouse.put("opportunities.csv", content)
    warehouse.land()
    rows = warehouse.rows("select opportunity_id, amount from opportunities order by 1")
    assert rows == [("O1", "100"), ("O2", None)]


def test_packed_text_is_read(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv.gz", gzip.compress(DEALS.encode(), mtime=0))
    lines = '{"user_id": "U1"}\n{"user_id": "U2", "fte": 0.50}\n'
    warehouse.put("users.jsonl.gz", gzip.compress(lines.encode(), mtime=0))
    report = warehouse.land()
    assert report.table("opportunities").row_count == 2
    assert warehouse.rows("select user_id, fte from users order by 1") == [
        ("U1", None),
        ("U2", "0.50"),
    ]


# Formats


TYPED_ROWS: list[dict[str, Any]] = [
    {
        "opportunity_id": "O1",
        "stage": "Won",
        "created_date": date(2026, 1, 5),
        "closed_at": datetime(2026, 2, 3, 4, 5, 6),
        "amount": 1234567.5,
        "probability": 0.00000125,
        "owner_id": 274,
        "is_test": False,
        "next_step": "call, then “write”\nsoon",
    },
    {
        "opportunity_id": "O2",
        "stage": "Lost",
        "created_date": date(2024, 2, 29),
        "closed_at": datetime(2026, 2, 3, 4, 5, 6, 250000),
        "amount": 5e17,
        "probability": 0.5,
        "owner_id": None,
        "is_test": True,
        "next_step": None,
    },
]
TEXT_ROWS = [
    ("O1", "Won", "2026-01-05", "2026-02-03 04:05:06", "1234567.5", "0.00000125", "274", "false"),
    (
        "O2",
        "Lost",
        "2024-02-29",
        "2026-02-03 04:05:06.25",
        "500000000000000000",
        "0.5",
        None,
        "true",
    ),
]


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    texts = io.StringIO()
    writer = csv.writer(texts, lineterminator="\n")
    names = list(rows[0])
    writer.writerow(names)
    for row, shown in zip(rows, TEXT_ROWS, strict=True):
        writer.writerow([*("" if text is None else text for text in shown), row["next_step"] or ""])
    path.with_suffix(".csv").write_text(texts.getvalue())


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path.with_suffix(".parquet"))


def write_excel(path: Path, rows: list[dict[str, Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    sheet.append([None, None])
    book.save(path.with_suffix(".xlsx"))


def write_json(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row, default=lambda value: str(value).rstrip("0")) for row in rows]
    path.with_suffix(".jsonl").write_text("\n".join(lines))


@pytest.mark.parametrize("write", [write_csv, write_parquet, write_excel, write_json])
def test_every_format_gives_the_same_text(
    warehouse: Warehouse, write: Callable[[Path, list[dict[str, Any]]], None]
) -> None:
    write(warehouse.raw / "opportunities", TYPED_ROWS)
    report = warehouse.land()
    rows = warehouse.rows(
        "select opportunity_id, stage, created_date, closed_at, amount, probability, owner_id, "
        "is_test, next_step from opportunities order by 1"
    )
    expected = [
        (*shown, row["next_step"]) for shown, row in zip(TEXT_ROWS, TYPED_ROWS, strict=True)
    ]
    assert rows == expected
    assert report.table("opportunities").row_count == 2


def test_parquet_types_become_plain_text(warehouse: Warehouse) -> None:
    table = pyarrow.table(
        {
            "opportunity_id": pyarrow.array([b"O1", b"O2"], pyarrow.binary()),
            "stage": pyarrow.array(["Won", ""], "string").dictionary_encode(),
            "created_date": pyarrow.array([datetime(2026, 1, 5)] * 2, pyarrow.timestamp("ns")),
            "created_at": pyarrow.array(
                [datetime(2026, 1, 5, 9, 0)] * 2, pyarrow.timestamp("us", tz="Europe/Berlin")
            ),
            "amount": pyarrow.array([Decimal("12.50"), None], pyarrow.decimal128(18, 2)),
            "probability": pyarrow.array([float("nan"), -1.5e-9]),
            "owner_id": pyarrow.array([274.0, 1e22]),
            "next_step": pyarrow.array([[1, 2], None], pyarrow.list_(pyarrow.int64())),
        }
    )
    pyarrow.parquet.write_table(table, warehouse.raw / "opportunities.parquet")
    warehouse.land()
    rows = warehouse.rows(
        "select opportunity_id, stage, created_date, created_at, amount, probability, owner_id, "
        "next_step from opportunities order by 1"
    )
    zoned = "2026-01-05 09:00:00"
    assert rows == [
        ("O1", "Won", "2026-01-05", zoned, "12.50", None, "274", "[1,2]"),
        ("O2", None, "2026-01-05", zoned, None, "-0.0000000015", "10000000000000000000000", None),
    ]


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300, deadline=None)
def test_numbers_keep_their_value_without_exponent(number: float) -> None:
    shown = duckdb.execute(
        f"select {text_of('number', 'DOUBLE')} from (select ? as number)", [number]
    )
    text = shown.fetchall()[0][0]
    assert "e" not in text.lower()
    assert float(text) == number
    assert not text.endswith(".0")


def test_an_excel_sheet_is_chosen_by_name(warehouse: Warehouse) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nothing"])
    deals = book.create_sheet("Deals")
    for line in DEALS.splitlines():
        deals.append(line.split(","))
    book.save(warehouse.raw / "opportunities.xlsx")
    assert "column opportunity_id is missing" in warehouse.refusal()
    warehouse.map("options.yml", "files: {opportunities.xlsx: {sheet: Deals}}")
    assert warehouse.land(is_mapped=True).table("opportunities").row_count == 2
    warehouse.map("options.yml", "files: {opportunities.xlsx: {sheet: Dreams}}")
    assert "has no sheet Dreams; it has Sheet, Deals" in warehouse.refusal(is_mapped=True)


def test_values_beyond_the_header_of_a_sheet_are_said_and_left_out(warehouse: Warehouse) -> None:
    book = openpyxl.Workbook()
    for line in DEALS.splitlines():
        book.active.append(line.split(","))
    book.active.append(["O3", "Won", "2026-01-05", 3, "why is this here"])
    book.save(warehouse.raw / "opportunities.xlsx")
    report = warehouse.land()
    assert report.table("opportunities").row_count == 3
    assert any("left out the column column_5" in finding for finding in report.findings)


def test_json_numbers_and_nested_values_are_kept_as_written(warehouse: Warehouse) -> None:
    lines = [
        '{"opportunity_id": 12345678901234567890, "stage": "Won", "created_date": "2026-01-05", '
        '"amount": 100.10, "next_step": {"a": [1, 2.5]}, "probability": 1E-7, "is_test": true}',
        '{"opportunity_id": "O2", "stage": "Won", "created_date": "2026-01-05", "surprise": 1}',
    ]
    warehouse.put("opportunities.ndjson", "\n".join(lines))
    report = warehouse.land()
    rows = warehouse.rows(
        "select opportunity_id, amount, next_step, probability, is_test from opportunities "
        "order by rowid"
    )
    assert rows == [
        ("12345678901234567890", "100.10", '{"a": [1, 2.5]}', "0.0000001", "true"),
        ("O2", None, None, None, None),
    ]
    assert any("left out the column surprise" in finding for finding in report.findings)


# Lines that are not rows


def many_deals(count: int = 100) -> list[str]:
    return [f"O{number},Won,2026-01-05,{number}" for number in range(1, count + 1)]


def landed_lines(warehouse: Warehouse, content: str) -> tuple[int, list[tuple[int, str, str]]]:
    """Rows landed from a text and the rejected lines with number, reason and text."""
    warehouse.put("opportunities.csv", content)
    report = warehouse.land()
    table = report.table("opportunities")
    rejected = warehouse.rows(
        "select cast(line_number as integer), reason, raw_line from rejected_lines "
        "where table_name = 'opportunities' and source_file = 'opportunities.csv' order by 1"
    )
    counted = warehouse.rows(
        "select row_count, rejected_line_count from loads where table_name = 'opportunities'"
    )
    assert counted == [(str(table.row_count), str(table.rejected_line_count))]
    assert table.rejected_line_count == len(rejected)
    assert len(warehouse.rows("from opportunities")) == table.row_count
    return table.row_count, rejected


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_rows_or_rejected_with_number_and_reason(warehouse: Warehouse, end: str) -> None:
    lines = many_deals()
    lines[10] = "O11,Won"
    lines[20] = "O21,Won,2026-01-05,1,too,many"
    lines[30] = 'O31,"Won"?,2026-01-05,1'
    lines[40] = 'O41,"Won, never closed,2026-01-05,1'
    lines.insert(50, "")
    rows, rejected = landed_lines(warehouse, end.join([HEADER, *lines, ""]))
    assert rows == 96
    assert rejected == [
        (12, "has 2 fields, 4 expected", "O11,Won"),
        (22, "has 6 fields, 4 expected", "O21,Won,2026-01-05,1,too,many"),
        (32, "text follows a closing quote", 'O31,"Won"?,2026-01-05,1'),
        (42, "a quoted field does not end", 'O41,"Won, never closed,2026-01-05,1'),
    ]


def test_a_stray_quote_costs_its_own_line_alone(warehouse: Warehouse) -> None:
    lines = many_deals()
    lines[10] = 'O11,"Won,2026-01-05,1'
    lines[12] = 'O13,"Won",2026-01-05,1'
    rows, rejected = landed_lines(warehouse, "\n".join([HEADER, *lines]))
    assert rows == 99
    assert [number for number, _, _ in rejected] == [12]


def test_a_record_over_several_lines_is_one_line_of_data(warehouse: Warehouse) -> None:
    lines = many_deals()
    lines[10] = 'O11,"Won\nor not",2026-01-05'
    lines[20] = 'O21,"Won\nor not",2026-01-05,1'
    rows, rejected = landed_lines(warehouse, "\n".join([HEADER, *lines]))
    assert rows == 99
    assert rejected == [(12, "has 3 fields, 4 expected", 'O11,"Won\nor not",2026-01-05')]


def test_mixed_line_ends_blank_lines_and_a_trailing_delimiter_are_no_loss(
    warehouse: Warehouse,
) -> None:
    content = f"{HEADER}\r\nO1,Won,2026-01-05,1\nO2,Won,2026-01-05,1,\r\n\n  \nO3,Won,2026-01-05,1"
    assert landed_lines(warehouse, content) == (3, [])


def test_a_line_with_a_nul_byte_is_rejected(warehouse: Warehouse) -> None:
    lines = many_deals()
    lines[50] = "O51,Won,2026-01-05,1\0"
    rows, rejected = landed_lines(warehouse, "\n".join([HEADER, *lines]))
    assert rows == 99
    assert [(number, reason) for number, reason, _ in rejected] == [(52, "holds a NUL byte")]


def test_a_file_that_ends_within_a_line_is_refused(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", "\n".join([HEADER, *many_deals(), "O101,Wo"]))
    with pytest.raises(LandingError, match="last line is not whole, so the file was cut off"):
        warehouse.land()


def test_one_bad_line_is_always_kept_apart_and_more_than_five_percent_are_refused(
    warehouse: Warehouse,
) -> None:
    assert landed_lines(warehouse, f"{HEADER}\nO1,Won,2026-01-05,1\nbad\n")[0] == 1
    lines = many_deals(95)
    within = [*lines, *["bad"] * 5]
    assert landed_lines(warehouse, "\n".join([HEADER, *within, ""]))[0] == 95
    warehouse.put("opportunities.csv", "\n".join([HEADER, *within, "bad", ""]))
    assert (
        "opportunities.csv: 6 of 101 lines cannot be read, the first is line 97 "
        "(has 1 field, 4 expected)" in warehouse.refusal()
    )


def test_malformed_json_lines_are_kept_apart(warehouse: Warehouse) -> None:
    rows = [
        json.dumps({"opportunity_id": f"O{number}", "stage": "Won", "created_date": "2026-01-05"})
        for number in range(100)
    ]
    bad = ['{"opportunity_id": "O', "[1]", '{"opportunity_id": NaN}', r'{"stage": "\ud800"}']
    warehouse.put("opportunities.jsonl", "\n".join([rows[0], *bad, "", *rows[1:]]))
    table = warehouse.land().table("opportunities")
    assert (table.row_count, table.rejected_line_count) == (100, 4)
    rejected = warehouse.rows(
        "select cast(line_number as integer), reason, raw_line from rejected_lines order by 1"
    )
    assert [(number, line) for number, _, line in rejected] == list(enumerate(bad, start=2))
    assert all(reason for _, reason, _ in rejected)
    assert rejected[1][1] == "is not a JSON object"


def shown(value: str, generator: random.Random, mark: str) -> str:
    needs_quotes = any(character in value for character in (mark, '"', "\n", "\r"))
    if needs_quotes or value != value.strip() or generator.random() < 0.2:
        return '"' + value.replace('"', '""') + '"'
    return value


@given(seed=st.integers(0, 2**32), block=st.sampled_from([17, 64, 1 << 22]))
@settings(max_examples=200, deadline=None)
def test_no_line_of_any_file_is_lost(seed: int, block: int) -> None:
    generator = random.Random(seed)
    mark = generator.choice(",;\t|")
    end = generator.choice(["\n", "\r\n"])
    alphabet = f'ab é{mark}"\n\r;'
    rows: list[list[str]] = []
    lines = [mark.join(HEADER.split(","))]
    bad_lines: list[str] = []
    for number in range(generator.randint(1, 60)):
        values = [
            f"O{number}",
            *("".join(generator.choices(alphabet, k=generator.randint(0, 6))) for _ in range(3)),
        ]
        rows.append(values)
        lines.append(mark.join(shown(value, generator, mark) for value in values))
        if (len(bad_lines) + 1) * 20 <= len(rows) or (not bad_lines and generator.random() < 0.1):
            bad_lines.append(
                generator.choice(["x", mark.join("abcdef"), f'"a"b{mark}c{mark}d{mark}e'])
            )
            lines.append(bad_lines[-1])
    # A bad last line without an end is a file that was cut off, which is refused.
    is_last_line_bad = bool(bad_lines) and lines[-1] is bad_lines[-1]
    text = end.join(lines) + (end if is_last_line_bad else generator.choice(["", end]))
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        raw, workspace = Path(folder) / "raw", Path(folder) / "workspace"
        raw.mkdir()
        workspace.mkdir()
        (raw / "deals.csv").write_bytes(text.encode())
        connection.execute("create schema raw")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(landing_regular, "_BLOCK", block)
            staged = stage_file(
                connection, raw_files(raw)[0], "deals", ReaderOptions(), workspace, True
            )
        got = connection.execute("from raw.deals").fetchall()
    assert staged.row_count == len(rows)
    assert [line.text for line in staged.rejected] == bad_lines
    assert got == [tuple(clean(value) or None for value in row) for row in rows]


# Files that cannot be read


def test_a_missing_an_empty_and_no_folder_are_refused(warehouse: Warehouse) -> None:
    assert "holds no files" in warehouse.refusal()
    warehouse.raw.rmdir()
    assert "does not exist" in warehouse.refusal()
    warehouse.raw.write_text("a file")
    assert "RAW is a file" in warehouse.refusal()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("opportunities.csv", b"", "opportunities.csv: the file is empty"),
        ("opportunities.csv", f"{HEADER}\n", "opportunities.csv: no file has a row of data"),
        ("opportunities.csv", HEADER, "opportunities.csv: no file has a row of data"),
        ("opportunities.jsonl", "", "holds neither rows nor column names"),
        (
            "opportunities.csv",
            "opportunity_id,stage\nO1,Won\n",
            "opportunities.csv: column created_date is missing; add it to the file or map the "
            "file in opportunities.sql",
        ),
        (
            "opportunities.csv",
            "opportunity_id,stage,created_date,STAGE\nO1,Won,2026-01-05,Won\n",
            "opportunities.csv: column STAGE occurs twice",
        ),
        (
            "opportunities.csv",
            f"{HEADER}\nO1,Won,2026-01-05,1\nO2,Caf\xe9,2026-01-05,1\n".encode("latin-1"),
            "opportunities.csv: byte 67 (line 3) is not UTF-8; save it as UTF-8 or declare its "
            "encoding in options.yml",
        ),
        (
            "opportunities.csv",
            DEALS.encode("utf-16"),
            "opportunities.csv: byte 0 (line 1) starts text that is not UTF-8 but looks like "
            "UTF-16",
        ),
        ("opportunities.csv", DEALS.encode("utf-16-le"), "looks like UTF-16"),
        (
            "opportunities.csv",
            f'{HEADER}\nO1,Won,2026-01-05,1\nO2,"Won because\nthey li',
            "opportunities.csv: the file ends inside a quoted field that opens in line 3, so it "
            "was cut off",
        ),
        ("opportunities.csv", 'opportunity_id,"stage\n', "first line has a quoted field"),
        (
            "opportunities.csv.gz",
            gzip.compress(DEALS.encode(), mtime=0)[:-12],
            "not a whole gzip file",
        ),
        ("opportunities.csv.gz", b"not gzip at all", "not a whole gzip file"),
        ("opportunities.parquet", b"PAR1 not parquet PAR1", "is not a whole Parquet file"),
        ("opportunities.xlsx", b"PK not a workbook", "is not a whole Excel workbook"),
        ("opportunities.xls", b"old", "save opportunities.xls as one of csv"),
        ("notes.csv", DEALS, "brings none of the tables that KPIs are made of"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(
    warehouse: Warehouse, name: str, content: str | bytes, said: str
) -> None:
    warehouse.put(name, content)
    assert said in warehouse.refusal()
    assert not warehouse.database.exists()


def test_a_parquet_file_cut_off_or_damaged_inside_is_refused(warehouse: Warehouse) -> None:
    table = pyarrow.table(
        {name: [f"{name}{number}" for number in range(20_000)] for name in HEADER.split(",")}
    )
    path = warehouse.raw / "opportunities.parquet"
    pyarrow.parquet.write_table(table, path, compression="snappy", use_dictionary=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:-2000])
    assert "opportunities.parquet: is not a whole Parquet file" in warehouse.refusal()
    damaged = bytearray(whole)
    damaged[1000:60_000] = bytes(59_000)
    path.write_bytes(damaged)
    assert "opportunities.parquet" in warehouse.refusal()


def test_a_workbook_cut_off_is_refused(warehouse: Warehouse) -> None:
    write_excel(warehouse.raw / "opportunities", TYPED_ROWS)
    path = warehouse.raw / "opportunities.xlsx"
    path.write_bytes(path.read_bytes()[:-200])
    assert "opportunities.xlsx: is not a whole Excel workbook" in warehouse.refusal()


def test_two_files_of_one_table_are_refused(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.put("opportunities.jsonl", "{}")
    assert "more than one file is called opportunities" in warehouse.refusal()
    (warehouse.raw / "opportunities.jsonl").unlink()
    warehouse.put("opportunities/more.csv", DEALS)
    assert "put the parts into a folder opportunities" in warehouse.refusal()


def test_files_and_columns_nobody_knows_are_findings(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS.replace("amount", "Favourite Colour"))
    warehouse.put("pets.csv", "name\nRex\n")
    warehouse.put("read me.md", "hello")
    warehouse.put("leads.csv", "lead_id,created_at\n")
    warehouse.put(".hidden.csv", "\xff")
    findings = warehouse.land().findings
    assert any("pets.csv, read me.md: left out" in finding for finding in findings)
    assert any("left out the column Favourite Colour" in finding for finding in findings)
    assert "leads.csv: leads has no rows" in findings
    assert not any("hidden" in finding for finding in findings)


def test_links_that_leave_the_folder_are_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text(DEALS)
    (warehouse.raw / "opportunities.csv").symlink_to(outside)
    assert "opportunities.csv: the link leads out of the raw folder" in warehouse.refusal()
    (warehouse.raw / "opportunities.csv").unlink()
    warehouse.put("opportunities.csv", DEALS)
    (warehouse.raw / "leads").symlink_to(tmp_path)
    assert "leads: the link leads out" in warehouse.refusal()


# One transaction, one identity


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: (raw / "opportunities.csv").write_text(HEADER),
        lambda raw: (raw / "quotas.csv").write_text("user_id\nU1\n"),
        lambda raw: (raw / "subscriptions.parquet").write_bytes(b"PAR1"),
        lambda raw: (raw / "opportunities.csv").write_bytes(b"opportunity_id\n\xff\n"),
    ],
)
def test_a_refused_load_changes_nothing(
    warehouse: Warehouse, spoil: Callable[[Path], object]
) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.land()
    before = warehouse.everything()
    spoil(warehouse.raw)
    warehouse.refusal()
    assert warehouse.everything() == before
    assert [path.name for path in warehouse.database.parent.iterdir()] == ["landed.duckdb"]


def test_a_failure_while_writing_changes_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.land()
    before = warehouse.everything()
    warehouse.put("opportunities.csv", DEALS.replace("Lost", "Won"))

    def fail(*_: object) -> None:
        raise duckdb.IOException("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(land_module, "write_history", fail)
        assert "cannot be written: no space left" in warehouse.refusal()
    assert warehouse.everything() == before
    warehouse.land()
    assert warehouse.everything() != before


def test_the_same_load_is_landed_once(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    first = warehouse.land()
    before = warehouse.everything()
    again = warehouse.land(loaded_at=LATER)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.load_id, again.loaded_at, again.tables) == (
        first.load_id,
        first.loaded_at,
        first.tables,
    )
    assert warehouse.everything() == before


def test_the_identity_follows_content_manifest_and_mapping(warehouse: Warehouse) -> None:
    deals = warehouse.put("opportunities.csv", DEALS)
    first = warehouse.land().load_id
    deals.touch()
    assert warehouse.land().load_id == first
    warehouse.put("manifest.yml", "extracted_at: 2026-03-31")
    with_manifest = warehouse.land().load_id
    warehouse.map("options.yml", "defaults: {nulls: [none]}")
    with_options = warehouse.land(is_mapped=True).load_id
    warehouse.map("opportunities.sql", "select * from opportunities")
    with_select = warehouse.land(is_mapped=True).load_id
    warehouse.put("opportunities.csv", DEALS.replace("100", "101"))
    changed = warehouse.land(is_mapped=True).load_id
    assert len({first, with_manifest, with_options, with_select, changed}) == 5


def test_a_file_the_mapping_does_not_read_is_no_part_of_the_load(warehouse: Warehouse) -> None:
    warehouse.put("deals.csv", DEALS)
    warehouse.map("opportunities.sql", "select * from deals")
    first = warehouse.land(is_mapped=True)
    warehouse.put("spoiled.csv", b"\xff\xfe")
    again = warehouse.land(is_mapped=True)
    assert (again.load_id, again.is_new) == (first.load_id, False)


def test_a_load_that_returns_keeps_its_first_instant_and_one_history(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    first = warehouse.land()
    rows = warehouse.everything()["opportunities"]
    warehouse.put("opportunities.csv", DEALS + "O3,Won,2026-01-07,5\n")
    second = warehouse.land(loaded_at=LATER)
    warehouse.put("opportunities.csv", DEALS)
    third = warehouse.land(loaded_at=datetime(2026, 4, 3, tzinfo=UTC))
    assert third.load_id == first.load_id != second.load_id
    assert (third.is_new, third.loaded_at) == (True, first.loaded_at)
    assert warehouse.everything()["opportunities"] == rows
    history = warehouse.rows(
        "select load_id, row_count, rejected_line_count, loaded_at from load_history "
        "where table_name = 'opportunities' order by loaded_at"
    )
    assert history == [
        (first.load_id, 2, 0, datetime(2026, 4, 1, 12, 30, 15)),
        (second.load_id, 3, 0, datetime(2026, 4, 2, 8, 0)),
    ]
    tables = warehouse.rows("select count(*), count(distinct table_name) from load_history")
    assert tables == [(2 * len(CONTRACT.deliverable), len(CONTRACT.deliverable))]


def test_a_load_is_landed_again_when_its_tables_are_not_those_of_the_contract(
    warehouse: Warehouse,
) -> None:
    warehouse.put("opportunities.csv", DEALS)
    first = warehouse.land()
    with duckdb.connect(warehouse.database) as connection:
        connection.execute("alter table raw_crm.quotas drop column amount")
    again = warehouse.land(loaded_at=LATER)
    assert again.is_new
    assert (again.load_id, again.loaded_at) == (first.load_id, first.loaded_at)
    assert warehouse.rows("select amount from quotas") == []


def test_other_schemas_of_the_database_are_left_alone(warehouse: Warehouse) -> None:
    warehouse.database.parent.mkdir()
    with duckdb.connect(warehouse.database) as connection:
        connection.execute("create table kept as select 1 as one")
    warehouse.put("opportunities.csv", DEALS)
    warehouse.land()
    assert warehouse.rows("from main.kept") == [(1,)]


def test_a_file_that_is_no_database_is_refused(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.database.parent.mkdir()
    warehouse.database.write_text("this is text, not a database " * 1000)
    assert "cannot be opened for writing" in warehouse.refusal()


# The manifest


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("extracted: 2026-01-01", "extracted is not known"),
        ("extracted_at: yesterday", "extracted_at is 'yesterday'; use a date"),
        ("coverage_from: long ago", "coverage_from is 'long ago'; use a date"),
        ("coverage_from: {pets: 2026-01-01}", "coverage_from names pets"),
        ("- a\n- b", "is not made of keys and values"),
        ("a: [", "is not valid YAML"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    warehouse: Warehouse, content: str, said: str
) -> None:
    warehouse.put("opportunities.csv", DEALS)
    warehouse.put("manifest.yml", content)
    assert said in warehouse.refusal()


# Mappings


def test_a_mapping_reads_files_by_name_and_casts_to_text(warehouse: Warehouse) -> None:
    warehouse.put("2026/My Deals-v1.csv", "ID;State;Opened;Worth\nA;won;05.01.2026;1.5\nB;x;;\n")
    warehouse.map(
        "opportunities.sql",
        "-- a comment first; with a semicolon\nselect ID as opportunity_id, state as Stage,\n"
        "strptime(opened, '%d.%m.%Y') as created_date, cast(worth as double) * 1e20 as amount,\n"
        "state = 'won' as is_test, ' ' as next_step\n"
        'from "2026__my_deals_v1"; -- done\n',
    )
    report = warehouse.land(is_mapped=True)
    rows = warehouse.rows(
        "select opportunity_id, stage, created_date, amount, is_test, next_step, _source_file "
        "from opportunities order by 1"
    )
    source = "2026/My Deals-v1.csv"
    assert rows == [
        ("A", "won", "2026-01-05", "150000000000000000000", "true", None, source),
        ("B", "x", None, None, "false", None, source),
    ]
    assert report.table("opportunities").source_files == (source,)


def test_views_and_inherited_mappings(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", "id,stage,created_date\nA,Won,2026-01-05\n")
    warehouse.put("other.csv", "id;stage;created_date\nB;none;2026-01-06\nC;Won;2026-01-06\n")
    warehouse.map("_base.sql", "select id as opportunity_id, * exclude (id) from opportunities")
    warehouse.map("_deals.sql", "with _base as (select * from _base) select * from _base")
    warehouse.map("opportunities.sql", "select * from _deals")
    warehouse.map(
        "stages.sql", "select 'Won' as stage, 1 as stage_order, true as is_closed, true as is_won"
    )
    assert warehouse.land(is_mapped=True).table("opportunities").source_files == (
        "opportunities.csv",
    )
    warehouse.map("variant/options.yml", "extends: ..\ndefaults: {nulls: [none]}")
    warehouse.map("variant/_base.sql", "select id as opportunity_id, * exclude (id) from other")
    report = land(warehouse.raw, warehouse.mapping / "variant", warehouse.database, "raw_crm")
    assert report.table("opportunities").source_files == ("other.csv",)
    assert report.table("stages").source_files == ("stages.sql",)
    rows = warehouse.rows("select opportunity_id, stage from opportunities order by 1")
    assert rows == [("B", None), ("C", "Won")]
    assert any("opportunities.csv: left out" in finding for finding in report.findings)


def test_rejected_lines_of_a_mapping_belong_to_every_table_that_reads_the_file(
    warehouse: Warehouse,
) -> None:
    warehouse.put("deals.csv", f"{HEADER}\nO1,Won,2026-01-05,1\nbad\n")
    warehouse.map("_deals.sql", "select * from deals")
    warehouse.map("opportunities.sql", "select * from _deals")
    warehouse.map(
        "opportunity_line_items.sql",
        "select opportunity_id as line_id, opportunity_id, 'P' as product_id from _deals",
    )
    warehouse.map("products.sql", "select 'P' as product_id")
    report = warehouse.land(is_mapped=True)
    counts = {
        table.name: (table.row_count, table.rejected_line_count)
        for table in report.tables
        if table.is_delivered
    }
    assert counts == {
        "opportunities": (1, 1),
        "opportunity_line_items": (1, 1),
        "products": (1, 0),
    }
    assert warehouse.rows(
        "select table_name, source_file, line_number, raw_line from rejected_lines order by 1"
    ) == [
        ("opportunities", "deals.csv", "3", "bad"),
        ("opportunity_line_items", "deals.csv", "3", "bad"),
    ]


def test_options_say_what_cannot_be_seen_in_a_file(warehouse: Warehouse) -> None:
    warehouse.put(
        "deals.txt", "O1~Café~2026-01-05~(null)\nO2~Won~2026-01-06~NULL\n".encode("latin-1")
    )
    warehouse.map(
        "options.yml",
        "defaults: {nulls: ['NULL']}\n"
        "files:\n"
        "  deals.txt:\n"
        "    {delimiter: '~', header: false, encoding: latin-1, nulls: ['(null)', 'NULL'],\n"
        "     columns: [opportunity_id, stage, created_date, amount]}\n",
    )
    warehouse.map("opportunities.sql", "from deals")
    warehouse.land(is_mapped=True)
    rows = warehouse.rows("select opportunity_id, stage, amount from opportunities order by 1")
    assert rows == [("O1", "Café", None), ("O2", "Won", None)]


def test_columns_without_names_are_numbered(warehouse: Warehouse) -> None:
    warehouse.put("deals.csv", "O1,Won,2026-01-05\n")
    warehouse.map("options.yml", "files: {deals.csv: {header: false}}")
    warehouse.map(
        "opportunities.sql",
        "select column_1 as opportunity_id, column_2 as stage, column_3 as created_date from deals",
    )
    warehouse.land(is_mapped=True)
    assert warehouse.rows("select opportunity_id, stage from opportunities") == [("O1", "Won")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("files: {deals.csv: {delimeter: ';'}}", "delimeter is not known"),
        ("files: {deals.csv: {delimiter: ';;'}}", "is not one mark"),
        ("files: {deals.csv: {header: maybe}}", "header is neither true nor false"),
        ("files: {deals.csv: {columns: [1, 2]}}", "columns is not a list of texts"),
        ("files: {deals.csv: {encoding: klingon}}", "encoding klingon is not known"),
        ("files: {deals.csv: {encoding: ascii}}", "not in the encoding ascii"),
        ("files: [deals.csv]", "files does not give options by file name"),
        ("file: {}", "file is not known"),
        ("extends: ../nowhere", "the mapping folder does not exist"),
        ("extends: .", "extends leads back to the same folder"),
        ("files: {deals.csv: {header: false, columns: [a, b]}}", "options.yml names 2 columns"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    warehouse: Warehouse, options: str, said: str
) -> None:
    warehouse.put("deals.csv", DEALS + "Ö,Won,2026-01-05,1\n")
    warehouse.map("options.yml", options)
    warehouse.map("opportunities.sql", "from deals")
    assert said in warehouse.refusal(is_mapped=True)


SELECTS = {
    "a second statement": ("select * from deals; drop table deals", "other than one SELECT"),
    "a definition": ("create table x as select 1", "other than one SELECT"),
    "a change": ("insert into deals values (1)", "other than one SELECT"),
    "a copy": ("copy deals to 'stolen.csv'", "other than one SELECT"),
    "a setting": ("set enable_external_access = true", "other than one SELECT"),
    "an attachment": ("attach 'other.duckdb'", "other than one SELECT"),
    "nothing": ("-- nothing", "other than one SELECT"),
    "no SQL": ("selekt * from deals", "is not valid SQL"),
    "a parameter": ("select * from deals where stage = ?", "holds a parameter mark"),
    "a file": (
        "select column0 as opportunity_id, '' as stage, '' as created_date "
        "from read_csv('/etc/passwd')",
        "Permission Error",
    ),
    "a file's text": ("select content as next_step from read_text('/etc/passwd')", "Permission"),
    "a file list": ("select file as next_step from glob('/*')", "Permission Error"),
    "a file as table": ("select * from '/etc/passwd'", "reads /etc/passwd, but no file"),
    "a query in a query": (
        "select * from query('from read_text(''/etc/passwd'')')",
        "Permission Error",
    ),
    "a Python variable": ("select * from python_rows", "reads python_rows, but no file"),
    "a schema": ("select * from information_schema.tables", "without a schema"),
    "a missing file": ("select * from dealz", "reads dealz, but no file"),
    "a missing column": (
        "select opportunity_idd from deals",
        "opportunities.sql:1: reads column opportunity_idd, which is not in deals; add the column",
    ),
    "an unknown result": (
        "select *, 1 as amonut from deals",
        "the result column amonut is not a column of opportunities; did you mean amount?",
    ),
    "a missing result": (
        "select opportunity_id, stage from deals",
        "opportunities.sql: column created_date of opportunities is missing",
    ),
    "a wrong value": (
        "select * replace (cast(amount as integer) as amount) from deals",
        "opportunities.sql:1: Conversion Error",
    ),
    "no rows": ("select * from deals where stage = 'None'", "deals.csv: no file has a row of data"),
}


@pytest.mark.parametrize("case", SELECTS)
def test_a_select_that_does_something_else_is_refused(warehouse: Warehouse, case: str) -> None:
    python_rows = pyarrow.table({"opportunity_id": ["O1"]})
    assert python_rows.num_rows == 1
    text, said = SELECTS[case]
    warehouse.put("deals.csv", DEALS.replace("100", "a hundred"))
    warehouse.map("opportunities.sql", text)
    reason = warehouse.refusal(is_mapped=True)
    assert said in reason
    assert not warehouse.database.exists()


def test_names_in_a_mapping_folder(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.put("deals.csv", DEALS)
    warehouse.map("opportunity.sql", "from deals")
    assert "did you mean opportunities.sql?" in warehouse.refusal(is_mapped=True)
    (warehouse.mapping / "opportunity.sql").rename(warehouse.mapping / "loads.sql")
    assert "landing writes loads itself" in warehouse.refusal(is_mapped=True)
    (warehouse.mapping / "loads.sql").rename(tmp_path / "outside.sql")
    (warehouse.mapping / "opportunities.sql").symlink_to(tmp_path / "outside.sql")
    assert "the link leads out of the mapping folder" in warehouse.refusal(is_mapped=True)
    (warehouse.mapping / "opportunities.sql").unlink()
    warehouse.map("opportunities.sql", "from _one")
    warehouse.map("_one.sql", "from _two")
    warehouse.map("_two.sql", "from _one")
    assert "reads itself in the end" in warehouse.refusal(is_mapped=True)


def test_files_of_one_name_cannot_be_told_apart(warehouse: Warehouse) -> None:
    warehouse.put("my deals.csv", DEALS)
    warehouse.put("my-deals.csv", DEALS)
    warehouse.map("opportunities.sql", "from my_deals")
    assert "all would be called my_deals" in warehouse.refusal(is_mapped=True)
    warehouse.put("_deals.csv", DEALS)
    warehouse.map("opportunities.sql", "from _deals")
    warehouse.map("_deals.sql", "select 1 as opportunity_id")
    assert "would be called _deals like a view" in warehouse.refusal(is_mapped=True)


# Names are data


def test_names_of_files_and_columns_are_never_code(warehouse: Warehouse) -> None:
    wicked = "x'); drop table deals; --"
    part = warehouse.put(f"opportunities/{wicked}.csv", f'{HEADER},"{wicked}","a""b"\n')
    part.write_text(part.read_text() + "O1,Won,2026-01-05,1,2,3\n")
    warehouse.put("opportunities/part[0-9]*.csv", f"{HEADER}\nO2,Won,2026-01-05,1\n")
    warehouse.put("opportunities/part7.csv", f"{HEADER}\nO3,Won,2026-01-05,1\n")
    report = warehouse.land()
    assert report.table("opportunities").row_count == 3
    rows = warehouse.rows("select opportunity_id, _source_file from opportunities order by 1")
    assert rows == [
        ("O1", f"opportunities/{wicked}.csv"),
        ("O2", "opportunities/part[0-9]*.csv"),
        ("O3", "opportunities/part7.csv"),
    ]
    assert any(wicked in finding for finding in report.findings)


def test_wicked_names_in_a_mapping_are_names(warehouse: Warehouse) -> None:
    warehouse.put('de"als;.csv', f'{HEADER},"x"" y; --"\nO1,Won,2026-01-05,1,mine\n')
    warehouse.map(
        "opportunities.sql",
        'select * exclude ("x"" y; --"), "x"" y; --" as next_step from de_als_',
    )
    warehouse.land(is_mapped=True)
    assert warehouse.rows("select next_step from opportunities") == [("mine",)]


@pytest.mark.parametrize("schema", ["raw crm", 'raw"; drop schema main; --', "", "Raw", "1raw"])
def test_a_schema_name_that_is_none_is_refused(warehouse: Warehouse, schema: str) -> None:
    warehouse.put("opportunities.csv", DEALS)
    with pytest.raises(LandingError, match="cannot be the name of a schema"):
        land(warehouse.raw, None, warehouse.database, schema)


# The command


def run(arguments: list[str]) -> Any:
    import typer

    app = typer.Typer()
    app.command()(land_module.main)
    return CliRunner().invoke(app, arguments)


def test_the_command_prints_what_it_landed(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", f"{HEADER},[red]\nO1,Won,2026-01-05,1,x\n")
    arguments = [str(warehouse.raw), "--database", str(warehouse.database)]
    result = run(arguments)
    assert result.exit_code == 0
    assert "opportunities" in result.stdout
    assert "left out the column [red]" in result.stdout
    assert "already landed" in run(arguments).stdout


def test_the_command_fails_with_one_sentence(warehouse: Warehouse) -> None:
    warehouse.put("opportunities.csv", "opportunity_id\nO1\n")
    result = run([str(warehouse.raw), "--database", str(warehouse.database)])
    assert result.exit_code == 1
    assert result.stderr.strip().splitlines() == [
        "opportunities.csv: column stage is missing; add it to the file or map the file in "
        "opportunities.sql of a mapping folder"
    ]
