"""A page made with other parameters than the published ones says so, whether they were set or changed in place."""

import json

import pytest

from analysis.core import paths
from analysis.register.claims import load_register
from analysis.reporting.parameters import declared_parameters
from analysis.reporting.published_defaults import NOT_COMPARED, departures, published_defaults
from analysis.reporting.render import render
from analysis.reporting.scoreboard import write_scoreboard
from analysis.reporting.verdict_records import machine_form
from tests.helpers import code, markdown, write_notebook

NOTEBOOK = "04_loyal_customers"
SAID = "Not the published defaults."


def test_published_defaults_are_those_of_the_notebooks():
    """If this fails on purpose: `python -m analysis notebooks --publish` writes them down anew."""
    declared = {p.stem: declared_parameters(p) for p in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    for parameters in declared.values():
        for name in NOT_COMPARED:
            parameters.pop(name, None)
    assert published_defaults() == declared


def test_own_data_and_sources_are_no_departure_and_a_copy_of_a_notebook_has_none():
    assert departures(NOTEBOOK, {"sources": "all", "data": "shop", "horizon_days": 91}) == {}
    assert departures("04_my_copy", {"horizon_days": 30}) == {}


@pytest.fixture(params=["in place", "set"])
def executed(request, tmp_path):
    """The notebook as executed with another horizon, written into its cell or injected by papermill."""
    cells = [markdown("# Loyal", "title")]
    declared = "sources = 'all'  # a\nhorizon_days = {}  # b"
    if request.param == "in place":
        cells.append(code(declared.format(30), "parameters", count=1))
    else:
        cells += [code(declared.format(91), "parameters", count=1)]
        cells += [code("horizon_days = 30", "injected-parameters", count=2)]
    return write_notebook(tmp_path / f"{NOTEBOOK}.ipynb", *cells)


def test_page_and_index_name_what_was_changed(executed, tmp_path):
    render(executed, tmp_path / "page.html")
    write_scoreboard(tmp_path, [executed], {})
    for name in ("page.html", "index.html"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert SAID in text
        assert "horizon_days = 30" in text


def test_page_with_the_published_defaults_says_nothing(tmp_path):
    path = write_notebook(
        tmp_path / f"{NOTEBOOK}.ipynb", markdown("# Loyal", "title"), code("horizon_days = 91", "parameters", count=1)
    )
    render(path, tmp_path / "page.html")
    write_scoreboard(tmp_path, [path], {})
    assert SAID not in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert SAID not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_record_of_a_verdict_says_what_it_was_made_with():
    from analysis.verdicts.decide import decide
    from tests.helpers import an_estimate

    register = load_register()
    claim = register["repeat-momentum"]
    estimate = an_estimate(2.0, 1.5, 2.5, claim=claim.id, quantity=claim.in_order()[0])
    records = machine_form([decide(claim, [estimate])], register, {NOTEBOOK: {"horizon_days": 30}})
    made_with = {record["claim"]: record["not_published_defaults"] for record in records}
    assert made_with[claim.id] == {"horizon_days": 30}
    assert [name for name, changed in made_with.items() if changed and name != claim.id] == []
    json.dumps(records)
