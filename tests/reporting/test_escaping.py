"""A company whose names are hostile: its company, columns, tiers, categories and arms go through the real flow."""

import base64
import csv
import io
import re

import pytest

from analysis.notebook.exhibits import LONGEST_CELL, ROWS_TYPE, SvgExhibit, TableExhibit
from analysis.reporting.downloads import to_csv, with_downloads
from analysis.reporting.run import run
from tests.company import invented
from tests.reporting.pages import Page, outside

SCRIPT = "<script>alert('1')</script>"
TURNED = "\u202egpj.exe\u202c \u05d0\u05d1"
FORMULA = '=cmd|"/c calc"!A1'
LONG = "x" * 10_000
NASTY = f'{SCRIPT} "{TURNED}" {FORMULA}'
UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]")

# --- the parts ----------------------------------------------------------------------------------------------------


def test_long_cell_is_cut_and_the_rest_is_there():
    html = TableExhibit(caption="Long", rows=({"What": LONG, "n": "1"},)).html()
    page = Page(html)
    assert "<details" in html and "all of it" in page.text
    assert page.text.count("x" * LONGEST_CELL) >= 1 and LONG in page.text
    assert "x" * (LONGEST_CELL + 1) not in html.split("<details")[0]


@pytest.mark.parametrize("text", [FORMULA, "+1+1", "@SUM(A1)", "-A1+B1", "\u2212A1", "  =1", "\t=1", "\r=1", "\n=1"])
def test_spreadsheet_runs_nothing_of_a_download(text):
    (heading,), (cell,) = csv.reader(io.StringIO(to_csv([{text: text}])))
    assert cell.startswith("'") or not re.match(r"\s*[=+@-]", cell)
    assert heading.startswith("'") or not re.match(r"\s*[=+@-]", heading)


@pytest.mark.parametrize("text", ["-5.2", "\u22120.3", "\u2212.5 points", "12", "a=b", "n-1"])
def test_download_leaves_numbers_and_words_as_they_are(text):
    assert list(csv.reader(io.StringIO(to_csv([{"a": text}]))))[1] == [text]


def test_every_picture_of_an_output_can_be_saved_under_a_name_of_its_own():
    figure = SvgExhibit(svg='<svg class="figure"></svg>', alt="Dots", caption="Dots", rows=({"a": "1"},)).html()
    two = Page(with_downloads({"text/html": figure + figure}, "name"))
    assert [bar["data-picture"] for bar in two.of("span") if "data-picture" in bar] == ["name-1", "name-2"]
    assert [button["value"] for button in two.of("button")] == ["svg", "png"] * 2
    one = Page(with_downloads({"text/html": figure, ROWS_TYPE: {"rows": [{"a": "1"}]}}, "name"))
    assert [link["download"] for link in one.of("a")] == ["name.csv"]


# --- the whole ----------------------------------------------------------------------------------------------------


def toml(name):
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    column = FORMULA.replace('"', '\\"')
    return f'[company]\nname = "{quoted}"\nend_of_observation = "2024-12-31"\n[columns.memberships]\nbenefit_value = "{column}"\n'


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The report on programmes, of an invented shop whose every name is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    made = invented.tables(n=120)
    arms = {"points": f"{NASTY} {LONG}", "cashback": SCRIPT}
    made["campaigns"]["arm"] = made["campaigns"]["arm"].replace(arms)
    made["memberships"]["tier"] = made["memberships"]["tier"].replace({"gold": NASTY, "silver": SCRIPT})
    made["memberships"] = made["memberships"].rename(columns={"benefit_value": FORMULA})
    made["tickets"]["category"] = made["tickets"]["category"].replace({"question": NASTY})
    (folder / "shop").mkdir()
    place = invented.write(folder / "shop", made, toml(f"{NASTY} {LONG}"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RETENTION_DATA_DIR", str(folder))
        settings = {"data": str(place), "sources": "package"}
        result = run(
            folder / "reports", only=["07_tiered_programmes", "10_service_and_recovery"], settings=settings, jobs=1
        )
    assert result.failed == {}
    return folder / "reports"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["07_tiered_programmes", "10_service_and_recovery", "index"])
def test_hostile_names_are_text_on_every_page(hostile, name):
    text = (hostile / f"{name}.html").read_text(encoding="utf-8")
    page = Page(text)
    assert text.lower().count("<script") == len(page.of("script")) == 1, "the house's own"
    assert SCRIPT in page.text, "the name is shown, as text"
    assert UNSEEN.search(page.text) is None
    assert outside(page.loads) == []
    assert LONG not in re.sub(r"<details class=\"rest\">.*?</details>", "", text, flags=re.DOTALL)
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.slow
def test_downloads_of_a_hostile_company_hold_no_formula(hostile):
    found = 0
    for path in hostile.glob("*.html"):
        for coded in re.findall(r"data:text/csv[^,]*;base64,([A-Za-z0-9+/=]+)", path.read_text(encoding="utf-8")):
            for row in csv.reader(io.StringIO(base64.b64decode(coded).decode("utf-8-sig"))):
                assert not [cell for cell in row if re.match(r"\s*[=+@]|-(?![\d.])", cell)]
                found += 1
    assert found > 10


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("name", ["07_tiered_programmes", "10_service_and_recovery", "index"])
def test_hostile_names_overflow_no_page(hostile, name, browser):
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((hostile / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
