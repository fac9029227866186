"""The rule of assessment: one Estimate held against its claim's registered quantity.

Everything is compared on one line: the scale itself, or its logarithm for ratios, with the null at 0 and the claimed
side positive. On that line, with the interval [low, high], the least effect worth acting on at s > 0 and, where the
articles name one, the claimed size at z, the first that applies:

===============  ====================================  =======================================================
fails            high < s                              *opposite* (high < 0), else *too small to matter*
overstated       z named, low > 0 and high < z         real, and short of the claimed size
holds            low >= s                              where z is named, *in full* (low >= z), else
                                                       *size not settled*
direction only   low > 0                               points the claimed way; size open
open             else: low <= 0 and high >= s          the data cannot say
===============  ====================================  =======================================================

Widening an interval only takes information away. There is no assessment where an identifying check failed, an arm has
fewer than ten events, or a group fewer than thirty units. An interval derived from no more than "significant" has one
end at no effect and none on the other side: on the claimed side it reads *direction only*.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.core.claim import Quantity
from analysis.core.errors import ParameterMistake
from analysis.core.results import Assessment, CheckResult, Estimate, estimate_in_words
from analysis.core.vocabulary import RATIO_SCALES, Direction, OnFailure, Outcome, Shade
from analysis.core.wording import with_unit

FEWEST_EVENTS = 10
"""Events in the arm with fewest: three clicks decide nothing."""

FEWEST_UNITS = 30
"""Units in the smallest group compared."""


def on_line(value: float, quantity: Quantity) -> float:
    """Place a value of the quantity on the line: null at 0, claimed side positive, logarithm for ratios.

    A ratio at or below 0 lies without end on the side of none.

    Examples
    --------
    >>> from analysis.core.vocabulary import Direction, Scale
    >>> ratio = Quantity(name="q", meaning="", scale=Scale.RATIO, unit="", null=1, direction=Direction.BELOW, smallest=.9)
    >>> on_line(1.0, ratio) == 0, on_line(0.5, ratio) > 0, on_line(0.0, ratio), on_line(-1.0, ratio)
    (True, True, inf, inf)
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


def outcome_on_line(low: float, high: float, smallest: float, size: float | None) -> tuple[Outcome, Shade]:
    """Apply the rule of this module's table to an interval on the line.

    Parameters
    ----------
    low, high : float
        Interval bounds, null at 0, claimed side positive.
    smallest : float
        Least effect worth acting on, above 0.
    size : float
        Claimed size, above 0; None if the articles name none.

    Examples
    --------
    >>> intervals = ((2, 6), (2, 4), (0.5, 6), (-1, 6), (-3, -2), (-0.5, 0.5))
    >>> [str(outcome_on_line(*ends, smallest=1.0, size=5.0)[0]) for ends in intervals]
    ['holds', 'overstated', 'direction only', 'open', 'fails', 'fails']
    """
    if high < smallest:
        return Outcome.FAILS, Shade.OPPOSITE if high < 0 else Shade.TOO_SMALL
    if size is not None and low > 0 and high < size:
        return Outcome.OVERSTATED, Shade.NONE
    if low >= smallest:
        if size is None:
            return Outcome.HOLDS, Shade.NONE
        return Outcome.HOLDS, Shade.IN_FULL if low >= size else Shade.SIZE_NOT_SETTLED
    return (Outcome.DIRECTION_ONLY if low > 0 else Outcome.OPEN), Shade.NONE


def outcome_of(low: float, high: float, quantity: Quantity) -> tuple[Outcome, Shade]:
    """Apply the rule to an interval on the quantity's own scale, in either order of its ends."""
    ends = sorted((on_line(low, quantity), on_line(high, quantity)))
    size = None if quantity.size is None else on_line(quantity.size, quantity)
    return outcome_on_line(ends[0], ends[1], on_line(quantity.smallest, quantity), size)


def assess(estimate: Estimate, quantity: Quantity, checks: Sequence[CheckResult] = ()) -> Assessment:
    """Read one Estimate by the registered rule of its quantity.

    Parameters
    ----------
    estimate : Estimate
    quantity : Quantity
    checks : sequence of CheckResult
        Whatever was checked; those of this Estimate that failed and void it leave it without an assessment.

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
        return Assessment(estimate=estimate, outcome=Outcome.NO_INTERVAL, sentence=_without_interval(estimate))
    why_not = why_not_read(estimate, checks)
    if why_not:
        sentence = f"{estimate.source}: {estimate_in_words(estimate)}; shown without a vote: {why_not}."
        return Assessment(estimate=estimate, outcome=Outcome.NO_READING, sentence=sentence)
    if _half_open(estimate, quantity):
        outcome, shade = Outcome.DIRECTION_ONLY, Shade.NONE
    else:
        assert estimate.low is not None and estimate.high is not None
        outcome, shade = outcome_of(estimate.low, estimate.high, quantity)
    sentence = f"{estimate.source}: {estimate_in_words(estimate)}; {meaning_of(outcome, shade, quantity)}."
    return Assessment(estimate=estimate, outcome=outcome, shade=shade, sentence=sentence)


def why_not_read(estimate: Estimate, checks: Sequence[CheckResult] = ()) -> str:
    """Say why an Estimate with an interval has no assessment; empty if it has one."""
    voided = [c for c in checks if c.passed is False and c.on_failure is OnFailure.VOIDS and c.is_of(estimate)]
    if voided:
        return "a check that it rests on failed (" + "; ".join(c.name for c in voided) + ")"
    if estimate.events is not None and estimate.events < FEWEST_EVENTS:
        return f"a group has {estimate.events} event{'s' if estimate.events != 1 else ''}, fewer than {FEWEST_EVENTS}"
    if estimate.smallest_group is not None and estimate.smallest_group < FEWEST_UNITS:
        return f"the smallest group has {estimate.smallest_group} units, fewer than {FEWEST_UNITS}"
    return ""


def _half_open(estimate: Estimate, quantity: Quantity) -> bool:
    """An interval derived from a sign and the word "significant": from no effect on, without an end."""
    low, high = interval_on_line(estimate, quantity)
    return bool(estimate.derived) and math.isinf(high) and low >= 0


def meaning_of(outcome: Outcome, shade: Shade, quantity: Quantity) -> str:
    """Say what an assessment means, as the end of a sentence."""
    smallest = with_unit(quantity.smallest, quantity.unit)
    size = with_unit(quantity.size, quantity.unit) if quantity.size is not None else ""
    if outcome is Outcome.FAILS and shade is Shade.OPPOSITE:
        return "the result clearly points the other way"
    if outcome is Outcome.FAILS:
        return f"an effect worth acting on ({smallest}) is ruled out"
    if outcome is Outcome.OVERSTATED:
        return f"the effect is real, and short of the claimed {size}"
    if outcome is Outcome.HOLDS:
        beside = {
            Shade.IN_FULL: f", and reaches the claimed {size}",
            Shade.SIZE_NOT_SETTLED: f"; whether it reaches the claimed {size} is not settled",
        }.get(shade, "")
        return f"the whole interval is large enough to act on ({smallest}){beside}"
    if outcome is Outcome.DIRECTION_ONLY:
        return f"it points the claimed way, and may be smaller than what is worth acting on ({smallest})"
    return f"it could be no effect or an effect worth acting on ({smallest})"


def _without_interval(estimate: Estimate) -> str:
    if estimate.value is None:
        side = {
            1: "speaks for the claim",
            -1: "speaks against the claim",
            0: "points neither way",
            None: "gives no sign",
        }
        return f"{estimate.source} {side[estimate.sign]} without a published size."
    return f"{estimate.source}: {estimate_in_words(estimate)}; without an interval it decides nothing by itself."


def width_on_line(low: float, high: float, quantity: Quantity) -> float:
    """Width of an interval in units of the least effect worth acting on."""
    ends = on_line(low, quantity), on_line(high, quantity)
    return abs(ends[1] - ends[0]) / on_line(quantity.smallest, quantity)
