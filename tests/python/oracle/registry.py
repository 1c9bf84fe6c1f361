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
    """A function of the oracle, the KPIs it gives, and where their window starts."""

    compute: Callable[[Company], Values]
    kpi_ids: tuple[str, ...]
    window_start: WindowStart | None


RECOMPUTATIONS: list[Recomputation] = []


def recomputes(
    *kpi_ids: str, window_start: WindowStart | None = None
) -> Callable[[Callable[[Company], Values]], Callable[[Company], Values]]:
    """Register a function as the recomputation of some KPIs.

    `window_start` gives the first day a value measured on a day looks at, for KPIs that look
    back beyond their period; a value is withheld when that day is not covered (F8).
    """

    def register(compute: Callable[[Company], Values]) -> Callable[[Company], Values]:
        RECOMPUTATIONS.append(Recomputation(compute, kpi_ids, window_start))
        return compute

    return register


def window_start(kpi_id: str) -> WindowStart | None:
    """Where the window of a KPI starts; None when it looks at its period alone."""
    return next((each.window_start for each in RECOMPUTATIONS if kpi_id in each.kpi_ids), None)
