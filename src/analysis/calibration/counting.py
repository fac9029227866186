"""From replications to one row of the table: shares with their own Monte Carlo interval, bias, width."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.calibration.trials import Trial
from analysis.core.vocabulary import CLAIMED_SIDE, INTERVAL_LEVEL, Outcome
from analysis.verdicts.assess import outcome_on_line

NAMES = {
    Outcome.HOLDS: "holds_share",
    Outcome.DIRECTION_ONLY: "direction_only",
    Outcome.OVERSTATED: "overstated",
    Outcome.FAILS: "fails",
}
"""Column of each reading."""

Count = dict[str, float | int | None]


def wilson(successes: int, n: int, level: float = INTERVAL_LEVEL) -> tuple[float, float]:
    """Wilson's score interval of a share (1927, JASA 22, 209-212).

    Examples
    --------
    950 of 1,000: by hand (0.95 + 0.00192 -+ 0.01364) / 1.00384.

    >>> [round(end, 4) for end in wilson(950, 1000)]
    [0.9347, 0.9619]
    """
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + level / 2))
    share = successes / n
    centre = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, (centre - half) / (1 + z**2 / n)), min(1.0, (centre + half) / (1 + z**2 / n))


def count(trials: Sequence[Trial]) -> Count:
    """Count the replications of one scenario at one effect.

    Coverage is the share among the replications that gave an interval; those that gave none are counted beside it.
    Shares of assessments are of all replications: what gives no interval supports nothing.

    Returns
    -------
    dict
        replications; without_interval, refused, crashed (counts); coverage and its bounds; bias (mean error on the line);
        spread (standard deviation of the errors); width (median); those of `count_readings`;
        naive_replications, naive_coverage and its bounds, naive_bias.
        None where nothing is there to count.
    """
    import numpy as np

    usable = [t for t in trials if t.state == "interval"]
    errors = np.array([t.error for t in trials if math.isfinite(t.error)])
    naive = [t for t in trials if t.naive_covered is not None]
    naive_errors = [t.naive_error for t in naive if t.naive_error is not None and math.isfinite(t.naive_error)]
    return {
        "replications": len(trials),
        "without_interval": len(trials) - len(usable),
        "refused": sum(t.state == "refused" for t in trials),
        "crashed": sum(t.state == "crashed" for t in trials),
        **_share("coverage", sum(t.covered for t in usable), len(usable)),
        "bias": float(errors.mean()) if len(errors) else None,
        "spread": float(errors.std(ddof=1)) if len(errors) > 1 else None,
        "width": float(np.median([t.width for t in usable])) if usable else None,
        **count_readings([t.outcome for t in trials]),
        "naive_replications": len(naive),
        **_share("naive_coverage", sum(bool(t.naive_covered) for t in naive), len(naive)),
        "naive_bias": float(np.mean(naive_errors)) if naive_errors else None,
    }


def count_readings(outcomes: Sequence[str]) -> Count:
    """Count how replications were read; these columns alone depend on the rule of assessment.

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
    return {**_share("claimed_side", sum(outcome in CLAIMED_SIDE for outcome in outcomes), n), **shares}


def recount_readings(
    rows: Sequence[tuple[str, float | None, float | None]], smallest: float, size: float | None
) -> Count:
    """Count the assessments of intervals drawn before, by the rule as it is now.

    Parameters
    ----------
    rows : sequence of (str, float, float)
        State of each replication and its interval on the rule of assessment's line, claimed side positive; None without one.
    smallest, size : float
        Least effect worth acting on and claimed size, on the line.
    """
    return count_readings(
        [
            str(outcome_on_line(low, high, smallest, size)[0])
            if state == "interval" and low is not None and high is not None
            else ""
            for state, low, high in rows
        ]
    )


def _share(name: str, successes: int, n: int) -> Count:
    if n == 0:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    low, high = wilson(successes, n)
    return {name: successes / n, f"{name}_low": low, f"{name}_high": high}
