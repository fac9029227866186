"""Choice among brands: coefficients of statsmodels, errors of pyfixest's Poisson trick, and a jackknife of households."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit

from analysis.calibration.scenarios.brand_choice import draw_coefficients
from analysis.core.errors import FrameMistake
from analysis.estimators.observational.choice_prices import estimate_choice_prices
from analysis.frames import spec
from analysis.register.claims import load_register
from tests.estimators.frames_for_tests import CONTEXT

CLAIM = load_register()["loyal-customers-tolerate-prices"]
TABLE = draw_coefficients(0.8, 120, 5).table


def frame_of(table):
    return spec("choice_sets").check(table, CONTEXT)


def by_hand(table):
    """Columns as the model has them, one row a purchase and brand."""
    return pd.DataFrame(
        {
            "price": table["log_price"],
            "price_loyal": table["log_price"] * table["loyal"],
            "share": table["earlier_share"],
            "brand_1": (table["brand"] == 1).astype(float),
            "brand_2": (table["brand"] == 2).astype(float),
        }
    )


def gap_by_hand(table):
    """Elasticities from statsmodels' coefficients and the probabilities worked out in pandas."""
    columns = by_hand(table)
    fit = ConditionalLogit(table["chosen"], columns, groups=table["unit_id"]).fit(disp=0, method="newton", maxiter=100)
    raised = np.exp(columns @ fit.params)
    chance = raised / raised.groupby(table["unit_id"]).transform("sum")
    slope = fit.params["price"] + fit.params["price_loyal"] * table["loyal"]
    elasticity = (slope * (1 - chance))[table["favourite"] == 1]
    mean = elasticity.groupby(table["loyal"]).mean()
    return fit.params["price_loyal"], mean[1] - mean[0]


def test_coefficients_and_elasticities_are_those_of_statsmodels():
    elasticity, coefficient, _ = estimate_choice_prices(frame_of(TABLE), CLAIM)
    expected = gap_by_hand(TABLE)
    assert coefficient.value == pytest.approx(expected[0], abs=1e-6)
    assert elasticity.value == pytest.approx(expected[1], abs=1e-6)


def test_error_of_the_coefficient_is_the_clustered_one_of_a_poisson_regression_with_purchase_effects():
    data = by_hand(TABLE).assign(chosen=TABLE["chosen"], unit_id=TABLE["unit_id"], cluster=TABLE["cluster"])
    fit = pf.fepois(
        "chosen ~ price + price_loyal + share + brand_1 + brand_2 | unit_id", data=data, vcov={"CRV1": "cluster"}
    )
    _, coefficient, _ = estimate_choice_prices(frame_of(TABLE), CLAIM)
    smaller = min(TABLE.groupby("loyal")["cluster"].nunique())
    assert coefficient.smallest_group == smaller
    from scipy.stats import t

    error = (coefficient.high - coefficient.value) / t.ppf(0.975, smaller - 1)
    assert error == pytest.approx(float(fit.se()["price_loyal"]), rel=0.03)


@pytest.mark.slow
def test_error_of_the_elasticities_gap_is_that_of_a_jackknife_of_households():
    whole = estimate_choice_prices(frame_of(TABLE), CLAIM)[0]
    left = [
        estimate_choice_prices(frame_of(TABLE[TABLE["cluster"] != household].reset_index(drop=True)), CLAIM)[0].value
        for household in range(120)
    ]
    error = np.sqrt(119 / 120 * ((np.array(left) - np.mean(left)) ** 2).sum())
    from scipy.stats import t

    assert (whole.high - whole.value) / t.ppf(0.975, whole.smallest_group - 1) == pytest.approx(error, rel=0.1)


def test_events_are_purchases_of_another_brand_than_the_favourite():
    other = TABLE[(TABLE["chosen"] == 1) & (TABLE["favourite"] == 0)].groupby("loyal").size()
    assert estimate_choice_prices(frame_of(TABLE), CLAIM)[0].events == other.min()


def test_incomplete_choice_sets_and_small_groups_are_refused():
    with pytest.raises(FrameMistake, match="every purchase must list all 3 brands"):
        estimate_choice_prices(frame_of(TABLE.iloc[1:]), CLAIM)
    few = TABLE[(TABLE["loyal"] == 0) | (TABLE["cluster"] < 10)].reset_index(drop=True)
    with pytest.raises(FrameMistake, match="at least 30 households must be loyal"):
        estimate_choice_prices(frame_of(few), CLAIM)
