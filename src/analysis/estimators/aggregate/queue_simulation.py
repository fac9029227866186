"""Serving by urgency and value instead of first come, first served: a queue model on real arrivals, without chance."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame

QUANTITIES = ("weighted_wait_change", "urgent_wait_change")
URGENT = 2
"""Priorities 1 and 2 count as urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Waiting times of the same tickets under two orders of serving.

    Attributes
    ----------
    first_come, by_value : numpy.ndarray
        Hours from arrival to the start of the work, ticket by ticket.
    n_servers : int
    utilisation : float
        Work over servers' time between the first and the last arrival; above 1 the queue grows until arrivals end.
    """

    first_come: np.ndarray
    by_value: np.ndarray
    n_servers: int
    utilisation: float


def estimate_queue_simulation(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "weighted_wait_change",
    utilisation: float = 0.9,
    n_servers: int | None = None,
) -> tuple[Estimate, ...]:
    """Change of the waiting time if tickets are served by urgency, then value, then arrival.

    Both orders serve the same arrivals with the same servers; nobody is interrupted. A model without chance has no
    interval, and the design is `model` whatever the frame: the number stands beside the claim and never decides it.

    Parameters
    ----------
    frame : Frame
        ``queue``.
    claim : Claim
    quantity : str
        "weighted_wait_change" (waits weighted by value) or "urgent_wait_change" (priorities 1 and 2).
    utilisation : float
        Share of the time that servers work, in (0, 1); sets their number where that is not given.
    n_servers : int
        Number of servers, 1 or more; None: from the utilisation.

    Raises
    ------
    FrameMistake
        If nobody waits under first come, first served, or there is no urgent ticket or no value.
    ParameterMistake
        If the utilisation is out of range.
    """
    require_one_of("quantity", quantity, QUANTITIES)
    table = frame.table
    waits = simulate_waits(frame, utilisation, n_servers)
    weights = table["value"] if quantity == QUANTITIES[0] else (table["priority"] <= URGENT).astype(float)
    before = float((weights * waits.first_come).sum())
    if weights.sum() == 0 or before == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: someone with a weight above 0 must wait under first come, "
            "first served; nobody does. Raise the utilisation, or give values and urgent tickets."
        )
    estimate = make_estimate(
        frame,
        claim,
        quantity,
        value=100 * (float((weights * waits.by_value).sum()) / before - 1),
        low=None,
        high=None,
        n=len(table),
        method=f"queue of {waits.n_servers} servers busy {100 * waits.utilisation:.0f} % of the time, served by urgency and "
        "value against first come, first served",
        role=Role.CONTEXT,
        assumptions=("handling takes as long in either order", "customers do not give up waiting"),
    )
    return (replace(estimate, design=Design.MODEL),)


def simulate_waits(frame: Frame, utilisation: float = 0.9, n_servers: int | None = None) -> Waits:
    """Waiting times of the frame's tickets under both orders.

    Parameters
    ----------
    utilisation : float
        In (0, 1); the number of servers is the smallest that keeps them busy no more than this on average.
    n_servers : int
        Number of servers, 1 or more; None: from the utilisation.
    """
    if not 0 < utilisation < 1:
        raise ParameterMistake(f"`utilisation` must lie between 0 and 1; got {utilisation!r}.")
    if n_servers is not None and n_servers < 1:
        raise ParameterMistake(f"`n_servers` must be 1 or more, or None; got {n_servers!r}.")
    table = frame.table.sort_values(["arrival_hours", "unit_id"], kind="stable")
    arrival, handling = table["arrival_hours"].to_numpy(float), table["handling_hours"].to_numpy(float)
    span = max(float(arrival[-1] - arrival[0]), float(handling.max()), 1e-9)
    work = float(handling.sum())
    n_servers = n_servers or max(1, math.ceil(work / (utilisation * span)))
    order = list(zip(table["priority"], -table["value"], arrival, strict=True))
    first_come = waiting_hours(arrival, handling, list(arrival), n_servers)
    by_value = waiting_hours(arrival, handling, order, n_servers)
    # Back to the frame's own order of rows.
    back = table.index.argsort()
    return Waits(
        first_come=first_come[back], by_value=by_value[back], n_servers=n_servers, utilisation=work / (n_servers * span)
    )


def waiting_hours(arrival: np.ndarray, handling: np.ndarray, rank: Sequence[object], n_servers: int) -> np.ndarray:
    """Hours each ticket waits if a free server always takes the waiting ticket of the lowest rank.

    Parameters
    ----------
    arrival, handling : numpy.ndarray
        Hours; arrivals in ascending order.
    rank : sequence
        What decides among those waiting; ties go to the earlier arrival.
    n_servers : int

    Examples
    --------
    One server, three hours of work each. The third ticket overtakes the second if its rank is lower:

    >>> import numpy as np
    >>> times = np.array([0.0, 1.0, 2.0]), np.array([3.0, 3.0, 3.0])
    >>> waiting_hours(*times, [0, 1, 2], 1).tolist()
    [0.0, 2.0, 4.0]
    >>> waiting_hours(*times, [0, 2, 1], 1).tolist()
    [0.0, 5.0, 1.0]
    """
    waits = np.zeros(len(arrival))
    free, waiting = [0.0] * n_servers, []  # type: ignore[var-annotated]
    clock, arrived = 0.0, 0
    while arrived < len(arrival) or waiting:
        clock = max(clock, heapq.heappop(free))
        if not waiting:
            clock = max(clock, float(arrival[arrived]))
        while arrived < len(arrival) and arrival[arrived] <= clock:
            heapq.heappush(waiting, (rank[arrived], arrived))
            arrived += 1
        _, ticket = heapq.heappop(waiting)
        waits[ticket] = clock - arrival[ticket]
        heapq.heappush(free, clock + float(handling[ticket]))
    return waits
