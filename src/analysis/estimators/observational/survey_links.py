"""What people said against what they did later: correlations that heed clusters, and teams compared with teams."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.core.claim import Claim, Quantity
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Design, Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, scaled
from analysis.estimators.prediction.discrimination import FEWEST_OUTCOMES, estimate_discrimination
from analysis.estimators.prediction.roc import areas_under_curve
from analysis.frames import Frame

FEWEST_TEAMS = 5
"""Teams on a side; with fewer, how teams differ is not known."""


def estimate_survey_link(frame: Frame, claim: Claim, *, quantity: str, role: str = "answer") -> tuple[Estimate, ...]:
    """Link of a survey score with behaviour after it.

    Correlations (of moments, or of ranks where the quantity's name says so) with errors that heed clusters: by the
    influence function of the correlation, or for ranks by that of the area under the curve, of which a rank correlation
    with a yes or no is a multiple; interval on Fisher's z. All other measures are those of `scores.estimate_discrimination`.

    Parameters
    ----------
    frame : Frame
        ``scores``: score asked before, outcome 0 or 1 after. A cluster (customer, team) holds answers that are not
        independent.
    claim : Claim
    quantity : str
        Registered quantity; its scale chooses the measure.
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate

    Raises
    ------
    FrameMistake
        If fewer than 30 units have the outcome, or fewer than 30 have not, or all gave the same score.
    """
    chosen = claim.quantity(quantity)
    if chosen.scale is not Scale.CORRELATION:
        return estimate_discrimination(frame, claim, quantity=quantity, role=role)
    table = frame.table
    _require_spread(frame)
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    rank = "rank" in quantity
    value, error = (_rank_correlation if rank else _moment_correlation)(
        table["score"].to_numpy(float), table["outcome"].to_numpy(float), clusters
    )
    words = ("rank" if rank else "moment") + " correlation of the score with what came later, interval on Fisher's z"
    return (
        make_estimate(
            frame,
            claim,
            quantity,
            **_on_fishers_z(value, error),
            n=len(table) if clusters is None else table["cluster"].nunique(),
            method=words + (", clustered" if clusters is not None else ""),
            role=Role(role),
            assumptions=("those who answered stand for those who did not",),
        ),
    )


def estimate_team_gap(frame: Frame, claim: Claim, *, quantity: str, role: str = "answer") -> tuple[Estimate, ...]:
    """Gap in an outcome between the customers of two kinds of teams, teams being the units.

    Two steps (Donald & Lang 2007, Review of Economics and Statistics 89, 221-233): the mean of each team at equal
    covariates of its customers, then Welch's interval over teams.

    Parameters
    ----------
    frame : Frame
        ``exposure``: `treated` 1 for customers of teams rated high (by other customers, before), `cluster` the team;
        without a cluster every row is a team of its own. Outcome 0 or 1, or a share, or a change of one.
    claim : Claim
    quantity : str
        Registered quantity in percentage points (of an outcome in shares) or a difference.
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The gap over teams, and the naive one over customers as if each had been drawn by himself.

    Raises
    ------
    FrameMistake
        If fewer than 5 teams are on a side, or a team is on both.
    ParameterMistake
        If the quantity is on another scale.
    """
    registered = claim.quantity(quantity)
    _require_difference(registered)
    factor = 100.0 if registered.scale is Scale.PERCENTAGE_POINTS else 1.0
    teams, covariance = _team_means(frame)
    sides = [teams.loc[teams["treated"] == side, "mean"] for side in (0, 1)]
    apart = teams.groupby("treated")[frame.covariates].mean().diff().iloc[-1].to_numpy(float)
    slopes = float(apart @ covariance @ apart)
    contrast = frame.context.contrast or "teams rated high less teams rated low"
    answer = make_estimate(
        frame,
        claim,
        quantity,
        **_welch(sides, factor, slopes),
        n=len(teams),
        method=f"{contrast}: team means at equal {len(frame.covariates)} covariates of their customers, {len(sides[1])} against "
        f"{len(sides[0])} teams, Welch's interval over teams",
        role=Role(role),
        assumptions=("teams were rated by other customers, beforehand", "customers did not choose their team"),
    )
    outcome = [frame.table.loc[frame.table["treated"] == side, "outcome"] for side in (0, 1)]
    naive = make_estimate(
        frame,
        claim,
        quantity,
        **_welch(outcome, factor),
        n=len(frame.table),
        method=f"{contrast}, over customers as if each were independent, nothing held equal",
        role=Role.NAIVE,
    )
    return answer, replace(naive, design=Design.OBSERVATIONAL)


def _require_spread(frame: Frame) -> None:
    table, where = frame.table, f"Frame '{frame.name}' from {frame.context.source}"
    n = int(table["outcome"].sum())
    if min(n, len(table) - n) < FEWEST_OUTCOMES:
        raise FrameMistake(
            f"{where}: at least {FEWEST_OUTCOMES} units must have the outcome and as many not; got {n} of {len(table)}. "
            "Give a longer period after the survey."
        )
    if table["score"].nunique() < 2:
        raise FrameMistake(f"{where}: column `score` must vary; everyone gave {float(table['score'].iloc[0])!r}.")


def _moment_correlation(score: np.ndarray, outcome: np.ndarray, clusters: np.ndarray | None) -> tuple[float, float]:
    """r and its error from the influence function u v - r (u² + v²) / 2 of standardised u and v."""
    u, v = ((column - column.mean()) / column.std() for column in (score, outcome))
    r = float((u * v).mean())
    influence = u * v - r * (u**2 + v**2) / 2
    codes = np.arange(len(u)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(codes, weights=influence)
    n = len(sums)
    return r, math.sqrt(float((sums**2).sum()) * n / (n - 1)) / len(u)


def _rank_correlation(score: np.ndarray, outcome: np.ndarray, clusters: np.ndarray | None) -> tuple[float, float]:
    """r = (A - 1/2) n √(p q) / sd(ranks), A being the area under the curve; its error from DeLong's of A."""
    from scipy.stats import rankdata

    areas, covariance = areas_under_curve(score[:, None], outcome, clusters)
    p = float(outcome.mean())
    factor = len(score) * math.sqrt(p * (1 - p)) / float(np.std(rankdata(score)))
    return factor * (float(areas[0]) - 0.5), factor * math.sqrt(float(covariance[0, 0]))


def _on_fishers_z(r: float, error: float) -> Interval:
    inner = max(-1 + 1e-12, min(1 - 1e-12, r))
    z = around(math.atanh(inner), error / (1 - inner**2))
    return Interval(value=inner, low=math.tanh(z["low"]), high=math.tanh(z["high"]))


def _require_difference(quantity: Quantity) -> None:
    if quantity.scale not in (Scale.PERCENTAGE_POINTS, Scale.DIFFERENCE) or "standard deviation" in quantity.unit:
        raise ParameterMistake(
            f"`quantity` must be a difference between teams, in percentage points or in the outcome's unit; got "
            f"{quantity.name!r} on the scale '{quantity.scale}' in {quantity.unit!r}."
        )


def _team_means(frame: Frame) -> tuple[pd.DataFrame, np.ndarray]:
    """One row a team: side, mean outcome at the covariates of all customers (regression within teams), mean covariates.

    Also the covariance of the regression's slopes, clustered by team: where the sides differ in their covariates, the
    gap at equal covariates is as doubtful as the slopes are.
    """
    table, where = frame.table, f"Frame '{frame.name}' from {frame.context.source}"
    teams = table["cluster"] if "cluster" in table else table["unit_id"]
    sides = table.groupby(teams)["treated"].agg(["min", "max"])
    if (sides["min"] != sides["max"]).any():
        name = sides.index[(sides["min"] != sides["max"])][0]
        raise FrameMistake(
            f"{where}: column `treated` must be the same in all rows of a team; team {int(name)} has both."
        )
    sizes = [int((sides["max"] == side).sum()) for side in (0, 1)]
    if min(sizes) < FEWEST_TEAMS:
        raise FrameMistake(
            f"{where}: at least {FEWEST_TEAMS} teams must be on either side; got {sizes[1]} rated high and {sizes[0]} low. "
            "Customers of a few teams are no evidence about teams."
        )
    names = frame.covariates
    means = table.groupby(teams)[["treated", "outcome", *names]].mean()
    covariance = np.zeros((len(names), len(names)))
    means["mean"] = means["outcome"]
    if names:
        within = table[[*names, "outcome"]] - table.groupby(teams)[[*names, "outcome"]].transform("mean")
        matrix = within[names].to_numpy()
        inverse = np.linalg.pinv(matrix.T @ matrix)
        slopes = inverse @ matrix.T @ within["outcome"].to_numpy()
        scores = matrix * (within["outcome"].to_numpy() - matrix @ slopes)[:, None]
        sums = np.zeros((len(means), len(names)))
        np.add.at(sums, np.unique(teams.to_numpy(), return_inverse=True)[1], scores)
        covariance = inverse @ sums.T @ sums @ inverse * len(means) / (len(means) - 1)
        means["mean"] -= (means[names] - table[names].mean()).to_numpy() @ slopes
    return means.reset_index(drop=True), covariance


def _welch(sides: list[pd.Series], factor: float, further: float = 0.0) -> Interval:
    """Second less first mean, times factor, with Welch's interval; `further` is variance that both means share."""
    parts = [float(side.var()) / len(side) for side in sides]
    value, variance = float(sides[1].mean() - sides[0].mean()), sum(parts) + further
    if variance == 0:
        return scaled(Interval(value=value, low=value, high=value), factor)
    sizes = [len(side) for side in sides]
    shares = zip((*parts, further), (*sizes, sum(sizes)), strict=True)
    df = variance**2 / sum(part**2 / (size - 1) for part, size in shares)
    return scaled(around(value, math.sqrt(variance), df), factor)
