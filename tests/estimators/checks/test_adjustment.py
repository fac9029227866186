"""Checks of adjusted comparisons: each passes on data built to pass and fails on data built to fail it."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.vocabulary import Scale
from analysis.estimators.checks.adjustment import check_balance, check_overlap, check_unmeasured_confounding, e_value
from tests.estimators.frames_for_tests import a_claim_on, a_frame

POINTS = a_claim_on("gap", Scale.PERCENTAGE_POINTS)
ODDS = a_claim_on("odds", Scale.ODDS_RATIO)


def drawn(steepness, effect=0.3, n=4_000, seed=1):
    """Exposure depends on a covariate with this steepness; the outcome on exposure and a little on the covariate."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    treated = (rng.random(n) < 1 / (1 + np.exp(-steepness * x))).astype(int)
    outcome = (rng.random(n) < np.clip(0.3 + 0.02 * x + effect * treated, 0, 1)).astype(float)
    return a_frame("exposure", treated=treated, outcome=outcome, x_kind=x)


def test_overlap_passes_where_anybody_could_be_exposed_and_fails_where_a_covariate_decides():
    assert check_overlap(drawn(0.5), POINTS).passed is True
    decided = check_overlap(drawn(12), POINTS)
    assert decided.passed is False
    assert decided.table[0]["share beyond"] > 0.3


def test_balance_passes_where_weights_make_groups_alike_and_fails_where_they_cannot():
    good = check_balance(drawn(0.7), POINTS)
    assert good.passed is True
    assert good.table[0]["largest before"] > 0.4 > 0.1 > good.table[0]["largest after"]
    rng = np.random.default_rng(1)
    x = rng.normal(size=4_000)
    treated = (rng.random(4_000) < np.where(np.abs(x) > 1, 0.7, 0.3)).astype(
        int
    )  # alike in the mean, not in the spread
    bad = check_balance(a_frame("exposure", treated=treated, outcome=x, x_kind=x), POINTS)
    assert bad.passed is False
    assert bad.sentence.startswith("The groups are not alike")


def test_rare_exposure_overlaps_where_the_exposed_have_counterparts():
    """One in two hundred is exposed, whoever it is: all propensities lie below 1 %, and nothing is wrong with that."""
    rng = np.random.default_rng(2)
    x = rng.normal(size=20_000)
    treated = (rng.random(20_000) < 0.005).astype(int)
    found = check_overlap(a_frame("exposure", treated=treated, outcome=x, x_kind=x), POINTS)
    assert found.passed is True
    assert found.table[0]["effective exposed"] == pytest.approx(treated.sum(), rel=0.05)


def test_overlap_fails_aloud_where_the_few_exposed_have_no_counterpart():
    """One in a hundred is exposed, and nearly all of those lie far beyond everybody else."""
    rng = np.random.default_rng(3)
    treated = (np.arange(10_000) % 100 == 0).astype(int)
    x = rng.normal(size=10_000) + 7 * treated
    found = check_overlap(a_frame("exposure", treated=treated, outcome=x, x_kind=x), POINTS)
    assert found.passed is False
    assert found.sentence.startswith("The groups do not overlap")


def test_few_effective_units_fail_the_overlap():
    rng = np.random.default_rng(4)
    treated = (np.arange(4_000) < 25).astype(int)
    x = rng.normal(size=4_000)
    assert check_overlap(a_frame("exposure", treated=treated, outcome=x, x_kind=x), POINTS).passed is False


def test_strong_effect_outlasts_any_confounder_as_strong_as_the_measured_one():
    found = check_unmeasured_confounding(drawn(0.5, effect=0.4), POINTS, quantity="gap")
    assert found.passed is True
    assert found.table[0]["E-value of the limit"] > found.table[0]["strongest measured"]


def test_no_effect_is_explained_away_by_nothing():
    found = check_unmeasured_confounding(drawn(0.5, effect=0.0), POINTS, quantity="gap")
    assert found.passed is False
    assert found.table[0]["E-value of the limit"] == 1.0


def test_odds_ratio_is_taken_for_its_root():
    """A common outcome: the risk ratio is about the square root of the odds ratio."""
    frame = drawn(0.5, effect=0.4)
    found = check_unmeasured_confounding(frame, ODDS, quantity="odds").table[0]
    from analysis.estimators.observational.doubly_robust import estimate_doubly_robust

    odds = estimate_doubly_robust(frame, ODDS, quantity="odds")[0].value
    assert found["E-value"] == pytest.approx(e_value(odds**0.5))


def test_published_example():
    """VanderWeele & Ding (2017): a risk ratio of 3.9 (limit 1.8) has the E-value 7.26 (limit 3.0)."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)
    assert e_value(1.8) == pytest.approx(3.0, abs=0.005)


def test_nothing_held_equal_is_said_and_not_judged():
    bare = a_frame("exposure", treated=[0, 1] * 50, outcome=[0.0, 1.0] * 50)
    for found in (
        check_overlap(bare, POINTS),
        check_balance(bare, POINTS),
        check_unmeasured_confounding(bare, POINTS, quantity="gap"),
    ):
        assert found.passed is None and "Nothing was held equal" in found.sentence
