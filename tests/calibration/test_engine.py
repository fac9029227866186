"""The engine on scenarios whose answers are known by hand: it must find 95 % where 95 % is true, and 67 % where that is."""

import math
from dataclasses import replace

import pytest
from scipy.stats import norm

from analysis.calibration.counting import count
from analysis.calibration.readings import share_of
from analysis.calibration.study import cells_of, count_cell, run_piece
from analysis.calibration.trials import Trial, draw_seed, effect_at, run_trial
from analysis.core.errors import FrameMistake
from tests.calibration.small_scenarios import NORMAL, N, t_interval, z_halved

REPLICATIONS = 500


def cell(point="null", replications=REPLICATIONS):
    return next(c for c in cells_of([NORMAL], replications) if c.point == point)


@pytest.fixture(scope="module")
def exact():
    return count_cell(NORMAL, cell(), seed=5, estimator=t_interval)


@pytest.fixture(scope="module")
def half():
    return count_cell(NORMAL, cell(), seed=5, estimator=z_halved)


def test_exact_interval_is_found_to_cover(exact):
    assert exact["coverage_low"] < 0.95 < exact["coverage_high"]
    assert exact["without_interval"] == 0


def test_interval_halved_is_noticed(half):
    # P(|z| < 1.96 / 2) = 0.673: what half an interval covers, by the normal table.
    counted = half
    expected = norm.cdf(0.98) - norm.cdf(-0.98)
    assert expected == pytest.approx(0.673, abs=5e-4)
    assert counted["coverage_low"] < expected < counted["coverage_high"]
    assert counted["coverage_high"] < 0.93


def test_false_claims_at_the_null_are_one_half_of_five_in_a_hundred(exact):
    assert exact["claimed_side_low"] < 0.025 < exact["claimed_side_high"]


def test_bias_spread_and_width_are_those_of_the_normal_mean(half):
    counted, spread = half, 1 / math.sqrt(N)
    assert counted["spread"] == pytest.approx(spread, rel=0.1)  # error of a deviation: 1 / sqrt(2 * 500) = 3.2 %
    assert abs(counted["bias"]) < 4 * spread / math.sqrt(REPLICATIONS)
    assert counted["width"] == pytest.approx(1.959964 * spread, rel=1e-6)


def test_replications_without_interval_are_counted_and_support_nothing():
    def refusing(frame, claim):
        if frame.table["outcome"].iloc[0] > 0:
            raise FrameMistake("too few")
        return t_interval(frame, claim)

    counted = count_cell(NORMAL, cell("size", 200), seed=5, estimator=refusing)
    # At effect 1 the first of the outcomes is above 0 in 84 of 100.
    assert counted["refused"] == counted["without_interval"] == pytest.approx(0.84 * 200, abs=20)
    assert counted["replications"] == 200
    assert counted["claimed_side"] <= 1 - counted["refused"] / 200


def test_crashes_are_told_from_refusals():
    def crashing(frame, claim):
        raise ZeroDivisionError

    assert run_trial(NORMAL, 0.0, 1, estimator=crashing).state == "crashed"


def test_an_interval_without_end_is_no_interval():
    def endless(frame, claim):
        return tuple(replace(e, low=None, high=None) for e in t_interval(frame, claim))

    trial = run_trial(NORMAL, 0.0, 1, estimator=endless)
    assert trial.state == "endless" and not trial.covered and math.isfinite(trial.error)


def test_the_naive_number_of_a_scenario_is_counted_beside():
    biased = replace(NORMAL, naive=lambda frame: (1.0, 0.9, 1.1))
    counted = count_cell(biased, cell("null", 50), seed=5, estimator=t_interval)
    assert counted["naive_replications"] == 50
    assert counted["naive_coverage"] == 0
    assert counted["naive_bias"] == pytest.approx(1.0)


def test_seeds_depend_on_scenario_point_and_number_only():
    seeds = {draw_seed(1, w, p, i) for w in ("a", "b") for p in ("null", "size") for i in range(100)}
    assert len(seeds) == 400
    assert draw_seed(2, "a", "null", 0) != draw_seed(1, "a", "null", 0)


def test_pieces_in_any_order_give_the_same_replications():
    whole = run_piece(NORMAL, cell(), 5, range(20), estimator=t_interval)
    parts = [run_piece(NORMAL, cell(), 5, numbers, estimator=t_interval) for numbers in (range(10, 20), range(10))]
    assert whole == parts[1] + parts[0]


def test_effects_are_the_registers():
    # spend_lift: null 0, smallest 0.05, no size named: twice the smallest. churn_gap: a size of 33 is named.
    registered = replace(NORMAL, effects={})
    assert [effect_at(registered, point) for point in ("null", "smallest", "size")] == [0.0, 0.05, 0.1]
    named = replace(NORMAL, effects={}, claim="industry-churn-gap", quantity="churn_gap")
    assert [effect_at(named, point) for point in ("null", "smallest", "size")] == [0.0, 5.0, 33.0]
    # A ratio's third effect is the square of its smallest: 0.95 squared.
    ratio = replace(NORMAL, effects={}, claim="asking-feedback-retains", quantity="churn_ratio")
    assert effect_at(ratio, "size") == pytest.approx(0.9025)


def test_a_share_has_wilsons_interval():
    # Newcombe (1998, Statistics in Medicine 17, 857-872), table I: 81 of 263 gives 0.2553 to 0.3662.
    counted = share_of("covered", 81, 263)
    assert (counted["covered_low"], counted["covered_high"]) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_shares_of_readings_are_of_all_replications():
    trials = [
        Trial("interval", 0.0, 1.0, True, "holds"),
        Trial("interval", 0.0, 1.0, True, "overstated"),
        Trial("interval", 0.0, 1.0, False, "fails"),
        Trial("refused"),
    ]
    counted = count(trials)
    assert (counted["holds_share"], counted["claimed_side"], counted["fails"]) == (0.25, 0.5, 0.25)
    assert counted["coverage"] == pytest.approx(2 / 3)
