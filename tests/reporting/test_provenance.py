"""The foot of every page: what is real, published, own, simulated; all parameters; nothing of the folders of a machine."""

import pytest

from analysis.core.vocabulary import Kind
from analysis.notebook.exhibits import TableExhibit
from analysis.notebook.section.answer import AnswerExhibit
from analysis.register.claims import load_register
from analysis.reporting.provenance import kinds_of, parameters_of, provenance_of
from analysis.reporting.render import render
from analysis.verdicts.decide import decide
from tests.helpers import a_claim, an_estimate, code, markdown, notebook, shown, write_notebook
from tests.reporting.pages import Page

PARAMETERS = code('seed = 1  # seed\ndata = ""  # own\nmargin = 0.3  # share', "parameters")
INJECTED = code('# Parameters\nseed = 7\ndata = "/home/anna/secret/shop"', "injected-parameters")
CLAIM = a_claim()
VERDICT = decide(
    CLAIM,
    [
        an_estimate(2.0, 1.0, 3.0, source="Shop B"),
        an_estimate(2.0, 1.0, 3.0, source="Shop A"),
        an_estimate(2.0, source="Author 2001", kind=Kind.PUBLISHED),
    ],
)


def test_parameters_are_the_defaults_replaced_by_what_was_set():
    assert parameters_of(notebook(PARAMETERS, INJECTED)) == {"seed": 7, "data": "shop", "margin": 0.3}
    assert parameters_of(notebook(code("x = 1"))) == {}


def test_kinds_are_named_from_the_results():
    told = {entry["kind"]: entry["what"] for entry in kinds_of([VERDICT], [("own", "Acme")])}
    assert told["Real and public"] == "Shop A; Shop B"
    assert told["Published"].startswith("figures from 1 ")
    assert told["Own"] == "Acme"
    assert told["Simulated"].startswith("nothing")


def test_sources_that_were_read_count_without_a_verdict():
    table = TableExhibit(
        caption="Sources",
        rows=(
            {"Source": "CDNOW", "Kind": "public", "State": "read, sha256 00…"},
            {"Source": "Other", "Kind": "public", "State": "not there: not fetched"},
        ),
    )
    found = provenance_of(notebook(code("x", count=1, outputs=[shown(table._repr_mimebundle_())])))
    assert found["kinds"][0]["what"] == "CDNOW"
    assert (found["register"], found["seed"]) == (load_register().hash, None)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    claim = load_register()["spend-grows-with-tenure"]
    numbers = {"claim": claim.id, "quantity": claim.quantities[0]}
    verdict = decide(claim, [an_estimate(12.0, 11.0, 13.0, source=f"Shop {letter}", **numbers) for letter in "BA"])
    card = AnswerExhibit(claim=claim, verdicts=(verdict,))
    cells = (
        markdown("# A report", "title"),
        PARAMETERS,
        INJECTED,
        code("card", count=1, outputs=[shown(card._repr_mimebundle_())]),
    )
    render(write_notebook(folder / "04_a.ipynb", *cells), folder / "04_a.html")
    return Page.read(folder / "04_a.html")


def test_page_shows_parameters_register_version_and_seed(page):
    text = " ".join(page.text.split())
    assert "seed = 7 data = 'shop' margin = 0.3" in text
    assert f"Register {load_register().hash}, package" in text and "seed 7" in text
    assert "Real and publicShop A; Shop B" in text


def test_page_shows_no_folder_of_the_machine(page):
    assert "/home/anna" not in page.text and "secret" not in page.text
