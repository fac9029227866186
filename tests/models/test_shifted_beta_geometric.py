"""Shifted beta-geometric: rows from counts, recovery, invariances and refusals."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.models import fit_shifted_beta_geometric
from analysis.models import shifted_beta_geometric as sbg
from analysis.models.fit import ModelNotIdentified

TRUTH = {"alpha": 0.8, "beta": 2.5}


@pytest.fixture(scope="module")
def simulated():
    """5,000 subscribers seen for six renewals: theta ~ beta(alpha, beta), a geometric time to leave."""
    rng = np.random.default_rng(8)
    leaves_at = rng.geometric(rng.beta(TRUTH["alpha"], TRUTH["beta"], 5_000))
    return pd.DataFrame({"periods": np.minimum(leaves_at, 6), "lost": (leaves_at <= 6).astype(int)})


def test_truth_lies_within_three_standard_errors(simulated):
    fit = fit_shifted_beta_geometric(simulated)
    assert fit.n_customers == 5_000
    assert fit.n_rows == 7  # lost in 1, ..., 6, and still there
    for name, truth in TRUTH.items():
        assert abs(np.log(fit.params[name] / truth)) < 3 * fit.standard_errors[name] / fit.params[name], name


def test_counts_and_single_customers_give_the_same_fit(simulated):
    survivors = [
        (simulated["periods"] > t).sum() + ((simulated["periods"] == t) & (simulated["lost"] == 0)).sum()
        for t in range(6)
    ]
    survivors.append((simulated["lost"] == 0).sum())
    one = fit_shifted_beta_geometric(sbg.cohort_rows(survivors))
    assert one.estimates == pytest.approx(fit_shifted_beta_geometric(simulated).estimates, rel=1e-9)


def test_likelihood_is_the_product_of_chances():
    """By hand at alpha = beta = 1: lost in 1 has chance 1/2, in 2 has 1/6, still there after 2 has 1/3."""
    rows = sbg.cohort_rows([10, 6, 5])
    by_hand = 4 * np.log(1 / 2) + 1 * np.log(1 / 6) + 5 * np.log(1 / 3)
    assert sbg.log_likelihood({"alpha": 1, "beta": 1}, rows) == pytest.approx(by_hand, abs=1e-12)


def test_retention_rises_although_nobody_changes():
    rates = sbg.retention_rate(TRUTH, np.arange(1, 30))
    assert (np.diff(rates) > 0).all()
    assert rates[-1] < 1


def test_survivors_are_the_product_of_retention_rates():
    rates = sbg.retention_rate(TRUTH, np.arange(1, 9))
    assert sbg.survivor(TRUTH, 8) == pytest.approx(rates.prod())


def test_nearly_equal_customers_behave_like_one_constant_chance():
    """alpha and beta large in the ratio 1 : 3: theta is .25 for all, and the discounted lifetime a geometric sum."""
    alike = {"alpha": 1e6, "beta": 3e6}
    assert sbg.survivor(alike, 5) == pytest.approx(0.75**5, rel=1e-4)
    assert sbg.discounted_expected_lifetime(alike, 0.1) == pytest.approx(1 / (1 - 0.75 / 1.1), rel=1e-4)
    assert float(sbg.discounted_expected_residual_lifetime(alike, 0.1, 7)) == pytest.approx(
        0.75 / (1 - 0.75 / 1.1), rel=1e-4
    )


def test_customers_who_do_not_differ_give_no_spread():
    """Exactly geometric counts: the likelihood rises towards alpha = beta = infinity."""
    rows = sbg.cohort_rows([16_000, 8_000, 4_000, 2_000, 1_000])
    try:
        fit = fit_shifted_beta_geometric(rows)
    except ModelNotIdentified:
        return
    assert not fit.identified or fit.standard_errors["alpha"] > fit.params["alpha"]


@pytest.mark.parametrize("survivors", [[10], [10, 12], [10, 5, 6], [5, -1]])
def test_counts_that_are_no_survivors_are_refused(survivors):
    with pytest.raises(FrameMistake, match="`survivors` must hold two or more counts that never rise"):
        sbg.cohort_rows(survivors)


@pytest.mark.parametrize(
    ("survivors", "fragment"),
    [([10, 10, 10], "got 0 losses over 2"), ([10, 4], "got 6 losses over 1")],
)
def test_data_that_cannot_show_a_change_are_refused(survivors, fragment):
    with pytest.raises(ModelNotIdentified, match=fragment):
        fit_shifted_beta_geometric(sbg.cohort_rows(survivors))


@pytest.mark.parametrize("survivors", [[10, 10], [10, 0]])
def test_geometric_needs_losses_and_survivors(survivors):
    with pytest.raises(ModelNotIdentified, match="somebody must leave and somebody stay"):
        sbg.fit_geometric(sbg.cohort_rows(survivors))


def test_standard_error_of_the_geometric_is_the_binomial_one():
    """60 losses in 300 renewals at risk: theta .2, standard error sqrt(.2 x .8 / 300)."""
    fit = sbg.fit_geometric(pd.DataFrame({"periods": [1, 3], "lost": [1, 0], "n_customers": [60, 80]}))
    assert fit.params["theta"] == pytest.approx(0.2)
    assert fit.standard_errors["theta"] == pytest.approx(np.sqrt(0.2 * 0.8 / 300))


def test_no_discount_is_refused():
    """Without discounting the expected lifetime is infinite for alpha up to 1, as in both published segments."""
    with pytest.raises(ParameterMistake, match="`discount_per_period` must be a positive number; got 0"):
        sbg.discounted_expected_lifetime(TRUTH, 0)
