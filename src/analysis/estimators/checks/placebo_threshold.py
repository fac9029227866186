"""Thresholds that do not exist: nobody should hurry towards them, and nothing should jump at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import CheckResult
from analysis.core.vocabulary import INTERVAL_LEVEL, Scale
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.common.interval import around
from analysis.estimators.common.percent import in_percent
from analysis.estimators.quasi_experimental.goal_gradient import estimate_goal_gradient, pace_within_runs
from analysis.estimators.quasi_experimental.local_regression import jump_at
from analysis.estimators.quasi_experimental.regression_discontinuity import estimate_discontinuity, followed, where_of
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
    table = frame.table
    placebo = table[table["placebo"] == 1] if "placebo" in table else table.iloc[:0]
    try:
        found, n = pace_within_runs(frame, placebo)
    except FrameMistake:
        return CheckResult(
            name=name,
            passed=None,
            sentence="Too few purchases without a tier in reach (before joining, or in the highest tier) to see what a "
            "threshold that does not exist would show.",
        )
    answer = estimate_goal_gradient(frame, claim, quantity=quantity)[0]
    assert answer.value is not None
    passed = judge(found["low"], found["high"], tolerated(claim.quantity(quantity), answer.value))
    return CheckResult(
        name=name,
        passed=passed,
        sentence=f"Towards a threshold that does not exist the pace changes by {number(found['value'])} % a step "
        f"({span(found['low'], found['high'])}; {number(n)} members), {in_words(passed)} ({number(answer.value)} %).",
        table=(
            {
                "threshold": "real",
                "% a step": answer.value,
                "low": answer.low,
                "high": answer.high,
                "members": answer.n,
            },
            {
                "threshold": "placebo",
                "% a step": found["value"],
                "low": found["low"],
                "high": found["high"],
                "members": n,
            },
        ),
    )


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
    assert answer.value is not None
    tolerance = tolerated(claim.quantity(quantity), answer.value)
    level = 1 - (1 - INTERVAL_LEVEL) / len(places)
    rows, judged = [], []
    for place in places:
        jump = _percent_at(frame, place, level)
        if jump is None:
            continue
        judged.append(judge(jump["low"], jump["high"], tolerance))
        rows.append({"place": place, "jump, %": jump["value"], "low": jump["low"], "high": jump["high"]})
    if not rows:
        return CheckResult(name=name, passed=None, sentence="Too few members lie round any false threshold.")
    passed = False if False in judged else (True if all(judged) else None)
    words = "; ".join(
        f"{number(100 * row['place'])} % off: {number(row['jump, %'])} % ({span(row['low'], row['high'])})"
        for row in rows
    )
    return CheckResult(
        name=name,
        passed=passed,
        sentence=f"Jumps at false thresholds: {words}, {in_words(passed)} ({number(answer.value)} %).",
        table=tuple(rows),
    )


def _percent_at(frame: Frame, place: float, level: float) -> dict[str, float] | None:
    """Jump in per cent at a false threshold, None if too few members lie round it."""
    table = followed(frame)
    table = table[table["running"] >= 0] if place > 0 else table[table["running"] < 0]
    part = replace(frame, table=table)
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    try:
        jump = jump_at(
            table["running"].to_numpy(float),
            table["outcome"].to_numpy(float),
            cutoff=place,
            clusters=clusters,
            where=where_of(part),
        )
    except FrameMistake:
        return None
    if min(jump.below, jump.above) <= 0:
        return None
    return dict(in_percent(around(*jump.log_ratio(), level=level)))  # type: ignore[arg-type]
