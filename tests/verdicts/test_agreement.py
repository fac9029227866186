"""Whether two records say the same: to the last stable digit, and numbers within texts to the last that is printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core.record import rounded
from analysis.verdicts.agreement import first_difference


@pytest.mark.parametrize(
    ("stored", "computed"),
    [
        (1.2345, 1.2346),
        (12345.0, 12346.0),
        (0.00012345, 0.00012344),
        (-1.2345, -1.2346),
        (9.9999, 10.0),
        (0.0, 0.0),
        (float("nan"), float("nan")),
        (3, 3.0),
        ("12,345 of 20,000 (61.7 %)", "12,345 of 20,000 (61.8 %)"),
        ({"a": [1.0, None]}, {"a": [1.0, None]}),
    ],
)
def test_agree(stored, computed):
    assert first_difference(stored, computed) == ""


@pytest.mark.parametrize(
    ("stored", "computed"),
    [
        (1.2345, 1.2347),
        (12345.0, 12347.0),
        (100, 101),
        (1_234_567, 1_234_568),  # counts are equal or not, however large
        (1.0, -1.0),
        (1.0, None),
        (0.0, 0.1),
        (float("nan"), 1.0),
        (True, False),
        (True, 1),
        ("12,345 of 20,000", "12,346 of 20,000"),
        ("61.7 %", "61.9 %"),
        ("holds", "fails"),
        ([1.0], [1.0, 2.0]),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_differ(stored, computed):
    assert first_difference(stored, computed)


@given(st.floats(allow_nan=False, allow_infinity=False, width=32), st.floats(-1e-7, 1e-7))
def test_noise_below_the_stable_digits_is_no_difference(number, noise):
    assert first_difference(rounded(number), rounded(number * (1 + noise))) == ""
