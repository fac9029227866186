"""Errors by formula of joining, redeeming and heaps: those of the fits and draws that they stand in for."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.calibration.error_formulas import error_of
from analysis.calibration.precision import _standard_error
from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.quasi_experimental.redemption_event_study import estimate_redemption_event_study
from analysis.estimators.quasi_experimental.staggered_adoption import estimate_staggered_adoption
from analysis.estimators.quasi_experimental.tier_cutoff import estimate_tier_cutoff
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CHANGE = a_claim_on("change", Scale.PERCENT)
EXCESS = a_claim_on("excess_above_threshold", Scale.RATIO)


def joiners(scale: Scale) -> pd.DataFrame:
    """Twelve periods of 400 units; half join between the fourth and the eighth."""
    rng = np.random.default_rng(1)
    unit, period = np.divmod(np.arange(400 * 12), 12)
    joined = np.where(np.arange(400) % 2, 4 + np.arange(400) // 2 % 4, np.nan)
    bought = rng.poisson(rng.gamma(4, 0.5, 400)[unit])
    outcome = (bought > 1).astype(float) if scale is Scale.PERCENTAGE_POINTS else bought.astype(float)
    return pd.DataFrame({"unit_id": unit, "period": period, "joined_period": joined[unit], "outcome": outcome})


@pytest.mark.parametrize("scale", [Scale.PERCENT, Scale.PERCENTAGE_POINTS, Scale.DIFFERENCE])
def test_joining_has_the_error_of_the_estimators_own_interval(scale: Scale) -> None:
    frame = a_frame("staggered", **joiners(scale).to_dict("series"))
    options = {"quantity": "change", "comparison": "later or never"}
    claim = a_claim_on("change", scale)
    found = error_of(estimate_staggered_adoption, frame, claim, options)
    (answer, *_) = estimate_staggered_adoption(frame, claim, **options)
    assert found is not None
    spread = stats.t.ppf(0.975, answer.smallest_group - 1) / stats.norm.ppf(0.975)  # which the interval has besides
    assert found.error * spread == pytest.approx(_standard_error(answer), rel=1e-6)


def weeks(n: int, *, placebo: bool, seed: int = 2) -> pd.DataFrame:
    """Windows of sixteen weeks, some members with two, who buy more after a redemption."""
    rng = np.random.default_rng(seed)
    window, week = np.divmod(np.arange(n * 16), 16)
    week -= 8
    level = rng.gamma(2, 0.5, n)[window] * np.where(week >= 1, 1.3, 1.0)
    table = pd.DataFrame(
        {
            "unit_id": window // 2,
            "redemption_id": window,
            "relative_week": week,
            "n_purchases": rng.poisson(level),
        }
    )
    return table.assign(placebo=window % 2) if placebo else table


@pytest.mark.parametrize("placebo", [False, True])
def test_a_change_after_redeeming_has_the_error_of_the_regression_with_a_constant_for_every_window(placebo) -> None:
    frame = a_frame("redemption_windows", **weeks(400, placebo=placebo).to_dict("series"))
    options = {"quantity": "change", "quantity_before": None}
    found = error_of(estimate_redemption_event_study, frame, CHANGE, options)
    (answer, *_) = estimate_redemption_event_study(frame, CHANGE, **options)
    assert found is not None
    assert found.error == pytest.approx(
        _standard_error(answer), rel=0.02
    )  # t over 200 members, and pyfixest's n / (n - k)


def test_too_few_who_redeemed_is_said_as_the_estimator_says_it() -> None:
    frame = a_frame("redemption_windows", **weeks(20, placebo=False).to_dict("series"))
    told = []
    for ask in (
        lambda: error_of(estimate_redemption_event_study, frame, CHANGE, {"quantity": "change"}),
        lambda: estimate_redemption_event_study(frame, CHANGE, quantity="change", quantity_before=None),
    ):
        with pytest.raises(FrameMistake) as caught:
            ask()
        told.append(str(caught.value))
    assert told[0] == told[1]


@pytest.mark.parametrize("decisions", [1, 4])
def test_a_heap_has_the_error_of_the_bootstrap(decisions: int) -> None:
    """Decisions of one member lie close together: counted as members of their own they would look twice as certain."""
    rng = np.random.default_rng(3)
    member = np.repeat(np.arange(4000 // decisions), decisions)
    running = np.clip(rng.uniform(-0.5, 0.5, 4000 // decisions)[member] + rng.normal(0, 0.003, 4000), -0.499, 0.499)
    frame = a_frame(
        "tier_cutoff",
        running=running,
        reached=(running >= 0).astype(int),
        outcome=np.ones(4000),
        tier=np.full(4000, "gold"),
        cluster=member,
    )
    options = {"quantity": "excess_above_threshold"}
    found = error_of(estimate_tier_cutoff, frame, EXCESS, options)
    (answer, _) = estimate_tier_cutoff(frame, EXCESS, **options)
    assert found is not None
    assert found.error == pytest.approx(_standard_error(answer), rel=0.15)  # 200 draws know it to 5 %


def test_an_even_crowd_without_a_heap_is_known_as_well_as_its_window_and_the_curve_say() -> None:
    """Fifty bins of forty: the window's 200 give 1/200, and the curve through forty bins its own variance beside it."""
    middles = np.linspace(-0.49, 0.49, 50)
    frame = a_frame(
        "tier_cutoff",
        running=np.repeat(middles, 40),
        reached=(np.repeat(middles, 40) >= 0).astype(int),
        outcome=np.ones(2000),
        tier=np.full(2000, "gold"),
    )
    found = error_of(estimate_tier_cutoff, frame, EXCESS, {"quantity": "excess_above_threshold"})
    x = np.vander(middles, 5)
    window, left = (middles > 0) & (middles < 0.1), np.abs(middles) > 0.1
    mean = x[window].mean(axis=0)
    curve = mean @ np.linalg.inv(40 * x[left].T @ x[left]) @ mean
    assert found is not None
    assert found.error == pytest.approx(math.sqrt(1 / 200 + curve), rel=1e-3)


def test_jumps_of_later_spend_are_left_to_the_fit() -> None:
    frame = a_frame(
        "tier_cutoff",
        running=np.linspace(-0.5, 0.49, 400),
        reached=(np.linspace(-0.5, 0.49, 400) >= 0).astype(int),
        outcome=np.ones(400),
        tier=np.full(400, "gold"),
    )
    claim = a_claim_on("spend_jump_at_threshold", Scale.PERCENT)
    assert error_of(estimate_tier_cutoff, frame, claim, {"quantity": "spend_jump_at_threshold"}) is None
