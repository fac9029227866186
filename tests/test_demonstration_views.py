"""The test at work on simulated customers: marked as such, beside the truth, for any claim with a world, and without a vote."""

from __future__ import annotations

import pytest

from analysis import demonstration_views as views
from analysis.demonstration_views import demonstrate, show_demonstration, show_demonstration_figure
from analysis.exhibits import TextExhibit
from analysis.simulate.world import World
from analysis.simulate.worlds.firm_panels import draw_good_firms
from analysis.vocabulary import SIMULATED_MARK, Kind

CLAIM, QUANTITY = "prompt-response-retains", "leaving_per_doubling_of_hold"


def world(**changes) -> World:
    about = {
        "name": "good_firms",
        "claim": CLAIM,
        "quantity": QUANTITY,
        "frame": "panel",
        "estimator": "panel_effects:estimate_panel_effect",
        "draw": draw_good_firms,
        "n": 60,
        "trap": "good firms are good at everything",
        "options": {"quantity": QUANTITY},
        "effects": {"null": 0.0, "size": 3.0},
    }
    return World(**{**about, **changes})


@pytest.fixture
def two_worlds(monkeypatch):
    worlds = (world(), world(name="another", broken="something"), world(name="elsewhere", claim="nps-marks-loyalty"))
    monkeypatch.setattr(views, "all_worlds", lambda: worlds)
    demonstrate.cache_clear()
    yield
    demonstrate.cache_clear()


def test_each_sound_world_of_the_claim_is_drawn_without_and_with_an_effect(two_worlds):
    found = demonstrate(CLAIM)
    assert [(d.world.name, d.point, d.truth) for d in found] == [
        ("good_firms", "null", 0.0),
        ("good_firms", "size", 3.0),
    ]
    for d in found:
        assert d.sound.kind is Kind.SIMULATED, "so that no verdict can count it"
        assert d.sound.low - 1 < d.truth < d.sound.high + 1
        assert d.naive[1] > d.truth, "the trap that is built in"


def test_table_marks_itself_as_simulated_and_has_the_truth_beside_the_numbers(two_worlds):
    table = show_demonstration(CLAIM)
    assert SIMULATED_MARK in table.caption
    assert "take no part in its verdict" in table.note
    assert [row["Truth"].split()[0] for row in table.rows] == ["0", "3"]
    assert {row["What fools the naive"] for row in table.rows} == {"good firms are good at everything"}


def test_figure_says_in_words_how_often_the_truth_was_held(two_worlds):
    figure = show_demonstration_figure(CLAIM)
    assert SIMULATED_MARK in figure.caption
    assert "of 2 draws, the naive one misses it in 2" in figure.alt
    assert len(figure.rows) == 2
    assert isinstance(show_demonstration_figure(CLAIM, "churn_difference"), TextExhibit)


def test_a_claim_without_a_world_says_so(two_worlds):
    for shown in (show_demonstration("lock-in-retains"), show_demonstration_figure("lock-in-retains")):
        assert isinstance(shown, TextExhibit)
        assert "No simulated world" in shown.text


def test_equal_seeds_give_equal_numbers(two_worlds):
    first = show_demonstration(CLAIM, seed=3)
    demonstrate.cache_clear()
    assert show_demonstration(CLAIM, seed=3) == first
    assert show_demonstration(CLAIM, seed=4) != first
