"""The costs of a company: its ledger, and what stands in where the ledger is silent (F15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .reading import Row, as_date, as_decimal

if TYPE_CHECKING:
    from .company import Company

SELLING = (
    "sales_base",
    "sales_benefits",
    "commission",
    "sales_travel",
    "sales_tools",
    "enablement",
    "sales_overhead",
)
MARKETING = ("marketing_media", "marketing_programmes", "marketing_people")
PAID_AS = {"base": "sales_base", "benefits": "sales_benefits"}


def cost_rows(company: Company) -> list[Row]:
    """Accepted expenses, and marketing spend and pay of months that have none of theirs in the
    ledger: marketing of any kind, and base pay or commission."""
    rows = list(company.expense_rows)
    booked: set[tuple[str, int, int]] = set()
    for row in rows:
        day, category = as_date(row["expense_date"]), row["category"].lower()
        if day < company.snapshot_day and category in MARKETING:
            booked.add(("marketing", day.year, day.month))
        if day < company.snapshot_day and category in ("sales_base", "commission"):
            booked.add(("pay", day.year, day.month))
    for row in company.spend_rows:
        day = as_date(row["spend_date"])
        is_media = (row["is_paid_media"] or "").lower() == "true"
        if ("marketing", day.year, day.month) not in booked:
            category = "marketing_media" if is_media else "marketing_programmes"
            rows.append(Row(row | {"expense_date": row["spend_date"], "category": category}))
    names = ("user_id", "period_start", "component")
    for row in company.table("compensation", names, names):
        day = as_date(row["period_start"])
        if as_decimal(row["amount"]) is not None and ("pay", day.year, day.month) not in booked:
            category = PAID_AS.get(row["component"].lower(), "commission")
            rows.append(Row(row | {"expense_date": row["period_start"], "category": category}))
    return rows
