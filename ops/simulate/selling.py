"""Single deals: who gets them, how they end, when, and which products are in them."""

from __future__ import annotations

import numpy as np

from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import MISSING, OPEN_SECONDS
from ops.simulate.market import COST_CENTS, IS_RECURRING, LIST_CENTS, LOCAL_FACTOR, Accounts
from ops.simulate.organisation import Organisation
from ops.simulate.parameters import Parameters

TYPES = ("new", "expansion_upsell", "expansion_cross_sell", "renewal", "contraction", "credit")
NEW, UPSELL, CROSS_SELL, RENEWAL, CONTRACTION, CREDIT = range(len(TYPES))
NEW_BUSINESS, RENEWALS, PARTNER_TEST = range(3)

# By segment: Enterprise, Mid-Market, SMB.
MEDIAN_DEAL_USD = np.array([56_000.0, 21_000.0, 6_500.0])
# Final close of a deal that nobody ever closes.
NEVER = 20 * 260 * OPEN_SECONDS
# Target of a deal whose amount nobody has entered.
NO_AMOUNT = MISSING + 1


class Selling:
    """What all deals of one run have in common, drawing on one stream of chance."""

    def __init__(
        self,
        parameters: Parameters,
        organisation: Organisation,
        accounts: Accounts,
        chance: np.random.Generator,
    ) -> None:
        self.parameters = parameters
        self.organisation = organisation
        self.accounts = accounts
        self.chance = chance
        self.start, self.end = parameters.start_day, parameters.end_day

    def deals(
        self,
        account: np.ndarray,
        created: np.ndarray,
        kind: int | np.ndarray,
        win_rate: np.ndarray,
        mean_days: np.ndarray,
        stuck: float = 0.0,
        varies: bool = True,
    ) -> col.Batch:
        """Deals with owner, outcome and close; mean_days is the cycle itself unless it varies."""
        chance, count = self.chance, len(account)
        day = clock.business_day(created)
        owner = self.organisation.ownership.owner(account, self.accounts.pool[account], day)
        # A good seller wins more new business; renewals hang on the customer.
        weight = np.where(np.isin(kind, (RENEWAL, CONTRACTION, CREDIT)), 0.1, 1.0)
        rate = np.clip(win_rate * self.organisation.skill[owner] ** weight, 0.0, 0.98)
        is_won = chance.random(count) < rate
        days = spread(chance, mean_days) if varies else mean_days
        days = np.where(is_won, days, days * 0.95)
        path_end = created + np.maximum(OPEN_SECONDS, days * 5 / 7 * OPEN_SECONDS).astype(np.int64)
        is_stuck = ~is_won & (chance.random(count) < stuck)
        renews = np.isin(kind, (RENEWAL, CONTRACTION, CREDIT))
        return {
            "account": account,
            "kind": np.broadcast_to(np.asarray(kind), count).copy(),
            "pipeline": np.broadcast_to(np.where(renews, RENEWALS, NEW_BUSINESS), count).copy(),
            "created": created,
            "close": np.where(is_stuck, created + NEVER, path_end),
            "path_end": path_end,
            "is_won": is_won,
            "is_go_live": np.zeros(count, dtype=bool),
            "owner": owner,
            "target": np.full(count, MISSING),
            "due": np.full(count, MISSING),
        }

    def pull_to_quarter_end(self, deals: col.Batch) -> None:
        """Many won deals close in the last days of a quarter, most of all at the year's end."""
        chance, count = self.chance, len(deals["close"])
        index = deals["close"] // OPEN_SECONDS
        day = clock.calendar_day(index)
        begun, following = clock.quarter_start(day), clock.quarter_start(day, 1)
        # What would close early in a quarter is pulled into the one before, if it is old enough.
        opening = clock.business_index(begun)
        chances = np.where(_is_new_year(begun), 0.60, 0.22)
        early = (index - opening < 22) & (chance.random(count) < chances)
        early &= deals["created"] // OPEN_SECONDS < opening - 15
        ending = clock.business_index(following)
        chances = np.where(_is_new_year(following), 0.65, 0.40)
        late = (ending - index < 22) & (chance.random(count) < chances)
        moved = np.where(early, opening, ending) - 1 - chance.integers(0, 8, count)
        chosen = deals["is_won"] & (early | (late & (moved > index)))
        close = np.where(chosen, moved * OPEN_SECONDS, 0) + deals["close"] % OPEN_SECONDS
        deals["close"] = np.where(chosen, close, deals["close"])
        deals["path_end"] = np.where(chosen, close, deals["path_end"])

    def wished_value(self, account: np.ndarray) -> np.ndarray:
        """Wished yearly value in cents of the account's currency."""
        median = MEDIAN_DEAL_USD[self.accounts.segment[account]]
        local = LOCAL_FACTOR[self.accounts.currency[account]]
        return median * local * 100 * np.exp(self.chance.normal(0.0, 0.5, len(account)))

    def product_lines(self, account: np.ndarray, target: np.ndarray) -> col.Batch:
        """One to three product lines for each deal, the main one first."""
        chance, count = self.chance, len(account)
        segment, currency = self.accounts.segment[account], self.accounts.currency[account]
        draw = chance.random(count)
        main = np.select(
            [draw < 0.45, draw < 0.70, draw < 0.80, draw < 0.95, draw < 0.98], [0, 1, 2, 3, 4], 6
        )
        main = np.where((segment == 0) & (main == 0) & (chance.random(count) < 0.5), 1, main)
        second = np.where(chance.random(count) < 0.5, 4, 3)
        second = np.where(second == main, 5, second)
        has_second = chance.random(count) < np.array([0.60, 0.42, 0.22])[segment]
        service = np.where(chance.random(count) < 0.65, 6, 7)
        has_service = (chance.random(count) < 0.35) & (main != 6)
        discount = chance.beta(1.6, 6.0, count) + np.array([0.06, 0.03, 0.0])[segment]
        parts = (
            (np.ones(count, dtype=bool), main, np.ones(count)),
            (has_second & (main != 6), second, chance.uniform(0.15, 0.40, count)),
            (has_service, service, chance.uniform(0.05, 0.15, count)),
        )
        lines = []
        for has_part, product, share in parts:
            rows = np.flatnonzero(has_part)
            product = product[rows]
            price = LIST_CENTS[product, currency[rows]]
            unit = cents(price * (1 - discount[rows]))
            wished = target[rows] * share[rows] / unit
            lines.append(
                {
                    "deal": rows,
                    "product": product,
                    "quantity": np.maximum(1, np.rint(wished)).astype(np.int64),
                    "unit": unit,
                    "list": price,
                    "cost": COST_CENTS[product, currency[rows]],
                }
            )
        joined = col.concat(lines)
        return col.take(joined, np.argsort(joined["deal"], kind="stable"))

    def with_service_days(
        self,
        lines: col.Batch,
        start: np.ndarray,
        is_won: np.ndarray,
        end: np.ndarray | None = None,
    ) -> col.Batch:
        """Lines with their days of service, known once a deal is won."""
        deal = lines["deal"]
        first = start[deal]
        last = clock.add_months(first, 12) if end is None else end[deal]
        runs = IS_RECURRING[lines["product"]]
        fields = ("deal", "product", "quantity", "unit", "list", "cost")
        return {
            **{name: lines[name] for name in fields},
            "start": np.where(is_won[deal], first, MISSING),
            "end": np.where(is_won[deal] & runs, last, MISSING),
            "term": np.where(runs, months_between(first, last), MISSING),
        }


def reduction(product: np.ndarray, quantity: np.ndarray, unit: np.ndarray) -> col.Batch:
    """Lines that take value away: a negative price and no list price."""
    count = len(product)
    missing = np.full(count, MISSING)
    return {
        "deal": np.arange(count),
        "product": product,
        "quantity": quantity,
        "unit": -unit,
        "list": missing,
        "cost": missing,
        "start": missing,
        "end": missing,
        "term": missing,
    }


def months_between(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    return np.maximum(1, np.rint((last - first) / 30.44)).astype(np.int64)


def spread(chance: np.random.Generator, mean: np.ndarray, sigma: float = 0.55) -> np.ndarray:
    """Log-normal values with the given means."""
    return mean * np.exp(chance.normal(-sigma * sigma / 2, sigma, len(mean)))


def _is_new_year(day: np.ndarray) -> np.ndarray:
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 == 0


def cents(values: np.ndarray) -> np.ndarray:
    return np.maximum(1, np.rint(values)).astype(np.int64)
