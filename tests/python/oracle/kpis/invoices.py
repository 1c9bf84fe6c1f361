"""What was invoiced, what a ticket is worth, and who came back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from ..company import UNKNOWN, Company
from ..history import UNALLOCATED, Deal
from ..periods import LONG_GRAINS, SHORT_GRAINS, periods_between
from ..reading import Row, as_boolean, as_date, as_decimal
from ..registry import recomputes
from ..values import Slot, Value, Values, key, ratio, slots, wilson
from .revenue import Shares, is_internal, members_of, product_of, summed, won_by_id

TICKET_DIMENSIONS = ("total", "team", "region", "segment", "campaign")
Order = tuple[date, str]
"""Day and key of an invoice."""
REPEAT_DIMENSIONS = ("total", "region", "segment", "lead_source")


@dataclass(frozen=True)
class Part:
    """A line of an invoice, or what its lines leave of it, in its own currency."""

    members: Shares
    amount: Decimal | None


@dataclass(frozen=True)
class Invoice:
    """An invoice or credit note with what it is sliced by."""

    row: Row
    day: date
    kind: str
    deal: Deal | None
    account: str | None
    rate: Decimal | None
    amount: Decimal | None
    members: Shares
    parts: tuple[Part, ...]


@cache
def invoices(company: Company) -> tuple[Invoice, ...]:
    """Invoices and credit notes before as_of (F33, G7)."""
    return tuple(_invoices(company))


def _invoices(company: Company) -> Iterator[Invoice]:
    deals = won_by_id(company)
    lines: dict[str, list[Row]] = defaultdict(list)
    for line in company.table("invoice_lines", ("line_id",), ("line_id", "invoice_id")):
        lines[line["invoice_id"]].append(line)
    for row in company.invoice_rows:
        day, amount = as_date(row["invoice_date"]), as_decimal(row["amount"])
        if day >= company.snapshot_day or as_boolean(row["is_deleted"]):
            continue
        if is_internal(company, row):
            continue
        deal = deals.get(row["opportunity_id"])
        rate = company.spot_rate(row["currency"] or company.corporate_currency, day)
        account = company.surviving(row["account_id"])
        if company.accounts and account not in company.accounts:
            account = None
        yield Invoice(
            row=row,
            day=day,
            kind=(row["invoice_type"] or "invoice").lower(),
            deal=deal,
            account=account or (deal.account_id if deal else None),
            rate=rate,
            amount=company.convert(amount, rate),
            members=members_of(company, row, deal, day),
            parts=tuple(parts(company, amount, lines[row["invoice_id"]], rate)),
        )


def parts(
    company: Company, amount: Decimal, lines: list[Row], rate: Decimal | None
) -> Iterator[Part]:
    """Lines of an invoice, and what they leave of it beyond a cent (G15)."""
    told = Decimal(0)
    for line in lines:
        net = as_decimal(line["net_amount"])
        told += net or 0
        yield Part(product_of(company, line["product_id"]), company.convert(net, rate))
    if not lines or abs(amount - told) > Decimal("0.01"):
        rest = {("product", UNALLOCATED): Decimal(1), ("product_family", UNALLOCATED): Decimal(1)}
        yield Part(rest, company.convert(amount - told, rate))


@recomputes("total_revenue__invoiced")
def invoiced(company: Company) -> Values:
    """Lines of invoices and credit notes by invoice date (#1)."""
    return summed(
        company,
        "total_revenue__invoiced",
        (
            (invoice.day, invoice.members | part.members, part.amount)
            for invoice in invoices(company)
            for part in invoice.parts
        ),
    )


def product_shares(invoice: Invoice) -> Shares:
    """Share of the money of an invoice per product and family; equal parts of nothing."""
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for part in invoice.parts:
        for member in part.members:
            sums[member] += part.amount or 0
    if invoice.amount:
        return {member: amount / invoice.amount for member, amount in sums.items()}
    count = {
        dimension: sum(1 for each in sums if each[0] == dimension)
        for dimension in ("product", "product_family")
    }
    return {member: Decimal(1) / count[member[0]] for member in sums}


@recomputes("average_ticket_price", "average_ticket_price__net")
def tickets(company: Company) -> Values:
    """Amount of invoices over their number, and net of credit notes (#47, F14, F33)."""
    sums: dict[Slot, list[Decimal | int]] = defaultdict(lambda: [Decimal(0), Decimal(0), 0])
    for invoice in invoices(company):
        if invoice.kind not in ("invoice", "credit_note") or invoice.amount is None:
            continue
        members = {
            member: Decimal(1) for member in invoice.members if member[0] in TICKET_DIMENSIONS
        }
        owner = company.closing_owner(invoice.deal) if invoice.deal else UNKNOWN
        members |= {("rep", owner): Decimal(1)} | product_shares(invoice)
        is_order = invoice.kind == "invoice"
        for member, share in members.items():
            for slot in slots(company, invoice.day, [member], SHORT_GRAINS + LONG_GRAINS):
                sums[slot][0] += invoice.amount * share * is_order
                sums[slot][1] += invoice.amount * share
                sums[slot][2] += is_order
    values: Values = {}
    for slot, (amount, net, count) in sums.items():
        gross = Value(amount, count, ratio(amount, count), count)
        values[key("average_ticket_price", slot)] = gross
        if slot.grain in LONG_GRAINS:
            net_value = Value(net, count, ratio(net, count), count)
            values[key("average_ticket_price__net", slot)] = net_value
    return values


def year_back(company: Company, day: date) -> date:
    """First day of the window that ends before a day."""
    return day - timedelta(days=int(company.number("repeat_window_days")))


@recomputes("repeat_purchase_rate", "avg_purchase_frequency", window_start=year_back)
def repeat_purchases(company: Company) -> Values:
    """Buyers of 365 days with invoices on two of them, and the number of invoices (#17, #85)."""
    bought: dict[tuple[str, str], dict[str, set[Order]]] = defaultdict(lambda: defaultdict(set))
    for invoice in invoices(company):
        if invoice.kind == "invoice" and invoice.account:
            members = [each for each in invoice.members if each[0] in REPEAT_DIMENSIONS]
            members += [each for part in invoice.parts for each in part.members]
            for member in members:
                bought[member][invoice.account].add((invoice.day, invoice.row["invoice_id"]))
    first = min((invoice.day for invoice in invoices(company)), default=None)
    values: Values = {}
    for grain in LONG_GRAINS if first else ():
        fiscal = company.fiscal_year_start_month
        for period in periods_between(first, company.snapshot_day, grain, fiscal):
            end = min(period.end, company.as_of_date)
            since = year_back(company, end)
            for member, buyers in bought.items():
                orders = [
                    {each for each in own if since <= each[0] < end} for own in buyers.values()
                ]
                count = sum(1 for own in orders if own)
                again = sum(1 for own in orders if len({day for day, _ in own}) > 1)
                if count:
                    slot = Slot(grain, period.start, *member)
                    number = sum(len(own) for own in orders)
                    values[key("avg_purchase_frequency", slot)] = Value(
                        number, count, ratio(number, count), count, measured_at=end
                    )
                    values[key("repeat_purchase_rate", slot)] = Value(
                        again, count, ratio(again, count), count, wilson(again, count), end
                    )
    return values
