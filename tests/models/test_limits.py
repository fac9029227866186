"""Limits of the purchase models against the nested models' own likelihoods, written out here and maximised by a simplex."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln

from analysis.models import fit_bg_bb, fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd

N = 3_000
WEEKS = 78.0


def histories(seed, *, chance=0.0, rate=0.0):
    """Customers of gamma(1.2, 8 weeks) who leave with one chance after a purchase, at one rate, or never."""
    rng = np.random.default_rng(seed)
    rows = []
    for each in rng.gamma(1.2, 1 / 8.0, N):
        end = min(WEEKS, rng.exponential(1 / rate)) if rate else WEEKS
        count, last, now = 0, 0.0, rng.exponential(1 / each)
        while now < end:
            count, last = count + 1, now
            if rng.random() < chance:
                break
            now += rng.exponential(1 / each)
        rows.append((count, round(last, 3), WEEKS))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T"])


def best_of(minus, start):
    found = minimize(
        minus, np.log(start), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000}
    )
    return np.exp(found.x)


@pytest.mark.parametrize("fit", [fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd])
def test_customers_of_whom_nobody_leaves_are_an_nbd(fit):
    """P(X = x) of the negative binomial; before, no interval or no fit at all."""
    rows = histories(1)
    x = rows["frequency"].to_numpy(float)

    def minus(logs):
        r, alpha = np.exp(logs)
        return -float((gammaln(r + x) - gammaln(r) + r * np.log(alpha) - (r + x) * np.log(alpha + WEEKS)).sum())

    found = fit(rows)
    r, alpha = best_of(minus, [1.0, 5.0])
    assert found.identified
    # Of these very customers a handful look as if they had left at once: as likely as the NBD or more.
    assert found.log_likelihood >= -minus(np.log([r, alpha])) - 1.4
    if fit is not fit_bg_nbd:
        assert found.limit == "nobody leaves"
    assert [found.params["r"], found.params["alpha"]] == pytest.approx(
        [r, alpha], rel=1e-3 if found.limit == "nobody leaves" else 0.03
    )


def test_one_chance_of_leaving_for_all_is_the_bg_nbds_limit():
    """Fader, Hardie & Lee (2005), the likelihood before the chance p is mixed over (eq. 3, integrated over the rate)."""
    rows = histories(0, chance=0.1)
    x, t_x = rows["frequency"].to_numpy(float), rows["recency"].to_numpy(float)

    def minus(logs):
        r, alpha, odds = np.exp(logs)
        p = odds / (1 + odds)
        alive = (1 - p) ** x * (alpha + WEEKS) ** -(r + x)
        gone = np.where(x > 0, p * (1 - p) ** np.maximum(x - 1, 0) * (alpha + t_x) ** -(r + x), 0.0)
        return -float((gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.log(alive + gone)).sum())

    found = fit_bg_nbd(rows)
    r, alpha, odds = best_of(minus, [1.0, 5.0, 0.1])
    assert found.identified
    assert found.limit == "all leave with one chance"
    assert found.params["a"] / found.params["b"] == pytest.approx(odds, rel=1e-2)
    assert [found.params["r"], found.params["alpha"]] == pytest.approx([r, alpha], rel=1e-2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_population_of_three_thousand_is_too_uniform(seed):
    """One chance, one rate, or nobody leaving: each is fitted with an interval, and finds the rate of buying, .15 a week."""
    for fit, rows in [
        (fit_bg_nbd, histories(seed, chance=0.1)),
        (fit_bg_nbd, histories(seed)),
        (fit_pareto_nbd, histories(seed, rate=0.01)),
    ]:
        found = fit(rows)
        assert found.identified
        assert found.params["r"] / found.params["alpha"] == pytest.approx(0.15, rel=0.1)


@pytest.mark.parametrize("theta", [0.1, pytest.param(None, marks=pytest.mark.slow)])
def test_one_chance_on_occasions_is_the_bg_bbs_limit_or_lies_near_it(theta):
    for seed in range(3):
        rng = np.random.default_rng(seed)
        life = rng.geometric(theta, N) if theta else np.full(N, 99)
        occasion = np.arange(1, 7)
        used = (rng.random((N, 6)) < rng.beta(1.2, 1, N)[:, None]) & (life[:, None] > occasion)
        rows = pd.DataFrame(
            {"frequency": used.sum(axis=1), "recency": (used * occasion).max(axis=1), "n_opportunities": 6}
        )
        found = fit_bg_bb(rows)
        leaving = found.params["gamma"] / (found.params["gamma"] + found.params["delta"])
        assert found.identified
        assert leaving == pytest.approx(theta or 0.0, abs=0.03)
