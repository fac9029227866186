"""What it costs to win a customer against what it costs to keep one: on average, and at the margin."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.blocks import block_jackknife, block_length
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame

if TYPE_CHECKING:
    Statistic = Callable[[NDArray[np.int64]], float]

AVERAGE = "average_cost_ratio"
MARGINAL = "marginal_cost_ratio"
FEWEST_PERIODS_FOR_SLOPES = 12


def estimate_cost_ratio(frame: Frame, claim: Claim) -> tuple[Estimate, ...]:
    """Average, and where spend moved, marginal cost of winning over that of keeping for a year.

    The average ratio is (acquisition spend / customers won) over (retention spend / customer-years), all periods
    together. The marginal one compares slopes: customers won on acquisition spend, and the share of the start's customers
    kept on retention spend per customer; each with a line in time, so that firms that merely grow show none. Its
    reading as a cost needs spend that moved for reasons of its own, so it is context. Intervals leave out a year (or half
    a year) at a time; below two years there are none.

    Parameters
    ----------
    frame : Frame
        ``cost_periods`` of equal length.
    claim : Claim
        Registers ``average_cost_ratio`` and ``marginal_cost_ratio``.

    Returns
    -------
    tuple of Estimate
        With retention spend in every period: the average (answer) and, if both slopes are positive, the marginal ratio
        (context). Without any: one naive number, acquisition spend per customer won over a year's revenue per customer
        kept, which is no ratio of costs.

    Raises
    ------
    FrameMistake
        If retention spend is missing in some periods only or sums to 0, nobody was won or kept, or neither retention spend
        nor revenue is known.
    """
    table = frame.table.sort_values("period_start", ignore_index=True)
    _require_customers(frame, table)
    known = table["retention_spend"].notna()
    if not known.any():
        return (_naive(frame, claim, table),)
    if not known.all() or not table["retention_spend"].sum() > 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `retention_spend` must be known in every period and "
            f"above 0 in all; it is missing in {int((~known).sum())} of {len(table)}, sum {table['retention_spend'].sum():g}. "
            "Leave those periods out or fill in what was spent."
        )
    found = [_ratio(frame, claim, table, AVERAGE, _log_average(table), "spend over customers, all periods together")]
    marginal = _log_marginal(table)
    if len(table) >= FEWEST_PERIODS_FOR_SLOPES and math.isfinite(marginal(np.arange(len(table)))):
        words = "slopes of customers won and of the share retained on spend, a line in time taken out"
        found.append(_ratio(frame, claim, table, MARGINAL, marginal, words, Role.CONTEXT))
    return tuple(found)


def _log_average(table: pd.DataFrame) -> Statistic:
    values = {name: table[name].to_numpy(float) for name in ("acquisition_spend", "n_won", "retention_spend")}
    retained_years = customer_years(table)

    def statistic(retained: NDArray[np.int64]) -> float:
        winning = values["acquisition_spend"][retained].sum() / values["n_won"][retained].sum()
        return math.log(winning / (values["retention_spend"][retained].sum() / retained_years[retained].sum()))

    return statistic


def customer_years(table: pd.DataFrame) -> NDArray[np.float64]:
    """Years of being a customer in each period; without the column, of those who were there from its start to its end.

    Keeping costs something for everybody who is there: with customers retained alone, who joins or leaves inside a period would
    cost nothing, and a year of keeping would come out too dear by half of what is won and lost in a period.
    """
    years = table["customer_years"] if "customer_years" in table else table["n_retained"] * table["years"]
    found: NDArray[np.float64] = years.to_numpy(float)
    return found


def _log_marginal(table: pd.DataFrame) -> Statistic:
    """Log of (1 / slope of wins) over (years / slope of the share retained); nan unless both slopes are positive.

    The start of a period is the end of the one before, kept and won; so the first period has none and is left out.
    """
    start = (table["n_retained"] + table["n_won"]).shift(1).to_numpy(float)
    won, spent = table["n_won"].to_numpy(float), table["acquisition_spend"].to_numpy(float)
    share, each = table["n_retained"].to_numpy(float) / start, table["retention_spend"].to_numpy(float) / start
    years = float(table["years"].mean())

    def statistic(retained: NDArray[np.int64]) -> float:
        later = retained[retained > 0]
        winning, keeping = _slope(won, spent, retained), _slope(share, each, later)
        if not (winning > 0 and keeping > 0):
            return math.nan
        return math.log((1 / winning) / (1 / (keeping * years)))

    return statistic


def _slope(outcome: NDArray[np.float64], spend: NDArray[np.float64], retained: NDArray[np.int64]) -> float:
    """Least-squares slope on spend beside a constant and a line in time; nan where spend hardly moved beside them."""
    time = retained.astype(float)
    design = np.column_stack([np.ones(len(retained)), (time - time.mean()) / max(np.ptp(time), 1), spend[retained]])
    if np.linalg.matrix_rank(design / np.abs(design).max(axis=0).clip(1e-12)) < design.shape[1]:
        return math.nan
    return float(np.linalg.lstsq(design, outcome[retained], rcond=None)[0][2])


def _ratio(
    frame: Frame,
    claim: Claim,
    table: pd.DataFrame,
    quantity: str,
    statistic: Statistic,
    words: str,
    role: Role = Role.ANSWER,
) -> Estimate:
    n = len(table)
    block = block_length(n, round(1 / float(table["years"].median())))
    low, high = block_jackknife(statistic, n, block) if block else (math.nan, math.nan)
    bounded = math.isfinite(low) and math.isfinite(high)
    doubt = f"{block} periods left out at a time" if bounded else "no interval"
    return make_estimate(
        frame,
        claim,
        quantity,
        value=math.exp(statistic(np.arange(n))),
        low=math.exp(low) if bounded else None,
        high=math.exp(high) if bounded else None,
        n=n,
        method=f"{words} ({n} periods, {doubt})",
        role=role,
        assumptions=("each purse holds what it is named for: spend that serves both ends is booked rightly",),
    )


def _naive(frame: Frame, claim: Claim, table: pd.DataFrame) -> Estimate:
    revenue = table.get("revenue")
    if revenue is None or not revenue.notna().any():
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `retention_spend` is missing throughout and so is "
            "`revenue`: nothing can be set against the cost of winning. Give what was spent on keeping customers."
        )
    told = table[revenue.notna()]
    winning = table["acquisition_spend"].sum() / table["n_won"].sum()
    earning = told["revenue"].sum() / (told["n_retained"] * told["years"]).sum()
    return make_estimate(
        frame,
        claim,
        AVERAGE,
        value=float(winning / earning),
        low=None,
        high=None,
        n=len(table),
        method="acquisition spend per customer won over a year's revenue per customer retained: revenue stands where the unknown "
        "cost of keeping belongs",
        role=Role.NAIVE,
    )


def _require_customers(frame: Frame, table: pd.DataFrame) -> None:
    for name in ("n_won", "n_retained", "acquisition_spend", "years"):
        if not table[name].sum() > 0:
            raise FrameMistake(
                f"Frame '{frame.name}' from {frame.context.source}: column `{name}` must be above 0 in some period; it is 0 "
                "throughout."
            )
