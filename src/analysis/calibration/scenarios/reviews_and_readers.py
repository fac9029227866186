"""Products with reviews: what many people read has many reviews, whether or not reviews bring readers.

With z the size of a product before, v and w of its maker and its own:

    ln before = 9 + z,  ln reviews = 4 + 0.8 z + 0.6 N(0, 1),  score = 3.9 + 0.25 N(0, 1), between 1 and 5
    new ~ Poisson(exp(4 + 0.7 z + e (ln reviews - 4) + c (ln score - ln 3.9) + v + w)),  v, w ~ N(-0.08, 0.4²)
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

PRODUCTS_A_MAKER = 2


def draw_volume(effect: float, n: int, seed: int) -> Frame:
    """Products at which the number of reviews has the elasticity e = `effect`, and scores none.

    Truth: e. Naive (reviews alone): e + 0.7 x 0.8 / (0.8² + 0.6²), 0.56 too high.
    """
    return _draw("reviews_follow_readers", seed, n, volume=effect)


def draw_fashion(effect: float, n: int, seed: int) -> Frame:
    """As `draw_volume`, but a fashion f ~ N(0, 0.5²) that the table does not hold adds 0.6 f to ln reviews and f to ln new.

    Truth: e. The answer takes the fashion for the reviews' doing, as the naive analysis takes fashion and size.
    """
    return _draw("reviews_follow_fashion", seed, n, volume=effect, fashion=0.5)


def _draw(name: str, seed: int, n: int, *, volume: float, fashion: float = 0.0) -> Frame:
    rng = np.random.default_rng(seed)
    maker = np.arange(n) // PRODUCTS_A_MAKER
    noise = rng.normal(-0.08, 0.4, maker[-1] + 1)[maker] + rng.normal(-0.08, 0.4, n)
    unseen = fashion * rng.normal(size=n)
    size = rng.normal(size=n)
    log_reviews = 4 + 0.8 * size + 0.6 * rng.normal(size=n) + 0.6 * unseen
    new = rng.poisson(np.exp(4 + 0.7 * size + volume * (log_reviews - 4) + noise + unseen))
    before = np.exp(9 + size).round().astype(int) + 1
    good = (65 + 8 * rng.normal(size=n)).clip(0, 100)
    columns = {
        "unit_id": np.arange(n),
        "bad_share": (100 - good) / 2,
        "good_share": good,
        "mean_score": (3.9 + 0.25 * rng.normal(size=n)).clip(1, 5),
        "reviews": np.exp(log_reviews).round().astype(int) + 1,
        "before": before,
        "after": before + new,
        "cluster": maker,
    }
    return simulated_frame("valence_growth", pd.DataFrame(columns), source=name, outcome="new customers")


_scenario = partial(
    Scenario,
    claim="word-of-mouth-brings-customers",
    quantity="review_volume_elasticity",
    frame="valence_growth",
    estimator="observational.valence_growth:estimate_review_elasticity",
    n=1_000,
    trap="what many people read has many reviews",
)

SCENARIOS = (
    _scenario(name="reviews_follow_readers", draw=draw_volume),
    _scenario(
        name="reviews_follow_fashion",
        draw=draw_fashion,
        broken="a fashion that the table does not hold brings both reviews and readers",
    ),
)
