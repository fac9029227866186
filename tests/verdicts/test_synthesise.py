"""Pooling against published numbers and against a second derivation of the same formulas in plain numpy."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.verdicts.synthesise import pool
from tests.helpers import a_quantity, a_ratio, an_estimate

Z = float(norm.ppf(0.975))

# statsmodels stops when Q - (k - 1) is within 1e-5 of 0; on the data below that moves tau² by less than this.
ITERATION = 2e-5

# Nine laboratories' results for one measurand: R. N. Kacker (2004), "Combining information from interlaboratory
# evaluations using a random effects model", Metrologia 41, 132-136; values and variances as in DerSimonian & Kacker
# (2007), Contemporary Clinical Trials 28, 105-114, whose appendix states the iteration.
KACKER_Y = (61.0, 61.4, 62.21, 62.3, 62.34, 62.6, 62.7, 62.84, 65.9)
KACKER_V = (0.2025, 1.2100, 0.0900, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225)
# Output of R's metafor, rma(y, v, method = "PM"), as kept in statsmodels' own tests (results_meta.exk1_metafor).
METAFOR_MEAN, METAFOR_SE, METAFOR_TAU2, METAFOR_Q = (
    62.4076199113286,
    0.338030602684471,
    0.705395309224248,
    24.801897741835,
)


def estimates(values, variances, level=0.95, **changes):
    """Return Estimates with intervals value ± z sqrt(v), one a source."""
    z = float(norm.ppf(0.5 + level / 2))
    return [
        an_estimate(y, y - z * math.sqrt(v), y + z * math.sqrt(v), source=f"Lab {place}", level=level, **changes)
        for place, (y, v) in enumerate(zip(values, variances, strict=True))
    ]


def paule_mandel(y, v):
    """tau² that makes the weighted sum of squares its expectation k - 1, by bisection; 0 if it is smaller without."""
    y, v = np.asarray(y, float), np.asarray(v, float)

    def excess(tau2):
        w = 1 / (v + tau2)
        return float(np.sum(w * (y - np.sum(w * y) / np.sum(w)) ** 2)) - (len(y) - 1)

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while excess(high) > 0:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def random_effects(y, v, level=0.95):
    """Mean, bounds, prediction bounds and tau²: Hartung-Knapp error, never below the plain one, written out."""
    y, v = np.asarray(y, float), np.asarray(v, float)
    k, tau2 = len(y), paule_mandel(y, v)
    w = 1 / (v + tau2)
    mean = float(np.sum(w * y) / np.sum(w))
    plain = 1 / math.sqrt(np.sum(w))
    hartung_knapp = math.sqrt(np.sum(w * (y - mean) ** 2) / ((k - 1) * np.sum(w)))
    error = max(plain, hartung_knapp)
    half = t.ppf(0.5 + level / 2, k - 1) * error
    reach = t.ppf(0.5 + level / 2, k - 2) * math.sqrt(tau2 + error**2)
    return mean, mean - half, mean + half, mean - reach, mean + reach, tau2


def numbers(pooled):
    return (pooled.value, pooled.low, pooled.high, pooled.predicted_low, pooled.predicted_high, pooled.tau2)


def test_pool_reproduces_metafor_on_the_interlaboratory_example():
    pooled = pool(estimates(KACKER_Y, KACKER_V))
    assert pooled.k == 9
    assert pooled.value == pytest.approx(METAFOR_MEAN, rel=1e-7)
    assert pooled.tau2 == pytest.approx(METAFOR_TAU2, rel=ITERATION)
    # Where tau² > 0, Paule-Mandel makes the Hartung-Knapp factor 1, so that metafor's plain error is the error.
    assert (pooled.high - pooled.low) / 2 == pytest.approx(t.ppf(0.975, 8) * METAFOR_SE, rel=ITERATION)
    # I² by Cochran's Q: (Q - df) / Q.
    assert pooled.i2 == pytest.approx((METAFOR_Q - 8) / METAFOR_Q, rel=1e-9)


def test_pool_prediction_interval_is_the_formula_of_higgins_and_others():
    pooled = pool(estimates(KACKER_Y, KACKER_V))
    reach = t.ppf(0.975, 7) * math.sqrt(METAFOR_TAU2 + METAFOR_SE**2)
    assert pooled.predicted_low == pytest.approx(METAFOR_MEAN - reach, rel=1e-6)
    assert pooled.predicted_high == pytest.approx(METAFOR_MEAN + reach, rel=1e-6)


CASES = {
    "sources differ": ((1.0, 2.0, 6.0), (0.04, 0.09, 0.25)),
    "sources agree by chance": ((1.0, 1.01, 0.99), (0.04, 0.09, 0.25)),
    "one is much surer": ((0.5, 3.0, 2.0, 2.5), (0.0001, 1.0, 2.0, 0.5)),
    "small numbers": ((0.001, 0.004, 0.009), (1e-7, 4e-7, 9e-7)),
    "negative": ((-3.0, -1.0, -8.0, -2.0, -2.5), (0.1, 0.1, 0.4, 0.1, 0.2)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_pool_agrees_with_a_second_derivation(name, level):
    y, v = CASES[name]
    expected = random_effects(y, v, level)
    assert numbers(pool(estimates(y, v), level=level)) == pytest.approx(expected, rel=1e-4, abs=1e-9)


def test_pool_of_sources_that_agree_too_well_keeps_the_plain_error():
    y, v = CASES["sources agree by chance"]
    pooled = pool(estimates(y, v))
    plain = 1 / math.sqrt(sum(1 / x for x in v))
    assert pooled.tau2 == 0
    assert pooled.i2 == 0
    assert (pooled.high - pooled.low) / 2 == pytest.approx(t.ppf(0.975, 2) * plain, rel=1e-9)


def test_pool_of_equal_numbers_is_that_number_with_the_plain_error():
    # Equal variances 0.04, three of them: error sqrt(0.04 / 3).
    pooled = pool(estimates((2.0, 2.0, 2.0), (0.04, 0.04, 0.04)))
    assert pooled.value == pytest.approx(2.0)
    assert (pooled.i2, pooled.tau2) == (0, 0)
    assert pooled.high - pooled.value == pytest.approx(t.ppf(0.975, 2) * math.sqrt(0.04 / 3))


def test_pool_takes_each_interval_at_its_own_level():
    y, v = CASES["sources differ"]
    mixed = [estimates(y, v, level=level)[place] for place, level in enumerate((0.5, 0.8, 0.99))]
    assert numbers(pool(mixed)) == pytest.approx(numbers(pool(estimates(y, v))), rel=1e-6)


@pytest.mark.parametrize("scale", [Scale.RATIO, Scale.ODDS_RATIO, Scale.HAZARD_RATIO])
def test_pool_of_ratios_works_on_the_logarithm_and_gives_ratios_back(scale):
    y, v = (0.1, 0.5, 1.2), (0.01, 0.04, 0.09)
    quantity = a_ratio(scale=scale)
    ratios = [
        an_estimate(*(math.exp(x) for x in (e.value, e.low, e.high)), quantity=quantity, source=e.source)
        for e in estimates(y, v)
    ]
    *expected, tau2 = random_effects(y, v)
    *found, found_tau2 = numbers(pool(ratios))
    assert found == pytest.approx([math.exp(x) for x in expected], rel=1e-4)
    assert found_tau2 == pytest.approx(tau2, rel=1e-4)  # stays on the logarithm, as documented


def test_pool_of_correlations_works_on_fishers_z():
    # Fisher: z = atanh(r) with variance 1 / (n - 3). Values written out for r = 0.3, 0.5, 0.1.
    r, n = (0.3, 0.5, 0.1), (103, 53, 203)
    quantity = a_quantity(scale=Scale.CORRELATION, smallest=0.1, size=None)
    z = (0.309519604203112, 0.549306144334055, 0.100335347731076)
    v = tuple(1 / (size - 3) for size in n)
    correlations = [
        an_estimate(
            rho, math.tanh(x - Z * math.sqrt(y)), math.tanh(x + Z * math.sqrt(y)), quantity=quantity, source=str(rho)
        )
        for rho, x, y in zip(r, z, v, strict=True)
    ]
    *expected, tau2 = random_effects(z, v)
    *found, found_tau2 = numbers(pool(correlations))
    assert found == pytest.approx([math.tanh(x) for x in expected], rel=1e-4)
    assert found_tau2 == pytest.approx(tau2, rel=1e-3)


def test_pool_of_a_ratio_whose_interval_reaches_zero_takes_the_upper_half():
    quantity = a_ratio()
    y, v = (0.1, 0.5, 1.2), (0.01, 0.04, 0.09)
    ratios = [
        an_estimate(*(math.exp(x) for x in (e.value, e.low, e.high)), quantity=quantity, source=e.source)
        for e in estimates(y, v)
    ]
    cut = [dataclasses.replace(ratios[0], low=0.0), *ratios[1:]]
    assert numbers(pool(cut)) == pytest.approx(numbers(pool(ratios)), rel=1e-9)


@given(st.permutations(range(9)))
def test_pool_is_the_same_to_the_last_digit_in_any_order(order):
    listed = estimates(KACKER_Y, KACKER_V)
    assert pool([listed[place] for place in order]) == pool(listed)


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 40)), min_size=3, max_size=6))
def test_pool_of_negated_numbers_is_the_negated_pool(pairs):
    values, variances = [y / 4 for y, _ in pairs], [v / 16 for _, v in pairs]
    there = pool(estimates(values, variances))
    back = pool(estimates([-y for y in values], variances))
    assert (back.value, back.low, back.high) == (-there.value, -there.high, -there.low)
    assert (back.tau2, back.i2, back.k) == (there.tau2, there.i2, there.k)


@given(st.lists(st.tuples(st.integers(-40, 40), st.integers(1, 40)), min_size=3, max_size=6))
def test_pool_lies_among_its_sources_and_predicts_wider_than_it_estimates(pairs):
    values, variances = [y / 4 for y, _ in pairs], [v / 16 for _, v in pairs]
    pooled = pool(estimates(values, variances))
    assert min(values) - 1e-9 <= pooled.value <= max(values) + 1e-9
    assert pooled.predicted_low < pooled.low <= pooled.value <= pooled.high < pooled.predicted_high
    assert 0 <= pooled.i2 <= 1 and pooled.tau2 >= 0


THREE = estimates((1.0, 2.0, 3.0), (0.1, 0.1, 0.1))


@pytest.mark.parametrize(
    ("given_", "fragment"),
    [
        (THREE[:2], r"`estimates` must hold at least 3 to pool; got 2"),
        ([], r"`estimates` must hold at least 3 to pool; got 0"),
        (
            [*THREE[:2], dataclasses.replace(THREE[2], quantity="other")],
            r"share one quantity to pool; got effect, other",
        ),
        (
            [*THREE[:2], dataclasses.replace(THREE[2], scale="percent")],
            r"share one scale to pool; got difference, percent",
        ),
        ([*THREE, THREE[0]], r"sources of their own to pool; 'Lab 0' stands twice"),
        ([*THREE[:2], an_estimate(3.0, source="Lab 9")], r"must all have intervals to pool"),
        ([*THREE[:2], an_estimate(3.0, 3.0, 3.0, source="Lab 9")], r"some width to pool; the one from Lab 9 has none"),
        (
            estimates((0.5, 0.9, 0.2), (0.04, 0.04, 0.04), quantity=a_quantity(scale=Scale.CORRELATION)),
            r"between -1 and 1 to pool correlations; the one from Lab 1 is 0\.508 to 1\.29",
        ),
        (
            [an_estimate(x, 0.0, 2.0, quantity=a_ratio(), source=str(x)) for x in (0.0, 0.5, 1.0)],
            r"above 0 to pool ratios; the one from 0\.0 is 0",
        ),
    ],
)
def test_pool_of_what_cannot_be_pooled_is_refused_with_the_reason(given_, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        pool(given_)


def test_bounds_of_an_area_under_a_curve_end_at_nought_and_one():
    quantity = a_quantity(scale=Scale.AREA_UNDER_CURVE)
    apart = estimates((0.55, 0.75, 0.95), (0.01, 0.01, 0.01), quantity=quantity)
    mean = pool(apart)
    # Unbounded, the mean .75 lies within t(2) = 4.30 standard errors of .115: .25 to 1.25.
    assert (mean.predicted_low, mean.high, mean.predicted_high) == (0.0, 1.0, 1.0)
    assert mean.low == pytest.approx(0.75 - 4.302653 * 0.2 / math.sqrt(3), abs=1e-3)
