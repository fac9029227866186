"""What people said and did: correlations against numpy and scipy, teams against a table worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.observational.survey_links import estimate_survey_link, estimate_team_gap
from analysis.estimators.prediction.discrimination import estimate_discrimination
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

MOMENT = a_quantity(
    name="retention_correlation", scale=Scale.CORRELATION, unit="(correlation)", smallest=0.1, size=None
)
RANK = a_quantity(name="rank_correlation", scale=Scale.CORRELATION, unit="(correlation)", smallest=0.1, size=None)
ODDS = a_quantity(name="odds", scale=Scale.ODDS_RATIO, unit="times", null=1.0, smallest=1.1, size=None)
POINTS = a_quantity(name="points", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=None)
CLAIM = a_claim(MOMENT, RANK, ODDS, POINTS)
CONTEXT = Context(
    source="Shop A", kind=Kind.OWN, design=Design.OBSERVATIONAL, population="customers asked", period="two years"
)


def frame_of(name: str, table: pd.DataFrame) -> Frame:
    return spec(name).check(table.assign(unit_id=range(len(table))), CONTEXT)


def answers(seed: int, n: int = 500, slope: float = 0.5) -> pd.DataFrame:
    """Scores from 0 to 10 and whether the customer stayed, likelier with a higher score."""
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 11, n).astype(float)
    stayed = (rng.random(n) < 1 / (1 + np.exp(-slope * (score - 5) / 3))).astype(int)
    return pd.DataFrame({"score": score, "outcome": stayed})


def test_correlations_are_those_of_numpy_and_scipy():
    table = answers(1)
    (moment,) = estimate_survey_link(frame_of("scores", table), CLAIM, quantity="retention_correlation")
    (rank,) = estimate_survey_link(frame_of("scores", table), CLAIM, quantity="rank_correlation")
    assert moment.value == pytest.approx(np.corrcoef(table["score"], table["outcome"])[0, 1], abs=1e-12)
    assert rank.value == pytest.approx(stats.spearmanr(table["score"], table["outcome"]).statistic, abs=1e-12)
    assert moment.n == rank.n == 500


@pytest.mark.parametrize("quantity", ["retention_correlation", "rank_correlation"])
def test_without_a_link_the_error_is_one_over_root_n(quantity):
    (found,) = estimate_survey_link(frame_of("scores", answers(2, n=4000, slope=0.0)), CLAIM, quantity=quantity)
    error = (math.atanh(found.high) - math.atanh(found.low)) / 3.92
    assert error == pytest.approx(1 / math.sqrt(4000), rel=0.05)


@pytest.mark.parametrize("quantity", ["retention_correlation", "rank_correlation"])
def test_the_same_customers_counted_three_times_are_no_more_evidence(quantity):
    table = answers(3)
    thrice = pd.concat([table] * 3, ignore_index=True).assign(cluster=np.tile(np.arange(500), 3))
    (once,) = estimate_survey_link(frame_of("scores", table), CLAIM, quantity=quantity)
    (owned,) = estimate_survey_link(frame_of("scores", thrice), CLAIM, quantity=quantity)
    (counted,) = estimate_survey_link(frame_of("scores", thrice.drop(columns="cluster")), CLAIM, quantity=quantity)
    assert owned.value == pytest.approx(once.value, abs=1e-12)
    assert owned.high - owned.low == pytest.approx(once.high - once.low, rel=0.01)
    assert counted.high - counted.low == pytest.approx((once.high - once.low) / math.sqrt(3), rel=0.01)
    assert owned.n == 500


@pytest.mark.slow
@pytest.mark.parametrize("quantity", ["retention_correlation", "rank_correlation"])
def test_intervals_hold_the_truth_at_about_their_level(quantity):
    (truth,) = estimate_survey_link(frame_of("scores", answers(999, n=400_000)), CLAIM, quantity=quantity)
    hits = 0
    for seed in range(300):
        (found,) = estimate_survey_link(frame_of("scores", answers(seed, n=200)), CLAIM, quantity=quantity)
        hits += found.low <= truth.value <= found.high
    assert hits >= 271  # of 300 at 95 %: fewer have a chance below 1 in 1,000


def test_other_scales_are_those_of_the_scores():
    frame = frame_of("scores", answers(4))
    assert estimate_survey_link(frame, CLAIM, quantity="odds") == estimate_discrimination(frame, CLAIM, quantity="odds")


def test_the_same_score_from_everyone_or_too_few_who_left_are_refused():
    with pytest.raises(FrameMistake, match=r"`score` must vary; everyone gave 7.0"):
        estimate_survey_link(frame_of("scores", answers(5).assign(score=7.0)), CLAIM, quantity="rank_correlation")
    table = answers(6).assign(outcome=[1] * 471 + [0] * 29)
    with pytest.raises(FrameMistake, match=r"at least 30 units .*got 471 of 500"):
        estimate_survey_link(frame_of("scores", table), CLAIM, quantity="rank_correlation")


def teams(highs: list[float], lows: list[float], size: int = 10) -> pd.DataFrame:
    """Customers of teams with these shares of customers who stayed, `size` a team."""
    rows = []
    for team, (share, high) in enumerate([*((x, 1) for x in highs), *((x, 0) for x in lows)]):
        stayed = round(share * size)
        rows += [(team, high, 1.0)] * stayed + [(team, high, 0.0)] * (size - stayed)
    return pd.DataFrame(rows, columns=["cluster", "treated", "outcome"])


def test_teams_are_the_units_with_welchs_interval_over_their_means():
    highs, lows = [0.9, 0.8, 0.7, 0.9, 0.7], [0.6, 0.5, 0.7, 0.5, 0.4, 0.6]
    answer, naive = estimate_team_gap(frame_of("exposure", teams(highs, lows)), CLAIM, quantity="points")
    bounds = stats.ttest_ind(highs, lows, equal_var=False).confidence_interval(0.95)
    assert answer.value == pytest.approx(100 * (0.8 - 0.55), abs=1e-9)
    assert (answer.low, answer.high) == pytest.approx((100 * bounds.low, 100 * bounds.high), abs=1e-6)
    assert (answer.n, naive.n, naive.role) == (11, 110, Role.NAIVE)


def test_a_hundred_times_the_customers_of_the_same_teams_are_no_more_teams():
    highs, lows = [0.9, 0.8, 0.7, 0.9, 0.7], [0.6, 0.5, 0.7, 0.5, 0.4]
    small, naive_small = estimate_team_gap(frame_of("exposure", teams(highs, lows)), CLAIM, quantity="points")
    large, naive_large = estimate_team_gap(frame_of("exposure", teams(highs, lows, 1000)), CLAIM, quantity="points")
    assert (large.low, large.high) == pytest.approx((small.low, small.high), abs=1e-6)
    assert naive_large.high - naive_large.low < 0.2 * (naive_small.high - naive_small.low)


def test_the_mix_of_customers_is_held_equal():
    """Old customers stay 0.4 oftener; teams rated high happen to have more of them, and nothing else."""
    rows = []
    for team in range(12):
        high = team % 2
        for old, n in ((1.0, 60 if high else 20), (0.0, 40 if high else 80)):
            stayed = round((0.3 + 0.4 * old + 0.05 * (team // 2 % 3 - 1)) * n)
            rows += [(team, high, old, 1.0)] * stayed + [(team, high, old, 0.0)] * (n - stayed)
    table = pd.DataFrame(rows, columns=["cluster", "treated", "x_old", "outcome"])
    answer, naive = estimate_team_gap(frame_of("exposure", table), CLAIM, quantity="points")
    assert answer.value == pytest.approx(0.0, abs=1e-9)
    assert naive.value == pytest.approx(100 * 0.4 * (0.6 - 0.2), abs=1e-9)


def test_without_a_cluster_every_row_is_a_team():
    table = pd.DataFrame({"treated": [1] * 5 + [0] * 5, "outcome": [0.03, 0.05, 0.02, 0.04, 0.01] + [0.0] * 5})
    answer, _ = estimate_team_gap(frame_of("exposure", table), CLAIM, quantity="points")
    assert (answer.value, answer.n) == (pytest.approx(3.0), 10)


def test_too_few_teams_teams_on_both_sides_and_wrong_scales_are_refused():
    with pytest.raises(FrameMistake, match="got 4 rated high and 6 low"):
        estimate_team_gap(frame_of("exposure", teams([0.5] * 4, [0.4] * 6)), CLAIM, quantity="points")
    mixed = teams([0.5] * 5, [0.4] * 5)
    mixed.loc[0, "treated"] = 0
    with pytest.raises(FrameMistake, match="team 0 has both"):
        estimate_team_gap(frame_of("exposure", mixed), CLAIM, quantity="points")
    with pytest.raises(ParameterMistake, match="must be a difference between teams"):
        estimate_team_gap(frame_of("exposure", teams([0.5] * 5, [0.4] * 5)), CLAIM, quantity="odds")


def test_gap_at_equal_covariates_is_as_doubtful_as_the_slope():
    """Ten teams of two, x one higher on the one side; each team's slope is +1 or -1 in turn, all team means are 0.

    The common slope is 0, its scores are 2 b_k and the sum of squares of x is 20, so its clustered variance is
    40 / 20² · 10 / 9 = 1/9; the sides lie 1 apart. Team means do not differ, so the error is 1/3 with 9 degrees of freedom.
    """
    rows = [
        (team, side, side + step, (1.0 if team % 2 else -1.0) * step)
        for side in (0, 1)
        for team in range(7 * side, 7 * side + 5)
        for step in (-1.0, 1.0)
    ]
    table = pd.DataFrame(rows, columns=["cluster", "treated", "x_age", "outcome"])
    slopes = [1.0 if team % 2 else -1.0 for team in (*range(5), *range(7, 12))]
    assert sum(slopes) == 0
    answer = estimate_team_gap(frame_of("exposure", table), CLAIM, quantity="points")[0]
    assert answer.value == pytest.approx(0.0, abs=1e-9)
    assert answer.high == pytest.approx(100 * stats.t.ppf(0.975, 9) / 3)
