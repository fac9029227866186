"""What an adjusted comparison rests on: overlap, balance, and how strong a confounder that nobody measured would have to be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.vocabulary import Role, Scale
from analysis.core.wording import number
from analysis.estimators.observational.augmented_weighting import TRIMMED_AT, cross_fit_propensity, design_matrix
from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from analysis.frames import Frame

if TYPE_CHECKING:
    import numpy as np

MOST_BEYOND = 0.05
"""If more than this share has hardly any chance of being exposed, or of not being, the groups do not overlap."""

BALANCED = 0.1
"""Standardised differences of means below this are customarily called balanced (Austin 2009, Statist. Med. 28, 3083)."""


def check_overlap(frame: Frame, claim: Claim, *, seed: int = 1, n_folds: int = 5) -> CheckResult:
    """Whether every kind of unit could have been exposed or not: share of propensities beyond 1 and 99 %."""
    if _nothing_held_equal(frame):
        return _nothing("overlap")
    import numpy as np

    propensity = cross_fit_propensity(frame, seed, n_folds)
    beyond = float(((propensity < TRIMMED_AT) | (propensity > 1 - TRIMMED_AT)).mean())
    low, high = (float(x) for x in np.quantile(propensity, (0.01, 0.99)))
    return CheckResult(
        name="overlap of exposed and unexposed",
        passed=beyond <= MOST_BEYOND,
        sentence=f"{number(100 * beyond)} % of the units had a chance of exposure below 1 % or above 99 % given their "
        f"covariates; 98 % had one between {number(100 * low)} and {number(100 * high)} %.",
        table=({"share beyond": beyond, "1st percentile": low, "99th percentile": high},),
    )


def check_balance(frame: Frame, claim: Claim, *, seed: int = 1, n_folds: int = 5) -> CheckResult:
    """Whether covariates are alike in both groups once each unit is weighted by the inverse of its propensity."""
    if _nothing_held_equal(frame):
        return _nothing("balance")
    import numpy as np

    treated = frame.table["treated"].to_numpy(float)
    propensity = np.clip(cross_fit_propensity(frame, seed, n_folds), TRIMMED_AT, 1 - TRIMMED_AT)
    weights = np.where(treated == 1, 1 / propensity, 1 / (1 - propensity))
    matrix = design_matrix(frame)
    before, after = (_differences(matrix, treated, w) for w in (np.ones(len(treated)), weights))
    worst = float(np.abs(after).max())
    return CheckResult(
        name="balance of the covariates",
        passed=worst < BALANCED,
        sentence=f"The largest difference between the groups is {number(np.abs(before).max())} standard deviations before "
        f"weighting and {number(worst)} after it ({len(after)} covariates and strata).",
        table=({"largest before": float(np.abs(before).max()), "largest after": worst, "covariates": len(after)},),
    )


def check_unmeasured_confounding(
    frame: Frame, claim: Claim, *, quantity: str, adjusted: bool = True, seed: int = 1, n_folds: int = 5
) -> CheckResult:
    """How strong a confounder would have to be to explain the estimate away, beside the strongest that was measured.

    E-value of the interval's end nearer to no effect (VanderWeele & Ding 2017, Annals of Internal Medicine 167, 268-274):
    the risk ratio that an unmeasured confounder would need with both exposure and outcome. Passed if it exceeds what the
    strongest measured covariate (split at its median) has with both.
    """
    if not adjusted or _nothing_held_equal(frame):
        return _nothing("unmeasured confounding")
    estimate = next(
        e
        for e in estimate_doubly_robust(frame, claim, quantity=quantity, seed=seed, n_folds=n_folds)
        if e.role is not Role.NAIVE
    )
    scale = claim.quantity(quantity).scale
    ends = [_as_risk_ratio(frame, float(x), scale) for x in (estimate.value, estimate.low, estimate.high)]  # type: ignore[arg-type]
    needed = e_value(ends[0])
    needed_limit = 1.0 if min(ends[1:]) <= 1 <= max(ends[1:]) else min(e_value(x) for x in ends[1:])
    strongest, name = _strongest_measured(frame)
    return CheckResult(
        name="strength of an unmeasured confounder",
        passed=needed_limit > strongest,
        sentence=f"To explain the estimate away, something nobody measured would have to go with both exposure and outcome by "
        f"a risk ratio of {number(needed)}; to move the interval to no effect, {number(needed_limit)}. The strongest measured "
        f"covariate ({name}) goes with both by {number(strongest)}.",
        table=({"E-value": needed, "E-value of the limit": needed_limit, "strongest measured": strongest},),
    )


def e_value(risk_ratio: float) -> float:
    """E-value of a risk ratio: RR + sqrt(RR (RR - 1)) for the ratio or its inverse, whichever is above 1.

    Examples
    --------
    The paper's example has a risk ratio of 3.9 with the limit 1.8; a ratio of 1 needs nothing:

    >>> round(e_value(3.9), 2), round(e_value(1.8), 2), e_value(1.0), e_value(0.5) == e_value(2.0)
    (7.26, 3.0, 1.0, True)
    """
    ratio = max(risk_ratio, 1 / risk_ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def _as_risk_ratio(frame: Frame, value: float, scale: Scale) -> float:
    """The effect as a risk ratio: square root of odds ratios (outcome not rare), exp(0.91 d) of standardised differences."""
    outcome = frame.table["outcome"]
    if scale is Scale.ODDS_RATIO:
        return math.sqrt(value)
    if scale is Scale.RATIO:
        return value
    if scale is Scale.PERCENT:
        return 1 + value / 100
    if scale is Scale.PERCENTAGE_POINTS:
        base = float(outcome[frame.table["treated"] == 0].mean())
        return max(1e-6, base + value / 100) / max(1e-6, base)
    return math.exp(0.91 * value / float(outcome.std()))


def _strongest_measured(frame: Frame) -> tuple[float, str]:
    """The covariate whose weaker tie, to exposure or to outcome, is the strongest: its risk ratio and name."""
    treated, outcome = frame.table["treated"], frame.table["outcome"]
    above = (outcome > outcome.median()).astype(float) if outcome.nunique() > 2 else outcome
    found = [(1.0, "none")]
    for name in frame.covariates:
        middle = frame.table[name].median()
        # A yes of the majority has no value above its median.
        split = frame.table[name] > middle if (frame.table[name] > middle).any() else frame.table[name] == middle
        if 0 < split.mean() < 1:
            found.append((min(_risk_ratio(treated, split), _risk_ratio(above, split)), name.removeprefix("x_")))
    return max(found)


def _risk_ratio(event: Any, split: Any) -> float:
    high, low = float(event[split].mean()), float(event[~split].mean())
    if min(high, low) <= 0:
        return 1.0
    return max(high / low, low / high)


def _differences(matrix: np.ndarray, treated: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted mean of the exposed less that of the others, in standard deviations (the columns have spread 1)."""
    import numpy as np

    exposed, others = treated == 1, treated == 0
    found: np.ndarray = np.average(matrix[exposed], axis=0, weights=weights[exposed]) - np.average(
        matrix[others], axis=0, weights=weights[others]
    )
    return found


def _nothing_held_equal(frame: Frame) -> bool:
    return not frame.covariates and "stratum" not in frame.table


def _nothing(what: str) -> CheckResult:
    return CheckResult(
        name=what, passed=None, sentence="Nothing was held equal in this comparison, so there is nothing to check."
    )
