"""What marketing does and sees: visits to the web site, campaigns with their members, spending."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.landing.contract import Contract
from ops.simulate import clock, market
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.deals import Book, campaigns_on
from ops.simulate.leads import SPAM, lead_ids
from ops.simulate.organisation import REGIONS
from ops.simulate.parameters import Parameters

CHANNELS = ("organic", "paid", "referral", "web")
PAGES = ("/", "/pricing", "/product", "/blog", "/webinar", "/contact")
DEVICES = ("desktop", "mobile", "tablet")
COUNTRIES = (("US", "CA"), ("DE", "FR", "GB"), ("SG", "AU"))
# The web site is counted since so many months, and so many visits were seen beside each lead.
COUNTED_MONTHS = 10
VISITS_PER_LEAD = 2.1
# Web, Website, Organic Search and Paid Search among the lead sources, and their channels.
WEB_SOURCES = np.array([3, 3, 0, 1])


def draw_sessions(parameters: Parameters, book: Book, leads: col.Batch) -> col.Batch:
    """Visits in the order in which they began, those that made a lead among them."""
    chance = parameters.stream("web sessions")
    end = parameters.end_day * DAY_SECONDS
    first = int(clock.add_months(np.array(parameters.end_day), -COUNTED_MONTHS)) * DAY_SECONDS
    made = np.flatnonzero(
        (leads["source"] >= 0)
        & (leads["source"] < len(WEB_SOURCES))
        & (leads["created"] >= first + 3_600)
        & (leads["status"] != SPAM)
    )
    count = round(VISITS_PER_LEAD * len(leads["created"]))
    # More people come on working days than on weekends, and more as time goes on.
    start = first + ((end - first) * chance.random(count) ** 0.9).astype(np.int64)
    is_weekend = (start // DAY_SECONDS + 3) % 7 >= 5
    start = np.where(is_weekend & (chance.random(count) < 0.6), start - 2 * DAY_SECONDS, start)
    start = np.maximum(start, first)
    draw = chance.random(count)
    mark = chance.random(count)
    visits = {
        "lead": np.full(count, -1),
        "start": start,
        "length": np.exp(chance.normal(np.log(120), 1.0, count)).astype(np.int64) + 1,
        "region": chance.choice(2, count, p=[0.62, 0.38]),
        "channel": np.select([draw < 0.5, draw < 0.72, draw < 0.85], [0, 1, 2], 3),
        "is_bot": mark < 0.04,
        "is_internal": mark > 0.98,
        "campaign": campaigns_on(chance, parameters, start // DAY_SECONDS),
    }
    visits["campaign"] = np.where(chance.random(count) < 0.2, visits["campaign"], -1)
    before = chance.integers(60, 1_200, len(made))
    makers = {
        "lead": made,
        "start": leads["created"][made] - before,
        "length": before + chance.integers(5, 300, len(made)),
        "region": leads["region"][made],
        "channel": WEB_SOURCES[leads["source"][made]],
        "is_bot": np.zeros(len(made), dtype=bool),
        "is_internal": np.zeros(len(made), dtype=bool),
        "campaign": leads["campaign"][made],
    }
    both = col.concat([visits, makers])
    both = col.take(both, np.argsort(both["start"], kind="stable"))
    total = len(both["start"])
    # Some come back; a few do not agree to be known.
    visitor = np.arange(total)
    returns = (chance.random(total) < 0.3) & (visitor > 0)
    visitor = np.where(returns, (visitor * chance.random(total)).astype(np.int64), visitor)
    both["visitor"] = np.where(chance.random(total) < 0.05, -1, visitor)
    both["pages"] = np.minimum(1 + chance.poisson(1.6, total), 20)
    both["pages"] = np.where(both["lead"] >= 0, both["pages"] + 2, both["pages"])
    return both


def session_table(parameters: Parameters, contract: Contract, sessions: col.Batch) -> pa.Table:
    """The web sessions table."""
    chance = parameters.stream("web session table")
    count = len(sessions["start"])
    country = np.zeros(count, dtype=np.int64)
    names = [name for region in COUNTRIES for name in region]
    for region, inside in enumerate(COUNTRIES):
        here = sessions["region"] == region
        offset = sum(len(each) for each in COUNTRIES[:region])
        country[here] = offset + chance.integers(0, len(inside), int(here.sum()))
    end = parameters.end_day * DAY_SECONDS - 1
    visitors = col.number("VIS-", np.maximum(sessions["visitor"], 0) + 1, 5)
    return col.build(
        contract.tables["web_sessions"],
        count,
        session_id=col.keys("WEB-", count, 5),
        visitor_id=pc.if_else(pa.array(sessions["visitor"] >= 0), visitors, None),
        session_start=col.instants(sessions["start"]),
        session_end=col.instants(np.minimum(sessions["start"] + sessions["length"], end)),
        landing_page=col.pick(PAGES, chance.integers(0, len(PAGES), count)),
        channel=col.pick(CHANNELS, sessions["channel"]),
        campaign_id=col.pick(market.campaign_ids(), sessions["campaign"]),
        country=col.pick(names, country),
        region_id=col.pick(REGIONS, sessions["region"]),
        device=col.pick(DEVICES, chance.choice(3, count, p=[0.6, 0.33, 0.07])),
        is_bot=col.flags(sessions["is_bot"]),
        is_internal=col.flags(sessions["is_internal"]),
        page_views=col.integers(sessions["pages"]),
        lead_id=col.pick(lead_ids(int(sessions["lead"].max(initial=0)) + 1), sessions["lead"]),
    )


def member_table(contract: Contract, leads: col.Batch) -> pa.Table:
    """Who is in which campaign: the leads that came by it."""
    members = np.flatnonzero(leads["campaign"] >= 0)
    count = len(members)
    return col.build(
        contract.tables["campaign_members"],
        count,
        campaign_id=col.pick(market.campaign_ids(), leads["campaign"][members]),
        member_id=col.pick(lead_ids(len(leads["created"])), members),
        member_type=col.constant("lead", count),
        status=col.constant("responded", count),
        responded_at=col.instants(leads["created"][members]),
    )


def touchpoint_table(
    contract: Contract, book: Book, leads: col.Batch, sessions: col.Batch
) -> pa.Table:
    """What marketing had to do with people: visits that made a lead, and answers to campaigns."""
    made = np.flatnonzero(sessions["lead"] >= 0)
    answered = np.flatnonzero(leads["campaign"] >= 0)
    channels = [channel for _, channel in market.CAMPAIGNS]
    touch = {
        "lead": np.concatenate([sessions["lead"][made], answered]),
        "at": np.concatenate([sessions["start"][made], leads["created"][answered]]),
        "campaign": np.concatenate([sessions["campaign"][made], leads["campaign"][answered]]),
        "channel": np.concatenate(
            [sessions["channel"][made], len(CHANNELS) + leads["campaign"][answered]]
        ),
    }
    touch = col.take(touch, np.argsort(touch["at"], kind="stable"))
    count = len(touch["at"])
    accounts = len(book.life.accounts)
    return col.build(
        contract.tables["touchpoints"],
        count,
        touch_id=col.keys("TCH-", count, 5),
        person_id=col.pick(lead_ids(len(leads["created"])), touch["lead"]),
        account_id=col.pick(market.account_ids(accounts), leads["account"][touch["lead"]]),
        campaign_id=col.pick(market.campaign_ids(), touch["campaign"]),
        channel=col.pick([*CHANNELS, *channels], touch["channel"]),
        occurred_at=col.instants(touch["at"]),
        opportunity_id=col.pick(book.ids, leads["deal"][touch["lead"]]),
    )


def spend_table(parameters: Parameters, contract: Contract) -> pa.Table:
    """What each campaign cost in each month it ran, about its budget, and the web site's upkeep."""
    chance = parameters.stream("marketing spend")
    starts, ends = market.campaign_dates(parameters)
    day: list[int] = []
    campaign: list[int] = []
    cents: list[int] = []
    for number in range(len(starts)):
        months = []
        month = int(clock.month_start(starts[number]))
        while month < min(ends[number], parameters.end_day):
            months.append(month)
            month = int(clock.month_start(np.array(month), 1))
        for each in months:
            share = market.CAMPAIGN_BUDGETS[number] / len(months) * chance.uniform(0.8, 1.2)
            day.append(each + 14)
            campaign.append(number)
            cents.append(round(share))
    month = parameters.start_day
    while month < parameters.end_day:
        day.append(month + 2)
        campaign.append(-1)
        cents.append(round(180_000 * chance.uniform(0.9, 1.1)))
        month = int(clock.add_months(np.array(month), 1))
    count = len(day)
    channels = [channel for _, channel in market.CAMPAIGNS]
    which = np.array(campaign)
    is_paid = np.array([channel == "paid" for channel in channels])[which] & (which >= 0)
    days = np.array(day)
    return col.build(
        contract.tables["marketing_spend"],
        count,
        spend_id=col.keys("SPD-", count, 4),
        campaign_id=col.pick(market.campaign_ids(), which),
        channel=col.pick([*channels, "web"], np.where(which < 0, len(channels), which)),
        spend_date=col.dates(np.where(days < parameters.end_day, days, MISSING)),
        amount=col.decimals(np.array(cents)),
        currency=col.constant("USD", count),
        is_paid_media=col.flags(is_paid),
    )
