"""The raw tables of deals: opportunities, their histories, lines, splits and competitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.landing.contract import Contract
from ops.simulate import clock, history, market
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.ledger import STATUSES, Life
from ops.simulate.organisation import CURRENCIES, OPENING_HOUR, REGIONS, SEGMENTS, Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import CONTRACTION, CREDIT, NEW, TYPES

# Loss reasons of the mapping seed and how often deals are lost for them.
LOSS_REASONS = (
    ("Price", 15),
    ("Too expensive", 9),
    ("Product gap", 8),
    ("Missing feature", 7),
    ("Competitor", 12),
    ("Lost to competitor", 7),
    ("No decision", 16),
    ("No budget", 8),
    ("Timing", 8),
    ("Relationship", 3),
    ("Duplicate", 3),
    ("Test", 0.4),
    ("Data error", 0.6),
    ("Other", 3),
)
TO_COMPETITOR = (4, 5)
WIN_REASONS = ("Product fit", "Price", "Relationship", "Time to value", "References")
NEXT_STEPS = (
    "Call the buyer back",
    "Send the revised proposal",
    "Demo with the technical team",
    "Wait for legal review",
    "Agree the close plan",
)
FORECAST_CATEGORIES = ("pipeline", "best_case", "commit", "closed", "omitted")
_CATEGORY_OF_STAGE = np.array([0, 0, 1, 2, 3, 4])
# Chance of winning by stage, in hundredths, as in the stage mapping seed.
_PROBABILITY_OF_STAGE = np.array([10, 20, 60, 75, 100, 0])
_SEMANTICS = ("ACV", "one_time")


@dataclass
class Book:
    """Everything known about the deals, in encoded form, from which the tables are made."""

    life: Life
    paths: history.Paths
    owners: history.Owners
    amounts: history.Amounts
    close_dates: history.CloseDates
    ids: pa.Array
    opening: np.ndarray
    closed_at: np.ndarray
    closed_day: np.ndarray
    is_deleted: np.ndarray
    is_test: np.ndarray
    loss_reason: np.ndarray
    splits: col.Batch

    def __len__(self) -> int:
        return len(self.ids)

    def instant(self, deal: np.ndarray, business_seconds: np.ndarray) -> np.ndarray:
        """UTC instants of moments of deals; MISSING stays MISSING."""
        known = business_seconds != MISSING
        moment = clock.to_instant(np.where(known, business_seconds, 0), self.opening[deal])
        return np.where(known, moment, MISSING)


def keep_book(parameters: Parameters, organisation: Organisation, life: Life) -> Book:
    """Work out the history and the present of every deal."""
    paths = history.stage_paths(parameters, life)
    owners = history.owners(parameters, organisation, life, paths)
    amounts = history.amounts(parameters, life, paths)
    chance = parameters.stream("marks")
    count = len(paths.stage)
    opening = OPENING_HOUR[life.accounts.region[life.deals["account"]]]
    # Records that are deleted or made for a test; none of them began a subscription.
    is_plain = ~paths.is_won & (life.deals["kind"] == NEW)
    mark = chance.random(count)
    weights = np.array([weight for _, weight in LOSS_REASONS], dtype=float)
    reason = chance.choice(len(weights), count, p=weights / weights.sum())
    known = paths.closed != MISSING
    closed_at = clock.to_instant(np.where(known, paths.closed, 0), opening)
    return Book(
        life=life,
        paths=paths,
        owners=owners,
        amounts=amounts,
        close_dates=history.close_dates(parameters, life, paths),
        ids=col.keys("OPP-", count, 7),
        opening=opening,
        closed_at=np.where(known, closed_at, MISSING),
        closed_day=np.where(known, closed_at // DAY_SECONDS, MISSING),
        is_deleted=is_plain & (mark < 0.010),
        is_test=is_plain & (mark > 0.994),
        loss_reason=np.where(paths.stage == history.LOST, reason, -1),
        splits=_splits(parameters, organisation, life, paths, owners),
    )


def opportunity_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, book: Book
) -> pa.Table:
    """One row per deal as it stands at the end of the data."""
    chance = parameters.stream("opportunity table")
    life, paths = book.life, book.paths
    deals, accounts = life.deals, life.accounts
    count = len(book)
    rows = np.arange(count)
    account, kind = deals["account"], deals["kind"]
    created_at = book.instant(rows, deals["created"])
    is_closed, is_won = paths.is_closed, paths.is_won

    types = np.where((kind == NEW) & (chance.random(count) < 0.02), -1, kind)
    currency = accounts.currency[account]
    currency = np.where((currency == 0) & (chance.random(count) < 0.02), -1, currency)
    amount = book.amounts.amount
    recurring = np.bincount(
        life.lines["deal"], market.IS_RECURRING[life.lines["product"]], minlength=count
    )
    noise = chance.integers(-2, 3, count) * 5
    probability = np.where(
        is_closed,
        _PROBABILITY_OF_STAGE[paths.stage],
        np.clip(_PROBABILITY_OF_STAGE[paths.stage] + noise, 5, 95),
    )
    # Region and segment are frozen on closed deals; half of the open ones inherit them.
    is_frozen = is_closed | (chance.random(count) < 0.5)
    campaign = campaigns_on(chance, parameters, clock.business_day(deals["created"]))
    is_credited = (kind == NEW) & (chance.random(count) < 1 / 3)
    updated = _last_change(book, created_at)
    end = parameters.end_day * DAY_SECONDS
    deleted_at = np.minimum(updated + chance.integers(3_600, 20 * DAY_SECONDS, count), end - 60)
    updated = np.where(book.is_deleted, deleted_at, updated)
    contacts = market.contact_ids(len(accounts))
    labels = pa.array(["New business", "Upsell", "Cross-sell", "Renewal", "Contraction", "Credit"])
    name = pc.binary_join_element_wise(
        col.pick(market.account_names(len(accounts)), account).cast(pa.string()),
        col.pick(labels, kind).cast(pa.string()),
        " - ",
    )
    return col.build(
        contract.tables["opportunities"],
        count,
        opportunity_id=book.ids,
        opportunity_name=name,
        account_id=col.pick(market.account_ids(len(accounts)), account),
        primary_contact_id=col.pick(contacts, account * market.CONTACTS_PER_ACCOUNT),
        pipeline_id=col.pick(market.PIPELINES, deals["pipeline"]),
        stage=col.pick(history.STAGES, paths.stage),
        opportunity_type=col.pick(TYPES, types),
        owner_id=organisation.users(book.owners.current()),
        created_date=col.dates(created_at // DAY_SECONDS),
        created_at=col.instants(created_at),
        expected_close_date=col.dates(book.close_dates.expected),
        closed_date=col.dates(book.closed_day),
        closed_at=col.instants(book.closed_at),
        amount=col.decimals(amount),
        currency=col.pick(CURRENCIES, currency),
        amount_semantics=col.pick(_SEMANTICS, np.where(recurring > 0, 0, 1)),
        probability=col.decimals(probability),
        forecast_category=col.pick(FORECAST_CATEGORIES, _CATEGORY_OF_STAGE[paths.stage]),
        loss_reason=col.pick([reason for reason, _ in LOSS_REASONS], book.loss_reason),
        win_reason=col.pick(
            WIN_REASONS, _win_reasons(parameters, is_won, chance.integers(0, 5, count))
        ),
        lead_source=col.pick(
            [name for name, _ in market.LEAD_SOURCES], accounts.lead_source[account]
        ),
        campaign_id=col.pick(market.campaign_ids(), np.where(is_credited, campaign, -1)),
        region_id=col.pick(REGIONS, np.where(is_frozen, accounts.region[account], -1)),
        segment_id=col.pick(SEGMENTS, np.where(is_frozen, accounts.segment[account], -1)),
        qualified_at=col.instants(book.instant(rows, paths.qualified)),
        next_step=col.pick(NEXT_STEPS, np.where(is_closed, -1, chance.integers(0, 5, count))),
        updated_at=col.instants(updated),
        is_deleted=col.flags(book.is_deleted),
        deleted_at=col.instants(np.where(book.is_deleted, deleted_at, MISSING)),
        is_test=col.flags(book.is_test),
    )


def _win_reasons(parameters: Parameters, is_won: np.ndarray, even: np.ndarray) -> np.ndarray:
    """Why deals were won: the product more often than the rest; of one in thirty nobody asked."""
    draw = parameters.stream("win reasons").random(len(is_won))
    return np.where(is_won, np.select([draw < 0.2, draw > 0.97], [0, -1], even), -1)


def stage_history_table(contract: Contract, organisation: Organisation, book: Book) -> pa.Table:
    """One row per entry of a deal into a stage."""
    entries = book.paths.entries
    deal, entered = entries["deal"], entries["entered"]
    return col.build(
        contract.tables["opportunity_stage_history"],
        len(deal),
        opportunity_id=col.pick(book.ids, deal),
        stage=col.pick(history.STAGES, entries["stage"]),
        entered_at=col.instants(book.instant(deal, entered)),
        entered_by=organisation.users(book.owners.at(deal, entered)),
    )


def field_history_table(contract: Contract, organisation: Organisation, book: Book) -> pa.Table:
    """One row per change of a deal's amount, expected close date or owner."""
    amounts, closes = book.amounts.changes, book.close_dates.changes
    owners = history.owner_changes(book.owners)
    parts = (
        ("amount", amounts, col.decimals),
        ("expected_close_date", closes, col.dates),
        ("owner_id", owners, organisation.users),
    )
    deal = np.concatenate([changes["deal"] for _, changes, _ in parts])
    at = np.concatenate([changes["at"] for _, changes, _ in parts])
    field = np.repeat(np.arange(len(parts)), [len(changes["deal"]) for _, changes, _ in parts])
    texts = {
        side: pa.concat_arrays(
            [render(changes[side]).cast(pa.string()) for _, changes, render in parts]
        )
        for side in ("old", "new")
    }
    order = np.lexsort((field, at, deal))
    deal, at, field = deal[order], at[order], field[order]
    positions = pa.array(order)
    return col.build(
        contract.tables["opportunity_field_history"],
        len(deal),
        event_id=col.keys("EVT-", len(deal), 7),
        opportunity_id=col.pick(book.ids, deal),
        field_name=col.pick([name for name, _, _ in parts], field),
        old_value=texts["old"].take(positions),
        new_value=texts["new"].take(positions),
        changed_at=col.instants(book.instant(deal, at)),
        changed_by=organisation.users(book.owners.at(deal, at)),
    )


def line_item_table(contract: Contract, book: Book) -> pa.Table:
    """One row per product line of a deal."""
    lines = book.life.lines
    count = len(lines["deal"])
    return col.build(
        contract.tables["opportunity_line_items"],
        count,
        line_id=col.keys("LIN-", count, 7),
        opportunity_id=col.pick(book.ids, lines["deal"]),
        product_id=col.pick([product[0] for product in market.PRODUCTS], lines["product"]),
        quantity=col.integers(lines["quantity"]),
        unit_price=col.decimals(lines["unit"]),
        list_price=col.decimals(lines["list"]),
        net_amount=col.decimals(lines["quantity"] * lines["unit"]),
        is_recurring=col.flags(market.IS_RECURRING[lines["product"]]),
        term_months=col.integers(lines["term"]),
        start_date=col.dates(lines["start"]),
        end_date=col.dates(lines["end"]),
        unit_cost=col.decimals(lines["cost"]),
    )


def split_table(contract: Contract, organisation: Organisation, book: Book) -> pa.Table:
    """One row per share of the credit for a won deal that is shared or overlaid."""
    splits = book.splits
    return col.build(
        contract.tables["opportunity_splits"],
        len(splits["deal"]),
        opportunity_id=col.pick(book.ids, splits["deal"]),
        user_id=organisation.users(splits["rep"]),
        split_type=col.pick(("revenue", "overlay"), splits["type"]),
        split_rate=col.decimals(splits["percent"]),
        updated_at=col.instants(book.closed_at[splits["deal"]]),
    )


def competitor_table(parameters: Parameters, contract: Contract, book: Book) -> pa.Table:
    """One row per competitor met in a deal; at most one of them won it, and only if it was lost."""
    chance = parameters.stream("competitors")
    kind = book.life.deals["kind"]
    lost_to_one = np.isin(book.loss_reason, TO_COMPETITOR)
    draw = chance.random(len(book))
    met = np.where(kind == NEW, np.select([draw < 0.10, draw < 0.42], [2, 1], 0), 0)
    met = np.where(lost_to_one, np.maximum(met, 1), met)
    first = chance.integers(0, len(market.COMPETITORS), len(book))
    second = (first + chance.integers(1, len(market.COMPETITORS), len(book))) % len(
        market.COMPETITORS
    )
    deal = np.concatenate([np.flatnonzero(met >= 1), np.flatnonzero(met == 2)])
    which = np.concatenate([first[met >= 1], second[met == 2]])
    is_first = np.arange(len(deal)) < np.sum(met >= 1)
    order = np.lexsort((~is_first, deal))
    deal, which, is_first = deal[order], which[order], is_first[order]
    return col.build(
        contract.tables["opportunity_competitors"],
        len(deal),
        opportunity_id=col.pick(book.ids, deal),
        competitor_id=col.pick(market.competitor_ids(), which),
        status=col.pick(
            ("mentioned", "evaluated", "incumbent"),
            chance.choice(3, len(deal), p=[0.35, 0.45, 0.20]),
        ),
        is_winner=col.flags(is_first & lost_to_one[deal]),
    )


def subscription_table(parameters: Parameters, contract: Contract, book: Book) -> pa.Table:
    """One row per subscription line and range of days with the same recurring revenue."""
    rows = book.life.subscriptions
    accounts = book.life.accounts
    count = len(rows["account"])
    width = 6
    started = np.where(rows["valid_from"] < parameters.end_day, rows["valid_from"], MISSING)
    known = np.where(started == MISSING, parameters.end_day - 1, started)
    ended = (rows["valid_to"] != MISSING) & (rows["valid_to"] < parameters.end_day)
    updated = np.where(ended, rows["valid_to"], known)
    return col.build(
        contract.tables["subscriptions"],
        count,
        subscription_id=col.number("SUB-", rows["subscription"] + 1, width),
        account_id=col.pick(market.account_ids(len(accounts)), rows["account"]),
        product_id=col.pick([product[0] for product in market.PRODUCTS], rows["product"]),
        opportunity_id=col.pick(book.ids, rows["deal"]),
        mrr=col.decimals(rows["mrr"], scale=4),
        currency=col.pick(CURRENCIES, accounts.currency[rows["account"]]),
        valid_from=col.dates(rows["valid_from"]),
        valid_to=col.dates(rows["valid_to"]),
        status=col.pick(STATUSES, rows["status"]),
        renewal_date=col.dates(rows["renewal_day"]),
        updated_at=col.instants(updated * DAY_SECONDS + 3 * 3_600),
    )


def _splits(
    parameters: Parameters,
    organisation: Organisation,
    life: Life,
    paths: history.Paths,
    owners: history.Owners,
) -> col.Batch:
    """Shares of credit: deal, rep, type (0 revenue, 1 overlay), percent."""
    chance = parameters.stream("splits")
    kind = life.deals["kind"]
    draw = chance.random(len(kind))
    may_share = paths.is_won & ~np.isin(kind, (CONTRACTION, CREDIT))
    shared = np.flatnonzero(may_share & (draw < 0.07))
    overlaid = np.flatnonzero(may_share & (draw > 0.06) & (draw < 0.09))
    both = np.concatenate([shared, overlaid])
    account = life.deals["account"][both]
    day = clock.business_day(paths.closed[both])
    colleague = organisation.ownership.owner(
        account, life.accounts.pool[account], day, salt=20, without=owners.at_close[both]
    )
    parts = {
        "deal": np.concatenate([shared, shared, overlaid]),
        "rep": np.concatenate(
            [owners.at_close[shared], colleague[: len(shared)], colleague[len(shared) :]]
        ),
        "type": np.repeat([0, 0, 1], [len(shared), len(shared), len(overlaid)]),
        "percent": np.repeat([60, 40, 25], [len(shared), len(shared), len(overlaid)]),
    }
    # A seller without any colleague shares with nobody.
    alone = np.zeros(len(kind), dtype=bool)
    alone[parts["deal"][parts["rep"] < 0]] = True
    parts = col.take(parts, ~alone[parts["deal"]])
    return col.take(parts, np.lexsort((-parts["percent"], parts["type"], parts["deal"])))


def campaigns_on(
    chance: np.random.Generator, parameters: Parameters, day: np.ndarray
) -> np.ndarray:
    """A campaign running on each day, -1 where there is none."""
    starts, ends = market.campaign_dates(parameters)
    picked = np.full(len(day), -1)
    best = np.zeros(len(day))
    for campaign in range(len(starts)):
        score = chance.random(len(day))
        runs = (starts[campaign] <= day) & (day < ends[campaign]) & (score > best)
        picked = np.where(runs, campaign, picked)
        best = np.where(runs, score, best)
    return picked


def _last_change(book: Book, created_at: np.ndarray) -> np.ndarray:
    last = created_at.copy()
    entries = book.paths.entries
    events = [(entries["deal"], entries["entered"])]
    for changes in (
        book.amounts.changes,
        book.close_dates.changes,
        history.owner_changes(book.owners),
    ):
        events.append((changes["deal"], changes["at"]))
    for deal, at in events:
        np.maximum.at(last, deal, book.instant(deal, at))
    return last
