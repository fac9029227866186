"""Cohort tables and customer scores on plain tables, by hand and against the models' published forecast."""

import io

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures import scoring
from analysis.measures.cohort_tables import cohort_table
from analysis.measures.scoring import customer_scores
from analysis.sources.catalogue import find_sources

LOG = pd.DataFrame(
    {
        "who": ["a", "a", "b", "c", "c", "c"],
        "day": ["2024-01-05", "2024-02-03", "2024-01-20", "2024-02-10", "2024-02-20", "2024-04-01"],
        "paid": [10, 5, 20, 7, 3, 1],
    }
)


def test_cohort_table_by_hand():
    found = cohort_table(LOG, customer="who", at="day", end_of_observation="2024-04-30")
    assert found["customers"].to_dict() == {"2024-01": 2, "2024-02": 1}
    assert found.loc["2024-01", [0, 1, 2, 3]].tolist() == [1.0, 0.5, 0.0, 0.0]
    assert found.loc["2024-02", [0, 1, 2]].tolist() == [1.0, 0.0, 1.0]
    assert np.isnan(found.loc["2024-02", 3]), "not observed, which is not 0"


def test_cohort_table_in_customers_revenue_and_rolling():
    common = {"customer": "who", "at": "day", "end_of_observation": "2024-04-30"}
    assert cohort_table(LOG, values="customers", **common).loc["2024-01", 1] == 1
    assert cohort_table(LOG, values="revenue", amount="paid", **common).loc["2024-02", [0, 2]].tolist() == [10, 1]
    assert cohort_table(LOG, kind="rolling", **common).loc["2024-02", 1] == 1.0


@pytest.mark.parametrize(
    ("log", "options", "fault", "fragment"),
    [
        (LOG, {"customer": "buyer"}, FrameMistake, r"`customer` must be a column .*who, day, paid\); got 'buyer'"),
        (
            LOG.assign(day="soon"),
            {},
            FrameMistake,
            r"`day` must be a date .*in every row; 6 are not, first row 0: 'soon'",
        ),
        (LOG.assign(who=[None, *"aabbc"]), {}, FrameMistake, r"`who` must be given in every row; 1 are not"),
        (LOG.iloc[:0], {}, FrameMistake, "it has no row"),
        (LOG, {"values": "revenue"}, FrameMistake, "`amount` must name the column"),
        (LOG, {"period": "fortnight"}, ParameterMistake, "`period` must be one of"),
    ],
)
def test_cohort_table_refuses_what_it_cannot_count(log, options, fault, fragment):
    with pytest.raises(fault, match=fragment):
        cohort_table(log, **{"customer": "who", "at": "day", **options})


@pytest.fixture(scope="module")
def cdnow():
    (source,) = find_sources("cdnow")
    return source.frame("purchases").table


def tenth(cdnow):
    """The published one-tenth sample: every tenth customer, beginning with the first master id."""
    from importlib.resources import files

    path = files("lifetimes") / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer_id", "date", "n", "amount"]
    log = pd.read_csv(io.StringIO(path.read_text()), sep=r"\s+", header=None, names=names)
    return log.assign(at=pd.to_datetime(log["date"].astype(str), format="%Y%m%d"))


def test_expected_purchases_sum_to_the_forecast_derived_elsewhere(cdnow):
    """BG/NBD on the first 39 weeks expects 1,653 purchases in the next 39 (second derivation in tests/reference)."""
    found = customer_scores(
        tenth(cdnow), model="BG/NBD", amount=None, end_of_observation="1997-09-30", ahead_days=273, n_draws=50
    )
    assert len(found) == 2357
    assert found["expected_purchases"].sum() == pytest.approx(1653, abs=0.5)
    once = found[found["frequency"] == 0]
    assert (once["probability_alive"] == 1).all(), "by the BG/NBD's assumption"


def test_scores_have_intervals_that_hold_them_and_can_be_exported(cdnow):
    some = cdnow[cdnow["customer_id"] % 20 == 0]
    found = customer_scores(some, end_of_observation="1998-06-30", n_draws=50)
    for name in ("expected_purchases", "probability_alive", "expected_value"):
        assert (found[f"{name}_low"] <= found[name]).all(), name
        assert (found[name] <= found[f"{name}_high"]).all(), name
        assert (found[f"{name}_low"] < found[f"{name}_high"]).any(), name
    assert found["probability_alive"].between(0, 1).all()
    assert found.loc[found["frequency"] == 0, "monetary"].isna().all()
    back = pd.read_csv(io.StringIO(found.to_csv()), index_col=0)
    pd.testing.assert_frame_equal(back, found, check_index_type=False)


def test_scores_are_the_same_for_the_same_seed_and_margin_scales_value(cdnow):
    some = cdnow[cdnow["customer_id"] % 40 == 0]
    options = {"end_of_observation": "1998-06-30", "n_draws": 50}
    full, part = customer_scores(some, **options), customer_scores(some, margin=0.3, **options)
    assert (part["expected_value"] / full["expected_value"]).to_numpy() == pytest.approx(0.3)
    pd.testing.assert_series_equal(part["expected_purchases_low"], full["expected_purchases_low"])


def test_scores_worked_out_a_few_customers_at_a_time_are_the_same(cdnow, monkeypatch):
    options = {"n_draws": 50, "end_of_observation": "1998-06-30"}
    together = customer_scores(cdnow, **options)
    monkeypatch.setattr(scoring, "AT_ONCE", 700)
    pd.testing.assert_frame_equal(customer_scores(cdnow, **options), together, check_exact=True)


@pytest.mark.parametrize(
    ("options", "fragment"),
    [
        ({"ahead_days": 0}, "`ahead_days` must be a positive number; got 0"),
        ({"margin": 1.2}, "`margin` must be at most 1"),
        ({"n_draws": 5}, "`n_draws` 50 or more"),
        ({"model": "NBD"}, "`model` must be one of"),
    ],
)
def test_scores_refuse_parameters_out_of_range_before_anything_is_fitted(options, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        customer_scores(LOG, customer="who", at="day", amount="paid", **options)


def test_returns_on_days_of_their_own_make_no_purchase(cdnow):
    some = cdnow[cdnow["customer_id"] % 20 == 0]
    bought = some.groupby("customer_id").head(1).head(40)
    returned = bought.assign(at=bought["at"] + pd.Timedelta(days=9), amount=-bought["amount"])
    fresh = (
        returned.groupby(["customer_id", "at"])
        .size()
        .index.difference(some.groupby(["customer_id", "at"]).size().index)
    )
    returned = returned.set_index(["customer_id", "at"]).loc[fresh].reset_index()
    assert len(returned) > 30
    both, options = pd.concat([some, returned]), {"end_of_observation": "1998-06-30", "n_draws": 50}
    pd.testing.assert_frame_equal(customer_scores(both, **options), customer_scores(some, **options))
    cohorts = {"period": "month", "amount": "amount", "end_of_observation": "1998-06-30"}
    pd.testing.assert_frame_equal(cohort_table(both, **cohorts), cohort_table(some, **cohorts))


def test_a_return_beside_a_purchase_lowers_what_the_day_brought(cdnow):
    some = cdnow[cdnow["customer_id"] % 20 == 0]
    less = pd.concat([some.assign(amount=some["amount"] + 1.0), some.assign(amount=-1.0)])
    options = {"end_of_observation": "1998-06-30", "n_draws": 50}
    dear = some["amount"].groupby([some["customer_id"], some["at"]]).transform("sum") > 0
    assert dear.mean() > 0.9
    found, plain = customer_scores(less, **options), customer_scores(some, **options)
    alike = found.index.intersection(plain.index)
    free = some.loc[~dear, "customer_id"].unique()
    alike = alike.difference(free)
    assert found.loc[alike, "monetary"].dropna().to_numpy() == pytest.approx(
        plain.loc[alike, "monetary"].dropna().to_numpy()
    )


def test_customers_who_all_pay_one_price_are_worth_their_purchases_at_it(cdnow):
    """Spend does not vary, so that the model of how it varies has no maximum; the price is known all the same."""
    some = cdnow[cdnow["customer_id"] % 40 == 0].drop_duplicates(["customer_id", "at"]).assign(amount=7.0)
    found = customer_scores(some, end_of_observation="1998-06-30", n_draws=50)
    for name in ("", "_low", "_high"):
        pd.testing.assert_series_equal(
            found[f"expected_value{name}"], 7 * found[f"expected_purchases{name}"], check_names=False
        )


def test_customers_who_spend_alike_are_expected_to_spend_the_mean(cdnow):
    """Every purchase is drawn from one distribution, whoever buys: the likelihood of their differences is flat."""
    some = (
        cdnow[cdnow["customer_id"] % 20 == 0].drop_duplicates(["customer_id", "at"]).sort_values(["customer_id", "at"])
    )
    some = some.assign(amount=np.random.default_rng(4).gamma(2.0, 20.0, len(some)))
    found = customer_scores(some, end_of_observation="1998-06-30", n_draws=200)
    later = some[some.groupby("customer_id").cumcount() > 0]["amount"]
    paid = found["expected_value"] / found["expected_purchases"]
    assert paid.to_numpy() == pytest.approx(later.mean())
    # How far the mean is known, by another way: 1.96 standard errors of single purchases.
    most = found["expected_purchases"].idxmax()
    reach = 1.96 * later.std() / np.sqrt(len(later)) * found.loc[most, "expected_purchases"]
    assert found.loc[most, "expected_value_high"] - found.loc[most, "expected_value"] > 0.8 * reach


def test_nobody_who_came_back_leaves_no_value():
    once = pd.DataFrame({"customer_id": range(40), "at": "2024-01-05", "amount": 5.0})
    with pytest.warns(UserWarning, match="none of 40 did"):
        found = customer_scores(once, end_of_observation="2024-06-30")
    assert len(found) == 40
    assert found[["expected_purchases", "expected_value"]].isna().all().all()


def test_a_log_of_returns_only_is_refused():
    with pytest.raises(FrameMistake, match="at least one purchase; every day"):
        customer_scores(LOG.assign(paid=-5), customer="who", at="day", amount="paid")
