"""The shared result: intervals, draws, covariance, and refusal where the likelihood is flat."""

import numpy as np
import pytest
from scipy.stats import norm

from analysis.core.errors import ParameterMistake
from analysis.models import fit_bg_nbd, pareto_nbd
from analysis.models.fit import (
    ModelFit,
    ModelNotIdentified,
    Objective,
    climb_to_top,
    log_covariance_from,
    require_converged,
)
from analysis.models.rows import purchase_rows


@pytest.fixture
def fit():
    """Two independent parameters: 2 with 10 % doubt, 50 with 20 % doubt."""
    return ModelFit(
        model="made up",
        names=("shape", "scale"),
        estimates=(2.0, 50.0),
        log_covariance=((0.01, 0.0), (0.0, 0.04)),
        log_likelihood=-10.0,
        n_customers=30,
        n_rows=7,
    )


@pytest.fixture
def flat(fit):
    from dataclasses import replace

    return replace(fit, log_covariance=((float("nan"),) * 2,) * 2)


def test_delta_method(fit):
    """sd of theta is theta times sd of ln theta: 2 x .1 and 50 x .2."""
    assert fit.standard_errors == {"shape": pytest.approx(0.2), "scale": pytest.approx(10.0)}
    assert fit.covariance == pytest.approx(np.diag([0.04, 100.0]))


def test_interval_is_symmetric_on_the_logarithm(fit):
    low, high = fit.interval("scale")
    assert low * high == pytest.approx(50.0**2)
    assert np.log(high / 50) / 0.2 == pytest.approx(norm.ppf(0.975))
    assert fit.interval("scale", level=0.8)[0] > low


def test_table_has_a_row_a_parameter(fit):
    table = fit.table()
    assert table["parameter"].tolist() == ["shape", "scale"]
    assert ((table["low"] < table["estimate"]) & (table["estimate"] < table["high"])).all()


def test_draws_follow_the_log_normal_and_the_seed(fit):
    draws = fit.draws(20_000, seed=1)
    logs = np.log([[draw["shape"], draw["scale"]] for draw in draws])
    # 20,000 draws: the mean is known to sd / 141, the standard deviation to sd / 200
    assert logs.mean(axis=0) == pytest.approx(np.log([2, 50]), abs=4 * 0.2 / 141)
    assert logs.std(axis=0) == pytest.approx([0.1, 0.2], rel=0.02)
    assert fit.draws(5, seed=1) == fit.draws(5, seed=1)
    assert fit.draws(5, seed=1) != fit.draws(5, seed=2)


def test_unknown_parameter_is_named(fit):
    with pytest.raises(ParameterMistake, match=r"`name` must be one of 'shape', 'scale'; got 'rate'"):
        fit.interval("rate")


@pytest.mark.parametrize(
    "ask", [lambda fit: fit.interval("shape"), lambda fit: fit.draws(3, 0), lambda fit: fit.table()]
)
def test_no_interval_where_the_likelihood_is_flat(flat, ask):
    assert not flat.identified
    with pytest.raises(ModelNotIdentified, match="made up on 30 customers: the likelihood is flat at its maximum"):
        ask(flat)


@pytest.mark.parametrize("hessian", [[[1.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [0.0, -1.0]]], ids=["singular", "saddle"])
def test_covariance_of_a_flat_or_saddle_point_is_nan(hessian):
    assert np.isnan(log_covariance_from(np.array(hessian), 100)).all()


@pytest.mark.parametrize("gradient", [[0.0, 1e-3], [np.nan, 0.0]])
def test_a_slope_left_over_is_refused_with_the_place_it_ended_at(gradient):
    objective = Objective(lambda point: 0.0, lambda point: np.array(gradient), lambda point: np.eye(2))
    with pytest.raises(ModelNotIdentified, match=r"did not converge .* stopped at shape = 1, scale = 2.72"):
        require_converged("made up", ("shape", "scale"), objective, np.array([0.0, 1.0]))


def test_newton_steps_settle_the_last_digits():
    """cosh(ln x - ln 3) has its minimum at x = 3, and the search starts a tenth beside it."""
    objective = Objective(
        lambda point: float(np.cosh(point - np.log(3)).sum()),
        lambda point: np.sinh(point - np.log(3)),
        lambda point: np.diag(np.cosh(point - np.log(3))),
    )
    assert np.exp(climb_to_top(objective, np.log([3.3]))) == pytest.approx([3.0], abs=1e-10)


def _bg_nbd_log_likelihood(log_params, rows):
    """Written out from eq. 6 of Fader, Hardie & Lee (2005), without lifetimes or autograd."""
    from scipy.special import betaln, gammaln

    r, alpha, a, b = np.exp(log_params)
    x, t_x, T = (rows[name].to_numpy() for name in ("frequency", "recency", "T"))
    stay = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + T)
    leave = betaln(a + 1, b + x - 1 + (x == 0)) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.log(np.exp(stay) + (x > 0) * np.exp(leave))
    return float((rows["n_customers"] * each).sum())


def test_covariance_is_the_inverse_hessian_of_the_weighted_likelihood(many_customers):
    """By central differences of a likelihood written here; lifetimes' own variance matrix is not even symmetric."""
    fit, rows = fit_bg_nbd(many_customers), purchase_rows(many_customers)
    top = np.log(fit.estimates)
    hessian = _hessian_by_differences(lambda point: _bg_nbd_log_likelihood(point, rows), top, step=1e-3)
    assert _bg_nbd_log_likelihood(top, rows) == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert np.asarray(fit.log_covariance) == pytest.approx(-np.linalg.inv(hessian), rel=1e-3)
    assert fit.covariance == pytest.approx(fit.covariance.T)


def test_numerical_hessian_of_the_pareto_is_that_of_a_coarser_step(weighted_rows, weighted_fits):
    """The fit's steps are a ten-thousandth of a log-parameter and smaller; a hundredth must show the same curvature."""
    fit, rows = weighted_fits["Pareto/NBD"], weighted_rows["Pareto/NBD"]

    def likelihood(log_params):
        return pareto_nbd.log_likelihood(dict(zip(fit.names, np.exp(log_params), strict=True)), rows)

    hessian = _hessian_by_differences(likelihood, np.log(fit.estimates), step=0.01)
    assert np.asarray(fit.log_covariance) == pytest.approx(-np.linalg.inv(hessian), rel=0.01)


def _hessian_by_differences(function, top, step):
    hessian = np.empty((len(top), len(top)))
    for i, j in np.ndindex(hessian.shape):
        di, dj = step * np.eye(len(top))[i], step * np.eye(len(top))[j]
        corners = [function(top + s * di + t * dj) for s, t in ((1, 1), (1, -1), (-1, 1), (-1, -1))]
        hessian[i, j] = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * step**2)
    return hessian
