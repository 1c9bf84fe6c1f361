"""The raw contract is read whole and refuses what landing could not work with."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ops.landing.contract import (
    CONTRACT_FILE,
    DATA_TYPES,
    LANDING_TABLES,
    ContractError,
    load_contract,
)


def written(folder: Path, tables: list[dict]) -> Path:
    """A contract file with the two tables of landing and these."""
    landing = [table_entry(name, ["load_id"]) for name in LANDING_TABLES]
    path = folder / "sources.yml"
    sources = [{"name": "crm", "tables": [*landing, *tables]}]
    path.write_text(yaml.safe_dump({"version": 2, "sources": sources}))
    return path


def table_entry(name: str, columns: list[str], key: list[str] | None = None) -> dict:
    return {
        "name": name,
        "config": {"meta": {"is_required": False, "key": columns[:1] if key is None else key}},
        "columns": [{"name": column, "data_type": "string"} for column in columns],
    }


def test_every_table_and_column_of_the_file_is_read() -> None:
    contract = load_contract()
    entries = yaml.safe_load(CONTRACT_FILE.read_text())["sources"][0]["tables"]
    assert list(contract.tables) == [entry["name"] for entry in entries]
    for entry in entries:
        table = contract.tables[entry["name"]]
        names = [column["name"] for column in entry["columns"]]
        required = [
            column["name"]
            for column in entry["columns"]
            if column.get("config", {}).get("meta", {}).get("is_required")
        ]
        assert list(table.column_names) == names
        assert list(table.required_columns) == required
        assert list(table.key) == entry["config"]["meta"]["key"]
        assert {column.data_type for column in table.columns} <= DATA_TYPES


def test_no_table_is_required_for_companies_of_subscriptions_or_surveys_build_too() -> None:
    contract = load_contract()
    assert not [table.name for table in contract.tables.values() if table.is_required]
    assert {"opportunity_id", "stage", "created_date"} == set(
        contract.tables["opportunities"].required_columns
    )


def test_landing_writes_two_tables_and_the_rest_is_deliverable() -> None:
    contract = load_contract()
    assert set(contract.tables) - set(contract.deliverable) == set(LANDING_TABLES)


def test_a_column_is_found_by_name() -> None:
    column = load_contract().tables["opportunities"].column("created_date")
    assert (column.data_type, column.is_required) == ("date", True)
    with pytest.raises(KeyError, match="opportunities.nothing"):
        load_contract().tables["opportunities"].column("nothing")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (table_entry('deals"; drop', ["deal_id"]), "cannot be the name of a table"),
        (table_entry("deals", ["deal id"]), "cannot be the name of a column"),
        (table_entry("deals", ["deal_id", "deal_id"]), "has column deal_id twice"),
        (table_entry("deals", ["deal_id"], ["other_id"]), "other_id is not one of them"),
        (table_entry("deals", ["deal_id"], []), "needs a key"),
        (table_entry("deals", [], ["deal_id"]), "has no columns"),
        (table_entry("loads", ["load_id"]), "stands there twice"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, entry: dict, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        load_contract(written(tmp_path, [entry]))


def test_an_unknown_type_is_refused(tmp_path: Path) -> None:
    entry = table_entry("deals", ["deal_id"])
    entry["columns"][0]["data_type"] = "money"
    with pytest.raises(ContractError, match="deals.deal_id has data_type money"):
        load_contract(written(tmp_path, [entry]))


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="is missing"):
        load_contract(tmp_path / "nothing.yml")
    broken = tmp_path / "broken.yml"
    broken.write_text("sources: [")
    with pytest.raises(ContractError, match="not valid YAML"):
        load_contract(broken)
    broken.write_text("sources: []")
    with pytest.raises(ContractError, match="exactly one source called crm"):
        load_contract(broken)
