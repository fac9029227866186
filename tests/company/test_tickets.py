"""Frames from tickets, counted by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from analysis.company.store import Company
from analysis.estimators.survival.cause_specific_hazard import estimate_cause_specific_hazard
from analysis.frames.builders import failures, tickets
from analysis.register.claims import load_register
from tests.company.known_truths import settled_at_first_contact

TOML = '[company]\nend_of_observation = "2024-12-31"\n'

# a bought twice before 1 March, 33 days apart, and 100 days after it. b bought once, the day before, and never again.
LOG = """customer_id,at,amount
a,2024-01-01,10
a,2024-02-03,30
a,2024-06-09,5
b,2024-02-29,7
"""
TICKETS = """ticket_id,customer_id,opened_at,resolved_at,resolved_first_contact,priority,category,severity
1,a,2024-03-01 08:00,2024-03-01 10:00,true,1,question,2
2,b,2024-03-01 09:00,2024-03-02 09:00,false,2,,
3,c,2024-03-01 10:00,2024-03-01 11:00,true,1,question,1
4,a,2024-11-01 10:00,2024-11-01 11:00,true,1,question,1
5,a,2024-03-02 10:00,,,1,question,1
"""
SUBSCRIPTIONS = """customer_id,started_at,ended_at
a,2023-03-02,2024-08-30
b,2023-03-02,
c,2024-03-02,
"""


@pytest.fixture
def shop(company: Callable[..., Company]) -> Company:
    return company({"transactions.csv": LOG, "tickets.csv": TICKETS}, TOML)


@pytest.fixture
def firm(company: Callable[..., Company]) -> Company:
    return company({"subscriptions.csv": SUBSCRIPTIONS, "tickets.csv": TICKETS}, TOML)


def left_out(company: Company, key: str) -> dict[str, int]:
    return {item.reason: item.rows for item in company.ledger()[key].left_out}


def test_first_contact_and_buying_again_by_hand(shop: Company) -> None:
    """Ticket 1: solved; 2 purchases and 40 in the year before, first 60 and last 27 days before; bought again. Ticket 2:
    not solved; one purchase the day before, none after."""
    table = tickets.build_first_contact(shop, subscribed=False).table
    assert table[["treated", "outcome", "x_purchases_year", "x_spend_year"]].values.tolist() == [
        [1, 1, 2, 40],
        [0, 0, 1, 7],
    ]
    assert (table["x_tenure_years"] * 365.25).round().tolist() == [60, 1]
    assert (table["x_weeks_since_last"] * 7).round().tolist() == [27, 1]
    assert table["x_severity"].tolist() == [2, 0]
    assert table["x_no_severity"].tolist() == [0, 1]
    assert table["stratum"].tolist() == ["question", "not known"]
    assert left_out(shop, "exposure/first_contact_repurchase") == {
        "customer without a purchase before the ticket": 1,
        "window after it not observed whole": 1,
        "resolved_first_contact not known": 1,
    }


def test_first_contact_and_churn_by_hand(firm: Company) -> None:
    """182 days after 1 March is 30 August: a, whose first day without it is, has left; b is still there; c came later."""
    table = tickets.build_first_contact(firm, subscribed=True).table
    assert table[["treated", "outcome"]].values.tolist() == [[1, 1], [0, 0]]
    assert left_out(firm, "exposure/first_contact") == {
        "no subscription running on the day": 1,
        "window after it not observed whole": 1,
        "resolved_first_contact not known": 1,
    }


def test_prompt_is_the_faster_half_of_a_priority(company: Callable[..., Company]) -> None:
    text = "ticket_id,customer_id,opened_at,resolved_at,priority\n" + "".join(
        f"{i},b,2024-03-01 0{i}:00,2024-03-0{1 + i} 00:30,{1 + i % 2}\n" for i in range(1, 7)
    )
    opened = company({"transactions.csv": LOG, "tickets.csv": text}, TOML)
    table = tickets.build_response_time(opened, subscribed=False).table
    # hours grow with the number; priorities 2 (1, 3, 5) and 1 (2, 4, 6): the two faster of each three
    assert table["treated"].tolist() == [1, 1, 1, 1, 0, 0]


def test_response_spells_by_hand(firm: Company) -> None:
    """a leaves 182 days after ticket 1, settled in 2 hours; b is followed for 182 days, settled in 24; ticket 5 is open."""
    table = tickets.build_response_spells(firm).table
    assert (table["duration_years"] * 365.25).round().tolist() == [182, 182]
    assert table["event"].tolist() == [1, 0]
    assert table["x_log2_hours"].tolist() == [1, pytest.approx(math.log2(24))]
    assert table["x_tenure_years"].nunique() == 1 if "x_tenure_years" in table else True
    assert left_out(firm, "spells/response_time") == {"no subscription running on the day": 2, "not settled yet": 1}


def test_queue_by_hand(shop: Company) -> None:
    """Four settled tickets; the first at hour 0. Value is the spend of the year before: 40, 7, 0 and 45."""
    table = tickets.build_queue(shop).table
    assert table["arrival_hours"].tolist() == [0, 1, 2, 245 * 24 + 2]
    assert table["handling_hours"].tolist() == [2, 24, 1, 1]
    assert table["priority"].tolist() == [1, 2, 1, 1]
    assert table["value"].tolist() == [40, 7, 0, 45]
    assert left_out(shop, "queue") == {"not settled yet": 1}


# Observation ends on 31 December 2024: outcomes from 2 July on (182 days), failures in the 182 days before, active in the
# year before 2 January. p, q and r are; s first bought in June. p meets two failures, the last one made good; q one, not
# made good; r none, but a question. p and r buy again.
FAILURE_LOG = """customer_id,at,amount
p,2023-12-01,10
p,2024-02-01,10
p,2024-08-01,10
q,2023-12-02,20
r,2023-12-03,30
r,2024-12-30,30
s,2024-06-01,5
"""
FAILURE_TICKETS = """ticket_id,customer_id,opened_at,resolved_at,resolved_first_contact,category,severity
1,p,2024-03-01,2024-03-09,false,complaint,1
2,p,2024-04-01,2024-04-01,true,Failure,3
3,q,2024-05-01,2024-05-05,false,failure,2
4,r,2024-05-01,2024-05-05,false,question,2
5,s,2024-06-10,2024-06-11,true,complaint,2
6,q,2024-07-02,2024-07-03,true,failure,2
"""


def test_failures_by_hand(company: Callable[..., Company]) -> None:
    opened = company({"transactions.csv": FAILURE_LOG, "tickets.csv": FAILURE_TICKETS}, TOML)
    table = failures.build_failure(opened, subscribed=False).table
    assert table[["treated", "dose", "outcome"]].values.tolist() == [[1, 2, 1], [1, 1, 0], [0, 0, 1]]
    assert table["x_spend_year"].tolist() == [10, 20, 30]
    assert table["x_purchases_meanwhile"].tolist() == [1, 0, 0]
    assert left_out(opened, "exposure/failure_repurchase") == {
        "customer not active before the half year of failures": 1,
        "not in the half year before 2024-07-02": 1,
        "ticket of another category: no failure": 1,
    }


def test_recovery_by_hand(company: Callable[..., Company]) -> None:
    """The last failure counts: p's was made good, q's was not."""
    opened = company({"transactions.csv": FAILURE_LOG, "tickets.csv": FAILURE_TICKETS}, TOML)
    table = failures.build_recovery(opened, subscribed=False).table
    assert table[["treated", "dose", "outcome", "x_severity"]].values.tolist() == [
        [1, 1, 1, 3],
        [1, 0, 0, 2],
        [0, 0, 1, 0],
    ]


def test_failures_and_churn_by_hand(company: Callable[..., Company]) -> None:
    """Subscribers since before 2 January who still were on 2 July: p and r; p is lost by 31 December."""
    subscriptions = "customer_id,started_at,ended_at\np,2023-01-01,2024-12-01\nq,2023-01-01,2024-06-30\nr,2023-01-01,\ns,2024-06-01,\n"
    opened = company({"subscriptions.csv": subscriptions, "tickets.csv": FAILURE_TICKETS}, TOML)
    table = failures.build_failure(opened, subscribed=True).table
    assert table[["treated", "dose", "outcome"]].values.tolist() == [[1, 2, 1], [0, 0, 0]]


def test_categories_of_the_company_are_mapped(company: Callable[..., Company]) -> None:
    text = (
        FAILURE_TICKETS.replace("complaint", "Beschwerde").replace("Failure", "Ausfall").replace("failure", "Ausfall")
    )
    toml = TOML + '[values.tickets.category]\nBeschwerde = "complaint"\nAusfall = "failure"\n'
    opened = company({"transactions.csv": FAILURE_LOG, "tickets.csv": text}, toml)
    assert failures.build_failure(opened, subscribed=False).table["dose"].tolist() == [2, 1, 0]


@pytest.mark.parametrize("ratio", [1.0, 1.1])
def test_a_quick_answer_is_not_credited_with_what_the_first_contact_settled(company, ratio: float) -> None:
    """The first contact drives both: held equal, the interval holds the truth; left out, it lies wholly above it."""
    tables = settled_at_first_contact(seed=1, n=2_000, ratio=ratio)
    files = {f"{name}.csv": table.to_csv(index=False) for name, table in tables.items()}
    frame = tickets.build_response_spells(company(files, '[company]\nend_of_observation = "2024-05-14"\n'))
    claim = load_register()["prompt-response-retains"]
    options = {"quantity": "churn_hazard_ratio_per_doubling", "term": "x_log2_hours"}
    answer, naive = estimate_cause_specific_hazard(frame, claim, **options)
    assert answer.low < ratio < answer.high
    assert naive.low > ratio
    blind = replace(frame, table=frame.table.drop(columns="x_first_contact"))
    assert estimate_cause_specific_hazard(blind, claim, **options)[0].low > ratio


def test_first_contact_is_held_equal_in_both_frames_of_response_time(company, folder) -> None:
    tables = settled_at_first_contact(seed=2, n=300)
    files = {f"{name}.csv": table.to_csv(index=False) for name, table in tables.items()}
    opened = company(files, '[company]\nend_of_observation = "2024-05-14"\n')
    frame = tickets.build_response_time(opened, subscribed=True)
    known = tables["tickets"].set_index("ticket_id")["resolved_first_contact"] == "true"
    assert frame.table["x_first_contact"].sum() == known.sum()
    assert "x_first_contact" not in tickets.build_first_contact(opened, subscribed=True).table
