"""Customer satisfaction and the quality of service."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from statistics import fmean
from typing import NamedTuple

from ..company import UNKNOWN, Company
from ..periods import LONG_GRAINS, SHORT_GRAINS
from ..reading import as_boolean, as_decimal, as_timestamp
from ..registry import recomputes
from ..values import TOTAL, Slot, Value, Values, key, ratio, slots, wilson

SATISFIED = 0.75
"""Where the upper quarter of a scale begins (#93)."""


class Rating(NamedTuple):
    """A score within its scale, from 0 to 1, and what was expected."""

    day: date
    aspect: str | None
    share: float
    expected: float | None
    members: list[tuple[str, str]]


def ratings(company: Company, survey_type: str) -> Iterator[Rating]:
    """Valid scores of a kind of survey before as_of; who answered about a seller counts for the
    seller, else for the owner of the company (#93, #96)."""
    for row in company.survey_rows:
        at = as_timestamp(row["responded_at"])
        score, low, high = (as_decimal(row[name]) for name in ("score", "scale_min", "scale_max"))
        if (row["survey_type"] or "").lower() != survey_type or None in (at, score, low, high):
            continue
        if as_boolean(row["is_test"]) or company.is_test_account(row["account_id"]):
            continue
        if at >= company.as_of or not low <= score <= high or low == high:
            continue
        account = company.surviving(row["account_id"])
        seller = row["user_id"] or company.account_value(account, "owner_id")
        members = [TOTAL, ("rep", seller)]
        members += [("team", team) for team in company.teams_of(seller, at.date())]
        for name in ("region", "segment"):
            members.append((name, company.account_value(account, f"{name}_id") or UNKNOWN))
        wish = as_decimal(row["expectation_score"])
        if wish is not None and not low <= wish <= high:
            wish = None
        yield Rating(
            at.date(),
            row["dimension"],
            float((score - low) / (high - low)),
            None if wish is None else float((wish - low) / (high - low)),
            members,
        )


@recomputes("csat")
def csat(company: Company) -> Values:
    """Answers on the whole in the upper quarter of their scale over all of them (#93)."""
    counts: dict[Slot, list[int]] = defaultdict(lambda: [0, 0])
    for rating in ratings(company, "csat"):
        if rating.aspect is None:
            for slot in slots(company, rating.day, rating.members, SHORT_GRAINS + LONG_GRAINS):
                counts[slot][0] += rating.share >= SATISFIED
                counts[slot][1] += 1
    return {
        key("csat", slot): Value(
            satisfied, answers, ratio(satisfied, answers), answers, wilson(satisfied, answers)
        )
        for slot, (satisfied, answers) in counts.items()
    }


@recomputes("service_quality_rating", "service_quality_rating__gap")
def service_quality(company: Company) -> Values:
    """Mean of the means of the aspects, and how far they are from what was expected (#96)."""
    rated: dict[Slot, dict[str, list[Rating]]] = defaultdict(lambda: defaultdict(list))
    for rating in ratings(company, "service_quality"):
        for slot in slots(company, rating.day, rating.members, LONG_GRAINS):
            rated[slot][rating.aspect or "overall"].append(rating)
    values: Values = {}
    for slot, aspects in rated.items():
        for part in ("all", *aspects):
            chosen = list(aspects.values()) if part == "all" else [aspects[part]]
            compared = [[each for each in own if each.expected is not None] for own in chosen]
            gaps = [
                fmean(4 * (each.share - each.expected) for each in own) for own in compared if own
            ]
            values[key("service_quality_rating", slot, part)] = Value(
                None,
                None,
                fmean(100 * fmean(each.share for each in own) for own in chosen),
                sum(len(own) for own in chosen),
            )
            values[key("service_quality_rating__gap", slot, part)] = Value(
                None, None, fmean(gaps) if gaps else None, sum(len(own) for own in compared)
            )
    return values
