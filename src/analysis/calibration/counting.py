"""From replications to one row of the table: shares with their own Monte Carlo interval, bias, width."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from analysis.calibration.readings import Count, count_readings, share_of
from analysis.calibration.trials import Trial


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
    usable = [t for t in trials if t.state == "interval"]
    errors = np.array([t.error for t in trials if math.isfinite(t.error)])
    naive = [t for t in trials if t.naive_covered is not None]
    naive_errors = [t.naive_error for t in naive if t.naive_error is not None and math.isfinite(t.naive_error)]
    return {
        "replications": len(trials),
        "without_interval": len(trials) - len(usable),
        "refused": sum(t.state == "refused" for t in trials),
        "crashed": sum(t.state == "crashed" for t in trials),
        **share_of("coverage", sum(t.covered for t in usable), len(usable)),
        "bias": float(errors.mean()) if len(errors) else None,
        "spread": float(errors.std(ddof=1)) if len(errors) > 1 else None,
        "width": float(np.median([t.width for t in usable])) if usable else None,
        **count_readings([t.outcome for t in trials]),
        "naive_replications": len(naive),
        **share_of("naive_coverage", sum(bool(t.naive_covered) for t in naive), len(naive)),
        "naive_bias": float(np.mean(naive_errors)) if naive_errors else None,
    }
