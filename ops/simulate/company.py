"""A whole company: every raw table, and the flaws planted in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract, load_contract
from ops.simulate import columns as col
from ops.simulate import (
    customers,
    deals,
    engagement,
    finance,
    forecasts,
    leads,
    market,
    organisation,
    people,
    plans,
    predictions,
    training,
    web,
)
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.flaws import Flaw, plant
from ops.simulate.ledger import PENDING
from ops.simulate.parameters import Parameters

# The tables a company delivers, in the order in which they are written.
TABLES = (
    "opportunities",
    "opportunity_stage_history",
    "opportunity_field_history",
    "opportunity_line_items",
    "opportunity_splits",
    "opportunity_competitors",
    "opportunity_custom_fields",
    "competitors",
    "accounts",
    "contacts",
    "leads",
    "web_sessions",
    "touchpoints",
    "clv_predictions",
    "campaign_members",
    "marketing_spend",
    "users",
    "teams",
    "team_hierarchy",
    "team_memberships",
    "employment_history",
    "user_leave",
    "working_calendar",
    "compensation",
    "training_records",
    "products",
    "pipelines",
    "stages",
    "quotas",
    "targets",
    "objectives",
    "decisions",
    "forecasts",
    "activities",
    "activity_participants",
    "campaigns",
    "subscriptions",
    "survey_responses",
    "exchange_rates",
    "revenue_events",
    "invoices",
    "invoice_lines",
    "expenses",
    "expense_allocation_rules",
    "market_sizes",
)


@dataclass
class Company:
    """Typed raw tables by name, the edits that make them flawed, and the list of those flaws."""

    parameters: Parameters
    contract: Contract
    tables: dict[str, pa.Table]
    edits: dict[str, col.Edits] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    def row_count(self, name: str) -> int:
        """Rows of a table as written."""
        added = self.edits[name].rows if name in self.edits else []
        return self.tables[name].num_rows + len(added)


def simulate(
    parameters: Parameters,
    contract: Contract | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Company:
    """Simulate a company; progress is told what comes next.

    Raises ValueError when a flaw finds no record to be planted in.
    """
    contract = load_contract() if contract is None else contract
    progress("hiring sellers")
    staff = organisation.build(parameters, contract)

    progress("selling, renewing, losing")
    life = customers.simulate(
        parameters,
        staff,
        lambda count: market.draw_accounts(parameters, count, staff.region_count),
    )
    progress("writing up each deal's history")
    book = deals.keep_book(parameters, staff, life)

    progress("filling tables")
    tables = dict(staff.tables)
    tables.update(people.staff_tables(parameters, contract, staff))
    tables.update(market.small_tables(parameters, contract))
    tables["exchange_rates"], plan_rates = market.exchange_rate_table(parameters, contract)
    tables["opportunities"] = deals.opportunity_table(parameters, contract, staff, book)
    tables["opportunity_stage_history"] = deals.stage_history_table(contract, staff, book)
    tables["opportunity_field_history"] = deals.field_history_table(contract, staff, book)
    tables["opportunity_line_items"] = deals.line_item_table(contract, book)
    tables["opportunity_splits"] = deals.split_table(contract, staff, book)
    tables["opportunity_competitors"] = deals.competitor_table(parameters, contract, book)
    tables["subscriptions"] = deals.subscription_table(parameters, contract, book)
    tables["accounts"] = _accounts(parameters, contract, staff, book)
    progress("setting quotas and targets")
    plan = plans.draw_quotas(parameters, staff, book, plan_rates)
    tables["quotas"] = plans.quota_table(parameters, contract, staff, plan)
    tables["targets"] = plans.target_table(parameters, contract, staff, plan, book)
    tables["decisions"] = plans.decision_table(parameters, contract, staff)
    tables["objectives"] = plans.objective_table(parameters, contract, staff)
    tables["forecasts"] = forecasts.forecast_table(
        parameters, contract, staff, book, plan, plan_rates
    )
    tables["compensation"] = people.compensation_table(
        parameters, contract, tables, staff, book, plan_rates
    )
    tables["training_records"] = training.training_table(parameters, contract, tables)
    progress("calling, meeting and asking customers")
    tables["activities"] = engagement.activity_table(parameters, contract, staff, book)
    tables["activity_participants"] = engagement.participant_table(
        parameters, contract, staff, tables["activities"]
    )
    funnel = leads.draw(parameters, staff, book)
    tables["leads"] = leads.lead_table(parameters, contract, staff, book, funnel)
    attempts = leads.attempt_table(parameters, contract, staff, funnel)
    tables["activities"] = col.stack(tables["activities"], attempts)
    visits = web.draw_sessions(parameters, book, funnel)
    tables["web_sessions"] = web.session_table(parameters, contract, visits)
    tables["touchpoints"] = web.touchpoint_table(contract, book, funnel, visits)
    tables["campaign_members"] = web.member_table(contract, funnel)
    tables["marketing_spend"] = web.spend_table(parameters, contract)
    tables["survey_responses"] = engagement.survey_table(parameters, contract, staff, book)
    tables["survey_responses"] = col.stack(
        tables["survey_responses"],
        engagement.service_table(parameters, contract, book),
    )
    progress("keeping the books")
    revenue = finance.revenue_events(parameters, book)
    tables["revenue_events"] = finance.revenue_table(parameters, contract, book, revenue)
    tables["expenses"] = finance.expense_table(parameters, contract, staff, revenue)
    tables["market_sizes"] = market.market_size_table(parameters, contract, revenue)
    tables["expense_allocation_rules"] = finance.allocation_rule_table(parameters, contract)
    billed, billed_lines = finance.invoices(parameters, book)
    tables["invoices"] = finance.invoice_table(contract, book, billed)
    tables["invoice_lines"] = finance.invoice_line_table(contract, billed_lines)
    tables["clv_predictions"] = predictions.prediction_table(
        parameters, contract, book, billed, plan_rates
    )

    company = Company(parameters, contract, {name: tables[name] for name in TABLES})
    if parameters.has_flaws:
        progress("planting flaws")
        company.edits, company.flaws = plant(parameters, company.tables)
    # What concerns no deal stands behind the activities in which flaws are planted.
    company.tables["activities"] = people.with_administration(parameters, contract, company.tables)
    return company


def _accounts(
    parameters: Parameters, contract: Contract, staff: organisation.Organisation, book: deals.Book
) -> pa.Table:
    life = book.life
    count = len(life.accounts)
    account = life.deals["account"]
    start = parameters.start_day * DAY_SECONDS
    first_seen = np.full(count, np.iinfo(np.int64).max)
    created = book.instant(np.arange(len(book)), life.deals["created"])
    np.minimum.at(first_seen, account, created)
    is_legacy = life.legacy_start != MISSING
    first_seen = np.where(
        is_legacy, start, np.minimum(first_seen, parameters.end_day * DAY_SECONDS)
    )

    rows = life.subscriptions
    ends = np.where(rows["valid_to"] == MISSING, parameters.end_day + 1, rows["valid_to"])
    is_running = (ends >= parameters.end_day) | (rows["status"] == PENDING)
    lifecycle = np.zeros(count, dtype=np.int64)
    lifecycle[rows["account"]] = 2
    lifecycle[rows["account"][is_running]] = 1
    last_day = np.full(count, parameters.end_day - 1)
    owner = staff.ownership.owner(np.arange(count), life.accounts.pool, last_day)
    has_deal = np.bincount(account, minlength=count) > 0
    return market.account_table(
        parameters,
        contract,
        life.accounts,
        owner_ids=staff.users(owner),
        first_seen=first_seen,
        customer_since=life.legacy_start,
        lifecycle=lifecycle,
        mergeable=has_deal & (lifecycle == 0),
    )
