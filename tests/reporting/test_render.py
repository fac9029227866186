"""The page of an executed notebook: self-contained, escaped, navigable, and honest about an error."""

import re

import nbformat
import pytest

from analysis.core import paths
from analysis.notebook.exhibits import SvgExhibit, TableExhibit
from analysis.notebook.figures import svg
from analysis.notebook.section.answer import AnswerExhibit
from analysis.notebook.tidy import tidy_row
from analysis.reporting.downloads import in_order, with_downloads
from analysis.reporting.glossary import link_first_uses
from analysis.reporting.render import _with_own_labels, is_simulated, render, script_hash
from analysis.verdicts.decide import decide
from tests.helpers import an_estimate, code, markdown, shown, write_notebook
from tests.reporting.pages import Page, outside

NASTY = "<script>alert(1)</script>"
CLAIM = "spend-grows-with-tenure"
HEADINGS = (
    "The rules, before the numbers",
    "What 5 % more costs",
    "Ours & theirs: *who* wins?",
    'The "best" `code`, again',
)
ROWS = ({"Source": NASTY, "Estimate": "1.5"},)


def a_card():
    from analysis.register.claims import load_register

    claim = load_register()[CLAIM]
    quantity = claim.quantities[0]
    estimate = an_estimate(12.0, 11.0, 13.0, claim=CLAIM, quantity=quantity, source=f"Shop {NASTY}")
    return AnswerExhibit(claim=claim, verdicts=(decide(claim, [estimate]),))


def shows(exhibit, count):
    return shown(exhibit._repr_mimebundle_(), count=count)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Render one notebook with everything a notebook can show, without and with an error."""
    folder = tmp_path_factory.mktemp("render")
    figure = SvgExhibit(svg=svg.picture("", 10, NASTY), alt=f"Dots {NASTY}", caption=NASTY, rows=ROWS)
    cells = [
        markdown("# Is *it* so & how?\n\nSomebody says so.", "title"),
        code('seed = 1  # seed & "more"', "parameters", count=1),
        *(markdown(f"## {heading}\n\nWords.") for heading in HEADINGS),
        code("table", count=2, outputs=[shows(TableExhibit(caption=NASTY, rows=ROWS), 2)]),
        code("figure", count=3, outputs=[shows(figure, 3)]),
        code("card", "verdict", count=4, outputs=[shows(a_card(), 4)]),
        code("text", count=5, outputs=[shown({"text/plain": NASTY}, count=5)]),
        code(f"print({NASTY!r})", count=6, outputs=[{"output_type": "stream", "name": "stdout", "text": NASTY}]),
        code(
            "raise",
            count=7,
            outputs=[{"output_type": "error", "ename": "Nasty", "evalue": NASTY, "traceback": [NASTY]}],
        ),
    ]
    path = write_notebook(folder / "01_a.ipynb", *cells)
    render(path, folder / "fine.html")
    render(path, folder / "failed.html", error=f"ValueError: {NASTY}")
    return folder


@pytest.fixture(scope="module")
def page(made):
    return Page.read(made / "fine.html")


def test_page_loads_nothing_from_outside(page):
    assert outside(page.loads) == []
    assert outside(page.links) == []
    assert page.loads, "a page loads at least its icon, as data"


def test_page_forbids_loading_anything(page):
    script = script_hash((paths.TEMPLATES / "pictures.js").read_text(encoding="utf-8"))
    assert page.policy == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
        "script-src": f"'sha256-{script}'",
    }
    assert len(page.of("script")) == 1, "the house's own, named by its hash"
    head = [tag for tag, _ in page.tags]
    assert head.index("meta") < head.index("style")


def test_page_escapes_whatever_outputs_hold(page, made):
    text = (made / "fine.html").read_text(encoding="utf-8")
    assert text.lower().count("<script") == 1
    assert page.text.count("alert(1)") >= 8  # table, figure, card, answer, text, print, its code, error
    assert NASTY in {picture["aria-label"] for picture in page.of("svg")}


def test_page_is_titled_as_its_notebook_once(page):
    assert len(page.of("h1")) == 1
    assert page.of("html")[0]["lang"] == "en"
    assert page.text.split("Skip to")[0].strip() == "Is it so & how?"


def test_page_leads_to_each_section_and_answer(page):
    anchors = [link[1:] for link in page.links if link.startswith("#")]
    assert set(anchors) <= set(page.ids)
    own = [a for a in anchors if a not in ("main", CLAIM, "glossary") and not a.startswith("term-")]
    assert len(own) == len(HEADINGS)
    assert CLAIM in anchors


def test_page_ids_are_unique(page):
    assert len(page.ids) == len(set(page.ids))


def test_page_gives_the_answers_first(page):
    assert page.text.index("The answers") < page.text.index("On this page") < page.text.index("Words.")
    assert "very uncertain, leans yes" in page.text[: page.text.index("On this page")]


def test_page_folds_code_and_parameters_away(page):
    folded = [attributes for tag, attributes in page.tags if tag == "details" and attributes.get("class") == "code"]
    assert len(folded) == 7
    assert not [attributes for attributes in folded if "open" in attributes]


def test_page_leads_back_to_all_claims(page):
    assert "index.html" in page.links


def test_page_without_an_error_does_not_speak_of_one(page):
    assert "did not run through" not in page.text


def test_page_of_a_failed_notebook_says_so_on_top(made):
    failed = Page.read(made / "failed.html")
    assert (made / "failed.html").read_text(encoding="utf-8").lower().count("<script") == 1
    assert failed.text.index("This report did not run through") < failed.text.index("The answers")
    assert f"ValueError: {NASTY}" in failed.text


def test_render_twice_gives_the_same_bytes(made, tmp_path):
    render(made / "01_a.ipynb", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (made / "fine.html").read_bytes()


def test_error_is_shown_even_without_a_title_cell(tmp_path):
    path = write_notebook(tmp_path / "02_b.ipynb", code("1", count=1))
    render(path, tmp_path / "02_b.html", error="ValueError: no")
    assert "ValueError: no" in Page.read(tmp_path / "02_b.html").text


@pytest.mark.parametrize(
    ("address", "leads_out"),
    [
        ("https://example.org", True),
        ("http://example.org", True),
        ("//example.org/x.js", True),
        ("file:///etc", True),
        ("/x.css", True),
        ("data:image/png;base64,AA", False),
        ("#section", False),
        ("index.html#claim", False),
        ("verdicts.json", False),
    ],
)
def test_outside_tells_what_leads_out(address, leads_out):
    assert (outside([address]) == [address]) is leads_out


def test_page_reader_sees_what_a_browser_would_fetch():
    html = (
        '<link href="a.css"><img src="b.png"><style>p{background:url(c.png)}@import "d.css";</style><script src="e.js">'
    )
    assert Page(html).loads == ["a.css", "b.png", "e.js", "c.png", "d.css"]


def test_heading_of_a_claim_carries_its_id_and_parts_stand_together(tmp_path):
    card = a_card()
    path = write_notebook(
        tmp_path / "02_b.ipynb",
        markdown("# Is it so?", "title"),
        markdown(f"## {card.claim.title}\n\nSomebody says so."),
        code(f'session.answer("{CLAIM}")', "verdict", count=1, outputs=[shows(card, 1)]),
        code(f'session.details("{CLAIM}")', count=2, outputs=[shown({"text/plain": "d", "text/html": "<p>d</p>"}, 2)]),
        markdown("### How we test it\n\nChurn.", "folded"),
        code("1", "folded", count=3, outputs=[shown({"text/plain": "1"}, 3)]),
    )
    render(path, tmp_path / "02_b.html")
    text = (tmp_path / "02_b.html").read_text(encoding="utf-8")
    assert f'<h2 id="{CLAIM}">' in text and text.count(f'id="{CLAIM}"') == 1
    assert text.index('<div class="claim">') < text.index('class="cell answer"') < text.index('class="cell details"')
    assert text.count("<summary>Code</summary>") == 2  # of the section, and of the fold behind it
    assert text.index('<details class="fold"><summary>How we test it</summary>') < text.index(">1</pre>")
    assert text.count("<details") == text.count("</details>") and text.count("<div") == text.count("</div>")


def test_regions_named_alike_get_names_that_tell_them_apart():
    body = '<div role="region" aria-label="A"></div><div aria-label="A" class="scroll" role="region"></div><p aria-label="A"></p>'
    labels = re.findall(r'aria-label="([^"]*)"', _with_own_labels(body))
    assert labels == ["A", "A (2)", "A"]


def test_glossary_leaves_pictures_folds_and_scripts_alone():
    """A picture in a picture, a style in a picture, a fold with a summary: what comes behind the inner end is inside still."""
    inside = (
        "<svg><style>*{}</style><svg><text>b</text></svg><text>churn</text></svg>"
        "<details><summary>more</summary><p>churn</p></details><script>if (0<a) churn</script>"
    )
    told = link_first_uses(f"{inside}<p>churn and churn</p>")
    assert told.startswith(inside)
    assert [link["href"] for link in Page(told).of("a")] == ["#term-churn"]


def test_table_of_a_data_frame_has_no_heading_that_says_nothing():
    frame = pytest.importorskip("pandas").DataFrame({"n": [1]}, index=["a"]).rename_axis("who")
    tables = Page(with_downloads({"text/html": frame.to_html()}, "name"))
    assert [name for name, _ in tables.tags].count("td") == 3, "two empty corners and the number"
    assert re.search(r"<th[^>]*>\s*</th>", with_downloads({"text/html": frame.to_html()}, "name")) is None


def test_saved_numbers_keep_the_order_of_columns_that_a_notebook_file_loses():
    row = tidy_row(an_estimate(12.0, 11.0, 13.0, claim=CLAIM))
    kept = dict(sorted(({"table": "others"} | row).items()))
    assert list(in_order([kept], "")[0]) == ["table", *row]
    exhibit = TableExhibit(caption="Two", rows=({"Year": "1", "Cost & gain": "2", "A": "3"},))
    kept = dict(sorted(exhibit.rows[0].items()))
    assert in_order([kept], exhibit.html()) == [{"Year": "1", "Cost & gain": "2", "A": "3"}]
    assert list(in_order([kept], exhibit.html())[0]) == ["Year", "Cost & gain", "A"]


def test_of_the_stored_notebooks_only_the_one_on_own_data_shows_a_simulated_company():
    """A test shown at work on made-up customers had put the banner of a simulated company on every public page."""
    stored = {path.stem: nbformat.read(path, as_version=4) for path in paths.NOTEBOOKS.glob("[0-9]*.ipynb")}
    assert {name for name, notebook in stored.items() if is_simulated(notebook)} == {"00_your_own_data"}
