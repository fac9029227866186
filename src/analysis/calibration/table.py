"""The stored table: which rows are stale, the run that replaces them, and the two files that it is written to."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from analysis.calibration.inputs import inputs_hash, rule_hash
from analysis.calibration.own_answers import as_markdown
from analysis.calibration.readings import Count
from analysis.calibration.scenario import Scenario
from analysis.calibration.scenarios import all_scenarios
from analysis.calibration.study import Cell, cells_of, run_cells
from analysis.calibration.trials import POINTS
from analysis.core import paths
from analysis.register.claims import load_register
from analysis.verdicts.calibration_record import COLUMNS, CalibrationRow, read_calibration

SEED = 20_260_101
"""Seed of the kept study. Its value means nothing."""

DIGITS = 6
"""Significant digits of the numbers in the table."""

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "lifelines", "pyfixest", "rdrobust")


def stale_scenarios(
    scenarios: Sequence[Scenario], rows: Sequence[CalibrationRow], *, seed: int = SEED, replications: int | None = None
) -> list[Scenario]:
    """Return the scenarios without rows, or whose rows were made from other code, rules or numbers of replications."""
    retained: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        retained.setdefault(row.scenario, set()).add((row.inputs, row.rule))
    return [
        scenario
        for scenario in scenarios
        if retained.get(scenario.name)
        != {(inputs_hash(scenario, seed, replications or scenario.replications), rule_hash(scenario))}
    ]


def drawn_by_other_code(rows: Sequence[CalibrationRow], *, seed: int = SEED) -> list[str]:
    """Names of the scenarios of the catalogue that have rows whose draws depend on code that is no longer this one."""
    by_name = {scenario.name: scenario for scenario in all_scenarios()}
    return sorted(
        {
            row.scenario
            for row in rows
            if row.scenario in by_name and row.inputs != inputs_hash(by_name[row.scenario], seed, row.replications)
        }
    )


def drawn_less_often(rows: Sequence[CalibrationRow]) -> dict[str, int]:
    """Fewest draws of each scenario that was drawn less often than it asks for."""
    asked = {scenario.name: scenario.replications for scenario in all_scenarios()}
    fewest: dict[str, int] = {}
    for row in rows:
        if row.replications < asked.get(row.scenario, 0):
            fewest[row.scenario] = min(row.replications, fewest.get(row.scenario, row.replications))
    return dict(sorted(fewest.items()))


def without_readings_at_the_null(rows: Sequence[CalibrationRow]) -> list[str]:
    """Names of the scenarios whose single assessments without an effect are still to be counted."""
    return sorted(row.scenario for row in rows if row.point == "null" and row.fails is None)


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
    """Run what is stale and write the table after every scenario, so that a run that is broken off loses one scenario at most.

    Parameters
    ----------
    only : sequence of str
        Names of scenarios, in the order in which they are to run; empty takes all.
    replications : int
        For every scenario; None takes each scenario's own number.
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
        If `only` names a scenario that is not in the catalogue.
    """
    from analysis.core.errors import require_one_of

    scenarios = all_scenarios()
    for name in only:
        require_one_of("only", name, [scenario.name for scenario in scenarios])
    by_name = {scenario.name: scenario for scenario in scenarios}
    chosen = [by_name[name] for name in only] if only else list(scenarios)
    todo = chosen if force else stale_scenarios(chosen, read_calibration(table), seed=seed, replications=replications)
    cells = cells_of(todo, replications)
    planned(cells)

    made: list[CalibrationRow] = []

    def keep(cell: Cell, counted: Count) -> None:
        made.append(_row(by_name[cell.scenario], cell, counted, seed))
        if cell.point == POINTS[-1]:
            _merge(made, scenarios, table, seed)
        finished(cell, counted)

    if cells:
        run_cells(cells, seed, jobs, advanced=advanced, finished=keep)
    return _merge(made, scenarios, table, seed)


def _merge(
    made: Sequence[CalibrationRow], scenarios: Sequence[Scenario], table: Path, seed: int
) -> tuple[CalibrationRow, ...]:
    """Put new rows in the place of old ones in the table as it is now: another run may have written to it."""
    rows = {(row.scenario, row.point): row for row in (*read_calibration(table), *made)}
    found = _of_catalogue(rows, scenarios)
    redrawn = {row.scenario for row in made}
    write_calibration(found, table, seed, redrawn)
    return found


def _of_catalogue(
    rows: dict[tuple[str, str], CalibrationRow], scenarios: Sequence[Scenario]
) -> tuple[CalibrationRow, ...]:
    """Rows of scenarios that there are, sorted by name, effects from none upwards."""
    names = {scenario.name for scenario in scenarios}
    mine = [row for row in rows.values() if row.scenario in names]
    return tuple(sorted(mine, key=lambda row: (row.scenario, POINTS.index(row.point))))


def _row(scenario: Scenario, cell: Cell, counted: Count, seed: int) -> CalibrationRow:
    quantity = load_register()[scenario.claim].quantity(scenario.quantity)
    return CalibrationRow(
        scenario=scenario.name,
        point=cell.point,
        claim=scenario.claim,
        quantity=scenario.quantity,
        scale=str(quantity.scale),
        frame=scenario.frame,
        estimator=scenario.estimator,
        broken=scenario.broken,
        effect=cell.effect,
        truth=cell.truth,
        n=scenario.n,
        inputs=inputs_hash(scenario, seed, cell.replications),
        rule=rule_hash(scenario),
        **counted,  # type: ignore[arg-type]
    )


def write_calibration(rows: Sequence[CalibrationRow], table: Path, seed: int, redrawn: Collection[str] = ()) -> None:
    """Write table and settings, whole or not at all, in one fixed form of numbers.

    Parameters
    ----------
    redrawn : collection of str
        Scenarios that no longer are among those that were compared with older code.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _text(value) for name, value in asdict(row).items()})
    _replace(table, text.getvalue())
    told, compared = _compared(table)
    compared = [name for name in compared if name not in redrawn]
    _replace(table.with_suffix(".toml"), settings_text(rows, seed, told, compared))
    if table == paths.CALIBRATION:
        _replace(paths.OWN_ANSWERS, as_markdown(rows))


def settings_text(
    rows: Sequence[CalibrationRow], seed: int, told: Sequence[str] = (), compared: Sequence[str] = ()
) -> str:
    """The settings of the study as TOML.

    Parameters
    ----------
    rows, seed
        The table, and the seed of its draws.
    told : sequence of str
        Comments on how draws were compared with those of later code.
    compared : sequence of str
        Scenarios whose draws are older than the code and were compared with it.
    """
    less = drawn_less_often(rows)
    lines = [
        "# How data/calibration.csv was made: python -m analysis calibrate",
        f"seed = {seed}",
        f"scenarios = {len({row.scenario for row in rows})}",
        f"replications_in_all = {sum(row.replications for row in rows)}",
        f"fewest_replications = {min((row.replications for row in rows), default=0)}",
        "level = 0.95",
        f"readings_still_to_be_counted = {sum(row.fails is None for row in rows)}",
        f'register = "{load_register().hash}"',
        "# Second edition of the reading rule (29 November 2026): claimed_side is the same by both editions; the columns of",
        "# single readings were counted anew from the raw intervals of the same draws, same code and seed.",
        "",
        "# Draws that depend on code which has changed since; to be redrawn.",
        f"drawn_by_other_code = {_list(drawn_by_other_code(rows, seed=seed))}",
        "# Single readings (holds, direction only, overstated, fails) at the null still to be counted; claimed_side is there.",
        f"without_readings_at_the_null = {_list(without_readings_at_the_null(rows))}",
        *told,
        f"compared_with_older_code = {_list(sorted(compared))}",
        "",
        "# Scenarios drawn less often than they ask for, with the fewest draws at any effect.",
        "[drawn_less_often]",
        *(f"{name} = {number}" for name, number in less.items()),
        "",
        "[packages]",
        f'retention-folklore = "{version("retention-folklore")}"',
        *(f'{name} = "{version(name)}"' for name in PACKAGES),
    ]
    return "\n".join(lines) + "\n"


def _list(names: Sequence[str]) -> str:
    return "[\n" + "".join(f'    "{name}",\n' for name in names) + "]" if names else "[]"


def _compared(table: Path) -> tuple[list[str], list[str]]:
    """The list kept in the settings beside `table`, and before it the comments above it, which are written by hand."""
    settings = table.with_suffix(".toml")
    if not settings.exists():
        return [], []
    text = settings.read_text(encoding="utf-8")
    above = text.partition("\ncompared_with_older_code")[0].splitlines()
    first = next((place for place in range(len(above), 0, -1) if not above[place - 1].startswith("#")), 0)
    return above[first:], list(tomllib.loads(text).get("compared_with_older_code", []))


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
