"""P-values that intervals imply, and how many conclusions survive when many claims are tested at once."""

import dataclasses
import math

import pytest
from scipy.stats import norm

from analysis.core.vocabulary import Rule, Scale
from analysis.verdicts.decide import decide
from analysis.verdicts.multiplicity import holm_sentence, surviving_holm, two_sided_p
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate

Z = float(norm.ppf(0.975))


def at(z, **changes):
    """Return an answer z standard errors from the null: error 1, interval ± 1.96."""
    return an_estimate(z, z - Z, z + Z, **changes)


@pytest.mark.parametrize("z", [0.0, 0.5, 1.0, 1.96, 3.0, -2.0])
def test_p_value_is_that_of_the_distance_in_standard_errors(z):
    expected = math.erfc(abs(z) / math.sqrt(2))  # two-sided normal tail
    assert two_sided_p(at(z)) == pytest.approx(expected, rel=1e-9)


def test_p_value_does_not_depend_on_the_level_of_the_interval():
    z90 = float(norm.ppf(0.95))
    narrower = an_estimate(2.0, 2.0 - z90, 2.0 + z90, level=0.9)
    assert two_sided_p(narrower) == pytest.approx(two_sided_p(at(2.0)), rel=1e-9)


def test_p_value_of_ratios_and_correlations_is_taken_where_they_are_normal():
    ratio = an_estimate(math.exp(2.0), math.exp(2.0 - Z), math.exp(2.0 + Z), quantity=a_ratio())
    assert two_sided_p(ratio) == pytest.approx(two_sided_p(at(2.0)), rel=1e-9)
    correlation = an_estimate(
        math.tanh(0.2), math.tanh(0.2 - 0.1 * Z), math.tanh(0.2 + 0.1 * Z), quantity=a_quantity(scale=Scale.CORRELATION)
    )
    assert two_sided_p(correlation) == pytest.approx(two_sided_p(at(2.0)), rel=1e-9)


def test_p_value_of_an_interval_without_width():
    assert two_sided_p(an_estimate(2.0, 2.0, 2.0)) == 0.0
    assert two_sided_p(an_estimate(0.0, 0.0, 0.0)) == 1.0


CLAIM = a_claim(a_quantity(smallest=0.01, size=None))


def verdicts(*zs):
    return [decide(CLAIM, [at(z)]) for z in zs]


def test_holm_keeps_those_that_pass_their_step():
    # p: 0.0004, 0.012, 0.030, 0.045. Holm at 0.05 over four: 0.0125 passes, 0.0167 passes, 0.025 fails, and stops there.
    zs = [float(norm.isf(p / 2)) for p in (0.045, 0.0004, 0.030, 0.012)]
    assert surviving_holm(verdicts(*zs)) == (4, 2)


def test_holm_counts_claims_that_hold_but_tests_all():
    # One holds with p = 0.02; nine others cannot tell. 0.02 > 0.05 / 10.
    zs = [float(norm.isf(0.01)), *[0.5] * 9]
    assert surviving_holm(verdicts(*zs)) == (1, 0)
    assert surviving_holm(verdicts(zs[0])) == (1, 1)
    # A contradiction is tested too, and is no survivor among those that hold.
    assert surviving_holm(verdicts(-9.0)) == (0, 0)


def test_holm_takes_a_pooled_claim_by_its_mean():
    five = decide(CLAIM, [at(3.0, source=f"Shop {i}") for i in range(5)])
    mean = five.pooled[0]
    error = (mean.high - mean.low) / (2 * Z)
    p = math.erfc(mean.value / error / math.sqrt(2))
    assert surviving_holm([five], alpha=1.01 * p) == (1, 1)
    assert surviving_holm([five], alpha=0.99 * p) == (1, 0)


def test_holm_does_not_let_many_sources_make_a_small_p_likely():
    # Two sources by agreement: the smaller p counts twice.
    claim = dataclasses.replace(CLAIM, rule=Rule.AGREEMENT)
    p = math.erfc(2.5 / math.sqrt(2))
    two = decide(claim, [at(2.5, source="Shop A"), at(0.1, source="Shop B")])
    assert surviving_holm([two], alpha=2.01 * p) == (1, 1)
    assert surviving_holm([two], alpha=1.99 * p) == (1, 0)


def test_holm_without_tested_claims():
    assert surviving_holm([]) == (0, 0)
    assert surviving_holm([decide(CLAIM, [])]) == (0, 0)
    assert holm_sentence([decide(CLAIM, [])]) == ""


def test_holm_sentence_gives_the_three_numbers():
    zs = [float(norm.isf(p / 2)) for p in (0.0004, 0.030)]
    assert holm_sentence(verdicts(*zs, 0.0)) == (
        "3 claims were tested at once. Of the 2 whose direction holds, 1 still do after Holm's adjustment for testing so "
        "many."
    )
