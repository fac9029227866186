"""How checks judge: finding nothing with few data is no pass, and a bias too small to matter is no failure."""

import pytest

from analysis.estimators.checks._judging import in_words, judge, tolerated
from tests.helpers import a_quantity


@pytest.mark.parametrize(
    ("low", "high", "passed"),
    [
        (-0.9, 0.9, True),
        (0.1, 0.9, True),  # there, but harmless
        (0.1, 1.1, False),
        (-3.0, -0.5, False),
        (-1.1, 0.5, None),
        (-9.0, 9.0, None),
        (-1.0, 0.5, None),  # a bound on the tolerance is not within it
        (0.0, 2.0, None),  # a bound on nought does not exclude it
    ],
)
def test_an_interval_is_judged_by_nought_and_by_what_matters(low, high, passed):
    assert judge(low, high, tolerance=1.0) is passed


def test_half_the_answer_is_tolerated_but_never_less_than_the_smallest_effect_that_matters():
    quantity = a_quantity(null=5.0, smallest=7.5)  # 2.5 off the null
    assert tolerated(quantity, 15.0) == 5.0
    assert tolerated(quantity, 6.0) == 2.5
    assert tolerated(quantity, -15.0) == 10.0


def test_every_judgement_has_words_of_its_own():
    assert len({in_words(passed) for passed in (True, False, None)}) == 3
