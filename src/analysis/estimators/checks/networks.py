"""Whether contagion is there in every group of networks, or only where all are thrown together."""

from __future__ import annotations

from dataclasses import replace

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.observational.contagion_odds import estimate_contagion_odds
from analysis.frames import Frame


def check_each_study(frame: Frame, claim: Claim) -> CheckResult:
    """The odds ratio of each study by itself; passed if every interval lies above no effect.

    A network's study is the first word of its name.
    """
    study = frame.table["network"].str.split().str[0]
    rows = []
    for name in sorted(study.unique()):
        part = replace(frame, table=frame.table[study == name].reset_index(drop=True))
        try:
            answer = estimate_contagion_odds(part, claim)[0]
        except FrameMistake:
            continue  # too few adoptions by itself: it counts in the whole only
        rows.append({"study": name, "n": answer.n, "odds ratio": answer.value, "low": answer.low, "high": answer.high})
    if not rows:
        return CheckResult(name="each study by itself", passed=None, sentence="No study is large enough by itself.")
    words = "; ".join(
        f"{row['study']} {number(row['odds ratio'])} ({number(row['low'])} to {number(row['high'])})"  # type: ignore[arg-type]
        for row in rows
    )
    return CheckResult(
        name="each study by itself",
        passed=all(row["low"] > 1 for row in rows),  # type: ignore[operator]
        sentence=f"Odds ratio of adopting by study: {words}.",
        table=tuple(rows),
    )
