"""The batch run: plan, execute in parallel, render, score; goes on when a notebook fails and says so at the end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from analysis import paths
from analysis.reporting.execute import SCRATCH, Executed, execute
from analysis.reporting.guard import customers_of, hold_back, hold_back_scoreboard
from analysis.reporting.plan import STATE_FOLDER, Step, make_plan
from analysis.reporting.render import render, write_whole
from analysis.reporting.scoreboard import write_scoreboard
from analysis.reporting.warm import prepared_context, register_engine

Report = Callable[[str, str | None], None]
"""Called with a notebook's stem and its error (None if it went well) whenever one is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a batch run did: stems of the notebooks that ran, that had not changed, and that failed with their error."""

    ran: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: dict[str, str]


def run(
    output: Path = paths.REPORTS,
    *,
    only: Sequence[str] = (),
    settings: Mapping[str, object] | None = None,
    jobs: int = 2,
    force: bool = False,
    planned: Callable[[Sequence[Step]], None] = lambda steps: None,
    finished: Report = lambda name, error: None,
) -> RunResult:
    """Make all reports that are not up to date.

    Parameters
    ----------
    output : Path
        Folder of the reports; made if it is not there.
    only, settings, force
        As in `make_plan`.
    jobs : int
        Notebooks run at the same time, each in a process of its own.
    planned, finished
        Called with the plan before it runs, and with each notebook as it finishes: for a progress display.

    Raises
    ------
    UserMistake
        From the checks before anything runs.
    """
    steps = make_plan(output, only=only, settings=settings, force=force)
    planned(steps)
    todo = [step for step in steps if step.runs]
    for left_behind in (output / STATE_FOLDER).glob(f"{SCRATCH}*"):  # by a process that was ended
        shutil.rmtree(left_behind, ignore_errors=True)
    failed: dict[str, str] = {}
    customers = customers_of(settings or {}) if todo else None
    for made in _make_all(todo, output, jobs):
        executed = hold_back(made, output / f"{made.name}.html", customers) if customers else made
        step = next(step for step in todo if step.name == executed.name)
        if executed.error:
            failed[executed.name] = executed.error
        state = {"parts": step.parts, "failed": executed.error}
        write_whole(output / STATE_FOLDER / f"{executed.name}.json", json.dumps(state) + "\n")
        finished(executed.name, executed.error)
    if todo or not (output / "index.html").exists():
        write_scoreboard(output, *_everything_made(output))
        fault = hold_back_scoreboard(output, customers) if customers else None
        failed |= {"index": fault} if fault else {}
    return RunResult(
        ran=tuple(step.name for step in todo),
        unchanged=tuple(step.name for step in steps if not step.runs),
        failed=failed,
    )


def make_page(step: Step, output: Path, warm: bool) -> Executed:
    """Execute one notebook and render its page: the whole work of one worker."""
    engine = register_engine() if warm else None
    executed = execute(step, output / STATE_FOLDER, engine)
    render(executed.path, output / f"{executed.name}.html", error=executed.error)
    return executed


def _make_all(steps: Sequence[Step], output: Path, jobs: int) -> Iterator[Executed]:
    """Yield what came of each step as it finishes, also of one that takes its process with it."""
    left = {step.name: step for step in steps}
    try:
        for executed in _in_workers(steps, output, jobs):
            del left[executed.name]
            yield executed
    except BrokenProcessPool:
        # A dead worker ends the pool for all: whatever is left runs alone, so that only the culprit fails.
        for step in left.values():
            try:
                yield from _in_workers([step], output, 1)
            except BrokenProcessPool:
                yield _without_outputs(step, output)


def _in_workers(steps: Sequence[Step], output: Path, jobs: int) -> Iterator[Executed]:
    if not steps:
        return
    context, warm = prepared_context()
    # A worker of its own for each notebook: nothing that one leaves behind can reach the next.
    lives = 1 if warm else None
    workers = max(1, min(jobs, len(steps)))
    with ProcessPoolExecutor(max_workers=workers, mp_context=context, max_tasks_per_child=lives) as pool:
        for future in as_completed([pool.submit(make_page, step, output, warm) for step in steps]):
            yield future.result()


def _without_outputs(step: Step, output: Path) -> Executed:
    """Make the page of a notebook whose process ended in the middle: the notebook as written, with the error on top."""
    import nbformat

    notebook = nbformat.read(step.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    error = "The process that ran it ended without a word. It may have run out of memory."
    path = output / STATE_FOLDER / f"{step.name}.ipynb"
    write_whole(path, nbformat.writes(notebook) + "\n")
    render(path, output / f"{step.name}.html", error=error)
    return Executed(name=step.name, path=path, error=error)


def _everything_made(output: Path) -> tuple[list[Path], dict[str, str]]:
    """Executed notebooks of this and earlier runs whose notebook is still there, and the errors of those that failed."""
    current = {path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    # Without its record, a notebook was left behind by a run that was interrupted: it counts as not made.
    executed = sorted(
        path
        for path in (output / STATE_FOLDER).glob("*.ipynb")
        if path.stem in current and path.with_suffix(".json").exists()
    )
    failed = {}
    for path in executed:
        kept = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if kept.get("failed"):
            failed[path.stem] = kept["failed"]
    return executed, failed
