"""Whether what was assigned arrived: the effect of assignment is that of receipt, thinned by those it did not reach."""

from __future__ import annotations

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.vocabulary import INTERVAL_LEVEL
from analysis.core.wording import number
from analysis.frames import Frame

NAME = "receipt by arm"
LEAST = 0.5
"""If assignment moves receipt by less than this, the effect of assignment is less than half of that on those reached."""


def check_compliance(frame: Frame, claim: Claim) -> CheckResult:
    """Share who received the treatment among those assigned to it, less the share among controls; passed from `LEAST` on.

    Parameters
    ----------
    frame : Frame
        ``experiment`` with `received`.
    claim : Claim
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    table = frame.table
    if "received" not in table or table["received"].isna().any():
        missing = int(table["received"].isna().sum()) if "received" in table else len(table)
        return CheckResult(
            name=NAME,
            passed=None,
            sentence=f"Who received the treatment is not known for {number(missing)} of {number(len(table))} units.",
        )
    arms = table.groupby("assigned")["received"].agg(["sum", "size"]).reindex([0, 1], fill_value=0)
    if arms["size"].min() == 0:
        return CheckResult(name=NAME, passed=None, sentence="One of the two arms is empty.")
    shares = arms["sum"] / arms["size"]
    value = float(shares[1] - shares[0])
    low, high = confint_proportions_2indep(
        arms.loc[1, "sum"],
        arms.loc[1, "size"],
        arms.loc[0, "sum"],
        arms.loc[0, "size"],
        method="newcomb",
        compare="diff",
        alpha=1 - INTERVAL_LEVEL,
    )
    passed = True if low >= LEAST else (False if high < LEAST else None)
    return CheckResult(
        name=NAME,
        passed=passed,
        sentence=f"{number(100 * shares[1])} % of those assigned received it and {number(100 * shares[0])} % of the controls: "
        f"assignment moved receipt by {number(100 * value)} points ({number(100 * float(low))} to "
        f"{number(100 * float(high))}), so the effect of assignment is about that share of the effect on those reached.",
        table=tuple(
            {"arm": words, "n": int(arms.loc[arm, "size"]), "received": int(arms.loc[arm, "sum"])}
            for arm, words in ((1, "assigned"), (0, "control"))
        ),
    )
