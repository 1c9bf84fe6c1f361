"""The macro survival_median against statsmodels: medians of Kaplan and Meier, shares of Aalen and
Johansen."""

from __future__ import annotations

import random
from typing import NamedTuple

import duckdb
import pytest
from oracle.warehouse import Project

from ops.mutation.calls import MacroCalls

survfunc = pytest.importorskip("statsmodels.duration.survfunc")

SAMPLES = 100
HORIZON = 12


class Wait(NamedTuple):
    """How long a record waited, and how that ended: 0 not yet, 1 won, 2 lost."""

    days: int
    end: int


def samples() -> list[list[Wait]]:
    """The same random samples each time: few records and many, with many ties."""
    draw = random.Random(20261127)
    found = []
    for number in range(SAMPLES):
        size = draw.choice((1, 2, 3, 5, 8, 20, 60))
        longest = draw.choice((3, 10, 40))
        ends = draw.choice(((0, 1, 2), (0, 0, 0, 1), (1, 2), (0, 0, 1, 1, 2), (number % 3,)))
        found.append([Wait(draw.randint(0, longest), draw.choice(ends)) for _ in range(size)])
    return found


@pytest.fixture(scope="module")
def measured(project: Project) -> dict[int, tuple[int | None, float | None]]:
    """Median and share of each sample by the macro; every sample is a region of one month."""
    macros = {
        record["name"]: record
        for record in project.manifest["macros"].values()
        if record["package_name"] == "sales_kpis"
    }
    sql = MacroCalls(macros, {}).context["survival_median"](
        "records",
        "event_date",
        ["region"],
        "waited",
        "is_over",
        event="is_won",
        by_wait=("horizons", "last_day"),
        relations={"period_dates": "period_dates", "team_closure": "team_closure"},
    )
    rows = ", ".join(
        f"('{number}', {wait.days}, {int(wait.end > 0)}, {int(wait.end == 1)})"
        for number, waits in enumerate(samples())
        for wait in waits
    )
    with duckdb.connect() as connection:
        connection.execute(f"create table horizons as select {HORIZON} as last_day")
        connection.execute(
            "create table records as select region_id, waited, is_over, is_won, 't' as team_id, "
            f"date '2025-01-05' as event_date from (values {rows}) "
            "as records (region_id, waited, is_over, is_won)"
        )
        connection.execute(
            "create table period_dates as select date '2025-01-05' as date_day, "
            "'month' as period_grain, date '2025-01-01' as period_start"
        )
        connection.execute(
            "create table team_closure as select 't' as team_id, 't' as ancestor_team_id, "
            "date '2025-01-01' as valid_from, cast(null as date) as valid_to"
        )
        found = connection.execute(
            "select dimension_id, median_wait, event_incidence "
            f"from ({sql}) as measured where dimension = 'region'"
        ).fetchall()
    return {int(number): (median, share) for number, median, share in found}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("number", range(SAMPLES))
def test_medians_and_shares_are_those_of_statsmodels(
    measured: dict[int, tuple[int | None, float | None]], number: int
) -> None:
    """The first time at which at most half still wait, and the share won by then."""
    waits = samples()[number]
    days, ends = [wait.days for wait in waits], [wait.end for wait in waits]
    median, share = measured[number]
    expected = None
    if any(ends):
        curve = survfunc.SurvfuncRight(days, [int(end > 0) for end in ends])
        below = [
            time
            for time, left in zip(curve.surv_times, curve.surv_prob, strict=True)
            if left <= 0.5 + 1e-9
        ]
        expected = min(below, default=None)
    assert median == expected
    is_followed = max(days) >= HORIZON or all(
        end for day, end in zip(days, ends, strict=True) if day == max(days)
    )
    if not is_followed:
        assert share is None
    elif 1 not in ends:
        assert share == 0
    else:
        curves = survfunc.CumIncidenceRight(days, ends)
        won = [
            rate for time, rate in zip(curves.times, curves.cinc[0], strict=True) if time <= HORIZON
        ]
        assert share == pytest.approx(max(won, default=0), abs=1e-9)
