"""Cox regression: slopes and robust errors against two other packages, and residuals by weights moved a little."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg

from analysis.core.errors import FrameMistake
from analysis.estimators.survival.cox import cox_regression, score_residuals


def lives(n=600, seed=1, late=True, digits=12):
    """Exponential lives with two covariates, one on a large scale; some enter late; rounded times are tied."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), 50.0 * rng.integers(0, 2, n)])
    leaves, gone = rng.exponential(np.exp(-0.5 * x[:, 0] + 0.01 * x[:, 1])), rng.uniform(0, 3, n)
    entry = np.round(rng.uniform(0, 1, n) * rng.integers(0, 2, n), digits) * late
    stop, event = np.round(np.minimum(leaves, gone), digits), (leaves <= gone).astype(float)
    seen = stop > entry
    return entry[seen], stop[seen], event[seen], x[seen]


def reaches_an_event(entry, stop, event):
    """Rows that see a time of an event: statsmodels' residuals keep the others at risk for ever (0.15)."""
    times = np.unique(stop[event == 1])
    return np.searchsorted(times, stop, "right") > np.searchsorted(times, entry, "right")


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("clusters", [0, 80])
def test_slopes_and_robust_errors_are_those_of_statsmodels(late, clusters):
    entry, stop, event, x = lives(late=late)
    kept = reaches_an_event(entry, stop, event)
    entry, stop, event, x = entry[kept], stop[kept], event[kept], x[kept]
    cluster = np.arange(len(stop)) % clusters if clusters else np.arange(len(stop))
    other = PHReg(stop, x, status=event, entry=entry, ties="efron").fit(groups=cluster)
    found, errors = cox_regression(entry, stop, event, x, cluster=cluster if clusters else None)
    assert found == pytest.approx(other.params, rel=1e-6)
    assert errors == pytest.approx(other.bse, rel=1e-6)


def test_slopes_and_robust_errors_are_those_of_lifelines_where_nobody_enters_late():
    from lifelines import CoxPHFitter

    entry, stop, event, x = lives(late=False)
    stratum = np.arange(len(stop)) % 3
    table = pd.DataFrame(x, columns=["a", "b"]).assign(stop=stop, event=event, stratum=stratum)
    options = {"strata": ["stratum"], "robust": True, "fit_options": {"precision": 1e-12, "r_precision": 1e-14}}
    other = CoxPHFitter().fit(table, "stop", "event", **options)
    found, errors = cox_regression(entry, stop, event, x, stratum=stratum.astype(str))
    assert found == pytest.approx(other.params_.to_numpy(), rel=1e-6)
    assert errors == pytest.approx(other.standard_errors_.to_numpy(), rel=1e-6)


def score(weights, entry, stop, event, x, coefficients):
    """Slope of Efron's partial likelihood of weighted rows, written out time by time."""
    total = np.zeros(x.shape[1])
    risk = weights * np.exp(x @ coefficients)
    for time in np.unique(stop[event == 1]):
        here, tied = (entry < time) & (time <= stop), (stop == time) & (event == 1)
        for k in range(tied.sum()):
            counted = risk * here * np.where(tied, 1 - k / tied.sum(), 1)
            total -= weights[tied].mean() * counted @ x / counted.sum()
        total += weights[tied] @ x[tied]
    return total


@pytest.mark.parametrize("digits", [12, 1])
def test_residuals_are_what_the_slope_gains_when_a_row_weighs_more(digits):
    """The infinitesimal jackknife, at coefficients that are not the estimates; at one digit nearly all times are tied."""
    entry, stop, event, x = lives(n=120, digits=digits)
    coefficients = np.array([0.3, -0.02])
    found = score_residuals(entry, stop, event, x, coefficients)
    step = 1e-5
    for row in range(len(stop)):
        moved = step * (np.arange(len(stop)) == row)
        above, below = (score(1 + sign * moved, entry, stop, event, x, coefficients) for sign in (1, -1))
        assert found[row] == pytest.approx((above - below) / (2 * step), abs=1e-5)


def test_cutting_rows_in_pieces_changes_nothing():
    """A spell and its pieces, clustered, are the same history, at a time of an event too."""
    entry, stop, event, x = lives(digits=1)
    whole = cox_regression(entry, stop, event, x)
    cut = 0.5
    early, late = entry < cut, stop > cut
    pieces = cox_regression(
        np.r_[entry[early], np.maximum(entry[late], cut)],
        np.r_[np.minimum(stop[early], cut), stop[late]],
        np.r_[event[early] * (stop[early] <= cut), event[late]],
        np.r_[x[early], x[late]],
        cluster=np.r_[np.flatnonzero(early), np.flatnonzero(late)],
    )
    assert np.array(pieces) == pytest.approx(np.array(whole), rel=1e-8)


def test_covariates_that_say_the_same_are_refused():
    entry, stop, event, x = lives()
    with pytest.raises(FrameMistake, match="must not say the same thing"):
        cox_regression(entry, stop, event, np.column_stack([x, x.sum(axis=1)]))


def test_a_group_in_which_nobody_has_the_event_is_refused():
    entry, stop, event, x = lives()
    with pytest.raises(FrameMistake, match="run off"):
        cox_regression(entry, stop, event * (x[:, 1] > 0), x)
