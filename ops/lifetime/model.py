"""BG/NBD and Gamma-Gamma: how often customers will buy, and for how much.

Fader, Hardie and Lee, "Counting Your Customers" the Easy Way (2005), and Fader and Hardie, The
Gamma-Gamma Model of Monetary Value (2013), fitted by maximum likelihood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, hyp2f1

FEWEST = 20
"""Customers with a repeat purchase below which nothing is fitted."""
LOWEST, HIGHEST = -12.0, 12.0
"""Where the logarithms of the parameters are looked for."""


@dataclass(frozen=True)
class Customers:
    """What is known of each customer: repeat purchase days, time from the first to the last
    purchase, time from the first purchase to today, and mean value of a repeat purchase (0 where
    there is none)."""

    repeats: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    mean_value: np.ndarray

    def __post_init__(self) -> None:
        """Raise ValueError for what no customer can be."""
        if np.any(self.recency > self.age) or np.any(self.recency < 0):
            raise ValueError("a last purchase must lie between the first and today")
        if np.any((self.repeats == 0) != (self.recency == 0)):
            raise ValueError("a customer has come back exactly where time passed until the last")


@dataclass(frozen=True)
class Purchases:
    """BG/NBD: purchases at a rate that is Gamma(r, alpha) among customers, each of which may be the
    last with a chance that is Beta(a, b) among them."""

    r: float
    alpha: float
    a: float
    b: float

    def log_likelihood(self, customers: Customers) -> float:
        """Logarithm of the likelihood of what customers did."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        x, recency, age = customers.repeats, customers.recency, customers.age
        shared = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        shared += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        alive = -(r + x) * np.log(alpha + age)
        left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + recency)
        both = np.where(x > 0, np.logaddexp(alive, left), alive)
        return float(np.sum(shared + both))

    def expected(self, customers: Customers, horizon: float) -> np.ndarray:
        """Purchases expected of each customer within a time from today; not a number where a is 1,
        at which the formula has no value."""
        r, alpha, a, b = self.r, self.alpha, self.a, self.b
        x, recency, age = customers.repeats, customers.recency, customers.age
        if a == 1:
            return np.full(len(x), np.nan)
        later = alpha + age + horizon
        stays = 1 - ((alpha + age) / later) ** (r + x) * hyp2f1(
            r + x, b + x, a + b + x - 1, horizon / later
        )
        ratio = ((alpha + age) / (alpha + recency)) ** (r + x)
        gone = np.where(x > 0, a / (b + np.maximum(x, 1) - 1) * ratio, 0)
        return (a + b + x - 1) / (a - 1) * stays / (1 + gone)


@dataclass(frozen=True)
class Values:
    """Gamma-Gamma: values of purchases that are Gamma(p, nu) of a customer, whose nu is
    Gamma(q, gamma) among customers."""

    p: float
    q: float
    gamma: float

    def log_likelihood(self, customers: Customers) -> float:
        """Logarithm of the likelihood of the mean values of those who came back."""
        p, q, gamma = self.p, self.q, self.gamma
        is_back = customers.repeats > 0
        x, mean = customers.repeats[is_back], customers.mean_value[is_back]
        return float(
            np.sum(
                gammaln(p * x + q)
                - gammaln(p * x)
                - gammaln(q)
                + q * np.log(gamma)
                + (p * x - 1) * np.log(mean)
                + p * x * np.log(x)
                - (p * x + q) * np.log(x * mean + gamma)
            )
        )

    def expected(self, customers: Customers) -> np.ndarray:
        """Value expected of a purchase of each customer; not a number for those who never came back
        where q is 1 or less, since the values of all customers have no mean then."""
        p, q, gamma = self.p, self.q, self.gamma
        x, mean = customers.repeats, customers.mean_value
        if q <= 1:
            x = np.where(x == 0, np.nan, x)
        return p * (gamma + x * mean) / (p * x + q - 1)


def fit_purchases(customers: Customers) -> Purchases:
    """The likeliest BG/NBD model of customers.

    Raises ValueError, in one sentence, where too few came back or nothing likeliest is found.
    """
    _check(customers)
    scale = float(np.max(customers.age))
    scaled = Customers(
        customers.repeats, customers.recency / scale, customers.age / scale, customers.mean_value
    )
    found = _likeliest(lambda values: Purchases(*values).log_likelihood(scaled), 4)
    return Purchases(found[0], found[1] * scale, found[2], found[3])


def fit_values(customers: Customers) -> Values:
    """The likeliest Gamma-Gamma model of the values of customers who came back.

    Raises ValueError, in one sentence, where too few came back or nothing likeliest is found.
    """
    _check(customers)
    scale = float(np.mean(customers.mean_value[customers.repeats > 0]))
    scaled = Customers(
        customers.repeats, customers.recency, customers.age, customers.mean_value / scale
    )
    found = _likeliest(lambda values: Values(*values).log_likelihood(scaled), 3)
    return Values(found[0], found[1], found[2] * scale)


def discounted_purchases(
    purchases: Purchases, customers: Customers, horizon: float, yearly_rate: float, steps: int = 12
) -> np.ndarray:
    """Purchases expected within a number of days, each worth less the later it comes: a step of the
    horizon is discounted to its middle."""
    total = np.zeros(len(customers.repeats))
    before = np.zeros(len(customers.repeats))
    for step in range(1, steps + 1):
        until = horizon * step / steps
        so_far = purchases.expected(customers, until)
        middle = horizon * (step - 0.5) / steps
        total += (so_far - before) / (1 + yearly_rate) ** (middle / 365)
        before = so_far
    return total


def _check(customers: Customers) -> None:
    count = int(np.sum(customers.repeats > 0))
    if count < FEWEST:
        raise ValueError(f"{count} customers bought again; a model needs {FEWEST}")


def _likeliest(log_likelihood, count: int) -> np.ndarray:
    """Parameters above zero of the greatest likelihood, looked for from three starts."""

    def loss(logarithms: np.ndarray) -> float:
        value = log_likelihood(np.exp(logarithms))
        return -value if np.isfinite(value) else 1e12

    tries = [
        minimize(
            loss,
            np.full(count, start),
            method="L-BFGS-B",
            bounds=[(LOWEST, HIGHEST)] * count,
            options={"maxiter": 2000, "ftol": 1e-13},
        )
        for start in (0.0, -1.0, 1.0)
    ]
    best = min(tries, key=lambda each: each.fun)
    best = minimize(
        loss, best.x, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-7, "fatol": 1e-9}
    )
    if not np.isfinite(best.fun) or best.fun >= 1e12:
        raise ValueError("no likeliest model of these purchases was found")
    return np.exp(best.x)
