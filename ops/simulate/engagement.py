"""What happens around deals and customers: calls, e-mails, meetings and surveys."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.landing.contract import Contract
from ops.simulate import clock, market
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING, OPEN_SECONDS
from ops.simulate.deals import Book
from ops.simulate.organisation import Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import CONTRACTION, CREDIT

ACTIVITY_TYPES = ("call", "email", "meeting")
CALL, EMAIL, MEETING = range(3)
DIRECTIONS = ("outbound", "inbound")
ACTIVITY_STATUSES = ("completed", "no_show", "cancelled", "superseded", "scheduled")
COMPLETED, NO_SHOW, CANCELLED, SUPERSEDED, SCHEDULED = range(5)
OUTCOMES = ("connected", "voicemail", "no_answer")
MEETING_TYPES = ("discovery", "demo", "negotiation", "review")
_SUBJECTS = ("Call", "Next steps", "Meeting", "Re: Next steps")
SURVEYS = ("nps_relationship", "nps_transactional", "csat")
_COMMENTS = (
    "Easy to work with",
    "Support is quick",
    "Reporting could be better",
    "Too expensive for what it does",
    "Does what it promised",
)


def activity_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, book: Book
) -> pa.Table:
    """Calls, e-mails with replies and answers, and meetings, some put off to a later day."""
    chance = parameters.stream("activities")
    deals = book.life.deals
    mean = np.where(
        np.isin(deals["kind"], (CONTRACTION, CREDIT)), 0.0, parameters.activities_per_deal
    )
    # Replies, answers to them and new dates add about three tenths to what is begun.
    deal = np.repeat(np.arange(len(book)), chance.poisson(mean / 1.3))
    count = len(deal)
    until = np.minimum(book.paths.closed[deal], parameters.end_business)
    until = np.where(book.paths.closed[deal] == MISSING, parameters.end_business, until)
    begun = deals["created"][deal]
    # Most of the work is done early in a deal's life.
    share = chance.beta(1.0, 1.4, count)
    at = begun + ((until - begun) * share).astype(np.int64)
    draw = chance.random(count)
    kind = np.select([draw < 0.38, draw < 0.75], [CALL, EMAIL], MEETING)
    is_meeting = kind == MEETING
    created = book.instant(deal, at)
    opening = book.opening[deal]
    end = parameters.end_day * DAY_SECONDS

    # Meetings begin on the half hour, some working days after they were booked.
    slot = at // OPEN_SECONDS + chance.integers(1, 11, count)
    slot_start = slot * OPEN_SECONDS + chance.integers(0, 15, count) * 1_800
    scheduled = clock.to_instant(slot_start, opening)
    draw = chance.random(count)
    status = np.select(
        [draw < 0.79, draw < 0.87, draw < 0.94, draw < 0.97],
        [COMPLETED, NO_SHOW, CANCELLED, SUPERSEDED],
        SCHEDULED,
    )
    status = np.where(is_meeting & (scheduled >= end), SCHEDULED, status)
    status = np.where(is_meeting, status, COMPLETED)
    is_inbound = (kind != MEETING) & (chance.random(count) < 0.15)
    first = {
        "deal": deal,
        "at": at,
        "kind": kind,
        "is_inbound": is_inbound,
        "created": created,
        "scheduled": np.where(is_meeting, scheduled, MISSING),
        "status": status,
        "answers": np.full(count, -1),
        "thread": np.where(kind == EMAIL, np.arange(count), -1),
        "is_auto_reply": np.zeros(count, dtype=bool),
    }

    # Replies come at any hour, some from a robot.
    is_answered = (kind == EMAIL) & ~is_inbound & (chance.random(count) < 0.38)
    delay = np.exp(chance.normal(np.log(14 * 3_600), 1.2, count)).astype(np.int64) + 120
    is_answered &= created + delay < end
    rows = np.flatnonzero(is_answered)
    replies = col.take(first, rows)
    replies["created"] = created[rows] + delay[rows]
    replies["is_inbound"] = np.ones(len(rows), dtype=bool)
    replies["answers"] = rows
    replies["is_auto_reply"] = chance.random(len(rows)) < 0.08

    # Most of what people write in is answered, some of it after days.
    begun = col.concat([first, replies])
    waits = (begun["kind"] == EMAIL) & begun["is_inbound"] & ~begun["is_auto_reply"]
    wait = np.exp(chance.normal(np.log(6 * 3_600), 1.3, len(waits))).astype(np.int64) + 60
    waits &= (chance.random(len(waits)) < 0.78) & (begun["created"] + wait < end)
    rows = np.flatnonzero(waits)
    answers = col.take(begun, rows)
    answers["created"] = begun["created"][rows] + wait[rows]
    answers["is_inbound"] = np.zeros(len(rows), dtype=bool)
    answers["answers"] = rows

    # A meeting put off is booked again for a later slot.
    rows = np.flatnonzero(status == SUPERSEDED)
    again = col.take(first, rows)
    later = slot_start[rows] + chance.integers(2, 8, len(rows)) * OPEN_SECONDS
    again["created"] = scheduled[rows] - chance.integers(1, 3, len(rows)) * 3_600
    again["created"] = np.maximum(again["created"], created[rows] + 60)
    again["scheduled"] = clock.to_instant(later, opening[rows])
    again["status"] = np.where(again["scheduled"] >= end, SCHEDULED, COMPLETED)
    again["answers"] = rows

    rows = col.concat([first, replies, answers, again])
    order = np.argsort(rows["created"], kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    replaced_by = np.full(len(order), -1)
    begins_again = np.arange(len(order)) >= len(order) - len(again["deal"])
    responded = np.full(len(order), MISSING)
    responded[answers["answers"]] = answers["created"]
    rows["responded"] = responded
    replaced_by[rows["answers"][begins_again]] = np.flatnonzero(begins_again)
    rows["replaced_by"] = np.where(replaced_by < 0, -1, place[replaced_by])
    rows["answers"] = np.where(
        (rows["answers"] < 0) | begins_again, -1, place[np.maximum(rows["answers"], 0)]
    )
    return _activity_columns(
        chance, parameters, contract, organisation, book, col.take(rows, order)
    )


def _activity_columns(
    chance: np.random.Generator,
    parameters: Parameters,
    contract: Contract,
    organisation: Organisation,
    book: Book,
    rows: col.Batch,
) -> pa.Table:
    count = len(rows["deal"])
    end = parameters.end_day * DAY_SECONDS
    deal, kind, created, status = rows["deal"], rows["kind"], rows["created"], rows["status"]
    is_call, is_email, is_meeting = kind == CALL, kind == EMAIL, kind == MEETING
    is_inbound = rows["is_inbound"]
    account = book.life.deals["account"][deal]
    ids = col.keys("ACT-", count, 7)
    performer = organisation.users(book.owners.at(deal, rows["at"]))
    contact = account * market.CONTACTS_PER_ACCOUNT + chance.choice(3, count, p=[0.6, 0.3, 0.1])

    draw = chance.random(count)
    outcome = np.select([draw < 0.40, draw < 0.72], [0, 1], 2)
    outcome = np.where(is_inbound, 0, outcome)
    talk = np.minimum(np.exp(chance.normal(np.log(400), 0.8, count)), 5_400).astype(np.int64) + 20
    seconds = np.select([outcome == 0, outcome == 1], [talk, chance.integers(20, 70, count)], 0)
    length = chance.choice([1_800, 2_700, 3_600], count)
    scheduled_end = np.where(is_meeting, rows["scheduled"] + length, MISSING)
    # A meeting ends after the data when it begins in their last minutes; it is not yet done.
    status = np.where(is_meeting & (scheduled_end > end) & (status == COMPLETED), SCHEDULED, status)
    completed = np.where(is_meeting, scheduled_end, np.where(is_call, created + seconds, created))
    completed = np.where(status == COMPLETED, completed, MISSING)
    cancelled = np.maximum(rows["scheduled"] - chance.integers(1, 20, count) * 3_600, created + 60)
    cancelled = np.where((status == CANCELLED) & (cancelled < end), cancelled, MISSING)
    status = np.where((status == CANCELLED) & (cancelled == MISSING), SCHEDULED, status)

    is_reply = rows["answers"] >= 0
    needs_reply = is_email & is_inbound & ~rows["is_auto_reply"]
    sent_by_us = is_email & ~is_inbound
    begins_thread = sent_by_us & ~is_reply
    # A dialler or a calendar passes on its own number of what it saw.
    is_synced = ~is_email & (chance.random(count) < 0.6)
    return col.build(
        contract.tables["activities"],
        count,
        activity_id=ids,
        activity_type=col.pick(ACTIVITY_TYPES, kind),
        direction=col.pick(DIRECTIONS, np.where(is_inbound, 1, 0)),
        performer_id=performer,
        booked_by_id=organisation.users(np.where(is_meeting, book.owners.at(deal, rows["at"]), -1)),
        account_id=col.pick(market.account_ids(len(book.life.accounts)), account),
        contact_id=col.pick(market.contact_ids(len(book.life.accounts)), contact),
        opportunity_id=col.pick(book.ids, deal),
        subject=col.pick(_SUBJECTS, np.where(is_reply, 3, kind)),
        created_at=col.instants(created),
        scheduled_start=col.instants(rows["scheduled"]),
        scheduled_end=col.instants(scheduled_end),
        completed_at=col.instants(completed),
        sent_at=col.instants(np.where(sent_by_us, created, MISSING)),
        received_at=col.instants(np.where(is_email & is_inbound, created, MISSING)),
        responded_at=col.instants(rows["responded"]),
        response_to_id=col.pick(ids, rows["answers"]),
        status=col.pick(ACTIVITY_STATUSES, status),
        cancelled_at=col.instants(cancelled),
        superseded_by=col.pick(ids, rows["replaced_by"]),
        outcome=col.pick(OUTCOMES, np.where(is_call, outcome, -1)),
        meeting_type=col.pick(
            MEETING_TYPES, np.where(is_meeting, chance.integers(0, 4, count), -1)
        ),
        thread_id=pc.if_else(
            pa.array(rows["thread"] >= 0), col.number("THR-", rows["thread"] + 1, 7), None
        ),
        message_id=pc.if_else(
            pa.array(is_email), col.number("MSG-", np.arange(1, count + 1), 7), None
        ),
        external_id=pc.if_else(
            pa.array(is_synced), col.number("EXT-", np.arange(1, count + 1), 7), None
        ),
        recipient_count=col.integers(np.where(sent_by_us, chance.integers(1, 4, count), MISSING)),
        duration_seconds=col.integers(np.where(is_call, seconds, MISSING)),
        is_automated=col.flags(begins_thread & (chance.random(count) < 0.15)),
        is_bulk=col.flags(begins_thread & (chance.random(count) < 0.04)),
        is_auto_reply=col.flags(rows["is_auto_reply"]),
        is_internal=col.flags(is_meeting & (chance.random(count) < 0.04)),
        needs_reply=col.flags(needs_reply),
    )


def participant_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, activities: pa.Table
) -> pa.Table:
    """Who was asked to each meeting and who came: the seller, the customer and some colleagues."""
    chance = parameters.stream("participants")
    is_meeting = pc.equal(activities.column("activity_type"), ACTIVITY_TYPES[MEETING])
    meetings = activities.filter(is_meeting)
    count = meetings.num_rows
    status = meetings.column("status")
    is_held = pc.equal(status, ACTIVITY_STATUSES[COMPLETED]).to_numpy()
    is_missed = pc.equal(status, ACTIVITY_STATUSES[NO_SHOW]).to_numpy()
    is_internal = meetings.column("is_internal").to_numpy()
    performer = meetings.column("performer_id").cast(pa.string()).combine_chunks()
    contact = meetings.column("contact_id").cast(pa.string()).combine_chunks()
    # The next of the contacts of the same account.
    which = pc.utf8_slice_codeunits(contact, -1).cast(pa.int64())
    which = pc.fill_null(which, 0).to_numpy() % market.CONTACTS_PER_ACCOUNT + 1
    second = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(contact, 0, -1), pa.array(which).cast(pa.string()), ""
    )
    colleague = organisation.users(chance.integers(0, organisation.rep_count, count)).cast(
        pa.string()
    )
    has_second = ~is_internal & (chance.random(count) < 0.3)
    has_colleague = is_internal | (chance.random(count) < 0.15)
    has_colleague &= pc.not_equal(colleague, performer).to_numpy(zero_copy_only=False)
    came_second = chance.random(count) < 0.85

    parts = []
    for who, kind, takes_part, came in (
        (performer, "user", np.ones(count, dtype=bool), is_held | is_missed),
        (contact, "contact", ~is_internal, is_held),
        (second, "contact", has_second, is_held & came_second),
        (colleague, "user", has_colleague, is_held),
    ):
        keep = pa.array(takes_part & pc.is_valid(who).to_numpy(zero_copy_only=False))
        rows = pa.table(
            {
                "activity_id": meetings.column("activity_id"),
                "participant_id": who,
                "participant_type": col.constant(kind, count).cast(pa.string()),
                "is_external": col.flags(np.full(count, kind == "contact")),
                "is_attended": pa.array(came, mask=~(is_held | is_missed)),
            }
        )
        parts.append(rows.filter(keep))
    rows = pa.concat_tables(parts).sort_by(
        [(name, "ascending") for name in ("activity_id", "is_external", "participant_id")]
    )
    return col.build(
        contract.tables["activity_participants"],
        rows.num_rows,
        **{name: rows.column(name).combine_chunks() for name in rows.column_names},
    )


def survey_table(
    parameters: Parameters, contract: Contract, organisation: Organisation, book: Book
) -> pa.Table:
    """Quarterly relationship surveys of customers, and surveys after won deals."""
    chance = parameters.stream("surveys")
    end = parameters.end_day * DAY_SECONDS
    accounts = book.life.accounts
    parts = [
        _relationship(chance, parameters, book, quarter) for quarter in parameters.quarter_starts
    ]
    won = np.flatnonzero(book.paths.is_won & (book.amounts.amount > 0))
    for survey, share in ((1, 0.22), (2, 0.14)):
        deal = won[chance.random(len(won)) < share]
        delay = chance.integers(DAY_SECONDS, 20 * DAY_SECONDS, len(deal))
        parts.append(_answers(chance, accounts, survey, book, deal, book.closed_at[deal] + delay))
    answers = col.concat(parts)
    answers = col.take(answers, answers["at"] < end)
    answers = col.take(answers, np.argsort(answers["at"], kind="stable"))
    count = len(answers["at"])
    is_csat = answers["survey"] == 2
    contact = answers["account"] * market.CONTACTS_PER_ACCOUNT + answers["who"]
    contact = np.where(chance.random(count) < 0.03, -1, contact)
    seller = np.where(answers["deal"] >= 0, book.owners.at_close[answers["deal"]], -1)
    comment = np.where(chance.random(count) < 0.12, chance.integers(0, 5, count), -1)
    return col.build(
        contract.tables["survey_responses"],
        count,
        response_id=col.keys("RSP-", count, 6),
        survey_type=col.pick(SURVEYS, answers["survey"]),
        account_id=col.pick(market.account_ids(len(accounts)), answers["account"]),
        contact_id=col.pick(market.contact_ids(len(accounts)), contact),
        opportunity_id=col.pick(book.ids, answers["deal"]),
        user_id=organisation.users(seller),
        score=col.integers(answers["score"]),
        scale_min=col.integers(np.where(is_csat, 1, 0)),
        scale_max=col.integers(np.where(is_csat, 5, 10)),
        comment=col.pick(_COMMENTS, comment),
        responded_at=col.instants(answers["at"]),
        is_test=col.flags(np.zeros(count)),
    )


_ASPECTS = ("reliability", "responsiveness", "assurance", "empathy", "overall")
_VERBATIMS = (
    "They answer the same day",
    "Our contact changed twice this year",
    "The onboarding was thorough",
    "Invoices are hard to read",
    "We wait too long for fixes",
    "They know our business",
)


def service_table(parameters: Parameters, contract: Contract, book: Book) -> pa.Table:
    """A survey of service quality every half-year: some customers rate five aspects of it, and
    some of them say in their own words why."""
    chance = parameters.stream("service surveys")
    rows = book.life.subscriptions
    parts = []
    for quarter in parameters.quarter_starts[1::2]:
        middle = quarter + 45
        runs = (rows["valid_from"] <= middle) & (
            (rows["valid_to"] > middle) | (rows["valid_to"] == MISSING)
        )
        account = np.unique(rows["account"][runs])
        account = account[chance.random(len(account)) < 0.07]
        at = quarter * DAY_SECONDS + chance.integers(0, 80 * DAY_SECONDS, len(account))
        parts.append({"account": account, "at": at})
    asked = col.concat(parts)
    asked = col.take(asked, asked["at"] < parameters.end_day * DAY_SECONDS)
    asked = col.take(asked, np.argsort(asked["at"], kind="stable"))
    answers, aspects = len(asked["at"]), len(_ASPECTS)
    count = answers * aspects
    health = np.repeat(book.life.accounts.health[asked["account"]], aspects)
    # Replies come slower than customers would like, and who sells knows the business.
    liking = np.tile(np.array([0.1, -0.35, 0.25, 0.1, 0.0]), answers)
    mood = 0.6 * health + liking + chance.normal(0.0, 0.7, count)
    aspect = np.tile(np.arange(aspects), answers)
    has_comment = (aspect == aspects - 1) & (chance.random(count) < 0.5)
    contact = asked["account"] * market.CONTACTS_PER_ACCOUNT + chance.choice(3, answers)
    return col.build(
        contract.tables["survey_responses"],
        count,
        response_id=col.pick(col.keys("SVQ-", answers, 5), np.repeat(np.arange(answers), aspects)),
        survey_type=col.constant("service_quality", count),
        account_id=col.pick(
            market.account_ids(len(book.life.accounts)), np.repeat(asked["account"], aspects)
        ),
        contact_id=col.pick(
            market.contact_ids(len(book.life.accounts)), np.repeat(contact, aspects)
        ),
        dimension=col.pick(_ASPECTS, aspect),
        score=col.integers(np.digitize(mood, [-1.6, -1.0, -0.4, 0.5]) + 1),
        expectation_score=col.integers(
            np.where(
                chance.random(count) < 0.8, chance.choice([4, 5], count, p=[0.7, 0.3]), MISSING
            )
        ),
        scale_min=col.integers(np.ones(count)),
        scale_max=col.integers(np.full(count, 5)),
        comment=col.pick(
            _VERBATIMS, np.where(has_comment, chance.integers(0, len(_VERBATIMS), count), -1)
        ),
        responded_at=col.instants(np.repeat(asked["at"], aspects)),
        is_test=col.flags(np.zeros(count)),
    )


def _relationship(
    chance: np.random.Generator, parameters: Parameters, book: Book, quarter: int
) -> col.Batch:
    """Answers of one quarter by customers with a running subscription; a few answer twice."""
    middle = quarter + 45
    rows = book.life.subscriptions
    runs = (rows["valid_from"] <= middle) & (
        (rows["valid_to"] > middle) | (rows["valid_to"] == MISSING)
    )
    account = np.unique(rows["account"][runs])
    account = account[chance.random(len(account)) < 0.36]
    who = chance.choice(3, len(account), p=[0.6, 0.3, 0.1])
    twice = chance.random(len(account)) < 0.04
    account, who = np.concatenate([account, account[twice]]), np.concatenate([who, who[twice]])
    first = max(quarter, parameters.start_day)
    at = (first * DAY_SECONDS) + chance.integers(0, 80 * DAY_SECONDS, len(account))
    nobody = np.full(len(account), -1)
    answers = _answers(chance, book.life.accounts, 0, book, nobody, at, account)
    return {**answers, "who": who}


def _answers(
    chance: np.random.Generator,
    accounts: market.Accounts,
    survey: int,
    book: Book,
    deal: np.ndarray,
    at: np.ndarray,
    account: np.ndarray | None = None,
) -> col.Batch:
    account = book.life.deals["account"][deal] if account is None else account
    count = len(account)
    mood = 0.7 * accounts.health[account] + chance.normal(0.0, 0.8, count)
    if survey == 2:
        score = np.digitize(mood, [-1.7, -1.1, -0.55, 0.45]) + 1
    else:
        score = np.digitize(mood, [-2.3, -2.0, -1.8, -1.6, -1.4, -1.2, -0.85, -0.45, -0.02, 0.75])
    return {
        "survey": np.full(count, survey),
        "deal": deal,
        "account": account,
        "who": chance.choice(3, count, p=[0.6, 0.3, 0.1]),
        "score": score,
        "at": at,
    }
