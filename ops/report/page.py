"""Writes the page: one HTML text that holds its data, its charts and everything they need."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from altair.utils import schemapi
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ops.report import charts
from ops.report.blocks import Figure, Section
from ops.report.context import Context
from ops.report.definitions import definitions, number_facts, sql_templates
from ops.report.reading import VALUE_COLUMNS, Value
from ops.report.sections import SECTIONS

HERE = Path(__file__).resolve().parent
VEGA = HERE / "assets" / "vega.js"


def write_page(context: Context) -> str:
    """The page of a context, as HTML."""
    # Checking every part of a chart against the schema takes longer than all else; a test does it.
    with schemapi.debug_mode(False):
        sections = [section for write in SECTIONS if (section := write(context)) is not None]
    script = Markup((HERE / "templates" / "page.js").read_text())
    vega = Markup(VEGA.read_text())
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            context=context,
            sections=sections,
            definitions=definitions(context),
            data=embedded(page_data(context, sections)),
            style=Markup((HERE / "templates" / "page.css").read_text()),
            script=script,
            vega=vega,
            policy=policy(str(vega), str(script)),
        )
    )


@cache
def environment() -> Environment:
    """The templates; every text is escaped, and a name that does not exist is an error."""
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def policy(*scripts: str) -> str:
    """The policy that lets the page's own scripts run and nothing be fetched.

    Vega compiles its expressions, which takes unsafe-eval, and sets styles on its marks.
    """
    sources = " ".join(f"'sha256-{digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {sources} 'unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def digest(script: str) -> str:
    """The digest of a script as a policy names it."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def page_data(context: Context, sections: list[Section]) -> dict[str, Any]:
    """The numbers on the page with their keys, the SQL behind them, and the charts."""
    figures: list[Figure] = [block for section in sections for block in section.blocks]
    return {
        "columns": VALUE_COLUMNS,
        "values": [record(value) for value in context.shown],
        "numbers": [number_facts(context, value) for value in context.shown],
        "sql": sql_templates(context),
        "charts": {figure.id: figure.spec for figure in figures if figure.spec},
        "config": charts.CONFIG,
    }


def record(value: Value) -> list[Any]:
    """A value as the page keeps it: the columns of kpi_values, in their order."""
    return [getattr(value, column) for column in VALUE_COLUMNS]


def embedded(data: dict[str, Any]) -> Markup:
    """The data as JSON that cannot end the script it stands in."""
    text = json.dumps(data, default=written, ensure_ascii=False, separators=(",", ":"))
    for mark, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        text = text.replace(mark, escaped)
    return Markup(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def written(cell: Any) -> str:
    """Dates as ISO texts."""
    if isinstance(cell, date | datetime):
        return cell.isoformat()
    raise TypeError(f"{type(cell).__name__} cannot stand in the page's data")
