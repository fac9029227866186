"""Random-effects pooling of Estimates of one quantity, with a prediction interval.

The heavy lifting is statsmodels': Paule-Mandel between-source variance and the Hartung-Knapp-Sidik-Jonkman standard
error. With few sources that error can come out smaller than the plain one by chance; the larger of the two is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from analysis.core.errors import ParameterMistake
from analysis.core.results import Estimate
from analysis.core.verdict_results import Pooled
from analysis.core.vocabulary import INTERVAL_LEVEL, RATIO_SCALES, Scale
from analysis.core.wording import number

FEWEST_TO_POOL = 3
"""Two sources cannot tell how much sources differ; below three, agreement decides."""


def pool(estimates: Sequence[Estimate], level: float = INTERVAL_LEVEL) -> Pooled:
    """Pool quantified Estimates of one quantity from different sources.

    The mean is taken on the logarithm for ratio scales and on Fisher's z for correlations, and given back on the scale.
    Standard errors come from the intervals: (high - low) / (2 z). Areas under a curve end at 0 and 1, and so do bounds.
    The prediction interval is mean ± t(k-2) · sqrt(tau² + se²) (Higgins, Thompson & Spiegelhalter 2009, J. R. Statist.
    Soc. A 172, 137-159).

    Parameters
    ----------
    estimates : sequence of Estimate
        Three or more, all with intervals, one quantity, one scale, each from a source of its own.
    level : float
        Level of the pooled and the prediction interval.

    Raises
    ------
    ParameterMistake
        If one of these conditions does not hold.
    """
    import numpy as np
    from scipy.stats import t
    from statsmodels.stats.meta_analysis import combine_effects

    _require_poolable(estimates)
    forward, back = transform(estimates[0].scale)
    # A fixed order makes the sum, and so the last digit, the same however the sources were listed.
    ordered = sorted(estimates, key=lambda e: (e.source, e.value or 0.0))
    effects = np.array([forward(e.value) for e in ordered])  # type: ignore[arg-type]
    errors = np.array([standard_error(e, forward) for e in ordered])
    # Sources that agree exactly make statsmodels divide by a Q of 0 on its way to I²; what comes of it is cut to 0 below.
    with np.errstate(divide="ignore"):
        fit = combine_effects(effects, errors**2, method_re="iterated", use_t=True)
    k = len(ordered)
    mean = float(fit.mean_effect_re)
    error = max(float(fit.sd_eff_w_re_hksj), float(fit.sd_eff_w_re))
    tau2 = max(0.0, float(fit.tau2))
    half = float(t.ppf(0.5 + level / 2, k - 1)) * error
    reach = float(t.ppf(0.5 + level / 2, k - 2)) * math.sqrt(tau2 + error**2)
    floor, ceiling = (0.0, 1.0) if estimates[0].scale is Scale.AREA_UNDER_CURVE else (-math.inf, math.inf)
    low, high, predicted_low, predicted_high = (
        min(ceiling, max(floor, back(mean + distance))) for distance in (-half, half, -reach, reach)
    )
    return Pooled(
        quantity=ordered[0].quantity,
        value=back(mean),
        low=low,
        high=high,
        level=level,
        predicted_low=predicted_low,
        predicted_high=predicted_high,
        tau2=tau2,
        i2=min(1.0, max(0.0, float(fit.i2))),
        k=k,
    )


def _require_poolable(estimates: Sequence[Estimate]) -> None:
    if len(estimates) < FEWEST_TO_POOL:
        raise ParameterMistake(f"`estimates` must hold at least {FEWEST_TO_POOL} to pool; got {len(estimates)}.")
    for name in ("quantity", "scale"):
        values = sorted({str(getattr(e, name)) for e in estimates})
        if len(values) > 1:
            raise ParameterMistake(f"`estimates` must share one {name} to pool; got {', '.join(values)}.")
    sources = [e.source for e in estimates]
    twice = sorted({s for s in sources if sources.count(s) > 1})
    if twice:
        raise ParameterMistake(f"`estimates` must come from sources of their own to pool; {twice[0]!r} stands twice.")
    if not all(e.quantified for e in estimates):
        raise ParameterMistake("`estimates` must all have intervals to pool; leave the unquantified ones out.")
    for estimate in estimates:
        _require_transformable(estimate)


def _require_transformable(estimate: Estimate) -> None:
    """Raise unless the Estimate has a logarithm (ratios) or a Fisher's z (correlations)."""
    if estimate.scale in RATIO_SCALES and estimate.value is not None and estimate.value <= 0:
        raise ParameterMistake(
            f"`estimates` must be above 0 to pool ratios; the one from {estimate.source} is {number(estimate.value)}."
        )
    bounds = (estimate.low, estimate.high)
    if estimate.scale is Scale.CORRELATION and any(bound is not None and abs(bound) >= 1 for bound in bounds):
        raise ParameterMistake(
            f"`estimates` must have intervals between -1 and 1 to pool correlations; the one from {estimate.source} is "
            f"{number(estimate.low)} to {number(estimate.high)}. Take the interval on Fisher's z."
        )


def transform(scale: Scale) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """The functions to the working scale and back: logarithm for ratios, Fisher's z for correlations, else none."""
    if scale in RATIO_SCALES:
        return math.log, math.exp
    if scale is Scale.CORRELATION:
        return math.atanh, math.tanh
    return float, float


def standard_error(estimate: Estimate, forward: Callable[[float], float]) -> float:
    """Standard error on the working scale, from the interval."""
    from scipy.stats import norm

    z = float(norm.ppf(0.5 + estimate.level / 2))
    assert estimate.value is not None and estimate.low is not None and estimate.high is not None
    if estimate.scale in RATIO_SCALES and estimate.low <= 0:
        # A bound of 0 has no logarithm: the upper half of the interval speaks for both.
        error = (forward(estimate.high) - forward(estimate.value)) / z
    else:
        error = (forward(estimate.high) - forward(estimate.low)) / (2 * z)
    if error <= 0:
        raise ParameterMistake(
            f"`estimates` must have intervals of some width to pool; the one from {estimate.source} has none."
        )
    return error
