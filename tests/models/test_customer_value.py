"""Discounted purchases: the sum they stand for, and their scaling."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.models.customer_value import Terms, discounted_expected_purchases
from analysis.models.fit import purchase_module

TERMS = Terms(margin=0.3, discount_rate=0.1, horizon_years=5)
PARAMS = {
    "BG/NBD": {"r": 0.24, "alpha": 4.4, "a": 0.8, "b": 2.4},
    "MBG/NBD": {"r": 0.5, "alpha": 6.2, "a": 0.9, "b": 1.6},
    "Pareto/NBD": {"r": 0.55, "alpha": 10.6, "s": 0.6, "beta": 11.7},
}
BASE = pd.DataFrame(
    {"frequency": [0, 2, 2, 7], "recency": [0.0, 30.4, 30.4, 37.0], "T": [38.9, 38.9, 38.9, 39.0]}
)  # the second and the third are one history


@pytest.mark.parametrize("model", PARAMS)
def test_discounted_purchases_are_the_discounted_weekly_ones(model):
    """A second route: expected purchases of every tenth of a week, discounted at its middle."""
    edges = np.arange(0, TERMS.horizon_years * TERMS.units_per_year, 0.1)
    expected = purchase_module(model).conditional_expected_purchases
    history = [BASE[name].to_numpy(dtype=float)[None, :] for name in ("frequency", "recency", "T")]
    cumulative = expected(
        PARAMS[model], np.append(edges, TERMS.horizon_years * TERMS.units_per_year)[:, None], *history
    )
    middles = (edges + 0.05) / TERMS.units_per_year
    by_sum = (np.diff(cumulative, axis=0) / 1.1 ** middles[:, None]).sum(axis=0)
    assert discounted_expected_purchases(model, PARAMS[model], BASE, TERMS) == pytest.approx(by_sum, rel=1e-5)


@pytest.mark.parametrize(
    ("change", "compare"), [({"discount_rate": 0.2}, np.less), ({"horizon_years": 10}, np.greater)]
)
def test_terms_move_the_purchases_the_way_they_should(change, compare):
    base, other = (
        discounted_expected_purchases("BG/NBD", PARAMS["BG/NBD"], BASE, terms)
        for terms in (TERMS, replace(TERMS, **change))
    )
    assert compare(other, base).all()


def test_unit_of_time_does_not_matter():
    days = BASE.assign(recency=BASE["recency"] * 7, T=BASE["T"] * 7)
    in_days = {**PARAMS["BG/NBD"], "alpha": 4.4 * 7}
    terms = replace(TERMS, units_per_year=TERMS.units_per_year * 7)
    assert discounted_expected_purchases("BG/NBD", in_days, days, terms) == pytest.approx(
        discounted_expected_purchases("BG/NBD", PARAMS["BG/NBD"], BASE, TERMS)
    )


@pytest.mark.parametrize("model", ["gamma-gamma", "BG/BB"])
def test_what_is_no_purchase_model_in_time_is_refused(model):
    with pytest.raises(
        ParameterMistake, match=f"`model` must be one of 'BG/NBD', 'MBG/NBD', 'Pareto/NBD'; got '{model}'"
    ):
        discounted_expected_purchases(model, {}, BASE, TERMS)


@pytest.mark.parametrize(
    "change", [{"margin": 0}, {"margin": 30}, {"discount_rate": 0}, {"horizon_years": -1}, {"units_per_year": 0}]
)
def test_terms_refuse(change):
    with pytest.raises(ParameterMistake, match=f"`{next(iter(change))}`"):
        replace(TERMS, **change)
