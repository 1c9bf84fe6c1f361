"""The macro multiply_money against Python's decimals: fast in doubles, exact at every tie."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

MACRO = Path(__file__).parents[2] / "macros" / "multiply_money.sql"
PLACES = Decimal("0.0001")


@pytest.fixture(scope="module")
def product() -> str:
    """The macro's SQL over two parameters of the types that models hand it."""
    template = jinja2.Environment().from_string(MACRO.read_text())
    sql = template.module.multiply_money("amount", "factor")
    assert re.search(r"\bdecimal\(18, 8\)", sql), "the exact branch is gone"
    return (
        f"select {sql} from (select cast(? as decimal(18, 4)) as amount, "
        "cast(? as decimal(18, 8)) as factor)"
    )


@given(
    amount=st.decimals(min_value=-(10**9), max_value=10**9, places=4),
    factor=st.decimals(min_value=0, max_value=200, places=8),
)
@example(amount=Decimal("0.01"), factor=Decimal("1.085"))  # 0.01085 is a tie, the double is below
@example(amount=Decimal("-0.01"), factor=Decimal("1.085"))
@example(amount=Decimal("1.0005"), factor=Decimal("0.5"))
@example(amount=Decimal("999999999.9999"), factor=Decimal("150.12345678"))
@example(amount=Decimal("1000000"), factor=Decimal("1.08"))
@example(amount=Decimal("0"), factor=Decimal("0"))
@settings(max_examples=2000, deadline=None)
def test_rounds_once_half_away_from_zero(product: str, amount: Decimal, factor: Decimal) -> None:
    (found,) = duckdb.execute(product, [str(amount), str(factor)]).fetchone()
    assert found == (amount * factor).quantize(PLACES, rounding=ROUND_HALF_UP)


@given(cents=st.integers(-(10**7), 10**7), odd=st.integers(0, 10**6).map(lambda n: 2 * n + 1))
@settings(max_examples=1000, deadline=None)
def test_rounds_ties_away_from_zero(product: str, cents: int, odd: int) -> None:
    amount = Decimal(cents) / 100
    factor = Decimal(odd) * Decimal("0.005")
    (found,) = duckdb.execute(product, [str(amount), str(factor)]).fetchone()
    assert found == (amount * factor).quantize(PLACES, rounding=ROUND_HALF_UP)


@pytest.mark.parametrize(("amount", "factor"), [(None, "1"), ("1", None), (None, None)])
def test_is_unknown_where_a_part_is(product: str, amount: str | None, factor: str | None) -> None:
    assert duckdb.execute(product, [amount, factor]).fetchone() == (None,)
