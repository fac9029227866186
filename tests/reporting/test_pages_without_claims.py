"""Pages that report no claim (measures, calibration) are reached from the index."""

from analysis.register.claims import load_register
from analysis.reporting.scoreboard import write_scoreboard
from tests.helpers import code, markdown, write_notebook


def test_the_index_leads_to_pages_without_claims_and_escapes_their_titles(tmp_path):
    told = load_register().claims[0].notebook
    pages = [
        write_notebook(tmp_path / f"{name}.ipynb", markdown(title, "title"), code("1", count=1))
        for name, title in ((told, "# Told by its claims"), ("98_invented", "# Do <they> hold?"))
    ]
    write_scoreboard(tmp_path, pages, {})
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<a href="98_invented.html">Do &lt;they&gt; hold?</a>' in index
    assert "Told by its claims" not in index


def test_an_index_without_such_pages_says_nothing_of_them(tmp_path):
    write_scoreboard(tmp_path, [], {})
    assert "Reports beside the claims" not in (tmp_path / "index.html").read_text(encoding="utf-8")
