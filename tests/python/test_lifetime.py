"""The model of purchases gives the published figures of CDNOW, whose customers it was made for."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import numpy as np
import pytest
from typer.testing import CliRunner

from ops.lifetime.model import (
    Customers,
    Purchases,
    Values,
    discounted_purchases,
    fit_purchases,
    fit_values,
)
from ops.lifetime.predict import COLUMNS, MODEL_VERSION, app, score

PUBLISHED = Purchases(0.243, 4.414, 0.793, 2.426)
"""Fader, Hardie and Lee (2005), table 2."""


@pytest.fixture(scope="module")
def cdnow() -> Customers:
    """2,357 customers of CDNOW: repeat purchases, weeks and mean amounts (Fader and Hardie)."""
    with (Path(__file__).parent / "data" / "cdnow.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Customers(
        *(np.array([float(row[name]) for row in rows]) for name in ("x", "t_x", "T", "zbar"))
    )


def one(repeats: float, recency: float, age: float, mean: float = 0.0) -> Customers:
    """A single customer."""
    return Customers(*(np.array([each]) for each in (repeats, recency, age, mean)))


def test_purchases_are_fitted_as_published(cdnow: Customers) -> None:
    """r 0.243, alpha 4.414, a 0.793, b 2.426 at a log-likelihood of -9,582.4."""
    fitted = fit_purchases(cdnow)
    assert fitted.r == pytest.approx(0.243, abs=0.001)
    assert fitted.alpha == pytest.approx(4.414, abs=0.002)
    assert fitted.a == pytest.approx(0.793, abs=0.002)
    assert fitted.b == pytest.approx(2.426, abs=0.004)
    assert fitted.log_likelihood(cdnow) == pytest.approx(-9582.4, abs=0.05)


def test_values_are_fitted_as_published(cdnow: Customers) -> None:
    """p 6.25, q 3.74, gamma 15.44 (Fader and Hardie 2013)."""
    fitted = fit_values(cdnow)
    assert fitted.p == pytest.approx(6.25, abs=0.01)
    assert fitted.q == pytest.approx(3.74, abs=0.01)
    assert fitted.gamma == pytest.approx(15.44, abs=0.02)


def test_expected_purchases_are_the_published_ones() -> None:
    """2 repeats, the last in week 30.43 of 38.86: 1.226 within 39 weeks."""
    expected = PUBLISHED.expected(one(2, 30.43, 38.86), 39)
    assert expected[0] == pytest.approx(1.2260, abs=0.001)


def test_values_of_those_who_never_came_back_are_the_mean_of_all() -> None:
    """p gamma / (q - 1); no number where the values of all have no mean."""
    assert Values(6.25, 3.74, 15.44).expected(one(0, 0, 10))[0] == pytest.approx(
        6.25 * 15.44 / 2.74
    )
    assert np.isnan(Values(6.25, 1.0, 15.44).expected(one(0, 0, 10))[0])
    assert np.isfinite(Values(6.25, 1.0, 15.44).expected(one(2, 5, 10, 30.0))[0])


def test_purchases_have_no_number_where_the_formula_has_none() -> None:
    """At a = 1 the formula divides by nothing."""
    assert np.isnan(Purchases(0.2, 4.0, 1.0, 2.4).expected(one(2, 30, 38), 39)[0])


def test_later_purchases_are_worth_less() -> None:
    """A rate of nothing leaves them as they are; a tenth a year takes about a twentieth."""
    customer = one(2, 30.43, 38.86)
    whole = PUBLISHED.expected(customer, 365)[0]
    assert discounted_purchases(PUBLISHED, customer, 365, 0.0)[0] == pytest.approx(whole)
    assert 0.9 * whole < discounted_purchases(PUBLISHED, customer, 365, 0.1)[0] < whole


def test_too_few_customers_make_no_model() -> None:
    """The reason says how many there are and how many it takes."""
    few = Customers(*map(np.array, FEW))
    with pytest.raises(ValueError, match="1 customers bought again; a model needs 20"):
        score(few, 365, 0.1)


FEW = ([1.0, 0.0], [5.0, 0.0], [10.0, 10.0], [30.0, 0.0])


def test_customers_who_cannot_be_are_refused() -> None:
    """A last purchase after today, or a way back on the first day."""
    with pytest.raises(ValueError, match="between the first and today"):
        one(2, 11, 10)
    with pytest.raises(ValueError, match="come back"):
        one(2, 0, 10)


def built(path: Path, customers: int) -> Path:
    """A built file with so many customers who came back, and one who did not."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema marts;
            create table marts.dim_settings as
            select 365 as clv_horizon_days, 0.1 as clv_discount_rate,
                timestamp '2026-07-01 02:00:00' as as_of;
            create table marts.fct_customer_orders (account_id varchar, repeat_days bigint,
                recency_days bigint, age_days bigint, mean_repeat_amount double);
            insert into marts.fct_customer_orders values ('never', 0, 0, 300, null);
            """
        )
        connection.executemany(
            "insert into marts.fct_customer_orders values (?, ?, ?, ?, ?)",
            [
                (f"c{number}", 1 + number % 5, 60 + 9 * number % 200, 300 + number, 50.0 + number)
                for number in range(customers)
            ],
        )
    return path


def test_the_command_writes_a_row_for_every_company(tmp_path: Path) -> None:
    """With the version of the model, and the end of the data as the time of the prediction."""
    target = tmp_path / "raw" / "clv_predictions.csv"
    database = built(tmp_path / "built.duckdb", 30)
    result = CliRunner().invoke(app, ["--to", str(target), "--database", str(database)])
    assert result.exit_code == 0, result.output
    with target.open(encoding="utf-8") as file:
        rows = {row["account_id"]: row for row in csv.DictReader(file)}
    assert tuple(rows["never"]) == COLUMNS
    assert len(rows) == 31
    assert rows["c4"]["model_version"] == MODEL_VERSION
    assert rows["c4"]["made_at"] == "2026-07-01 02:00:00"
    assert all(float(row["expected_value"]) >= 0 for row in rows.values())


def test_the_command_says_why_it_predicts_nothing(tmp_path: Path) -> None:
    """Too few companies, or no built file: one sentence, and no file is written."""
    target = tmp_path / "clv_predictions.csv"
    database = built(tmp_path / "built.duckdb", 3)
    result = CliRunner().invoke(app, ["--to", str(target), "--database", str(database)])
    assert result.exit_code == 1
    assert "No prediction: 3 customers bought again; a model needs 20." in result.output
    absent = CliRunner().invoke(app, ["--to", str(target), "--database", str(tmp_path / "no")])
    assert absent.exit_code == 1
    assert "does not exist" in absent.output
    assert not target.exists()
