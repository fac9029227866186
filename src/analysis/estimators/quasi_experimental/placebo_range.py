"""What thresholds that do not exist show: an effect at a real one counts only beyond their range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.core.wording import number
from analysis.estimators.common.interval import Interval

ENOUGH_FOR_VALUES = 5
"""From this many placebos on their values span the range; of fewer, the ends of their intervals do."""

WITHOUT_A_VOTE = "shown without a vote: no further out than thresholds that do not exist"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceboRange:
    """Range of what placebo thresholds show, on the scale of the answer.

    Attributes
    ----------
    low, high : float
        Ends of the range.
    n : int
        Number of placebos behind it, 1 or more.
    """

    low: float
    high: float
    n: int

    def beyond(self, value: float) -> bool:
        """True if `value` lies outside the range; to touch an end is not to be beyond it."""
        return value < self.low or value > self.high

    def takes_the_vote(self, answer: Interval, null: float) -> bool:
        """True if the answer claims an effect (its interval excludes `null`) that the placebos show as well."""
        claims = answer["low"] > null or answer["high"] < null
        return claims and not self.beyond(answer["value"])

    def words(self, unit: str) -> str:
        """The range in words."""
        s = "s" if self.n > 1 else ""
        return f"{self.n} threshold{s} that do{'' if s else 'es'} not exist: {number(self.low)} to {number(self.high)} {unit}"


def placebo_range(found: Sequence[Interval]) -> PlaceboRange | None:
    """Range of placebo estimates; None of none.

    Five or more: from the smallest to the largest value, as in a permutation test, whose level with m placebos and two
    sides is 2 / (m + 1). Fewer show no range of their own: from the lowest to the highest end of their intervals.

    Examples
    --------
    >>> one = Interval(value=1.0, low=-1.0, high=3.0)
    >>> placebo_range([one]).high
    3.0
    >>> placebo_range([one] * 5).high
    1.0
    """
    if not found:
        return None
    by_value = len(found) >= ENOUGH_FOR_VALUES
    lows = [i["value"] if by_value else i["low"] for i in found]
    highs = [i["value"] if by_value else i["high"] for i in found]
    return PlaceboRange(low=min(lows), high=max(highs), n=len(found))


def gated_method(method: str, found: PlaceboRange | None, unit: str, gated: bool) -> str:
    """The method in words with the range of the placebos, and that the answer has no vote where it has none."""
    if found is None:
        return f"{method}; no threshold that does not exist could be looked at"
    return f"{method}; {found.words(unit)}" + (f"; {WITHOUT_A_VOTE}" if gated else "")
