"""Why some units grow and others shrink over the same period: because of what they lose, or because of what they win."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import around
from analysis.frames import Frame

QUANTITY = "loss_minus_win_share_across"
FEWEST_UNITS = 30


def estimate_growth_across(frame: Frame, claim: Claim, *, role: str = "answer") -> tuple[Estimate, ...]:
    """Share of the variance of growth between units that comes from losses, less the share that comes from wins.

    With w and l the customers won and lost over the mean of customers at start and end, growth is g = w - l and

        share of losses less share of wins = [cov(-l, g) - cov(w, g)] / var(g),

    which is the slope of -(l + w) on g: least squares, robust to unequal spread (HC1), Student's t. Beside it the naive
    comparison of levels: the mean of l over w + l, less that of w, which says how many left and not what moved growth.

    Parameters
    ----------
    frame : Frame
        ``unit_accounts``: one period, many units.
    claim : Claim
        Registers ``loss_minus_win_share_across``.
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The answer and the naive one.

    Raises
    ------
    FrameMistake
        With fewer than 30 units, or where all grew alike.
    """
    import statsmodels.api as sm

    table = frame.table
    n = len(table)
    if n < FEWEST_UNITS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_UNITS} units are needed; got {n}."
        )
    won, lost = _rates(frame)
    growth = won - lost
    if np.ptp(growth) == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: all units grew alike; nothing to explain."
        )
    fit = sm.OLS(-(lost + won), sm.add_constant(growth)).fit(cov_type="HC1")
    levels = (lost - won) / np.where(lost + won > 0, lost + won, 1.0)
    error = float(levels.std(ddof=1)) / n**0.5
    smallest = int((table["n_start"] - table["n_lost"] + table["n_won"]).clip(lower=table["n_start"]).min())
    return (
        make_estimate(
            frame,
            claim,
            QUANTITY,
            **around(float(fit.params[1]), float(fit.bse[1]), n - 2),
            n=n,
            method=f"variance of growth between {n:,} units split into losses and wins (slope on growth, robust errors)",
            role=Role(role),
            assumptions=(
                "units lose and win independently of one another",
                "few customers were missed: chance in who is counted adds to losses and wins alike and pulls towards 0",
            ),
            events=int(min(table["n_won"].sum(), table["n_lost"].sum())),
            smallest_group=smallest,
        ),
        make_estimate(
            frame,
            claim,
            QUANTITY,
            **around(float(levels.mean()), error, n - 1),
            n=n,
            method="how many were lost against how many were won, mean over units (levels, not what moves growth)",
            role=Role.NAIVE,
        ),
    )


def _rates(frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Customers won and lost, over the mean of customers at start and end."""
    table = frame.table
    size = table["n_start"] + (table["n_won"] - table["n_lost"]) / 2
    if (size <= 0).any():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: every unit must have customers; unit "
            f"{table.loc[size <= 0, 'unit_id'].iloc[0]} has none."
        )
    return (table["n_won"] / size).to_numpy(float), (table["n_lost"] / size).to_numpy(float)
