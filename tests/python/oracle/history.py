"""A deal with its logged past, and what was known of it at an instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from .reading import Row

UNALLOCATED = "unallocated"
LINE_TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Stage:
    """A stage of the mapping."""

    name: str
    is_closed: bool
    is_won: bool
    default_probability: Decimal | None
    order: Decimal = Decimal(0)


@dataclass(frozen=True)
class Change:
    """A logged change of one field of a deal."""

    changed_at: datetime
    event_id: str
    old_value: str | None
    new_value: str | None


@dataclass
class Deal:
    """A deal as the CRM holds it now, with its logged past."""

    row: Row
    deal_id: str
    account_id: str | None
    pipeline_id: str
    opportunity_type: str
    region_id: str
    segment_id: str
    lead_source_id: str
    campaign_id: str
    created_date: date | None
    created_at: datetime | None
    loss_category: str
    win_category: str
    is_excluded_loss: bool
    is_deleted: bool
    deleted_at: datetime | None
    probability: Decimal | None
    amount: Decimal | None = None
    """Value at as_of."""
    recorded_amount: Decimal | None = None
    """Value as the record holds it now, beside which its present lines stand (F45)."""
    currency: str = ""
    """Currency of the value at as_of."""
    first_stage: str | None = None
    """Source stage before the first entry, where a log of changes tells it."""
    last_logged: str | None = None
    """Source stage that the log ends in, be it after as_of."""
    entries: list[tuple[datetime, str]] = field(default_factory=list)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    lines: dict[str, Decimal | None] = field(default_factory=dict)
    competitors: list[str] = field(default_factory=list)
    splits: dict[str, Decimal] = field(default_factory=dict)
    known_from: datetime = datetime.min
    """Instant from which the deal is in the pipeline."""
    is_closed: bool = False
    is_won: bool = False
    closed_at: datetime | None = None
    closed_date: date | None = None
    gone_at: datetime | None = None
    """Instant after which the deal is never open again: its last closing or its deletion."""

    def value_at(self, field_name: str, instant: datetime, inclusive: bool) -> str | None:
        """Raw value of a field at an instant, from its change log (C.2 field history, F4).

        Before the first change the old value of that change holds, after the last one the
        value of the record. `inclusive` says whether a change at the instant itself counts.
        """
        changes = self.changes.get(field_name)
        if not changes:
            return self.row.get(field_name)
        happened = [
            change
            for change in changes
            if change.changed_at < instant or (inclusive and change.changed_at == instant)
        ]
        if len(happened) == len(changes):
            return self.row.get(field_name)
        return happened[-1].new_value if happened else changes[0].old_value

    def stage_at(self, instant: datetime) -> str | None:
        """Source stage just before an instant: the last one entered, before the first entry the
        stage it left, or where no log tells that, the one it entered."""
        past = [source for entered_at, source in self.entries if entered_at < instant]
        if past:
            return past[-1]
        return self.first_stage or (self.entries[0][1] if self.entries else self.row["stage"])

    @cached_property
    def shares(self) -> dict[str, Decimal]:
        """Share of the deal's money per product, from its current lines (G15, F45).

        What the lines do not explain is unallocated, unless it is no more than 0.01 and goes to
        the largest product; a deal without lines is unallocated whole. Lines of a deal whose
        amount is unknown or 0 are weighed against each other, and where no money tells them
        apart, each product stands for an equal part.
        """
        if not self.lines:
            return {UNALLOCATED: Decimal(1)}
        known = [net for net in self.lines.values() if net is not None]
        whole = self.recorded_amount or sum(known, Decimal(0))
        if not known or not whole:
            return dict.fromkeys(self.lines, Decimal(1) / len(self.lines))
        shares = {product: (net or Decimal(0)) / whole for product, net in self.lines.items()}
        rest = 1 - sum(shares.values())
        product = UNALLOCATED
        if abs(rest * (self.recorded_amount or Decimal(0))) <= LINE_TOLERANCE:
            product = min(shares, key=lambda each: (-shares[each], each))
        if rest:
            shares[product] = shares.get(product, Decimal(0)) + rest
        return shares


@dataclass(frozen=True)
class Snapshot:
    """An open deal at the first instant of a day, S(d) (F4)."""

    deal: Deal
    day: date
    stage: Stage
    owner_id: str
    expected_close_date: date | None
    amount: Decimal | None
    currency: str
    amount_corporate: Decimal | None
