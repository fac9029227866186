"""Whether members buy faster the nearer they are to a threshold: within the same run of the same member."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.estimators.common.percent import in_percent
from analysis.estimators.common.scales import require_scale
from analysis.estimators.quasi_experimental.placebo_range import PlaceboRange, gated_method, placebo_range
from analysis.frames import Frame

STEPS = 10
"""A step is a tenth of the way to the threshold."""
MONTHS_A_YEAR = 12
FEWEST_MEMBERS = 30
"""With fewer members who can be compared with themselves the clustered error cannot be trusted."""


def estimate_goal_gradient(frame: Frame, claim: Claim, *, quantity: str = "pace_per_step") -> tuple[Estimate, ...]:
    """Percentage change of the purchase rate for each tenth of the way closer to the threshold.

    Poisson fixed-effects regression of the wait for the next purchase on progress, within run, errors clustered by
    member: E[g_rk] = exp(a_r - b x_rk) with x in tenths; the estimate is 100 (exp(b) - 1), the change of 1 / E[g]. It
    asks nothing of the distribution of waits but this mean (Wooldridge 1999, Journal of Econometrics 90, 77-97). Only
    runs that reached the threshold: their waits are exchangeable if nobody hurries, those of broken-off runs are not.
    The season (month of the year in which the wait began) is held equal where the frame has it. Not the month itself:
    within a run it tells how long the earlier waits took, and who was quick at first is slower than his mean later.

    Parameters
    ----------
    frame : Frame
        ``tier_approach``; placebo runs give the range beyond which an effect counts.
    claim : Claim
    quantity : str
        Registered quantity on the scale "percent".

    Returns
    -------
    tuple of Estimate
        The answer within runs (context where it claims an effect within the range of the placebos), and the naive slope
        over all waits of all members, finished runs or not.

    Raises
    ------
    FrameMistake
        If fewer than 30 members have a finished run of two waits or more.
    ParameterMistake
        If the quantity is on another scale.
    """
    require_scale(claim, quantity, Scale.PERCENT)
    table = real_runs(frame.table)
    within, n = pace_within_runs(frame, table)
    between = _pace(table.assign(steps=STEPS * table["progress"]), "gap_days ~ steps")
    months = ", season held equal" if "month" in table else ""
    placebos = pace_range(frame)
    gated = placebos is not None and placebos.takes_the_vote(within, 0.0)
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **within,
        n=n,
        method=gated_method(
            "wait for the next purchase against progress within the same run, Poisson fixed effects, clustered by "
            f"member{months}",
            placebos,
            "% a step",
            gated,
        ),
        role=Role.CONTEXT if gated else Role.ANSWER,
        assumptions=(
            "if nobody hurried, a member's waits within a run would be alike",
            "how much a purchase counts does not depend on the wait before it",
            "it speaks of runs that reached the threshold",
        ),
        smallest_group=n,
    )
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **between,
        n=table["unit_id"].nunique(),
        method="the same over all members and runs together (those who come near a threshold are the heavy buyers)",
        role=Role.NAIVE,
    )
    return answer, replace(naive, design=Design.OBSERVATIONAL)


def placebo_paces(frame: Frame) -> list[tuple[str, Interval, int]]:
    """Name, change of pace and members for each threshold that does not exist and has enough members."""
    table = frame.table
    placebo = table[table["placebo"] == 1] if "placebo" in table else table.iloc[:0]
    groups = placebo.groupby("threshold", sort=True) if "threshold" in table else [("placebo", placebo)]
    found = []
    for name, rows in groups:
        try:
            found.append((str(name), *pace_within_runs(frame, rows)))
        except FrameMistake:  # too few members
            continue
    return found


def pace_range(frame: Frame) -> PlaceboRange | None:
    """Range of the change of pace towards thresholds that do not exist; None if there are none with enough members."""
    return placebo_range([interval for _, interval, _ in placebo_paces(frame)])


def real_runs(table: pd.DataFrame) -> pd.DataFrame:
    """Rows whose threshold exists."""
    return table[table["placebo"] == 0] if "placebo" in table else table


def pace_within_runs(frame: Frame, table: pd.DataFrame) -> tuple[Interval, int]:
    """Percentage change of pace a step with its interval, and the members behind it.

    Parameters
    ----------
    frame : Frame
        For messages only.
    table : pandas.DataFrame
        Rows of the frame to use; runs that did not reach their threshold and runs of one wait are left out.
    """
    done = table[table["reached"] == 1]
    done = done.assign(steps=STEPS * done["progress"], run=done.groupby(["unit_id", "cycle"]).ngroup())
    done = done[done.groupby("run")["steps"].transform("nunique") > 1]
    n = done["unit_id"].nunique()
    if n < FEWEST_MEMBERS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_MEMBERS} members must have a run that "
            f"reached its threshold with two waits or more; got {n}. Give a longer history or a lower threshold."
        )
    effects = "run"
    if "month" in done:
        done, effects = done.assign(season=done["month"] % MONTHS_A_YEAR), "run + season"
    return _pace(done, f"gap_days ~ steps | {effects}"), n


def _pace(table: pd.DataFrame, formula: str) -> Interval:
    """Percentage change of 1 / expected wait a step, clustered by member, Student's t over members."""
    import pyfixest as pf

    fit = pf.fepois(formula, data=table, vcov={"CRV1": "unit_id"})
    members = table["unit_id"].nunique()
    return in_percent(around(-float(fit.coef()["steps"]), float(fit.se()["steps"]), members - 1))
