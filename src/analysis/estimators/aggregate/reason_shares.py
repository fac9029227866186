"""Stated reasons for leaving: the share who were let down less the share whom a rival's offer or price drew away."""

from __future__ import annotations

import math

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, scaled
from analysis.frames import Frame

QUANTITY = "reason_gap"
FEWEST_LEAVERS = 30
RIVAL = ("offer", "price")


def estimate_reason_gap(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """Share of leavers naming product or service less the share naming a rival's offer or price.

    Multinomial shares: gap = p1 - p2 with variance (p1 + p2 - (p1 - p2)²) / n. All leavers who gave one main reason are
    the base, other reasons included. Beside it the gap with other reasons left out of the base (naive).

    Parameters
    ----------
    frame : Frame
        ``reasons``: one main reason a leaver.
    claim : Claim
        Registers ``reason_gap`` in percentage points.

    Raises
    ------
    FrameMistake
        If fewer than 30 leavers gave a reason.
    """
    table = frame.table
    total = int(table["n"].sum())
    if total < FEWEST_LEAVERS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_LEAVERS} leavers must have given a reason; "
            f"got {total}. Record a main reason for every leaver."
        )
    service = int(table.loc[table["group"] == "service", "n"].sum())
    rival = int(table.loc[table["group"].isin(RIVAL), "n"].sum())
    answer = make_estimate(
        frame,
        claim,
        QUANTITY,
        **share_gap(service, rival, total),
        n=total,
        method="share naming product or service less share naming a rival's offer or price, of all who gave a reason",
        assumptions=("one main reason each, recorded alike for all", "reasons given are reasons had"),
    )
    if service + rival == 0:
        return (answer,)
    naive = make_estimate(
        frame,
        claim,
        QUANTITY,
        **share_gap(service, rival, service + rival),
        n=service + rival,
        method="the same among those who named one of the two (other reasons left out of the base)",
        role=Role.NAIVE,
    )
    return (answer, naive)


def share_gap(first: int, second: int, total: int) -> Interval:
    """Difference of two shares of one multinomial sample, in percentage points, with Wald's interval.

    Examples
    --------
    60 and 40 of 100: a gap of 20 points, whose variance is (1 - 0.2²) / 100:

    >>> found = share_gap(60, 40, 100)
    >>> round(found["value"], 6), round(found["high"] - found["value"], 2)
    (20.0, 19.2)
    """
    p1, p2 = first / total, second / total
    error = math.sqrt((p1 + p2 - (p1 - p2) ** 2) / total)
    return scaled(around(p1 - p2, error), 100.0)
