"""Who is about to leave, told from purchase histories: a model's forecast against the plain rule of silence.

The score is made from the purchases up to a split day and judged on what came after it. The rival is the rule that needs
no model: whoever has been silent longest is gone.

Only who is a customer on the split day can leave after it. Among all who ever bought, a score tells the dead from the
living, and the longer the history the better it looks. So the scores are those of customers alive by a stated rule: silent
for no longer than nine in ten of the gaps between purchases, and no longer than the holdout, after which they would count
as gone themselves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.core.wording import number
from analysis.estimators.prediction.discrimination import estimate_discrimination
from analysis.frames import Frame, spec
from analysis.models import bg_bb, bg_nbd, fit_bg_bb, fit_bg_nbd

TYPICAL = 0.9
"""Share of the gaps between purchases that a silence may be as long as before its customer counts as gone."""


def estimate_forecast_discrimination(
    frame: Frame, claim: Claim, *, quantity: str = "auc", role: str = "answer", alive_within: float | None = None
) -> tuple[Estimate, ...]:
    """How well expected purchases order those who did not buy any more: `scores.estimate_discrimination` on `churn_scores`.

    Parameters
    ----------
    frame : Frame
        ``customer_holdout``, or ``opportunities`` with a holdout.
    claim : Claim
    quantity : str
        "auc", "top_tenth_lift" or "auc_gain_over_recency".
    role : str
        "answer" or "context".
    alive_within : float
        Longest silence at the split, in weeks (occasions for ``opportunities``), of who counts as a customer; None: as
        `longest_silence` finds it. Infinity: everybody who ever bought.

    Returns
    -------
    tuple of Estimate
        What `estimate_discrimination` finds among the customers alive. Beside the area under the curve stands, as the naive
        number, that among everybody who ever bought.
    """
    limit = longest_silence(frame) if alive_within is None else alive_within
    everyone = churn_scores(frame)
    alive = replace(everyone, table=everyone.table[everyone.table["rival_score"] <= limit].reset_index(drop=True))
    unit = "occasions" if frame.name == "opportunities" else "weeks"
    words = f", among the {number(len(alive.table))} customers silent for no longer than {number(limit)} {unit} at the split"
    found = estimate_discrimination(alive, claim, quantity=quantity, role=role)
    if not np.isinf(limit):
        found = tuple(replace(e, method=e.method + words) for e in found)
    if quantity != "auc" or len(alive.table) == len(everyone.table):
        return found
    naive = estimate_discrimination(everyone, claim, quantity=quantity, role=Role.NAIVE)[0]
    method = f"{naive.method}, among all {number(len(everyone.table))} who ever bought, those long gone included"
    return (*found, replace(naive, method=method))


def longest_silence(frame: Frame) -> float:
    """Longest silence at the split of a customer who counts as alive: weeks, or occasions for ``opportunities``.

    Nine in ten repeat purchases were made by customers whose mean gap is no longer; but never more than the holdout, since
    who is silent for as long after the split counts as gone. Without a repeat purchase it is the holdout.
    """
    table, regular = frame.table, frame.name == "opportunities"
    holdout = float(table["n_holdout" if regular else "holdout_weeks"].iloc[0])
    repeat = table[table["frequency"] > 0]
    if repeat.empty:
        return holdout
    gaps = (repeat["recency" if regular else "recency_weeks"] / repeat["frequency"]).to_numpy(float)
    order = np.argsort(gaps)
    made = np.cumsum((repeat["frequency"] * repeat["n_customers"]).to_numpy(float)[order])
    return min(holdout, float(gaps[order][np.searchsorted(made, TYPICAL * made[-1])]))


def churn_scores(frame: Frame) -> Frame:
    """Score, rival score and outcome of every customer.

    Score: the purchases expected in the holdout (BG/NBD; BG/BB on regular occasions), with a minus sign, so that higher
    means likelier to be gone. Rival score: time since the last purchase at the split. Outcome: 1 if nothing was bought in
    the holdout. The model sees the calibration only.

    Parameters
    ----------
    frame : Frame
        ``customer_holdout``, or ``opportunities`` with a holdout.

    Returns
    -------
    Frame
        ``scores``, one row a customer.

    Raises
    ------
    FrameMistake
        If the frame has no holdout, or holdouts of different lengths.
    ModelNotIdentified
        If the calibration cannot carry the model.
    """
    table = frame.table
    length = "n_holdout" if frame.name == "opportunities" else "holdout_weeks"
    if length not in table or table[length].nunique(dropna=False) != 1 or table[length].isna().any():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `{length}` must hold one length for all, to judge "
            "scores by what came after them; it does not. Split the history at one day."
        )
    expected, silent = (_regular if frame.name == "opportunities" else _continuous)(table)
    each = table.index.repeat(table["n_customers"])
    scores = pd.DataFrame(
        {
            "unit_id": np.arange(len(each)),
            "score": -expected[each],
            "rival_score": silent[each],
            "outcome": (table["holdout_frequency"].to_numpy()[each] == 0).astype(int),
        }
    )
    return spec("scores").check(scores, frame.context)


def _continuous(table: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected holdout purchases and weeks of silence, by row of ``customer_holdout``."""
    rows = table.rename(columns={"recency_weeks": "recency", "T_weeks": "T"})
    fit = fit_bg_nbd(rows[["frequency", "recency", "T", "n_customers"]])
    history = [rows[name].to_numpy(float) for name in ("frequency", "recency", "T")]
    weeks = float(table["holdout_weeks"].iloc[0])
    return bg_nbd.conditional_expected_purchases(fit.params, weeks, *history), history[2] - history[1]


def _regular(table: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected holdout purchases and occasions of silence, by row of ``opportunities``."""
    columns = ["frequency", "recency", "n_opportunities"]
    fit = fit_bg_bb(table[[*columns, "n_customers"]])
    history = [table[name].to_numpy(int) for name in columns]
    ahead = int(table["n_holdout"].iloc[0])
    return bg_bb.conditional_expected_purchases(fit.params, ahead, *history), (history[2] - history[1]).astype(float)
