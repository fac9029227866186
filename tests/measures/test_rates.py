"""Rates from counts: the articles' worked example, identities, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from analysis.core.errors import ParameterMistake
from analysis.core.wording import NARROW_SPACE
from analysis.measures.rates import Rate, churn_rate, proportion, repeat_purchase_rate, retention_rate
from analysis.measures.words import bounds, fraction, percent, places, rate_row

ARTICLE = {"n_start": 150, "n_new": 50, "n_end": 193}
"""S3's example: 150 at the start, 50 won, 7 lost, 193 at the end: 95.33 %."""


def test_retention_rate_reproduces_the_articles_example():
    rate = retention_rate(**ARTICLE)
    assert (rate.numerator, rate.denominator) == (143, 150)
    assert round(rate.percent, 2) == 95.33
    assert (rate.low, rate.high) == pytest.approx(proportion_confint(143, 150, method="wilson"))


def test_churn_of_the_articles_example_is_what_retention_leaves():
    assert round(churn_rate(n_start=150, n_lost=7).percent, 2) == 4.67


@given(n_start=st.integers(1, 400), data=st.data())
def test_retention_and_churn_mirror_each_other(n_start, data):
    n_lost = data.draw(st.integers(0, n_start))
    n_new = data.draw(st.integers(0, 100))
    kept = retention_rate(n_start=n_start, n_new=n_new, n_end=n_start - n_lost + n_new)
    lost = churn_rate(n_start=n_start, n_lost=n_lost)
    assert kept.value + lost.value == pytest.approx(1)
    assert (kept.low, kept.high) == pytest.approx((1 - lost.high, 1 - lost.low), abs=1e-9)


def test_new_customers_do_not_move_the_retention_rate():
    """What makes the article subtract them: forgetting to gives 193 / 150, more than everybody."""
    with_new, without = retention_rate(**ARTICLE), retention_rate(n_start=150, n_new=0, n_end=143)
    assert with_new.value == without.value
    with pytest.raises(ParameterMistake, match="`n_end` less `n_new` must lie between 0 and `n_start`"):
        retention_rate(n_start=150, n_new=0, n_end=193)


def test_a_higher_level_gives_a_wider_interval():
    narrow, wide = retention_rate(**ARTICLE, level=0.8), retention_rate(**ARTICLE, level=0.99)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: retention_rate(n_start=10, n_new=9, n_end=5), "got 5 - 9 = -4 against 10"),
        (lambda: retention_rate(n_start=0, n_new=0, n_end=0), "There is no rate of nobody"),
        (lambda: churn_rate(n_start=10, n_lost=11), "must not exceed its denominator; got 11 over 10"),
        (lambda: churn_rate(n_start=10, n_lost=-1), "`numerator` must be a whole number, 0 or more; got -1"),
        (lambda: churn_rate(n_start=10, n_lost=1.5), "whole number, 0 or more; got 1.5"),
        (lambda: repeat_purchase_rate(n_repeat=float("nan"), n_customers=3), "got nan"),
        (lambda: repeat_purchase_rate(n_repeat=True, n_customers=3), "got True"),
        (lambda: proportion("x", 1, 2, "y", level=0), "`level` must lie between 0 and 1"),
    ],
)
def test_bad_counts_are_refused(call, message):
    with pytest.raises(ParameterMistake, match=message):
        call()


def _rate(**changes):
    fields = {"name": "r", "numerator": 1, "denominator": 4, "value": 0.25, "low": 0.1, "high": 0.5, "level": 0.95}
    return Rate(definition="d", **(fields | changes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"value": 0.3}, "must be its numerator over a denominator"),
        ({"denominator": 0}, "denominator above 0"),
        ({"low": 0.26}, "must lie between `low` and `high`"),
    ],
)
def test_a_rate_that_contradicts_itself_cannot_be_made(changes, message):
    with pytest.raises(ParameterMistake, match=message):
        _rate(**changes)


def test_a_rate_is_shown_with_numerator_denominator_interval_and_definition():
    row = rate_row(retention_rate(**ARTICLE))
    assert row["Value"].startswith(f"95.33{NARROW_SPACE}% (95{NARROW_SPACE}% interval 90.")
    assert row["Numerator / denominator"] == "143 / 150"
    assert "over customers at start" in row["Definition"].replace("the ", "")


def test_points_are_not_called_percent():
    assert rate_row(_rate(unit="points"))["Value"] == f"25 points (95{NARROW_SPACE}% interval 10 to 50 points)"


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(9451, 23570, "9,451 / 23,570"), (1.0000779, 3, "1.000 / 3"), (97619.12, 897493.0, "97,619 / 897,493")],
)
def test_fractions_are_readable(numerator, denominator, shown):
    value = numerator / denominator
    rate = _rate(numerator=numerator, denominator=denominator, value=value, low=value, high=value)
    assert fraction(rate) == shown


def test_small_and_whole_percentages_keep_their_meaning():
    assert [places(x) for x in (0.0, 100.0, 9.996, 0.0404)] == ["0", "100", "10", "0.04"]
    assert percent(1) == f"100{NARROW_SPACE}%"
    assert bounds(_rate()) == f"95{NARROW_SPACE}% interval 10 to 50{NARROW_SPACE}%"
