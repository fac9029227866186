"""Constant retention, customer base, budgets, valence: limits, symmetries and refusals."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.core.correlation import slope_t
from analysis.core.errors import ParameterMistake
from analysis.models.acquisition_retention_budget import ResponseCurve, best_budget, curve_through, customer_equity
from analysis.models.constant_retention_value import (
    annuity_value,
    per_percent_of_churn,
    profit_stream_value,
    readings_of_five_percent,
    retention_elasticity,
)
from analysis.models.customer_base_value import Diffusion, FirmFigures, gupta_lehmann_stuart_value, improvements
from analysis.models.valence import compare_valence

# --- constant retention -------------------------------------------------------------------------------------------


def test_annuity_is_the_sum_of_expected_discounted_margins():
    years = np.arange(1, 2_000)
    assert annuity_value(3, 0.8, 0.1) == pytest.approx((3 * 0.8**years / 1.1**years).sum())


def test_elasticity_is_the_slope_of_the_logarithm():
    step = 1e-6
    slope = np.log(annuity_value(1, 0.8 * (1 + step), 0.1) / annuity_value(1, 0.8 * (1 - step), 0.1)) / (2 * step)
    assert retention_elasticity(0.8, 0.1) == pytest.approx(slope, rel=1e-6)


def test_profit_stream_of_a_flat_profit_is_the_annuity_with_a_sure_first_year():
    """A flat profit from a customer retained at .8: m / (1 + d) now sure, then m r / (1 + d)^2, ...: annuity over r."""
    found = profit_stream_value(0, [10], churn_rate=0.2, discount_rate=0.1, horizon_years=500)
    assert found == pytest.approx(annuity_value(10, 0.8, 0.1) / 0.8)


def test_small_changes_agree_with_the_elasticity():
    found = readings_of_five_percent(0.8, 0.1, size=0.001)
    assert found.relative / 0.1 == pytest.approx(retention_elasticity(0.8, 0.1), rel=0.01)
    assert found.churn / 0.1 == pytest.approx(per_percent_of_churn(retention_elasticity(0.8, 0.1), 0.8), rel=0.01)


@pytest.mark.parametrize(("rate", "reading"), [(0.96, "points"), (0.951, "points")])
def test_a_reading_beyond_certainty_is_refused(rate, reading):
    with pytest.raises(ParameterMistake, match=f"leaves no room for 5% more in the reading '{reading}'"):
        readings_of_five_percent(rate, 0.1)


@pytest.mark.parametrize(("rate", "discount"), [(95, 0.1), (0, 0.1), (-0.2, 0.1), (0.9, 0)])
def test_annuity_refuses(rate, discount):
    with pytest.raises(ParameterMistake, match=r"`retention_rate`|`discount_rate`"):
        annuity_value(1, rate, discount)


@pytest.mark.parametrize("churn", [1.0, -0.1])
def test_profit_stream_refuses(churn):
    with pytest.raises(ParameterMistake, match=r"`churn_rate` must lie in \[0, 1\)"):
        profit_stream_value(1, [1], churn, 0.1)


# --- customer base ------------------------------------------------------------------------------------------------

FIRM = FirmFigures(
    n_customers=10,
    quarterly_margin=5,
    acquisition_cost=20,
    retention_rate=0.8,
    diffusion=Diffusion(alpha=30, beta=-4, gamma=0.3),
    quarter=12,
)


def test_value_is_homogeneous_of_degree_one_in_margin_and_cost():
    doubled = replace(FIRM, quarterly_margin=10, acquisition_cost=40)
    assert gupta_lehmann_stuart_value(doubled) == pytest.approx(2 * gupta_lehmann_stuart_value(FIRM))


def test_a_firm_at_the_end_of_its_diffusion_is_worth_its_present_customers():
    late = replace(FIRM, quarter=300, tax_rate=0.0)
    per_quarter = 1.12**0.25 - 1
    assert gupta_lehmann_stuart_value(late) == pytest.approx(10 * annuity_value(5, 0.8**0.25, per_quarter))
    assert improvements(late).acquisition_cost == pytest.approx(0, abs=1e-9)


def test_tax_scales_the_value_and_no_effect():
    untaxed = replace(FIRM, tax_rate=0.0)
    assert gupta_lehmann_stuart_value(FIRM) == pytest.approx(0.62 * gupta_lehmann_stuart_value(untaxed))
    assert improvements(FIRM).retention_rate == pytest.approx(improvements(untaxed).retention_rate)


def test_retention_in_percent_is_refused():
    with pytest.raises(ParameterMistake, match="`retention_rate` must lie between 0 and 1, both excluded; got 80"):
        replace(FIRM, retention_rate=80)


# --- budgets ------------------------------------------------------------------------------------------------------

WIN, KEEP = curve_through(5, 0.2, 0.4), curve_through(8, 0.4, 0.7)


def test_no_grid_point_beats_the_optimum():
    best = best_budget(WIN, KEEP, margin=50, discount_rate=0.12)
    grid = [
        customer_equity(WIN, KEEP, spend, keep, 50, 0.12)
        for spend in np.linspace(0.1, 40, 120)
        for keep in np.linspace(0.1, 49, 120)
    ]
    assert max(grid) <= best.value
    assert max(grid) == pytest.approx(best.value, rel=1e-3)


def test_marginal_costs_equal_what_a_customer_is_worth():
    best = best_budget(WIN, KEEP, margin=50, discount_rate=0.12)
    worth = (best.value + best.acquisition_spend) / best.acquisition_share
    assert best.marginal_acquisition_cost == pytest.approx(worth, rel=1e-6)
    assert best.marginal_retention_cost == pytest.approx(worth, rel=1e-4)


def test_customers_not_worth_winning():
    with pytest.raises(ParameterMistake, match="the best acquisition spend is nothing"):
        best_budget(ResponseCurve(ceiling=0.01, steepness=0.01), KEEP, margin=1, discount_rate=0.1)


@pytest.mark.parametrize(("share", "ceiling"), [(0.5, 0.4), (0.4, 0.4), (0.2, 1.2), (0, 0.4)])
def test_curve_refuses(share, ceiling):
    with pytest.raises(ParameterMistake, match="`share` must lie between 0 and `ceiling`"):
        curve_through(5, share, ceiling)


# --- valence ------------------------------------------------------------------------------------------------------

SAME = {"negative_slope": 0.3, "positive_slope": 0.3, "negative_r": 0.5, "positive_r": 0.5}


def test_equal_talk_gives_ones_and_a_gap_of_nothing():
    found = compare_valence(**SAME, n=40)
    assert (found.ratio_per_point, found.ratio_per_sd, found.sd_ratio, found.excess_percent) == (1, 1, 1, 0)
    assert found.fisher_gap == 0
    assert found.per_point_low < 1 < found.per_point_high
    assert not found.distinguishable


def test_many_firms_can_tell_what_thirty_cannot():
    apart = {**SAME, "negative_r": 0.7}
    assert not compare_valence(**apart, n=30).distinguishable
    assert compare_valence(**apart, n=3_000).distinguishable


def test_ratio_has_no_bounds_where_the_positive_slope_may_be_nil():
    weak = compare_valence(**{**SAME, "positive_r": 0.1}, n=30)
    assert (weak.per_point_low, weak.per_point_high) == (-np.inf, np.inf)


def test_ratio_interval_contains_what_the_two_estimates_cannot_rule_out():
    """Fieller: at the bounds the difference a - k b is exactly one critical value of its standard error from nought."""
    from scipy.stats import t

    found = compare_valence(negative_slope=0.414, positive_slope=0.147, negative_r=0.524, positive_r=0.484, n=50)
    above, below = (0.414, 0.414 / slope_t(0.524, 50)), (0.147, 0.147 / slope_t(0.484, 50))
    for bound in (found.per_point_low, found.per_point_high):
        distance = abs(above[0] - bound * below[0]) / np.hypot(above[1], bound * below[1])
        assert distance == pytest.approx(t.ppf(0.975, 48), rel=1e-9)
    assert found.per_sd_interval[0] == pytest.approx(found.per_point_low / found.sd_ratio)
    assert found.per_customer_interval[1] == pytest.approx(found.per_point_high / 2)


@pytest.mark.parametrize(
    ("change", "name"),
    [({"n": 3}, "`n`"), ({"negative_slope": -0.4}, "`negative_slope`"), ({"positive_r": 1.2}, "`positive_r`")],
)
def test_comparison_refuses(change, name):
    with pytest.raises(ParameterMistake, match=name):
        compare_valence(**{**SAME, "n": 30, **change})
