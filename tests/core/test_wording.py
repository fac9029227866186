"""Numbers as readers see them. Expected texts are written by hand from the rule: three significant digits, no zeros behind."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core.results import estimate_in_words, interval
from analysis.core.vocabulary import Kind
from analysis.core.wording import number, with_unit
from tests.helpers import an_estimate

M = "\u2212"  # minus
S = "\u202f"  # narrow space


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (-1, f"{M}1"),
        (2.5, "2.5"),
        (2.554, "2.55"),
        (9.996, "10"),
        (0.9996, "1"),
        (99.96, "100"),
        (999.6, "1,000"),
        (1234.4, "1,234"),
        (69659, "69,659"),
        (1234567.8, "1,234,568"),
        (0.05, "0.05"),
        (0.041666, "0.0417"),
        (0.00001234, "0.0000123"),
        (-0.5, f"{M}0.5"),
        (100, "100"),
        (1000, "1,000"),
        (math.inf, "no bound"),
        (-math.inf, "no bound"),
        (None, "not given"),
    ],
)
def test_number_keeps_three_significant_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(("digits", "text"), [(1, "0.1"), (2, "0.12"), (4, "0.1235"), (12, "0.123456")])
def test_number_keeps_as_many_digits_as_asked_for(digits, text):
    assert number(0.123456, digits) == text


@given(st.floats(min_value=-1e9, max_value=1e9))
def test_number_is_right_to_half_a_unit_of_its_last_digit(value):
    shown = float(number(value).replace(M, "-").replace(",", ""))
    assert abs(shown - value) <= max(abs(value) * 0.00501, 1e-15)  # what is smaller is written 0
    assert shown == 0 or math.copysign(1, shown) == math.copysign(1, value)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.5, "times", "1.5 times"),
        (-3, "percentage points", f"{M}3 percentage points"),
        (3, "% a year", f"3{S}% a year"),
        (3, "%", f"3{S}%"),
        (3, "", "3"),
        (None, "times", "not given"),
        (math.inf, "times", "no bound"),
    ],
)
def test_with_unit_sets_the_unit_behind_a_number_only(value, unit, text):
    assert with_unit(value, unit) == text


def test_interval_states_its_level_and_bounds():
    assert interval(an_estimate(2, -1.25, 5)) == f"95{S}% interval {M}1.25 to 5"
    assert interval(dataclasses.replace(an_estimate(2, -1.25, 5), level=0.999)) == f"99.9{S}% interval {M}1.25 to 5"
    assert interval(an_estimate(2, 1, math.inf)) == f"95{S}% interval 1 to no bound"
    assert interval(an_estimate(2)) == "no interval"
    assert interval(an_estimate(2, kind=Kind.PUBLISHED)) == "no interval published"


def test_estimate_in_words_gives_value_interval_and_n():
    assert estimate_in_words(an_estimate(2, 1, 3, n=69659)) == f"2 points (95{S}% interval 1 to 3; n = 69,659)"
    assert estimate_in_words(an_estimate(2, 1, 3)) == f"2 points (95{S}% interval 1 to 3)"
    assert estimate_in_words(an_estimate(None)) == "not given (no interval)"
