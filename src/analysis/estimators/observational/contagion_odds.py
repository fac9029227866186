"""Adoption in a network: the odds of adopting against how many of one's contacts did before, at equal time and place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.building import make_estimate
from analysis.estimators.common.interval import Interval, around, exponentiated
from analysis.estimators.common.sparse_logit import first_slope
from analysis.frames import Frame

QUANTITY = "exposure_odds_ratio"
STEP = 0.1
"""The odds ratio is for 10 percentage points more adopters among the contacts."""

FEWEST_NETWORKS = 10
"""With fewer networks than this, errors are clustered by person."""

FEWEST_ADOPTIONS = 30


def estimate_contagion_odds(frame: Frame, claim: Claim, *, role: str = "answer") -> tuple[Estimate, ...]:
    """Odds ratio of adopting in a period for 10 points more adopters among a person's contacts the period before.

    Discrete-time hazard (Allison 1982, Sociological Methodology 13, 61-98): logistic regression over person-periods with
    a dummy for every period and every network and the covariates, clustered by network (by person below ten networks), with
    Student's t for the number of clusters.
    Periods and networks in which nobody or everybody adopted say nothing beside their dummy and are left out. Beside it
    the same without dummies and covariates (naive): whatever spreads over time makes contacts' adoption go with one's own.

    Parameters
    ----------
    frame : Frame
        ``network_adoption``.
    claim : Claim
        Registers ``exposure_odds_ratio``.
    role : str
        "answer" or "context".

    Raises
    ------
    FrameMistake
        If fewer than 30 adoptions are left, or exposure does not vary.
    """
    table = _informative(frame.table)
    _require_usable(frame, table)
    n = table["unit_id"].nunique()
    answer = make_estimate(
        frame,
        claim,
        QUANTITY,
        **_odds_ratio(table, adjusted=True),
        n=n,
        events=int(min(table["adopted"].sum(), (1 - table["adopted"]).sum())),
        method="discrete-time hazard of adopting on contacts' earlier adoption, period and network dummies, "
        f"{len(frame.covariates)} covariates",
        role=Role(role),
        assumptions=(
            "contacts are alike in nothing that makes them adopt at the same time",
            "nobody outside the network (advertising, agents) reached contacts together",
        ),
    )
    naive = make_estimate(
        frame,
        claim,
        QUANTITY,
        **_odds_ratio(frame.table, adjusted=False),
        n=frame.table["unit_id"].nunique(),
        method="adopting on contacts' earlier adoption, nothing held equal",
        role=Role.NAIVE,
    )
    return (answer, naive)


def _informative(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out periods and networks without any, or without anything but, adoptions, until none is left."""
    while True:
        keep = table["adopted"] == table["adopted"]
        for column in ("period", "network"):
            share = table.groupby(column)["adopted"].transform("mean")
            keep &= (share > 0) & (share < 1)
        if keep.all() or not keep.any():
            return table[keep]
        table = table[keep]


def _require_usable(frame: Frame, table: pd.DataFrame) -> None:
    where = f"Frame '{frame.name}' from {frame.context.source}"
    n = int(table["adopted"].sum())
    if n < FEWEST_ADOPTIONS:
        raise FrameMistake(f"{where}: at least {FEWEST_ADOPTIONS} adoptions must be left to compare; got {n}.")
    if table["exposure"].nunique() < 2:
        raise FrameMistake(f"{where}: column `exposure` must vary; it is {table['exposure'].iloc[0]!r} everywhere.")


def _odds_ratio(table: pd.DataFrame, *, adjusted: bool) -> Interval:
    columns = (table[["exposure"]] / STEP).to_numpy(float)
    groups = [np.zeros(len(table), dtype=int)]
    if adjusted:
        covariates = [c for c in table.columns if str(c).startswith("x_") and table[c].std() > 0]
        scaled = (table[covariates] - table[covariates].mean()) / table[covariates].std()
        columns = np.column_stack([columns, scaled.to_numpy(float)])
        groups = [pd.factorize(table[name])[0] for name in ("period", "network")]
    by_network = table["network"].nunique() >= FEWEST_NETWORKS
    clusters = pd.factorize(table["network"] if by_network else table["unit_id"])[0]
    value, error = first_slope(table["adopted"].to_numpy(float), columns, groups, clusters)
    # Few networks: Student's t with one degree less than there are clusters.
    return exponentiated(around(value, error, int(clusters.max())))
