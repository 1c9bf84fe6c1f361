"""Command line: python -m ops predict writes what customers without a contract will buy."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import duckdb
import numpy as np
import typer

from ops.lifetime.model import Customers, discounted_purchases, fit_purchases, fit_values
from ops.warehouse import PUBLISHED_DATABASE, WarehouseError, open_read_only, stop

MODEL_VERSION = "bg_nbd_gamma_gamma_1"
MOST_FITTED = 5_000
"""Customers that a model is fitted to; of more, evenly chosen ones."""
COLUMNS = (
    "account_id",
    "model_version",
    "made_at",
    "horizon_days",
    "expected_purchases",
    "expected_value",
)

app = typer.Typer()


def score(
    customers: Customers, horizon_days: int, yearly_rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Purchases expected of each customer, and what they are worth today.

    Raises ValueError, in one sentence, where too few customers came back.
    """
    step = max(1, -(-len(customers.repeats) // MOST_FITTED))
    some = Customers(
        customers.repeats[::step],
        customers.recency[::step],
        customers.age[::step],
        customers.mean_value[::step],
    )
    purchases, values = fit_purchases(some), fit_values(some)
    discounted = discounted_purchases(purchases, customers, horizon_days, yearly_rate)
    return purchases.expected(customers, horizon_days), discounted * values.expected(customers)


@app.command()
def predict(
    to: Annotated[Path, typer.Option(help="File to write, in the folder of raw files.")],
    database: Annotated[
        Path, typer.Option(help="Published or working file to read.")
    ] = PUBLISHED_DATABASE,
) -> None:
    """Fits a model to the invoices of a built file, and writes a prediction for each company.

    The next refresh lands them as clv_predictions; clv_predictive averages them.
    """
    try:
        with open_read_only(database) as connection:
            rows = predictions(connection)
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(rows)
    except ValueError as error:
        stop(WarehouseError(f"No prediction: {error}."))
    except OSError as error:
        stop(WarehouseError(f"{to} cannot be written: {error.strerror}."))
    except WarehouseError as error:
        stop(error)
    typer.echo(f"{to}: {len(rows)} companies, {MODEL_VERSION}")


def predictions(connection: duckdb.DuckDBPyConnection) -> list[tuple]:
    """A row of COLUMNS for each company that was ever invoiced, as of the end of the data."""
    horizon, rate, made_at = connection.execute(
        "select clv_horizon_days, clv_discount_rate, as_of from marts.dim_settings"
    ).fetchone()
    found = connection.execute(
        """
        select account_id, repeat_days, recency_days, age_days, coalesce(mean_repeat_amount, 0)
        from marts.fct_customer_orders order by account_id
        """
    ).fetchnumpy()
    names, *numbers = found.values()
    customers = Customers(*(np.asarray(each, dtype=float) for each in numbers))
    purchases, values = score(customers, horizon, float(rate))
    return [
        (name, MODEL_VERSION, made_at, horizon, f"{count:.4f}", told(value))
        for name, count, value in zip(names, purchases, values, strict=True)
    ]


def told(value: float) -> str:
    """An amount to the cent; empty where the model has no mean."""
    return f"{value:.2f}" if np.isfinite(value) else ""
