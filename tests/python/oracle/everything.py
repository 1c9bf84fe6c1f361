"""All KPIs the oracle knows, computed at once."""

from __future__ import annotations

import pkgutil
from collections.abc import Collection
from importlib import import_module

from . import kpis, made_of_kpis  # noqa: F401
from .company import Company
from .registry import RECOMPUTATIONS
from .values import Values

for _module in pkgutil.iter_modules(kpis.__path__):
    import_module(f"{kpis.__name__}.{_module.name}")

KPI_IDS = tuple(sorted(kpi_id for each in RECOMPUTATIONS for kpi_id in each.kpi_ids))
"""Every KPI that a function of this package is registered for."""


def compute(company: Company) -> Values:
    """The values of all KPIs of a company."""
    values: Values = {}
    for each in RECOMPUTATIONS:
        values |= each.compute(company)
    return values


def missing_recomputations(shipped: Collection[str]) -> str | None:
    """One sentence on KPIs that are shipped without an oracle, or have one and are not shipped."""
    unknown = sorted(set(shipped) - set(KPI_IDS))
    if unknown:
        return (
            f"No function in tests/python/oracle/kpis recomputes {', '.join(unknown)}: add one "
            f'there under @recomputes("{unknown[0]}") that takes a Company and returns Values.'
        )
    gone = sorted(set(KPI_IDS) - set(shipped))
    if gone:
        return (
            f"The warehouse does not ship {', '.join(gone)}: take the ids out of @recomputes in "
            "tests/python/oracle/kpis."
        )
    return None
