"""Randomised experiments: the effect of assignment, the effect on those it reached, and for whom it is larger.

Public experiments and a company's campaigns pass through the same functions: they know the frame ``experiment`` only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import INTERVAL_LEVEL, Design, Role, Scale
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.counts import fewest
from analysis.estimators.randomised.instrument import WEAK_F, fit_instrument
from analysis.estimators.randomised.subgroups import GROUPS, split
from analysis.estimators.randomised.two_arms import contrast
from analysis.frames import Frame


def estimate_intention_to_treat(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str,
    role: str = Role.ANSWER,
    by: str | None = None,
    groups: int = GROUPS,
    moderator_name: str = "moderator",
) -> tuple[Estimate, ...]:
    """Effect of being assigned to the treatment: treated less control, whatever arrived (intention to treat).

    Parameters
    ----------
    frame : Frame
        ``experiment``. Strata are weighted by their share of all units; clusters widen the interval.
    claim : Claim
    quantity : str
        Registered quantity that the frame's outcome measures; its scale says how the arms are contrasted.
    role : str
        "answer", or "naive" or "context" for a contrast that the claim's trap warns of.
    by : str
        "moderator", "stratum" or "arm": adds the same contrast in groups of the moderator, in each stratum, or for each
        treated arm against all controls, with role `context`. Intervals hold jointly (Bonferroni), p values are Holm's.
        None for none.
    groups : int
        Into how many groups of about equal size the moderator is cut, 2 or more; equal values stay together.
    moderator_name : str
        What the moderator is, for readers.

    Returns
    -------
    tuple of Estimate
        The effect; behind it, with `by`, one an arm or group.

    Raises
    ------
    FrameMistake
        If an arm is missing, or the outcome does not fit the quantity's scale.
    ParameterMistake
        If the claim registers no such quantity, or an option is none of those above.
    """
    registered = claim.quantity(quantity)
    found = contrast(frame, frame.table, registered)
    whole = make_estimate(
        frame,
        claim,
        quantity,
        value=found.value,
        low=found.low,
        high=found.high,
        n=len(frame.table),
        method=f"{_contrast_words(frame)}: {_method_words(frame, registered.scale)}",
        role=Role(role),
        assumptions=("units were assigned at random and do not affect one another",),
    )
    if by is None:
        return (whole,)
    parts = split(frame, by, groups=groups, moderator_name=moderator_name)
    return (whole, *_subgroup_estimates(frame, claim, quantity, parts))


def _subgroup_estimates(
    frame: Frame, claim: Claim, quantity: str, parts: list[tuple[str, pd.DataFrame]]
) -> Iterator[Estimate]:
    from statsmodels.stats.multitest import multipletests

    level = 1 - (1 - INTERVAL_LEVEL) / len(parts)
    found = [contrast(frame, table, claim.quantity(quantity), level) for _, table in parts]
    adjusted = multipletests([c.p for c in found], method="holm")[1]
    for (name, table), part, p in zip(parts, found, adjusted, strict=True):
        events, smallest_group = fewest(frame, table)
        yield make_estimate(
            frame,
            claim,
            quantity,
            value=part.value,
            low=part.low,
            high=part.high,
            n=len(table),
            level=level,
            method=f"{name}: {_contrast_words(frame)} (one of {len(parts)} looks; Holm-adjusted p {_p(float(p))})",
            role=Role.CONTEXT,
            events=events,
            smallest_group=smallest_group,
        )


def estimate_complier_effect(
    frame: Frame, claim: Claim, *, quantity: str, quantity_reached: str, role: str = Role.ANSWER
) -> tuple[Estimate, ...]:
    """Effect of assignment, effect on those whom assignment made receive it, and the naive gap by receipt.

    The second is the complier effect: the instrumental-variable ratio of the effect on the outcome to the effect on
    receipt (Imbens & Angrist 1994, Econometrica 62, 467-475), with the Anderson-Rubin interval.

    Parameters
    ----------
    frame : Frame
        ``experiment`` with `received` known for every unit.
    claim : Claim
    quantity, quantity_reached : str
        Registered quantities for the two, both in percentage points or both as a difference.
    role : str
        Role of the first two ("answer" or "context"); the third is always naive.

    Returns
    -------
    tuple of Estimate
        Effect of assignment, complier effect, naive gap between those reached and not, in this order.

    Raises
    ------
    FrameMistake
        If receipt is not known for every unit, or assignment does not move it.
    """
    table = frame.table
    if "received" not in table or table["received"].isna().any():
        missing = int(table["received"].isna().sum()) if "received" in table else len(table)
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `received` must be known for every unit to tell "
            f"the effect on those reached; {missing} of {len(table)} are missing. Ask for the effect of assignment."
        )
    (assigned,) = estimate_intention_to_treat(frame, claim, quantity=quantity, role=role)
    reached = _complier_effect(frame, claim, quantity_reached, Role(role))
    return assigned, reached, _gap_by_receipt(frame, claim, quantity_reached)


def _complier_effect(frame: Frame, claim: Claim, quantity: str, role: Role) -> Estimate:
    table = frame.table
    factor = 100.0 if claim.quantity(quantity).scale is Scale.PERCENTAGE_POINTS else 1.0
    fit = fit_instrument(
        table["outcome"].to_numpy(),
        table["received"].to_numpy(),
        table["assigned"].to_numpy(),
        controls=_stratum_dummies(table),
        clusters=table["cluster"].to_numpy() if "cluster" in table else None,
    )
    weak = f" (weak, below {number(WEAK_F)})" if fit.f < WEAK_F else ""
    endless = "" if fit.low is not None else "; the interval has no end: assignment hardly moves receipt"
    return make_estimate(
        frame,
        claim,
        quantity,
        value=factor * fit.value,
        low=None if fit.low is None else factor * fit.low,
        high=None if fit.high is None else factor * fit.high,
        n=len(table),
        method=f"{_contrast_words(frame)}, on those whom assignment made receive it: two-stage least squares, "
        f"Anderson-Rubin interval; assignment moves receipt by {number(100 * fit.first_stage)} points, "
        f"first-stage F = {number(fit.f)}{weak}{endless}",
        role=role,
        assumptions=(
            "assignment works only through receipt (exclusion)",
            "nobody received it because of being assigned to go without (monotonicity)",
        ),
    )


def _gap_by_receipt(frame: Frame, claim: Claim, quantity: str) -> Estimate:
    """Those reached less those not reached, as if receipt had been drawn at random."""
    as_treated = frame.table.assign(assigned=frame.table["received"].astype(int))
    found = contrast(frame, as_treated, claim.quantity(quantity))
    naive = make_estimate(
        frame,
        claim,
        quantity,
        value=found.value,
        low=found.low,
        high=found.high,
        n=len(as_treated),
        method="those reached less those not reached (who gets it is chosen, not drawn)",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)


def _p(p: float) -> str:
    return "below 0.0001" if p < 0.0001 else f"= {number(p, 2)}"


def _contrast_words(frame: Frame) -> str:
    return frame.context.contrast or "treated less control"


def _method_words(frame: Frame, scale: Scale) -> str:
    if scale in (Scale.PERCENT, Scale.RATIO):
        words = "ratio of means, delta method"
    elif scale is Scale.PERCENTAGE_POINTS and not {"stratum", "cluster"} & set(frame.table):
        words = "difference in shares, Newcombe interval"
    else:
        words = "difference in means, robust interval"
    words += ", averaged over strata" if "stratum" in frame.table else ""
    return words + (", clustered" if "cluster" in frame.table else "")


def _stratum_dummies(table: pd.DataFrame) -> np.ndarray | None:
    return pd.get_dummies(table["stratum"], drop_first=True, dtype=float).to_numpy() if "stratum" in table else None
