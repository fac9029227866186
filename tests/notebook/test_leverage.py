"""Views of the leverage: expected figures are those of the papers, of a second derivation, or by hand."""

import pytest

import analysis
from analysis.core.errors import ParameterMistake
from analysis.notebook.views.leverage import five_points_gain
from tests.helpers import words_of

BASE = {"retention_rate": (0.8, 0.7, 0.9), "margin": (100.0, 50.0, 200.0), "discount_rate": (0.1, 0.1, 0.1)}
FOR_EVER = 400


@pytest.fixture(scope="module")
def firms():
    findings = analysis.start("03_retention_and_profit", sources="cookie_cats").collect("retention-profit-leverage")
    return {row["Firm"]: row for row in analysis.show_five_firms(findings).rows}


def test_three_readings_of_five_percent():
    """Evidence file, section B, d = 10 %: 27.5, 21.2 and 4.7 from .8; 40.7, 35.5 and 3.1 from .9."""
    rows = analysis.show_five_percent(retention_rates=[0.8, 0.9], discount_rate=0.1).rows
    found = [float(row["More value"].removesuffix("\u202f%")) for row in rows]
    assert found == pytest.approx([27.5, 21.2, 4.7, 40.7, 35.5, 3.1], abs=0.051)


def test_cost_at_which_the_gain_is_gone_by_hand():
    """(m - x) .85 / .25 = m .8 / .3, so x = m (1 - 2.6667 / 3.4) = .2157 m."""
    row = analysis.show_five_percent(retention_rates=[0.8], discount_rate=0.1).rows[0]
    assert row["Gone if it costs, of the margin a year"] == "21.6\u202f%"


@pytest.mark.parametrize(("rate", "gain"), [(0.7, 22.4), (0.8, 27.5), (0.85, 32.4), (0.9, 40.7)])
def test_gain_over_a_long_horizon_is_the_annuitys(rate, gain):
    assert five_points_gain(rate, 100, 0.1, FOR_EVER)[0] == pytest.approx(gain, abs=0.051)


def test_tornado_names_the_ends_and_that_the_margin_cancels():
    shown = analysis.show_leverage_tornado(**BASE, horizon_years=(FOR_EVER, 1, FOR_EVER))
    margin = [row for row in shown.rows if row["Input"] == "margin"]
    assert margin[0]["More value, %"] == margin[1]["More value, %"] == "27.5"
    # 100 (3.4 - 2.6667) = 73.3, at half and at twice the margin
    assert [row["More value, currency"] for row in margin] == ["36.7", "147"]
    assert [row["More value, %"] for row in shown.rows if row["Input"] == "retained a year"] == ["22.4", "40.7"]
    assert [row["More value, %"] for row in shown.rows if row["Input"] == "years counted"] == ["6.25", "27.5"]
    assert "no evidence" in words_of(shown)


def test_base_outside_its_range_is_refused():
    with pytest.raises(ParameterMistake, match="years counted"):
        analysis.show_leverage_tornado(**BASE, horizon_years=(10, 20, 30))


@pytest.mark.parametrize(
    ("firm", "printed", "second"),
    [
        ("Amazon", 2.45, 2.47),
        ("Ameritrade", 6.75, 6.79),
        ("Capital One", 5.12, 5.02),
        ("eBay", 3.42, 3.46),
        ("E*Trade", 6.67, 6.72),
    ],
)
def test_five_firms(firms, firm, printed, second):
    """Gupta, Lehmann & Stuart 2004, table 5; the second derivation of the project's evidence file."""
    assert float(firms[firm]["Printed, per 1 % of retention"]) == printed
    assert float(firms[firm]["Recomputed"]) == pytest.approx(second, abs=0.006)


def test_ranking_turns_round_per_percent_of_churn(firms):
    def lowest(column):
        return min(firms, key=lambda firm: float(firms[firm][column]))

    assert lowest("Recomputed") == "Amazon"
    assert lowest("Per 1 % of churn") in {"Ameritrade", "E*Trade"}
    assert float(firms["Amazon"]["Per 1 % of churn"]) == max(float(row["Per 1 % of churn"]) for row in firms.values())
