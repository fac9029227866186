"""A firm that knows its customers by their subscriptions and has no purchases: what it can answer, by hand and from end to end."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.company.store import Company
from analysis.core.vocabulary import Role
from analysis.frames.builders.catalogue import BUILDERS
from analysis.frames.builders.needs import lacks
from analysis.register.claims import load_register
from analysis.sources.own_claims import ANSWERS
from analysis.sources.own_tables import company_source, missing
from analysis.verdicts.collecting import collect

TOML = '[company]\nname = "Daily"\nend_of_observation = "2024-12-31"\n'

# Survey on 1 July 2023; a year later is 30 June 2024 (366 days in between: 2024-02-29). a stays, b leaves, c has left before
# the survey, d begins after it; e answers too late to be followed for a year.
SUBSCRIPTIONS = """customer_id,started_at,ended_at
a,2023-01-01,
b,2023-01-01,2024-05-01
c,2022-01-01,2023-06-01
d,2023-08-01,
e,2023-01-01,
"""
SURVEYS = """customer_id,at,instrument,score
a,2023-07-01,nps,9
b,2023-07-01,nps,3
c,2023-07-01,nps,10
d,2023-07-01,nps,10
e,2024-06-01,nps,8
"""


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


def test_answers_of_subscribers_and_whether_they_stay_by_hand(company: Callable[..., Company]) -> None:
    opened = company({"subscriptions.csv": SUBSCRIPTIONS, "surveys.csv": SURVEYS}, TOML)
    frame = BUILDERS["scores/nps_subscriptions"].build(opened)
    assert frame.table[["score", "outcome"]].values.tolist() == [[9, 1], [3, 0]]
    assert frame.context.outcome == "still a subscriber a year later"
    assert left_out(opened, "scores/nps_subscriptions") == {
        "no subscription running on the day": 2,
        "window after it not observed whole": 1,
    }


def newspaper(n: int = 900, seed: int = 2) -> dict[str, str]:
    """Subscribers of whom promoters (9, 10) leave at a third of the others' pace; all are asked once."""
    rng = np.random.default_rng(seed)
    start = pd.Timestamp("2021-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D")
    asked = start + pd.Timedelta(days=90)
    score = rng.integers(0, 11, n)
    days = rng.exponential(np.where(score >= 9, 1800.0, 600.0))
    end = (asked + pd.to_timedelta(np.round(days) + 1, unit="D")).strftime("%Y-%m-%d")
    subscriptions = pd.DataFrame({"customer_id": range(n), "started_at": start.strftime("%Y-%m-%d"), "ended_at": end})
    subscriptions.loc[pd.to_datetime(subscriptions["ended_at"]) > "2024-12-31", "ended_at"] = ""
    surveys = pd.DataFrame(
        {"customer_id": range(n), "at": asked.strftime("%Y-%m-%d"), "instrument": "nps", "score": score}
    )
    return {"subscriptions.csv": subscriptions.to_csv(index=False), "surveys.csv": surveys.to_csv(index=False)}


def test_the_nps_claim_is_answered_from_surveys_and_subscriptions_alone(folder: Callable[..., Path]) -> None:
    """The area under the curve is that of the Mann-Whitney statistic over the same pairs, counted from the files."""
    from scipy.stats import mannwhitneyu

    files = newspaper()
    source = company_source(folder(files, TOML))
    assert source.missing("nps-marks-loyalty") == ""
    answer = next(e for e in collect("nps-marks-loyalty", [source]).estimates if e.role is Role.ANSWER)
    surveys = pd.read_csv(pd.io.common.StringIO(files["surveys.csv"]))
    ended = pd.to_datetime(pd.read_csv(pd.io.common.StringIO(files["subscriptions.csv"]))["ended_at"]).fillna(
        pd.Timestamp.max
    )
    stayed = ended > pd.to_datetime(surveys["at"]) + pd.Timedelta(days=365)
    pairs = mannwhitneyu(surveys.loc[stayed, "score"], surveys.loc[~stayed, "score"]).statistic
    assert (answer.quantity, answer.frame) == ("repurchase_auc", "scores/nps_subscriptions")
    assert answer.value == pytest.approx(pairs / (stayed.sum() * (~stayed).sum()))
    assert answer.low is not None and answer.low > 0.5  # promoters stay three times as long by design


def test_where_purchases_are_there_buying_again_is_what_is_asked(folder: Callable[..., Path]) -> None:
    files = newspaper() | {"transactions.csv": "customer_id,at,amount\n0,2021-02-01,5\n1,2024-12-01,5\n"}
    answers = company_source(folder(files, TOML)).answers["nps-marks-loyalty"]
    assert [answer.frame for answer in answers] == ["scores/nps"]


def test_page_06_of_a_newspaper_gives_its_own_answer(folder: Callable[..., Path]) -> None:
    session = analysis.start("06_satisfaction_and_nps", data=str(folder(newspaper(), TOML)))
    found = session.found("nps-marks-loyalty")
    assert any(e.source == "Daily" and e.quantified for e in found.estimates)
    assert not any(title == "Daily" for title, _ in found.absent)


# Written to on 1 January 2024, followed for a year: p comes back, q comes back and leaves again, r stays away; s is still there.
LETTERS = """campaign_id,customer_id,at,arm,family
w1,p,2024-01-01,letter,winback
w1,q,2024-01-01,control,winback
w1,r,2024-01-01,control,winback
w1,s,2024-01-01,letter,winback
w1,t,2024-01-01,letter,winback
"""
LAPSED = """customer_id,started_at,ended_at
p,2022-01-01,2023-01-01
p,2024-03-01,
q,2022-01-01,2023-01-01
q,2024-03-01,2024-06-01
r,2022-01-01,2023-01-01
s,2022-01-01,
t,2022-01-01,2023-01-01
"""


def test_winning_back_subscribers_by_hand(company: Callable[..., Company]) -> None:
    """A year after 1 January 2024, 366 days long, is 31 December: the last observed day."""
    opened = company({"subscriptions.csv": LAPSED, "campaigns.csv": LETTERS}, TOML)
    assert missing(opened, "reactivation-pays") == ""
    frame = BUILDERS["experiment/winback_subscriptions"].build(opened)
    assert frame.table[["arm", "outcome"]].values.tolist() == [
        ["letter", 1],
        ["control", 0],
        ["control", 0],
        ["letter", 0],
    ]
    assert frame.context.outcome == "a subscriber again 365 days later"
    assert left_out(opened, "experiment/winback_subscriptions") == {
        "subscription running on the day: nobody to win back": 1
    }


def test_offers_to_subscribers_and_strangers_by_hand(company: Callable[..., Company]) -> None:
    """p had subscribed before, x never: a stranger; who subscribes on the day itself is one, too."""
    text = """campaign_id,customer_id,at,arm,responded
o1,p,2024-01-01,offer,true
o1,x,2024-01-01,offer,false
o1,y,2024-01-01,offer,true
"""
    opened = company({"subscriptions.csv": LAPSED + "y,2024-01-01,\n", "campaigns.csv": text}, TOML)
    table = BUILDERS["offers"].build(opened).table
    assert table[["earlier", "responded"]].values.tolist() == [["bought", 1], ["never", 0], ["never", 1]]
    assert missing(opened, "existing-customers-buy-more-readily") == ""


def test_customers_won_are_first_subscriptions_where_nothing_else_says_when_they_joined(
    company: Callable[..., Company],
) -> None:
    """Of a, b and c two begin in February; b's second subscription in March wins nobody."""
    spending = "period_start,purpose,amount\n" + "".join(
        f"2024-{month:02d}-01,{purpose},10\n" for month in (2, 3) for purpose in ("acquisition", "retention")
    )
    text = "customer_id,started_at,ended_at\nz,2023-01-01,\na,2024-02-03,\nb,2024-02-09,2024-02-20\nb,2024-03-09,\nc,2024-03-01,\n"
    opened = company({"subscriptions.csv": text, "spending.csv": spending}, TOML)
    assert missing(opened, "acquisition-cost-multiple") == ""
    assert BUILDERS["cost_periods"].build(opened).table["n_won"].tolist() == [2, 1]


# Outcomes from 2 July 2024 on, failures in the half year before: f's was made good, g's not, h met none. g leaves.
FAILED = """customer_id,started_at,ended_at
f,2022-01-01,
g,2022-01-01,2024-09-01
h,2022-01-01,
"""
TICKETS = """ticket_id,customer_id,opened_at,resolved_at,resolved_first_contact,category
1,f,2024-03-01,2024-03-01,true,failure
2,g,2024-03-01,2024-03-09,false,failure
"""


def test_recovery_among_subscribers_by_hand(company: Callable[..., Company]) -> None:
    opened = company({"subscriptions.csv": FAILED, "tickets.csv": TICKETS}, TOML)
    assert missing(opened, "recovery-restores-loyalty") == ""
    frame = BUILDERS["exposure/recovery_subscriptions"].build(opened)
    assert frame.table[["treated", "dose", "outcome"]].values.tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 1]]
    assert frame.context.outcome == "still a subscriber 182 days later"


@pytest.mark.parametrize("family", ["consistency", "programme"])
def test_families_that_asked_for_purchases_take_subscriptions_alone(
    family: str, company: Callable[..., Company]
) -> None:
    """Four stay of six: which arm they were in and whether they stayed, one row each."""
    rows = [("m1", f"s{i}", "2023-07-01", arm, family) for i, arm in enumerate(["one", "two", "control"] * 2)]
    campaigns = pd.DataFrame(rows, columns=["campaign_id", "customer_id", "at", "arm", "family"])
    subscriptions = pd.DataFrame(
        {
            "customer_id": [f"s{i}" for i in range(6)],
            "started_at": "2023-01-01",
            "ended_at": ["2023-10-01"] * 2 + [""] * 4,
        }
    )
    files = {"campaigns.csv": campaigns.to_csv(index=False), "subscriptions.csv": subscriptions.to_csv(index=False)}
    table = BUILDERS[f"experiment/{family}"].build(company(files, TOML)).table
    assert table["outcome"].tolist() == [0, 0, 1, 1, 1, 1]


def test_the_register_names_the_tables_that_answers_take(company: Callable[..., Company]) -> None:
    """A company without a row lacks every table that some answer asks for; the register's list is the same."""
    empty = company({"referrals.csv": "referrer_id,referred_id,at\n"}, TOML)
    claims = load_register()
    for claim, answers in ANSWERS.items():
        words = "; ".join(";".join(lacks((*BUILDERS[a.frame].needs, *a.needs), empty)) for a in answers)
        asked = set(re.findall(r"table (\w+)", words)) | ({"referrals"} if "referrals" in words else set())
        assert set(claims[claim].own_tables) == asked, claim
