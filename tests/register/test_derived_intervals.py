"""Intervals derived from r, t, p and counts, against second derivations and published examples."""

from __future__ import annotations

import math

import pytest

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.register.derived_intervals import derive_interval

Z_95 = 1.959964
Z_99 = 2.575829


@pytest.mark.parametrize(
    ("r", "n", "low", "high"),
    # Second derivation: z = ½ ln((1 + r)/(1 - r)), bounds (e^2z - 1)/(e^2z + 1). By hand for .5 and 28:
    # .549306 ± 1.959964/5 gives .157313 and .941299, hence .156 and .736.
    [(0.5, 28, 0.156, 0.736), (-0.5, 28, -0.736, -0.156), (0.11, 946, 0.046588, 0.172529)],
)
def test_correlation_with_n_is_fisher_s(r, n, low, high):
    found = derive_interval(scale=Scale.CORRELATION, r=r, n=n)
    assert (found.value, found.n) == (r, n)
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-4), pytest.approx(high, abs=6e-4))


def test_correlation_with_a_bound_on_p_takes_the_fewest_units_that_allow_it():
    """.484 with p < .01: critical values of r, two-sided 1 %, are .487 at 27 and .479 at 28 (tables with df 25 and 26)."""
    found = derive_interval(scale=Scale.CORRELATION, r=0.484, p="<.01")
    assert found.n == 28
    assert (found.low, found.high) == (pytest.approx(0.135, abs=5e-4), pytest.approx(0.726, abs=5e-4))
    assert "fewest" in found.formula


@pytest.mark.parametrize(
    ("r", "p", "n"),
    [(0.40, "0.20", 12), (0.17, "0.60", 12), (0.37, "0.24", 12), (-0.45, "0.55", 4), (0.49, "0.51", 4)],
)
def test_correlation_with_an_exact_p_gives_the_nearest_n(r, p, n):
    """Keiningham et al. 2008, Table 1: several pairs of r and p of one industry agree on its number of firm-years."""
    assert derive_interval(scale=Scale.CORRELATION, r=r, p=p).n == n


def test_two_shares_are_newcombe_s():
    """Newcombe 1998, Statistics in Medicine 17, Table II, method 10: 56/70 less 48/80 has .0524 to .3339."""
    found = derive_interval(scale=Scale.DIFFERENCE, counts="56/70 48/80")
    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert (found.n, found.events, found.smallest_group) == (150, 48, 70)
    points = derive_interval(scale=Scale.PERCENTAGE_POINTS, counts="56/70 48/80")
    assert (points.low, points.high) == (pytest.approx(100 * found.low), pytest.approx(100 * found.high))


def test_one_share_is_wilson_s():
    """Newcombe 1998, Statistics in Medicine 17, 857-872, Table I, method 3: 81 of 263 has .2553 to .3662."""
    found = derive_interval(scale=Scale.SHARE, counts="81/263")
    assert (found.low, found.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))


def test_ratio_and_odds_ratio_of_the_physicians_health_study():
    """Aspirin and heart attacks, 104 of 11,037 against 189 of 11,034 (Agresti, Categorical Data Analysis): placebo over
    aspirin 1.82, 1.43 to 2.30; odds 1.83, 1.44 to 2.33."""
    ratio = derive_interval(scale=Scale.RATIO, counts="189/11034 104/11037")
    odds = derive_interval(scale=Scale.ODDS_RATIO, counts="189/11034 104/11037")
    assert (ratio.value, ratio.low, ratio.high) == tuple(pytest.approx(x, abs=6e-3) for x in (1.82, 1.43, 2.30))
    assert (odds.value, odds.low, odds.high) == tuple(pytest.approx(x, abs=6e-3) for x in (1.83, 1.44, 2.33))


def test_two_answers_of_one_sample_have_the_multinomial_variance():
    """By hand: shares .44 and .16 of 900, variance (.60 - .28²)/900 = .000579556, half 1.959964 · .0240740 = .047184."""
    found = derive_interval(scale=Scale.PERCENTAGE_POINTS, counts="144-396/900")
    assert (found.value, found.low, found.high) == tuple(pytest.approx(x, abs=2e-3) for x in (-28, -32.718, -23.282))


def test_t_gives_the_standard_error():
    found = derive_interval(scale=Scale.DIFFERENCE, value=0.7, t=2.6)
    half = Z_95 * 0.7 / 2.6
    assert (found.low, found.high) == (pytest.approx(0.7 - half, abs=1e-5), pytest.approx(0.7 + half, abs=1e-5))


def test_t_of_a_ratio_is_that_of_its_logarithm():
    """A coefficient of .0989 with standard error .05: exp(.0989 ± 1.96 · .05) = 1.001 to 1.218."""
    found = derive_interval(scale=Scale.ODDS_RATIO, value=math.exp(0.0989), t=0.0989 / 0.05)
    assert (found.low, found.high) == (pytest.approx(1.001, abs=5e-4), pytest.approx(1.218, abs=5e-4))


def test_a_bound_on_p_gives_the_widest_interval_it_allows():
    bound = derive_interval(scale=Scale.DIFFERENCE, value=2.0, p="<0.01")
    assert (bound.high - bound.low) / 2 == pytest.approx(Z_95 * 2 / Z_99, abs=1e-4)
    for exact in ("0.009", "0.001", "0.0001"):
        narrower = derive_interval(scale=Scale.DIFFERENCE, value=2.0, p=exact)
        assert bound.low < narrower.low < narrower.high < bound.high


def test_an_exact_p_gives_back_its_interval():
    """-13.30 with p = .004: z = 2.8782, standard error 4.621 (Bruhin et al. 2020)."""
    found = derive_interval(scale=Scale.PERCENTAGE_POINTS, value=-13.3, p="0.004")
    assert (found.low, found.high) == (pytest.approx(-22.357, abs=2e-3), pytest.approx(-4.243, abs=2e-3))


@pytest.mark.parametrize(
    ("scale", "value", "none", "side"),
    [
        (Scale.DIFFERENCE, 2.0, 0.0, math.inf),
        (Scale.DIFFERENCE, -2.0, 0.0, -math.inf),
        (Scale.RATIO, 1.5, 1.0, math.inf),
        (Scale.RATIO, 0.5, 1.0, 0.0),
    ],
)
def test_significant_alone_gives_the_side_and_no_size(scale, value, none, side):
    found = derive_interval(scale=scale, value=value, p="significant")
    near, far = (found.low, found.high) if value > none else (found.high, found.low)
    assert far == side
    assert near != none and near == pytest.approx(none)
    assert found.low < value < found.high


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "one of `counts`, `r`, `t` and `p` must be given"),
        ({"t": 2.0}, "`value` must be given with `t` or `p`"),
        ({"value": 1.0, "counts": "1/2 1/2"}, "`value` must be left out with `counts`"),
        ({"counts": "1 of 2"}, "`counts` must read like"),
        ({"counts": "3/2 1/2"}, "no more events than units; got 3/2"),
        ({"counts": "1/2"}, "`counts` of one group give a share or per cent"),
        ({"counts": "9-2/10"}, "sum to 1 at most"),
        ({"scale": Scale.RATIO, "counts": "0/10 1/10"}, "no empty cell"),
        ({"scale": Scale.PERCENT, "counts": "1/10 1/10"}, "a difference, a ratio or an odds ratio"),
        ({"r": 0.5, "n": 10}, "on the scale 'correlation'"),
        ({"scale": Scale.CORRELATION, "r": 1.0, "n": 10}, "`r` must lie between -1 and 1"),
        ({"scale": Scale.CORRELATION, "r": 0.5, "n": 3}, "`n` must be 4 or more"),
        ({"scale": Scale.CORRELATION, "r": 0.5}, "`n` or `p` must be given with `r`"),
        ({"scale": Scale.CORRELATION, "value": 0.5, "t": 2.0}, "`r` must be given"),
        ({"value": 1.0, "t": -2.0}, "must have the sign of the figure"),
        ({"value": 1.0, "p": "n.s."}, "`p` must read like"),
        ({"value": 1.0, "p": ">0.05"}, "`p` must read like"),
        ({"value": 0.0, "p": "0.5"}, "`value` must not be no effect"),
        ({"scale": Scale.RATIO, "value": -1.0, "t": 2.0}, "`value` must be above 0"),
        ({"value": 1.0, "t": 2.0, "level": 95}, "`level` must lie between 0 and 1"),
    ],
)
def test_what_makes_no_interval_is_refused(given, words):
    with pytest.raises(ParameterMistake, match=words.replace("(", r"\(")):
        derive_interval(**{"scale": Scale.DIFFERENCE, **given})
