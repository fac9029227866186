"""The kept table: which rows are stale, the run that replaces them, and the two files that it is written to."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from analysis import paths
from analysis.calibration.counting import Count, recount_readings
from analysis.calibration.inputs import inputs_hash, rule_hash
from analysis.calibration.study import Cell, cells_of, run_cells
from analysis.calibration.trials import POINTS
from analysis.calibration_record import COLUMNS, CalibrationRow, read_calibration
from analysis.claims import load_register
from analysis.errors import ParameterMistake
from analysis.reading import on_line
from analysis.simulate.world import World
from analysis.simulate.worlds import all_worlds

SEED = 20_260_101
"""Seed of the kept study. Its value means nothing."""

DIGITS = 6
"""Significant digits of the numbers in the table."""

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "lifelines", "pyfixest", "rdrobust")


def stale_worlds(
    worlds: Sequence[World], rows: Sequence[CalibrationRow], *, seed: int = SEED, replications: int | None = None
) -> list[World]:
    """Return the worlds without rows, or whose rows were made from other code, rules or numbers of replications."""
    kept: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        kept.setdefault(row.world, set()).add((row.inputs, row.rule))
    return [
        world
        for world in worlds
        if kept.get(world.name) != {(inputs_hash(world, seed, replications or world.replications), rule_hash(world))}
    ]


def recounted(
    row: CalibrationRow, world: World, draws: Sequence[tuple[str, float | None, float | None]]
) -> CalibrationRow:
    """Return a row with its reading columns counted anew by today's rule, from intervals drawn before.

    Parameters
    ----------
    row : CalibrationRow
    world : World
    draws : sequence of (str, float, float)
        As `counting.recount_readings` takes them, of all replications of the row.

    Raises
    ------
    ParameterMistake
        If the draws are not as many as the row's replications.
    """
    if len(draws) != row.replications:
        raise ParameterMistake(
            f"`draws` must hold the {row.replications} replications of world '{row.world}' at '{row.point}'; got {len(draws)}."
        )
    quantity = load_register()[world.claim].quantity(world.quantity)
    size = None if quantity.size is None else on_line(quantity.size, quantity)
    counted = recount_readings(draws, on_line(quantity.smallest, quantity), size)
    return replace(row, rule=rule_hash(world), **counted)  # type: ignore[arg-type]


def calibrate(
    *,
    only: Sequence[str] = (),
    replications: int | None = None,
    jobs: int = 1,
    seed: int = SEED,
    force: bool = False,
    table: Path = paths.CALIBRATION,
    planned: Callable[[list[Cell]], None] = lambda cells: None,
    advanced: Callable[[int], None] = lambda n: None,
    finished: Callable[[Cell, Count], None] = lambda cell, counted: None,
) -> tuple[CalibrationRow, ...]:
    """Run what is stale and write the table after every world, so that a run that is broken off loses one world at most.

    Parameters
    ----------
    only : sequence of str
        Names of worlds, in the order in which they are to run; empty takes all.
    replications : int
        For every world; None takes each world's own number.
    jobs : int
        Processes.
    force : bool
        Run even what has not changed.
    table : Path
        CSV file; the settings go beside it, with the ending ``.toml``.

    Returns
    -------
    tuple of CalibrationRow
        The whole table as it stands then.

    Raises
    ------
    ParameterMistake
        If `only` names a world that is not in the catalogue.
    """
    from analysis.errors import require_one_of

    worlds = all_worlds()
    for name in only:
        require_one_of("only", name, [world.name for world in worlds])
    by_name = {world.name: world for world in worlds}
    chosen = [by_name[name] for name in only] if only else list(worlds)
    todo = chosen if force else stale_worlds(chosen, read_calibration(table), seed=seed, replications=replications)
    cells = cells_of(todo, replications)
    planned(cells)

    made: list[CalibrationRow] = []

    def keep(cell: Cell, counted: Count) -> None:
        made.append(_row(by_name[cell.world], cell, counted, seed))
        if cell.point == POINTS[-1]:
            _merge(made, worlds, table, seed)
        finished(cell, counted)

    if cells:
        run_cells(cells, seed, jobs, advanced=advanced, finished=keep)
    return _merge(made, worlds, table, seed)


def _merge(
    made: Sequence[CalibrationRow], worlds: Sequence[World], table: Path, seed: int
) -> tuple[CalibrationRow, ...]:
    """Put new rows in the place of old ones in the table as it is now: another run may have written to it."""
    rows = {(row.world, row.point): row for row in (*read_calibration(table), *made)}
    found = _of_catalogue(rows, worlds)
    write_calibration(found, table, seed)
    return found


def _of_catalogue(rows: dict[tuple[str, str], CalibrationRow], worlds: Sequence[World]) -> tuple[CalibrationRow, ...]:
    """Rows of worlds that there are, sorted by name, effects from none upwards."""
    names = {world.name for world in worlds}
    mine = [row for row in rows.values() if row.world in names]
    return tuple(sorted(mine, key=lambda row: (row.world, POINTS.index(row.point))))


def _row(world: World, cell: Cell, counted: Count, seed: int) -> CalibrationRow:
    quantity = load_register()[world.claim].quantity(world.quantity)
    return CalibrationRow(
        world=world.name,
        point=cell.point,
        claim=world.claim,
        quantity=world.quantity,
        scale=str(quantity.scale),
        frame=world.frame,
        estimator=world.estimator,
        broken=world.broken,
        effect=cell.effect,
        truth=cell.truth,
        n=world.n,
        inputs=inputs_hash(world, seed, cell.replications),
        rule=rule_hash(world),
        **counted,  # type: ignore[arg-type]
    )


def write_calibration(rows: Sequence[CalibrationRow], table: Path, seed: int) -> None:
    """Write table and settings, whole or not at all, in one fixed form of numbers."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _text(value) for name, value in asdict(row).items()})
    _replace(table, text.getvalue())
    _replace(table.with_suffix(".toml"), settings_text(rows, seed))


def settings_text(rows: Sequence[CalibrationRow], seed: int) -> str:
    """The settings of the study as TOML."""
    lines = [
        "# How data/calibration.csv was made: python -m analysis calibrate",
        f"seed = {seed}",
        f"worlds = {len({row.world for row in rows})}",
        f"replications_in_all = {sum(row.replications for row in rows)}",
        f"fewest_replications = {min((row.replications for row in rows), default=0)}",
        "level = 0.95",
        f"readings_still_to_be_counted = {sum(row.fails is None for row in rows)}",
        f'register = "{load_register().hash}"',
        "# Second edition of the reading rule (29 November 2026): claimed_side is the same by both editions; the columns of",
        "# single readings were counted anew (table.recounted) from the raw intervals of the same draws, same code and seed.",
        "",
        "[packages]",
        f'retention-folklore = "{version("retention-folklore")}"',
        *(f'{name} = "{version(name)}"' for name in PACKAGES),
    ]
    return "\n".join(lines) + "\n"


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
