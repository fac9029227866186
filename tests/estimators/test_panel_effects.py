"""Effects within firms: held to dummies and a sandwich of another package; the placebo takes the vote where it should."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import t

from analysis.calibration.scenarios.firm_panels import draw_bad_year_announced, draw_good_firms
from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.aggregate.panel_mean import estimate_panel_mean
from analysis.estimators.checks.lead_placebo import check_lead_placebo
from analysis.estimators.observational.panel_effects import (
    LARGEST_PLACEBO,
    LeadPlacebo,
    estimate_panel_effect,
    lead_placebo,
)
from tests.estimators.frames_for_tests import a_claim_on, a_frame

QUANTITY = "leaving_per_doubling_of_hold"
CLAIM = a_claim_on(QUANTITY, Scale.PERCENTAGE_POINTS)


def by_dummies(table, regressors, cluster):
    """Least squares with a dummy a unit and a period, clustered by statsmodels, its factor undone and pyfixest's put in.

    Statsmodels counts every dummy as a parameter; where units lie within clusters the nested ones are not lost degrees
    (Cameron & Miller 2015, Journal of Human Resources 50, section IV.B), so only the correction is redone here.
    """
    dummies = pd.get_dummies(table[["unit_id", "period"]].astype(str), drop_first=True, dtype=float)
    design = sm.add_constant(pd.concat([table[regressors], dummies], axis=1))
    fit = sm.OLS(table["outcome"], design).fit(cov_type="cluster", cov_kwds={"groups": table[cluster]})
    n, k, g = len(table), design.shape[1], table[cluster].nunique()
    lost = len(regressors) + table["period"].nunique()
    error = fit.bse[regressors[0]] * np.sqrt((n - k) / (n - lost))
    return fit.params[regressors[0]], error, g


def test_value_and_error_are_those_of_dummies_and_a_clustered_sandwich():
    frame = draw_good_firms(0.5, 90, seed=4)
    table = frame.table.sample(frac=0.8, random_state=1).reset_index(drop=True)  # an uneven panel
    uneven = a_frame("panel", **{c: table[c].tolist() for c in ("unit_id", "period", "outcome", "exposure", "cluster")})
    answer = estimate_panel_effect(uneven, CLAIM, quantity=QUANTITY)[0]
    value, error, groups = by_dummies(table, ["exposure"], "cluster")
    assert answer.value == pytest.approx(value, rel=1e-6)
    half = t.ppf(0.975, groups - 1) * error
    assert answer.high - answer.value == pytest.approx(half, rel=0.01)
    assert answer.role is Role.ANSWER
    assert answer.n == answer.smallest_group == table["unit_id"].nunique()


def test_placebo_holds_the_earlier_exposures_equal():
    frame = draw_bad_year_announced(0.5, 90, seed=4)
    placebo = lead_placebo(frame)
    value, _, _ = by_dummies(frame.table, ["exposure_lead", "exposure", "exposure_other"], "cluster")
    assert placebo.interval["value"] == pytest.approx(value, rel=1e-6)
    assert placebo.n_units == 90


def test_two_units_two_periods_by_hand_are_too_few():
    frame = a_frame("panel", unit_id=[0, 0, 1, 1], period=[0, 1, 0, 1], outcome=[1.0, 2, 3, 5], exposure=[0.0, 1, 0, 2])
    with pytest.raises(FrameMistake, match="at least 30 units must have two periods"):
        estimate_panel_effect(frame, CLAIM, quantity=QUANTITY)


def test_a_placebo_counts_only_where_it_is_there_and_half_as_large():
    def placebo(low, high):
        return LeadPlacebo(interval={"value": (low + high) / 2, "low": low, "high": high}, n_units=50, n_rows=99)

    assert LARGEST_PLACEBO == 0.5
    assert placebo(0.4, 0.6).as_large_as(1.0)
    assert placebo(-0.8, -0.4).as_large_as(1.0), "whichever way it points"
    assert not placebo(0.3, 0.5).as_large_as(1.0), "there, and small beside the answer"
    assert not placebo(-0.1, 1.9).as_large_as(1.0), "large, and not to be told from nothing"


def test_where_something_else_moves_both_the_answer_has_no_vote_and_the_check_voids():
    frame = draw_bad_year_announced(0.0, 300, seed=2)
    answer = estimate_panel_effect(frame, CLAIM, quantity=QUANTITY)[0]
    assert answer.low > 0, "it would have been read as an effect"
    assert answer.role is Role.CONTEXT
    assert "without a vote" in answer.method
    check = check_lead_placebo(frame, CLAIM, quantity=QUANTITY)
    assert check.passed is False


def test_where_nothing_else_does_it_keeps_its_vote():
    frame = draw_good_firms(1.0, 300, seed=2)
    estimates = estimate_panel_effect(frame, CLAIM, quantity=QUANTITY)
    assert [e.role for e in estimates] == [Role.ANSWER, Role.CONTEXT, Role.CONTEXT, Role.NAIVE]
    assert check_lead_placebo(frame, CLAIM, quantity=QUANTITY).passed is True
    naive = estimates[-1]
    assert naive.value - 1.0 == pytest.approx(4 / (1 + 4 / 3), rel=0.2), "the bias that the scenario's docstring states"


def test_without_a_later_measurement_there_is_no_placebo_and_no_gate():
    table = draw_good_firms(1.0, 60, seed=2).table
    frame = a_frame("panel", **{c: table[c].tolist() for c in ("unit_id", "period", "outcome", "exposure")})
    assert lead_placebo(frame) is None
    assert check_lead_placebo(frame, CLAIM, quantity=QUANTITY).passed is None
    assert [e.role for e in estimate_panel_effect(frame, CLAIM, quantity=QUANTITY)] == [Role.ANSWER, Role.NAIVE]


def test_smallest_group_of_a_yes_or_no_exposure_is_the_rarer_one():
    n = 60
    frame = a_frame(
        "panel",
        unit_id=list(range(n)),
        period=[0] * n,
        outcome=[float(i % 7) for i in range(n)],
        exposure=[1.0 if i < 12 else 0.0 for i in range(n)],
    )
    assert estimate_panel_effect(frame, CLAIM, quantity=QUANTITY, unit_effects=False)[0].smallest_group == 12


def test_panel_mean_gives_each_firm_one_vote():
    """Ten firms with means 0 .. 9, whatever their number of rows: mean 4.5, error sqrt(55/6 / 10), t with nine degrees."""
    rows = [(firm, year) for firm in range(10) for year in range(1 + firm)]
    frame = a_frame(
        "panel",
        unit_id=[firm for firm, _ in rows],
        period=[year for _, year in rows],
        outcome=[float(firm) for firm, _ in rows],
        exposure=[0.0] * len(rows),
    )
    found = estimate_panel_mean(frame, CLAIM, quantity=QUANTITY)[0]
    assert found.value == pytest.approx(4.5)
    assert found.high - 4.5 == pytest.approx(2.2622 * np.sqrt(55 / 6 / 10), rel=1e-4)
    assert found.role is Role.CONTEXT
