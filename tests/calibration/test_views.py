"""The page's words: a scenario that misses is never said to hold, and every exception has its consequence."""

from dataclasses import replace

import pytest

from analysis.notebook.exhibits import TextExhibit
from analysis.notebook.views import calibration as views
from tests.calibration.test_record import LOW, a_row

REAL = {"claim": "spend-grows-with-tenure", "quantity": "spend_change_per_year", "estimator": "invented:estimate_it"}


@pytest.fixture
def shown(monkeypatch):
    def put(*rows):
        monkeypatch.setattr(views, "_rows", lambda: tuple(replace(row, **REAL) for row in rows))

    return put


def three(**changes):
    return [a_row(point=point, **changes) for point in ("null", "smallest", "size")]


def test_a_broken_scenario_that_misses_always_is_not_said_to_hold_however_few_the_draws(shown):
    shown(
        *three(broken="what is broken", replications=40, coverage=0.0, coverage_low=0.0, coverage_high=0.09, bias=2.0)
    )
    (row,) = views.show_broken_scenarios().rows
    assert row["What happens"] == "misses the truth towards the claim, by 2 errors"


def test_a_broken_scenario_that_claims_without_cause_says_so_first(shown):
    shown(*three(broken="b", claimed_side=0.4, claimed_side_low=0.37, claimed_side_high=0.43, **LOW))
    assert "without cause in 40" in views.show_broken_scenarios().rows[0]["What happens"]


def test_a_broken_scenario_that_covers_is_said_to_hold(shown):
    shown(*three(broken="b"))
    assert views.show_broken_scenarios().rows[0]["What happens"].startswith("holds")


def test_an_exception_names_its_consequence(shown):
    shown(*three(), *three(scenario="another", **LOW))
    found = views.show_level_exceptions()
    assert {row["Scenario"] for row in found.rows} == {"Another"}
    assert {row["Consequence"] for row in found.rows} == {"verdicts that rest on it go no higher than low confidence"}


def test_an_interval_too_wide_has_no_consequence(shown):
    shown(a_row(coverage=0.99, coverage_low=0.982, coverage_high=0.995))
    assert views.show_level_exceptions().rows[0]["Consequence"] == "none: the interval is wider than it need be"


def test_no_exception_is_said_in_a_sentence(shown):
    shown(*three())
    assert isinstance(views.show_level_exceptions(), TextExhibit)


def test_the_figure_shows_each_scenario_once_at_its_worst_worst_first(shown):
    shown(*three(), a_row(scenario="second", point="null", coverage=0.96), a_row(scenario="second", **LOW))
    figure = views.show_coverage_figure()
    assert [row["Scenario"] for row in figure.rows] == ["Second", "An invented scenario"]
    assert "1 lie below" in figure.alt
    assert isinstance(views.show_coverage_figure(broken=True), TextExhibit)


def test_without_a_table_the_page_says_how_to_make_it(shown):
    shown()
    for view in (
        views.show_calibration_in_short,
        views.show_coverage_figure,
        views.show_coverage,
        views.show_level_exceptions,
        views.show_false_claims,
        views.show_traps,
        views.show_broken_scenarios,
    ):
        assert "analysis calibrate" in view().text
