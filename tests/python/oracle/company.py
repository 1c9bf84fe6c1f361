"""The company as the raw files tell it: deals with their history, sellers, teams, accounts."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property

from .costs import MARKETING, SELLING, cost_rows
from .employment import Job, read_jobs
from .history import UNALLOCATED, Change, Deal, Snapshot, Stage
from .periods import period_of
from .plausible import plausible
from .reading import (
    LARGEST_AMOUNT,
    Row,
    Tables,
    as_boolean,
    as_date,
    as_decimal,
    as_timestamp,
    money,
    newest_copies,
)

UNKNOWN = "-1"
UNMAPPED = "Unmapped"
NO_COMPETITOR = "none"
UNLOGGED_STAGE = Stage("", is_closed=False, is_won=False, default_probability=None)
DEFAULT_PIPELINE = "default"
"""Pipeline of the deals that name none, by the contract."""


def stage_key(label: str) -> str:
    """What makes two labels of a stage one: case and outer spaces do not count (G-5)."""
    return label.strip().lower()


def midnight(day: date) -> datetime:
    """The first instant of a business day; reporting happens in UTC."""
    return datetime.combine(day, time())


def without_days_between(
    ranges: Iterable[tuple[date, date, str | None]],
) -> list[tuple[date, date, str | None]]:
    """Ranges of days in their order; one that ends a day before the next begins runs up to it,
    since the source names its last day (case team-membership-inclusive-end)."""
    in_order = sorted(ranges, key=lambda each: (each[0], each[2] or ""))
    following = [each[0] for each in in_order[1:]] + [date.max]
    return [
        (start, later if end < later and later - end == timedelta(days=1) else end, value)
        for (start, end, value), later in zip(in_order, following, strict=True)
    ]


FEEDS = {"calls": "call", "emails": "email", "meetings": "meeting"}
"""Inputs that are the activities of one type."""


class Company:
    """Everything the KPIs need, read once from raw tables.

    `raw` holds the tables of the raw contract, `reference` the parameters and the mappings.
    """

    def __init__(self, raw: Tables, reference: Tables) -> None:
        self.parameters = {row["parameter"]: row["value"] for row in reference["parameters"]}
        self.reference = reference
        self.raw = plausible(raw, int(self.parameters["plausible_years"]))
        self.corporate_currency = self.parameters["corporate_currency"]
        self.fiscal_year_start_month = int(self.parameters["fiscal_year_start_month"])
        if self.parameters["reporting_tz"] != "UTC":
            raise ValueError("The oracle reports in UTC only; parameters.csv names another zone.")
        self.never_decided = set(self.parameters["negative_amount_types"].split(","))
        self._read_rates()
        self._read_mappings(reference)
        self._read_people()
        self._read_accounts()
        self._read_products()
        self._read_deals()

    def number(self, parameter: str) -> Decimal:
        """A parameter as a number."""
        return Decimal(self.parameters[parameter])

    def table(self, name: str, key: tuple[str, ...], required: tuple[str, ...]) -> list[Row]:
        """Accepted rows of a raw table."""
        return newest_copies(self.raw.get(name, ()), key, required)

    # Coverage

    def is_delivered(self, table: str) -> bool:
        """Whether an input has any accepted row (F8); customers are those of the deals."""
        return bool(self._accepted["opportunities" if table == "customers" else table])

    def accepted_rows(self, table: str) -> list[Row]:
        """Accepted rows of an input; those of customers are of the table that tells them."""
        return self._accepted[self.source_of(table)]

    def source_of(self, table: str) -> str:
        """Raw table that an input is made of."""
        return self._table_of_customers if table == "customers" else table

    def declared_from(self, table: str) -> date | None:
        """First covered day of an input by what the load says of it."""
        if table == "customers":
            return self.declared_from(self._table_of_customers)
        table = "activities" if table in FEEDS else table
        for row in self.raw["loads"]:
            if row["table_name"] == table and row["coverage_from"]:
                return as_date(row["coverage_from"])
        return None

    def covered_from(self, table: str) -> date | None:
        """First covered day of an input: what the load says, else the first day of the calendar
        month of its first event (G-1)."""
        if table == "customers":
            return self.covered_from(self._table_of_customers)
        first = self.declared_from(table) or self._first_event(table)
        return first if self.declared_from(table) or first is None else first.replace(day=1)

    @property
    def _table_of_customers(self) -> str:
        return "subscriptions" if self._accepted["subscriptions"] else "opportunities"

    def _first_event(self, table: str) -> date | None:
        if table in ("opportunities", "opportunity_line_items"):
            return self.first_day
        if table in (
            "clv_predictions",
            "employees",
            "sellers",
            "opportunity_competitors",
            "opportunity_splits",
            "opportunity_stage_history",
        ):
            return None
        column = {
            "leads": "created_at",
            "activities": "created_at",
            **dict.fromkeys(FEEDS, "created_at"),
            "web_sessions": "session_start",
            "quotas": "period_start",
            "forecasts": "period_start",
            "targets": "start_date",
            "subscriptions": "valid_from",
            "expenses": "expense_date",
            "selling_costs": "expense_date",
            "marketing_costs": "expense_date",
            "market_sizes": "period_start",
            "marketing_spend": "spend_date",
            "touchpoints": "occurred_at",
            "compensation": "period_start",
            "training_records": "completed_at",
            "invoices": "invoice_date",
            "revenue_events": "recognized_date",
            "survey_responses": "responded_at",
        }[table]
        if table not in self._first_events:
            days = (as_date(row[column]) for row in self._accepted[table])
            self._first_events[table] = min((day for day in days if day), default=None)
        return self._first_events[table]

    @cached_property
    def _first_events(self) -> dict[str, date | None]:
        return {}

    @cached_property
    def _accepted(self) -> dict[str, list[Row]]:
        costs = cost_rows(self)
        return {
            "opportunities": self.table(
                "opportunities", ("opportunity_id",), ("opportunity_id", "stage")
            ),
            "opportunity_line_items": self.table(
                "opportunity_line_items", ("line_id",), ("line_id", "opportunity_id", "product_id")
            ),
            "opportunity_competitors": self.table(
                "opportunity_competitors",
                ("opportunity_id", "competitor_id"),
                ("opportunity_id", "competitor_id"),
            ),
            "opportunity_splits": self.table(
                "opportunity_splits",
                ("opportunity_id", "user_id", "split_type"),
                ("opportunity_id", "user_id"),
            ),
            "opportunity_stage_history": self.stage_changes,
            "leads": self.lead_rows,
            "web_sessions": self.visit_rows,
            "employees": self.jobs,
            "sellers": [job for job in self.jobs if job.is_quota_carrying],
            "quotas": self.quota_rows,
            "forecasts": self.forecast_rows,
            "compensation": self.pay_rows,
            "training_records": self.training_rows,
            "targets": self.target_versions,
            "expenses": self.expense_rows,
            "selling_costs": [row for row in costs if row["category"].lower() in SELLING],
            "marketing_costs": [row for row in costs if row["category"].lower() in MARKETING],
            "market_sizes": self.market_rows,
            "marketing_spend": self.spend_rows,
            "touchpoints": self.touch_rows,
            "clv_predictions": self.prediction_rows,
            "invoices": self.invoice_rows,
            "revenue_events": self.revenue_rows,
            "subscriptions": self.subscription_rows,
            "survey_responses": self.survey_rows,
            "activities": self.activity_rows,
            **{
                feed: [row for row in self.activity_rows if row["activity_type"].lower() == kind]
                for feed, kind in FEEDS.items()
            },
        }

    @cached_property
    def employment_rows(self) -> list[Row]:
        """Accepted jobs of the history of employment."""
        key = ("user_id", "valid_from")
        return [
            row
            for row in self.table("employment_history", key, key)
            if (as_date(row["valid_to"]) or date.max) > as_date(row["valid_from"])
        ]

    @cached_property
    def leave_rows(self) -> list[Row]:
        """Accepted absences."""
        key = ("user_id", "start_date")
        return [
            row
            for row in self.table("user_leave", key, key)
            if (as_date(row["end_date"]) or date.max) >= as_date(row["start_date"])
        ]

    @cached_property
    def jobs(self) -> list[Job]:
        """Who was employed as what."""
        return read_jobs(self)

    @cached_property
    def jobs_of(self) -> dict[str, list[Job]]:
        """The jobs of everybody."""
        found: dict[str, list[Job]] = defaultdict(list)
        for job in self.jobs:
            found[job.user_id].append(job)
        return dict(found)

    @cached_property
    def calendar(self) -> dict[tuple[str | None, date | None], bool | None]:
        """Whether a country works on a day, where its calendar says so."""
        key = ("country", "calendar_date")
        return {
            (row["country"], as_date(row["calendar_date"])): as_boolean(row["is_business_day"])
            for row in self.table("working_calendar", key, key)
        }

    @cached_property
    def pay_rows(self) -> list[Row]:
        """Accepted pay."""
        key = ("user_id", "period_start", "component")
        return self.table("compensation", key, key)

    @cached_property
    def training_rows(self) -> list[Row]:
        """Accepted courses and sessions; one that ends before it begins is refused."""
        rows = self.table("training_records", ("record_id",), ("record_id", "user_id"))
        return [
            row
            for row in rows
            if not (row["started_at"] and row["completed_at"])
            or as_timestamp(row["started_at"]) <= as_timestamp(row["completed_at"])
        ]

    @cached_property
    def activity_rows(self) -> list[Row]:
        """Accepted activities."""
        required = ("activity_id", "activity_type", "created_at")
        return self.table("activities", ("activity_id",), required)

    @cached_property
    def quota_rows(self) -> list[Row]:
        """Accepted quotas of somebody for a period with days in it; a version without a date
        holds from the start of its period."""
        key = ("user_id", "team_id", "period_start", "period_end", "measure")
        scopes = ("product_family_id", "region_id", "segment_id", "pipeline_id")
        rows = self.table(
            "quotas", (*key, *scopes, "valid_from"), ("period_start", "period_end", "amount")
        )
        return [
            row
            for row in rows
            if (row["user_id"] or row["team_id"])
            and as_date(row["period_start"]) < as_date(row["period_end"])
        ]

    @cached_property
    def forecast_rows(self) -> list[Row]:
        """Accepted calls of somebody, with a readable amount, for a period with days in it."""
        required = (
            "submission_id",
            "submitter_id",
            "period_start",
            "period_end",
            "amount",
            "submitted_at",
        )
        return [
            row
            for row in self.table("forecasts", ("submission_id",), required)
            if as_date(row["period_start"]) < as_date(row["period_end"])
            and as_decimal(row["amount"]) is not None
        ]

    @cached_property
    def target_versions(self) -> list[Row]:
        """Accepted versions of targets: of a KPI, with a value, over some days."""
        rows = self.table(
            "targets",
            ("target_id", "updated_at"),
            ("target_id", "kpi_id", "target_value", "start_date", "end_date"),
        )
        return [
            row
            for row in rows
            if as_decimal(row["target_value"]) is not None
            and (start := as_date(row["start_date"]))
            and (end := as_date(row["end_date"]))
            and start < end
        ]

    @cached_property
    def subscription_rows(self) -> list[Row]:
        """Accepted versions of the lines of subscriptions; a reversed range is refused (G-12)."""
        required = ("subscription_id", "account_id", "mrr", "valid_from")
        rows = self.table("subscriptions", ("subscription_id", "line_id", "valid_from"), required)
        return [
            row
            for row in rows
            if (as_date(row["valid_to"]) or date.max) >= (as_date(row["valid_from"]) or date.min)
        ]

    @cached_property
    def deal_rows(self) -> dict[str | None, Row]:
        """Accepted records of deals by id, those left out of everything included."""
        rows = self.table("opportunities", ("opportunity_id",), ("opportunity_id", "stage"))
        return {row["opportunity_id"]: row for row in rows}

    @cached_property
    def expense_rows(self) -> list[Row]:
        """Accepted expenses, of a known category."""
        return [
            row for row in self.booked("expenses", "expense_id", "expense_date") if row["category"]
        ]

    @cached_property
    def market_rows(self) -> list[Row]:
        """Accepted sizes of markets, in a period with days in it."""
        scope = ("market_id", "geography", "product_family_id", "segment_id", "competitor_id")
        key = (*scope, "period_start", "period_end", "basis", "version")
        required = ("market_id", "period_start", "period_end", "total_value")
        rows = self.table("market_sizes", key, required)
        return [row for row in rows if as_date(row["period_start"]) < as_date(row["period_end"])]

    @cached_property
    def spend_rows(self) -> list[Row]:
        """Accepted pieces of marketing spend."""
        return self.booked("marketing_spend", "spend_id", "spend_date")

    @cached_property
    def prediction_rows(self) -> list[Row]:
        """Accepted predictions of what customers will buy."""
        key = ("account_id", "model_version", "made_at")
        rows = self.table("clv_predictions", key, (*key, "horizon_days"))
        return [
            row for row in rows if as_timestamp(row["made_at"]) and as_decimal(row["horizon_days"])
        ]

    @cached_property
    def touch_rows(self) -> list[Row]:
        """Accepted contacts of marketing."""
        rows = self.table("touchpoints", ("touch_id",), ("touch_id", "occurred_at"))
        return [row for row in rows if as_timestamp(row["occurred_at"])]

    @cached_property
    def invoice_rows(self) -> list[Row]:
        """Accepted invoices and credit notes."""
        return self.booked("invoices", "invoice_id", "invoice_date")

    @cached_property
    def revenue_rows(self) -> list[Row]:
        """Accepted pieces of revenue."""
        return self.booked("revenue_events", "revenue_id", "recognized_date")

    def booked(self, name: str, key: str, day: str) -> list[Row]:
        """Accepted rows of a table of money: with a key, a day and an amount that can be read."""
        rows = [
            Row(
                row
                | {
                    day: row[day] if as_date(row[day]) else None,
                    "amount": None if as_decimal(row["amount"]) is None else row["amount"],
                }
            )
            for row in self.raw.get(name, ())
        ]
        return newest_copies(rows, (key,), (key, day, "amount"))

    @cached_property
    def stage_changes(self) -> list[Row]:
        """Logged steps of delivered deals, by a history of stages or a log of changes."""
        key = ("opportunity_id", "entered_at", "stage")
        steps = self.table("opportunity_stage_history", key, key)
        key = ("event_id", "opportunity_id", "field_name", "changed_at", "old_value", "new_value")
        changes = self.table("opportunity_field_history", key, key[1:4])
        found = [row for row in steps if as_timestamp(row["entered_at"])]
        found += [
            row
            for row in changes
            if row["field_name"] == "stage" and as_timestamp(row["changed_at"])
        ]
        return [row for row in found if row["opportunity_id"] in self.deal_rows]

    @cached_property
    def visit_rows(self) -> list[Row]:
        """Accepted visits to the web site."""
        rows = self.table("web_sessions", ("session_id",), ("session_id", "session_start"))
        return [row for row in rows if as_timestamp(row["session_start"])]

    @cached_property
    def lead_rows(self) -> list[Row]:
        """Accepted leads, deleted ones and spam among them."""
        rows = self.table("leads", ("lead_id",), ("lead_id", "created_at"))
        return [row for row in rows if as_timestamp(row["created_at"])]

    @cached_property
    def survey_rows(self) -> list[Row]:
        """Accepted answers."""
        required = ("response_id", "survey_type", "score", "responded_at")
        return self.table("survey_responses", ("response_id", "dimension"), required)

    # Money

    def _read_rates(self) -> None:
        self.spot: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        self.plan: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        key = ("currency", "rate_date", "rate_type")
        for row in self.table("exchange_rates", key, ("currency", "rate_date", "rate")):
            day, rate = as_date(row["rate_date"]), as_decimal(row["rate"])
            if day and rate:
                kind = self.plan if row.get("rate_type") == "plan" else self.spot
                kind[row["currency"]].append((day, rate))
        for rates in (*self.spot.values(), *self.plan.values()):
            rates.sort()

    def spot_rate(self, currency: str, day: date) -> Decimal | None:
        """Spot rate that holds on a day: the newest at or before it (G6)."""
        if currency == self.corporate_currency:
            return Decimal(1)
        rates = self.spot.get(currency, [])
        position = bisect_right(rates, day, key=lambda rate: rate[0])
        return rates[position - 1][1] if position else None

    def plan_rate(self, currency: str, day: date) -> Decimal | None:
        """Plan rate of the fiscal year that holds a day, else the spot rate (F13)."""
        if currency == self.corporate_currency:
            return Decimal(1)
        year = period_of(day, "fiscal_year", self.fiscal_year_start_month)
        rates = [each for each in self.plan.get(currency, []) if year.start <= each[0] < year.end]
        if rates:
            return max((each for each in rates if each[0] <= day), default=rates[0])[1]
        return self.spot_rate(currency, day)

    @staticmethod
    def convert(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
        """Amount in the corporate currency; unknown without an amount or a rate (G6, G9), or
        where it takes more digits than money has (G-23)."""
        if amount is None or rate is None:
            return None
        converted = money(amount * rate)
        return converted if abs(converted) < LARGEST_AMOUNT else None

    def known_amount(self, text: str | None, opportunity_type: str) -> Decimal | None:
        """Amount of a deal; negative ones are unknown except on credits and contractions (G9)."""
        amount = as_decimal(text)
        if amount is None or (amount < 0 and opportunity_type not in self.never_decided):
            return None
        return money(amount)

    # Mappings

    def _read_mappings(self, reference: Tables) -> None:
        self.stages: dict[tuple[str | None, str], Stage] = {}
        for row in [
            *reference["stage_mapping"],
            *self.raw.get("stages", ()),
        ]:
            self.stages[row["pipeline_id"], stage_key(row["stage"])] = Stage(
                name=row["stage_name"] or row["stage"],
                is_closed=bool(as_boolean(row["is_closed"])),
                is_won=bool(as_boolean(row["is_won"])),
                default_probability=as_decimal(row["default_probability"]),
                order=as_decimal(row["stage_order"]) or Decimal(0),
            )
        self.lead_sources = {
            row["lead_source"]: row["lead_source_name"] for row in reference["lead_source_mapping"]
        }
        self.lead_source_rows = {
            row["lead_source"]: row for row in reference["lead_source_mapping"]
        }
        self.loss_reasons = {
            row["loss_reason"]: (
                row["category"],
                bool(as_boolean(row["is_excluded_from_win_rate"])),
            )
            for row in reference["loss_reason_mapping"]
        }

    def stage(self, pipeline_id: str, source_stage: str | None) -> Stage | None:
        """Stage of a label, whatever its case (G-5). One that no mapping knows is open: Unmapped
        where a deal stands in it, else what the log calls it. None without a label."""
        if source_stage is None:
            return None
        key = stage_key(source_stage)
        mapped = self.stages.get((pipeline_id, key)) or self.stages.get((None, key))
        if mapped:
            return mapped
        name = UNMAPPED if (pipeline_id, key) in self.stages_of_deals else source_stage
        return Stage(name, is_closed=False, is_won=False, default_probability=None)

    @cached_property
    def stages_of_deals(self) -> set[tuple[str, str]]:
        """Pipelines and stages that the records of deals name."""
        return {
            (row["pipeline_id"] or DEFAULT_PIPELINE, stage_key(row["stage"]))
            for row in self.raw["opportunities"]
            if row["stage"]
        }

    # People

    def _read_people(self) -> None:
        users = self.table("users", ("user_id",), ("user_id",))
        self.users = {row["user_id"]: row for row in users}
        teams = self.table("teams", ("team_id",), ("team_id",))
        self.teams = {row["team_id"]: row for row in teams}
        self.memberships: dict[str, list[tuple[date, date, str]]] = defaultdict(list)
        key = ("user_id", "team_id", "valid_from")
        for row in self.table("team_memberships", key, ("user_id", "team_id")):
            if as_boolean(row.get("is_primary")) is not False:
                self.memberships[row["user_id"]].append((*self._validity(row), row["team_id"]))
        for memberships in self.memberships.values():
            memberships[:] = without_days_between(memberships)
        self.hierarchy: dict[str, list[tuple[date, date, str | None]]] = defaultdict(list)
        for row in self.table("team_hierarchy", ("team_id", "valid_from"), ("team_id",)):
            self.hierarchy[row["team_id"]].append((*self._validity(row), row["parent_team_id"]))
        for places in self.hierarchy.values():
            places[:] = without_days_between(places)

    @staticmethod
    def _validity(row: Row) -> tuple[date, date]:
        return as_date(row.get("valid_from")) or date.min, as_date(row.get("valid_to")) or date.max

    def team_of(self, user_id: str, day: date) -> str:
        """Primary team of a seller on a day; of several the one entered last (G13, F23)."""
        teams = [m for m in self.memberships.get(user_id, []) if m[0] <= day < m[1]]
        return max(teams)[2] if teams else UNKNOWN

    def team_and_above(self, team_id: str, day: date) -> list[str]:
        """A team and every team above it in the hierarchy of a day (G13), eight levels at most."""
        line: list[str] = []
        team: str | None = team_id
        while team is not None and team not in line and len(line) < 9:
            line.append(team)
            rows = self.hierarchy.get(team)
            if rows:
                parents = [parent for since, until, parent in rows if since <= day < until]
                team = parents[0] if parents else None
            else:
                team = self.teams.get(team, {}).get("parent_team_id")
        return line

    def teams_of(self, user_id: str, day: date) -> list[str]:
        """Teams a seller's deal belongs to on a day, from the own one to the top."""
        if (user_id, day) not in self._teams_of:
            self._teams_of[user_id, day] = self.team_and_above(self.team_of(user_id, day), day)
        return self._teams_of[user_id, day]

    @cached_property
    def _teams_of(self) -> dict[tuple[str, date], list[str]]:
        return {}

    # Accounts and products

    def _read_accounts(self) -> None:
        rows = self.table("accounts", ("account_id",), ("account_id",))
        self.accounts = {row["account_id"]: row for row in rows}
        rows = self.table("contacts", ("contact_id",), ("contact_id",))
        self.contacts = {row["contact_id"]: row for row in rows}

    def surviving(self, account_id: str | None) -> str | None:
        """Account that a merged account lives on in (G7)."""
        seen: set[str] = set()
        while account_id in self.accounts and self.accounts[account_id]["master_id"]:
            if account_id in seen:
                break
            seen.add(account_id)
            account_id = self.accounts[account_id]["master_id"]
        return account_id

    def person(self, contact_id: str | None) -> str | None:
        """Contact that a merged contact lives on in (G-20); of a circle, or of a survivor that was
        not delivered, nothing is known, and the contact stays itself."""
        found, seen = contact_id, set()
        while found in self.contacts and self.contacts[found]["master_id"] in self.contacts:
            if found in seen:
                return contact_id
            seen.add(found)
            found = self.contacts[found]["master_id"]
        return found

    def is_test_account(self, account_id: str | None) -> bool:
        """Whether an account is internal; of a merged one, whether the surviving one is (G7)."""
        account = self.accounts.get(self.surviving(account_id)) or {}
        return bool(as_boolean(account.get("is_test")))

    def account_value(self, account_id: str | None, column: str) -> str:
        """Value of an account, or the unknown member."""
        return (self.accounts.get(account_id) or {}).get(column) or UNKNOWN

    def _read_products(self) -> None:
        rows = self.table("products", ("product_id",), ("product_id",))
        self.products = {row["product_id"]: row for row in rows}

    def family_of(self, product_id: str) -> str:
        """Family of a product (G14); what is unallocated stays so."""
        if product_id == UNALLOCATED:
            return UNALLOCATED
        return (self.products.get(product_id) or {}).get("product_family_id") or UNKNOWN

    # Deals

    def _read_deals(self) -> None:
        self.excluded_pipelines = {
            row["pipeline_id"]
            for row in self.table("pipelines", ("pipeline_id",), ("pipeline_id",))
            if as_boolean(row["is_excluded"])
        }
        rows = self.table("opportunities", ("opportunity_id",), ("opportunity_id", "stage"))
        entries: dict[str, set[tuple[datetime, str]]] = defaultdict(set)
        key = ("opportunity_id", "entered_at", "stage")
        for row in self.table("opportunity_stage_history", key, key):
            entered_at = as_timestamp(row["entered_at"])
            if entered_at:
                entries[row["opportunity_id"]].add((entered_at, row["stage"]))
        changes: dict[str, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
        key = ("event_id", "opportunity_id", "field_name", "changed_at", "old_value", "new_value")
        required = ("opportunity_id", "field_name", "changed_at")
        for row in self.table("opportunity_field_history", key, required):
            changed_at = as_timestamp(row["changed_at"])
            if changed_at:
                change = Change(
                    changed_at, row["event_id"] or "", row["old_value"], row["new_value"]
                )
                changes[row["opportunity_id"]][row["field_name"]].append(change)
        for logs in changes.values():
            if "owner_id" in logs:
                logs["owner_id"] = self._owners_by_id(logs["owner_id"])
        self._find_as_of(rows, entries, changes)
        self.deals: list[Deal] = []
        for row in rows:
            if self.is_excluded_deal(row):
                continue
            deal = self.read_deal(row)
            if deal.created_at and deal.created_at >= self.as_of:
                continue
            deal.changes = {
                name: sorted(log, key=lambda change: (change.changed_at, change.event_id))
                for name, log in changes[deal.deal_id].items()
            }
            # What the record was set to after as_of is not known yet (F12).
            amount = deal.value_at("amount", self.as_of, inclusive=False)
            deal.amount = self.known_amount(amount, deal.opportunity_type)
            # Lines have no history: they stand beside the amount that the record holds now (F45).
            recorded = self.known_amount(deal.row["amount"], deal.opportunity_type)
            deal.recorded_amount = recorded
            currency = deal.value_at("currency", self.as_of, inclusive=False)
            deal.currency = currency or self.corporate_currency
            logged = entries[deal.deal_id]
            # A history of stages is the better witness; without one, the log of changes speaks.
            steps = [] if logged else deal.changes.get("stage", [])
            if steps:
                deal.first_stage = steps[0].old_value
                logged = [(step.changed_at, step.new_value) for step in steps if step.new_value]
            steps_in_order = logged if steps else self._in_order(deal, logged)
            deal.entries = [entry for entry in steps_in_order if entry[0] < self.as_of]
            deal.last_logged = steps_in_order[-1][1] if steps_in_order else None
            deal.known_from = deal.created_at or self._first_sign(deal)
            self._close(deal)
            deal.gone_at = self._gone_at(deal)
            self.deals.append(deal)
        self._read_parts_of_deals()

    def _owners_by_id(self, log: list[Change]) -> list[Change]:
        """Changes of the owner with ids for names; one that restates another of its instant by
        name is none (G-6)."""
        names = Counter(user["full_name"] for user in self.users.values())
        ids = {
            user["full_name"]: user_id
            for user_id, user in self.users.items()
            if names[user["full_name"]] == 1
        }
        by_id = {change.changed_at for change in log if change.new_value in self.users}
        return [
            replace(
                change,
                old_value=ids.get(change.old_value, change.old_value),
                new_value=ids.get(change.new_value, change.new_value),
            )
            for change in log
            if change.new_value is None
            or change.new_value in self.users
            or change.changed_at not in by_id
        ]

    def _find_as_of(
        self,
        rows: Iterable[Row],
        entries: dict[str, set[tuple[datetime, str]]],
        changes: dict[str, dict[str, list[Change]]],
    ) -> None:
        loads = self.raw["loads"]
        loaded_at = max(t for t in (as_timestamp(row["loaded_at"]) for row in loads) if t)
        extracted = [t for t in (as_timestamp(row["extracted_at"]) for row in loads) if t]
        instants: list[datetime] = []
        for row in rows:
            stage = self.stage(row["pipeline_id"] or DEFAULT_PIPELINE, row["stage"])
            dated = [("created_at", "created_date")]
            # A close date on an open deal says nothing; nor does one beside a known instant (G10).
            dated += [("closed_at", "closed_date")] if stage and stage.is_closed else []
            for instant, day in dated:
                at, on = as_timestamp(row[instant]), as_date(row[day])
                instants += [at] if at else [midnight(on)] if on else []
        instants += [entered_at for each in entries.values() for entered_at, _ in each]
        instants += [
            change.changed_at
            for logs in changes.values()
            for log in logs.values()
            for change in log
        ]
        # Every delivered table of events may hold the last one (G-3).
        instants += [
            instant
            for rows_of_table, column in (
                (
                    self.activity_rows,
                    "created_at",
                ),
                (self.lead_rows, "created_at"),
                (self.forecast_rows, "submitted_at"),
                (self.visit_rows, "session_start"),
                (self.survey_rows, "responded_at"),
                (self.subscription_rows, "valid_from"),
                (self.revenue_rows, "recognized_date"),
                (self.invoice_rows, "invoice_date"),
            )
            for row in rows_of_table
            if (instant := as_timestamp(row[column]))
        ]
        # What had not happened when it was loaded is an error of entry.
        latest = max((instant for instant in instants if instant < loaded_at), default=loaded_at)
        end_of_data = midnight(latest.date() + timedelta(days=1))
        self.as_of: datetime = min(max(extracted) if extracted else end_of_data, loaded_at)
        """Instant the numbers are for (F12)."""
        self.as_of_date: date = self.as_of.date()
        is_midnight = self.as_of == midnight(self.as_of_date)
        self.snapshot_day: date = self.as_of_date + timedelta(days=not is_midnight)
        """First day whose midnight has seen everything that happened before as_of (F4)."""

    def is_excluded_deal(self, row: Row) -> bool:
        """Whether a deal is a test, internal, or in a pipeline that is left out (G7)."""
        is_test = as_boolean(row["is_test"]) or self.is_test_account(row["account_id"])
        return bool(is_test) or row["pipeline_id"] in self.excluded_pipelines

    def read_deal(self, row: Row) -> Deal:
        """A deal as its record describes it, without its history."""
        account_id = self.surviving(row["account_id"])
        # A company that the table does not hold is unknown (G-6).
        if self.accounts and account_id not in self.accounts:
            account_id = None
        opportunity_type = row["opportunity_type"] or "new"
        category, is_excluded = self.loss_reasons.get(row["loss_reason"], ("unknown", False))
        deleted_at = as_timestamp(row["deleted_at"])
        created_date = as_date(row["created_date"])
        created_at = as_timestamp(row["created_at"])
        if created_date is None and created_at:
            created_date = created_at.date()
        return Deal(
            row=row,
            deal_id=row["opportunity_id"],
            account_id=account_id,
            pipeline_id=row["pipeline_id"] or DEFAULT_PIPELINE,
            opportunity_type=opportunity_type,
            region_id=row["region_id"] or self.account_value(account_id, "region_id"),
            segment_id=row["segment_id"] or self.account_value(account_id, "segment_id"),
            lead_source_id=self.lead_sources.get(row["lead_source"], row["lead_source"]) or UNKNOWN,
            campaign_id=row["campaign_id"] or UNKNOWN,
            created_date=created_date,
            created_at=created_at or (midnight(created_date) if created_date else None),
            loss_category=category,
            win_category=self.loss_reasons.get(row["win_reason"], ("unknown", False))[0],
            is_excluded_loss=is_excluded,
            # A deletion after as_of has not happened yet.
            is_deleted=bool(as_boolean(row["is_deleted"]))
            and (deleted_at is None or deleted_at < self.as_of),
            deleted_at=deleted_at,
            probability=as_decimal(row["probability"]),
        )

    def _in_order(
        self, deal: Deal, entries: Iterable[tuple[datetime, str]]
    ) -> list[tuple[datetime, str]]:
        """Entries as they happened (C.4.2): of those of one instant the stage that the deal ended
        in comes last, the others in the order of the mapping."""

        def place(entry: tuple[datetime, str]) -> tuple:
            entered_at, source = entry
            stage = self.stage(deal.pipeline_id, source)
            order = stage.order if stage else Decimal(0)
            return entered_at, source == deal.row["stage"], order, source

        return sorted(entries, key=place)

    def _first_sign(self, deal: Deal) -> datetime:
        """Instant from which a deal without a date of creation is known: its first change logged
        before as_of (F12), else the last day of the data, so that it is in no past it may not
        have had."""
        logged = [entered_at for entered_at, _ in deal.entries]
        logged += [change.changed_at for log in deal.changes.values() for change in log]
        return min(
            (instant for instant in logged if instant < self.as_of),
            default=midnight(self.as_of_date - timedelta(days=1)),
        )

    def _close(self, deal: Deal) -> None:
        """Outcome of a deal: its latest closed state, when its stage is closed (G8, G10, G11).

        The instant is the last transition into a closed stage, else closed_at, else midnight of
        closed_date (F23); the date never lies after an observed instant (G10).
        """
        if self._is_close_unlogged(deal):
            self._close_by_record(deal)
            if deal.is_closed:
                return
        # The record may hold a stage that was entered after as_of.
        source = deal.stage_at(self.as_of)
        stage = self.stage(deal.pipeline_id, source)
        if stage is None or not stage.is_closed:
            return
        # The close is logged, and it is logged after as_of.
        if deal.last_logged and not deal.entries and not deal.first_stage:
            return
        transitions: list[datetime] = []
        before = self.stage(deal.pipeline_id, deal.first_stage)
        for entered_at, source_stage in deal.entries:
            entered = self.stage(deal.pipeline_id, source_stage)
            if entered and entered.is_closed and entered != before:
                transitions.append(entered_at)
            before = entered
        observed = transitions[-1] if transitions else as_timestamp(deal.row["closed_at"])
        closed_date = as_date(deal.row["closed_date"])
        if observed and (closed_date is None or closed_date > observed.date()):
            closed_date = observed.date()
        closed_at = observed or (midnight(closed_date) if closed_date else None)
        if closed_at and closed_at >= self.as_of:
            return
        deal.is_closed, deal.is_won = True, stage.is_won
        deal.closed_at, deal.closed_date = closed_at, closed_date

    def _is_close_unlogged(self, deal: Deal) -> bool:
        """Whether the record is closed and its log ends elsewhere, today and as of as_of: the last
        interval's stage is the current one, and so a step is missing from the log (C.4.2)."""
        record = self.stage(deal.pipeline_id, deal.row["stage"])
        if deal.last_logged is None or record is None or not record.is_closed:
            return False
        ends = [deal.last_logged, *([deal.entries[-1][1]] if deal.entries else [])]
        return record not in [self.stage(deal.pipeline_id, source) for source in ends]

    def _close_by_record(self, deal: Deal) -> None:
        """Close a deal as its record says, when that was before as_of (F23, G10)."""
        stage = self.stage(deal.pipeline_id, deal.row["stage"])
        observed, closed_date = (
            as_timestamp(deal.row["closed_at"]),
            as_date(deal.row["closed_date"]),
        )
        closed_at = observed or (midnight(closed_date) if closed_date else None)
        if closed_at is None or closed_at >= self.as_of:
            return
        if observed and (closed_date is None or closed_date > observed.date()):
            closed_date = observed.date()
        deal.is_closed, deal.is_won = True, stage.is_won
        deal.closed_at, deal.closed_date = closed_at, closed_date

    def _gone_at(self, deal: Deal) -> datetime | None:
        last = self.stage(deal.pipeline_id, deal.entries[-1][1]) if deal.entries else None
        closed = deal.entries[-1][0] if last and last.is_closed else None
        if deal.is_closed and (not deal.entries or self._is_close_unlogged(deal)):
            # No logged stage comes after the close.
            entered = [entered_at for entered_at, _ in deal.entries[-1:]]
            closed = max([deal.closed_at or datetime.min, *entered])
        deleted = (deal.deleted_at or datetime.min) if deal.is_deleted else None
        return min((instant for instant in (closed, deleted) if instant), default=None)

    def _read_parts_of_deals(self) -> None:
        by_id = {deal.deal_id: deal for deal in self.deals}
        required = ("line_id", "opportunity_id", "product_id")
        for row in self.table("opportunity_line_items", ("line_id",), required):
            deal, net = by_id.get(row["opportunity_id"]), as_decimal(row["net_amount"])
            if deal:
                product = row["product_id"]
                if self.products and product not in self.products:
                    product = UNKNOWN
                so_far = deal.lines.get(product)
                deal.lines[product] = so_far if net is None else net + (so_far or 0)
        key = ("opportunity_id", "competitor_id")
        for row in self.table("opportunity_competitors", key, key):
            if row["opportunity_id"] in by_id:
                by_id[row["opportunity_id"]].competitors.append(row["competitor_id"])
        key = ("opportunity_id", "user_id", "split_type")
        for row in self.table("opportunity_splits", key, key[:2]):
            deal, rate = by_id.get(row["opportunity_id"]), as_decimal(row["split_rate"])
            if deal and rate is not None and (row["split_type"] or "revenue") == "revenue":
                seller = self.known_seller(row["user_id"])
                deal.splits[seller] = deal.splits.get(seller, Decimal(0)) + rate

    # Facts about deals

    def known_seller(self, user_id: str | None) -> str:
        """A seller that the table of users holds, or of anybody where there is none (G-6)."""
        if not user_id or (self.users and user_id not in self.users):
            return UNKNOWN
        return user_id

    def owner_at(self, deal: Deal, instant: datetime, inclusive: bool = True) -> str:
        """Owner of a deal at an instant, from the change log (G12, F23)."""
        return self.known_seller(deal.value_at("owner_id", instant, inclusive))

    def first_owner(self, deal: Deal) -> str:
        """Owner at creation: that of the end of the day, since history is known per day, and
        no later than as_of (F12)."""
        end_of_day = midnight(deal.created_date + timedelta(days=1))
        return self.owner_at(deal, min(end_of_day, self.as_of), False)

    def closing_owner(self, deal: Deal) -> str:
        """Owner at the close of a closed deal."""
        changes = deal.changes.get("owner_id", [])
        # Where the first handover left nobody, nobody knows of an earlier owner than today's.
        if changes and changes[0].changed_at > deal.closed_at and not changes[0].old_value:
            return self.known_seller(deal.row["owner_id"])
        return self.owner_at(deal, deal.closed_at)

    def closing_amount(self, deal: Deal) -> Decimal | None:
        """Amount of a closed deal, in the corporate currency at the rate of the close (G6)."""
        return self.convert(deal.amount, self.spot_rate(deal.currency, deal.closed_date))

    def amount_at_loss(self, deal: Deal) -> Decimal | None:
        """Closing amount; a lost one set to 0 shortly before the close counts as it was (#44)."""
        if deal.is_won or deal.amount != 0:
            return self.closing_amount(deal)
        window = timedelta(days=int(self.number("zeroed_amount_days")))
        for change in reversed(deal.changes.get("amount", [])):
            before = self.known_amount(change.old_value, deal.opportunity_type)
            if before and deal.closed_at - window <= change.changed_at <= deal.closed_at:
                return self.convert(before, self.spot_rate(deal.currency, deal.closed_date))
        return self.closing_amount(deal)

    def is_decided(self, deal: Deal) -> bool:
        """Closed, not an excluded loss, neither credit nor contraction (F25)."""
        return deal.is_closed and not self.is_left_out(deal)

    def is_left_out(self, deal: Deal) -> bool:
        """Credit, contraction or excluded loss: in no count and no rate of deals (F25)."""
        return deal.opportunity_type in self.never_decided or (
            deal.is_closed and not deal.is_won and deal.is_excluded_loss
        )

    @cached_property
    def closed_deals(self) -> list[Deal]:
        """Deals with an outcome in a period (G7, G10)."""
        return [
            deal
            for deal in self.deals
            if deal.is_closed and deal.closed_date is not None and not deal.is_deleted
        ]

    @cached_property
    def decided_deals(self) -> list[Deal]:
        """Closed deals that rates count."""
        return [deal for deal in self.closed_deals if self.is_decided(deal)]

    @cached_property
    def first_day(self) -> date | None:
        """First day of the deals: of the earliest creation, sign of life or close (G-1)."""
        days = [deal.known_from.date() for deal in self.deals]
        days += [deal.created_date for deal in self.deals if deal.created_date]
        days += [deal.closed_date for deal in self.deals if deal.closed_date]
        return min(days, default=None)

    @cached_property
    def first_pipeline_day(self) -> date | None:
        """First day on which a deal is known of; one without a date of creation may be earlier."""
        days = [deal.known_from.date() for deal in self.deals]
        days += [self.first_day] if self.first_day else []
        return min(days, default=None)

    def snapshots(self, day: date) -> list[Snapshot]:
        """Open deals at the first instant of a day (F4): created, not closed, not deleted then.

        Deals in an unmapped stage are left out. Owner, amount, expected close and the rate are
        those of the instant (G6, G12).
        """
        if day not in self._snapshots:
            self._snapshots[day] = list(self._open_deals(day))
        return self._snapshots[day]

    @cached_property
    def _snapshots(self) -> dict[date, list[Snapshot]]:
        return {}

    def _open_deals(self, day: date) -> Iterator[Snapshot]:
        for deal in self.deals:
            snapshot = self.snapshot(deal, day)
            if snapshot:
                yield snapshot

    def snapshot(self, deal: Deal, day: date) -> Snapshot | None:
        """A deal at the first instant of a day; None while it is not open."""
        instant = min(midnight(day), self.as_of)
        # The midnight after an as_of at noon is looked at on the day of as_of (F4, F12).
        day = min(day, self.as_of_date)
        # Credits and contractions are money that is booked, not money that is hoped for (F25).
        if deal.opportunity_type in self.never_decided or deal.known_from >= instant:
            return None
        if deal.gone_at is not None and deal.gone_at < instant:
            return None
        stage = self.stage(deal.pipeline_id, deal.stage_at(instant))
        if stage and stage.is_closed and not deal.entries and not deal.first_stage:
            # It was open then, in a stage that nobody logged.
            stage = UNLOGGED_STAGE
        if stage is None or stage.is_closed:
            return None
        amount = self.known_amount(
            deal.value_at("amount", instant, inclusive=False), deal.opportunity_type
        )
        currency = deal.value_at("currency", instant, inclusive=False)
        currency = currency or self.corporate_currency
        return Snapshot(
            deal=deal,
            day=day,
            stage=stage,
            owner_id=self.owner_at(deal, instant, inclusive=False),
            expected_close_date=as_date(
                deal.value_at("expected_close_date", instant, inclusive=False)
            ),
            amount=amount,
            currency=currency,
            amount_corporate=self.convert(amount, self.spot_rate(currency, day)),
        )
