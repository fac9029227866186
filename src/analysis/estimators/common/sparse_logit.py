"""Logistic regression with a dummy for each of many groups, held as sparse columns: memory in proportion to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.estimators.common.design_matrix import TOLERANCE, independent_columns

if TYPE_CHECKING:
    from scipy.sparse import csc_array

STEPS = 50
SMALLEST_STEP = 1e-10


def first_slope(
    y: np.ndarray, x: np.ndarray, groupings: Sequence[np.ndarray], clusters: np.ndarray
) -> tuple[float, float]:
    """Coefficient of the first column, and its error clustered as statsmodels does, at equal groups and other columns.

    Newton's method on the sparse normal equations. Other columns that groups and earlier ones make up are left out, which
    leaves the first coefficient as it is.

    Parameters
    ----------
    y : array of shape (rows,)
        0 or 1.
    x : array of shape (rows, columns)
        The first must not be made up by groups and the others.
    groupings : sequence of one or two arrays of shape (rows,)
        Codes 0, 1, ... of the groups; each group gets a dummy.
    clusters : array of shape (rows,)
        Codes 0, 1, ... of the independent units.

    Raises
    ------
    numpy.linalg.LinAlgError
        If groups make up the first column, or the search does not converge.
    """
    from scipy.sparse import csc_array, diags_array, hstack
    from scipy.sparse.linalg import splu

    dummies = _dummies(groupings)
    within = x - dummies @ splu((dummies.T @ dummies).tocsc()).solve(dummies.T @ x)
    kept = np.linalg.norm(within, axis=0) > TOLERANCE * np.linalg.norm(x, axis=0)
    if not kept[0]:
        raise np.linalg.LinAlgError("the column asked about does not vary within groups")
    within = within[:, kept]
    design = hstack([csc_array(within[:, independent_columns(within)]), dummies], format="csc")
    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(design @ found)))
        information = splu((design.T @ diags_array(p * (1 - p)) @ design).tocsc())
        step = information.solve(design.T @ (y - p))
        found = found + step
        if np.abs(step).max() < SMALLEST_STEP:
            break
    else:
        raise np.linalg.LinAlgError("the logistic regression does not converge")
    to_first = information.solve(np.eye(1, design.shape[1]).ravel())
    sums = np.bincount(clusters, (design @ to_first) * (y - p))
    n_clusters, (n, k) = len(sums), design.shape
    return float(found[0]), float(np.sqrt((sums**2).sum() * n_clusters / (n_clusters - 1) * (n - 1) / (n - k)))


def _dummies(groupings: Sequence[np.ndarray]) -> csc_array:
    """A column for each group, but one of each further grouping for each part of the rows that no group joins to another."""
    from scipy.sparse import coo_array, csc_array, hstack
    from scipy.sparse.csgraph import connected_components

    rows = np.arange(len(groupings[0]))
    columns: list[csc_array] = []
    for codes in groupings:
        made = csc_array((np.ones(len(rows)), (rows, codes)))
        if columns:
            before = hstack(columns, format="csc")
            joined = coo_array(before.T @ made)
            size = before.shape[1] + made.shape[1]
            links = coo_array((joined.data, (joined.row, joined.col + before.shape[1])), shape=(size, size))
            part = connected_components(links, directed=False)[1][before.shape[1] :]
            first = np.unique(part, return_index=True)[1]
            made = made[:, np.setdiff1d(np.arange(made.shape[1]), first)]
        columns.append(made)
    return hstack(columns, format="csc")
