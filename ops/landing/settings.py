"""What a company sets for itself, in settings.yml of its mapping folder.

Every parameter of seeds/reference/parameters.csv may be set, and

    as_of: 2026-04-01            # build as the data was known then; a date is its first midnight
    coverage_from: 2024-01-01    # or a date per raw table

What is not set is as in the seed. A key or value that is not known is refused.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import duckdb

from ops.landing.contract import Contract
from ops.landing.files import LandingError
from ops.landing.yaml_files import place, read_yaml
from ops.warehouse import PROJECT

SETTINGS_NAME = "settings.yml"
PARAMETERS_FILE = PROJECT / "seeds" / "reference" / "parameters.csv"
INSTANT_FORMAT = "%Y-%m-%d %H:%M:%S"
FORECAST_CATEGORIES = ("commit", "best_case", "most_likely", "pipeline", "upside")
QUOTA_MEASURES = ("bookings_acv", "bookings_tcv", "revenue", "units", "new_logos")
OPPORTUNITY_TYPES = (
    "new",
    "expansion_upsell",
    "expansion_cross_sell",
    "renewal",
    "contraction",
    "credit",
)
FIRST_YEAR, LAST_YEAR = 1970, 2200
MOST = 1_000_000

_CURRENCY = re.compile(r"[A-Z]{3}")
_WHOLE = re.compile(r"[0-9]+")
# What people call a setting, where difflib would not find it.
_OTHER_NAMES = {
    "time_zone": "reporting_tz",
    "timezone": "reporting_tz",
    "tz": "reporting_tz",
    "reporting_time_zone": "reporting_tz",
    "currency": "corporate_currency",
    "fiscal_year_start": "fiscal_year_start_month",
    "coverage": "coverage_from",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of the definitions, as the seed has it."""

    name: str
    value: str
    unit: str
    description: str


@dataclass(frozen=True)
class Settings:
    """What a company has set: parameters as text, as_of among them, and where its data begin.

    coverage_from holds a date per table, under '' the one for all other tables.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    coverage_from: Mapping[str, date] = field(default_factory=dict)

    def over(self, nearer: Settings) -> Settings:
        """These settings where the nearer ones say nothing."""
        return Settings(
            {**self.values, **nearer.values}, {**self.coverage_from, **nearer.coverage_from}
        )

    def fingerprint(self) -> dict[str, Any]:
        """The settings as plain values."""
        dates = {table: day.isoformat() for table, day in sorted(self.coverage_from.items())}
        return {"values": dict(sorted(self.values.items())), "coverage_from": dates}


@dataclass(frozen=True)
class _Kind:
    """Values that a parameter may have: in words, and as a function that gives None for others."""

    allowed: str
    read: Callable[[str], str | None]


@cache
def parameters(path: Path = PARAMETERS_FILE) -> dict[str, Parameter]:
    """The parameters of the seed by name."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["parameter"]: Parameter(row["parameter"], row["value"], row["unit"], row["description"])
        for row in rows
    }


def allowed_values(parameter: Parameter) -> str:
    """What a parameter may be set to, in words."""
    return _kind(parameter).allowed


def read_settings(path: Path, contract: Contract) -> Settings:
    """Read settings.yml; an absent one sets nothing.

    Raises LandingError with file, line, key, value and what is allowed.
    """
    if not path.exists():
        return Settings()
    content = read_yaml(path)
    values: dict[str, str] = {}
    for key, value in content.items():
        if key in ("as_of", "coverage_from"):
            continue
        if key not in parameters():
            raise LandingError(f"{place(path, key)}: {key} is not a setting; {_advice(key)}")
        values[key] = _checked(parameters()[key], value, place(path, key))
    if content.get("as_of") is not None:
        zone = values.get("reporting_tz") or parameters()["reporting_tz"].value
        where = place(path, "as_of")
        values["as_of"] = instant(content["as_of"], f"{where}: as_of", zone).strftime(
            INSTANT_FORMAT
        )
    return Settings(values, coverage(content.get("coverage_from"), path, contract))


def instant(value: Any, where: str, zone: str = "UTC") -> datetime:
    """A date or an instant as UTC without zone; a date is its first midnight in the zone.

    Raises LandingError, which starts with where, when it is neither or cannot be meant.
    """
    read = value
    if isinstance(value, str):
        try:
            is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()) is not None
            read = (date if is_day else datetime).fromisoformat(value.strip())
        except ValueError:
            read = None
    if isinstance(read, date) and not isinstance(read, datetime):
        read = datetime.combine(read, time(), ZoneInfo(zone))
    if not isinstance(read, datetime) or not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise LandingError(
            f"{where} is {_shown(value)}; use a date such as 2026-04-01 or an instant such as "
            "2026-04-01T06:00:00Z"
        )
    if read.tzinfo is not None:
        read = read.astimezone(UTC).replace(tzinfo=None)
    return read.replace(microsecond=0)


def coverage(covered: Any, path: Path, contract: Contract) -> dict[str, date]:
    """The dates of coverage_from by table, under '' the one for all other tables."""
    by_table = covered if isinstance(covered, dict) else {"": covered}
    dates: dict[str, date] = {}
    for table, value in by_table.items():
        where = place(path, "coverage_from", table)
        if table and table not in contract.deliverable:
            close = difflib.get_close_matches(str(table), contract.deliverable, 1)
            advice = f"; did you mean {close[0]}?" if close else ""
            raise LandingError(
                f"{where}: coverage_from names {table}, which is not a raw table{advice}"
            )
        if value is not None:
            dates[str(table)] = _day(value, where)
    return dates


def _day(value: Any, where: str) -> date:
    read = value
    if isinstance(value, str):
        try:
            read = date.fromisoformat(value.strip())
        except ValueError:
            read = None
    is_day = isinstance(read, date) and not isinstance(read, datetime)
    if not is_day or not FIRST_YEAR <= read.year <= LAST_YEAR:
        raise LandingError(
            f"{where}: coverage_from is {_shown(value)}; use a date such as 2024-01-01"
        )
    return read


def _checked(parameter: Parameter, value: Any, where: str) -> str:
    kind = _kind(parameter)
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    read = None if value is None or isinstance(value, bool | dict) else kind.read(text.strip())
    if read is None:
        raise LandingError(f"{where}: {parameter.name} is {_shown(value)}; use {kind.allowed}")
    return read


def _kind(parameter: Parameter) -> _Kind:
    kinds = {
        "time zone": _Kind("a time zone such as Europe/Berlin or America/New_York", _time_zone),
        "ISO 4217 code": _Kind("three letters such as USD or EUR", _currency),
        "month": _Kind("a month from 1 to 12", lambda text: _whole(text, 1, 12)),
        "share": _Kind("a number from 0 to 1, such as 0.05", _share),
        "times": _Kind("a number from 1 on, such as 1.5", _multiple),
        "measure": _Kind(f"one of {', '.join(QUOTA_MEASURES)}", _measure),
        "forecast category": _Kind(f"one of {', '.join(FORECAST_CATEGORIES)}", _category),
        "opportunity types": _Kind(f"a list of {', '.join(OPPORTUNITY_TYPES)}", _opportunity_types),
    }
    lowest = 1 if parameter.unit in ("months", "years", "records") else 0
    other = _Kind(
        f"a whole number of {parameter.unit} from {lowest} on",
        lambda text: _whole(text, lowest, MOST),
    )
    return kinds.get(parameter.unit, other)


def _time_zone(text: str) -> str | None:
    """A zone that both Python and the database know, for each converts instants."""
    if text not in available_timezones():
        return None
    with duckdb.connect() as connection:
        known = connection.execute(
            "select 1 from pg_timezone_names() where name = ?", [text]
        ).fetchone()
    return text if known else None


def _currency(text: str) -> str | None:
    return text.upper() if _CURRENCY.fullmatch(text.upper()) else None


def _whole(text: str, lowest: int, highest: int) -> str | None:
    if not _WHOLE.fullmatch(text) or len(text) > len(str(MOST)):
        return None
    return str(int(text)) if lowest <= int(text) <= highest else None


def _share(text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return str(number) if 0 <= number <= 1 else None


def _multiple(text: str) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return str(number) if 1 <= number <= MOST else None


def _measure(text: str) -> str | None:
    return text if text in QUOTA_MEASURES else None


def _category(text: str) -> str | None:
    return text if text in FORECAST_CATEGORIES else None


def _opportunity_types(text: str) -> str | None:
    types = [part.strip() for part in text.split(",") if part.strip()]
    return ",".join(types) if set(types) <= set(OPPORTUNITY_TYPES) else None


def _advice(key: str) -> str:
    known = [*parameters(), "as_of", "coverage_from"]
    close = [_OTHER_NAMES[key.lower()]] if key.lower() in _OTHER_NAMES else []
    close = close or difflib.get_close_matches(key.lower(), known, 1)
    return f"did you mean {close[0]}?" if close else f"use {', '.join(known)}"


def _shown(value: Any) -> str:
    return "empty" if value is None else repr(str(value))[:60]
