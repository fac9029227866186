"""Standard errors by formula, for `check`: what a test of a claim could find, told from its frame without fitting its models.

Each formula asks of the frame what its estimator asks first, in the same words, so that "too little" means the same to
both. Where an estimator has no formula here, its own interval tells (`precision`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.vocabulary import Scale
from analysis.estimators.common.design_matrix import independent_columns
from analysis.estimators.observational import augmented_weighting as weighting
from analysis.estimators.observational import within_customer_slope
from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from analysis.estimators.quasi_experimental import bunching
from analysis.estimators.quasi_experimental import redemption_event_study as event_study
from analysis.estimators.quasi_experimental.event_path import event_path, panel_of
from analysis.estimators.quasi_experimental.staggered_adoption import estimate_staggered_adoption
from analysis.estimators.quasi_experimental.tier_cutoff import estimate_tier_cutoff
from analysis.estimators.survival.cause_specific_hazard import LEFT, estimate_cause_specific_hazard
from analysis.frames import Frame

AT_THE_START = 2.0
"""A line through events spread evenly is twice as uncertain at its end as in its middle: the root of 1 + (1/2)² / (1/12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardError:
    """What a formula tells of one quantity.

    Attributes
    ----------
    quantity : str
    error : float
        In the unit of the estimate; on scales of ratios and changes in per cent, of the logarithm.
    """

    quantity: str
    error: float


Formula = Callable[..., "StandardError | None"]


def of_adjusted_difference(frame: Frame, claim: Claim, *, quantity: str, **_: object) -> StandardError | None:
    """Of the contrast of exposed and unexposed at equal covariates.

    From the linear regression on exposure, covariates and strata, with cluster-robust errors: sum over clusters of (sum of
    d e)² over (sum of d²)², d what covariates leave open of the exposure, e what the regression leaves of the outcome
    (Cameron & Miller 2015, Journal of Human Resources 50, 317-372). It counts units by how well they could have been
    either, as overlap weights do. On the logarithm it is over the mean outcome.

    Returns
    -------
    StandardError
        None for an odds ratio, or where covariates leave nothing of the exposure open.
    """
    chosen = claim.quantity(quantity)
    estimate_doubly_robust(frame, claim, quantity=quantity, adjusted=False)
    if chosen.scale is Scale.ODDS_RATIO:
        return None
    weighting.require_both_groups(frame, weighting.FEWEST_IN_GROUP)
    used = weighting.comparable(frame)
    weighting.require_both_groups(used, weighting.FEWEST_IN_GROUP)
    table = used.table
    outcome, treated = table["outcome"].to_numpy(float), table["treated"].to_numpy(float)
    matrix = np.column_stack([np.ones(len(table)), weighting.design_matrix(used)])
    left, rest = _residuals(matrix, np.column_stack([treated, outcome])).T
    open_ = float(left @ left)
    if open_ < 1e-9 * len(table):
        return None
    scores = left * (rest - float(left @ rest) / open_ * left)
    error = math.sqrt(float((_sums(scores, weighting.clusters_of(used)) ** 2).sum())) / open_
    if chosen.scale is Scale.PERCENTAGE_POINTS:
        error *= 100
    elif chosen.scale in (Scale.PERCENT, Scale.RATIO):
        mean = float(np.average(outcome, weights=left**2))
        if mean <= 0:
            return None
        error /= mean
    return StandardError(quantity=quantity, error=error)


def of_hazard_ratio(
    frame: Frame, claim: Claim, *, quantity: str, term: str = "x_exposed", at_start: bool = False, **_: object
) -> StandardError | None:
    """Of the logarithm of a hazard ratio: 1 over the root of (events times the variance of the covariate that others leave).

    Schoenfeld (1983, Biometrics 39, 499-503) for two groups, Hsieh & Lavori (2000, Controlled Clinical Trials 21, 552-560)
    for any covariate; the variance is that over the time at risk, within strata. At the start of the spells it is
    `AT_THE_START` times as much.
    """
    estimate_cause_specific_hazard(frame, claim, quantity=quantity, term=term, adjusted=False)
    table = frame.table[frame.table["duration_years"] > frame.table["entry_years"]]
    time = (table["duration_years"] - table["entry_years"]).to_numpy(float)
    others = [table[[c for c in frame.covariates if c != term]]]
    if "stratum" in table:
        others.append(pd.get_dummies(table["stratum"], drop_first=True, dtype=float))
    matrix = np.column_stack([np.ones(len(table)), pd.concat(others, axis=1).to_numpy(float)])
    root = np.sqrt(time)[:, None]
    matrix = matrix[:, independent_columns(matrix)]
    left = _residuals(matrix * root, table[[term]].to_numpy(float) * root)[:, 0]
    variance, n_left = float(left @ left) / float(time.sum()), int((table["event"] == LEFT).sum())
    if variance <= 0 or not n_left:
        return None
    error = 1 / math.sqrt(n_left * variance)
    return StandardError(quantity=quantity, error=error * (AT_THE_START if at_start else 1.0))


def of_slope_within_customers(frame: Frame, claim: Claim) -> StandardError | None:
    """Of the slope of log spend on tenure within customers and seasons, errors clustered by customer.

    The within transformation takes the customers out, a regression the seasons (Frisch & Waugh 1933, Econometrica 1,
    387-401); then the sandwich, as for an adjusted difference.

    Returns
    -------
    StandardError
        None where too few customers are seen for the slope or its interval: the estimator says what is lacking.
    """
    table = frame.table.assign(season=frame.table["period"] % within_customer_slope.QUARTERS_PER_YEAR)
    table = within_customer_slope.whole_periods(table)
    twice = table[table.duplicated(["customer_id", "season"])]["customer_id"].nunique()
    if twice < within_customer_slope.FEWEST_CUSTOMERS:
        return None
    seasons = pd.get_dummies(table["season"], drop_first=True, dtype=float)
    columns = seasons.assign(tenure=table["tenure_years"], log_spend=np.log(table["spend"]))
    within = (columns - columns.groupby(table["customer_id"]).transform("mean")).to_numpy(float)
    left, rest = _residuals(within[:, : seasons.shape[1]], within[:, seasons.shape[1] :]).T
    open_ = float(left @ left)
    customers = np.unique(table["customer_id"].to_numpy(), return_inverse=True)[1]
    scores = left * (rest - float(left @ rest) / open_ * left)
    error = math.sqrt(float((_sums(scores, customers) ** 2).sum())) / open_
    return StandardError(quantity=within_customer_slope.QUANTITY, error=error)


def of_joining(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str,
    last: int = 4,
    n_before: int = 2,
    comparison: str = "later",
    **_: object,
) -> StandardError:
    """Of the change after joining over that of others: from the influence of every unit, without the naive comparison.

    It is the estimator's own error (Callaway & Sant'Anna 2021, Journal of Econometrics 225, 200-230): means and sums only.
    """
    chosen = claim.quantity(quantity)
    ratio = chosen.scale is Scale.PERCENT
    after = (tuple(range(1, last + 1)),)
    path = event_path(frame, panel_of(frame), after, ratio=ratio, n_before=n_before, comparison=comparison)
    error = math.sqrt(float(path.covariance[0, 0]))
    return StandardError(quantity=quantity, error=error * (100 if chosen.scale is Scale.PERCENTAGE_POINTS else 1))


def of_change_after_redeeming(
    frame: Frame, claim: Claim, *, quantity: str = "purchase_change_after", weeks: int = event_study.WEEKS, **_: object
) -> StandardError | None:
    """Of the logarithm of the change of the rate after a redemption.

    Given how many purchases fall into a window, those of its weeks are multinomial (Hausman, Hall & Griliches 1984,
    Econometrica 52, 909-938), so windows need no constants of their own: two of Newton's steps from no effect, then the
    sandwich over members, with scores s and information I: I⁻¹ (sum of s s') I⁻¹.

    Returns
    -------
    StandardError
        None where the weeks do not tell the phases apart.
    """
    table = event_study._phases(frame.table, weeks)
    event_study._require_members(frame, table, weeks)
    net = bool((table["placebo"] == 1).any())
    names = [*(("before", "after") if net else ()), "before_redeemed", "after_redeemed"]
    window = np.unique(table["redemption_id"].to_numpy(), return_inverse=True)[1]
    member = np.unique(table["unit_id"].to_numpy(), return_inverse=True)[1]
    phases, bought = table[names].to_numpy(float), table["n_purchases"].to_numpy(float)
    total = _sums(bought, window)
    beta = np.zeros(len(names))
    for _step in range(3):
        weights = np.exp(phases @ beta)
        expected = total[window] * weights / _sums(weights, window)[window]
        mean = np.column_stack([_sums(weights * x, window) for x in phases.T]) / _sums(weights, window)[:, None]
        left = phases - mean[window]
        information = left.T @ (expected[:, None] * left)
        if np.linalg.cond(information) > 1e12:
            return None
        scores = np.column_stack([_sums(x, member) for x in ((bought - expected)[:, None] * left).T])
        step = np.linalg.solve(information, scores.sum(axis=0))
        beta = beta + step
    inverse = np.linalg.inv(information)
    covariance = inverse @ (scores.T @ scores) @ inverse
    return StandardError(quantity=quantity, error=math.sqrt(float(covariance[-1, -1])))


def of_excess_above_threshold(frame: Frame, claim: Claim, *, quantity: str, **_: object) -> StandardError | None:
    """Of the logarithm of members above a threshold over those that a smooth curve puts there, from the counts of bins.

    A member moves the logarithm by one over the members in the window for each of his values there, and through the curve
    by what a count outside it does (delta method); the variance is the sum of squares over members. With it goes what the
    curve misses at thresholds that do not exist, as in the interval itself. No draws.

    Returns
    -------
    StandardError
        None for the jumps of later spend: their error hangs on a bandwidth that has to be fitted first.
    """
    if quantity != "excess_above_threshold":
        return None
    table = frame.table[frame.table["running"].between(-bunching.REACH, bunching.REACH, inclusive="left")]
    running = table["running"].to_numpy(float)
    bunching._require_both_sides(frame, running)
    counts, middles = bunching._counts(running), bunching._edges()[:-1] + bunching.BIN / 2
    window = (middles > 0) & (middles < bunching.WINDOW)
    if not counts[window].sum():
        return None
    design = np.vander(middles / bunching.REACH, bunching.DEGREE + 1)
    outside = ~bunching._round(middles, 0.0)
    curve = _smooth(design[outside], counts[outside], design)
    gradient = (curve[window, None] * design[window]).sum(axis=0) / curve[window].sum()
    information = design[outside].T @ (curve[outside, None] * design[outside])
    moves = np.where(window, 1 / counts[window].sum(), 0.0)
    moves[outside] -= design[outside] @ np.linalg.solve(information, gradient)
    bins = np.searchsorted(bunching._edges(), np.round(running, 9), side="right") - 1
    owner = table["cluster"].to_numpy() if "cluster" in table else np.arange(len(table))
    each = _sums(moves[np.clip(bins, 0, len(counts) - 1)], np.unique(owner, return_inverse=True)[1])
    drawn = math.sqrt(float(((each - each.mean()) ** 2).sum()))
    return StandardError(quantity=quantity, error=math.hypot(drawn, bunching.misfit(running)))


FORMULAS: Mapping[object, Formula] = MappingProxyType(
    {
        estimate_doubly_robust: of_adjusted_difference,
        estimate_cause_specific_hazard: of_hazard_ratio,
        within_customer_slope.estimate_within_customer_slope: of_slope_within_customers,
        estimate_staggered_adoption: of_joining,
        event_study.estimate_redemption_event_study: of_change_after_redeeming,
        estimate_tier_cutoff: of_excess_above_threshold,
    }
)
"""Estimator to the formula of its error.

No formula for: cost ratios, which are sums with blocks left out and fit nothing; the leverage of retention, whose intervals
come from the profile of the likelihood of some twenty counts (a tenth of a second); jumps at a threshold, whose error hangs
on a bandwidth that has to be fitted first.
"""


def error_of(estimator: object, frame: Frame, claim: Claim, options: Mapping[str, Any]) -> StandardError | None:
    """The standard error of an estimator's answer by formula; None where there is no formula for it, or it tells nothing.

    Raises
    ------
    FrameMistake
        If the frame holds too little for the estimator.
    """
    formula = FORMULAS.get(estimator)
    return formula(frame, claim, **options) if formula else None


def _residuals(matrix: np.ndarray, values: np.ndarray) -> np.ndarray:
    """What a linear regression on `matrix`, whose columns are independent, leaves of each column of `values`."""
    found: np.ndarray = values - matrix @ np.linalg.solve(matrix.T @ matrix, matrix.T @ values)
    return found


def _smooth(design: np.ndarray, counts: np.ndarray, everywhere: np.ndarray) -> np.ndarray:
    """Expected counts at each row of `everywhere` by a log-linear curve through `counts` (Poisson, Fisher scoring)."""
    expected = counts + 0.5
    for _step in range(50):
        log = np.log(expected) + (counts - expected) / expected
        beta = np.linalg.solve(design.T @ (expected[:, None] * design), design.T @ (expected * log))
        before, expected = expected, np.exp(design @ beta)
        if np.allclose(before, expected, rtol=1e-10):
            break
    found: np.ndarray = np.exp(everywhere @ beta)
    return found


def _sums(scores: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    return np.bincount(clusters, weights=scores)
