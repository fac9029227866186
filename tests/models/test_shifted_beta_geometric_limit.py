"""The limit of customers alike: the geometric by hand, the model's own likelihood on a grid, and coverage at the edge."""

import numpy as np
import pytest
from scipy.stats import chi2

from analysis.models import fit_shifted_beta_geometric
from analysis.models.fit import ModelNotIdentified
from analysis.models.shifted_beta_geometric import cohort_rows, discounted_expected_lifetime, log_likelihood, survivor
from analysis.models.shifted_beta_geometric_limit import (
    ALIKE,
    LIMIT,
    LossesByAge,
    critical_value,
    fit_with_limit,
    likelihood_region,
    profile_bounds,
)
from tests.draws import draws, fewest, most

DIFFER = cohort_rows([1000, 631, 468, 382, 326, 289, 262, 241])  # Fader & Hardie (2007), 'Regular'


def lifetime_bounds(endings, discount=0.1):
    def value(params):
        return {"lifetime": discounted_expected_lifetime(params[0], discount)}

    return profile_bounds(value, [fit_with_limit(endings).params], [likelihood_region(endings)])["lifetime"]


def test_the_likelihood_by_age_is_the_models_own():
    """Fader and Hardie's in beta functions, against binomials by age."""
    m, k = 0.8 / 3.3, 1 / 3.3
    assert LossesByAge.of(DIFFER).log_likelihood(m, k) == pytest.approx(
        log_likelihood({"alpha": 0.8, "beta": 2.5}, DIFFER), rel=1e-10
    )


def test_customers_alike_are_the_limit_and_no_reason_to_refuse():
    """4,000 customers of whom a tenth leaves each year: theta = .1, and .9, .81, .59049 stay for 1, 2 and 5 years."""
    fit = fit_with_limit(cohort_rows([4000, 3600, 3240, 2916]))
    assert fit.limit == LIMIT
    assert fit.params["alpha"] / ALIKE == pytest.approx(0.1)
    np.testing.assert_allclose(survivor(fit.params, [1, 2, 5]), [0.9, 0.81, 0.59049], rtol=1e-4)


def test_customers_who_differ_keep_their_model():
    assert fit_with_limit(DIFFER) == fit_shifted_beta_geometric(DIFFER)


def test_losses_that_rise_with_age_are_the_limit_too():
    """Nobody's chance can rise in this model: the nearest is one chance for all, 30 of 190."""
    fit = fit_with_limit(cohort_rows([100, 90, 70]))
    assert fit.params["alpha"] / ALIKE == pytest.approx(30 / 190)


@pytest.mark.parametrize("counts", [[1000, 600, 600, 600, 600], [100, 60], [100, 100, 100]])
def test_what_is_no_limit_is_refused(counts):
    """Everybody who leaves does so at once; one period; nobody left."""
    with pytest.raises(ModelNotIdentified):
        fit_with_limit(cohort_rows(counts))


def test_bounds_are_those_of_a_fine_grid_over_the_models_own_likelihood():
    """The extremes of the discounted lifetime over all alpha, beta within 3.84 / 2 of the top, on a grid of 150 by 150."""
    top = fit_with_limit(DIFFER)
    rim = top.log_likelihood - chi2.ppf(0.95, 1) / 2
    losses = LossesByAge.of(DIFFER)
    found = [
        discounted_expected_lifetime({"alpha": m / k, "beta": (1 - m) / k}, 0.1)
        for m in np.linspace(0.3, 0.45, 150)
        for k in np.linspace(0.25, 1.2, 150)
        if losses.log_likelihood(m, k) >= rim
    ]
    low, high = lifetime_bounds(DIFFER)
    assert (low, high) == pytest.approx((min(found), max(found)), rel=0.01)


def test_the_critical_value_at_the_edge_against_drawn_normals():
    """Two normals, of each the half that lies on one side: the 95th percentile of the sum of squares."""
    drawn = np.random.default_rng(1).normal(size=(400_000, 2))
    halves = (np.maximum(drawn, 0) ** 2).sum(axis=1)
    assert critical_value(0.95, at_edge=True) == pytest.approx(np.quantile(halves, 0.95), abs=0.03)


def test_groups_add_up_as_squares():
    """Two groups, quantity x + y: distances 3 and 4 make 5."""
    region = [{"x": 7.0}, {"x": 10.0}, {"x": 13.0}], [{"x": 16.0}, {"x": 20.0}, {"x": 24.0}]

    def value(params):
        return {"sum": params[0]["x"] + params[1]["x"]}

    assert profile_bounds(value, [{"x": 10.0}, {"x": 20.0}], region)["sum"] == (25.0, 35.0)


def test_a_quantity_that_some_cannot_reach_has_no_bounds():
    def value(params):
        return {"always": 1.0} | ({"sometimes": 2.0} if params[0]["x"] < 12 else {})

    assert set(profile_bounds(value, [{"x": 10.0}], [[{"x": 9.0}, {"x": 13.0}]])) == {"always"}


@pytest.mark.slow
@pytest.mark.parametrize(("together", "n"), [(float("inf"), 4_000), (30.0, 4_000), (8.0, 2_000)])
def test_discounted_lifetimes_are_covered_at_the_edge_and_near_it(together, n):
    """Of cohorts watched for four years 93 to 97 % but for Monte Carlo error: the limit's own error gave 77."""
    rng, theta, covered, runs = np.random.default_rng(11), 0.1, 0, draws(300, 120)
    finite = min(together, ALIKE)
    truth = discounted_expected_lifetime({"alpha": theta * finite, "beta": (1 - theta) * finite}, 0.1)
    for _ in range(runs):
        chances = rng.beta(theta * finite, (1 - theta) * finite, n)
        life = rng.geometric(np.clip(chances, 1e-12, 1))
        low, high = lifetime_bounds(cohort_rows([int((life > age).sum()) for age in range(5)]))
        covered += low <= truth <= high
    assert 0.77 * runs < fewest(runs, 0.93) <= covered <= most(runs, 0.97)
