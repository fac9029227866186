"""What an adjusted comparison rests on: overlap, balance, and how strong a confounder that nobody measured would have to be."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.vocabulary import Role, Scale
from analysis.core.wording import number
from analysis.estimators.observational.augmented_weighting import (
    comparable,
    cross_fit_propensity,
    design_matrix,
    overlap_weights,
)
from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from analysis.frames import Frame

MOST_BEYOND = 0.05
"""If more than this share of the smaller group has hardly a counterpart in the other, the groups do not overlap."""

HARDLY = 99.0
"""Covariates this many times as common in the one group as in the other have hardly a counterpart: at equal groups a
propensity above 99 %. It is counted from the share exposed, or a rare exposure would look like none at all."""

FEWEST_EFFECTIVE = 30.0
"""Effective size (Kish) that each group must keep under the weights."""

BALANCED = 0.1
"""Standardised differences of means below this are customarily called balanced (Austin 2009, Statist. Med. 28, 3083)."""


def check_overlap(frame: Frame, claim: Claim, *, seed: int = 1, n_folds: int = 5) -> CheckResult:
    """Whether the smaller group has counterparts in the other, and both keep enough units under the overlap weights.

    How many times as common a unit's covariates are among the exposed is e / (1 - e) over the odds of exposure of all.
    Looked at are the units that the estimate compares: strata in which one group is missing are left out, and counted.
    """
    if _nothing_held_equal(frame):
        return _nothing("overlap")
    used = comparable(frame)
    left_out = 1 - len(used.table) / len(frame.table)
    treated = used.table["treated"].to_numpy(float)
    propensity = cross_fit_propensity(used, seed, n_folds)
    smaller = float(treated.mean() <= 0.5)
    chance = np.clip(propensity if smaller else 1 - propensity, 1e-12, 1 - 1e-12)
    share = float((treated == smaller).mean())
    times = chance / (1 - chance) / (share / (1 - share))
    beyond = float((times[treated == smaller] > HARDLY).mean())
    weights = overlap_weights(treated, propensity)
    sizes = [float(w.sum() ** 2 / (w**2).sum()) if w.any() else 0.0 for w in (weights[treated == a] for a in (1, 0))]
    passed = beyond <= MOST_BEYOND and min(sizes) >= FEWEST_EFFECTIVE
    group = "exposed" if smaller else "unexposed"
    out = f" {number(100 * left_out)} % of all units stand in strata where one group is missing." if left_out else ""
    return CheckResult(
        name="overlap of exposed and unexposed",
        passed=passed,
        sentence=f"{'' if passed else 'The groups do not overlap: '}{number(100 * beyond)} % of the {group} have hardly a "
        f"counterpart in the other group; under the weights {number(sizes[0])} exposed and {number(sizes[1])} unexposed "
        f"units count.{out}",
        table=(
            {
                "share beyond": beyond,
                "effective exposed": sizes[0],
                "effective unexposed": sizes[1],
                "share in strata left out": left_out,
            },
        ),
    )


def check_balance(frame: Frame, claim: Claim, *, seed: int = 1, n_folds: int = 5) -> CheckResult:
    """Whether covariates, and their squares, are alike in both groups under the overlap weights.

    The weights make means alike by construction; squares are alike only if the model of exposure has the right form.
    Failed if a difference reaches 0.1 standard deviations and is no chance (|z| beyond the normal quantile for so many
    looks at 5 %), passed if none reaches it, undecided else.
    """
    if _nothing_held_equal(frame):
        return _nothing("balance")
    from scipy.stats import norm

    used = comparable(frame)
    treated = used.table["treated"].to_numpy(float)
    weights = overlap_weights(treated, cross_fit_propensity(used, seed, n_folds))
    matrix = design_matrix(used)
    squares = matrix[:, [len(np.unique(column)) > 2 for column in matrix.T]] ** 2
    looked_at = np.column_stack([matrix, (squares - squares.mean(axis=0)) / squares.std(axis=0)])
    before, _ = _differences(looked_at, treated, np.ones(len(treated)))
    after, errors = _differences(looked_at, treated, weights)
    beyond = np.abs(after) >= BALANCED
    real = np.abs(after) > norm.ppf(1 - 0.025 / len(after)) * errors
    worst = float(np.abs(after).max())
    passed = False if (beyond & real).any() else (None if beyond.any() else True)
    words = {True: "", False: "The groups are not alike: ", None: "Too few units to tell: "}[passed]
    lead = "the" if words else "The"
    return CheckResult(
        name="balance of the covariates",
        passed=passed,
        sentence=f"{words}{lead} largest difference between the groups is {number(np.abs(before).max())} standard deviations "
        f"before weighting and {number(worst)} after it ({len(after)} covariates, their squares and strata).",
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


def _differences(matrix: np.ndarray, treated: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean of the exposed less that of the others, in standard deviations (the columns have spread 1), and its error."""
    means, variances = [], []
    for arm in (1, 0):
        w, rows = weights[treated == arm], matrix[treated == arm]
        mean = np.average(rows, axis=0, weights=w)
        means.append(mean)
        variances.append((w[:, None] ** 2 * (rows - mean) ** 2).sum(axis=0) / w.sum() ** 2)
    return means[0] - means[1], np.sqrt(variances[0] + variances[1])


def _nothing_held_equal(frame: Frame) -> bool:
    return not frame.covariates and "stratum" not in frame.table


def _nothing(what: str) -> CheckResult:
    return CheckResult(
        name=what, passed=None, sentence="Nothing was held equal in this comparison, so there is nothing to check."
    )
