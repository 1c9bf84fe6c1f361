"""How complete and consistent the data are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from ..activities import activities
from ..company import UNKNOWN, Company
from ..history import Deal
from ..inputs import values_of_input
from ..reading import as_date, as_timestamp
from ..registry import recomputes
from ..values import Key, Value, Values, ratio, wilson
from .stages import is_ever_closed

HISTORICAL = {"amount", "owner_id", "expected_close_date", "probability"}
"""Columns that are known at several times, which completeness leaves out."""
EITHER = {("quotas", "team_id"): "user_id", ("quotas", "user_id"): "team_id"}
"""Columns of which a row holds one: what holds the other does not lack it."""
INPUT_COLUMNS = Path(__file__).parents[4] / "macros" / "input_columns.sql"
FEEDS = {"call": "calls", "email": "emails", "meeting": "meetings"}


def needed_columns() -> Iterator[tuple[str, str, str]]:
    """Tables and columns that some KPI cannot do without, as the project lists them, and the input
    that tells which rows should hold them: of activities those of one kind."""
    listed = INPUT_COLUMNS.read_text().split("{{ return([")[1].split("]) }}")[0]
    for each in re.findall(r"\{('table'.*?)\}", listed, flags=re.DOTALL):
        table = re.search(r"'table': '(\w+)'", each)[1]
        kinds = re.findall(r"'(call|email|meeting)'", each) if table == "activities" else []
        source = FEEDS[kinds[0]] if len(kinds) == 1 else table
        for column in re.findall(r"'(\w+)'", each.split("'columns':")[1]):
            if column not in HISTORICAL:
                yield table, column, source


def last_day(company: Company) -> date:
    """The last day that began before as_of."""
    return (company.as_of - timedelta(microseconds=1)).date()


def known_deals(company: Company) -> list[Deal]:
    """Deals that are neither deleted nor left out."""
    return [deal for deal in company.deals if not deal.is_deleted]


def owner_of(company: Company, deal: Deal) -> str:
    """Owner at the close of a closed deal, of an open one at as_of."""
    if deal.is_closed:
        return company.closing_owner(deal)
    return company.owner_at(deal, company.as_of, inclusive=False)


def counts(company: Company) -> Iterator[tuple[str, int | float | None]]:
    """The counts of #107, one line each."""
    deals = known_deals(company)
    logged = {row["opportunity_id"] for row in company.stage_changes}
    amounts = {deal.deal_id: amount_of(company, deal) for deal in deals}
    yield "dq_null_amount_count", sum(amount is None for amount, _ in amounts.values())
    yield (
        "dq_missing_fx_count",
        sum(amount is not None and converted is None for amount, converted in amounts.values()),
    )
    yield (
        "dq_negative_duration_count",
        sum(
            bool(deal.closed_date and deal.created_date and deal.closed_date < deal.created_date)
            for deal in deals
        ),
    )
    future = (as_date(deal.row["closed_date"]) for deal in deals if is_ever_closed(company, deal))
    yield "dq_future_closed_count", sum(bool(day and day >= company.snapshot_day) for day in future)
    children = (
        *company.accepted_rows("opportunity_line_items"),
        *company.accepted_rows("opportunity_competitors"),
        *company.accepted_rows("opportunity_splits"),
    )
    yield (
        "dq_orphan_count",
        sum(row["opportunity_id"] not in company.deal_rows for row in children),
    )
    yield "dq_stage_gap_count", sum(deal.deal_id not in logged for deal in deals)
    yield (
        "dq_split_not_100_count",
        sum(bool(deal.splits) and sum(deal.splits.values()) != 1 for deal in deals),
    )
    meetings = [each for each in activities(company) if each.is_meeting and each.is_due]
    yield (
        "dq_meeting_outcome_missing",
        sum(each.status in (None, "planned", "scheduled") for each in meetings),
    )
    yield (
        "dq_unassigned_owner_count",
        sum(owner_of(company, deal) == UNKNOWN for deal in deals),
    )
    yield "dq_freshness_minutes", freshness_minutes(company)
    # Without a count of what came there is nothing to compare with; every row is one or the other.
    is_counted = any(row["row_count"] for row in company.raw.get("loads", ()))
    yield "dq_reconciliation_diff", 0 if is_counted else None


def shares(company: Company) -> Iterator[tuple[str, str, int, int]]:
    """The shares of #107: which, of what, part and whole."""
    deals = known_deals(company)
    still_open = [deal for deal in deals if not deal.is_closed]
    due = (
        as_date(deal.value_at("expected_close_date", company.as_of, inclusive=False))
        for deal in still_open
    )
    overdue = sum(bool(day and day < company.as_of_date) for day in due)
    yield "dq_overdue_close_share", "all", overdue, len(still_open)
    reasons = list(values_of_input(company, "opportunities", "loss_reason"))
    yield "dq_missing_loss_reason_share", "all", reasons.count(None), len(reasons)
    rows = [
        row
        for row in company.raw.get("opportunities", ())
        if row["opportunity_id"] and row["stage"]
    ]
    copies = len(rows) - len({row["opportunity_id"] for row in rows})
    yield "dq_duplicate_rate", "all", copies, len(company.raw.get("opportunities", ()))
    for table, column, source in needed_columns():
        values = list(values_of_input(company, source, column))
        filled = len(values) - values.count(None)
        if other := EITHER.get((table, column)):
            held = values_of_input(company, source, other)
            values = [
                value
                for value, instead in zip(values, held, strict=True)
                if value is not None or instead is None
            ]
        yield "dq_completeness", f"{table}.{column}", filled, len(values)


def freshness_minutes(company: Company) -> float | None:
    """Minutes from the last change of a deal to as_of."""
    changed = (as_timestamp(row["updated_at"]) for row in company.raw.get("opportunities", ()))
    last = max((each for each in changed if each and each < company.as_of), default=None)
    return int((company.as_of - last).total_seconds()) / 60 if last else None


def is_blocked(company: Company, kpi_id: str, tables: Iterable[str]) -> bool:
    """Whether a KPI is not to be shown (#107, F51): it is made of deals, of which nothing was
    changed for four times as long as agreed. What measures the data is always shown."""
    minutes = freshness_minutes(company)
    sources = {company.source_of(table) for table in tables if company.is_delivered(table)}
    return (
        not kpi_id.startswith("dq_")
        and "opportunities" in sources
        and minutes is not None
        and minutes > 4 * float(company.number("freshness_sla_minutes"))
    )


def amount_of(company: Company, deal: Deal) -> tuple[Decimal | None, Decimal | None]:
    """Amount of a deal, at its close or at as_of, and what it is in the corporate currency."""
    if deal.is_closed and deal.closed_date:
        return deal.amount, company.closing_amount(deal)
    written = deal.value_at("amount", company.as_of, inclusive=False)
    amount = company.known_amount(written, deal.opportunity_type)
    currency = deal.value_at("currency", company.as_of, inclusive=False)
    rate = company.spot_rate(currency or company.corporate_currency, company.as_of_date)
    return amount, company.convert(amount, rate)


@recomputes(
    "dq_null_amount_count",
    "dq_missing_fx_count",
    "dq_negative_duration_count",
    "dq_future_closed_count",
    "dq_overdue_close_share",
    "dq_missing_loss_reason_share",
    "dq_orphan_count",
    "dq_duplicate_rate",
    "dq_stage_gap_count",
    "dq_split_not_100_count",
    "dq_meeting_outcome_missing",
    "dq_unassigned_owner_count",
    "dq_completeness",
    "dq_freshness_minutes",
    "dq_reconciliation_diff",
)
def data_quality(company: Company) -> Values:
    """What there is to say of the data at as_of (#107)."""
    day, count = last_day(company), len(known_deals(company))
    values: Values = {}
    for kpi_id, number in counts(company):
        values[Key(kpi_id, "day", day, "total", "all")] = Value(
            None if kpi_id == "dq_freshness_minutes" else number, None, number, count
        )
    for kpi_id, name, part, whole in shares(company):
        if whole or name == "all":
            values[Key(kpi_id, "day", day, "total", "all", name)] = Value(
                part, whole, ratio(part, whole), whole, wilson(part, whole)
            )
    return values
