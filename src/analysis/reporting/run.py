"""The batch run: plan, then make what has changed; goes on when a notebook fails and says so at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.cache import store
from analysis.core import paths
from analysis.core.errors import ParameterMistake
from analysis.core.whole_files import DRAFT
from analysis.reporting.agreement_notes import disagreements
from analysis.reporting.dependencies import code_of_scoreboard
from analysis.reporting.plan import SCRATCH, STATE_FOLDER, Step, make_plan, reason_to_run
from analysis.reporting.warm import begin_imports
from analysis.sources.catalogue import find_sources


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
    unused : tuple of str
        Public files that are there, are not the documented ones, and so are not used.
    disagreements : tuple of str
        Where results or verdicts are not those of ``data/results/``, and what to do; empty if they agree.
    steps : tuple of Step
        The plan.
    """

    ran: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: dict[str, str]
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    disagreements: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


def run(
    output: Path = paths.REPORTS,
    *,
    only: Sequence[str] = (),
    settings: Mapping[str, object] | None = None,
    jobs: int = 2,
    force: bool = False,
    keep: Path | None = None,
    planned: Callable[[Sequence[Step]], None] = lambda steps: None,
    finished: Callable[[str, str | None], None] = lambda name, error: None,
    telling: Callable[[str], None] = lambda step: None,
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
    keep : Path
        Folder in which what is read of own tables is left for the next run; None: it goes with the run.
    jobs : int
        Notebooks run at the same time, each in a process of its own.
    planned, finished
        Called with the plan before it runs, and with each notebook and its error (None if it went well) as it finishes:
        for a progress display.
    telling
        Called with each step before the notebooks, in words, as it begins.

    Raises
    ------
    UserMistake
        From the checks before anything runs.
    """
    folder = None if force else store.chosen_folder()
    steps = make_plan(output, only=only, settings=settings, force=force, cache=folder)
    todo = [step for step in steps if step.runs]
    if todo:
        _require_folder(output)
        store.code_at_first()  # before a process imports the code that it will compute with
        begin_imports(len(todo))
    planned(steps)
    _remove_drafts(output)
    failed: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    if todo or not _scoreboard_is_current(output):
        # Imported late: where nothing has changed, what makes pages is not needed and takes longer than the plan.
        from analysis.reporting.making import make
        from analysis.reporting.workers import RunStore

        stored = RunStore(folder, store.code_at_first())
        try:
            failed, notes = make(
                todo,
                output,
                settings=settings or {},
                jobs=jobs,
                stored=stored,
                finished=finished,
                keep=keep,
                telling=telling,
            )
        except BaseException:  # Ctrl-C, above all
            _remove_drafts(output)
            raise
    return RunResult(
        ran=tuple(step.name for step in todo),
        unchanged=tuple(step.name for step in steps if not step.runs),
        failed=failed,
        notes=notes,
        unused=_unused(steps),
        disagreements=disagreements(output / STATE_FOLDER),
        steps=tuple(steps),
    )


def _unused(steps: Sequence[Step]) -> tuple[str, ...]:
    wanted = dict.fromkeys(str(step.parameters.get("sources", "package")) for step in steps)
    told = (source.unused() for names in wanted for source in find_sources(names))
    return tuple(dict.fromkeys(why for why in told if why))


def _require_folder(output: Path) -> None:
    try:
        (output / STATE_FOLDER).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output / STATE_FOLDER):
            pass
    except OSError as fault:
        raise ParameterMistake(
            f"`--output` must be a folder in which files can be written; {output} is none ({fault.strerror}). Name another one."
        ) from None


def settled(output: Path, steps: Sequence[Step]) -> bool:
    """Whether a run would find nothing to do now, were all that the plan of `steps` was made from the same."""
    made = not any(reason_to_run(output, step.name, step.parts) for step in steps)
    return bool(steps) and made and _scoreboard_is_current(output)


def _remove_drafts(output: Path) -> None:
    """Remove what processes that were ended left half written: nothing reads it."""
    for left_behind in (output / STATE_FOLDER).glob(f"{SCRATCH}*"):
        shutil.rmtree(left_behind, ignore_errors=True)
    for folder in (output, output / STATE_FOLDER):
        for part in folder.glob(f"*{DRAFT}"):
            part.unlink(missing_ok=True)


def _scoreboard_is_current(output: Path) -> bool:
    stamp = output / STATE_FOLDER / "index.code"
    return (output / "index.html").exists() and stamp.exists() and stamp.read_text() == code_of_scoreboard()
