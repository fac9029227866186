"""How pages say that a number was stored, and what the data would add."""

from dataclasses import replace

from analysis.core import paths
from analysis.core.results import CheckResult
from analysis.notebook.session import start
from analysis.notebook.stored_mark import named, origin, with_the_data
from analysis.notebook.tables import checks_table, estimates_table, sources_table
from analysis.sources.catalogue import find_sources
from analysis.sources.manifest import load_manifest
from tests.helpers import a_claim, an_estimate


def test_a_stored_number_is_marked_and_a_computed_one_is_not():
    computed = an_estimate(2.0, 1.0, 3.0, estimator="invented:estimate", frame="panel", data="0123456789abcdef")
    stored = replace(computed, stored="29 November 2026", source="Shop B")
    first, second = estimates_table(a_claim(), [computed, stored]).rows
    assert first["Source"] == "Shop A" and second["Source"] == "Shop B (stored, from the run of 29 November 2026)"
    for part in ("invented:estimate", "panel", "0123456789abcdef"):
        assert part in first["Method"]
    assert origin(an_estimate(1.0)) == ""


def test_a_stored_check_is_marked():
    check = CheckResult(name="overlap", passed=True, sentence="Fine.", source="Shop A", stored="1 May 2026")
    assert named(check) in [row["Source"] for row in checks_table([("Shop A", check)]).rows]


def test_without_files_the_size_of_the_download_is_that_of_the_listed_files(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path))
    (source,) = find_sources("hillstrom")
    size = sum(file.bytes for file in load_manifest() if file.source == "hillstrom") / 1e6
    assert with_the_data([source]) == f"With the data: `make data` ({source.title}, {size:.1f} MB)"
    (row,) = sources_table([source]).rows
    assert row["State"].startswith("stored, from the run of ") and f"{size:.1f} MB" in row["State"]
    assert "not the documented one" not in row["State"]
    (tmp_path / "hillstrom").mkdir()
    (tmp_path / "hillstrom" / "hillstrom_data.csv").write_bytes(b"cut off")
    (row,) = sources_table([source]).rows
    assert (
        "; a file of it that is here is not the documented one and is not used. With the data: `make data`"
        in row["State"]
    )


def test_choices_are_not_varied_over_stored_numbers(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.DATA_DIR_VARIABLE, str(tmp_path))
    session = start("11_churn_and_targeting", sources="hillstrom")
    shown = session.vary("targeting-risk-pays", seed=[1, 2])
    assert "make data" in repr(shown)
