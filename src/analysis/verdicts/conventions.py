"""Equally defensible ways to compute one quantity: the answer is the envelope of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.core.claim import Claim
from analysis.core.results import Estimate


def with_envelopes(claim: Claim, estimates: Sequence[Estimate]) -> list[Estimate]:
    """Return `estimates` with those of a quantity with registered conventions widened to the envelope of all of them.

    Conventions are matched by source and frame. Only answers with an interval are widened, and only by answers with
    one; the value stays that of the quantity itself. What a convention gives by itself stays in the list.
    """
    found = []
    for estimate in estimates:
        names = claim.quantity(estimate.quantity).conventions if estimate.quantity else ()
        if not names or not estimate.quantified:
            found.append(estimate)
            continue
        same = [
            other
            for other in estimates
            if other.quantity in names
            and other.quantified
            and (other.source, other.frame, other.role) == (estimate.source, estimate.frame, estimate.role)
        ]
        found.append(_envelope(claim, estimate, same))
    return found


def _envelope(claim: Claim, estimate: Estimate, others: Sequence[Estimate]) -> Estimate:
    if not others:
        return estimate
    all_of_them = [estimate, *others]
    low = min(float(e.low) for e in all_of_them if e.low is not None)
    high = max(float(e.high) for e in all_of_them if e.high is not None)
    told = "; ".join(
        f"{claim.quantity(e.quantity).meaning}: {e.value:.3g} ({e.low:.3g} to {e.high:.3g})" for e in all_of_them
    )
    return replace(
        estimate,
        low=low,
        high=high,
        method=f"{estimate.method}; the interval spans {len(all_of_them)} equally defensible conventions ({told})",
    )
