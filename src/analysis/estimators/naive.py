"""The numbers that a naive analyst would print: used by sources that cannot answer, always with role `naive`."""

from __future__ import annotations

from dataclasses import replace

from analysis.claim import Claim
from analysis.errors import FrameMistake
from analysis.estimators._two_arms import contrast
from analysis.estimators.building import make_estimate
from analysis.frames import Frame
from analysis.results import Estimate
from analysis.vocabulary import INTERVAL_LEVEL, Design, Role


def estimate_raw_share(frame: Frame, claim: Claim, *, quantity: str) -> tuple[Estimate, ...]:
    """Share who responded, as if nobody would have done so unasked.

    Parameters
    ----------
    frame : Frame
        ``offers``: everyone in it got the offer.
    claim : Claim
    quantity : str
        Registered quantity in percentage points for which this share is mistaken.

    Returns
    -------
    tuple of Estimate
        One, naive, with Wilson's interval.
    """
    from statsmodels.stats.proportion import proportion_confint

    responded = frame.table["responded"]
    low, high = proportion_confint(int(responded.sum()), len(responded), alpha=1 - INTERVAL_LEVEL, method="wilson")
    naive = make_estimate(
        frame,
        claim,
        quantity,
        value=100 * float(responded.mean()),
        low=100 * float(low),
        high=100 * float(high),
        n=len(responded),
        method="share who responded, all of it credited to the offer (nobody was left without one)",
        role=Role.NAIVE,
    )
    return (replace(naive, design=Design.OBSERVATIONAL),)


def estimate_raw_gap(frame: Frame, claim: Claim, *, quantity: str) -> tuple[Estimate, ...]:
    """Exposed less unexposed, as if exposure had been drawn by lot.

    Parameters
    ----------
    frame : Frame
        ``exposure``.
    claim : Claim
    quantity : str
        Registered quantity for which this gap is mistaken; its scale says how the two groups are contrasted.

    Returns
    -------
    tuple of Estimate
        One, naive.

    Raises
    ------
    FrameMistake
        If one of the two groups has fewer than two units.
    """
    table = frame.table[["treated", "outcome"]].rename(columns={"treated": "assigned"})
    if table["assigned"].nunique() < 2:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `treated` must hold 0 and 1; "
            f"got {table['assigned'].iloc[0]} only."
        )
    found = contrast(frame, table, claim.quantity(quantity))
    naive = make_estimate(
        frame,
        claim,
        quantity,
        value=found.value,
        low=found.low,
        high=found.high,
        n=len(table),
        method=f"{frame.context.contrast or 'exposed less unexposed'}, as if it had been drawn by lot",
        role=Role.NAIVE,
    )
    return (replace(naive, design=Design.OBSERVATIONAL),)
