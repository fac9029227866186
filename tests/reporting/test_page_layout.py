"""Where the cells of a notebook stand on its page: side by side, under a line that says what they hold, or in two columns."""

from __future__ import annotations

import nbformat
import pytest

from analysis.core import paths
from analysis.reporting.page_layout import MANY_CLAIMS, layout_of

PARTS = ("answer", "picture", "certainty", "others", "trap", "details")


def cell(source, html="", tags=()):
    made = nbformat.v4.new_code_cell(source)
    made.outputs = [nbformat.v4.new_output("display_data", {"text/html": html})] if html else []
    made.metadata["tags"] = list(tags)
    return made


def words(source, tags=()):
    made = nbformat.v4.new_markdown_cell(source)
    made.metadata["tags"] = list(tags)
    return made


def a_section(claim):
    html = {
        "others": '<h3>What others found</h3><div aria-label="Numbers: 3 of 4 agree &amp; more"></div>',
        "trap": "<h3>What a quick analysis gets wrong</h3><p>No picture.</p>",
    }
    return [words(f"## {claim}"), *(cell(f'session.{part}("{claim}")', html.get(part, "")) for part in PARTS)]


def places(cells):
    layout = layout_of(nbformat.v4.new_notebook(cells=cells))
    return [layout[cell.id] for cell in cells]


def of_many(n):
    return places([cell for number in range(n) for cell in a_section(f"claim-{number}")])


def test_a_page_of_few_claims_shows_all_parts_open():
    assert {place["tab"] for place in of_many(MANY_CLAIMS - 1)} == {""}


def test_a_page_of_many_claims_folds_the_second_parts_under_what_they_hold():
    found = of_many(MANY_CLAIMS)
    assert [place["part"] for place in found if place["tab"]] == ["others", "trap"] * MANY_CLAIMS
    assert found[4]["tab"] == "What others found: 3 of 4 agree & more"
    assert found[5]["tab"] == "What a quick analysis gets wrong"


def test_a_part_that_shows_nothing_leaves_no_empty_fold():
    section = a_section("claim-0")
    section[4].outputs = []
    rest = [cell for number in range(1, MANY_CLAIMS) for cell in a_section(f"claim-{number}")]
    assert places([*section, *rest])[4]["tab"] == ""


def test_claims_parts_open_and_close_once():
    found = of_many(2)
    assert [place["opens"] for place in found].count(True) == [place["closes"] for place in found].count(True) == 2
    assert not any(place["flow"] for place in found)


def test_words_and_pictures_of_a_page_without_claims_stand_in_columns_below_their_heading():
    cells = [
        words("# Title", ["title"]),
        words("## One\n\nWords."),
        cell("analysis.show_one(session)", "<figure></figure>"),
        words("## Two\n\nWords."),
        cell("analysis.show_two(session)", "<table></table>"),
        words("More."),
        cell("analysis.show_three(session)", '<table class="dataframe"></table>'),
        words("## Three", ["folded"]),
        cell("analysis.show_four(session)", "<figure></figure>", ["folded"]),
    ]
    found = places(cells)
    assert [place["flow"] for place in found] == [False, True, False, False, False, True, False, False, False]
    assert [place["flow_ends"] for place in found] == [False, False, True, False, False, False, True, False, False]
    assert [place["head"] for place in found if place["head"]] == ["## One"]


@pytest.mark.parametrize("path", sorted(paths.NOTEBOOKS.glob("[0-9]*.ipynb")), ids=lambda path: path.stem)
def test_only_the_set_up_of_a_notebook_is_folded_without_a_heading(path):
    layout = layout_of(nbformat.read(path, as_version=4)).values()
    assert [place["fold"] for place in layout].count("Set-up and parameters") == 1
