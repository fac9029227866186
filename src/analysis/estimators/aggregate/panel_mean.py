"""Mean of a panel's outcome over its firms, each firm one vote: context for figures that no comparison stands behind."""

from __future__ import annotations

import math

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import around
from analysis.frames import Frame

FEWEST_FIRMS = 10


def estimate_panel_mean(frame: Frame, claim: Claim, *, quantity: str) -> tuple[Estimate, ...]:
    """Mean over groups of the mean over units of the mean over periods, with the t interval over groups: always context.

    Parameters
    ----------
    frame : Frame
        ``panel``; groups are `cluster` where there is one, else units.
    claim : Claim
    quantity : str
        Registered quantity in the unit of the outcome.

    Raises
    ------
    FrameMistake
        If fewer than ten groups are left.
    """
    table = frame.table
    unit = table.groupby("unit_id").agg(
        mean=("outcome", "mean"), group=("cluster" if "cluster" in table else "unit_id", "first")
    )
    groups = unit.groupby("group")["mean"].mean()
    n = len(groups)
    if n < FEWEST_FIRMS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_FIRMS} independent firms must have an "
            f"outcome; got {n}."
        )
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **around(float(groups.mean()), float(groups.std(ddof=1)) / math.sqrt(n), n - 1),
            n=n,
            method=f"mean over {n} firms, each with one vote (t interval over firms)",
            role=Role.CONTEXT,
            smallest_group=n,
        ),
    )
