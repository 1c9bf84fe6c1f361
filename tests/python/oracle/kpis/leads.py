"""Leads that came in, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from ..company import UNKNOWN, Company
from ..history import Deal
from ..periods import LONG_GRAINS, SHORT_GRAINS
from ..reading import Row, as_boolean, as_date, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots, wilson

RATE_GRAINS = ("week", *LONG_GRAINS)
REFERRAL_DIMENSIONS = ("total", "rep", "team", "region", "segment")


@dataclass
class Person:
    """A person who asked, by the lead that stands for it, with all leads of that person."""

    lead: Row
    leads: list[Row]
    created_at: datetime
    members: list[tuple[str, str]]
    channel: str
    is_web: bool
    is_qualified: bool = False
    is_put_aside: bool = False
    is_customers: bool = False
    """Whether the account was a customer before."""
    is_undecided: bool = False
    customer_date: date | None = None
    accounts: set[tuple[str, str]] = field(default_factory=set)

    @property
    def day(self) -> date:
        """Business date on which the lead came in."""
        return self.created_at.date()


def identity(lead: Row) -> str:
    """What one person is known by: address, else phone, else name and company (G22)."""
    if lead["email"]:
        return "email " + lead["email"].strip().lower()
    if digits := (lead["phone"] or "").translate(str.maketrans("", "", " +-./()")):
        return "phone " + digits
    if lead["full_name"] and lead["company"]:
        return f"name {lead['full_name'].strip().lower()} of {lead['company'].strip().lower()}"
    return "lead " + lead["lead_id"]


def originals(company: Company) -> dict[str, str]:
    """The lead that stands for the person of each genuine lead (#38, G22).

    The first of one identity, and beyond that the one the source calls the original; where the
    source goes in a circle it says nothing.
    """
    genuine = {
        lead["lead_id"]: lead
        for lead in company.lead_rows
        if not as_boolean(lead["is_deleted"])
        and not as_boolean(lead["is_test"])
        and (lead["status"] or "").lower() != "spam"
    }

    def order(lead: Row) -> tuple:
        return as_timestamp(lead["created_at"]), lead["lead_id"]

    first: dict[str, str] = {}
    for lead in sorted(genuine.values(), key=order):
        first.setdefault(identity(lead), lead["lead_id"])
    first_of = {lead_id: first[identity(lead)] for lead_id, lead in genuine.items()}
    named: dict[str, set[str]] = defaultdict(set)
    for lead_id, lead in genuine.items():
        other = first_of.get(lead["duplicate_of_lead_id"])
        if other and other != first_of[lead_id]:
            named[first_of[lead_id]].add(other)
    found: dict[str, str] = {}
    for lead_id, start in first_of.items():
        at, hops = start, 0
        while at in named and hops < 9:
            at, hops = min(named[at]), hops + 1
        found[lead_id] = start if hops == 9 else at
    return found


def people(company: Company) -> list[Person]:
    """Everybody who asked before as_of, with what is known of them by then."""
    original = originals(company)
    rows = {lead["lead_id"]: lead for lead in company.lead_rows}
    leads_of: dict[str, list[Row]] = defaultdict(list)
    for lead_id, first in original.items():
        leads_of[first].append(rows[lead_id])
    found: list[Person] = []
    for first, leads in leads_of.items():
        lead = rows[first]
        created_at = as_timestamp(lead["created_at"])
        if created_at is None:
            continue
        seller = company.known_seller(lead["owner_id"])
        source = company.lead_source_rows.get(lead["lead_source"])
        source_id = source["lead_source_name"] if source else lead["lead_source"] or UNKNOWN
        members = [TOTAL, ("rep", seller)]
        members += [("team", team) for team in company.teams_of(seller, created_at.date())]
        members += [
            ("region", lead["region_id"] or UNKNOWN),
            ("segment", lead["segment_id"] or UNKNOWN),
            ("lead_source", source_id),
            ("campaign", lead["campaign_id"] or UNKNOWN),
        ]
        person = Person(
            lead,
            leads,
            created_at,
            members,
            channel=source["channel"] if source else "unknown",
            is_web=bool(source and as_boolean(source["is_web"])),
        )
        person.is_qualified = any(is_qualified(company, each) for each in leads)
        disqualified_at = as_timestamp(lead["disqualified_at"])
        person.is_put_aside = (
            disqualified_at < company.as_of
            if disqualified_at
            else (lead["status"] or "").lower() == "disqualified"
        )
        found.append(person)
    _find_customers(company, found)
    return [person for person in found if person.created_at < company.as_of]


def is_qualified(company: Company, lead: Row) -> bool:
    """Whether a lead was qualified or converted by as_of (#40)."""
    instants = [as_timestamp(lead[name]) for name in ("qualified_at", "converted_at")]
    known = [instant for instant in instants if instant]
    if known:
        return min(known) < company.as_of
    return (lead["status"] or "").lower() in ("qualified", "converted")


def first_wins(company: Company) -> dict[str, Deal]:
    """First won deal of each account; credits and contractions make no customer."""
    found: dict[str, Deal] = {}
    for deal in company.closed_deals:
        if not deal.is_won or deal.opportunity_type in company.never_decided or not deal.account_id:
            continue

        def order(each: Deal) -> tuple:
            return each.closed_date, each.closed_at, each.deal_id

        other = found.get(deal.account_id)
        if other is None or order(deal) < order(other):
            found[deal.account_id] = deal
    return found


def _find_customers(company: Company, found: Iterable[Person]) -> None:
    """Which people became customers (#41, F28): an account does so once, by the lead that brought
    the winning deal, else by its first lead."""
    wins = first_wins(company)
    deals = {deal.deal_id: deal for deal in company.deals}
    claims: dict[str, list[tuple]] = defaultdict(list)
    for person in found:
        states: list[bool] = []
        for lead in person.leads:
            converted_at = as_timestamp(lead["converted_at"])
            if converted_at and converted_at >= company.as_of:
                continue
            deal = deals.get(lead["converted_opportunity_id"])
            account = deal.account_id if deal else None
            if account is None:
                account = known_account(company, lead["converted_account_id"])
            if account is None and deal is None:
                continue
            won, win = won_date(company, wins, account, deal)
            since = customer_since(company, account) if account else None
            earlier = [day for day in (won, since) if day and day < person.day]
            person.is_customers |= bool(earlier)
            is_open = deal is None or (not deal.is_closed and not deal.is_deleted)
            states.append(won is None and is_open)
            if won and won >= person.day:
                is_source = bool(win and deal and win.deal_id == deal.deal_id)
                place = account or f"deal {deal.deal_id}"
                claim = (not is_source, person.created_at, person.lead["lead_id"])
                claims[place].append((claim, person, won))
        person.is_undecided = any(states) if states else not person.is_put_aside
    for claimed in claims.values():
        _, person, won = min(claimed, key=lambda each: each[0])
        person.customer_date = min(filter(None, (person.customer_date, won)))
    for person in found:
        if person.customer_date:
            person.is_undecided = False


def known_account(company: Company, account_id: str | None) -> str | None:
    """Account that a lead became, if the table of accounts holds it or there is none (G-6)."""
    if company.accounts and account_id not in company.accounts:
        return None
    return company.surviving(account_id)


def customer_since(company: Company, account: str) -> date | None:
    """Earliest day from which an account, or one merged into it, is called a customer."""
    days = [
        as_date(row["customer_since"])
        for account_id, row in company.accounts.items()
        if company.surviving(account_id) == account
    ]
    return min((day for day in days if day), default=None)


def won_date(
    company: Company, wins: dict[str, Deal], account: str | None, deal: Deal | None
) -> tuple[date | None, Deal | None]:
    """Day on which an account was first won, or a deal of nobody known."""
    if account is not None:
        win = wins.get(account)
        return (win.closed_date, win) if win else (None, None)
    if deal and deal.is_won and deal.closed_date and not deal.is_deleted:
        return deal.closed_date, None
    return None, None


def counted(
    company: Company, each: Iterable[tuple[date, list[tuple[str, str]]]], grains: Iterable[str]
) -> dict[Slot, int]:
    """How many fall into each slot."""
    found: dict[Slot, int] = defaultdict(int)
    for day, members in each:
        for slot in slots(company, day, members, grains):
            found[slot] += 1
    return found


@recomputes("leads_created", "referral_lead_share")
def created(company: Company) -> Values:
    """Distinct genuine leads by the day they came in, and those recommended (#38, #39)."""
    everybody = people(company)
    values: Values = {}
    all_grains = SHORT_GRAINS + LONG_GRAINS
    for slot, number in counted(
        company, ((each.day, each.members) for each in everybody), all_grains
    ).items():
        values[key("leads_created", slot)] = Value(number, None, number, number)
    whole = counted(company, ((each.day, each.members) for each in everybody), RATE_GRAINS)
    part = counted(
        company,
        ((each.day, each.members) for each in everybody if each.channel == "referral"),
        RATE_GRAINS,
    )
    for slot, number in whole.items():
        if slot.dimension in REFERRAL_DIMENSIONS:
            values[key("referral_lead_share", slot)] = Value(
                part[slot], number, ratio(part[slot], number), number, wilson(part[slot], number)
            )
    return values


@recomputes(
    "lead_qualification_rate",
    "lead_to_customer_conversion_rate",
    "lead_to_customer_conversion_rate__period",
)
def conversions(company: Company) -> Values:
    """Leads of a period that were qualified, and that became customers, by now; and the customers
    won in a period over its leads (#40, #41, F20, F28, G25)."""
    everybody = people(company)
    prospects = [each for each in everybody if not each.is_customers]
    values: Values = {}
    for kpi_id, whole, part, still_open in (
        (
            "lead_qualification_rate",
            everybody,
            [each for each in everybody if each.is_qualified],
            [each for each in everybody if not each.is_qualified and not each.is_put_aside],
        ),
        (
            "lead_to_customer_conversion_rate",
            prospects,
            [each for each in prospects if each.customer_date],
            [each for each in prospects if each.is_undecided],
        ),
    ):
        numbers, parts, opens = (
            counted(company, ((each.day, each.members) for each in group), RATE_GRAINS)
            for group in (whole, part, still_open)
        )
        for slot, number in numbers.items():
            values[key(kpi_id, slot)] = Value(
                parts[slot],
                number,
                ratio(parts[slot], number),
                number,
                wilson(parts[slot], number),
                open_share=ratio(opens[slot], number),
            )
    whole = counted(company, ((each.day, each.members) for each in prospects), RATE_GRAINS)
    won = counted(company, customers_won(company, prospects), RATE_GRAINS)
    for slot in whole.keys() | won.keys():
        values[key("lead_to_customer_conversion_rate__period", slot)] = Value(
            won[slot],
            whole[slot],
            ratio(won[slot], whole[slot]),
            whole[slot] + won[slot],
        )
    return values


def customers_won(
    company: Company, prospects: Iterable[Person]
) -> Iterable[tuple[date, list[tuple[str, str]]]]:
    """Days on which leads became customers; with the teams of that day."""
    for each in prospects:
        if each.customer_date:
            seller = dict(each.members)["rep"]
            members = [member for member in each.members if member[0] != "team"]
            members += [("team", team) for team in company.teams_of(seller, each.customer_date)]
            yield each.customer_date, members
