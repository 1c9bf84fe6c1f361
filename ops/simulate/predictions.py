"""What the company's model says that its customers will buy."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.lifetime.model import Customers
from ops.lifetime.predict import MODEL_VERSION, score
from ops.simulate import clock, market
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS, MISSING
from ops.simulate.deals import Book
from ops.simulate.parameters import Parameters

HORIZON_DAYS = 365
YEARLY_RATE = 0.10


def prediction_table(
    parameters: Parameters,
    contract: Contract,
    book: Book,
    billed: col.Batch,
    plan_rates: dict[int, np.ndarray],
) -> pa.Table:
    """One row per company that was ever invoiced, made when the data ended; none where too few
    companies bought again for a model."""
    accounts = book.life.accounts
    orders = col.take(billed, (billed["type"] == 0) & (billed["amount"] > 0))
    years = np.array([clock.to_date(int(day)).year for day in orders["day"]], dtype=int)
    currency = accounts.currency[orders["account"]]
    rate = np.array([plan_rates[year][kind] for year, kind in zip(years, currency, strict=True)])
    account, customers = _customers(parameters, orders, orders["amount"] / 100 * rate)
    try:
        purchases, values = score(customers, HORIZON_DAYS, YEARLY_RATE)
    except ValueError:
        account, purchases, values = account[:0], np.empty(0), np.empty(0)
    count = len(account)
    cents = np.where(np.isfinite(values), np.rint(values * 100), MISSING).astype(np.int64)
    return col.build(
        contract.tables["clv_predictions"],
        count,
        account_id=col.pick(market.account_ids(len(accounts)), account),
        model_version=col.constant(MODEL_VERSION, count),
        made_at=col.instants(np.full(count, parameters.end_day * DAY_SECONDS)),
        horizon_days=col.integers(np.full(count, HORIZON_DAYS)),
        expected_purchases=col.decimals(np.rint(purchases * 10_000).astype(np.int64), scale=4),
        expected_value=col.decimals(cents),
    )


def _customers(
    parameters: Parameters, orders: col.Batch, amount: np.ndarray
) -> tuple[np.ndarray, Customers]:
    """Companies with an order, and how often, when and for how much they bought: what is bought on
    one day is bought once."""
    keys = orders["account"].astype(np.int64) * 1_000_000 + orders["day"]
    bought, position = np.unique(keys, return_inverse=True)
    amount = np.bincount(position, amount)
    account, first, days = np.unique(bought // 1_000_000, return_index=True, return_counts=True)
    day = bought % 1_000_000
    last = first + days - 1
    total = np.add.reduceat(amount, first) if len(first) else amount
    repeats = days - 1
    mean = np.where(repeats > 0, (total - amount[first]) / np.maximum(repeats, 1), 0.0)
    return account, Customers(
        repeats.astype(float),
        (day[last] - day[first]).astype(float),
        (parameters.end_day - day[first]).astype(float),
        mean,
    )
