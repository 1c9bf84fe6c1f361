"""The life of accounts: deals won and lost, contracts begun, renewed, grown, shrunk and ended.

Everything is simulated for all accounts at once, one contract year after the other, so that the
work grows with the number of rows and not with Python loops over deals.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import MISSING, OPEN_SECONDS
from ops.simulate.ledger import ACTIVE, CANCELLED, EXPIRED, PENDING, Ledger, Life
from ops.simulate.market import COST_CENTS, IS_RECURRING, LIST_CENTS, Accounts
from ops.simulate.organisation import Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import (
    CONTRACTION,
    CREDIT,
    CROSS_SELL,
    NEW,
    NO_AMOUNT,
    PARTNER_TEST,
    RENEWAL,
    UPSELL,
    Selling,
    cents,
    months_between,
    reduction,
    spread,
)

# By segment: Enterprise, Mid-Market, SMB.
NEW_WIN_RATE = np.array([0.21, 0.27, 0.31])
NEW_CYCLE_DAYS = np.array([128.0, 88.0, 54.0])
RENEWAL_WIN_RATE = np.array([0.945, 0.905, 0.84])
EXPANSION_CHANCES = np.array([0.62, 0.50, 0.30])

ACCOUNTS_PER_DEAL = 0.62
GO_LIVE_SHARE = 0.075
YEARLY_GROWTH = 0.15
# Share of a year's new deals by month of creation, January first.
MONTH_WEIGHT = np.array([0.95, 0.95, 1.0, 1.0, 1.0, 0.95, 0.85, 0.85, 1.1, 1.2, 1.15, 0.8])


def simulate(
    parameters: Parameters, organisation: Organisation, draw_accounts: Callable[[int], Accounts]
) -> Life:
    """Exactly parameters.opportunities deals: whole accounts until full, then partner tests.

    draw_accounts(count) gives the accounts; more are drawn until they fill the company.
    """
    reserve = max(3, parameters.opportunities // 300)
    count = round(parameters.opportunities * ACCOUNTS_PER_DEAL) + 40
    while True:
        accounts = draw_accounts(count)
        world = _World(parameters, organisation, accounts)
        life = world.run()
        per_account = np.bincount(life.deals["account"], minlength=count)
        total = np.cumsum(per_account)
        if total[-1] >= parameters.opportunities:
            break
        count = count * 5 // 4
    kept = int(np.searchsorted(total, parameters.opportunities - reserve, side="right"))
    filled = int(total[kept - 1]) if kept else 0
    return _finish(world, life, kept, parameters.opportunities - filled)


class _World(Selling):
    """One run over all accounts."""

    def __init__(
        self, parameters: Parameters, organisation: Organisation, accounts: Accounts
    ) -> None:
        super().__init__(parameters, organisation, accounts, parameters.stream("customers"))
        self.ledger = Ledger()
        self.subscription_count = 0
        first = clock.business_index(np.array(self.start))
        last = clock.business_index(np.array(self.end))
        self.days = np.arange(first, last)
        calendar = clock.calendar_day(self.days)
        month = calendar.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        weight = (1 + YEARLY_GROWTH) ** ((calendar - self.start) / 365) * MONTH_WEIGHT[month]
        self.creation = np.cumsum(weight) / weight.sum()

    def run(self) -> Life:
        """Simulate attempts at new customers, then contracts year by year."""
        legacy_start = np.full(len(self.accounts), MISSING)
        contracts, lines = self._legacy(legacy_start)
        won, won_lines = self._attempts()
        contracts, lines = _merge_contracts(contracts, lines, won, won_lines)
        while len(contracts["account"]):
            contracts, lines = self._year(contracts, lines)
        ledger = self.ledger
        return Life(
            deals=col.concat(ledger.deals),
            lines=col.concat(ledger.lines),
            subscriptions=col.concat(ledger.rows),
            accounts=self.accounts,
            legacy_start=legacy_start,
        )

    def _legacy(self, legacy_start: np.ndarray) -> tuple[col.Batch, col.Batch]:
        account = np.flatnonzero(self.accounts.is_legacy)
        start = self.start - self.chance.integers(1, 365, len(account))
        on_first = self.chance.random(len(account)) < 0.5
        start = np.where(on_first, clock.month_start(start), start)
        start = np.maximum(start, clock.add_months(np.array(self.start), -12))
        legacy_start[account] = start
        products = self.product_lines(account, self.wished_value(account))
        contracts = {"account": account, "start": start}
        return contracts, self._subscribe(products, account, start, np.full(len(account), -1))

    def _attempts(self) -> tuple[col.Batch, col.Batch]:
        """Up to three attempts at each prospect; the contracts of those that were won."""
        chance = self.chance
        account = np.flatnonzero(~self.accounts.is_legacy)
        day = self.days[np.searchsorted(self.creation, chance.random(len(account)), side="right")]
        is_go_live = chance.random(len(account)) < GO_LIVE_SHARE
        day = np.where(is_go_live, self.days[0] + chance.integers(0, 8, len(account)), day)
        created = day * OPEN_SECONDS + chance.integers(0, OPEN_SECONDS, len(account))
        contracts, lines = None, None
        for _ in range(3):
            deals, won, won_lines = self._new_deals(account, created, is_go_live)
            if contracts is None:
                contracts, lines = won, won_lines
            else:
                contracts, lines = _merge_contracts(contracts, lines, won, won_lines)
            gap = chance.integers(40, 170, len(account)) * OPEN_SECONDS
            created = deals["close"] + gap
            again = ~deals["is_won"] & (chance.random(len(account)) < 0.33)
            again &= created < self.parameters.end_business
            account, created = account[again], created[again]
            is_go_live = np.zeros(len(account), dtype=bool)
        return contracts, lines

    def _new_deals(
        self,
        account: np.ndarray,
        created: np.ndarray,
        is_go_live: np.ndarray,
        win_rate: float | None = None,
    ) -> tuple[col.Batch, col.Batch, col.Batch]:
        """Deals of type new; the contracts of those won by the data's end and their lines."""
        chance, count = self.chance, len(account)
        segment = self.accounts.segment[account]
        base = NEW_WIN_RATE[segment] if win_rate is None else np.full(count, win_rate)
        mean_days = NEW_CYCLE_DAYS[segment] * np.where(
            is_go_live, chance.uniform(0.15, 1.0, count), 1.0
        )
        deals = self.deals(account, created, NEW, base, mean_days, stuck=0.03)
        deals["is_go_live"] = is_go_live
        self.pull_to_quarter_end(deals)
        target = self.wished_value(account)
        products = self.product_lines(account, target)
        # A few deals carry a header amount alone.
        has_lines = chance.random(count) >= 0.05
        header = np.rint(target / 10_000).astype(np.int64) * 10_000
        odd = chance.random(count)
        header = np.where(odd < 0.15, 0, header)
        header = np.where((odd > 0.85) & ~deals["is_won"], NO_AMOUNT, header)
        deals["target"] = np.where(has_lines, MISSING, header)
        products = col.take(products, has_lines[products["deal"]])
        is_won = deals["is_won"] & (deals["close"] < self.parameters.end_business)
        closed = clock.business_day(deals["close"])
        start = np.where(chance.random(count) < 0.5, closed, clock.month_start(closed, 1))
        first = self.ledger.add(deals, self.with_service_days(products, start, is_won))
        recurring = col.take(products, IS_RECURRING[products["product"]])
        recurring = col.take(recurring, is_won[recurring["deal"]])
        has_contract = np.zeros(count, dtype=bool)
        has_contract[recurring["deal"]] = True
        position = np.cumsum(has_contract) - 1
        recurring["deal"] = position[recurring["deal"]]
        rows = np.flatnonzero(has_contract)
        contracts = {"account": account[rows], "start": start[rows]}
        return (
            deals,
            contracts,
            self._subscribe(recurring, account[rows], start[rows], first + rows),
        )

    def _year(self, contracts: col.Batch, lines: col.Batch) -> tuple[col.Batch, col.Batch]:
        """Live one year of each contract; the contracts that go on, with their lines."""
        contracts["end"] = clock.add_months(contracts["start"], 12)
        self._credits(contracts, lines)
        lines = self._contractions(contracts, lines)
        lines = col.concat([lines, self._expansions(contracts, lines)])
        lines = col.take(lines, np.argsort(lines["contract"], kind="stable"))
        return self._renewals(contracts, lines)

    def _credits(self, contracts: col.Batch, lines: col.Batch) -> None:
        chance = self.chance
        length = contracts["end"] - contracts["start"]
        day = contracts["start"] + (length * chance.uniform(0.1, 0.8, len(length))).astype(np.int64)
        chosen = (chance.random(len(length)) < 0.03) & (day >= self.start) & (day < self.end)
        rows = np.flatnonzero(chosen)
        account = contracts["account"][rows]
        created = clock.business_index(day[rows]) * OPEN_SECONDS
        created += chance.integers(0, OPEN_SECONDS, len(rows))
        created = np.minimum(created, self.parameters.end_business - 1)
        deals = self.deals(account, created, CREDIT, np.ones(len(rows)), np.full(len(rows), 8.0))
        deals["is_won"][:] = True
        yearly = np.bincount(
            lines["contract"], lines["quantity"] * lines["unit"], len(contracts["account"])
        )
        share = chance.uniform(0.02, 0.08, len(rows))
        amount = np.maximum(np.rint(yearly[rows] * share / 1_000), 10).astype(np.int64) * 1_000
        main = _first_of(lines["contract"], len(contracts["account"]))[rows]
        self.ledger.add(
            deals,
            reduction(lines["product"][main], np.ones(len(rows), dtype=np.int64), amount),
        )

    def _contractions(self, contracts: col.Batch, lines: col.Batch) -> col.Batch:
        """Contracts that lose units in mid-term; the lines as they go on."""
        chance, count = self.chance, len(contracts["account"])
        length = contracts["end"] - contracts["start"]
        middle = contracts["start"] + (length * chance.uniform(0.3, 0.65, count)).astype(np.int64)
        change = clock.month_start(middle, 1)
        main = _first_of(lines["contract"], count)
        chosen = chance.random(count) < 0.05
        chosen &= (lines["quantity"][main] >= 3) & (change > self.start + 60) & (middle < self.end)
        rows = np.flatnonzero(chosen)
        main, change = main[rows], change[rows]
        created_day = np.maximum(middle[rows] - chance.integers(5, 40, len(rows)), self.start)
        created = clock.business_index(created_day) * OPEN_SECONDS
        created += chance.integers(0, OPEN_SECONDS, len(rows))
        account = contracts["account"][rows]
        mean_days = np.full(len(rows), 10.0)
        deals = self.deals(account, created, CONTRACTION, np.full(len(rows), 0.95), mean_days)
        last = (clock.business_index(change) - 1) * OPEN_SECONDS
        deals["close"] = np.maximum(np.minimum(deals["close"], last), created + OPEN_SECONDS)
        deals["path_end"] = deals["close"].copy()
        share = chance.uniform(0.15, 0.45, len(rows))
        dropped = np.maximum(1, (lines["quantity"][main] * share).astype(np.int64))
        unit = lines["unit"][main]
        lowered = reduction(lines["product"][main], dropped, unit)
        is_won = deals["is_won"] & (deals["close"] < self.parameters.end_business)
        end = contracts["end"][rows]
        lowered["start"] = np.where(is_won, change, MISSING)
        lowered["end"] = np.where(is_won, end, MISSING)
        lowered["term"] = np.where(is_won, months_between(change, end), MISSING)
        first = self.ledger.add(deals, lowered)
        done = np.flatnonzero(is_won)
        before = col.take(lines, main[done])
        self.ledger.emit(before, change[done], EXPIRED, end[done])
        lines = {name: values.copy() for name, values in lines.items()}
        lines["quantity"][main[done]] -= dropped[done]
        lines["row_start"][main[done]] = change[done]
        lines["deal"][main[done]] = first + done
        return lines

    def _expansions(self, contracts: col.Batch, lines: col.Batch) -> col.Batch:
        """Deals for more of a product or for another one; the subscription lines they start."""
        count = len(contracts["account"])
        main = _first_of(lines["contract"], count)
        yearly = np.bincount(lines["contract"], lines["quantity"] * lines["unit"], count)
        grown = []
        for slot in range(2):
            grown.append(self._expand(contracts, lines, main, yearly, 1.0 if slot == 0 else 0.4))
        return col.concat(grown)

    def _expand(
        self,
        contracts: col.Batch,
        lines: col.Batch,
        main: np.ndarray,
        yearly: np.ndarray,
        factor: float,
    ) -> col.Batch:
        chance = self.chance
        segment = self.accounts.segment[contracts["account"]]
        health = self.accounts.health[contracts["account"]]
        wanted = EXPANSION_CHANCES[segment] * factor * np.exp(0.35 * health)
        chosen = chance.random(len(segment)) < wanted
        cycle = spread(chance, np.full(len(segment), 45.0))
        earliest = np.maximum(contracts["start"] + 30, self.start)
        latest = contracts["end"] - 50 - np.ceil(cycle).astype(np.int64)
        day = earliest + (chance.random(len(segment)) * (latest - earliest)).astype(np.int64)
        rows = np.flatnonzero(chosen & (latest > earliest) & (day < self.end - 1))
        account, main = contracts["account"][rows], main[rows]
        created = clock.business_index(day[rows]) * OPEN_SECONDS
        created += chance.integers(0, OPEN_SECONDS, len(rows))
        created = np.minimum(created, self.parameters.end_business - 1)
        is_upsell = chance.random(len(rows)) < 0.55
        kind = np.where(is_upsell, UPSELL, CROSS_SELL)
        rate = np.full(len(rows), 0.50)
        deals = self.deals(account, created, kind, rate, cycle[rows], stuck=0.02, varies=False)
        currency = self.accounts.currency[account]
        recurring = np.flatnonzero(IS_RECURRING)
        other = recurring[chance.integers(0, len(recurring), len(rows))]
        same = other == lines["product"][main]
        other = np.where(same, recurring[(other + 1) % len(recurring)], other)
        product = np.where(is_upsell, lines["product"][main], other)
        price = np.where(is_upsell, lines["list"][main], LIST_CENTS[product, currency])
        discounted = cents(price * (1 - chance.uniform(0.0, 0.2, len(rows))))
        unit = np.where(is_upsell, lines["unit"][main], discounted)
        target = yearly[rows] * chance.uniform(0.16, 0.64, len(rows))
        quantity = np.maximum(1, np.rint(target / unit)).astype(np.int64)
        sold = {
            "deal": np.arange(len(rows)),
            "product": product,
            "quantity": quantity,
            "unit": unit,
            "list": price,
            "cost": COST_CENTS[product, currency],
        }
        is_won = deals["is_won"] & (deals["close"] < self.parameters.end_business)
        end = contracts["end"][rows]
        start = clock.month_start(clock.business_day(deals["close"]), 1)
        start = np.where(start >= end, clock.business_day(deals["close"]), start)
        first = self.ledger.add(deals, self.with_service_days(sold, start, is_won, end))
        done = np.flatnonzero(is_won)
        return self._subscribe(
            {**col.take(sold, done), "deal": rows[done]},
            contracts["account"],
            start[done],
            first + done,
            by_line=True,
        )

    def _renewals(self, contracts: col.Batch, lines: col.Batch) -> tuple[col.Batch, col.Batch]:
        chance, count = self.chance, len(contracts["account"])
        account, end = contracts["account"], contracts["end"]
        renewal = end[lines["contract"]]
        day = np.maximum(end - chance.integers(70, 115, count), self.start)
        has_deal = day < self.end
        current = col.take(lines, ~has_deal[lines["contract"]])
        self.ledger.emit(current, MISSING, ACTIVE, renewal[~has_deal[lines["contract"]]])

        rows = np.flatnonzero(has_deal)
        created = clock.business_index(day[rows]) * OPEN_SECONDS
        created += chance.integers(0, OPEN_SECONDS, len(rows))
        created = np.minimum(created, self.parameters.end_business - 1)
        account, end = account[rows], end[rows]
        segment, health = self.accounts.segment[account], self.accounts.health[account]
        odds = np.log(RENEWAL_WIN_RATE[segment] / (1 - RENEWAL_WIN_RATE[segment])) + 0.5 * health
        rate = 1 / (1 + np.exp(-odds))
        deals = self.deals(account, created, RENEWAL, rate, np.full(len(rows), 60.0))
        lateness = np.clip(np.rint(chance.normal(-10, 15, len(rows))), -45, 27).astype(np.int64)
        close = clock.business_index(end + lateness) * OPEN_SECONDS
        close += chance.integers(0, OPEN_SECONDS, len(rows))
        deals["close"] = np.maximum(close, created + 5 * OPEN_SECONDS)
        deals["path_end"] = deals["close"].copy()
        deals["due"] = end

        # The renewed contract: mostly the same, some dearer, some smaller.
        position = np.cumsum(has_deal) - 1
        lines = col.take(lines, has_deal[lines["contract"]])
        lines["contract"] = position[lines["contract"]]
        kind = chance.random(len(rows))
        factor = np.select(
            [kind < 0.34, kind > 0.88],
            [chance.uniform(1.02, 1.08, len(rows)), chance.uniform(0.65, 0.92, len(rows))],
            1.0,
        )[lines["contract"]]
        after = {name: values.copy() for name, values in lines.items()}
        after["unit"] = np.where(factor > 1, cents(lines["unit"] * factor), lines["unit"])
        fewer = np.maximum(1, (lines["quantity"] * factor).astype(np.int64))
        after["quantity"] = np.where(factor < 1, fewer, lines["quantity"])
        after["list"] = np.maximum(lines["list"], after["unit"])

        is_decided = deals["close"] < self.parameters.end_business
        goes_on, is_lost = is_decided & deals["is_won"], is_decided & ~deals["is_won"]
        offered = {**after, "deal": after["contract"]}
        first = self.ledger.add(deals, self.with_service_days(offered, end, goes_on))
        by_line = lines["contract"]
        renewal = end[by_line]
        for chosen, status in ((goes_on, EXPIRED), (is_lost, CANCELLED)):
            mask = chosen[by_line]
            self.ledger.emit(col.take(lines, mask), renewal[mask], status, renewal[mask])
        # Undecided: still running, or running on in the grace days after the contract's end.
        is_late = ~is_decided & (end < self.end)
        is_near = ~is_decided & ~is_late & (end < self.end + 14)
        is_far = ~is_decided & ~is_late & ~is_near
        for chosen, status in ((is_late, PENDING), (is_near, PENDING), (is_far, ACTIVE)):
            mask = chosen[by_line]
            valid_to = renewal[mask] if chosen is is_late else MISSING
            self.ledger.emit(col.take(lines, mask), valid_to, status, renewal[mask])

        again, again_lines = self._win_back(account[is_lost], end[is_lost])
        kept = np.flatnonzero(goes_on)
        position = np.cumsum(goes_on) - 1
        next_lines = col.take(after, goes_on[by_line])
        next_lines["deal"] = first + next_lines["contract"]
        next_lines["contract"] = position[next_lines["contract"]]
        next_lines["row_start"] = end[kept][next_lines["contract"]]
        contracts = {"account": account[kept], "start": end[kept]}
        return _merge_contracts(contracts, next_lines, again, again_lines)

    def _win_back(self, account: np.ndarray, ended: np.ndarray) -> tuple[col.Batch, col.Batch]:
        """Some lost customers are sold to again after a gap."""
        chance = self.chance
        day = ended + chance.integers(60, 220, len(account))
        rows = np.flatnonzero((chance.random(len(account)) < 0.4) & (day < self.end - 1))
        created = clock.business_index(day[rows]) * OPEN_SECONDS
        created += chance.integers(0, OPEN_SECONDS, len(rows))
        created = np.minimum(created, self.parameters.end_business - 1)
        quiet = np.zeros(len(rows), dtype=bool)
        _, contracts, lines = self._new_deals(account[rows], created, quiet, win_rate=0.5)
        return contracts, lines

    def _subscribe(
        self,
        lines: col.Batch,
        account: np.ndarray,
        start: np.ndarray,
        deal: np.ndarray,
        by_line: bool = False,
    ) -> col.Batch:
        """Subscription lines from sold lines whose deal field holds the contract.

        start and deal are given by contract, or by line.
        """
        recurring = IS_RECURRING[lines["product"]]
        kept = col.take(lines, recurring)
        contract = kept["deal"]
        of_line = np.flatnonzero(recurring) if by_line else contract
        count = len(contract)
        numbers = self.subscription_count + np.arange(count)
        self.subscription_count += count
        return {
            "contract": contract,
            "subscription": numbers,
            "account": account[contract],
            "deal": deal[of_line],
            "row_start": start[of_line],
            **{name: kept[name] for name in ("product", "quantity", "unit", "list", "cost")},
        }


def _merge_contracts(
    first: col.Batch, first_lines: col.Batch, second: col.Batch, second_lines: col.Batch
) -> tuple[col.Batch, col.Batch]:
    """Two lists of contracts as one; contracts without any recurring line are left out."""
    offset = len(first["account"])
    moved = {**second_lines, "contract": second_lines["contract"] + offset}
    lines = col.concat([first_lines, moved])
    contracts = {name: np.concatenate([first[name], second[name]]) for name in second}
    has_lines = np.zeros(len(contracts["account"]), dtype=bool)
    has_lines[lines["contract"]] = True
    position = np.cumsum(has_lines) - 1
    lines["contract"] = position[lines["contract"]]
    lines = col.take(lines, np.argsort(lines["contract"], kind="stable"))
    return col.take(contracts, has_lines), lines


def _first_of(groups: np.ndarray, count: int) -> np.ndarray:
    """Position of the first row of each group in sorted groups, every group having one."""
    return np.searchsorted(groups, np.arange(count))


def _finish(world: _World, life: Life, kept: int, partner_tests: int) -> Life:
    """Keep the first accounts, add partner tests and number deals by creation."""
    parameters, accounts = world.parameters, life.accounts
    chance = parameters.stream("partner tests")
    account = chance.integers(0, kept, partner_tests)
    length = parameters.end_business - parameters.start_business
    created = parameters.start_business + (
        chance.random(partner_tests) * (length - 5 * OPEN_SECONDS)
    ).astype(np.int64)
    selling = Selling(parameters, world.organisation, accounts, chance)
    tests = selling.deals(
        account, created, NEW, np.full(partner_tests, 0.3), np.full(partner_tests, 35.0)
    )
    tests["pipeline"][:] = PARTNER_TEST
    lines = selling.product_lines(account, selling.wished_value(account))
    start = clock.business_day(tests["close"])
    is_won = tests["is_won"] & (tests["close"] < parameters.end_business)
    lines = selling.with_service_days(lines, start, is_won)

    count = len(life.deals["account"])
    deals = col.concat([life.deals, tests])
    lines = col.concat([life.lines, {**lines, "deal": lines["deal"] + count}])
    is_kept = deals["account"] < kept
    is_kept[count:] = True
    order = np.argsort(deals["created"], kind="stable")
    order = order[is_kept[order]]
    position = np.full(len(is_kept), -1, dtype=np.int64)
    position[order] = np.arange(len(order))

    lines["deal"] = position[lines["deal"]]
    lines = col.take(lines, lines["deal"] >= 0)
    lines = col.take(lines, np.argsort(lines["deal"], kind="stable"))
    rows = col.take(life.subscriptions, life.subscriptions["account"] < kept)
    deal = rows["deal"]
    rows["deal"] = np.where(deal < 0, -1, position[deal])
    first_day = np.full(world.subscription_count, np.iinfo(np.int64).max)
    np.minimum.at(first_day, rows["subscription"], rows["valid_from"])
    number = np.empty(world.subscription_count, dtype=np.int64)
    number[np.argsort(first_day, kind="stable")] = np.arange(world.subscription_count)
    rows["subscription"] = np.unique(number[rows["subscription"]], return_inverse=True)[1]
    is_running = (rows["status"] == EXPIRED) & (rows["valid_to"] >= parameters.end_day)
    rows["status"] = np.where(is_running, ACTIVE, rows["status"])
    rows = col.take(rows, np.lexsort((rows["valid_from"], rows["subscription"])))
    kept_accounts = Accounts(**{name: values[:kept] for name, values in vars(accounts).items()})
    return Life(
        deals=col.take(deals, order),
        lines=lines,
        subscriptions=rows,
        accounts=kept_accounts,
        legacy_start=life.legacy_start[:kept],
    )
