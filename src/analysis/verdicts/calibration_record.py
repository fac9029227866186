"""What the calibration study found, as the verdict rule uses it: an estimator that does not hold its level is not leaned on.

The table is stored in the repository (``data/calibration.csv``); `python -m analysis calibrate` makes it.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from analysis.core import paths
from analysis.core.results import Estimate
from analysis.core.wording import number

FEWEST_COVERED = 0.93
"""An estimator under-covers if the Monte Carlo interval of its coverage lies wholly below this."""

MOST_COVERED = 0.97
"""Beyond this an interval is wider than it need be: listed, and no reason for doubt."""

MOST_FALSELY_CLAIMED = 0.025
"""One half of five in a hundred: more assessments on the claimed side where nothing is there are too many."""

FEWEST_DRAWS = 200
"""With fewer draws nothing is concluded: of some hundred rows chance alone would put one below."""

CLEARLY = 3.09
"""Standard errors beyond which a share is taken to be too high: among some hundred rows chance alone gets there in one of
ten studies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationRow:
    """One scenario at one effect, counted. Shares are between 0 and 1; errors and widths lie on the rule of assessment's line.

    Attributes
    ----------
    scenario, point, claim, quantity, scale, frame, estimator : str
        What was drawn ("null", "smallest", "size") and what was asked of it.
    broken : str
        The assumption that this scenario breaks on purpose; "" for a well-specified scenario.
    effect, truth : float
        What the scenario was drawn at, and the true value then.
    n : int
        Customers or rows of a replication.
    replications, without_interval, refused, crashed : int
    coverage, coverage_low, coverage_high : float
        Share of intervals that held the truth, with its Monte Carlo interval; None if no replication gave an interval.
    bias, spread, width : float
        Mean error, standard deviation of errors, median width of the interval.
    claimed_side, claimed_side_low, claimed_side_high : float
        Share read as *holds*, *overstated* or *direction only*.
    holds_share, direction_only, overstated, fails : float
        Share of each assessment; None where it is still to be counted by today's rule.
    naive_replications : int
    naive_coverage, naive_coverage_low, naive_coverage_high, naive_bias : float
        The same of the naive number; None if there is none.
    inputs : str
        Hash of what the draws depend on.
    rule : str
        Hash of what the assessment columns (claimed_side to fails) depend on beside the draws.
    """

    scenario: str
    point: str
    claim: str
    quantity: str
    scale: str
    frame: str
    estimator: str
    broken: str
    effect: float
    truth: float
    n: int
    replications: int
    without_interval: int
    refused: int
    crashed: int
    coverage: float | None
    coverage_low: float | None
    coverage_high: float | None
    bias: float | None
    spread: float | None
    width: float | None
    claimed_side: float
    claimed_side_low: float
    claimed_side_high: float
    holds_share: float | None
    direction_only: float | None
    overstated: float | None
    fails: float | None
    naive_replications: int
    naive_coverage: float | None
    naive_coverage_low: float | None
    naive_coverage_high: float | None
    naive_bias: float | None
    inputs: str
    rule: str

    @property
    def under_covers(self) -> bool:
        """Whether coverage lies below 93 %, beyond Monte Carlo error."""
        return (
            self.replications >= FEWEST_DRAWS and self.coverage_high is not None and self.coverage_high < FEWEST_COVERED
        )

    @property
    def claims_too_often(self) -> bool:
        """Whether more than 2.5 % of assessments lie on the claimed side without an effect, clearly beyond Monte Carlo error.

        A score test against 2.5 %: an estimator that is exact lies above it in half of all studies.
        """
        error = (MOST_FALSELY_CLAIMED * (1 - MOST_FALSELY_CLAIMED) / self.replications) ** 0.5
        enough = self.replications >= FEWEST_DRAWS
        return enough and self.point == "null" and self.claimed_side > MOST_FALSELY_CLAIMED + CLEARLY * error

    @property
    def holds(self) -> bool:
        """Whether the level holds here, as far as the replications can tell."""
        return not self.under_covers and not self.claims_too_often


COLUMNS = tuple(field.name for field in fields(CalibrationRow))
_KINDS = {field.name: str(field.type) for field in fields(CalibrationRow)}


def read_calibration(path: Path = paths.CALIBRATION) -> tuple[CalibrationRow, ...]:
    """Return the stored table; empty if there is none."""
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            CalibrationRow(**{name: _value(text, _KINDS[name]) for name, text in record.items()})  # type: ignore[arg-type]
            for record in csv.DictReader(file)
        )


def _value(text: str, kind: str) -> str | int | float | None:
    if kind == "str":
        return text
    if text == "":
        return None
    return int(text) if kind == "int" else float(text)


@cache
def _stored() -> tuple[CalibrationRow, ...]:
    return read_calibration()


NEEDS_NO_SCENARIO = {
    "aggregate.queue_simulation:estimate_queue_simulation": "a queue replayed at recorded arrivals: "
    "of design model, it starts at very low",
    "observational.raw_share:estimate_raw_share": "gives no interval",
}
"""Estimators that may go without a simulated scenario, and why."""


def level_doubt(estimate: Estimate, rows: Sequence[CalibrationRow] | None = None) -> str | None:
    """Say why the interval of an Estimate cannot be leaned on; None if its estimator held its level.

    The scenarios of the same estimator and quantity are asked; where there are none, those of the same estimator and scale.
    A scenario that breaks an assumption on purpose is asked only where the source says that its data break it. An estimator
    that no scenario studies with `FEWEST_DRAWS` draws is no better than one that failed, `NEEDS_NO_SCENARIO` excepted.

    Parameters
    ----------
    estimate : Estimate
    rows : sequence of CalibrationRow
        None: the stored table.
    """
    if not estimate.estimator:
        return None
    mine = [row for row in (_stored() if rows is None else rows) if row.estimator == estimate.estimator]
    studied = any(row.replications >= FEWEST_DRAWS for row in mine)
    if not studied and estimate.estimator not in NEEDS_NO_SCENARIO:
        return f"{estimate.source}: how often its interval holds the truth was not studied"
    declared = [row for row in mine if row.broken and row.scenario == estimate.fault]
    sound = [row for row in mine if not row.broken]
    same = [row for row in sound if row.quantity == estimate.quantity and row.claim == estimate.claim]
    asked = (same or [row for row in sound if row.scale == str(estimate.scale)]) + declared
    off = sorted((row for row in asked if not row.holds), key=lambda row: row.coverage or 0.0)
    if not off:
        return None
    worst = off[0]
    if worst.under_covers and worst.coverage is not None:
        what = f"its 95 % interval held the truth in {number(100 * worst.coverage, 3)} % of {worst.replications} simulations"
    else:
        what = f"it found the effect in {number(100 * worst.claimed_side, 2)} % of {worst.replications} simulations without one"
    why = f", which breaks what these data are known to break: {worst.broken}" if worst.broken else ""
    return f"{estimate.source}: {what} (scenario '{worst.scenario.replace('_', ' ')}'{why})"
