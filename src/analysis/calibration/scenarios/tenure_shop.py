"""A shop in which nobody's spend need change: who spends more stays longer, and quarters end in the middle of leaving.

Customer i joins at a random day of the first two years, buys at random with rate r ~ gamma(4) of mean 6 a year, pays
m_i exp(ln(1 + e / 100) tenure) lognormal(0.3) a time and leaves with hazard 0.5 exp(-0.8 ln m_i) a year; ln m_i ~ N(0, 0.6).
The shop is watched for four years. Truth: e per cent a year within the customer. Naive: too high, since those who stay
long were bigger spenders from the start.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

YEARS = 4.0
JOINING = 2.0
QUARTER = 0.25


def draw_shop(effect: float, n: int, seed: int) -> Frame:
    """The shop of this module's docstring."""
    return _shop("big_spenders_stay", effect, n, seed)


def draw_shop_prices_rise(effect: float, n: int, seed: int) -> Frame:
    """As `draw_shop`; prices rise by 4 % a year for everybody. Truth: e. The answer is too high by about 4 points."""
    return _shop("prices_rise", effect, n, seed, inflation=4.0)


def draw_shop_recession(effect: float, n: int, seed: int) -> Frame:
    """As `draw_shop`; in the last year a recession takes 20 % off every purchase. Truth: e. The answer is too low."""
    return _shop("recession_in_last_year", effect, n, seed, recession=0.2)


def draw_shop_fading(effect: float, n: int, seed: int) -> Frame:
    """As `draw_shop`; customers fade before they leave: in the half year before it they buy half as often.

    Truth: e, the change of a customer who is not about to leave. Buying and dying depend on each other.
    """
    return _shop("fading_before_leaving", effect, n, seed, fading=True)


def _shop(
    name: str,
    effect: float,
    n: int,
    seed: int,
    *,
    inflation: float = 0.0,
    recession: float = 0.0,
    fading: bool = False,
) -> Frame:
    rng = np.random.default_rng(seed)
    mean = np.exp(rng.normal(0.0, 0.6, n))
    joined = rng.uniform(0.0, JOINING, n)
    life = rng.exponential(1 / (0.5 * mean**-0.8))
    rate = rng.gamma(4.0, 6.0 / 4.0, n)
    end = np.minimum(joined + life, YEARS)
    times = rng.poisson(rate * (end - joined))
    who = np.repeat(np.arange(n), times)
    at = joined[who] + rng.random(len(who)) * (end - joined)[who]
    if fading:
        late = (joined + life)[who] - at < 0.5
        retained = ~late | (rng.random(len(who)) < 0.5)
        who, at = who[retained], at[retained]
    # The first purchase is the day of joining.
    who, at = np.concatenate([np.arange(n), who]), np.concatenate([joined, at])
    tenure = at - joined[who]
    logarithm = np.log(mean)[who] + math.log1p(effect / 100) * tenure + math.log1p(inflation / 100) * at
    logarithm += np.where(at > YEARS - 1, math.log1p(-recession), 0.0)
    amount = np.exp(logarithm + rng.normal(0.0, 0.3, len(who)))
    return _periods(name, who, at, tenure, amount, joined)


def _periods(
    name: str, who: np.ndarray, at: np.ndarray, tenure: np.ndarray, amount: np.ndarray, joined: np.ndarray
) -> Frame:
    """Quarters with a purchase, the quarter of joining left out."""
    period = np.floor(at / QUARTER).astype(int)
    later = period > np.floor(joined / QUARTER).astype(int)[who]
    code = (who * 100 + period)[later]
    codes, place = np.unique(code, return_inverse=True)
    counts = np.bincount(place)
    table = pd.DataFrame(
        {
            "customer_id": codes // 100,
            "period": codes % 100,
            "tenure_years": np.bincount(place, weights=tenure[later]) / counts,
            "n_purchases": counts,
            "spend": np.bincount(place, weights=amount[later]),
        }
    )
    return simulated_frame("customer_periods", table, source=name, currency="EUR")


def _scenario(name: str, draw: object, *, trap: str = "", broken: str = "") -> Scenario:
    return Scenario(
        name=name,
        claim="spend-grows-with-tenure",
        quantity="spend_change_per_year",
        frame="customer_periods",
        estimator="observational.within_customer_slope:estimate_within_customer_slope",
        draw=draw,  # type: ignore[arg-type]
        n=500,
        trap=trap,
        broken=broken,
    )


SCENARIOS = (
    _scenario(
        "big_spenders_stay", draw_shop, trap="those who stay long were bigger spenders from the start; nobody changes"
    ),
    _scenario(
        "prices_rise",
        draw_shop_prices_rise,
        broken="no trend moves everybody's spend with time: prices rise",
    ),
    _scenario(
        "recession_in_last_year",
        draw_shop_recession,
        broken="no trend moves everybody's spend with time: the last year is a recession",
    ),
    _scenario(
        "fading_before_leaving",
        draw_shop_fading,
        broken="buying does not depend on dying: customers fade before they leave",
    ),
)
