"""Who asks before a deal is opened: leads that convert, that are put aside, and that come twice."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.landing.contract import Contract
from ops.simulate import columns as col
from ops.simulate import market
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.deals import Book, campaigns_on
from ops.simulate.names import FIRST_NAMES, LAST_NAMES
from ops.simulate.organisation import REGIONS, SEGMENTS, Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import CROSS_SELL, NEW, PARTNER_TEST, UPSELL

STATUSES = ("new", "working", "qualified", "disqualified", "converted", "spam")
FRESH, WORKING, QUALIFIED, DISQUALIFIED, CONVERTED, SPAM = range(6)
REASONS = ("No budget", "No need", "Wrong contact", "No answer", "Student")
# Of the first deals of new accounts so many began with a lead, and of those of customers.
NEW_SHARE, CUSTOMER_SHARE = 0.85, 0.05
# Leads that come to nothing beside each that became a deal.
IDLE_PER_DEAL = 2.0


def draw(parameters: Parameters, organisation: Organisation, book: Book) -> col.Batch:
    """Leads in the order in which they came in.

    account and deal (-1 for none), region, segment, source, campaign, rep, person and company
    (positions in names), created, touched, qualified, disqualified and converted (instants),
    status, first (an earlier lead of the same person, -1 for none), is_linked, has_email.
    """
    chance = parameters.stream("leads")
    batch = col.concat(
        [_converting(chance, parameters, book), _idle(chance, parameters, organisation, book)]
    )
    order = np.argsort(batch["created"], kind="stable")
    batch = col.take(batch, order)
    count = len(order)
    day = batch["created"] // DAY_SECONDS
    # A third of what comes in while campaigns run comes by one of them.
    campaign = campaigns_on(chance, parameters, day)
    batch["campaign"] = np.where(chance.random(count) < 1 / 3, campaign, -1)
    batch["person"] = chance.integers(0, len(FIRST_NAMES) * len(LAST_NAMES), count)
    batch["has_email"] = chance.random(count) < 0.95
    # Some idle leads are somebody who had asked before, at times from another address.
    is_repeat = (batch["deal"] < 0) & (batch["account"] < 0) & (chance.random(count) < 0.06)
    is_repeat &= np.arange(count) > 20
    earlier = (np.arange(count) * chance.random(count)).astype(np.int64)
    is_repeat &= ~is_repeat[earlier] & (batch["status"][earlier] != SPAM)
    batch["first"] = np.where(is_repeat, earlier, -1)
    batch["is_linked"] = is_repeat & (chance.random(count) < 0.4)
    for name in ("person", "company"):
        batch[name] = np.where(is_repeat, batch[name][earlier], batch[name])
    batch["has_email"] |= is_repeat | np.isin(np.arange(count), earlier[is_repeat])
    wait = np.exp(chance.normal(np.log(95 * 60), 1.6, count)).astype(np.int64) + 60
    touched = batch["created"] + wait
    is_touched = (batch["status"] != FRESH) & (batch["status"] != SPAM)
    is_touched &= chance.random(count) < 0.86
    until = np.where(batch["converted"] == MISSING, parameters.end_day * DAY_SECONDS, MISSING)
    until = np.maximum(until, batch["converted"])
    batch["touched"] = np.where(is_touched & (touched < until), touched, MISSING)
    return batch


def _converting(chance: np.random.Generator, parameters: Parameters, book: Book) -> col.Batch:
    """Leads that became deals of new accounts, a few of customers, and colleagues of the first."""
    deals = book.life.deals
    created = book.instant(np.arange(len(book)), deals["created"])
    kind, account = deals["kind"], deals["account"]
    is_plain = ~deals["is_go_live"].astype(bool) & (deals["pipeline"] != PARTNER_TEST)
    is_plain &= ~book.is_deleted & ~book.is_test
    order = np.lexsort((created, account))
    is_first = np.zeros(len(book), dtype=bool)
    is_first[order[np.unique(account[order], return_index=True)[1]]] = True
    share = np.select(
        [is_first & (kind == NEW), np.isin(kind, (UPSELL, CROSS_SELL))],
        [NEW_SHARE, CUSTOMER_SHARE],
        0.0,
    )
    deal = np.flatnonzero(is_plain & (chance.random(len(book)) < share))
    wait = np.exp(chance.normal(np.log(5 * DAY_SECONDS), 0.9, len(deal))).astype(np.int64) + 900
    began = created[deal] - wait
    is_known = began >= parameters.start_day * DAY_SECONDS
    deal, began, wait = deal[is_known], began[is_known], wait[is_known]
    qualified = began + (wait * chance.beta(2.0, 2.0, len(deal))).astype(np.int64)
    accounts = book.life.accounts
    first = {
        "account": account[deal],
        "deal": deal,
        "region": accounts.region[account[deal]],
        "segment": accounts.segment[account[deal]],
        "source": accounts.lead_source[account[deal]],
        "rep": book.owners.at(deal, deals["created"][deal]),
        "company": account[deal],
        "created": began,
        "qualified": qualified,
        "disqualified": np.full(len(deal), MISSING),
        "converted": created[deal],
        "status": np.full(len(deal), CONVERTED),
    }
    # A colleague who asked as well is put with the account and brings no deal.
    colleague = col.take(first, np.flatnonzero(chance.random(len(deal)) < 0.05))
    colleague["deal"] = np.full(len(colleague["deal"]), -1)
    colleague["created"] = colleague["created"] + 3_600
    colleague["created"] = np.minimum(colleague["created"], colleague["converted"] - 60)
    colleague["qualified"] = np.full(len(colleague["deal"]), MISSING)
    return col.concat([first, colleague])


def _idle(
    chance: np.random.Generator, parameters: Parameters, organisation: Organisation, book: Book
) -> col.Batch:
    """Leads that came to nothing, or to nothing yet."""
    accounts = book.life.accounts
    new = book.life.deals["kind"] == NEW
    count = round(IDLE_PER_DEAL * NEW_SHARE * len(np.unique(book.life.deals["account"][new])))
    start, end = parameters.start_day * DAY_SECONDS, parameters.end_day * DAY_SECONDS
    # More come in as the company grows.
    created = start + ((end - start) * chance.random(count) ** 0.85).astype(np.int64)
    like = chance.integers(0, len(accounts), count)
    age = (end - created) / DAY_SECONDS
    mark = chance.random(count)
    status = np.select(
        [
            mark < 0.03,
            (age < 8) & (mark < 0.55),
            (age < 40) & (mark < 0.50),
            mark < 0.10,
            mark < 0.20,
        ],
        [SPAM, FRESH, WORKING, WORKING, QUALIFIED],
        DISQUALIFIED,
    )
    wait = np.exp(chance.normal(np.log(3 * DAY_SECONDS), 0.9, count)).astype(np.int64) + 3_600
    decided = np.where(np.isin(status, (QUALIFIED, DISQUALIFIED)), created + wait, MISSING)
    status = np.where(decided >= end, WORKING, status)
    decided = np.where(decided >= end, MISSING, decided)
    weights = np.array([weight for _, weight in market.LEAD_SOURCES], dtype=float)
    source = chance.choice(len(weights), count, p=weights / weights.sum())
    nobody = np.full(count, -1)
    return {
        "account": nobody,
        "deal": nobody,
        "region": accounts.region[like],
        "segment": accounts.segment[like],
        "source": np.where(chance.random(count) < 0.03, -1, source),
        "rep": organisation.ownership.owner(
            np.arange(count), accounts.pool[like], created // DAY_SECONDS
        ),
        "company": len(accounts) + np.arange(count),
        "created": created,
        "qualified": np.where(status == QUALIFIED, decided, MISSING),
        "disqualified": np.where(status == DISQUALIFIED, decided, MISSING),
        "converted": np.full(count, MISSING),
        "status": status,
    }


def lead_ids(count: int) -> pa.Array:
    """Keys of the leads by position."""
    return col.keys("LED-", count, 6)


def lead_table(
    parameters: Parameters,
    contract: Contract,
    organisation: Organisation,
    book: Book,
    leads: col.Batch,
) -> pa.Table:
    """The leads table."""
    chance = parameters.stream("lead table")
    accounts = book.life.accounts
    count = len(leads["created"])
    join = pc.binary_join_element_wise
    first = col.pick(FIRST_NAMES, leads["person"] % len(FIRST_NAMES)).cast(pa.string())
    last = col.pick(LAST_NAMES, leads["person"] // len(FIRST_NAMES)).cast(pa.string())
    names = market.account_names(int(leads["company"].max(initial=0)) + 1)
    company = col.pick(names, leads["company"]).cast(pa.string())
    # Who the source calls a duplicate wrote from another address.
    other = pc.if_else(pa.array(leads["is_linked"]), ".private", "")
    email = join(pc.utf8_lower(join(first, last, ".")), other, "")
    email = join(email, market.web_domains(company), "@")
    phone = col.number("+1 555 0", chance.integers(0, 10**6, count), 6)
    has_email = pa.array(leads["has_email"])
    ids = lead_ids(count)
    is_idle = (leads["account"] < 0) & (leads["first"] < 0)
    mark = chance.random(count)
    disqualified = leads["status"] == DISQUALIFIED
    reason = np.where(disqualified, chance.integers(0, len(REASONS), count), -1)
    updated = np.maximum.reduce(
        [leads[name] for name in ("created", "touched", "qualified", "disqualified", "converted")]
    )
    contact = leads["account"] * market.CONTACTS_PER_ACCOUNT + (leads["deal"] < 0)
    return col.build(
        contract.tables["leads"],
        count,
        lead_id=ids,
        email=pc.if_else(has_email, email, None),
        phone=pc.if_else(has_email, None, phone),
        full_name=join(first, last, " "),
        company=company,
        created_at=col.instants(leads["created"]),
        lead_source=col.pick([name for name, _ in market.LEAD_SOURCES], leads["source"]),
        campaign_id=col.pick(market.campaign_ids(), leads["campaign"]),
        owner_id=organisation.users(leads["rep"]),
        status=col.pick(STATUSES, leads["status"]),
        qualified_at=col.instants(leads["qualified"]),
        disqualified_at=col.instants(leads["disqualified"]),
        disqualify_reason=col.pick(REASONS, reason),
        converted_at=col.instants(leads["converted"]),
        converted_account_id=col.pick(market.account_ids(len(accounts)), leads["account"]),
        converted_contact_id=col.pick(
            market.contact_ids(len(accounts)), np.where(leads["account"] < 0, -1, contact)
        ),
        converted_opportunity_id=col.pick(book.ids, leads["deal"]),
        duplicate_of_lead_id=col.pick(ids, np.where(leads["is_linked"], leads["first"], -1)),
        first_touch_at=col.instants(leads["touched"]),
        region_id=col.pick(REGIONS, leads["region"]),
        segment_id=col.pick(SEGMENTS, leads["segment"]),
        updated_at=col.instants(np.minimum(updated, parameters.end_day * DAY_SECONDS - 1)),
        is_deleted=col.flags(is_idle & (mark < 0.006)),
        is_test=col.flags(is_idle & (mark > 0.994)),
    )


def attempt_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, leads: col.Batch
) -> pa.Table:
    """How leads were answered: a note from a machine to many at once, a call or e-mail later."""
    chance = parameters.stream("lead attempts")
    count = len(leads["created"])
    by_machine = np.flatnonzero(
        leads["has_email"] & (leads["status"] != SPAM) & (chance.random(count) < 0.3)
    )
    by_person = np.flatnonzero(leads["touched"] != MISSING)
    machine_at = leads["created"][by_machine] + chance.integers(5, 180, len(by_machine))
    lead = np.concatenate([by_machine, by_person])
    at = np.concatenate([machine_at, leads["touched"][by_person]])
    is_machine = np.arange(len(lead)) < len(by_machine)
    kept = at < parameters.end_day * DAY_SECONDS - 3_600
    lead, at, is_machine = lead[kept], at[kept], is_machine[kept]
    order = np.argsort(at, kind="stable")
    lead, at, is_machine = lead[order], at[order], is_machine[order]
    total = len(lead)
    is_call = ~is_machine & ((chance.random(total) < 0.6) | ~leads["has_email"][lead])
    outcome = chance.choice(3, total, p=[0.45, 0.25, 0.30])
    seconds = np.where(outcome == 0, chance.integers(60, 900, total), chance.integers(5, 45, total))
    ended = np.where(is_call, at + seconds, at)
    return col.build(
        contract.tables["activities"],
        total,
        activity_id=col.keys("ACL-", total, 6),
        activity_type=col.pick(("call", "email"), np.where(is_call, 0, 1)),
        direction=col.constant("outbound", total),
        performer_id=organisation.users(leads["rep"][lead]),
        lead_id=col.pick(lead_ids(count), lead),
        subject=col.pick(("First call", "Your question"), np.where(is_call, 0, 1)),
        created_at=col.instants(at),
        completed_at=col.instants(ended),
        sent_at=col.instants(np.where(is_call, MISSING, at)),
        status=col.constant("completed", total),
        outcome=col.pick(("connected", "voicemail", "no_answer"), np.where(is_call, outcome, -1)),
        recipient_count=col.integers(np.where(is_call, MISSING, 1)),
        duration_seconds=col.integers(np.where(is_call, seconds, MISSING)),
        is_automated=col.flags(is_machine),
        is_bulk=col.flags(np.zeros(total)),
        is_auto_reply=col.flags(np.zeros(total)),
        is_internal=col.flags(np.zeros(total)),
        needs_reply=col.flags(np.zeros(total)),
    )
