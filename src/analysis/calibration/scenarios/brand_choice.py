"""Brands on a shelf: loyal households hardly ever buy another brand, which makes their elasticity small by arithmetic.

Household h has earlier shares s_h ~ Dirichlet(.4, .4, .4) of three brands and is loyal (L = 1) if one of them is .8 or more.
At each of ten purchases, with ln p ~ N(0, 0.25),

    P(j) ~ exp(u_j),   u_j = a_j + (-2 + d L) ln p_j + 2 s_hj,   a = (0, .3, -.3).
"""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

BRANDS = np.array([0.0, 0.3, -0.3])
PRICE, STATE = -2.0, 2.0
PURCHASES = 10
LOYAL_SHARE = 0.8
POPULATION = 40_000
"""Households in which the elasticities that belong to a difference of coefficients are computed."""


def draw_coefficients(effect: float, n: int, seed: int) -> Frame:
    """Truth: d = `effect`, the coefficient of ln(price) of loyal households less that of others."""
    return _draw(effect, n, seed)


def draw_elasticities(effect: float, n: int, seed: int) -> Frame:
    """As `draw_coefficients` with the d at which the mean elasticities of the favourite differ by `effect`.

    Truth: `effect`, by the model's own probabilities over 40,000 households. Naive (one coefficient for all): the loyal
    buy their favourite oftener, so (1 - P) is smaller, and they look more patient by some 0.4 whatever d is.
    """
    return _draw(_difference_for(effect), n, seed)


def _draw(difference: float, n: int, seed: int) -> Frame:
    rng = np.random.default_rng(seed)
    share, log_price, household = _shelf(rng, n)
    loyal = (share.max(axis=1) >= LOYAL_SHARE).astype(int)
    chance = _chances(share, log_price, difference)
    chosen = (rng.random((len(chance), 1)) > chance.cumsum(axis=1)).sum(axis=1).clip(max=len(BRANDS) - 1)
    sets = [
        pd.DataFrame(
            {
                "unit_id": np.arange(len(chance)),
                "brand": brand,
                "chosen": (chosen == brand).astype(int),
                "log_price": log_price[:, brand],
                "earlier_share": share[:, brand],
                "favourite": (share.argmax(axis=1) == brand).astype(int),
                "loyal": loyal,
                "cluster": household,
            }
        )
        for brand in range(len(BRANDS))
    ]
    return simulated_frame(
        "choice_sets", pd.concat(sets, ignore_index=True), source="brand_choice", outcome="brand bought"
    )


def _shelf(
    rng: np.random.Generator, n: int, purchases: int = PURCHASES
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    household = np.repeat(np.arange(n), purchases)
    share = rng.dirichlet(np.full(len(BRANDS), 0.4), size=n)[household]
    return share, rng.normal(0.0, 0.25, share.shape), household


def _chances(share: NDArray[np.float64], log_price: NDArray[np.float64], difference: float) -> NDArray[np.float64]:
    loyal = share.max(axis=1, keepdims=True) >= LOYAL_SHARE
    raised = np.exp(BRANDS + (PRICE + difference * loyal) * log_price + STATE * share)
    return raised / raised.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


@cache
def _difference_for(gap: float) -> float:
    """The difference of coefficients at which the elasticities of the favourite differ by `gap`."""
    share, log_price, _ = _shelf(np.random.default_rng(0), POPULATION, 2)
    loyal, favourite = share.max(axis=1) >= LOYAL_SHARE, share.argmax(axis=1)

    def excess(difference: float) -> float:
        chance = _chances(share, log_price, difference)
        elasticity = (PRICE + difference * loyal) * (1 - chance[np.arange(len(chance)), favourite])
        return float(elasticity[loyal].mean() - elasticity[~loyal].mean()) - gap

    return float(brentq(excess, -10.0, 10.0))


_scenario = partial(
    Scenario,
    claim="loyal-customers-tolerate-prices",
    frame="choice_sets",
    estimator="observational.choice_prices:estimate_choice_prices",
    n=300,
)

SCENARIOS = (
    _scenario(
        name="brand_choice",
        quantity="choice_elasticity_gap",
        draw=draw_elasticities,
        trap="who nearly always buys a brand has a small elasticity by arithmetic",
    ),
    _scenario(name="brand_choice_coefficients", quantity="choice_coefficient_gap", draw=draw_coefficients),
)
