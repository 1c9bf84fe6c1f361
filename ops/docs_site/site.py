"""Writes the pages of the site from the published file and the project."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ops.docs_site.examples import Example, read_example
from ops.docs_site.project import Model, Mutants, Project, Test
from ops.report.definitions import definition_text, facts
from ops.report.formats import counted, short, words
from ops.report.reading import Kpi, Publication, Published, Row, read_catalogue, read_publication
from ops.warehouse import progress

HERE = Path(__file__).resolve().parent
REPORT_STYLE = HERE.parent / "report" / "templates" / "page.css"
STAGES = ("awareness", "consideration", "decision", "retention", "enablement")
MOST_MUTANTS = 5
Checks = dict[str, list[dict[str, Any]]]
"""What came of each check, by gate."""
ADDITIVITY = {
    "A": "over periods and over members",
    "S": "over members, not over time",
    "D": "over time, not over members",
    "N": "not at all: take the published total",
}


@dataclass(frozen=True)
class KpiPage:
    """All that the page of a KPI shows."""

    kpi: Kpi
    text: Markup
    facts: tuple[tuple[str, str], ...]
    variants: tuple[Kpi, ...]
    example: Example | None
    models: tuple[Model, ...]
    tests: tuple[Test, ...]
    oracle: tuple[str, ...]
    mutants: Mutants | None
    benchmarks: tuple[Row, ...]


def write_site(published: Published, project: Project, folder: Path, checks: Checks) -> int:
    """Writes the pages to a folder, which exists; how many KPIs have one."""
    publication = read_publication(published)
    catalogue = read_catalogue(published)
    additivity = {
        row["kpi_id"]: row["additivity"]
        for row in published.rows("select kpi_id, additivity from kpis.kpi_catalog")
    }
    shared = {"publication": publication, "words": words, "counted": counted}
    (folder / "kpis").mkdir()
    (folder / "site.css").write_text(
        REPORT_STYLE.read_text() + (HERE / "templates" / "site.css").read_text()
    )
    (folder / "site.js").write_text((HERE / "templates" / "site.js").read_text())
    for kpi in progress(list(catalogue.values()), "pages"):
        page = read_page(published, publication, project, catalogue, kpi, additivity[kpi.kpi_id])
        write(
            folder / "kpis" / f"{kpi.kpi_id}.html", "kpi.html.j2", root="../", page=page, **shared
        )
    reports = [
        project.model(relation.partition(".")[2])
        for relation in sorted(published.columns)
        if relation.startswith("reports.")
    ]
    write(folder / "reports.html", "reports.html.j2", root="", reports=reports, **shared)
    write(folder / "checks.html", "checks.html.j2", root="", gates=checks, **shared)
    write(
        folder / "index.html",
        "index.html.j2",
        root="",
        stages=[(stage, of_stage(catalogue, stage)) for stage in STAGES],
        kpis=catalogue,
        **shared,
    )
    return len(catalogue)


def of_stage(catalogue: dict[str, Kpi], stage: str) -> list[Kpi]:
    """The KPIs of a stage of the funnel, variants after their KPI."""
    return sorted(
        (kpi for kpi in catalogue.values() if kpi.funnel_stage == stage),
        key=lambda kpi: (base_of(kpi) != kpi.kpi_id, kpi.label.casefold()),
    )


def base_of(kpi: Kpi) -> str:
    """The id of the KPI that this one is a variant of, or its own."""
    return kpi.kpi_id.partition("__")[0]


def read_page(
    published: Published,
    publication: Publication,
    project: Project,
    catalogue: dict[str, Kpi],
    kpi: Kpi,
    additivity: str,
) -> KpiPage:
    """Gathers what the page of a KPI shows."""
    models = project.made_from(kpi.model)
    mutants = project.mutants_of(models)
    if mutants is not None:
        mutants.examples = mutants.examples[:MOST_MUTANTS]
    return KpiPage(
        kpi,
        definition_text(kpi.definition),
        (*facts(kpi), ("Adds up", ADDITIVITY[additivity])),
        tuple(
            each
            for each in catalogue.values()
            if base_of(each) == base_of(kpi) and each.kpi_id != kpi.kpi_id
        ),
        read_example(published, publication, kpi),
        tuple(models),
        tuple(project.tests_of(models)),
        tuple(project.oracle_files(kpi.kpi_id)),
        mutants,
        tuple(read_benchmarks(published, publication, kpi)),
    )


def read_benchmarks(published: Published, publication: Publication, kpi: Kpi) -> list[Row]:
    """What others report of the KPI, with the source."""
    rows = published.rows(
        """
        select low, mid, high, segment, population, published_year, source, tier
        from marts.dim_benchmarks
        where kpi_id = ?
        order by segment nulls first, source, benchmark_id
        """,
        [kpi.kpi_id],
    )
    for row in rows:
        ends = [row[end] for end in ("low", "mid", "high") if row[end] is not None]
        row["amount"] = " / ".join(short(end, kpi.unit, publication.currency) for end in ends)
    return rows


def write(file: Path, template: str, **names: Any) -> None:
    """Writes a page from its template."""
    file.write_text(environment().get_template(template).render(**names), encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates; every text is escaped, and a name that does not exist is an error."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["groupby_keys"] = groupby_keys
    return made


def groupby_keys(rows: list[Row], *keys: str) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """The rows by what they hold under the keys, in the order of their first row."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[key] for key in keys), []).append(row)
    return list(groups.items())
