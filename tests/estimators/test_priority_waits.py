"""What a priority rule gives and takes: sums by hand, a cluster error by a second formula, and the scenario's trap."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from analysis.calibration.scenarios.shared_queue import draw_busy_hours
from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.aggregate.priority_waits import both_classes, change_against_shared, estimate_priority_waits
from tests.estimators.frames_for_tests import a_claim_on, a_frame

CLAIM = a_claim_on("favoured_wait_change", Scale.PERCENT)


def days(n=12, waits=(10.0, 20.0, 60.0), favoured=(1, 1, 0), gave_up=(0, 0, 1)):
    k = len(waits)
    return a_frame(
        "waits",
        unit_id=list(range(n * k)),
        favoured=list(favoured) * n,
        wait=[w * (1 + 0.1 * (d % 3)) for d in range(n) for w in waits],
        gave_up=list(gave_up) * n,
        stratum=[f"PS {d}" for d in range(n) for _ in waits],
        cluster=[d for d in range(n) for _ in waits],
    )


def test_half_the_wait_for_the_favoured_is_twice_the_wait_for_the_others():
    """Waits of 10, 20 and 60 share a mean of 30: the favoured wait half of it, the other twice as long."""
    table = both_classes(days())
    assert change_against_shared(table, 1)["value"] == pytest.approx(-50.0)
    assert change_against_shared(table, 0)["value"] == pytest.approx(100.0)


def test_waiting_is_moved_and_not_made():
    """What the favoured gain in seconds is what the others lose, by the conservation law."""
    table = both_classes(draw_busy_hours(-10.0, 4_000, 3))
    moved = [(part["wait"] - part["shared"]).sum() for _, part in table.groupby("favoured")]
    assert sum(moved) == pytest.approx(0.0, abs=1e-6 * table["wait"].sum())


def test_error_is_that_of_leaving_out_one_day_at_a_time():
    """The jack-knife over days, another derivation, comes near the linearised error."""
    table = both_classes(draw_busy_hours(-10.0, 8_000, 5))
    found = change_against_shared(table, 1)
    mine = table[table["favoured"] == 1]
    sums = mine.groupby("cluster")[["wait", "shared"]].sum()
    left_out = [100 * (s["wait"] / s["shared"] - 1) for s in (sums.sum() - row for _, row in sums.iterrows())]
    g = len(sums)
    error = np.sqrt((g - 1) / g * ((np.array(left_out) - np.mean(left_out)) ** 2).sum())
    assert found["high"] - found["value"] == pytest.approx(t.ppf(0.975, g - 1) * error, rel=0.1)


def test_hours_with_one_class_only_tell_nothing():
    frame = days()
    alone = frame.table.assign(
        unit_id=frame.table["unit_id"] + 1_000, stratum=frame.table["stratum"] + " late", favoured=1, wait=9_999.0
    )
    both = a_frame("waits", **{c: frame.table[c].tolist() + alone[c].tolist() for c in frame.table})
    assert len(both_classes(both)) == len(frame.table)


# Shares without scatter have no error: it is nothing, or what rounding leaves of it, by the processor.
@pytest.mark.filterwarnings("ignore:divide by zero encountered in divide:RuntimeWarning")
def test_giving_up_is_compared_within_the_hour_and_counts_its_events():
    claim = a_claim_on("giving_up_difference", Scale.PERCENTAGE_POINTS)
    # Of the favoured nobody gives up, of the others everybody, every day.
    found = estimate_priority_waits(days(), claim, quantity="giving_up_difference")
    assert found[0].value == pytest.approx(-100.0)
    assert (found[0].events, found[0].smallest_group) == (0, 12)


def test_naive_number_forgets_the_hour():
    frame = draw_busy_hours(-10.0, 12_000, 8)
    answer, naive = estimate_priority_waits(frame, CLAIM)
    assert answer.low < -10.0 < answer.high
    assert naive.role is Role.NAIVE
    assert naive.value > answer.high, "the favoured call in the hours in which all wait long"


def test_too_few_days_and_no_wait_are_refused():
    with pytest.raises(FrameMistake, match="at least 10 days"):
        estimate_priority_waits(days(n=9), CLAIM)
    with pytest.raises(FrameMistake, match="nobody waits"):
        estimate_priority_waits(days(waits=(0.0, 0.0, 0.0)), CLAIM)
