"""Purchase log to frames of one row a period: tables worked out by hand, identities on drawn logs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Design, Kind
from analysis.frames import Context, derive_periods, spec

CONTEXT = Context(
    source="invented", kind=Kind.SIMULATED, design=Design.OBSERVATIONAL, population="nobody", period="never"
)


def a_log(*rows: tuple[int, str, float]) -> pd.DataFrame:
    """Occasions as (customer, day, amount)."""
    log = pd.DataFrame(rows, columns=["customer_id", "at", "amount"])
    return log.assign(at=pd.to_datetime(log["at"]))


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


def test_accounts_of_single_months_by_hand(four_customers):
    found = derive_periods.account_periods_from_purchases(four_customers, "2020-01-01", "2020-04-30", freq="M")
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


def test_accounts_with_a_window_count_nobody_lost_before_it_has_run_out(four_customers):
    found = derive_periods.account_periods_from_purchases(
        four_customers, "2020-01-01", "2020-04-30", freq="M", window_periods=2
    )
    # end of February: bought in January or February = 1, 2, 3; of March: 1, 3, 4; of April: 1, 3, 4
    assert found[["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]].to_numpy().tolist() == [
        [3, 1, 0, 1, 3],  # March: 4 won, 2 lost
        [3, 0, 0, 0, 3],  # April: nobody
    ]
    assert not found.filter(like="revenue").columns.any()


def test_accounts_without_known_newcomers_call_everyone_who_comes_in_won(four_customers):
    found = derive_periods.account_periods_from_purchases(
        four_customers, "2020-01-01", "2020-04-30", freq="M", newcomers_known=False
    )
    assert found["n_won"].tolist() == [1, 1, 1]
    assert found["n_resurrected"].tolist() == [0, 0, 0]


def test_accounts_leave_out_part_periods(four_customers):
    found = derive_periods.account_periods_from_purchases(four_customers, "2019-12-15", "2020-04-29", freq="M")
    assert found["period_start"].tolist() == [pd.Timestamp("2020-02-01"), pd.Timestamp("2020-03-01")]


def test_accounts_balance_on_a_drawn_log():
    rng = np.random.default_rng(3)
    log = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 60, 800),
            "at": pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 1_200, 800), unit="D"),
            "amount": rng.gamma(2, 5, 800),
        }
    )
    for window in (1, 2, 3):
        found = derive_periods.account_periods_from_purchases(
            log, "2018-01-01", "2021-03-31", freq="Q", window_periods=window
        )
        balance = found["n_start"] + found["n_won"] + found["n_resurrected"] - found["n_lost"]
        assert (balance == found["n_end"]).all()
        assert (found["n_end"].iloc[:-1].to_numpy() == found["n_start"].iloc[1:].to_numpy()).all()
        spec("account_periods").check(found, CONTEXT)
    money = derive_periods.account_periods_from_purchases(log, "2018-01-01", "2021-03-31", freq="Q")
    gains = money["revenue_won"] + money["revenue_resurrected"] + money["revenue_expansion"]
    falls = money["revenue_lost"] + money["revenue_contraction"]
    assert (money["revenue_start"] + gains - falls).to_numpy() == pytest.approx(money["revenue_end"].to_numpy())


def test_accounts_need_more_periods_than_the_window(four_customers):
    with pytest.raises(FrameMistake, match="more than 4 whole periods"):
        derive_periods.account_periods_from_purchases(
            four_customers, "2020-01-01", "2020-04-30", freq="M", window_periods=4
        )


def test_segment_revenue_by_hand(four_customers):
    found = derive_periods.segment_revenue_from_purchases(four_customers, "2020-01-01", "2020-04-30")
    table = found.pivot(index="period_start", columns="segment")
    assert table["revenue"]["new"].tolist() == [20, 5, 7, 0]
    assert table["revenue"]["repeat"].tolist() == [0, 20, 5, 45]
    assert table["n_customers"]["repeat"].tolist() == [0, 1, 1, 2]
    # Repeat: customer 1 has 0, 20, 0, 40 (mean 15), customer 3 has 0, 0, 5, 5 (mean 2.5)
    assert table["own_squares"]["repeat"].tolist() == pytest.approx(
        [15**2 + 2.5**2, 5**2 + 2.5**2, 15**2 + 2.5**2, 25**2 + 2.5**2]
    )
    spec("segment_revenue").check(found, CONTEXT)


def test_own_squares_over_months_are_the_sum_of_the_customers_variances():
    rng = np.random.default_rng(11)
    log = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 25, 400),
            "at": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 366, 400), unit="D"),
            "amount": rng.gamma(2, 5, 400),
        }
    )
    found = derive_periods.segment_revenue_from_purchases(log, "2020-01-01", "2020-12-31", burn_in_months=3)
    month = log["at"].dt.month
    repeat = log[(month > log.groupby("customer_id")["at"].transform("min").dt.month) & (month > 3)]
    by_customer = repeat.pivot_table(index="customer_id", columns=month, values="amount", aggfunc="sum", fill_value=0)
    assert by_customer.shape[1] == 9
    total = found.loc[found["segment"] == "repeat", "own_squares"].sum()
    assert total / 8 == pytest.approx(by_customer.var(axis=1, ddof=1).sum())


def test_segment_revenue_burn_in_moves_the_first_month_and_not_the_joining_days(four_customers):
    whole = derive_periods.segment_revenue_from_purchases(four_customers, "2020-01-01", "2020-04-15")
    burnt = derive_periods.segment_revenue_from_purchases(four_customers, "2020-01-01", "2020-04-15", burn_in_months=1)
    assert whole["period_start"].max() == pd.Timestamp("2020-03-01")  # April is a part month
    assert burnt["period_start"].min() == pd.Timestamp("2020-02-01")
    kept = whole[whole["period_start"] >= "2020-02-01"].reset_index(drop=True)
    pd.testing.assert_frame_equal(burnt[["segment", "revenue"]], kept[["segment", "revenue"]])


def test_cohort_activity_by_hand(four_customers):
    found = derive_periods.cohort_activity_from_purchases(four_customers, "2020-01-01", "2020-04-30")
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


def test_redemption_windows_by_hand():
    log = a_log(
        (1, "2020-02-03", 4),  # 7 days before: week -1
        (1, "2020-02-09", 4),  # 1 day before: week -1
        (1, "2020-02-10", 90),  # the redeeming purchase
        (1, "2020-02-16", 5),  # 6 days after: week 0
        (1, "2020-02-17", 6),  # 7 days after: week 1
        (2, "2020-02-11", 8),
    )
    redeemed = pd.DataFrame({"customer_id": [1, 1], "at": pd.to_datetime(["2020-02-10 09:00", "2020-02-10 18:00"])})
    found = derive_periods.redemption_windows_from_purchases(log, redeemed, "2020-01-28", "2020-02-23", weeks=2)
    # the week of 27 January to 2 February is cut by the first day; 17 to 23 February is whole
    assert found[["relative_week", "n_purchases", "spend"]].to_numpy().tolist() == [[-1, 2, 8], [0, 1, 5], [1, 1, 6]]
    assert found["redemption_id"].nunique() == 1 and found["unit_id"].tolist() == [1, 1, 1]
    spec("redemption_windows").check(found, CONTEXT)
