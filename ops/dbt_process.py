"""How the commands start dbt: in this Python environment, on this project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ops.warehouse import PROJECT


def dbt_command(*arguments: str) -> list[str]:
    """dbt, in this Python environment and on this project."""
    start = "from dbt.cli.main import cli; cli()"
    return [sys.executable, "-c", start, *arguments, "--project-dir", str(PROJECT)]


def dbt_environment(database: Path | None = None) -> dict[str, str]:
    """This process's environment, with the working file that dbt is to build in if there is one."""
    environment = {**os.environ, "DBT_PROFILES_DIR": str(PROJECT)}
    if database is not None:
        environment["SALES_KPI_DATABASE"] = str(database.resolve())
    return environment
