"""What joining a programme changed: joiners before and after, over customers who have not joined yet."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from analysis.core.claim import Claim, Quantity
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Design, Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, scaled
from analysis.estimators.common.percent import in_percent
from analysis.estimators.quasi_experimental.event_path import FEWEST_COMPARED, EventPath, event_path, panel_of
from analysis.frames import Frame

SCALES = (Scale.PERCENTAGE_POINTS, Scale.DIFFERENCE, Scale.PERCENT)
_WORDS = {
    "later": "customers who join later",
    "later or never": "customers who join later or never",
    "active": "customers who had not joined by then, both active in the period of joining",
}


def estimate_staggered_adoption(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str,
    last: int = 4,
    n_before: int = 2,
    comparison: str = "later",
) -> tuple[Estimate, ...]:
    """Change after joining over the change of customers who have not joined yet (difference in differences).

    Every cohort of joiners is compared, period by period, with units that join after that period; the effects are
    averaged over joiners and the periods 1 to `last` after joining. The joining period itself is left out: who joins
    is in the shop that day. Percentages compare growth factors, so that units need not have the same level.

    Parameters
    ----------
    frame : Frame
        ``staggered``. Covariates are not used: every unit is its own yardstick.
    claim : Claim
    quantity : str
        Registered quantity that the outcome measures, in percentage points (outcome 0 or 1), per cent or a difference.
    last : int
        Last period after joining that counts, 1 or more.
    n_before : int
        Periods before joining whose mean is the unit's own yardstick, 1 or more.
    comparison : str
        "later", or "later or never" where too few join later; "active" where units can stop for good: joiners and units
        that had not joined by the end of the joining period, both with an outcome above 0 in it. Another one stands beside
        it as context.

    Returns
    -------
    tuple of Estimate
        The answer; the same against the other comparison, where it can be had (context); members less others (naive).

    Raises
    ------
    FrameMistake
        If fewer than 30 joiners can be compared, or the outcome does not fit the scale.
    ParameterMistake
        If an option is out of range.
    """
    chosen = claim.quantity(quantity)
    _require_scale(frame, chosen)
    if isinstance(last, bool) or not isinstance(last, int) or last < 1:
        raise ParameterMistake(f"`last` must be a whole number of periods, 1 or more; got {last!r}.")
    panel, after = panel_of(frame), tuple(range(1, last + 1))
    options: dict[str, Any] = {"ratio": chosen.scale is Scale.PERCENT, "n_before": n_before}
    answer = event_path(frame, panel, (after,), comparison=comparison, **options)
    found = [_estimate(frame, claim, chosen, answer, comparison, last, n_before, Role.ANSWER)]
    other = "later" if comparison != "later" else "later or never"
    try:
        beside = event_path(frame, panel, (after,), comparison=other, **options)
    except FrameMistake:
        beside = None  # the answer stands without it
    if beside is not None and beside.n_compared != answer.n_compared:
        found.append(_estimate(frame, claim, chosen, beside, other, last, n_before, Role.CONTEXT))
    return (*found, _naive(frame, claim, chosen))


_GONE_ON = "without joining, joiners would have gone on like those who had not joined yet"
_ASSUMPTIONS = {
    "later": (
        _GONE_ON,
        "nobody bought more or less because of joining later",
        "who joins later is known to be still there then: where customers stop buying, this works against the programme",
    ),
    "later or never": (
        f"{_GONE_ON} or never did",
        "who never joins may have stopped buying for good: this works for the programme",
    ),
    "active": (
        f"{_GONE_ON}, given that both were active then",
        "some of those compared join later, which makes the effect look smaller than it is",
    ),
}
"""What has to hold, by comparison."""


def interval_of(
    path: EventPath, place: int, scale: Scale, level: float = INTERVAL_LEVEL, factor: float = 1.0
) -> Interval:
    """Value and t interval of `factor` times one effect of a path, in the unit of `scale`."""
    df = min(path.n_joiners[place], path.n_compared[place]) - 1
    error = abs(factor) * math.sqrt(float(path.covariance[place, place]))
    return _in_unit(around(factor * float(path.values[place]), error, df, level), scale)


def _in_unit(found: Interval, scale: Scale) -> Interval:
    if scale is Scale.PERCENT:
        return in_percent(found)
    return scaled(found, 100.0 if scale is Scale.PERCENTAGE_POINTS else 1.0)


def _require_scale(frame: Frame, quantity: Quantity) -> None:
    if quantity.scale not in SCALES or "standard deviation" in quantity.unit:
        raise ParameterMistake(
            f"`quantity` must be a change in the outcome ({', '.join(SCALES)}); got {quantity.name!r} on the scale "
            f"'{quantity.scale}' in {quantity.unit!r}."
        )
    outcome = frame.table["outcome"]
    if quantity.scale is Scale.PERCENTAGE_POINTS and not outcome.isin((0, 1)).all():
        odd = outcome[~outcome.isin((0, 1))].iloc[0]
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `outcome` must be 0 or 1 for a difference in "
            f"percentage points; got {float(odd)!r}. Ask for a change in per cent."
        )
    if quantity.scale is Scale.PERCENT and (outcome < 0).any():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `outcome` must not be negative for a change in per "
            f"cent; got {float(outcome.min())!r}. Take returns off the period of the purchase."
        )


def _estimate(
    frame: Frame,
    claim: Claim,
    quantity: Quantity,
    path: EventPath,
    comparison: str,
    last: int,
    n_before: int,
    role: Role,
) -> Estimate:
    factors = "growth factors of" if quantity.scale is Scale.PERCENT else "change of"
    return make_estimate(
        frame,
        claim,
        quantity.name,
        **interval_of(path, 0, quantity.scale),
        n=path.n_units[0],
        smallest_group=min(path.n_joiners[0], path.n_compared[0]),
        method=f"periods 1 to {last} after joining against the {n_before} before it, over the {factors} "
        f"{_WORDS[comparison]} ({path.n_joiners[0]:,} joiners, {path.n_compared[0]:,} compared; cohort by cohort, at least "
        f"{FEWEST_COMPARED} compared in each)",
        role=role,
        assumptions=_ASSUMPTIONS[comparison],
    )


def _naive(frame: Frame, claim: Claim, quantity: Quantity) -> Estimate:
    """Members' periods less all other periods, whoever they are."""
    import pyfixest as pf

    table = frame.table
    table = table[table["period"] != table["joined_period"]]
    table = table.assign(member=(table["period"] > table["joined_period"]).astype(int))
    fit_by = pf.fepois if quantity.scale is Scale.PERCENT else pf.feols
    fit = fit_by("outcome ~ member", data=table, vcov={"CRV1": "unit_id"})
    low, high = (float(x) for x in fit.confint(alpha=1 - INTERVAL_LEVEL).loc["member"])
    naive = make_estimate(
        frame,
        claim,
        quantity.name,
        **_in_unit(Interval(value=float(fit.coef()["member"]), low=low, high=high), quantity.scale),
        n=table["unit_id"].nunique(),
        method="members against non-members (heavy buyers join first)",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)
