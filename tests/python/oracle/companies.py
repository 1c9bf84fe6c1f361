"""Small companies that are awkward on purpose, drawn at random as raw tables.

Everything is drawn as a small whole number and rows are built from it, so that a failing company
shrinks to the few rows that matter: 0 is always the plainest choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from .periods import add_months
from .reading import Row, Tables

ENDS = (
    date(2024, 7, 1),
    date(2024, 3, 1),
    date(2025, 1, 1),
    date(2024, 2, 29),
    date(2024, 5, 16),
    date(2025, 4, 1),
    date(2023, 12, 31),
)
"""Last days of a company's data: boundaries of every kind, a leap day, and a day in between."""
SPANS = (4, 1, 7, 14)
"""Months from the first deal to the end; the longest sees a whole window of retention."""
FISCAL_STARTS = (1, 4, 2, 10)
TIMES = (time(9), time(), time(23, 59, 59), time(15, 30))
GAPS = (7, 0, 1, 31, 80)
CURRENCIES = (None, "EUR", "USD", "GBP", "XXX")
"""The corporate one unnamed, one with rates, it named, one whose rates begin late, one without."""
AMOUNTS = ("1000", "2500.50", "12000", "0", None, "333.33", "-400")
TYPES = (None, "new", "renewal", "credit", "contraction", "expansion_upsell")
OPEN_STAGES = (
    "Prospecting",
    "Qualification",
    "Proposal",
    "Negotiation",
    "Somewhere",
    "Early look",
    "Proposal/Price Quote",
)
"""One of no mapping, one that a site maps itself, and two labels of one stage."""
WON, LOST = "Closed Won", "Closed Lost"
WON_AGAIN = "closedwon"
"""Another label of the won stage, as after a rename."""
WIN_REASONS = (None, "Price", "Product fit", "Never heard of")
LOSS_REASONS = (None, "Price", "No decision", "Duplicate", "Never heard of")
LEAD_SOURCES = (None, "Web", "Website", "Referral", "Carrier pigeon")
USERS = ("U1", "U2", "U3", "U4")
ACCOUNTS = ("A1", "A2", "A3", "A4")
TEAMS = ("T1", "T2", "T3")
PRODUCTS = ("P1", "P2", "P3")
OPTIONAL = (
    "accounts",
    "competitors",
    "contacts",
    "campaigns",
    "exchange_rates",
    "invoice_lines",
    "invoices",
    "opportunity_competitors",
    "opportunity_field_history",
    "opportunity_line_items",
    "opportunity_splits",
    "opportunity_stage_history",
    "pipelines",
    "products",
    "quotas",
    "revenue_events",
    "stages",
    "subscriptions",
    "survey_responses",
    "team_hierarchy",
    "team_memberships",
    "teams",
    "users",
)
"""Tables that may be missing, or there without a row."""


@dataclass
class RawCompany:
    """Raw tables of a company, absent ones left out, and parameters that differ from the seeds."""

    tables: dict[str, list[Row]]
    parameters: dict[str, str] = field(default_factory=dict)

    def reference(self, seeds: Tables) -> dict[str, Sequence[Row]]:
        """The reference seeds with the company's own parameters."""
        if not self.parameters:
            return dict(seeds)
        rows = [
            Row(row | {"value": self.parameters.get(row["parameter"], row["value"])})
            for row in seeds["parameters"]
        ]
        return dict(seeds) | {"parameters": rows}

    def __repr__(self) -> str:
        """The raw rows, for people."""
        lines = [f"parameters {self.parameters}"] if self.parameters else []
        for name, rows in self.tables.items():
            if name != "loads":
                lines += [name, *(f"  {dict(row)}" for row in rows)]
        for row in self.tables["loads"]:
            if row["table_name"] == "opportunities":
                lines.append(f"loads  {dict(row)}")
        return "\n".join(lines)


class _Draw:
    """Draws small numbers, and turns them into what raw rows are made of."""

    def __init__(self, number: Callable[[int], int]) -> None:
        self._number = number
        self.end = self.one_of(ENDS)
        self.months = self.one_of(SPANS)
        self.start = add_months(self.end - timedelta(days=1), 1 - self.months)
        self.is_calm = self.number(1) == 1
        self.tables: dict[str, list[Row]] = {}

    def number(self, most: int) -> int:
        """A whole number from 0 to `most`."""
        return self._number(most)

    def one_of(self, choices: Sequence[Any]) -> Any:
        """One of some choices; the first is the plainest."""
        return choices[self.number(len(choices) - 1)]

    def seldom(self, one_in: int = 6) -> bool:
        """True once in a while."""
        return self.number(one_in - 1) == one_in - 1

    def oddity(self, choices: Sequence[Any], calm: int) -> Any:
        """One of some choices, of which a calm company knows the first `calm` only.

        What is odd leaves a deal out of most KPIs; where nothing is, a wrong boundary shows.
        """
        return self.one_of(choices[:calm] if self.is_calm else choices)

    def mishap(self, one_in: int) -> bool:
        """True once in a while, in a company that is not calm."""
        return not self.is_calm and self.seldom(one_in)

    def day(self, months_early: int = 0) -> date:
        """A day of the company's time, more often than not beside a boundary."""
        first = add_months(self.start, self.number(self.months - 1 + months_early) - months_early)
        last = add_months(first, 1) - timedelta(days=1)
        kind = self.number(4)
        day = (first, last, first + timedelta(days=14), first + timedelta(days=1), last)[kind]
        return min(day, self.end - timedelta(days=1)) if kind < 4 else day

    def at(self, day: date) -> datetime:
        """An instant of a day."""
        return datetime.combine(day, self.one_of(TIMES))

    def add(self, table: str, **columns: object) -> Row:
        """Adds a raw row of the columns that have a value."""
        row = Row({name: str(value) for name, value in columns.items() if value is not None})
        self.tables.setdefault(table, []).append(row)
        return row


@st.composite
def companies(draw: Any) -> RawCompany:
    """A company of up to fifteen deals in up to fourteen months."""
    return _company(lambda most: draw(st.integers(0, most)), has_only_deals=False)


def deals_company(seed: int) -> RawCompany:
    """The company of a seed, with quotas, subscriptions and answers beside its deals, no more.

    It stays the same whatever other tables the companies of `companies` come to have. None of its
    values is withheld because its deals are out of date, since errors show in values.
    """
    drawn = Random(seed)
    company = _company(lambda most: drawn.randint(0, most), has_only_deals=True)
    company.parameters["freshness_sla_minutes"] = str(10**8)
    return company


def forecasting_company() -> RawCompany:
    """A seller who won 1,000 in a quarter of which 900 were called in time, 1,200 on the instant of
    the deadline, and 1,000 when it was too late."""
    deal = {
        "opportunity_id": "D01",
        "owner_id": "U1",
        "stage": "Closed Won",
        "created_date": "2024-01-02",
        "closed_date": "2024-02-10",
        "amount": "1000",
    }
    calls = (
        ("2024-01-03 09:00:00", "900"),
        ("2024-01-08 00:00:00", "1200"),
        ("2024-02-20 09:00:00", "1000"),
    )
    forecasts = [
        {
            "submission_id": f"F{number}",
            "submitter_id": "U1",
            "level": "rep",
            "category": "commit",
            "period_start": "2024-01-01",
            "period_end": "2024-04-01",
            "amount": amount,
            "submitted_at": submitted_at,
        }
        for number, (submitted_at, amount) in enumerate(calls)
    ]
    tables = {
        "users": [{"user_id": "U1", "hire_date": "2023-01-01", "is_quota_carrying": "true"}],
        "opportunities": [deal],
        "forecasts": forecasts,
    }
    loads = [
        {
            "load_id": "made",
            "table_name": name,
            "is_delivered": "true",
            "extracted_at": "2024-05-01 00:00:00",
            "loaded_at": "2024-05-02 00:00:00",
        }
        for name in tables
    ]
    named = {**tables, "loads": loads}
    return RawCompany({name: [Row(row) for row in rows] for name, rows in named.items()})


def _company(number: Callable[[int], int], has_only_deals: bool) -> RawCompany:
    drawn = _Draw(number)
    parameters: dict[str, str] = {}
    fiscal_start = drawn.one_of(FISCAL_STARTS)
    if fiscal_start != 1:
        parameters["fiscal_year_start_month"] = str(fiscal_start)
    if drawn.number(1):
        parameters["velocity_min_closed_deals"] = drawn.one_of(("2", "1"))
    _add_people(drawn)
    _add_accounts(drawn)
    _add_products(drawn)
    _add_rates(drawn)
    if drawn.seldom(3):
        drawn.add("pipelines", pipeline_id="internal", is_excluded="true")
        drawn.add("pipelines", pipeline_id="renewals", pipeline_name="Renewals")
    if drawn.seldom(3):
        drawn.add(
            "stages",
            pipeline_id=drawn.one_of((None, "renewals")),
            stage="Early look",
            stage_order=1,
            is_closed="false",
            is_won="false",
            default_probability="0.25",
        )
    for number in range(1, 2 + drawn.number(14)):
        _add_deal(drawn, f"D{number:02}")
    if drawn.number(1):
        _add_quotas(drawn)
    if drawn.number(1):
        _add_subscriptions(drawn)
    if drawn.number(1):
        _add_answers(drawn)
    if not has_only_deals and drawn.number(1):
        _add_revenue(drawn)
    if not has_only_deals and drawn.number(1):
        _add_invoices(drawn)
    _lose_tables(drawn)
    _add_loads(drawn)
    if has_only_deals:
        return RawCompany(drawn.tables, parameters)
    _add_leads(drawn)
    if drawn.number(1):
        _add_jobs(drawn)
    if drawn.number(1):
        _add_activities(drawn)
    _add_visits(drawn)
    if drawn.number(1):
        _add_time(drawn)
    if drawn.number(1):
        _add_forecasts(drawn)
    if drawn.number(1):
        _add_targets(drawn)
    if drawn.number(1):
        _add_costs(drawn)
    if drawn.number(1):
        _add_touches(drawn)
    if drawn.number(1):
        _add_markets(drawn)
    if drawn.number(1):
        _add_pay(drawn)
    if drawn.number(1):
        _add_trainings(drawn)
    return RawCompany(drawn.tables, parameters)


def _add_people(drawn: _Draw) -> None:
    parents = drawn.one_of(((None, "T1", "T1"), (None, "T1", "T2"), (None, None, None)))
    for team, parent in zip(TEAMS, parents, strict=True):
        drawn.add("teams", team_id=team, parent_team_id=parent)
    if drawn.seldom(3):
        # A team moves below another one on a boundary; the others keep their undated place.
        moved = drawn.day()
        team, first, then = drawn.one_of(
            (("T3", "T1", "T2"), ("T3", None, "T1"), ("T2", "T1", None), ("T3", "T2", "T1"))
        )
        drawn.add("team_hierarchy", team_id=team, parent_team_id=first, valid_to=moved)
        drawn.add("team_hierarchy", team_id=team, parent_team_id=then, valid_from=moved)
    for user in USERS[: 2 + drawn.number(2)]:
        left = drawn.day() if drawn.seldom(4) else None
        drawn.add(
            "users",
            user_id=user,
            is_quota_carrying=drawn.one_of(("true", "false", None)),
            hire_date=drawn.day(months_early=2) if drawn.number(1) else None,
            termination_date=left,
            is_active=drawn.one_of(("false", None)) if left else drawn.one_of(("true", None)),
            region_id=drawn.one_of((None, "North", "South")),
        )
        team, since = drawn.one_of(("T2", "T1", "T3", None)), None
        if team:
            moves = drawn.one_of((0, 1, 2))
            for other in (drawn.one_of(("T3", "T1", "T2")) for _ in range(moves)):
                moved = drawn.day()
                if (since is None or since < moved) and other != team:
                    # Some sources name the last day instead of the day after, or no end at all.
                    gap = timedelta(days=drawn.oddity((0, 3, 1), 2))
                    drawn.add(
                        "team_memberships",
                        user_id=user,
                        team_id=team,
                        valid_from=since,
                        valid_to=None if drawn.seldom(12) else moved,
                    )
                    team, since = other, moved + gap
            drawn.add("team_memberships", user_id=user, team_id=team, valid_from=since)
        if drawn.seldom():
            drawn.add(
                "team_memberships",
                user_id=user,
                team_id="T1",
                is_primary="false",
                valid_from=drawn.start - timedelta(days=1),
            )


def _add_accounts(drawn: _Draw) -> None:
    for number, account in enumerate(ACCOUNTS[: 1 + drawn.number(3)]):
        drawn.add(
            "accounts",
            account_id=account,
            region_id=drawn.one_of((None, "North", "South")),
            segment_id=drawn.one_of((None, "Enterprise", "SMB")),
            owner_id=drawn.one_of((None, "U1", "U2")),
            customer_since=drawn.day(months_early=3) if drawn.seldom(4) else None,
            master_id=ACCOUNTS[number - 1] if number and drawn.seldom() else None,
            is_test="true" if drawn.seldom(12) else None,
        )


def _add_products(drawn: _Draw) -> None:
    for product in PRODUCTS[: drawn.number(2)]:
        drawn.add(
            "products",
            product_id=product,
            product_family_id=drawn.one_of((None, "Platform", "Add-ons")),
        )


def _add_rates(drawn: _Draw) -> None:
    early = add_months(drawn.start, -15)
    drawn.add("exchange_rates", currency="EUR", rate_date=early, rate="1.1")
    drawn.add("exchange_rates", currency="EUR", rate_date=drawn.day(), rate="1.25")
    if drawn.number(1):
        drawn.add("exchange_rates", currency="GBP", rate_date=drawn.day(), rate="1.3")
    for year in {early.year, drawn.start.year, drawn.end.year}:
        if drawn.number(1):
            drawn.add(
                "exchange_rates",
                currency="EUR",
                rate_date=date(year, drawn.one_of((1, 4)), 1),
                rate_type="plan",
                rate=drawn.one_of(("1.2", "1.05")),
            )


def _add_deal(drawn: _Draw, deal: str) -> None:
    created = drawn.day()
    opened_at = drawn.at(created)
    row = drawn.add(
        "opportunities",
        opportunity_id=deal,
        created_date=None if drawn.seldom(15) else created,
        created_at=opened_at if drawn.number(2) else None,
        account_id=drawn.oddity((*ACCOUNTS[:3], None, "A9"), 3),
        pipeline_id=drawn.oddity((None, "renewals", "internal", "elsewhere"), 1),
        opportunity_type=drawn.oddity(TYPES, 2),
        owner_id=drawn.oddity((*USERS[:3], None, "U9"), 2),
        currency=drawn.oddity(CURRENCIES, 2),
        probability=drawn.one_of((None, "0.5", "0", "1.5")),
        lead_source=drawn.one_of(LEAD_SOURCES),
        campaign_id=drawn.one_of((None, "C1")),
        region_id=drawn.one_of((None, "South", "West")),
        segment_id=drawn.one_of((None, "SMB")),
        is_test="true" if drawn.mishap(6) else None,
    )
    closed_at = _add_stages(drawn, row, opened_at)
    _add_changes(drawn, row, opened_at, closed_at)
    if closed_at and drawn.mishap(8):
        # Brought in from elsewhere after its close.
        created = min(closed_at.date() + timedelta(days=drawn.one_of((1, 14))), drawn.end)
        row["created_date"] = str(created)
        row["created_at"] = str(drawn.at(created)) if drawn.number(1) else None
    if drawn.mishap(4):
        row["is_deleted"] = "true"
        last = closed_at.date() if closed_at else created
        gone = last + timedelta(days=drawn.one_of((31, 0, 7)))
        row["deleted_at"] = str(drawn.at(gone)) if drawn.number(3) else None
    if drawn.number(1):
        for number in range(1 + drawn.number(2)):
            drawn.add(
                "opportunity_line_items",
                line_id=f"{deal}-{number}",
                opportunity_id=deal,
                product_id=drawn.one_of(("P1", "P2", "P9")),
                net_amount=drawn.one_of(
                    (row["amount"], "600", "400", "0", None, "333.33", "999.995")
                ),
            )
    if drawn.seldom(4):
        rates = drawn.one_of(("0.5", "1", "0.3333", "0"))
        for user in USERS[: 1 + drawn.number(2)]:
            drawn.add(
                "opportunity_splits",
                opportunity_id=deal,
                user_id=user,
                split_type=drawn.one_of((None, "revenue", "overlay")),
                split_rate=rates,
            )
    if drawn.seldom(4):
        for competitor in ("Q1", "Q2")[: 1 + drawn.number(1)]:
            drawn.add("opportunity_competitors", opportunity_id=deal, competitor_id=competitor)
    if drawn.seldom(8):
        # An older copy of the same deal, which must lose whatever the order of the rows.
        row["updated_at"] = str(datetime.combine(drawn.start, time(8)))
        drawn.tables["opportunities"].insert(
            drawn.number(1) and len(drawn.tables["opportunities"]),
            Row(row | {"amount": "77777", "updated_at": None, "deleted_at": None, "stage": WON}),
        )


def _add_stages(drawn: _Draw, row: Row, opened_at: datetime) -> datetime | None:
    """The way of a deal through its stages; returns the instant of its last closing."""
    way = [drawn.one_of(OPEN_STAGES) for _ in range(drawn.number(2))]
    outcome = drawn.number(7)
    # Open, won, lost, reopened, reopened and won, reopened and lost, lost and then won after all,
    # won and then in a renamed stage.
    way += (
        [drawn.one_of(OPEN_STAGES)],
        [WON],
        [LOST],
        [LOST, "Proposal"],
        [LOST, "Proposal", WON],
        [WON, "Qualification", LOST],
        [LOST, WON],
        [WON, WON_AGAIN],
    )[outcome]
    end = datetime.combine(drawn.end, time())
    # By a history of stages, by nothing, or by the log of changes.
    log = drawn.one_of(("history", "history", None, "changes"))
    at = opened_at
    entered: list[tuple[datetime, str]] = []
    for number, stage in enumerate(way):
        if number:
            later = drawn.at((at + timedelta(days=drawn.one_of(GAPS))).date())
            if drawn.number(1):
                # On a boundary: the ends of a month, the first day of a window of ninety days.
                first = add_months(later.date(), 1)
                window = add_months(first, 3) - timedelta(days=90)
                day = drawn.one_of((first, first - timedelta(days=1), window))
                later = datetime.combine(day, later.time())
            at = max(at + timedelta(seconds=1), later)
        elif drawn.seldom(3):
            at = max(at, drawn.at(at.date()))
        if at >= end and entered:
            break
        entered.append((at, stage))
    last_at, last = entered[-1]
    row["stage"] = last
    if log == "changes":
        for (_, old), (entered_at, stage) in pairwise(entered):
            if old != stage:
                drawn.add(
                    "opportunity_field_history",
                    event_id=f"{row['opportunity_id']}-{stage}-{entered_at}",
                    opportunity_id=row["opportunity_id"],
                    field_name="stage",
                    old_value=old,
                    new_value=stage,
                    changed_at=entered_at,
                )
    elif log:
        if len(entered) > 1 and drawn.mishap(6):
            # The last step is missing from the log.
            entered.pop()
        # Some logs hold days alone.
        has_time = not drawn.mishap(6)
        for entered_at, stage in entered:
            drawn.add(
                "opportunity_stage_history",
                opportunity_id=row["opportunity_id"],
                stage=stage,
                entered_at=entered_at if has_time else datetime.combine(entered_at, time()),
            )
    if last not in (WON, LOST, WON_AGAIN):
        return None
    if last == LOST:
        row["loss_reason"] = drawn.one_of(LOSS_REASONS)
    else:
        # Told by the deal's number, not drawn, so that the draws after it stay as they were.
        row["win_reason"] = WIN_REASONS[int(row["opportunity_id"][1:]) % len(WIN_REASONS)]
    shift = drawn.one_of((0, 0, 1, -1, None))
    if shift is not None:
        row["closed_date"] = str(last_at.date() + timedelta(days=shift))
    row["closed_at"] = str(last_at) if drawn.number(1) else None
    return last_at


def _add_changes(drawn: _Draw, row: Row, opened_at: datetime, closed_at: datetime | None) -> None:
    """What the deal is worth, when it is expected, and how both and the owner changed."""
    row["amount"] = drawn.oddity(AMOUNTS, 3)
    if row["opportunity_type"] in ("credit", "contraction") and drawn.number(1):
        row["amount"] = "-400"
    expected = drawn.day() + timedelta(days=drawn.one_of((0, 31, 90)))
    row["expected_close_date"] = None if drawn.seldom(8) else str(expected)
    at = opened_at
    if closed_at and drawn.seldom(4):
        # Handed over at the close or after it, which moves no credit.
        row["owner_id"] = drawn.one_of(USERS[:3])
        old = drawn.one_of((None, *USERS[:3]))
        if old != row["owner_id"]:
            drawn.add(
                "opportunity_field_history",
                event_id=f"{row['opportunity_id']}-over",
                opportunity_id=row["opportunity_id"],
                field_name="owner_id",
                old_value=old,
                new_value=row["owner_id"],
                changed_at=drawn.one_of(
                    (
                        closed_at,
                        closed_at + timedelta(seconds=1),
                        drawn.at(closed_at.date() + timedelta(days=1)),
                    )
                ),
            )
        return
    for number in range(drawn.one_of((0, 0, 1, 2, 3))):
        # Seldom two changes happen at one instant; the log tells their order by its key.
        if not (number and drawn.mishap(6)):
            at = max(
                at + timedelta(seconds=1),
                drawn.at((at + timedelta(days=drawn.one_of((0, 1, 14, 40)))).date()),
            )
        if at >= datetime.combine(drawn.end, time()) or (closed_at and at >= closed_at):
            break
        name = drawn.one_of(("amount", "owner_id", "expected_close_date", "currency"))
        old = row[name]
        new = {
            "amount": drawn.one_of(AMOUNTS),
            "owner_id": drawn.one_of((None, *USERS[:3])),
            "currency": drawn.oddity(CURRENCIES, 2),
            "expected_close_date": str(expected + timedelta(days=drawn.one_of((-30, 1, 60)))),
        }[name]
        if new == old:
            continue
        row[name] = new
        drawn.add(
            "opportunity_field_history",
            event_id=f"{row['opportunity_id']}-{number}",
            opportunity_id=row["opportunity_id"],
            field_name=name,
            old_value=old,
            new_value=new,
            changed_at=at,
        )


def _add_quotas(drawn: _Draw) -> None:
    first = add_months(drawn.start, -((drawn.start.month - 1) % 3))
    for owner in drawn.one_of((("U1",), ("U1", "U2"), ("U1", "U2", "U4"), ("T1",), ("U1", "T2"))):
        is_quarterly = drawn.number(1) == 0
        length = 3 if is_quarterly else 1
        family = drawn.one_of((None, None, "Platform"))
        amount = drawn.oddity(("1000", "500", "900.25", "0"), 3)
        currency = drawn.oddity((None, "EUR", "XXX"), 2)
        for number in range(drawn.number(4 if is_quarterly else 9)):
            since = add_months(first, number * length)
            until = add_months(since, length)
            if drawn.seldom(8):
                continue
            # Some sources name the last day of a period instead of the day after.
            last = until - timedelta(days=1) if drawn.seldom(6) else until
            columns = {
                "team_id" if owner.startswith("T") else "user_id": owner,
                "period_start": since,
                "period_end": last,
                "measure": drawn.one_of((None, "bookings_acv")) if number == 0 else None,
                "product_family_id": family,
                "currency": currency,
            }
            if drawn.seldom(6):
                # The quota is raised in the middle of its period.
                raised = since + timedelta(days=14)
                ended = drawn.oddity((raised, None, raised - timedelta(days=1)), 2)
                drawn.add("quotas", **columns, amount=amount, valid_to=ended)
                drawn.add("quotas", **columns, amount="1500", valid_from=raised)
            else:
                drawn.add("quotas", **columns, amount=amount)
            if drawn.seldom(8):
                # A longer or a shorter quota holds some of the same days.
                columns["period_end"] = add_months(since, drawn.one_of((1, 2, 3, 12)))
                drawn.add("quotas", **columns, amount="777")


def _add_subscriptions(drawn: _Draw) -> None:
    for number in range(1 + drawn.number(4)):
        since: date | None = drawn.day(months_early=14)
        account = drawn.one_of((*ACCOUNTS[:3], "A9"))
        product = drawn.one_of((None, "P1", "P2"))
        currency = drawn.one_of((None, "EUR", "XXX"))
        for _ in range(1 + drawn.number(2)):
            months = drawn.one_of((12, 1, 5, None))
            until = None if months is None else add_months(since, months)
            if until and drawn.seldom(3):
                until += timedelta(days=since.day - 1)
            until = until if until is None or until > since else None
            drawn.add(
                "subscriptions",
                subscription_id=f"S{number}",
                account_id=account,
                product_id=product,
                mrr=drawn.one_of(("100", "150", "50.5", "0")),
                currency=currency,
                line_id=drawn.one_of((None, None, "L1")),
                valid_from=since,
                valid_to=None if drawn.seldom(6) else until,
                status=drawn.oddity((None, "active", "pending_renewal", "cancelled"), 2),
                renewal_date=drawn.one_of((None, until)),
                updated_at=drawn.at(drawn.day()) if drawn.seldom(3) else None,
            )
            if until is None:
                break
            # The next row begins before the end, at it, or after a day that is lost.
            began = since
            since = until + timedelta(days=drawn.oddity((0, -20, 1), 2))
            if since <= began:
                break


def _add_answers(drawn: _Draw) -> None:
    merged = drawn.oddity((None, "K2", "K9"), 2)
    drawn.add("contacts", contact_id="K1", master_id=merged)
    drawn.add("contacts", contact_id="K2", master_id="K1" if merged and drawn.seldom() else None)
    for number in range(1 + drawn.number(7)):
        drawn.add(
            "survey_responses",
            response_id=f"R{number}",
            survey_type=drawn.oddity(
                ("nps_relationship", "nps_transactional", "csat", "service_quality"), 3
            ),
            score=drawn.oddity(("9", "6", "7", "8", "10", "0", "11", "8.5"), 6),
            expectation_score=drawn.oddity((None, "8", "11"), 2),
            scale_min=drawn.oddity(("0", "1", None), 2),
            scale_max=drawn.oddity(("10", "7", None, "1"), 3),
            responded_at=drawn.at(drawn.day()),
            contact_id=drawn.oddity((None, "K1", "K1", "K2"), 2),
            account_id=drawn.one_of((None, *ACCOUNTS[:3], "A9")),
            user_id=drawn.one_of((None, "U1", "U9")),
            is_test="true" if drawn.seldom(12) else None,
        )
        if drawn.mishap(6):
            # The same answer in a dimension of its own.
            answer = drawn.tables["survey_responses"][-1]
            part = Row(answer | {"dimension": "onboarding", "score": drawn.one_of(("3", "10"))})
            drawn.tables["survey_responses"].insert(drawn.number(1) * number, part)


def _add_revenue(drawn: _Draw) -> None:
    deals = [row["opportunity_id"] for row in drawn.tables["opportunities"]]
    for number in range(1 + drawn.number(11)):
        row = drawn.add(
            "revenue_events",
            revenue_id=f"E{number:02}",
            account_id=drawn.one_of((None, *ACCOUNTS[:3], "A9")),
            opportunity_id=drawn.one_of((*deals, None, "D99")),
            product_id=drawn.one_of((None, "P1", "P2", "P9")),
            event_type=drawn.oddity((None, "recognized", "credit", "deferred_release"), 2),
            recognized_date=drawn.day() + timedelta(days=drawn.oddity((0, 40), 1)),
            amount=drawn.one_of(("1000", "250.50", "0", "-400", "333.33")),
            currency=drawn.oddity(CURRENCIES, 2),
            cogs_amount=drawn.one_of((None, "100", "0", "55.55")),
            is_deleted="true" if drawn.mishap(6) else None,
        )
        if drawn.mishap(8):
            # A copy that says less; a deletion may come as a key and a mark.
            copy = Row(revenue_id=row["revenue_id"], is_deleted=drawn.one_of(("true", None)))
            drawn.tables["revenue_events"].append(copy)


def _add_leads(drawn: _Draw) -> None:
    """Leads of a few people, some of them twice, that became deals or accounts or nothing."""
    deals = drawn.tables["opportunities"]
    for number in range(drawn.one_of((0, 3, 8))):
        created = drawn.day(months_early=1)
        # Seldom the lead is known only after its deal.
        later = [drawn.at(created + timedelta(days=drawn.one_of((1, 0, 14, 40)))) for _ in "abc"]
        deal = drawn.one_of(deals) if drawn.number(2) else None
        is_converted = deal is not None and drawn.number(3) > 0
        drawn.add(
            "leads",
            lead_id=f"L{number}",
            email=drawn.oddity((None, "ann@x.example", " Ann@x.example", "bo@x.example"), 1),
            phone=drawn.oddity((None, "+1 (555) 1", "15551"), 1),
            full_name=drawn.oddity((None, "Ann", "ann"), 1),
            company=drawn.one_of((None, "X")),
            created_at=drawn.at(created),
            lead_source=drawn.one_of(LEAD_SOURCES),
            campaign_id=drawn.one_of((None, "C1")),
            owner_id=drawn.oddity((*USERS[:3], None, "U9"), 2),
            status=drawn.oddity((None, "working", "Qualified", "disqualified", "spam"), 4),
            qualified_at=later[0] if drawn.number(1) else None,
            disqualified_at=later[1] if drawn.seldom(3) else None,
            converted_at=later[2] if is_converted and drawn.number(2) else None,
            converted_account_id=drawn.oddity((None, *ACCOUNTS[:3], "A9"), 3),
            converted_opportunity_id=deal["opportunity_id"] if is_converted else None,
            duplicate_of_lead_id=drawn.oddity((None, None, "L0", "L2", "L5", "L9"), 2),
            region_id=drawn.one_of((None, "South")),
            segment_id=drawn.one_of((None, "SMB")),
            is_deleted="true" if drawn.mishap(6) else None,
            is_test="true" if drawn.mishap(6) else None,
        )
    _add_load(drawn, "leads")
    if drawn.number(1):
        for deal in deals:
            if drawn.number(2):
                deal["qualified_at"] = str(drawn.at(drawn.day()))


def _add_visits(drawn: _Draw) -> None:
    """Visits of a few people to the web site, robots and colleagues among them."""
    has_regions = drawn.number(1)
    for number in range(drawn.one_of((0, 4, 9))):
        drawn.add(
            "web_sessions",
            session_id=f"V{number}",
            visitor_id=drawn.one_of(("one", "two", None)),
            session_start=drawn.at(drawn.day()),
            campaign_id=drawn.one_of((None, "C1")),
            region_id=drawn.one_of((None, "South")) if has_regions else None,
            page_views=drawn.one_of((None, "1", "3")),
            is_bot="true" if drawn.mishap(5) else None,
            is_internal="true" if drawn.mishap(5) else None,
        )
    _add_load(drawn, "web_sessions")


def _add_load(drawn: _Draw, table: str) -> None:
    """A line of the manifest for a table that came to the companies later than the others."""
    first = drawn.tables["loads"][0]
    row = Row(first | {"table_name": table, "is_delivered": str(table in drawn.tables).lower()})
    row["coverage_from"] = None
    drawn.tables["loads"].append(row)


def _add_jobs(drawn: _Draw) -> None:
    for user in drawn.one_of((("U1",), ("U1", "U2"), ("U1", "U2", "U3"), ("U2", "U9"))):
        since: date | None = drawn.day(months_early=3)
        for _ in range(1 + drawn.number(2)):
            until = drawn.day() if drawn.number(1) else None
            until = until if until is None or until > since else None
            drawn.add(
                "employment_history",
                user_id=user,
                valid_from=since,
                valid_to=until,
                fte=drawn.oddity((None, "0.5", "80"), 2),
                department=drawn.one_of((None, "sales", "Marketing")),
                is_quota_carrying=drawn.one_of(("true", None, "false")),
                is_on_leave="true" if drawn.seldom(4) else None,
            )
            # The next job begins at the end, before it, after a day that is lost, or much later.
            began = since
            since = (until or began + timedelta(days=40)) + timedelta(
                days=drawn.oddity((0, 30, -20, 1), 2)
            )
            if since <= began:
                break
    for user in USERS[: drawn.number(2)]:
        away = drawn.day(months_early=1)
        lasts = drawn.one_of((5, 30, 31, 90, None))
        drawn.add(
            "user_leave",
            user_id=user,
            start_date=away,
            end_date=None if lasts is None else away + timedelta(days=lasts),
        )
    _add_load(drawn, "employment_history")
    _add_load(drawn, "user_leave")


def _add_pay(drawn: _Draw) -> None:
    """Pay of some months, on any day of them, once for each component."""
    paid: set[tuple[object, ...]] = set()
    for _ in range(1 + drawn.number(7)):
        user = drawn.oddity((*USERS[:3], "U9"), 3)
        month = drawn.day(months_early=1)
        component = drawn.one_of(("commission", "base", "Bonus", "spiff"))
        if (user, month, component.lower()) in paid:
            continue
        paid.add((user, month, component.lower()))
        drawn.add(
            "compensation",
            user_id=user,
            period_start=month,
            component=component,
            amount=drawn.one_of(("100", "9.99", None, "-5", "0")),
            currency=drawn.oddity((None, "EUR", "XXX"), 2),
        )
    _add_load(drawn, "compensation")


def _add_trainings(drawn: _Draw) -> None:
    """Courses and sessions with a coach, over, going on, or given up."""
    for number in range(1 + drawn.number(5)):
        began = drawn.at(drawn.day())
        ended = began + timedelta(days=drawn.one_of((0, 1, 40)), hours=1)
        drawn.add(
            "training_records",
            record_id=f"R{number}",
            user_id=drawn.oddity((*USERS[:3], "U9"), 3),
            course=drawn.one_of(("Price", "Talk", None)),
            coach_id="U4" if drawn.seldom(4) else None,
            skill=drawn.one_of((None, "Closing")),
            started_at=began if drawn.number(3) else None,
            completed_at=ended if drawn.number(4) else None,
        )
    _add_load(drawn, "training_records")


def _add_activities(drawn: _Draw) -> None:
    """Calls, e-mails and meetings, some of them together: redials, replies, new slots, copies."""
    deals = [row["opportunity_id"] for row in drawn.tables["opportunities"]]
    for number in range(1 + drawn.number(11)):
        kind = drawn.one_of(("call", "email", "meeting", "task"))
        day = drawn.day()
        at = drawn.at(day)
        row = drawn.add(
            "activities",
            activity_id=f"X{number:02}",
            activity_type=kind,
            direction=drawn.oddity(("outbound", "inbound", None, "internal"), 2),
            performer_id=drawn.oddity((*USERS[:3], None, "U9"), 2),
            account_id=drawn.one_of((None, *ACCOUNTS[:3], "A9")),
            contact_id=drawn.one_of((None, "K1", "K2")),
            lead_id="L1" if drawn.seldom() else None,
            opportunity_id=drawn.one_of((deals[0], deals[-1], None, "D99")),
            created_at=at,
            external_id=drawn.oddity((None, None, "E1", "E2"), 2),
            is_internal="true" if drawn.mishap(8) else None,
            is_automated="true" if drawn.mishap(6) else None,
        )
        later = at + timedelta(seconds=drawn.one_of((3_600, 0, 60, 61, 86_400)))
        match kind:
            case "call":
                row["outcome"] = drawn.one_of(("connected", "no_answer", None))
                row["completed_at"] = str(later) if drawn.number(3) else None
            case "email":
                row["thread_id"] = drawn.one_of(("T1", "T2", None))
                row["subject"] = drawn.one_of(("Offer", "Re: offer", None))
                row["is_auto_reply"] = "true" if drawn.mishap(6) else None
                row["is_bulk"] = "true" if drawn.mishap(6) else None
                row["message_id"] = drawn.oddity((None, None, "M1"), 2)
                row["outcome"] = drawn.one_of((None, "bounced"))
                column = drawn.one_of(("sent_at", "received_at", "completed_at", "created_at"))
                row[column] = str(later)
                row["needs_reply"] = drawn.one_of((None, "true", "false"))
                answered = later + timedelta(
                    seconds=drawn.one_of((3_600, 86_400, 86_401, 0, -60, 14 * 86_400))
                )
                row["responded_at"] = str(answered) if drawn.number(1) else None
            case "meeting":
                _add_slot(drawn, row, at)
        if drawn.seldom():
            # A redial, an answer, a second meeting, or the same thing once more.
            copy = Row(row | {"activity_id": f"Y{number:02}"})
            apart = timedelta(seconds=drawn.one_of((60, 61, 0, 86_400, 30 * 86_400, 90 * 86_400)))
            for column in ("created_at", "completed_at", "scheduled_start", "sent_at"):
                if copy[column]:
                    copy[column] = str(datetime.fromisoformat(copy[column]) + apart)
            if kind == "email" and drawn.number(1):
                copy["direction"] = "outbound" if row["direction"] == "inbound" else "inbound"
            drawn.tables["activities"].append(copy)
    _add_load(drawn, "activities")
    _add_load(drawn, "activity_participants")


def _add_time(drawn: _Draw) -> None:
    """How long activities took, when people work, and who changed deals."""
    for row in drawn.tables.get("activities", ()):
        length = drawn.one_of((None, "600", "0", "90"))
        if length:
            row["duration_seconds"] = length
        start = row["scheduled_start"]
        if start and drawn.number(1):
            row["scheduled_end"] = str(datetime.fromisoformat(start) + timedelta(minutes=30))
        if row["completed_at"] and row["activity_type"] == "task":
            row["status"] = "completed"
    for row in drawn.tables.get("users", ()):
        if drawn.number(1):
            row["country"] = "DE"
    for row in drawn.tables.get("opportunity_field_history", ()):
        if drawn.seldom(3):
            row["changed_by"] = drawn.one_of(USERS[:2])
    for _ in range(drawn.number(3)):
        drawn.add(
            "working_calendar",
            country="DE",
            calendar_date=drawn.day(),
            is_business_day=drawn.one_of(("false", "true", None)),
        )
    _add_load(drawn, "working_calendar")


def _add_forecasts(drawn: _Draw) -> None:
    first = add_months(drawn.start, -((drawn.start.month - 1) % 3))
    for number in range(1 + drawn.number(9)):
        length = drawn.one_of((3, 3, 1, 12))
        since = add_months(first, drawn.number(3) * 3 + (drawn.number(2) if length == 1 else 0))
        until = add_months(since, length)
        late = timedelta(days=drawn.one_of((2, 0, 6, 7, -20, 40, 95)))
        level = drawn.one_of((None, "rep", "rep", "Manager", "vp"))
        is_of_team = level in ("Manager", "vp")
        drawn.add(
            "forecasts",
            submission_id=f"F{number:02}",
            submitter_id=drawn.oddity((*USERS[:3], "U9"), 3),
            level=level,
            team_id=drawn.one_of((None, *TEAMS)) if is_of_team else None,
            period_start=since,
            period_end=until - timedelta(days=1) if drawn.seldom(8) else until,
            category=drawn.one_of((None, "commit", "Commit", "best_case")),
            product_family_id=None if is_of_team else drawn.oddity((None, "Platform", None), 2),
            region_id=None if is_of_team else drawn.oddity((None, None, None, "EMEA"), 3),
            amount=drawn.oddity(("1000", "2500.50", "0", "12000"), 3),
            currency=drawn.oddity((None, "EUR", "XXX"), 2),
            # Midnight of the eighth day is the deadline itself.
            submitted_at=drawn.at(since + late),
        )
    _add_load(drawn, "forecasts")


def _add_targets(drawn: _Draw) -> None:
    drawn.add("objectives", objective_id="O1", objective_name="Grow", owner_id="U1")
    for number in range(1 + drawn.number(5)):
        months = drawn.one_of((3, 1, 12))
        first = add_months(drawn.day(months_early=2), 0)
        start = first if months == 1 else add_months(first, -((first.month - 1) % months))
        scope = drawn.one_of((None, "rep", "team", "product", "company", "cohort"))
        members = {"rep": USERS, "team": TEAMS, "product": PRODUCTS}
        entered = drawn.at(drawn.day()) if drawn.seldom(3) else None
        drawn.add(
            "targets",
            target_id=f"G{number}",
            kpi_id=drawn.one_of(
                ("bookings", "win_rate", "sales_cycle_length", "pipeline_value", "calls_made", "x")
            ),
            scope_type=scope,
            scope_id=drawn.one_of(members[scope]) if scope in members else None,
            baseline=drawn.oddity(("0", "0.25", None), 2),
            target_value=drawn.one_of(("1000", "0.5", "0.25", "30", "2500.5")),
            start_date=start,
            end_date=add_months(start, months) - timedelta(days=1 if drawn.seldom(6) else 0),
            status=drawn.oddity((None, "active", "cancelled"), 2),
            objective_id=drawn.oddity(("O1", "O9", None), 1),
            owner_id=drawn.oddity(("U1", "U9", None), 1),
            updated_at=entered,
        )
        if entered and drawn.seldom(3):
            revised = drawn.tables["targets"][-1] | {
                "target_value": "1",
                "updated_at": (entered + timedelta(days=9)).isoformat(" "),
            }
            drawn.tables["targets"].append(Row(revised))
    for table in ("targets", "objectives"):
        _add_load(drawn, table)


def _add_costs(drawn: _Draw) -> None:
    """A ledger with holes, and what other tables tell of the same months."""
    for number in range(drawn.one_of((0, 4, 10))):
        drawn.add(
            "expenses",
            expense_id=f"X{number:02}",
            expense_date=drawn.day(months_early=1),
            category=drawn.one_of(
                ("sales_base", "marketing_media", "commission", "sales_tools", "cogs", "other")
            ),
            user_id=drawn.oddity((None, *USERS[:2], "U9"), 2),
            team_id=drawn.one_of((None, "T2")),
            region_id=drawn.one_of((None, "North")),
            product_id=drawn.oddity((None, "P1", "P9"), 2),
            segment_id=drawn.one_of((None, "SMB")),
            amount=drawn.oddity(("100", "0", "250.50", "-40", "much"), 3),
            currency=drawn.oddity(CURRENCIES, 2),
        )
    if drawn.number(1):
        drawn.add(
            "expense_allocation_rules",
            rule_id="R1",
            category=drawn.one_of(("sales_tools", "sales_base")),
            basis=drawn.one_of(("revenue", "headcount")),
            valid_from=drawn.day() if drawn.seldom(3) else None,
            valid_to=drawn.day() if drawn.seldom(3) else None,
        )
    for number in range(drawn.one_of((0, 3))):
        drawn.add(
            "compensation",
            user_id=drawn.one_of(USERS[:3]),
            period_start=drawn.day().replace(day=1),
            component=drawn.one_of(("base", "commission", "bonus", "benefits")),
            amount=drawn.oddity((str(100 + number), None), 1),
            currency=drawn.oddity(CURRENCIES, 2),
        )
    for table in ("expenses", "expense_allocation_rules", "compensation"):
        _add_load(drawn, table)


def _add_touches(drawn: _Draw) -> None:
    """Marketing spend, and the contacts it led to: with a company, a lead or nobody known."""
    leads = [row["lead_id"] for row in drawn.tables.get("leads", ())]
    for number in range(drawn.one_of((0, 3, 6))):
        drawn.add(
            "marketing_spend",
            spend_id=f"M{number}",
            campaign_id=drawn.one_of((None, "C1", "C2")),
            spend_date=drawn.day(months_early=2),
            amount=drawn.oddity(("100", "0", "33.33", "much"), 3),
            currency=drawn.oddity(CURRENCIES, 2),
            is_paid_media=drawn.one_of((None, "true")),
        )
    for number in range(drawn.one_of((0, 4, 8))):
        drawn.add(
            "touchpoints",
            touch_id=f"H{number}",
            person_id=drawn.one_of((None, *leads[:2])),
            account_id=drawn.oddity((*ACCOUNTS[:2], None, "A9"), 3),
            campaign_id=drawn.one_of(("C1", None, "C2")),
            occurred_at=drawn.at(drawn.day(months_early=2)),
        )
    for table in ("marketing_spend", "touchpoints"):
        _add_load(drawn, table)


def _add_markets(drawn: _Draw) -> None:
    """Sizes of markets: of quarters, years and odd periods, in several scopes and versions."""
    for _ in range(drawn.one_of((2, 6, 12))):
        month = drawn.day().replace(day=1)
        start = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        length = drawn.oddity((3, 12, 1), 2)
        start = start.replace(month=1) if length == 12 else start
        drawn.add(
            "market_sizes",
            market_id=drawn.one_of(("CRM", "CRM", "Other")),
            geography=drawn.one_of((None, "North")),
            segment_id=drawn.one_of((None, None, "SMB")),
            product_family_id=drawn.oddity((None, "F1"), 1),
            period_start=start,
            period_end=add_months(start, length),
            basis=drawn.oddity((None, "revenue", "units"), 2),
            version=drawn.one_of((None, "1", "2")),
            total_value=drawn.oddity(("4000", "9000", "0", None), 2),
            own_value=drawn.oddity((None, "500"), 1),
            competitor_id=drawn.one_of((None, "X", "Y")),
            competitor_value=drawn.one_of((None, "1000", "800")),
            published_at=drawn.at(drawn.day()) if drawn.seldom(3) else None,
        )
    _add_load(drawn, "market_sizes")


def _add_slot(drawn: _Draw, row: Row, at: datetime) -> None:
    """The slot of a meeting, what became of it, and who took part."""
    start = at + timedelta(days=drawn.one_of((1, 0, 30)), hours=1)
    row["scheduled_start"] = str(start) if drawn.number(5) else None
    row["meeting_type"] = drawn.one_of(("demo", "discovery", None))
    row["booked_by_id"] = drawn.one_of((None, "U1", "U2", "U9"))
    status = drawn.one_of(
        ("completed", "no_show", "cancelled", "superseded", "scheduled", None, "completed")
    )
    row["status"] = status
    if status == "completed" and drawn.number(1):
        row["completed_at"] = str(start + timedelta(hours=1))
    if status == "cancelled":
        row["cancelled_at"] = drawn.one_of((None, str(at + timedelta(hours=1))))
    if status == "superseded":
        row["superseded_by"] = drawn.one_of(("X00", "X01", "X99"))
    for person in ("U1", "K1")[: drawn.number(2)]:
        drawn.add(
            "activity_participants",
            activity_id=row["activity_id"],
            participant_id=person,
            participant_type=drawn.one_of((None, "user", "contact")),
            is_external=drawn.one_of((None, "true", "false")),
            is_attended=drawn.one_of((None, "true", "false")),
        )


def _add_invoices(drawn: _Draw) -> None:
    deals = [row["opportunity_id"] for row in drawn.tables["opportunities"]]
    for number in range(1 + drawn.number(7)):
        row = drawn.add(
            "invoices",
            invoice_id=f"I{number}",
            account_id=drawn.one_of((*ACCOUNTS[:3], None, "A9")),
            opportunity_id=drawn.one_of((*deals, None, "D99")),
            invoice_date=drawn.day() + timedelta(days=drawn.oddity((0, 40), 1)),
            invoice_type=drawn.oddity((None, "invoice", "credit_note"), 2),
            amount=drawn.one_of(("1000", "250.50", "0", "-400", "333.33")),
            currency=drawn.oddity(CURRENCIES, 2),
            is_deleted="true" if drawn.mishap(6) else None,
        )
        for line in range(drawn.number(2)):
            drawn.add(
                "invoice_lines",
                line_id=f"I{number}-{line}",
                invoice_id=row["invoice_id"],
                product_id=drawn.one_of((None, "P1", "P2", "P9")),
                net_amount=drawn.one_of((row["amount"], "100", None, "0")),
            )


def _lose_tables(drawn: _Draw) -> None:
    for _ in range(drawn.oddity((0, 0, 1, 3), 2)):
        table = drawn.one_of(OPTIONAL)
        if drawn.number(1):
            drawn.tables.pop(table, None)
        elif table in drawn.tables:
            drawn.tables[table] = []


def _add_loads(drawn: _Draw) -> None:
    """The manifest of the load; the data end where it says, or else with the last event."""
    extracted = drawn.one_of((datetime.combine(drawn.end, time()), None))
    if drawn.seldom(8):
        extracted = datetime.combine(drawn.end - timedelta(days=1), time(12))
    coverage = drawn.day(months_early=2) if drawn.seldom(8) else None
    for table in ("opportunities", *OPTIONAL):
        drawn.add(
            "loads",
            load_id="random",
            table_name=table,
            is_delivered=str(table in drawn.tables).lower(),
            coverage_from=coverage if table in ("opportunities", "subscriptions") else None,
            extracted_at=extracted,
            loaded_at=datetime.combine(drawn.end, time(2)),
        )
