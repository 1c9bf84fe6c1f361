"""What a simulated customer life leaves behind: deals, lines and subscriptions, as batches."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ops.simulate import columns as col
from ops.simulate.market import Accounts

STATUSES = ("active", "pending_renewal", "cancelled", "expired")
ACTIVE, PENDING, CANCELLED, EXPIRED = range(len(STATUSES))


@dataclass
class Life:
    """All deals, their lines and the subscriptions, as batches.

    deals: account, kind (TYPES), pipeline, created, close and path_end (business seconds; close
    is the final close even if it lies after the data), is_won (outcome of the final close),
    is_go_live, owner (seller at creation), target (cents of a header without lines, NO_AMOUNT, or
    MISSING where lines say it), due (day the close is expected by contract, or MISSING).
    lines: deal, product, quantity, unit, list, cost (cents; list and cost MISSING for reductions),
    start, end (days or MISSING), term (months or MISSING).
    subscriptions: subscription, account, product, deal (-1 before the CRM), mrr (units of 1/10000),
    valid_from, valid_to (days or MISSING), status, renewal_day.
    """

    deals: col.Batch
    lines: col.Batch
    subscriptions: col.Batch
    accounts: Accounts
    legacy_start: np.ndarray


@dataclass
class Ledger:
    """Deals, lines and subscription rows as they come up, and how many deals there are."""

    deals: list[col.Batch] = field(default_factory=list)
    lines: list[col.Batch] = field(default_factory=list)
    rows: list[col.Batch] = field(default_factory=list)
    deal_count: int = 0

    def add(self, deals: col.Batch, lines: col.Batch) -> int:
        """Enter deals and their lines, whose deal counts from 0; gives the first deal's number."""
        first = self.deal_count
        self.deals.append(deals)
        self.lines.append({**lines, "deal": lines["deal"] + first})
        self.deal_count += len(deals["account"])
        return first

    def emit(
        self, lines: col.Batch, valid_to: np.ndarray | int, status: int, renewal: np.ndarray
    ) -> None:
        """Write one range of days for each subscription line."""
        count = len(lines["subscription"])
        self.rows.append(
            {
                "subscription": lines["subscription"],
                "account": lines["account"],
                "product": lines["product"],
                "deal": lines["deal"],
                "mrr": monthly(lines["quantity"] * lines["unit"]),
                "valid_from": lines["row_start"],
                "valid_to": np.broadcast_to(np.asarray(valid_to, dtype=np.int64), count).copy(),
                "status": np.full(count, status),
                "renewal_day": renewal,
            }
        )


def monthly(cents_a_year: np.ndarray) -> np.ndarray:
    """Monthly recurring revenue in units of 1/10000 from yearly cents, half up."""
    return (cents_a_year * 200 + 12) // 24
