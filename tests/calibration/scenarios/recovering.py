"""Whether an estimator finds the truth of a small scenario, and the naive analysis misses it: the mean over a few draws."""

from __future__ import annotations

import math
from importlib import import_module

import numpy as np

from analysis.calibration.scenario import Scenario
from analysis.core.vocabulary import RATIO_SCALES, Role
from analysis.register.claims import load_register

MONTE_CARLO_ERRORS = 4.0
"""A mean over a few draws further from the truth than this many of its errors is no accident."""


def distances(scenario: Scenario, effect: float, n: int, seeds: range) -> dict[str, float]:
    """Distance of the mean estimate from the truth in Monte Carlo errors, signed, of the answer and the naive number.

    Ratios on their logarithm. What a scenario's estimator does not print is missing.
    """
    claim = load_register()[scenario.claim]
    line = math.log if claim.quantity(scenario.quantity).scale in RATIO_SCALES else float
    truth = line(scenario.truth(effect) if scenario.truth else effect)
    module, function = scenario.estimator.split(":")
    estimate = getattr(import_module(f"analysis.estimators.{module}"), function)
    found: dict[str, list[float]] = {}
    for seed in seeds:
        frame = scenario.draw(effect, n, seed)
        mine = [one for one in estimate(frame, claim, **scenario.options) if one.quantity == scenario.quantity]
        # The first that is not naive, as in the calibration study: placebos may have taken its vote, not its value.
        answer = next((one.value for one in mine if one.role is not Role.NAIVE), None)
        printed = next((one.value for one in mine if one.role is Role.NAIVE), None)
        naive = scenario.naive(frame)[0] if scenario.naive is not None else printed
        for name, value in (("answer", answer), ("naive", naive)):
            if value is not None:
                found.setdefault(name, []).append(line(value))
    return {
        name: (float(np.mean(values)) - truth) / (float(np.std(values, ddof=1)) / math.sqrt(len(values)))
        for name, values in found.items()
    }


def assert_recovers(scenario: Scenario, effect: float, n: int, seeds: range = range(8)) -> None:
    """The answer's mean lies within four Monte Carlo errors of the truth; the naive one's lies outside."""
    found = distances(scenario, effect, n, seeds)
    assert abs(found["answer"]) < MONTE_CARLO_ERRORS, found
    assert abs(found["naive"]) > MONTE_CARLO_ERRORS, found
