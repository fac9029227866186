"""CDNOW one-tenth sample (2,357 customers, 39 + 39 weeks): BG/NBD, Pareto/NBD and MBG/NBD against print.

FHL      Fader, Hardie & Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2), 275-284; the
         parameters and log-likelihoods are its Table 2, the other figures its text.
BTYD     Public documentation and scripts of the R package BTYD (Dziurzynski, Wadsworth & McCarthy) on the same data.
Sheet    Hardie's BG/NBD spreadsheet for the paper, as quoted in the public unit tests of lifetimes.
BTYDplus Platzer's R package, as quoted there too.
Second   A second, independent derivation from the same data (project evidence file); not itself published.
"""

import numpy as np
import pytest
from scipy.stats import chi2

from analysis.models import bg_nbd, mbg_nbd, pareto_nbd

PRINTED_3 = 1e-3  # printed to three places, from a spreadsheet solver
PRINTED_2 = 0.01  # printed to two places
LIKELIHOOD = 0.06  # printed to one place
SECOND_LIKELIHOOD = 0.005  # second derivation, three places
SHEET = 4e-4  # printed to four places, at the optimum of a spreadsheet solver (1.8576 at t = 78, 1.8580 at the maximum)

MODULES = {"BG/NBD": bg_nbd, "Pareto/NBD": pareto_nbd, "MBG/NBD": mbg_nbd}
PUBLISHED_BG = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
BTYD_PARETO = {"r": 0.5534, "alpha": 10.5802, "s": 0.6061, "beta": 11.6562}


@pytest.mark.parametrize(
    ("model", "name", "published"),
    [
        pytest.param("BG/NBD", "r", 0.243, id="FHL table 2: BG/NBD r"),
        pytest.param("BG/NBD", "alpha", 4.414, id="FHL table 2: BG/NBD alpha"),
        pytest.param("BG/NBD", "a", 0.793, id="FHL table 2: BG/NBD a"),
        pytest.param("BG/NBD", "b", 2.426, id="FHL table 2: BG/NBD b"),
        pytest.param("Pareto/NBD", "r", 0.553, id="FHL table 2: Pareto/NBD r"),
        pytest.param("Pareto/NBD", "alpha", 10.578, id="FHL table 2: Pareto/NBD alpha"),
        pytest.param("Pareto/NBD", "s", 0.606, id="FHL table 2: Pareto/NBD s"),
        pytest.param("Pareto/NBD", "beta", 11.669, id="FHL table 2: Pareto/NBD beta"),
        pytest.param("MBG/NBD", "r", 0.525, id="BTYDplus: MBG/NBD r"),
        pytest.param("MBG/NBD", "alpha", 6.183, id="BTYDplus: MBG/NBD alpha"),
        pytest.param("MBG/NBD", "a", 0.891, id="BTYDplus: MBG/NBD a"),
        pytest.param("MBG/NBD", "b", 1.614, id="BTYDplus: MBG/NBD b"),
    ],
)
def test_estimates(fits, model, name, published):
    assert fits[model].params[name] == pytest.approx(published, abs=PRINTED_3)


@pytest.mark.parametrize(
    ("model", "published", "tolerance"),
    [
        pytest.param("BG/NBD", -9582.4, LIKELIHOOD, id="FHL table 2: BG/NBD"),
        pytest.param("Pareto/NBD", -9595.0, LIKELIHOOD, id="FHL table 2: Pareto/NBD"),
        pytest.param("Pareto/NBD", -9594.976, SECOND_LIKELIHOOD, id="BTYD: Pareto/NBD"),
        pytest.param("BG/NBD", -9582.429, SECOND_LIKELIHOOD, id="Second: BG/NBD"),
        pytest.param("MBG/NBD", -9582.136, SECOND_LIKELIHOOD, id="Second: MBG/NBD"),
    ],
)
def test_log_likelihoods(fits, model, published, tolerance):
    assert fits[model].log_likelihood == pytest.approx(published, abs=tolerance)


@pytest.mark.parametrize("model", MODULES)
def test_every_customer_is_behind_the_fit(fits, model):
    """FHL p. 281: 2,357 customers."""
    assert fits[model].n_customers == 2357


def _expected_counts(fit, tenth):
    """Customers expected with 0, 1, ..., 6 and 7 or more repeat purchases in calibration."""
    ages, n_customers = np.unique(tenth["T"], return_counts=True)
    chances = np.array([MODULES[fit.model].probability_of_n_purchases(fit.params, age, range(7)) for age in ages])
    below = n_customers @ chances
    return np.append(below, n_customers.sum() - below.sum())


@pytest.mark.parametrize(
    ("model", "statistic", "p"),
    [
        pytest.param("BG/NBD", 4.82, 0.19, id="FHL: BG/NBD chi-square, 3 df"),
        pytest.param("Pareto/NBD", 11.99, 0.007, id="FHL: Pareto/NBD chi-square, 3 df"),
    ],
)
def test_fit_to_the_calibration_histogram(fits, tenth, model, statistic, p):
    expected = _expected_counts(fits[model], tenth)
    observed = np.bincount(np.minimum(tenth["frequency"], 7))
    found = ((observed - expected) ** 2 / expected).sum()
    assert found == pytest.approx(statistic, abs=PRINTED_2)
    assert chi2.sf(found, 3) == pytest.approx(p, abs=0.005)


@pytest.mark.parametrize(
    ("t", "published"),
    [
        pytest.param(0.1429, 0.0078, id="Sheet: BG/NBD E[X(.1429)]"),
        pytest.param(1.0, 0.0532, id="Sheet: BG/NBD E[X(1)]"),
        pytest.param(3.0, 0.1506, id="Sheet: BG/NBD E[X(3)]"),
        pytest.param(31.8571, 1.0405, id="Sheet: BG/NBD E[X(31.86)]"),
        pytest.param(32.0, 1.0437, id="Sheet: BG/NBD E[X(32)]"),
        pytest.param(78.0, 1.8576, id="Sheet: BG/NBD E[X(78)]"),
    ],
)
def test_expected_purchases_of_a_new_customer(fits, t, published):
    assert float(bg_nbd.expected_purchases(fits["BG/NBD"].params, t)) == pytest.approx(published, abs=SHEET)


def test_conditional_expectation_of_the_first_customer(fits):
    """Sheet: E[Y(39) | x = 2, t_x = 30.43, T = 38.86] = 1.226."""
    found = bg_nbd.conditional_expected_purchases(fits["BG/NBD"].params, 39, 2, 30.43, 38.86)
    assert float(found) == pytest.approx(1.226, abs=PRINTED_3)


# Chances are printed to seven significant digits, at the published (rounded) parameters.
@pytest.mark.parametrize(
    ("t", "n", "published"),
    [
        pytest.param(2, 10, 1.07869e-07, id="BTYD: BG/NBD P(X(2)=10)"),
        pytest.param(39, 0, 0.5737864, id="BTYD: BG/NBD P(X(39)=0)"),
        pytest.param(30, 11, 0.0019995214, id="BTYD: BG/NBD P(X(30)=11)"),
        pytest.param(30, 12, 0.0015170236, id="BTYD: BG/NBD P(X(30)=12)"),
        pytest.param(30, 13, 0.0011633150, id="BTYD: BG/NBD P(X(30)=13)"),
        pytest.param(30, 14, 0.0009003148, id="BTYD: BG/NBD P(X(30)=14)"),
        pytest.param(30, 15, 0.0007023638, id="BTYD: BG/NBD P(X(30)=15)"),
        pytest.param(30, 20, 0.0002222260, id="BTYD: BG/NBD P(X(30)=20)"),
    ],
)
def test_probability_of_n_purchases(t, n, published):
    assert bg_nbd.probability_of_n_purchases(PUBLISHED_BG, t, n)[0] == pytest.approx(published, rel=2e-6)


@pytest.mark.parametrize(
    ("t", "published"),
    [
        pytest.param(1, 0.05077821, id="BTYD: Pareto/NBD E[X(1)]"),
        pytest.param(2, 0.09916088, id="BTYD: Pareto/NBD E[X(2)]"),
        pytest.param(5, 0.23247466, id="BTYD: Pareto/NBD E[X(5)]"),
        pytest.param(9, 0.38909211, id="BTYD: Pareto/NBD E[X(9)]"),
    ],
)
def test_pareto_expected_purchases(t, published):
    """At the parameters of BTYD's own example, printed to eight places."""
    params = {"r": 0.55, "alpha": 10.56, "s": 0.61, "beta": 11.64}
    assert float(pareto_nbd.expected_purchases(params, t)) == pytest.approx(published, abs=1e-7)


def test_pareto_expected_purchases_in_a_year():
    """BTYD walkthrough: E[X(52)] = 1.473."""
    assert float(pareto_nbd.expected_purchases(BTYD_PARETO, 52)) == pytest.approx(1.473, abs=PRINTED_3)


def test_pareto_probability_alive_of_customer_1516():
    """BTYD walkthrough p. 8: x = 26, t_x = 30.86, T = 31 gives .9979."""
    assert pareto_nbd.probability_alive(BTYD_PARETO, 26, 30.86, 31)[0] == pytest.approx(0.9979, abs=1e-4)


def test_pareto_conditional_expectation_of_customer_1516():
    """BTYD walkthrough: 25.46 purchases in the next 52 weeks."""
    found = pareto_nbd.conditional_expected_purchases(BTYD_PARETO, 52, 26, 30.86, 31)
    assert float(found) == pytest.approx(25.46, abs=PRINTED_2)
