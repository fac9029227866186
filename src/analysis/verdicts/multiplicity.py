"""How many of the conclusions survive when it is remembered that dozens of claims were tested at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.core.results import Estimate
from analysis.core.verdict_results import Verdict
from analysis.core.vocabulary import CLAIMED_SIDE, RATIO_SCALES, Scale


def two_sided_p(estimate: Estimate) -> float:
    """Return the two-sided p-value against the null that an Estimate's interval implies, by the normal distribution.

    On the logarithm for ratio scales and on Fisher's z for correlations: z = |f(value) - f(null)| / se, with
    se = (f(high) - f(low)) / (2 z_level).

    Examples
    --------
    An interval at 95 % that just touches the null has p = 0.05:

    >>> from analysis.core.vocabulary import Design, Kind
    >>> e = Estimate(claim="c", quantity="q", value=1.0, low=0.0, high=2.0, scale=Scale.DIFFERENCE, null=0.0, unit="",
    ...              design=Design.RANDOMISED, kind=Kind.PUBLIC, source="s", method="m")
    >>> round(two_sided_p(e), 6)
    0.05
    """
    import math

    from scipy.stats import norm

    assert estimate.value is not None
    assert estimate.low is not None
    assert estimate.high is not None

    def f(x: float) -> float:
        if estimate.scale in RATIO_SCALES:
            return math.log(max(x, 1e-12))
        if estimate.scale is Scale.CORRELATION:
            return math.atanh(max(min(x, 1 - 1e-12), -1 + 1e-12))
        return x

    error = (f(estimate.high) - f(estimate.low)) / (2 * float(norm.ppf(0.5 + estimate.level / 2)))
    if error <= 0:
        return 0.0 if estimate.value != estimate.null else 1.0
    return float(2 * norm.sf(abs(f(estimate.value) - f(estimate.null)) / error))


def surviving_holm(verdicts: Sequence[Verdict], alpha: float = 0.05) -> tuple[int, int]:
    """Return how many verdicts lie on the claimed side, and how many survive Holm's adjustment.

    One p-value a tested claim, over all verdicts with deciding assessments: the smallest among the pooled means and the
    deciding assessments of quantities that were not pooled, times their number (Bonferroni), so that many sources do not
    make a small one likely.

    Parameters
    ----------
    verdicts : sequence of Verdict
        One a claim.
    alpha : float
        Family-wise level, in (0, 1).
    """
    from statsmodels.stats.multitest import multipletests

    tested = [v for v in verdicts if v.deciding]
    if not tested:
        return 0, 0
    p_values = [_p_of_claim(v) for v in tested]
    rejected = multipletests(p_values, alpha=alpha, method="holm")[0]
    holding = [v.outcome in CLAIMED_SIDE for v in tested]
    return sum(holding), sum(bool(r) and h for r, h in zip(rejected, holding, strict=True))


def _p_of_claim(verdict: Verdict) -> float:
    means = {mean.quantity: mean for mean in verdict.pooled}
    measured = {r.estimate.quantity: r.estimate for r in verdict.deciding}
    p_values = [two_sided_p(r.estimate) for r in verdict.deciding if r.estimate.quantity not in means]
    for quantity, mean in means.items():
        pooled = replace(measured[quantity], value=mean.value, low=mean.low, high=mean.high, level=mean.level)
        p_values.append(two_sided_p(pooled))
    return min(1.0, len(p_values) * min(p_values))


def holm_sentence(verdicts: Sequence[Verdict]) -> str:
    """Say it in words, for the scoreboard; empty if nothing was tested."""
    n_holding, n_left = surviving_holm(verdicts)
    n_tested = sum(bool(v.deciding) for v in verdicts)
    if not n_holding:
        return ""
    return (
        f"{n_tested} claims were tested at once. Of the {n_holding} whose direction holds, {n_left} still do after Holm's "
        "adjustment for testing so many."
    )
