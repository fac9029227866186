"""An experiment with nothing in it: the control arm split at random should seldom show an effect."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import CheckResult
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.core.wording import number
from analysis.estimators.randomised.two_arms import contrast
from analysis.frames import Frame

NAME = "control arm against itself"
SPLITS = 200
TOO_OFTEN = 0.01
"""The share of false alarms is called too high if the stated level would bring as many in less than one run of a hundred."""


def check_a_a(frame: Frame, claim: Claim, *, quantity: str, seed: int = 1, n_splits: int = SPLITS) -> CheckResult:
    """How often the same contrast finds an effect between two random halves of the control arm.

    Halves are drawn as the arms were: within strata, and by cluster where there are clusters. The interval should miss
    no effect in 5 of 100 splits; if it does so far more often, its errors are too small for these data and the answer's
    interval is too.

    Parameters
    ----------
    frame : Frame
        ``experiment``.
    claim : Claim
    quantity : str
        Registered quantity of the answer.
    seed : int
        Seed of the splits.
    n_splits : int
        Number of splits, 50 or more.
    """
    from scipy.stats import binomtest

    if isinstance(n_splits, bool) or not isinstance(n_splits, int) or n_splits < 50:
        raise ParameterMistake(f"`n_splits` must be a whole number, 50 or more; got {n_splits!r}.")
    chosen, alarms, done = claim.quantity(quantity), 0, 0
    for halves in _splits(frame.table[frame.table["assigned"] == 0], seed, n_splits):
        try:
            found = contrast(frame, halves, chosen)
        except FrameMistake:
            continue  # a half without anyone of a stratum, or without any outcome: no contrast
        null = float(chosen.null)
        alarms += not found.low <= null <= found.high
        done += 1
    if done < n_splits / 2:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence="The control arm is too small to be split: most halves had nothing in them.",
        )
    stated = 1 - INTERVAL_LEVEL
    p = float(binomtest(alarms, done, stated, alternative="greater").pvalue)
    return CheckResult(
        name=NAME,
        passed=p >= TOO_OFTEN,
        sentence=f"Of {number(done)} random splits of the control arm into halves, {number(alarms)} "
        f"({number(100 * alarms / done)} %) showed an effect where there is none; {number(100 * stated)} % should.",
        table=({"splits": done, "false alarms": alarms, "stated share": stated, "p": p},),
    )


def _splits(control: pd.DataFrame, seed: int, n_splits: int) -> Iterator[pd.DataFrame]:
    """The control arm with half of it called treated, over and over."""
    rng = np.random.default_rng(seed)
    unit = control["cluster"] if "cluster" in control else control["unit_id"]
    _, first, codes = np.unique(unit.to_numpy(), return_index=True, return_inverse=True)
    strata = control["stratum"].to_numpy()[first] if "stratum" in control else np.zeros(len(first))
    groups = np.unique(strata, return_inverse=True)[1]
    for _ in range(n_splits):
        order = np.lexsort((rng.random(len(first)), groups))
        half = np.empty(len(first), dtype=int)
        half[order] = np.arange(len(first)) % 2
        flip = int(rng.integers(2))  # which half gets the odd one
        yield control.assign(assigned=(half ^ flip)[codes])
