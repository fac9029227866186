"""The quantities that members round a tier's threshold give: one door, the registered quantity chooses the estimator."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.errors import require_one_of
from analysis.core.results import Estimate
from analysis.estimators.quasi_experimental.bunching import estimate_bunching
from analysis.estimators.quasi_experimental.regression_discontinuity import (
    estimate_discontinuity,
    estimate_discontinuity_difference,
)
from analysis.frames import Frame

QUANTITIES = ("spend_jump_at_threshold", "excess_above_threshold", "jump_difference")


def estimate_tier_cutoff(
    frame: Frame, claim: Claim, *, quantity: str = "spend_jump_at_threshold", seed: int = 1
) -> tuple[Estimate, ...]:
    """Jump of the later outcome at the threshold, members heaped above it, or the jumps of rich against poor tiers.

    Parameters
    ----------
    frame : Frame
        ``tier_cutoff``.
    claim : Claim
    quantity : str
        "spend_jump_at_threshold", "excess_above_threshold" or "jump_difference".
    seed : int
        Seed of the bootstrap behind the excess.

    Returns
    -------
    tuple of Estimate
        As of `estimate_discontinuity`, `estimate_bunching` or `estimate_discontinuity_difference`.
    """
    require_one_of("quantity", quantity, QUANTITIES)
    if quantity == "excess_above_threshold":
        return estimate_bunching(frame, claim, quantity=quantity, seed=seed)
    if quantity == "jump_difference":
        return estimate_discontinuity_difference(frame, claim, quantity=quantity)
    return estimate_discontinuity(frame, claim, quantity=quantity)
