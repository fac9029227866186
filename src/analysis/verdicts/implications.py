"""What a verdict means for somebody who has to decide: what would change it, and what to plan with instead of the claim.

Sentences made from the deciding numbers: break-even and margins, never advice.
"""

from __future__ import annotations

import math

from analysis.core.claim import Claim, Quantity
from analysis.core.verdict_results import Pooled, Verdict
from analysis.core.vocabulary import RATIO_SCALES, Confidence, Design, Direction, Outcome, QuestionType, Scale, Shade
from analysis.core.wording import number, with_unit
from analysis.verdicts.assess import on_line
from analysis.verdicts.decide import carrying
from analysis.verdicts.strength import LADDER

Interval = tuple[Quantity, float, float, float]


def deciding_interval(claim: Claim, verdict: Verdict) -> Interval | None:
    """Return the quantity, value, low and high that carry the verdict; None if nothing decided."""
    if not verdict.deciding:
        return None
    found = carrying(claim, verdict)
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
    stronger = _stronger(claim, verdict)
    smallest = with_unit(quantity.smallest, quantity.unit)
    if verdict.outcome is Outcome.OPEN:
        factor = _more_data(quantity, low, high)
        return (
            f"It would take about {number(factor, 2)} times as much data of this kind to tell no effect from the smallest one "
            f"worth acting on ({smallest}).{stronger}"
        )
    if verdict.outcome is Outcome.MIXED:
        return f"One more source of the same strength, or a stronger one, would tip it.{stronger}"
    on_claimed_side = (quantity.direction is Direction.ABOVE) == (verdict.outcome is not Outcome.FAILS)
    near = low if on_claimed_side else high
    turned_at = quantity.smallest if verdict.shade is Shade.TOO_SMALL else quantity.null
    if not math.isfinite(near) or (quantity.scale in RATIO_SCALES and near <= 0):
        return stronger.strip()
    margin = _distance(quantity, near, turned_at)
    what = "bring it to an effect worth acting on" if verdict.shade is Shade.TOO_SMALL else "overturn this"
    return f"Only a hidden bias of more than {margin} would {what}.{stronger}"


def _stronger(claim: Claim, verdict: Verdict) -> str:
    """Which kind of evidence would take precedence, by the kind of question; empty where none would."""
    start = next((body.start for body in verdict.bodies if body.decides), 0)
    if start >= LADDER.index(Confidence.HIGH):
        return ""
    return f" {_BETTER[claim.question]} would take precedence over it."


_BETTER = {
    QuestionType.CAUSAL: "A randomised comparison",
    QuestionType.DESCRIPTIVE: "A full count or a fair sample",
    QuestionType.PREDICTIVE: "A test on later customers who had no part in making the score",
}


def what_to_do(claim: Claim, verdict: Verdict) -> str:
    """Say what to plan with: the number in place of the slogan, and the break-even that follows from it.

    Returns
    -------
    str
        Empty if nothing decided: numbers without a vote make no plan.
    """
    found = deciding_interval(claim, verdict)
    if found is None:
        return ""
    quantity, value, low, high = found
    excluded = quantity.size is not None and not low <= quantity.size <= high
    instead = f", not with {with_unit(quantity.size, quantity.unit)}" if excluded else ""
    plan = f"Plan with {number(low)} to {with_unit(high, quantity.unit)}{instead}; the best guess is {number(value)}."
    if quantity.scale is Scale.AREA_UNDER_CURVE:
        plan = (
            f"Shown one who did it and one who did not, the score picks the first {number(100 * value, 2)} times in 100 "
            f"({number(100 * low, 2)} to {number(100 * high, 2)}; a coin: 50)."
        )
    if verdict.shade is Shade.OPPOSITE:
        return f"A plan that needs this claim to hold should allow for the opposite. {plan}"
    if verdict.outcome is Outcome.FAILS:
        best = high if quantity.direction is Direction.ABOVE else low
        return (
            f"Do not plan on this: the most that the data leave is {with_unit(best, quantity.unit)}, less than what is worth "
            f"acting on ({with_unit(quantity.smallest, quantity.unit)})."
        )
    if verdict.outcome is Outcome.MIXED:
        return "A plan that rests on this should survive either answer: sources of the same strength give both."
    if verdict.outcome is Outcome.OPEN:
        return f"A plan should survive both ends of the range. {plan}"
    caused = verdict.design in (Design.RANDOMISED, Design.QUASI_EXPERIMENTAL)
    return plan + (_break_even(quantity, value, low, high) if caused else "")


def _break_even(quantity: Quantity, value: float, low: float, high: float) -> str:
    """How many units one more success takes; only where the scale is a difference in percentage points."""
    if quantity.scale is not Scale.PERCENTAGE_POINTS or quantity.null != 0 or min(abs(low), abs(high)) == 0:
        return ""
    if low < 0 < high:
        return ""
    needed = sorted(100 / abs(x) for x in (low, high))
    each = number(100 / abs(value), 2)
    return (
        f" One extra for every {each} reached ({number(needed[0], 2)} to {number(needed[1], 2)}): it pays if one extra is "
        f"worth more than {each} times what reaching one costs."
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
