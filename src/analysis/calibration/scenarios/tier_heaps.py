"""Members who push themselves over a tier's threshold: a heap above it, where the crowd grows denser anyway.

For the page only: an excess never decides (a heap can come without more spend), so its interval is not in the study.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import beta

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

WINDOW = 0.1
SHAPE = (4.0, 2.0)
LEAST, SPAN = -0.6, 1.2


def draw_heap(effect: float, n: int, seed: int) -> Frame:
    """Distances from the threshold are -0.6 + 1.2 B, B ~ beta(4, 2): there are more above it than below without any tier.

    Each member within a tenth below goes over with probability (e - 1) P(0 <= z < .1) / P(-.1 <= z < 0) and ends evenly
    within a tenth above.

    Truth: e times as many within a tenth above as would be there. Naive (those above over those below): 1.39 without a tier.
    """
    rng = np.random.default_rng(seed)
    below, at, above = (float(beta.cdf((edge - LEAST) / SPAN, *SHAPE)) for edge in (-WINDOW, 0.0, WINDOW))
    running = LEAST + SPAN * rng.beta(*SHAPE, n)
    goes = (running >= -WINDOW) & (running < 0) & (rng.random(n) < (effect - 1) * (above - at) / (at - below))
    running = np.where(goes, rng.uniform(0, WINDOW, n), running)
    table = pd.DataFrame(
        {
            "unit_id": np.arange(n),
            "running": running,
            "reached": (running >= 0).astype(int),
            "outcome": 100 * (1 + 0.8 * running) * rng.gamma(4.0, 0.25, n),
            "tier": "gold",
        }
    )
    return simulated_frame("tier_cutoff", table, source="heap_above_threshold", outcome="spend in the year after")


DEMONSTRATIONS = (
    Scenario(
        name="heap_above_threshold",
        claim="tiers-accelerate-spend",
        quantity="excess_above_threshold",
        frame="tier_cutoff",
        estimator="quasi_experimental.tier_cutoff:estimate_tier_cutoff",
        draw=draw_heap,
        n=2_000,
        trap="the crowd grows denser towards and beyond the threshold by itself",
        options={"quantity": "excess_above_threshold"},
        effects={"null": 1.0, "size": 1.3},
    ),
)
