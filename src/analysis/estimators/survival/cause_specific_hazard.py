"""Spells of being a customer: cause-specific hazard ratios with late entry, and the crude ratio of rates beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, exponentiated
from analysis.estimators.survival.cox import cox_regression
from analysis.frames import Frame
from analysis.frames.base import LOG_AGE

LEFT = 1
"""Event code of leaving of one's own will; other causes (2 and more) end the spell without being it."""

FEWEST_LEFT = 30

PIECES = 6
"""Parts of equal numbers of leavers into which spells are cut where the hazard ratio may change along them."""


def estimate_cause_specific_hazard(
    frame: Frame,
    claim: Claim,
    *,
    quantity: str,
    term: str = "x_exposed",
    adjusted: bool = True,
    at_start: bool = False,
    role: str = "answer",
) -> tuple[Estimate, ...]:
    """Hazard ratio of leaving of one's own will for one unit of a covariate, other causes treated as censored.

    Cox regression on the frame's clock (the age of the spell, or the calendar with the logarithm of the age among the
    covariates) with late entry, a baseline hazard of its own for each stratum, and errors
    clustered by customer where one has several spells (Prentice et al. 1978, Biometrics 34, 541-554: a cause-specific
    hazard is estimated by censoring the other causes). Beside it the crude ratio of rates of leaving (naive).

    Parameters
    ----------
    frame : Frame
        ``spells``.
    claim : Claim
    quantity : str
        Registered quantity on the scale "hazard ratio".
    term : str
        Covariate whose hazard ratio is wanted; all others are held equal.
    adjusted : bool
        False: only the crude ratio, for a source that cannot answer.
    at_start : bool
        True: the ratio at the start of the spells, where both groups are as they came. Later on who is quick to leave has
        left, sooner from the group with the higher hazard, so that those who remain draw alike and the ratio over the whole
        follow-up lies nearer to 1 than it is for any customer (Vaupel, Manton & Stallard 1979, Demography 16, 439-454).
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The adjusted hazard ratio, if asked for, and the crude one.

    Raises
    ------
    FrameMistake
        If fewer than 30 left, or the covariate is missing or does not vary.
    ParameterMistake
        If the quantity is not a hazard ratio.
    """
    if claim.quantity(quantity).scale is not Scale.HAZARD_RATIO:
        raise ParameterMistake(f"`quantity` must be on the scale 'hazard ratio' for spells; got {quantity!r}.")
    _require_usable(frame, term)
    n = frame.table["cluster"].nunique() if "cluster" in frame.table else len(frame.table)
    words = frame.context.contrast or f"per unit of {term.removeprefix('x_')}"
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **crude_rate_ratio(frame, term),
        n=n,
        method=f"ratio of rates of leaving, {words}, nothing held equal",
        role=Role.NAIVE,
    )
    if not adjusted:
        return (naive,)
    others = len(frame.covariates) - 1
    clock, then = ("the age of the spell", "at the same age")
    if LOG_AGE in frame.covariates:
        clock, then = ("the calendar, and fall or rise with the logarithm of the age of the spell", "on the same day")
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **_cox(frame, term, at_start=at_start),
        n=n,
        method=f"cause-specific Cox regression with late entry, {words}, {others} covariates held equal"
        + (", at the start of the spells (it may change in line with the cumulative hazard)" if at_start else ""),
        role=Role(role),
        assumptions=(
            f"who entered late was like those already observed {then}",
            "at equal covariates nothing else that makes customers leave differs",
            "the logarithm of the ratio changes in line with the cumulative hazard"
            if at_start
            else f"hazards are proportional over {clock}",
        ),
    )
    return (answer, naive)


def _require_usable(frame: Frame, term: str) -> None:
    where = f"Frame '{frame.name}' from {frame.context.source}"
    if term not in frame.covariates:
        raise FrameMistake(
            f"{where}: covariate `{term}` must be there; it has {', '.join(frame.covariates) or 'none'}."
        )
    if frame.table[term].nunique() < 2:
        raise FrameMistake(f"{where}: covariate `{term}` must vary; it is {frame.table[term].iloc[0]!r} everywhere.")
    n_left = int((frame.table["event"] == LEFT).sum())
    if n_left < FEWEST_LEFT:
        raise FrameMistake(
            f"{where}: at least {FEWEST_LEFT} spells must have ended by leaving (event 1); got {n_left}. "
            "Give a longer history."
        )


def _cox(frame: Frame, term: str, *, at_start: bool = False) -> Interval:
    table = _cox_table(frame)
    if at_start:
        table = _cut(table, term)
    given = [c for c in table if c not in ("entry_years", "duration_years", "left", "stratum", "cluster")]
    entry, stop, left = (table[c].to_numpy(float) for c in ("entry_years", "duration_years", "left"))
    found, errors = cox_regression(
        entry,
        stop,
        left,
        table[given].to_numpy(float),
        stratum=table["stratum"].to_numpy() if "stratum" in table else None,
        cluster=table["cluster"].to_numpy() if "cluster" in table else None,
    )
    place = given.index(term)
    return exponentiated(around(float(found[place]), float(errors[place])))


def _cox_table(frame: Frame) -> pd.DataFrame:
    """What the regression needs: times, event, covariates that vary, stratum, cluster; no zero-length spells."""
    table = frame.table
    covariates = [c for c in frame.covariates if table[c].nunique() > 1]
    retained = ["entry_years", "duration_years", *covariates, *(c for c in ("stratum", "cluster") if c in table)]
    usable = table[table["duration_years"] > table["entry_years"]]
    return usable[retained].assign(left=(usable["event"] == LEFT).astype(int))


def _cut(table: pd.DataFrame, term: str) -> pd.DataFrame:
    """Spells cut into pieces, with the covariate times the cumulative hazard in the middle of each piece.

    With gamma-distributed readiness to leave of variance v, the ratio of those who remain is r (1 + v H) / (1 + v r H) at
    the cumulative hazard H, so that its logarithm falls off in line with H at first: v (1 - r) H. H is Nelson and Aalen's
    sum of leavers over those at risk.
    """
    times = table.loc[table["left"] == 1, "duration_years"].to_numpy(float)
    edges = np.unique(np.quantile(times, np.arange(1, PIECES) / PIECES))
    entry, stop = table["entry_years"].to_numpy(float), table["duration_years"].to_numpy(float)
    when, n_left = np.unique(times, return_counts=True)
    at_risk = np.searchsorted(np.sort(entry), when) - np.searchsorted(np.sort(stop), when)
    hazard = np.concatenate([[0.0], np.cumsum(n_left / np.maximum(at_risk, 1))])
    cluster = table["cluster"] if "cluster" in table else pd.Series(np.arange(len(table)), index=table.index)
    parts = []
    for low, high in zip([0.0, *edges], [*edges, np.inf], strict=True):
        inside = (entry < high) & (stop > low)
        part = table[inside].assign(cluster=cluster[inside])
        part["left"] = part["left"].where(part["duration_years"] <= high, 0)
        part["entry_years"] = part["entry_years"].clip(lower=low)
        part["duration_years"] = part["duration_years"].clip(upper=high)
        middle = np.median(times[(times > low) & (times <= high)]) if ((times > low) & (times <= high)).any() else low
        part["term_by_hazard"] = part[term] * hazard[np.searchsorted(when, middle, side="right")]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def crude_rate_ratio(frame: Frame, term: str) -> Interval:
    """Ratio of rates (leavers over years at risk) for one unit of `term`: exponential regression on it alone."""
    import statsmodels.api as sm

    table = frame.table[frame.table["duration_years"] > frame.table["entry_years"]]
    groups = table["cluster"].to_numpy() if "cluster" in table else np.arange(len(table))
    model = sm.GLM(
        (table["event"] == LEFT).to_numpy(float),
        sm.add_constant(table[term].to_numpy(float)),
        family=sm.families.Poisson(),
        exposure=(table["duration_years"] - table["entry_years"]).to_numpy(float),
    )
    fit = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    return exponentiated(around(float(fit.params[1]), float(fit.bse[1])))
