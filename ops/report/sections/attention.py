"""What needs attention: alerts, and what may be behind them."""

from __future__ import annotations

from ops.report.blocks import Cell, Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.formats import MINUS, counted, period_name, words
from ops.report.reading import Row
from ops.report.sections.optional import found, kept, of_scope
from ops.warehouse import literal

MOST = 12


def attention(context: Context) -> Section | None:
    """Alerts and diagnoses; no section where the file holds neither."""
    figures = kept(alerts(context), diagnoses(context))
    if not figures:
        return None
    return Section("attention", "What needs attention", blocks=figures)


def alerts(context: Context) -> Figure | None:
    """The newest alerts, of every slice for the whole company, else of the page's own."""
    relation = "reports.report_alerts"
    columns = ("kind", "kpi_id", "expected_value", "z_score", "owner", "diagnostic", "alerted_on")
    condition = "true" if context.scope.is_total else of_scope(context, "alerts")
    sql = (
        "select\n"
        "    alerts.*, members.dimension_value as member, owners.dimension_value as owner_name\n"
        f"from {relation} as alerts\n"
        "left join marts.dim_members as members\n"
        "    on alerts.dimension = members.dimension\n"
        "    and alerts.dimension_id = members.dimension_id\n"
        "left join marts.dim_members as owners\n"
        "    on alerts.owner = owners.dimension_id and owners.dimension = 'rep'\n"
        f"where alerts.alerted_on >= date '{context.period.end}' - interval 31 day\n"
        f"    and {condition}\n"
        "order by alerts.dimension <> 'total', abs(coalesce(alerts.z_score, 0)) desc,"
        " alerts.alert_id"
    )
    if not context.published.has(relation, *columns):
        return None
    rows = found(context, relation, columns, sql)
    if not rows:
        return Figure("alerts", "Alerts", empty="No rule was broken in the last month.")
    lines = [alert(context, row) for row in rows[:MOST]]
    note = (
        "A pace is the share of the way to its target, expected is the share of the time gone."
        if any(row["kind"] == "pace" for row in rows[:MOST])
        else ""
    )
    if len(rows) > MOST:
        note = f"The first {MOST} of {len(rows)}. {note}"
    headers = ["KPI", "Whose", "Period", "Value", "Expected", "Owner", "Look first at"]
    return Figure(
        "alerts",
        "Alerts",
        f"{counted(len(rows), 'broken rule')} in the last month.",
        table=Table(headers, lines, note or None, {4, 5}),
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )


def alert(context: Context, row: Row) -> list[Cell]:
    """The line of an alert; a pace is a share of its target."""
    kpi_id = row["kpi_id"]
    label = context.label(kpi_id)
    texts = [context.short(kpi_id, row[name]) for name in ("value", "expected_value")]
    if row["kind"] == "pace":
        label = f"{label}, pace to its target"
        texts = [
            f"{row[name] * 100:.0f} %".replace("-", MINUS) for name in ("value", "expected_value")
        ]
    return [
        Cell(label, kpi_id=kpi_id if kpi_id in context.catalogue else None),
        text_cell("Whole company" if row["dimension"] == "total" else row["member"] or "–"),
        text_cell(period_name(row["period_grain"], row["period_start"], row["period_end"])),
        number_cell(texts[0]),
        number_cell(texts[1]),
        text_cell(row["owner_name"] or words(row["owner"])),
        text_cell(row["diagnostic"]),
    ]


def diagnoses(context: Context) -> Figure | None:
    """What may be behind the numbers of sellers and teams."""
    relation = "reports.report_diagnoses"
    columns = ("dimension_value", "hypothesis", "action", "period_grain")
    condition = "true"
    if context.scope.dimension == "team":
        people = ", ".join(map(literal, sorted(context.people))) or "null"
        condition = f"({of_scope(context)} or dimension = 'rep' and dimension_id in ({people}))"
    elif not context.scope.is_total:
        condition = of_scope(context)
    sql = (
        f"select *\nfrom {relation}\n"
        f"where period_grain = {literal(context.period.grain)} and {condition}\n"
        "order by dimension <> 'team', dimension_value, rule_id"
    )
    rows = found(context, relation, columns, sql)
    if not rows:
        return None
    lines = [
        [text_cell(row[name]) for name in ("dimension_value", "hypothesis", "action")]
        for row in rows[:MOST]
    ]
    note = f"The first {MOST} of {len(rows)}." if len(rows) > MOST else None
    return Figure(
        "diagnoses",
        "What may be behind it",
        "Hypotheses from rules over several KPIs: where to look, not a verdict.",
        table=Table(["Whose", "Hypothesis", "What to do"], lines, note),
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )
