"""The page on one's own data says what the code does, because it is printed from it."""

from __future__ import annotations

from ops.landing.catalogue import SUBSTITUTES, kpi_inputs, kpis_of_tables, staged_tables
from ops.landing.contract import load_contract
from ops.landing.document import document
from ops.landing.load import read_manifest
from ops.landing.mapping import _OPTION_KEYS
from ops.landing.settings import parameters
from ops.warehouse import PROJECT

CONTRACT = load_contract()
# What these need is what the KPI needs that they compare.
COMPARISONS = ("benchmark_gap", "performance_gap", "trend_slope")


def test_the_page_is_what_the_command_prints() -> None:
    page = (PROJECT / "docs" / "your_data.md").read_text(encoding="utf-8")
    assert page == document(CONTRACT), "run: python -m ops contract > docs/your_data.md"


def test_every_key_of_every_file_is_on_the_page() -> None:
    page = document(CONTRACT)
    keys = [*_OPTION_KEYS, *parameters(), "as_of", "coverage_from", "extracted_at", "extends"]
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert [name for name in CONTRACT.deliverable if f"`{name}`" not in page] == []
    assert read_manifest.__doc__


def test_inputs_of_kpis_are_tables_and_columns_of_the_contract() -> None:
    assert set(kpis_of_tables()) <= set(CONTRACT.deliverable)
    assert set(kpis_of_tables()) <= staged_tables()
    for kpi, inputs in kpi_inputs().items():
        assert inputs or kpi in COMPARISONS, f"{kpi} names no input"
        for each in inputs:
            table, _, column = each.partition(".")
            for source in SUBSTITUTES.get(table, (table,)):
                known = ("", *CONTRACT.tables[source].column_names)
                assert column in known, f"{kpi} needs {each}, which the raw contract does not have"
