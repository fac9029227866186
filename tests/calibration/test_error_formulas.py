"""Standard errors by formula: those of the textbook where there is nothing to adjust, and near the estimator's own."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy.stats import norm

from analysis.calibration.error_formulas import error_of
from analysis.calibration.precision import _standard_error, precision_of
from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Scale
from analysis.core.wording import number
from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from analysis.estimators.observational.within_customer_slope import QUANTITY, estimate_within_customer_slope
from analysis.estimators.survival.cause_specific_hazard import estimate_cause_specific_hazard
from analysis.estimators.survival.state_dependence import estimate_state_dependence
from analysis.register.claims import load_register
from tests.estimators.frames_for_tests import a_claim_on, a_frame

POINTS = a_claim_on("gap", Scale.PERCENTAGE_POINTS)
HAZARD = a_claim_on("hazard", Scale.HAZARD_RATIO)


def exposure(n: int, *, copies: int = 1, seed: int = 1):
    """Confounded units, each `copies` times as one cluster."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    treated = (rng.random(n) < 1 / (1 + np.exp(-x))).astype(int)
    outcome = (rng.random(n) < 1 / (1 + np.exp(1 - x))).astype(float)
    columns = {"treated": treated, "outcome": outcome, "x_before": x, "cluster": np.arange(n)}
    return a_frame("exposure", **{name: np.repeat(values, copies) for name, values in columns.items()})


def test_two_groups_alone_have_the_error_of_two_shares() -> None:
    """60 of 200 and 40 of 100: the root of .3 x .7 / 200 + .4 x .6 / 100, in points."""
    frame = a_frame(
        "exposure",
        treated=np.repeat([1, 1, 0, 0], (60, 140, 40, 60)),
        outcome=np.repeat([1.0, 0.0, 1.0, 0.0], (60, 140, 40, 60)),
        x_nothing=np.tile([0.0, 1.0], 150),
    )
    found = error_of(estimate_doubly_robust, frame, POINTS, {"quantity": "gap"})
    assert found is not None
    assert found.error == pytest.approx(100 * math.sqrt(0.3 * 0.7 / 200 + 0.4 * 0.6 / 100), rel=0.01)


def test_copies_of_a_unit_add_nothing() -> None:
    once, thrice = (
        error_of(estimate_doubly_robust, exposure(600, copies=copies), POINTS, {"quantity": "gap"}) for copies in (1, 3)
    )
    assert once is not None
    assert thrice is not None
    assert thrice.error == pytest.approx(once.error)


def test_the_adjusted_difference_is_near_what_the_estimator_finds() -> None:
    frame = exposure(3000)
    found = error_of(estimate_doubly_robust, frame, POINTS, {"quantity": "gap"})
    (answer, _) = estimate_doubly_robust(frame, POINTS, quantity="gap")
    assert found is not None
    assert found.error == pytest.approx(_standard_error(answer), rel=0.1)


def test_too_little_is_said_as_the_estimator_says_it() -> None:
    frame = a_frame("exposure", treated=np.repeat([1, 0], (12, 80)), outcome=np.tile([1.0, 0.0], 46))
    told = []
    for ask in (
        lambda: error_of(estimate_doubly_robust, frame, POINTS, {"quantity": "gap"}),
        lambda: estimate_doubly_robust(frame, POINTS, quantity="gap"),
    ):
        with pytest.raises(FrameMistake) as caught:
            ask()
        told.append(str(caught.value))
    assert told[0] == told[1]


def spells(n: int, seed: int = 2):
    """Exponential spells of two groups, one of a third, followed for two years."""
    rng = np.random.default_rng(seed)
    exposed = (rng.random(n) < 1 / 3).astype(float)
    lasted = rng.exponential(2.0, n)
    return a_frame(
        "spells",
        entry_years=np.zeros(n),
        duration_years=np.minimum(lasted, 2.0),
        event=(lasted < 2.0).astype(int),
        x_exposed=exposed,
    )


def test_a_hazard_ratio_has_schoenfelds_error() -> None:
    """1 over the root of events times p (1 - p), p the share of the time at risk."""
    frame = spells(900)
    table = frame.table
    share = table["duration_years"][table["x_exposed"] == 1].sum() / table["duration_years"].sum()
    found = error_of(estimate_cause_specific_hazard, frame, HAZARD, {"quantity": "hazard"})
    assert found is not None
    assert found.error == pytest.approx(1 / math.sqrt(table["event"].sum() * share * (1 - share)))
    (answer, _) = estimate_cause_specific_hazard(frame, HAZARD, quantity="hazard")
    assert found.error == pytest.approx(_standard_error(answer), rel=0.1)


def test_an_estimator_without_a_formula_is_not_spoken_for() -> None:
    assert error_of(lambda frame, claim: (), exposure(100), POINTS, {}) is None


def test_the_slope_within_customers_has_the_error_of_the_fixed_effects_regression() -> None:
    """Four years of quarters of 200 customers, each with a level and a bend of their own: pyfixest gives the interval."""
    rng = np.random.default_rng(3)
    customer, period = np.divmod(np.arange(200 * 16), 16)
    log_spend = rng.normal(size=200)[customer] + rng.normal(scale=0.05, size=200)[customer] * period / 4
    frame = a_frame(
        "customer_periods",
        customer_id=customer,
        period=period,
        tenure_years=(period + 1 + rng.integers(0, 8, 200)[customer]) / 4,  # else nobody stayed longer than others
        n_purchases=np.ones(len(period), dtype=int),
        spend=np.exp(log_spend + 0.1 * (period % 4) + rng.normal(scale=0.3, size=len(period))),
    )
    claim = a_claim_on(QUANTITY, Scale.PERCENT)
    found = error_of(estimate_within_customer_slope, frame, claim, {})
    with warnings.catch_warnings():  # pyfixest tells that it leaves a collinear column out
        warnings.simplefilter("ignore", UserWarning)
        (answer, _) = estimate_within_customer_slope(frame, claim)
    assert found is not None
    assert answer.low is not None
    assert answer.high is not None
    width = math.log(1 + answer.high / 100) - math.log(1 + answer.low / 100)
    assert found.error == pytest.approx(width / (2 * 1.972), rel=0.01)  # t with 199 degrees of freedom


@pytest.mark.slow
def test_the_answer_alone_is_as_precise_as_with_the_population_beside_it() -> None:
    rng = np.random.default_rng(5)
    customer = np.repeat(np.arange(150), 4)
    gaps = rng.exponential(rng.gamma(2, 30, 150)[customer]).round() + 1
    gaps[3::4] = np.nan
    waited = np.nan_to_num(gaps).reshape(150, 4).cumsum(axis=1)
    followed = 900 - np.column_stack([np.zeros(150), waited[:, :-1]]).ravel()
    frame = a_frame(
        "repeat_trials",
        customer_id=customer,
        purchase_number=np.tile([1, 2, 3, 4], 150),
        gap_days=gaps,
        followed_days=np.maximum(followed, np.nan_to_num(gaps)),
    )
    claim = load_register()["repeat-momentum"]
    (answer, *_) = estimate_state_dependence(frame, claim)
    (line,) = precision_of(claim.id, frame, {})
    assert line == precision_of(claim.id, frame, {"population": "mbg_nbd", "n_boot": 10})[0]
    assert number((norm.ppf(0.975) + norm.ppf(0.8)) * _standard_error(answer)) in line
