"""How estimators make Estimates: scale, null and unit from the claim's register entry, origin from the frame's context."""

from __future__ import annotations

import math

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Role
from analysis.estimators.common.counts import fewest
from analysis.frames import Frame


def make_estimate(
    frame: Frame,
    claim: Claim,
    quantity: str,
    *,
    value: float,
    low: float | None,
    high: float | None,
    n: int,
    method: str,
    role: Role = Role.ANSWER,
    level: float = INTERVAL_LEVEL,
    assumptions: tuple[str, ...] = (),
    events: int | None = None,
    smallest_group: int | None = None,
) -> Estimate:
    """Return an Estimate of `claim`'s registered `quantity` from `frame`.

    Parameters
    ----------
    value, low, high : float
        On the quantity's registered scale and in its unit; no interval: both None.
    n : int
        Independent units (customers, not rows).
    method : str
        The estimator in words, as a reader sees it.
    role : Role
        `naive` for the analysis that the claim's trap warns of.
    events, smallest_group : int
        Fewest events in any group compared, and units in the smallest; None: counted in the frame, where it has groups.

    Raises
    ------
    ParameterMistake
        If the claim registers no such quantity.
    FrameMistake
        If the estimate or a bound is no number, as of an empty group or one that does not vary.
    """
    registered = claim.quantity(quantity)
    context = frame.context
    if any(number is not None and math.isnan(number) for number in (value, low, high)):
        raise FrameMistake(
            f"Frame '{frame.name}' from {context.source}: the columns must give a number for `{quantity}`; they give none "
            "(nan), as where a group is empty or does not vary. Give a longer period or a commoner exposure."
        )
    counted = fewest(frame) if events is None and smallest_group is None else (None, None)
    return Estimate(
        claim=claim.id,
        quantity=quantity,
        value=float(value),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        level=level,
        scale=registered.scale,
        null=registered.null,
        unit=registered.unit,
        n=int(n),
        design=context.design,
        kind=context.kind,
        role=role,
        source=context.source,
        population=context.population,
        period=context.period,
        method=method,
        assumptions=assumptions,
        indirect=context.indirect,
        fault=context.fault,
        events=counted[0] if events is None else int(events),
        smallest_group=counted[1] if smallest_group is None else int(smallest_group),
    )
