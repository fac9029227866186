"""The Pareto/NBD at each degree to which customers differ in leaving: intervals that know how little histories tell of it.

Rates of leaving are gamma(s, beta), with a squared coefficient of variation u = 1 / s; u = 0 is one rate for all, the edge. Where
nobody says that he leaves, the likelihood falls off slowly towards that edge, and parameters drawn round the maximum from
its curvature miss what it looks like: where the search ends at the edge itself they take it for certain that customers do not
differ. So the other parameters are fitted anew at each u, and those u count whose log-likelihood lies within half of the
critical value of the top (profile likelihood; at the edge that of `shifted_beta_geometric_limit.critical_value`). What is left
of the critical value at a u is the reach of the other parameters there, by their curvature.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.models import pareto_nbd
from analysis.models.fit import (
    Array,
    ModelFit,
    ModelNotIdentified,
    Objective,
    climb_to_top,
    is_top,
    log_covariance_from,
    search_downhill,
)
from analysis.models.limits import FAR
from analysis.models.rows import WEIGHT, purchase_rows
from analysis.models.shifted_beta_geometric_limit import critical_value

S, BETA = pareto_nbd.NAMES.index("s"), pareto_nbd.NAMES.index("beta")
DOWN = (0.8, 0.6, 0.4, 0.2, 0.0)
"""Parts of the best u at which the likelihood is looked at on the way to the edge."""

FIRST_STEP, GROWTH, MOST_STEPS = 0.05, 1.3, 40
"""On the way up: least first step in u, factor from each step to the next, and how many there may be."""

NUDGE = 1e-4
"""Of a log-parameter, for derivatives of what is computed from the parameters."""


@dataclass(frozen=True, slots=True)
class Degree:
    """The best parameters at one u.

    Attributes
    ----------
    params : dict
        In the unit of the rows.
    reach : float
        How many standard errors the free parameters may be away, in the direction that matters.
    free : tuple of str
    covariance : ndarray
        Of the logarithms of the free ones.
    """

    params: dict[str, float]
    reach: float
    free: tuple[str, ...]
    covariance: Array


def degrees_of_difference(summary: pd.DataFrame, fit: ModelFit, level: float = INTERVAL_LEVEL) -> list[Degree]:
    """Return the best parameters at each u that the likelihood does not refute, its rim included.

    Parameters
    ----------
    summary : DataFrame
        What `fit` was fitted to.
    fit : ModelFit
        From `fit_pareto_nbd`; may stand at a limit.

    Raises
    ------
    ModelNotIdentified
        If histories set no limit to how much customers differ, or nobody leaves.
    """
    if "nobody leaves" in fit.limit:
        raise ModelNotIdentified(f"{pareto_nbd.MODEL}: nobody is seen to leave, so that no interval exists.")
    profile = _Profile(summary, fit)
    begin = 0.0 if fit.params["s"] >= FAR else 1 / fit.params["s"]
    seen = {begin: profile.at(begin, profile.begin)}
    edge_bound = critical_value(level, at_edge=True)
    profile.walk(seen, [begin * part for part in DOWN if begin > 0], edge_bound)
    step, ups = max(0.4 * begin, FIRST_STEP), [begin]
    for _ in range(MOST_STEPS):
        ups.append(ups[-1] + step)
        step *= GROWTH
    if profile.walk(seen, ups[1:], edge_bound):
        raise ModelNotIdentified(
            f"{pareto_nbd.MODEL}: {fit.n_customers} histories set no limit to how much customers differ in leaving. Use "
            "longer ones."
        )
    top = min(height for height, _ in seen.values())
    drop = {u: 2 * profile.n * (height - top) for u, (height, _) in seen.items()}
    bound = edge_bound if drop.get(0.0, np.inf) < edge_bound else critical_value(level, at_edge=False)
    for near, far in pairwise(sorted(seen)):
        if (drop[near] < bound) == (drop[far] < bound):
            continue
        # The drop is near a square of the distance: its root is taken on a straight line.
        roots = np.sqrt(drop[near]), np.sqrt(drop[far])
        rim = near + (far - near) * (np.sqrt(bound) - roots[0]) / (roots[1] - roots[0])
        seen[rim] = profile.at(rim, seen[near][1])
        drop[rim] = bound
    return [profile.degree(point, bound - drop[u]) for u, (_, point) in sorted(seen.items()) if drop[u] <= bound]


def bounds_over(
    degrees: Sequence[Degree], value: Callable[[Mapping[str, float]], Mapping[str, float]]
) -> dict[str, tuple[float, float]]:
    """Smallest and largest value of quantities over the region; one that is missing somewhere in it has no bounds."""
    ends: list[dict[str, tuple[float, float]]] = []
    for degree in degrees:
        here = value(degree.params)
        moved = [value(degree.params | {n: degree.params[n] * np.exp(NUDGE)}) for n in degree.free]
        found = {}
        for name in here:
            if all(name in other for other in moved):
                slope = np.array([(other[name] - here[name]) / NUDGE for other in moved])
                away = degree.reach * float(np.sqrt(slope @ degree.covariance @ slope))
                found[name] = (here[name] - away, here[name] + away)
        ends.append(found)
    shared = set.intersection(*(set(found) for found in ends))
    return {name: (min(e[name][0] for e in ends), max(e[name][1] for e in ends)) for name in shared}


class _Profile:
    """The likelihood in log-parameters and the unit of the search, with all but s at their best."""

    def __init__(self, summary: pd.DataFrame, fit: ModelFit) -> None:
        rows = purchase_rows(summary)
        self._unit = float(rows["T"].max())
        weights = rows[WEIGHT].to_numpy(dtype=float)
        scaled = rows.assign(recency=rows["recency"] / self._unit, T=rows["T"] / self._unit)
        self.n = float(weights.sum())
        self._objective = pareto_nbd._objective(scaled, weights, slice(None))
        held = {"s"} | ({"r"} if "all buy at one rate" in fit.limit else set())
        self._free = [k for k, name in enumerate(pareto_nbd.NAMES) if name not in held]
        self.begin = np.log([fit.params[name] / self._scale(name) for name in pareto_nbd.NAMES])

    def _scale(self, name: str) -> float:
        return self._unit if name in pareto_nbd.TIME_SCALES else 1.0

    def at(self, u: float, near: Array) -> tuple[float, Array]:
        """Negative mean log-likelihood and log-parameters of the best at `u`, sought from those at a neighbour."""
        start = near.copy()
        start[S] = np.log(min(1 / u, FAR) if u > 0 else FAR)
        start[BETA] += start[S] - near[S]  # the mean rate of leaving, s / beta, stays

        def whole(part: Array) -> Array:
            point = start.copy()
            point[self._free] = part
            return point

        inner = Objective(
            lambda part: self._objective.value(whole(part)),
            lambda part: self._objective.slope(whole(part))[self._free],
            lambda part: self._objective.curvature(whole(part))[np.ix_(self._free, self._free)],
        )
        with np.errstate(all="ignore"):
            found: Array | None = climb_to_top(inner, start[self._free])
            if found is None or not is_top(inner, found):
                found = search_downhill(inner, start[self._free])
                found = None if found is None else climb_to_top(inner, found)
            if found is None or not is_top(inner, found):
                raise ModelNotIdentified(
                    f"{pareto_nbd.MODEL}: no maximum of the likelihood where customers differ in leaving by {u:.3g} "
                    "(squared coefficient of variation)."
                )
            return inner.value(found), whole(found)

    def walk(self, seen: dict[float, tuple[float, Array]], places: Sequence[float], bound: float) -> bool:
        """Add places to `seen` until one lies beyond the bound; True if none does."""
        near = next(iter(seen.values()))[1]
        for u in places:
            seen[u] = self.at(u, near)
            near = seen[u][1]
            if 2 * self.n * (seen[u][0] - min(height for height, _ in seen.values())) > bound:
                return False
        return True

    def degree(self, point: Array, left: float) -> Degree:
        names = tuple(pareto_nbd.NAMES[k] for k in self._free)
        curvature = self._objective.curvature(point)[np.ix_(self._free, self._free)]
        params = {name: float(np.exp(point[k])) * self._scale(name) for k, name in enumerate(pareto_nbd.NAMES)}
        return Degree(params, float(np.sqrt(max(left, 0.0))), names, np.asarray(log_covariance_from(curvature, self.n)))
