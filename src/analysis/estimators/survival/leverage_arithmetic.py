"""What better retention would add to the value of present customers, as arithmetic of a fitted population.

Every customer's chance of leaving is multiplied by one factor k, all else staying as it is. Then

- retention(k) is the share of the base still there a year from now,
- value(k) is the discounted number of future payments (or purchases) of the base, the first a period away.

The elasticity to retention is (d ln value / dk) / (d ln retention / dk) at k = 1; the elasticity to churn the same with
churn = 1 - retention, its sign turned so that a cut counts as gain. The three readings of "five per cent" find the k
that takes this year's retention r to r + .05, to 1.05 r, or churn to .95 of itself. Where all customers are alike, these
are the annuity's formulas: elasticity (1 + d) / (1 + d - r) (Gupta & Lehmann 2003). Where they differ, a cut of
everybody's churn by one proportion helps those least who hardly ever leave, and the leverage is smaller.

The proportional cut of churn is one convention of "a little more retention". The other, as defensible, multiplies
everybody's own yearly retention by 1.01, ending at certainty; the elasticity is then the gain in value over that in the
base's retention. It helps those most who hardly ever leave.

What raising retention would cost, and that it can be raised at all, is not in any of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Design, Role
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame
from analysis.models.constant_retention_value import FIVE_PERCENT, retention_elasticity
from analysis.models.fit import ModelNotIdentified

DISCOUNT_RATE = 0.1
"""A year, where nobody says otherwise."""

N_DRAWS = 100

STEP = 1e-4
"""Half width of the central difference in k."""

LEAST_FACTOR = 1e-6
"""A reading that would need churn below this share of itself cannot be reached."""

LARGEST_FOR_JACOBI = 400
N_MIDPOINTS = 4_000

MORE_RETAINED = 1.01
"""The other convention of one per cent more retention: everybody's own is multiplied by this, and ends at certainty."""

QUANTITIES = (
    "value_elasticity",
    "value_elasticity_retention_times",
    "profit_change_five_points",
    "profit_change_five_percent_rate",
    "profit_change_five_percent_churn",
    "churn_elasticity",
)


@dataclass(frozen=True, slots=True)
class Base:
    """A customer base under a factor k on everybody's churn.

    Attributes
    ----------
    value : callable
        k to discounted future payments, in any unit.
    retention : callable
        k to the share still there a year from now, in (0, 1).
    value_times, retention_times : callable
        Factor on everybody's own yearly retention (which ends at 1) to the same two; None if not asked for.
    """

    value: Callable[[float], float]
    retention: Callable[[float], float]
    value_times: Callable[[float], float] | None = None
    retention_times: Callable[[float], float] | None = None


def leverage(base: Base) -> dict[str, float]:
    """The registered quantities of one base; a reading of five per cent that cannot be reached is missing.

    Raises
    ------
    ModelNotIdentified
        If the base's retention rate is no number, or so near 1 that no factor moves it.

    Examples
    --------
    Everybody is kept with .9 and 10 % is the discount: 1.1 / .2 = 5.5, and five points more add 40.7 %.

    >>> alike = Base(value=lambda k: (1 - 0.1 * k) / (0.1 + 0.1 * k), retention=lambda k: 1 - 0.1 * k)
    >>> found = leverage(alike)
    >>> round(found["value_elasticity"], 4), round(found["profit_change_five_points"], 1)
    (5.5, 40.7)
    """
    r = base.retention(1.0)
    value_slope, retention_slope = _log_slope(base.value), _log_slope(base.retention)
    if not np.isfinite(retention_slope) or retention_slope == 0:
        raise _run_off()
    found = {
        "value_elasticity": value_slope / retention_slope,
        "churn_elasticity": -value_slope / _log_slope(lambda k: 1 - base.retention(k)),
    }
    targets = {
        "profit_change_five_points": r + FIVE_PERCENT,
        "profit_change_five_percent_rate": r * (1 + FIVE_PERCENT),
        "profit_change_five_percent_churn": 1 - (1 - r) * (1 - FIVE_PERCENT),
    }
    now = base.value(1.0)
    if base.value_times is not None and base.retention_times is not None:
        gain, more = (f(MORE_RETAINED) / f(1.0) - 1 for f in (base.value_times, base.retention_times))
        if more > 0:
            found["value_elasticity_retention_times"] = gain / more
    for name, target in targets.items():
        factor = _factor_for(base.retention, target)
        if factor is not None:
            found[name] = 100 * (base.value(factor) / now - 1)
    return found


def leverage_estimates(
    frame: Frame,
    claim: Claim,
    base: Base,
    bounds: Mapping[str, tuple[float, float]],
    *,
    n: int,
    method: str,
    assumptions: tuple[str, ...],
    discount_rate: float,
) -> tuple[Estimate, ...]:
    """Answers with their intervals, and the annuity's elasticity at the same rate as naive number.

    A quantity without bounds is left out. All are of design `model`, whatever the frame's.

    Parameters
    ----------
    base : Base
        At the best parameters.
    bounds : mapping
        Quantity to the ends of its interval, as `percentile_bounds` gives them.
    """
    at_best = leverage(base)
    found = []
    for quantity in QUANTITIES:
        if quantity not in at_best or quantity not in bounds:
            continue
        low, high = bounds[quantity]
        value = at_best[quantity]
        found.append(
            make_estimate(
                frame,
                claim,
                quantity,
                value=value,
                low=min(float(low), value),
                high=max(float(high), value),
                n=n,
                method=method,
                assumptions=(*assumptions, "raising retention costs nothing and changes nothing else"),
            )
        )
    found.append(naive_annuity(frame, claim, base.retention(1.0), n, discount_rate))
    return tuple(replace(estimate, design=Design.MODEL) for estimate in found)


def percentile_bounds(drawn: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float]]:
    """Percentile intervals over the quantities of drawn parameter sets.

    A quantity that some of the draws could not reach (five points more from a rate near one) is left out: an interval of
    the draws that could would be too narrow.
    """
    # Of 100 draws the plain quantile lies too far in: between it and its fellow falls 93 % of what is drawn alike.
    ends = [0.5 - INTERVAL_LEVEL / 2, 0.5 + INTERVAL_LEVEL / 2]
    reached = [name for name in QUANTITIES if all(name in draw for draw in drawn)]
    quantiles = {name: np.quantile([draw[name] for draw in drawn], ends, method="weibull") for name in reached}
    return {name: (float(low), float(high)) for name, (low, high) in quantiles.items()}


def naive_annuity(frame: Frame, claim: Claim, retention_rate: float, n: int, discount_rate: float) -> Estimate:
    """The elasticity that the constant-rate formula gives at the base's own rate."""
    return make_estimate(
        frame,
        claim,
        "value_elasticity",
        value=retention_elasticity(retention_rate, discount_rate),
        low=None,
        high=None,
        n=n,
        method=f"annuity with one rate for everybody, {100 * retention_rate:.1f} % retained a year",
        role=Role.NAIVE,
    )


def retained_value(chance_of_leaving: NDArray[np.float64], discount_per_period: float) -> NDArray[np.float64]:
    """Discounted number of future payments of customers who leave with these chances a period: (1 - c) / (c + d).

    Examples
    --------
    >>> float(retained_value(np.array([0.1]), 0.1)[0])
    4.5
    """
    return np.asarray((1 - chance_of_leaving) / (chance_of_leaving + discount_per_period))


def per_period(discount_rate: float, periods_per_year: float) -> float:
    """A yearly discount rate as one a period, (1 + d)^(1/m) - 1."""
    return float(np.expm1(np.log1p(discount_rate) / periods_per_year))


def beta_nodes(a: float, b: float, n: int = 64) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights that integrate a smooth function against the beta(a, b) density (Gauss-Jacobi).

    Raises
    ------
    ModelNotIdentified
        If a or b is no number, or so near 0 that all customers are of one kind.

    Examples
    --------
    The mean of beta(1, 3) is 1/4:

    >>> nodes, weights = beta_nodes(1.0, 3.0)
    >>> round(float(nodes @ weights), 9)
    0.25
    """
    from scipy.special import roots_jacobi
    from scipy.stats import beta

    if not (a - 1 > -1 and b - 1 > -1):
        raise _run_off()
    if a + b > LARGEST_FOR_JACOBI:  # the rule's constants overflow; midpoints of equal probability do
        middles = (np.arange(N_MIDPOINTS) + 0.5) / N_MIDPOINTS
        return np.asarray(beta.ppf(middles, a, b)), np.full(N_MIDPOINTS, 1 / N_MIDPOINTS)
    x, w = roots_jacobi(n, b - 1, a - 1)
    return (x + 1) / 2, w / w.sum()


def _log_slope(function: Callable[[float], float]) -> float:
    return float((np.log(function(1 + STEP)) - np.log(function(1 - STEP))) / (2 * STEP))


def _factor_for(retention: Callable[[float], float], target: float) -> float | None:
    """The k at which retention reaches `target`; None if even almost no churn would not do.

    Raises
    ------
    ModelNotIdentified
        If the retention rate is no number.
    """
    from scipy.optimize import brentq

    highest = retention(LEAST_FACTOR)
    if not np.isfinite(highest):
        raise _run_off()
    if highest <= target:
        return None
    return float(brentq(lambda k: retention(k) - target, LEAST_FACTOR, 1.0, xtol=1e-12))


def _run_off() -> ModelNotIdentified:
    return ModelNotIdentified(
        "The model of leaving is hardly identified: parameters drawn from its likelihood run off to where its retention rate "
        "is no number, or nobody leaves. The customers are too few or too uniform for it; use a longer history or more customers."
    )
