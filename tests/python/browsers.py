"""A browser for the tests of pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def open_browser() -> Iterator[Any]:
    """A headless Chromium: SALES_KPI_BROWSER, one on the path, or Playwright's own."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    named = os.environ.get("SALES_KPI_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    with api.sync_playwright() as playwright:
        try:
            opened = playwright.chromium.launch(executable_path=named, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"no Chromium; install it, or name one in SALES_KPI_BROWSER: {error}")
        yield opened
        opened.close()
