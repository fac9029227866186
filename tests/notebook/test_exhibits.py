"""Tables and figures as HTML fragments: complete, escaped, accessible, and with a plain twin that holds every number."""

from html.parser import HTMLParser

import pytest

from analysis.core.errors import ParameterMistake
from analysis.notebook.exhibits import (
    ROWS_TYPE,
    GroupExhibit,
    SvgExhibit,
    TableExhibit,
    TextExhibit,
    linked,
    rows_of,
    table_html,
)

ROWS = (
    {"Source": "Shop A", "Estimate": "1.5 times", "n": "12"},
    {"Source": "Shop B", "Estimate": "0.7 times", "n": "1,234"},
)
TABLE = TableExhibit(caption="Estimates", rows=ROWS, note="Invented.")
FIGURE = SvgExhibit(svg="<svg></svg>", alt="One on each side.", caption="Two dots", rows=ROWS)
NASTY = "<script>alert('x')</script> & \"quoted\""


class Outline(HTMLParser):
    """Collect tags with their attributes, and the text of table cells."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.cells: list[str] = []
        self.feed(fragment)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "img":
            self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.cells[-1] += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_table_html_holds_every_heading_and_cell_in_order():
    outline = Outline(table_html("Estimates", ROWS))
    assert outline.open == []
    assert outline.cells == ["Source", "Estimate", "n", "Shop A", "1.5 times", "12", "Shop B", "0.7 times", "1,234"]


def test_table_html_says_which_cells_are_headers():
    outline = Outline(table_html("Estimates", ROWS))
    assert [header["scope"] for header in outline.of("th")] == ["col", "col", "col", "row", "row"]
    assert [cell["data-label"] for cell in outline.of("td")] == ["Estimate", "n", "Estimate", "n"]
    assert len(outline.of("caption")) == 1


@pytest.mark.parametrize(
    ("rows", "fragment"),
    [
        ((), r"`rows` of the table 'Estimates' must not be empty; show a sentence instead"),
        ((ROWS[0], {"Source": "Shop B"}), r"must share the headings \('Source', 'Estimate', 'n'\); got \('Source',\)"),
        ((ROWS[0], dict(reversed(ROWS[1].items()))), r"must share the headings .*; got \('n', 'Estimate', 'Source'\)"),
    ],
)
def test_table_html_of_rows_that_do_not_agree_is_refused(rows, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        table_html("Estimates", rows)


def test_exhibits_escape_whatever_they_show():
    row = {NASTY: NASTY, "B": NASTY}
    shown = [
        TextExhibit(NASTY)._repr_mimebundle_()["text/html"],
        TableExhibit(caption=NASTY, rows=(row,), note=NASTY).html(),
        SvgExhibit(svg="", alt=NASTY, caption=NASTY, rows=(row,)).html(),
    ]
    for fragment in shown:
        assert "<script" not in fragment
        assert Outline(fragment).open == []
    outline = Outline(shown[2])
    assert outline.cells == [NASTY, "B", NASTY, NASTY]


def test_table_plain_text_holds_every_number():
    assert repr(TABLE).splitlines() == [
        "Estimates",
        "Source: Shop A | Estimate: 1.5 times | n: 12",
        "Source: Shop B | Estimate: 0.7 times | n: 1,234",
        "Invented.",
    ]
    assert repr(TableExhibit(caption="Estimates", rows=ROWS)).splitlines()[-1].startswith("Source: Shop B")


def test_table_and_figure_are_bundles_of_text_html_and_rows():
    for exhibit in (TABLE, FIGURE):
        bundle = exhibit._repr_mimebundle_()
        assert set(bundle) == {"text/plain", "text/html", ROWS_TYPE}
        assert bundle["text/plain"] == repr(exhibit)
        assert bundle[ROWS_TYPE] == {"rows": [dict(row) for row in ROWS]}


def test_table_can_be_scrolled_by_keyboard_and_is_named():
    region = Outline(TABLE.html()).of("div")[1]
    assert (region["tabindex"], region["role"], region["aria-label"]) == ("0", "region", "Estimates")
    assert TABLE.html().endswith('<p class="note">Invented.</p></div>')


def test_figure_carries_its_picture_and_numbers():
    outline = Outline(FIGURE.html())
    assert len(outline.of("svg")) == 1
    assert outline.cells[3:6] == ["Shop A", "1.5 times", "12"]
    assert repr(FIGURE) == "[figure] Two dots. One on each side."


def test_file_of_several_exhibits_holds_the_records_and_no_texts():
    record = ({"estimate": "1.5", "low": "1"}, {"estimate": "0.7", "low": ""})
    told = SvgExhibit(svg="", alt="", caption="Drawn", rows=ROWS, record=record)
    assert rows_of([told]) == list(record)
    assert rows_of(GroupExhibit((TABLE, told, TextExhibit("x"))).with_rows()) == list(record)
    both = rows_of([told, TableExhibit(caption="Listed", rows=ROWS, record=({"estimate": "9", "low": "8"},))])
    assert [row["table"] for row in both] == ["Drawn", "Drawn", "Listed"]
    assert list(both[0]) == ["estimate", "low", "table"]


def test_every_doi_of_a_text_is_a_link_and_nothing_else_is():
    assert linked("A 2001, doi:10.1000/a.b-c(1), and doi:nothing").count("<a ") == 1
    assert 'href="https://doi.org/10.1000/a.b-c(1)"' in linked("A 2001, doi:10.1000/a.b-c(1), and more")
    assert "<script" not in linked("doi:10.1000/<script>")


def test_text_exhibit_is_its_sentence():
    assert TextExhibit("Nothing was published.")._repr_mimebundle_() == {
        "text/plain": "Nothing was published.",
        "text/html": '<p class="exhibit">Nothing was published.</p>',
    }
