"""What a price comparison rests on: who set the prices, whether they matter at all, and what could explain it away."""

from __future__ import annotations

import math

import numpy as np

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.checks.adjustment import e_value
from analysis.estimators.common.design_matrix import independent_columns
from analysis.estimators.observational.price_tolerance import TEN_PER_CENT, estimate_price_tolerance
from analysis.frames import Frame

MOST_EXPLAINED = 0.5
"""If covariates explain more than half of the variation of price changes, prices were mostly set by them."""


def check_price_setting(frame: Frame, claim: Claim) -> CheckResult:
    """Whether price changes were set by what is known of the customer: share of their variance that covariates explain."""
    table = frame.table
    if not frame.covariates:
        return CheckResult(name="who set the prices", passed=None, sentence="No covariate says who got which price.")
    change = table["price_change"].to_numpy(float)
    explained = _r_squared(table[[*frame.covariates, "tenure_years"]].to_numpy(float), change)
    raised = float((change > math.log(1.01)).mean())
    large = float((change >= TEN_PER_CENT).mean())
    return CheckResult(
        name="who set the prices",
        passed=bool(explained <= MOST_EXPLAINED and np.ptp(change) > 0),
        sentence=f"What is known of the customer explains {number(100 * explained)} % of the variance of price changes; "
        f"{number(100 * raised)} % of the customers got an increase above 1 %, {number(100 * large)} % one of 10 % or more.",
        table=({"explained": explained, "increase above 1 %": raised, "increase of 10 % or more": large},),
    )


def check_price_effect(frame: Frame, claim: Claim) -> CheckResult:
    """Whether a price increase drives anyone away here: where it does not, a difference in driving away means nothing."""
    import statsmodels.api as sm

    table = frame.table
    columns = table[["tenure_years", *frame.covariates]].assign(
        price_10=table["price_change"] / TEN_PER_CENT, intercept=1.0
    )[["intercept", "price_10", "tenure_years", *frame.covariates]]
    columns = columns.loc[:, independent_columns(columns.to_numpy(float))]
    fit = sm.GLM(table["lapsed"], columns, family=sm.families.Binomial()).fit(cov_type="HC1")
    low, high = (math.exp(x) for x in fit.conf_int().loc["price_10"])
    value = math.exp(float(fit.params["price_10"]))
    return CheckResult(
        name="whether price increases drive customers away at all",
        passed=low > 1,
        sentence=f"At equal covariates the odds of leaving for a 10 % increase are {number(value)} times those without "
        f"(95 % interval {number(low)} to {number(high)}).",
        table=({"odds ratio": value, "low": low, "high": high},),
    )


def check_interaction_confounding(
    frame: Frame, claim: Claim, *, quantity: str = "price_tenure_odds_ratio", adjusted: bool = True
) -> CheckResult:
    """How strong a confounder of price and leaving, differing with tenure, could explain the interaction away (E-value)."""
    name = "strength of an unmeasured confounder"
    if not adjusted:
        return CheckResult(name=name, passed=None, sentence="Shown as naive: nothing to check.")
    answer = estimate_price_tolerance(frame, claim, quantity=quantity)[0]
    assert answer.value is not None and answer.low is not None and answer.high is not None
    needed = e_value(math.sqrt(answer.value))
    reaches_none = answer.low <= 1 <= answer.high
    limit = 1.0 if reaches_none else min(e_value(math.sqrt(x)) for x in (answer.low, answer.high))
    words = (
        "the interval reaches no effect already"
        if reaches_none
        else f"to move the interval to no effect, by {number(limit)}"
    )
    return CheckResult(
        name=name,
        passed=None,
        sentence="To explain the interaction away, something nobody measured would have to go with price increase and leaving "
        f"by a risk ratio of {number(needed)} more among customers of long standing than among new ones; {words}.",
        table=({"E-value": needed, "E-value of the limit": limit},),
    )


def _r_squared(matrix: np.ndarray, target: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(matrix)), matrix])
    design = design[:, independent_columns(design)]
    fitted = design @ np.linalg.lstsq(design, target, rcond=None)[0]
    total = float(((target - target.mean()) ** 2).sum())
    return 1 - float(((target - fitted) ** 2).sum()) / total if total > 0 else 0.0
