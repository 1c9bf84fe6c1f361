"""Who sells: users, teams, the team tree over time, and which seller owns which deal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ops.landing.contract import Contract
from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import MISSING
from ops.simulate.names import FIRST_NAMES, LAST_NAMES
from ops.simulate.parameters import Parameters

REGIONS = ("North America", "Europe", "Asia Pacific")
OPENING_HOUR = np.array([14, 8, 1], dtype=np.int64)
TIME_ZONES = ("America/New_York", "Europe/Berlin", "Asia/Singapore")
COUNTRIES = ("US", "DE", "GB", "SG")
# The country of a region's staff; the British pool has its own.
COUNTRY_OF_REGION = np.array([0, 1, 3], dtype=np.int64)
UNITED_KINGDOM = 2
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
CURRENCIES = ("USD", "EUR", "GBP")
# From this size on the company also sells in Asia Pacific.
ASIA_PACIFIC_FROM = 5_000

# A pool is the set of sellers who share a kind of account: name, region, share of the sellers.
POOLS = (
    ("North America Enterprise", 0, 0.18),
    ("North America Mid-Market", 0, 0.21),
    ("North America SMB", 0, 0.21),
    ("United Kingdom and Ireland", 1, 0.14),
    ("Europe Enterprise", 1, 0.12),
    ("Europe Commercial", 1, 0.14),
    ("Asia Pacific Enterprise", 2, 0.09),
    ("Asia Pacific Commercial", 2, 0.13),
)
UNITED_KINGDOM_POOL = 3
SELLERS_PER_TEAM = 8
# Sellers get no new deals in their first week and their last three.
FIRST_DAYS, LAST_DAYS = 7, 21
FOREVER = 10**6

TERMINATION_TYPES = ("voluntary", "involuntary", "other")


@dataclass(frozen=True)
class Ownership:
    """Memberships of sellers in pools, by day; to is the first day after.

    owner() answers who takes an account's deals on a day: each account ranks the sellers of its
    pool by a fixed hash and goes to the first who is there, so an account changes hands only when
    its seller leaves or a seller it ranks higher joins.
    """

    rep: np.ndarray
    pool: np.ndarray
    from_day: np.ndarray
    to_day: np.ndarray

    def owner(
        self,
        account: np.ndarray,
        pool: np.ndarray,
        day: np.ndarray,
        salt: int = 0,
        without: np.ndarray | None = None,
    ) -> np.ndarray:
        """Seller (position) for each account on each day, -1 where the pool has nobody else."""
        owners = np.full(len(account), -1, dtype=np.int32)
        for number in np.unique(pool):
            members = np.flatnonzero(self.pool == number)
            rows = np.flatnonzero(pool == number)
            for start in range(0, len(rows), 65_536):
                part = rows[start : start + 65_536]
                avoided = None if without is None else without[part]
                owners[part] = self._rank(account[part], members, day[part], salt, avoided)
        return owners

    def _rank(
        self,
        account: np.ndarray,
        members: np.ndarray,
        day: np.ndarray,
        salt: int,
        without: np.ndarray | None,
    ) -> np.ndarray:
        rep = self.rep[members]
        starts, ends = self.from_day[members], self.to_day[members]
        is_there = (starts <= day[:, None]) & (day[:, None] < ends)
        takes_deals = (starts + FIRST_DAYS <= day[:, None]) & (day[:, None] < ends - LAST_DAYS)
        if without is not None:
            is_there &= rep != without[:, None]
        score = _mix(account.astype(np.uint64)[:, None], rep.astype(np.uint64)[None, :], salt)
        high = np.uint64(1) << np.uint64(63)
        score = (score >> np.uint64(1)) | np.uint64(1)
        score = np.where(takes_deals, score | high, score)
        score = np.where(is_there, score, np.uint64(0))
        best = np.argmax(score, axis=1)
        found = score[np.arange(len(account)), best] > 0
        return np.where(found, rep[best], -1).astype(np.int32)


@dataclass(frozen=True)
class Organisation:
    """The sellers by position, and the raw tables that describe them.

    Sellers are users manager_count, manager_count + 1, ...; termination_day is FOREVER for those
    who stay. memberships has rep, team, from_day, to_day (FOREVER while it lasts). parent_team is
    each team's parent now (-1 for the top); before moved_day the parent of moved_team was team 1.
    """

    ownership: Ownership
    user_ids: pa.Array
    manager_count: int
    region: np.ndarray
    hire_day: np.ndarray
    termination_day: np.ndarray
    skill: np.ndarray
    memberships: col.Batch
    team_ids: pa.Array
    team_pool: np.ndarray
    team_manager: np.ndarray
    parent_team: np.ndarray
    moved_team: int
    moved_day: int
    region_count: int
    tables: dict[str, pa.Table]

    @property
    def rep_count(self) -> int:
        """Number of sellers ever employed."""
        return len(self.region)

    def users(self, reps: np.ndarray) -> pa.DictionaryArray:
        """User ids of sellers by position; -1 is NULL."""
        reps = np.asarray(reps)
        return col.pick(self.user_ids, np.where(reps < 0, -1, reps + self.manager_count))

    def team_of(self, day: int) -> np.ndarray:
        """Team (position) of every seller on a day, -1 where there is none."""
        members = self.memberships
        there = (members["from_day"] <= day) & (day < members["to_day"])
        teams = np.full(self.rep_count, -1, dtype=np.int64)
        teams[members["rep"][there]] = members["team"][there]
        return teams

    def parents_on(self, day: int) -> np.ndarray:
        """Parent (position) of every team on a day, -1 for the top."""
        parents = self.parent_team.copy()
        if day < self.moved_day:
            parents[self.moved_team] = 1
        return parents


def build(parameters: Parameters, contract: Contract) -> Organisation:
    """Hire the company: about 0.9 * sqrt(opportunities) sellers, 20 to 400, with their managers."""
    chance = parameters.stream("organisation")
    region_count = 3 if parameters.opportunities >= ASIA_PACIFIC_FROM else 2
    seats = _seats_by_pool(parameters, region_count)
    reps = _careers(chance, parameters, seats)
    team_pool = np.repeat(
        np.arange(len(seats)), [max(1, -(-count // SELLERS_PER_TEAM)) for count in seats]
    )
    memberships = _memberships(chance, parameters, reps, team_pool)
    pool_region = np.array([region for _, region, _ in POOLS])
    ownership = Ownership(
        rep=memberships["rep"],
        pool=team_pool[memberships["team"]],
        from_day=memberships["from_day"],
        to_day=memberships["to_day"],
    )
    # Teams: the company, one division a region, then the teams of the sellers.
    first_team = 1 + region_count
    team_count = first_team + len(team_pool)
    team_ids = col.keys("TEAM-", team_count, 2)
    manager_count = team_count
    skill = np.exp(chance.normal(0.0, 0.16, len(reps["region"])))
    organisation = Organisation(
        ownership=ownership,
        user_ids=col.keys("USR-", manager_count + len(reps["region"]), 3),
        manager_count=manager_count,
        region=reps["region"],
        hire_day=reps["hire_day"],
        termination_day=reps["termination_day"],
        skill=np.clip(skill / skill.mean(), 0.6, 1.5),
        memberships={**memberships, "team": memberships["team"] + first_team},
        team_ids=team_ids,
        team_pool=np.concatenate([np.full(first_team, -1), team_pool]),
        team_manager=np.arange(team_count),
        parent_team=np.concatenate(
            [[-1], np.zeros(region_count, dtype=np.int64), 1 + pool_region[team_pool]]
        ),
        # The first British team began under North America and moved to Europe.
        moved_team=first_team + int(np.flatnonzero(team_pool == UNITED_KINGDOM_POOL)[0]),
        moved_day=_reorganisation_day(parameters),
        region_count=region_count,
        tables={},
    )
    organisation.tables.update(_tables(chance, parameters, contract, organisation, reps))
    return organisation


def _reorganisation_day(parameters: Parameters) -> int:
    """The quarter start near the middle of the data when a team changed its division."""
    middle = (parameters.start_day + parameters.end_day) // 2
    return int(clock.quarter_start(np.array(middle)))


def _seats_by_pool(parameters: Parameters, region_count: int) -> list[int]:
    sellers = int(np.clip(round(0.9 * parameters.opportunities**0.5), 20, 400))
    pools = [pool for pool in POOLS if pool[1] < region_count]
    total_share = sum(share for _, _, share in pools)
    # About half of the seats see a second seller in thirty months.
    seats = sellers / (1.0 + 0.016 * min(parameters.months, 60))
    return [max(2, round(seats * share / total_share)) for _, _, share in pools]


def _careers(chance: np.random.Generator, parameters: Parameters, seats: list[int]) -> col.Batch:
    """Sellers seat by seat: who leaves is replaced; the first seller of each pool stays."""
    start, end = parameters.start_day, parameters.end_day
    rows: list[tuple[int, int, int, int, int]] = []
    for pool, count in enumerate(seats):
        for seat in range(count):
            is_founding = seat == 0 or chance.random() < 0.75
            if is_founding:
                hire = start - int(chance.integers(60, 1_900))
            else:
                hire = start + int(chance.integers(20, max(21, int((end - start) * 0.8))))
            while hire < end - 10:
                hire = _working_day(hire)
                stay = int(chance.exponential(3.0 * 365)) + 120
                leaves = _working_day(max(hire, start) + stay)
                if seat == 0 or leaves >= end - 20:
                    rows.append((pool, POOLS[pool][1], hire, FOREVER, seat))
                    break
                rows.append((pool, POOLS[pool][1], hire, leaves, seat))
                hire = leaves + int(chance.integers(15, 60))
    values = np.array(rows, dtype=np.int64).T
    names = ("pool", "region", "hire_day", "termination_day", "seat")
    return dict(zip(names, values, strict=True))


def _working_day(day: int) -> int:
    return int(clock.calendar_day(clock.business_index(np.array(day))))


def _memberships(
    chance: np.random.Generator, parameters: Parameters, reps: col.Batch, team_pool: np.ndarray
) -> col.Batch:
    """Rows of rep, team (position among the sellers' teams), from_day and to_day."""
    count = len(reps["pool"])
    team = np.empty(count, dtype=np.int64)
    for rep in range(count):
        teams = np.flatnonzero(team_pool == reps["pool"][rep])
        team[rep] = teams[reps["seat"][rep] % len(teams)]
    start, end = parameters.start_day, parameters.end_day
    may_move = (reps["seat"] > 0) & (reps["hire_day"] < start) & (reps["termination_day"] > end)
    movers = np.flatnonzero(may_move)
    movers = np.sort(chance.permutation(movers)[: max(2, round(0.06 * count))])
    pool_region = np.array([region for _, region, _ in POOLS])
    rows = []
    for rep in range(count):
        hire, leave = int(reps["hire_day"][rep]), int(reps["termination_day"][rep])
        if rep not in movers:
            rows.append((rep, team[rep], hire, leave))
            continue
        others = np.flatnonzero(
            (pool_region[team_pool] == reps["region"][rep])
            & (np.arange(len(team_pool)) != team[rep])
        )
        moved_on = start + int((end - start) * chance.uniform(0.2, 0.8))
        moved_on = int(clock.month_start(np.array(moved_on)))
        rows.append((rep, team[rep], hire, moved_on))
        rows.append((rep, int(chance.choice(others)), moved_on, leave))
    values = np.array(rows, dtype=np.int64).T
    return dict(zip(("rep", "team", "from_day", "to_day"), values, strict=True))


def _mix(account: np.ndarray, rep: np.ndarray, salt: int) -> np.ndarray:
    """A fixed, even 64-bit hash of an account and a seller (splitmix64)."""
    value = account * np.uint64(0x9E3779B97F4A7C15) + rep * np.uint64(0xD1B54A32D192ED03)
    value = value + np.uint64((salt * 0x8CB92BA72F3D8DD7) % 2**64)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def _tables(
    chance: np.random.Generator,
    parameters: Parameters,
    contract: Contract,
    organisation: Organisation,
    reps: col.Batch,
) -> dict[str, pa.Table]:
    founded = parameters.start_day - 8 * 365
    region_count = organisation.region_count
    first_team = 1 + region_count
    team_count = len(organisation.team_ids)
    user_count = len(organisation.user_ids)
    rep_count = organisation.rep_count

    team_names = ["Sales", *REGIONS[:region_count]]
    for pool in range(len(POOLS)):
        teams = int(np.sum(organisation.team_pool == pool))
        name = POOLS[pool][0]
        team_names += [name if teams == 1 else f"{name} {n + 1}" for n in range(teams)]
    teams = col.build(
        contract.tables["teams"],
        team_count,
        team_id=organisation.team_ids,
        team_name=pa.array(team_names),
        parent_team_id=col.pick(organisation.team_ids, organisation.parent_team),
        manager_id=col.pick(organisation.user_ids, organisation.team_manager),
    )

    moved_team = organisation.moved_team
    tree_team = np.insert(np.arange(team_count), moved_team, moved_team)
    parents = np.insert(organisation.parent_team, moved_team, 1)
    valid_from = np.full(team_count + 1, founded)
    valid_to = np.full(team_count + 1, MISSING)
    valid_to[moved_team] = valid_from[moved_team + 1] = organisation.moved_day
    hierarchy = col.build(
        contract.tables["team_hierarchy"],
        team_count + 1,
        team_id=col.pick(organisation.team_ids, tree_team),
        parent_team_id=col.pick(organisation.team_ids, parents),
        manager_id=col.pick(organisation.user_ids, tree_team),
        valid_from=col.dates(valid_from),
        valid_to=col.dates(valid_to),
    )

    manager_hire = founded + chance.integers(0, 4 * 365, team_count)
    manager_hire = clock.calendar_day(clock.business_index(manager_hire))
    members = organisation.memberships
    member_user = np.concatenate(
        [np.arange(team_count), members["rep"] + organisation.manager_count]
    )
    member_to = np.concatenate([np.full(team_count, FOREVER), members["to_day"]])
    memberships = col.build(
        contract.tables["team_memberships"],
        len(member_user),
        user_id=col.pick(organisation.user_ids, member_user),
        team_id=col.pick(
            organisation.team_ids, np.concatenate([np.arange(team_count), members["team"]])
        ),
        valid_from=col.dates(np.concatenate([manager_hire, members["from_day"]])),
        valid_to=col.dates(np.where(member_to == FOREVER, MISSING, member_to)),
        is_primary=col.flags(np.ones(len(member_user))),
    )

    roles = ["Chief Revenue Officer", "VP Sales", "Sales Manager", "Account Executive"]
    role = np.concatenate([[0], np.full(region_count, 1), np.full(team_count - first_team, 2)])
    role = np.concatenate([role, np.full(rep_count, 3)])
    # The chief sits with the first region; other managers with their own.
    manager_region = np.where(
        organisation.parent_team > 0, organisation.parent_team - 1, np.arange(team_count) - 1
    )
    region = np.concatenate([np.maximum(manager_region, 0), organisation.region])
    pool = np.concatenate([organisation.team_pool, reps["pool"]])
    country = np.where(pool == UNITED_KINGDOM_POOL, UNITED_KINGDOM, COUNTRY_OF_REGION[region])
    hire = np.concatenate([manager_hire, organisation.hire_day])
    left = np.concatenate([np.full(team_count, FOREVER), organisation.termination_day])
    has_left = left != FOREVER
    kind = chance.choice(3, user_count, p=[0.66, 0.28, 0.06])
    is_regretted = (kind == 0) & (chance.random(user_count) < 0.5)
    names = chance.permutation(len(FIRST_NAMES) * len(LAST_NAMES))[:user_count]
    first = [FIRST_NAMES[n % len(FIRST_NAMES)] for n in names]
    last = [LAST_NAMES[n // len(FIRST_NAMES)] for n in names]
    updated = np.where(has_left, left, np.maximum(hire, parameters.start_day))
    users = col.build(
        contract.tables["users"],
        user_count,
        user_id=organisation.user_ids,
        full_name=pa.array([f"{a} {b}" for a, b in zip(first, last, strict=True)]),
        email=pa.array(
            [f"{a}.{b}@sales.example".lower() for a, b in zip(first, last, strict=True)]
        ),
        role=col.pick(roles, role),
        is_quota_carrying=col.flags(role == 3),
        hire_date=col.dates(hire),
        termination_date=col.dates(np.where(has_left, left, MISSING)),
        termination_type=col.pick(TERMINATION_TYPES, np.where(has_left, kind, -1)),
        is_regretted=pa.array(is_regretted, mask=~has_left),
        fte=col.decimals(np.where(chance.random(user_count) < 0.06, 8, 10), scale=1),
        time_zone=col.pick(TIME_ZONES, region),
        is_active=col.flags(~has_left),
        region_id=col.pick(REGIONS, region),
        country=col.pick(COUNTRIES, country),
        updated_at=col.instants(updated * clock.DAY_SECONDS + 6 * 3_600),
    )
    return {
        "users": users,
        "teams": teams,
        "team_hierarchy": hierarchy,
        "team_memberships": memberships,
    }
