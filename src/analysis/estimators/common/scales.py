"""The scale that an estimator can give, held against the scale that a quantity registers."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Scale


def require_scale(claim: Claim, quantity: str, scale: Scale) -> None:
    """Raise ParameterMistake unless `claim` registers `quantity` on `scale`: a number must not change its meaning.

    Raises
    ------
    ParameterMistake
        If the claim registers no such quantity, or on another scale.
    """
    registered = claim.quantity(quantity)
    if registered.scale is not scale:
        raise ParameterMistake(
            f"`quantity` must be on the scale '{scale}' for this estimator; got {quantity!r} on the scale "
            f"'{registered.scale}'."
        )
