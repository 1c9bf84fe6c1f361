"""How each deal went: its stages, the changes of its amount, close date and owner.

Every event lies in business hours, in order, and before the end of the data; what a deal shows now
is what its last event left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import MISSING, OPEN_SECONDS
from ops.simulate.ledger import Life
from ops.simulate.organisation import FOREVER, Organisation
from ops.simulate.parameters import Parameters
from ops.simulate.selling import CONTRACTION, CREDIT, NO_AMOUNT, RENEWAL

STAGES = (
    "Prospecting",
    "Qualification",
    "Proposal",
    "Negotiation",
    "Closed Won",
    "Closed Lost",
)
PROSPECTING, QUALIFICATION, PROPOSAL, NEGOTIATION, WON, LOST = range(len(STAGES))

# The places of a deal's path: the way there, a step back and again, a loss and its reopening, end.
_PATH = (
    PROSPECTING,
    QUALIFICATION,
    PROPOSAL,
    QUALIFICATION,
    PROPOSAL,
    NEGOTIATION,
    LOST,
    NEGOTIATION,
    -1,
)
_FINAL = len(_PATH) - 1
_SHORTEST_STAY = 600
_LATER = np.int64(2**62)


@dataclass
class Paths:
    """Entries into stages: deal, stage, entered (business seconds), sorted; and each deal's now.

    stage is the current stage, closed the business second of its entry into a closed stage or
    MISSING, qualified that of the first stage beyond Prospecting or MISSING.
    """

    entries: col.Batch
    stage: np.ndarray
    closed: np.ndarray
    qualified: np.ndarray

    @property
    def is_closed(self) -> np.ndarray:
        """True where the deal is won or lost now."""
        return self.stage >= WON

    @property
    def is_won(self) -> np.ndarray:
        """True where the deal is won now."""
        return self.stage == WON


@dataclass
class Owners:
    """Owners in rounds: owner[0] from creation, owner[k] from since[k] on (business seconds).

    A round that did not happen has since _LATER. at_close is the owner when the deal closed, -1
    while it is open.
    """

    owner: np.ndarray
    since: np.ndarray
    at_close: np.ndarray

    def at(self, deal: np.ndarray, moment: np.ndarray) -> np.ndarray:
        """Owner of each deal at each moment."""
        owner = self.owner[0][deal]
        for rounds in range(1, len(self.owner)):
            owner = np.where(moment >= self.since[rounds][deal], self.owner[rounds][deal], owner)
        return owner

    def current(self) -> np.ndarray:
        """Owner of each deal at the end of the data."""
        deals = np.arange(self.owner.shape[1])
        return self.at(deals, np.full(len(deals), _LATER - 1))


@dataclass
class Amounts:
    """Current amounts in cents (MISSING when unknown) and their changes: deal, at, old, new."""

    amount: np.ndarray
    changes: col.Batch


@dataclass
class CloseDates:
    """Current expected close days and their changes: deal, at, old, new."""

    expected: np.ndarray
    changes: col.Batch


def stage_paths(parameters: Parameters, life: Life) -> Paths:
    """Walk every deal through its stages, some skipping, going back or reopened."""
    chance = parameters.stream("stages")
    deals = life.deals
    count = len(deals["account"])
    is_won, created = deals["is_won"], deals["created"]
    is_stuck = deals["close"] > deals["path_end"]
    is_short = np.isin(deals["kind"], (CONTRACTION, CREDIT))
    reach = np.where(is_won, NEGOTIATION, chance.choice(4, count, p=[0.24, 0.34, 0.26, 0.16]))
    begin = np.where(deals["is_go_live"], chance.integers(0, 3, count), 0)
    reach = np.maximum(reach, begin)
    skip = np.where(is_short, 0.85, np.where(deals["kind"] == RENEWAL, 0.15, 0.06))
    present = np.zeros((len(_PATH), count), dtype=bool)
    for place, stage in ((0, PROSPECTING), (1, QUALIFICATION), (2, PROPOSAL), (5, NEGOTIATION)):
        is_skipped = (chance.random(count) < skip) & (begin != stage)
        present[place] = (begin <= stage) & (stage <= reach) & ~is_skipped
    present[0] |= begin == 0
    goes_back = present[2] & ~is_short & (chance.random(count) < 0.05)
    present[3] = present[4] = goes_back
    is_reopened = ~is_stuck & ~is_short & (reach >= PROPOSAL) & (chance.random(count) < 0.022)
    is_reopened &= deals["close"] - created > 10 * OPEN_SECONDS
    present[6] = present[7] = is_reopened
    present[_FINAL] = True

    # Time in each place, in proportion to random weights with a shortest stay.
    weights = chance.gamma(1.6, 1.0, (_FINAL, count)) * present[:_FINAL]
    places = present[:_FINAL].sum(axis=0)
    spare = deals["path_end"] - created - places * _SHORTEST_STAY
    stay = (weights / weights.sum(axis=0) * spare).astype(np.int64) + _SHORTEST_STAY
    stay = np.where(present[:_FINAL], stay, 0)
    entered = np.empty((len(_PATH), count), dtype=np.int64)
    entered[0] = created
    entered[1:] = created + np.cumsum(stay, axis=0)
    entered[_FINAL] = deals["close"]
    present &= entered < parameters.end_business
    del weights, stay

    stage = np.full(count, PROSPECTING)
    closed = np.full(count, MISSING)
    qualified = np.full(count, MISSING)
    stages = np.repeat(np.array(_PATH)[:, None], count, axis=1)
    stages[_FINAL] = np.where(is_won, WON, LOST)
    for place in range(len(_PATH)):
        here = present[place]
        stage = np.where(here, stages[place], stage)
        closed = np.where(here, np.where(stages[place] >= WON, entered[place], MISSING), closed)
        first = here & (qualified == MISSING) & np.isin(stages[place], (1, 2, 3))
        qualified = np.where(first, entered[place], qualified)
    deal, place = np.nonzero(present.T)
    entries = {"deal": deal, "stage": stages[place, deal], "entered": entered[place, deal]}
    return Paths(entries=entries, stage=stage, closed=closed, qualified=qualified)


def owners(parameters: Parameters, organisation: Organisation, life: Life, paths: Paths) -> Owners:
    """Reassign deals: a few to a colleague, open ones of leavers, a few after they were won."""
    chance = parameters.stream("owners")
    deals = life.deals
    count = len(deals["account"])
    account, pool = deals["account"], life.accounts.pool[deals["account"]]
    ownership = organisation.ownership
    last = np.where(paths.is_closed, paths.closed, parameters.end_business)
    owner = [deals["owner"].astype(np.int64)]
    since = [deals["created"]]
    leaves = organisation.termination_day.copy()
    leaves = np.where(leaves == FOREVER, _LATER, clock.business_index(leaves) * OPEN_SECONDS)

    def hand_over(chosen: np.ndarray, moment: np.ndarray, salt: int) -> None:
        rows = np.flatnonzero(chosen)
        day = clock.business_day(moment[rows])
        found = ownership.owner(account[rows], pool[rows], day, salt, without=owner[-1][rows])
        changed, at = owner[-1].copy(), np.full(count, _LATER)
        rows, found, when = rows[found >= 0], found[found >= 0], moment[rows][found >= 0]
        changed[rows], at[rows] = found, when
        owner.append(changed)
        since.append(at)

    moment = deals["created"] + (
        (last - deals["created"]) * chance.uniform(0.2, 0.8, count)
    ).astype(np.int64)
    is_open_enough = (moment - deals["created"] > OPEN_SECONDS) & (moment < leaves[owner[0]])
    hand_over(is_open_enough & (chance.random(count) < 0.025), moment, salt=1)
    for round_of_leaving in range(3):
        moment = leaves[owner[-1]]
        moment = np.where(moment == _LATER, moment, moment + chance.integers(0, 3_600, count))
        hand_over((moment > deals["created"]) & (moment < last), moment, salt=2 + round_of_leaving)
    at_close = np.where(paths.is_closed, owner[-1], -1)
    # After the win: the account goes to a colleague, the credit stays.
    moment = last + chance.integers(5, 60, count) * OPEN_SECONDS
    chosen = paths.is_won & (moment < parameters.end_business) & (chance.random(count) < 0.03)
    hand_over(chosen, moment, salt=9)
    return Owners(owner=np.stack(owner), since=np.stack(since), at_close=at_close)


def owner_changes(state: Owners) -> col.Batch:
    """Changes of owner: deal, at (business seconds), old and new (sellers by position)."""
    parts = []
    for rounds in range(1, len(state.owner)):
        rows = np.flatnonzero(state.since[rounds] != _LATER)
        parts.append(
            {
                "deal": rows,
                "at": state.since[rounds][rows],
                "old": state.owner[rounds - 1][rows],
                "new": state.owner[rounds][rows],
            }
        )
    return col.concat(parts)


def amounts(parameters: Parameters, life: Life, paths: Paths) -> Amounts:
    """Amounts over time; rescales the lines of open deals whose amount has yet to change.

    A deal with lines is worth their sum now, to the cent.
    """
    chance = parameters.stream("amounts")
    deals, lines = life.deals, life.lines
    count = len(deals["account"])
    length = deals["path_end"] - deals["created"]
    draw = chance.random(count)
    planned = np.select([draw < 0.07, draw < 0.34], [2, 1], 0)
    planned = np.where(np.isin(deals["kind"], (CONTRACTION, CREDIT)), 0, planned)
    planned = np.where(np.isin(deals["target"], (0, NO_AMOUNT)), 0, planned)
    first = deals["created"] + (length * chance.uniform(0.15, 0.55, count)).astype(np.int64)
    second = deals["created"] + (length * chance.uniform(0.60, 0.95, count)).astype(np.int64)
    end = np.where(paths.is_closed, paths.closed, parameters.end_business)
    made = (planned >= 1) & (first < end)
    made_again = (planned == 2) & (second < end)
    # The value after the last planned change is 1, those before it lie around it.
    before = chance.uniform(0.70, 1.30, count)
    between = chance.uniform(0.80, 1.20, count)
    initial = np.where(planned == 0, 1.0, before)
    middle = np.where(planned == 2, between, 1.0)
    ratio = np.where(made_again, 1.0, np.where(made, middle, initial))

    of_line = ratio[lines["deal"]]
    is_scaled = of_line != 1.0
    unit = np.maximum(1, np.rint(lines["unit"] * of_line)).astype(np.int64)
    lines["unit"] = np.where(is_scaled, unit, lines["unit"])
    total = np.bincount(lines["deal"], lines["quantity"] * lines["unit"], count)
    total = np.rint(total).astype(np.int64)
    has_lines = np.bincount(lines["deal"], minlength=count) > 0
    header = np.where(deals["target"] == NO_AMOUNT, MISSING, deals["target"])
    scaled = np.rint(np.where(header == MISSING, 0, header) * ratio / 100).astype(np.int64) * 100
    header = np.where(is_known(header) & (ratio != 1.0), scaled, header)
    amount = np.where(has_lines, total, header)

    final = np.where(is_known(amount), amount, 0) / ratio

    def rounded(share: np.ndarray, following: np.ndarray) -> np.ndarray:
        value = np.rint(final * share / 10_000).astype(np.int64) * 10_000
        value = np.where(np.abs(final) < 100_000, np.rint(final * share), value).astype(np.int64)
        return np.where(value == following, value + 10_000, value)

    after_first = np.where(made_again, rounded(middle, amount), amount)
    at_first = rounded(initial, after_first)
    parts = [
        _changes(made, first, at_first, after_first),
        _changes(made_again, second, after_first, amount),
    ]
    return Amounts(amount=amount, changes=col.concat(parts))


def close_dates(parameters: Parameters, life: Life, paths: Paths) -> CloseDates:
    """Expected close dates: about 40 % of deals are pushed, a few are pulled in."""
    chance = parameters.stream("close dates")
    deals = life.deals
    count = len(deals["account"])
    created_day = clock.business_day(deals["created"])
    close_day = clock.business_day(deals["path_end"])
    last = close_day + chance.integers(-4, 13, count)
    draw = chance.random(count)
    pushes = np.select([draw < 0.05, draw < 0.16, draw < 0.48], [3, 2, 1], 0)
    pushes = np.where(np.isin(deals["kind"], (CONTRACTION, CREDIT)), 0, pushes)
    # Renewals are due when the contract ends; late ones are pushed.
    is_due = is_known(deals["due"])
    is_late = is_due & (close_day > deals["due"])
    pushes = np.where(is_due, np.where(is_late, 1, 0), pushes)
    last = np.where(is_due & ~is_late, deals["due"], last)
    is_pulled = ~is_due & (draw > 0.97)
    pushes = np.where(is_pulled, 1, pushes)

    steps = chance.integers(14, 55, (3, count))
    steps[0] = np.where(is_late, np.maximum(last - deals["due"], 1), steps[0])
    steps[0] = np.where(is_pulled, -chance.integers(7, 30, count), steps[0])
    steps *= np.arange(3)[:, None] < pushes
    # A deal cannot have been expected before it was made.
    room = last - created_day - 10
    total = steps.sum(axis=0)
    fits = (total <= room) | is_due | is_pulled
    squeezed = np.where(fits, 1.0, np.maximum(room, 0) / np.maximum(total, 1))
    steps = (steps * squeezed).astype(np.int64)
    expected = np.empty((4, count), dtype=np.int64)
    expected[3] = last
    for back in range(3):
        expected[2 - back] = expected[3 - back] - steps[back]
    expected = np.maximum(expected, created_day + 1)

    now = np.where(paths.is_closed, paths.closed, parameters.end_business)
    current = expected[0].copy()
    moment = deals["created"]
    still = np.ones(count, dtype=bool)
    parts = []
    for step in range(3):
        old, new = expected[step], expected[step + 1]
        # Somebody moves the date around the day it was to happen.
        wait = (clock.business_index(old) - clock.business_index(created_day)) * OPEN_SECONDS
        due = deals["created"] + (wait * chance.uniform(0.75, 1.12, count)).astype(np.int64)
        pulled = deals["created"] + ((now - deals["created"]) * 0.5).astype(np.int64)
        due = np.where(is_pulled, pulled, due)
        late = now - (4 - step) * _SHORTEST_STAY
        due = np.where(paths.is_closed, np.minimum(due, late), due)
        due = np.maximum(due, moment + 60)
        happens = still & (old != new) & (due < now)
        still &= happens | (old == new)
        parts.append(_changes(happens, due, old, new))
        current = np.where(happens, new, current)
        moment = np.where(happens, due, moment)
    return CloseDates(expected=current, changes=col.concat(parts))


def is_known(values: np.ndarray) -> np.ndarray:
    """True where a value is neither MISSING nor NO_AMOUNT."""
    return values > NO_AMOUNT


def _changes(chosen: np.ndarray, at: np.ndarray, old: np.ndarray, new: np.ndarray) -> col.Batch:
    rows = np.flatnonzero(chosen)
    return {"deal": rows, "at": at[rows], "old": old[rows], "new": new[rows]}
