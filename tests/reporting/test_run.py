"""The batch run: all finished whatever one does, and the result says what ran, what had not changed and what failed."""

import json
from multiprocessing import get_context

import pytest

from analysis.cache import store
from analysis.core import paths
from analysis.reporting import making, workers
from analysis.reporting import run as run_module
from analysis.reporting.plan import STATE_FOLDER
from analysis.reporting.run import run
from tests.helpers import code, markdown, write_notebook

TITLE = (markdown("# An invented report", "title"),)
DEATH = "import os\nos._exit(9)"


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Run a batch of three once: one runs through, one fails, one takes its process with it. Then run it again.

    As on systems that cannot fork, so that a kernel and a worker of its own are started for each.
    """
    folder = tmp_path_factory.mktemp("batch")
    (folder / "notebooks").mkdir()
    parameters = code('sources = "package"  # which', "parameters")
    cells = {
        "01_dies": (code("'before'"), code(DEATH)),
        "02_fails": (code("'before'"), code("raise ValueError('no <b>such</b> thing')")),
        "03_fine": (code("'through'"),),
    }
    for name, body in cells.items():
        write_notebook(folder / "notebooks" / f"{name}.ipynb", *TITLE, parameters, *body)
    seen = {"planned": [], "finished": []}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "NOTEBOOKS", folder / "notebooks")
        for module in (making, workers):
            patch.setattr(module, "prepared_context", lambda: (get_context("spawn"), False))
        first = run(
            folder / "reports",
            jobs=2,
            planned=lambda steps: seen["planned"].append([step.name for step in steps if step.runs]),
            finished=lambda name, error: seen["finished"].append((name, error)),
        )
        before = {path.name: path.read_bytes() for path in (folder / "reports").iterdir() if path.is_file()}
        second = run(folder / "reports", only=["03_fine"])
    return folder / "reports", seen, first, second, before


def test_all_are_run_and_the_failed_are_returned_with_their_errors(batch):
    _, _, first, _, _ = batch
    assert (first.ran, first.unchanged) == (("01_dies", "02_fails", "03_fine"), ())
    assert set(first.failed) == {"01_dies", "02_fails"}
    assert first.failed["02_fails"] == "ValueError: no <b>such</b> thing"
    assert "Kernel died" in first.failed["01_dies"]


def test_run_without_forking_says_so(batch):
    _, _, first, second, _ = batch
    assert first.notes == ("This system cannot fork processes: every notebook pays for its own imports.",)
    assert second.notes == ()  # nothing ran


def test_plan_and_progress_are_told(batch):
    _, seen, first, _, _ = batch
    assert seen["planned"] == [["01_dies", "02_fails", "03_fine"]]
    assert dict(seen["finished"]) == {**first.failed, "03_fine": None}


def test_failed_notebook_has_a_page_with_its_error_and_what_was_finished(batch):
    page = (batch[0] / "02_fails.html").read_text(encoding="utf-8")
    assert "This report did not run through" in page
    assert "no &lt;b&gt;such&lt;/b&gt; thing" in page and "<b>such</b>" not in page
    assert "before" in page


def test_other_notebooks_have_their_pages(batch):
    page = (batch[0] / "03_fine.html").read_text(encoding="utf-8")
    assert "through" in page
    assert "did not run through" not in page


def test_scoreboard_names_the_failed(batch):
    index = (batch[0] / "index.html").read_text(encoding="utf-8")
    assert "Some reports did not run through" in index
    told = index.split("Some reports did not run through")[1].split("</section>")[0]
    assert '<a href="02_fails.html">' in told and '<a href="03_fine.html">' not in told


def test_state_remembers_what_each_page_was_made_from(batch):
    state = json.loads((batch[0] / STATE_FOLDER / "02_fails.json").read_text())
    assert state["failed"] == "ValueError: no <b>such</b> thing"
    assert "notebook" in state["parts"]


def test_second_run_does_nothing_and_touches_nothing(batch):
    folder, _, _, second, before = batch
    assert (second.ran, second.unchanged, second.failed) == ((), ("03_fine",), {})
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_nothing_half_written_is_left(batch):
    assert not [path for path in batch[0].rglob("*") if path.name.endswith(".part") or path.name.startswith("scratch")]


def test_run_goes_on_when_a_worker_process_dies(notebooks, tmp_path, monkeypatch):
    notebooks("01_dies", *TITLE, code("1"))
    notebooks("02_fine", code("2"))
    broken = []

    def in_workers(steps, output, jobs, stored):
        names = [step.name for step in steps]
        broken.append(names)
        if "01_dies" in names:
            raise workers.BrokenProcessPool
        yield _made(steps[0], output)

    monkeypatch.setattr(workers, "_in_workers", in_workers)
    result = run(tmp_path / "reports", jobs=2)
    assert broken == [["01_dies", "02_fine"], ["01_dies"], ["02_fine"]]
    assert set(result.failed) == {"01_dies"}
    assert "out of memory" in (tmp_path / "reports" / "01_dies.html").read_text(encoding="utf-8")


def _made(step, output):
    """Stand in for a worker that ran through."""
    path = output / STATE_FOLDER / f"{step.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(step.notebook.read_bytes())
    return workers.Executed(name=step.name, path=path, error=None)


@pytest.fixture
def instant(monkeypatch):
    """Let every notebook run through at once, with the outputs it holds already."""
    monkeypatch.setattr(
        workers, "_in_workers", lambda steps, output, jobs, stored: (_made(step, output) for step in steps)
    )


def test_run_after_an_interrupted_one_makes_what_was_left(notebooks, tmp_path, instant):
    notebooks("01_a")
    notebooks("02_b")
    output = tmp_path / "reports"
    run(output)
    # As an interruption leaves it: the notebook is there, its record is not.
    (output / STATE_FOLDER / "01_a.json").unlink()
    assert run(output, only=["02_b"], force=True).ran == ("02_b",)
    assert run(output).ran == ("01_a",)


def test_run_clears_away_what_a_killed_process_left(notebooks, tmp_path, instant):
    notebooks("01_a")
    left = tmp_path / "reports" / STATE_FOLDER / "scratch-abc"
    left.mkdir(parents=True)
    (left / "01_a.ipynb").write_text("half")
    run(tmp_path / "reports")
    assert sorted(path.name for path in left.parent.iterdir()) == [
        "01_a.ipynb",
        "01_a.json",
        "agreement.txt",
        "index.code",
    ]


def test_run_forgets_notebooks_that_are_gone(notebooks, tmp_path, instant):
    gone = notebooks("01_gone")
    notebooks("02_b")
    output = tmp_path / "reports"
    run(output)
    gone.unlink()
    assert [path.stem for path in making._everything_made(output)[0]] == ["02_b"]


def test_run_of_what_is_refused_leaves_no_trace(notebooks, tmp_path):
    notebooks("01_a")
    with pytest.raises(ValueError, match="`sed` is not a parameter"):
        run(tmp_path / "reports", settings={"sed": 1})
    assert not (tmp_path / "reports").exists()


def test_damaged_entries_of_the_cache_are_said(notebooks, tmp_path, instant, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(folder))
    path = store.entry(folder, "frames", "0" * 64)
    store.write(path, b"value")
    path.write_bytes(path.read_bytes()[:-1])
    assert store.read(path) is None
    notebooks("01_a")
    assert run(tmp_path / "reports").notes == ("1 damaged entry of the cache: computed anew.",)
    assert run(tmp_path / "reports", only=["01_a"]).notes == ()


ASKS = """
from analysis.cache import store
from analysis.verdicts import stored
print(store.folder_in_use() is not None)
stored.ASKED.append(stored.Question("estimates", "cdnow", "f", "a:b", "repeat-momentum", {"seed": 1}))
"""


def test_worker_uses_the_cache_and_tells_what_was_asked_for(notebooks, tmp_path, monkeypatch):
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "cache"))
    store._code_at_first.cache_clear()
    notebooks("01_a", *TITLE, code(ASKS))
    output = tmp_path / "reports"
    assert run(output).failed == {}
    (question,) = json.loads((output / STATE_FOLDER / "01_a.json").read_text())["asked"]
    assert question == {
        "kind": "estimates",
        "source": "cdnow",
        "frame": "f",
        "target": "a:b",
        "claim": "repeat-momentum",
        "options": {"seed": 1},
    }
    executed = output / STATE_FOLDER / "01_a.ipynb"
    assert '"True\\n"' in executed.read_text(encoding="utf-8")
    assert run(output, force=True).ran == ("01_a",)
    assert '"False\\n"' in executed.read_text(encoding="utf-8")


def test_run_writes_the_scoreboard_again_when_only_its_code_has_changed(notebooks, tmp_path, instant, monkeypatch):
    notebooks("01_a")
    output = tmp_path / "reports"
    run(output)
    index = output / "index.html"
    index.write_text("old")
    assert run(output).ran == () and index.read_text() == "old"
    monkeypatch.setattr(run_module, "code_of_scoreboard", lambda: "another")
    assert run(output).ran == () and "put to the test" in index.read_text(encoding="utf-8")
