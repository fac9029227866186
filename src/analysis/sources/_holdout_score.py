"""A score made on one half of the units and given to the other: what `scores` frames of cross-sections hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

SPLIT_SEED = 1
"""Which half makes the score is drawn once and for all, so that every report judges the same units."""


def score_other_half(
    features: pd.DataFrame, outcome: pd.Series, seed: int = SPLIT_SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a logistic regression on a random half and score the other half.

    Parameters
    ----------
    features : pandas.DataFrame
        Numeric columns known before the outcome; those that other columns make up in the first half are left out.
    outcome : pandas.Series
        0 or 1.
    seed : int
        Of the split.

    Returns
    -------
    rows : numpy.ndarray
        Positions of the scored units.
    score : numpy.ndarray
        Their log odds.
    """
    order = np.random.default_rng(seed).permutation(len(features))
    first, second = np.sort(order[: len(order) // 2]), np.sort(order[len(order) // 2 :])
    return second, score_others(features, outcome, first, second)


def score_others(features: pd.DataFrame, outcome: pd.Series, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Fit a logistic regression on the rows at positions `first` and return the log odds of those at `second`.

    Parameters
    ----------
    features, outcome
        As in `score_other_half`.
    first, second : numpy.ndarray of int
        Positions of the rows that make the score, and of those that get it.
    """
    import statsmodels.api as sm

    matrix = features.to_numpy(float)
    centre, spread = matrix[first].mean(axis=0), matrix[first].std(axis=0)
    standardised = (matrix - centre) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(matrix)), standardised])
    design = design[:, np.abs(np.diag(np.linalg.qr(design[first], mode="r"))) > 1e-6 * np.sqrt(len(first))]
    fit = sm.GLM(outcome.to_numpy(float)[first], design[first], family=sm.families.Binomial()).fit()
    score: np.ndarray = design[second] @ fit.params
    return score
