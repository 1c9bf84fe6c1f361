"""Our part of the market."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ..company import Company
from ..periods import period_of
from ..reading import Row, as_date, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Key, Value, Values, ratio
from .revenue import earnings

SCOPES = {"geography": "region", "product_family_id": "product_family", "segment_id": "segment"}
GRAINS = ("quarter", "year", "fiscal_quarter", "fiscal_year")


@dataclass
class Market:
    """A market in one period, as the version says that was published last."""

    start: date
    end: date
    members: list[tuple[str, str]]
    rows: list[Row] = field(default_factory=list)

    def largest(self, column: str) -> Decimal | None:
        """The largest number of a column."""
        known = [as_decimal(row[column]) for row in self.rows]
        return max((each for each in known if each is not None), default=None)


def markets(company: Company) -> Iterator[Market]:
    """Markets by revenue (#97, #98)."""
    versions: dict[tuple, dict[tuple, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in company.market_rows:
        published_at = as_timestamp(row["published_at"])
        if (row["basis"] or "revenue").lower() != "revenue":
            continue
        if published_at and published_at >= company.as_of:
            continue
        scope = (row["market_id"], row["period_start"], row["period_end"], *map(row.get, SCOPES))
        version = (published_at or datetime.min, row["version"] or "")
        versions[scope][version].append(row)
    for (_, start, end, *scope), published in versions.items():
        named = zip(SCOPES.values(), scope, strict=True)
        members = [(dimension, member) for dimension, member in named if member]
        yield Market(as_date(start), as_date(end), members, published[max(published)])


def own_sales(company: Company, market: Market) -> Decimal:
    """Our sales in a market: those told with it, else revenue of its scope and period."""
    told = market.largest("own_value")
    if told is not None:
        return told
    total = Decimal(0)
    for earned in earnings(company):
        if market.start <= earned.day < market.end and set(market.members) <= set(earned.members):
            rate = company.spot_rate(earned.currency, earned.day)
            total += company.convert(earned.amount, rate) or 0
    return total


@recomputes("market_share", "relative_market_share", waits_for_end=True)
def market_shares(company: Company) -> Values:
    """Own sales over those of everybody, and over those of the largest competitor."""
    found: dict[Key, list[Market]] = defaultdict(list)
    for market in markets(company):
        if len(market.members) > 1:
            continue
        member = market.members[0] if market.members else TOTAL
        for grain in GRAINS:
            period = period_of(market.start, grain, company.fiscal_year_start_month)
            if (period.start, period.end) == (market.start, market.end):
                found[Key("market_share", grain, period.start, *member)].append(market)
    values: Values = {}
    for key, same in found.items():
        own = sum((own_sales(company, market) for market in same), Decimal(0))
        for kpi_id, column in (
            ("market_share", "total_value"),
            ("relative_market_share", "competitor_value"),
        ):
            sizes = [size for market in same if (size := market.largest(column)) is not None]
            size = sum(sizes, Decimal(0)) if sizes else None
            values[key._replace(kpi_id=kpi_id)] = Value(own, size, ratio(own, size), len(same))
    return values
