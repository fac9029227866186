"""Queues small enough to follow by hand, and what any order of serving leaves unchanged."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Design, Direction, Role, Scale
from analysis.estimators.aggregate.queue_simulation import estimate_queue_simulation, simulate_waits, waiting_hours
from tests.estimators.frames_for_tests import a_claim_on, a_frame

WEIGHTED = a_claim_on("weighted_wait_change", Scale.PERCENT, direction=Direction.BELOW, smallest=-5.0)
URGENT = a_claim_on("urgent_wait_change", Scale.PERCENT, direction=Direction.BELOW, smallest=-5.0)


def a_queue(**changes):
    """Four tickets of three hours each; the desk has one server. The last to come is the urgent, the valuable one."""
    columns = {
        "arrival_hours": [0.0, 1.0, 2.0, 2.5],
        "handling_hours": [3.0, 3.0, 3.0, 3.0],
        "priority": [3, 3, 3, 1],
        "value": [1.0, 1.0, 1.0, 7.0],
    }
    return a_frame("queue", **columns | changes)


def test_the_urgent_ticket_overtakes_and_the_others_pay():
    """First come: waits 0, 2, 4, 6.5. Urgent second: 0, 5, 7, .5."""
    waits = simulate_waits(a_queue(), n_servers=1)
    assert waits.first_come.tolist() == [0.0, 2.0, 4.0, 6.5]
    assert waits.by_value.tolist() == [0.0, 5.0, 7.0, 0.5]


def test_changes_of_the_weighted_and_the_urgent_wait():
    """Weighted: 2 + 4 + 7 x 6.5 = 51.5 against 5 + 7 + 7 x .5 = 15.5; urgent: 6.5 against .5."""
    options = {"n_servers": 1}
    weighted = estimate_queue_simulation(a_queue(), WEIGHTED, quantity="weighted_wait_change", **options)[0]
    urgent = estimate_queue_simulation(a_queue(), URGENT, quantity="urgent_wait_change", **options)[0]
    assert weighted.value == pytest.approx(100 * (15.5 / 51.5 - 1))
    assert urgent.value == pytest.approx(100 * (0.5 / 6.5 - 1))


def test_a_model_stands_beside_the_claim_without_an_interval():
    estimate = estimate_queue_simulation(a_queue(), WEIGHTED, n_servers=1)[0]
    assert (estimate.design, estimate.role, estimate.low) == (Design.MODEL, Role.CONTEXT, None)


def test_rows_may_stand_in_any_order():
    mixed = a_queue(arrival_hours=[2.5, 0.0, 2.0, 1.0], priority=[1, 3, 3, 3], value=[7.0, 1.0, 1.0, 1.0])
    waits = simulate_waits(mixed, n_servers=1)
    assert waits.by_value.tolist() == [0.5, 0.0, 7.0, 5.0]


def test_order_does_not_change_the_mean_wait_where_all_take_equally_long():
    """Conservation: with equal handling a permutation of the waiting tickets moves waits, it makes none."""
    rng = np.random.default_rng(1)
    arrival = np.sort(rng.uniform(0, 100, 500))
    handling = np.full(500, 0.5)
    orders = ([*arrival], [*rng.permutation(500)], [*(-arrival)])
    means = [waiting_hours(arrival, handling, order, 3).mean() for order in orders]
    assert means[1] == pytest.approx(means[0]) and means[2] == pytest.approx(means[0])


def test_more_servers_take_waits_away():
    arrival, handling = np.zeros(4), np.ones(4)
    assert waiting_hours(arrival, handling, range(4), 1).tolist() == [0, 1, 2, 3]
    assert waiting_hours(arrival, handling, range(4), 2).tolist() == [0, 0, 1, 1]
    assert waiting_hours(arrival, handling, range(4), 4).tolist() == [0, 0, 0, 0]


def test_servers_are_as_many_as_the_utilisation_asks_for():
    """12 hours of work that come in within 8 hours: at 90 % two servers, at 30 % five."""
    frame = a_queue(arrival_hours=[0.0, 1.0, 2.0, 8.0])
    assert simulate_waits(frame, 0.9).n_servers == 2
    assert simulate_waits(frame, 0.3).n_servers == 5


def test_nobody_waiting_and_impossible_utilisation_are_refused():
    idle = a_queue(arrival_hours=[0.0, 10.0, 20.0, 30.0])
    with pytest.raises(FrameMistake, match="must wait under first come"):
        estimate_queue_simulation(idle, WEIGHTED)
    with pytest.raises(ParameterMistake, match="`utilisation` must lie between 0 and 1; got 1"):
        estimate_queue_simulation(a_queue(), WEIGHTED, utilisation=1)
    with pytest.raises(ParameterMistake, match="`n_servers` must be 1 or more, or None; got 0"):
        estimate_queue_simulation(a_queue(), WEIGHTED, n_servers=0)
