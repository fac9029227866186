"""Whether spend grows with tenure or with the calendar: customers of the same tenure in different quarters."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.core.claim import Claim
from analysis.core.results import CheckResult
from analysis.core.wording import number
from analysis.estimators.checks._judging import in_words, judge, span, tolerated
from analysis.estimators.checks.survivors import slope_in_percent
from analysis.frames import Frame

NAME = "trend in the calendar"
QUARTERS_PER_YEAR = 4
LEAST_SEPARATE_YEARS = 0.5
"""If tenure spreads less than this within a quarter (standard deviation), one cohort stands for all: tenure is the date."""


def check_period_trend(frame: Frame, claim: Claim, *, quantity: str = "spend_change_per_year") -> CheckResult:
    """Drift of spend per calendar year among customers of equal tenure, which a slope in tenure would take for growth.

    Within a customer a year of tenure is a year of the calendar, so that no regression within customer can tell them
    apart. Between customers they come apart where people join at different times: log spend on the date, tenure held
    equal by quarters, clustered by customer. What it finds is the drift of prices, seasons and of who joins when.

    Parameters
    ----------
    frame : Frame
        ``customer_periods``, periods being calendar quarters.
    claim : Claim
    quantity : str
        Registered quantity on the scale "percent".
    """
    table = frame.table.assign(
        log_spend=np.log(frame.table["spend"]),
        years=frame.table["period"] / QUARTERS_PER_YEAR,
        tenure_quarter=np.floor(frame.table["tenure_years"] * QUARTERS_PER_YEAR).astype(int),
        season=frame.table["period"] % QUARTERS_PER_YEAR,
    )
    centred = table["tenure_years"] - table.groupby("period")["tenure_years"].transform("mean")
    if float(centred.std(ddof=0)) < LEAST_SEPARATE_YEARS:
        return CheckResult(
            name=NAME,
            passed=None,
            sentence="Tenure and calendar cannot be separated here: within a quarter the customers' tenure spreads by "
            f"{number(float(centred.std(ddof=0)))} years only, as in one cohort.",
        )
    drift = slope_in_percent(table, "log_spend ~ years | tenure_quarter", "years")
    rows = [
        _row("within customer", table, "log_spend ~ tenure_years | customer_id"),
        _row("within customer, season held equal", table, "log_spend ~ tenure_years | customer_id + season"),
        _row("between customers of the same quarter", table, "log_spend ~ tenure_years | period"),
    ]
    within = float(rows[0]["% a year"])  # type: ignore[arg-type]
    passed = judge(drift["low"], drift["high"], tolerated(claim.quantity(quantity), within))
    rest = 100 * ((1 + within / 100) / (1 + drift["value"] / 100) - 1)
    return CheckResult(
        name=NAME,
        passed=passed,
        sentence=f"At equal tenure spend drifts by {number(drift['value'])} % a calendar year "
        f"({span(drift['low'], drift['high'])}), {in_words(passed)}. Of the {number(within)} % a year within customer it would "
        f"leave {number(rest)} %.",
        table=(
            *rows,
            {
                "slope": "calendar, at equal tenure",
                "% a year": drift["value"],
                "low": drift["low"],
                "high": drift["high"],
            },
        ),
    )


def _row(words: str, table: pd.DataFrame, formula: str) -> dict[str, object]:
    found = slope_in_percent(table, formula, "tenure_years")
    return {"slope": words, "% a year": found["value"], "low": found["low"], "high": found["high"]}
