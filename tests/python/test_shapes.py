"""Raw tables that a mapping declares are read however a loader called and wrote them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.landing.files import LandingError
from ops.landing.land import LoadReport, land

OPTIONS = """
tables:
  deal_stage:
    names: [deal_stages]
    columns: [id, stage, open_date, amount, note]
    aliases: {stage: [phase]}
    prefixes: [property_]
    json: [fields]
    key: [id]
    newest: [changed]
    dates: [open_date]
    carries: [opportunities]
  user:
    columns: [id]
    carries: [users]
"""
SELECT = """
select id as opportunity_id, stage, open_date as created_date, amount, note as next_step
from deal_stage
"""


class Shaped:
    """A mapping and a raw folder to be filled; land() gives the deals that came of them."""

    def __init__(self, folder: Path) -> None:
        self.raw = folder / "raw"
        self.mapping = folder / "mapping"
        self.database = folder / "landed.duckdb"
        self.raw.mkdir()
        self.mapping.mkdir()
        self.write_mapping("options.yml", OPTIONS.replace("note]", "note, changed]"))
        self.write_mapping("opportunities.sql", SELECT)
        self.write_mapping("users.sql", 'select id as user_id from "user"')

    def write_mapping(self, name: str, text: str) -> None:
        (self.mapping / name).write_text(text)

    def write(self, name: str, text: str) -> None:
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def land(self) -> LoadReport:
        return land(self.raw, self.mapping, self.database)

    def deals(self) -> list[tuple[Any, ...]]:
        self.land()
        with duckdb.connect(self.database, read_only=True) as connection:
            return connection.execute(
                "select opportunity_id, stage, created_date, amount, next_step "
                "from raw_crm.opportunities order by opportunity_id"
            ).fetchall()


@pytest.fixture
def shaped(tmp_path: Path) -> Shaped:
    return Shaped(tmp_path)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("deal_stage.csv", "id,stage,open_date,amount"),
        ("DealStage.csv", "Id,Stage,OpenDate,Amount"),
        ("deal_stages.csv", "ID,PHASE,OPEN_DATE,AMOUNT"),
        ("exports/Deal Stage.csv", "id,property_phase,property_open_date,property_amount"),
    ],
)
def test_a_table_is_found_under_each_of_its_names(shaped: Shaped, name: str, header: str) -> None:
    shaped.write(name, f"{header}\nD1,Won,2026-01-05,100\n")
    assert shaped.deals() == [("D1", "Won", "2026-01-05", "100", None)]


def test_files_of_a_folder_are_parts_whose_columns_differ(shaped: Shaped) -> None:
    shaped.write("deal_stage/1.csv", "id,stage,open_date\nD1,Won,2026-01-05\n")
    shaped.write("deal_stage/2.csv", "id,amount,open_date,stage,note\nD2,7,2026-01-06,Lost,x\n")
    assert shaped.deals() == [
        ("D1", "Won", "2026-01-05", None, None),
        ("D2", "Lost", "2026-01-06", "7", "x"),
    ]


def test_the_newest_row_of_a_key_counts(shaped: Shaped) -> None:
    shaped.write(
        "deal_stage.csv",
        "id,stage,open_date,changed\n"
        "D1,Open,2026-01-05,2026-01-05 10:00:00\n"
        "D1,Won,2026-01-05,2026-02-01 10:00:00\n"
        "D1,Late,2026-01-05,\n",
    )
    assert shaped.deals() == [("D1", "Won", "2026-01-05", None, None)]


def test_a_column_that_dlt_split_by_type_is_one(shaped: Shaped) -> None:
    shaped.write(
        "deal_stage.csv",
        "id,stage,open_date,amount,amount__v_double\n"
        "D1,Won,2026-01-05,4500,\nD2,Won,2026-01-05,,4500.75\n",
    )
    assert [deal[3] for deal in shaped.deals()] == ["4500", "4500.75"]


def test_an_object_holds_what_has_no_column(shaped: Shaped) -> None:
    shaped.write(
        "deal_stage.jsonl",
        '{"id": "D1", "fields": {"phase": "Won", "open_date": "2026-01-05", "amount": 12.5}}\n'
        '{"id": "D2", "fields": {"stage": "Lost", "open_date": "2026-01-05", "amount": ""}}\n',
    )
    assert shaped.deals() == [
        ("D1", "Won", "2026-01-05", "12.5", None),
        ("D2", "Lost", "2026-01-05", None, None),
    ]


def test_dates_are_read_as_the_mapping_says(shaped: Shaped) -> None:
    shaped.write_mapping(
        "options.yml",
        "date_formats: ['%m/%d/%y', epoch_ms]\n" + OPTIONS.replace("note]", "note, changed]"),
    )
    shaped.write(
        "deal_stage.csv",
        "id,stage,open_date\nD1,Won,02/26/24\nD2,Won,1767571200000\nD3,Won,2026-01-05\nD4,Won,x\n",
    )
    assert [deal[2] for deal in shaped.deals()] == ["2024-02-26", "2026-01-05", "2026-01-05", "x"]


def test_a_table_without_a_file_is_not_delivered(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,open_date\nD1,Won,2026-01-05\n")
    report = shaped.land()
    assert not report.table("users").is_delivered
    assert report.table("opportunities").is_delivered


def test_a_table_without_a_row_is_not_delivered(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,open_date\nD1,Won,2026-01-05\n")
    shaped.write("user.csv", "id\n")
    assert not shaped.land().table("users").is_delivered


def test_a_column_without_a_value_is_not_delivered(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,open_date,amount\nD1,Won,2026-01-05,\n")
    missing = shaped.land().table("opportunities").missing_columns
    assert "amount" in missing
    assert "stage" not in missing


def test_the_file_nearest_to_the_raw_folder_counts(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,open_date\nD1,Won,2026-01-05\n")
    shaped.write("older/deal_stage.csv", "id,stage,open_date\nD2,Won,2026-01-05\n")
    report = shaped.land()
    assert report.table("opportunities").row_count == 1
    assert any("older/deal_stage.csv" in finding for finding in report.findings)


def test_rows_of_another_table_are_rows_too_and_the_newest_of_a_key_counts(shaped: Shaped) -> None:
    options = OPTIONS.replace("note]", "note, changed]")
    shaped.write_mapping(
        "options.yml", options.replace("names: [deal", "also: [gone]\n    names: [deal")
    )
    shaped.write(
        "deal_stage.csv", "id,stage,open_date,changed\nD1,Open,2026-01-05,1\nD3,Won,2026-01-05,3\n"
    )
    shaped.write(
        "Gone.csv",
        "id,stage,open_date,changed\nD1,Gone,2026-01-05,2\nD2,Gone,2026-01-05,1\nD3,Gone,2026-01-05,1\n",
    )
    assert [deal[:2] for deal in shaped.deals()] == [("D1", "Gone"), ("D2", "Gone"), ("D3", "Won")]


def test_rows_of_another_table_count_where_it_is_as_near(shaped: Shaped) -> None:
    shaped.write_mapping(
        "options.yml",
        OPTIONS.replace("note]", "note, changed]").replace(
            "names: [deal", "also: [gone]\n    names: [deal"
        ),
    )
    shaped.write("deal_stage.csv", "id,stage,open_date\nD1,Open,2026-01-05\n")
    shaped.write("older/gone.csv", "id,stage,open_date\nD2,Gone,2026-01-05\n")
    assert [deal[0] for deal in shaped.deals()] == ["D1"]
    (shaped.raw / "deal_stage.csv").unlink()
    assert [deal[0] for deal in shaped.deals()] == ["D2"]


UNPIVOTED = """
tables:
  entry:
    names: [deals]
    columns: [id, stage, entered_at]
    prefixes: [properties_]
    json: [properties]
    dates: [entered_at]
    unpivot:
      date_entered_: [stage, entered_at]
      old_date_entered_: [stage, entered_at]
  user: {columns: [id]}
date_formats: [epoch_ms]
"""


@pytest.mark.parametrize(
    "record",
    [
        '{"id": "D1", "properties_date_entered_won_2": "2026-02-01",'
        ' "properties_date_entered_7": null, "date_enteredx": "2026-03-01",'
        ' "properties_old_date_entered_Open": "1767571200000"}',
        '{"id": "D1", "PROPERTIES_DATE_ENTERED_won_2": "2026-02-01",'
        ' "Properties_Old_Date_Entered_Open": 1767571200000,'
        ' "Properties_Date_Entered_": "2026-01-01"}',
        '{"id": "D1", "date_entered_won_2": "2026-02-01", "old_date_entered_Open": "2026-01-05"}',
        '{"id": "D1", "properties": {"date_entered_won_2": "2026-02-01", "date_entered_7": "",'
        ' "old_date_entered_Open": 1767571200000}}',
    ],
    ids=["prefixed", "other case", "plain", "in an object"],
)
def test_columns_that_begin_alike_are_rows(shaped: Shaped, record: str) -> None:
    shaped.write_mapping("options.yml", UNPIVOTED)
    shaped.write_mapping(
        "opportunities.sql",
        "select stage as opportunity_id, id as stage, left(entered_at, 10) as created_date,"
        " null as amount, null as next_step from entry",
    )
    shaped.write("deals.jsonl", record + "\n")
    assert [deal[:3] for deal in shaped.deals()] == [
        ("Open", "D1", "2026-01-05"),
        ("won_2", "D1", "2026-02-01"),
    ]


def test_a_table_without_such_columns_has_no_such_rows(shaped: Shaped) -> None:
    shaped.write_mapping("options.yml", UNPIVOTED)
    shaped.write_mapping(
        "opportunities.sql",
        "select id as opportunity_id, stage, entered_at as created_date from entry",
    )
    shaped.write("deals.csv", "id\nD1\n")
    with pytest.raises(LandingError, match="no file has a row of data"):
        shaped.land()


def _two_files(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,open_date\nD1,Won,2026-01-05\n")
    shaped.write("DealStages.csv", "id,stage,open_date\nD1,Won,2026-01-05\n")


def _two_columns(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,Open_Date,OpenDate\nD1,Won,2026-01-05,2026-01-06\n")
    shaped.write_mapping(
        "options.yml",
        "tables:\n  deal_stage: {columns: [id, stage, op_endate, amount, note]}\n"
        "  user: {columns: [id]}\n",
    )
    shaped.write_mapping("opportunities.sql", SELECT.replace("open_date", "op_endate"))


def _unknown_option(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id\nD1\n")
    shaped.write_mapping("options.yml", "tables:\n  deal_stage: {colums: [id]}\n")


def _unknown_key(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id\nD1\n")
    shaped.write_mapping("options.yml", "tables:\n  deal_stage: {columns: [id], key: [nothing]}\n")


def _unknown_table(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id\nD1\n")
    shaped.write_mapping("options.yml", "tables:\n  deal_stage: {columns: [id], carries: [deal]}\n")


def _half_unpivot(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id\nD1\n")
    shaped.write_mapping(
        "options.yml", "tables:\n  deal_stage: {columns: [id, at], unpivot: {entered_: [at]}}\n"
    )


def _unknown_format(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id\nD1\n")
    shaped.write_mapping("options.yml", "date_formats: [american]\n")


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (_two_files, "each would be the table deal_stage"),
        (_two_columns, "might each be op_endate"),
        (_unknown_option, "colums is not known"),
        (_unknown_key, "nothing is not among its columns"),
        (_unknown_table, "carries deal, which is no table of the contract"),
        (_half_unpivot, "unpivot of entered_ does not name two columns"),
        (_unknown_format, "american is no pattern"),
    ],
)
def test_what_is_not_clear_is_refused(
    shaped: Shaped, prepare: Callable[[Shaped], None], reason: str
) -> None:
    prepare(shaped)
    with pytest.raises(LandingError, match=reason):
        shaped.land()


CUSTOM = """
tables:
  deal_custom_field:
    names: [deal_stage]
    columns: [id, field, value, changed]
    prefixes: [property_]
    json: [fields]
    key: [id, field]
    newest: [changed]
    fields: [field, value]
"""


def custom_fields_of(shaped: Shaped, listed: str) -> tuple[LoadReport, list[tuple[Any, ...]]]:
    tables = CUSTOM.removeprefix("\ntables:")
    options = OPTIONS.replace("note]", "note, changed]") + tables.rstrip() + f"\n{listed}\n"
    shaped.write_mapping("options.yml", options)
    shaped.write_mapping(
        "opportunity_custom_fields.sql",
        "select id as opportunity_id, field, value from deal_custom_field",
    )
    report = shaped.land()
    with duckdb.connect(shaped.database, read_only=True) as connection:
        rows = connection.execute(
            "select opportunity_id, field, value from raw_crm.opportunity_custom_fields "
            "order by all"
        ).fetchall()
    return report, rows


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("deal_stage.csv", "id,stage,changed,DealTier__c,Size"),
        ("deal_stage.csv", "id,stage,changed,property_dealtier__c,property_size"),
    ],
)
def test_listed_columns_are_custom_fields(shaped: Shaped, name: str, header: str) -> None:
    """A name per field, one value per deal and field: the newest; what is empty is no row."""
    shaped.write(name, f"{header}\n1,Won,2,Gold,\n1,Won,1,Silver,\n2,Lost,1,,Large\n")
    _, rows = custom_fields_of(shaped, "custom_fields: [DealTier__c, Size]")
    assert rows == [("1", "deal_tier", "Gold"), ("2", "size", "Large")]


def test_a_custom_field_may_be_named(shaped: Shaped) -> None:
    shaped.write(
        "deal_stage.jsonl", '{"id": 1, "stage": "Won", "fields": {"9f3a": "Gold", "other": 1}}\n'
    )
    _, rows = custom_fields_of(shaped, "custom_fields: {tier: 9f3a}")
    assert rows == [("1", "tier", "Gold")]


def test_a_custom_field_that_no_row_has_is_told(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,Tier\n1,Won,Gold\n")
    report, rows = custom_fields_of(shaped, "custom_fields: [Tier, Teir]")
    assert rows == [("1", "tier", "Gold")]
    assert "options.yml: custom field teir: no row has a value in a column Teir" in report.findings


def test_without_custom_fields_the_table_is_not_delivered(shaped: Shaped) -> None:
    shaped.write("deal_stage.csv", "id,stage,Tier\n1,Won,Gold\n")
    report, rows = custom_fields_of(shaped, "")
    assert rows == []
    assert not report.table("opportunity_custom_fields").is_delivered


@pytest.mark.parametrize(
    ("listed", "reason"),
    [
        ("custom_fields: Tier", "is neither a list of columns nor names with columns"),
        ("custom_fields: ['§']", "is no name in snake_case"),
        ("custom_fields: {Deal Tier: tier}", "is no name in snake_case"),
        ("custom_fields: [Deal Tier, DealTier__c]", "two columns would have one name"),
        ("custom_fields: {tier: 3}", "tier is not the name of a column"),
    ],
)
def test_custom_fields_that_cannot_be_are_refused(shaped: Shaped, listed: str, reason: str) -> None:
    shaped.write("deal_stage.csv", "id,stage,Tier\n1,Won,Gold\n")
    with pytest.raises(LandingError, match=reason):
        custom_fields_of(shaped, listed)
