"""Checks of price comparisons on invented renewals built to pass and to fail."""

from __future__ import annotations

import numpy as np

from analysis.core.vocabulary import Scale
from analysis.estimators.checks.prices import check_interaction_confounding, check_price_effect, check_price_setting
from analysis.estimators.observational.price_tolerance import TEN_PER_CENT
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("price_tenure_odds_ratio", Scale.ODDS_RATIO)


def renewals(set_by_class: float, price_effect: float, interaction: float = 0.0, n: int = 8_000):
    """Prices follow a class by this share of their spread; leaving follows the price by this much a step."""
    rng = np.random.default_rng(1)
    risk_class, tenure = rng.integers(0, 2, n), rng.integers(0, 8, n).astype(float)
    step = set_by_class * 2 * (risk_class - 0.5) + (1 - set_by_class) * rng.normal(size=n)
    log_odds = -1 + price_effect * step + interaction * step * tenure + 0.3 * risk_class
    return a_frame(
        "price_exposure",
        lapsed=(rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int),
        price_change=step * TEN_PER_CENT,
        tenure_years=tenure,
        x_class=risk_class.astype(float),
    )


def test_prices_set_by_a_class_are_caught():
    assert check_price_setting(renewals(0.0, 0.3), CLAIM).passed is True
    caught = check_price_setting(renewals(0.9, 0.3), CLAIM)
    assert caught.passed is False
    assert caught.table[0]["explained"] > 0.9


def test_prices_that_drive_nobody_away_are_caught():
    assert check_price_effect(renewals(0.0, 0.3), CLAIM).passed is True
    assert check_price_effect(renewals(0.0, 0.0), CLAIM).passed is False
    assert check_price_effect(renewals(0.0, -0.3), CLAIM).passed is False


def test_strength_of_a_confounder_grows_with_the_interaction_and_is_not_judged():
    weak, strong = (check_interaction_confounding(renewals(0.0, 0.3, x), CLAIM) for x in (0.0, 0.3))
    assert weak.passed is None and strong.passed is None
    assert strong.table[0]["E-value of the limit"] > 1.3 > weak.table[0]["E-value of the limit"] == 1.0


def test_naive_number_has_nothing_to_check():
    assert "nothing to check" in check_interaction_confounding(renewals(0, 0.3), CLAIM, adjusted=False).sentence
