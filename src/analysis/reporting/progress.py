"""The batch run with a progress bar on a terminal, and plain lines where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.core import stopping
from analysis.reporting.plan import Step
from analysis.reporting.run import RunResult, run
from analysis.reporting.whereabouts import Whereabouts

if TYPE_CHECKING:
    from rich.progress import Progress


def run_with_progress(
    output: Path,
    *,
    only: Sequence[str],
    settings: Mapping[str, object],
    jobs: int,
    force: bool,
    keep: Path | None = None,
) -> RunResult:
    """Run and show: what is planned and why, what is finished, what failed, where the result lies."""
    with Whereabouts() as where:
        shown = _Shown(where)
        try:
            result = run(
                output,
                only=only,
                settings=settings,
                jobs=jobs,
                force=force,
                keep=keep,
                planned=shown.planned,
                finished=shown.finished,
                telling=shown.doing,
            )
        finally:
            shown.stop()
    nothing_to_do, opens = where_nothing_changed(len(result.unchanged), output)
    if not result.ran:
        shown.say(nothing_to_do)
    for note in (*result.notes, *result.unused):
        shown.say(f"  {note}")
    shown.say(opens)
    if result.failed:
        shown.say(f"{len(result.failed)} of {len(result.ran)} notebooks failed: {', '.join(sorted(result.failed))}.")
    for line in result.disagreements:
        shown.say(line)
    return result


def where_nothing_changed(n_reports: int, output: Path) -> tuple[str, str]:
    """What a run says that has nothing to do, and which page to open."""
    return f"Nothing to do: all {n_reports} reports are up to date.", f"Open {_shown(output / 'index.html')}"


class _Shown:
    """Lines, and a bar below them. The bar is drawn, and what draws it is imported, only if there is something to run."""

    def __init__(self, where: Callable[[str], None]) -> None:
        self._bar: Progress | None = None
        self._where = where

    def planned(self, steps: Sequence[Step]) -> None:
        running = [step for step in steps if step.runs]
        if running:
            self._start(len(running))
        for step in running:
            self.say(f"  {step.in_words}")

    def finished(self, name: str, error: str | None) -> None:
        if self._bar:
            self._bar.advance(self._bar.task_ids[0])
        self.say(f"  {name}: {'FAILED, ' + error if error else 'done'}")

    def doing(self, step: str) -> None:
        """What is done before the notebooks run: in the bar on a terminal, in lines where there is none."""
        if self._bar and self._bar.console.is_terminal:
            stopping.require_not_asked()
            self._bar.update(self._bar.task_ids[0], description=step)
        else:
            self._where(step)

    def say(self, line: str) -> None:
        if self._bar:
            self._bar.console.print(line, markup=False)
        else:
            sys.stdout.write(f"{line}\n")

    def stop(self) -> None:
        if self._bar:
            self._bar.stop()

    def _start(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(soft_wrap=True))
        self._bar.add_task("Reports", total=total)
        self._bar.start()


def _shown(path: Path) -> str:
    """The path from here if it lies below this folder, else whole."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def fetch_with_progress(names: Sequence[str]) -> bool:
    """Fetch public files and show each as it comes; return whether all of them are there."""
    from rich.console import Console

    from analysis.sources.fetch import FetchOutcome, FetchResult, fetch

    console = Console(soft_wrap=True, highlight=False)

    def shown(result: FetchResult, done: int, total: int) -> None:
        why = f": {result.reason}" if result.reason else ""
        console.print(f"  {done}/{total} {result.file.source}/{result.file.file} {result.outcome}{why}", markup=False)

    results = fetch(names, shown)
    missing = [r for r in results if r.outcome is FetchOutcome.FAILED]
    if missing:
        console.print(
            f"{len(missing)} of {len(results)} files could not be had. Everything runs without them; the reports list "
            "their sources as not there."
        )
    return not missing


N_HEAD = 5
"""Columns of the ledger that say the same in every row of a table; the reasons stand behind them."""


LIBRARIES = (
    "ibis.backends.duckdb",
    "pandera.backends.pandas.register",
    "pandera.strategies.pandas_strategies",
    "statsmodels.formula.api",
    "pyfixest.estimation",
    "rdrobust",
)
"""What making frames and asking how precise they are imports, the first first."""


def show_company_check(data: str, keep: Path | None = None) -> None:
    """Print the quality ledger of a company's tables and, for every claim, whether they can test it.

    Parameters
    ----------
    data : str
    keep : Path
        Folder in which what is read stays for the next command; None: nothing stays.
    """
    from contextlib import nullcontext

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from analysis.calibration.precision import HEADING, precision_of
    from analysis.core.errors import UserMistake
    from analysis.reporting.beside import beside
    from analysis.reporting.own_data_check import check_company
    from analysis.reporting.own_run import kept_while

    console = Console(width=160, highlight=False)
    with (
        Whereabouts() as where,
        kept_while(data, keep) if keep else nullcontext(),
        beside(precision_of.__module__, *LIBRARIES) as give,
    ):
        found = check_company(data, precision=precision_of, telling=where, give=give)
    for title, rows in (("Quality ledger", found.ledger.rows()), ("Claims", found.claim_rows(HEADING))):
        # Text, not str: names of files and "[company]" would be taken for marks of style. Ids are never broken.
        table = Table(title=Text(f"{found.company}: {title}", style="table.title"), box=None)
        for place, heading in enumerate(rows[0] if rows else ()):
            table.add_column(str(heading), overflow="fold", no_wrap=place == 0)
        before: list[str] = []
        for row in rows:
            cells = [f"{v:,}" if isinstance(v, int) else str(v if v is not None else "") for v in row.values()]
            same = title == "Quality ledger" and cells[:N_HEAD] == before[:N_HEAD]  # a further reason of the same table
            table.add_row(*map(Text, [""] * N_HEAD + cells[N_HEAD:] if same else cells))
            before = cells
        console.print(table)
    for name, note in found.ledger.notes():
        console.print(f"{name}: {note}", markup=False)
    for key, why in found.unbuilt:
        console.print(f"The frame {key} cannot be made: {why.partition(' The ledger says')[0]}", markup=False)
    for note in found.notes:
        console.print(f"Look: {note}.", markup=False)
    found.queries.tell()
    console.print(f"{found.n_testable} of {len(found.claims)} claims can be tested now.")
    if not found.n_read:
        held = (
            f"the tables {', '.join(found.tables)} hold none that can be used" if found.tables else "no table was found"
        )
        raise UserMistake(
            f"No row of {found.company} was read: {held}. The ledger above says why; `python -m analysis init FILE...` "
            "says what the files in the folder are."
        )
