"""Views of good against bad talk: published figures come from the evidence, every number of firms is said, simulated is marked."""

from dataclasses import replace

import pytest

import analysis
from analysis.core.errors import ParameterMistake
from analysis.notebook.exhibits import ROWS_TYPE
from analysis.notebook.figures import style
from analysis.notebook.figures.valence import plot_over_firms
from analysis.notebook.views.valence import STRENGTHS, _firms_needed, _spread, show_talk_network
from tests.helpers import words_of

BAD = "negative-word-of-mouth-costs-more"


@pytest.fixture(scope="module")
def findings():
    return analysis.start("05_word_of_mouth").collect(BAD)


@pytest.fixture(scope="module")
def table(findings):
    return analysis.show_valence_ratios(findings, n_firms=30)


@pytest.fixture(scope="module")
def simulated(findings):
    return show_talk_network(findings, seed=1, n_runs=2)


def test_ratios_are_those_of_the_projects_evidence_file(table):
    """Section A1 of the evidence file: 2.82 a point, 1.41 a customer moved, 1.08 a standard deviation."""
    assert [row["Ratio"] for row in table.rows] == ["2.82", "1.41", "1.08"]


def test_at_thirty_firms_nothing_can_be_ruled_out(table):
    """Evidence file: not distinguishable at about 30 firms; neither is the claimed 3."""
    assert {row["Can be no difference (1)?"] for row in table.rows} == {"yes"}
    assert {row["Can be the claimed 3?"] for row in table.rows} == {"yes"}


def test_with_very_many_firms_one_and_three_are_ruled_out_where_they_must_be(findings):
    """2.82 is neither 1 nor 3, and 1.41 is not 3, once firms are many; 1.08 and 1 part last."""
    rows = analysis.show_valence_ratios(findings, n_firms=100_000).rows
    assert [row["Can be no difference (1)?"] for row in rows] == ["no", "no", "no"]
    assert [row["Can be the claimed 3?"] for row in rows] == ["no", "no", "no"]


def test_note_says_what_was_not_published_and_what_it_would_take(table):
    """28 firms by the printed p; 3 + 2 (1.96 / .0536)^2 = 2,677, said as about 2,700."""
    assert "30 firms" in table.note
    assert "not published" in table.note
    assert "28 or more" in table.note
    assert "about 2,700 firms" in table.note
    assert "182" in table.note


def test_firms_needed_by_hand():
    """A gap of 1.96 needs a standard error of 1: 2 / (n - 3) = 1."""
    assert _firms_needed(1.959964) == pytest.approx(5, abs=1e-5)
    assert _firms_needed(-1.959964) == pytest.approx(5, abs=1e-5)


def test_other_claims_have_not_these_figures(findings):
    other = analysis.start("05_word_of_mouth").collect("satisfied-customers-refer")
    with pytest.raises(ParameterMistake, match=r"must hold the published figure 'Marsden, .*slope, bad\)'"):
        analysis.show_valence_ratios(other, n_firms=30)


def test_a_changed_evidence_table_changes_the_ratio(findings):
    published = tuple(
        replace(e, value=2 * e.value) if e.source.endswith("(slope, bad)") else e for e in findings.published
    )
    changed = analysis.show_valence_ratios(replace(findings, published=published), n_firms=30)
    assert changed.rows[0]["Ratio"] == "5.63"  # 2 * .414 / .147


def test_figure_over_firms_begins_where_the_printed_p_does(findings):
    figure = analysis.show_valence_over_firms(findings, most_firms=200)
    assert figure.rows[0]["Firms"] == "28"
    assert figure.rows[-1]["Firms"] == "200"
    assert "not published" in words_of(figure)


def test_too_few_firms_for_the_printed_p_are_refused(findings):
    with pytest.raises(ParameterMistake, match="`most_firms` must exceed 28"):
        analysis.show_valence_over_firms(findings, most_firms=28)


def test_numbers_of_firms_rise_from_end_to_end_without_a_repeat():
    firms = _spread(28, 60)
    assert (firms[0], firms[-1]) == (28, 60)
    assert firms == sorted(set(firms))


def test_simulated_figure_says_so_wherever_it_is_read(simulated):
    assert simulated.caption.startswith("Simulated, not data")
    assert "SIMULATED, no evidence" in words_of(simulated)
    assert simulated.alt.startswith("Simulated, not data")
    rows = simulated._repr_mimebundle_()[ROWS_TYPE]["rows"]
    assert len(rows) == 4 * len(STRENGTHS)


def test_simulated_figure_is_the_same_for_the_same_seed(findings, simulated):
    assert show_talk_network(findings, seed=1, n_runs=2) == simulated
    assert show_talk_network(findings, seed=2, n_runs=2).rows != simulated.rows


def test_drawing_uses_the_axes_it_is_given(findings):
    from analysis.models.valence import compare_valence

    ax = style.new_axes()
    found = [
        compare_valence(negative_slope=2.0, positive_slope=1.0, negative_r=0.5, positive_r=0.5, n=n) for n in (30, 60)
    ]
    assert plot_over_firms(ax, found, 1.0, None) is ax
    assert "claimed" not in [text.get_text() for text in ax.texts]
    assert "no difference" in [text.get_text() for text in ax.texts]
