"""Whether an instrument moves what it should move: a weak one leans towards the naive answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.randomised.instrument import WEAK_F, InstrumentFit, fit_instrument
from analysis.frames import Frame

NAME = "strength of the instrument"


def check_first_stage(frame: Frame, claim: Claim) -> CheckResult:
    """First-stage F of the randomised encouragement; passed from 10 on (Staiger & Stock 1997, Econometrica 65, 557-586).

    The intervals of the instrumental estimates hold at any strength (Anderson-Rubin); the point estimates do not.

    Parameters
    ----------
    frame : Frame
        ``peer_encouragement``, or ``experiment`` with `received`.
    claim : Claim
    """
    try:
        fit = _fit(frame)
    except FrameMistake as fault:
        return CheckResult(name=NAME, passed=False, sentence=f"There is no first stage: {fault}")
    if fit is None:
        return CheckResult(
            name=NAME, passed=None, sentence="Who received the treatment is not known for everyone: no first stage."
        )
    f = "above every bound" if math.isinf(fit.f) else number(fit.f)
    return CheckResult(
        name=NAME,
        passed=fit.f >= WEAK_F,
        sentence=f"The encouragement moves what it should move by {number(fit.first_stage)}, with a first-stage F of {f} "
        f"(weak below {number(WEAK_F)}).",
        table=({"first stage": fit.first_stage, "F": fit.f},),
    )


def _fit(frame: Frame) -> InstrumentFit | None:
    table = frame.table
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    if frame.name == "peer_encouragement":
        return fit_instrument(
            table["outcome"].to_numpy(float),
            table["peer_rate"].to_numpy(float),
            table["instrument"].to_numpy(float),
            controls=table[frame.covariates].to_numpy(float) if frame.covariates else None,
            clusters=clusters,
        )
    if "received" not in table or table["received"].isna().any():
        return None
    return fit_instrument(
        table["outcome"].to_numpy(float),
        table["received"].to_numpy(float),
        table["assigned"].to_numpy(float),
        controls=_strata(frame),
        clusters=clusters,
    )


def _strata(frame: Frame) -> np.ndarray | None:
    if "stratum" not in frame.table:
        return None
    found: np.ndarray = pd.get_dummies(frame.table["stratum"], drop_first=True, dtype=float).to_numpy()
    return found
