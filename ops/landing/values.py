"""How values of any kind become the text of the raw tables."""

from __future__ import annotations

from collections.abc import Iterable

from ops.landing.contract import Column
from ops.warehouse import literal

_BLANKS = r"E' \t\r\n'"


def text_of(expression: str, data_type: str) -> str:
    """SQL that turns a value of a DuckDB type into ISO text.

    Dates are YYYY-MM-DD, timestamps YYYY-MM-DD HH:MM:SS[.ffffff] in UTC, numbers have no
    exponent and no thousands marks, booleans are true and false, nested values are JSON.
    """
    kind = data_type.upper()
    if kind == "VARCHAR":
        return expression
    if kind in ("FLOAT", "DOUBLE"):
        return _plain_number(f"cast({expression} as varchar)")
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"cast({expression} at time zone 'UTC' as varchar)"
    if kind.startswith("TIMESTAMP"):
        return f"cast(cast({expression} as timestamp) as varchar)"
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")):
        return f"cast(to_json({expression}) as varchar)"
    return f"cast({expression} as varchar)"


def text_or_null(expression: str, nulls: Iterable[str] = ()) -> str:
    """SQL that keeps text as it is but makes blank text and the null words NULL."""
    # Text from '!' on starts with a printing character: the dear trim is for the rest alone.
    kept = (
        f"case when {expression} >= '!' then {expression} "
        f"when trim({expression}, {_BLANKS}) <> '' then {expression} end"
    )
    words = sorted({word for word in nulls if word.strip()})
    if not words:
        return kept
    listed = ", ".join(literal(word) for word in words)
    return f"case when trim({expression}, {_BLANKS}) not in ({listed}) then {kept} end"


def contract_text(column: Column, expression: str) -> str:
    """SQL that gives text the form its contract column wants, where it is the same value.

    A date column loses a time of midnight, a boolean column has true and false for 1 and 0 and
    for any case; all other text stays as received.
    """
    if column.data_type == "date":
        midnight = " or ".join(f"{expression} like '____-__-__{t}00:00:00'" for t in (" ", "T"))
        return f"case when {midnight} then left({expression}, 10) else {expression} end"
    if column.data_type == "boolean":
        return (
            f"case lower({expression}) when '1' then 'true' when '0' then 'false' "
            f"when 'true' then 'true' when 'false' then 'false' else {expression} end"
        )
    return expression


def _plain_number(shown: str) -> str:
    """SQL that writes the text of a floating point number without exponent or idle fraction."""
    digits = f"regexp_replace(split_part({shown}, 'e', 1), '[-.]', '', 'g')"
    exponent = f"try_cast(split_part({shown}, 'e', 2) as integer)"
    sign = f"case when starts_with({shown}, '-') then '-' else '' end"
    return (
        f"case when {shown} = 'nan' then null "
        f"when ends_with({shown}, '.0') then {shown}[:-3] "
        f"when not contains({shown}, 'e') then {shown} "
        f"when {exponent} < 0 then {sign} || '0.' || repeat('0', -{exponent} - 1) || {digits} "
        f"else {sign} || rpad({digits}, {exponent} + 1, '0') end"
    )
