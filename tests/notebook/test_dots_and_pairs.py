"""Figures on one line, votes in three rows, and quick numbers beside sound ones."""

import re

import pytest

from analysis.core.vocabulary import Kind, Role
from analysis.notebook.exhibits import TextExhibit
from analysis.notebook.figures.claimed_found import Held, claimed_against_found
from analysis.notebook.figures.dots import dot_strip, tally_exhibit
from analysis.notebook.figures.forest import draw_forest
from analysis.notebook.figures.naive_sound import naive_against_sound, pairs_of, widest_gaps
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate


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
    picture = tally_exhibit(a_claim(), {"Shop": 1}, {"A": 1, "B": -1, "C": 0})
    assert picture.caption == "Of 4 data sets and publications, 2 point the claimed way, 1 the other, 1 neither way"
    assert len(re.findall('fill="none" stroke', picture.svg)) == 3


def test_a_tally_of_few_is_a_sentence_and_sides_on_which_nobody_stands_take_no_row():
    few = tally_exhibit(a_claim(), {"Shop": 1}, {"A": 1})
    assert isinstance(few, TextExhibit) and few.text == "1 data set and 1 publication, both pointing the claimed way."
    assert tally_exhibit(a_claim(), {}, {"A": -1, "B": 0}).text == (
        "Of 2 publications, none points the claimed way, 1 the other, 1 neither way."
    )
    assert tally_exhibit(a_claim(), {}, {}) is None
    picture = tally_exhibit(a_claim(), {}, dict.fromkeys("ABCD", 1))
    assert picture.caption == "All 4 publications point the claimed way"
    assert "Against" not in picture.svg and "filled" not in picture.svg
    assert "Source: publications (hollow)." in picture.svg


def test_the_mean_of_single_firms_is_not_called_a_measurement_beside_them():
    firms = [an_estimate(float(x), kind=Kind.PUBLISHED, source=f"Firm {x}") for x in range(3, 11)]
    mean = an_estimate(6.5, 4.0, 9.0, kind=Kind.PUBLISHED, source="Spread over 8 firms")
    picture = dot_strip(a_claim(), [mean, *firms], a_quantity())
    assert picture.caption == "8 single figures: 3 to 10 points; their mean is 6.5 (4 to 9)"
    assert "Measured, with a margin" not in picture.svg
    assert draw_forest(a_claim(), [mean, *firms], a_quantity()).caption == picture.caption


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
    assert (
        "In 1 of 1 claims the quick analysis is more favourable than the sound one; in 1 an effect" in picture.caption
    )
    assert naive_against_sound([]) is None


def test_steps_grow_so_that_a_wide_gap_and_a_narrow_one_are_both_seen():
    """Fifty times and thirty times what matters lie apart, and so do none and once."""
    sound, naive = an_estimate(30.0, 25.0, 35.0), an_estimate(50.0, 45.0, 55.0, role=Role.NAIVE)
    (pair,) = pairs_of(a_claim(a_quantity(smallest=1.0)), [sound, naive])
    svg = naive_against_sound([pair]).svg
    quick, dot = (
        float(re.search(r'<rect x="([\d.]+)"[^>]*width="10"', svg)[1]) + 5,
        float(re.search(r'cx="([\d.]+)"', svg)[1]),
    )
    assert quick - dot > 15
    assert quick < 480 - 14
    assert [gap.startswith("An invented claim: a quick look gives 50 points") for gap in widest_gaps([pair])] == [True]
    (other,) = pairs_of(
        a_claim(a_quantity(smallest=1.0)), [an_estimate(30.0, 25.0, 35.0), an_estimate(5.0, role=Role.NAIVE)]
    )
    assert widest_gaps([other]) == []  # it does not flatter


def test_claimed_sizes_are_held_against_what_was_found():
    quantity = a_quantity(smallest=1.0, size=10.0)
    claim = a_claim(quantity)
    held = [
        Held(claim=claim, quantity=quantity, found=an_estimate(*numbers))
        for numbers in ((2.0, 1.0, 4.0), (8.0, 6.0, 12.0), (20.0, 15.0, 25.0))
    ]
    assert [one.shares()[0] for one in held] == pytest.approx([0.2, 0.8, 2.0])
    picture = claimed_against_found(held)
    assert picture.caption.endswith("1 falls short, 1 goes beyond, 1 may reach it")
    assert [row["Found"] for row in picture.rows] == ["2 points (1 to 4)", "8 points (6 to 12)", "20 points (15 to 25)"]
    assert (picture.record[0]["claimed"], picture.record[0]["estimate"]) == ("10", "2")
    assert claimed_against_found([]) is None


def test_a_claimed_ratio_is_halfway_at_its_square_root():
    quantity = a_ratio(size=9.0, smallest=1.1)
    one = Held(claim=a_claim(quantity), quantity=quantity, found=an_estimate(3.0, 1.0, 9.0, quantity=quantity))
    assert one.shares() == pytest.approx((0.5, 0.0, 1.0))
