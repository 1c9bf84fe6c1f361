"""What dbt calls `adapter`, for the linter: dispatch finds the macro written for DuckDB."""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, macro_name: str, macro_namespace: str | None = None) -> Any:
    """The macro that dbt would call on DuckDB."""
    return context.resolve(f"default__{macro_name}")
