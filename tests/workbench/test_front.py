"""What an editor is told of the front is what runs, and every result shows itself as a table."""

from dataclasses import replace
from importlib import import_module
from pathlib import Path

import analysis
from analysis.core import paths
from analysis.reporting.dependencies import front


def test_every_name_of_the_front_is_that_of_the_module_which_the_stub_names():
    assert set(analysis.__all__) == set(front())
    for name, module in front().items():
        found = getattr(analysis, name)
        if name == "company":  # the room of the same name, once imported, stands before the function and opens one too
            assert callable(found)
            continue
        assert getattr(import_module(f"analysis.{module}"), name) is found, name
    assert (Path(analysis.__file__).parent / "py.typed").exists()


def test_session_source_frame_estimate_verdict_and_findings_show_themselves_escaped():
    session = analysis.start("02_acquisition_cost", sources="cdnow")
    source = session.sources[0]
    frame = source.frame("purchases")
    findings = analysis.start("", sources="cdnow").collect("repeat-momentum")
    estimate = replace(findings.estimates[0], source="<script>x</script>")
    shown = [session, source, frame, estimate, findings.verdict(), findings, analysis.claims()]
    for item in shown:
        html = item._repr_html_()
        assert html.count("<table") >= 1 or "verdict" in html, type(item)
        assert "<script" not in html
    assert "&lt;script&gt;" in estimate._repr_html_()
    assert f"first of {len(frame.table):,} rows" in frame._repr_html_()


def test_claims_are_the_register_as_a_table():
    claims = analysis.claims()
    table = claims.to_frame()
    files = "".join(path.read_text(encoding="utf-8") for path in paths.CLAIMS.glob("*.toml"))
    assert len(claims) == len(table) == files.count("[[claim]]")
    assert table.loc["repeat-momentum", "notebook"] == claims["repeat-momentum"].notebook == "04_loyal_customers"


def test_unknown_notebook_is_refused_by_name_and_an_own_one_may_ask_for_every_claim():
    import pytest

    from analysis.core.errors import ParameterMistake

    with pytest.raises(ParameterMistake, match=r"`notebook` must be the stem .*04_loyal_customers.*got '04_loyal'"):
        analysis.start("04_loyal")
    assert len(analysis.start().rules().rows) >= len(analysis.claims())


def test_a_company_opens_by_its_name_whether_or_not_its_room_was_imported(tmp_path):
    """`analysis.company` is a function of the front and a room: the import of a module of it must not hide the function."""
    import subprocess
    import sys

    (tmp_path / "transactions.csv").write_text("customer_id,at,amount\na,2024-01-05,7\n", encoding="utf-8")
    for first in ("", "import analysis.company.settings; "):
        code = f"import analysis; {first}print(len(analysis.company({str(tmp_path)!r}).tables['transactions']))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "1\n", done.stderr
