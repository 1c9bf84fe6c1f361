"""Random small companies: every published KPI value equals the oracle's."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from oracle.companies import RawCompany, deals_company, forecasting_company
from oracle.comparison import Comparison
from oracle.everything import missing_recomputations
from oracle.planted import FORECAST_ERRORS, PLANTED_ERRORS, PlantedError
from oracle.search import Checker, Disagreement, search
from oracle.warehouse import Project

COMPANIES = 15
"""Some two minutes, and the same companies each time: a failure is then the fault of the change
at hand. SALES_KPI_COMPANIES draws as many new ones, from SALES_KPI_SEED if it is given."""
MOST_COMPANIES = 60
"""As many companies a planted error may take to be found."""


@pytest.fixture(scope="module")
def checker(project: Project, repository: Path) -> Checker:
    """A warehouse in memory and the oracle."""
    return Checker.of(project, repository)


def test_every_shipped_kpi_has_an_oracle(project: Project) -> None:
    """A KPI that no function recomputes is named, with what to add."""
    missing = missing_recomputations(project.kpis)
    if missing:
        pytest.fail(missing, pytrace=False)


def test_a_kpi_without_an_oracle_is_named(project: Project) -> None:
    """The sentence says which KPI it is and where its function belongs."""
    sentence = missing_recomputations([*project.kpis, "deals_per_moon"])
    assert sentence is not None
    assert "recomputes deals_per_moon" in sentence
    assert '@recomputes("deals_per_moon")' in sentence


def test_random_companies_equal_the_oracle(
    checker: Checker, summary: Callable[[str], None]
) -> None:
    """Numerator, denominator, value and sample size of every KPI, period and slice are equal, and
    so is every line of the pipeline ledger, which leaves nothing unexplained."""
    asked = os.environ.get("SALES_KPI_COMPANIES")
    number = None
    if asked:
        number = int(os.environ.get("SALES_KPI_SEED", int.from_bytes(os.urandom(4))))
    equal: list[int] = []

    def count(comparison: Comparison) -> None:
        equal.append(comparison.equal_count)

    try:
        search(checker, int(asked or COMPANIES), number, count)
    except Disagreement as disagreement:
        note = "" if number is None else f"\nAgain with SALES_KPI_SEED={number}."
        pytest.fail(f"{disagreement}{note}", pytrace=False)
    drawn = "" if number is None else f", seed {number}"
    summary(f"random companies: {len(equal)} equal, {sum(equal):,} values{drawn}")


def test_planted_errors_are_found(checker: Checker, summary: Callable[[str], None]) -> None:
    """Each wrong formula gives wrong values in one of sixty companies.

    Each is planted in the company that found it before; only what that misses is searched for.
    """
    codes = {error: error.code(checker.project) for error in PLANTED_ERRORS}
    left = list(PLANTED_ERRORS)

    def look(seed: int, tried: Sequence[PlantedError]) -> None:
        for error in found_in(checker, deals_company(seed), tried, codes) if tried else ():
            left.remove(error)
            if error.found_by != seed:
                summary(f"now found_by={seed}: {error.name}")

    for seed in sorted({error.found_by for error in PLANTED_ERRORS}):
        look(seed, [error for error in left if error.found_by == seed])
    for seed in range(1, MOST_COMPANIES + 1):
        look(seed, left)
    missed = ", ".join(error.name for error in left)
    assert not missed, f"not found in {MOST_COMPANIES} companies: {missed}"
    summary(f"planted errors: {len(PLANTED_ERRORS)} found")


def test_planted_errors_of_forecasts_are_found(checker: Checker) -> None:
    """The call that counts is the last before the deadline, and too high is above 0."""
    codes = {error: error.code(checker.project) for error in FORECAST_ERRORS}
    found = found_in(checker, forecasting_company(), FORECAST_ERRORS, codes)
    assert found == list(FORECAST_ERRORS)


def found_in(
    checker: Checker,
    raw: RawCompany,
    errors: Sequence[PlantedError],
    codes: Mapping[PlantedError, str],
) -> list[PlantedError]:
    """The errors that give a company values the oracle does not confirm."""
    comparison = checker.compare(raw)
    assert not comparison.differences
    found = []
    for error in errors:
        if not checker.warehouse.differs(error.model, codes[error]):
            continue
        touched = checker.project.after((error.model,))
        checker.warehouse.run(touched, {error.model: codes[error]})
        wrong = Comparison(
            comparison.company, comparison.computed, checker.published(), comparison.facts
        )
        is_wrong = any(wrong.difference(each) for keys in wrong.by_kpi.values() for each in keys)
        if is_wrong or checker.ledger_differences(comparison.company):
            found.append(error)
        checker.warehouse.run(touched)
    return found


def test_a_planted_error_must_stand_in_the_sql_once(project: Project) -> None:
    """Text that a model no longer holds is an error, not a formula that passes."""
    with pytest.raises(ValueError, match="0 times, not once"):
        PlantedError("gone", "closed_deals", "no such text", "").code(project)
    with pytest.raises(ValueError, match="times, not once"):
        PlantedError("everywhere", "closed_deals", "select", "").code(project)
