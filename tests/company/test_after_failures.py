"""The days after a failure: whoever leaves at once is counted."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.estimators.observational.doubly_robust import estimate_doubly_robust
from analysis.frames.builders import after_failures, failures
from analysis.register.claims import load_register
from tests.company.known_truths import left_at_once

CLAIM = load_register()["service-failure-drives-churn"]
TOML = '[company]\nend_of_observation = "2025-12-31"\n'


@pytest.fixture
def firm(company):
    tables = left_at_once(seed=1, n=2_500)
    return company({f"{name}.csv": table.to_csv(index=False) for name, table in tables.items()}, TOML)


def test_who_leaves_at_once_is_counted_and_a_landmark_finds_nobody(firm) -> None:
    """One in ten leaves over a failure: ten points within 30 days. Half a year on the difference is gone."""
    landmark, _ = estimate_doubly_robust(
        failures.build_failure(firm, subscribed=True), CLAIM, quantity="churn_difference"
    )
    assert landmark.high < 6
    for days in after_failures.HORIZONS:
        frame = after_failures.build_after_failure(firm, days=days)
        found, _ = estimate_doubly_robust(frame, CLAIM, quantity="churn_difference")
        truth = 10 * (np.exp(-0.0004 * days) + np.exp(-0.0008 * days)) / 2
        assert found.low < truth < found.high
        assert found.low > 5
        assert f"{days} days later" in found.method


BY_HAND = """ticket_id,customer_id,opened_at,category
1,a,2024-03-01,failure
2,a,2024-03-01,failure
3,a,2024-03-11,failure
4,b,2024-03-01,question
5,b,2024-12-20,failure
6,c,2024-03-01,failure
7,d,2024-01-01,failure
"""
SUBSCRIPTIONS = """customer_id,started_at,ended_at
a,2023-12-01,2024-03-20
b,2023-12-01,
d,2023-12-01,
"""


def test_failures_by_hand(company) -> None:
    """a met one on 1 March and has left nineteen days later; ten days after it his next one is no new one. b's comes too
    late, d's too early, c subscribes to nothing. The days to compare with are one a subscriber."""
    opened = company(
        {"tickets.csv": BY_HAND, "subscriptions.csv": SUBSCRIPTIONS}, '[company]\nend_of_observation = "2024-12-31"\n'
    )
    table = after_failures.build_after_failure(opened, days=30).table
    exposed = table[table["treated"] == 1]
    assert exposed["outcome"].tolist() == [1]
    assert (exposed["x_tenure_years"] * 365.25).round().tolist() == [91]
    assert 1 <= (table["treated"] == 0).sum() <= 3
    entry = opened.ledger()["exposure/failure_30_days"]
    assert {item.reason: item.rows for item in entry.left_out} == {
        "another failure of the same day": 1,
        "no subscription running on the day": 1,
        "shortly after another failure": 1,
        "ticket of another category: no failure": 1,
        "too early: the days before it are not observed": 1,
        "too late: the days after it are not observed": 1,
    }
    assert entry.rows_used == 1
