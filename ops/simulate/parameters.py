"""What can be asked of a simulated company, and its independent streams of chance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ops.simulate import clock

SMALLEST = 200
LARGEST = 5_000_000


@dataclass(frozen=True)
class Parameters:
    """Size, seed and span of a company; equal parameters give equal tables, byte for byte.

    end_date is the last day with data. Raises ValueError, in one sentence, for a company that
    could not be simulated.
    """

    opportunities: int = 1_200
    seed: int = 8
    months: int = 30
    end_date: date = date(2026, 6, 30)
    activities_per_deal: float = 2.4
    has_flaws: bool = True

    def __post_init__(self) -> None:
        if not SMALLEST <= self.opportunities <= LARGEST:
            raise ValueError(f"opportunities must be between {SMALLEST} and {LARGEST}")
        if not 12 <= self.months <= 120:
            raise ValueError("months must be between 12 and 120")
        if not 0 <= self.activities_per_deal <= 50:
            raise ValueError("activities per deal must be between 0 and 50")
        if self.seed < 0:
            raise ValueError("seed must not be negative")
        if not date(2005, 1, 1) <= self.end_date <= date(2100, 1, 1):
            raise ValueError("end date must lie between 2005-01-01 and 2100-01-01")

    @property
    def end_day(self) -> int:
        """First day after the data."""
        return clock.day_number(self.end_date) + 1

    @property
    def start_day(self) -> int:
        """First day of the data, when the company took its CRM into use."""
        return int(clock.add_months(np.array(self.end_day), -self.months))

    @property
    def start_business(self) -> int:
        """Start of the data in business seconds."""
        return int(clock.business_index(np.array(self.start_day))) * clock.OPEN_SECONDS

    @property
    def end_business(self) -> int:
        """End of the data in business seconds; events at or after it have not happened."""
        return int(clock.business_index(np.array(self.end_day))) * clock.OPEN_SECONDS

    @property
    def quarter_starts(self) -> np.ndarray:
        """First days of the calendar quarters that the data touches."""
        first = clock.quarter_start(np.array(self.start_day))
        starts = clock.quarter_start(np.repeat(first, 64), np.arange(64))
        return starts[starts < self.end_day]

    def stream(self, name: str) -> np.random.Generator:
        """The stream of chance for one purpose; using more of one leaves the others as they are."""
        entropy = [self.seed, *name.encode("ascii")]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy)))
