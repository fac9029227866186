"""Dummies held as sparse columns against statsmodels with all of them written out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.estimators.common.sparse_logit import first_slope


def study(n=900, seed=1):
    """Places and months; the last places have months of their own, so that their dummies sum to the same."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 12, n)
    month = rng.integers(0, 5, n) + 5 * (place > 8)
    x = np.column_stack([rng.normal(size=n), rng.normal(size=n)])
    y = (rng.random(n) < 1 / (1 + np.exp(1 - 0.5 * x[:, 0] - 0.1 * place + 0.2 * month))).astype(float)
    return y, x, place, month


@pytest.mark.parametrize("of_place", [False, True])
def test_slope_and_clustered_error_are_those_of_statsmodels_with_dummies(of_place):
    """A covariate that a place has as a whole adds nothing beside its dummy."""
    y, x, place, month = study()
    dummies = pd.concat(
        [pd.get_dummies(code, drop_first=True, dtype=float) for code in map(pd.Series, (month, place))], axis=1
    )
    written_out = np.column_stack([x, np.ones(len(y)), dummies.to_numpy()[:, :-1]])
    assert np.linalg.matrix_rank(written_out) == written_out.shape[1]
    other = sm.GLM(y, written_out, family=sm.families.Binomial()).fit(
        tol=1e-14, cov_type="cluster", cov_kwds={"groups": place}
    )
    more = np.column_stack([x, np.sqrt(place)]) if of_place else x
    assert first_slope(y, more, [month, place], place) == pytest.approx((other.params[0], other.bse[0]), rel=1e-9)


def test_column_that_groups_make_up_has_no_slope():
    y, x, place, month = study()
    with pytest.raises(np.linalg.LinAlgError, match="does not vary within groups"):
        first_slope(y, np.column_stack([place + month, x]).astype(float), [month, place], place)
