"""BG/BB: weights, agreement with lifetimes where that is right, hand cases and refusals."""

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.models import bg_bb, fit_bg_bb
from analysis.models.fit import ModelNotIdentified

PARAMS = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}


@pytest.fixture(scope="module")
def rows():
    """2,000 simulated customers over five opportunities at PARAMS."""
    rng = np.random.default_rng(4)
    n = 2_000
    buys = rng.beta(PARAMS["alpha"], PARAMS["beta"], n)
    leaves = rng.beta(PARAMS["gamma"], PARAMS["delta"], n)
    alive = rng.uniform(size=(5, n)) > leaves
    bought = (np.cumprod(alive, axis=0) * (rng.uniform(size=(5, n)) < buys)).astype(int)
    last = np.where(bought.any(axis=0), 5 - np.argmax(bought[::-1], axis=0), 0)
    return pd.DataFrame({"frequency": bought.sum(axis=0), "recency": last, "n_opportunities": 5})


@pytest.fixture(scope="module")
def fit(rows):
    return fit_bg_bb(rows)


def test_truth_lies_within_three_standard_errors(fit):
    for name, truth in PARAMS.items():
        assert abs(np.log(fit.params[name] / truth)) < 3 * fit.standard_errors[name] / fit.params[name], name


def test_weights_equal_expanded_rows(rows, fit):
    weighted = rows.groupby(list(rows.columns)).size().reset_index(name="n_customers")
    assert fit_bg_bb(weighted).estimates == pytest.approx(fit.estimates, rel=1e-6)
    assert (fit.n_customers, fit.n_rows) == (2_000, len(weighted))


def test_fit_is_that_of_lifetimes_where_its_likelihood_holds(rows, fit):
    from lifetimes import BetaGeoBetaBinomFitter

    raw = BetaGeoBetaBinomFitter().fit(rows["frequency"], rows["recency"], rows["n_opportunities"])
    assert [raw.params_[name] for name in fit.names] == pytest.approx(fit.estimates, rel=1e-3)


def test_likelihood_does_not_lose_itself_where_customers_are_alike():
    """With large gamma and delta everybody leaves with chance gamma / (gamma + delta): the beta-binomial with dropout.

    Compared with the sum over the moments of leaving for that one chance; lifetimes is 10^5 off here.
    """
    from scipy.special import beta

    a, b, leave, x, t_x, n = 1.2, 0.75, 0.1, 2, 3, 6
    chance = beta(a + x, b + n - x) * (1 - leave) ** n
    chance += sum(beta(a + x, b + t_x - x + i) * leave * (1 - leave) ** (t_x + i) for i in range(n - t_x))
    rows = pd.DataFrame({"frequency": [x], "recency": [t_x], "n_opportunities": [n]})
    alike = {"alpha": a, "beta": b, "gamma": 1e6 * leave, "delta": 1e6 * (1 - leave)}
    assert bg_bb.log_likelihood(alike, rows) == pytest.approx(np.log(chance / beta(a, b)), rel=1e-4)


def test_all_histories_together_are_certain():
    """Sum over every string of three opportunities, and over every number of purchases."""
    total = 0.0
    for pattern in itertools.product([0, 1], repeat=3):
        last = max((i + 1 for i, bought in enumerate(pattern) if bought), default=0)
        row = pd.DataFrame({"frequency": [sum(pattern)], "recency": [last], "n_opportunities": [3]})
        total += np.exp(bg_bb.log_likelihood(PARAMS, row))
    assert total == pytest.approx(1, abs=1e-12)
    assert bg_bb.probability_of_n_purchases(PARAMS, 3, range(4)).sum() == pytest.approx(1, abs=1e-12)
    assert bg_bb.probability_of_n_purchases(PARAMS, 3, [4, 9]).tolist() == [0, 0]


def test_expectation_is_the_mean_of_the_distribution():
    n = np.arange(9)
    chances = bg_bb.probability_of_n_purchases(PARAMS, 8, n)
    assert bg_bb.expected_purchases(PARAMS, 8)[0] == pytest.approx(n @ chances, rel=1e-9)


def test_who_bought_last_time_is_alive():
    assert bg_bb.probability_alive(PARAMS, 2, 5, 5)[0] == pytest.approx(1, abs=1e-12)
    assert 0 < bg_bb.probability_alive(PARAMS, 2, 3, 5)[0] < 1


def test_gamma_of_one_is_an_ordinary_population():
    around = [bg_bb.expected_purchases({**PARAMS, "gamma": gamma}, 6)[0] for gamma in (0.999, 1.0, 1.001)]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-5)


def test_nobody_bought():
    rows = pd.DataFrame({"frequency": [0], "recency": [0], "n_opportunities": [5], "n_customers": [10]})
    with pytest.raises(ModelNotIdentified, match="`frequency` is 0 in all 10 customers"):
        fit_bg_bb(rows)


@pytest.mark.parametrize("rate", [0, -0.1])
def test_discounting_at_nothing_is_refused(rate):
    with pytest.raises(ParameterMistake, match="`discount_per_opportunity` must be a positive number"):
        bg_bb.discounted_expected_residual_purchases(PARAMS, rate, 1, 1, 5)
