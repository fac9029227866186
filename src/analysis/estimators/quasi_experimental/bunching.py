"""Members heaped just above a tier's threshold, over the number that a smooth distribution would put there."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role, Scale
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import around, exponentiated
from analysis.estimators.common.scales import require_scale
from analysis.estimators.quasi_experimental.placebo_range import PlaceboRange, gated_method, placebo_range
from analysis.frames import Frame

BIN = 0.02
"""Width of a bin, as a share of the threshold."""
WINDOW = 0.10
"""The heap is sought from the threshold to a tenth above it; members may have come from a tenth below."""
REACH = 0.50
"""Bins within half the threshold on either side make the smooth curve."""
DEGREE = 4
PLACEBOS = (-0.3, -0.2, 0.2, 0.3)
"""Thresholds that do not exist; their windows keep clear of the real one."""
GATE = (-0.3, -0.25, -0.2, 0.2, 0.25, 0.3)
"""Those whose range an excess must leave to count; further out the curve would have to be drawn on beyond its members."""
FEWEST_EACH_SIDE = 100
DRAWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """Members in a window over those expected there: logarithm, with its sampling error."""

    log_ratio: float
    error: float


def estimate_bunching(
    frame: Frame, claim: Claim, *, quantity: str = "excess_above_threshold", seed: int = 1, draws: int = DRAWS
) -> tuple[Estimate, ...]:
    """Members within a tenth above the threshold over the number that a smooth curve puts there.

    Log-linear polynomial through the counts of the bins, those from a tenth below to a tenth above the threshold left
    out (the excess mass of Kleven 2016, Annual Review of Economics 8, 435-464). The interval holds two errors on the
    logarithm: the drawing of members (bootstrap) and what the curve misses at thresholds that do not exist, as far as
    it goes beyond drawing: amounts heap at round numbers for no tier's sake.

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff``; thresholds of several tiers are laid upon one another.
    claim : Claim
    quantity : str
        Registered quantity on the scale "ratio".
    seed : int
        Seed of the bootstrap.
    draws : int
        Number of bootstrap draws, 100 or more.

    Returns
    -------
    tuple of Estimate
        The excess (context where it claims a heap within the range of the placebos), and the naive
        ratio of those just above to those just below (the slope of the curve counts as heap).

    Raises
    ------
    FrameMistake
        If fewer than 100 members lie in the bins on a side that make the curve: where a tier is given on the day of
        reaching it, nobody lies far above, and the heap is by construction.
    ParameterMistake
        If the quantity is on another scale, or `draws` is too small.
    """
    require_scale(claim, quantity, Scale.RATIO)
    if draws < 100:
        raise ParameterMistake(f"`draws` must be 100 or more; got {draws!r}.")
    table = frame.table[frame.table["running"].between(-REACH, REACH, inclusive="left")]
    running = table["running"].to_numpy(float)
    _require_both_sides(frame, running)
    found = _excess(_counts(running), 0.0)
    drawn = _bootstrap_error(table, running, seed, draws)
    missed = misfit(running)
    interval = exponentiated(around(found.log_ratio, math.hypot(drawn, missed)))
    placebos = excess_range(running)
    gated = placebos.takes_the_vote(interval, 1.0)
    near = int(((running >= 0) & (running < WINDOW)).sum())
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **interval,
        n=_n_members(table),
        method=gated_method(
            f"members within {number(100 * WINDOW)} % above the threshold over a smooth curve through the others within "
            f"{number(100 * REACH)} %; bootstrap, widened by what {len(PLACEBOS)} placebo thresholds show "
            f"(log errors {number(drawn, 2)} and {number(missed, 2)})",
            placebos,
            "times",
            gated,
        ),
        role=Role.CONTEXT if gated else Role.ANSWER,
        events=near,
        smallest_group=near,
        assumptions=(
            "without the tier the amounts would be spread smoothly over the threshold",
            "the tier was decided at the end of a counting period, not on the day of reaching it",
        ),
    )
    return answer, _naive(frame, claim, quantity, running)


def misfit(running: np.ndarray) -> float:
    """Root of the mean squared log excess at the placebo thresholds beyond its sampling variance, 0 or more."""
    placebos = [_excess(_counts(running), place, also_out=0.0) for place in PLACEBOS]
    beyond = sum(p.log_ratio**2 - p.error**2 for p in placebos) / len(placebos)
    return math.sqrt(max(0.0, beyond))


def excess_range(running: np.ndarray) -> PlaceboRange:
    """Range of the excess, as a ratio, at thresholds that do not exist."""
    counts = _counts(running[(running >= -REACH) & (running < REACH)])
    found = [_excess(counts, place, also_out=0.0) for place in GATE]
    placebos = placebo_range([exponentiated(around(excess.log_ratio, excess.error)) for excess in found])
    assert placebos is not None
    return placebos


def _require_both_sides(frame: Frame, running: np.ndarray) -> None:
    for side, n in (("below", int((running < -WINDOW).sum())), ("above", int((running >= WINDOW).sum()))):
        if n < FEWEST_EACH_SIDE:
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_EACH_SIDE} members must lie a tenth to "
                f"a half {side} the threshold to separate a heap from a slope; got {n}. Where the tier is given on the day of "
                "reaching it, this is not possible at all."
            )


def _edges() -> np.ndarray:
    return np.linspace(-REACH, REACH, round(2 * REACH / BIN) + 1)


def _counts(running: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Members a bin. A value on an edge belongs to the bin above it, whatever the last binary digit says."""
    n_bins = round(2 * REACH / BIN)
    place = np.floor(np.round((running + REACH) / BIN, 9)).astype(int)
    counts: np.ndarray = np.bincount(np.clip(place, 0, n_bins - 1), weights=weights, minlength=n_bins)
    return counts.astype(float)


def _excess(counts: np.ndarray, threshold: float, also_out: float | None = None) -> Excess:
    """Log of observed over expected in the window above `threshold`, with its error by the delta method."""
    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    middles = _edges()[:-1] + BIN / 2
    design = np.vander(middles / REACH, DEGREE + 1)
    retained = ~_round(middles, threshold)
    if also_out is not None:
        retained &= ~_round(middles, also_out)
    window = (middles > threshold) & (middles < threshold + WINDOW)
    with warnings.catch_warnings():
        # A crowd that is smooth to the last member is fitted without a rest: that is no fault here.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = sm.GLM(counts[retained], design[retained], family=sm.families.Poisson()).fit()
    curve = np.exp(design[window] @ fit.params)
    gradient = (curve[:, None] * design[window]).sum(axis=0) / curve.sum()
    observed = counts[window].sum()
    if observed == 0:
        return Excess(log_ratio=math.log(0.5 / float(curve.sum())), error=math.sqrt(2.0))
    variance = 1 / observed + float(gradient @ fit.cov_params() @ gradient)
    return Excess(log_ratio=math.log(float(observed / curve.sum())), error=math.sqrt(variance))


def _round(middles: np.ndarray, threshold: float) -> np.ndarray:
    found: np.ndarray = (middles > threshold - WINDOW) & (middles < threshold + WINDOW)
    return found


def _bootstrap_error(table: pd.DataFrame, running: np.ndarray, seed: int, draws: int) -> float:
    """Standard deviation of the log excess over draws of members (with all their decisions)."""
    rng = np.random.default_rng(seed)
    owner = np.unique(table["cluster"], return_inverse=True)[1] if "cluster" in table else np.arange(len(running))
    n = int(owner.max()) + 1
    values = []
    for _ in range(draws):
        times = np.bincount(rng.integers(0, n, n), minlength=n)
        values.append(_excess(_counts(running, weights=times[owner].astype(float)), 0.0).log_ratio)
    return float(np.std(values, ddof=1))


def _naive(frame: Frame, claim: Claim, quantity: str, running: np.ndarray) -> Estimate:
    above = int(((running >= 0) & (running < WINDOW)).sum())
    below = int(((running >= -WINDOW) & (running < 0)).sum())
    if min(above, below) == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: members must lie within a tenth of the threshold on both "
            f"sides; got {below} below and {above} above."
        )
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **exponentiated(around(math.log(above / below), math.sqrt(1 / above + 1 / below))),
        n=above + below,
        method=f"members within {number(100 * WINDOW)} % above the threshold over those within as much below",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)


def _n_members(table: pd.DataFrame) -> int:
    return int(table["cluster"].nunique()) if "cluster" in table else len(table)
