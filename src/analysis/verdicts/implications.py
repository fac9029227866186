"""What a verdict means for somebody who has to decide: what would change it, and what to reckon with instead of the claim.

Sentences made from the deciding numbers: break-even and margins, never advice.
"""

from __future__ import annotations

import math

from analysis.core.claim import Claim, Quantity
from analysis.core.results import Pooled, Verdict
from analysis.core.vocabulary import RATIO_SCALES, Design, Direction, Outcome, Scale
from analysis.core.wording import number, with_unit
from analysis.verdicts.assess import on_line
from analysis.verdicts.decide import carrying

Interval = tuple[Quantity, float, float, float]


def deciding_interval(claim: Claim, verdict: Verdict) -> Interval | None:
    """Return the quantity, value, low and high that carry the verdict; None if nothing decided."""
    if not verdict.deciding:
        return None
    found = carrying(claim, verdict.outcome, verdict.deciding, verdict.pooled)
    number_of = found if isinstance(found, Pooled) else found.estimate
    assert number_of.value is not None
    assert number_of.low is not None
    assert number_of.high is not None
    return claim.quantity(number_of.quantity), number_of.value, number_of.low, number_of.high


def what_would_change(claim: Claim, verdict: Verdict) -> str:
    """Say how large an error, or which evidence, would turn the verdict.

    Returns
    -------
    str
        One or two sentences with numbers from the deciding interval; empty if nothing decided.
    """
    found = deciding_interval(claim, verdict)
    if found is None:
        return ""
    quantity, _, low, high = found
    stronger = "" if verdict.design is Design.RANDOMISED else " A randomised comparison would take precedence over it."
    if verdict.outcome is Outcome.INCONCLUSIVE:
        factor = _more_data(quantity, low, high)
        return (
            f"An interval short enough to tell no effect from the smallest that matters "
            f"({with_unit(quantity.smallest, quantity.unit)}) takes about {number(factor, 2)} times as much data of this "
            f"kind.{stronger}"
        )
    if verdict.outcome is Outcome.MIXED:
        return f"One more source of the same strength, or a stronger one, would tip it.{stronger}"
    if verdict.outcome is Outcome.CONTRADICTED and max(on_line(low, quantity), on_line(high, quantity)) >= 0:
        best = high if quantity.direction is Direction.ABOVE else low
        return (
            f"It would take an error of more than {_distance(quantity, best, quantity.smallest)} in the deciding number to "
            f"bring it to the smallest effect that matters ({with_unit(quantity.smallest, quantity.unit)}).{stronger}"
        )
    near = low if (quantity.direction is Direction.ABOVE) == (verdict.outcome is not Outcome.CONTRADICTED) else high
    margin = _distance(quantity, near, quantity.null)
    return (
        f"It would take an error of more than {margin} in the deciding number to bring it back to no effect.{stronger}"
    )


def what_to_do(claim: Claim, verdict: Verdict) -> str:
    """Say what to reckon with: the number in place of the slogan, and the break-even that follows from it.

    Returns
    -------
    str
        Empty if nothing decided.
    """
    found = deciding_interval(claim, verdict)
    if found is None:
        return ""
    quantity, value, low, high = found
    excluded = quantity.size is not None and not low <= quantity.size <= high
    instead = f", not with {with_unit(quantity.size, quantity.unit)}" if excluded else ""
    reckon = f"Reckon with {with_unit(value, quantity.unit)} (from {number(low)} to {number(high)}){instead}."
    if quantity.scale is Scale.AREA_UNDER_CURVE:
        reckon = (
            f"Of one who did it and one who did not, expect the score to put the first higher {number(100 * value, 2)} times in "
            f"100 ({number(100 * low, 2)} to {number(100 * high, 2)}); a coin does so 50 times."
        )
    if verdict.outcome is Outcome.CONTRADICTED:
        if max(on_line(low, quantity), on_line(high, quantity)) < 0:
            return f"A plan that needs this claim to hold should reckon with the opposite. {reckon}"
        best = high if quantity.direction is Direction.ABOVE else low
        return (
            f"A plan that needs this claim to hold has no support here: the most that the interval leaves is "
            f"{with_unit(best, quantity.unit)}."
        )
    if verdict.outcome is Outcome.MIXED:
        return "A plan that rests on this should survive either answer: sources of the same strength give both."
    if verdict.outcome is Outcome.INCONCLUSIVE:
        return f"A plan should survive both ends of the range. {reckon}"
    caused = verdict.design in (Design.RANDOMISED, Design.QUASI_EXPERIMENTAL)
    return reckon + (_break_even(quantity, value, low, high) if caused else "")


def _break_even(quantity: Quantity, value: float, low: float, high: float) -> str:
    """How many units one more success takes; only where the scale is a difference in percentage points."""
    if quantity.scale is not Scale.PERCENTAGE_POINTS or quantity.null != 0 or min(abs(low), abs(high)) == 0:
        return ""
    if low < 0 < high:
        return ""
    needed = sorted(100 / abs(x) for x in (low, high))
    return (
        f" That is one more for every {number(100 / abs(value), 2)} (from {number(needed[0], 2)} to {number(needed[1], 2)}): "
        "where each costs c, it pays if one more is worth more than that many times c."
    )


def _distance(quantity: Quantity, one: float, other: float) -> str:
    """How far apart two values of the quantity are: a difference in its unit, or on ratio scales a percentage."""
    if quantity.scale in RATIO_SCALES:
        return f"{number(100 * math.expm1(abs(math.log(one / other))), 2)} %"
    return with_unit(abs(one - other), quantity.unit)


def _more_data(quantity: Quantity, low: float, high: float) -> float:
    """Factor on the sample size at which the interval's half-width equals half the smallest effect that matters."""
    ends = [on_line(x, quantity) for x in (low, high)]
    half = abs(ends[1] - ends[0]) / 2
    wanted = on_line(quantity.smallest, quantity) / 2
    return max(1.0, (half / wanted) ** 2) if math.isfinite(half) else math.inf
