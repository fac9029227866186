"""Customer lifetime value: the formula, what it is filled in with, and both forecasts against the kept-back months."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import ParameterMistake
from analysis.measures.value import customer_lifetime_value, formula_against_model
from analysis.models import fit_bg_nbd, fit_gamma_gamma, gamma_gamma, split_calibration_holdout
from analysis.models.customer_value import Terms, discounted_expected_purchases

DAYS_KEPT_BACK = 273  # 1 October 1997 to 30 June 1998


def test_formula_is_the_product_of_its_factors():
    """20 a sale, 6 sales a year, 5 years, a quarter of it profit: 150."""
    found = customer_lifetime_value(average_sale=20, transactions_per_year=6, retention_years=5, margin=0.25)
    assert found.value == 150


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"margin": 30}, "`margin` is a share of the amount, at most 1; got 30. Write 30 % as 0.3"),
        ({"retention_years": -1}, "`retention_years` must be 0 or more; got -1"),
        ({"average_sale": float("nan")}, "`average_sale` must be 0 or more; got nan"),
    ],
)
def test_factors_out_of_range_are_refused(changes, message):
    factors = {"average_sale": 20, "transactions_per_year": 6, "retention_years": 5, "margin": 0.25}
    with pytest.raises(ParameterMistake, match=message):
        customer_lifetime_value(**factors | changes)


@pytest.fixture(scope="module")
def study(tenth_log):
    return formula_against_model(
        tenth_log,
        holdout_months=9,
        horizons_years=(3.0,),
        margin=0.3,
        discount_rate=0.1,
        end_of_observation="1998-06-30",
    )


@pytest.fixture(scope="module")
def base(tenth_log):
    split = split_calibration_holdout(tenth_log, "1997-09-30", "1998-06-30")
    return split[~((split["frequency"] > 0) & (split["monetary"] <= 0))]


def test_nine_months_before_the_end_is_the_published_split(study, base):
    assert (study.split, study.end) == ("1997-09-30", "1998-06-30")
    assert study.n_customers == 2357
    assert study.n_left_out == 2357 - len(base)


def test_what_they_spent_agrees_with_a_second_derivation(study, base, tenth_log):
    """Sum over the kept-back months by plain selection, divided by all customers, those who stayed away included."""
    kept = tenth_log[tenth_log["date"].between(19971001, 19980630) & tenth_log["customer_id"].isin(base.index)]
    actual = study.comparisons[0].actual
    assert actual.mean == pytest.approx(kept["amount"].sum() / len(base))
    assert actual.low < actual.mean < actual.high
    assert study.comparisons[1].actual is None


def test_formula_is_filled_in_from_the_past_alone(study, base, tenth_log):
    """Days with a purchase by set arithmetic; years from each first purchase to the split."""
    past = tenth_log[(tenth_log["date"] <= 19970930) & tenth_log["customer_id"].isin(base.index)]
    occasions = len(set(zip(past["customer_id"], past["date"], strict=True)))
    years = ((pd.Timestamp("1997-09-30") - past.groupby("customer_id")["at"].min()).dt.days / 365.25).sum()
    first = study.comparisons[0]
    assert first.formula.average_sale == pytest.approx(past["amount"].sum() / occasions)
    assert first.formula.transactions_per_year == pytest.approx(occasions / years)
    assert first.formula_repeat.transactions_per_year == pytest.approx((occasions - len(base)) / years)
    assert first.formula.retention_years == pytest.approx(DAYS_KEPT_BACK / 365.25)
    assert first.formula.value == pytest.approx(
        past["amount"].sum() / years * DAYS_KEPT_BACK / 365.25  # average sale x transactions is revenue a year
    )


def test_the_future_does_not_leak_into_the_forecasts(study, tenth_log):
    """Purchases after the split, doubled in amount, move what was spent and nothing else."""
    dearer = tenth_log.assign(amount=tenth_log["amount"].where(tenth_log["date"] <= 19970930, 2 * tenth_log["amount"]))
    options = {"holdout_months": 9, "horizons_years": (), "margin": 0.3, "discount_rate": 0.1}
    again = formula_against_model(dearer, **options).comparisons[0]
    first = study.comparisons[0]
    assert (again.formula, again.formula_repeat, again.model) == (first.formula, first.formula_repeat, first.model)
    assert again.actual.mean == pytest.approx(2 * first.actual.mean)


TERMS = Terms(margin=0.3, discount_rate=0.1, horizon_years=3.0)


def mean_value(bought: dict, paid: dict, base: pd.DataFrame) -> float:
    """Margin x expected spend x discounted purchases, by the parameters of both models."""
    spend = gamma_gamma.expected_spend(paid, base["frequency"], base["monetary"])
    return float(np.mean(TERMS.margin * spend * discounted_expected_purchases("BG/NBD", bought, base, TERMS)))


def test_model_agrees_with_drawn_parameters(study, base):
    """A second way to the interval of the delta method: parameters drawn by the curvature of the likelihoods."""
    bought, paid = fit_bg_nbd(base), fit_gamma_gamma(base)
    pairs = zip(bought.draws(100, seed=2), paid.draws(100, seed=3), strict=True)
    low, high = np.quantile([mean_value(*pair, base) for pair in pairs], [0.025, 0.975])
    model = study.comparisons[1].model
    assert model.mean == pytest.approx(mean_value(bought.params, paid.params, base), rel=1e-9)
    assert model.high - model.low == pytest.approx(high - low, rel=0.25)  # a hundred draws give the width to a tenth


@pytest.mark.slow
def test_interval_is_as_wide_as_that_of_customers_drawn_again(study, base):
    """A third way, which leans on no curvature: both models refitted to customers drawn with replacement."""
    model = study.comparisons[1].model
    bought, paid = fit_bg_nbd(base), fit_gamma_gamma(base)
    rng = np.random.default_rng(3)
    values = []
    for _ in range(60):  # they know a standard error to 9 %
        drawn = base.iloc[rng.integers(len(base), size=len(base))]
        again = fit_bg_nbd(drawn, start=bought.params), fit_gamma_gamma(drawn, start=paid.params)
        values.append(mean_value(again[0].params, again[1].params, base))
    assert model.high - model.low == pytest.approx(2 * 1.96 * np.std(values, ddof=1), rel=0.3)


def test_on_the_published_sample_the_formula_errs_by_more_than_the_model(study):
    """FHL (2005) track this holdout closely; a formula in which nobody ever stops buying cannot."""
    first = study.comparisons[0]
    off = {
        "formula": abs(first.formula.value - first.actual.mean),
        "repeat": abs(first.formula_repeat.value - first.actual.mean),
        "model": abs(first.model.mean - first.actual.mean),
    }
    assert first.formula.value > first.formula_repeat.value > first.actual.high
    assert off["model"] < off["repeat"] < off["formula"]


def test_no_kept_back_months_is_refused(tenth_log):
    with pytest.raises(ParameterMistake, match="`holdout_months` must be 1 or more; got 0"):
        formula_against_model(tenth_log, holdout_months=0, horizons_years=(), margin=0.3, discount_rate=0.1)
