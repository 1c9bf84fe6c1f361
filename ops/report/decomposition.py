"""Divides the change of a product of levers among its levers, so that the parts add up exactly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations


@dataclass(frozen=True)
class Lever:
    """A factor of a product before and after; a divisor has the exponent -1."""

    label: str
    before: float
    after: float
    exponent: int = 1
    unit: str = "count"


def product(levers: Sequence[Lever], is_after: Sequence[bool]) -> float:
    """The product of the levers, each before or after; a divisor of zero raises."""
    result = 1.0
    for lever, after in zip(levers, is_after, strict=True):
        result *= (lever.after if after else lever.before) ** lever.exponent
    return result


def effects(levers: Sequence[Lever]) -> list[float] | None:
    """What each lever did to the product; None where a divisor is zero.

    Positive levers get the logarithmic mean of the two products times the logarithm of their own
    change, so the order of the levers does not matter; where a lever is zero or negative, which
    has no logarithm, each gets the mean of what it does over every order (Shapley).
    """
    if any(lever.exponent < 0 and 0 in (lever.before, lever.after) for lever in levers):
        return None
    if all(lever.before > 0 and lever.after > 0 for lever in levers):
        weight = logarithmic_mean(
            product(levers, [True] * len(levers)), product(levers, [False] * len(levers))
        )
        return [weight * lever.exponent * math.log(lever.after / lever.before) for lever in levers]
    return shapley(levers)


def logarithmic_mean(first: float, second: float) -> float:
    """The logarithmic mean of two positive numbers; of equal ones that number."""
    if math.isclose(first, second, rel_tol=1e-12):
        return first
    return (first - second) / math.log(first / second)


def shapley(levers: Sequence[Lever]) -> list[float]:
    """The mean, over every order of moving the levers, of what each one does."""
    orders = list(permutations(range(len(levers))))
    totals = [0.0] * len(levers)
    for order in orders:
        moved = [False] * len(levers)
        for index in order:
            before = product(levers, moved)
            moved[index] = True
            totals[index] += product(levers, moved) - before
    return [total / len(orders) for total in totals]
