"""What data of a size could show: power and false alarms by simulation, beside the formula that `check` prints.

The formula (`precision.smallest_detectable`) reads the standard error off one interval. Here the scenario is drawn again and
again instead, so that the formula itself is tested.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from analysis.calibration.counting import wilson
from analysis.calibration.precision import POWER, TEST_LEVEL
from analysis.calibration.scenario import Scenario
from analysis.calibration.trials import Trial, draw_seed, run_trial
from analysis.core.vocabulary import CLAIMED_SIDE, RATIO_SCALES, Direction
from analysis.register.claims import load_register


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A share of draws with its Monte Carlo interval, all between 0 and 1."""

    share: float
    low: float
    high: float
    draws: int


def power_at(scenario: Scenario, effect: float, *, n: int | None = None, draws: int = 400, seed: int = 1) -> Found:
    """Share of draws in which the registered rule finds the effect on the claimed side.

    Parameters
    ----------
    scenario : Scenario
    effect : float
        True effect, on the registered scale.
    n : int
        Customers; None: the scenario's own.
    draws, seed : int
    """
    trials = _draw(scenario, effect, n, draws, seed)
    return _share(sum(trial.outcome in CLAIMED_SIDE for trial in trials), draws)


def false_alarms(scenario: Scenario, *, n: int | None = None, draws: int = 400, seed: int = 1) -> Found:
    """Run the scenario with nothing in it (A/A): share of draws whose interval leaves no effect out, on either side.

    Draws that give no interval raise no alarm.
    """
    quantity = load_register()[scenario.claim].quantity(scenario.quantity)
    trials = _draw(scenario, quantity.null, n, draws, seed)
    return _share(sum(trial.state == "interval" and not trial.covered for trial in trials), draws)


def smallest_effect(
    scenario: Scenario, *, n: int | None = None, power: float = POWER, draws: int = 400, seed: int = 1
) -> float | None:
    """Smallest effect that is found with a given power at this size and noise, from the widths of simulated intervals.

    (z of 1 - 0.05 / 2 + z of power) standard errors from no effect, on the claimed side, the standard error being the
    median width of the intervals where there is no effect over two normal quantiles.

    Returns
    -------
    float
        On the registered scale; None if most draws give no interval.
    """
    from statistics import NormalDist, median

    quantity = load_register()[scenario.claim].quantity(scenario.quantity)
    widths = [t.width for t in _draw(scenario, quantity.null, n, draws, seed) if t.state == "interval"]
    if 2 * len(widths) < draws:
        return None
    z = NormalDist().inv_cdf
    reach = (1 + z(power) / z(1 - TEST_LEVEL / 2)) * median(widths) / 2
    signed = reach if quantity.direction is Direction.ABOVE else -reach
    return quantity.null * math.exp(signed) if quantity.scale in RATIO_SCALES else quantity.null + signed


def _draw(scenario: Scenario, effect: float, n: int | None, draws: int, seed: int) -> list[Trial]:
    sized = scenario if n is None else replace(scenario, n=n)
    return [run_trial(sized, effect, draw_seed(seed, scenario.name, "power", number)) for number in range(draws)]


def _share(count: int, draws: int) -> Found:
    low, high = wilson(count, draws)
    return Found(share=count / draws, low=low, high=high, draws=draws)
