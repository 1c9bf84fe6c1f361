"""Data quality: what was rejected or left out, and the money at stake."""

from __future__ import annotations

from ops.publishing.headlines import NOT_DELIVERED
from ops.report import charts
from ops.report.blocks import Figure, Section, Table, number_cell, text_cell
from ops.report.context import Context
from ops.report.formats import counted, short, words
from ops.report.reading import Row

MOST_FINDINGS, MOST_BARS = 80, 8
TONES = {"error": "worse", "warning": "warning"}


def quality(context: Context) -> Section:
    """Rejected rows, findings, and tables that did not come."""
    blocks = [at_stake(context), rejected(context), findings(context)]
    return Section(
        "quality",
        "Data quality",
        conserved(context),
        blocks=[*(each for each in blocks if each), *not_delivered(context)],
    )


def conserved(context: Context) -> str:
    """How many rows came, and what became of them."""
    if not context.published.has("quality.row_conservation"):
        return ""
    row = context.published.rows(
        "select sum(raw_rows) as came, sum(accepted_rows) as kept, sum(rejected_rows) as refused, "
        "sum(abs(difference)) as lost from quality.row_conservation"
    )[0]
    came, kept, refused, lost = (
        int(row[name] or 0) for name in ("came", "kept", "refused", "lost")
    )
    text = f"{came:,} rows came: {kept:,} were accepted, {refused:,} rejected"
    if lost:
        return f"{text}; {lost:,} are not accounted for."
    return f"{text}, none lost on the way. The data are of the whole company."


def at_stake(context: Context) -> Figure | None:
    """The findings with the most money in them."""
    title = "Money in records that need a look"
    if not context.published.has("quality.findings"):
        return None
    sql = (
        "select finding, severity, table_name, column_name, record_count, amount_at_stake\n"
        "from quality.findings\n"
        "where amount_at_stake is not null and amount_at_stake <> 0\n"
        "order by abs(amount_at_stake) desc, finding, table_name"
    )
    rows = context.published.rows(sql)
    if not rows:
        return Figure("at-stake", title, empty="No finding has money at stake.")
    drawn = [
        {
            "label": words(row["finding"]),
            "value": abs(row["amount_at_stake"]),
            "note": f"{context.bare_money(row['amount_at_stake'])} · n {row['record_count']:,}",
            "soft": row["severity"] == "info",
        }
        for row in rows[:MOST_BARS]
    ]
    caption = (
        f"The largest of {counted(len(rows), 'finding')} with an amount; a record can be in "
        "more than one, so they do not add up."
    )
    return Figure(
        "at-stake",
        title,
        caption,
        charts.bars(drawn, f"{title}. {caption}", "money"),
        kpis=(),
        sql=sql,
        is_wide=True,
    )


def rejected(context: Context) -> Figure | None:
    """Rejected rows by table and reason."""
    title = "Rejected rows"
    if not context.published.has("quality.rejected_rows"):
        return None
    sql = (
        "select table_name, reason, severity, currency,\n"
        "    count(*) as records, sum(amount_at_stake) as amount, min(record_id) as example\n"
        "from quality.rejected_rows\n"
        "group by table_name, reason, severity, currency\n"
        "order by sum(amount_at_stake) desc nulls last, count(*) desc, table_name, reason"
    )
    rows = context.published.rows(sql)
    if not rows:
        return Figure("rejected", title, empty="No row was rejected.")
    lines = [
        [
            text_cell(words(row["table_name"])),
            text_cell(row["reason"]),
            text_cell(row["severity"], tone=TONES.get(row["severity"], "")),
            number_cell(f"{row['records']:,}"),
            number_cell(money_at_stake(context, row)),
            text_cell(row["example"]),
        ]
        for row in rows
    ]
    headers = ["Table", "Reason", "Severity", "Rows", "At stake", "Such as"]
    count = sum(row["records"] for row in rows)
    return Figure(
        "rejected",
        title,
        f"{counted(count, 'row')} in no KPI; a copy of a row that counts loses nothing.",
        table=Table(headers, lines, extra={2, 5}),
        sql=sql,
        is_wide=True,
        is_table_open=True,
    )


def money_at_stake(context: Context, row: Row) -> str:
    """The money of rejected rows in the currency they name."""
    if row["amount"] is None:
        return "–"
    return short(row["amount"], "money", row["currency"] or context.currency)


def findings(context: Context) -> Figure | None:
    """What is worth a look, the gravest first."""
    title = "Findings"
    if not context.published.has("quality.findings"):
        return None
    sql = (
        "select *\n"
        "from quality.findings\n"
        f"where finding <> '{NOT_DELIVERED}'\n"
        "order by\n"
        "    list_position(['error', 'warning', 'info'], severity) nulls last,\n"
        "    amount_at_stake desc nulls last, record_count desc, finding, table_name, column_name"
    )
    rows = context.published.rows(sql)
    if not rows:
        return Figure("findings", title, empty="Nothing was found.")
    lines = [
        [
            text_cell(row["severity"], tone=TONES.get(row["severity"], "")),
            text_cell(words(row["finding"])),
            text_cell(".".join(each for each in (row["table_name"], row["column_name"]) if each)),
            number_cell(f"{row['record_count']:,}"),
            number_cell(
                "–" if row["amount_at_stake"] is None else context.money(row["amount_at_stake"])
            ),
            text_cell(row["description"]),
        ]
        for row in rows[:MOST_FINDINGS]
    ]
    count = {name: sum(row["severity"] == name for row in rows) for name in ("error", "warning")}
    note = f"The first {MOST_FINDINGS} of {len(rows)}." if len(rows) > MOST_FINDINGS else None
    return Figure(
        "findings",
        title,
        f"{counted(count['error'], 'error')}, {counted(count['warning'], 'warning')}, "
        f"{counted(len(rows) - sum(count.values()), 'note')}.",
        table=Table(
            ["Severity", "Finding", "Where", "Records", "At stake", "What it does"], lines, note
        ),
        sql=sql,
        is_wide=True,
        is_folded=True,
    )


def not_delivered(context: Context) -> list[Figure]:
    """Tables for which no file came."""
    if not context.published.has("quality.findings"):
        return []
    rows = context.published.rows(
        "select table_name from quality.findings where finding = ? order by table_name",
        [NOT_DELIVERED],
    )
    if not rows:
        return []
    names = ", ".join(row["table_name"] for row in rows)
    return [Figure("not-delivered", "Tables that did not come", empty=f"{names}.", is_wide=True)]
