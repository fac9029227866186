"""Cohort retention: a log counted on the fingers, a second derivation on CDNOW, and the two ways to average."""

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.measures.cohorts import (
    BOUNDED,
    ROLLING,
    cohort_activity,
    retention_at,
    retention_curve,
    revenue_retention_at,
)


def _cell(activity, cohort, period):
    row = activity[(activity["cohort"] == cohort) & (activity["period"] == period)].iloc[0]
    return tuple(row[["n_start", "n_active", "n_active_later"]])


def test_months_by_hand(hand_log):
    """January: customers 1 to 4. February: 5 (again in April and May). Observed to the end of May."""
    activity = cohort_activity(hand_log)
    assert [_cell(activity, "2023-01", age) for age in range(5)] == [
        (4, 4, 4),
        (4, 1, 3),  # 1 in February; 1, 2 and 4 then or later
        (4, 2, 3),  # 2 and 4 in March
        (4, 1, 1),  # 1 in April
        (4, 0, 0),
    ]
    assert [_cell(activity, "2023-02", age) for age in range(4)] == [(1, 1, 1), (1, 0, 1), (1, 1, 1), (1, 1, 1)]
    assert activity.set_index(["cohort", "period"])["revenue"]["2023-01"].tolist() == [290, 20, 40, 30, 0]


def test_a_month_that_is_cut_short_is_left_out(hand_log):
    """Seen on 30 May, May is no whole month: a missing purchase there would not be an absent customer."""
    cut = cohort_activity(hand_log, end_of_observation="2023-05-30")
    assert cut.groupby("cohort")["period"].max().to_dict() == {"2023-01": 3, "2023-02": 2}
    assert _cell(cut, "2023-02", 2) == (1, 1, 1)


def test_activity_in_the_part_month_does_not_count_as_later_either(hand_log):
    cut = cohort_activity(hand_log, end_of_observation="2023-04-29")
    assert _cell(cut, "2023-01", 2) == (4, 2, 2)  # customer 1's purchase of 30 April is out of sight


@pytest.mark.parametrize(("period", "label"), [("week", "2023-01-02"), ("quarter", "2023-01-01")])
def test_weeks_begin_on_monday_and_quarters_on_their_first_day(hand_log, period, label):
    assert cohort_activity(hand_log, period=period)["cohort"].iloc[0] == label


def test_months_of_cdnow_agree_with_a_second_derivation(full_log):
    """Months by arithmetic on year and month; customers by sets instead of groups."""
    month = full_log["at"].dt.year * 12 + full_log["at"].dt.month
    log = pd.DataFrame({"customer": full_log["customer_id"], "month": month})
    start = log.groupby("customer")["month"].min()
    won = set(start[start == 1997 * 12 + 2].index)
    in_august = set(log.loc[log["month"] == 1997 * 12 + 8, "customer"])
    from_august = set(log.loc[log["month"] >= 1997 * 12 + 8, "customer"])
    found = _cell(cohort_activity(full_log), "1997-02", 6)
    assert found == (len(won), len(won & in_august), len(won & from_august))


def test_pooled_rate_and_mean_of_cohort_rates_differ_where_cohorts_do():
    """9 of 10 kept in a small cohort, 10 of 990 in a large one: 1.9 % of customers, 45.5 % of cohorts."""
    activity = pd.DataFrame(
        {"cohort": ["a", "b"], "period": 1, "n_start": [10, 990], "n_active": [9, 10], "n_active_later": [9, 10]}
    )
    found = retention_at(activity, 1)
    assert found.pooled.value == pytest.approx(19 / 1000)
    assert found.mean.value == pytest.approx((0.9 + 10 / 990) / 2)
    assert found.mean.high - found.mean.low > 5 * (found.pooled.high - found.pooled.low)
    assert [rate.denominator for rate in found.rates] == [10, 990]


def test_rolling_never_lies_below_bounded_and_never_rises(full_log):
    activity = cohort_activity(full_log)
    bounded = [point.pooled.value for point in retention_curve(activity, 12, kind=BOUNDED)]
    rolling = [point.pooled.value for point in retention_curve(activity, 12, kind=ROLLING)]
    assert all(r >= b for r, b in zip(rolling, bounded, strict=True))
    assert rolling == sorted(rolling, reverse=True)
    assert rolling[0] == bounded[0] == 1


def test_a_curve_keeps_the_same_cohorts_throughout(hand_log):
    activity = cohort_activity(hand_log)
    curve = retention_curve(activity, 4)
    assert {point.cohorts for point in curve} == {("2023-01",)}
    assert retention_at(activity, 3).pooled.denominator == 5  # at that age alone, both cohorts


def test_revenue_retention_by_hand(hand_log):
    """Month 2: 40 of customer 2 and 25 of customer 5, over 290 + 80 in the months of the first purchases."""
    rate = revenue_retention_at(hand_log, 2)
    assert (rate.numerator, rate.denominator) == (65, 370)
    assert rate.low < rate.value < rate.high


def test_a_return_lowers_revenue_retention_but_not_customer_retention(hand_log):
    returned = pd.concat(
        [hand_log, pd.DataFrame({"customer_id": [2], "at": [pd.Timestamp("2023-03-09")], "amount": [-40.0]})]
    )
    assert revenue_retention_at(returned, 2).numerator == 25
    assert retention_at(cohort_activity(returned), 2).pooled == retention_at(cohort_activity(hand_log), 2).pooled


@pytest.mark.slow
def test_revenue_interval_covers_at_its_level():
    """300 invented logs of 400 customers: half buy again for half as much, so the true ratio is .25."""
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(300):
        first = rng.gamma(2, 20, 400)
        again = np.where(rng.random(400) < 0.5, 0.5 * first, 0)
        log = pd.DataFrame(
            {
                "customer_id": np.tile(np.arange(400), 2),
                "at": pd.to_datetime(["2023-01-15"] * 400 + ["2023-02-15"] * 400),
                "amount": np.concatenate([first, again]),
            }
        )
        rate = revenue_retention_at(log, 1, end_of_observation="2023-02-28")
        covered += rate.low <= 0.25 <= rate.high
    assert 0.91 <= covered / 300 <= 0.98


@pytest.mark.parametrize(
    ("call", "mistake", "message"),
    [
        (lambda log: retention_at(cohort_activity(log), 9), FrameMistake, "observed to age 9; the oldest reached 4"),
        (lambda log: retention_curve(cohort_activity(log), 9), FrameMistake, "observed to age 9"),
        (lambda log: revenue_retention_at(log, 9), FrameMistake, "observed to age 9"),
        (lambda log: retention_at(cohort_activity(log), 1, kind="loose"), ParameterMistake, "`kind` must be one of"),
        (lambda log: cohort_activity(log, period="day"), ParameterMistake, "`period` must be one of 'week', 'month'"),
        (lambda log: cohort_activity(log, end_of_observation="2023-01-20"), FrameMistake, "No month was observed"),
    ],
)
def test_what_cannot_be_answered_is_refused(hand_log, call, mistake, message):
    with pytest.raises(mistake, match=message):
        call(hand_log)
