"""The one door to `lifetimes`: imported late, kept from changing the process's settings, driven to full convergence."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.models.fit import (
    Array,
    ModelFit,
    ModelNotIdentified,
    Objective,
    climb_to_top,
    is_top,
    log_covariance_from,
    require_converged,
    search_downhill,
)
from analysis.models.limits import Limit, runs_off, settle_at_limit

Settled = tuple[Array, tuple[tuple[float, ...], ...], str]
"""Estimates, covariance of their logarithms, and the limit's name ("" for none)."""

TOLERANCES = (1e-6, 1e-5, 1e-4, 1e-3)
"""Slopes at which the first search may stop, tried in turn: a too-strict one ends in a refusal "due to precision loss",
and the Newton steps that follow make up for a loose one."""


POLE_WIDTH = 1e-7

SEARCH_ROWS = 5_000
"""Rows of which a search begins: every k-th of the ordered rows shows the whole in small, and Newton steps on all rows
finish in a few steps what began there."""

LAST_RESORT_ROWS = 1_000
"""The same for lifetimes' own search, which is what is left where trust regions find no top. Where there is none to be
found it would go on for an hour on a hundred thousand rows, only to be refused."""


@contextlib.contextmanager
def settings_kept() -> Iterator[None]:
    """Undo what lifetimes sets for the whole process: warning filters, and pandas' chained-assignment option.

    Overflow while the search probes far-off parameters is expected, and tells it to turn back.
    """
    chained = pd.get_option("mode.chained_assignment")
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        try:
            yield
        finally:
            pd.set_option("mode.chained_assignment", chained)


def fitter_class(name: str) -> Any:
    """Return the fitter class `name` of lifetimes."""
    with settings_kept():
        import lifetimes
    return getattr(lifetimes, name)


def at_params(fitter: Any, params: Mapping[str, float]) -> Any:
    """Return an unfitted instance of the class `fitter` that predicts with `params`."""
    unfitted = fitter()
    unfitted.params_ = {name: off_the_pole(name, value) for name, value in params.items()}
    return unfitted


def off_the_pole(name: str, value: float) -> float:
    """The formulas divide by a - 1, s - 1 and gamma - 1 although their limit there exists; a hair beside it is as good."""
    at_pole = name in ("a", "s", "gamma") and abs(value - 1) < POLE_WIDTH
    return 1 + POLE_WIDTH if at_pole else value


def fit_smooth(
    model: str,
    fitter: Any,
    names: Sequence[str],
    columns: Sequence[Array],
    weights: Array,
    starts: Sequence[Sequence[float]],
    objective: Objective,
    known: Sequence[float] | None = None,
    part: Callable[[slice], Objective] | None = None,
    limits: Sequence[Limit] = (),
) -> Settled:
    """Search the maximum and settle it.

    Parameters
    ----------
    model : str
        For messages.
    fitter : class
        From `fitter_class`.
    columns : sequence of array
        The data in the order of the fitter's `fit`, scaled so that numbers are near one; rows in ascending order.
    weights : array
        Customers a row stands for.
    starts : sequence of sequence of float
        Starting values on the natural scale; the best of the fits counts.
    objective : Objective
        What the fitter minimises, on all rows, with its derivatives.
    known : sequence of float
        An answer to almost the same question: Newton steps from it come first. None if there is none.
    part : callable
        From a choice of rows to the objective on them, where its derivatives are cheap: a search by trust regions on a
        part of the rows comes first, and lifetimes' own search only where that neither arrives nor runs off to a limit.
        None: lifetimes' own search on all rows.
    limits : sequence of Limit
        Nested models at the edge, which are the answer where parameters run off to them.

    Raises
    ------
    ModelNotIdentified
        If no start converges and no limit is where they run to.
    """

    n_customers = float(weights.sum())
    with settings_kept():
        best = None if known is None else climb_to_top(objective, np.log(known))
        if (best is None or not is_top(objective, best)) and part is not None:
            few = part(every_kth(len(weights)))
            found = [search_downhill(few, np.log(start)) for start in starts]
            tops = [climb_to_top(objective, point) for point in found if point is not None]
            best = min((top for top in tops if is_top(objective, top)), key=objective.value, default=None)
            ended = min(tops, key=objective.value, default=None)
            if best is None and ended is not None and runs_off(ended):
                at_edge = at_limit(names, objective, ended, limits, n_customers)
                if at_edge is not None:
                    return at_edge
        if best is None or not is_top(objective, best):
            few_rows = every_kth(len(weights), LAST_RESORT_ROWS)
            few_columns, few_weights = [column[few_rows] for column in columns], weights[few_rows]
            searched = [_search(fitter, names, few_columns, few_weights, start) for start in starts]
            best = _best_of(model, searched, objective)
        return settled(model, names, objective, best, limits, n_customers)


def settled(
    model: str, names: Sequence[str], objective: Objective, reached: Array, limits: Sequence[Limit], n_customers: float
) -> Settled:
    """The answer from where a search ended: the maximum, or the limit that it ran off to.

    Raises
    ------
    ModelNotIdentified
        If it ended at no maximum, and at no limit either.
    """
    if not is_top(objective, reached):
        at_edge = at_limit(names, objective, reached, limits, n_customers)
        if at_edge is not None:
            return at_edge
    require_converged(model, names, objective, reached)
    return np.exp(reached), log_covariance_from(objective.curvature(reached), n_customers), ""


def at_limit(
    names: Sequence[str], objective: Objective, reached: Array, limits: Sequence[Limit], n_customers: float
) -> Settled | None:
    """The limit that a search ran off to; None if there is none."""
    found = settle_at_limit(names, objective, reached, limits, n_customers)
    if found is None:
        return None
    limit, point, covariance = found
    return np.exp(point), covariance, limit.name


def every_kth(n_rows: int, most: int = SEARCH_ROWS) -> slice:
    """About `most` rows at equal distances.

    Examples
    --------
    >>> every_kth(20_000)
    slice(2, None, 4)
    """
    step = -(-n_rows // most)
    return slice(step // 2, None, step)


def _best_of(model: str, found: Sequence[Array | None], objective: Objective) -> Array:
    """The highest of the tops, each settled by Newton steps."""
    tops = [climb_to_top(objective, np.log(point)) for point in found if point is not None]
    if not tops:
        raise ModelNotIdentified(
            f"{model}: the search for the maximum of the likelihood did not converge from any start. "
            "The data may be too few or too uniform for the model."
        )
    return min(tops, key=objective.value)


def _search(
    fitter: Any, names: Sequence[str], columns: Sequence[Array], weights: Array, start: Sequence[float]
) -> Array | None:
    """Run the fitter from one start, loosening the tolerance until it accepts its own result; None if it never does."""
    from lifetimes.utils import ConvergenceError

    for tol in TOLERANCES:
        with contextlib.redirect_stdout(io.StringIO()):  # lifetimes prints the whole optimiser state on a refusal
            try:
                fitted = fitter().fit(*columns, weights=weights, initial_params=np.log(start), tol=tol)
            except (ConvergenceError, np.linalg.LinAlgError):  # LinAlgError: its own variance matrix is singular
                continue
        return np.array([fitted.params_[name] for name in names])
    return None


def as_fit(
    model: str,
    names: Sequence[str],
    estimates: Array,
    log_covariance: tuple[tuple[float, ...], ...],
    log_likelihood: float,
    weights: Array,
    limit: str = "",
) -> ModelFit:
    """Assemble the result."""
    return ModelFit(
        model=model,
        names=tuple(names),
        estimates=tuple(np.asarray(estimates, dtype=float).tolist()),
        log_covariance=log_covariance,
        log_likelihood=float(log_likelihood),
        n_customers=int(weights.sum()),
        n_rows=len(weights),
        limit=limit,
    )
