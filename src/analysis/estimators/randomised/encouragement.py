"""Peers: what their uptake does to one's own, by an instrument drawn at random, beside the plain peer coefficient."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.randomised.instrument import WEAK_F, fit_instrument
from analysis.frames import Frame

PEER_STEP = 0.10
"""The registered peer effect is for ten percentage points more uptake among peers."""
FEWEST_CLUSTERS = 20
"""Peers live in groups: with fewer groups than this no clustered error can be trusted."""


def estimate_peer_effect(frame: Frame, claim: Claim, *, quantity: str = "peer_effect") -> tuple[Estimate, ...]:
    """Change in own uptake, in percentage points, for ten points more uptake among peers.

    Two-stage least squares of own uptake on the peers' rate, instrumented by the randomised encouragement of the peers,
    covariates as controls, errors clustered by group; Anderson-Rubin interval. Beside it the plain regression (naive):
    peers are alike and see the same things (Manski 1993, Review of Economic Studies 60, 531-542).

    Parameters
    ----------
    frame : Frame
        ``peer_encouragement``.
    claim : Claim
    quantity : str
        Registered quantity in percentage points for ten points of peers' uptake.

    Returns
    -------
    tuple of Estimate
        The instrumented answer and the naive coefficient.

    Raises
    ------
    FrameMistake
        If fewer than 20 groups are there, or the instrument does not vary.
    """
    table = frame.table
    n_clusters = table["cluster"].nunique()
    if n_clusters < FEWEST_CLUSTERS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `cluster` must hold at least {FEWEST_CLUSTERS} "
            f"groups of peers; got {n_clusters}."
        )
    controls = table[frame.covariates].to_numpy() if frame.covariates else None
    return _instrumented(frame, claim, quantity, controls), _naive(frame, claim, quantity, controls)


def _instrumented(frame: Frame, claim: Claim, quantity: str, controls: np.ndarray | None) -> Estimate:
    table = frame.table
    fit = fit_instrument(
        table["outcome"].to_numpy(),
        table["peer_rate"].to_numpy(),
        table["instrument"].to_numpy(),
        controls=controls,
        clusters=table["cluster"].to_numpy(),
    )
    weak = f" (weak, below {number(WEAK_F)}: read the interval, not the point)" if fit.f < WEAK_F else ""
    endless = "" if fit.low is not None else "; the interval has no end: the encouragement hardly moves the peers"
    return make_estimate(
        frame,
        claim,
        quantity,
        value=_points(fit.value),
        low=None if fit.low is None else _points(fit.low),
        high=None if fit.high is None else _points(fit.high),
        n=len(table),
        events=int(min(table["outcome"].sum(), (1 - table["outcome"]).sum())),
        method="peers' uptake instrumented by their randomised encouragement: two-stage least squares, "
        f"{table['cluster'].nunique()} groups, Anderson-Rubin interval; first stage {number(fit.first_stage)}, "
        f"F = {number(fit.f)}{weak}{endless}",
        assumptions=(
            "the encouragement of the peers reaches a person only through the peers' uptake (exclusion)",
            "it made no peer take up less (monotonicity)",
        ),
    )


def _naive(frame: Frame, claim: Claim, quantity: str, controls: np.ndarray | None) -> Estimate:
    table = frame.table
    rate = table["peer_rate"].to_numpy()
    # Least squares is the case in which the peers' rate stands as its own instrument.
    fit = fit_instrument(
        table["outcome"].to_numpy(), rate, rate, controls=controls, clusters=table["cluster"].to_numpy()
    )
    assert fit.low is not None and fit.high is not None  # a regressor always moves itself
    naive = make_estimate(
        frame,
        claim,
        quantity,
        value=_points(fit.value),
        low=_points(fit.low),
        high=_points(fit.high),
        n=len(table),
        method="plain regression on the peers' uptake, clustered (friends are alike and see the same advertising)",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)


def _points(coefficient: float) -> float:
    """Percentage points of own uptake for one step of the peers' rate."""
    return 100 * PEER_STEP * float(coefficient)
