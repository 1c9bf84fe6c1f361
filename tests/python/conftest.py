"""Fixtures that all tests of the operations share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_data(repository: Path) -> Path:
    """The folder of public data sets, named by SALES_KPI_SHARED_DATA or beside the repository."""
    beside = repository.parent / "shared" / "data"
    folder = Path(os.environ.get("SALES_KPI_SHARED_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not at {folder}; name them in SALES_KPI_SHARED_DATA")
    return folder
