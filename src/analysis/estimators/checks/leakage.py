"""Whether a score knew the outcome already: too good a prediction is a fault of the data until shown otherwise."""

from __future__ import annotations

import math

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.prediction.roc import areas_under_curve
from analysis.frames import Frame

NAME = "whether the score knew the outcome"
SUSPICIOUS = 0.95
"""Published churn models reach nothing like this out of time; what does has mostly seen the outcome."""


def check_leakage(frame: Frame, claim: Claim) -> CheckResult:
    """Failed if the score orders the outcome almost perfectly, or is the outcome by another name.

    An area as far below 0.5 is a score turned round, and as suspicious.

    Parameters
    ----------
    frame : Frame
        ``scores``; the rival score is looked at as well.
    claim : Claim
    """
    table = frame.table
    outcome = table["outcome"].to_numpy()
    if min(int(outcome.sum()), int((1 - outcome).sum())) < 2:
        return CheckResult(name=NAME, passed=None, sentence="The outcome is the same for nearly everyone.")
    columns = [c for c in ("score", "rival_score") if c in table and table[c].notna().all()]
    rows = []
    for column in columns:
        score = table[column].to_numpy(float)
        areas, covariance = areas_under_curve(score[:, None], outcome)
        rows.append(
            {
                "score": column.replace("_", " "),
                "area": float(areas[0]),
                "error": math.sqrt(max(0.0, float(covariance[0, 0]))),
                "distinct values": int(table[column].nunique()),
            }
        )
    caught = [row for row in rows if abs(float(row["area"]) - 0.5) >= SUSPICIOUS - 0.5]  # type: ignore[arg-type]
    listed = "; ".join(f"{row['score']} {number(float(row['area']))}" for row in rows)  # type: ignore[arg-type]
    words = "none is so good that it must have seen the outcome"
    if caught:
        same = " (two values only: it is the outcome by another name)" if caught[0]["distinct values"] == 2 else ""
        words = (
            f"{caught[0]['score']} is too good to have been made before the outcome{same}: find out what went into it"
        )
    return CheckResult(
        name=NAME,
        passed=not caught,
        sentence=f"Area under the curve: {listed}; {words} (suspicious from {number(SUSPICIOUS)} on).",
        table=tuple(rows),
    )
