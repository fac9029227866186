"""Calibration and holdout on a log of hand-written purchases, and against lifetimes' own split."""

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.models import fit_bg_bb, fit_bg_nbd
from analysis.models.bg_nbd import expected_purchases
from analysis.models.holdout import (
    actual_cumulative_purchases,
    expected_cumulative_purchases,
    split_calibration_holdout,
    validate_holdout,
)

LOG = pd.DataFrame(
    [
        ("anna", "2024-01-01", 10.0),
        ("anna", "2024-01-15", 20.0),
        ("anna", "2024-01-15", 10.0),  # the same day: one purchase of 30
        ("anna", "2024-01-29", 50.0),
        ("anna", "2024-02-20", 99.0),  # holdout
        ("bert", "2024-01-08", 5.0),
        ("bert", "2024-02-12 18:30", 5.0),  # holdout
        ("bert", "2024-02-12 20:00", 5.0),  # the same day again
        ("bert", "2024-03-09", 5.0),  # after the observation
        ("cora", "2024-02-09", 7.0),  # first purchase in the holdout: not in calibration
        ("cora", "2024-02-16", 7.0),
    ],
    columns=["customer_id", "at", "amount"],
)


@pytest.fixture(scope="module")
def split():
    return split_calibration_holdout(
        LOG.assign(at=pd.to_datetime(LOG["at"], format="mixed")), "2024-02-05", "2024-03-04"
    )


def test_split_by_hand(split):
    assert split.index.tolist() == ["anna", "bert"]
    assert split.loc["anna", ["frequency", "recency", "T", "monetary", "n_holdout"]].tolist() == [2, 4, 5, 40, 1]
    assert split.loc["bert", ["frequency", "recency", "T", "monetary", "n_holdout"]].tolist() == [0, 0, 4, 0, 1]
    assert split["first_at"].tolist() == [pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-08")]


def test_unit_of_time_is_a_choice():
    days = split_calibration_holdout(
        LOG.assign(at=pd.to_datetime(LOG["at"], format="mixed")), "2024-02-05", "2024-03-04", days_per_unit=1
    )
    assert days.loc["anna", ["recency", "T"]].tolist() == [28, 35]


def test_actual_purchases_count_repeat_days_up_to_each_day():
    log = LOG.assign(at=pd.to_datetime(LOG["at"], format="mixed"))
    days = ["2024-01-14", "2024-01-15", "2024-01-29", "2024-02-12", "2024-12-31"]
    assert actual_cumulative_purchases(log, days).tolist() == [0, 1, 2, 3, 6]


@pytest.fixture(scope="module")
def cdnow_log():
    with (files("lifetimes") / "datasets" / "CDNOW_sample.txt").open() as file:
        log = pd.read_csv(file, sep=r"\s+", header=None, names=["master", "customer_id", "date", "n_cds", "amount"])
    return log.assign(at=pd.to_datetime(log["date"].astype(str), format="%Y%m%d"))


@pytest.mark.filterwarnings("ignore::pandas.errors.SettingWithCopyWarning")  # lifetimes' own split assigns to a slice
def test_split_is_that_of_lifetimes(cdnow_log):
    from lifetimes.utils import calibration_and_holdout_data

    theirs = calibration_and_holdout_data(
        cdnow_log, "customer_id", "at", "1997-09-30", "1998-06-30", monetary_value_col="amount"
    )
    ours = split_calibration_holdout(cdnow_log, "1997-09-30", "1998-06-30", days_per_unit=1)
    pairs = {"frequency": "frequency_cal", "recency": "recency_cal", "T": "T_cal", "n_holdout": "frequency_holdout"}
    for one, other in {**pairs, "monetary": "monetary_value_cal"}.items():
        assert ours[one].to_numpy(dtype=float) == pytest.approx(theirs.loc[ours.index, other].to_numpy()), one


@pytest.fixture(scope="module")
def fit(many_customers):
    return fit_bg_nbd(many_customers)


def test_classes_add_up_to_the_whole(fit, many_customers):
    split = many_customers.assign(n_holdout=1)
    found = validate_holdout(fit, split, 26)
    assert found.actual == found.n_customers == 4_000
    assert sum(part.n_customers for part in found.by_frequency) == 4_000
    assert sum(part.n_customers * part.predicted_mean for part in found.by_frequency) == pytest.approx(found.predicted)
    assert [part.frequency for part in found.by_frequency] == list(range(8))
    assert [part.and_more for part in found.by_frequency] == [False] * 7 + [True]
    assert np.isnan(found.correlation)  # everybody bought once: there is nothing to correlate with


def test_error_of_an_empty_holdout_is_no_number(fit, many_customers):
    assert np.isnan(validate_holdout(fit, many_customers.assign(n_holdout=0), 26).error_percent)


def test_forecast_is_right_in_a_scenario_of_its_own(fit, many_customers):
    """Where the model is true, the sum over calibration ages of its expectation is the number of repeat purchases."""
    age = many_customers["T"].max()
    found = expected_cumulative_purchases(fit, age - many_customers["T"], [age])[0]
    assert found == pytest.approx(many_customers["frequency"].sum(), rel=0.03)


def test_tracking_forecast_starts_with_each_customer(fit):
    """Two customers, the second a week later; before he joins he counts nothing."""
    found = expected_cumulative_purchases(fit, [0, 1], [0, 1, 3])
    one, two, three = (float(expected_purchases(fit.params, t)) for t in (1, 2, 3))
    assert found == pytest.approx([0, one, three + two], abs=1e-12)


@pytest.mark.parametrize(
    ("log", "fragment"),
    [
        (LOG.drop(columns="at"), "`at` is missing"),
        (LOG.drop(columns="customer_id"), "`customer_id` is missing"),
        (LOG[LOG["customer_id"] == "cora"], "`at` has no purchase up to 2024-02-05"),
    ],
)
def test_split_refuses_a_log(log, fragment):
    with pytest.raises(FrameMistake, match=fragment):
        split_calibration_holdout(log, "2024-02-05", "2024-03-04")


def test_split_refuses_an_observation_that_ends_with_the_calibration():
    with pytest.raises(ParameterMistake, match="`observation_end` must lie after `calibration_end`"):
        split_calibration_holdout(LOG, "2024-02-05", "2024-02-05")


def test_discrete_model_is_refused(many_customers):
    rows = pd.DataFrame(
        {"frequency": [0, 1, 2, 3], "recency": [0, 1, 3, 3], "n_opportunities": 3, "n_customers": [40, 20, 9, 7]}
    )
    with pytest.raises(ParameterMistake, match="`model` must be one of 'BG/NBD', 'MBG/NBD', 'Pareto/NBD'; got 'BG/BB'"):
        validate_holdout(fit_bg_bb(rows), many_customers.assign(n_holdout=1), 10)
