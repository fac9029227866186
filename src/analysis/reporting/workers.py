"""Notebooks beside each other, each in a process of its own; one that takes its process with it fails alone."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import tempfile
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

from analysis.cache import store
from analysis.company import kept
from analysis.core.whole_files import write_text
from analysis.reporting.execute import Executed, execute
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.plan import STATE_FOLDER, Step
from analysis.reporting.warm import prepared_context, register_engine
from analysis.verdicts.stored import ASKED
from analysis.verdicts.stored_results import DISAGREE


@dataclass(frozen=True, slots=True)
class RunStore:
    """What workers have to know of the run: folder of the cache (None for none), the code that the run began with, and
    where a company's frames are kept (see `analysis.company.kept`; empty without own data)."""

    folder: Path | None
    code: str
    own: str = ""
    scratch: str = ""


def run_notebooks(steps: Sequence[Step], output: Path, jobs: int, stored: RunStore) -> Generator[Executed, None, None]:
    """Yield what came of each step as it finishes, also of one that takes its process with it."""
    left = {step.name: step for step in steps}
    try:
        for executed in _in_workers(steps, output, jobs, stored):
            del left[executed.name]
            yield executed
    except BrokenProcessPool:
        # A dead worker ends the pool for all: whatever is left runs alone, so that only the culprit fails.
        for step in left.values():
            try:
                yield from _in_workers([step], output, 1, stored)
            except BrokenProcessPool:
                yield _without_outputs(step, output)


def run_notebook(step: Step, output: Path, warm: bool, stored: RunStore) -> Executed:
    """Execute one notebook: the whole work of one worker."""
    if not stored.own:
        # A worker makes one page of public data and ends: looking for garbage less often saves some 7 % of its time. Own
        # tables may be large, and a fit that refers to itself holds copies of them.
        gc.set_threshold(50_000, 20, 20)
    store.begin(stored.folder, stored.code)
    kept.join(stored.own)
    if stored.scratch:
        tempfile.tempdir = os.environ["TMPDIR"] = stored.scratch
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the run's, which ends its workers
    engine = register_engine() if warm else None
    executed = execute(step, output / STATE_FOLDER, engine)
    # Without a warm engine the notebook ran in a process of its own, which tells nothing.
    told = {"asked": tuple(ASKED), "disagree": tuple(dict.fromkeys(DISAGREE))} if warm else {}
    return replace(executed, **told)  # type: ignore[arg-type]


def _in_workers(steps: Sequence[Step], output: Path, jobs: int, stored: RunStore) -> Generator[Executed, None, None]:
    if not steps:
        return
    context, warm = prepared_context()
    # A worker of its own for each notebook: nothing that one leaves behind can reach the next.
    lives = 1 if warm else None
    workers = max(1, min(jobs, len(steps)))
    with ProcessPoolExecutor(max_workers=workers, mp_context=context, max_tasks_per_child=lives) as pool:
        try:
            for future in as_completed([pool.submit(run_notebook, step, output, warm, stored) for step in steps]):
                yield future.result()
        except BrokenProcessPool:
            raise
        except BaseException:  # Ctrl-C, or whoever asked for notebooks has gone: nobody waits for them
            for process in list((pool._processes or {}).values()):
                process.kill()
            raise


def _without_outputs(step: Step, output: Path) -> Executed:
    """What is left of a notebook whose process ended in the middle: the notebook as written."""
    nbformat = notebook_format()
    notebook = nbformat.read(step.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    error = "The process that ran it ended without a word. It may have run out of memory."
    path = output / STATE_FOLDER / f"{step.name}.ipynb"
    write_text(path, nbformat.writes(notebook) + "\n")
    return Executed(name=step.name, path=path, error=error)
