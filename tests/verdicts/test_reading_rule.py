"""The reading rule's promises on generated intervals, and each fault of the first edition as a case that it got wrong."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.core.results import CheckResult
from analysis.core.vocabulary import Direction, OnFailure, Outcome, Shade
from analysis.verdicts.assess import assess, outcome_of, outcome_on_line, why_not_read
from tests.helpers import a_quantity, a_ratio, an_estimate

numbers = st.integers(-400, 400).map(lambda x: x / 20)
widths = st.integers(0, 400).map(lambda x: x / 20)
sizes = st.one_of(st.none(), st.integers(21, 400).map(lambda x: x / 20))
MAY_BECOME = {
    "open": {"open"},
    "direction only": {"direction only", "open"},
    "holds": {"holds", "direction only", "open"},
    "overstated": {"overstated", "holds", "direction only", "open"},
    "fails": {"fails", "overstated", "direction only", "open"},
}


@given(numbers, widths, widths, widths, sizes)
def test_widening_only_takes_information_away(low, width, left, right, size):
    before, _ = outcome_on_line(low, low + width, 1.0, size)
    after, shade = outcome_on_line(low - left, low + width + right, 1.0, size)
    assert str(after) in MAY_BECOME[before]
    if before is Outcome.OVERSTATED and after is Outcome.HOLDS:
        assert shade is Shade.SIZE_NOT_SETTLED


@given(numbers, widths, sizes)
def test_mirror_images_read_the_same(low, width, size):
    above = a_quantity(size=size)
    below = a_quantity(direction=Direction.BELOW, smallest=-1.0, size=None if size is None else -size)
    assert outcome_of(low, low + width, above) == outcome_of(-low - width, -low, below)


@given(numbers, widths, sizes, st.sampled_from((0.25, 2.0, 64.0)))
def test_rescaling_changes_nothing(low, width, size, factor):
    scaled = outcome_on_line(low * factor, (low + width) * factor, factor, None if size is None else size * factor)
    assert scaled == outcome_on_line(low, low + width, 1.0, size)


@given(numbers, widths, sizes)
def test_every_interval_has_exactly_one_reading_and_the_table_says_which(low, width, size):
    """The table of the rule, row by row, written down a second time."""
    high = low + width
    rows = [
        ("fails", high < 1),
        ("overstated", size is not None and low > 0 and high < size),
        ("holds", low >= 1),
        ("direction only", low > 0),
        ("open", low <= 0 and high >= 1),
    ]
    assert outcome_on_line(low, high, 1.0, size)[0] == next(name for name, applies in rows if applies)


@pytest.mark.parametrize(
    ("low", "high", "outcome", "shade"),
    [
        (0.0, 2.0, "open", ""),
        (1.0, 5.0, "holds", "size not settled"),
        (0.5, 5.0, "direction only", ""),
        (5.0, 6.0, "holds", "in full"),
        (-1.0, 1.0, "open", ""),
        (-1.0, 0.0, "fails", "too small to matter"),
        (-2.0, -0.1, "fails", "opposite"),
        (0.1, 4.9, "overstated", ""),
    ],
)
def test_touching_a_bound_is_not_being_beyond_it(low, high, outcome, shade):
    assert outcome_on_line(low, high, 1.0, 5.0) == (outcome, shade)


def test_a_wider_interval_cannot_turn_fails_into_holds():
    """First edition: (.154; .952) failed and (.154; 1.001) held."""
    assert outcome_on_line(0.154, 0.952, 1.0, None)[0] is Outcome.FAILS
    assert outcome_on_line(0.154, 1.001, 1.0, None)[0] is Outcome.DIRECTION_ONLY


def test_a_trifle_that_is_just_significant_does_not_hold():
    """First edition, smallest effect .8: (.114; .918) held while its neighbour at 1, (.154; .952), failed."""
    assert outcome_on_line(0.114, 0.918, 0.8, None)[0] is Outcome.DIRECTION_ONLY


def test_a_ratio_of_slopes_may_reach_below_nothing_and_is_read_without_a_bound_there():
    """First edition: refused with ParameterMistake, so that only tidy ratios could be entered."""
    quantity = a_ratio(size=None)
    untidy = an_estimate(2.0, -0.7, 9.0, quantity=quantity)
    assert assess(untidy, quantity).outcome is Outcome.OPEN
    assert assess(an_estimate(2.0, 1.3, math.inf, quantity=quantity), quantity).outcome is Outcome.HOLDS
    assert assess(an_estimate(-2.0, -3.0, -1.0, quantity=quantity), quantity).outcome is Outcome.FAILS


@pytest.mark.parametrize("counts", [{"events": 9}, {"smallest_group": 29}])
def test_three_clicks_decide_nothing(counts):
    """First edition: an interval from fewer than ten events read *supported*."""
    assessment = assess(an_estimate(3.0, 2.0, 4.0, **counts), a_quantity())
    assert assessment.outcome is Outcome.NO_READING
    assert "fewer than" in assessment.sentence
    enough = {name: count + 1 for name, count in counts.items()}
    assert assess(an_estimate(3.0, 2.0, 4.0, **enough), a_quantity()).outcome is Outcome.OVERSTATED


def a_check(**changes):
    fields = {"name": "overlap", "passed": False, "sentence": "It does not.", "source": "Shop A", "frame": "exposure"}
    return CheckResult(**{**fields, "on_failure": OnFailure.VOIDS, **changes})


def test_a_failed_identifying_check_leaves_no_reading():
    """First edition: `read` knew no checks, and an estimate whose overlap failed read *supported*."""
    estimate = an_estimate(3.0, 2.0, 4.0, frame="exposure")
    assert assess(estimate, a_quantity(), [a_check()]).outcome is Outcome.NO_READING
    for harmless in (
        a_check(passed=True),
        a_check(passed=None),
        a_check(on_failure=OnFailure.LOWERS),
        a_check(source="Shop B"),
        a_check(frame="exposure/other"),
        a_check(quantity="another"),
    ):
        assert why_not_read(estimate, [harmless]) == ""


def test_a_sign_called_significant_reads_direction_only_however_it_is_written():
    derived = "published as significant, no more"
    for low in (0.0, 0.5, 2.0):
        assert assess(an_estimate(3.0, low, math.inf, derived=derived), a_quantity()).outcome is Outcome.DIRECTION_ONLY
    assert assess(an_estimate(3.0, 2.0, math.inf), a_quantity()).outcome is Outcome.HOLDS


@given(st.integers(1, 80).map(lambda x: x / 20), widths, sizes)
def test_ratios_are_read_on_their_logarithm(low, width, size):
    assume(size is None or size > 1.25)
    quantity = a_ratio(size=size)
    line = [math.log(x) for x in (low, low + width)]
    expected = outcome_on_line(*line, math.log(1.25), None if size is None else math.log(size))
    assert outcome_of(low, low + width, quantity) == expected
