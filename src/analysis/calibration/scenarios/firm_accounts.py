"""A firm's totals: what moves the number of customers, how far revenue swings, and churn between industries."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

MONTHS_A_YEAR = 12
FINANCE_RATE = 12.0
"""Mean yearly churn of the low group of industries, per cent."""

FIRM_SPREAD = 4.0


def draw_movement(effect: float, n: int, seed: int) -> Frame:
    """Many more are lost than won to begin with, and yet it is the share that varies which counts.

    `n` months. Wins are 300 + s_W x, losses 700 + s_L y, x and y independent standard normal, s_W² = 400 (1 - e) and
    s_L² = 400 (1 + e): (s_L² - s_W²) / (s_L² + s_W²) = e.

    Truth: e, the share of losses in the variance of change less the share of wins. Naive (how many were lost less how
    many won, over both): 0.4 whatever moves the total. It has no interval; Wilson's on the share stands in.
    """
    return _movement("level_is_no_movement", effect, n, seed, season=0.0)


def draw_movement_season(effect: float, n: int, seed: int) -> Frame:
    """As `draw_movement`, and every year's gift season brings new customers: wins swing by 40 cos(month) besides.

    Truth: e. Naive (the shares with the season left in): the season adds 800 to the variance of wins and to their covariance
    with change, so that e becomes (800 e - 800) / (800 + 800) = (e - 1) / 2.
    """
    return _movement("season_in_the_account", effect, n, seed, season=40.0)


def draw_movement_recession(effect: float, n: int, seed: int) -> Frame:
    """As `draw_movement`, but one quarter of a recession sees 150 more lost each month: once in the series, never again.

    Truth: e, what moves the total in ordinary times. The answer ascribes most of the movement to losses.
    """
    return _movement("recession_in_the_account", effect, n, seed, season=0.0, recession=150.0)


def draw_movement_passing(effect: float, n: int, seed: int) -> Frame:
    """As `draw_movement`, and of the customers who come, a fifth as many again come and leave inside the period.

    The account tells them apart (`n_passing`). Truth: e. Naive: they are counted as won and as lost; with k = .2 and
    variances s_W² and s_L² the difference of the shares is e - 2 k s_W² / (s_W² + s_L²).
    """
    return _movement("passing_through", effect, n, seed, season=0.0, passing=0.2)


def naive_with_passing(frame: Frame) -> tuple[float, float, float]:
    """The same shares with everybody who came and everybody who left counted; jackknife over years."""
    table = frame.table
    won = (table["n_won"] + table["n_passing"]).to_numpy(float)
    return _shares_of_years(won, (table["n_lost"] + table["n_passing"]).to_numpy(float))


def naive_with_season(frame: Frame) -> tuple[float, float, float]:
    """The same shares of the variance around one mean for the whole year; jackknife over years."""
    return _shares_of_years(frame.table["n_won"].to_numpy(float), frame.table["n_lost"].to_numpy(float))


def _shares_of_years(won: NDArray[np.float64], lost: NDArray[np.float64]) -> tuple[float, float, float]:
    def gap(retained: NDArray[np.bool_]) -> float:
        came, left = won[retained], lost[retained]
        change = came - left - (came - left).mean()
        return -float(change @ (left + came)) / float(change @ change)

    year = np.arange(len(won)) // MONTHS_A_YEAR
    value, years = gap(year >= 0), int(year.max()) + 1
    left_out = np.array([gap(year != y) for y in range(years)])
    error = math.sqrt((years - 1) / years * float(((left_out - left_out.mean()) ** 2).sum()))
    half = float(t.ppf(0.975, years - 1)) * error
    return value, value - half, value + half


def naive_of_levels(frame: Frame) -> tuple[float, float, float]:
    """Lost less won over both, with Wald's interval of a difference of shares."""
    lost, won = float(frame.table["n_lost"].sum()), float(frame.table["n_won"].sum())
    value = (lost - won) / (lost + won)
    half = 1.959964 * math.sqrt((1 - value**2) / (lost + won))
    return value, value - half, value + half


def draw_stability(effect: float, n: int, seed: int) -> Frame:
    """Repeat customers are four times as many, and steadier by that alone.

    `n` months. New customers: M_m ~ Poisson(60 exp(w_m)) buy once for 20 gamma(4, 1/4). Repeat customers: 240, each buying
    Poisson(exp(v_m)) times a month for the same amounts. w_m, v_m are the months' luck, normal with mean -sd²/2 and
    variances such that the squared coefficients of variation at equal numbers (60 purchases a month) stand as e² : 1:

        new      C² = (1 + 1/4) / 60 + exp(sd_w²) - 1,
        repeat   e² C² = (1 + 1/4) / 60 + exp(sd_v²) - 1      (a quarter of the 240 kept).

    Truth: e by formula. Naive (the groups as they are): too low, the term in 1 / 60 being 1 / 240 for the larger group.
    """
    rng = np.random.default_rng(seed)
    kept_noise = (1 + 1 / 4) / N_NEW
    squared = 1.6 * kept_noise / min(1.0, effect**2)
    swing_new, swing_repeat = (math.sqrt(math.log1p(c - kept_noise)) for c in (squared, effect**2 * squared))
    months = np.arange(n)
    luck = rng.normal(size=(2, n))
    level_new, level_repeat = (np.exp(s * z - s**2 / 2) for s, z in ((swing_new, luck[0]), (swing_repeat, luck[1])))
    counts_new = rng.poisson(N_NEW * level_new)
    counts = rng.poisson(np.broadcast_to(level_repeat, (4 * N_NEW, n)))
    spend = _amounts(rng, counts.ravel()).reshape(counts.shape)
    rows = [
        _new_customers(rng, counts_new),
        (spend.sum(axis=0), counts.sum(axis=0), (counts > 0).sum(axis=0), _own_squares(spend)),
    ]
    starts = pd.date_range("2000-01-01", periods=n, freq="MS")
    tables = [
        pd.DataFrame(dict(zip(("revenue", "n_purchases", "n_customers", "own_squares"), columns, strict=True))).assign(
            period_start=starts[months], segment=segment
        )
        for segment, columns in zip(("new", "repeat"), rows, strict=True)
    ]
    return simulated_frame("segment_revenue", pd.concat(tables, ignore_index=True), source="larger_is_steadier")


N_NEW = 60
"""New customers a month, and the number of purchases at which the groups are compared."""


def draw_gap(effect: float, n: int, seed: int) -> Frame:
    """Industries whose firms differ: one tail of each gives any gap.

    `n` firms in each group, of 100,000 customers, seen for three years. Yearly churn of a firm is normal with mean 12 + e per
    cent in mobile telephony, 12 in insurance and banking, standard deviation 4 (cut at 0.5); years differ by 1 more.

    Truth: e points. Naive (the highest rate of the one less the lowest of the other): too high by several standard
    deviations. It has no interval; that of two firms taken for their industries stands in.
    """
    return _firms("tails_make_gaps", effect, n, seed)


def draw_rate(effect: float, n: int, seed: int) -> Frame:
    """One firm over `n` years: its customers are many, its years few and unlike each other.

    Churn of year t is normal with mean e per cent and standard deviation 2. Truth: e. Naive (all customer-years together,
    as if independent): right on average, with an interval some ten times too narrow.
    """
    rng = np.random.default_rng(seed)
    start = np.full(n, 50_000)
    lost = rng.binomial(start, np.clip(rng.normal(effect / 100, 0.02, n), 0.001, 0.999))
    columns = {
        "industry": "mobile",
        "firm": "one firm",
        "period": [f"year {k}" for k in range(n)],
        "n_start": start,
        "n_lost": lost,
        "years": 1.0,
    }
    return simulated_frame("churn_rates", pd.DataFrame(columns), source="few_years_of_many_customers")


def naive_customer_years(frame: Frame) -> tuple[float, float, float]:
    """Per cent lost of all customer-years, with Wald's interval."""
    n, lost = float(frame.table["n_start"].sum()), float(frame.table["n_lost"].sum())
    share = lost / n
    half = 1.959964 * math.sqrt(share * (1 - share) / n)
    return 100 * share, 100 * (share - half), 100 * (share + half)


def naive_two_firms(frame: Frame) -> tuple[float, float, float]:
    """Highest firm-year of mobile telephony less lowest of the others, as a difference of two shares of customers."""
    table = frame.table.assign(share=frame.table["n_lost"] / frame.table["n_start"])
    top = table[table["industry"] == "mobile"].nlargest(1, "share").iloc[0]
    bottom = table[table["industry"] != "mobile"].nsmallest(1, "share").iloc[0]
    value = top["share"] - bottom["share"]
    variance = sum(row["share"] * (1 - row["share"]) / row["n_start"] for row in (top, bottom))
    half = 1.959964 * math.sqrt(variance)
    return 100 * value, 100 * (value - half), 100 * (value + half)


def _movement(
    name: str, effect: float, n: int, seed: int, *, season: float, recession: float = 0.0, passing: float | None = None
) -> Frame:
    rng = np.random.default_rng(seed)
    wave = season * np.cos(2 * math.pi * np.arange(n) / MONTHS_A_YEAR)
    won = np.round(300 + 20 * math.sqrt(1 - effect) * rng.normal(size=n) + wave).astype(int)
    slump = np.where((np.arange(n) >= n // 2) & (np.arange(n) < n // 2 + 3), recession, 0.0)
    lost = np.round(700 + 20 * math.sqrt(1 + effect) * rng.normal(size=n) + slump).astype(int)
    end = 100_000 + np.cumsum(won - lost)
    columns = {
        "period_start": pd.date_range("2000-01-01", periods=n, freq="MS"),
        "years": 1 / MONTHS_A_YEAR,
        "n_start": end - won + lost,
        "n_won": won,
        "n_resurrected": 0,
        "n_lost": lost,
        "n_end": end,
    }
    if passing is not None:
        columns["n_passing"] = np.round(passing * won).astype(int)
    return simulated_frame("account_periods", pd.DataFrame(columns), source=name)


def _amounts(rng: np.random.Generator, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of that many gamma amounts of mean 20 and shape 4."""
    found: NDArray[np.float64] = 5.0 * rng.standard_gamma(4.0 * counts)
    return found


def _own_squares(spend: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum over customers of the squared distance of the month's spend from the customer's own mean."""
    found: NDArray[np.float64] = ((spend - spend.mean(axis=1, keepdims=True)) ** 2).sum(axis=0)
    return found


def _new_customers(rng: np.random.Generator, counts: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
    """Revenue, purchases, customers and own squares by month, of customers who buy once, in one month."""
    n = len(counts)
    amount = _amounts(rng, np.ones(int(counts.sum()), dtype=int))
    month = np.repeat(np.arange(n), counts)
    revenue = np.bincount(month, weights=amount, minlength=n)
    squares = np.bincount(month, weights=amount**2 - 2 * amount**2 / n, minlength=n) + float((amount**2).sum()) / n**2
    return revenue, counts, counts, squares


def _firms(name: str, effect: float, n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    mean = np.repeat([FINANCE_RATE + effect, FINANCE_RATE], n)
    firm = np.repeat(np.arange(2 * n), 3)
    rate = np.clip(rng.normal(mean, FIRM_SPREAD)[firm] + rng.normal(0.0, 1.0, 6 * n), 0.5, 99.0)
    columns = {
        "industry": np.where(firm < n, "mobile", np.where(firm % 2 == 0, "insurance", "banking")),
        "firm": [f"firm {k}" for k in firm],
        "period": [f"year {k % 3}" for k in range(6 * n)],
        "n_start": 100_000,
        "n_lost": rng.binomial(100_000, rate / 100),
        "years": 1.0,
    }
    return simulated_frame("churn_rates", pd.DataFrame(columns), source=name)


_account_scenario = partial(
    Scenario,
    claim="retention-drives-growth",
    quantity="loss_minus_win_share",
    frame="account_periods",
    estimator="aggregate.growth_accounting:estimate_growth_accounting",
    n=48,
    trap="that more are lost than won says nothing about what moves the total",
    naive=naive_of_levels,
)

SCENARIOS = (
    _account_scenario(name="level_is_no_movement", draw=draw_movement),
    _account_scenario(
        name="season_in_the_account",
        draw=draw_movement_season,
        trap="the gift season brings new customers every year",
        naive=naive_with_season,
    ),
    _account_scenario(
        name="recession_in_the_account",
        draw=draw_movement_recession,
        broken="one quarter of a recession, once in the series",
    ),
    _account_scenario(
        name="passing_through",
        draw=draw_movement_passing,
        trap="who comes and leaves inside a period is counted as won and as lost",
        naive=naive_with_passing,
    ),
    Scenario(
        name="larger_is_steadier",
        claim="repeat-revenue-is-steadier",
        quantity="variation_ratio",
        frame="segment_revenue",
        estimator="aggregate.revenue_stability:estimate_revenue_stability",
        draw=draw_stability,
        n=48,
        trap="the larger group is steadier by its size alone",
    ),
    Scenario(
        name="tails_make_gaps",
        claim="industry-churn-gap",
        quantity="churn_gap",
        frame="churn_rates",
        estimator="aggregate.churn_gap:estimate_churn_gap",
        draw=draw_gap,
        n=8,
        trap="one tail of each industry gives any gap",
        naive=naive_two_firms,
    ),
    Scenario(
        name="few_years_of_many_customers",
        claim="industry-churn-gap",
        quantity="mobile_churn_rate",
        frame="churn_rates",
        estimator="aggregate.churn_rate:estimate_churn_rate",
        draw=draw_rate,
        n=8,
        trap="the customers of one year are those of the next",
        naive=naive_customer_years,
        options={"quantity": "mobile_churn_rate"},
    ),
)
