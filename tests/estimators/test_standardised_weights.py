"""Weights of groups of items: balanced designs whose regression can be done in the head."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.observational.standardised_weights import estimate_standardised_weights
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

CLAIM = a_claim_on("satisfaction_weight_difference", Scale.DIFFERENCE)
TRUST = a_claim_on("trust_weight_difference", Scale.DIFFERENCE)

# Every combination of quality, price and chance, 25 times over: nothing goes together.
GRID = np.array(list(product((-1.0, 1.0), repeat=3)) * 25)


def balanced(**columns):
    quality, price, chance = GRID.T
    return a_frame("satisfaction_items", overall=2 * quality + price + chance, **columns or {
        "x_quality_one": quality, "x_price_one": price,
    })  # fmt: skip


def test_weights_of_items_that_do_not_go_together_are_their_correlations():
    """Variance 4 + 1 + 1: weights 2 and 1 over the root of 6."""
    found = estimate_standardised_weights(balanced(), CLAIM)
    assert of_role(found, "answer").value == pytest.approx(1 / math.sqrt(6))
    assert of_role(found, "naive").value == pytest.approx(1 / math.sqrt(6), rel=0.01)


def test_items_of_a_group_are_averaged():
    quality, price, _ = GRID.T
    frame = balanced(x_quality_one=2 * quality, x_quality_two=0 * quality, x_price_one=price)
    assert of_role(estimate_standardised_weights(frame, CLAIM), "answer").value == pytest.approx(1 / math.sqrt(6))


def test_groups_that_go_together_borrow_from_each_other_only_naively():
    """Overall is quality and noise; price is half quality: no weight of its own, but a correlation."""
    rng = np.random.default_rng(1)
    quality = rng.normal(size=4_000)
    price = quality + rng.normal(size=4_000)
    overall = quality + rng.normal(size=4_000)
    frame = a_frame("satisfaction_items", overall=overall, x_quality_one=quality, x_price_one=price)
    found = estimate_standardised_weights(frame, CLAIM)
    answer, naive = of_role(found, "answer"), of_role(found, "naive")
    assert answer.low <= 1 / math.sqrt(2) <= answer.high
    assert naive.value == pytest.approx(1 / math.sqrt(2) - 0.5, abs=0.03)


def test_trust_is_asked_of_good_works():
    quality, works, _ = GRID.T
    frame = balanced(x_quality_one=quality, x_works_one=works)
    found = estimate_standardised_weights(frame, TRUST, quantity="trust_weight_difference")
    assert of_role(found, "answer").value == pytest.approx(1 / math.sqrt(6))
    with pytest.raises(FrameMistake, match="at least one item must be named `x_works_"):
        estimate_standardised_weights(balanced(), TRUST, quantity="trust_weight_difference")


def test_too_few_answers_or_answers_all_alike_are_refused():
    few = a_frame("satisfaction_items", overall=[1.0, 2.0] * 10, x_quality_a=[1.0] * 20, x_price_a=[1.0, 2.0] * 10)
    with pytest.raises(FrameMistake, match="at least 100 must have answered; got 20"):
        estimate_standardised_weights(few, CLAIM)
    alike = a_frame("satisfaction_items", overall=[1.0, 2.0] * 60, x_quality_a=[1.0] * 120, x_price_a=[1.0, 2.0] * 60)
    with pytest.raises(FrameMistake, match="must vary between respondents"):
        estimate_standardised_weights(alike, CLAIM)
