"""What sections are made of: cells, tables, figures and cards, ready for the templates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True)
class Cell:
    """A cell of a table; number is the place of its key among the page's numbers."""

    text: str
    number: int | None = None
    is_numeric: bool = False
    is_soft: bool = False
    tone: str = ""
    picture: Markup | None = None
    kpi_id: str | None = None


@dataclass(frozen=True)
class Table:
    """A table: its headers, its rows, what is to be said below, what a phone leaves out."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None
    extra: Collection[int] = ()


@dataclass(frozen=True)
class Figure:
    """A chart with its title, what it says, its numbers and the SQL they come from.

    empty says why there is nothing to draw, in place of the chart.
    """

    id: str
    title: str
    caption: str = ""
    spec: dict[str, Any] | None = None
    table: Table | None = None
    kpis: Sequence[str] = ()
    sql: str | None = None
    empty: str | None = None
    is_wide: bool = False
    is_table_open: bool = False
    is_folded: bool = False
    legend: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Card:
    """A headline KPI: its value, how it moved, and what it is held against."""

    kpi_id: str
    label: str
    text: str
    number: int | None
    change: str | None = None
    tone: str = "neutral"
    details: Sequence[tuple[str, str]] = ()
    status: str | None = None
    status_tone: str = ""
    picture: Markup | None = None
    is_soft: bool = False
    note: str | None = None


@dataclass(frozen=True)
class Section:
    """A part of the page."""

    id: str
    title: str
    lead: str = ""
    cards: Sequence[Card] = ()
    blocks: Sequence[Figure] = field(default_factory=tuple)


def text_cell(text: object, tone: str = "", is_soft: bool = False) -> Cell:
    """A cell of words."""
    return Cell("" if text is None else str(text), tone=tone, is_soft=is_soft)


def number_cell(text: str, tone: str = "", is_soft: bool = False) -> Cell:
    """A cell of a number that is no published KPI value: a count of a report or of the quality."""
    return Cell(text, is_numeric=True, tone=tone, is_soft=is_soft)
