"""The definition of every KPI, and the SQL behind the numbers that the page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from ops.report import drill
from ops.report.context import STATUS_WORDS, Context, dimension_word, part_text
from ops.report.formats import NO_VALUE, exact, words
from ops.report.reading import Kpi, Value

STATUS_TEXTS = {
    "on_target": "on target",
    "off_target": "off target",
    "running": "the period still runs",
    "no_target": "no target",
}


@dataclass(frozen=True)
class Definition:
    """A KPI as the page defines it."""

    kpi: Kpi
    text: Markup
    facts: tuple[tuple[str, str], ...]


def definitions(context: Context) -> list[Definition]:
    """Every KPI of the catalogue, by its name."""
    ordered = sorted(context.catalogue.values(), key=lambda kpi: kpi.label.casefold())
    return [Definition(kpi, definition_text(kpi.definition), facts(kpi)) for kpi in ordered]


def definition_text(text: str) -> Markup:
    """The text as paragraphs, with **bold** words; all else is shown as it is written."""
    paragraphs = [str(escape(line.strip())) for line in text.splitlines() if line.strip()]
    bold = [re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", each) for each in paragraphs]
    return Markup("".join(f"<p>{each}</p>" for each in bold))


def facts(kpi: Kpi) -> tuple[tuple[str, str], ...]:
    """What else there is to know of a KPI, as pairs of words and texts."""
    pairs = (
        ("Formula", kpi.formula),
        ("Counted by", kpi.anchor),
        (
            "Better is",
            {"context": "neither", "zero": "nearer to zero"}.get(kpi.direction, kpi.direction),
        ),
        ("Slices", ", ".join(dimension_word(each) for each in kpi.valid_dimensions.split(", "))),
        ("Periods", words(kpi.valid_grains)),
        ("Interval", None if kpi.interval_method == "none" else f"95 %, {kpi.interval_method}"),
        ("Objective", kpi.objective),
        ("Owner", words(kpi.owner)),
        ("Misses", kpi.missing_inputs),
        ("Id, model", f"{kpi.kpi_id}, kpis.{kpi.model}"),
    )
    return tuple((name, text) for name, text in pairs if text)


def sql_templates(context: Context) -> dict[str, dict[str, Any]]:
    """For each KPI with a number on the page: the SQL of the number, its parts and its rows."""
    shown: dict[str, set[str]] = {}
    for value in context.shown:
        shown.setdefault(value.kpi_id, set()).add(value.dimension)
    templates: dict[str, dict[str, Any]] = {}
    for kpi_id, dimensions in sorted(shown.items()):
        kpi = context.catalogue[kpi_id]
        rows = {
            dimension: template
            for dimension in sorted(dimensions)
            if (template := drill.rows_template(kpi, dimension, context.published))
        }
        templates[kpi_id] = {
            "value": drill.value_template(kpi),
            "parts": drill.family_template(kpi, context.published),
            "rows": rows,
        }
    return templates


def number_facts(context: Context, value: Value) -> dict[str, Any]:
    """What the page says of a number when it is asked: texts only, written as everywhere else."""
    pairs = [
        ("Sample", f"{value.sample_size:,}" if value.sample_size is not None else None),
        ("95 % interval", context.interval(value)),
        ("Period before", amount(context, value, value.prior_value)),
        ("Year before", amount(context, value, value.prior_year_value)),
        ("Target", amount(context, value, value.target_value)),
        ("Benchmark", amount(context, value, value.benchmark_value)),
        ("Status", STATUS_TEXTS.get(value.status or "")),
        ("Measured at", value.measured_at.isoformat() if value.measured_at else None),
        ("Still open", f"{value.open_share * 100:.0f} %" if value.open_share else None),
        ("Read with care", STATUS_WORDS.get(value.value_status)),
        ("Small sample", "yes" if value.is_small_sample else None),
    ]
    if value.denominator is not None:
        made_of = " / ".join(
            NO_VALUE if each is None else exact(each)
            for each in (value.numerator, value.denominator)
        )
        pairs.insert(0, ("Numerator / denominator", made_of))
    member = context.scope.label if value.dimension == "total" else value.dimension_value
    if value.part != "all":
        member = f"{member}, {part_text(value)}"
    return {
        "text": context.full(value.kpi_id, value.value),
        "where": f"{member}, {context.period_of(value)}",
        "facts": [pair for pair in pairs if pair[1]],
    }


def amount(context: Context, value: Value, number: float | None) -> str | None:
    """An amount in the unit of a value; None where there is none."""
    return None if number is None else context.short(value.kpi_id, number)
