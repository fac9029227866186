"""The calibration study with a bar: what runs, how far it is, and what each scenario came to."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.calibration.readings import Count
from analysis.calibration.study import Cell
from analysis.calibration.table import calibrate
from analysis.core import paths
from analysis.core.wording import number


def calibrate_with_progress(*, only: Sequence[str], replications: int | None, jobs: int, force: bool) -> int:
    """Run what is stale, show it, and return how many rows do not hold their level."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    paths.require_checkout("calibrate")
    console = Console(soft_wrap=True, highlight=False)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    ) as bar:
        task = bar.add_task("Replications", total=None)

        def planned(cells: list[Cell]) -> None:
            bar.update(task, total=sum(cell.replications for cell in cells))

        def finished(cell: Cell, counted: Count) -> None:
            console.print(f"  {cell.scenario}, {cell.point}: {_in_words(counted)}", markup=False)

        rows = calibrate(
            only=only,
            replications=replications,
            jobs=jobs,
            force=force,
            planned=planned,
            advanced=lambda n: bar.advance(task, n),
            finished=finished,
        )
    off = [row for row in rows if not row.broken and not row.holds]
    console.print(
        f"{len(rows)} rows in {paths.CALIBRATION.relative_to(paths.ROOT)}; {len(off)} of well-specified scenarios do not hold "
        "their level."
    )
    return len(off)


def _in_words(counted: Count) -> str:
    coverage, naive = counted["coverage"], counted["naive_coverage"]
    told = "no interval at all" if coverage is None else f"covers {number(100 * coverage, 3)} %"
    beside = "" if naive is None else f", naive {number(100 * naive, 3)} %"
    missing = f", {counted['without_interval']} without interval" if counted["without_interval"] else ""
    return f"{told}{beside}{missing}, claims {number(100 * (counted['claimed_side'] or 0), 3)} %"
