"""Customers: what stays, what leaves, and what they say."""

from __future__ import annotations

from ops.report.blocks import Section
from ops.report.context import Context
from ops.report.sections.trends import trend_figure


def customers(context: Context) -> Section:
    """Retention, churn and the net promoter score."""
    return Section(
        "customers",
        "Customers",
        blocks=[
            trend_figure(
                context,
                "retention",
                "Revenue that stays, over twelve months",
                ["nrr", "grr"],
            ),
            trend_figure(
                context,
                "churn",
                "Customers that leave, over twelve months",
                ["customer_churn_rate"],
                is_zero=True,
            ),
            trend_figure(context, "nps", "Net promoter score", ["nps"]),
        ],
    )
