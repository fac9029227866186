"""What customers of a simulated company did before and after a day: counted from the simulation, not from its tables."""

from __future__ import annotations

import numpy as np

from analysis.demo.state import NEVER, Run
from analysis.demo.tables import buys_of, spells_of

_DAYS = 1 << 20


class Outcomes:
    """Answers about a run, for arrays of customers and days."""

    def __init__(self, run: Run) -> None:
        buys = buys_of(run)
        self._keys = buys["who"].to_numpy() * _DAYS + buys["day"].to_numpy()
        self._sums = np.r_[0.0, np.cumsum(buys["amount"].to_numpy(float))]
        spells = spells_of(run)
        self._starts = spells["who"].to_numpy() * _DAYS + spells["start"].to_numpy()
        self._ends = np.where(spells["end"] == NEVER, _DAYS - 1, spells["end"])
        self._owner = spells["who"].to_numpy()

    def purchases(self, who: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Purchases from one day to another, both included."""
        low, high = self._places(who, first, last)
        found: np.ndarray = high - low
        return found

    def spend(self, who: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Spend from one day to another, both included, currency."""
        low, high = self._places(who, first, last)
        found: np.ndarray = self._sums[high] - self._sums[low]
        return found

    def is_customer(self, who: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Whether they were customers on the day; with a subscription that is being a subscriber."""
        place = np.searchsorted(self._starts, who * _DAYS + day, side="right") - 1
        at = np.maximum(place, 0)
        found: np.ndarray = (place >= 0) & (self._owner[at] == who) & (self._ends[at] > day)
        return found

    def _places(self, who: np.ndarray, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low = np.searchsorted(self._keys, who * _DAYS + first, side="left")
        return low, np.searchsorted(self._keys, who * _DAYS + last, side="right")
