"""Findings in an analyst's hand: all numbers in one table, drawn on axes of one's own, told in words."""

import matplotlib.pyplot as plt
import pytest

import analysis
from analysis.core.errors import FrameMistake, ParameterMistake


@pytest.fixture(scope="module")
def findings():
    return analysis.start("", sources="cdnow").collect("repeat-momentum")


def test_table_holds_every_estimate_and_published_figure_with_its_numbers(findings):
    table = findings.to_frame()
    everything = (*findings.estimates, *findings.published)
    assert list(table["source"]) == [e.source for e in everything]
    numbers = [None if e.value is None else float(e.value) for e in everything]
    assert [None if v != v else v for v in table["value"]] == numbers
    assert {"claim", "quantity", "role", "low", "high", "n", "frame", "estimator"} <= set(table.columns)


def test_plot_draws_on_the_axes_it_is_given_one_label_an_estimate(findings):
    _, (left, right) = plt.subplots(1, 2)
    quantity = findings.claim.lead
    drawn = [e for e in (*findings.estimates, *findings.published) if e.quantity == quantity and e.value is not None]
    assert findings.plot(quantity, ax=right) is right
    assert len(right.get_yticklabels()) == len(drawn)
    assert not left.lines
    plt.close("all")


def test_plot_of_what_is_not_there_says_so(findings):
    with pytest.raises(ParameterMistake, match="`quantity` must be one that claim 'repeat-momentum' registers"):
        findings.plot("no_such")
    nothing = analysis.start("", sources="cookie_cats").collect("value-first-queues-pay")
    if not (nothing.estimates or nothing.published):
        with pytest.raises(FrameMistake, match="no number on"):
            nothing.plot()


def test_summary_says_the_verdict_and_every_answer(findings):
    told = repr(findings.summary())
    assert findings.verdict().sentence in told
    assert all(e.source in told for e in findings.estimates if e.role == "answer")
