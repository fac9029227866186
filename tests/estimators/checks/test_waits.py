"""Who pays for a queue order, on queues followed by hand."""

from __future__ import annotations

import pytest

from analysis.core.vocabulary import Direction, Scale
from analysis.estimators.checks.waits import check_who_pays
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("weighted_wait_change", Scale.PERCENT, direction=Direction.BELOW, smallest=-5.0)


def a_queue(arrivals, priority):
    n = len(arrivals)
    return a_frame("queue", arrival_hours=arrivals, handling_hours=[3.0] * n, priority=priority, value=[1.0] * n)


def test_others_who_wait_longer_are_found():
    """One server, three hours each, the last of four urgent: the others wait 0, 5, 7 instead of 0, 2, 4."""
    found = check_who_pays(a_queue([0.0, 1.0, 2.0, 2.5], [3, 3, 3, 1]), CLAIM, n_servers=1)
    others = next(row for row in found.table if row["tickets"] == "others")
    assert found.passed is False
    assert others["first come, hours"] == pytest.approx(2.0)
    assert others["by value, hours"] == pytest.approx(4.0)


def test_an_order_that_moves_nobody_costs_nobody():
    found = check_who_pays(a_queue([0.0, 1.0, 2.0], [3, 3, 3]), CLAIM, n_servers=1)
    assert found.passed is True
