"""The warm runner gives what plain papermill gives, cell by cell, and falls back where forking is not to be had."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import nbformat
import pytest

from analysis.core import paths
from analysis.reporting import warm
from analysis.reporting.execute import execute
from analysis.reporting.parameters import declared_parameters
from analysis.reporting.plan import Step
from tests.draws import in_full

NOTEBOOKS = sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))[:: 1 if in_full() else 4]


def _run(step: Step, folder: Path, engine: str | None) -> Path:
    return execute(step, folder, warm.register_engine() if engine else None).path


def _outputs(path: Path) -> list[tuple[str, list[Any]]]:
    """Source and outputs of every code cell, without what the kernel numbers."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            outputs = [{k: v for k, v in o.items() if k not in ("execution_count", "traceback")} for o in cell.outputs]
            found.append((cell.source, outputs))
    return found


def _step(path: Path) -> Step:
    return Step(name=path.stem, notebook=path, parameters=declared_parameters(path), parts={}, reason="test")


def _both(path: Path, tmp_path: Path) -> tuple[list[Any], list[Any]]:
    context, is_warm = warm.prepared_context()
    assert is_warm
    with ProcessPoolExecutor(max_workers=2, mp_context=context, max_tasks_per_child=1) as pool:
        plain = pool.submit(_run, _step(path), tmp_path / "plain", None)
        fast = pool.submit(_run, _step(path), tmp_path / "warm", "warm")
        return _outputs(plain.result()), _outputs(fast.result())


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_warm_run_equals_plain_papermill_cell_by_cell(path: Path, tmp_path: Path) -> None:
    plain, fast = _both(path, tmp_path)
    assert fast == plain


@pytest.mark.slow
def test_warm_run_of_a_failing_notebook_equals_plain_papermill(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    sources = ["x = 1  # a number", "print('before')\nx", "1 / 0", "x + 1"]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "01_failing.ipynb"
    nbformat.write(notebook, path)
    plain, fast = _both(path, tmp_path)
    assert fast == plain
    assert fast[-2][1][-1]["ename"] == "ZeroDivisionError"
    assert fast[-1][1] == []


@pytest.mark.slow
def test_a_librarys_warning_comes_to_a_page_without_its_place(tmp_path: Path) -> None:
    """Also from a cell that opens no session, as on the page for own data."""
    notebook = nbformat.v4.new_notebook()
    sources = ["seed = 1", "import numpy as np\nint(np.log(np.zeros(2)).size)"]
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = tmp_path / "01_warning.ipynb"
    nbformat.write(notebook, path)
    plain, fast = _both(path, tmp_path)
    assert "ipykernel_" in plain[-1][1][0]["text"]  # what Python prints by itself
    assert [output.get("text") for output in fast[-1][1]] == ["Note: some numbers ran out of range on the way.\n", None]


def test_without_forking_workers_are_spawned_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "get_all_start_methods", lambda: ["spawn"])
    context, is_warm = warm.prepared_context()
    assert context.get_start_method() == "spawn"
    assert not is_warm


SERVER = """
import atexit, gc, os, sys, threading
atexit.register(print, "taken apart")
os.environ["RETENTION_PRELOAD"], os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = sys.argv[1], "1"
import analysis.reporting.preload
print(threading.active_count(), *sorted({"pandera", "scipy.stats", "statsmodels.api", "ibis", "duckdb"} & set(sys.modules)))
print(gc.isenabled(), gc.get_freeze_count() > 100_000, sys.modules["analysis.register.evidence"].load_evidence.cache_info().currsize)
"""


@pytest.mark.parametrize(
    ("wanted", "loaded"),
    [
        pytest.param("least", " scipy.stats", marks=pytest.mark.slow),  # published intervals are derived with it
        ("", " duckdb ibis pandera scipy.stats statsmodels.api"),
    ],
)
def test_server_has_one_thread_so_that_it_may_fork_and_imports_what_is_needed(wanted: str, loaded: str) -> None:
    done = subprocess.run([sys.executable, "-c", SERVER, wanted], capture_output=True, text=True, check=True)
    assert done.stdout == f"1{loaded}\nTrue True 1\n"
    # It ends at once, without a word: nothing registered to be done at the end is done, and DuckDB tells of no leak.
    assert done.stderr == ""


def test_server_is_told_what_to_import_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setenv(warm.PRELOAD_VARIABLE, "")
    monkeypatch.setattr(forkserver, "ensure_running", lambda: seen.append(os.environ[warm.PRELOAD_VARIABLE]))
    for n in (1, 2):
        warm.begin_imports(n)
    assert seen == ["least", ""]


def test_server_is_reached_where_the_folder_for_temporary_files_has_a_long_name(tmp_path: Path) -> None:
    """A socket's path may have a hundred bytes; the folder of the server goes with the process."""
    long = tmp_path / ("x" * 80) / "tmp"
    long.mkdir(parents=True)
    script = """
import multiprocessing, os, tempfile
from multiprocessing import forkserver, util
from analysis.reporting import warm
context, is_warm = warm.prepared_context()
context.set_forkserver_preload([])
worker = context.Process(target=os.getpid)
worker.start(); worker.join()
print(is_warm, worker.exitcode, tempfile.gettempdir() == os.environ["TMPDIR"], util.get_temp_dir())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"TMPDIR": str(long)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    is_warm, code, still_named, place = done.stdout.split()
    assert (is_warm, code, still_named) == ("True", "0", "True")
    assert len(place) < 60
    assert not Path(place).exists()


@pytest.mark.parametrize(
    ("only", "made", "begins"),
    [
        ((), (), True),
        ((), ("07_tiered_programmes",), False),
        (("07_tiered_programmes",), (), False),
        (("no_such",), (), False),
    ],
)
def test_imports_begin_before_the_plan_where_several_pages_will_be_made(
    only: tuple[str, ...], made: tuple[str, ...], begins: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []
    monkeypatch.setenv(warm.PRELOAD_VARIABLE, "least")
    monkeypatch.setattr(forkserver, "ensure_running", lambda: began.append(os.environ[warm.PRELOAD_VARIABLE]))
    for name in made:
        record = tmp_path / warm.STATE_FOLDER / f"{name}.json"
        record.parent.mkdir(exist_ok=True)
        record.touch()
    warm.begin_imports_early(tmp_path, only)
    assert began == ([""] if begins else [])
