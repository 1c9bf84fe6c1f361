"""The exposures name the models that the report and each dashboard read, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from ops.dashboards.source import charts_of, read_source

READ = re.compile(r"\b(?:marts|kpis|reports|quality)\.(\w+)")


@pytest.fixture(scope="module")
def exposures(repository: Path) -> dict[str, set[str]]:
    """The models that each exposure names."""
    content = yaml.safe_load((repository / "models" / "exposures.yml").read_text())
    return {
        exposure["name"]: {re.search(r"'(\w+)'", ref).group(1) for ref in exposure["depends_on"]}
        for exposure in content["exposures"]
    }


@pytest.fixture(scope="module")
def models(repository: Path) -> set[str]:
    return {path.stem for path in (repository / "models").rglob("*.sql")}


def test_the_report_reads_what_its_exposure_names(
    repository: Path, exposures: dict[str, set[str]], models: set[str]
) -> None:
    code = "\n".join(path.read_text() for path in (repository / "ops" / "report").rglob("*.py"))
    assert exposures["sales_report"] == set(READ.findall(code)) & models


def test_every_dashboard_reads_what_its_exposure_names(
    exposures: dict[str, set[str]], models: set[str]
) -> None:
    source = read_source()
    read = {
        f"{slug}_dashboard": {
            model
            for chart in charts_of(dashboard)
            for model in READ.findall(
                source.datasets[source.charts[chart]["dataset_uuid"]].get("sql") or ""
            )
            if model in models
        }
        for slug, dashboard in source.dashboards.items()
    }
    named = {name: refs for name, refs in exposures.items() if name != "sales_report"}
    assert named == read
