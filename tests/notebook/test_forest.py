"""The common picture: filled marks are those that can decide, the finding stands on top, words and marks keep apart."""

import re

from analysis.core.vocabulary import SIMULATED_MARK, Kind, Role
from analysis.notebook.exhibits import SvgExhibit, TextExhibit
from analysis.notebook.figures import svg
from analysis.notebook.figures.findings import finding
from analysis.notebook.figures.forest import draw_forest, forest, null_words, takes_part, years_of
from analysis.notebook.figures.row_labels import labels_of
from tests.helpers import a_claim, a_quantity, a_ratio, an_estimate

ANSWER = an_estimate(2.0, 1.0, 3.0)
NAIVE = an_estimate(4.0, 3.0, 5.0, role=Role.NAIVE)
SIGHTED = an_estimate(3.0, kind=Kind.PUBLISHED, source="Author 2001")


def hollow(picture):
    return len(re.findall(r'fill="none" stroke', picture.svg))


def test_only_what_can_decide_is_filled():
    shown = [ANSWER, NAIVE, SIGHTED]
    assert [takes_part(e, a_quantity()) for e in shown] == [True, False, False]
    assert hollow(draw_forest(a_claim(), shown, a_quantity())) == 2
    assert hollow(draw_forest(a_claim(), shown, a_quantity(decides=False))) == 3


def test_null_is_called_no_effect_only_where_it_is_none():
    assert (null_words(a_quantity()), null_words(a_ratio())) == ("no effect", "no effect")
    assert null_words(a_quantity(null=23.5)) == "claim begins at 23.5"


def test_forest_of_one_row_is_a_sentence_and_of_none_is_nothing():
    claim = a_claim(a_quantity())
    assert isinstance(forest(claim, [ANSWER], a_quantity()), TextExhibit)
    assert isinstance(forest(claim, [ANSWER, SIGHTED], a_quantity()), SvgExhibit)
    assert forest(claim, [], a_quantity()) is None


def test_finding_counts_what_was_measured():
    claim, quantity = a_claim(), a_quantity()
    other = an_estimate(-2.0, -3.0, -1.5, source="Shop B")
    assert finding(claim, quantity, [ANSWER, other, NAIVE]) == (
        "Of 2 measurements, 1 goes the claimed way, 1 gives no support"
    )
    assert finding(claim, quantity, [ANSWER]).startswith("Measured once: 2 ")
    bare = [SIGHTED, an_estimate(7.0, kind=Kind.PUBLISHED, source="B")]
    assert finding(claim, quantity, bare) == "2 published figures, 3 to 7 points, none with a margin of error"
    # Figures with a margin of error lead, and those without are not forgotten.
    assert finding(claim, quantity, [ANSWER, SIGHTED]).endswith("; 1 more figure without a margin of error")
    assert finding(claim, quantity, [ANSWER, other, *bare]).startswith("Of 2 measurements, 1 goes")


def test_a_unit_in_brackets_is_a_name_and_never_stands_in_two_pairs_of_brackets():
    quantity = a_quantity(unit="(area under the curve)")
    picture = draw_forest(a_claim(quantity), [ANSWER, SIGHTED], quantity)
    assert picture.caption.startswith("Measured once: area under the curve 2 (1 to 3)")
    assert "((" not in picture.svg and "))" not in picture.svg


def test_labels_that_a_cut_makes_equal_are_told_apart_by_the_words_that_differ():
    begin = "Clients of a large and rather old bank in the north-west of the country"
    rows = [an_estimate(-2.5, -3.5, -1.5, source=f"{begin}, {when}") for when in ("spring", "autumn")]
    found = labels_of(rows)
    assert found[0] != found[1] and "spring" in found[0] and "autumn" in found[1]
    marked = [
        an_estimate(
            -2.512345, -3.512345, -1.512345, source=f"demonstration-shop {SIMULATED_MARK}", population=f"all {w}"
        )
        for w in ("customers of an online shop " * 3 + "A", "customers of an online shop " * 3 + "B")
    ]
    assert all(SIMULATED_MARK in label for label in labels_of(marked)) and len(set(labels_of(marked))) == 2
    same = [an_estimate(2.0, 1.0, 3.0, source=begin, population="everyone", method=m) for m in ("by day", "by week")]
    assert [label.endswith(end) for label, end in zip(labels_of(same), (": day", ": week"), strict=True)] == [
        True,
        True,
    ]


def test_picture_names_the_claimed_size_the_band_and_both_sides():
    picture = draw_forest(a_claim(), [ANSWER, NAIVE], a_quantity(size=10.0, ends=("fewer leave", "more leave")))
    assert "← fewer leave" in picture.svg and "more leave →" in picture.svg
    words = " ".join(re.findall(r">([^<]+)</text>", picture.svg))
    assert 'fill-opacity="0.1"' in picture.svg and "the articles' 10 points" in words.replace("&#x27;", "'")


def test_every_mark_lies_inside_the_picture_however_wide_an_interval_is():
    wide = an_estimate(2.0, -1e6, 1e6)
    picture = draw_forest(a_claim(), [ANSWER, wide], a_quantity())
    places = [float(x) for x in re.findall(r'(?:cx|x1|x2)="(-?[\d.]+)"', picture.svg)]
    assert all(0 <= x <= svg.WIDTH for x in places)
    # The wide interval does not squeeze the others: the answer's own bar still has a length one can see.
    bars = re.findall(r'<line x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke-width="3"', picture.svg)
    assert min(float(b) - float(a) for a, b in bars) > 20


def test_labels_of_any_length_fit_and_tell_equal_sources_apart():
    long = an_estimate(2.0, 1.0, 3.0, source="$x$ " + "y" * 10_000)
    assert len(labels_of([long])[0]) < 60
    twins = [an_estimate(2.0, 1.0, 3.0, population="men"), an_estimate(2.5, 1.0, 3.0, population="women")]
    assert len(set(labels_of(twins))) == 2


def test_words_of_others_are_escaped():
    nasty = an_estimate(2.0, 1.0, 3.0, source="<script>x</script>")
    assert "<script" not in draw_forest(a_claim(), [nasty], a_quantity()).html()


def test_words_of_the_claimed_side_are_bold():
    ends = ("fewer leave", "more leave")
    above = draw_forest(a_claim(), [ANSWER], a_quantity(ends=ends)).svg
    below = draw_forest(a_claim(), [ANSWER], a_quantity(ends=ends, direction="below", smallest=-1.0)).svg
    assert re.search(r"700[^>]*>more leave", above) and not re.search(r"700[^>]*>← fewer", above)
    assert re.search(r"700[^>]*>← fewer leave", below) and not re.search(r"700[^>]*>more", below)


def test_picture_names_its_source_with_its_years():
    told = years_of([an_estimate(2.0, 1.0, 3.0, source="Shop A", period="May 1997 to June 1998"), SIGHTED])
    assert told == "Source: Shop A (1997-1998); 1 publication (2001)."


def test_numbers_of_a_picture_are_a_tidy_file():
    record = draw_forest(a_claim(), [ANSWER, SIGHTED], a_quantity()).record
    assert list(record[0])[:7] == ["estimate", "low", "high", "unit", "n", "source", "doi"]
    assert (float(record[0]["estimate"]), float(record[0]["high"]), record[1]["low"]) == (2.0, 3.0, "")


def test_rows_alike_but_for_their_time_or_what_stands_in_brackets_are_told_apart():
    method = "customers, in per cent of those at the start: a year left out at a time"
    times = [
        an_estimate(1.0, 0.5, 1.5, source="DISH filings", role=Role.CONTEXT, method=method, period=f"{year} to 2014")
        for year in (2004, 2005, 2006)
    ]
    assert [label.split(": ")[1][:4] for label in labels_of(times)] == ["2004", "2005", "2006"]
    assert all(label.startswith("DISH") for label in labels_of(times))
    name = "MoneyExpert switching index of all years taken together 2006"
    brackets = [an_estimate(7.4, source=f"{name} ({part})", kind=Kind.PUBLISHED) for part in ("finance", "insurers")]
    told = labels_of(brackets)
    assert [label.split(": ")[1] for label in told] == ["finance", "insurers"]
    assert all(label.startswith("MoneyExpert") for label in told)
