"""Derivatives in closed form against autograd of lifetimes' own functions, and fits to many rows against lifetimes itself."""

import numpy as np
import pytest

from analysis.models import (
    _beta_geometric_slopes,
    _bg_bb_slopes,
    _gamma_gamma_slopes,
    _pareto_slopes,
    bg_bb,
    fit_bg_nbd,
    fit_gamma_gamma,
    fit_pareto_nbd,
)
from analysis.models import _lifetimes as door
from analysis.models.fit import exact_objective, in_log_params
from analysis.models.pareto_nbd import log_likelihood

POINTS = ([0.7, 0.2, 1.3, 2.0], [3.0, 6.0, 0.2, 0.4])
ROUNDING = 1e-10
SIX_DIGITS = 1e-6  # relative


@pytest.fixture(scope="module")
def columns(many_customers):
    """Histories with time in years, and uneven weights."""
    rows = many_customers.iloc[:800]
    weights = 1.0 + np.arange(len(rows)) % 5
    return [rows["frequency"].to_numpy(), rows["recency"].to_numpy() / 52, rows["T"].to_numpy() / 52], weights


def _same(found, expected, point):
    assert found.value(point) == pytest.approx(expected.value(point), abs=ROUNDING)
    assert found.slope(point) == pytest.approx(expected.slope(point), abs=ROUNDING)
    assert found.curvature(point) == pytest.approx(expected.curvature(point), abs=ROUNDING)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("chances", "fitter"), [(0, "BetaGeoFitter"), (1, "ModifiedBetaGeoFitter")])
def test_beta_geometric_models_equal_lifetimes_differentiated(columns, chances, fitter, point):
    data, weights = columns
    expected = exact_objective(door.fitter_class(fitter)._negative_log_likelihood, (*data, weights, 0.0))
    found = _beta_geometric_slopes.closed_form_objective(*data, weights, chances)
    _same(found, expected, np.log(point))


@pytest.mark.parametrize("point", [[4.0, 3.0, 0.7], [1.0, 1.2, 9.0]])
def test_gamma_gamma_equals_lifetimes_differentiated(many_customers, point):
    rows = many_customers[many_customers["frequency"] > 0].iloc[:500]
    data = rows["frequency"].to_numpy(float), rows["monetary"].to_numpy() / 8
    weights = 1.0 + np.arange(len(rows)) % 3
    expected = exact_objective(door.fitter_class("GammaGammaFitter")._negative_log_likelihood, (*data, weights, 0.0))
    _same(_gamma_gamma_slopes.closed_form_objective(*data, weights), expected, np.log(point))


@pytest.mark.parametrize("point", [[1.2, 0.75, 0.66, 2.78], [0.1, 40.0, 30.0, 0.3], [2.0, 1e4, 1e-4, 1e4]])
def test_beta_geometric_beta_binomial_equals_its_likelihood_differentiated(point):
    """Every history of up to seven opportunities, those of one and of none taken among them."""
    data = np.array([(x, t, n) for n in (1, 4, 7) for t in range(n + 1) for x in range(min(t, 1), t + 1)]).T
    weights = 1.0 + np.arange(len(data[0])) % 4
    expected = exact_objective(bg_bb._fitter()._negative_log_likelihood, (*data, weights, 0.0))
    _same(_bg_bb_slopes.closed_form_objective(*data, weights), expected, np.log(point))


@pytest.mark.parametrize("point", POINTS)
def test_pareto_derivatives_equal_differences_of_the_likelihood(many_pareto_customers, point):
    """Richardson's central differences of the public log-likelihood, which a test holds against integration."""
    from scipy.differentiate import jacobian

    rows = many_pareto_customers.iloc[:200]
    year = rows.assign(recency=rows["recency"] / 52, T=rows["T"] / 52)
    found = _pareto_slopes.closed_form_objective(
        year["frequency"].to_numpy(), year["recency"].to_numpy(), year["T"].to_numpy(), np.ones(len(year))
    )

    def mean(logs):
        return -log_likelihood(dict(zip(("r", "alpha", "s", "beta"), np.exp(logs), strict=True)), year) / len(year)

    def of_many(logs):
        flat = logs.reshape(4, -1)
        return np.array([mean(column) for column in flat.T]).reshape(logs.shape[1:])

    point = np.log(point)
    assert found.value(point) == pytest.approx(mean(point), rel=1e-12)
    assert found.slope(point) == pytest.approx(jacobian(of_many, point).df, abs=1e-7)
    step = 1e-5
    by_slope = [(found.slope(point + d) - found.slope(point - d)) / (2 * step) for d in step * np.eye(4)]
    assert found.curvature(point) == pytest.approx(np.array(by_slope), abs=1e-7)


def test_chain_rule_to_logarithms():
    """Of theta_1 theta_2 at (2, 3): in logs e^(l1 + l2), whose every derivative is 6."""
    _, slope, curvature = in_log_params(np.array([2.0, 3.0]), 6.0, np.array([3.0, 2.0]), np.array([[0, 1.0], [1.0, 0]]))
    assert slope.tolist() == [6.0, 6.0]
    assert curvature.tolist() == [[6.0, 6.0], [6.0, 6.0]]


@pytest.fixture(scope="module")
def more_rows_than_a_search_takes(many_customers):
    """Distinct histories enough that the search begins on a part of them."""
    late = many_customers.assign(T=many_customers["T"] + 0.5)
    both = np.concatenate([many_customers.to_numpy(), late.to_numpy()])
    rows = many_customers.iloc[:0].reindex(range(len(both)))
    rows[:] = both
    return rows.astype(float)


def test_bg_nbd_of_many_rows_is_lifetimes_maximum(more_rows_than_a_search_takes):
    """lifetimes on all rows, one customer a row: its own estimates, and its own gradient at ours."""
    import lifetimes
    from autograd import grad

    rows = more_rows_than_a_search_takes
    fit = fit_bg_nbd(rows)
    assert fit.n_rows > door.SEARCH_ROWS
    raw = lifetimes.BetaGeoFitter().fit(rows["frequency"], rows["recency"], rows["T"], tol=1e-8)
    assert [raw.params_[name] for name in fit.names] == pytest.approx(fit.estimates, rel=SIX_DIGITS)
    assert list(fit.standard_errors.values()) == pytest.approx(raw.standard_errors_.tolist(), rel=1e-4)
    unit = rows["T"].max()
    data = rows["frequency"].to_numpy(), rows["recency"].to_numpy() / unit, rows["T"].to_numpy() / unit
    logs = np.log(np.array(fit.estimates) / [1, unit, 1, 1])
    slope = grad(lifetimes.BetaGeoFitter._negative_log_likelihood)(logs, *data, np.ones(len(rows)), 0.0)
    assert np.abs(slope).max() < 1e-9


def test_gamma_gamma_of_many_rows_is_lifetimes_maximum(more_rows_than_a_search_takes):
    """lifetimes' own gradient at ours; its search ends there or without convergence, by the processor's last digits."""
    import lifetimes
    from autograd import grad

    rows = more_rows_than_a_search_takes
    rows = rows.assign(monetary=rows["monetary"] * np.where(np.arange(len(rows)) % 2, 1.0, 1.01))
    rows = rows[rows["frequency"] > 0]
    logs = np.log(fit_gamma_gamma(rows).estimates)
    data = rows["frequency"].to_numpy(), rows["monetary"].to_numpy(), np.ones(len(rows)), 0.0
    slope = grad(lifetimes.GammaGammaFitter._negative_log_likelihood)
    assert np.abs(slope(logs, *data)).max() < 1e-8
    assert np.abs(slope(logs + 1e-5, *data)).max() > 1e-8, "a hundred-thousandth away it would be seen"


@pytest.mark.parametrize("fit_model", [fit_bg_nbd, pytest.param(fit_pareto_nbd, marks=pytest.mark.slow)])
def test_a_search_on_a_part_of_the_rows_ends_where_one_on_all_does(
    more_rows_than_a_search_takes, monkeypatch, fit_model
):
    rows = more_rows_than_a_search_takes
    found = fit_model(rows)
    monkeypatch.setattr(door, "SEARCH_ROWS", 1_000_000)
    assert fit_model(rows).estimates == pytest.approx(found.estimates, rel=SIX_DIGITS)
