"""What sellers bring, cost and learn: productivity, turnover, commission, ramp and training."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from ..company import Company
from ..employment import ONE_DAY, Job, days, is_away_for_long, people_members, region_of
from ..periods import LONG_GRAINS, period_of
from ..reading import Row, as_boolean, as_date, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots
from .bookings import credits
from .closing_times import survival
from .headcount import average_heads_of
from .quota import plan_amount, quota_versions
from .seller_days import members

YEARS = ("year", "fiscal_year")


def month_of(day: date) -> date:
    """First day of the month of a day."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """First day of the month after that of a day."""
    return month_of(month_of(day) + timedelta(days=31))


def job_on(company: Company, user_id: str, day: date) -> Job | None:
    """What somebody was employed as on a day."""
    jobs = company.jobs_of.get(user_id, ())
    return next((job for job in jobs if job.start <= day < job.end), None)


def is_seller(company: Company, user_id: str, day: date) -> bool:
    """Whether somebody carried a quota on a day."""
    job = job_on(company, user_id, day)
    return job is not None and job.is_quota_carrying


def first_deal_day(company: Company) -> date | None:
    """Day from which deals are covered."""
    return company.covered_from("opportunities")


# Productivity


def sold(company: Company) -> dict[Slot, list[Decimal | None]]:
    """Amounts credited to sellers with a quota on the day of the close."""
    found: dict[Slot, list[Decimal | None]] = defaultdict(list)
    for deal in company.closed_deals:
        if not deal.is_won:
            continue
        amount = company.closing_amount(deal)
        for user, share in credits(company, deal).items():
            if is_seller(company, user, deal.closed_date):
                places = members(company, user, deal.closed_date)
                for slot in slots(company, deal.closed_date, places, LONG_GRAINS):
                    found[slot].append(None if amount is None else amount * share)
    return found


@recomputes("rep_productivity")
def rep_productivity(company: Company) -> Values:
    """Credited bookings over months of full-time sellers, long leaves left out, each day a share
    of its own month (#74); the sample is the sellers of each month."""
    fte: dict[Slot, Fraction] = defaultdict(Fraction)
    people: dict[Slot, set[tuple[str, date]]] = defaultdict(set)
    first = first_deal_day(company)
    for job in company.jobs if first else ():
        if not job.is_quota_carrying:
            continue
        for day in days(max(job.start, first), min(job.end, company.snapshot_day)):
            if is_away_for_long(company, job, day):
                continue
            length = (next_month(day) - month_of(day)).days
            for slot in slots(company, day, members(company, job.user_id, day), LONG_GRAINS):
                fte[slot] += Fraction(job.fte) / length
                people[slot].add((job.user_id, month_of(day)))
    amounts = sold(company)
    values: Values = {}
    for slot in fte.keys() | amounts.keys():
        known = [each for each in amounts.get(slot, ()) if each is not None]
        booked = None if amounts.get(slot) and not known else sum(known, Decimal(0))
        months = float(fte[slot])
        value = ratio(booked, months)
        values[key("rep_productivity", slot)] = Value(booked, months, value, len(people[slot]))
    return values


# Turnover


def spells(
    company: Company,
) -> Iterator[tuple[str, tuple[str, str], list[tuple[date, date, bool]]]]:
    """Of everybody and every slice the runs of days there, and whether they end in sales."""
    for user_id, jobs in company.jobs_of.items():
        by_member: dict[tuple[str, str], list[tuple[date, bool]]] = defaultdict(list)
        for job in jobs:
            is_sales = job.department in (None, "sales")
            # Who is to come back soon has not left.
            last = min(job.end, company.snapshot_day + timedelta(days=60))
            for day in days(max(job.start, date(1990, 1, 1)), last):
                for member in people_members(company, user_id, day):
                    if is_sales or member[0] != "team":
                        by_member[member].append((day, is_sales))
        for member, there in by_member.items():
            runs: list[list] = []
            for day, is_sales in sorted(there):
                if runs and (day - runs[-1][1]).days == 1:
                    runs[-1][1:] = [day, is_sales]
                else:
                    runs.append([day, day, is_sales])
            yield user_id, member, [tuple(run) for run in runs]


@recomputes(
    "sales_team_turnover", "sales_team_turnover__voluntary", "sales_team_turnover__annualised"
)
def turnover(company: Company) -> Values:
    """Employees of sales whose last day lies in the period over the average full-time equivalents
    of sales (#75, G26, F52); who comes back within rehire_days has not left."""
    rehire = int(company.number("rehire_days"))
    left: dict[Slot, list[bool]] = defaultdict(list)
    for user_id, member, runs in spells(company):
        last_of_all = max(job.end for job in company.jobs_of[user_id])
        why = (company.users.get(user_id) or Row())["termination_type"]
        for number, (_, last, is_sales) in enumerate(runs):
            gone = last + ONE_DAY
            if gone > company.snapshot_day or not is_sales:
                continue
            if number + 1 < len(runs) and (runs[number + 1][0] - gone).days <= rehire:
                continue
            wanted = (why or "").lower() == "voluntary" and gone == last_of_all
            for slot in slots(company, last, [member], LONG_GRAINS):
                left[slot].append(wanted)
    values: Values = {}
    covered = first_deal_day(company)
    if covered is None:
        return values
    earliest = covered - timedelta(days=366)
    for slot, (fte, people) in average_heads_of(company, "sales", earliest).items():
        period = period_of(slot.start, slot.grain, company.fiscal_year_start_month)
        elapsed = (min(period.end, company.snapshot_day) - period.start).days
        year = (date(slot.start.year + 1, 1, 1) - date(slot.start.year, 1, 1)).days
        if slot.grain in YEARS:
            year = (period.end - period.start).days
        gone = left.get(slot, [])
        for kpi_id, count in (
            ("sales_team_turnover", len(gone)),
            ("sales_team_turnover__voluntary", sum(gone)),
            ("sales_team_turnover__annualised", len(gone) * year / elapsed),
        ):
            values[key(kpi_id, slot)] = Value(count, fte, ratio(count, fte), people)
    return values


# Commission


@recomputes("effective_commission_rate")
def commission_rate(company: Company) -> Values:
    """Variable pay over what was credited in the month to those whose pay is known (#78)."""
    paid: dict[Slot, list[Decimal | None]] = defaultdict(list)
    booked: dict[Slot, list[Decimal | None]] = defaultdict(list)
    months: set[tuple[str, date]] = set()
    for row in company.pay_rows:
        month = month_of(as_date(row["period_start"]))
        if as_date(row["period_start"]) >= company.snapshot_day:
            continue
        user = company.known_seller(row["user_id"])
        months.add((user, month))
        if row["component"].lower() not in ("commission", "bonus", "spiff"):
            continue
        currency = (row["currency"] or company.corporate_currency).upper()
        amount = company.convert(as_decimal(row["amount"]), company.spot_rate(currency, month))
        day = next(
            (
                each
                for each in days(month, next_month(month))
                if company.team_of(user, each) != "-1"
            ),
            month,
        )
        for slot in slots(company, day, members(company, user, day), LONG_GRAINS):
            paid[slot].append(amount)
    for deal in company.closed_deals:
        amount = company.closing_amount(deal)
        for user, share in credits(company, deal).items() if deal.is_won else ():
            if (user, month_of(deal.closed_date)) not in months:
                continue
            places = members(company, user, deal.closed_date)
            for slot in slots(company, deal.closed_date, places, LONG_GRAINS):
                booked[slot].append(None if amount is None else amount * share)
    values: Values = {}
    for slot in paid.keys() | booked.keys():
        sums = []
        for amounts in (paid.get(slot, []), booked.get(slot, [])):
            known = [each for each in amounts if each is not None]
            sums.append(None if amounts and not known else sum(known, Decimal(0)))
        number = len(paid.get(slot, ())) + len(booked.get(slot, ()))
        values[key("effective_commission_rate", slot)] = Value(*sums, ratio(*sums), number)
    return values


# Ramp


def new_sellers(company: Company) -> Iterator[tuple[str, date]]:
    """Sellers hired since deals are covered into a job with a quota, and the day (#76)."""
    covered = first_deal_day(company)
    for user_id, jobs in company.jobs_of.items():
        first = min(jobs, key=lambda job: job.start)
        hired = as_date((company.users.get(user_id) or Row())["hire_date"]) or first.start
        hired = min(hired, first.start)
        if first.is_quota_carrying and covered and covered <= hired < company.snapshot_day:
            yield user_id, hired


def selling_months(company: Company, user_id: str) -> list[date]:
    """Whole months on whose first working day somebody sold, long leaves left out (F36)."""
    country = (company.users.get(user_id) or Row())["country"]
    found: list[date] = []
    month = month_of(min(job.start for job in company.jobs_of[user_id]))
    while next_month(month) <= company.snapshot_day:
        for day in days(month, next_month(month)):
            is_open = company.calendar.get((country, day))
            if is_open or (is_open is None and day.weekday() < 5):
                job = job_on(company, user_id, day)
                if job and job.is_quota_carrying and not is_away_for_long(company, job, day):
                    found.append(month)
                break
        month = next_month(month)
    return found


def full_quota(company: Company, user_id: str, month: date) -> Fraction | None:
    """Full quota of a month at the plan rate: of the version that holds, or the next one (F36)."""
    choices = []
    for version in quota_versions(company):
        row = version.row
        scopes = ("product_family_id", "region_id", "segment_id", "pipeline_id")
        if version.user_id != user_id or any(row[scope] for scope in scopes):
            continue
        amount = as_decimal(row["amount"])
        measure = company.parameters["quota_measure"]
        if as_boolean(row["is_ramp"]) or amount <= 0 or (row["measure"] or measure) != measure:
            continue
        start = max(version.start, version.since)
        end = min(version.end, version.until or version.end)
        if not month < end or start >= end:
            continue
        length = (version.end - version.start).days
        order = (max(start, month), length, -start.toordinal(), -amount)
        choices.append((order, version, amount, row))
    if not choices:
        return None
    _, version, amount, row = min(choices, key=lambda each: each[0])
    currency = row["currency"] or company.corporate_currency
    plan = company.convert(amount, company.plan_rate(currency, version.start))
    start, end = version.start, version.end
    months = max(1, (end.year - start.year) * 12 + end.month - start.month)
    return None if plan is None else Fraction(plan) / months


def ramp(company: Company, user_id: str) -> tuple[int, bool]:
    """Months a new seller took, or has had so far, and whether the seller is ramped (#76)."""
    threshold = Fraction(company.number("ramp_threshold"))
    booked: dict[date, Fraction] = defaultdict(Fraction)
    for deal in company.closed_deals:
        amount = plan_amount(company, deal) if deal.is_won else None
        if amount is not None and user_id in (shares := credits(company, deal)):
            booked[month_of(deal.closed_date)] += Fraction(amount * shares[user_id])
    months = selling_months(company, user_id)
    for number in range(3, len(months) + 1):
        last_three = sum(booked[month] for month in months[number - 3 : number])
        quota = full_quota(company, user_id, months[number - 1])
        if quota is not None and last_three >= 3 * threshold * quota:
            return number, True
    return len(months), False


@recomputes("ramp_time")
def ramp_time(company: Company) -> Values:
    """Kaplan-Meier median of the months from hire to full quota, by the year of the hire (#76)."""
    groups: dict[Slot, list[tuple[int, bool, bool]]] = defaultdict(list)
    still: dict[Slot, int] = defaultdict(int)
    for user_id, hired in new_sellers(company):
        months, is_ramped = ramp(company, user_id)
        first = min(job.start for job in company.jobs_of[user_id])
        team = company.team_of(user_id, first)
        places = [TOTAL, ("region", region_of(company, user_id))]
        places += [("team", each) for each in company.team_and_above(team, hired)]
        has_left = max(job.end for job in company.jobs_of[user_id]) <= company.snapshot_day
        for slot in slots(company, hired, places, YEARS):
            groups[slot].append((months, is_ramped, False))
            still[slot] += not is_ramped and not has_left
    values: Values = {}
    for slot, group in groups.items():
        median, _ = survival(group, 0)
        values[key("ramp_time", slot)] = Value(
            None, None, median, len(group), open_share=still[slot] / len(group)
        )
    return values


# Training


def completions(company: Company) -> set[tuple[str, str, date]]:
    """Who completed which course on which day; sessions with a coach are none (#77)."""
    found: set[tuple[str, str, date]] = set()
    for row in company.training_rows:
        at, began = as_timestamp(row["completed_at"]), as_timestamp(row["started_at"])
        if at and at < company.as_of and not (began and began >= company.as_of):
            if not row["coach_id"]:
                course = row["course"] or (row["skill"] or "").lower() or "Unknown"
                found.add((company.known_seller(row["user_id"]), course, at.date()))
    return found


@recomputes("training_effectiveness_lift")
def training_lift(company: Company) -> Values:
    """Change of the win rate of the trained less that of their peers, by course (#77)."""
    window = timedelta(days=int(company.number("training_window_days")))
    covered, done = first_deal_day(company), completions(company)
    found: dict[tuple[Slot, str], dict[tuple[bool, bool], list[int]]] = {}
    decided: dict[str, list] = defaultdict(list)
    for deal in company.decided_deals:
        decided[company.closing_owner(deal)].append(deal)
    for course, day in sorted({(course, day) for _, course, day in done}):
        if not covered or day - window < covered or day + window > company.snapshot_day:
            continue
        for user_id in company.jobs_of:
            if not is_seller(company, user_id, day):
                continue
            is_trained = (user_id, course, day) in done
            before = {at for user, name, at in done if (user, name) == (user_id, course)}
            if not is_trained and any(at < day + window for at in before):
                continue
            for deal in decided[user_id]:
                if not day - window <= deal.closed_date < day + window:
                    continue
                cell = is_trained, deal.closed_date >= day
                for slot in slots(company, day, people_members(company, user_id, day), LONG_GRAINS):
                    counts = found.setdefault((slot, course), defaultdict(lambda: [0, 0]))
                    counts[cell][0] += deal.is_won
                    counts[cell][1] += 1
    return dict(_lifts(found.items()))


def _lifts(found: Iterable) -> Iterator[tuple]:
    cells = [(True, False), (True, True), (False, False), (False, True)]
    for (slot, course), counts in found:
        sizes = [counts[cell][1] for cell in cells]
        if not all(sizes):
            yield key("training_effectiveness_lift", slot, course), Value(None, None, None, 0)
            continue
        rates = [counts[cell][0] / counts[cell][1] for cell in cells]
        lift = (rates[1] - rates[0]) - (rates[3] - rates[2])
        shares = [(counts[cell][0] + 1) / (counts[cell][1] + 2) for cell in cells]
        spread = sum(
            share * (1 - share) / (size + 2) for share, size in zip(shares, sizes, strict=True)
        )
        margin = 1.959964 * math.sqrt(spread)
        yield (
            key("training_effectiveness_lift", slot, course),
            Value(None, None, lift, min(sizes), (lift - margin, lift + margin)),
        )
