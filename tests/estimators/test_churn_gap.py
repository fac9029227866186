"""Churn between industries: rates worked by hand, Welch's interval by scipy, and what one firm cannot tell."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy import stats

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Kind, Role, Scale
from analysis.estimators.aggregate.churn_gap import estimate_churn_gap
from analysis.frames import Context, Frame, spec
from tests.helpers import a_claim, a_quantity

GAP = a_quantity(name="churn_gap", scale=Scale.PERCENTAGE_POINTS, unit="percentage points", size=33.0)
MOBILE = a_quantity(name="mobile_churn_rate", scale=Scale.PERCENT, unit="% a year", size=None)
FINANCE = a_quantity(name="finance_churn_rate", scale=Scale.PERCENT, unit="% a year", size=None)
CLAIM = a_claim(GAP, MOBILE, FINANCE)


def frame_of(*rows: tuple[str, str, str, int, int, float]) -> Frame:
    context = Context(
        source="Filings", kind=Kind.PUBLIC, design=Design.OBSERVATIONAL, population="firms", period="ten years"
    )
    table = pd.DataFrame(rows, columns=["industry", "firm", "period", "n_start", "n_lost", "years"])
    return spec("churn_rates").check(table, context)


FIRMS = (
    ("mobile", "A", "2020", 1000, 300, 1.0),
    ("mobile", "A", "2021", 1000, 100, 1.0),  # A: mean of 30 and 10 is 20 %
    ("mobile", "B", "2020-21", 100, 19, 2.0),  # B: 0.9 x 0.9 = 0.81, so 10 % a year
    ("mobile", "C", "2020", 10, 3, 1.0),  # C: 30 %
    ("insurance", "D", "2020", 5000, 250, 1.0),  # D: 5 %
    ("banking", "E", "2020", 500, 35, 1.0),  # E: 7 %
    ("pay tv", "F", "2020", 100, 90, 1.0),  # neither group
)


def test_gap_is_that_of_mean_yearly_rates_of_firms_with_welchs_interval_over_firms():
    answer, naive = estimate_churn_gap(frame_of(*FIRMS), CLAIM)
    assert answer.value == pytest.approx(20.0 - 6.0, abs=1e-9)
    bounds = stats.ttest_ind([20.0, 10.0, 30.0], [5.0, 7.0], equal_var=False).confidence_interval(0.95)
    assert (answer.low, answer.high) == pytest.approx(tuple(bounds), abs=1e-6)
    assert (answer.n, answer.role) == (5, Role.ANSWER)
    assert "10 to 30 % a year" in answer.method
    # naive: one tail of each: A in 2020 or C (30) less D (5)
    assert (naive.value, naive.low, naive.role) == (pytest.approx(25.0), None, Role.NAIVE)


def test_one_firm_is_no_industry_so_the_gap_has_no_interval():
    answer, _ = estimate_churn_gap(frame_of(*FIRMS[:3], FIRMS[4]), CLAIM)
    assert answer.value == pytest.approx(15.0 - 5.0)
    assert not answer.quantified
    assert "one firm is no industry" in answer.method


def test_rates_are_context_over_firms_or_of_the_one_firm():
    (several,) = estimate_churn_gap(frame_of(*FIRMS), CLAIM, quantity="mobile_churn_rate")
    half = stats.t.ppf(0.975, 2) * 10.0 / 3**0.5  # standard deviation of 10, 20, 30 is 10
    assert several.value == pytest.approx(20.0)
    assert several.high == pytest.approx(20.0 + half, abs=1e-9)
    assert several.low == 0.0  # 20 less 24.8 is cut at nought
    (alone,) = estimate_churn_gap(frame_of(FIRMS[4], FIRMS[6]), CLAIM, quantity="finance_churn_rate")
    assert alone.value == pytest.approx(5.0)
    assert {several.role, alone.role} == {Role.CONTEXT}


def test_other_groups_can_be_named():
    answer, _ = estimate_churn_gap(frame_of(*FIRMS), CLAIM, high=("pay tv",), low=("mobile",))
    assert answer.value == pytest.approx(90.0 - 20.0)


@pytest.mark.parametrize(
    ("row", "fragment"),
    [
        (("mobile", "G", "2020", 10, 11, 1.0), r"`n_lost` must not exceed `n_start`; G, 2020: got 11 of 10"),
        (("mobile", "G", "2020", 10, 1, 0.0), r"`years` must be above 0; G, 2020"),
    ],
)
def test_impossible_rows_are_named(row, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        estimate_churn_gap(frame_of(*FIRMS, row), CLAIM)


def test_a_missing_group_and_an_unknown_quantity_are_named():
    with pytest.raises(FrameMistake, match=r"`industry` must hold one of mobile; it holds banking, insurance"):
        estimate_churn_gap(frame_of(*FIRMS[4:6]), CLAIM)
    with pytest.raises(ParameterMistake, match="`quantity` must be one of 'churn_gap'"):
        estimate_churn_gap(frame_of(*FIRMS), CLAIM, quantity="rate")
