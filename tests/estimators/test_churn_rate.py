"""Yearly churn of one firm: shares by hand, Wilson's interval from its formula."""

from __future__ import annotations

import math

import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.aggregate.churn_rate import estimate_churn_rate
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("mobile_churn_rate", Scale.PERCENT)


def rates(*rows):
    return a_frame(
        "churn_rates",
        industry=["mobile"] * len(rows),
        firm=["a"] * len(rows),
        period=[str(i) for i in range(len(rows))],
        n_start=[row[0] for row in rows],
        n_lost=[row[1] for row in rows],
        years=[row[2] for row in rows],
    )


def test_one_year_is_the_share_lost_with_wilsons_interval():
    estimate = estimate_churn_rate(rates((400, 60, 1.0)), CLAIM, quantity="mobile_churn_rate")[0]
    z, n, p = 1.959964, 400, 0.15
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert (estimate.value, estimate.low, estimate.high) == pytest.approx(
        (15.0, 100 * (centre - half), 100 * (centre + half))
    )
    assert estimate.role is Role.CONTEXT, "one firm's rate says nothing on a gap between industries"


def test_a_month_is_compounded_to_a_year():
    estimate = estimate_churn_rate(rates((1_000, 20, 1 / 12)), CLAIM, quantity="mobile_churn_rate")[0]
    assert estimate.value == pytest.approx(100 * (1 - 0.98**12))


def test_several_years_are_units_of_their_own():
    """10, 12 and 14 %: mean 12, error 2 / sqrt 3, t with two degrees of freedom 4.303."""
    estimate = estimate_churn_rate(
        rates((100, 10, 1.0), (100, 12, 1.0), (100, 14, 1.0)), CLAIM, quantity="mobile_churn_rate"
    )[0]
    assert estimate.value == pytest.approx(12.0)
    assert estimate.high - 12 == pytest.approx(4.3027 * 2 / math.sqrt(3), rel=1e-4)


def test_more_lost_than_there_were_is_refused():
    with pytest.raises(FrameMistake, match="got 11 of 10"):
        estimate_churn_rate(rates((10, 11, 1.0)), CLAIM, quantity="mobile_churn_rate")
