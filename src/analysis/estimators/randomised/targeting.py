"""Whether those at highest risk are the ones whom a randomised measure moves most."""

from __future__ import annotations

import math

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.randomised.subgroups import moderator_groups, with_moderator
from analysis.estimators.randomised.two_arms import arm_means, require_two_arms
from analysis.frames import Frame

RISKIEST = 0.10
"""Share of units that counts as the riskiest."""
RANK_GROUPS = 10
"""Groups over which risk and effect are ranked."""
FEWEST_RANK_GROUPS = 5
"""Fewer groups than this cannot show an order."""


def estimate_targeting(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str = "effect_gap",
    quantity_rank: str = "rank_agreement",
    outcome_is_loss: bool = False,
) -> tuple[Estimate, ...]:
    """Effect in the riskiest tenth less effect over all, and rank agreement of risk and effect over ten groups.

    Parameters
    ----------
    frame : Frame
        ``experiment`` with a 0/1 outcome and a moderator that grows with the risk of leaving.
    claim : Claim
    quantity, quantity_rank : str
        Registered quantities of the gap (percentage points) and of the agreement (correlation).
    outcome_is_loss : bool
        True if outcome 1 means the customer left: effects are then counted as customers retained.

    Returns
    -------
    tuple of Estimate
        The gap, the agreement, and the naive number: how the untreated outcome differs between the riskiest and all,
        which many take for room to move.

    Raises
    ------
    FrameMistake
        If the moderator is missing, has fewer than five distinct values, an arm is missing among the riskiest, or units
        are clustered.
    """
    table = with_moderator(frame)
    if outcome_is_loss:
        table = table.assign(outcome=1 - table["outcome"])
    if "cluster" in table:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `cluster` cannot be heeded here, since a cluster may "
            "lie on both sides of the cut. Analyse one row a cluster instead."
        )
    n_values = table["moderator"].nunique()
    if n_values < FEWEST_RANK_GROUPS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `moderator` must hold at least "
            f"{FEWEST_RANK_GROUPS} distinct values to rank risk; got {n_values}."
        )
    riskiest = _riskiest(table["moderator"])
    return (
        _gap(frame, claim, quantity, table, riskiest),
        _agreement(frame, claim, quantity_rank, table),
        _untreated_gap(frame, claim, quantity, table, riskiest),
    )


def _riskiest(moderator: pd.Series) -> pd.Series:
    """The highest values whose share comes nearest to a tenth; equal values stay together."""
    shares = moderator.value_counts(normalize=True).sort_index(ascending=False).cumsum()
    return moderator >= (shares - RISKIEST).abs().idxmin()


def _effect(frame: Frame, table: pd.DataFrame) -> tuple[float, float]:
    """Difference in means and its variance."""
    require_two_arms(frame, table)
    means = arm_means(table)
    c = means.covariance
    return means.treated - means.control, float(c[0, 0] + c[1, 1] - 2 * c[0, 1])


def _gap(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame, riskiest: pd.Series) -> Estimate:
    # Over all = w · riskiest + (1 - w) · rest, so the gap is (1 - w)(riskiest - rest): two independent halves.
    share = float(riskiest.mean())
    top, var_top = _effect(frame, table[riskiest])
    rest, var_rest = _effect(frame, table[~riskiest])
    value = 100 * (1 - share) * (top - rest)
    half = 100 * (1 - share) * _z() * math.sqrt(var_top + var_rest)
    return make_estimate(
        frame,
        claim,
        quantity,
        value=value,
        low=value - half,
        high=value + half,
        n=len(table),
        method=f"{_words(frame)}: effect in the riskiest {100 * share:.0f} % less effect over all, robust interval",
        assumptions=("the moderator ranks customers by their risk of leaving",),
    )


def _agreement(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame) -> Estimate:
    from scipy.stats import spearmanr

    codes = moderator_groups(table["moderator"], RANK_GROUPS)
    parts = [table[codes == code] for code in sorted(codes.unique())]
    risks = [part["moderator"].mean() for part in parts]
    effects = [round(_effect(frame, part)[0], 12) for part in parts]  # equal effects are a tie, whatever the last digit
    value = float(spearmanr(risks, effects).statistic) if len(set(effects)) > 1 else 0.0
    low, high = rank_correlation_interval(value, len(parts))
    return make_estimate(
        frame,
        claim,
        quantity,
        value=value,
        low=low,
        high=high,
        n=len(table),
        method=f"{_words(frame)}: rank correlation of risk and effect over {len(parts)} groups of customers",
        assumptions=("noise in the groups' effects pulls the correlation towards 0",),
    )


def rank_correlation_interval(value: float, k: int, level: float = INTERVAL_LEVEL) -> tuple[float, float]:
    """Interval of Spearman's correlation over k pairs on Fisher's z, error sqrt((1 + r²/2) / (k - 3)).

    Bonett & Wright (2000), Psychometrika 65, 23-28. A perfect order is taken one swap of neighbours less perfect, since
    Fisher's z has no value there.

    Examples
    --------
    >>> low, high = rank_correlation_interval(0.0, 10)
    >>> round(low, 3) == -round(high, 3), round(high, 3)
    (True, 0.63)
    >>> rank_correlation_interval(1.0, 10)[1]
    1.0
    """
    next_best = 1 - 12 / (k * (k**2 - 1))
    inner = max(-next_best, min(next_best, value))
    half = _z(level) * math.sqrt((1 + inner**2 / 2) / (k - 3))
    low, high = (math.tanh(math.atanh(inner) + side * half) for side in (-1, 1))
    return (-1.0 if value <= -next_best else low), (1.0 if value >= next_best else high)


def _untreated_gap(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame, riskiest: pd.Series) -> Estimate:
    """Outcome without treatment: over all less among the riskiest, the room to move that risk scores show."""
    control = table["assigned"] == 0
    share = float(riskiest[control].mean())
    rest, top = table.loc[control & ~riskiest, "outcome"], table.loc[control & riskiest, "outcome"]
    value = 100 * (1 - share) * float(rest.mean() - top.mean())
    half = 100 * (1 - share) * _z() * math.sqrt(float(rest.var() / len(rest) + top.var() / len(top)))
    return make_estimate(
        frame,
        claim,
        quantity,
        value=value,
        low=value - half,
        high=value + half,
        n=int(control.sum()),
        method="how much less the riskiest do if left alone: taken for what the measure could win, it measures risk only",
        role=Role.NAIVE,
    )


def _words(frame: Frame) -> str:
    return frame.context.contrast or "treated less control"


def _z(level: float = INTERVAL_LEVEL) -> float:
    from scipy.stats import norm

    return float(norm.ppf(0.5 + level / 2))
