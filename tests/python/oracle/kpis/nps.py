"""Net promoter score and its margin of error."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS, SHORT_GRAINS, Period, period_of
from ..reading import as_boolean, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import SHORT_DIMENSIONS, TOTAL, Interval, Slot, Value, Values, Z, key, ratio

KPI_OF_SURVEY = {"nps_relationship": "nps", "nps_transactional": "nps__transactional"}


@dataclass(frozen=True)
class Answer:
    """A valid answer to one of the two surveys."""

    response_id: str
    kpi_id: str
    respondent: str
    responded_at: datetime
    score: int
    dimension: str | None
    members: tuple[tuple[str, str], ...]

    @property
    def day(self) -> date:
        """Business date of the answer."""
        return self.responded_at.date()


def answers(company: Company) -> list[Answer]:
    """Answers with a whole score from 0 to 10 (#94); an unsigned one is a person of its own (F39),
    and merged contacts are one person (G-20). The seller is the one the survey is about, else the
    owner of the account, with the team of the day of the answer."""
    found: list[Answer] = []
    for row in company.survey_rows:
        kpi_id = KPI_OF_SURVEY.get(row["survey_type"])
        score, at = as_decimal(row["score"]), as_timestamp(row["responded_at"])
        if kpi_id is None or score is None or at is None or as_boolean(row["is_test"]):
            continue
        if score != int(score) or not 0 <= score <= 10 or at >= company.as_of:
            continue
        if company.is_test_account(row["account_id"]):
            continue
        account = company.surviving(row["account_id"])
        seller = row["user_id"] or company.account_value(account, "owner_id")
        members = [TOTAL, ("rep", seller)]
        members += [("team", team) for team in company.teams_of(seller, at.date())]
        for column in ("region", "segment"):
            members.append((column, company.account_value(account, f"{column}_id") or UNKNOWN))
        respondent = company.person(row["contact_id"]) or f"answer {row['response_id']}"
        found.append(
            Answer(
                row["response_id"],
                kpi_id,
                respondent,
                at,
                int(score),
                row["dimension"],
                tuple(members),
            )
        )
    # The whole of an answer is heard before its parts, those in the order of their names.
    found.sort(key=lambda answer: (answer.dimension is not None, answer.dimension or ""))
    return found


def margin(promoters: float, detractors: float, answered: float) -> float:
    """Half the width of the 95 % interval, in points (#95)."""
    up, down = promoters / answered, detractors / answered
    return 100 * Z * math.sqrt(max(up + down - (up - down) ** 2, 0) / answered)


def interval(company: Company, promoters: int, detractors: int, answered: int) -> Interval:
    """95 % interval of the score, adjusted Wald below a hundred answers (#95, F20, F31)."""
    up, down, total = float(promoters), float(detractors), float(answered)
    if answered < company.number("small_sample_wald_below"):
        up, down, total = promoters + 0.75, detractors + 0.75, answered + 3.0
    centre, half = 100 * (up - down) / total, margin(up, down, total)
    return centre - half, centre + half


@recomputes("nps", "nps__transactional", "nps_margin_of_error", "nps_margin_of_error__wald")
def scores(company: Company) -> Values:
    """100 x (promoters - detractors) / answers, of the latest answer of each person in the
    period at each grain (#94, F39); with the margin of error, adjusted Wald below a hundred
    answers (#95, F31)."""
    latest: dict[tuple[str, Period, str], Answer] = {}
    for answer in answers(company):
        for grain in SHORT_GRAINS + LONG_GRAINS:
            period = period_of(answer.day, grain, company.fiscal_year_start_month)
            slot = (answer.kpi_id, period, answer.respondent)
            other = latest.get(slot)
            if other is None or (answer.responded_at, answer.response_id) > (
                other.responded_at,
                other.response_id,
            ):
                latest[slot] = answer
    counts: dict[tuple[str, Slot], list[int]] = defaultdict(lambda: [0, 0, 0])
    for (kpi_id, period, _), answer in latest.items():
        for dimension, member in answer.members:
            if period.grain in SHORT_GRAINS and dimension not in SHORT_DIMENSIONS:
                continue
            count = counts[kpi_id, Slot(period.grain, period.start, dimension, member)]
            count[0] += answer.score >= 9
            count[1] += answer.score <= 6
            count[2] += 1
    values: Values = {}
    for (kpi_id, slot), (promoters, detractors, answered) in counts.items():
        numerator = 100 * (promoters - detractors)
        values[key(kpi_id, slot)] = Value(
            numerator,
            answered,
            ratio(numerator, answered),
            answered,
            interval(company, promoters, detractors, answered) if kpi_id == "nps" else None,
        )
        if kpi_id == "nps" and slot.grain in LONG_GRAINS:
            wald = margin(promoters, detractors, answered)
            adjusted = wald
            if answered < company.number("small_sample_wald_below"):
                adjusted = margin(promoters + 0.75, detractors + 0.75, answered + 3)
            values[key("nps_margin_of_error", slot)] = Value(None, None, adjusted, answered)
            values[key("nps_margin_of_error__wald", slot)] = Value(None, None, wald, answered)
    return values
