"""Leverage of retention on customer value: chances of leaving that differ, and the rate that seems to hold for all.

The elasticity's null, 1, is reached by no population (the constant-rate formula gives (1 + d) / (1 + d - r), above 1 for
every r > 0); so these scenarios are calibrated on the change of value when churn is cut by a twentieth, whose null of 5 % lies
within reach. All registered quantities come from one fitted model and one interval.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import roots_jacobi
from scipy.stats import gamma

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

DISCOUNT = 0.1
"""A year, the estimators' default."""

CUT = 0.95
SPREAD = 2.0
"""a + b of the beta distribution of chances: 2 for customers who differ a lot."""

NEARLY_ALIKE = 30.0
"""a + b of customers who differ so little that half of all cohorts of a thousand show no sign of it."""

SPREAD_ON_OCCASIONS = 10.0
"""The same where nobody says that he leaves: six occasions tell no more than that."""

N_YOUNG = 5
"""Cohorts watched for a year only: they make the base's numbers by age known, as they are to a firm."""

YEARS = 6
WEEKS = 78.0
WEEKS_A_YEAR = 365.25 / 7
SHAPE = 3.0
"""Shape of the gamma distribution of rates of leaving."""
BUYING = (1.2, 1.0)
"""Beta distribution of the chance to use an occasion while alive."""


def draw_contract(
    effect: float, n: int, seed: int, *, spread: float = SPREAD, source: str = "chances_differ_under_contract"
) -> Frame:
    """A cohort under contract, watched for six years, and five more of its size, watched for one; customer i leaves each
    year with chance c_i ~ beta(2 m, 2 (1 - m)).

    Truth by formula: churn of everybody times k so that this year's churn of the base falls by 5 %; value of a customer
    of chance c is (1 - k c) / (k c + 0.1). The base is the cohorts at their ages in expected numbers, mostly new; m is
    chosen so that the value rises by e per cent. Naive (one rate for all, the base's own): the same formula with everybody
    alike, which knows nothing of customers who leave almost surely or hardly ever.
    """
    rng = np.random.default_rng(seed)
    mean = _mean_chance(effect, spread)
    chance = rng.beta(spread * mean, spread * (1 - mean), n) if np.isfinite(spread) else np.full(n, mean)
    lifetime = rng.geometric(np.clip(chance, 1e-12, 1.0))
    age = np.arange(YEARS + 1)
    watched = pd.DataFrame({"cohort": "first", "period": age, "n_surviving": (lifetime[:, None] > age).sum(axis=0)})
    stayed = rng.binomial(n, 1 - mean, N_YOUNG)
    young = pd.DataFrame(
        {
            "cohort": np.repeat([f"young {k}" for k in range(N_YOUNG)], 2),
            "period": np.tile([0, 1], N_YOUNG),
            "n_surviving": np.column_stack([np.full(N_YOUNG, n), stayed]).ravel(),
        }
    )
    columns = pd.concat([watched, young], ignore_index=True).assign(n_start=n)
    return simulated_frame("cohort_survival", columns, source=source)


def draw_alike(effect: float, n: int, seed: int) -> Frame:
    """As `draw_contract` with one chance of leaving for everybody: the limit of the model, in which half of all draws end.

    Truth by formula: e, the annuity's. An interval from the limit's standard error alone would take it for certain that
    customers do not differ; one from the model's curvature does not exist there.
    """
    return draw_contract(effect, n, seed, spread=float("inf"), source="alike_under_contract")


def draw_nearly_alike(effect: float, n: int, seed: int) -> Frame:
    """As `draw_contract` with chances of beta(30 m, 30 (1 - m)): many draws end at the limit, where the truth is not.

    Truth by formula: e. Who takes the limit for the truth because no difference is significant misses it.
    """
    return draw_contract(effect, n, seed, spread=NEARLY_ALIKE, source="nearly_alike_under_contract")


def draw_occasions(effect: float, n: int, seed: int) -> Frame:
    """As `draw_contract` without a contract: nobody says that he leaves, and those alive use each of six occasions with
    chance p_i ~ beta(1.2, 1).

    Leaving before an occasion has chance c_i ~ beta(10 m, 10 (1 - m)). Truth by formula: the base is all who are alive after
    six occasions, so that the distribution of c among them is beta(10 m, 10 (1 - m) + 6); buying is unrelated to it.
    """
    rng = np.random.default_rng(seed)
    mean = _mean_chance_alive(effect)
    chance = rng.beta(SPREAD_ON_OCCASIONS * mean, SPREAD_ON_OCCASIONS * (1 - mean), n)
    lifetime = rng.geometric(np.clip(chance, 1e-12, 1.0))
    occasion = np.arange(1, YEARS + 1)
    used = (rng.random((n, YEARS)) < rng.beta(*BUYING, n)[:, None]) & (lifetime[:, None] > occasion)
    history = pd.DataFrame({"frequency": used.sum(axis=1), "recency": (used * occasion).max(axis=1)})
    counted = history.value_counts().sort_index().rename("n_customers").reset_index()
    return simulated_frame("opportunities", counted.assign(n_opportunities=YEARS), source="chances_differ_on_occasions")


def draw_histories(effect: float, n: int, seed: int) -> Frame:
    """Customers who buy and leave at rates of their own, unseen, watched for 78 weeks from their first purchase.

    Customer i buys at a rate of gamma(1.2, 8 weeks) and leaves at a rate of gamma(3, b). Truth by formula: among those alive
    after T = 78 weeks the rate of leaving mu is gamma(3, b + T); churn of a year is 1 - E exp(-52.2 k mu), value
    E 1 / (k mu + ln(1.1) / 52.2), k the factor that takes churn to 95 % of itself; b is such that value gains e per cent.
    """
    rng = np.random.default_rng(seed)
    buying, leaving = rng.gamma(1.2, 1 / 8.0, n), rng.gamma(SHAPE, 1 / _weeks_of_staying(effect), n)
    watched = np.minimum(rng.exponential(1.0, n) / leaving, WEEKS)
    counts = rng.poisson(buying * watched)
    # the latest of k uniform times is U^(1/k) of the way
    latest = watched * rng.random(n) ** (1 / np.maximum(counts, 1))
    columns = {
        "frequency": counts,
        "recency_weeks": np.where(counts > 0, np.maximum(np.round(latest, 3), 0.001), 0.0),
        "T_weeks": WEEKS,
        "n_customers": 1,
    }
    return simulated_frame("customer_summary", pd.DataFrame(columns), source="leave_unseen_at_own_rates")


def draw_histories_tied(effect: float, n: int, seed: int) -> Frame:
    """As `draw_histories`, but who buys much leaves late: the two rates share a factor.

    The rate of buying is divided by sqrt(mu_i / mean mu). Truth: e as above, the rates of leaving being the same. The model
    takes buying and leaving for unrelated, and learns of leaving from purchases.
    """
    rng = np.random.default_rng(seed)
    leaving = rng.gamma(SHAPE, 1 / _weeks_of_staying(effect), n)
    buying = rng.gamma(1.2, 1 / 8.0, n) / np.sqrt(np.maximum(leaving / leaving.mean(), 0.05))
    watched = np.minimum(rng.exponential(1.0, n) / leaving, WEEKS)
    counts = rng.poisson(buying * watched)
    latest = watched * rng.random(n) ** (1 / np.maximum(counts, 1))
    columns = {
        "frequency": counts,
        "recency_weeks": np.where(counts > 0, np.maximum(np.round(latest, 3), 0.001), 0.0),
        "T_weeks": WEEKS,
        "n_customers": 1,
    }
    return simulated_frame("customer_summary", pd.DataFrame(columns), source="buying_and_leaving_tied")


def draw_account(effect: float, n: int, seed: int) -> Frame:
    """Totals of a firm over `n` years whose customers differ as in `draw_contract`, a new cohort of one size each year.

    Truth: e, by the formula of `draw_contract` for that base. Totals show one rate for all, its luck of
    years aside (normal, 2 % of itself): the naive annuity is all that they allow.
    """
    rng = np.random.default_rng(seed)
    chances, weights = _base(_mean_chance(effect))
    churn = float(weights @ chances / weights.sum())
    start = np.full(n, 100_000)
    lost = rng.binomial(start, np.clip(churn * rng.normal(1.0, 0.02, n), 0.001, 0.999))
    columns = {
        "period_start": pd.date_range("2000-01-01", periods=n, freq="YS"),
        "years": 1.0,
        "n_start": start,
        "n_won": lost,
        "n_resurrected": 0,
        "n_lost": lost,
        "n_end": start,
    }
    return simulated_frame("account_periods", pd.DataFrame(columns), source="totals_hide_differences")


def naive_annuity_of_survival(frame: Frame) -> tuple[float, float, float]:
    """Change of value if churn falls by a twentieth, all customers alike at the rate seen, with Wilson-like bounds.

    The rate is all losses over all customers at risk; bounds are those of the formula at the rate's 95 % interval.
    """
    counts = frame.table["n_surviving"].to_numpy(float)
    last = (frame.table["period"] == frame.table.groupby("cohort")["period"].transform("max")).to_numpy()
    at_risk = counts[~last].sum()
    lost = counts[frame.table["period"] == 0].sum() - counts[last].sum()
    churn = lost / at_risk
    half = 1.959964 * float(np.sqrt(churn * (1 - churn) / at_risk))
    low, value, high = (_gain(np.array([c]), np.ones(1)) for c in (churn - half, churn, churn + half))
    return value, low, high


def _gain(chances: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Per cent by which value rises when everybody's churn is cut to CUT of itself: one period is a year, so k = CUT."""

    def value(k: float) -> float:
        return float(weights @ ((1 - k * chances) / (k * chances + DISCOUNT)))

    return 100 * (value(CUT) / value(1.0) - 1)


def _nodes(a: float, b: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chances and weights of a beta distribution (Gauss-Jacobi)."""
    x, w = roots_jacobi(200, b - 1, a - 1)
    return (x + 1) / 2, w / w.sum()


def _base(mean: float, spread: float = SPREAD) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chances and expected numbers of a base of ages 0 to 5, the young cohorts at age 0: N + sum over ages of (1 - c)^age."""
    if not np.isfinite(spread):
        return np.array([mean]), np.ones(1)
    chances, weights = _nodes(spread * mean, spread * (1 - mean))
    return chances, weights * (N_YOUNG + ((1 - chances)[:, None] ** np.arange(YEARS)).sum(axis=1))


def _base_alive(mean: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return _nodes(SPREAD_ON_OCCASIONS * mean, SPREAD_ON_OCCASIONS * (1 - mean) + YEARS)


@cache
def _weeks_of_staying(effect: float) -> float:
    """Scale b of the gamma distribution of rates of leaving at which the base gains `effect` per cent."""
    return float(np.exp(brentq(lambda log_b: _gain_of_rates(np.exp(log_b)) - effect, -2.0, 9.0)))


def _gain_of_rates(b: float) -> float:
    """Per cent by which value rises when a year's churn of those alive is cut to CUT of itself."""
    rates = gamma(SHAPE, scale=1 / (b + WEEKS))
    force = float(np.log1p(DISCOUNT)) / WEEKS_A_YEAR

    def retention(k: float) -> float:
        return float((1 + k * WEEKS_A_YEAR / (b + WEEKS)) ** -SHAPE)

    def value(k: float) -> float:
        return float(quad(lambda share: 1 / (k * rates.ppf(share) + force), 0.0, 1.0, limit=200)[0])

    target = 1 - CUT * (1 - retention(1.0))
    factor = float(brentq(lambda k: retention(k) - target, 1e-6, 1.0))
    return 100 * (value(factor) / value(1.0) - 1)


@cache
def _mean_chance(effect: float, spread: float = SPREAD) -> float:
    return _solved(partial(_base, spread=spread), effect)


@cache
def _mean_chance_alive(effect: float) -> float:
    return _solved(_base_alive, effect)


def _solved(base: Callable[[float], tuple[NDArray[np.float64], NDArray[np.float64]]], effect: float) -> float:
    """The mean chance of leaving at which the base gains `effect` per cent."""
    return float(brentq(lambda mean: _gain(*base(mean)) - effect, 0.005, 0.995))


_leverage_scenario = partial(
    Scenario,
    claim="retention-profit-leverage",
    quantity="profit_change_five_percent_churn",
    trap="one rate for all hides that customers differ, and overstates the leverage",
)

SCENARIOS = (
    _leverage_scenario(
        name="chances_differ_under_contract",
        frame="cohort_survival",
        estimator="survival.leverage_survival:estimate_leverage_survival",
        draw=draw_contract,
        n=2_000,
        naive=naive_annuity_of_survival,
    ),
    _leverage_scenario(
        name="alike_under_contract",
        frame="cohort_survival",
        estimator="survival.leverage_survival:estimate_leverage_survival",
        draw=draw_alike,
        n=1_000,
        trap="",
        replications=200,
    ),
    _leverage_scenario(
        name="nearly_alike_under_contract",
        frame="cohort_survival",
        estimator="survival.leverage_survival:estimate_leverage_survival",
        draw=draw_nearly_alike,
        n=1_000,
        naive=naive_annuity_of_survival,
        replications=200,
    ),
    _leverage_scenario(
        name="chances_differ_on_occasions",
        frame="opportunities",
        estimator="survival.leverage_histories:estimate_leverage_opportunities",
        draw=draw_occasions,
        n=3_000,
        effects={"size": 8.5},
        trap="",
    ),
    _leverage_scenario(
        name="leave_unseen_at_own_rates",
        frame="customer_summary",
        estimator="survival.leverage_histories:estimate_leverage_summary",
        draw=draw_histories,
        n=3_000,
        effects={"size": 9.0},
        trap="",
    ),
    _leverage_scenario(
        name="buying_and_leaving_tied",
        frame="customer_summary",
        estimator="survival.leverage_histories:estimate_leverage_summary",
        draw=draw_histories_tied,
        n=3_000,
        effects={"size": 9.0},
        trap="",
        broken="who buys much leaves late",
    ),
    _leverage_scenario(
        name="totals_hide_differences",
        frame="account_periods",
        estimator="survival.leverage_accounts:estimate_leverage_accounts",
        draw=draw_account,
        n=12,
    ),
)
