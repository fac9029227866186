"""Intervals of the Pareto/NBD by profile likelihood: a second derivation by constrained search, the edge, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2

from analysis.models import fit_pareto_nbd, pareto_nbd
from analysis.models.fit import ModelNotIdentified
from analysis.models.pareto_nbd_profile import bounds_over, degrees_of_difference


def histories(seed: int, n: int, shape: float, weeks: float = 78.0) -> pd.DataFrame:
    """Customers who buy every eight weeks or so and leave at rates of gamma(shape), one in 60 weeks on average."""
    rng = np.random.default_rng(seed)
    buying = rng.gamma(1.2, 1 / 8.0, n)
    leaving = rng.gamma(shape, 1 / (60.0 * shape), n) if np.isfinite(shape) else np.full(n, 1 / 60.0)
    watched = np.minimum(rng.exponential(1.0, n) / leaving, weeks)
    counts = rng.poisson(buying * watched)
    latest = np.where(
        counts > 0, np.maximum((watched * rng.random(n) ** (1 / np.maximum(counts, 1))).round(1), 0.1), 0.0
    )
    return pd.DataFrame({"frequency": counts, "recency": latest, "T": weeks})


def lost_in_a_year(params):
    """Chance of a new customer to leave within 52 weeks."""
    return {"lost": 1 - (params["beta"] / (params["beta"] + 52.0)) ** params["s"]}


def test_bounds_are_the_extremes_that_a_constrained_search_finds():
    """Smallest and largest value where twice the log-likelihood lies within 3.84 of its top, by SLSQP on all parameters."""
    rows = histories(3, 1_500, 1.5)
    fit = fit_pareto_nbd(rows)
    assert not fit.limit
    low, high = bounds_over(degrees_of_difference(rows, fit), lost_in_a_year)["lost"]
    point = np.log(list(fit.params.values()))
    top = pareto_nbd.log_likelihood(fit.params, rows)

    def room(x):
        params = dict(zip(pareto_nbd.NAMES, np.exp(x), strict=True))
        return chi2.ppf(0.95, 1) - 2 * (top - pareto_nbd.log_likelihood(params, rows))

    for bound, sign in ((low, 1.0), (high, -1.0)):
        found = minimize(
            lambda x, sign=sign: sign * lost_in_a_year(dict(zip(pareto_nbd.NAMES, np.exp(x), strict=True)))["lost"],
            point,
            method="SLSQP",
            constraints={"type": "ineq", "fun": room},
        )
        assert bound == pytest.approx(sign * found.fun, abs=0.006)


@pytest.mark.slow
def test_where_the_search_ends_at_one_rate_for_all_the_interval_does_not():
    """The edge is among what is not refuted, and so are customers who do differ: a drawn interval knew the edge alone."""
    rows = histories(4, 1_500, float("inf"))
    fit = fit_pareto_nbd(rows)
    assert "all leave at one rate" in fit.limit, "another seed"
    degrees = degrees_of_difference(rows, fit)
    shapes = [degree.params["s"] for degree in degrees]
    assert max(shapes) > 1_000 > 10 > min(shapes)
    assert degrees[0].reach == pytest.approx(4.23**0.5, abs=0.05), "at the edge the mixture's critical value"
    assert degrees[-1].reach == 0.0, "on the rim nothing is left for the others"
    low, high = bounds_over(degrees, lost_in_a_year)["lost"]
    assert low < 1 - np.exp(-52.0 / 60.0) < high


def test_nobody_seen_to_leave_has_no_interval():
    rng = np.random.default_rng(5)
    counts = rng.poisson(rng.gamma(2.0, 0.1, 400) * 78.0)
    recency = np.where(counts > 0, 77.9, 0.0)
    rows = pd.DataFrame({"frequency": counts, "recency": recency, "T": 78.0})
    fit = fit_pareto_nbd(rows)
    assert "nobody leaves" in fit.limit
    with pytest.raises(ModelNotIdentified, match="nobody is seen to leave"):
        degrees_of_difference(rows, fit)
