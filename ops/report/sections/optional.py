"""What sections ask of reports that a published file may or may not hold."""

from __future__ import annotations

from collections.abc import Sequence

from ops.report.blocks import Figure
from ops.report.context import Context
from ops.report.reading import Row
from ops.warehouse import literal


def found(context: Context, relation: str, columns: Sequence[str], sql: str) -> list[Row]:
    """The rows of a report; none where the file does not hold it with these columns."""
    return context.published.rows(sql) if context.published.has(relation, *columns) else []


def kept(*figures: Figure | None) -> list[Figure]:
    """The figures that there are."""
    return [figure for figure in figures if figure is not None]


def of_scope(context: Context, alias: str = "") -> str:
    """The condition that keeps the rows of the page's slice."""
    before = f"{alias}." if alias else ""
    return (
        f"{before}dimension = {literal(context.scope.dimension)}"
        f" and {before}dimension_id = {literal(context.scope.dimension_id)}"
    )


def of_people(context: Context, relation: str, alias: str) -> str | None:
    """The condition that keeps records of the page's people today; None where none can be told."""
    scope = context.scope
    if scope.is_total:
        return "true"
    column = {"rep": "owner_id"}.get(scope.dimension, f"{scope.dimension}_id")
    if not context.published.has(relation, column):
        return None
    if scope.dimension == "team":
        return (
            f"{alias}.team_id in (\n"
            "        select team_id from marts.dim_team_closure\n"
            f"        where ancestor_team_id = {literal(scope.dimension_id)}"
            " and valid_to is null\n    )"
        )
    return f"{alias}.{column} = {literal(scope.dimension_id)}"
