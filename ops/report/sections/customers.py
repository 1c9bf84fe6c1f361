"""Customers: what stays, what leaves, and what they say."""

from __future__ import annotations

from ops.report import charts
from ops.report.blocks import Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.formats import counted
from ops.report.sections.optional import found, kept, of_people
from ops.report.sections.trends import trend_figure

MOST_MONTHS, MOST_CUSTOMERS = 12, 10


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
            *kept(triangle(context), at_risk(context)),
        ],
    )


def triangle(context: Context) -> Figure | None:
    """What is left of the revenue of the customers of each month."""
    relation = "reports.report_retention_triangle"
    columns = ("cohort_month", "age_months", "cohort_customers", "net_revenue_retention")
    if not context.scope.is_total:
        return None
    sql = (
        "select cohort_month, age_months, cohort_customers, customer_retention,\n"
        "    net_revenue_retention\n"
        f"from {relation}\n"
        f"where month_start <= date '{context.period.end}'\n"
        f"    and age_months between 0 and {MOST_MONTHS} and net_revenue_retention is not null\n"
        f"    and cohort_month >= date '{context.period.end}' - interval {MOST_MONTHS + 1} month\n"
        "order by cohort_month, age_months"
    )
    rows = found(context, relation, (*columns, "customer_retention", "month_start"), sql)
    if not rows:
        return None
    cells = [
        {
            "label": f"{row['cohort_month']:%b %Y}, {row['cohort_customers']:,}",
            "step": row["age_months"],
            "value": row["net_revenue_retention"],
            "note": f"{row['net_revenue_retention'] * 100:.0f}",
            "tip": f"{row['net_revenue_retention'] * 100:.1f} % of the revenue, "
            f"{row['customer_retention'] * 100:.1f} % of the customers",
        }
        for row in rows
    ]
    title = "What is left of each month's new customers"
    caption = (
        "Recurring revenue in percent of that of the month in which they came, by months since; "
        "beside each month how many came. Few customers, so read rows together."
    )
    lines = [
        [
            text_cell(f"{row['cohort_month']:%b %Y}"),
            number_cell(f"{row['cohort_customers']:,}"),
            number_cell(str(row["age_months"])),
            number_cell(f"{row['net_revenue_retention'] * 100:.1f} %"),
            number_cell(f"{row['customer_retention'] * 100:.1f} %"),
        ]
        for row in rows
    ]
    return Figure(
        "triangle",
        title,
        caption,
        charts.triangle(cells, f"{title}. {caption}"),
        Table(["Month", "Customers", "Months since", "Revenue left", "Customers left"], lines),
        ["nrr", "customer_retention_rate"],
        sql,
        is_wide=True,
    )


def at_risk(context: Context) -> Figure | None:
    """Customers who may leave, the most recurring revenue first."""
    relation = "reports.report_customers_at_risk"
    columns = ("mrr_corporate", "signal_count", "is_silent", "is_unhappy", "is_due", "next_step")
    condition = of_people(context, relation, "risks")
    if condition is None:
        return None
    sql = (
        "select risks.*, accounts.account_name, count(*) over () as all_customers,\n"
        "    sum(risks.mrr_corporate) over () as all_mrr\n"
        f"from {relation} as risks\n"
        "left join marts.dim_accounts as accounts on risks.account_id = accounts.account_id\n"
        f"where risks.measured_date = (select max(measured_date) from {relation})\n"
        f"    and risks.signal_count >= 2 and {condition}\n"
        "order by risks.mrr_corporate desc nulls last, risks.account_id\n"
        f"limit {MOST_CUSTOMERS}"
    )
    rows = found(context, relation, columns, sql)
    if not rows:
        return None
    names = {
        "is_silent": "silent",
        "is_unhappy": "unhappy",
        "is_due": "renewal due",
        "is_shrinking": "pays less than a year ago",
    }
    lines = [
        [
            text_cell(row["account_name"] or row["account_id"]),
            number_cell(context.money(row["mrr_corporate"])),
            text_cell(", ".join(text for column, text in names.items() if row.get(column))),
            text_cell(row["due_date"] or "–"),
            text_cell(row["next_step"]),
        ]
        for row in rows
    ]
    count = rows[0]["all_customers"]
    note = f"The first {len(rows)} of {count:,}." if count > len(rows) else None
    return Figure(
        "at-risk",
        "Customers who may leave",
        f"{counted(count, 'customer')} with two signals or more, paying "
        f"{context.money(rows[0]['all_mrr'])} a month.",
        table=Table(["Customer", "A month", "Signals", "Due", "Next step"], lines, note, {3}),
        kpis=["customer_churn_rate"],
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )
