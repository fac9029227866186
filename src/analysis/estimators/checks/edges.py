"""Whether the first or the last period of an account stands out: part periods and windows that open or close there."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.aggregate.growth_accounting import season_of
from analysis.frames import Frame

NAME = "first and last period"
STANDS_OUT = 3.5
"""Modified z-score (Iglewicz & Hoaglin 1993) beyond which a value is called an outlier."""
FEWEST_BETWEEN = 5


def check_edges(frame: Frame, claim: Claim) -> CheckResult:
    """Shares won and lost in the first and the last period against those of the periods between, by modified z-scores.

    Where data begin, everyone is new; where they end, nobody has been silent for long. Periods that stand out at the
    edges are made by the window, and no growth is to be read from them. From three years on a period is held against the
    same part of other years: a gift season at the end of a history is no edge. The score is then the externally
    studentised residual from the means of the parts of the year (Belsley, Kuh & Welsch 1980).

    Parameters
    ----------
    frame : Frame
        ``account_periods``.
    claim : Claim
    """
    table = frame.table.sort_values("period_start", ignore_index=True)
    if len(table) < FEWEST_BETWEEN + 2:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence=f"{len(table)} periods are too few to tell whether the first and the last stand out "
            f"({FEWEST_BETWEEN + 2} are needed).",
        )
    season = season_of(table)
    rows = []
    for words, share in (("won", _share(table, "n_won", "n_end")), ("lost", _share(table, "n_lost", "n_start"))):
        for place, position in (("first", 0), ("last", len(table) - 1)):
            rows.append(
                {
                    "period": place,
                    "share": words,
                    "value": float(share.iloc[position]),
                    "median between": float(_alike(share, season, position).median()),
                    "score": modified_z(float(share.iloc[position]), share.iloc[1:-1])
                    if season is None
                    else seasonal_score(share, season, position),
                }
            )
    out = [row for row in rows if abs(float(row["score"])) > STANDS_OUT]  # type: ignore[arg-type]
    between = "between" if season is None else "in the same part of other years"
    worst = max(rows, key=lambda row: abs(float(row["score"])))  # type: ignore[arg-type]
    return CheckResult(
        name=NAME,
        passed=not out,
        sentence=f"The share {worst['share']} in the {worst['period']} period is {number(100 * float(worst['value']))} % "  # type: ignore[arg-type]
        f"against a median of {number(100 * float(worst['median between']))} % {between} "  # type: ignore[arg-type]
        f"(score {number(float(worst['score']))}, standing out beyond {number(STANDS_OUT)}): "  # type: ignore[arg-type]
        + ("the window makes it; leave that period out." if out else "no edge stands out."),
        table=tuple(rows),
    )


def modified_z(value: float, between: pd.Series) -> float:
    """0.6745 (x - median) / MAD; with a MAD of 0, (x - median) / (1.2533 mean absolute deviation).

    Examples
    --------
    >>> import pandas as pd
    >>> round(modified_z(6.0, pd.Series([1.0, 2.0, 3.0, 4.0, 5.0])), 4)  # median 3, MAD 1
    2.0235
    >>> modified_z(2.0, pd.Series([1.0, 1.0, 1.0])), modified_z(1.0, pd.Series([1.0, 1.0, 1.0]))
    (inf, 0.0)
    """
    away = value - float(between.median())
    if away == 0:
        return 0.0
    absolute = (between - between.median()).abs()
    spread = float(absolute.median()) / 0.6745 or 1.253314 * float(absolute.mean())
    return away / spread if spread > 0 else math.copysign(math.inf, away)


def seasonal_score(share: pd.Series, season: NDArray[np.int64], position: int) -> float:
    """Externally studentised residual of one period from the mean of its part of the year.

    Examples
    --------
    >>> import pandas as pd
    >>> winter_and_summer = pd.Series([1.0, 5.0, 2.0, 6.0, 3.0, 7.0])  # each 1, 2, 3 and 5, 6, 7: the middles stand on their means
    >>> round(seasonal_score(winter_and_summer, np.array([1, 7, 1, 7, 1, 7]), 2), 9)
    0.0
    """
    from statsmodels.regression.linear_model import OLS

    parts = (season[:, None] == np.unique(season)).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        score = float(OLS(share.to_numpy(float), parts).fit().get_influence().resid_studentized_external[position])
    return 0.0 if math.isnan(score) else score


def _alike(share: pd.Series, season: NDArray[np.int64] | None, position: int) -> pd.Series:
    """Periods that one at the edge is held against: those between, or the same part of other years."""
    if season is None:
        return share.iloc[1:-1]
    same = season == season[position]
    same[position] = False
    return share[same]


def _share(table: pd.DataFrame, part: str, whole: str) -> pd.Series:
    """Part over whole; with nobody there, 1 if there was a part all the same and 0 if not."""
    empty = (table[part] > 0).astype(float)
    found: pd.Series = (table[part] / table[whole].where(table[whole] > 0)).fillna(empty)
    return found
