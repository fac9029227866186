"""Two classes in one queue: the favoured call in the busy hours, where everybody waits long."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from analysis.calibration.scenario import Scenario, simulated_frame
from analysis.frames import Frame

DAYS, HOURS = 28, 14
USUAL_WAIT = 60.0


def draw_busy_hours(effect: float, n: int, seed: int) -> Frame:
    """Favoured customers call when it is busy, and are served before the others.

    Days d and hours h with m_dh = 60 exp(.3 a_d + .6 b_h + .3 c_dh), a, b, c ~ N(0, 1), the wait of one shared queue. The share of
    favoured calls is p_dh = 1 / (1 + exp(-.4 - b_h)), calls a stratum Poisson with mean n / 392. Favoured wait m (1 + e / 100) ε,
    others m (1 - p (1 + e / 100)) / (1 - p) ε with ε exponential of mean 1, so that the mean of all is m. Impatience is
    left out.

    Truth: e per cent. Naive (against the mean of all hours): too high, the favoured call in the long hours.
    """
    return _queue("busy_hours", effect, n, seed)


def draw_long_calls(effect: float, n: int, seed: int) -> Frame:
    """As `draw_busy_hours`, but serving the favoured first lengthens everybody's wait by a tenth: their calls are long.

    Truth: e, against a shared queue in which all waited a tenth less. The answer takes the mean that is seen for the shared
    queue's and is too low.
    """
    return _queue("long_calls_first", effect, n, seed, longer=1.1)


def _queue(name: str, effect: float, n: int, seed: int, *, longer: float = 1.0) -> Frame:
    rng = np.random.default_rng(seed)
    day, hour = (grid.ravel() for grid in np.meshgrid(np.arange(DAYS), np.arange(HOURS), indexing="ij"))
    busy = rng.normal(0.0, 1.0, HOURS)
    mean = USUAL_WAIT * np.exp(
        0.3 * rng.normal(0.0, 1.0, DAYS)[day] + 0.6 * busy[hour] + 0.3 * rng.normal(0.0, 1.0, DAYS * HOURS)
    )
    share = 1 / (1 + np.exp(-0.4 - busy[hour]))
    calls = rng.poisson(n / (DAYS * HOURS), DAYS * HOURS)
    of = np.repeat(np.arange(DAYS * HOURS), calls)
    favoured = rng.random(len(of)) < share[of]
    gain = (1 + effect / 100) / longer
    factor = np.where(favoured, gain, (1 - share[of] * gain) / (1 - share[of])) * longer
    columns = {
        "unit_id": np.arange(len(of)),
        "favoured": favoured.astype(int),
        "wait": mean[of] * factor * rng.exponential(1.0, len(of)),
        "gave_up": np.zeros(len(of), dtype=int),
        "stratum": of.astype(str).astype(object),
        "cluster": day[of],
    }
    return simulated_frame("waits", pd.DataFrame(columns), source=name, outcome="seconds in the queue")


_scenario = partial(
    Scenario,
    claim="value-first-queues-pay",
    quantity="favoured_wait_change",
    frame="waits",
    estimator="aggregate.priority_waits:estimate_priority_waits",
    n=12_000,
    trap="the favoured call in the busy hours",
    options={"quantity": "favoured_wait_change"},
)

SCENARIOS = (
    _scenario(name="busy_hours", draw=draw_busy_hours),
    _scenario(
        name="long_calls_first",
        draw=draw_long_calls,
        broken="calls of the favoured are long, so all wait longer for them",
    ),
)
