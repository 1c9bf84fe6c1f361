"""Flaws planted in an otherwise sound company, each listed with the money it puts at stake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.simulate import columns as col
from ops.simulate.parameters import Parameters


class Flaw(NamedTuple):
    """A planted flaw; record_id is the key of the record, its parts joined by a bar."""

    flaw_id: str
    table_name: str
    record_id: str
    flaw: str
    description: str
    amount_at_stake: str | None
    currency: str | None


COLUMN_DESCRIPTIONS = {
    "flaw_id": "Key of the flaw.",
    "table_name": "Raw table that holds the flawed record.",
    "record_id": (
        "Key of the record, its parts joined by a bar; the name of the deal where the key is what "
        "is missing."
    ),
    "flaw": "Kind of flaw.",
    "description": "What is wrong with the record, in words.",
    "amount_at_stake": "Amount of the deal, line or quota concerned; empty where no money is.",
    "currency": "ISO 4217 code of amount_at_stake.",
}

UNMAPPED_STAGE = "Verbal Commit"
UNKNOWN_LOSS_REASON = "Went dark"
UNMAPPED_LEAD_SOURCE = "Billboard"
CURRENCY_WITHOUT_RATE = "CHF"
UNREADABLE_DATE = "31/02/2026"
UNREADABLE_AMOUNT = "12.5k"

Row = dict[str, str | None]


def plant(
    parameters: Parameters, tables: Mapping[str, pa.Table]
) -> tuple[dict[str, col.Edits], list[Flaw]]:
    """Edits that put two to six flaws of every kind into the tables, and the list of them.

    No deal gets two flaws. Raises ValueError when a kind finds too few records.
    """
    garden = _Garden(parameters, tables)
    for sow in (
        _overdue,
        _duplicate_opportunities,
        _orphans,
        _unknown_accounts_and_owners,
        _future_closes,
        _unmapped_stages,
        _amounts,
        _dates,
        _missing_keys,
        _splits,
        _currencies,
        _revenue,
        _invoices,
        _losses,
        _histories,
        _surveys_quotas_memberships,
        _employment,
        _activities,
        _leads,
        _marketing,
        _forecasts,
        _targets,
    ):
        sow(garden)
    return garden.edits, garden.flaws


class _Garden:
    """The tables, what is planted so far, and which deals are still sound."""

    def __init__(self, parameters: Parameters, tables: Mapping[str, pa.Table]) -> None:
        self.parameters = parameters
        self.tables = tables
        self.chance = parameters.stream("flaws")
        self.edits: dict[str, col.Edits] = {}
        self.flaws: list[Flaw] = []
        deals = tables["opportunities"]
        self.ids = deals.column("opportunity_id")
        self.stage = _codes(deals.column("stage"))
        self.kind = _codes(deals.column("opportunity_type"))
        self.amount = _numbers(deals.column("amount"))
        self.created = deals.column("created_date").combine_chunks().cast(pa.int32()).to_numpy()
        closed = pc.fill_null(deals.column("closed_date").cast(pa.int32()), 10**6)
        self.closed = closed.combine_chunks().to_numpy()
        self.is_won = self.stage == 4
        self.is_lost = self.stage == 5
        self.is_open = self.stage < 4
        self.is_new = self.kind == 0
        flagged = pc.or_(deals.column("is_deleted"), deals.column("is_test")).to_numpy()
        self.is_free = ~flagged & (_codes(deals.column("pipeline_id")) != 2)
        self.line_deal = _codes(tables["opportunity_line_items"].column("opportunity_id"))
        self.has_lines = _mask(len(self.ids), self.line_deal)
        sold = _codes(tables["subscriptions"].column("opportunity_id"))
        self.has_subscription = _mask(len(self.ids), sold[sold >= 0])
        self.is_split = _mask(
            len(self.ids), _codes(tables["opportunity_splits"].column("opportunity_id"))
        )
        changes = tables["opportunity_field_history"]
        changed = _codes(changes.column("opportunity_id"))
        field = _codes(changes.column("field_name"))
        self.is_changed = {
            name: _mask(len(self.ids), changed[field == number])
            for number, name in enumerate(("amount", "expected_close_date", "owner_id"))
        }

    def table(self, name: str) -> col.Edits:
        return self.edits.setdefault(name, col.Edits())

    def row(self, name: str, position: int) -> Row:
        """One row as text."""
        return col.as_text(self.tables[name].slice(int(position), 1)).to_pylist()[0]

    def choose(self, count: int, *wishes: np.ndarray) -> list[int]:
        """Sound deals that meet the first wish, and as many of the further wishes as can be."""
        allowed = self.is_free & wishes[0]
        rank = self.chance.random(len(self.ids))
        for wish in wishes[1:]:
            rank = rank + wish
        found = np.flatnonzero(allowed)
        found = found[np.argsort(-rank[found], kind="stable")][:count]
        if len(found) < count:
            raise ValueError(
                "the company is too small to plant every flaw; "
                "ask for more opportunities or for no flaws"
            )
        self.is_free[found] = False
        return sorted(int(deal) for deal in found)

    def list_deal(self, deal: int, flaw: str, description: str, table: str | None = None) -> None:
        """List a flaw of a deal, with the deal's sound amount at stake."""
        sound = self.row("opportunities", deal)
        self.list_flaw(
            table or "opportunities",
            sound["opportunity_id"] or "",
            flaw,
            description,
            sound["amount"],
            sound["currency"] or "USD",
        )

    def list_flaw(
        self,
        table: str,
        record: str,
        flaw: str,
        description: str,
        amount: str | None = None,
        currency: str | None = None,
    ) -> None:
        number = f"FLAW-{len(self.flaws) + 1:03d}"
        currency = currency if amount is not None else None
        self.flaws.append(Flaw(number, table, record, flaw, description, amount, currency))

    def change(self, deal: int, changes: Row, flaw: str, description: str) -> None:
        """Change columns of a deal and list that as a flaw."""
        self.table("opportunities").replace(deal, changes)
        self.list_deal(deal, flaw, description)

    def end(self, days: int = 0) -> date:
        """The last day of the data, or some days after it."""
        return self.parameters.end_date + timedelta(days=days)


def _duplicate_opportunities(garden: _Garden) -> None:
    known = garden.amount > 0
    for deal in garden.choose(3, known & ~garden.is_open & ~garden.has_subscription):
        copy = garden.row("opportunities", deal)
        copy["amount"] = _times(copy["amount"], 0.9)
        copy["updated_at"] = copy["created_at"]
        garden.table("opportunities").rows.append(copy)
        garden.list_deal(
            deal,
            "duplicate_opportunity",
            f"The deal stands there twice; the older copy says {copy['amount']}",
        )


def _orphans(garden: _Garden) -> None:
    lines = garden.tables["opportunity_line_items"]
    entries = garden.tables["opportunity_stage_history"]
    shares = garden.tables["opportunity_splits"]
    currency = garden.tables["opportunities"].column("currency")
    for number in range(3):
        position = int(garden.chance.integers(0, lines.num_rows))
        code = currency[int(garden.line_deal[position])].as_py()
        line = garden.row("opportunity_line_items", position)
        line |= {"line_id": f"LIN-99{number:05d}", "opportunity_id": f"OPP-99{number:05d}"}
        garden.table("opportunity_line_items").rows.append(line)
        garden.list_flaw(
            "opportunity_line_items",
            line["line_id"] or "",
            "orphan_line_item",
            f"The line belongs to {line['opportunity_id']}, which is not among the opportunities",
            line["net_amount"],
            code or "USD",
        )
    for number in range(2):
        entry = garden.row(
            "opportunity_stage_history", int(garden.chance.integers(0, entries.num_rows))
        )
        entry["opportunity_id"] = f"OPP-98{number:05d}"
        garden.table("opportunity_stage_history").rows.append(entry)
        garden.list_flaw(
            "opportunity_stage_history",
            _key(entry, "opportunity_id", "entered_at", "stage"),
            "orphan_stage_history",
            "The stage entry belongs to a deal that is not among the opportunities",
        )
    for number in range(2):
        share = garden.row("opportunity_splits", int(garden.chance.integers(0, shares.num_rows)))
        share |= {"opportunity_id": f"OPP-97{number:05d}", "split_rate": "1.00"}
        share["split_type"] = "revenue"
        garden.table("opportunity_splits").rows.append(share)
        garden.list_flaw(
            "opportunity_splits",
            _key(share, "opportunity_id", "user_id", "split_type"),
            "orphan_split",
            "The split belongs to a deal that is not among the opportunities",
        )


def _unknown_accounts_and_owners(garden: _Garden) -> None:
    closed = ~garden.is_open & (garden.amount > 0) & ~garden.has_subscription
    for number, deal in enumerate(garden.choose(3, closed, garden.is_won)):
        garden.change(
            deal,
            {"account_id": f"ACC-99{number:04d}"},
            "unknown_account",
            "The deal's account is not among the accounts",
        )
    # The log knows nothing of these owners, so only deals that never changed hands are taken.
    unchanged = closed & ~garden.is_changed["owner_id"]
    for number, deal in enumerate(garden.choose(2, unchanged)):
        garden.change(
            deal,
            {"owner_id": f"USR-99{number}"},
            "unknown_owner",
            "The deal's owner is not among the users",
        )


def _future_closes(garden: _Garden) -> None:
    won = garden.is_won & (garden.amount > 0)
    for deal in garden.choose(3, won, _recent(garden)):
        day = garden.end(int(garden.chance.integers(10, 60)))
        garden.change(
            deal,
            {"closed_date": day.isoformat()},
            "future_closed_date",
            "The deal is won with a closed date after the end of the data; closed_at is not",
        )


def _unmapped_stages(garden: _Garden) -> None:
    history = garden.tables["opportunity_stage_history"]
    deal_of_entry = _codes(history.column("opportunity_id"))
    for deal in garden.choose(3, garden.is_open & (garden.amount > 0), garden.stage == 3):
        garden.change(
            deal,
            {"stage": UNMAPPED_STAGE},
            "unmapped_stage",
            f"The deal is in stage {UNMAPPED_STAGE}, which no mapping knows",
        )
        last = int(np.flatnonzero(deal_of_entry == deal)[-1])
        garden.table("opportunity_stage_history").replace(last, {"stage": UNMAPPED_STAGE})
        entry = garden.row("opportunity_stage_history", last) | {"stage": UNMAPPED_STAGE}
        garden.list_flaw(
            "opportunity_stage_history",
            _key(entry, "opportunity_id", "entered_at", "stage"),
            "unmapped_stage",
            f"The deal entered stage {UNMAPPED_STAGE}, which no mapping knows",
        )


def _amounts(garden: _Garden) -> None:
    known = (garden.amount > 0) & ~garden.is_changed["amount"]
    plain = known & ~garden.has_subscription
    for deal in garden.choose(3, known & garden.is_won, ~garden.has_lines):
        garden.change(
            deal, {"amount": None}, "won_without_amount", "The deal is won without amount"
        )
    for deal in garden.choose(3, plain & garden.is_lost, ~garden.has_lines):
        garden.change(
            deal,
            {"amount": UNREADABLE_AMOUNT},
            "unreadable_amount",
            f"The amount reads {UNREADABLE_AMOUNT}",
        )
    new_and_closed = plain & garden.is_new & garden.is_lost
    for deal in garden.choose(2, new_and_closed, ~garden.has_lines):
        garden.change(
            deal,
            {"amount": _times(garden.row("opportunities", deal)["amount"], -1)},
            "negative_amount",
            "The amount of a new deal is negative",
        )
    with_lines = known & garden.has_lines & (garden.is_won | garden.is_lost)
    for deal in garden.choose(4, with_lines & (garden.kind != 4) & (garden.kind != 5)):
        amount = garden.row("opportunities", deal)["amount"]
        garden.change(
            deal,
            {"amount": _plus(amount, 100_000)},
            "line_sum_off_header",
            "The amount is 1000.00 more than the lines add up to",
        )


def _dates(garden: _Garden) -> None:
    plain = ~garden.has_subscription & (garden.amount > 0)
    closed = plain & ~garden.is_open
    unpushed = plain & ~garden.is_changed["expected_close_date"]
    for name, allowed in (
        ("created_date", closed),
        ("closed_date", closed),
        ("expected_close_date", unpushed),
    ):
        for deal in garden.choose(1, allowed):
            garden.change(
                deal,
                {name: UNREADABLE_DATE},
                "unreadable_date",
                f"{name} reads {UNREADABLE_DATE}",
            )
    for deal in garden.choose(3, closed & (garden.closed < garden.created.max() - 30)):
        sound = garden.row("opportunities", deal)
        day = _shift(sound["closed_date"], int(garden.chance.integers(3, 21)))
        garden.change(
            deal,
            {"created_date": day, "created_at": f"{day} 09:30:00"},
            "created_after_closed",
            f"The deal was created on {day}, after it was closed on {sound['closed_date']}",
        )
    for number, deal in enumerate(garden.choose(3, closed)):
        changes: Row = {"closed_date": None}
        if number > 0:
            changes["closed_at"] = None
        what = "closed_date" if number == 0 else "closed_date and closed_at"
        garden.change(deal, changes, "closed_without_date", f"The deal is closed and has no {what}")


def _missing_keys(garden: _Garden) -> None:
    for number, deal in enumerate(garden.choose(2, garden.is_open & (garden.amount > 0)), start=1):
        row = garden.row("opportunities", deal)
        row |= {"opportunity_id": None, "opportunity_name": f"Deal without a key {number}"}
        garden.table("opportunities").rows.append(row)
        garden.list_flaw(
            "opportunities",
            row["opportunity_name"] or "",
            "missing_opportunity_id",
            "The deal has no key",
            row["amount"],
            row["currency"] or "USD",
        )


def _splits(garden: _Garden) -> None:
    allowed = garden.is_won & (garden.amount > 0) & ~garden.is_split
    deals = garden.choose(2, allowed & ~garden.is_changed["owner_id"])
    users = garden.tables["users"]
    sellers = np.flatnonzero(users.column("is_quota_carrying").to_numpy())
    for deal in deals:
        sound = garden.row("opportunities", deal)
        other = sound["owner_id"]
        while other == sound["owner_id"]:
            other = users.column("user_id")[int(garden.chance.choice(sellers))].as_py()
        for user, rate in ((sound["owner_id"], "0.60"), (other, "0.30")):
            row = dict.fromkeys(garden.tables["opportunity_splits"].column_names)
            row |= {
                "opportunity_id": sound["opportunity_id"],
                "user_id": user,
                "split_type": "revenue",
                "split_rate": rate,
                "updated_at": sound["closed_at"],
            }
            garden.table("opportunity_splits").rows.append(row)
        garden.list_deal(
            deal,
            "split_not_one",
            "The deal's revenue splits add up to 0.9",
            table="opportunity_splits",
        )


def _currencies(garden: _Garden) -> None:
    closed = ~garden.is_open & (garden.amount > 0) & ~garden.has_subscription
    for deal in garden.choose(3, closed, garden.is_won):
        garden.table("opportunities").replace(deal, {"currency": CURRENCY_WITHOUT_RATE})
        sound = garden.row("opportunities", deal)
        garden.list_flaw(
            "opportunities",
            sound["opportunity_id"] or "",
            "currency_without_rate",
            f"There is no exchange rate for {CURRENCY_WITHOUT_RATE}",
            sound["amount"],
            CURRENCY_WITHOUT_RATE,
        )


def _revenue(garden: _Garden) -> None:
    """Flaws of the books, drawn from a stream of their own."""
    chance = garden.parameters.stream("flaws of revenue")
    events = garden.tables["revenue_events"]
    sold = np.flatnonzero(_codes(events.column("opportunity_id")) >= 0)
    chosen = iter(chance.permutation(sold).tolist())

    def flaw(position: int, kind: str, description: str, changes: Row) -> None:
        sound = garden.row("revenue_events", position)
        garden.table("revenue_events").replace(position, changes)
        garden.list_flaw(
            "revenue_events",
            sound["revenue_id"] or "",
            kind,
            description,
            sound["amount"],
            sound["currency"] or "USD",
        )

    for number in range(2):
        flaw(
            next(chosen),
            "orphan_revenue",
            "The revenue belongs to a deal that is not among the opportunities",
            {"opportunity_id": f"OPP-96{number:05d}"},
        )
        flaw(
            next(chosen),
            "unreadable_revenue",
            f"The amount reads {UNREADABLE_AMOUNT}",
            {"amount": UNREADABLE_AMOUNT},
        )
        day = garden.end(int(chance.integers(20, 90))).isoformat()
        flaw(
            next(chosen),
            "future_revenue",
            f"The revenue was recognised on {day}, after the end of the data",
            {"recognized_date": day},
        )
        position = next(chosen)
        copy = garden.row("revenue_events", position)
        copy |= {"amount": _times(copy["amount"], 1.1), "updated_at": "2000-01-01 00:00:00"}
        garden.table("revenue_events").rows.append(copy)
        flaw(
            position,
            "duplicate_revenue",
            f"The revenue stands there twice; the older copy says {copy['amount']}",
            {"updated_at": f"{garden.end().isoformat()} 06:00:00"},
        )


def _invoices(garden: _Garden) -> None:
    """Flaws of invoices, drawn from a stream of their own."""
    chance = garden.parameters.stream("flaws of invoices")
    chosen = np.sort(chance.permutation(garden.tables["invoices"].num_rows)[:4]).tolist()
    for number, position in enumerate(chosen):
        sound = garden.row("invoices", position)
        kind, description, changes = (
            (
                "orphan_invoice",
                "The invoice is for a deal that is not among the opportunities",
                {"opportunity_id": f"OPP-95{number:05d}"},
            ),
            (
                "unreadable_invoice",
                f"The amount reads {UNREADABLE_AMOUNT}",
                {"amount": UNREADABLE_AMOUNT},
            ),
        )[number % 2]
        garden.table("invoices").replace(position, changes)
        garden.list_flaw(
            "invoices",
            sound["invoice_id"] or "",
            kind,
            description,
            sound["amount"],
            sound["currency"],
        )


def _losses(garden: _Garden) -> None:
    lost = garden.is_lost & (garden.amount > 0)
    for deal in garden.choose(4, lost):
        garden.change(
            deal, {"loss_reason": None}, "lost_without_reason", "The deal is lost without reason"
        )
    for deal in garden.choose(3, lost):
        garden.change(
            deal,
            {"loss_reason": UNKNOWN_LOSS_REASON},
            "unknown_loss_reason",
            f"The loss reason {UNKNOWN_LOSS_REASON} is in no mapping",
        )


def _histories(garden: _Garden) -> None:
    history = garden.tables["opportunity_stage_history"]
    deal_of_entry = _codes(history.column("opportunity_id"))
    for deal in garden.choose(3, garden.is_won | garden.is_lost):
        entry = garden.row(
            "opportunity_stage_history", int(np.flatnonzero(deal_of_entry == deal)[0])
        )
        garden.table("opportunity_stage_history").rows.append(entry)
        garden.list_flaw(
            "opportunity_stage_history",
            _key(entry, "opportunity_id", "entered_at", "stage"),
            "duplicated_stage_history",
            "The stage entry stands there twice",
        )


def _surveys_quotas_memberships(garden: _Garden) -> None:
    answers = garden.tables["survey_responses"]
    asked = np.flatnonzero(_codes(answers.column("survey_type")) == 0)
    if len(asked) < 2:
        raise ValueError("the company has too few survey answers; ask for more opportunities")
    for position in np.sort(garden.chance.permutation(asked)[:2]):
        garden.table("survey_responses").replace(int(position), {"score": "11"})
        garden.list_flaw(
            "survey_responses",
            garden.row("survey_responses", position)["response_id"] or "",
            "score_out_of_range",
            "The score is 11 on a scale from 0 to 10",
        )

    quotas = garden.tables["quotas"]
    plain = pc.and_(pc.is_null(quotas.column("valid_from")), pc.is_valid(quotas.column("user_id")))
    plain = np.flatnonzero(
        pc.and_(plain, pc.is_null(quotas.column("product_family_id"))).to_numpy()
    )
    for number in range(2):
        quota = garden.row("quotas", int(garden.chance.choice(plain)))
        quota["user_id"] = f"USR-98{number}"
        garden.table("quotas").rows.append(quota)
        garden.list_flaw(
            "quotas",
            _key(quota, "user_id", "period_start", "measure"),
            "quota_of_unknown_user",
            "The quota is for somebody who is not among the users",
            quota["amount"],
            quota["currency"],
        )

    members = garden.tables["team_memberships"]
    lasting = np.flatnonzero(pc.is_null(members.column("valid_to")).to_numpy())
    sellers = garden.tables["users"].filter(garden.tables["users"].column("is_quota_carrying"))
    is_seller = pc.is_in(
        members.column("user_id").cast(pa.string()),
        value_set=sellers.column("user_id").combine_chunks().cast(pa.string()),
    )
    lasting = lasting[is_seller.to_numpy()[lasting]]
    team_ids = garden.tables["teams"].column("team_id").to_pylist()
    for position in np.sort(garden.chance.permutation(lasting)[:2]):
        row = garden.row("team_memberships", position)
        others = [team for team in team_ids[-3:] if team != row["team_id"]]
        row["team_id"] = others[int(garden.chance.integers(0, len(others)))]
        row["valid_from"] = max(row["valid_from"] or "", garden.end(-200).isoformat())
        garden.table("team_memberships").rows.append(row)
        garden.list_flaw(
            "team_memberships",
            _key(row, "user_id", "team_id", "valid_from"),
            "overlapping_membership",
            "The seller has two primary teams on the same days",
        )


def _employment(garden: _Garden) -> None:
    """Jobs of somebody unknown, jobs that overlap, jobs that outlast the person's time in the
    company, and absences that end before they begin."""
    chance = garden.parameters.stream("flaws of employment")
    jobs = garden.tables["employment_history"]
    first = jobs.column("valid_from").combine_chunks().cast(pa.int32()).to_numpy()
    is_last = pc.is_null(jobs.column("valid_to")).to_numpy()
    for number in range(2):
        job = garden.row("employment_history", int(chance.choice(np.flatnonzero(is_last))))
        job["user_id"] = f"USR-97{number}"
        garden.table("employment_history").rows.append(job)
        garden.list_flaw(
            "employment_history",
            _key(job, "user_id", "valid_from"),
            "employment_of_unknown_user",
            "The job belongs to somebody who is not among the users",
        )
    # The earlier job runs on for a month after the later one began.
    following = np.flatnonzero(
        (_codes(jobs.column("user_id"))[1:] == _codes(jobs.column("user_id"))[:-1])
        & (first[1:] > first[:-1] + 60)
    )
    for position in np.sort(chance.permutation(following)[:2]):
        job = garden.row("employment_history", position)
        end = _shift(job["valid_to"], 30)
        garden.table("employment_history").replace(int(position), {"valid_to": end})
        garden.list_flaw(
            "employment_history",
            _key(job, "user_id", "valid_from"),
            "overlapping_employment",
            "The next job of the person begins a month before this one ends",
        )
    users = garden.tables["users"].select(["user_id", "termination_date"]).to_pylist()
    left = {row["user_id"] for row in users if row["termination_date"] is not None}
    ended = [
        position
        for position, row in enumerate(jobs.select(["user_id", "valid_to"]).to_pylist())
        if row["user_id"] in left
        and row["valid_to"] in {each["termination_date"] for each in users}
    ]
    for position in np.sort(chance.permutation(ended)[:2]):
        job = garden.row("employment_history", position)
        garden.table("employment_history").replace(int(position), {"valid_to": None})
        garden.list_flaw(
            "employment_history",
            _key(job, "user_id", "valid_from"),
            "employment_after_termination",
            f"The job has no end, and the person left on {job['valid_to']}",
        )
    leaves = garden.tables["user_leave"]
    for position in np.sort(chance.permutation(leaves.num_rows)[:2]):
        leave = garden.row("user_leave", int(position))
        end = _shift(leave["start_date"], -7)
        garden.table("user_leave").replace(int(position), {"end_date": end})
        garden.list_flaw(
            "user_leave",
            _key(leave, "user_id", "start_date"),
            "leave_ends_before_it_starts",
            f"The absence ends on {end}, before it starts",
        )


def _activities(garden: _Garden) -> None:
    """Flaws of calls, e-mails and meetings; they have a stream of chance of their own."""
    chance = garden.parameters.stream("activity flaws")
    activities = garden.tables["activities"]
    is_call = pc.equal(activities.column("activity_type"), "call")
    is_known = pc.is_valid(activities.column("external_id"))
    answered = np.flatnonzero(pc.is_valid(activities.column("responded_at")).to_numpy())
    calls = [
        np.flatnonzero(pc.and_(is_call, wanted).to_numpy())
        for wanted in (is_known, pc.invert(is_known))
    ]
    if min(len(answered), *map(len, calls)) < 3:
        return
    edits = garden.table("activities")
    for number in range(3):
        # Twice what the dialler delivered, once what the seller wrote down beside it.
        copy = garden.row("activities", chance.choice(calls[number // 2]))
        copy["activity_id"] = f"ACT-99{number:05d}"
        edits.rows.append(copy)
        garden.list_flaw(
            "activities", copy["activity_id"], "activity_logged_twice", "The call is logged twice"
        )
    for position in np.sort(chance.permutation(answered)[:2]):
        row = garden.row("activities", position)
        early = datetime.fromisoformat(row["received_at"] or "") - timedelta(hours=1)
        edits.replace(int(position), {"responded_at": str(early)})
        garden.list_flaw(
            "activities",
            row["activity_id"] or "",
            "responded_before_received",
            "The message was answered before it came in",
        )
    for number, position in enumerate(np.sort(chance.permutation(calls[0])[:2])):
        row = garden.row("activities", position)
        edits.replace(int(position), {"performer_id": f"USR-96{number}"})
        garden.list_flaw(
            "activities",
            row["activity_id"] or "",
            "unknown_performer",
            "The caller is not among the users",
        )
    for number in range(2):
        guest = garden.row("activity_participants", number)
        guest["activity_id"] = f"ACT-98{number:05d}"
        garden.table("activity_participants").rows.append(guest)
        garden.list_flaw(
            "activity_participants",
            _key(guest, "activity_id", "participant_id"),
            "orphan_participant",
            "The participant belongs to an activity that is not among the activities",
        )


def _leads(garden: _Garden) -> None:
    """Flaws of leads, by a stream of their own, so that those of deals stay where they are."""
    chance = garden.parameters.stream("lead flaws")
    leads, deals = garden.tables["leads"], garden.tables["opportunities"]
    deal = _codes(leads.column("converted_opportunity_id"))
    is_converted = deal >= 0
    repeated = pc.is_in(
        leads.column("lead_id"), pc.drop_null(leads.column("duplicate_of_lead_id").cast("string"))
    )
    is_free = ~repeated.to_numpy()
    is_free &= pc.is_null(leads.column("duplicate_of_lead_id")).to_numpy()

    def choose(count: int, wish: np.ndarray) -> list[int]:
        found = np.flatnonzero(is_free & wish)
        if len(found) < count:
            raise ValueError("the company has too few leads; ask for more opportunities")
        found = np.sort(chance.permutation(found)[:count])
        is_free[found] = False
        return [int(lead) for lead in found]

    def change(lead: int, changes: Row, flaw: str, description: str) -> None:
        garden.table("leads").replace(lead, changes)
        garden.list_flaw("leads", garden.row("leads", lead)["lead_id"] or "", flaw, description)

    sound_deal = garden.is_won & garden.is_free
    for lead in choose(2, is_converted & sound_deal[deal]):
        day = _shift(deals.column("closed_date")[int(deal[lead])].as_py().isoformat(), 2)
        changes: Row = dict.fromkeys(("created_at", "qualified_at", "converted_at", "updated_at"))
        changes = dict.fromkeys(changes, f"{day} 10:00:00") | {"first_touch_at": None}
        change(lead, changes, "won_before_lead", "The lead came in two days after its deal was won")
    for lead in choose(2, is_converted):
        day = _shift((garden.row("leads", lead)["created_at"] or "")[:10], -3)
        change(
            lead,
            {"converted_at": f"{day} 10:00:00"},
            "converted_before_created",
            "The lead was converted three days before it came in",
        )
    for lead in choose(2, ~is_converted):
        row = garden.row("leads", lead) | {"status": "new"}
        row["updated_at"] = row["created_at"]
        garden.table("leads").rows.append(row)
        garden.table("leads").replace(lead, {"updated_at": f"{garden.end()} 12:00:00"})
        garden.list_flaw(
            "leads", row["lead_id"] or "", "duplicate_lead_row", "The lead stands there twice"
        )
    for number, lead in enumerate(choose(2, ~is_converted)):
        change(
            lead,
            {"owner_id": f"USR-96{number}"},
            "lead_of_unknown_user",
            "The lead's owner is not among the users",
        )
    for lead in choose(2, ~is_converted):
        change(
            lead,
            {"lead_source": UNMAPPED_LEAD_SOURCE},
            "unmapped_lead_source",
            f"The lead source {UNMAPPED_LEAD_SOURCE} is in no mapping",
        )
    for lead in choose(2, ~is_converted):
        change(lead, {"created_at": None}, "lead_without_date", "Nobody knows when the lead came")


def _marketing(garden: _Garden) -> None:
    """Visits without a start or that came twice, and spending that does not read as an amount."""
    chance = garden.parameters.stream("flaws of marketing")
    visits = garden.tables["web_sessions"]
    no_lead = np.flatnonzero(pc.is_null(visits.column("lead_id")).to_numpy())
    places = [int(place) for place in np.sort(chance.permutation(no_lead)[:4])]
    for place in places[:2]:
        garden.table("web_sessions").replace(place, {"session_start": None})
        visit = garden.row("web_sessions", place)["session_id"] or ""
        garden.list_flaw(
            "web_sessions", visit, "visit_without_start", "Nobody knows when the visit began"
        )
    for place in places[2:]:
        row = garden.row("web_sessions", place)
        garden.table("web_sessions").rows.append(row)
        garden.list_flaw(
            "web_sessions", row["session_id"] or "", "duplicate_visit", "The visit stands twice"
        )
    spending = garden.tables["marketing_spend"]
    for place in np.sort(chance.permutation(spending.num_rows)[:2]):
        garden.table("marketing_spend").replace(int(place), {"amount": UNREADABLE_AMOUNT})
        spend = garden.row("marketing_spend", place)["spend_id"] or ""
        garden.list_flaw(
            "marketing_spend", spend, "unreadable_spend", f"The amount reads {UNREADABLE_AMOUNT}"
        )


def _forecasts(garden: _Garden) -> None:
    """Calls of somebody unknown, that do not read, that came twice, or when all was over."""
    chance = garden.parameters.stream("flaws of forecasts")
    calls = garden.tables["forecasts"]
    is_plain = pc.and_(
        pc.equal(calls.column("level"), "rep"), pc.equal(calls.column("category"), "commit")
    )
    plain = np.flatnonzero(
        pc.and_(is_plain, pc.is_null(calls.column("product_family_id"))).to_numpy()
    )
    places = [int(place) for place in np.sort(chance.permutation(plain)[:8])]

    def listed(call: Row, flaw: str, description: str) -> None:
        garden.list_flaw(
            "forecasts",
            call["submission_id"] or "",
            flaw,
            description,
            call["amount"],
            call["currency"],
        )

    for place in places[:2]:
        call = garden.row("forecasts", place)
        day = _shift(call["period_end"], 3)
        garden.table("forecasts").replace(place, {"submitted_at": f"{day} 09:30:00"})
        listed(
            call, "forecast_after_its_period", f"The call came on {day}, when its period was over"
        )
    for number, place in enumerate(places[2:4]):
        garden.table("forecasts").replace(place, {"submitter_id": f"USR-95{number}"})
        listed(
            garden.row("forecasts", place),
            "forecast_of_unknown_user",
            "Who made the call is not among the users",
        )
    for place in places[4:6]:
        garden.table("forecasts").replace(place, {"amount": UNREADABLE_AMOUNT})
        call = garden.row("forecasts", place)
        listed(call, "unreadable_forecast", f"The amount reads {UNREADABLE_AMOUNT}")
    for place in places[6:]:
        call = garden.row("forecasts", place)
        garden.table("forecasts").rows.append(call)
        listed(call, "duplicate_forecast", "The call stands there twice")


def _targets(garden: _Garden) -> None:
    """Targets that serve no objective, and such as end on their last day."""
    targets = garden.tables["targets"]
    for kpi, column, flaw, description in (
        ("win_rate", "objective_id", "target_without_objective", "The target serves no objective"),
        ("bookings", "end_date", "target_of_no_period", "The target ends a day too early"),
    ):
        places = np.flatnonzero(pc.equal(targets.column("kpi_id"), kpi).to_numpy())[-2:]
        if len(places) < 2:
            raise ValueError(f"no two targets of {kpi} for {flaw}")
        for place in places:
            row = garden.row("targets", int(place))
            value = None if column == "objective_id" else _shift(row["end_date"], -1)
            garden.table("targets").replace(int(place), {column: value})
            garden.list_flaw("targets", row["target_id"] or "", flaw, description)


def _overdue(garden: _Garden) -> None:
    allowed = garden.is_open & (garden.amount > 0) & ~garden.is_changed["expected_close_date"]
    age = garden.created.max() - garden.created
    for deal in garden.choose(2, allowed, 10.0 * age):
        day = garden.row("opportunities", deal)["created_date"]
        garden.change(
            deal,
            {"expected_close_date": day},
            "overdue_close_date",
            f"The deal is open and was expected to close by {day}",
        )


def _recent(garden: _Garden) -> np.ndarray:
    """True for deals made in the last half year of the data."""
    return garden.created > garden.created.max() - 182


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    """Positions in a dictionary column's vocabulary, -1 for NULL."""
    values = column.combine_chunks()
    indices = values.indices if isinstance(values, pa.DictionaryArray) else None
    if indices is None:
        raise TypeError("only dictionary columns have codes")
    return pc.fill_null(indices, -1).to_numpy()


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return column.combine_chunks().cast(pa.float64()).to_numpy(zero_copy_only=False)


def _mask(count: int, positions: np.ndarray) -> np.ndarray:
    mask = np.zeros(count, dtype=bool)
    mask[positions] = True
    return mask


def _key(row: Row, *names: str) -> str:
    return "|".join(row[name] or "" for name in names)


def _shift(day: str | None, days: int) -> str:
    return (date.fromisoformat(day or "") + timedelta(days=days)).isoformat()


def _times(amount: str | None, factor: float) -> str:
    return f"{round(_cents(amount) * factor) / 100:.2f}"


def _plus(amount: str | None, cents: int) -> str:
    return f"{(_cents(amount) + cents) / 100:.2f}"


def _cents(amount: str | None) -> int:
    return round(float(amount or 0) * 100)
