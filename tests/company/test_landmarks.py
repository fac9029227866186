"""Frames that compare at one and the same moment, counted by hand: landmarks, purchases with enough points, ends of terms."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from analysis.company.store import Company
from analysis.core.errors import FrameMistake, FrameUnavailable
from analysis.estimators.checks.competing_risks import check_competing_risks
from analysis.frames.builders import contract_ends, redemptions, referral_landmarks
from analysis.register.claims import load_register


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


# Day 0 is 1 January 2021. b leaves on day 396, d on day 364, a and c stay; c comes on day 59.
SUBSCRIBERS = """customer_id,started_at,ended_at
a,2021-01-01,
b,2021-01-01,2022-02-01
c,2021-03-01,
d,2021-01-01,2021-12-31
"""
# On days 0, 364 and 547.
REFERRALS = "referrer_id,referred_id,at\na,x,2021-01-01\nb,y,2021-12-31\nc,z,2022-07-02\n"


def test_stayers_and_leavers_had_the_same_year_to_refer_in(company: Callable[..., Company]) -> None:
    """Observed to day 729: landmarks on days 0 and 182. From day 0 on a and b are there for a year (d lacks its last day);
    on day 547 a still is and b is not. From day 182 on a and c; c's referral falls on the day after the year."""
    opened = company(
        {"subscriptions.csv": SUBSCRIBERS, "referrals.csv": REFERRALS}, '[company]\nend_of_observation = "2022-12-31"\n'
    )
    table = referral_landmarks.build_stayers(opened).table
    assert table[["cluster", "stratum", "treated", "outcome"]].values.tolist() == [
        [0, "2021-01-01", 1, 1], [1, "2021-01-01", 0, 1], [0, "2021-07-02", 1, 0], [2, "2021-07-02", 1, 0],
    ]  # fmt: skip
    assert (table["x_years"] * 365.25).round().tolist() == [0, 0, 182, 123]
    assert left_out(opened, "exposure/stayers_refer") == {referral_landmarks.OUTSIDE: 1}


def test_a_history_below_a_year_and_a_half_gives_no_landmark(company: Callable[..., Company]) -> None:
    opened = company(
        {"subscriptions.csv": SUBSCRIBERS, "referrals.csv": REFERRALS.replace("2022-07-02", "2022-06-30")},
        '[company]\nend_of_observation = "2022-07-01"\n',  # day 546
    )
    with pytest.raises(FrameUnavailable, match="for a year and a half"):
        referral_landmarks.build_stayers(opened)


LOG = """customer_id,at,amount
m,2023-01-01,5
m,2023-02-01,5
m,2023-02-10,5
m,2023-03-01,5
n,2023-01-01,5
n,2023-02-01,7
n,2023-04-01,5
o,2023-01-05,5
p,2023-01-01,5
p,2023-02-01,5
"""
POINTS = """customer_id,at,points,kind
m,2023-01-01,100,earn
m,2023-02-01,-80,redeem
n,2023-01-01,120,earn
o,2023-01-05,90,earn
o,2023-03-05,-80,redeem
p,2023-01-01,10,earn
p,2023-02-01,-80,redeem
"""


def test_purchases_with_enough_points_by_hand(company: Callable[..., Company]) -> None:
    """80 points are enough. m redeems on 1 February, with purchases 9 and 28 days after; n has 120 and does not, on 1
    February and on 1 April (59 days later, so that the run-up of 56 is empty and the year before it holds two)."""
    opened = company({"transactions.csv": LOG, "points.csv": POINTS}, '[company]\nend_of_observation = "2023-12-31"\n')
    table = redemptions.build_redemption(opened).table
    columns = ["cluster", "treated", "outcome", "x_points", "x_run_up", "x_purchases_year"]
    assert table[columns].values.tolist() == [[0, 1, 2, 100, 1, 0], [1, 0, 0, 120, 1, 0], [1, 0, 0, 120, 0, 2]]
    assert table["x_spend_year"].tolist() == [0, 0, 12]
    assert (table["x_years"] * 365.25).round().tolist() == [31, 31, 90]
    assert left_out(opened, "exposure/redemption") == {
        "points earned or expired": 4,
        redemptions.NOT_AT_A_PURCHASE: 1,
        redemptions.TOO_FEW: 1,
    }


def test_members_who_redeem_soon_anyway_are_said_and_beyond_a_half_refused(company: Callable[..., Company]) -> None:
    """m redeems with 100 points on 1 February and is done. Of n's two purchases without redeeming none is followed by one in
    28 days (0 %); with a redemption on 20 February one of two is (50 %), and with one on 20 April besides both are."""
    end = '[company]\nend_of_observation = "2023-12-31"\n'
    some, all_ = "n,2023-02-20,-80,redeem\n", "n,2023-04-20,-80,redeem\n"
    least = "n,2023-01-02,1000,earn\n"  # enough for all of it
    said = {
        text: redemptions.build_redemption(company({"transactions.csv": LOG, "points.csv": POINTS + text}, end)).context
        for text in ("", least + some)
    }
    assert said[""].indirect is None
    assert (
        "redeemed 50 % were followed by a redemption within 28 days, of the others 0 %" in said[least + some].indirect
    )
    with pytest.raises(FrameUnavailable, match="100 % were followed"):
        redemptions.build_redemption(
            company({"transactions.csv": LOG, "points.csv": POINTS + least + some + all_}, end)
        )


def test_quarters_are_joined_until_each_has_enough_of_both() -> None:
    """With 20 of each: Q1 and Q2 together, Q3 by itself; Q4 has too few and goes to the period before it."""
    quarters = pd.Series(["Q1"] * 30 + ["Q2"] * 30 + ["Q3"] * 40 + ["Q4"] * 25)
    redeemed = pd.Series([1] * 10 + [0] * 20 + [1] * 10 + [0] * 20 + [1] * 20 + [0] * 20 + [1] * 5 + [0] * 20)
    found = redemptions._periods(quarters, redeemed)
    assert found.tolist() == ["Q1"] * 60 + ["Q3"] * 65


def test_a_quarter_in_which_nobody_redeemed_is_joined_with_none() -> None:
    """Nobody could redeem in Q1, nor in Q3: joined with Q2 they would be set against it."""
    quarters = pd.Series(["Q1"] * 50 + ["Q2"] * 50 + ["Q3"] * 50 + ["Q4"] * 50)
    redeemed = pd.Series([0] * 50 + [1] * 10 + [0] * 90 + [1] * 10 + [0] * 40)
    found = redemptions._periods(quarters, redeemed)
    assert found.tolist() == ["Q1"] * 50 + ["Q2"] * 50 + ["Q3"] * 50 + ["Q2"] * 50


def test_purchases_before_anybody_redeemed_and_slips_do_not_say_who_could(company: Callable[..., Company]) -> None:
    """n's purchases of January come before the first redemption of all, m's of 1 February; one redemption of a single
    point among 101 does not make one point enough."""
    slips = "".join(f"s{i},2023-05-01,-80,redeem\n" for i in range(100)) + "t,2023-05-01,-1,redeem\n"
    log = LOG + "n,2023-01-15,5\nq,2023-06-01,5\n"
    text = POINTS + slips + "q,2023-01-01,79,earn\n"
    opened = company({"transactions.csv": log, "points.csv": text}, '[company]\nend_of_observation = "2023-12-31"\n')
    table = redemptions.build_redemption(opened).table
    assert table[["cluster", "treated"]].values.tolist() == [[0, 1], [1, 0], [1, 0]]


# Terms of six months end on day 183 of 2021, those of 24 months that began on 1 May 2021 on day 850 (1 May 2023 less one).
CONTRACTS = """customer_id,started_at,ended_at,term_months,auto_renew,end_reason
a,2021-01-01,2021-12-01,6,false,service
b,2021-01-01,2021-07-03,6,false,price
c,2021-01-01,2021-06-01,6,false,service
d,2021-01-01,2022-01-01,12,false,renewed
d,2022-01-01,,12,false,
e,2021-01-01,,0,false,
f,2021-01-01,2021-05-01,6,false,renewed
f,2021-05-01,,24,false,
g,2021-01-01,,12,true,
h,2021-01-01,,,,
"""


def test_quarters_round_the_end_of_a_term_by_hand(company: Callable[..., Company]) -> None:
    """Four days of notice off, six months end on day 179. a passes it; b leaves on day 183, at the end and so after it; c
    on day 151, before it; f has the term replaced on day 120 by one of 24 months: from day 120 on 730 (730.5, to even)
    less 4, day 846. d signs twelve months anew, as all do whose twelve end: out."""
    opened = company({"subscriptions.csv": CONTRACTS}, '[company]\nend_of_observation = "2023-12-31"\n')
    table = contract_ends.build_contract_spells(opened).table
    table = table.assign(
        low=(table["entry_years"] * 365.25).round().astype(int),
        high=(table["duration_years"] * 365.25).round().astype(int),
    )
    six, long = "6 months", "24 months"
    assert table[["cluster", "low", "high", "stratum", "x_in_contract", "event"]].values.tolist() == [
        [0, 88, 118, six, 1, 0], [0, 118, 149, six, 1, 0], [0, 149, 179, six, 1, 0],
        [0, 179, 209, six, 0, 0], [0, 209, 240, six, 0, 0], [0, 240, 270, six, 0, 0],
        [1, 88, 118, six, 1, 0], [1, 118, 149, six, 1, 0], [1, 149, 179, six, 1, 0], [1, 179, 183, six, 0, 1],
        [2, 88, 118, six, 1, 0], [2, 118, 149, six, 1, 0], [2, 149, 151, six, 1, 1],
        [5, 88, 118, six, 1, 0], [5, 118, 120, six, 1, 0],
        [5, 755, 785, long, 1, 0], [5, 785, 816, long, 1, 0], [5, 816, 846, long, 1, 0],
        [5, 846, 876, long, 0, 0], [5, 876, 907, long, 0, 0], [5, 907, 937, long, 0, 0],
    ]  # fmt: skip
    assert left_out(opened, "spells/contract") == {
        "most sign the next term at the end of this one: never out of contract": 2,
        "no term that could end": 1,
        contract_ends.RENEWS: 1,
        "no term_months": 1,
    }
    with pytest.raises(FrameMistake, match="must hold whole spells"):
        check_competing_risks(contract_ends.build_contract_spells(opened), load_register()["lock-in-retains"])


def test_contracts_that_run_on_unbound_count_like_others_where_the_settings_say_so(
    company: Callable[..., Company],
) -> None:
    """g's twelve months are over on day 361 (365 less four), and g is there all along: six thirds of a quarter."""
    table = "customer_id,started_at,ended_at,term_months,auto_renew\ng,2021-01-01,,12,true\n"
    toml = '[company]\nend_of_observation = "2023-12-31"\n'
    opened = company({"subscriptions.csv": table}, toml)
    with pytest.raises(FrameUnavailable):
        contract_ends.build_contract_spells(opened)
    assert left_out(opened, "spells/contract") == {contract_ends.RENEWS: 1}
    opened = company({"subscriptions.csv": table}, toml + "auto_renew_binds = false\n")
    rows = contract_ends.build_contract_spells(opened).table
    assert rows["x_in_contract"].tolist() == [1, 1, 1, 0, 0, 0]
    assert left_out(opened, "spells/contract") == {}
