"""Customers: what stays, what leaves, and what they say."""

from __future__ import annotations

from ops.publishing.headlines import quarter_name
from ops.report import charts
from ops.report.blocks import Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.formats import counted
from ops.report.sections.optional import found, kept, of_people
from ops.report.sections.trends import trend_figure

MOST_COHORTS, MOST_CUSTOMERS = 10, 10


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
    """What is left of the revenue of the customers of each quarter."""
    relation = "reports.report_retention_triangle"
    columns = ("cohort_month", "age_months", "cohort_customers", "customers", "cohort_mrr", "mrr")
    if not context.scope.is_total:
        return None
    # A month has few customers; a quarter is told once all of its months are as old.
    sql = (
        "select\n"
        "    date_trunc('quarter', cohort_month) as cohort_start,\n"
        "    age_months / 3 as age_quarters,\n"
        "    sum(cohort_customers) as cohort_customers,\n"
        "    sum(mrr) / nullif(sum(cohort_mrr), 0) as revenue_left,\n"
        "    sum(customers) / nullif(sum(cohort_customers), 0) as customers_left\n"
        f"from {relation}\n"
        f"where age_months % 3 = 0 and month_start <= date '{context.period.end}'\n"
        "group by cohort_start, age_quarters, age_months\n"
        "having count(*) = (\n"
        f"    select count(distinct months.cohort_month) from {relation} as months\n"
        "    where date_trunc('quarter', months.cohort_month) = cohort_start\n"
        ") and sum(cohort_mrr) > 0\n"
        "order by cohort_start, age_quarters"
    )
    rows = found(context, relation, (*columns, "month_start"), sql)
    starts = sorted({row["cohort_start"] for row in rows})[-MOST_COHORTS:]
    rows = [
        row for row in rows if row["cohort_start"] in starts and row["age_quarters"] < MOST_COHORTS
    ]
    if not rows:
        return None
    cells = [
        {
            "label": f"{quarter_name(row['cohort_start'])}, {row['cohort_customers']:,.0f}",
            "step": int(row["age_quarters"]),
            "value": row["revenue_left"],
            "note": f"{row['revenue_left'] * 100:.0f}",
            "tip": f"{row['revenue_left'] * 100:.1f} % of the revenue, "
            f"{row['customers_left'] * 100:.1f} % of the customers",
        }
        for row in rows
    ]
    title = "What is left of each quarter's new customers"
    caption = (
        "Recurring revenue in percent of that when they came, by quarters since; "
        "beside each quarter how many came."
    )
    lines = [
        [
            text_cell(quarter_name(row["cohort_start"])),
            number_cell(f"{row['cohort_customers']:,.0f}"),
            number_cell(f"{row['age_quarters']:.0f}"),
            number_cell(f"{row['revenue_left'] * 100:.1f} %"),
            number_cell(f"{row['customers_left'] * 100:.1f} %"),
        ]
        for row in rows
    ]
    headers = ["Quarter", "Customers", "Quarters since", "Revenue left", "Customers left"]
    return Figure(
        "triangle",
        title,
        caption,
        charts.triangle(cells, f"{title}. {caption}", "quarters since"),
        Table(headers, lines),
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
