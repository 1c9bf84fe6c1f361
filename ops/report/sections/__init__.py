"""The sections of the page, in their order, each written by a function of the context."""

from __future__ import annotations

from collections.abc import Callable

from ops.report.blocks import Section
from ops.report.context import Context
from ops.report.sections.attention import attention
from ops.report.sections.changes import changes
from ops.report.sections.competition import competition
from ops.report.sections.customers import customers
from ops.report.sections.everything import everything
from ops.report.sections.forecast import forecast
from ops.report.sections.headlines import headlines
from ops.report.sections.pipeline import pipeline
from ops.report.sections.quality import quality
from ops.report.sections.selling import selling
from ops.report.sections.winning import winning

SECTIONS: tuple[Callable[[Context], Section | None], ...] = (
    headlines,
    attention,
    changes,
    pipeline,
    forecast,
    winning,
    competition,
    selling,
    customers,
    everything,
    quality,
)
