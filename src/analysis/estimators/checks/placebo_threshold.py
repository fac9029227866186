"""Thresholds that do not exist: nobody should hurry towards them, and nothing should jump at them."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import CheckResult, Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Scale
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.common.interval import Interval
from analysis.estimators.quasi_experimental.bunching import estimate_bunching, excess_range
from analysis.estimators.quasi_experimental.goal_gradient import estimate_goal_gradient, placebo_paces
from analysis.estimators.quasi_experimental.placebo_range import ENOUGH_FOR_VALUES, PlaceboRange, placebo_range
from analysis.estimators.quasi_experimental.regression_discontinuity import (
    estimate_discontinuity,
    jump_range,
    percent_at,
)
from analysis.frames import Frame

PLACES = (-0.2, 0.2)
"""A fifth below and above the real threshold, as shares of it."""


def check_placebo_runs(frame: Frame, claim: Claim, *, quantity: str = "pace_per_step") -> CheckResult:
    """Change of pace per step towards thresholds that do not exist, by the same estimator as the answer.

    Parameters
    ----------
    frame : Frame
        ``tier_approach`` with `placebo` runs.
    claim : Claim
    quantity : str
        Registered quantity on the scale "percent".
    """
    name = "pace towards a threshold that does not exist"
    placebos = placebo_paces(frame)
    if not placebos:
        return CheckResult(
            name=name,
            passed=None,
            sentence="Too few purchases without a tier in reach (before joining, or in the highest tier) to see what a "
            "threshold that does not exist would show.",
        )
    answer = estimate_goal_gradient(frame, claim, quantity=quantity)[0]
    tolerance = tolerated(claim.quantity(quantity), _value(answer))
    passed, found = _judged(answer, [interval for _, interval, _ in placebos], 0.0, tolerance)
    members = max(n for _, _, n in placebos)
    rows = [("real", _interval(answer), answer.n), *placebos]
    return CheckResult(
        name=name,
        passed=passed,
        sentence=f"Towards {found.words('% a step')} (up to {number(members)} members), {in_words(passed)} "
        f"({number(_value(answer))} %).",
        table=tuple(
            {"threshold": place, "% a step": i["value"], "low": i["low"], "high": i["high"], "members": n}
            for place, i, n in rows
        ),
    )


def check_placebo_heaps(frame: Frame, claim: Claim, *, quantity: str = "excess_above_threshold") -> CheckResult:
    """Members above thresholds that do not exist, over what a smooth curve puts there: a heap counts only beyond their range.

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff``.
    claim : Claim
    quantity : str
        Registered quantity on the scale "ratio"; nothing is judged of another.
    """
    name = "heaps at thresholds that do not exist"
    if claim.quantity(quantity).scale is not Scale.RATIO:
        return CheckResult(name=name, passed=None, sentence="This check belongs to the excess as a ratio.")
    try:
        answer = estimate_bunching(frame, claim, quantity=quantity)[0]
    except FrameMistake as fault:
        return CheckResult(name=name, passed=None, sentence=f"A heap and a slope cannot be separated here: {fault}")
    found = excess_range(frame.table["running"].to_numpy(float))
    passed = False if found.takes_the_vote(_interval(answer), 1.0) else (True if found.beyond(_value(answer)) else None)
    return CheckResult(
        name=name,
        passed=passed,
        sentence=f"Above {found.words('times the expected number')}; above the real one {number(_value(answer))}.",
        table=({"thresholds": found.n, "lowest": found.low, "highest": found.high, "real": _value(answer)},),
    )


def _value(answer: Estimate) -> float:
    assert answer.value is not None
    return answer.value


def _interval(answer: Estimate) -> Interval:
    assert answer.value is not None and answer.low is not None and answer.high is not None
    return Interval(value=answer.value, low=answer.low, high=answer.high)


def _judged(
    answer: Estimate, placebos: Sequence[Interval], null: float, tolerance: float
) -> tuple[bool | None, PlaceboRange]:
    """Whether the placebos leave the answer its vote, and their range.

    False: the answer claims an effect that they show as well, or one alone is there and too large. True: each is harmless,
    or the answer lies beyond all of them. None: neither is known.
    """
    found = placebo_range(placebos)
    assert found is not None
    judged = [judge(i["low"], i["high"], tolerance) for i in placebos]
    if found.takes_the_vote(_interval(answer), null) or (len(placebos) < ENOUGH_FOR_VALUES and False in judged):
        return False, found
    harmless = all(judged) or (-tolerance < found.low and found.high < tolerance)
    beyond = len(placebos) >= ENOUGH_FOR_VALUES and found.beyond(_value(answer))
    return (True if harmless or beyond else None), found


def check_placebo_cutoffs(
    frame: Frame, claim: Claim, *, quantity: str = "spend_jump_at_threshold", places: Sequence[float] = PLACES
) -> CheckResult:
    """Jump of the later outcome at false thresholds, members of the real threshold's other side left out.

    Imbens & Lemieux (2008), Journal of Econometrics 142, 615-635, section 6. Intervals hold jointly (Bonferroni).

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff``.
    claim : Claim
    quantity : str
        Registered quantity on the scale "percent".
    places : sequence of float
        False thresholds as shares of the real one, not 0.
    """
    if not places or 0 in places:
        raise ParameterMistake(f"`places` must be false thresholds other than 0; got {list(places)!r}.")
    name = "jumps at thresholds that do not exist"
    if claim.quantity(quantity).scale is not Scale.PERCENT:
        return CheckResult(name=name, passed=None, sentence="This check belongs to the jump in per cent.")
    answer = estimate_discontinuity(frame, claim, quantity=quantity)[0]
    level = 1 - (1 - INTERVAL_LEVEL) / len(places)
    at = [(place, percent_at(frame, place, level)) for place in places]
    jumps = [(place, jump) for place, jump in at if jump is not None]
    if not jumps:
        return CheckResult(name=name, passed=None, sentence="Too few members lie round any false threshold.")
    tolerance = tolerated(claim.quantity(quantity), _value(answer))
    passed, _ = _judged(answer, [jump for _, jump in jumps], 0.0, tolerance)
    gate = jump_range(frame)
    if gate is not None and gate.takes_the_vote(_interval(answer), 0.0):
        passed = False
    rows = [{"place": place, "jump, %": j["value"], "low": j["low"], "high": j["high"]} for place, j in jumps]
    words = "; ".join(
        f"{number(100 * row['place'])} % off: {number(row['jump, %'])} % ({span(row['low'], row['high'])})"
        for row in rows
    )
    return CheckResult(
        name=name,
        passed=passed,
        sentence=f"Jumps at false thresholds: {words}, {in_words(passed)} ({number(_value(answer))} %).",
        table=tuple(rows),
    )
