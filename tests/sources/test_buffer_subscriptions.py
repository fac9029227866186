"""Subscriptions of one firm: invented tables of the same layout; the real files where the data folder has them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.core.errors import DataFault
from analysis.sources import buffer_subscriptions as source

DAY = pd.Timestamp
SUBSCRIPTIONS = pd.DataFrame(
    [
        # id, account, signup, plan, quantity, interval, start, end, status
        ("s1", "a", "2021-06-01", "buffer_essentials_m_6_202106", 2, "month", "2021-07-10", None, "active"),
        ("s2", "a", "2021-06-01", "pro_v1_monthly", 1, "month", "2021-09-01", None, "active"),
        (
            "s3",
            "b",
            "2020-07-15",
            "buffer_essentials-team_y_120_202106",
            5,
            "year",
            "2021-07-15",
            "2021-09-01",
            "canceled",
        ),
        ("s4", "c", "2021-07-01", "pro_v1_monthly", 1, "month", "2021-07-20", "2021-08-01", "canceled"),
        ("s5", "d", "2021-07-01", "pro_v1_monthly", 1, "month", "2022-02-22", None, "active"),
        ("s6", "e", "2021-07-01", "pro_v1_monthly", 1, "month", "2021-08-01", "2022-09-01", "active"),
        ("s7", None, "2021-07-01", "pro_v1_monthly", 1, "month", "2021-08-01", None, "active"),
        ("s8", "f", "2021-07-01", "pro_v1_monthly", 1, "month", "2021-08-01", "2021-07-01", "canceled"),
        ("s9", "g", "2021-07-01", "pro_v1_monthly", 1, "month", "2021-08-01", None, "trialing"),
        ("s0", "h", "2021-07-01", "pro_v1_monthly", 1, "month", "2021-06-30", None, "active"),
    ],
    columns=["id", "account_id", "signup_date", "plan_id", "quantity", "interval", "start_date", "end_date", "status"],
)
SUBSCRIPTIONS[list(source.DAYS)] = SUBSCRIPTIONS[list(source.DAYS)].apply(pd.to_datetime)
EVENTS = pd.DataFrame(
    {
        "id": SUBSCRIPTIONS["id"],
        "account_id": SUBSCRIPTIONS["account_id"],
        "posts_created": [10, 5, 20, 3, 4, 8, 1, 1, 1, 1],
        "failed_posts": [1, 0, 0, 1, 0, 3, 0, 0, 0, 0],
    }
)
ANSWERS = pd.DataFrame(
    {
        "date": pd.to_datetime(["2021-08-20", "2021-08-20", "2021-08-20", "2021-09-01", "2021-12-01"]),
        "user_id": ["a", "b", "c", "b", "a"],
        "rating": [9.0, 3.0, 7.0, 2.0, 10.0],
    }
)


@pytest.fixture
def tables():
    return source.process((SUBSCRIPTIONS, EVENTS, ANSWERS))


def test_no_account_trials_and_ends_before_the_beginning_are_left_out(tables):
    assert tables[0]["id"].tolist() == ["s1", "s2", "s3", "s4", "s5", "s6", "s0"]


def test_failures_are_those_of_who_is_still_there_after_a_month_and_can_be_followed_for_half_a_year(tables):
    """s2 is a second subscription, s4 is gone within the month, s5 begins a day too late, s0 a day too early."""
    table = source.failure_table(*tables[:2])
    assert table["treated"].tolist() == [1, 0, 1]
    assert table["outcome"].tolist() == [0.0, 1.0, 0.0], "s6 ends later than half a year after the month"
    assert table["x_log_posts"].tolist() == pytest.approx(np.log([10, 20, 8]))
    assert table["x_by_the_year"].tolist() == [0.0, 1.0, 0.0]
    assert table["x_team"].tolist() == [0.0, 1.0, 0.0]
    assert table["x_log_account_days"].tolist() == pytest.approx(np.log1p([39, 365, 31]))


def test_an_answer_counts_while_a_subscription_runs_and_the_later_day_is_seen(tables):
    """c had left by then, b had left on the very day of the second answer, the last answer cannot be followed for a year."""
    table = source.later_table(tables[0], tables[2], 365)
    assert table["score"].tolist() == [9.0, 3.0]
    assert table["outcome"].tolist() == [1, 0]
    assert source.later_table(tables[0], tables[2], 182)["score"].tolist() == [9.0, 3.0, 10.0]


def test_another_file_is_refused():
    with pytest.raises(DataFault, match="subscriptions = "):
        source.check_facts(SUBSCRIPTIONS, EVENTS, ANSWERS)


@pytest.fixture(scope="module")
def real():
    why = source.SOURCE.absence()
    if why:
        pytest.skip(why)
    return source.read(*source.files())


@pytest.mark.real_data
def test_subscriptions_and_losses_as_the_analyst_prints_them(real):
    """Churn Research, September 2022: records, events and median days of his survival curves."""
    table = real[0]
    plan = table["plan_id"].fillna("")
    table = table[(table["status"] != "trialing") & ~plan.str.contains("analyze") & table["account_id"].notna()]
    gone = table["status"] == "canceled"
    new = table["plan_id"].fillna("").str.contains("essentials")
    printed = {False: (57_077, 41_556, 296), True: (33_065, 11_628, 386)}
    for kind, (records, events, median) in printed.items():
        part = table[new == kind]
        assert (len(part), int(gone[part.index].sum())) == (records, events)
        assert median_days(part, gone[part.index]) == pytest.approx(median, abs=1)


def median_days(table: pd.DataFrame, gone: pd.Series) -> float:
    """First day on which half are gone, by the product of the daily shares who stayed (Kaplan and Meier)."""
    ends = table["end_date"].where(gone, DAY("2022-09-22"))
    days = (ends - table["start_date"]).dt.days
    counts = pd.DataFrame({"left": gone.groupby(days).sum(), "seen": days.groupby(days).size()}).sort_index()
    at_risk = counts["seen"][::-1].cumsum()[::-1]
    stays = (1 - counts["left"] / at_risk).cumprod()
    return float(stays.index[stays <= 0.5][0])


@pytest.mark.real_data
def test_answers_as_the_analyst_counts_them(real):
    assert len(real[2]) == 7_166


@pytest.mark.real_data
def test_the_builder_of_own_data_finds_what_counting_by_hand_finds(real):
    """The company's builder, by way of its engine, against `later_table` at the same horizon."""
    subscriptions, _, answers = source.process(real)
    built = source.SOURCE.frame("scores/nps").table
    counted = source.later_table(subscriptions, answers, 365)
    assert len(built) == len(counted)
    both = [table.groupby(["score", "outcome"]).size().to_dict() for table in (built, counted)]
    assert both[0] == both[1]
