"""The reading rule at, and on either side of, every boundary of the table in `analysis.verdicts.assess`."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Direction, Outcome, Scale
from analysis.verdicts.assess import assess, interval_on_line, on_line, outcome_on_line
from tests.helpers import a_quantity, a_ratio, an_estimate

SMALLEST, SIZE = 1.0, 5.0
STEP = 2.0**-10  # exact in binary, so that "just beside" is exact after shifting and doubling too

SUPPORTED, OVERSTATED = Outcome.SUPPORTED, Outcome.OVERSTATED
CONTRADICTED, INCONCLUSIVE = Outcome.CONTRADICTED, Outcome.INCONCLUSIVE

# (low, high) with the null at 0, the claimed side positive, 1 the smallest that matters and 5 the claimed size.
# Read off the table of the module by hand.
BOUNDARIES = [
    # around the null, seen from the other side
    (-3.0, -STEP, CONTRADICTED),
    (-3.0, 0.0, INCONCLUSIVE),
    (-3.0, STEP, INCONCLUSIVE),
    # around the null, seen from the claimed side
    (-STEP, 6.0, INCONCLUSIVE),
    (0.0, 6.0, INCONCLUSIVE),
    (STEP, 6.0, SUPPORTED),
    # the upper bound around the smallest that matters, the lower one inside
    (-0.5, 1.0 - STEP, CONTRADICTED),
    (-0.5, 1.0, INCONCLUSIVE),
    (-0.5, 1.0 + STEP, INCONCLUSIVE),
    # the lower bound around the smallest that matters, the upper one inside
    (-1.0 + STEP, 0.5, CONTRADICTED),
    (-1.0, 0.5, INCONCLUSIVE),
    (-1.0 - STEP, 0.5, INCONCLUSIVE),
    # both bounds at the smallest
    (-1.0 + STEP, 1.0 - STEP, CONTRADICTED),
    (-1.0, 1.0, INCONCLUSIVE),
    # wholly on the claimed side, around the smallest that matters: a real effect too small to matter is no support
    (0.25, 1.0 - STEP, CONTRADICTED),
    (0.25, 1.0, OVERSTATED),
    (0.25, 1.0 + STEP, OVERSTATED),
    (1.0, 6.0, SUPPORTED),
    # the upper bound around the claimed size
    (2.0, 5.0 - STEP, OVERSTATED),
    (2.0, 5.0, SUPPORTED),
    (2.0, 5.0 + STEP, SUPPORTED),
    # wholly beyond the claimed size
    (5.0, 6.0, SUPPORTED),
    (6.0, 9.0, SUPPORTED),
    # touching the null with an interval too short to matter
    (0.0, 0.5, CONTRADICTED),
    (-0.5, 0.0, CONTRADICTED),
    (0.0, 0.0, CONTRADICTED),
]
WITHOUT_SIZE = [(low, high, SUPPORTED if outcome is OVERSTATED else outcome) for low, high, outcome in BOUNDARIES]


def difference(null: float = 0.0, sign: int = 1, size: float | None = SIZE):
    """Return a difference quantity and the function that puts a point of the line on its scale."""
    quantity = a_quantity(
        null=null,
        direction=Direction.ABOVE if sign > 0 else Direction.BELOW,
        smallest=null + sign * SMALLEST,
        size=None if size is None else null + sign * size,
    )
    return quantity, lambda x: null + sign * x


def ratio(scale: Scale = Scale.RATIO, sign: int = 1, size: float | None = SIZE):
    """The same on a ratio scale: a step on the line is a doubling; 1 that matters is 2, the claimed 5 is 32."""
    quantity = a_ratio(
        scale=scale,
        direction=Direction.ABOVE if sign > 0 else Direction.BELOW,
        smallest=2.0 ** (sign * SMALLEST),
        size=None if size is None else 2.0 ** (sign * size),
    )
    return quantity, lambda x: 2.0 ** (sign * x)


SCALES = {
    "difference, above": difference(),
    "difference, below": difference(sign=-1),
    "share around 8, above": difference(null=8.0),
    "share around 8, below": difference(null=8.0, sign=-1),
    "ratio, above": ratio(),
    "ratio, below": ratio(sign=-1),
    "odds ratio, above": ratio(Scale.ODDS_RATIO),
    "hazard ratio, below": ratio(Scale.HAZARD_RATIO, sign=-1),
}
SIZELESS = {
    "difference, above": difference(size=None),
    "difference, below": difference(sign=-1, size=None),
    "ratio, above": ratio(size=None),
    "ratio, below": ratio(sign=-1, size=None),
}


def assessment_of(quantity, place, low: float, high: float):
    ends = sorted((place(low), place(high)))
    return assess(an_estimate(ends[0], *ends, quantity=quantity), quantity)


@pytest.mark.parametrize(("low", "high", "outcome"), BOUNDARIES)
@pytest.mark.parametrize("name", SCALES)
def test_read_at_each_boundary_follows_the_table(name, low, high, outcome):
    assert assessment_of(*SCALES[name], low, high).outcome is outcome


@pytest.mark.parametrize(("low", "high", "outcome"), WITHOUT_SIZE)
@pytest.mark.parametrize("name", SIZELESS)
def test_read_without_a_claimed_size_is_never_overstated(name, low, high, outcome):
    assert assessment_of(*SIZELESS[name], low, high).outcome is outcome


def test_read_of_a_ratio_interval_down_to_zero_is_without_bound_on_that_side():
    above, below = a_ratio(), a_ratio(direction=Direction.BELOW, smallest=0.8, size=None)
    assert assess(an_estimate(0.3, 0.0, 0.5, quantity=above), above).outcome is CONTRADICTED
    assert assess(an_estimate(0.3, 0.0, 0.5, quantity=below), below).outcome is SUPPORTED
    assert assess(an_estimate(0.3, 0.0, 2.0, quantity=below), below).outcome is INCONCLUSIVE
    assert interval_on_line(an_estimate(0.3, 0.0, 0.5, quantity=above), above)[0] == -math.inf


def test_read_of_an_interval_without_upper_bound_is_read_by_its_lower_one():
    quantity = a_quantity()
    assert assess(an_estimate(3.0, 2.0, math.inf), quantity).outcome is SUPPORTED
    assert assess(an_estimate(3.0, -2.0, math.inf), quantity).outcome is INCONCLUSIVE


def test_on_line_puts_the_null_at_zero_and_the_claim_on_the_positive_side():
    assert on_line(12.0, a_quantity(null=10.0)) == 2.0
    assert on_line(12.0, a_quantity(null=10.0, direction=Direction.BELOW)) == -2.0
    assert on_line(math.e, a_ratio()) == pytest.approx(1.0, abs=1e-15)
    assert on_line(math.e, a_ratio(direction=Direction.BELOW)) == pytest.approx(-1.0, abs=1e-15)
    # A null other than 1 is divided out: ln(6 / 2) = ln 3.
    assert on_line(6.0, a_ratio(null=2.0)) == pytest.approx(math.log(3), abs=1e-15)
    assert math.copysign(1, on_line(0.0, a_quantity(direction=Direction.BELOW))) == 1  # no "-0" in sentences


def test_read_without_interval_is_unquantified_and_says_that_it_decides_nothing():
    assessment = assess(an_estimate(7.0, n=40), a_quantity())
    assert assessment.outcome is Outcome.UNQUANTIFIED
    assert assessment.sentence == (
        "Shop A: 7 points (no interval published; n = 40); without an interval it decides nothing."
    )


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        (1, "speaks for the claim"),
        (-1, "speaks against the claim"),
        (0, "points neither way"),
        (None, "gives no sign"),
    ],
)
def test_read_of_a_sign_only_says_which_way_it_points(sign, words):
    assessment = assess(an_estimate(None, sign=sign), a_quantity())
    assert assessment.outcome is Outcome.UNQUANTIFIED
    assert assessment.sentence == f"Shop A {words} without a published size."


@pytest.mark.parametrize(
    ("value", "low", "high", "meaning"),
    [
        (7, 6, 8, "the whole interval lies on the claimed side of no effect, and the claimed 5 points is not excluded"),
        (3, 2, 4, "the direction holds, but the whole interval falls short of the claimed 5 points"),
        (-3, -4, -2, "the whole interval lies on the other side of no effect"),
        (0.5, 0.25, 0.75, "the whole interval is nearer to no effect than the smallest that matters (1 points)"),
        (2, -1, 5, "the interval reaches both sides of no effect"),
        (2, 0, 4, "the interval touches no effect"),
        (-2, -4, 0, "the interval touches no effect"),
    ],
)
def test_sentence_names_source_number_interval_and_meaning(value, low, high, meaning):
    sentence = assess(an_estimate(value, low, high, n=1234), a_quantity()).sentence
    number = str(value).replace("-", "\u2212")
    bounds = f"{low} to {high}".replace("-", "\u2212")
    assert sentence == f"Shop A: {number} points (95\u202f% interval {bounds}; n = 1,234); {meaning}."


def test_sentence_without_claimed_size_does_not_speak_of_one():
    quantity = a_quantity(size=None)
    sentence = assess(an_estimate(7, 6, 8), quantity).sentence
    assert sentence.endswith("the whole interval lies on the claimed side of no effect.")


def test_sentence_below_the_null_speaks_of_the_claimed_side_too():
    quantity = a_quantity(direction=Direction.BELOW, smallest=-1.0, size=None)
    assert "lies on the claimed side of no effect" in assess(an_estimate(-7, -8, -6), quantity).sentence
    assert "lies on the other side of no effect" in assess(an_estimate(7, 6, 8), quantity).sentence


@pytest.mark.parametrize(
    ("changes", "fragment"),
    [
        ({"name": "other"}, r"`quantity` of the estimate for 'invented-claim' from Shop A .* 'other'; got 'effect'"),
        ({"scale": Scale.PERCENT}, r"`scale` of the estimate .* registered .*percent.*; got .*difference"),
        ({"null": 0.5}, r"`null` of the estimate .* registered 0\.5; got 0\.0"),
    ],
)
def test_read_by_another_rule_than_the_registered_one_is_refused(changes, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        assess(an_estimate(3, 2, 4), a_quantity(**changes))


# Properties. Points of the line are multiples of 1/8, so that boundaries are met often and every sum is exact.
POINTS = st.integers(-80, 80).map(lambda eighths: eighths / 8)
POSITIVE = st.integers(1, 80).map(lambda eighths: eighths / 8)
SIZES = st.none() | POSITIVE


@given(POINTS, POINTS, POSITIVE, SIZES, POSITIVE, POSITIVE)
def test_widening_an_inconclusive_interval_never_makes_it_conclusive(a, b, smallest, size, left, right):
    low, high = min(a, b), max(a, b)
    if outcome_on_line(low, high, smallest, size) is INCONCLUSIVE:
        assert outcome_on_line(low - left, high + right, smallest, size) is INCONCLUSIVE


@given(POINTS, POINTS, POSITIVE, SIZES, POSITIVE, POSITIVE)
def test_widening_never_turns_into_support_what_was_not_on_the_claimed_side(a, b, smallest, size, left, right):
    low, high = min(a, b), max(a, b)
    wider = outcome_on_line(low - left, high + right, smallest, size)
    if wider in (SUPPORTED, OVERSTATED):
        assert low > 0


@given(POINTS, POINTS, POSITIVE, SIZES)
def test_each_interval_has_exactly_the_outcome_of_the_table(a, b, smallest, size):
    low, high = min(a, b), max(a, b)
    contradicted = high < 0 or (low > -smallest and high < smallest)
    holds = {
        CONTRADICTED: contradicted,
        OVERSTATED: not contradicted and low > 0 and size is not None and high < size,
        SUPPORTED: not contradicted and low > 0 and (size is None or high >= size),
        INCONCLUSIVE: not contradicted and low <= 0 <= high,
    }
    assert [outcome for outcome, is_so in holds.items() if is_so] == [outcome_on_line(low, high, smallest, size)]


def flipped(quantity, turn):
    """Return the quantity of the opposite claim: null, smallest and size turned over, direction reversed."""
    return dataclasses.replace(
        quantity,
        null=turn(quantity.null),
        smallest=turn(quantity.smallest),
        size=None if quantity.size is None else turn(quantity.size),
        direction=Direction.BELOW if quantity.direction is Direction.ABOVE else Direction.ABOVE,
    )


@given(POINTS, POINTS, POINTS, POINTS, POSITIVE, SIZES, st.sampled_from(Direction))
def test_negating_claim_and_data_flips_nothing(a, b, c, null, smallest, size, direction):
    side = 1 if direction is Direction.ABOVE else -1
    quantity = a_quantity(
        null=null,
        direction=direction,
        smallest=null + side * smallest,
        size=None if size is None else null + side * size,
    )
    opposite = flipped(quantity, lambda x: -x)
    low, value, high = sorted((a, b, c))
    there = assess(an_estimate(value, low, high, quantity=quantity), quantity)
    back = assess(an_estimate(-value, -high, -low, quantity=opposite), opposite)
    assert there.outcome is back.outcome


@given(POINTS, POINTS, POINTS, POSITIVE, SIZES, st.sampled_from(Direction))
def test_inverting_claim_and_data_flips_nothing_on_ratio_scales(a, b, c, smallest, size, direction):
    side = 1 if direction is Direction.ABOVE else -1
    # Whole powers of two are inverted without rounding, so that boundaries stay boundaries.
    quantity = a_ratio(
        direction=direction,
        smallest=2.0 ** (8 * side * smallest),
        size=None if size is None else 2.0 ** (8 * side * size),
    )
    opposite = flipped(quantity, lambda x: 1 / x)
    low, value, high = sorted(2.0 ** (8 * x) for x in (a, b, c))
    there = assess(an_estimate(value, low, high, quantity=quantity), quantity)
    back = assess(an_estimate(1 / value, 1 / high, 1 / low, quantity=opposite), opposite)
    assert there.outcome is back.outcome
