"""Calibration and holdout on a log of hand-written purchases, and against lifetimes' own split."""

from importlib.resources import files

import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.models import fit_bg_nbd
from analysis.models.bg_nbd import expected_purchases
from analysis.models.holdout import split_calibration_holdout

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


def test_forecast_is_right_in_a_scenario_of_its_own(many_customers):
    """Where the model is true, the sum over calibration ages of its expectation is the number of repeat purchases."""
    found = expected_purchases(fit_bg_nbd(many_customers).params, many_customers["T"]).sum()
    assert found == pytest.approx(many_customers["frequency"].sum(), rel=0.03)


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
