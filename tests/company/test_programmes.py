"""Frames from memberships and points, counted by hand, and against a second derivation for the weeks round a redemption."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import Design
from analysis.frames.builders import joining, joining_moments, points, tiers
from analysis.frames.builders.membership_rows import ladder
from tests.frames import purchases_in_pandas as derive

TOML = '[company]\nend_of_observation = "2024-12-31"\n'


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


# Whole quarters: the four of 2023 and the four of 2024 (numbers 0 to 7). a first bought in quarter 0 and joined in quarter
# 3; b joined a quarter after its first purchase; c never bought; d joined before observation began.
JOIN_LOG = "customer_id,at,amount\na,2023-01-01,1\na,2023-05-05,10\na,2023-05-06,5\na,2023-11-01,7\na,2024-12-31,2\nb,2023-02-01,1\nd,2023-01-01,1\n"
JOIN = "customer_id,tier,from_at\na,Silver,2023-11-01\na,gold,2024-05-01\nb,silver,2023-05-01\nc,silver,2023-11-01\nd,silver,2022-11-01\na,subscription,2024-02-01\n"


def test_quarters_before_and_after_joining_by_hand(company: Callable[..., Company]) -> None:
    opened = company({"transactions.csv": JOIN_LOG, "memberships.csv": JOIN}, TOML)
    frame = joining.build_joining(opened, outcome="spend")
    assert frame.table[["period", "joined_period", "outcome"]].values.tolist() == [
        [1, 3, 15], [2, 3, 0], [3, 3, 7], [4, 3, 0], [5, 3, 0], [6, 3, 0], [7, 3, 2],
    ]  # fmt: skip
    assert joining.build_joining(opened, outcome="purchases").table["outcome"].tolist() == [2, 0, 1, 0, 0, 0, 1]
    assert joining.build_joining(opened, outcome="active").table["outcome"].tolist() == [1, 0, 1, 0, 0, 0, 1]
    assert frame.context.design is Design.QUASI_EXPERIMENTAL
    assert left_out(opened, "staggered/spend") == {
        "a membership of another kind": 1,
        "joined in no whole quarter of the observation": 1,
        "joined with less than 2 whole quarters as a customer before it": 1,
        "member without a purchase": 1,
    }


def test_a_subscription_is_a_joining_of_its_own(company: Callable[..., Company]) -> None:
    opened = company({"transactions.csv": JOIN_LOG, "memberships.csv": JOIN}, TOML)
    table = joining.build_joining(opened, outcome="active", subscription=True).table
    members = table[table["joined_period"].notna()]
    assert set(members["joined_period"]) == {4}
    # b and d have no subscription: they stand there to compare with, from the quarter after their first purchase on.
    others = table[table["joined_period"].isna()]
    assert others.groupby("unit_id")["period"].agg(list).tolist() == [list(range(1, 8))] * 2
    assert not set(others["unit_id"]) & set(members["unit_id"])
    assert left_out(opened, "staggered/subscription_active") == {"a membership of another kind": 5}


def test_purchases_at_which_customers_joined_by_hand(company: Callable[..., Company]) -> None:
    """a joins at the third purchase (1 November 2023), and is compared with himself before; b and d never bought as no
    members on the day they joined; n never joined. A half year is 182 days: from 5 May to 3 November a buys twice more."""
    log = JOIN_LOG + "n,2023-06-01,4\nn,2023-06-11,6\nn,2024-09-01,1\n"
    opened = company({"transactions.csv": log, "memberships.csv": JOIN}, TOML)
    table = joining_moments.build_joining_moments(opened, outcome="purchases").table
    columns = ["cluster", "stratum", "treated", "outcome", "x_run_up", "x_first"]
    assert table[columns].values.tolist() == [
        [0, "2023Q1", 0, 2, 0, 1], [0, "2023Q2", 0, 2, 0, 0], [0, "2023Q2", 0, 1, 1, 0], [0, "2023Q4", 1, 0, 0, 0],
        [1, "2023Q1", 0, 0, 0, 1],
        [3, "2023Q2", 0, 1, 0, 1], [3, "2023Q2", 0, 0, 1, 0],
    ]  # fmt: skip
    active = joining_moments.build_joining_moments(opened, outcome="active").table
    assert active["outcome"].tolist() == [1, 1, 1, 0, 0, 1, 0]
    assert left_out(opened, "exposure/joining_purchases") == {
        joining_moments.OTHER_KIND: 1,
        joining_moments.NOT_FIRST: 1,
        joining_moments.NOT_AT_A_PURCHASE: 3,
    }


def test_a_short_history_says_so(company: Callable[..., Company]) -> None:
    log = "customer_id,at,amount\na,2024-04-01,1\na,2024-11-01,1\n"
    with pytest.raises(FrameUnavailable, match="4 whole quarters"):
        joining.build_joining(company({"transactions.csv": log, "memberships.csv": JOIN}, TOML), outcome="active")


# a: 30 before joining; basic from 1 March: 40, 30, 50 reach 100 on the way to silver. Silver from 1 June is the highest.
TIER_LOG = """customer_id,at,amount
a,2024-01-01,10
a,2024-01-11,20
a,2024-02-10,5
a,2024-03-01,1000
a,2024-03-05,40
a,2024-03-25,30
a,2024-04-04,50
a,2024-05-01,9
a,2024-06-11,60
a,2024-06-21,50
a,2024-07-01,1
"""
TIERS = """customer_id,tier,from_at,to_at,threshold,qualifying_amount,benefit_value
a,basic,2024-03-01,2024-06-01,0,10,0
a,silver,2024-06-01,,100,120,25
"""


def test_waits_on_the_way_to_a_tier_by_hand(company: Callable[..., Company]) -> None:
    """Before joining, against 100: waits of 10 and 30 days at 10 and 30 %. In basic, from 2 March on: 20 days at 40 %,
    10 days at 70 %, then it is reached. In silver, a placebo: 10 days at 60 %, then 110 %."""
    opened = company({"transactions.csv": TIER_LOG, "memberships.csv": TIERS}, TOML)
    assert ladder(opened) == [("basic", 0.0), ("silver", 100.0)]
    table = tiers.build_tier_approach(opened).table
    columns = ["cycle", "wait", "progress", "gap_days", "reached", "month", "placebo"]
    assert table[columns].values.tolist() == [
        [0, 0, 0.1, 10, 0, 0, 1],
        [0, 1, 0.3, 30, 0, 0, 1],
        [1, 0, 0.4, 20, 1, 2, 0],
        [1, 1, 0.7, 10, 1, 2, 0],
        [2, 0, 0.6, 10, 1, 5, 1],
    ]


def test_the_purchase_that_brings_the_tier_is_the_last_step_of_the_way(company: Callable[..., Company]) -> None:
    """a is lifted to silver on 4 April, the day of the purchase that makes 40 + 30 + 50 of 100: the waits of 20 days at
    40 % and 10 days at 70 % both led to the tier. b's basic ends on 4 April and begins anew: that day's 50 is no step of
    the old way, which stops at 70 % and never reached anything, nor of the new one, where a single purchase has no wait."""
    ways = "".join(f"{who},2024-03-05,40\n{who},2024-03-25,30\n{who},2024-04-04,50\n" for who in "ab")
    rows = """customer_id,tier,from_at,to_at,threshold
a,basic,2024-03-01,2024-04-04,0
a,silver,2024-04-04,,100
b,basic,2024-03-01,2024-04-04,0
b,basic,2024-04-04,,0
"""
    log = "customer_id,at,amount\nz,2024-01-01,1\n" + ways + "b,2024-05-04,10\n"
    opened = company({"transactions.csv": log, "memberships.csv": rows}, TOML)
    table = tiers.build_tier_approach(opened).table
    columns = ["unit_id", "wait", "progress", "gap_days", "reached", "placebo"]
    assert table[columns].values.tolist() == [
        [0, 0, 0.4, 20, 1, 0],
        [0, 1, 0.7, 10, 1, 0],
        [1, 0, 0.4, 20, 0, 0],
    ]


# Decided on 1 January 2024, when nobody had bought: s reached silver with 120, g gold with 300, b stayed in basic with 80;
# h bought the day before; m is silver with 50; n has no amount.
DECISIONS = """customer_id,tier,from_at,threshold,qualifying_amount,benefit_value
s,silver,2024-01-01,100,120,25
g,gold,2024-01-01,300,300,60
b,basic,2024-01-01,0,80,0
h,silver,2024-01-01,100,110,25
m,silver,2024-01-01,100,50,25
n,basic,2024-01-01,0,,0
"""
DECISION_LOG = (
    "customer_id,at,amount\nh,2023-12-31,5\ns,2024-01-02,10\ns,2024-06-30,4\ng,2024-07-02,9\nb,2024-01-01,3\n"
)


def test_decisions_at_a_threshold_by_hand(company: Callable[..., Company]) -> None:
    """Half a year is 182 days: 2 January to 1 July. b bought on the day of the decision itself: left out with h."""
    opened = company({"transactions.csv": DECISION_LOG, "memberships.csv": DECISIONS}, TOML)
    frame = tiers.build_tier_cutoff(opened)
    table = frame.table
    found = {(r.tier, r.reached): (round(r.running, 4), r.outcome, r.benefit) for r in table.itertuples()}
    assert found == {
        ("gold", 1): (0, 0, 60),
        ("silver", 1): (0.2, 14, 25),
        ("gold", 0): (-0.6, 14, 60),
    }
    assert frame.context.design is Design.QUASI_EXPERIMENTAL
    assert left_out(opened, "tier_cutoff") == {
        "tier given on the day of a purchase or the day after: the amount chose the day": 2,
        "no qualifying_amount": 1,
        "tier does not fit the qualifying amount": 1,
    }


def test_a_base_tier_may_name_the_threshold_that_was_missed(company: Callable[..., Company]) -> None:
    """The same decisions as above in the other writing: b missed silver's 100, s missed gold's 300 (a writing of its own
    for one row of silver), and of x it is told the other way round."""
    rows = """customer_id,tier,from_at,threshold,qualifying_amount,benefit_value
s,silver,2024-01-01,300,120,25
x,silver,2024-01-01,100,130,25
y,silver,2024-01-01,100,140,25
g,gold,2024-01-01,300,300,60
b,basic,2024-01-01,100,80,0
"""
    log = "customer_id,at,amount\nh,2023-12-31,5\ns,2024-01-02,10\ng,2024-07-02,9\nb,2024-01-03,3\n"
    opened = company({"transactions.csv": log, "memberships.csv": rows}, TOML)
    assert ladder(opened) == [("basic", 0.0), ("silver", 100.0), ("gold", 300.0)]
    table = tiers.build_tier_cutoff(opened).table
    found = sorted((r.tier, r.reached, round(r.running, 4), r.outcome) for r in table.itertuples())
    assert found == [
        ("gold", 0, -0.6, 10), ("gold", 0, -0.5667, 0), ("gold", 0, -0.5333, 0), ("gold", 1, 0, 0),
        ("silver", 0, -0.2, 3), ("silver", 1, 0.2, 10), ("silver", 1, 0.3, 0), ("silver", 1, 0.4, 0),
    ]  # fmt: skip
    assert left_out(opened, "tier_cutoff") == {}


def test_every_tier_may_name_the_threshold_that_was_missed(company: Callable[..., Company]) -> None:
    rows = """customer_id,tier,from_at,threshold,qualifying_amount
b,basic,2024-01-01,100,80
s,silver,2024-01-01,300,120
"""
    log = "customer_id,at,amount\nh,2023-12-31,5\ns,2024-01-02,10\n"
    opened = company({"transactions.csv": log, "memberships.csv": rows}, TOML)
    assert ladder(opened) == [("basic", 0.0), ("silver", 100.0)]
    table = tiers.build_tier_cutoff(opened).table
    assert left_out(opened, "tier_cutoff") == {}
    assert sorted(zip(table["tier"], table["reached"], table["running"].round(2), strict=True)) == [
        ("silver", 0, -0.2),
        ("silver", 1, 0.2),
    ]


def test_a_tier_that_follows_every_purchase_has_no_row(company: Callable[..., Company]) -> None:
    log = "customer_id,at,amount\n" + "".join(f"c{i},2024-01-{i + 1:02d},110\n" for i in range(9))
    rows = "customer_id,tier,from_at,threshold,qualifying_amount\n" + "".join(
        f"c{i},silver,2024-01-{i + 1:02d},100,110\n" for i in range(9)
    )
    opened = company({"transactions.csv": log, "memberships.csv": rows}, TOML)
    with pytest.raises(FrameUnavailable, match="leave no row for the frame 'tier_cutoff'"):
        tiers.build_tier_cutoff(opened)
    assert left_out(opened, "tier_cutoff") == {
        "tier given on the day of a purchase or the day after: the amount chose the day": 9
    }


def test_weeks_round_a_redemption_equal_those_of_pandas(tmp_path) -> None:
    from analysis.company.store import open_company

    rng = np.random.default_rng(4)
    days = pd.Timestamp("2022-01-03") + pd.to_timedelta(rng.integers(0, 700, 2000), unit="D")
    lines = pd.DataFrame(
        {"customer_id": rng.integers(10, 60, 2000), "at": days, "amount": rng.integers(1, 99, 2000) * 1.0}
    )
    redeemed = pd.DataFrame(
        {
            "customer_id": rng.integers(10, 60, 80),
            "at": pd.Timestamp("2022-01-03") + pd.to_timedelta(rng.integers(0, 700, 80), unit="D"),
        }
    )
    lines.to_csv(tmp_path / "transactions.csv", index=False)
    redeemed.assign(points=-5, kind="redeem").to_csv(tmp_path / "points.csv", index=False)
    opened = open_company(tmp_path)
    found = points.build_redemption_windows(opened).table
    real = found[found["placebo"] == 0].drop(columns="placebo").reset_index(drop=True)
    log = derive.occasions_from_lines(lines.assign(is_return=False))
    codes = {c: i for i, c in enumerate(sorted(redeemed["customer_id"].unique()))}
    log, redeemed = (t.assign(customer_id=t["customer_id"].map(codes)).dropna() for t in (log, redeemed))
    expected = derive.redemption_windows_from_purchases(
        log, redeemed, str(days.min().date()), str(days.max().date()), weeks=points.WEEKS
    )
    expected = expected.sort_values(["redemption_id", "relative_week"], ignore_index=True)
    pd.testing.assert_frame_equal(real, expected, check_dtype=False)
    assert opened.ledger()["redemption_windows"].rows_in == 80


def test_windows_of_comparison_lie_round_ordinary_purchases(company: Callable[..., Company]) -> None:
    """One redemption on 1 June 2023. Out of its reach of 56 days and of the first purchase's: only 1 December 2023."""
    log = "customer_id,at,amount\na,2023-01-01,1\na,2023-02-01,1\na,2023-05-20,1\na,2023-06-01,1\na,2023-12-01,1\na,2023-12-09,1\n"
    text = "customer_id,at,points,kind\na,2023-01-01,50,earn\na,2023-06-01,-50,redeem\n"
    toml = '[company]\nend_of_observation = "2024-12-31"\n'
    opened = company({"transactions.csv": log.replace("2023-12-09", "2023-07-20"), "points.csv": text}, toml)
    table = points.build_redemption_windows(opened).table
    real, placebo = table[table["placebo"] == 0], table[table["placebo"] == 1]
    assert real.loc[real["n_purchases"] > 0, "relative_week"].tolist() == [-2, 7]
    assert placebo["n_purchases"].sum() == 0
    assert len(placebo) == 16


POINTS = """customer_id,at,points,kind,restriction
a,2024-01-05,100,earn,weekends only
a,2024-07-05,-50,redeem,
b,2024-01-05,80,earn,none
b,2024-07-06,-50,redeem,
b,2024-01-06,10,earn,weekends only
c,2024-01-05,60,earn,
d,2024-11-05,60,earn,none
e,2024-01-05,49,earn,none
f,2024-01-05,30,earn,none
f,2024-01-06,30,earn,weekends only
g,2023-06-01,100,earn,weekends only
z,2023-12-01,50,earn,none
z,2024-01-05,-50,redeem,
"""


def test_redeeming_under_a_restriction_by_hand(company: Callable[..., Company]) -> None:
    """50 points are enough, and z's redemption of 5 January is the first: g's half year begins on that day, not with the
    points of June before, when nobody could redeem. 182 days later is 5 July: a redeemed in time, b a day late. c's limit
    is not known, d's half year not over, e never has enough, f has both kinds."""
    log = "customer_id,at,amount\na,2024-01-04,9\na,2024-02-01,9\na,2024-03-01,9\nb,2023-01-05,4\n"
    opened = company({"transactions.csv": log, "points.csv": POINTS}, TOML)
    table = points.build_restriction(opened, outcome="redeemed").table
    columns = ["treated", "outcome", "x_points", "x_day", "x_spend_year"]
    assert table[columns].values.tolist() == [[1, 1, 100, 0, 9], [0, 0, 80, 0, 4], [1, 0, 100, 0, 0], [0, 1, 50, 0, 0]]
    bought = points.build_restriction(opened, outcome="purchases").table
    assert bought["outcome"].tolist() == [2, 0, 0, 0]
    assert left_out(opened, "exposure/restriction") == {
        "points redeemed or expired": 3,
        points.NOT_YET: 1,
        points.BOTH_KINDS: 2,
        points.NOT_KNOWN: 1,
        points.NOT_WHOLE: 1,
        points.EARNED_LATER: 1,
    }
    entry = opened.ledger()["exposure/restriction"]
    assert entry.rows_in == 13 and entry.rows_used == 4
