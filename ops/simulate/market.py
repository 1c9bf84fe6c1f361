"""What surrounds the sellers: accounts, products, campaigns, competitors and exchange rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ops.landing.contract import Contract
from ops.simulate import clock
from ops.simulate import columns as col
from ops.simulate.clock import DAY_SECONDS
from ops.simulate.names import COMPANY_BEGINNINGS, COMPANY_ENDINGS, COMPANY_KINDS
from ops.simulate.organisation import CURRENCIES, REGIONS, SEGMENTS, UNITED_KINGDOM_POOL
from ops.simulate.parameters import Parameters

# Key, stock keeping unit, name, family, is recurring, yearly list price and cost in USD.
PRODUCTS = (
    ("PRD-01", "PLT-CORE", "Core Platform", "Platform", True, 600, 96),
    ("PRD-02", "PLT-ADV", "Advanced Platform", "Platform", True, 1_080, 170),
    ("PRD-03", "PLT-HUB", "Integration Hub", "Platform", True, 2_400, 410),
    ("PRD-04", "ANL-INS", "Insights", "Analytics", True, 480, 70),
    ("PRD-05", "ANL-FCT", "Forecasting", "Analytics", True, 900, 140),
    ("PRD-06", "SVC-SUP", "Premium Support", "Services", True, 1_500, 690),
    ("PRD-07", "SVC-ONB", "Onboarding", "Services", False, 1_800, 1_100),
    ("PRD-08", "SVC-TRN", "Training", "Services", False, 1_200, 700),
)
IS_RECURRING = np.array([product[4] for product in PRODUCTS])
# Local price lists in cents, by product and currency, rounded to whole units.
LOCAL_FACTOR = np.array([1.0, 0.92, 0.79])
LIST_CENTS = np.rint(np.outer([p[5] for p in PRODUCTS], LOCAL_FACTOR)).astype(np.int64) * 100
COST_CENTS = np.rint(np.outer([p[6] for p in PRODUCTS], LOCAL_FACTOR)).astype(np.int64) * 100

# Lead sources of the mapping seed and how often accounts come by them.
LEAD_SOURCES = (
    ("Web", 14),
    ("Website", 5),
    ("Organic Search", 8),
    ("Paid Search", 10),
    ("Advertisement", 4),
    ("Phone Inquiry", 3),
    ("Referral", 10),
    ("Employee Referral", 4),
    ("Partner", 8),
    ("Partner Referral", 4),
    ("Trade Show", 5),
    ("Event", 5),
    ("Outbound", 10),
    ("Cold Call", 5),
    ("Purchased List", 3),
    ("Other", 2),
)
COMPETITORS = ("Quillfort", "Brightmere", "Oakline CRM", "Vantrell", "Sable Systems")
RIVALS = 3
# What market sizes are told for, and the part of the whole that each is.
MARKET_SCOPES = (
    ("total", "", 1.0),
    ("region", "North America", 0.62),
    ("region", "Europe", 0.38),
    ("product_family", "Platform", 0.58),
    ("product_family", "Analytics", 0.34),
    ("product_family", "Services", 0.08),
    ("segment", "Enterprise", 0.45),
    ("segment", "Mid-Market", 0.34),
    ("segment", "SMB", 0.21),
)
CAMPAIGNS = (
    ("Spring product launch", "event"),
    ("Search advertising", "paid"),
    ("Customer referral drive", "referral"),
    ("Industry summit", "event"),
    ("Partner roadshow", "partner"),
    ("Outbound to manufacturers", "outbound"),
    ("Analytics webinar series", "web"),
    ("Retargeting", "paid"),
)
CAMPAIGN_BUDGETS = np.array([60, 45, 20, 80, 35, 25, 30, 40]) * 100_000
INDUSTRIES = (
    "Manufacturing",
    "Retail",
    "Logistics",
    "Software",
    "Healthcare",
    "Financial Services",
    "Energy",
    "Media",
    "Professional Services",
    "Education",
)
CONTACTS_PER_ACCOUNT = 3

SEGMENT_SHARES = (0.15, 0.35, 0.50)
LEGACY_SHARE = 0.16


_RATE_LEVEL = {"EUR": 1.08, "GBP": 1.27}


@dataclass(frozen=True)
class Accounts:
    """Companies by position; codes index REGIONS, SEGMENTS, CURRENCIES and POOLS.

    health, around 0, says how content the account would be as a customer. is_legacy marks
    customers older than the CRM.
    """

    region: np.ndarray
    segment: np.ndarray
    currency: np.ndarray
    pool: np.ndarray
    health: np.ndarray
    is_legacy: np.ndarray
    lead_source: np.ndarray

    def __len__(self) -> int:
        return len(self.region)


def draw_accounts(parameters: Parameters, count: int, region_count: int) -> Accounts:
    """Companies to sell to; the first n of a longer list are not those of a shorter one."""
    chance = parameters.stream("accounts")
    shares = np.array([0.60, 0.40] if region_count == 2 else [0.50, 0.32, 0.18])
    region = chance.choice(region_count, count, p=shares)
    segment = chance.choice(len(SEGMENTS), count, p=SEGMENT_SHARES)
    is_british = (region == 1) & (chance.random(count) < 0.34)
    currency = np.select([is_british, region == 1], [2, 1], 0)
    pool = np.select(
        [region == 0, is_british, region == 1],
        [segment, UNITED_KINGDOM_POOL, np.where(segment == 0, 4, 5)],
        np.where(segment == 0, 6, 7),
    )
    weights = np.array([weight for _, weight in LEAD_SOURCES], dtype=float)
    lead_source = chance.choice(len(weights), count, p=weights / weights.sum())
    return Accounts(
        region=region,
        segment=segment,
        currency=currency,
        pool=pool,
        health=chance.normal(0.0, 1.0, count),
        is_legacy=chance.random(count) < LEGACY_SHARE,
        lead_source=np.where(chance.random(count) < 0.02, -1, lead_source),
    )


def account_table(
    parameters: Parameters,
    contract: Contract,
    accounts: Accounts,
    owner_ids: pa.Array,
    first_seen: np.ndarray,
    customer_since: np.ndarray,
    lifecycle: np.ndarray,
    mergeable: np.ndarray,
) -> pa.Table:
    """The accounts table.

    first_seen is the instant of the first deal or, for old customers, of the CRM's start;
    customer_since a day or MISSING; lifecycle 0 prospect, 1 customer, 2 former; mergeable marks
    accounts that may turn out to be duplicates of another.
    """
    chance = parameters.stream("account table")
    count = len(accounts)
    ids = account_ids(count)
    names = account_names(count)
    created = first_seen - chance.integers(600, 20 * DAY_SECONDS, count)
    created = np.maximum(created, parameters.start_day * DAY_SECONDS)
    created = np.minimum(created, first_seen)

    # Parents are enterprises without a parent of their own.
    position = np.arange(count)
    is_parent = (accounts.segment == 0) & (chance.random(count) < 0.3)
    parent = np.full(count, -1)
    children = np.flatnonzero(~is_parent & (chance.random(count) < 0.07))
    if is_parent.any():
        parent[children] = chance.choice(np.flatnonzero(is_parent), len(children))

    # A merged account points at a survivor of the same pool.
    merged = np.flatnonzero(mergeable & ~is_parent & (parent < 0))
    merged = np.sort(chance.permutation(merged)[: max(2, round(0.01 * count))])
    survivor = np.full(count, -1)
    is_merged = np.zeros(count, dtype=bool)
    is_merged[merged] = True
    for pool in np.unique(accounts.pool[merged]):
        inside = merged[accounts.pool[merged] == pool]
        candidates = position[(accounts.pool == pool) & ~is_merged]
        if len(candidates):
            survivor[inside] = chance.choice(candidates, len(inside))
    is_merged = survivor >= 0

    scale = np.array([2_500.0, 420.0, 60.0])[accounts.segment]
    employees = np.rint(scale * np.exp(chance.normal(0.0, 0.5, count))).astype(np.int64)
    revenue = np.rint(employees * chance.uniform(90_000, 260_000, count) / 1_000) * 100_000
    merged_at = first_seen + chance.integers(30, 120, count) * DAY_SECONDS
    end = parameters.end_day * DAY_SECONDS
    updated = np.where(is_merged, np.minimum(merged_at, end - 3_600), first_seen)
    domain = web_domains(names)
    return col.build(
        contract.tables["accounts"],
        count,
        account_id=ids,
        account_name=names,
        parent_account_id=col.pick(ids, parent),
        master_id=col.pick(ids, survivor),
        region_id=col.pick(REGIONS, accounts.region),
        segment_id=col.pick(SEGMENTS, accounts.segment),
        industry=col.pick(INDUSTRIES, chance.integers(0, len(INDUSTRIES), count)),
        employee_count=col.integers(np.maximum(employees, 3)),
        annual_revenue=col.decimals(revenue.astype(np.int64)),
        owner_id=owner_ids,
        customer_since=col.dates(customer_since),
        lifecycle_status=col.pick(("prospect", "customer", "former"), lifecycle),
        website_domain=domain,
        created_at=col.instants(created),
        updated_at=col.instants(updated),
        is_deleted=col.flags(is_merged),
        is_test=col.flags(np.zeros(count)),
    )


def account_ids(count: int) -> pa.Array:
    """Keys of the accounts by position."""
    return col.keys("ACC-", count, 6)


def contact_ids(count: int) -> pa.Array:
    """Keys of the contacts of count accounts: account * CONTACTS_PER_ACCOUNT + which."""
    position = np.arange(count * CONTACTS_PER_ACCOUNT)
    account = col.number("CON-", position // CONTACTS_PER_ACCOUNT + 1, 6)
    which = pa.array(position % CONTACTS_PER_ACCOUNT + 1).cast(pa.string())
    return pc.binary_join_element_wise(account, which, "-")


def exchange_rate_table(
    parameters: Parameters, contract: Contract
) -> tuple[pa.Table, dict[int, np.ndarray]]:
    """Spot rates of every Monday to Friday and plan rates of every 1 January, to USD.

    The second result gives the plan rate of each currency of CURRENCIES by fiscal year.
    """
    chance = parameters.stream("exchange rates")
    first = int(clock.add_months(np.array(parameters.start_day), -13))
    index = np.arange(
        clock.business_index(np.array(first)), clock.business_index(np.array(parameters.end_day))
    )
    days = clock.calendar_day(index)
    first_year = clock.to_date(first).year
    last_year = clock.to_date(parameters.end_day + 366).year
    plan = {year: np.ones(len(CURRENCIES)) for year in range(first_year, last_year + 1)}
    parts: list[tuple[int, np.ndarray, int, np.ndarray]] = []
    for position, currency in enumerate(CURRENCIES):
        if currency == "USD":
            continue
        level = np.log(_RATE_LEVEL[currency])
        rates = np.empty(len(days))
        logarithm = level
        for day, shock in enumerate(chance.normal(0.0, 0.0035, len(days))):
            logarithm += 0.01 * (level - logarithm) + shock
            rates[day] = np.exp(logarithm)
        units = np.rint(rates * 1_000_000).astype(np.int64)
        parts.append((position, days, 0, units))
        for year in plan:
            new_year = int(np.datetime64(f"{year}-01-01", "D").astype(np.int64))
            known = max(0, int(np.searchsorted(days, new_year)) - 1)
            plan_units = int(round(rates[known] * 100)) * 10_000
            plan[year][position] = plan_units / 1_000_000
            parts.append((position, np.array([new_year]), 1, np.array([plan_units])))
    count = sum(len(part[1]) for part in parts)
    table = col.build(
        contract.tables["exchange_rates"],
        count,
        currency=col.pick(CURRENCIES, np.concatenate([np.full(len(p[1]), p[0]) for p in parts])),
        rate_date=col.dates(np.concatenate([p[1] for p in parts])),
        rate_type=col.pick(
            ("spot", "plan"), np.concatenate([np.full(len(p[1]), p[2]) for p in parts])
        ),
        rate=col.decimals(np.concatenate([p[3] for p in parts]), scale=6),
    )
    return table, plan


def campaign_dates(parameters: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """First day and first day after of each campaign; at any time about two are running."""
    span = parameters.end_day - parameters.start_day
    starts = parameters.start_day + np.arange(len(CAMPAIGNS)) * span // (len(CAMPAIGNS) + 1)
    starts = clock.month_start(starts)
    return starts, clock.month_start(starts + 2 * span // (len(CAMPAIGNS) + 1), 1)


def campaign_ids() -> pa.Array:
    """Keys of the campaigns by position."""
    return col.keys("CMP-", len(CAMPAIGNS), 2)


def small_tables(parameters: Parameters, contract: Contract) -> dict[str, pa.Table]:
    """Products, pipelines, campaigns and competitors; empty stages, which the mapping seed serves,
    and empty contacts."""
    count = len(PRODUCTS)
    on_sale = clock.day_number(clock.to_date(parameters.start_day).replace(month=1, day=1)) - 1_096
    products = col.build(
        contract.tables["products"],
        count,
        product_id=pa.array([product[0] for product in PRODUCTS]),
        sku=pa.array([product[1] for product in PRODUCTS]),
        product_name=pa.array([product[2] for product in PRODUCTS]),
        product_family_id=pa.array([product[3] for product in PRODUCTS]),
        is_recurring=col.flags(IS_RECURRING),
        list_price=col.decimals(LIST_CENTS[:, 0]),
        list_currency=col.constant("USD", count),
        standard_cost=col.decimals(COST_CENTS[:, 0]),
        active_from=col.dates(np.full(count, on_sale)),
        updated_at=col.instants(np.full(count, parameters.start_day * DAY_SECONDS)),
    )
    pipelines = col.build(
        contract.tables["pipelines"],
        3,
        pipeline_id=pa.array(PIPELINES),
        pipeline_name=pa.array(["New business", "Renewals", "Partner test"]),
        is_excluded=col.flags(np.array([False, False, True])),
    )
    starts, ends = campaign_dates(parameters)
    campaigns = col.build(
        contract.tables["campaigns"],
        len(CAMPAIGNS),
        campaign_id=campaign_ids(),
        campaign_name=pa.array([name for name, _ in CAMPAIGNS]),
        channel=pa.array([channel for _, channel in CAMPAIGNS]),
        start_date=col.dates(starts),
        end_date=col.dates(ends),
        budget_amount=col.decimals(CAMPAIGN_BUDGETS),
        currency=col.constant("USD", len(CAMPAIGNS)),
    )
    competitors = col.build(
        contract.tables["competitors"],
        len(COMPETITORS),
        competitor_id=competitor_ids(),
        competitor_name=pa.array(COMPETITORS),
    )
    return {
        "products": products,
        "pipelines": pipelines,
        "stages": col.build(contract.tables["stages"], 0),
        "contacts": col.build(contract.tables["contacts"], 0),
        "opportunity_custom_fields": col.build(contract.tables["opportunity_custom_fields"], 0),
        "campaigns": campaigns,
        "competitors": competitors,
    }


def market_size_table(parameters: Parameters, contract: Contract, events: col.Batch) -> pa.Table:
    """One row per whole quarter, scope and large competitor: what everybody sells there, by an
    analyst who thinks the company has about an eighth of it; whole years for the whole market."""
    chance = parameters.stream("market sizes")
    quarter, position = np.unique(clock.quarter_start(events["day"]), return_inverse=True)
    typical = np.median(np.bincount(position, events["amount"]))
    rows: list[tuple[int, int, int, int, int, int]] = []
    for number, start in enumerate(quarter):
        end = int(clock.add_months(start, 3))
        if start < parameters.start_day or end > parameters.end_day:
            continue
        whole = typical * 8 * (1 + 0.02) ** (number - len(quarter) / 2)
        for scope, (_, _, part) in enumerate(MARKET_SCOPES):
            size = whole * part * chance.uniform(0.96, 1.04)
            rows += _rivals(chance, int(start), end, scope, size)
    years = sorted({clock.to_date(row[0]).year for row in rows})
    for year in years:
        inside = [row for row in rows if clock.to_date(row[0]).year == year and row[2] == 0]
        if len(inside) == 4 * RIVALS:
            size = sum(row[4] for row in inside) / RIVALS
            start, end = inside[0][0], inside[-1][1]
            rows += _rivals(chance, start, end, 0, size)
    table = np.array(rows, dtype=np.int64).reshape(-1, 6)
    start, end, scope, rival, size, sold = table.T
    kinds = [kind for kind, _, _ in MARKET_SCOPES]
    members = [member for _, member, _ in MARKET_SCOPES]

    def scoped(kind: str) -> pa.Array:
        is_kind = np.array([each == kind for each in kinds])[scope]
        return col.pick(members, np.where(is_kind, scope, -1))

    return col.build(
        contract.tables["market_sizes"],
        len(table),
        market_id=col.constant("CRM software", len(table)),
        geography=scoped("region"),
        product_family_id=scoped("product_family"),
        segment_id=scoped("segment"),
        period_start=col.dates(start),
        period_end=col.dates(end),
        basis=col.constant("revenue", len(table)),
        version=col.constant("1", len(table)),
        total_value=col.integers(size),
        competitor_id=col.pick(competitor_ids(), rival),
        competitor_value=col.integers(sold),
        is_estimate=col.flags(np.ones(len(table))),
        source=col.constant("Analyst report", len(table)),
    )


def _rivals(
    chance: np.random.Generator, start: int, end: int, scope: int, size: float
) -> list[tuple[int, int, int, int, int, int]]:
    """A row of a market for each of its large competitors."""
    shares = np.array([0.19, 0.13, 0.08]) * chance.uniform(0.9, 1.1, RIVALS)
    thousands = int(round(size / 1_000)) * 1_000
    return [
        (start, end, scope, rival, thousands, int(round(size * share / 1_000)) * 1_000)
        for rival, share in enumerate(shares)
    ]


PIPELINES = ("new_business", "renewals", "partner_test")


def competitor_ids() -> pa.Array:
    """Keys of the competitors by position."""
    return col.keys("CPT-", len(COMPETITORS), 2)


def account_names(count: int) -> pa.Array:
    """Made-up company names, each once; beyond the first tens of thousands they are numbered."""
    combinations = len(COMPANY_BEGINNINGS) * len(COMPANY_ENDINGS) * len(COMPANY_KINDS)
    position = np.arange(count, dtype=np.int64)
    # Multiplying by a number prime to the count of combinations visits each of them once.
    shuffled = position * 7_919 % combinations
    first = col.pick(COMPANY_BEGINNINGS, shuffled % len(COMPANY_BEGINNINGS)).cast(pa.string())
    second = col.pick(COMPANY_ENDINGS, shuffled // len(COMPANY_BEGINNINGS) % len(COMPANY_ENDINGS))
    suffix = col.pick(COMPANY_KINDS, shuffled // (len(COMPANY_BEGINNINGS) * len(COMPANY_ENDINGS)))
    join = pc.binary_join_element_wise
    names = join(join(first, second.cast(pa.string()), ""), suffix.cast(pa.string()), " ")
    rounds = position // combinations
    numbered = join(names, pa.array(rounds + 1).cast(pa.string()), " ")
    return pc.if_else(pa.array(rounds == 0), names, numbered)


def web_domains(names: pa.Array) -> pa.Array:
    """Web domains under the reserved top level .example."""
    plain = pc.replace_substring(pc.utf8_lower(names), " ", "-")
    return pc.binary_join_element_wise(plain, pa.scalar("example"), ".")
