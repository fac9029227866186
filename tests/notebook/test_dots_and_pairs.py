"""Figures on one line, votes in three rows, and quick numbers beside sound ones."""

import re

import pytest

from analysis.core.vocabulary import Kind, Role
from analysis.notebook.exhibits import TextExhibit
from analysis.notebook.figures.dots import dot_strip, tally_exhibit, tally_picture
from analysis.notebook.figures.naive_sound import naive_against_sound, pairs_of
from tests.helpers import a_claim, a_quantity, an_estimate


def test_strip_draws_every_figure_once_and_says_what_was_measured():
    quantity = a_quantity()
    quoted = [an_estimate(float(x), kind=Kind.PUBLISHED, source=f"Author {x}") for x in range(3, 15)]
    picture = dot_strip(a_claim(), [an_estimate(2.0, 1.0, 3.0), *quoted], quantity)
    assert len(re.findall("<circle", picture.svg)) == 13 == len(picture.rows)
    assert picture.caption.startswith("Measured: 2 points (1 to 3)") and "12 figures quoted" in picture.caption


def test_equal_figures_are_stacked_and_not_drawn_over_each_other():
    equal = [an_estimate(5.0, kind=Kind.PUBLISHED, source=f"Author {x}") for x in range(9)]
    picture = dot_strip(a_claim(), equal, a_quantity())
    places = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', picture.svg)
    assert len(set(places)) == 9


def test_tally_counts_both_sides_and_is_nothing_where_nobody_speaks():
    picture = tally_picture(a_claim(), {"Shop": 1}, {"A": 1, "B": -1, "C": 0})
    assert picture.caption == "Of 4 data sets and publications, 2 point the claimed way, 1 the other, 1 neither way"
    assert len(re.findall('fill="none" stroke', picture.svg)) == 3
    assert tally_picture(a_claim(), {}, {}) is None


def test_a_tally_of_few_is_a_sentence_and_sides_on_which_nobody_stands_take_no_row():
    few = tally_exhibit(a_claim(), {"Shop": 1}, {"A": 1})
    assert isinstance(few, TextExhibit) and few.text == "1 data set and 1 publication, both pointing the claimed way."
    assert tally_exhibit(a_claim(), {}, {"A": -1, "B": 0}).text == (
        "Of 2 publications, none points the claimed way, 1 the other, 1 neither way."
    )
    assert tally_exhibit(a_claim(), {}, {}) is None
    picture = tally_exhibit(a_claim(), {}, dict.fromkeys("ABCD", 1))
    assert picture.caption == "All 4 publications point the claimed way"
    assert "Against" not in picture.svg and "Filled" not in picture.svg


def test_the_mean_of_single_firms_is_not_called_a_measurement_beside_them():
    firms = [an_estimate(float(x), kind=Kind.PUBLISHED, source=f"Firm {x}") for x in range(3, 11)]
    mean = an_estimate(6.5, 4.0, 9.0, kind=Kind.PUBLISHED, source="Spread over 8 firms")
    picture = dot_strip(a_claim(), [mean, *firms], a_quantity())
    assert picture.caption == "8 single figures: 3 to 10 points; their mean is 6.5 (4 to 9)"
    assert "Measured, with a margin" not in picture.svg


def test_pairs_match_source_frame_and_quantity():
    claim = a_claim(a_quantity())
    sound = an_estimate(1.0, 0.5, 1.5, frame="f")
    naive = an_estimate(4.0, 3.0, 5.0, role=Role.NAIVE, frame="f")
    stranger = an_estimate(4.0, 3.0, 5.0, role=Role.NAIVE, source="Shop B", frame="f")
    assert [(p.naive, p.sound) for p in pairs_of(claim, [sound, naive, stranger])] == [(naive, sound)]


def test_over_all_claims_one_unit_is_the_smallest_effect_worth_acting_on():
    claim = a_claim(a_quantity(smallest=2.0))
    sound = an_estimate(1.0, 0.5, 1.5)
    naive = an_estimate(4.0, 3.0, 5.0, role=Role.NAIVE)
    (pair,) = pairs_of(claim, [sound, naive])
    assert pair.placed() == pytest.approx((2.0, 0.5))
    picture = naive_against_sound([pair])
    assert "In 1 of 1 claims the quick analysis flatters the claim; in 1 an effect" in picture.caption
    assert naive_against_sound([]) is None
