"""The test at work on simulated customers: marked as such, beside the truth, for any claim with a scenario, and without a vote."""

from __future__ import annotations

import pytest

from analysis.calibration.scenario import Scenario
from analysis.calibration.scenarios.firm_panels import draw_good_firms
from analysis.core.vocabulary import SIMULATED_MARK, Kind
from analysis.notebook.exhibits import TextExhibit
from analysis.notebook.views import demonstration as views
from analysis.notebook.views.demonstration import demonstrate, show_demonstration, show_demonstration_figure

CLAIM, QUANTITY = "prompt-response-retains", "leaving_per_doubling_of_hold"


def scenario(**changes) -> Scenario:
    about = {
        "name": "good_firms",
        "claim": CLAIM,
        "quantity": QUANTITY,
        "frame": "panel",
        "estimator": "observational.panel_effects:estimate_panel_effect",
        "draw": draw_good_firms,
        "n": 60,
        "trap": "good firms are good at everything",
        "options": {"quantity": QUANTITY},
        "effects": {"null": 0.0, "size": 3.0},
    }
    return Scenario(**{**about, **changes})


@pytest.fixture
def two_scenarios(monkeypatch):
    scenarios = (
        scenario(),
        scenario(name="another", broken="something"),
        scenario(name="elsewhere", claim="nps-marks-loyalty"),
    )
    monkeypatch.setattr(views, "all_scenarios", lambda: scenarios)
    demonstrate.cache_clear()
    yield
    demonstrate.cache_clear()


def test_each_sound_scenario_of_the_claim_is_drawn_without_and_with_an_effect(two_scenarios):
    found = demonstrate(CLAIM)
    assert [(d.scenario.name, d.point, d.truth) for d in found] == [
        ("good_firms", "null", 0.0),
        ("good_firms", "size", 3.0),
    ]
    for d in found:
        assert d.sound.kind is Kind.SIMULATED, "so that no verdict can count it"
        assert d.sound.low - 1 < d.truth < d.sound.high + 1
        assert d.naive[1] > d.truth, "the trap that is built in"


def test_table_marks_itself_as_simulated_and_has_the_truth_beside_the_numbers(two_scenarios):
    table = show_demonstration(CLAIM)
    assert SIMULATED_MARK in table.caption
    assert "do not count towards its verdict" in table.note
    assert [row["Truth"].split()[0] for row in table.rows] == ["0", "3"]
    assert {row["What fools the quick analysis"] for row in table.rows} == {"good firms are good at everything"}


def test_figure_says_in_words_how_often_the_truth_was_held(two_scenarios):
    figure = show_demonstration_figure(CLAIM)
    assert SIMULATED_MARK in figure.caption
    assert "of 2 draws, the quick one misses it in 2" in figure.alt
    assert len(figure.rows) == 2
    assert isinstance(show_demonstration_figure(CLAIM, "churn_difference"), TextExhibit)


def test_a_claim_without_a_scenario_says_so(two_scenarios):
    for shown in (show_demonstration("lock-in-retains"), show_demonstration_figure("lock-in-retains")):
        assert isinstance(shown, TextExhibit)
        assert "No simulated scenario" in shown.text


def test_equal_seeds_give_equal_numbers(two_scenarios):
    first = show_demonstration(CLAIM, seed=3)
    demonstrate.cache_clear()
    assert show_demonstration(CLAIM, seed=3) == first
    assert show_demonstration(CLAIM, seed=4) != first


def test_a_heap_is_told_from_a_crowd_that_grows_anyway():
    """Without a tier the excess holds 1 and the naive ratio does not: by hand 0.121 of a beta(4, 2) over 0.087 is 1.39."""
    from analysis.calibration.scenarios.tier_heaps import DEMONSTRATIONS
    from analysis.calibration.trials import estimator_named
    from analysis.core.vocabulary import Role
    from analysis.register.claims import load_register

    (heap,) = DEMONSTRATIONS
    for effect in (1.0, 1.3):
        frame = heap.draw(effect, 8_000, 5)
        sound, naive = estimator_named(heap.estimator)(frame, load_register()[heap.claim], **heap.options)
        assert sound.low < effect < sound.high
        assert naive.low > effect
        assert naive.role is Role.NAIVE
    assert not [s for s in views.all_scenarios() if s.name == heap.name], "an excess never decides: not in the study"
