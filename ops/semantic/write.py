"""Writes the semantic models and metrics of the semantic layer from the KPIs of the catalogue.

    python -m ops semantic

A KPI is a metric where it is a sum or a percentile of a column of its event's records, or a sum
divided by another: `semantic/models` names the columns that the models define, and no formula is
written twice. What cannot be read from the models stands in `semantic/metrics.yml`, with the reason
why a KPI is no metric.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from ops.semantic.events import Event, read_balance, read_event
from ops.warehouse import MANIFEST, PROJECT, WarehouseError, stop

SEMANTIC = PROJECT / "semantic"
SUMMED = ("sum", "balance", "ratio", "mean")
BALANCE_MONTH = "balance_month"
STUB = """\
-- A relation of the published file, read as it stands; nothing is built here.
select * from {{ this }}
"""


@dataclass(frozen=True)
class Kpi:
    """What a metric says of its KPI; numerator and denominator are columns of the family."""

    id: str
    label: str
    definition: str
    unit: str
    method: str
    numerator: str
    denominator: str | None

    @property
    def metric(self) -> str:
        """The id as a name that MetricFlow allows: it keeps two underscores for itself."""
        return self.id.replace("__", "_")


@dataclass(frozen=True)
class Choices:
    """What semantic/metrics.yml says."""

    sums: dict[str, str]
    balances: dict[str, str]
    """Family of balances to the model that slices their records."""
    positive_bases: list[str]
    """KPIs that divide by nothing below zero."""
    reasons: dict[str, str]
    """KPI to the reason why it is no metric."""


@dataclass
class Metrics:
    """The metrics over one event."""

    event: Event
    node: dict[str, Any]
    positive_bases: list[str]
    sums: dict[str, str] = field(default_factory=dict)
    """Column of the records to the metric that sums it."""
    kpis: list[tuple[Kpi, str, str | None]] = field(default_factory=list)
    """KPIs with the columns of their numerator and denominator."""
    percentiles: list[tuple[Kpi, str, float]] = field(default_factory=list)
    """KPIs that are a percentile of a column."""


def read_nodes(manifest: Path = MANIFEST) -> dict[str, dict[str, Any]]:
    """The models that dbt knows, by name."""
    try:
        nodes = json.loads(manifest.read_text())["nodes"].values()
    except (OSError, ValueError, KeyError) as error:
        raise WarehouseError(
            f"{manifest}: no readable dbt manifest; run dbt parse first"
        ) from error
    return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


def read_choices(file: Path = SEMANTIC / "metrics.yml") -> Choices:
    """What is said by hand of the metrics."""
    said = yaml.safe_load(file.read_text())
    reasons = {kpi: each["reason"] for each in said["not_metrics"] for kpi in each["kpis"]}
    return Choices(said["sums"], said["balances"], said["positive_bases"], reasons)


def kpis_of(family: dict[str, Any]) -> Iterator[Kpi]:
    """The KPIs of a family model, with what its meta says of them."""
    shared = family["config"]["meta"].get("family", {})
    for column in family["columns"].values():
        said = column["config"]["meta"].get("kpi")
        if said is None:
            continue
        facts = {**shared, **said}
        denominator = facts.get("denominator")
        kpi_id = facts.get("id", column["name"])
        yield Kpi(
            id=kpi_id,
            label=facts.get("label", column["name"].replace("_", " ").capitalize()),
            definition=column["doc_blocks"][0].split(".")[-1],
            unit=facts.get("unit", "ratio"),
            method=facts.get("method", "ratio" if denominator else "sum"),
            numerator=facts.get("numerator", column["name"]),
            denominator=denominator,
        )


def gather(nodes: dict[str, dict[str, Any]], choices: Choices) -> list[Metrics]:
    """The metrics of every event, in the order of their names.

    Raises WarehouseError for a KPI that is no metric without a reason, or for a reason of no KPI.
    """
    found: dict[str, Metrics] = {}
    unexplained, known = [], set()
    for name, family in sorted(nodes.items()):
        kpis = list(kpis_of(family))
        if not kpis:
            continue
        known |= {kpi.id for kpi in kpis}
        if name in choices.balances:
            event = read_balance(nodes[choices.balances[name]]["raw_code"])
        else:
            event = read_event(family["raw_code"])
        columns = nodes[event.model]["columns"] if event else {}
        for kpi in kpis:
            if kpi.id in choices.reasons:
                continue
            if event and kpi.numerator in event.percentiles:
                metrics = found.setdefault(
                    event.model, Metrics(event, nodes[event.model], choices.positive_bases)
                )
                metrics.percentiles.append((kpi, *event.percentiles[kpi.numerator]))
                continue
            numerator, denominator = (
                choices.sums.get(f"{name}.{column}", column)
                for column in (kpi.numerator, kpi.denominator)
            )
            parts = [part for part in (numerator, denominator) if part is not None]
            if event is None or kpi.method not in SUMMED or not set(parts) <= set(columns):
                unexplained.append(kpi.id)
                continue
            metrics = found.setdefault(
                event.model, Metrics(event, nodes[event.model], choices.positive_bases)
            )
            metrics.kpis.append((kpi, numerator, denominator))
    if unexplained:
        raise WarehouseError(
            f"semantic/metrics.yml: say why these KPIs are no metrics: {', '.join(unexplained)}"
        )
    if unknown := sorted(set(choices.reasons) - known):
        raise WarehouseError(f"semantic/metrics.yml: no such KPI: {', '.join(unknown)}")
    for metrics in found.values():
        name_sums(metrics)
    return [found[model] for model in sorted(found)]


def name_sums(metrics: Metrics) -> None:
    """Names the sum of every column that is read: as the KPI that it is, or by event and column."""
    for kpi, numerator, denominator in metrics.kpis:
        if denominator is None:
            metrics.sums[numerator] = kpi.metric
    for _, numerator, denominator in metrics.kpis:
        for column in (numerator, denominator):
            if column is not None:
                metrics.sums.setdefault(column, f"{metrics.event.model}_{column}")


def document(metrics: Metrics) -> str:
    """The YAML of one event: its semantic model and its metrics."""
    event, columns = metrics.event, metrics.node["columns"]
    named = {numerator: kpi for kpi, numerator, denominator in metrics.kpis if denominator is None}
    lines = [
        "# Written by python -m ops semantic.",
        "version: 2",
        "",
        "models:",
        f"  - name: {event.model}",
        f"    description: {scalar(metrics.node['description'])}",
        "    semantic_model: true",
        f"    primary_entity: {event.model}",
        f"    agg_time_dimension: {BALANCE_MONTH if event.is_balance else event.date}",
        "    columns:",
    ]
    keys = [
        (column, f"entity: {{name: {name}, type: foreign}}")
        for name, column in event.slices.items()
    ]
    if not event.is_balance:
        keys.append(("team_id", "entity: {name: team, type: foreign}"))
    keys += [(part, "dimension: {type: categorical}") for part in event.parts]
    if not event.is_balance:
        keys.append((event.date, "granularity: day, dimension: {type: time}"))
    lines += [
        f"      - {{name: {column}, description: {scalar(columns[column]['description'])}, {role}}}"
        for column, role in keys
    ]
    if event.is_balance:
        # By the month, since balances of a week or a day are taken on other days.
        lines += [
            "    derived_semantics:",
            "      dimensions:",
            f"        - {{name: {BALANCE_MONTH}, type: time, granularity: month,",
            "           description: Month at the end of which the balance stands.,",
            f"           expr: {event.date} - 1}}",
        ]
    latest = f", non_additive_dimension: {{name: {BALANCE_MONTH}, window_agg: max}}"
    latest = latest if event.is_balance else ""
    lines.append("    metrics:")
    for column, name in metrics.sums.items():
        if column not in named:
            label = f"{sentence(column)} of {event.model.replace('_', ' ')}"
            meaning = scalar(columns[column]["description"])
            lines += [
                f"      - {{name: {name}, label: {label}, description: {meaning},",
                f"         type: simple, agg: sum, expr: {column}{latest}}}",
            ]
    for kpi, numerator, denominator in metrics.kpis:
        lines += heading(kpi)
        if denominator is None:
            lines += ["        type: simple", "        agg: sum", f"        expr: {numerator}"]
            lines += [f"        {latest.removeprefix(', ')}"] if latest else []
        elif kpi.id in metrics.positive_bases:
            parts = (metrics.sums[numerator], metrics.sums[denominator])
            lines += [
                "        type: derived",
                f"        expr: cast({parts[0]} as double) / nullif(greatest({parts[1]}, 0), 0)",
                f"        input_metrics: [{', '.join(parts)}]",
            ]
        else:
            lines += [
                "        type: ratio",
                f"        numerator: {metrics.sums[numerator]}",
                f"        denominator: {metrics.sums[denominator]}",
            ]
        lines.append(meta(kpi))
    for kpi, column, share in metrics.percentiles:
        is_decimal = columns[column]["data_type"].startswith("decimal")
        # MetricFlow takes the exact percentile where none of its types is named.
        lines += [
            *heading(kpi),
            "        type: simple",
            *(
                ["        agg: median"]
                if share == 0.5
                else ["        agg: percentile", f"        percentile: {share}"]
            ),
            f"        expr: {f'cast({column} as double)' if is_decimal else column}",
            meta(kpi),
        ]
    return "\n".join(lines) + "\n"


def heading(kpi: Kpi) -> list[str]:
    """The first lines of a KPI's metric: what it is called and what it means."""
    return [
        f"      - name: {kpi.metric}",
        f"        label: {scalar(kpi.label)}",
        f"""        description: '{{{{ doc("{kpi.definition}") }}}}'""",
    ]


def meta(kpi: Kpi) -> str:
    """The last line of a KPI's metric: its id in the catalogue and its unit."""
    return f"        config: {{meta: {{kpi_id: {kpi.id}, unit: {scalar(kpi.unit)}}}}}"


def sentence(name: str) -> str:
    """A name as the beginning of a sentence."""
    return name.replace("_", " ").capitalize()


def scalar(text: str) -> str:
    """Text as YAML reads it, quoted only where it has to be."""
    line = " ".join(text.split())
    plain = re.fullmatch(r"[A-Za-z][\w ./%()-]*", line)
    return line if plain else "'" + line.replace("'", "''") + "'"


def files(manifest: Path = MANIFEST) -> dict[str, str]:
    """What stands in semantic/models, by path: of each event its metrics and a model of no SQL."""
    written = {}
    for metrics in gather(read_nodes(manifest), read_choices()):
        path = f"{metrics.node['schema']}/{metrics.event.model}"
        written[f"{path}.yml"] = document(metrics)
        written[f"{path}.sql"] = STUB
    return written


app = typer.Typer(add_completion=False)


@app.command()
def main(
    manifest: Annotated[Path, typer.Option(help="dbt manifest of the project.")] = MANIFEST,
) -> None:
    """Write semantic/models anew from the KPIs of the catalogue."""
    try:
        written = files(manifest)
    except WarehouseError as error:
        stop(error)
    folder = SEMANTIC / "models"
    for schema in {path.split("/")[0] for path in written}:
        shutil.rmtree(folder / schema, ignore_errors=True)
        (folder / schema).mkdir(parents=True)
    for path, text in written.items():
        (folder / path).write_text(text)
    events = sum(path.endswith(".yml") for path in written)
    print(f"wrote the metrics of {events} events to {folder}")
