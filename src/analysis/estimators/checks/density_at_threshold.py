"""Whether members are heaped on one side of a threshold: then those just above are not like those just below."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.core.wording import number
from analysis.estimators.checks._judging import judge, span
from analysis.frames import Frame

NAME = "density at the threshold"
HARMLESS = math.log(1.2)
"""Up to a fifth more on one side passes, if the data can tell that it is no more."""
FEWEST_EACH_SIDE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityJump:
    """Logarithm of the density just above over just below a threshold.

    Attributes
    ----------
    value, error : float
        Log ratio and its standard error.
    bandwidth : float
        Distance from the threshold within which members count.
    """

    value: float
    error: float
    bandwidth: float


def check_density(frame: Frame, claim: Claim) -> CheckResult:
    """Jump of the density of the qualifying amount at the threshold (McCrary 2008).

    A heap just above is what the claim of hurrying members predicts, and what takes the ground from under a comparison
    of members just above with members just below: the heaped are the keen ones.

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff``.
    claim : Claim
    """
    from scipy.stats import norm

    running = frame.table["running"].to_numpy(float)
    sides = [int((running < 0).sum()), int((running >= 0).sum())]
    if min(sides) < FEWEST_EACH_SIDE:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence=f"{number(sides[0])} members lie below and {number(sides[1])} above the threshold; at least "
            f"{FEWEST_EACH_SIDE} on each side are needed to see a heap.",
        )
    found = density_jump(running)
    if found is None:
        return CheckResult(name=NAME, passed=None, sentence="Too few members lie close to the threshold to see a heap.")
    half = float(norm.ppf(0.5 + INTERVAL_LEVEL / 2)) * found.error
    low, high = found.value - half, found.value + half
    passed = judge(low, high, HARMLESS)
    ends = [float(np.exp(x)) for x in (found.value, low, high)]
    return CheckResult(
        name=NAME,
        passed=passed,
        sentence=f"Just above the threshold there are {number(ends[0])} times as many members as just below "
        f"({span(ends[1], ends[2])}; within {number(100 * found.bandwidth, 2)} % of it).",
        table=({"times as many": ends[0], "low": ends[1], "high": ends[2], "bandwidth": found.bandwidth},),
    )


def density_jump(running: np.ndarray, bandwidth: float | None = None) -> DensityJump | None:
    """Log difference of the density's limits at 0 by local linear regression of a fine histogram, triangular kernel.

    McCrary (2008), Journal of Econometrics 142, 698-714: bins of width b = 2 sd n^(-1/2), none across 0; error
    sqrt((24 / 5) (1 / f+ + 1 / f-) / (n h)); bandwidth from a fourth-order polynomial on either side, the mean of both.

    Returns
    -------
    DensityJump
        None if a limit is not above 0, or fewer than three bins hold anyone on a side.
    """
    n = len(running)
    width = 2 * float(running.std(ddof=1)) / math.sqrt(n)
    middles, heights = _histogram(running, width)
    if bandwidth is None:
        sides = [middles < 0, middles >= 0]
        bandwidth = float(np.mean([_bandwidth(middles[side], heights[side]) for side in sides]))
    limits = [_limit(middles, heights, bandwidth, side) for side in (-1, 1)]
    below, above = limits
    if below is None or above is None:
        return None
    error = math.sqrt(24 / 5 * (1 / above + 1 / below) / (n * bandwidth))
    return DensityJump(value=math.log(above / below), error=error, bandwidth=bandwidth)


def _histogram(running: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Middles of bins that do not straddle 0, and their heights as densities."""
    place = np.floor(running / width).astype(int)
    first, last = int(place.min()), int(place.max())
    counts = np.bincount(place - first, minlength=last - first + 1)
    middles = (np.arange(first, last + 1) + 0.5) * width
    return middles, counts / (len(running) * width)


def _bandwidth(middles: np.ndarray, heights: np.ndarray) -> float:
    """Rule of thumb 3.348 (s² range / Σ f''²)^(1/5) from a polynomial of fourth order through the heights."""
    reach = float(middles.max() - middles.min())
    if len(middles) < 6:
        return reach
    scaled = middles / reach
    coefficients = np.polyfit(scaled, heights, 4)
    residual = heights - np.polyval(coefficients, scaled)
    variance = float((residual**2).sum()) / (len(middles) - 5)
    second = np.polyval(np.polyder(coefficients, 2), scaled) / reach**2
    curvature = float((second**2).sum())
    if curvature <= 0 or variance <= 0:
        return reach
    return min(reach, 3.348 * math.pow(variance * reach / curvature, 0.2))


def _limit(middles: np.ndarray, heights: np.ndarray, bandwidth: float, side: int) -> float | None:
    """Local linear limit of the heights at 0 from one side."""
    weights = np.clip(1 - np.abs(middles) / bandwidth, 0, None) * (side * middles > 0)
    used = weights > 0
    if (heights[used] > 0).sum() < 3:
        return None
    root = np.sqrt(weights[used])
    design = np.column_stack([np.ones(used.sum()), middles[used]])
    value = float(np.linalg.lstsq(design * root[:, None], heights[used] * root, rcond=None)[0][0])
    return value if value > 0 else None
