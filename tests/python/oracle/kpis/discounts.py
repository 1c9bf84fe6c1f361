"""Discounts against list prices."""

from collections.abc import Iterator

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS
from ..reading import as_decimal
from ..registry import recomputes
from ..values import Record, Values, deal_members, ratios
from .outcomes import OUTCOME_DIMENSIONS


@recomputes("average_discount_pct")
def average_discount_pct(company: Company) -> Values:
    """List value less value of the lines of won deals, over list value (#11, G6, F25)."""
    return ratios(company, "average_discount_pct", sold_lines(company), LONG_GRAINS)


def sold_lines(company: Company) -> Iterator[Record]:
    """Lines with a list price, a quantity, a value and a rate."""
    deals = {deal.deal_id: deal for deal in company.decided_deals if deal.is_won}
    for row in company.table("opportunity_line_items", ("line_id",), ("line_id", "product_id")):
        deal, product = deals.get(row["opportunity_id"]), row["product_id"]
        price, quantity, net = (
            as_decimal(row[n]) for n in ("list_price", "quantity", "net_amount")
        )
        rate = company.spot_rate(deal.currency, deal.closed_date) if deal else None
        if rate is None or price is None or price <= 0 or None in (quantity, net):
            continue
        owner, day = company.closing_owner(deal), deal.closed_date
        members = deal_members(company, deal, owner, day, OUTCOME_DIMENSIONS)
        members.append(("product", product if product in company.products else UNKNOWN))
        members.append(("product_family", company.family_of(product)))
        listed = company.convert(price * quantity, rate)
        yield Record(day, members, company.convert(price * quantity - net, rate), listed)
