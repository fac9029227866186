"""One replication: draw a scenario, run its estimator, keep what the answer and the naive number said of the truth."""

from __future__ import annotations

import math
import warnings
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from analysis.calibration.scenario import Scenario
from analysis.core.claim import Claim, Quantity
from analysis.core.errors import AnalysisError
from analysis.core.results import Estimate
from analysis.core.vocabulary import Outcome, Role
from analysis.register.claims import load_register
from analysis.verdicts.assess import assess, on_line

Estimator = Callable[..., tuple[Estimate, ...]]

POINTS = ("null", "smallest", "size")
"""Effects at which every scenario is drawn: none, the smallest that matters, the size that the articles name."""

TWICE = 2.0
"""Where the articles name no size, the third effect is this many times the smallest that matters."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one replication gave.

    Attributes
    ----------
    state : str
        "interval", or why there is none: "endless" (the estimator gave a value and no interval), "refused" (it said that
        the data cannot carry it), "naive only" (it knows no better than the naive analyst), "crashed" (an error that is
        nobody's decision).
    error, width : float
        Estimate less truth and length of the interval, on the rule of assessment's line (logarithm for ratios); nan without.
    covered : bool
        Whether the interval held the truth.
    outcome : str
        How the registered rule read it; "" without an interval.
    naive_error, naive_covered
        The same of the naive number; None if there is none.
    """

    state: str
    error: float = math.nan
    width: float = math.nan
    covered: bool = False
    outcome: str = ""
    naive_error: float | None = None
    naive_covered: bool | None = None


def effect_at(scenario: Scenario, point: str) -> float:
    """Return the effect that a scenario is drawn at, on the registered scale.

    The third is the size that the articles name, or twice the smallest effect that matters, counted on the line on which
    assessments are made (for a ratio the square of the smallest).
    """
    if point in scenario.effects:
        return scenario.effects[point]
    quantity = load_register()[scenario.claim].quantity(scenario.quantity)
    if point == "null":
        return quantity.null
    if point == "smallest":
        return quantity.smallest
    return quantity.size if quantity.size is not None else _beyond(quantity)


def _beyond(quantity: Quantity) -> float:
    from analysis.core.vocabulary import RATIO_SCALES

    if quantity.scale in RATIO_SCALES:
        return float(quantity.null * (quantity.smallest / quantity.null) ** TWICE)
    return quantity.null + TWICE * (quantity.smallest - quantity.null)


def truth_of(scenario: Scenario, effect: float) -> float:
    """Return the true value of the scenario's quantity when it is drawn at `effect`."""
    return effect if scenario.truth is None else scenario.truth(effect)


def draw_seed(root: int, scenario: str, point: str, number: int) -> int:
    """Return the seed of one replication: it depends on nothing but these four, not on the order of the run.

    Examples
    --------
    >>> draw_seed(1, "a", "null", 0) == draw_seed(1, "a", "null", 0), draw_seed(1, "a", "null", 0) == draw_seed(1, "a", "null", 1)
    (True, False)
    """
    entropy = [root, zlib.crc32(scenario.encode()), zlib.crc32(point.encode()), number]
    return int(np.random.SeedSequence(entropy).generate_state(1)[0])


def estimator_named(name: str) -> Estimator:
    """Import ``module:function`` of `analysis.estimators`."""
    module, function = name.split(":")
    found: Estimator = getattr(import_module(f"analysis.estimators.{module}"), function)
    return found


def run_trial(
    scenario: Scenario, effect: float, seed: int, *, claim: Claim | None = None, estimator: Estimator | None = None
) -> Trial:
    """Draw `scenario` once and run its estimator on it.

    Parameters
    ----------
    scenario : Scenario
    effect : float
        On the registered scale.
    seed : int
    claim : Claim
        None: the registered one. Tests give their own.
    estimator : callable
        None: the scenario's. Tests give one whose coverage is known.
    """
    claim = claim or load_register()[scenario.claim]
    quantity = claim.quantity(scenario.quantity)
    truth = truth_of(scenario, effect)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = scenario.draw(effect, scenario.n, seed)
        try:
            found = (estimator or estimator_named(scenario.estimator))(frame, claim, **scenario.options)
        except AnalysisError:
            return Trial("refused")
        except Exception:
            return Trial("crashed")  # counted, shown, and a test wants none of them
        mine = [e for e in found if e.quantity == scenario.quantity]
        naive = _naive(scenario, frame, mine, quantity, truth)
    answers = [e for e in mine if e.role is not Role.NAIVE]
    if answers:
        return _judge(answers[0], quantity, truth, naive)
    error, covered = naive or (None, None)
    return Trial("naive only", naive_error=error, naive_covered=covered)


def _judge(answer: Estimate, quantity: Quantity, truth: float, naive: tuple[float, bool] | None) -> Trial:
    error = _on_line(answer.value, quantity) - _on_line(truth, quantity) if answer.value is not None else math.nan
    naive_error, naive_covered = naive or (None, None)
    if answer.low is None or answer.high is None:
        return Trial("endless", error=error, naive_error=naive_error, naive_covered=naive_covered)
    assessment = assess(answer, quantity)
    return Trial(
        "interval",
        error=error,
        width=abs(_on_line(answer.high, quantity) - _on_line(answer.low, quantity)),
        covered=answer.low <= truth <= answer.high,
        outcome=str(Outcome(assessment.outcome)),
        naive_error=naive_error,
        naive_covered=naive_covered,
    )


def _naive(
    scenario: Scenario, frame: object, mine: list[Estimate], quantity: Quantity, truth: float
) -> tuple[float, bool] | None:
    """Error of the naive number on the line, and whether its interval held the truth."""
    if scenario.naive is not None:
        value, low, high = scenario.naive(frame)  # type: ignore[arg-type]
    else:
        printed = next((e for e in mine if e.role is Role.NAIVE and e.quantified and e.value is not None), None)
        if printed is None:
            return None
        value, low, high = float(printed.value or 0.0), float(printed.low or 0.0), float(printed.high or 0.0)
    return _on_line(value, quantity) - _on_line(truth, quantity), low <= truth <= high


def _on_line(value: float | None, quantity: Quantity) -> float:
    """The rule's line without its sign: above is more, whichever side the claim takes."""
    from analysis.core.vocabulary import Direction

    if value is None:
        return math.nan
    found = on_line(value, quantity)
    return found if quantity.direction is Direction.ABOVE else -found
