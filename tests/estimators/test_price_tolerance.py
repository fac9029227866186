"""Prices and leaving: saturated tables whose odds ratios are worked out by hand, and a simulated truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import Scale
from analysis.estimators.observational.price_tolerance import (
    TEN_PER_CENT,
    estimate_market_gap,
    estimate_price_tolerance,
)
from tests.estimators.frames_for_tests import a_claim_on, a_frame, of_role

BY_YEAR = a_claim_on("price_tenure_odds_ratio", Scale.ODDS_RATIO)
LONG = a_claim_on("long_tenure_odds_ratio", Scale.ODDS_RATIO)
POINTS = a_claim_on("lapse_per_market_gap", Scale.PERCENTAGE_POINTS)
GAP_ODDS = a_claim_on("lapse_odds_ratio_market_gap", Scale.ODDS_RATIO)

# price step (units of 10 %), tenure in years, customers, of whom left: odds 1/9 to 1/4 for new, 1/9 to 1/6 for old ones
CELLS = [(0, 1, 100, 10), (1, 1, 100, 20), (0, 5, 100, 10), (1, 5, 140, 20)]


def priced(cells, **extra):
    rows = [
        (step * TEN_PER_CENT, tenure, int(customer < left))
        for step, tenure, customers, left in cells
        for customer in range(customers)
    ]
    price_change, tenure, lapsed = (list(column) for column in zip(*rows, strict=True))
    return a_frame("price_exposure", lapsed=lapsed, price_change=price_change, tenure_years=tenure, **extra)


def test_long_standing_customers_odds_ratio_over_that_of_new_ones():
    """(1/6)/(1/9) = 1.5 for those of three years and more, (1/4)/(1/9) = 2.25 for the others: 2/3."""
    answer = of_role(estimate_price_tolerance(priced(CELLS), LONG, quantity="long_tenure_odds_ratio"), "answer")
    assert answer.value == pytest.approx(1.5 / 2.25, rel=1e-6)


def test_interaction_by_year_is_the_root_of_that_over_four_years():
    """Tenures of one and five years differ by four: 2/3 over four years is its fourth root a year."""
    answer = of_role(estimate_price_tolerance(priced(CELLS), BY_YEAR), "answer")
    assert answer.value == pytest.approx((1.5 / 2.25) ** 0.25, rel=1e-6)


def test_error_of_the_interaction_is_woolfs():
    """Logarithm of a ratio of odds ratios: the sum of the inverse counts of all eight cells."""
    answer = of_role(estimate_price_tolerance(priced(CELLS), LONG, quantity="long_tenure_odds_ratio"), "answer")
    error = math.sqrt(sum(1 / left + 1 / (n - left) for _, _, n, left in CELLS))
    assert math.log(answer.high / answer.value) == pytest.approx(1.96 * error, rel=0.01)


def test_risk_that_sets_prices_and_drives_people_away_is_held_equal():
    """Truth: a 10 % increase multiplies the odds by 1.5 for everybody; the bad risks get the increases and leave anyway,
    the more so the longer they stay."""
    rng = np.random.default_rng(1)
    n = 40_000
    risk, tenure = rng.normal(size=n), rng.integers(0, 9, n).astype(float)
    price = (0.5 * risk + rng.normal(0, 0.5, n)) * TEN_PER_CENT
    log_odds = -2 + math.log(1.5) * price / TEN_PER_CENT + 0.8 * risk + 0.1 * risk * tenure
    lapsed = (rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(int)
    frame = a_frame(
        "price_exposure",
        lapsed=lapsed,
        price_change=price,
        tenure_years=tenure,
        x_risk=risk,
        x_risk_by_tenure=risk * tenure,
    )
    found = estimate_price_tolerance(frame, BY_YEAR)
    answer, naive = of_role(found, "answer"), of_role(found, "naive")
    assert answer.low <= 1 <= answer.high
    assert naive.low > 1, "the naive analysis sees the bad risks"


def test_only_the_naive_number_where_prices_were_set_by_risk():
    found = estimate_price_tolerance(priced(CELLS), BY_YEAR, adjusted=False)
    assert [e.role for e in found] == ["naive"]


def market(cells, tenure=5.0):
    rows = [(gap * TEN_PER_CENT, int(c < left)) for gap, customers, left in cells for c in range(customers)]
    gap, lapsed = (list(column) for column in zip(*rows, strict=True))
    return {"lapsed": lapsed, "market_gap": gap, "tenure_years": [tenure] * len(gap), "price_change": [0.0] * len(gap)}


def test_market_gap_in_points_and_odds():
    """30 of 300 leave at the market's price, 45 of 300 when the market is 10 % cheaper: 5 points, odds 1.588."""
    frame = a_frame("price_exposure", **market([(0, 300, 30), (1, 300, 45)]))
    answer = of_role(estimate_market_gap(frame, POINTS), "answer")
    assert answer.value == pytest.approx(5.0)
    assert answer.high - answer.value == pytest.approx(100 * 1.96 * math.sqrt(0.09 / 300 + 0.1275 / 300), rel=0.01)
    odds = of_role(estimate_market_gap(frame, GAP_ODDS, quantity="lapse_odds_ratio_market_gap"), "answer")
    assert odds.value == pytest.approx((45 / 255) / (30 / 270))


def test_market_gap_is_asked_of_customers_of_three_years_only():
    old, new = market([(0, 300, 30), (1, 300, 45)]), market([(0, 100, 50), (1, 100, 90)], tenure=1.0)
    frame = a_frame("price_exposure", **{name: old[name] + new[name] for name in old})
    answer = of_role(estimate_market_gap(frame, POINTS), "answer")
    assert answer.value == pytest.approx(5.0) and answer.n == 600


def test_error_in_the_market_price_moves_only_the_end_away_from_none():
    frame = a_frame("price_exposure", **market([(0, 300, 30), (1, 300, 60)]))
    exact, open_ended = (
        of_role(estimate_market_gap(frame, POINTS, least_reliability=share), "answer") for share in (1.0, 0.5)
    )
    assert (open_ended.value, open_ended.low) == (exact.value, exact.low)
    assert open_ended.high == pytest.approx(2 * exact.high)
    assert "50 % of the variation is error" in open_ended.method
    odds, odds_open = (
        of_role(
            estimate_market_gap(frame, GAP_ODDS, quantity="lapse_odds_ratio_market_gap", least_reliability=share),
            "answer",
        )
        for share in (1.0, 0.5)
    )
    assert odds_open.high == pytest.approx(odds.high**2)


def test_interval_that_allows_for_error_covers_the_truth_that_the_plain_one_misses():
    """Half of the recorded gap's variation is error: the plain slope is half the truth of 4 points for each 10 %."""
    rng = np.random.default_rng(1)
    gap = rng.normal(size=40_000)
    lapsed = (rng.random(40_000) < 0.3 + 0.04 * gap).astype(int)
    recorded = (gap + rng.normal(size=40_000)) * TEN_PER_CENT
    frame = a_frame("price_exposure", lapsed=lapsed, market_gap=recorded, tenure_years=5.0, price_change=0.0)
    plain, allowing = (
        of_role(estimate_market_gap(frame, POINTS, least_reliability=share), "answer") for share in (1.0, 0.45)
    )
    assert plain.high < 4 <= allowing.high
    assert plain.value == pytest.approx(2.0, abs=0.4)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (priced([(0, 1, 100, 10), (1, 1, 100, 10)]), "at least 30 customers must have left.*got 20"),
        (priced([(0, 1, 100, 50), (0, 5, 100, 50)]), "`price_change` must differ between customers"),
        (priced([(0, 1, 100, 50), (1, 1, 100, 50)]), "`tenure_years` must differ between customers"),
    ],
)
def test_too_few_leavers_or_prices_that_do_not_change(frame, message):
    with pytest.raises(FrameMistake, match=message):
        estimate_price_tolerance(frame, BY_YEAR)


def test_without_market_prices_the_claim_cannot_be_asked():
    with pytest.raises(FrameMistake, match="column `market_gap` must hold market prices"):
        estimate_market_gap(priced(CELLS), POINTS)


@pytest.mark.parametrize("share", [0, 1.2])
def test_impossible_reliability_is_refused(share):
    with pytest.raises(ParameterMistake, match="`least_reliability` must be above 0 and at most 1"):
        estimate_market_gap(priced(CELLS), POINTS, least_reliability=share)


def test_unknown_quantity_is_refused():
    with pytest.raises(ParameterMistake, match="`quantity` must be one of 'lapse_per_market_gap'"):
        estimate_market_gap(priced(CELLS), POINTS, quantity="gap")


OWN_PRICE = a_claim_on("own_price_rise", Scale.PERCENTAGE_POINTS)


def test_own_price_rise_in_points_among_customers_of_three_years():
    """24 of 240 leave at the old price, 48 of 240 when it rises by 10 %: 10 points; new customers take no part."""
    frame = priced([(0, 5, 240, 24), (1, 5, 240, 48), (0, 1, 100, 5), (1, 1, 100, 95)])
    answer = of_role(estimate_market_gap(frame, OWN_PRICE, quantity="own_price_rise"), "answer")
    assert (answer.value, answer.n, answer.events) == (pytest.approx(10.0), 480, 72)
    error = math.sqrt(0.1 * 0.9 / 240 + 0.2 * 0.8 / 240)
    assert answer.high - answer.value == pytest.approx(100 * 1.96 * error, rel=0.01)
    assert "market" not in " ".join(answer.assumptions)
