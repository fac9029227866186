"""Products talked about: bad talk varies little, good talk much, and against a net score any slopes look like "three".

With z the quality of a product (half of its variance the maker's), v = ln(customers before), standardised:

    bad  = 12 - 3 z + 1.0 v + 2 N(0, 1),   good = 65 + 8 z + 4 N(0, 1)   (%)
    g    = 15 + a (12 - bad) + c (good - 65) - 2 v + maker's noise + noise   (100 ln(after / before))

At equal v, var(bad) = 13, var(good) = 80, cov(-bad, good) = 24. A regression on one share alone finds, for a point,

    fewer bad:  B = a + c 24 / 13,        more good:  G = c + a 24 / 80.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

ON_BAD, ON_GOOD = 24 / 13, 24 / 80
GOOD_SLOPE = 0.15
"""G in every draw: growth in % for a point more good talk."""

MAKERS_SHARE = 0.5
PRODUCTS_A_MAKER = 2


def draw_difference(effect: float, n: int, seed: int) -> Frame:
    """Products whose B - G is `effect`, at G = 0.15.

    Truth: B - G. Naive (good talk as a net score, good less bad): for a point of net score the slope is
    (G 80 + B 13) / (80 + 13 + 2 24) = 0.66 G + 0.09 B below G where B < 3.7 G, so that B seems to exceed it by more.
    """
    return _draw(seed, n, GOOD_SLOPE + effect)


def draw_ratio(effect: float, n: int, seed: int) -> Frame:
    """As `draw_difference` with B = `effect` x G. Truth: B / G; naive: B over the slope for a point of net score."""
    return _draw(seed, n, GOOD_SLOPE * effect)


def draw_fashion(effect: float, n: int, seed: int) -> Frame:
    """As `draw_difference` with a fashion u ~ N(0, 1.5²) that the table does not hold: growth + 2 u, good + u, bad - u.

    Truth: `effect`, what the shares themselves bring. The answer takes the fans' ratings for the cause of growth.
    """
    return _draw(seed, n, GOOD_SLOPE + effect, fashion=1.5)


def _direct(b: float, g: float) -> tuple[float, float]:
    """(c, a) of the equation of growth at which regressions on one share alone find G = g and B = b."""
    c, a = np.linalg.solve([[1.0, ON_GOOD], [ON_BAD, 1.0]], [g, b])
    return float(c), float(a)


def _draw(seed: int, n: int, fewer_bad: float, *, fashion: float = 0.0) -> Frame:
    rng = np.random.default_rng(seed)
    c, a = _direct(fewer_bad, GOOD_SLOPE)

    maker = np.arange(n) // PRODUCTS_A_MAKER
    of_maker = rng.normal(size=(2, maker.max() + 1))[:, maker]
    quality = np.sqrt(MAKERS_SHARE) * of_maker[0] + np.sqrt(1 - MAKERS_SHARE) * rng.normal(size=n)
    size, unseen = rng.normal(size=n), rng.normal(size=n)
    bad = 12 - 3 * quality + size + 2 * rng.normal(size=n) - fashion * unseen
    good = 65 + 8 * quality + 4 * rng.normal(size=n) + fashion * unseen
    noise = 3 * of_maker[1] + 4 * rng.normal(size=n)
    growth = 15 + a * (12 - bad) + c * (good - 65) - 2 * size + noise + 2 * fashion * unseen
    before = np.exp(13 + 0.5 * size)
    columns = {
        "unit_id": np.arange(n),
        "bad_share": bad.clip(0, 100),
        "good_share": good.clip(0, 100),
        "reviews": np.exp(8 + 0.3 * size + 0.5 * rng.normal(size=n)).round().astype(int) + 1,
        "before": before.round().astype(int),
        "after": (before * np.exp(growth / 100)).round().astype(int),
        "cluster": maker,
    }
    name = "talk_with_fashion" if fashion else "talk_and_growth"
    return simulated_frame("valence_growth", pd.DataFrame(columns), source=name, outcome="growth in customers")


_scenario = partial(
    Scenario,
    claim="negative-word-of-mouth-costs-more",
    frame="valence_growth",
    estimator="observational.valence_growth:estimate_valence_slopes",
    n=1_000,
    options={"n_resamples": 500},
)

SCENARIOS = (
    _scenario(
        name="talk_and_growth",
        quantity="growth_slope_difference",
        draw=draw_difference,
        trap="counted against a net score, whose points are smaller, bad talk seems to weigh more than it does",
    ),
    _scenario(
        name="talk_and_growth_ratio",
        quantity="growth_slope_ratio",
        draw=draw_ratio,
        trap="counted against a net score, whose points are smaller, any two slopes come out nearer to three",
    ),
    _scenario(
        name="talk_with_fashion",
        quantity="growth_slope_difference",
        draw=draw_fashion,
        trap="counted against a net score, whose points are smaller, bad talk seems to weigh more than it does",
        broken="a fashion that the table does not hold brings growth, and its fans rate well",
    ),
)
