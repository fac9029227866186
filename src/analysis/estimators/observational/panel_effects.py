"""Effect within units of a panel, effects of units and periods taken out, with the exposure after the outcome as placebo."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role
from analysis.core.wording import number
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around
from analysis.frames import Frame

FEWEST_UNITS = 30
"""Units seen in two periods or more; with fewer the clustered error cannot be trusted."""
FEWEST_CLUSTERS = 20
LARGEST_PLACEBO = 0.5
"""A placebo that is there and half as large as the answer, or larger, takes the vote from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPlacebo:
    """What an exposure measured after the outcome shows, what came before held equal.

    Attributes
    ----------
    interval : Interval
        Coefficient of the later exposure, on the scale of the answer.
    n_units, n_rows : int
        Units and rows behind it.
    """

    interval: Interval
    n_units: int
    n_rows: int

    @property
    def there(self) -> bool:
        """True if its interval excludes 0."""
        return self.interval["low"] > 0 or self.interval["high"] < 0

    def as_large_as(self, answer: float) -> bool:
        """True if it is there and at least half as large as `answer`, whichever way it points."""
        return self.there and abs(self.interval["value"]) >= LARGEST_PLACEBO * abs(answer)


def estimate_panel_effect(
    frame: Frame, claim: Claim, *, quantity: str, unit_effects: bool = True
) -> tuple[Estimate, ...]:
    """Change of the outcome for each unit of the exposure, within the same firm, what all firms share in a period taken out.

    y_it = a_i + g_t + b x_it + u_it by least squares, errors clustered (Wooldridge 2010, Econometric Analysis of Cross
    Section and Panel Data, 2nd ed., sections 10.5 and 20.3), Student's t over clusters. The placebo adds the exposure of
    the period after, which the outcome cannot be due to (his test of strict exogeneity, section 10.7.1), with all earlier
    exposures held equal. Where it is there and at least half as large as the answer, something else moves both, and
    the answer is context.

    Parameters
    ----------
    frame : Frame
        ``panel``.
    claim : Claim
    quantity : str
        Registered quantity on a scale of differences, in units of the outcome for one unit of the exposure.
    unit_effects : bool
        False compares units with one another within periods: for outcomes that are changes already.

    Returns
    -------
    tuple of Estimate
        The answer (context where the placebo is as large), the exposure of the other time and the placebo (context),
        and the naive comparison between units.

    Raises
    ------
    FrameMistake
        If fewer than 30 units have two periods, fewer than 20 clusters are left, or the exposure does not vary.
    """
    table = _usable(frame, frame.table, unit_effects)
    found = _effect(table, ["exposure"], unit_effects)
    placebo = lead_placebo(frame, unit_effects=unit_effects)
    gated = placebo is not None and placebo.as_large_as(found["value"])
    effects = "effects of units and periods" if unit_effects else "effects of periods"
    method = f"least squares with {effects}, {len(table):,} rows, errors clustered ({_clusters(table)} groups)"
    without = "; shown without a vote: the same measured after the outcome, which it cannot have caused, is as large (placebo)"
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **found,
        n=table["unit_id"].nunique(),
        method=method + (without if gated else ""),
        role=Role.CONTEXT if gated else Role.ANSWER,
        assumptions=(
            "nothing that changes within a firm moves the exposure and then the outcome",
            "what happened to the outcome does not move the exposure later",
        ),
        smallest_group=_smallest_group(table),
    )
    return answer, *_beside(frame, claim, quantity, placebo, unit_effects), _naive(frame, claim, quantity, table)


def lead_placebo(frame: Frame, *, unit_effects: bool = True) -> LeadPlacebo | None:
    """Coefficient of the exposure measured after the outcome, earlier ones held equal; None if there is none to look at."""
    if "exposure_lead" not in frame.table:
        return None
    earlier = ["exposure"] + (["exposure_other"] if "exposure_other" in frame.table else [])
    complete = frame.table.dropna(subset=[*earlier, "exposure_lead"])
    try:
        table = _usable(frame, complete, unit_effects)
    except FrameMistake:
        return None
    found = _effect(table, ["exposure_lead", *earlier], unit_effects)
    return LeadPlacebo(interval=found, n_units=table["unit_id"].nunique(), n_rows=len(table))


def _usable(frame: Frame, table: pd.DataFrame, unit_effects: bool) -> pd.DataFrame:
    """Rows of units with two periods or more (all, where units are compared with one another), enough of them."""
    where = f"Frame '{frame.name}' from {frame.context.source}"
    if unit_effects:
        table = table[table.groupby("unit_id")["period"].transform("size") > 1]
    n = table["unit_id"].nunique()
    if n < FEWEST_UNITS:
        raise FrameMistake(
            f"{where}: at least {FEWEST_UNITS} units must have two periods with `outcome` and `exposure`; got {n}. "
            "Give more units or more periods."
        )
    if _clusters(table) < FEWEST_CLUSTERS:
        raise FrameMistake(
            f"{where}: column `cluster` must hold at least {FEWEST_CLUSTERS} groups; it holds {_clusters(table)}."
        )
    if table["exposure"].nunique() < 2:
        raise FrameMistake(f"{where}: column `exposure` must vary; it is {float(table['exposure'].iloc[0])!r} in all.")
    return table


def _clusters(table: pd.DataFrame) -> int:
    return int(table["cluster" if "cluster" in table else "unit_id"].nunique())


def _smallest_group(table: pd.DataFrame) -> int:
    """Units of the rarer value of an exposure that is there or not; all units where it has degrees."""
    values = table["exposure"].unique()
    if len(values) > 2:
        return int(table["unit_id"].nunique())
    return int(table.groupby("exposure")["unit_id"].nunique().min())


def _effect(table: pd.DataFrame, regressors: list[str], unit_effects: bool) -> Interval:
    """Coefficient of the first regressor, Student's t over clusters."""
    import pyfixest as pf

    by = "cluster" if "cluster" in table else "unit_id"
    effects = "unit_id + period" if unit_effects else "period"
    fit = pf.feols(f"outcome ~ {' + '.join(regressors)} | {effects}", data=table, vcov={"CRV1": by})
    first = regressors[0]
    return around(float(fit.coef()[first]), float(fit.se()[first]), _clusters(table) - 1)


def _beside(
    frame: Frame, claim: Claim, quantity: str, placebo: LeadPlacebo | None, unit_effects: bool
) -> list[Estimate]:
    found = []
    if "exposure_other" in frame.table:
        table = _usable(frame, frame.table.dropna(subset=["exposure_other"]), unit_effects)
        found.append(
            make_estimate(
                frame,
                claim,
                quantity,
                **_effect(table, ["exposure_other"], unit_effects),
                n=table["unit_id"].nunique(),
                method=f"the same with the exposure of the other time that does not come after, {len(table):,} rows",
                role=Role.CONTEXT,
            )
        )
    if placebo is not None:
        found.append(
            make_estimate(
                frame,
                claim,
                quantity,
                **placebo.interval,
                n=placebo.n_units,
                method="placebo: the exposure measured after the outcome, which it cannot have caused, earlier ones held equal, "
                f"{number(placebo.n_rows)} rows",
                role=Role.CONTEXT,
            )
        )
    return found


def _naive(frame: Frame, claim: Claim, quantity: str, table: pd.DataFrame) -> Estimate:
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_effect(table.assign(period=0), ["exposure"], unit_effects=False),
        n=table["unit_id"].nunique(),
        method="units compared with one another, all periods together (who is good is good at everything)",
        role=Role.NAIVE,
    )
    return replace(naive, design=Design.OBSERVATIONAL)
