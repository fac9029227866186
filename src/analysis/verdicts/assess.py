"""The reading rule: one Estimate held against its claim's registered quantity.

Everything is compared on one line: the scale itself, or its logarithm for ratios, with the null at 0 and the claimed
side positive. On that line, with the interval [low, high], the smallest effect that matters at m > 0 and, where the
articles name one, the claimed size at s:

========================  =====================================================
contradicted              high < 0, or -m < low and high < m
overstated                low > 0 and high < s
supported                 low > 0 otherwise
inconclusive              otherwise: the interval reaches the null
unquantified              there is no interval
========================  =====================================================

An interval that touches a bound is not wholly beyond it. Since *supported* needs low > 0, widening an interval that
is inconclusive (low ≤ 0) can never make it supported.
"""

from __future__ import annotations

import math

from analysis.core.claim import Quantity
from analysis.core.errors import ParameterMistake
from analysis.core.results import Assessment, Estimate
from analysis.core.vocabulary import RATIO_SCALES, Direction, Outcome
from analysis.core.wording import estimate_in_words, with_unit


def on_line(value: float, quantity: Quantity) -> float:
    """Place a value of the quantity on the line: null at 0, claimed side positive, logarithm for ratios.

    Examples
    --------
    >>> from analysis.core.vocabulary import Direction, Scale
    >>> ratio = Quantity(name="q", meaning="", scale=Scale.RATIO, unit="", null=1, direction=Direction.BELOW, smallest=.9)
    >>> on_line(1.0, ratio) == 0, on_line(0.5, ratio) > 0, on_line(0.0, ratio)
    (True, True, inf)
    """
    if quantity.scale in RATIO_SCALES:
        distance = (math.log(value) if value > 0 else -math.inf) - math.log(quantity.null)
    else:
        distance = value - quantity.null
    return (distance if quantity.direction is Direction.ABOVE else -distance) + 0.0


def interval_on_line(estimate: Estimate, quantity: Quantity) -> tuple[float, float]:
    """Return the Estimate's interval on the line, lower bound first."""
    assert estimate.low is not None and estimate.high is not None  # callers ask `quantified` first
    ends = on_line(estimate.low, quantity), on_line(estimate.high, quantity)
    return min(ends), max(ends)


def outcome_on_line(low: float, high: float, smallest: float, size: float | None) -> Outcome:
    """Apply the rule of this module's table to an interval on the line.

    Parameters
    ----------
    low, high : float
        Interval bounds, null at 0, claimed side positive.
    smallest : float
        Smallest effect that matters, above 0.
    size : float
        Claimed size, above 0; None if the articles name none.

    Examples
    --------
    >>> [str(outcome_on_line(*bounds, smallest=1.0, size=5.0)) for bounds in ((2, 6), (2, 4), (-1, 6), (-3, -2), (-.5, .5))]
    ['supported', 'overstated', 'inconclusive', 'contradicted', 'contradicted']
    """
    if high < 0 or (-smallest < low and high < smallest):
        return Outcome.CONTRADICTED
    if low > 0:
        return Outcome.OVERSTATED if size is not None and high < size else Outcome.SUPPORTED
    return Outcome.INCONCLUSIVE


def assess(estimate: Estimate, quantity: Quantity) -> Assessment:
    """Read one Estimate by the registered rule of its quantity.

    Raises
    ------
    ParameterMistake
        If the Estimate is of another quantity, scale or null than the registered one.
    """
    for name, given, registered in (
        ("quantity", estimate.quantity, quantity.name),
        ("scale", estimate.scale, quantity.scale),
        ("null", estimate.null, quantity.null),
    ):
        if given != registered:
            raise ParameterMistake(
                f"`{name}` of the estimate for '{estimate.claim}' from {estimate.source} must be the registered "
                f"{registered!r}; got {given!r}."
            )
    if not estimate.quantified:
        return Assessment(estimate=estimate, outcome=Outcome.UNQUANTIFIED, sentence=_sentence(estimate, quantity, None))
    low, high = interval_on_line(estimate, quantity)
    size = None if quantity.size is None else on_line(quantity.size, quantity)
    outcome = outcome_on_line(low, high, on_line(quantity.smallest, quantity), size)
    return Assessment(estimate=estimate, outcome=outcome, sentence=_sentence(estimate, quantity, outcome))


def _sentence(estimate: Estimate, quantity: Quantity, outcome: Outcome | None) -> str:
    if estimate.value is None:
        side = {
            1: "speaks for the claim",
            -1: "speaks against the claim",
            0: "points neither way",
            None: "gives no sign",
        }
        return f"{estimate.source} {side[estimate.sign]} without a published size."
    size = with_unit(quantity.size, quantity.unit) if quantity.size is not None else ""
    smallest = with_unit(quantity.smallest, quantity.unit)
    if outcome is None:
        meaning = "without an interval it decides nothing"
    elif outcome is Outcome.SUPPORTED:
        meaning = "the whole interval lies on the claimed side of no effect"
        if size:
            meaning += f", and the claimed {size} is not excluded"
    elif outcome is Outcome.OVERSTATED:
        meaning = f"the direction holds, but the whole interval falls short of the claimed {size}"
    elif outcome is Outcome.CONTRADICTED:
        low, high = interval_on_line(estimate, quantity)
        meaning = (
            "the whole interval lies on the other side of no effect"
            if high < 0
            else f"the whole interval is nearer to no effect than the smallest that matters ({smallest})"
        )
    else:
        meaning = "the interval reaches both sides of no effect"
        low, high = interval_on_line(estimate, quantity)
        if high == 0 or low == 0:
            meaning = "the interval touches no effect"
    return f"{estimate.source}: {estimate_in_words(estimate)}; {meaning}."
