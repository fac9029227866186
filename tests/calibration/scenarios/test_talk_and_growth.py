"""Talk and growth: the difference and the ratio put in come out, not against a net score, and a fashion leads astray."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.calibration.scenarios import talk_and_growth
from tests.calibration.scenarios.recovering import MONTE_CARLO_ERRORS, assert_recovers, distances

SCENARIOS = {scenario.name: scenario for scenario in talk_and_growth.SCENARIOS}


@pytest.mark.parametrize(("name", "effect"), [("talk_and_growth", 0.1), ("talk_and_growth_ratio", 2.0)])
def test_truth_is_found_and_the_naive_number_misses_it(name, effect):
    assert_recovers(SCENARIOS[name], effect, 6_000)


def test_a_fashion_that_is_not_in_the_table_leads_the_answer_astray():
    assert abs(distances(SCENARIOS["talk_with_fashion"], 0.0, 2_000, range(8))["answer"]) > MONTE_CARLO_ERRORS


def test_spreads_are_those_of_the_equations():
    """At equal size the variances are 13 and 80 and the covariance of less bad with good is 24."""
    table = talk_and_growth.draw_difference(0.1, 200_000, 1).table
    size = np.log(table["before"])
    rest = np.array([table[c] - np.polyval(np.polyfit(size, table[c], 1), size) for c in ("bad_share", "good_share")])
    covariance = np.cov(rest)
    assert covariance[0, 0] == pytest.approx(13, rel=0.02)
    assert covariance[1, 1] == pytest.approx(80, rel=0.02)
    assert -covariance[0, 1] == pytest.approx(24, rel=0.02)
