"""Which function of the oracle recomputes which KPI."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from .company import Company
from .values import Values

WindowStart = Callable[[Company, date], date]


@dataclass(frozen=True)
class Recomputation:
    """A function of the oracle, the KPIs it gives, where their window starts, whether they wait
    for the end of their period, and which of them earlier periods say nothing of."""

    compute: Callable[[Company], Values]
    kpi_ids: tuple[str, ...]
    window_start: WindowStart | None
    waits_for_end: bool
    without_earlier: tuple[str, ...]


RECOMPUTATIONS: list[Recomputation] = []


def recomputes(
    *kpi_ids: str,
    window_start: WindowStart | None = None,
    waits_for_end: bool = False,
    without_earlier: tuple[str, ...] = (),
) -> Callable[[Callable[[Company], Values]], Callable[[Company], Values]]:
    """Register a function as the recomputation of some KPIs.

    `window_start` gives the first day a value measured on a day looks at, for KPIs that look
    back beyond their period; a value is withheld when that day is not covered (F8).
    `waits_for_end` is true of KPIs that have no value while their period runs (F49);
    `without_earlier` names those beside which no value of an earlier period stands (F5).
    """

    def register(compute: Callable[[Company], Values]) -> Callable[[Company], Values]:
        RECOMPUTATIONS.append(
            Recomputation(compute, kpi_ids, window_start, waits_for_end, without_earlier)
        )
        return compute

    return register


def window_start(kpi_id: str) -> WindowStart | None:
    """Where the window of a KPI starts; None when it looks at its period alone."""
    return next((each.window_start for each in RECOMPUTATIONS if kpi_id in each.kpi_ids), None)


def waits_for_end(kpi_id: str) -> bool:
    """Whether a KPI has no value while its period runs."""
    return any(each.waits_for_end for each in RECOMPUTATIONS if kpi_id in each.kpi_ids)


def has_earlier(kpi_id: str) -> bool:
    """Whether values of earlier periods stand beside a KPI's own."""
    return not any(kpi_id in each.without_earlier for each in RECOMPUTATIONS)
