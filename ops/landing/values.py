"""How values of any kind become the text of the raw tables."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ops.landing.contract import Column
from ops.warehouse import literal

# White space of every kind that text may end in; line breaks and tabs inside a text stay.
_SPACES = " \t\n\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    chr(code) for code in range(0x2000, 0x200B)
)
# Characters that show nothing and tell keys apart that look alike: controls, marks of order and
# of direction, spaces of no width.
_CONTROLS = (
    (0x00, 0x08),
    (0x0B, 0x0C),
    (0x0E, 0x1F),
    (0x7F, 0x9F),
    (0x200B, 0x200B),
    (0x200E, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x2069),
    (0xFEFF, 0xFEFF),
)
_SQL_CONTROLS = "[" + "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in _CONTROLS) + "]"
_PYTHON_CONTROLS = re.compile(
    "[" + "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in _CONTROLS) + "]"
)
# Text of printing ASCII without outer spaces, which nearly all is, needs no cleaning.
_UNTIDY = "'[^!-~ ]|^ | $|^$'"


def has_control_characters(text: str) -> bool:
    """Whether landing removes characters from inside a text."""
    return _PYTHON_CONTROLS.search(text) is not None


def clean(text: str) -> str:
    """The text without control characters and outer white space."""
    return _PYTHON_CONTROLS.sub("", text).strip(_SPACES)


def holds_control_characters(expression: str) -> str:
    """SQL that says whether landing removes characters from inside a text."""
    return f"regexp_matches({expression}, '{_SQL_CONTROLS}')"


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
    """SQL that cleans text and makes empty text and the null words NULL.

    Outer white space and control characters go; keys that look alike are then one key.
    """
    kept = (
        f"case when not regexp_matches({expression}, {_UNTIDY}) then {expression} "
        f"else nullif(trim(regexp_replace({expression}, '{_SQL_CONTROLS}', '', 'g'), "
        f"{literal(_SPACES)}), '') end"
    )
    words = sorted({word.strip() for word in nulls if word.strip()})
    if not words:
        return kept
    listed = ", ".join(literal(word) for word in words)
    return f"case when {kept} not in ({listed}) then {kept} end"


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
