"""Views of average and marginal cost: expected figures are published, derived by hand, or both."""

import pytest

import analysis
from analysis.core.errors import ParameterMistake
from tests.helpers import words_of

EXAMPLE = {
    "acquisition_spend": 5.0,
    "acquisition_share": 0.20,
    "acquisition_ceiling": 0.40,
    "retention_spend": 8.0,
    "retention_share": 0.40,
    "retention_ceiling": 0.70,
    "discount_rate": 0.12,
}
"""The worked case of a public unit test of the Blattberg-Deighton model; margin 50 there."""


@pytest.fixture(scope="module")
def table():
    return analysis.show_best_budget(**EXAMPLE, margin=50.0)


def test_best_spend_and_costs_are_the_published_ones(table):
    """Public test: 10.08 and 15.93; the project's evidence file: average 33.47 and 27.93, marginal 72.92 twice."""
    winning, keeping = table.rows[2:]
    assert (winning["Spend on each"], keeping["Spend on each"]) == ("10.1", "15.9")
    assert (winning["Average cost of a customer"], keeping["Average cost of a customer"]) == ("33.5", "27.9")
    assert winning["Cost of one customer more"] == keeping["Cost of one customer more"] == "72.9"
    assert "1.2 times as much as keeping on average" in table.note
    assert "1 times for one customer more" in table.note


def test_today_by_hand(table):
    """5 / .2 = 25 and 8 / .4 = 20; .4 (1 - e^-5k) = .2 gives k = ln 2 / 5 and a slope of .2 k, so 25 / ln 2 = 36.07."""
    winning, keeping = table.rows[:2]
    assert (winning["Average cost of a customer"], keeping["Average cost of a customer"]) == ("25", "20")
    assert winning["Cost of one customer more"] == "36.1"


def test_ratio_of_marginal_costs_stays_while_that_of_averages_moves():
    shown = analysis.show_ratio_over_margins(**EXAMPLE, margins=[50.0, 500.0])
    assert shown.rows[0]["Ratio of average costs"] == "1.2"
    assert shown.rows[0]["Cost of one customer more"] == "72.9"
    assert shown.rows[-1]["Ratio of average costs"] != "1.2"
    assert "stays at 1" in shown.alt
    assert "no evidence" in words_of(shown)


@pytest.mark.parametrize("margins", [[50.0], [500.0, 50.0], [0.0, 50.0]])
def test_margins_out_of_order_are_refused(margins):
    with pytest.raises(ParameterMistake, match="margins"):
        analysis.show_ratio_over_margins(**EXAMPLE, margins=margins)


def test_break_even_of_the_published_and_the_claimed_multiple():
    """Thomas 2001: 2.15 / 26.94 = 8 %; DISH 56.3 / 577 = 9.8 %; TELUS 140.9 / 521 = 27 %; the articles' five: 20 %."""
    findings = analysis.start("02_acquisition_cost", sources="cookie_cats").collect("acquisition-cost-multiple")
    shown = {row["Multiple of"].split(",")[0].split(" (")[0]: row for row in analysis.show_break_even(findings).rows}
    column = "Keeping is cheaper only if the spend makes the difference for"
    assert len(shown) == 7  # six firms and the articles
    for name, share in (("Thomas 2001", 8), ("EchoStar", 9.7), ("TELUS 2016", 27), ("the articles' figure", 20)):
        found = float(shown[name][column].removeprefix("more than ").split("\u202f")[0])
        assert found == pytest.approx(share, abs=0.51), name
