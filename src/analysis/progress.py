"""The batch run with a progress bar on a terminal, and plain lines where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.reporting.plan import Step
from analysis.reporting.run import RunResult, run


def run_with_progress(
    output: Path, *, only: Sequence[str], settings: Mapping[str, object], jobs: int, force: bool
) -> RunResult:
    """Run and show: what is planned and why, what is finished, what failed, where the result lies."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(soft_wrap=True)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as bar:
        task = bar.add_task("Reports", total=None)

        def planned(steps: Sequence[Step]) -> None:
            bar.update(task, total=sum(step.runs for step in steps))
            for step in steps:
                if step.runs:
                    console.print(f"  {step.in_words}", markup=False)

        def finished(name: str, error: str | None) -> None:
            bar.advance(task)
            console.print(f"  {name}: {'FAILED, ' + error if error else 'done'}", markup=False)

        result = run(output, only=only, settings=settings, jobs=jobs, force=force, planned=planned, finished=finished)
    if not result.ran:
        console.print(f"Nothing to do: all {len(result.unchanged)} reports are up to date.")
    for note in result.notes:
        console.print(f"  {note}", markup=False)
    console.print(f"Open {_shown(output / 'index.html')}")
    if result.failed:
        console.print(
            f"{len(result.failed)} of {len(result.ran)} notebooks failed: {', '.join(sorted(result.failed))}."
        )
    return result


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


def show_company_check(data: str) -> None:
    """Print the quality ledger of a company's tables and, for every claim, whether they can test it."""
    from rich.console import Console
    from rich.table import Table

    from analysis.company.checking import check_company
    from analysis.precision import HEADING, precision_of

    console = Console(width=160, highlight=False)
    found = check_company(data, precision=precision_of)
    for title, rows in (("Quality ledger", found.ledger.rows()), ("Claims", found.claim_rows(HEADING))):
        table = Table(title=f"{found.company}: {title}", box=None)
        for heading in rows[0] if rows else ():
            table.add_column(str(heading), overflow="fold")
        for row in rows:
            table.add_row(*(f"{v:,}" if isinstance(v, int) else str(v if v is not None else "") for v in row.values()))
        console.print(table)
    for name, note in found.ledger.notes():
        console.print(f"{name}: {note}", markup=False)
    for key, why in found.unbuilt:
        console.print(f"The frame {key} cannot be made: {why}", markup=False)
    console.print(f"{found.n_testable} of {len(found.claims)} claims can be tested now.")
