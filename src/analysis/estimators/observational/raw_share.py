"""The share who responded, taken for an effect: the number of a naive analyst where everyone got the offer."""

from __future__ import annotations

from dataclasses import replace

from analysis.core.claim import Claim
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Design, Role
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame


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
