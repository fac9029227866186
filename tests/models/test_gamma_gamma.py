"""Gamma-gamma: likelihood by integration, currency, shrinkage, and the missing mean."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import gamma as gamma_density

from analysis.models import fit_gamma_gamma, gamma_gamma
from analysis.models.fit import ModelNotIdentified

PARAMS = {"p": 5.0, "q": 4.0, "v": 20.0}


@pytest.fixture(scope="module")
def fit(many_customers):
    return fit_gamma_gamma(many_customers)


@pytest.mark.parametrize(("x", "mean"), [(1, 12.0), (4, 55.0)])
def test_likelihood_by_integration_over_customers_rates(x, mean):
    """Spend nu ~ gamma(q, rate v); given nu, the mean of x occasions is gamma(p x, rate nu x)."""
    p, q, v = PARAMS.values()
    density = quad(
        lambda nu: gamma_density(p * x, scale=1 / (nu * x)).pdf(mean) * gamma_density(q, scale=1 / v).pdf(nu),
        1e-9,
        3,
        epsabs=0,
        epsrel=1e-10,
    )[0]
    rows = pd.DataFrame({"frequency": [x], "monetary": [mean], "n_customers": [2]})
    assert gamma_gamma.log_likelihood(PARAMS, rows) == pytest.approx(2 * np.log(density), rel=1e-8)


def test_truth_lies_within_three_standard_errors(fit, many_customers):
    assert fit.n_customers == (many_customers["frequency"] > 0).sum()
    for name, truth in PARAMS.items():
        assert abs(np.log(fit.params[name] / truth)) < 3 * fit.standard_errors[name] / fit.params[name], name


def test_currency_only_scales_v(fit, many_customers):
    in_cents = fit_gamma_gamma(many_customers.assign(monetary=many_customers["monetary"] * 100))
    assert in_cents.params["p"] == pytest.approx(fit.params["p"], rel=1e-6)
    assert in_cents.params["q"] == pytest.approx(fit.params["q"], rel=1e-6)
    assert in_cents.params["v"] == pytest.approx(100 * fit.params["v"], rel=1e-6)
    assert np.asarray(in_cents.log_covariance) == pytest.approx(np.asarray(fit.log_covariance), rel=1e-4)


def test_weights_equal_expanded_rows(many_customers):
    rounded = many_customers.query("frequency > 0").assign(monetary=lambda frame: frame["monetary"].round())
    weighted = rounded.groupby(["frequency", "monetary"]).size().reset_index(name="n_customers")
    one, other = fit_gamma_gamma(weighted), fit_gamma_gamma(rounded)
    assert (one.n_customers, one.n_rows) == (len(rounded), len(weighted))
    assert one.n_rows < one.n_customers
    assert one.estimates == pytest.approx(other.estimates, rel=1e-6)


def test_expected_spend_moves_from_the_population_to_the_customers_own_mean():
    """30.. at no purchase (5 x 20 / 3), nearer 90 with every purchase, never beyond."""
    found = gamma_gamma.expected_spend(PARAMS, [0, 1, 5, 1000], [np.nan, 90.0, 90.0, 90.0])
    assert found[0] == pytest.approx(100 / 3)
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(90, rel=1e-3)
    assert found[-1] < 90


@pytest.mark.parametrize("q", [0.7, 1.0])
def test_a_population_without_a_mean_is_refused(q):
    with pytest.raises(
        ModelNotIdentified, match=f"q = {q:g} is not above 1, so the mean spend of the population is infinite"
    ):
        gamma_gamma.expected_spend({**PARAMS, "q": q}, [1], [5.0])


def test_customers_who_all_spend_alike_have_no_spread_to_estimate():
    rows = pd.DataFrame({"frequency": [1, 2, 3, 4], "monetary": [10.0] * 4, "n_customers": [50, 20, 10, 5]})
    with pytest.raises(ModelNotIdentified, match="gamma-gamma"):
        fit_gamma_gamma(rows)
