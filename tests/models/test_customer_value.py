"""Discounted customer value: the sum it stands for, its scaling, and its interval against the bootstrap."""

from dataclasses import replace
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.models import (
    bootstrap_customer_value,
    discounted_customer_value,
    fit_bg_nbd,
    fit_gamma_gamma,
    fit_mbg_nbd,
    fit_pareto_nbd,
    gamma_gamma,
)
from analysis.models.customer_value import Terms, discounted_expected_purchases, value_by_row
from analysis.models.fit import ModelNotIdentified, purchase_module

TERMS = Terms(margin=0.3, discount_rate=0.1, horizon_years=5)
WIDTHS_AGREE = 0.30
"""Relative. A bootstrap of 60 samples knows a standard error to 9 %, its percentiles' distance to about twice that, and
with 500 customers the likelihood is not quite the parabola that the Hessian takes it for."""

FITS = {"BG/NBD": fit_bg_nbd, "MBG/NBD": fit_mbg_nbd, "Pareto/NBD": fit_pareto_nbd}
PARAMS = {
    "BG/NBD": {"r": 0.24, "alpha": 4.4, "a": 0.8, "b": 2.4},
    "MBG/NBD": {"r": 0.5, "alpha": 6.2, "a": 0.9, "b": 1.6},
    "Pareto/NBD": {"r": 0.55, "alpha": 10.6, "s": 0.6, "beta": 11.7},
}
SPEND = {"p": 6.25, "q": 3.74, "v": 15.44}
BASE = pd.DataFrame(
    {
        "frequency": [0, 2, 2, 7],
        "recency": [0.0, 30.4, 30.4, 37.0],
        "T": [38.9, 38.9, 38.9, 39.0],
        "monetary": [np.nan, 20.0, 60.0, 35.0],
        "n_customers": [50, 3, 2, 1],
    }
)


@pytest.fixture(scope="module")
def fitted(some_customers):
    return fit_bg_nbd(some_customers), fit_gamma_gamma(some_customers)


@pytest.mark.parametrize("model", FITS)
def test_discounted_purchases_are_the_discounted_weekly_ones(model):
    """A second route: expected purchases of every tenth of a week, discounted at its middle."""
    edges = np.arange(0, TERMS.horizon_years * TERMS.units_per_year, 0.1)
    expected = purchase_module(model).conditional_expected_purchases
    history = [BASE[name].to_numpy(dtype=float)[None, :] for name in ("frequency", "recency", "T")]
    cumulative = expected(
        PARAMS[model], np.append(edges, TERMS.horizon_years * TERMS.units_per_year)[:, None], *history
    )
    middles = (edges + 0.05) / TERMS.units_per_year
    by_sum = (np.diff(cumulative, axis=0) / 1.1 ** middles[:, None]).sum(axis=0)
    assert discounted_expected_purchases(model, PARAMS[model], BASE, TERMS) == pytest.approx(by_sum, rel=1e-5)


def test_value_is_margin_times_spend_times_purchases():
    purchases = discounted_expected_purchases("BG/NBD", PARAMS["BG/NBD"], BASE, TERMS)
    spend = gamma_gamma.expected_spend(SPEND, BASE["frequency"], BASE["monetary"])
    found = value_by_row("BG/NBD", PARAMS["BG/NBD"], SPEND, BASE, TERMS)
    assert found == pytest.approx(0.3 * spend * purchases)
    assert found[1] < found[2]  # the same history, and who spends more is worth more


@pytest.mark.parametrize(
    ("change", "compare"),
    [
        ({"discount_rate": 0.2}, np.less),
        ({"horizon_years": 10}, np.greater),
        ({"margin": 0.4}, np.greater),
    ],
)
def test_terms_move_the_value_the_way_they_should(change, compare):
    base = value_by_row("BG/NBD", PARAMS["BG/NBD"], SPEND, BASE, TERMS)
    assert compare(value_by_row("BG/NBD", PARAMS["BG/NBD"], SPEND, BASE, replace(TERMS, **change)), base).all()


def test_unit_of_time_does_not_matter():
    days = BASE.assign(recency=BASE["recency"] * 7, T=BASE["T"] * 7)
    in_days = {**PARAMS["BG/NBD"], "alpha": 4.4 * 7}
    terms = replace(TERMS, units_per_year=TERMS.units_per_year * 7)
    assert value_by_row("BG/NBD", in_days, SPEND, days, terms) == pytest.approx(
        value_by_row("BG/NBD", PARAMS["BG/NBD"], SPEND, BASE, TERMS)
    )


def test_point_estimate_is_the_weighted_mean_of_the_rows(fitted):
    purchases, spend = fitted
    found = discounted_customer_value(purchases, spend, BASE, TERMS, n_draws=20, seed=1)
    rows = value_by_row("BG/NBD", purchases.params, spend.params, BASE, TERMS)
    assert found.mean == pytest.approx(np.average(rows, weights=BASE["n_customers"]))
    assert found.n_customers == 56
    assert found.low < found.mean < found.high
    assert (found.purchase_model, found.method, found.n_failed) == ("BG/NBD", "Hessian", 0)


def test_seed_decides_the_draws(fitted):
    one, same, other = (discounted_customer_value(*fitted, BASE, TERMS, n_draws=10, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.draws != other.draws


@pytest.fixture(scope="module")
def both_intervals(fitted, some_customers):
    hessian = discounted_customer_value(*fitted, some_customers, TERMS, n_draws=300, seed=3)
    bootstrap = bootstrap_customer_value(*fitted, some_customers, TERMS, n_samples=60, seed=3)
    return hessian, bootstrap


@pytest.mark.slow
def test_hessian_and_bootstrap_give_intervals_of_one_width(both_intervals):
    """500 simulated customers, for whom both models are true."""
    hessian, bootstrap = both_intervals
    assert hessian.mean == bootstrap.mean
    assert bootstrap.standard_error == pytest.approx(hessian.standard_error, rel=WIDTHS_AGREE)
    assert bootstrap.high - bootstrap.low == pytest.approx(hessian.high - hessian.low, rel=WIDTHS_AGREE)


@pytest.mark.slow
def test_bootstrap_interval_holds_the_estimate(both_intervals):
    _, bootstrap = both_intervals
    assert bootstrap.low < bootstrap.mean < bootstrap.high
    assert (bootstrap.method, bootstrap.n_failed, len(bootstrap.draws)) == ("bootstrap over customers", 0, 60)


def test_twice_the_customers_take_the_root_of_two_off_the_doubt(fitted, some_customers):
    """Every customer twice: the same estimates and value, and a standard error smaller by the root of two."""
    doubled = some_customers.assign(n_customers=2)
    purchases, spend = fit_bg_nbd(doubled), fit_gamma_gamma(doubled)
    twice = discounted_customer_value(purchases, spend, BASE, TERMS, n_draws=400, seed=3)
    once = discounted_customer_value(*fitted, BASE, TERMS, n_draws=400, seed=3)
    assert twice.mean == pytest.approx(once.mean, rel=1e-6)
    # The same normal draws stand behind both, so that the ratio is steadier than either.
    assert once.standard_error / twice.standard_error == pytest.approx(np.sqrt(2), rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("model", ["BG/NBD", "MBG/NBD", "Pareto/NBD"])
def test_widths_agree_on_cdnow(model):
    """The published one-tenth sample, where no model is exactly true."""
    with (files("lifetimes") / "datasets" / "cdnow_customers_summary_with_transactions.csv").open() as file:
        customers = pd.read_csv(file).set_axis(["id", "frequency", "recency", "T", "monetary"], axis=1)
    purchases, spend = FITS[model](customers), fit_gamma_gamma(customers)
    hessian = discounted_customer_value(purchases, spend, customers, TERMS, n_draws=300, seed=1)
    bootstrap = bootstrap_customer_value(purchases, spend, customers, TERMS, n_samples=60, seed=1)
    assert bootstrap.standard_error == pytest.approx(hessian.standard_error, rel=WIDTHS_AGREE)


def test_a_flat_likelihood_gives_no_interval(fitted):
    purchases, spend = fitted
    flat = replace(purchases, log_covariance=((float("nan"),) * 4,) * 4)
    with pytest.raises(ModelNotIdentified, match="likelihood is flat"):
        discounted_customer_value(flat, spend, BASE, TERMS)


def test_draws_without_a_value_give_no_interval(fitted):
    """q barely above 1 with doubt: half of the drawn populations have no mean spend."""
    purchases, spend = fitted
    doubtful = replace(spend, estimates=(6.0, 1.01, 15.0), log_covariance=tuple(map(tuple, 0.01 * np.eye(3))))
    with pytest.raises(ModelNotIdentified, match="drawn parameter sets have no finite value"):
        discounted_customer_value(purchases, doubtful, BASE, TERMS, n_draws=50)


def test_spend_model_in_place_of_a_purchase_model_is_refused(fitted):
    _, spend = fitted
    with pytest.raises(ParameterMistake, match=r"`model` must be one of .* got 'gamma-gamma'"):
        discounted_customer_value(spend, spend, BASE, TERMS)


def test_base_is_checked_like_the_fits(fitted):
    with pytest.raises(FrameMistake, match="`recency` must not exceed `T`"):
        discounted_customer_value(*fitted, BASE.assign(T=10.0), TERMS)


@pytest.mark.parametrize(
    "change", [{"margin": 0}, {"margin": 30}, {"discount_rate": 0}, {"horizon_years": -1}, {"units_per_year": 0}]
)
def test_terms_refuse(change):
    with pytest.raises(ParameterMistake, match=f"`{next(iter(change))}`"):
        replace(TERMS, **change)
