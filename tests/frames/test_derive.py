"""Purchase log to customer frames: hand-derived tables, and lifetimes' summary as a second implementation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.frames import derive

END = "2021-03-31"


def a_log(*rows: tuple[int, str, float]) -> pd.DataFrame:
    """Occasions as (customer, day, amount)."""
    log = pd.DataFrame(rows, columns=["customer_id", "at", "amount"])
    return log.assign(at=pd.to_datetime(log["at"]))


@pytest.fixture
def drawn_log() -> pd.DataFrame:
    """Two hundred invented customers who buy now and then over a year and a half."""
    rng = np.random.default_rng(7)
    n = 1_500
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 500, n), unit="D")
    log = pd.DataFrame({"customer_id": rng.integers(1, 201, n), "at": days, "amount": rng.gamma(2, 10, n).round(2)})
    return log.groupby(["customer_id", "at"], as_index=False)["amount"].sum()


# --- occasions -----------------------------------------------------------------------------------


def test_occasions_net_same_day_returns_and_drop_orders_undone_on_the_day():
    lines = pd.DataFrame(
        [
            (1, "2020-01-01 09:00", 30.0, False),
            (1, "2020-01-01 17:00", 12.0, False),  # a second order of the day: one occasion
            (1, "2020-01-02 09:00", -30.0, True),  # booked on a later day: changes nothing
            (2, "2020-01-01 09:00", 80.0, False),
            (2, "2020-01-01 09:15", -80.0, True),  # undone within minutes: no occasion
            (3, "2020-01-01 09:00", 50.0, False),
            (3, "2020-01-01 10:00", -20.0, True),  # half sent back the same day
            (4, "2020-01-01 10:00", 0.0, False),  # given away: bought all the same
        ],
        columns=["customer_id", "at", "amount", "is_return"],
    ).assign(at=lambda t: pd.to_datetime(t["at"]))
    found = derive.occasions_from_lines(lines)
    assert found["at"].eq(pd.Timestamp("2020-01-01")).all()
    assert dict(zip(found["customer_id"], found["amount"], strict=True)) == {1: 42.0, 3: 30.0, 4: 0.0}


# --- customer_periods ----------------------------------------------------------------------------


def test_customer_periods_leave_out_joining_quarter_and_part_quarters():
    log = a_log(
        (1, "2020-02-10", 10.0),  # joins in the first quarter
        (1, "2020-03-01", 11.0),  # still the joining quarter: left out
        (1, "2020-05-10", 20.0),
        (1, "2020-06-09", 22.0),
        (1, "2020-12-31", 5.0),
        (1, "2021-02-01", 99.0),  # part quarter at the end
    )
    found = derive.customer_periods_from_purchases(log, "2021-03-30", first_day="2020-01-01")
    assert found["period"].tolist() == [1, 3]
    assert found["spend"].tolist() == [42.0, 5.0]
    assert found["n_purchases"].tolist() == [2, 1]
    # from 10 February: 90 days to 10 May, 120 to 9 June, 325 to 31 December
    assert found["tenure_years"].tolist() == pytest.approx([105 / 365.25, 325 / 365.25])


def test_customer_periods_leave_out_a_part_quarter_at_the_start():
    log = a_log((1, "2019-12-30", 1.0), (2, "2019-12-31", 1.0), (1, "2020-02-10", 10.0), (1, "2020-05-10", 20.0))
    late = derive.customer_periods_from_purchases(log, "2020-06-30", first_day="2019-12-30")
    assert late[["period", "spend"]].to_numpy().tolist() == [[1, 10.0], [2, 20.0]]
    # the same log, had observation begun on 2 February: the first quarter of 2020 would be a part quarter
    cut = derive.customer_periods_from_purchases(log, "2020-06-30", first_day="2020-02-02")
    assert cut["spend"].tolist() == [20.0]


def test_customer_periods_do_not_show_growth_where_nobody_grows():
    """One purchase of 10 every 15 days: the joining quarter holds fewer of them, the later ones all about as many."""
    joined = pd.Timestamp("2020-02-25")
    days = [joined + pd.Timedelta(days=15 * k) for k in range(40)]
    log = pd.DataFrame({"customer_id": 1, "at": days, "amount": 10.0})
    found = derive.customer_periods_from_purchases(log, "2021-06-30", first_day="2020-01-01")
    assert found["period"].tolist() == [1, 2, 3, 4, 5]
    assert found["spend"].between(60, 70).all()


# --- customer_summary and holdout ------------------------------------------------------------------


def test_customer_summary_agrees_with_lifetimes(drawn_log):
    from lifetimes.utils import summary_data_from_transaction_data

    theirs = summary_data_from_transaction_data(
        drawn_log, "customer_id", "at", monetary_value_col="amount", observation_period_end=END, freq="D"
    )
    ours = derive.customer_summary_from_purchases(drawn_log, END, with_amounts=True)
    assert ours["n_customers"].sum() == len(theirs)
    expected = pd.DataFrame(
        {
            "frequency": theirs["frequency"].astype(int),
            "recency_weeks": theirs["recency"] / 7,
            "T_weeks": theirs["T"] / 7,
            "monetary": theirs["monetary_value"],
        }
    ).sort_values(["frequency", "recency_weeks", "T_weeks", "monetary"], ignore_index=True)
    each = ours.loc[ours.index.repeat(ours["n_customers"])].drop(columns="n_customers").reset_index(drop=True)
    pd.testing.assert_frame_equal(each, expected)


def test_customer_summary_counts_equal_histories_together():
    log = a_log((1, "2021-03-03", 1), (2, "2021-03-03", 2), (3, "2021-03-10", 3))
    found = derive.customer_summary_from_purchases(log, END)
    assert found.to_dict("list") == {
        "frequency": [0, 0],
        "recency_weeks": [0.0, 0.0],
        "T_weeks": [3.0, 4.0],
        "n_customers": [1, 2],
    }


def test_customer_holdout_agrees_with_lifetimes(drawn_log):
    from lifetimes.utils import calibration_and_holdout_data

    theirs = calibration_and_holdout_data(
        drawn_log, "customer_id", "at", calibration_period_end="2020-09-30", observation_period_end=END, freq="D"
    )
    ours = derive.customer_holdout_from_purchases(drawn_log, "2020-09-30", END)
    each = ours.loc[ours.index.repeat(ours["n_customers"])].drop(columns="n_customers").reset_index(drop=True)
    expected = pd.DataFrame(
        {
            "frequency": theirs["frequency_cal"].astype(int),
            "recency_weeks": theirs["recency_cal"] / 7,
            "T_weeks": theirs["T_cal"] / 7,
            "holdout_frequency": theirs["frequency_holdout"].astype(int),
            "holdout_weeks": theirs["duration_holdout"] / 7,
        }
    )
    columns = list(expected.columns)
    pd.testing.assert_frame_equal(each, expected.sort_values(columns, ignore_index=True))


def test_customer_holdout_leaves_out_who_came_after_the_split():
    log = a_log((1, "2020-01-01", 1), (1, "2020-02-01", 1), (2, "2020-02-01", 1))
    found = derive.customer_holdout_from_purchases(log, "2020-01-29", "2020-02-26")
    assert found.to_dict("records") == [
        {
            "frequency": 0,
            "recency_weeks": 0.0,
            "T_weeks": 4.0,
            "holdout_frequency": 1,
            "holdout_weeks": 4.0,
            "n_customers": 1,
        }
    ]


def test_customer_holdout_refuses_a_split_at_the_end():
    with pytest.raises(ParameterMistake, match="`end_of_observation` must lie after `calibration_end`"):
        derive.customer_holdout_from_purchases(a_log((1, "2020-01-01", 1)), END, END)


# --- repeat_trials ---------------------------------------------------------------------------------


def test_repeat_trials_number_occasions_and_measure_the_wait():
    log = a_log((2, "2021-03-01", 1), (1, "2021-01-01", 1), (1, "2021-01-11", 1), (1, "2021-04-01", 1))
    found = derive.repeat_trials_from_purchases(log, END)
    assert found["customer_id"].tolist() == [1, 1, 2]  # the occasion after the end is not looked at
    assert found["purchase_number"].tolist() == [1, 2, 1]
    assert found["gap_days"].fillna(-1).tolist() == [10, -1, -1]
    assert found["followed_days"].tolist() == [89, 79, 30]


def test_repeat_trials_and_summary_tell_the_same_story(drawn_log):
    trials = derive.repeat_trials_from_purchases(drawn_log, END)
    by_customer = trials.groupby("customer_id").agg(
        n=("purchase_number", "max"), T=("followed_days", "max"), left=("followed_days", "min")
    )
    expected = pd.DataFrame(
        {
            "frequency": by_customer["n"] - 1,
            "recency_weeks": (by_customer["T"] - by_customer["left"]) / 7,
            "T_weeks": by_customer["T"] / 7,
        }
    )
    columns = list(expected.columns)
    counted = expected.groupby(columns, as_index=False).size().rename(columns={"size": "n_customers"})
    pd.testing.assert_frame_equal(derive.customer_summary_from_purchases(drawn_log, END), counted)


# --- flags -----------------------------------------------------------------------------------------

FLAGS = pd.DataFrame(
    [
        [1, 1, 0, 0],  # x = 1 at opportunity 1
        [1, 0, 1, 1],  # history x = 1, t_x = 2; one in the holdout
        [1, 0, 1, 1],
        [1, 0, 0, 0],
    ]
)


def test_opportunities_from_flags_by_hand():
    found = derive.opportunities_from_flags(FLAGS, n_calibration=2)
    assert found.to_numpy().tolist() == [
        # frequency, recency, n_opportunities, holdout_frequency, n_holdout, n_customers
        [0, 0, 2, 0, 1, 1],
        [1, 1, 2, 0, 1, 1],
        [1, 2, 2, 1, 1, 2],
    ]
    whole = derive.opportunities_from_flags(FLAGS)
    assert "n_holdout" not in whole and whole["frequency"].tolist() == [0, 1, 2]


def test_repeat_trials_from_flags_by_hand():
    found = derive.repeat_trials_from_flags(FLAGS.iloc[[1]], days_per_occasion=365.25)
    assert found["purchase_number"].tolist() == [1, 2, 3]
    assert found["gap_days"].fillna(-1).tolist() == [730.5, 365.25, -1]
    assert found["followed_days"].tolist() == [3 * 365.25, 365.25, 0]


def test_flags_must_begin_with_joining():
    with pytest.raises(FrameMistake, match="1 in the first column"):
        derive.opportunities_from_flags(pd.DataFrame([[0, 1]]))
