"""Searches random companies for one whose published values the oracle does not confirm."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure

from .companies import RawCompany, companies
from .company import Company
from .comparison import Comparison, Facts, read_facts, read_published
from .everything import compute
from .failures import unit_test_of
from .ledger import ledger_differences
from .reading import Tables, read_folder
from .values import Key
from .warehouse import Project, Warehouse

SHOWN = 8
SHRINKING_SECONDS = 120
"""Time to look for a smaller company that disagrees, too."""


class Disagreement(AssertionError):
    """The warehouse and the oracle have different values for a company."""


@dataclass
class Checker:
    """Builds companies in one warehouse in memory and compares them with the oracle."""

    project: Project
    seeds: Tables
    warehouse: Warehouse = field(init=False)

    def __post_init__(self) -> None:
        self.warehouse = Warehouse(self.project)

    @classmethod
    def of(cls, project: Project, repository: Path) -> Checker:
        """A checker with the reference seeds of a repository."""
        return cls(project, read_folder(repository / "seeds" / "reference"))

    def compare(self, raw: RawCompany) -> Comparison:
        """The published values of a company beside those of the oracle."""
        reference = raw.reference(self.seeds)
        self.warehouse.build(raw.tables, reference)
        company = Company(raw.tables, reference)
        ledger = self.ledger_differences(company)
        return Comparison(company, compute(company), self.published(), self.facts, ledger)

    def ledger_differences(self, company: Company) -> dict[Key, str]:
        """What is wrong with the pipeline ledger that now stands in the warehouse."""
        return ledger_differences(company, self.warehouse.connection)

    def published(self) -> dict:
        """Rows of kpi_values as they now stand in the warehouse."""
        return read_published(self.warehouse.connection)

    @property
    def facts(self) -> dict[str, Facts]:
        """The catalogue as it now stands in the warehouse."""
        return read_facts(self.warehouse.connection)


def each_company(
    count: int, check: Callable[[RawCompany], None], number: int | None, shrink: bool
) -> None:
    """Calls `check` with so many random companies.

    `number` seeds them; None gives the same companies every time. An exception of `check` ends
    the search; with `shrink` it is raised for the smallest company that raises one.
    """

    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=number is None,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(companies())
    def run(raw: RawCompany) -> None:
        check(raw)

    (run if number is None else seed(number)(run))()


def search(
    checker: Checker,
    count: int,
    number: int | None = None,
    on_company: Callable[[Comparison], None] = lambda comparison: None,
    shrinking_seconds: float = SHRINKING_SECONDS,
) -> None:
    """Compares so many random companies; `on_company` is told of each that agrees.

    Raises Disagreement that shows the smallest company found within `shrinking_seconds`, its raw
    rows and a dbt unit test.
    """
    smallest: list[RawCompany] = []
    began = 0.0

    def check(raw: RawCompany) -> None:
        nonlocal began
        if smallest and raw == smallest[0]:
            raise Disagreement
        if smallest and time.monotonic() - began > shrinking_seconds:
            # Out of time: whatever is smaller passes, so that the search ends with what it has.
            return
        comparison = checker.compare(raw)
        if comparison.differences:
            began = began or time.monotonic()
            smallest[:] = [raw]
            raise Disagreement
        on_company(comparison)

    try:
        each_company(count, check, number, shrink=True)
    except (Disagreement, FlakyFailure):
        # A company that disagreed and was passed over when time was up looks flaky.
        (raw,) = smallest
        raise Disagreement(described(checker, raw, checker.compare(raw))) from None


def described(checker: Checker, raw: RawCompany, comparison: Comparison) -> str:
    """A company that disagrees: the first differences, the raw rows, and a dbt unit test."""
    differences = comparison.differences
    lines = [
        f"{each.kpi_id} {each.part} {each.grain} {each.start} {each.dimension} {each.member}: "
        f"{difference}"
        for each, difference in list(differences.items())[:SHOWN]
    ]
    more = len(differences) - len(lines)
    if more:
        lines.append(f"and {more} more")
    return "\n".join(
        [
            "The warehouse and the oracle disagree:",
            *(f"  {line}" for line in lines),
            "Raw rows of the company:",
            *(f"  {line}" for line in str(raw).splitlines()),
            "As a dbt unit test:",
            unit_test_of(checker.project, checker.warehouse.connection, comparison),
        ]
    )
