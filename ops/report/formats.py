"""How numbers are written on the page: short, in their unit, the same in text and charts."""

from __future__ import annotations

from datetime import date, timedelta

from ops.publishing.headlines import NO_VALUE, format_value, quarter_name

MINUS = "−"


def full(value: float | None, unit: str, currency: str) -> str:
    """The value with all the digits people read, as the terminal prints it."""
    return format_value(value, unit, currency).replace("-", MINUS).replace("%", " %")


def short(value: float | None, unit: str, currency: str) -> str:
    """The value in few characters: 2.07M USD, 55.7 %, 75 days."""
    if value is None:
        return NO_VALUE
    if unit.startswith("money"):
        per = unit.removeprefix("money").replace("_per_", "/").replace(" per ", "/")
        return f"{magnitude(value)} {currency}{per}".replace("-", MINUS)
    match unit:
        case "ratio":
            return f"{value * 100:.1f} %".replace("-", MINUS)
        case "count":
            return (f"{value:,.0f}" if abs(value) < 100_000 else magnitude(value)).replace(
                "-", MINUS
            )
        case "times":
            return f"{value:,.2f}×".replace("-", MINUS)
        case "points":
            return f"{value:+,.1f}".replace("-", MINUS)
        case "days" | "hours" | "minutes":
            return f"{value:,.1f} {unit}".replace("-", MINUS)
    return f"{value:,.2f}".replace("-", MINUS)


def exact(value: float) -> str:
    """A number as it is, with two decimals where it has any."""
    return (f"{value:,.0f}" if value == int(value) else f"{value:,.2f}").replace("-", MINUS)


def magnitude(value: float) -> str:
    """A number in three or four digits: 950, 28.3k, 2.07M, 1.25bn."""
    for size, letter in ((1e9, "bn"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size * 0.9995:
            scaled = value / (1e3 if letter == "k" else size)
            digits = 1 if letter == "k" or abs(scaled) >= 100 else 2
            return f"{scaled:,.{digits}f}{letter}"
    return f"{value:,.0f}"


def change(after: float | None, before: float | None, unit: str) -> str | None:
    """How a value moved: points for percentages and scores, percent for everything else."""
    if after is None or before is None:
        return None
    if unit == "ratio":
        return f"{(after - before) * 100:+,.1f} pts".replace("-", MINUS)
    if unit == "points":
        return f"{after - before:+,.1f} pts".replace("-", MINUS)
    if before <= 0:
        return None
    return f"{(after / before - 1) * 100:+,.1f} %".replace("-", MINUS)


def tone(text: str | None, after: float | None, before: float | None, direction: str) -> str:
    """The verdict on a change as it is written: one that is written as zero is none."""
    if text is None or not any(mark in "123456789" for mark in text):
        return "neutral"
    return verdict(after, before, direction)


def verdict(after: float | None, before: float | None, direction: str) -> str:
    """better, worse or neutral: whether the move went the way the KPI should go."""
    if after is None or before is None or after == before:
        return "neutral"
    if direction == "higher":
        return "better" if after > before else "worse"
    if direction == "lower":
        return "better" if after < before else "worse"
    if direction == "zero":
        return "better" if abs(after) < abs(before) else "worse"
    return "neutral"


def period_name(grain: str, start: date, end: date | None = None) -> str:
    """A period as people name it: 2026 Q2, May 2026, 2026."""
    match grain:
        case "quarter":
            return quarter_name(start)
        case "month":
            return f"{start:%b %Y}"
        case "year":
            return f"{start:%Y}"
    last = f" to {end - timedelta(days=1):%Y-%m-%d}" if end else ""
    return f"{start:%Y-%m-%d}{last}"


def counted(number: int, thing: str) -> str:
    """So many things: 1 deal, 2 deals."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def words(name: str | None) -> str:
    """A name in snake_case as words."""
    return (name or "").replace("_", " ")
