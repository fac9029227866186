"""The batch run: plan, execute in parallel, render, score; goes on when a notebook fails and says so at the end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from analysis import cache, paths
from analysis.kept import ASKED
from analysis.reporting.execute import SCRATCH, Executed, execute
from analysis.reporting.guard import customers_of, hold_back, hold_back_scoreboard
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.plan import STATE_FOLDER, Step, make_plan
from analysis.reporting.render import render, write_whole
from analysis.reporting.scoreboard import code_of_scoreboard, write_scoreboard
from analysis.reporting.warm import expect, prepared_context, register_engine
from analysis.sources.catalogue import find_sources


@dataclass(frozen=True, slots=True)
class Kept:
    """The cache as workers have to know it: its folder (None for none), and the code that the run began with."""

    folder: Path | None
    code: str


Report = Callable[[str, str | None], None]
"""Called with a notebook's stem and its error (None if it went well) whenever one is finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a batch run did.

    Attributes
    ----------
    ran, unchanged : tuple of str
        Stems of the notebooks that ran, and that had not changed.
    failed : dict
        Stem to error.
    notes : tuple of str
        What a reader of the run should know: no forking here, a damaged entry of the cache.
    """

    ran: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: dict[str, str]
    notes: tuple[str, ...] = ()


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
    only, settings
        As in `make_plan`.
    force : bool
        Run even what has not changed, and take nothing out of the cache.
    jobs : int
        Notebooks run at the same time, each in a process of its own.
    planned, finished
        Called with the plan before it runs, and with each notebook as it finishes: for a progress display.

    Raises
    ------
    UserMistake
        From the checks before anything runs.
    """
    folder = None if force else cache.chosen_folder()
    code = cache.code_at_first()  # before a process that computes is started
    steps = make_plan(output, only=only, settings=settings, force=force, cache=folder)
    planned(steps)
    todo = [step for step in steps if step.runs]
    for left_behind in (output / STATE_FOLDER).glob(f"{SCRATCH}*"):  # by a process that was ended
        shutil.rmtree(left_behind, ignore_errors=True)
    failed: dict[str, str] = {}
    customers = customers_of(settings or {}) if todo else None
    expect(len(todo), more_data=_more_data(todo))
    warm = prepared_context()[1]
    for made in _make_all(todo, output, jobs, Kept(folder, code)):
        executed = hold_back(made, output / f"{made.name}.html", customers) if customers else made
        step = next(step for step in todo if step.name == executed.name)
        if executed.error:
            failed[executed.name] = executed.error
        state = {"parts": step.parts, "failed": executed.error, "asked": [asdict(q) for q in executed.asked]}
        write_whole(output / STATE_FOLDER / f"{executed.name}.json", json.dumps(state) + "\n")
        finished(executed.name, executed.error)
    stamp, scoreboard = output / STATE_FOLDER / "index.code", code_of_scoreboard()
    if todo or not (output / "index.html").exists() or not stamp.exists() or stamp.read_text() != scoreboard:
        write_scoreboard(output, *_everything_made(output))
        write_whole(stamp, scoreboard)
        fault = hold_back_scoreboard(output, customers) if customers else None
        failed |= {"index": fault} if fault else {}
    return RunResult(
        ran=tuple(step.name for step in todo),
        unchanged=tuple(step.name for step in steps if not step.runs),
        failed=failed,
        notes=_notes(warm or not todo, folder if todo else None),
    )


def _more_data(steps: Sequence[Step]) -> bool:
    """Whether there are data beyond those that come with the packages: then nearly all notebooks need nearly all libraries."""
    chosen = {str(step.parameters.get("sources", "package")) for step in steps}
    downloaded = [s for choice in chosen for s in find_sources(choice) if s.delivery == "download"]
    return any(step.parameters.get("data") for step in steps) or any(s.absence() is None for s in downloaded)


def _notes(warm: bool, folder: Path | None) -> tuple[str, ...]:
    notes = [] if warm else ["This system cannot fork processes: every notebook pays for its own imports."]
    if folder is not None and folder.exists():
        n_broken = cache.take_broken(folder)
        cache.prune(folder)
        if n_broken:
            notes.append(f"{n_broken} damaged {'entry' if n_broken == 1 else 'entries'} of the cache: computed anew.")
    return tuple(notes)


def make_page(step: Step, output: Path, warm: bool, kept: Kept) -> Executed:
    """Execute one notebook and render its page: the whole work of one worker."""
    cache.begin(kept.folder, kept.code)
    engine = register_engine() if warm else None
    executed = execute(step, output / STATE_FOLDER, engine)
    render(executed.path, output / f"{executed.name}.html", error=executed.error)
    # Without a warm engine the notebook ran in a process of its own, which tells nothing.
    return replace(executed, asked=tuple(ASKED) if warm else ())


def _make_all(steps: Sequence[Step], output: Path, jobs: int, kept: Kept) -> Iterator[Executed]:
    """Yield what came of each step as it finishes, also of one that takes its process with it."""
    left = {step.name: step for step in steps}
    try:
        for executed in _in_workers(steps, output, jobs, kept):
            del left[executed.name]
            yield executed
    except BrokenProcessPool:
        # A dead worker ends the pool for all: whatever is left runs alone, so that only the culprit fails.
        for step in left.values():
            try:
                yield from _in_workers([step], output, 1, kept)
            except BrokenProcessPool:
                yield _without_outputs(step, output)


def _in_workers(steps: Sequence[Step], output: Path, jobs: int, kept: Kept) -> Iterator[Executed]:
    if not steps:
        return
    context, warm = prepared_context()
    # A worker of its own for each notebook: nothing that one leaves behind can reach the next.
    lives = 1 if warm else None
    workers = max(1, min(jobs, len(steps)))
    with ProcessPoolExecutor(max_workers=workers, mp_context=context, max_tasks_per_child=lives) as pool:
        for future in as_completed([pool.submit(make_page, step, output, warm, kept) for step in steps]):
            yield future.result()


def _without_outputs(step: Step, output: Path) -> Executed:
    """Make the page of a notebook whose process ended in the middle: the notebook as written, with the error on top."""
    nbformat = notebook_format()

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
