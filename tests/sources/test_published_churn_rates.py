"""Published churn rates: which rows have a vote, whose vote it is, and Welch's difference by scipy."""

from __future__ import annotations

import pytest
from scipy import stats

from analysis.estimators.aggregate.churn_gap import estimate_churn_gap
from analysis.register.claims import load_register
from analysis.sources import published_churn_rates as source

ROW = {
    "claim": source.CLAIM,
    "quantity": "mobile_churn_rate",
    "study": "A report",
    "population": "mobile telephony; Verizon, US",
    "period": "2010",
    "year": "2010",
    "finding": "18 % a year.",
    "value": "18",
    "unit": "% a year",
    "vendor": "no",
    "design": "observational",
}


def row(**changes: str) -> dict[str, str]:
    return {**ROW, **changes}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"vendor": "yes"}, "interested publisher"),
        ({"design": "assertion"}, "stated without a source"),
        ({"population": "mobile telephony; Sprint prepaid, US"}, "part of a firm's customers"),
        ({"period": "lowest month rate, 2010"}, "picked from a series, or quoted in a debate"),
        ({"quantity": ""}, "another industry, or no rate"),
        ({"value": ""}, "another industry, or no rate"),
    ],
)
def test_a_row_without_a_vote_says_why(changes, reason):
    assert source.reason_left_out(row(**changes)) == reason


def test_a_firm_has_one_vote_whichever_publication_names_it():
    table = source.rates_table(
        [
            row(),
            row(population="mobile telephony; Verizon Wireless, US", value="20", study="Another"),
            row(vendor="yes"),
        ]
    )
    assert table["firm"].tolist() == ["Verizon", "Verizon"]
    assert table["yearly_percent"].tolist() == [18.0, 20.0]
    assert table["period"].is_unique


def test_gap_is_welchs_difference_of_one_mean_a_firm():
    frame = source.SOURCE.frame("churn_rates")
    means = frame.table.groupby(["industry", "firm"])["yearly_percent"].mean()
    theirs = stats.ttest_ind(means["mobile"], means["finance"], equal_var=False)
    interval = theirs.confidence_interval(0.95)
    found = estimate_churn_gap(frame, load_register()[source.CLAIM])[0]
    assert found.value == pytest.approx(means["mobile"].mean() - means["finance"].mean())
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.n == len(means)
