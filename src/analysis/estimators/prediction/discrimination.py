"""A score given before, an outcome after: how well the one orders the other, alone and against a plain rule."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.core.claim import Claim, Quantity
from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role, Scale
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, exponentiated, scaled
from analysis.estimators.prediction.roc import areas_under_curve
from analysis.frames import Frame

FEWEST_OUTCOMES = 30
PROMOTER = 9.0
"""On the 0 to 10 scale, 9 and 10 promote."""

TOP_SHARE = 0.1


def estimate_discrimination(
    frame: Frame, claim: Claim, *, quantity: str = "auc", role: str = "answer"
) -> tuple[Estimate, ...]:
    """One registered measure of how a score orders an outcome that came later.

    ===========================  =====================================================================================
    scale of the quantity        measure
    ===========================  =====================================================================================
    area under curve             probability that a unit with the outcome scored higher (DeLong, interval on the log odds)
    difference                   area of the score less area of `rival_score`, paired (DeLong)
    ratio                        outcome in the tenth with the highest scores over outcome in all (lift)
    percentage points            outcome of promoters (score 9 or 10) less outcome of the others
    correlation                  rank correlation if the quantity is named so, else correlation of moments (Fisher's z)
    odds ratio                   odds of the outcome for each standard deviation of the score
    ===========================  =====================================================================================

    Parameters
    ----------
    frame : Frame
        ``scores``.
    claim : Claim
    quantity : str
        Registered quantity; its scale chooses the measure.
    role : str
        "answer" or "context".

    Returns
    -------
    tuple of Estimate
        The measure; for the area under the curve also the plain rule's own area, as context, where there is one.

    Raises
    ------
    FrameMistake
        If fewer than 30 units have the outcome, or fewer than 30 have not; or the quantity needs a rival score.
    ParameterMistake
        If the quantity is on another scale.
    """
    chosen = claim.quantity(quantity)
    _require_outcomes(frame)
    table = frame.table
    if chosen.scale is Scale.DIFFERENCE:
        table = _with_rival(frame)
    numbers, method = _measure(table, chosen)
    n = table["cluster"].nunique() if "cluster" in table else len(table)
    found = [make_estimate(frame, claim, quantity, **numbers, n=n, method=method, role=Role(role))]
    if chosen.scale is Scale.AREA_UNDER_CURVE and "rival_score" in table and table["rival_score"].notna().all():
        rival = _area(table, ["rival_score"])
        words = "area under the curve of the plain rule to beat (DeLong)"
        found.append(make_estimate(frame, claim, quantity, **rival, n=n, method=words, role=Role.CONTEXT))
    return tuple(found)


def _require_outcomes(frame: Frame) -> None:
    n = int(frame.table["outcome"].sum())
    if min(n, len(frame.table) - n) < FEWEST_OUTCOMES:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: at least {FEWEST_OUTCOMES} units must have the outcome and "
            f"as many not; got {n} of {len(frame.table)}. Give a longer period after the score."
        )


def _with_rival(frame: Frame) -> pd.DataFrame:
    table = frame.table
    if "rival_score" not in table or table["rival_score"].isna().all():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `rival_score` must hold the plain rule that the score "
            "is held against; got none. Ask for the area under the curve instead."
        )
    return table[table["rival_score"].notna()]


def _measure(table: pd.DataFrame, quantity: Quantity) -> tuple[Interval, str]:
    if quantity.scale is Scale.AREA_UNDER_CURVE:
        return _area(table, ["score"]), "area under the curve (DeLong, interval on the log odds)"
    if quantity.scale is Scale.DIFFERENCE:
        return _area(table, ["score", "rival_score"]), "area under the curve, score less plain rule (paired DeLong)"
    if quantity.scale is Scale.RATIO:
        return _lift(table), "outcome in the tenth with the highest scores over outcome in all"
    if quantity.scale is Scale.PERCENTAGE_POINTS:
        return _promoter_gap(table), "promoters (9 or 10) less others"
    if quantity.scale is Scale.CORRELATION:
        rank = "rank" in quantity.name
        return _correlation(table, rank=rank), ("rank" if rank else "moment") + " correlation (Fisher's z)"
    if quantity.scale is Scale.ODDS_RATIO:
        return _odds_ratio(table), "logistic regression on the score in standard deviations"
    raise ParameterMistake(
        f"`quantity` must be one that a score and an outcome give (area, difference, ratio, percentage points, correlation, "
        f"odds ratio); got {quantity.name!r} on the scale '{quantity.scale}'."
    )


def _area(table: pd.DataFrame, columns: list[str]) -> Interval:
    """Area of the first column, less that of the second where there are two.

    The interval of one area is symmetric on the log odds (Pepe 2003, The Statistical Evaluation of Medical Tests, section
    5.2): on the area itself it misses too often above, where an area overshoots and its error shrinks. A perfect order has no
    log odds, and its error of nought is what the formula says.
    """
    clusters = table["cluster"].to_numpy() if "cluster" in table else None
    areas, covariance = areas_under_curve(table[columns].to_numpy(float), table["outcome"].to_numpy(), clusters)
    weights = np.array([1.0, -1.0][: len(columns)])
    value, error = float(weights @ areas), math.sqrt(max(0.0, float(weights @ covariance @ weights)))
    if len(columns) > 1 or not 0 < value < 1:
        return around(value, error)
    odds = exponentiated(around(math.log(value / (1 - value)), error / (value * (1 - value))))
    return Interval(value=value, low=odds["low"] / (1 + odds["low"]), high=odds["high"] / (1 + odds["high"]))


def _lift(table: pd.DataFrame) -> Interval:
    """Lift of the top tenth; units tied at its edge are in it in part. The edge itself is taken as given."""
    score, outcome = table["score"].to_numpy(float), table["outcome"].to_numpy(float)
    in_top = _top_weights(score)
    overall, top = outcome.mean(), (in_top * outcome).sum() / in_top.sum()
    if top == 0:
        raise FrameMistake("Column `outcome` must be 1 for someone among the top tenth for a lift; it is for none.")
    rest = ((1 - in_top) * outcome).sum() / max(1e-9, (1 - in_top).sum())
    # The size of the top is fixed, so each unit varies round its own group's mean.
    around_group = outcome - np.where(in_top > 0.5, top, rest)
    influence = around_group * (in_top / in_top.mean() / top - 1 / overall)
    error = _clustered_error(influence, table["cluster"].to_numpy() if "cluster" in table else np.arange(len(table)))
    return exponentiated(around(math.log(top / overall), error))


def _top_weights(score: np.ndarray) -> np.ndarray:
    """1 for the units in the top tenth, 0 for the others, a share for those tied at the edge."""
    size = TOP_SHARE * len(score)
    edge = np.sort(score)[::-1][math.ceil(size) - 1]
    above, tied = score > edge, score == edge
    weights: np.ndarray = above + tied * (size - above.sum()) / tied.sum()
    return weights


def _promoter_gap(table: pd.DataFrame) -> Interval:
    import statsmodels.api as sm

    promoters = (table["score"] >= PROMOTER).to_numpy(float)
    if promoters.min() == promoters.max():
        raise FrameMistake("Column `score` must hold scores of 9 and more, and lower ones; it holds one kind only.")
    groups = table["cluster"].to_numpy() if "cluster" in table else np.arange(len(table))
    fit = sm.OLS(table["outcome"], sm.add_constant(promoters)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return scaled(around(float(fit.params.iloc[1]), float(fit.bse.iloc[1])), 100.0)


def _correlation(table: pd.DataFrame, *, rank: bool) -> Interval:
    chosen = table[["score", "outcome"]].rank() if rank else table[["score", "outcome"]]
    r = float(np.corrcoef(chosen.to_numpy(float).T)[0, 1])
    n = table["cluster"].nunique() if "cluster" in table else len(table)
    z = around(math.atanh(r), 1 / math.sqrt(n - 3))
    return Interval(value=r, low=math.tanh(z["low"]), high=math.tanh(z["high"]))


def _odds_ratio(table: pd.DataFrame) -> Interval:
    import statsmodels.api as sm

    score = table["score"].to_numpy(float)
    groups = table["cluster"].to_numpy() if "cluster" in table else np.arange(len(table))
    design = sm.add_constant((score - score.mean()) / score.std())
    fit = sm.GLM(table["outcome"], design, family=sm.families.Binomial()).fit(
        cov_type="cluster", cov_kwds={"groups": groups}
    )
    return exponentiated(around(float(fit.params.iloc[1]), float(fit.bse.iloc[1])))


def _clustered_error(influence: np.ndarray, clusters: np.ndarray) -> float:
    codes = np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(codes, weights=influence)
    n_clusters = len(sums)
    return math.sqrt(float((sums**2).sum()) * n_clusters / (n_clusters - 1)) / len(influence)
