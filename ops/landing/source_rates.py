"""Exchange rates of several sources as rates to the currency of the company."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from ops.landing.source_rows import source_of, whole
from ops.landing.write import Part
from ops.warehouse import literal


def merge_rates(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[Part],
    currencies: Mapping[str, str],
    own: str,
) -> tuple[Part, frozenset[str]]:
    """Rates to the currency of the company, own, and the currencies that have one.

    currencies is what each source counts in; a part's source is told by the beginning of its name.

    The first source whose corporate currency is the company's says what a currency is worth. A
    currency that only others know is worth what they say, times what theirs is worth; what theirs
    is worth is one over what they give for the company's, where no source gives it.
    """
    order = sorted(currencies, key=lambda name: currencies[name] != own)
    rows = " union all ".join(
        f"select {order.index(source_of(part))} as place, "
        f"{literal(currencies[source_of(part)])} as base, upper(trim(currency)) as currency, "
        "try_cast(rate_date as date) as rate_date, "
        f"{'lower(trim(rate_type))' if 'rate_type' in part.columns else 'cast(null as varchar)'} "
        f"as rate_type, try_cast(rate as double) as rate from {part.relation}"
        for part in parts
    )
    connection.execute(
        f"create temp table given as select place, base, currency, rate_date, "
        f"coalesce(rate_type, 'spot') as rate_type, rate from ({rows}) "
        "where currency <> base and rate_date is not null and rate > 0"
    )
    # One over the rate of the company's currency is a rate of the source's own.
    connection.execute(
        "create temp table direct as select place, currency, rate_date, rate_type, rate "
        f"from given where base = {literal(own)} union all "
        "select place, base, rate_date, rate_type, 1 / rate from given "
        f"where base <> {literal(own)} and currency = {literal(own)}"
    )
    connection.execute(
        "create temp table first_direct as select * exclude (first_place) from (select *, "
        "min(place) over (partition by currency, rate_type) as first_place from direct) "
        "where place = first_place"
    )
    # A product of two rates changes on each day on which one of them does.
    connection.execute(
        "create temp table crossed as with foreign_rates as (select * from given "
        f"where base <> {literal(own)} and currency <> {literal(own)}), days as ("
        "select place, base, currency, rate_type, rate_date from foreign_rates union "
        "select foreign_rates.place, foreign_rates.base, foreign_rates.currency, "
        "foreign_rates.rate_type, first_direct.rate_date from foreign_rates "
        "inner join first_direct on foreign_rates.base = first_direct.currency "
        "and foreign_rates.rate_type = first_direct.rate_type) "
        "select days.place, days.currency, days.rate_date, days.rate_type, "
        "foreign_rates.rate * first_direct.rate as rate from days "
        "asof join foreign_rates on days.place = foreign_rates.place "
        "and days.currency = foreign_rates.currency and days.rate_type = foreign_rates.rate_type "
        "and days.rate_date >= foreign_rates.rate_date "
        "asof join first_direct on days.base = first_direct.currency "
        "and days.rate_type = first_direct.rate_type "
        "and days.rate_date >= first_direct.rate_date"
    )
    relation = "staging.main.exchange_rates"
    connection.execute(
        f"create table {relation} as select currency, cast(rate_date as varchar) as rate_date, "
        "rate_type, cast(cast(rate as decimal(18, 8)) as varchar) as rate from ("
        "select currency, rate_date, rate_type, rate from first_direct union all "
        "select currency, rate_date, rate_type, rate from (select *, min(place) over ("
        "partition by currency, rate_type) as first_place from crossed "
        "anti join first_direct using (currency, rate_type)) where place = first_place)"
    )
    found = connection.execute(f"select distinct currency from {relation}").fetchall()
    known = frozenset(currency for (currency,) in found)
    columns = ("currency", "rate_date", "rate_type", "rate")
    return whole(connection, relation, columns, parts), known
