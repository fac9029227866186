"""Whether the slope of spend in tenure is that of customers who stayed: the same slope among survivors only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.common.interval import Interval
from analysis.estimators.common.percent import in_percent
from analysis.estimators.observational.within_customer_slope import whole_periods
from analysis.frames import Frame

NAME = "slope among survivors"
FEWEST = 30
LAST_PERIODS = 2
"""Last periods of the data in which a purchase makes a survivor."""


def check_survivors(frame: Frame, claim: Claim, *, quantity: str = "spend_change_per_year") -> CheckResult:
    """Within-customer slope of spend among those still active at the end, against those who were not.

    A survivor bought in one of the last two periods of the data. One regression of log spend on tenure and on tenure x
    survivor within customer, clustered by customer; the second coefficient is the difference. If only survivors' spend
    grows, the slope tells who stayed, and a longer tenure is no promise to anyone else. As in the answer, each customer's
    last period is left out, which may be only partly theirs.

    Parameters
    ----------
    frame : Frame
        ``customer_periods``.
    claim : Claim
    quantity : str
        Registered quantity on the scale "percent".
    """
    table = _prepared(frame)
    sizes = table.groupby("survivor")["customer_id"].nunique().reindex([0, 1], fill_value=0)
    if sizes.min() < FEWEST:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence=f"{number(int(sizes[1]))} customers with two whole periods or more were still active at the end and "
            f"{number(int(sizes[0]))} were not: at least {FEWEST} of each are needed to compare their slopes.",
        )
    gap = slope_in_percent(table, "log_spend ~ tenure_years + tenure_survivor | customer_id", "tenure_survivor")
    survivor = table["survivor"] == 1
    parts = {"all": table, "survivors": table[survivor], "others": table[~survivor]}
    rows = [_row(words, part) for words, part in parts.items()]
    everyone = float(rows[0]["% a year"])  # type: ignore[arg-type]
    passed = judge(gap["low"], gap["high"], tolerated(claim.quantity(quantity), everyone))
    return CheckResult(
        name=NAME,
        passed=passed,
        sentence=f"Within customer, spend changes by {number(rows[1]['% a year'])} % a year among the "  # type: ignore[arg-type]
        f"{number(int(sizes[1]))} still active at the end and by {number(rows[2]['% a year'])} % "  # type: ignore[arg-type]
        f"among the {number(int(sizes[0]))} others: survivors' spend grows {number(gap['value'])} % a year faster "
        f"({span(gap['low'], gap['high'])}), {in_words(passed)}.",
        table=tuple(rows),
    )


def _prepared(frame: Frame) -> pd.DataFrame:
    """The periods the answer is fitted on, with survivors marked."""
    last = frame.table.groupby("customer_id")["period"].max()
    survivors = last.index[last > frame.table["period"].max() - LAST_PERIODS]
    table = whole_periods(frame.table)
    survivor = table["customer_id"].isin(survivors).astype(int)
    return table.assign(
        log_spend=np.log(table["spend"]), survivor=survivor, tenure_survivor=table["tenure_years"] * survivor
    )


def _row(words: str, table: pd.DataFrame) -> dict[str, object]:
    found = slope_in_percent(table, "log_spend ~ tenure_years | customer_id", "tenure_years")
    return {
        "customers": words,
        "n": int(table["customer_id"].nunique()),
        "% a year": found["value"],
        "low": found["low"],
        "high": found["high"],
    }


def slope_in_percent(table: pd.DataFrame, formula: str, term: str) -> Interval:
    """Coefficient of `term` in a regression of a logarithm, clustered by customer, as a change in per cent."""
    import pyfixest as pf

    fit = pf.feols(formula, data=table, vcov={"CRV1": "customer_id"})
    low, high = (float(x) for x in fit.confint().loc[term])
    return in_percent(Interval(value=float(fit.coef()[term]), low=low, high=high))
