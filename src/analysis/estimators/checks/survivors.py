"""Whether the slope of spend in tenure is that of customers who stayed: the same slope among survivors only."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.errors import ParameterMistake
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.common.interval import Interval
from analysis.estimators.common.percent import in_percent
from analysis.estimators.observational.within_customer_slope import whole_periods
from analysis.frames import Frame

NAME = "slope among survivors"
FEWEST = 30


def check_survivors(
    frame: Frame, claim: Claim, *, quantity: str = "spend_change_per_year", last_periods: int = 2
) -> CheckResult:
    """Within-customer slope of spend among those still active at the end, against those who were not.

    A survivor bought in one of the last periods of the data. One regression of log spend on tenure and on tenure x
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
    last_periods : int
        Last periods of the data in which a purchase makes a survivor, 1 or more.
    """
    if isinstance(last_periods, bool) or not isinstance(last_periods, int) or last_periods < 1:
        raise ParameterMistake(f"`last_periods` must be a whole number, 1 or more; got {last_periods!r}.")
    table = _prepared(frame, last_periods)
    sizes = table.groupby("survivor")["customer_id"].nunique().reindex([0, 1], fill_value=0)
    if sizes.min() < FEWEST:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence=f"{number(int(sizes[1]))} customers with two whole periods or more were still active at the end and "
            f"{number(int(sizes[0]))} were not: at least {FEWEST} of each are needed to compare their slopes.",
        )
    gap = _slope(table, "log_spend ~ tenure_years + tenure_survivor | customer_id", "tenure_survivor")
    rows = [_row(words, part) for words, part in _parts(table)]
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


def _prepared(frame: Frame, last_periods: int) -> pd.DataFrame:
    """The periods the answer is fitted on, with survivors marked."""
    last = frame.table.groupby("customer_id")["period"].max()
    survivors = last.index[last > frame.table["period"].max() - last_periods]
    table = whole_periods(frame.table)
    survivor = table["customer_id"].isin(survivors).astype(int)
    return table.assign(
        log_spend=np.log(table["spend"]), survivor=survivor, tenure_survivor=table["tenure_years"] * survivor
    )


def _parts(table: pd.DataFrame) -> tuple[tuple[str, pd.DataFrame], ...]:
    return (
        ("all", table),
        ("survivors", table[table["survivor"] == 1]),
        ("others", table[table["survivor"] == 0]),
    )


def _row(words: str, table: pd.DataFrame) -> dict[str, object]:
    found = _slope(table, "log_spend ~ tenure_years | customer_id", "tenure_years")
    return {
        "customers": words,
        "n": int(table["customer_id"].nunique()),
        "% a year": found["value"],
        "low": found["low"],
        "high": found["high"],
    }


def _slope(table: pd.DataFrame, formula: str, term: str) -> Interval:
    import pyfixest as pf

    fit = pf.feols(formula, data=table, vcov={"CRV1": "customer_id"})
    low, high = (float(x) for x in fit.confint().loc[term])
    return in_percent(Interval(value=float(fit.coef()[term]), low=low, high=high))
