"""Scenarios with a known truth for the models' tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

BG_TRUTH = {"r": 0.8, "alpha": 6.0, "a": 0.9, "b": 3.0}
PARETO_TRUTH = {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 20.0}
SPEND_TRUTH = {"p": 5.0, "q": 4.0, "v": 20.0}


def simulate_customers(n_customers: int, seed: int, *, leaves_by_purchase: bool = True) -> pd.DataFrame:
    """Simulate the BG/NBD, or else the Pareto/NBD, with gamma-gamma spend, in weeks.

    First purchases are spread over the first 13 of 52 weeks. lambda ~ gamma(r, rate alpha) is the rate of purchases. A
    customer leaves after each repeat purchase with chance p ~ beta(a, b), or else after an exponential time of rate
    mu ~ gamma(s, rate beta). A purchase is gamma(p, nu) with nu ~ gamma(q, rate v).
    """
    rng = np.random.default_rng(seed)
    rate = rng.gamma(BG_TRUTH["r"], 1 / BG_TRUTH["alpha"], n_customers)
    chance = rng.beta(BG_TRUTH["a"], BG_TRUTH["b"], n_customers) if leaves_by_purchase else np.zeros(n_customers)
    lifetime = rng.exponential(1 / rng.gamma(PARETO_TRUTH["s"], 1 / PARETO_TRUTH["beta"], n_customers))
    spend_rate = rng.gamma(SPEND_TRUTH["q"], 1 / SPEND_TRUTH["v"], n_customers)
    observed = 52 - np.round(rng.uniform(0, 13, n_customers) * 7) / 7
    end = observed if leaves_by_purchase else np.minimum(observed, lifetime)
    rows = []
    for customer in range(n_customers):
        at, n, last = 0.0, 0, 0.0
        while True:
            at += rng.exponential(1 / rate[customer])
            if at > end[customer]:
                break
            n, last = n + 1, at
            if rng.uniform() < chance[customer]:
                break
        total = rng.gamma(SPEND_TRUTH["p"] * n, 1 / spend_rate[customer]) if n else 0.0
        rows.append((n, last, observed[customer], total / n if n else 0.0))
    return pd.DataFrame(rows, columns=["frequency", "recency", "T", "monetary"])


@pytest.fixture(scope="session")
def many_customers() -> pd.DataFrame:
    return simulate_customers(4_000, seed=20)


@pytest.fixture(scope="session")
def many_pareto_customers() -> pd.DataFrame:
    return simulate_customers(4_000, seed=21, leaves_by_purchase=False)


@pytest.fixture(scope="session")
def some_customers() -> pd.DataFrame:
    """A small base, seen in whole weeks: few distinct rows make quick refits."""
    customers = simulate_customers(500, seed=7)
    return customers.assign(recency=np.ceil(customers["recency"]), T=np.ceil(customers["T"]))


@pytest.fixture(scope="session")
def weighted_rows(many_customers: pd.DataFrame, many_pareto_customers: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Model -> its own scenario seen in weeks, rounded up: patterns with weights."""
    from analysis.models.rows import purchase_rows

    def coarse(customers: pd.DataFrame) -> pd.DataFrame:
        return purchase_rows(customers[["frequency"]].join(np.ceil(customers[["recency", "T"]])))

    by_purchase, by_time = coarse(many_customers), coarse(many_pareto_customers)
    return {"BG/NBD": by_purchase, "MBG/NBD": by_purchase, "Pareto/NBD": by_time}


@pytest.fixture(scope="session")
def weighted_fits(weighted_rows: dict[str, pd.DataFrame]) -> dict:
    from analysis.models import fit_bg_nbd, fit_mbg_nbd, fit_pareto_nbd

    fits = {"BG/NBD": fit_bg_nbd, "MBG/NBD": fit_mbg_nbd, "Pareto/NBD": fit_pareto_nbd}
    return {model: fit(weighted_rows[model]) for model, fit in fits.items()}
