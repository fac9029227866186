"""What runs and why: everything once, then only what something it depends on has changed for."""

import dataclasses
import json

import pytest

from analysis.cache import source_code
from analysis.core.errors import FrameUnavailable, ParameterMistake
from analysis.core.vocabulary import Kind
from analysis.reporting import dependencies, plan
from analysis.reporting.plan import STATE_FOLDER, make_plan, name_among
from analysis.sources.base import DataCard, Source
from analysis.verdicts import stored
from tests.architecture.imports import imports_of, modules
from tests.helpers import code

# A stem that the register knows, so that the plan follows real claims to real code.
NAME = "04_loyal_customers"


def as_made(output, steps, failed=None):
    """Leave behind what a run of these steps leaves behind."""
    for step in steps:
        (output / STATE_FOLDER).mkdir(parents=True, exist_ok=True)
        (output / f"{step.name}.html").write_text("page")
        state = {"parts": step.parts, "failed": failed}
        (output / STATE_FOLDER / f"{step.name}.json").write_text(json.dumps(state))


@pytest.fixture
def data_file(tmp_path, monkeypatch):
    """Put one invented source with one file in the place of the catalogue; return the file."""
    path = tmp_path / "shop.csv"
    path.write_text("1")

    def files():
        if not path.exists():
            raise FrameUnavailable("shop.csv is not there")
        return (path,)

    source = Source(
        name="shop",
        title="Shop",
        kind=Kind.PUBLIC,
        delivery="package",
        data_card=DataCard(publisher="p", citation="c", licence="l", accessed="a", row="r"),
        files=files,
        builders={},
        answers={"spend-grows-with-tenure": ()},
    )
    monkeypatch.setattr(dependencies, "find_sources", lambda choice: (source,))
    return path


@pytest.fixture
def made(notebooks, data_file, tmp_path):
    """Return the output folder and the notebook of a report that is up to date."""
    notebook = notebooks(NAME, code("1 + 1"))
    output = tmp_path / "reports"
    as_made(output, make_plan(output))
    return output, notebook


def reason(output, **options):
    (step,) = make_plan(output, **options)
    assert step.runs is bool(step.reason)
    return step.reason


def test_notebook_without_a_page_runs(notebooks, data_file, tmp_path):
    notebooks(NAME)
    assert reason(tmp_path / "reports") == "not made yet"


def test_notebook_runs_not_again_if_nothing_changed(made):
    assert reason(made[0]) == ""


def test_notebook_runs_again_if_its_page_is_gone(made):
    output, _ = made
    (output / f"{NAME}.html").unlink()
    assert reason(output) == "not made yet"


def test_notebook_runs_again_if_it_failed_last_time(made):
    output, _ = made
    as_made(output, make_plan(output), failed="ValueError: no")
    assert reason(output) == "failed last time"


def test_notebook_runs_if_asked_for(made):
    assert reason(made[0], force=True) == "asked for"


def test_changed_notebook_runs(made):
    output, notebook = made
    notebook.write_text(notebook.read_text().replace("1 + 1", "1 + 2"))
    assert reason(output) == "changed: notebook"


def test_changed_parameter_runs(made):
    assert reason(made[0], settings={"seed": 2}) == "changed: parameters"
    assert reason(made[0], settings={"seed": 1}) == ""  # the default, said aloud


def test_changed_data_file_runs(made, data_file):
    import os

    data_file.write_text("2")
    os.utime(data_file, ns=(0, data_file.stat().st_mtime_ns + 1_000_000))
    assert reason(made[0]) == "changed: data shop"


def test_data_file_that_came_or_went_runs(made, data_file):
    data_file.unlink()
    assert reason(made[0]) == "changed: data shop"


def test_changed_register_entry_of_its_claims_runs_and_that_of_others_does_not(made, monkeypatch):
    register = dependencies.load_register()

    def with_other_trap(notebook_matches):
        claims = tuple(
            dataclasses.replace(c, trap="another") if (c.notebook == NAME) is notebook_matches else c
            for c in register.claims
        )
        return lambda: dataclasses.replace(register, claims=claims)

    monkeypatch.setattr(dependencies, "load_register", with_other_trap(True))
    assert reason(made[0]) == "changed: register"
    monkeypatch.setattr(dependencies, "load_register", with_other_trap(False))
    assert reason(made[0]) == ""


@pytest.mark.parametrize(
    ("file", "runs"),
    [
        ("estimators/observational/within_customer_slope.py", True),  # answers a claim of this notebook
        ("frames/base.py", True),  # below it
        ("verdicts/decide.py", True),
        ("reporting/templates/style.css", True),
        ("../../requirements.lock", True),
        ("estimators/randomised/encouragement.py", False),  # answers a claim of another notebook
        ("reporting/progress.py", False),  # shows the run, makes no page
    ],
)
def test_changed_code_runs_only_what_depends_on_it(made, monkeypatch, file, runs):
    changed = (source_code.PACKAGE / file).resolve()
    assert changed.exists()
    original = dependencies.file_hash
    monkeypatch.setattr(
        dependencies, "file_hash", lambda path: "other" if path.resolve() == changed else original(path)
    )
    assert (reason(made[0]) != "") is runs


def test_reason_names_three_changes_and_counts_the_others(made, data_file):
    output, notebook = made
    notebook.write_text(notebook.read_text().replace("1 + 1", "1 + 2"))
    data_file.unlink()
    state = output / STATE_FOLDER / f"{NAME}.json"
    before = json.loads(state.read_text())
    del before["parts"]["lock"], before["parts"]["register"], before["parts"]["evidence"]
    state.write_text(json.dumps(before))
    assert reason(output) == "changed: data shop, evidence, lock and 2 more"


def test_imports_that_the_plan_follows_are_those_that_there_are():
    """The plan's own reading of imports against that of the architecture tests."""
    files = modules()
    for name, path in files.items():
        imported = imports_of(path.read_text(encoding="utf-8"), set(files), by_name=False) - {"analysis"}
        below = name.removeprefix("analysis").removeprefix(".")
        if source_code.names_estimators(below):  # who asks a table names what it gives
            imported = {one for one in imported if not one.startswith("analysis.estimators.")}
        assert imported <= {f"analysis.{one}" for one in source_code.imports(below)}, name


# --- what is refused before anything runs -------------------------------------------------------------------------


def test_unknown_notebook_is_refused_with_those_there_are(notebooks, tmp_path):
    notebooks("01_a")
    with pytest.raises(
        ParameterMistake, match=r"`--only` must name a notebook, or begin the name of one, among 01_a; got '02_b'"
    ):
        make_plan(tmp_path, only=["02_b"])


def test_parameter_known_to_no_notebook_is_refused_with_those_there_are(notebooks, tmp_path):
    notebooks("01_a")
    with pytest.raises(
        ParameterMistake, match=r"`sed` is not a parameter of any notebook chosen; parameters are seed, sour"
    ):
        make_plan(tmp_path, settings={"sed": 1})


def test_parameter_known_to_one_notebook_goes_to_that_one_only(notebooks, data_file, tmp_path):
    notebooks("01_a")
    notebooks("02_b", parameters='sources = "package"  # which\nhorizon = 3  # years')
    one, two = make_plan(tmp_path, settings={"horizon": 5})
    assert "horizon" not in one.parameters
    assert two.parameters == {"sources": "package", "horizon": 5}


def test_parameter_of_another_type_is_refused(notebooks, tmp_path):
    notebooks("01_a")
    with pytest.raises(ParameterMistake, match=r"`seed` of 01_a\.ipynb must be of type int"):
        make_plan(tmp_path, settings={"seed": "two"})


def test_unknown_source_is_refused(notebooks, tmp_path):
    notebooks("01_a")
    with pytest.raises(ParameterMistake, match=r"`sources` must be 'package', 'all' or names among .*; got 'cdnov'"):
        make_plan(tmp_path, settings={"sources": "cdnov"})


def test_only_files_that_are_numbered_are_reports(notebooks, data_file, tmp_path):
    notebooks("01_a")
    notebooks("scratch")
    notebooks("02_b")
    assert [step.name for step in make_plan(tmp_path)] == ["01_a", "02_b"]
    assert [step.name for step in make_plan(tmp_path, only=["02_b"])] == ["02_b"]


# --- which numbers come out of the cache ---------------------------------------------------------------------------


ASKED = [
    {"kind": "estimates", "source": "shop", "frame": "f", "target": "a:b", "claim": claim, "options": {"seed": 1}}
    for claim in ("spend-grows-with-tenure", "repeat-momentum", "retained-is-not-loyal", "no-such-claim-any-more")
]


@pytest.fixture
def asked(made, monkeypatch):
    """A report that is up to date and asked for four numbers; of which claims they are kept can be set."""
    output, notebook = made
    state = output / STATE_FOLDER / f"{NAME}.json"
    state.write_text(json.dumps({**json.loads(state.read_text()), "asked": ASKED}))
    notebook.write_text(notebook.read_text().replace("1 + 1", "1 + 2"))
    sources = dependencies.find_sources("package")
    monkeypatch.setattr(plan, "find_sources", lambda choice: sources)

    def step(*kept_claims, **options):
        monkeypatch.setattr(stored.Question, "is_stored", lambda q, folder, source, claim: q.claim in kept_claims)
        (found,) = make_plan(output, cache=output / "cache", **options)
        return found.in_words

    return step


def test_plan_says_that_all_numbers_are_kept(asked):
    kept_claims = ("spend-grows-with-tenure", "repeat-momentum", "retained-is-not-loyal")
    assert asked(*kept_claims) == f"{NAME}: runs, changed: notebook; all 3 numbers are stored"


def test_plan_names_what_is_computed_anew(asked):
    assert asked("repeat-momentum", "retained-is-not-loyal") == (
        f"{NAME}: runs, changed: notebook; 2 of 3 numbers are stored; computed anew: spend-grows-with-tenure from Shop"
    )
    assert asked().endswith(
        "0 of 3 numbers are stored; computed anew: spend-grows-with-tenure from Shop, repeat-momentum from Shop and 1 more"
    )


def test_plan_foretells_no_numbers_with_other_parameters_or_without_data(asked, data_file):
    assert asked("repeat-momentum", settings={"seed": 2}) == f"{NAME}: runs, changed: notebook, parameters"
    data_file.unlink()
    assert asked("repeat-momentum") == f"{NAME}: runs, changed: data shop, notebook"


def test_plan_in_words_of_a_report_that_is_up_to_date(made):
    (step,) = make_plan(made[0])
    assert step.in_words == f"{NAME}: up to date"


def test_own_tables_in_a_database_are_read_again_every_time(made, monkeypatch):
    monkeypatch.setattr(plan, "own_tables", lambda data: {"own tables": dependencies.UNKNOWN})
    output, _ = made
    as_made(output, make_plan(output))
    assert reason(output) == "own tables are in a database, which cannot be asked whether it has changed"


@pytest.mark.parametrize(
    ("given", "fragment"), [("0", "'0', with which 2 of them begin"), ("", r"got ''\.$"), ("05", r"got '05'\.$")]
)
def test_beginning_that_names_no_notebook_or_several_is_refused(given, fragment):
    with pytest.raises(ParameterMistake, match=fragment):
        name_among(given, ("03_value", "04_loyal_customers"), "--only")
