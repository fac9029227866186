"""The common picture: filled marks are those that can decide, and the caption says so of the marks that are in it."""

import pytest

from analysis.core.vocabulary import Kind, Role
from analysis.notebook.figures.forest import forest, null_words, plot_forest
from analysis.notebook.figures.strip import strip_svg
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate

ANSWER = an_estimate(2.0, 1.0, 3.0)
NAIVE = an_estimate(4.0, 3.0, 5.0, role=Role.NAIVE)
SIGHTED = an_estimate(3.0, kind=Kind.PUBLISHED, source="Author 2001")


def filled(estimates, quantity):
    lines = [line for line in plot_forest(estimates, quantity).get_lines() if line.get_marker() in ("o", "s", "D")]
    return [line.get_markerfacecolor() != "white" for line in lines]


def test_only_what_can_decide_is_filled():
    assert filled([ANSWER, NAIVE, SIGHTED], a_quantity()) == [True, False, False]
    assert filled([ANSWER, NAIVE, SIGHTED], a_quantity(decides=False)) == [False, False, False]


@pytest.mark.parametrize(
    ("estimates", "quantity", "words"),
    [
        ([ANSWER, NAIVE], a_quantity(), "Filled marks can decide the verdict, hollow ones take no part."),
        ([ANSWER], a_quantity(), "Filled marks can decide the verdict."),
        ([NAIVE], a_quantity(), "Hollow marks take no part in the verdict."),
        ([ANSWER], a_quantity(decides=False), "This is shown beside the claim and has no part in the verdict."),
    ],
)
def test_caption_speaks_of_the_marks_that_are_there(estimates, quantity, words):
    assert forest(a_claim(quantity), estimates, quantity).caption.endswith(words)


def test_small_picture_fills_the_same_marks():
    assert strip_svg("A", a_quantity(), [ANSWER, NAIVE]).count("hollow") == 1
    assert strip_svg("A", a_quantity(decides=False), [ANSWER, NAIVE]).count("hollow") == 2


def test_null_is_called_no_effect_only_where_it_is_none():
    assert (null_words(a_quantity()), null_words(a_ratio())) == ("no effect", "no effect")
    assert null_words(a_quantity(null=23.5)) == "claim begins at 23.5"


def test_labels_of_any_length_take_two_lines_and_start_no_formula():
    long = an_estimate(2.0, 1.0, 3.0, source="$x$ " + "y" * 10_000)
    (label,) = [text.get_text() for text in plot_forest([long], a_quantity()).get_yticklabels()]
    assert label.count("\n") <= 1 and len(label) < 80
    assert label.startswith(r"\$x\$")
