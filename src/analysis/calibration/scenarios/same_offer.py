"""One offer to earlier buyers and to people who never bought: whom it went to where, and who is asked until he buys."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

RATES = np.array([0.04, 0.08, 0.14, 0.24])
"""Response of people who never bought, by stratum."""

BOUGHT = np.array([0.10, 0.25, 0.45, 0.70])
"""Share of earlier buyers in each stratum: they were asked where the offer was good."""

MOST_CALLS = 4


def draw_gap(effect: float, n: int, seed: int) -> Frame:
    """Earlier buyers got the better offers.

    Stratum k of four equally large ones; P(bought | k) = .10, .25, .45, .70;
    P(respond | k, never) = r_k = .04, .08, .14, .24;  P(respond | k, bought) = r_k + e / 100.

    Truth: e percentage points in every stratum, hence at any mix. Naive (strata together): e plus the difference of the
    mean r_k of the two groups, sum_k r_k (P(k | bought) - P(k | never)) = 7.2 points.
    """
    return _drawn("better_offers_gap", lambda rate: rate + effect / 100, n, seed)


def draw_ratio(effect: float, n: int, seed: int) -> Frame:
    """As `draw_gap` with P(respond | k, bought) = e r_k. Truth: e. Naive: e times 1.73, the ratio of the mean r_k."""
    return _drawn("better_offers_ratio", lambda rate: effect * rate, n, seed)


def draw_odds(effect: float, n: int, seed: int) -> Frame:
    """As `draw_gap` with the odds of r_k times e for earlier buyers, and odds times 2^x for age x.

    x ~ N(0, 1), 0.5 higher among earlier buyers. Truth: e at equal stratum and age. Naive (neither held equal): too high.
    """
    return _drawn("better_offers_odds", lambda rate: effect * rate / (1 - rate + effect * rate), n, seed, age=True)


def draw_contacts(effect: float, n: int, seed: int) -> Frame:
    """Everybody is called until he buys or has been called four times; earlier buyers are called where it is easy.

    P(a call sells | k, never) = r_k,  P(a call sells | k, bought) = e r_k, calls independent.

    Truth by formula, at the earlier buyers' mix w_k: contacts per sale are sum_k w_k (1 - (1 - p_k)^4) / p_k over
    sum_k w_k (1 - (1 - p_k)^4), for p_k = r_k and for p_k = e r_k; their ratio (`contacts_ratio`) is near e.
    Naive (strata together): too high, because those who never bought were called where calls sell least. An error that
    takes the number of calls as given is too small: who buys is called less.
    """
    rng = np.random.default_rng(seed)
    stratum, bought = _groups(rng, n)
    chance = np.where(bought, effect, 1.0) * RATES[stratum]
    needed = rng.geometric(chance)
    columns = {
        "unit_id": np.arange(n),
        "earlier": np.where(bought, "bought", "never"),
        "responded": (needed <= MOST_CALLS).astype(int),
        "stratum": np.char.add("offer ", stratum.astype(str)),
        "x_contacts": np.minimum(needed, MOST_CALLS).astype(float),
    }
    return simulated_frame("offers", pd.DataFrame(columns), source="called_until_they_buy", outcome="took the offer")


def contacts_ratio(effect: float) -> float:
    """Contacts per sale, never bought over bought, at the earlier buyers' mix of strata.

    Examples
    --------
    >>> contacts_ratio(1.0)
    1.0
    """
    mix = BOUGHT / BOUGHT.sum()

    def per_sale(chance: NDArray[np.float64]) -> float:
        sold = 1 - (1 - chance) ** MOST_CALLS
        return float(mix @ (sold / chance)) / float(mix @ sold)

    return per_sale(RATES) / per_sale(effect * RATES)


def _groups(rng: np.random.Generator, n: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    stratum = rng.integers(0, len(RATES), n)
    return stratum, rng.random(n) < BOUGHT[stratum]


def _drawn(
    name: str, of_buyers: Callable[[NDArray[np.float64]], NDArray[np.float64]], n: int, seed: int, *, age: bool = False
) -> Frame:
    rng = np.random.default_rng(seed)
    stratum, bought = _groups(rng, n)
    raised = of_buyers(RATES)
    chance = np.where(bought, raised[stratum], RATES[stratum])
    columns: dict[str, object] = {
        "unit_id": np.arange(n),
        "earlier": np.where(bought, "bought", "never"),
        "stratum": np.char.add("offer ", stratum.astype(str)),
    }
    if age:
        x = rng.normal(size=n) + 0.5 * bought
        odds = chance / (1 - chance) * np.exp(math.log(2) * x)
        chance, columns["x_age"] = odds / (1 + odds), x
    columns["responded"] = (rng.random(n) < chance).astype(int)
    return simulated_frame("offers", pd.DataFrame(columns), source=name, outcome="took the offer")


_offer = partial(
    Scenario,
    claim="existing-customers-buy-more-readily",
    frame="offers",
    estimator="observational.response_comparison:estimate_offer_response",
    n=3_000,
    trap="earlier buyers were asked where the offer was good",
)

SCENARIOS = (
    _offer(
        name="better_offers_gap",
        quantity="response_gap",
        draw=draw_gap,
        options={"quantity": "response_gap"},
    ),
    _offer(
        name="better_offers_ratio",
        quantity="response_ratio",
        draw=draw_ratio,
        options={"quantity": "response_ratio"},
    ),
    _offer(
        name="better_offers_odds",
        quantity="response_odds_ratio",
        draw=draw_odds,
        options={"quantity": "response_odds_ratio"},
    ),
    _offer(
        name="called_until_they_buy",
        quantity="contacts_per_sale_ratio",
        draw=draw_contacts,
        truth=contacts_ratio,
        options={"quantity": "contacts_per_sale_ratio"},
        claim="acquisition-cost-multiple",
    ),
)
