"""Frames of a purchase log worked out by hand, and by lifetimes: the builders, and the second derivation in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, spec
from tests.frames import purchases_by_builders, purchases_in_pandas

END = "2021-03-31"
CONTEXT = Context(
    source="invented", kind=Kind.SIMULATED, design=Design.OBSERVATIONAL, population="nobody", period="never"
)


@pytest.fixture(params=[purchases_by_builders, purchases_in_pandas], ids=["builders", "pandas"])
def derive(request):
    return request.param


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


def test_occasions_net_same_day_returns_and_drop_orders_undone_on_the_day(derive):
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


def test_customer_periods_leave_out_joining_quarter_and_part_quarters(derive):
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


def test_customer_periods_leave_out_a_part_quarter_at_the_start(derive):
    log = a_log((1, "2019-12-30", 1.0), (2, "2019-12-31", 1.0), (1, "2020-02-10", 10.0), (1, "2020-05-10", 20.0))
    late = derive.customer_periods_from_purchases(log, "2020-06-30", first_day="2019-12-30")
    assert late[["period", "spend"]].to_numpy().tolist() == [[1, 10.0], [2, 20.0]]
    # the same log, had observation begun on 2 February: the first quarter of 2020 would be a part quarter
    cut = derive.customer_periods_from_purchases(log, "2020-06-30", first_day="2020-02-02")
    assert cut["spend"].tolist() == [20.0]


def test_customer_periods_do_not_show_growth_where_nobody_grows(derive):
    """One purchase of 10 every 15 days: the joining quarter holds fewer of them, the later ones all about as many."""
    joined = pd.Timestamp("2020-02-25")
    days = [joined + pd.Timedelta(days=15 * k) for k in range(40)]
    log = pd.DataFrame({"customer_id": 1, "at": days, "amount": 10.0})
    found = derive.customer_periods_from_purchases(log, "2021-06-30", first_day="2020-01-01")
    assert found["period"].tolist() == [1, 2, 3, 4, 5]
    assert found["spend"].between(60, 70).all()


# --- customer_summary and holdout ------------------------------------------------------------------


def test_customer_summary_agrees_with_lifetimes(derive, drawn_log):
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


def test_customer_summary_counts_equal_histories_together(derive):
    log = a_log((1, "2021-03-03", 1), (2, "2021-03-03", 2), (3, "2021-03-10", 3))
    found = derive.customer_summary_from_purchases(log, END)
    assert found.to_dict("list") == {
        "frequency": [0, 0],
        "recency_weeks": [0.0, 0.0],
        "T_weeks": [3.0, 4.0],
        "n_customers": [1, 2],
    }


def test_customer_holdout_agrees_with_lifetimes(derive, drawn_log):
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


def test_customer_holdout_leaves_out_who_came_after_the_split(derive):
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


def test_customer_holdout_refuses_a_split_at_the_end(derive):
    with pytest.raises(ParameterMistake, match=r"must lie (after|before)"):
        derive.customer_holdout_from_purchases(a_log((1, "2020-01-01", 1)), END, END)


# --- repeat_trials ---------------------------------------------------------------------------------


def test_repeat_trials_number_occasions_and_measure_the_wait(derive):
    log = a_log((2, "2021-03-01", 1), (1, "2021-01-01", 1), (1, "2021-01-11", 1), (1, "2021-04-01", 1))
    found = derive.repeat_trials_from_purchases(log, END)
    assert found["customer_id"].tolist() == [1, 1, 2]  # the occasion after the end is not looked at
    assert found["purchase_number"].tolist() == [1, 2, 1]
    assert found["gap_days"].fillna(-1).tolist() == [10, -1, -1]
    assert found["followed_days"].tolist() == [89, 79, 30]


def test_repeat_trials_and_summary_tell_the_same_story(derive, drawn_log):
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


# --- one row a period ----------------------------------------------------------------------


@pytest.fixture
def four_customers() -> pd.DataFrame:
    """January to April 2020.

    ========  =======  =======  =======  =======
    customer  January  February  March    April
    ========  =======  =======  =======  =======
    1         10       20        -        40
    2         10       -         -        -
    3         -        5         5        5
    4         -        -         7        -
    ========  =======  =======  =======  =======
    """
    return a_log(
        (1, "2020-01-05", 10), (1, "2020-02-05", 20), (1, "2020-04-05", 40), (2, "2020-01-31", 10),
        (3, "2020-02-01", 5), (3, "2020-03-01", 5), (3, "2020-04-30", 5), (4, "2020-03-15", 7),
    )  # fmt: skip


def test_accounts_of_single_months_by_hand(derive, four_customers):
    found = derive.account_periods_from_purchases(four_customers, "2020-01-01", "2020-04-30", freq="M")
    counts = found[["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]].to_numpy().tolist()
    assert counts == [
        [2, 1, 0, 1, 2],  # February: 3 won, 2 lost
        [2, 1, 0, 1, 2],  # March: 4 won, 1 lost
        [2, 0, 1, 1, 2],  # April: 1 back, 4 lost
    ]
    revenue = found.filter(like="revenue").to_numpy().tolist()
    assert revenue == [
        # start, won, back, lost, expansion, contraction, end
        [20, 5, 0, 10, 10, 0, 25],
        [25, 7, 0, 20, 0, 0, 12],
        [12, 0, 40, 7, 0, 0, 45],
    ]
    assert found["years"].tolist() == pytest.approx([29 / 365.25, 31 / 365.25, 30 / 365.25])


def test_accounts_with_a_window_count_nobody_lost_before_it_has_run_out(derive, four_customers):
    found = derive.account_periods_from_purchases(
        four_customers, "2020-01-01", "2020-04-30", freq="M", window_periods=2
    )
    # end of February: bought in January or February = 1, 2, 3; of March: 1, 3, 4; of April: 1, 3, 4
    assert found[["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]].to_numpy().tolist() == [
        [3, 1, 0, 1, 3],  # March: 4 won, 2 lost
        [3, 0, 0, 0, 3],  # April: nobody
    ]
    assert not found.filter(like="revenue").columns.any()


def test_accounts_without_known_newcomers_call_everyone_who_comes_in_won(derive, four_customers):
    found = derive.account_periods_from_purchases(
        four_customers, "2020-01-01", "2020-04-30", freq="M", newcomers_known=False
    )
    assert found["n_won"].tolist() == [1, 1, 1]
    assert found["n_resurrected"].tolist() == [0, 0, 0]


def test_accounts_leave_out_part_periods(derive, four_customers):
    found = derive.account_periods_from_purchases(four_customers, "2019-12-15", "2020-04-29", freq="M")
    assert found["period_start"].tolist() == [pd.Timestamp("2020-02-01"), pd.Timestamp("2020-03-01")]


def test_accounts_balance_on_a_drawn_log(derive):
    rng = np.random.default_rng(3)
    log = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 60, 800),
            "at": pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 1_200, 800), unit="D"),
            "amount": rng.gamma(2, 5, 800),
        }
    )
    for window in (1, 2, 3):
        found = derive.account_periods_from_purchases(log, "2018-01-01", "2021-03-31", freq="Q", window_periods=window)
        balance = found["n_start"] + found["n_won"] + found["n_resurrected"] - found["n_lost"]
        assert (balance == found["n_end"]).all()
        assert (found["n_end"].iloc[:-1].to_numpy() == found["n_start"].iloc[1:].to_numpy()).all()
        spec("account_periods").check(found, CONTEXT)
    money = derive.account_periods_from_purchases(log, "2018-01-01", "2021-03-31", freq="Q")
    gains = money["revenue_won"] + money["revenue_resurrected"] + money["revenue_expansion"]
    falls = money["revenue_lost"] + money["revenue_contraction"]
    assert (money["revenue_start"] + gains - falls).to_numpy() == pytest.approx(money["revenue_end"].to_numpy())


def test_accounts_need_more_periods_than_the_window(derive, four_customers):
    with pytest.raises(FrameUnavailable, match=r"(more than 4|at least 5) whole periods"):
        derive.account_periods_from_purchases(four_customers, "2020-01-01", "2020-04-30", freq="M", window_periods=4)


def test_segment_revenue_by_hand(derive, four_customers):
    found = derive.segment_revenue_from_purchases(four_customers, "2020-01-01", "2020-04-30")
    table = found.pivot(index="period_start", columns="segment")
    assert table["revenue"]["new"].tolist() == [20, 5, 7, 0]
    assert table["revenue"]["repeat"].tolist() == [0, 20, 5, 45]
    assert table["n_customers"]["repeat"].tolist() == [0, 1, 1, 2]
    # Repeat: customer 1 has 0, 20, 0, 40 (mean 15), customer 3 has 0, 0, 5, 5 (mean 2.5)
    assert table["own_squares"]["repeat"].tolist() == pytest.approx(
        [15**2 + 2.5**2, 5**2 + 2.5**2, 15**2 + 2.5**2, 25**2 + 2.5**2]
    )
    spec("segment_revenue").check(found, CONTEXT)


def test_own_squares_over_months_are_the_sum_of_the_customers_variances(derive):
    rng = np.random.default_rng(11)
    log = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 25, 400),
            "at": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 366, 400), unit="D"),
            "amount": rng.gamma(2, 5, 400),
        }
    )
    found = derive.segment_revenue_from_purchases(log, "2020-01-01", "2020-12-31", burn_in_months=3)
    month = log["at"].dt.month
    repeat = log[(month > log.groupby("customer_id")["at"].transform("min").dt.month) & (month > 3)]
    by_customer = repeat.pivot_table(index="customer_id", columns=month, values="amount", aggfunc="sum", fill_value=0)
    assert by_customer.shape[1] == 9
    total = found.loc[found["segment"] == "repeat", "own_squares"].sum()
    assert total / 8 == pytest.approx(by_customer.var(axis=1, ddof=1).sum())


def test_segment_revenue_burn_in_moves_the_first_month_and_not_the_joining_days(derive, four_customers):
    whole = derive.segment_revenue_from_purchases(four_customers, "2020-01-01", "2020-04-15")
    burnt = derive.segment_revenue_from_purchases(four_customers, "2020-01-01", "2020-04-15", burn_in_months=1)
    assert whole["period_start"].max() == pd.Timestamp("2020-03-01")  # April is a part month
    assert burnt["period_start"].min() == pd.Timestamp("2020-02-01")
    kept = whole[whole["period_start"] >= "2020-02-01"].reset_index(drop=True)
    pd.testing.assert_frame_equal(burnt[["segment", "revenue"]], kept[["segment", "revenue"]])


def test_cohort_activity_by_hand(derive, four_customers):
    found = derive.cohort_activity_from_purchases(four_customers, "2020-01-01", "2020-04-30")
    rows = found[["cohort", "period", "n_start", "n_surviving", "revenue"]].to_numpy().tolist()
    assert rows == [
        ["2020-01", 0, 2, 2, 20],
        ["2020-01", 1, 2, 1, 20],
        ["2020-01", 2, 2, 0, 0],
        ["2020-01", 3, 2, 1, 40],
        ["2020-02", 0, 1, 1, 5],
        ["2020-02", 1, 1, 1, 5],
        ["2020-02", 2, 1, 1, 5],
        ["2020-03", 0, 1, 1, 7],
        ["2020-03", 1, 1, 0, 0],
    ]
    spec("cohort_survival").check(found, CONTEXT)


def test_redemption_windows_by_hand(derive):
    log = a_log(
        (1, "2020-02-03", 4),  # 7 days before: week -1
        (1, "2020-02-09", 4),  # 1 day before: week -1
        (1, "2020-02-10", 90),  # the redeeming purchase
        (1, "2020-02-16", 5),  # 6 days after: week 0
        (1, "2020-02-17", 6),  # 7 days after: week 1
        (2, "2020-02-11", 8),
    )
    redeemed = pd.DataFrame({"customer_id": [1, 1], "at": pd.to_datetime(["2020-02-10 09:00", "2020-02-10 18:00"])})
    found = derive.redemption_windows_from_purchases(log, redeemed, "2020-01-28", "2020-02-23", weeks=2)
    # the week of 27 January to 2 February is cut by the first day; 17 to 23 February is whole
    assert found[["relative_week", "n_purchases", "spend"]].to_numpy().tolist() == [[-1, 2, 8], [0, 1, 5], [1, 1, 6]]
    assert found["redemption_id"].nunique() == 1 and found["unit_id"].tolist() == [1, 1, 1]
    spec("redemption_windows").check(found, CONTEXT)
