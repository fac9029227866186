"""Marsden, Samson & Upton (2005), "Advocacy Drives Growth", Brand Strategy, December 2005 (MSU), recomputed.

MSU      Correlations .484 (net promoter score) and .524 (share saying something negative) with sales growth; slopes
         .147 and .414 points of growth a point; GBP 8.82m and 24.84m for the average firm. The number of firms was not
         published; two-tailed p < .01 was.
Second   The project's evidence file, section A1: recomputed from those figures. Not itself published.
"""

import pytest

from analysis.core.correlation import correlation_interval, smallest_n
from analysis.models.valence import compare_valence

PRINTED_2 = 0.006  # two places
PRINTED_3 = 6e-4  # three places
WHOLE = 0.51

NEGATIVE_R, POSITIVE_R = 0.524, 0.484
NEGATIVE_SLOPE, POSITIVE_SLOPE = 0.414, 0.147
NEGATIVE_GBP_M, POSITIVE_GBP_M = 24.84, 8.82
ASSUMED_N = 30


@pytest.fixture(scope="module")
def comparison():
    return compare_valence(
        negative_slope=NEGATIVE_SLOPE,
        positive_slope=POSITIVE_SLOPE,
        negative_r=NEGATIVE_R,
        positive_r=POSITIVE_R,
        n=ASSUMED_N,
    )


@pytest.mark.parametrize(
    ("field", "second", "tolerance"),
    [
        pytest.param("ratio_per_point", 2.82, PRINTED_2, id="Second: 2.82 per point"),
        pytest.param("excess_percent", 182, WHOLE, id="Second: 182 % more, not 300 %"),
        pytest.param("ratio_per_sd", 1.08, PRINTED_2, id="Second: 1.08 per standard deviation"),
        pytest.param("sd_ratio", 2.60, PRINTED_2, id="Second: standard deviations 2.60 to 1"),
        pytest.param("ratio_per_customer", 1.41, PRINTED_2, id="Second: 1.41 per customer moved"),
        pytest.param("fisher_gap", 0.054, PRINTED_3, id="Second: Fisher gap .054"),
    ],
)
def test_ratios(comparison, field, second, tolerance):
    assert getattr(comparison, field) == pytest.approx(second, abs=tolerance)


def test_money_and_points_give_the_same_ratio(comparison):
    """MSU: 24.84 / 8.82 = .414 / .147 = 2.82."""
    assert pytest.approx(comparison.ratio_per_point, abs=1e-4) == NEGATIVE_GBP_M / POSITIVE_GBP_M


def test_draft_of_124_million_is_a_misprint():
    """An early draft has GBP 124.2m a point of negative talk ("5 times"); later ones 24.84m ("4 times").

    Both rows of the final paper imply one average firm of GBP 6.0bn revenue (24.84m is .414 %, 8.82m is .147 %);
    124.2m would imply 30bn for the same firms. It is five times 24.84m.
    """
    from_negative = NEGATIVE_GBP_M / (NEGATIVE_SLOPE / 100) / 1000
    from_positive = POSITIVE_GBP_M / (POSITIVE_SLOPE / 100) / 1000
    assert from_negative == pytest.approx(6.0, abs=0.01)
    assert from_positive == pytest.approx(6.0, abs=0.01)
    assert pytest.approx(30, abs=0.01) == 124.2 / (NEGATIVE_SLOPE / 100) / 1000
    assert pytest.approx(124.2) == 5 * NEGATIVE_GBP_M


def test_gap_cannot_be_told_from_nothing_at_thirty_firms(comparison):
    """Second: a gap of .054 against a standard error of about .27."""
    reach = (comparison.fisher_gap_high - comparison.fisher_gap_low) / 2
    assert reach / 1.959964 == pytest.approx(0.27, abs=PRINTED_2)
    assert not comparison.distinguishable


@pytest.mark.parametrize(
    ("r", "low", "high"),
    [
        pytest.param(POSITIVE_R, 0.15, 0.72, id="Second: r = .484 at n = 30"),
        pytest.param(NEGATIVE_R, 0.20, 0.74, id="Second: r = .524 at n = 30"),
    ],
)
def test_correlation_intervals(r, low, high):
    assert correlation_interval(r, ASSUMED_N) == (pytest.approx(low, abs=PRINTED_2), pytest.approx(high, abs=PRINTED_2))


def test_fewest_firms_that_the_published_p_allows():
    """Second: two-tailed p < .01 with r = .484 needs 28 firms."""
    assert smallest_n(POSITIVE_R, 0.01) == 28


def test_three_hundred_percent_over_is_outside_what_the_slopes_say(comparison):
    """The literal "300 % more" is a ratio of 4, "300 %" one of 3; the slopes say 2.82."""
    assert comparison.ratio_per_point < 3 < 4
