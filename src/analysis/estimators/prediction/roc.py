"""Areas under the curve with their covariance (DeLong), for units that are independent or come in clusters."""

from __future__ import annotations

import numpy as np


def areas_under_curve(
    scores: np.ndarray, outcome: np.ndarray, clusters: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Areas under the curve of several scores for one outcome, and their covariance.

    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44, 837-845, by midranks (Sun & Xu 2014, IEEE Signal Processing
    Letters 21, 1389-1393); clusters after Obuchowski (1997), Biometrics 53, 567-578: placements are summed by cluster.

    Parameters
    ----------
    scores : numpy.ndarray
        One row a unit, one column a score; higher means the outcome is likelier. Ties count half.
    outcome : numpy.ndarray
        0 or 1, both present at least twice.
    clusters : numpy.ndarray
        Cluster of each unit; None: all units are independent.

    Examples
    --------
    Three pairs of four are ordered rightly:

    >>> import numpy as np
    >>> area, _ = areas_under_curve(np.array([[1.0], [3.0], [2.0], [4.0]]), np.array([0, 0, 1, 1]))
    >>> float(area[0])
    0.75
    """
    positive, negative = outcome == 1, outcome == 0
    m, n = int(positive.sum()), int(negative.sum())
    placements = np.column_stack([_placements(column, positive, negative) for column in scores.T])
    areas = placements[positive].mean(axis=0)
    if clusters is None:
        covariance = (
            np.atleast_2d(np.cov(placements[positive].T)) / m + np.atleast_2d(np.cov(placements[negative].T)) / n
        )
        return areas, covariance
    codes = np.unique(clusters, return_inverse=True)[1]
    n_clusters = int(codes.max()) + 1
    sums = np.zeros((n_clusters, scores.shape[1]))
    centred = (placements - areas) / np.where(positive, m, n)[:, None]
    np.add.at(sums, codes, centred)
    return areas, sums.T @ sums * n_clusters / (n_clusters - 1)


def _placements(score: np.ndarray, positive: np.ndarray, negative: np.ndarray) -> np.ndarray:
    """Share of the other class that each unit is on the right side of: above for positives, below for negatives."""
    from scipy.stats import rankdata

    m, n = int(positive.sum()), int(negative.sum())
    overall = rankdata(score)
    found = np.empty(len(score))
    found[positive] = (overall[positive] - rankdata(score[positive])) / n
    found[negative] = 1 - (overall[negative] - rankdata(score[negative])) / m
    return found
