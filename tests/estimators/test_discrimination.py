"""Scores and outcomes: against brute force, scipy, and counts worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import mannwhitneyu, pearsonr, spearmanr

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.prediction.discrimination import estimate_discrimination
from analysis.estimators.prediction.roc import areas_under_curve
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

AUC = a_claim_on("auc", Scale.AREA_UNDER_CURVE)
GAIN = a_claim_on("auc_gain_over_recency", Scale.DIFFERENCE)
LIFT = a_claim_on("top_tenth_lift", Scale.RATIO)
POINTS = a_claim_on("promoter_referral_gap", Scale.PERCENTAGE_POINTS)
RANK = a_claim_on("repurchase_rank_correlation", Scale.CORRELATION)
MOMENT = a_claim_on("retention_correlation", Scale.CORRELATION)
ODDS = a_claim_on("retention_odds_ratio", Scale.ODDS_RATIO)


def drawn(n=400, seed=1, **extra):
    """Scores rounded, so that there are ties, and an outcome that goes with them."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=n).round(1)
    outcome = (rng.random(n) < 1 / (1 + np.exp(1 - score))).astype(int)
    rival = (score + rng.normal(0, 2, n)).round(1)
    return a_frame("scores", score=score, outcome=outcome, rival_score=rival, **extra)


def brute_force(score, outcome):
    """Area and DeLong's variance straight from their definition: every pair compared, components averaged."""
    positive, negative = score[outcome == 1], score[outcome == 0]
    wins = (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])
    v10, v01 = wins.mean(axis=1), wins.mean(axis=0)
    return wins.mean(), v10, v01


def test_area_is_the_mann_whitney_statistic():
    frame = drawn()
    positive = frame.table.loc[frame.table["outcome"] == 1, "score"]
    negative = frame.table.loc[frame.table["outcome"] == 0, "score"]
    by_scipy = mannwhitneyu(positive, negative).statistic / (len(positive) * len(negative))
    assert of_role(estimate_discrimination(frame, AUC), "answer").value == pytest.approx(by_scipy)


def test_interval_of_the_area_has_delongs_error_on_the_log_odds():
    """Pepe (2003), section 5.2: logit(A) +- z error / (A (1 - A)), here the other way round."""
    frame = drawn()
    area, v10, v01 = brute_force(frame.table["score"].to_numpy(), frame.table["outcome"].to_numpy())
    error = math.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))
    answer = of_role(estimate_discrimination(frame, AUC), "answer")
    steps = [math.log(end / (1 - end) * (1 - area) / area) for end in (answer.low, answer.high)]
    assert steps == pytest.approx([-1.959964 * error / (area * (1 - area)), 1.959964 * error / (area * (1 - area))])
    assert answer.high - area < 1.959964 * error < area - answer.low, "above one half it reaches further down than up"


def test_difference_of_areas_is_paired():
    frame = drawn()
    outcome = frame.table["outcome"].to_numpy()
    parts = [brute_force(frame.table[c].to_numpy(), outcome) for c in ("score", "rival_score")]
    gap10, gap01 = parts[0][1] - parts[1][1], parts[0][2] - parts[1][2]
    error = math.sqrt(gap10.var(ddof=1) / len(gap10) + gap01.var(ddof=1) / len(gap01))
    answer = of_role(estimate_discrimination(frame, GAIN, quantity="auc_gain_over_recency"), "answer")
    assert answer.value == pytest.approx(parts[0][0] - parts[1][0])
    assert answer.high - answer.value == pytest.approx(1.959964 * error, rel=1e-6)


def test_rival_rule_stands_beside_the_area():
    frame = drawn()
    outcome = frame.table["outcome"].to_numpy()
    context = of_role(estimate_discrimination(frame, AUC), "context")
    assert context.value == pytest.approx(brute_force(frame.table["rival_score"].to_numpy(), outcome)[0])


def test_copies_of_a_customer_add_no_precision():
    once = drawn()
    table = once.table.loc[np.repeat(range(len(once.table)), 9)]
    copies = a_frame(
        "scores", score=table["score"].tolist(), outcome=table["outcome"].tolist(), cluster=table["unit_id"].tolist()
    )
    alone, together = (
        of_role(estimate_discrimination(f, AUC), "answer") for f in (a_frame("scores", **_bare(once)), copies)
    )
    assert together.value == pytest.approx(alone.value)
    assert together.high - together.low == pytest.approx(alone.high - alone.low, rel=0.02)
    assert together.n == 400


def _bare(frame):
    return {name: frame.table[name].tolist() for name in ("score", "outcome")}


def test_area_does_not_depend_on_the_share_of_outcomes_and_the_lift_does():
    """Why a source that oversampled leavers gives an area and no lift."""
    frame = drawn(n=4_000)
    kept = frame.table[(frame.table["outcome"] == 1) | (frame.table["unit_id"] % 8 == 0)]
    thinned = a_frame("scores", score=kept["score"].tolist(), outcome=kept["outcome"].tolist())
    areas = [
        of_role(estimate_discrimination(a_frame("scores", **_bare(f)), AUC), "answer").value for f in (frame, thinned)
    ]
    lifts = [
        of_role(estimate_discrimination(f, LIFT, quantity="top_tenth_lift"), "answer").value for f in (frame, thinned)
    ]
    assert areas[1] == pytest.approx(areas[0], abs=0.02)
    assert lifts[1] < 0.75 * lifts[0]


def test_lift_of_the_top_tenth():
    """1,000 units, 100 at the top with 40 outcomes, 900 below with 60: 40 % over 10 %."""
    frame = a_frame("scores", score=[1.0] * 100 + [0.0] * 900, outcome=[1] * 40 + [0] * 60 + [1] * 60 + [0] * 840)
    answer = of_role(estimate_discrimination(frame, LIFT, quantity="top_tenth_lift"), "answer")
    assert answer.value == pytest.approx(4.0)
    # ln(lift) = ln p1 - ln(.1 p1 + .9 p2): derivatives .9 p2 / (p p1) and -.9 / p.
    p1, p2, p = 0.4, 60 / 900, 0.1
    variance = (0.9 * p2 / (p * p1)) ** 2 * p1 * (1 - p1) / 100 + (0.9 / p) ** 2 * p2 * (1 - p2) / 900
    assert math.log(answer.high / 4) == pytest.approx(1.96 * math.sqrt(variance), rel=0.01)


def test_units_tied_at_the_edge_are_in_the_top_tenth_in_part():
    """All scores equal: the top tenth is a tenth of everybody, and the lift is one."""
    frame = a_frame("scores", score=[2.0] * 200, outcome=[1, 0] * 100)
    assert of_role(estimate_discrimination(frame, LIFT, quantity="top_tenth_lift"), "answer").value == pytest.approx(
        1.0
    )


def test_promoters_less_others():
    """30 of 100 promoters refer, 20 of 200 others: 20 points."""
    score = [9.0, 10.0] * 50 + [8.9, 0.0] * 100
    frame = a_frame("scores", score=score, outcome=[1] * 30 + [0] * 70 + [1] * 20 + [0] * 180)
    answer = of_role(estimate_discrimination(frame, POINTS, quantity="promoter_referral_gap"), "answer")
    assert answer.value == pytest.approx(20.0)
    assert answer.high - 20 == pytest.approx(196 * math.sqrt(0.21 / 100 + 0.09 / 200), rel=0.01)


def test_correlations_are_scipys():
    frame = drawn()
    score, outcome = frame.table["score"], frame.table["outcome"]
    moment = of_role(estimate_discrimination(frame, MOMENT, quantity="retention_correlation"), "answer")
    by_scipy = pearsonr(score, outcome)
    assert moment.value == pytest.approx(by_scipy.statistic)
    assert (moment.low, moment.high) == pytest.approx(tuple(by_scipy.confidence_interval(0.95)), abs=1e-6)
    rank = of_role(estimate_discrimination(frame, RANK, quantity="repurchase_rank_correlation"), "answer")
    assert rank.value == pytest.approx(spearmanr(score, outcome).statistic)


def test_odds_for_each_standard_deviation():
    """Two scores, one standard deviation each side of the mean: the odds ratio between them is that of two of them."""
    frame = a_frame("scores", score=[1.0] * 100 + [3.0] * 100, outcome=[1] * 20 + [0] * 80 + [1] * 60 + [0] * 40)
    answer = of_role(estimate_discrimination(frame, ODDS, quantity="retention_odds_ratio"), "answer")
    assert answer.value == pytest.approx(math.sqrt((60 / 40) / (20 / 80)), rel=1e-6)


def test_a_score_drawn_by_lot_finds_nothing_in_19_of_20_scenarios():
    covered = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        found = areas_under_curve(rng.normal(size=(200, 1)), rng.integers(0, 2, 200))
        half = 1.96 * math.sqrt(found[1][0, 0])
        covered.append(abs(found[0][0] - 0.5) <= half)
    assert 0.92 <= np.mean(covered) <= 0.98


@pytest.mark.parametrize(
    ("frame", "claim", "quantity", "error", "message"),
    [
        (a_frame("scores", score=[1.0] * 60, outcome=[1] * 10 + [0] * 50), AUC, "auc", FrameMistake, "got 10 of 60"),
        (a_frame("scores", score=[1.0] * 60, outcome=[1, 0] * 30), GAIN, "auc_gain_over_recency", FrameMistake,
         "column `rival_score` must hold the plain rule"),
        (a_frame("scores", score=[1.0] * 60, outcome=[1, 0] * 30), POINTS, "promoter_referral_gap", FrameMistake,
         "scores of 9 and more, and lower ones"),
        (a_frame("scores", score=[1.0] * 60, outcome=[1, 0] * 30), a_claim_on("auc", Scale.HAZARD_RATIO), "auc",
         ParameterMistake, "on the scale 'hazard ratio'"),
    ],
)  # fmt: skip
def test_what_cannot_be_measured_says_why(frame, claim, quantity, error, message):
    with pytest.raises(error, match=message):
        estimate_discrimination(frame, claim, quantity=quantity)
