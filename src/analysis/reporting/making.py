"""What a batch run makes once it knows what to make: pages, what is on record about them, and the scoreboard over all."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from analysis.cache import store
from analysis.company import kept
from analysis.core import paths
from analysis.core.whole_files import write_text
from analysis.register.claims import load_register
from analysis.reporting.agreement_notes import AGREEMENT, agreement_notes
from analysis.reporting.dependencies import code_of_scoreboard
from analysis.reporting.guard import hold_back, hold_back_scoreboard, none_left_unsearched
from analysis.reporting.own_run import own_run
from analysis.reporting.plan import STATE_FOLDER, Step, read_state
from analysis.reporting.render import prepare_render, render
from analysis.reporting.scoreboard import prepare_scoreboard, write_scoreboard
from analysis.reporting.warm import prepared_context
from analysis.reporting.workers import RunStore, run_notebooks
from analysis.verdicts.bottom_line import stale_lines
from analysis.verdicts.decide import PUBLIC_SCOPE

TEMPORARY = f"{kept.OURS}run-"
"""Where workers put what is temporary: it goes with the run, however they end."""

Report = Callable[[str, str | None], None]
"""Called with a notebook's stem and its error (None if it went well) whenever one is finished."""


def make(
    todo: Sequence[Step],
    output: Path,
    *,
    settings: Mapping[str, object],
    jobs: int,
    stored: RunStore,
    finished: Report,
    keep: Path | None = None,
    telling: Callable[[str], None] = lambda step: None,
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Make the pages of `todo` and the scoreboard over all that is there.

    Parameters
    ----------
    todo : sequence of Step
        May be empty: then the scoreboard alone is made.
    output, jobs, finished, keep, telling
        As in `run`.
    settings : mapping
        Of the run; they name the company whose customers no page may show.
    stored : RunStore

    Returns
    -------
    dict
        Stem of what failed, to its error.
    tuple of str
        What a reader of the run should know.
    """
    failed: dict[str, str] = {}
    warm = prepared_context()[1]
    # Workers are forked from a server of their own, not from this process: a thread here harms none of them.
    with (
        own_run(todo, output, jobs, keep, telling) as own,
        none_left_unsearched([step.name for step in todo] if own.customers else (), output) as unsearched,
        ThreadPoolExecutor(max_workers=1) as background,
        tempfile.TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True) as scratch,
        kept.hold(Path(scratch)),
        closing(run_notebooks(todo, output, jobs, replace(stored, own=own.told, scratch=scratch))) as notebooks,
    ):
        customers = own.customers
        prepared = [background.submit(work) for work in (prepare_render, prepare_scoreboard)] if todo else []
        telling(f"{len(todo)} notebook{'s' * (len(todo) != 1)}")
        for made in notebooks:
            page = output / f"{made.name}.html"
            prepared[0].result()
            render(made.path, page, error=made.error)
            executed = hold_back(made, page, customers) if customers else made
            unsearched.discard(made.name)
            step = next(step for step in todo if step.name == executed.name)
            if executed.error:
                failed[executed.name] = executed.error
            state = {
                "parts": step.parts,
                "failed": executed.error,
                "asked": [asdict(q) for q in executed.asked],
                "disagree": executed.disagree,
            }
            write_text(output / STATE_FOLDER / f"{executed.name}.json", json.dumps(state) + "\n")
            finished(executed.name, executed.error)
    executed_before, failed_before = _everything_made(output)
    verdicts = write_scoreboard(output, executed_before, failed_before)
    write_text(output / STATE_FOLDER / "index.code", code_of_scoreboard())
    fault = hold_back_scoreboard(output, customers) if customers else None
    failed |= {"index": fault} if fault else {}
    register = load_register()
    stale = stale_lines(register.claims, {v.claim: v for v in verdicts if v.scope == PUBLIC_SCOPE})
    agreement = agreement_notes(executed_before, verdicts, settings)
    write_text(output / STATE_FOLDER / AGREEMENT, "".join(f"{line}\n" for line in agreement))
    return failed, (*_notes(warm or not todo, stored.folder if todo else None), *stale)


def _notes(warm: bool, folder: Path | None) -> tuple[str, ...]:
    notes = [] if warm else ["This system cannot fork processes: every notebook pays for its own imports."]
    if folder is not None and folder.exists():
        n_broken = store.take_broken(folder)
        store.prune(folder)
        if n_broken:
            notes.append(f"{n_broken} damaged {'entry' if n_broken == 1 else 'entries'} of the cache: computed anew.")
    return tuple(notes)


def _everything_made(output: Path) -> tuple[list[Path], dict[str, str]]:
    """Executed notebooks of this and earlier runs whose notebook is still there, and the errors of those that failed."""
    current = {path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")}
    # Without its record, a notebook was left behind by a run that was interrupted: it counts as not made.
    notebooks = sorted(path for path in (output / STATE_FOLDER).glob("*.ipynb") if path.stem in current)
    made = {path: state for path in notebooks if (state := read_state(output, path.stem))}
    return list(made), {path.stem: state["failed"] for path, state in made.items() if state.get("failed")}
