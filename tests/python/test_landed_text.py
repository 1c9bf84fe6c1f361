"""Landing cleans texts, reads whole workbooks and rejects what is too long (G-16 and its cases)."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from ops.landing import rows as landing_rows
from ops.landing.land import LandingError, LoadReport, land
from ops.landing.values import clean
from ops.warehouse import printable

HEADER = "opportunity_id,stage,created_date,amount,opportunity_name"
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}"


class Company:
    """A raw folder and the database it lands in."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self.raw.mkdir()
        self.database = folder / "landed.duckdb"

    def put(self, name: str, content: str) -> None:
        (self.raw / name).write_text(content, encoding="utf-8")

    def put_sheet(self, cells: list[list[object]]) -> Path:
        book = openpyxl.Workbook()
        for row in cells:
            book.active.append(row)
        path = self.raw / "opportunities.xlsx"
        book.save(path)
        return path

    def land(self) -> LoadReport:
        return land(self.raw, None, self.database)

    def deals(self, columns: str) -> list[tuple[str | None, ...]]:
        with duckdb.connect(self.database, read_only=True) as connection:
            query = f"select {columns} from raw_crm.opportunities order by cast(_row_number as int)"
            return connection.execute(query).fetchall()


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def rewrite(path: Path, part: str, old: str, new: str) -> None:
    """Change the XML of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "xlsx", "parquet"])
def test_outer_white_space_and_control_characters_go_from_every_format(
    company: Company, suffix: str
) -> None:
    """G-16; cases ids-with-trailing-space and escape-codes-in-ids."""
    names = HEADER.split(",")
    values = ["\u00a0R1 ", "Won\t", "2026-01-05", " 100 ", f"a{RIGHT_TO_LEFT}b\u0085 c\nd"]
    if suffix == "csv":
        company.put("opportunities.csv", f'{HEADER}\n{",".join(values[:4])},"{values[4]}"\n')
    elif suffix == "xlsx":
        company.put_sheet([names, values])
    else:
        row = ", ".join(f"'{value}' as {name}" for name, value in zip(names, values, strict=True))
        kind = "json" if suffix == "jsonl" else "parquet"
        path = company.raw / f"opportunities.{suffix}"
        duckdb.sql(f"copy (select {row}) to '{path}' (format {kind})")

    report = company.land()

    assert company.deals(", ".join(names)) == [("R1", "Won", "2026-01-05", "100", "ab c\nd")]
    assert (
        f"opportunities.{suffix}: control characters were removed from values: "
        "1 of opportunity_name"
    ) in report.findings


def test_a_header_is_cleaned_as_values_are(company: Company) -> None:
    company.put("opportunities.csv", f"\u00a0{HEADER}\u200b\nO1,Won,2026-01-05,1,x\n")
    company.land()
    assert company.deals("opportunity_id, opportunity_name") == [("O1", "x")]


def test_clean_text_is_left_as_it_is() -> None:
    for text in ("Zoë & Søn", "a\tb", "two\nlines", "\N{FAMILY}\u200d\N{GIRL}", "o'clock"):
        assert clean(text) == text


def test_what_steers_a_terminal_is_printed_as_escapes() -> None:
    """Case escape-codes-in-ids: no raw byte of a name or an id reaches the terminal."""
    assert printable("O\x1b[2J") == "O\\x1b[2J"
    assert printable(f"x{RIGHT_TO_LEFT}y") == "x\\u202ey"
    assert printable("na\udcefve") == "na\\udcefve"
    assert printable("Zoë 10 %") == "Zoë 10 %"


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_record_longer_than_2mb_is_rejected_alone(company: Company, quote: str) -> None:
    """Case record-longer-than-2mb, also at the end and in a line of many megabytes."""
    long = f"{quote}{'x' * 3_000_000}{quote}"
    longer = f"{quote}{'é' * 5_000_000}{quote}"
    lines = [f"O{number},Won,2026-01-05,1,n" for number in range(60)]
    lines[10:10] = [f"A,Won,2026-01-05,1,{longer}", f"B,Won,2026-01-05,1,{long}"]
    company.put("opportunities.csv", "\n".join([HEADER, *lines]) + "\n")

    report = company.land()

    landed = report.table("opportunities")
    assert (landed.row_count, landed.rejected_line_count) == (60, 2)
    with duckdb.connect(company.database, read_only=True) as connection:
        assert connection.execute(
            "select line_number, reason, length(raw_line) <= 10000 from raw_crm.rejected_lines"
        ).fetchall() == [
            ("12", "the record is longer than 2,000,000 bytes", True),
            ("13", "the record is longer than 2,000,000 bytes", True),
        ]


def test_a_sheet_is_read_to_its_end_whatever_size_it_claims(company: Company) -> None:
    """Case xlsx-dimension-rows; columns beyond the claimed ones are read as well."""
    rows = [[f"O{number}", "Won", "2026-01-05", number, "n"] for number in range(40)]
    path = company.put_sheet([HEADER.split(","), *rows])
    rewrite(path, SHEET, "A1:E41", "A1:B3")
    company.land()
    deals = company.deals("opportunity_id, amount")
    assert len(deals) == 40
    assert deals[-1] == ("O39", "39")


def formula_sheet(company: Company, formulas: int, rows: int = 40) -> Path:
    cells: list[list[object]] = [HEADER.split(",")]
    for number in range(1, rows + 1):
        amount = "=1+1" if number <= formulas else number
        cells.append([f"O{number}", "Won", "2026-01-05", amount, "n"])
    return company.put_sheet(cells)


def test_formulas_without_a_value_are_refused(company: Company) -> None:
    """Case xlsx-formula-without-value."""
    formula_sheet(company, 40)
    with pytest.raises(LandingError, match=r"40 of the formulas in column amount .* D2; open"):
        company.land()


def test_a_stray_formula_without_a_value_is_a_finding(company: Company) -> None:
    formula_sheet(company, 1)
    report = company.land()
    assert "1 of the formulas in column amount have no value" in report.findings[0]
    assert company.deals("amount")[:2] == [(None,), ("2",)]


def test_a_formula_that_gives_an_empty_text_has_a_value(company: Company) -> None:
    path = formula_sheet(company, 40)
    rewrite(path, SHEET, "<f>1+1</f><v />", "<f>1+1</f><v>2</v>")
    rewrite(path, SHEET, '<c r="D41"><f>1+1</f><v>2</v>', '<c r="D41" t="str"><f>1+1</f><v></v>')
    report = company.land()
    assert not report.findings
    assert company.deals("amount")[-2:] == [("2",), (None,)]


def test_cells_that_hold_an_error_are_empty_and_counted(company: Company) -> None:
    company.put_sheet([HEADER.split(","), ["O1", "Won", "2026-01-05", "#REF!", "n"]])
    report = company.land()
    assert report.findings == (
        "opportunities.xlsx: cells that hold an error were read as empty: 1 #REF!",
    )
    assert company.deals("amount") == [(None,)]


def test_a_workbook_larger_than_the_limit_is_refused(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    formula_sheet(company, 0)
    monkeypatch.setattr(landing_rows, "LARGEST_WORKBOOK", 1_000)
    with pytest.raises(LandingError, match="a workbook is read up to 0 MB; save its sheet as CSV"):
        company.land()


def test_rows_keep_their_place_in_the_files(company: Company) -> None:
    """G-15: the later line of the file stands, so landing keeps the order of lines."""
    folder = company.raw / "opportunities"
    folder.mkdir()
    for part in ("b", "a"):
        lines = "".join(f"{part}{number},Won,2026-01-05,,\n" for number in range(3))
        (folder / f"{part}.csv").write_text(f"{HEADER}\n{lines}")
    company.land()
    assert company.deals("opportunity_id, _row_number") == [
        ("a0", "1"), ("a1", "2"), ("a2", "3"), ("b0", "4"), ("b1", "5"), ("b2", "6"),
    ]  # fmt: skip
