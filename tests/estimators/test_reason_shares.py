"""Stated reasons: counts in, the gap of two shares of one sample out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.aggregate.reason_shares import estimate_reason_gap, share_gap
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

CLAIM = a_claim_on("reason_gap", Scale.PERCENTAGE_POINTS, smallest=5.0)


def reasons(service, offer, price, other):
    return a_frame(
        "reasons",
        reason=["let down", "better offer", "too dear", "moved"],
        group=["service", "offer", "price", "other"],
        n=[service, offer, price, other],
    )


def test_gap_counts_offer_and_price_together_and_keeps_other_reasons_in_the_base():
    """40 of 200 were let down, 60 went for an offer or a price: 10 points the other way."""
    answer = of_role(estimate_reason_gap(reasons(40, 35, 25, 100), CLAIM), "answer")
    assert answer.value == pytest.approx(-10.0)
    variance = (0.2 + 0.3 - 0.1**2) / 200
    assert answer.high - answer.value == pytest.approx(196 * math.sqrt(variance), rel=1e-3)


def test_naive_gap_leaves_other_reasons_out():
    assert of_role(estimate_reason_gap(reasons(40, 35, 25, 100), CLAIM), "naive").value == pytest.approx(-20.0)


def test_interval_covers_the_truth_in_19_of_20_samples():
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(400):
        service, offer, price, _ = rng.multinomial(150, [0.3, 0.15, 0.15, 0.4])
        found = share_gap(int(service), int(offer + price), 150)
        covered += found["low"] <= 0 <= found["high"]
    assert 0.925 <= covered / 400 <= 0.975


def test_too_few_leavers_are_refused():
    with pytest.raises(FrameMistake, match="at least 30 leavers must have given a reason; got 12"):
        estimate_reason_gap(reasons(4, 4, 4, 0), CLAIM)
