"""The two columns of a claim: answer and picture face each other, the rest goes where the page stays short."""

from __future__ import annotations

import nbformat
import pytest

from analysis.reporting.page_layout import columns_of, in_columns, layout_of

CLAIM = "repeat-momentum"


def part(name, pixels=0, words=""):
    drawn = (
        f'<figure><svg class="figure" viewBox="0 0 480 {pixels}"></svg><details>x</details></figure>' if pixels else ""
    )
    cell = nbformat.v4.new_code_cell(f'session.{name}("{CLAIM}")')
    cell.outputs = [nbformat.v4.new_output("display_data", {"text/html": drawn + words})]
    return cell


def a_section(**pixels):
    names = ("answer", "picture", "certainty", "others", "trap", "details")
    return [part(name, pixels.get(name, 0), "<p>A word.</p>") for name in names]


@pytest.mark.parametrize(
    ("pixels", "left"),
    [
        ({"picture": 100, "others": 400, "trap": 400, "answer": 50}, {"answer", "certainty", "trap"}),
        ({"picture": 600, "others": 200, "trap": 200, "answer": 50}, {"answer", "certainty", "others", "trap"}),
        ({"picture": 50, "others": 50, "trap": 50, "answer": 900}, {"answer", "certainty"}),
    ],
)
def test_the_longer_column_is_as_short_as_it_can_be(pixels, left):
    columns = columns_of(a_section(**pixels))
    assert {name for name, side in columns.items() if side == "left"} == left


def test_each_column_is_one_piece_of_the_page_and_details_come_last():
    cells = in_columns(a_section(picture=600, others=200, trap=200))
    notebook = nbformat.v4.new_notebook(cells=cells)
    layout = layout_of(notebook)
    places = [layout[cell.id] for cell in cells]
    assert [place["column"] for place in places if place["column"]] == ["left", "right"]
    assert sum(place["column_ends"] for place in places) == 2
    assert places[-1]["part"] == "details" and places[-1]["column"] == ""
    assert [place["opens"] for place in places].index(True) == 0


def test_what_is_folded_counts_little_and_long_text_counts_its_lines():
    folded = part("trap", words="<details>" + "word " * 4000 + "</details>")
    long = part("trap", words="<p>" + "word " * 4000 + "</p>")
    base = [part("answer", 100), part("picture", 300)]
    assert columns_of([*base, folded])["trap"] == "left"
    assert columns_of([*base, part("others", 900), long])["trap"] == "left"
    assert columns_of([*base, part("others", 900), long])["others"] == "right"
