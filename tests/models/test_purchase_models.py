"""BG/NBD, MBG/NBD and Pareto/NBD: weights, units, limits, and formulas against integration over the mixing densities."""

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import beta as beta_density
from scipy.stats import gamma as gamma_density

from analysis.core.errors import ParameterMistake
from analysis.models import bg_nbd, fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd, mbg_nbd, pareto_nbd
from analysis.models.fit import ModelNotIdentified

SIX_DIGITS = 1e-6  # relative
UNPOLISHED = 1e-5  # relative; lifetimes stops where the slope is 1e-7
INTEGRATION = 1e-8  # relative

FITS = {"BG/NBD": fit_bg_nbd, "MBG/NBD": fit_mbg_nbd, "Pareto/NBD": fit_pareto_nbd}
MODULES = {"BG/NBD": bg_nbd, "MBG/NBD": mbg_nbd, "Pareto/NBD": pareto_nbd}
TIME_SCALES = {"BG/NBD": {"alpha"}, "MBG/NBD": {"alpha"}, "Pareto/NBD": {"alpha", "beta"}}
PARAMS = {  # shapes are halves, so that squares of the variables make smooth integrands
    "BG/NBD": {"r": 1.5, "alpha": 8.0, "a": 1.5, "b": 2.5},
    "MBG/NBD": {"r": 1.5, "alpha": 8.0, "a": 1.5, "b": 2.5},
    "Pareto/NBD": {"r": 1.5, "alpha": 8.0, "s": 1.5, "beta": 20.0},
}
HISTORIES = [(0, 0.0, 12.0), (3, 7.0, 12.0), (2, 12.0, 12.0)]  # x, t_x, T


@pytest.mark.parametrize("model", FITS)
def test_weighted_rows_equal_expanded_rows(weighted_rows, weighted_fits, model):
    """The expanded rows go through lifetimes itself, one customer a row and without weights."""
    import lifetimes

    rows, fit = weighted_rows[model], weighted_fits[model]
    expanded = rows.loc[rows.index.repeat(rows["n_customers"])].drop(columns="n_customers")
    assert len(expanded) == fit.n_customers == 4_000
    assert fit.n_rows == len(rows) < 2_500
    assert FITS[model](expanded, start=fit.params).estimates == pytest.approx(fit.estimates, rel=SIX_DIGITS)

    fitter = {"BG/NBD": "BetaGeoFitter", "MBG/NBD": "ModifiedBetaGeoFitter", "Pareto/NBD": "ParetoNBDFitter"}[model]
    unit = np.where([name in TIME_SCALES[model] for name in fit.names], expanded["T"].max(), 1)
    start = 1.05 * np.array(fit.estimates) / unit  # lifetimes searches in time scaled to the longest T
    raw = getattr(lifetimes, fitter)().fit(
        expanded["frequency"],
        expanded["recency"],
        expanded["T"],
        initial_params=start if model == "Pareto/NBD" else np.log(start),
        tol=1e-9 if model == "Pareto/NBD" else 1e-7,
    )
    assert [raw.params_[name] for name in fit.names] == pytest.approx(fit.estimates, rel=UNPOLISHED)


@pytest.mark.parametrize("model", FITS)
def test_order_of_rows_does_not_matter(weighted_rows, weighted_fits, model):
    shuffled = weighted_rows[model].sample(frac=1, random_state=3)
    assert FITS[model](shuffled).estimates == weighted_fits[model].estimates


@pytest.mark.parametrize("model", FITS)
def test_unit_of_time_only_scales_the_time_parameters(weighted_rows, weighted_fits, model):
    rows, fit = weighted_rows[model], weighted_fits[model]
    days = FITS[model](rows.assign(recency=rows["recency"] * 7, T=rows["T"] * 7))
    for name in fit.names:
        factor = 7 if name in TIME_SCALES[model] else 1
        assert days.params[name] == pytest.approx(factor * fit.params[name], rel=SIX_DIGITS)
    # x purchase times in days have a density 7^-x times that in weeks
    n_repeats = (rows["frequency"] * rows["n_customers"]).sum()
    assert days.log_likelihood == pytest.approx(fit.log_likelihood - n_repeats * np.log(7), abs=1e-6)


@pytest.mark.parametrize("model", FITS)
def test_a_start_near_the_answer_gives_the_same_answer(weighted_rows, weighted_fits, model):
    near = {name: value * 1.2 for name, value in weighted_fits[model].params.items()}
    found = FITS[model](weighted_rows[model], start=near)
    assert found.estimates == pytest.approx(weighted_fits[model].estimates, rel=SIX_DIGITS)


@pytest.mark.parametrize("model", FITS)
def test_nobody_bought_again(model):
    rows = pd.DataFrame({"frequency": [0, 0], "recency": [0, 0], "T": [10, 20], "n_customers": [30, 12]})
    with pytest.raises(
        ModelNotIdentified, match=r"needs customers who bought again; `frequency` is 0 in all 42 customers"
    ):
        FITS[model](rows)


@pytest.mark.parametrize(
    ("model", "truth"),
    [
        ("BG/NBD", {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}),
        ("Pareto/NBD", {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 20.0}),
    ],
)
def test_truth_lies_within_three_standard_errors(many_customers, many_pareto_customers, model, truth):
    """One simulated scenario each, as `conftest` states it, 4,000 customers."""
    fit = FITS[model](many_customers if model == "BG/NBD" else many_pareto_customers)
    for name, value in truth.items():
        relative_error = fit.standard_errors[name] / fit.params[name]
        assert abs(np.log(fit.params[name] / value)) < 3 * relative_error, name
        assert relative_error < 0.35, name


def test_pareto_of_customers_who_all_leave_at_one_rate_is_that_limit():
    """There s and beta run off together; refused before. The rate s / beta is that of exponential lifetimes (quadrature)."""
    rows = pd.DataFrame(
        {
            "frequency": [0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 8, 12],
            "recency": [0, 0, 4, 20, 9, 26, 15, 28, 33, 20, 30, 34],
            "T": [30, 39, 30, 39, 30, 39, 30, 30, 39, 39, 39, 39],
            "n_customers": [60, 55, 14, 12, 7, 6, 5, 3, 3, 2, 2, 1],
        }
    )
    fit = fit_pareto_nbd(rows)
    x, t_x, age, n = (rows[name].to_numpy(float) for name in ("frequency", "recency", "T", "n_customers"))
    nodes, weights = np.polynomial.legendre.leggauss(60)
    times = t_x + (nodes[:, None] + 1) / 2 * (age - t_x)

    def minus(logs):
        """Alive at T, or gone at u in between, at one rate mu: the note's eq. 18 before mu is mixed over."""
        r, alpha, mu = np.exp(logs)
        alive = np.exp(-mu * age) * (alpha / (alpha + age)) ** (r + x)
        gone = weights @ (mu * np.exp(-mu * times) * (alpha / (alpha + times)) ** (r + x)) * (age - t_x) / 2
        return -float(n @ (gammaln(r + x) - gammaln(r) - x * np.log(alpha) + np.log(alive + gone)))

    best = minimize(
        minus, np.log([0.5, 5.0, 0.02]), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000}
    )
    assert fit.limit == "all leave at one rate" and fit.identified
    found = [fit.params["r"], fit.params["alpha"], fit.params["s"] / fit.params["beta"]]
    assert found == pytest.approx(np.exp(best.x), rel=0.01)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=0.05)


def _mixed(model, inside):
    """Integrate `inside(rate, leave)` over the model's mixing densities, on a 200 x 200 Gauss-Legendre grid."""
    params = PARAMS[model]
    nodes, weights = np.polynomial.legendre.leggauss(200)
    unit_nodes, unit_weights = (nodes + 1) / 2, weights / 2
    rate = 4 * unit_nodes**2  # up to 4: the density there is e^-32
    rate_weights = unit_weights * 8 * unit_nodes * gamma_density(params["r"], scale=1 / params["alpha"]).pdf(rate)
    if model == "Pareto/NBD":
        leave = 2 * unit_nodes**2  # up to 2: the density there is e^-40
        leave_weights = unit_weights * 4 * unit_nodes * gamma_density(params["s"], scale=1 / params["beta"]).pdf(leave)
    else:
        angle = unit_nodes * np.pi / 2
        leave = np.sin(angle) ** 2
        stretch = np.pi * np.sin(angle) * np.cos(angle)
        leave_weights = unit_weights * stretch * beta_density(params["a"], params["b"]).pdf(leave)
    return rate_weights @ inside(rate[:, None], leave[None, :]) @ leave_weights


def _alive_and_gone(model, x, t_x, T):
    """The likelihood of a history given rate and chance (or rate) of leaving: still alive at T, and gone by then."""
    if model == "BG/NBD":
        return (
            lambda rate, p: (1 - p) ** x * rate**x * np.exp(-rate * T),
            lambda rate, p: (x > 0) * p * (1 - p) ** max(x - 1, 0) * rate**x * np.exp(-rate * t_x),
        )
    if model == "MBG/NBD":
        return (
            lambda rate, p: (1 - p) ** (x + 1) * rate**x * np.exp(-rate * T),
            lambda rate, p: p * (1 - p) ** x * rate**x * np.exp(-rate * t_x),
        )
    return (
        lambda rate, mu: rate**x * np.exp(-(rate + mu) * T),
        lambda rate, mu: rate**x * mu / (rate + mu) * (np.exp(-(rate + mu) * t_x) - np.exp(-(rate + mu) * T)),
    )


@pytest.mark.parametrize(("x", "t_x", "T"), HISTORIES)
@pytest.mark.parametrize("model", FITS)
def test_likelihood_and_probability_alive_by_integration(model, x, t_x, T):
    alive, gone = (_mixed(model, part) for part in _alive_and_gone(model, x, t_x, T))
    rows = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T], "n_customers": [3]})
    module = MODULES[model]
    assert module.log_likelihood(PARAMS[model], rows) == pytest.approx(3 * np.log(alive + gone), rel=INTEGRATION)
    found = module.probability_alive(PARAMS[model], x, t_x, T)[0]
    assert found == pytest.approx(alive / (alive + gone), rel=INTEGRATION)


@pytest.mark.parametrize("model", FITS)
def test_conditional_expectation_by_integration(model):
    x, t_x, T, ahead = 3, 7.0, 12.0, 10.0
    alive, gone = _alive_and_gone(model, x, t_x, T)

    def purchases_ahead(rate, leave):
        """Of someone alive: a Poisson stream that ends at rate mu, or at each purchase with chance p."""
        ends = leave if model == "Pareto/NBD" else rate * leave
        return rate * -np.expm1(-ends * ahead) / ends

    expected = _mixed(model, lambda rate, leave: purchases_ahead(rate, leave) * alive(rate, leave))
    chance = _mixed(model, lambda rate, leave: alive(rate, leave) + gone(rate, leave))
    found = float(np.squeeze(MODULES[model].conditional_expected_purchases(PARAMS[model], ahead, x, t_x, T)))
    assert found == pytest.approx(expected / chance, rel=INTEGRATION)


@pytest.mark.parametrize("model", FITS)
def test_chances_of_n_purchases_add_up_and_have_the_expected_mean(model):
    n = np.arange(120)
    chances = MODULES[model].probability_of_n_purchases(PARAMS[model], 20.0, n)
    assert (chances >= 0).all()
    assert chances.sum() == pytest.approx(1, abs=1e-9)
    assert n @ chances == pytest.approx(float(MODULES[model].expected_purchases(PARAMS[model], 20.0)), rel=1e-7)


@pytest.mark.parametrize("model", FITS)
@pytest.mark.parametrize("n", [-1, [0, -2]])
def test_negative_n_is_refused(model, n):
    with pytest.raises(ParameterMistake, match="`n` must"):
        MODULES[model].probability_of_n_purchases(PARAMS[model], 5.0, n)


@pytest.mark.parametrize("model", ["BG/NBD", "MBG/NBD"])
def test_n_beyond_the_formula_is_refused(model):
    with pytest.raises(ParameterMistake, match="between 0 and 150; got 151"):
        MODULES[model].probability_of_n_purchases(PARAMS[model], 5.0, 151)


@pytest.mark.parametrize("model", FITS)
def test_expectations_are_nil_at_once_and_rise(model):
    params = PARAMS[model]
    over_time = MODULES[model].expected_purchases(params, [0, 1, 10, 100])
    assert over_time[0] == pytest.approx(0, abs=1e-12)
    assert (np.diff(over_time) > 0).all()
    ahead = MODULES[model].conditional_expected_purchases(params, [0.0, 1.0, 10.0], 2, 5.0, 9.0)
    assert ahead[0] == pytest.approx(0, abs=1e-9)
    assert (np.diff(ahead) > 0).all()


@pytest.mark.parametrize(("model", "name"), [("BG/NBD", "a"), ("MBG/NBD", "a"), ("Pareto/NBD", "s")])
def test_prediction_is_smooth_where_the_formula_divides_by_nought(model, name):
    """a = 1 and s = 1 are ordinary populations, and only the printed formulas have a pole there."""

    def expected(value):
        return float(MODULES[model].expected_purchases({**PARAMS[model], name: value}, 20.0))

    assert expected(1.0) == pytest.approx((expected(0.999) + expected(1.001)) / 2, rel=1e-5)


@pytest.mark.parametrize(("model", "chances_at_start"), [("BG/NBD", 0), ("MBG/NBD", 1)])
@pytest.mark.parametrize(("a", "b"), [(0.1, 0.5), (0.8, 300.0), (300.0, 3000.0)])
def test_expectations_where_the_closed_form_gives_no_number(model, chances_at_start, a, b):
    """lifetimes returns nan for x = 0 and a + b < 1 (BG/NBD) and for large b: conditional and unconditional must agree.

    A customer seen for no time is a new customer, and one integral over p checks the value.
    """
    params = {"r": 0.5, "alpha": 5.0, "a": a, "b": b}
    t, module = 520.0, MODULES[model]
    found = float(np.squeeze(module.conditional_expected_purchases(params, t, 0, 0.0, 0.0)))
    assert found == pytest.approx(float(module.expected_purchases(params, t)), rel=1e-6)

    chance = beta_density(a, b + chances_at_start)
    inside = quad(lambda u: -np.expm1(-0.5 * np.log1p(p * t / 5)) / p if (p := chance.ppf(u)) > 0 else 0.05 * t, 0, 1)[
        0
    ]
    stays = (b / (a + b)) ** chances_at_start
    assert found == pytest.approx(stays * inside, rel=1e-4)


def test_pareto_likelihood_of_who_bought_often_and_just_now():
    """T = t_x: nobody can have left since, so only the term of the living is there, whatever the other may round to.

    lifetimes returns nan for this customer of the CDNOW cohort, and with him for all 23,570.
    """
    from scipy.special import gammaln

    x, now = 170, 70 + 6 / 7
    rows = pd.DataFrame({"frequency": [x], "recency": [now], "T": [now]})
    r, alpha, s, beta = 0.611, 13.612, 0.313, 6.149
    living = gammaln(r + x) - gammaln(r) - s * np.log1p(now / beta)
    living += r * np.log(alpha) - (r + x) * np.log(alpha + now)
    params = {"r": r, "alpha": alpha, "s": s, "beta": beta}
    assert pareto_nbd.log_likelihood(params, rows) == pytest.approx(living, abs=1e-9)
    assert pareto_nbd.probability_alive(params, x, now, now)[0] == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("x", "t_x", "T"), [(0, 0.0, 39.0), (2, 30.4, 38.9), (7, 35.0, 77.9), (26, 30.9, 31.0)])
@pytest.mark.parametrize("params", [(0.55, 10.6, 0.61, 11.7), (1.2, 3.0, 2.0, 40.0), (0.8, 30.0, 0.4, 2.0)])
def test_pareto_is_that_of_lifetimes_where_that_gives_a_number(x, t_x, T, params):
    """Two routes: lifetimes' difference of hypergeometric functions, and the integral that replaces it here."""
    from lifetimes import ParetoNBDFitter

    named = dict(zip(("r", "alpha", "s", "beta"), params, strict=True))
    theirs = ParetoNBDFitter()
    theirs.params_ = named
    rows = pd.DataFrame({"frequency": [x], "recency": [t_x], "T": [T]})
    likelihood = theirs._conditional_log_likelihood(list(params), np.array([x]), np.array([t_x]), np.array([T]))[0]
    assert pareto_nbd.log_likelihood(named, rows) == pytest.approx(likelihood, rel=1e-10)
    for t in (1.0, 52.0, 520.0):
        expected = theirs.conditional_expected_number_of_purchases_up_to_time(t, x, t_x, T)
        found = float(np.squeeze(pareto_nbd.conditional_expected_purchases(named, t, x, t_x, T)))
        assert found == pytest.approx(float(np.squeeze(expected)), rel=1e-9)


def test_pareto_customers_of_the_last_day_count(weighted_rows, weighted_fits):
    """recency = T: the term for having left since is log 0, which is right and gives no warning."""
    rows = weighted_rows["Pareto/NBD"]
    assert (rows["recency"] == rows["T"]).sum() > 10
    assert np.isfinite(weighted_fits["Pareto/NBD"].log_likelihood)


def test_pareto_discounted_purchases_approach_the_undiscounted_ones():
    """As the discount rate falls, DERT nears E[Y(infinity)]; s > 1 makes that finite."""
    params = {"r": 1.5, "alpha": 8.0, "s": 2.5, "beta": 20.0}
    endless = float(np.squeeze(pareto_nbd.conditional_expected_purchases(params, 1e7, 3, 7.0, 12.0)))
    found = pareto_nbd.discounted_expected_residual_purchases(params, 1e-7, 3, 7.0, 12.0)[0]
    assert found == pytest.approx(endless, rel=1e-4)
    assert pareto_nbd.discounted_expected_residual_purchases(params, 0.1, 3, 7.0, 12.0)[0] < found
