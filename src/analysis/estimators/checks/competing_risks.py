"""Other ways to end than leaving: how far a survival curve that takes them for censoring overstates who leaves."""

from __future__ import annotations

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.survival.cause_specific_hazard import LEFT
from analysis.frames import Frame

NAME = "other causes than leaving"
WORST_POINTS = 1.0
"""If ignoring other causes moves the share who left by more than this many points, they cannot be ignored."""


def check_competing_risks(frame: Frame, claim: Claim, *, horizon_years: float = 10.0) -> CheckResult:
    """Share who left by a horizon: cumulative incidence beside one less Kaplan-Meier with other causes censored.

    Aalen & Johansen (1978), Scand. J. Statist. 5, 141-150, in the form cumulative incidence = sum of S(t-) d(t) / r(t),
    with late entry; spells of one customer that touch count as one history.

    Parameters
    ----------
    horizon_years : float
        Age of the spell at which both are read, above 0.

    Raises
    ------
    FrameMistake
        If the frame holds the quarters round the ends of terms only (x_in_contract): no spell is seen whole in it.
    """
    if "x_in_contract" in frame.covariates:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source} must hold whole spells to say who has left by an age; it "
            "holds the quarters round the ends of terms."
        )
    if not horizon_years > 0:
        raise ParameterMistake(f"`horizon_years` must be above 0; got {horizon_years!r}.")
    table = frame.table
    entry, exit_at = table["entry_years"].to_numpy(float), table["duration_years"].to_numpy(float)
    event = table["event"].to_numpy(int)
    if not (event > LEFT).any():
        return CheckResult(
            name=NAME,
            passed=None,
            sentence="Every spell ends by leaving or with the data: no other cause is recorded.",
        )
    times = np.unique(exit_at[(event > 0) & (exit_at <= horizon_years)])
    at_risk = np.searchsorted(np.sort(entry), times, side="left") - np.searchsorted(
        np.sort(exit_at), times, side="left"
    )
    left = _counts(exit_at[event == LEFT], times)
    ended = _counts(exit_at[event > 0], times)
    survival = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)[:-1]])
    incidence = float((survival * left / at_risk).sum())
    naive = 1 - float(np.prod(1 - left / at_risk))
    gap = 100 * (naive - incidence)
    return CheckResult(
        name=NAME,
        passed=gap <= WORST_POINTS,
        sentence=f"By {number(horizon_years)} years {number(100 * incidence)} % had left; a survival curve that takes other "
        f"causes for censoring would say {number(100 * naive)} %.",
        table=({"cumulative incidence": incidence, "one less Kaplan-Meier": naive, "gap, points": gap},),
    )


def _counts(ends: np.ndarray, times: np.ndarray) -> np.ndarray:
    """How many spells end at each of `times`."""
    order = np.sort(ends)
    found: np.ndarray = np.searchsorted(order, times, side="right") - np.searchsorted(order, times, side="left")
    return found
