"""What the look at a folder says is what landing it then does."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ops.landing.contract import load_contract
from ops.landing.explore import app, computable_kpis, guesses, known_shapes
from ops.landing.land import land

DEALS = """Deal ID;Deal Name;Company;Owner;Stage;Value;Created;Close Date;Colour
D1;First;Acme;U1;Closed Won;100.50;2026-01-05;2026-02-01;red
D2;Second;Acme;U1;Prospecting;;2026-02-01;;blue
"""
COMPANIES = "Company ID;Company Name\nAcme;Acme Limited\n"


def explore(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "my deals 2026.csv").write_text(DEALS)
    (folder / "Companies.csv").write_text(COMPANIES)
    (folder / "colours.csv").write_text("colour\nred\n")
    return folder


def test_a_strange_file_becomes_a_mapping_that_lands(raw: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping"
    said = explore(raw, "--write", mapping)
    assert "my deals 2026.csv -> opportunities: 8 columns guessed" in said
    assert "colours" not in said
    assert {path.name for path in mapping.iterdir()} == {"accounts.sql", "opportunities.sql"}
    assert "-- ? as currency," in (mapping / "opportunities.sql").read_text()

    land(raw, mapping, tmp_path / "landed.duckdb")
    with duckdb.connect(tmp_path / "landed.duckdb", read_only=True) as connection:
        assert connection.execute(
            "select opportunity_id, account_id, owner_id, stage, amount, created_date, closed_date "
            "from raw_crm.opportunities order by opportunity_id"
        ).fetchall() == [
            ("D1", "Acme", "U1", "Closed Won", "100.50", "2026-01-05", "2026-02-01"),
            ("D2", "Acme", "U1", "Prospecting", None, "2026-02-01", None),
        ]


def test_a_draft_is_not_written_over_a_mapping(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "mapping").mkdir()
    (tmp_path / "mapping" / "opportunities.sql").write_text("select 1")
    result = CliRunner().invoke(app, [str(raw), "--write", str(tmp_path / "mapping")])
    assert result.exit_code == 1
    assert (tmp_path / "mapping" / "opportunities.sql").read_text() == "select 1"


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("deal id,amount\nD1,5\n")
    (guess,) = guesses(tmp_path, load_contract())
    assert guess.table.name == "opportunities"
    assert guess.missing == ("stage", "created_date")
    assert "required: Business date the deal was opened." in guess.sql()


def test_a_folder_of_nothing_known_says_so(tmp_path: Path) -> None:
    (tmp_path / "colours.csv").write_text("colour\nred\n")
    assert CliRunner().invoke(app, [str(tmp_path)]).exit_code == 1


def test_a_database_is_looked_at(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "crm.duckdb") as connection:
        connection.execute("create table deals (deal_id varchar, stage varchar, created date)")
    said = explore(tmp_path / "crm.duckdb")
    assert "deals.parquet -> opportunities: 3 columns guessed" in said


@pytest.mark.parametrize(
    "folder", ["crm_shapes/dlt_salesforce", "crm_shapes/airbyte_salesforce/handmade"]
)
def test_salesforce_is_known_by_its_tables(folder: str, shared_data: Path) -> None:
    best = known_shapes(shared_data / folder, load_contract())[0]
    assert best.name == "mappings/salesforce"
    said = explore(shared_data / folder)
    assert f"MAPPING={best.name}" in said


def test_kpis_follow_from_the_tables_that_are_there() -> None:
    assert "win_rate" in computable_kpis(["opportunities"])
    assert "quota_attainment" not in computable_kpis(["opportunities"])
    assert "nps" in computable_kpis(["survey_responses"])
    assert computable_kpis([]) == []
