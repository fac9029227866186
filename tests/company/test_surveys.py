"""Frames from surveys and referrals, counted by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis.company.store import Company
from analysis.core.vocabulary import Design
from analysis.frames.builders import random_invitations, referrals, surveys

TOML = '[company]\nend_of_observation = "2024-12-31"\n'

# Before 1 July 2023: a, b, c bought. In the year after it (2 July 2023 to 30 June 2024): a, and d for the first time.
LOG = "customer_id,at,amount\na,2023-01-05,10\nb,2023-01-05,10\nc,2023-06-30,10\na,2024-06-30,10\nd,2023-08-01,10\nb,2024-07-01,10\n"
SURVEYS = """customer_id,at,instrument,score,item
a,2023-07-01,nps,9,
a,2023-07-01,csat,4,
a,2023-07-01,csat,1,trust
b,2023-07-01,NPS,3,
c,2023-07-01,nps,,
d,2023-07-01,nps,10,
b,2024-06-01,nps,8,
"""


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


def test_scores_by_hand(company: Callable[..., Company]) -> None:
    """a (9, rival 4) bought within the year, b (3) a day too late; c did not answer, d was no customer yet."""
    opened = company({"transactions.csv": LOG, "surveys.csv": SURVEYS}, TOML)
    table = surveys.build_scores(opened, "nps", key="scores/nps", outcome="bought").table
    assert table.fillna(-1)[["score", "rival_score", "outcome"]].values.tolist() == [[9, 4, 1], [3, -1, 0]]
    assert left_out(opened, "scores/nps") == {
        "another instrument": 2,
        "asked, not answered": 1,
        "customer without a purchase before the survey": 1,
        "window after it not observed whole": 1,
    }
    csat = surveys.build_scores(opened, "csat", key="scores/csat_purchases", outcome="bought").table
    assert csat[["score", "outcome"]].values.tolist() == [[4, 1]]
    assert left_out(opened, "scores/csat_purchases")["about a single aspect"] == 1


def test_scores_against_later_referrals_by_hand(company: Callable[..., Company]) -> None:
    """a brought in x a year to the day later, b brought in y a day before the survey; referrals end in December 2024."""
    text = "referrer_id,referred_id,at\na,x,2024-06-30\nb,y,2023-06-30\nq,z,2024-12-31\n"
    opened = company({"referrals.csv": text, "surveys.csv": SURVEYS}, TOML)
    table = surveys.build_scores(opened, "nps", key="scores/nps_referral", outcome="referred").table
    assert table[["score", "outcome"]].values.tolist() == [[9, 1], [3, 0], [10, 0]]
    assert left_out(opened, "scores/nps_referral")["year after it not observed whole in referrals"] == 1


def test_items_by_hand(company: Callable[..., Company]) -> None:
    text = "customer_id,at,instrument,score,item\n" + "".join(
        f"{who},2024-01-01,csat,{score},{item}\n"
        for who, answers in (("a", (5, 4, 3, 1)), ("b", (2, 3, 4, 5)), ("c", (2, 3, 4, "")))
        for score, item in zip(answers, ("Trust", "quality_service", "quality", "works"), strict=True)
    )
    opened = company({"surveys.csv": text + "a,2024-01-01,csat,5,parking\n"}, TOML)
    table = surveys.build_items(opened).table
    assert table.drop(columns="unit_id").to_dict("records") == [
        {"overall": 5, "x_quality_all": 3, "x_quality_service": 4, "x_works_all": 1},
        {"overall": 2, "x_quality_all": 4, "x_quality_service": 3, "x_works_all": 5},
    ]
    assert left_out(opened, "satisfaction_items") == {
        "asked, not answered": 1,
        "no item on trust, quality, price or good works": 1,
        "other items of the same day not answered": 3,
    }


def test_teams_by_hand(company: Callable[..., Company]) -> None:
    """Customers 0, 2, 4, 6 (a, c, e, g) are followed, 1, 3, 5, 7 (b, d, f, h) rate: north 9 and 8, south 1 and 2."""
    teams = {
        "a": "north",
        "b": "north",
        "c": "north",
        "d": "north",
        "e": "south",
        "f": "south",
        "g": "south",
        "h": "south",
    }
    scores = {"a": 0, "b": 9, "c": 0, "d": 8, "e": 10, "f": 1, "g": 10, "h": 2}
    text = "customer_id,at,instrument,score,team\n" + "".join(
        f"{w},2023-07-01,nps,{scores[w]},{teams[w]}\n" for w in teams
    )
    log = "customer_id,at,amount\n" + "".join(f"{w},2023-01-01,5\n" for w in teams) + "a,2023-09-01,5\ne,2024-09-01,5\n"
    opened = company({"transactions.csv": log, "surveys.csv": text}, TOML)
    table = surveys.build_teams(opened, subscribed=False).table
    assert table[["treated", "outcome"]].values.tolist() == [[1, 1], [1, 0], [0, 0], [0, 0]]
    assert table["cluster"].tolist() == [0, 0, 1, 1]
    assert left_out(opened, "exposure/team_repurchase") == {"customer of the half that rates the teams": 4}


def test_a_lottery_by_hand(company: Callable[..., Company]) -> None:
    """On 1 July 2023 a and b are drawn (b does not answer), c is active and not asked, d is asked without a draw, e last
    bought two years before. Lost by the end of June 2024: b and c."""
    text = """customer_id,at,instrument,score,invited_at_random
a,2023-07-01,nps,9,true
b,2023-07-01,nps,,true
d,2023-07-01,nps,9,false
e,2023-07-01,nps,9,true
"""
    log = (
        "customer_id,at,amount\n"
        + "".join(f"{w},2023-01-01,5\n" for w in "abcd")
        + "e,2021-07-01,5\na,2024-06-30,5\nd,2023-09-01,5\n"
    )
    opened = company({"transactions.csv": log, "surveys.csv": text}, TOML)
    frame = random_invitations.build_random_invitations(opened, subscribed=False)
    assert frame.table[["arm", "assigned", "outcome"]].values.tolist() == [
        ["asked", 1, 0],
        ["asked", 1, 1],
        ["control", 0, 1],
    ]
    assert frame.context.design is Design.RANDOMISED
    assert left_out(opened, "experiment/random_invitations_purchases") == {
        "not active on the day of drawing": 1,
        "not drawn at random": 1,
    }


def test_a_lottery_among_subscribers_by_hand(company: Callable[..., Company]) -> None:
    text = "customer_id,at,instrument,score,invited_at_random\na,2023-07-01,nps,9,true\nd,2023-07-01,nps,9,true\n"
    subscriptions = "customer_id,started_at,ended_at\na,2023-01-01,2024-06-30\nb,2023-01-01,2024-07-01\nc,2023-07-02,\nd,2023-01-01,2023-07-01\n"
    opened = company({"subscriptions.csv": subscriptions, "surveys.csv": text}, TOML)
    table = random_invitations.build_random_invitations(opened, subscribed=True).table
    assert table[["assigned", "outcome"]].values.tolist() == [[1, 1], [0, 0]]


# x was brought in by a, y by b; p and q came by themselves. Referrals were kept from 1 March 2023 on: p joined before.
REFERRALS = "referrer_id,referred_id,at\na,x,2023-03-01\nb,y,2023-05-01\nb,z,2023-05-02\n"
REFERRED_LOG = """customer_id,at,amount
p,2023-01-01,99
x,2023-03-02,10
x,2024-03-01,5
x,2024-03-02,7
y,2024-02-01,3
q,2023-06-01,4
q,2023-06-02,4
"""


def test_value_of_referred_customers_by_hand(company: Callable[..., Company]) -> None:
    """First years: x from 2 March 2023 to 1 March 2024 spends 15; q 8; y's is not over; p joined before referrals."""
    opened = company({"transactions.csv": REFERRED_LOG, "referrals.csv": REFERRALS}, TOML)
    table = referrals.build_referred_value(opened).table
    assert table[["treated", "outcome"]].values.tolist() == [[0, 8], [1, 15]]
    assert (table["x_joined"] * 365.25).round().tolist() == [92, 1]
    assert left_out(opened, "exposure/referred") == {
        "referred customer without a purchase": 1,
        "first year as a customer not observed whole": 1,
    }


SUBSCRIBERS = """customer_id,started_at,ended_at
a,2022-01-01,
b,2022-01-01,2023-05-02
x,2023-03-01,2024-03-01
y,2023-05-01,
q,2023-04-01,
"""


def test_spells_of_referred_customers_by_hand(company: Callable[..., Company]) -> None:
    opened = company({"subscriptions.csv": SUBSCRIBERS, "referrals.csv": REFERRALS}, TOML)
    table = referrals.build_referred_spells(opened).table
    assert table[["x_exposed", "event"]].values.tolist() == [[0, 0], [1, 1], [1, 0]]
    assert left_out(opened, "spells/referred") == {"referred customer without a subscription": 1}


def test_who_refers_by_hand(company: Callable[..., Company]) -> None:
    """a stays and brought in x; b left on 2 May and brought in y the day before, z on that day is no more his doing."""
    opened = company(
        {"subscriptions.csv": SUBSCRIBERS, "referrals.csv": REFERRALS}, '[company]\nend_of_observation = "2024-02-29"\n'
    )
    table = referrals.build_referrers(opened).table
    assert table[["treated", "outcome"]].values.tolist() == [[1, 1], [0, 1], [1, 0], [1, 0], [1, 0]]
    assert (table["x_years"] * 365.25).round().tolist() == [366, 62, 335, 366, 305]
    assert left_out(opened, "exposure/referral_rate") == {"referrer was no subscriber on that day": 1}


def test_peers_by_hand(company: Callable[..., Company]) -> None:
    """a was encouraged and answered, b was left alone; of their friends x bought in the year after, y and z did not."""
    campaigns = (
        "campaign_id,customer_id,at,arm,responded\nreferral-1,a,2023-06-01,ask,true\nreferral-1,b,2023-06-01,control,\n"
    )
    log = "customer_id,at,amount\nx,2023-06-01,5\ny,2023-05-31,5\ny,2024-05-31,5\n"
    files = {"transactions.csv": log, "referrals.csv": REFERRALS + "n,m,2023-05-05\n", "campaigns.csv": campaigns}
    opened = company(files, TOML)
    frame = referrals.build_peers(opened)
    columns = ["outcome", "peer_rate", "instrument", "cluster"]
    assert frame.table[columns].values.tolist() == [[1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]]
    assert frame.context.design is Design.RANDOMISED
    assert left_out(opened, "peer_encouragement") == {"referrer not in a campaign of family referral": 1}


@pytest.mark.parametrize("build", [referrals.build_referred_value, referrals.build_referred_spells])
def test_frames_of_referrals_count_every_referral(company: Callable[..., Company], build) -> None:
    files = {"transactions.csv": REFERRED_LOG, "referrals.csv": REFERRALS, "subscriptions.csv": SUBSCRIBERS}
    opened = company(files, TOML)
    build(opened)
    assert opened.ledger().entries[-1].rows_in == 3
