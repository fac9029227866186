"""One notebook through papermill: what is written of it, whether it ran through, failed, or took its kernel with it."""

import re
import subprocess
import sys

import nbformat
import pytest

from analysis.reporting.execute import execute
from analysis.reporting.plan import Step
from analysis.reporting.warm import without_traces
from tests.helpers import code, markdown, notebook, write_notebook

PARAMETERS = code("seed = 1  # seed of draws", "parameters")
FINE = (markdown("# Fine", "title"), PARAMETERS, code("print('seed', seed)"), code("seed + 1"))
FAILING = (PARAMETERS, code("'before'"), code("raise ValueError('no <b>such</b>\\nthing')"), code("'after'"))
DYING = (PARAMETERS, code("'before'"), code("import os\nos._exit(9)"), code("'after'"))


def a_step(folder, *cells, **parameters):
    path = write_notebook(folder / "source" / "01_a.ipynb", *cells)
    return Step(name="01_a", notebook=path, parameters={"seed": 1} | parameters, parts={}, reason="not made yet")


def shown_by(cell):
    return [output.get("text") or output["data"]["text/plain"] for output in cell.outputs]


@pytest.fixture(scope="module")
def fine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fine")
    return execute(a_step(folder, *FINE, seed=41), folder / "made"), folder / "made"


def test_execute_puts_the_parameters_in_and_keeps_the_outputs(fine):
    executed, folder = fine
    assert (executed.name, executed.path, executed.error) == ("01_a", folder / "01_a.ipynb", None)
    stored = nbformat.read(executed.path, as_version=4)
    assert shown_by(stored.cells[-2]) == ["seed 41\n"]
    assert shown_by(stored.cells[-1]) == ["42"]
    (injected,) = [cell for cell in stored.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    assert "seed = 41" in injected.source


def test_execute_leaves_nothing_but_the_notebook_behind(fine):
    _, folder = fine
    assert [path.name for path in folder.iterdir()] == ["01_a.ipynb"]


def test_execute_keeps_no_trace_of_when_and_where(fine):
    executed, folder = fine
    text = executed.path.read_text(encoding="utf-8")
    stored = nbformat.read(executed.path, as_version=4)
    assert "papermill" not in stored.metadata
    assert not [cell for cell in stored.cells if {"papermill", "execution"} & set(cell.metadata)]
    assert not re.search(r"20\d\d-\d\d-\d\dT", text)
    assert str(folder.parent) not in text


def test_execute_twice_gives_the_same_bytes(fine, tmp_path):
    executed, _ = fine
    again = execute(a_step(tmp_path, *FINE, seed=41), tmp_path / "made")
    assert again.path.read_bytes() == executed.path.read_bytes()


def test_execute_of_a_failing_notebook_keeps_it_up_to_the_error(tmp_path):
    executed = execute(a_step(tmp_path, *FAILING), tmp_path / "made")
    assert executed.error == "ValueError: no <b>such</b>\nthing"
    stored = nbformat.read(executed.path, as_version=4)
    assert [cell.source for cell in stored.cells if "injected" not in cell.id] == [cell["source"] for cell in FAILING]
    before, failed, after = stored.cells[-3:]
    assert shown_by(before) == ["'before'"]
    assert [output.output_type for output in failed.outputs] == ["error"]
    assert failed.outputs[0].ename == "ValueError"
    assert after.outputs == []


def test_execute_of_a_notebook_that_takes_its_kernel_with_it_says_so(tmp_path):
    executed = execute(a_step(tmp_path, *DYING), tmp_path / "made")
    assert "DeadKernelError" in executed.error
    stored = nbformat.read(executed.path, as_version=4)
    assert stored.cells[-1].source == "'after'"
    assert stored.cells[-1].outputs == []


def test_execute_writes_over_what_was_kept_before_only_when_it_is_whole(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    (made / "01_a.ipynb").write_text("what was kept before")
    step = a_step(tmp_path, *FINE)
    step.notebook.write_text("{")
    with pytest.raises(Exception, match="Notebook does not appear to be JSON"):
        execute(step, made)
    assert (made / "01_a.ipynb").read_text() == "what was kept before"
    assert [path.name for path in made.iterdir()] == ["01_a.ipynb"]


def test_without_traces_takes_papermills_marks_and_nothing_else():
    marked = notebook(
        code("print('papermill-error-cell-tag')", "setup", count=1),
        markdown("An Exception was encountered", "papermill-error-cell-tag"),
        code("seed = 2", "injected-parameters", count=2),
    )
    marked.metadata["papermill"] = {"duration": 1.5}
    marked.cells[0].metadata["papermill"] = {"start_time": "2026-01-01T00:00:00"}
    marked.cells[0].metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00"}
    clean = without_traces(marked)
    assert [cell.source for cell in clean.cells] == ["print('papermill-error-cell-tag')", "seed = 2"]
    assert [cell.id for cell in clean.cells] == ["cell-00", "injected-1"]
    assert clean.cells[0].metadata == {"tags": ["setup"]}
    assert "papermill" not in clean.metadata and "kernelspec" in clean.metadata


WARM = """
import sys
from pathlib import Path
from analysis.reporting.execute import execute
from analysis.reporting.plan import Step
from analysis.reporting.warm import register_engine
folder, name = Path(sys.argv[1]), sys.argv[2]
step = Step(name=name, notebook=folder / f"{name}.ipynb", parameters={"seed": 41}, parts={}, reason="x")
print(execute(step, folder / "warm", register_engine()).error)
"""


@pytest.mark.slow
def test_execute_warm_keeps_what_plain_papermill_keeps(fine, tmp_path):
    failing = execute(a_step(tmp_path, *FAILING, seed=41), tmp_path / "cold")
    write_notebook(tmp_path / "01_fine.ipynb", *FINE)
    write_notebook(tmp_path / "02_failing.ipynb", *FAILING)
    # In processes of their own: the kernel of a warm run lives in the process that runs it, and remembers.
    processes = {
        name: subprocess.Popen([sys.executable, "-c", WARM, str(tmp_path), name], stdout=subprocess.PIPE, text=True)
        for name in ("01_fine", "02_failing")
    }
    for (name, process), cold in zip(processes.items(), (fine[0], failing), strict=True):
        assert process.communicate()[0] == f"{cold.error}\n"
        warm = nbformat.read(tmp_path / "warm" / f"{name}.ipynb", as_version=4)
        plain = nbformat.read(cold.path, as_version=4)
        assert [_comparable(cell) for cell in warm.cells] == [_comparable(cell) for cell in plain.cells]


def _comparable(cell):
    """A cell without the traceback, which names the kernel's own files."""
    if cell.cell_type == "markdown":
        return cell.source
    outputs = [{k: v for k, v in output.items() if k != "traceback"} for output in cell.outputs]
    return cell.source, cell.execution_count, outputs
