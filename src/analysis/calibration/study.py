"""The whole study: scenarios times effects, cut into pieces that processes take in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from analysis.calibration.counting import count
from analysis.calibration.readings import Count
from analysis.calibration.scenario import Scenario
from analysis.calibration.scenarios import scenario_named
from analysis.calibration.trials import POINTS, Estimator, Trial, draw_seed, effect_at, run_trial, truth_of
from analysis.core.claim import Claim

PIECE = 50
"""Replications that a process does before it reports: small enough for the bar to move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One scenario at one effect.

    Attributes
    ----------
    scenario, point : str
        Name in the catalogue; "null", "smallest" or "size".
    effect, truth : float
        What the scenario is drawn at, and the true value of its quantity then.
    replications : int
    """

    scenario: str
    point: str
    effect: float
    truth: float
    replications: int


def cells_of(scenarios: Iterable[Scenario], replications: int | None = None) -> list[Cell]:
    """Return the cells of the study, scenarios in their order, effects from none upwards.

    Parameters
    ----------
    replications : int
        None: each scenario's own number.
    """
    return [
        Cell(
            scenario=scenario.name,
            point=point,
            effect=effect_at(scenario, point),
            truth=truth_of(scenario, effect_at(scenario, point)),
            replications=replications or scenario.replications,
        )
        for scenario in scenarios
        for point in POINTS
    ]


def run_piece(
    scenario: Scenario,
    cell: Cell,
    seed: int,
    numbers: Sequence[int],
    *,
    claim: Claim | None = None,
    estimator: Estimator | None = None,
) -> list[Trial]:
    """Run some of a cell's replications in this process."""
    return [
        run_trial(
            scenario, cell.effect, draw_seed(seed, cell.scenario, cell.point, number), claim=claim, estimator=estimator
        )
        for number in numbers
    ]


def count_cell(
    scenario: Scenario, cell: Cell, seed: int, *, claim: Claim | None = None, estimator: Estimator | None = None
) -> Count:
    """Run all replications of a cell in this process and count them."""
    return count(run_piece(scenario, cell, seed, range(cell.replications), claim=claim, estimator=estimator))


def _piece_by_name(cell: Cell, seed: int, numbers: range) -> list[Trial]:
    return run_piece(scenario_named(cell.scenario), cell, seed, numbers)


def run_cells(
    cells: Sequence[Cell],
    seed: int,
    jobs: int,
    *,
    advanced: Callable[[int], None] = lambda n: None,
    finished: Callable[[Cell, Count], None] = lambda cell, counted: None,
) -> dict[tuple[str, str], Count]:
    """Run cells of the catalogue in `jobs` processes.

    Parameters
    ----------
    cells : sequence of Cell
    seed : int
        From which every replication's seed is derived.
    jobs : int
        Processes, 1 or more.
    advanced : callable
        Called with the number of replications just done.
    finished : callable
        Called with a cell and its counts, in the order of `cells`.

    Returns
    -------
    dict
        (scenario, point) to counts; the same whatever `jobs` is.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    counted: dict[tuple[str, str], Count] = {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = [
            [
                pool.submit(_piece_by_name, cell, seed, range(first, min(first + PIECE, cell.replications)))
                for first in range(0, cell.replications, PIECE)
            ]
            for cell in cells
        ]
        for cell, pieces in zip(cells, waiting, strict=True):
            trials: list[Trial] = []
            for piece in pieces:
                done = piece.result()
                trials += done
                advanced(len(done))
            counted[cell.scenario, cell.point] = count(trials)
            finished(cell, counted[cell.scenario, cell.point])
    return counted
