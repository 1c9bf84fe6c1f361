"""What the books say: invoices of what was sold, and revenue recognised over its term."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.simulate import clock, market
from ops.simulate import columns as col
from ops.simulate.clock import MISSING
from ops.simulate.deals import Book
from ops.simulate.market import COST_CENTS, IS_RECURRING, LIST_CENTS
from ops.simulate.organisation import CURRENCIES, REGIONS, Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import CONTRACTION, CREDIT

EVENT_TYPES = ("recognized", "credit")
RECOGNIZED, CREDITED = -1, 1
"""What is recognised says nothing of its type, as most ledgers do."""

# Units of 1/10000 a month below which revenue is recognised once a quarter.
SMALL_MRR = 6_000_000

# Shares of events whose cost nobody booked, that were booked by mistake, and that are taken back
# in part when the customer complains.
UNCOSTED_SHARE = 0.01
DELETED_SHARE = 0.002
CORRECTED_SHARE = 0.003

# What the books hold beside the goods, as a share of a month's revenue, and whether by region.
EXPENSES = (
    ("sales_base", 0.150, True),
    ("sales_benefits", 0.030, False),
    ("commission", 0.060, True),
    ("sales_travel", 0.012, True),
    ("sales_tools", 0.010, False),
    ("enablement", 0.006, False),
    ("sales_overhead", 0.015, False),
    ("marketing_media", 0.045, False),
    ("marketing_programmes", 0.025, False),
    ("marketing_people", 0.035, False),
    ("other", 0.240, False),
)
SPREAD_BY_REVENUE = ("sales_benefits", "sales_tools", "enablement", "sales_overhead")

INVOICE_TYPES = ("invoice", "credit_note")
# Shares of deals that are paid by the quarter, and of invoices that are given back in part.
QUARTERLY_SHARE = 0.25
RETURNED_SHARE = 0.02
# Tax by currency: none in dollars, 19 % in euros, 20 % in pounds.
TAX_PERCENT = np.array([0, 19, 20])


def revenue_events(parameters: Parameters, book: Book) -> col.Batch:
    """Every piece of revenue in whole units of its currency, in the order of its day.

    account, deal (-1 without one), product, day, type, amount, cogs (MISSING when unknown).
    """
    chance = parameters.stream("revenue")
    recurring = _over_the_term(parameters, book, chance)
    once = _once(parameters, book, chance)
    earned = col.concat([recurring, once])
    taken_back = _corrections(parameters, earned, chance)
    events = col.concat([earned, taken_back, _credited(book)])
    is_counted = (events["day"] < parameters.end_day) & (events["amount"] != 0)
    events = col.take(events, is_counted)
    order = np.lexsort((events["product"], events["deal"], events["account"], events["day"]))
    return col.take(events, order)


def revenue_table(
    parameters: Parameters, contract: Contract, book: Book, events: col.Batch
) -> pa.Table:
    """One row per piece of revenue."""
    chance = parameters.stream("revenue table")
    count = len(events["day"])
    accounts = book.life.accounts
    currency = accounts.currency[events["account"]]
    is_uncosted = chance.random(count) < UNCOSTED_SHARE
    return col.build(
        contract.tables["revenue_events"],
        count,
        revenue_id=col.keys("REV-", count, 5),
        account_id=col.pick(market.account_ids(len(accounts)), events["account"]),
        opportunity_id=col.pick(book.ids, events["deal"]),
        product_id=col.pick([product[0] for product in market.PRODUCTS], events["product"]),
        recognized_date=col.dates(events["day"]),
        event_type=col.pick(EVENT_TYPES, events["type"]),
        amount=col.integers(events["amount"]),
        currency=col.pick(CURRENCIES, np.where(currency == 0, -1, currency)),
        cogs_amount=col.integers(np.where(is_uncosted, MISSING, events["cogs"])),
        is_deleted=col.pick(["true"], np.where(chance.random(count) < DELETED_SHARE, 0, -1)),
    )


def invoices(parameters: Parameters, book: Book) -> tuple[col.Batch, col.Batch]:
    """Invoices and credit notes in the order of their day, and the lines of the invoices.

    invoices: deal, account, day, type (0 invoice, 1 credit note), amount (cents).
    lines: invoice, product, quantity, amount (cents).
    """
    chance = parameters.stream("invoices")
    kind, amount = book.life.deals["kind"], book.amounts.amount
    is_sold = book.paths.is_won & (book.closed_day != MISSING) & (amount > 0)
    deal = np.flatnonzero(is_sold & ~np.isin(kind, (CREDIT, CONTRACTION)))
    parts = np.where(chance.random(len(deal)) < QUARTERLY_SHARE, 4, 1)
    sent = book.closed_day[deal] + chance.integers(0, 12, len(deal))
    row = np.repeat(np.arange(len(deal)), parts)
    part = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    sold = {
        "deal": deal[row],
        "day": clock.add_months(sent[row], 3 * part),
        "type": np.zeros(len(row), dtype=np.int64),
        "amount": amount[deal][row] // parts[row],
        "parts": parts[row],
    }
    sold = col.take(sold, sold["day"] < parameters.end_day)
    returned = np.flatnonzero(chance.random(len(sold["day"])) < RETURNED_SHARE)
    back = col.take(sold, returned)
    back["day"] = back["day"] + chance.integers(10, 60, len(returned))
    back["amount"] = -(back["amount"] * chance.integers(1, 5, len(returned)) // 4)
    back["type"] = np.ones(len(returned), dtype=np.int64)
    every = col.concat([sold, back])
    every = col.take(every, every["day"] < parameters.end_day)
    every = col.take(every, np.lexsort((every["deal"], every["day"])))
    every["account"] = book.life.deals["account"][every["deal"]]
    return every, _lines_of(book, every)


def _lines_of(book: Book, every: col.Batch) -> col.Batch:
    """Lines of the invoices of deals whose lines add up to them."""
    lines = book.life.lines
    first = np.searchsorted(lines["deal"], every["deal"])
    last = np.searchsorted(lines["deal"], every["deal"], side="right")
    count = np.where(every["type"] == 0, last - first, 0)
    invoice = np.repeat(np.arange(len(count)), count)
    line = np.arange(len(invoice)) - np.repeat(np.cumsum(count) - count, count) + first[invoice]
    net = lines["quantity"][line] * lines["unit"][line] // every["parts"][invoice]
    # The last line takes the rounding of the instalments.
    is_last = np.append(invoice[1:] != invoice[:-1], True)[: len(invoice)]
    rest = every["amount"] - np.bincount(invoice, net, len(count)).astype(np.int64)
    is_whole = np.abs(rest) < 100
    net = net + np.where(is_last & is_whole[invoice], rest[invoice], 0)
    return {
        "invoice": invoice,
        "product": lines["product"][line],
        "quantity": lines["quantity"][line],
        "amount": net,
    }


def invoice_table(contract: Contract, book: Book, every: col.Batch) -> pa.Table:
    """One row per invoice or credit note."""
    count = len(every["day"])
    accounts = book.life.accounts
    currency = accounts.currency[every["account"]]
    tax = every["amount"] * TAX_PERCENT[currency] // 100
    return col.build(
        contract.tables["invoices"],
        count,
        invoice_id=col.keys("INV-", count, 5),
        account_id=col.pick(market.account_ids(len(accounts)), every["account"]),
        opportunity_id=col.pick(book.ids, every["deal"]),
        invoice_date=col.dates(every["day"]),
        invoice_type=col.pick(INVOICE_TYPES, every["type"]),
        amount=col.decimals(every["amount"]),
        tax_amount=col.decimals(np.where(tax == 0, MISSING, tax)),
        currency=col.pick(CURRENCIES, currency),
    )


def invoice_line_table(contract: Contract, lines: col.Batch) -> pa.Table:
    """One row per line of an invoice."""
    count = len(lines["invoice"])
    return col.build(
        contract.tables["invoice_lines"],
        count,
        line_id=col.keys("INL-", count, 5),
        invoice_id=col.number("INV-", lines["invoice"] + 1, 5),
        product_id=col.pick([product[0] for product in market.PRODUCTS], lines["product"]),
        quantity=col.integers(lines["quantity"]),
        net_amount=col.decimals(lines["amount"]),
    )


def expense_table(
    parameters: Parameters, contract: Contract, staff: Organisation, events: col.Batch
) -> pa.Table:
    """One row per month and category, and region where it is known; they grow with the company.

    What belongs to a region belongs to its division, or to the whole company without one.
    """
    chance = parameters.stream("expenses")
    months, month = np.unique(clock.month_start(events["day"]), return_inverse=True)
    earned = np.bincount(month, events["amount"])
    kinds = [
        (number, region)
        for number, (_, _, is_by_region) in enumerate(EXPENSES)
        for region in (range(len(REGIONS)) if is_by_region else (-1,))
    ]
    kind = np.tile(np.arange(len(kinds)), len(months))
    row = np.repeat(np.arange(len(months)), len(kinds))
    category = np.array([number for number, _ in kinds])[kind]
    region = np.array([region for _, region in kinds])[kind]
    share = np.array([part for _, part, _ in EXPENSES])[category]
    share = share / np.where(region >= 0, len(REGIONS), 1)
    # A company pays by the year, not by the month: what it earns is smoothed.
    smooth = np.convolve(np.pad(earned, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    amount = np.rint(smooth[row] * share * chance.uniform(0.9, 1.1, len(row))).astype(np.int64)
    last_day = clock.add_months(months, 1)[row] - 1
    count = len(row)
    division = np.where(region < np.count_nonzero(staff.parent_team == 0), region + 1, 0)
    return col.build(
        contract.tables["expenses"],
        count,
        expense_id=col.keys("EXP-", count, 5),
        expense_date=col.dates(np.minimum(last_day, parameters.end_day - 1)),
        category=col.pick([name for name, _, _ in EXPENSES], category),
        team_id=col.pick(staff.team_ids, np.where(region < 0, -1, division)),
        region_id=col.pick(REGIONS, region),
        amount=col.integers(amount),
    )


def allocation_rule_table(parameters: Parameters, contract: Contract) -> pa.Table:
    """The categories that are spread by revenue, from the first day on."""
    count = len(SPREAD_BY_REVENUE)
    return col.build(
        contract.tables["expense_allocation_rules"],
        count,
        rule_id=col.keys("RUL-", count, 2),
        category=col.pick(SPREAD_BY_REVENUE, np.arange(count)),
        basis=col.constant("revenue", count),
        valid_from=col.dates(np.full(count, parameters.start_day)),
    )


def _over_the_term(parameters: Parameters, book: Book, chance: np.random.Generator) -> col.Batch:
    """Subscriptions, a month at a time, small ones a quarter at a time: on its last day, or on
    the last of the subscription."""
    rows = book.life.subscriptions
    start = np.maximum(rows["valid_from"], parameters.start_day)
    end = np.where(rows["valid_to"] == MISSING, parameters.end_day, rows["valid_to"])
    end = np.minimum(end, parameters.end_day)
    length = np.where(rows["mrr"] < SMALL_MRR, 3, 1)
    first = np.where(length == 3, clock.quarter_start(start), clock.month_start(start))
    parts = (_month(np.maximum(end, start + 1) - 1) - _month(first)) // length + 1
    parts = np.where(end > start, parts, 0)
    row = np.repeat(np.arange(len(start)), parts)
    later = np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    months = length[row]
    period = clock.add_months(first[row], later * months)
    next_period = clock.add_months(period, months)
    since, until = np.maximum(period, start[row]), np.minimum(next_period, end[row])
    product, account = rows["product"][row], rows["account"][row]
    whole = rows["mrr"][row] / 10_000 * months
    amount = np.rint(whole * (until - since) / (next_period - period)).astype(np.int64)
    currency = book.life.accounts.currency[account]
    cost_rate = COST_CENTS[product, currency] / LIST_CENTS[product, currency]
    # What the data end within is recognised when it is over.
    is_over = (next_period <= parameters.end_day) | (end[row] < parameters.end_day)
    return {
        "account": account,
        "deal": rows["deal"][row],
        "product": product,
        "day": np.where(is_over, until - 1, parameters.end_day),
        "type": np.full(len(row), RECOGNIZED),
        "amount": amount,
        "cogs": np.rint(amount * cost_rate * chance.uniform(1.0, 1.25, len(row))).astype(np.int64),
    }


def _once(parameters: Parameters, book: Book, chance: np.random.Generator) -> col.Batch:
    """Services sold with a deal, when they were rendered."""
    lines = book.life.lines
    deal = lines["deal"]
    is_sold = ~IS_RECURRING[lines["product"]] & book.paths.is_won[deal]
    is_sold &= book.closed_day[deal] != MISSING
    lines = col.take(lines, is_sold)
    deal, count = lines["deal"], len(lines["deal"])
    cost = np.where(lines["cost"] == MISSING, 0, lines["cost"])
    return {
        "account": book.life.deals["account"][deal],
        "deal": deal,
        "product": lines["product"],
        "day": book.closed_day[deal] + chance.integers(10, 50, count),
        "type": np.full(count, RECOGNIZED),
        "amount": np.rint(lines["quantity"] * lines["unit"] / 100).astype(np.int64),
        "cogs": np.rint(lines["quantity"] * cost / 100).astype(np.int64),
    }


def _corrections(
    parameters: Parameters, earned: col.Batch, chance: np.random.Generator
) -> col.Batch:
    """Part of what was recognised, taken back in a later month."""
    rows = np.flatnonzero(chance.random(len(earned["day"])) < CORRECTED_SHARE)
    taken = col.take(earned, rows)
    share = chance.choice([0.25, 0.5, 1.0], len(rows))
    taken["day"] = taken["day"] + chance.integers(20, 75, len(rows))
    taken["amount"] = -np.rint(taken["amount"] * share).astype(np.int64)
    taken["type"] = np.full(len(rows), CREDITED)
    taken["cogs"] = np.zeros(len(rows), dtype=np.int64)
    return taken


def _credited(book: Book) -> col.Batch:
    """Credits that were granted as deals of their own."""
    deal = np.flatnonzero((book.life.deals["kind"] == CREDIT) & book.paths.is_won)
    deal = deal[(book.closed_day[deal] != MISSING) & (book.amounts.amount[deal] != MISSING)]
    return {
        "account": book.life.deals["account"][deal],
        "deal": deal,
        "product": np.full(len(deal), -1),
        "day": book.closed_day[deal],
        "type": np.full(len(deal), CREDITED),
        "amount": np.rint(book.amounts.amount[deal] / 100).astype(np.int64),
        "cogs": np.zeros(len(deal), dtype=np.int64),
    }


def _month(day: np.ndarray) -> np.ndarray:
    """Months since 1970 of each day."""
    return (
        np.asarray(day, dtype=np.int64)
        .astype("datetime64[D]")
        .astype("datetime64[M]")
        .astype(np.int64)
    )
