"""Who is about to leave, told from purchase histories: a model's forecast against the plain rule of silence.

The score is made from the purchases up to a split day and judged on what came after it. The rival is the rule that needs
no model: whoever has been silent longest is gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.estimators.prediction.discrimination import estimate_discrimination
from analysis.frames import Frame, spec
from analysis.models import bg_bb, bg_nbd, fit_bg_bb, fit_bg_nbd

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def estimate_forecast_discrimination(
    frame: Frame, claim: Claim, *, quantity: str = "auc", role: str = "answer"
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
    """
    return estimate_discrimination(churn_scores(frame), claim, quantity=quantity, role=role)


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
    import pandas as pd

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
