"""What a CRM can carry is counted from its mapping, and the README says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ops.landing.carried import CRMS, MAPPINGS, carried
from ops.landing.contract import load_contract

CONTRACT = load_contract()


@pytest.mark.parametrize("crm", CRMS)
def test_every_crm_carries_the_kpis_of_deals(crm: str) -> None:
    found = carried(MAPPINGS / crm, CONTRACT)
    assert {"opportunities", "opportunity_stage_history", "users", "quotas"} <= set(found.tables)
    assert {"win_rate", "bookings", "pipeline_velocity", "quota_attainment"} <= set(found.kpis)


def test_a_kpi_is_missed_for_the_table_or_column_that_it_lacks() -> None:
    """Pipedrive does not say whether a call was answered; no CRM keeps surveys."""
    found = carried(MAPPINGS / "pipedrive", CONTRACT)
    assert found.missing["survey_responses"] and "nps" in found.missing["survey_responses"]
    assert "calls_made" in found.kpis
    assert "call_connect_rate" in found.missing["calls"]
    assert not set(found.kpis) & {kpi for kpis in found.missing.values() for kpi in kpis}


def test_the_readme_says_what_is_counted(repository: Path) -> None:
    readme = (repository / "README.md").read_text()
    for folder, name in CRMS.items():
        found = carried(MAPPINGS / folder, CONTRACT)
        (row,) = re.findall(rf"^\| \[{name}\].*$", readme, re.MULTILINE)
        assert f"| {len(found.tables)} | {len(found.kpis)} |" in row, f"README: {row}"
