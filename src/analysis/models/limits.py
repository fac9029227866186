"""Where a mixed model's likelihood has no top because it rises towards a simpler model: that model, fitted as the limit it is.

With b growing and a / b fixed, a beta distribution of chances becomes one chance for all; with both parameters of a gamma
distribution growing, one rate for all; and a chance or rate of leaving that shrinks becomes none, which is the NBD. A search
then ends nowhere, at parameters that run off, although the answer is a good one. Each limit fixes some log-parameters far
out; the others are at an ordinary maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.models.fit import Array, Objective, climb_to_top, is_top, log_covariance_from, search_downhill

FAR = 1e4
"""A parameter of shape so large that what it shapes hardly differs: a coefficient of variation of a hundredth."""

NONE = 1e-8
"""A chance or rate of leaving, in the unit of the search, at which nobody leaves."""

RUN_OFF = float(np.log(FAR)) / 2
"""A log-parameter beyond which a search that found no top is taken to be on its way to a limit."""

WORSE = 1.35
"""Drop in log-likelihood from where the search ended that refutes no nested model at its edge: half of 2.71, at which the
mixture of chi-squares with 0 and 1 degrees of freedom (Self & Liang 1987, case 5) leaves 5 %."""

NEXT_TO_NOTHING = 1e-10
"""Variance of a fixed log-parameter: the covariance stays positive definite, and nothing is drawn about it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A nested model at the edge.

    Attributes
    ----------
    name : str
        In words, for the fit's `model` ("nobody leaves").
    fixed : mapping
        Parameter to its value in the unit of the search.
    """

    name: str
    fixed: Mapping[str, float]


def products_of(*parts: Mapping[str, Mapping[str, float]]) -> tuple[Limit, ...]:
    """Every limit of one part, and every pair of limits of two, simplest last.

    Examples
    --------
    >>> [limit.name for limit in products_of({"one": {"a": 1.0}}, {"other": {"b": 2.0}})]
    ['one', 'other', 'one and other']
    """
    first, second = parts
    single = [Limit(name, fixed) for part in parts for name, fixed in part.items()]
    both = [Limit(f"{one} and {other}", {**first[one], **second[other]}) for one in first for other in second]
    return (*single, *both)


def runs_off(log_params: Array) -> bool:
    """Whether a search that ended here without a top is on its way to a limit."""
    return bool(RUN_OFF < np.abs(log_params).max() < np.inf)


def settle_at_limit(
    names: Sequence[str],
    objective: Objective,
    reached: Array,
    limits: Sequence[Limit],
    n_customers: float,
) -> tuple[Limit, Array, tuple[tuple[float, ...], ...]] | None:
    """Return the simplest limit than which neither another nor the end of the search is significantly likelier; None if none is.

    Parameters
    ----------
    names : sequence of str
        Parameters in the order of the log-parameters.
    objective : Objective
        Negative mean log-likelihood.
    reached : array
        Log-parameters at which the search for a maximum stopped without having found one.
    limits : sequence of Limit
    n_customers : float

    Returns
    -------
    tuple or None
        The limit, all log-parameters, and the covariance of those that are free (next to none for the fixed ones).
    """
    with np.errstate(all="ignore"):
        # Who stopped at no number, or on the way out, is not better than any limit.
        ended = objective.value(reached) if np.isfinite(reached).all() else np.inf
        found = [(limit, point) for limit in limits if (point := _top_of(names, objective, reached, limit)) is not None]
        if not found:
            return None
        top = min(ended, *(objective.value(point) for _, point in found))
        likely = [pair for pair in found if objective.value(pair[1]) <= top + WORSE / n_customers]
        if not likely:
            return None
        limit, point = min(likely, key=lambda pair: (len(_free(names, pair[0])), objective.value(pair[1])))
        free = _free(names, limit)
        covariance = np.eye(len(names)) * NEXT_TO_NOTHING
        covariance[np.ix_(free, free)] = log_covariance_from(
            objective.curvature(point)[np.ix_(free, free)], n_customers
        )
    return limit, point, tuple(tuple(row) for row in covariance.tolist())


def _free(names: Sequence[str], limit: Limit) -> list[int]:
    return [k for k, name in enumerate(names) if name not in limit.fixed]


def _top_of(names: Sequence[str], objective: Objective, reached: Array, limit: Limit) -> Array | None:
    """Log-parameters of the maximum within the limit."""
    free = _free(names, limit)
    whole = np.array([np.log(limit.fixed.get(name, 1.0)) for name in names])

    def at(part: Array) -> Array:
        point = whole.copy()
        point[free] = part
        return point

    inner = Objective(
        lambda part: objective.value(at(part)),
        lambda part: objective.slope(at(part))[free],
        lambda part: objective.curvature(at(part))[np.ix_(free, free)],
    )
    begin = np.where(np.isfinite(reached), np.clip(reached, -8, 8), 0.0)[free]
    for start in (begin, np.zeros(len(free))):
        found = search_downhill(inner, start)
        if found is not None and is_top(inner, top := climb_to_top(inner, found)):
            return at(top)
    return None
