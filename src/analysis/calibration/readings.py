"""How the replications of one scenario were read, as shares of them all: the columns that the rule of assessment decides."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.vocabulary import CLAIMED_SIDE, Outcome
from analysis.measures.intervals import wilson

NAMES = {
    Outcome.HOLDS: "holds_share",
    Outcome.DIRECTION_ONLY: "direction_only",
    Outcome.OVERSTATED: "overstated",
    Outcome.FAILS: "fails",
}
"""Column of each reading."""

Count = dict[str, float | int | None]


def count_readings(outcomes: Sequence[str]) -> Count:
    """Count how replications were read.

    Parameters
    ----------
    outcomes : sequence of str
        One a replication; "" without an interval.

    Returns
    -------
    dict
        claimed_side and its bounds (assessments *holds*, *overstated* or *direction only*), holds_share,
        direction_only, overstated, fails, as shares of all replications.
    """
    n = len(outcomes)
    shares: Count = {NAMES[outcome]: outcomes.count(outcome) / n for outcome in NAMES}
    return {**share_of("claimed_side", sum(outcome in CLAIMED_SIDE for outcome in outcomes), n), **shares}


def share_of(name: str, successes: int, n: int) -> Count:
    """Share with its Monte Carlo interval, under `name`, `name`_low and `name`_high; None where there is nothing to count.

    Examples
    --------
    950 of 1,000: by hand (0.95 + 0.00192 -+ 0.01364) / 1.00384.

    >>> {name: round(value, 4) for name, value in share_of("covered", 950, 1000).items()}
    {'covered': 0.95, 'covered_low': 0.9347, 'covered_high': 0.9619}
    """
    if n == 0:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    low, high = wilson(successes, n)
    return {name: successes / n, f"{name}_low": low, f"{name}_high": high}
