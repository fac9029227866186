"""How far revenue swings by month or quarter: repeat customers against new ones, at equal numbers of purchases."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.core.claim import Claim
from analysis.core.errors import FrameMistake, require_one_of
from analysis.core.results import Estimate
from analysis.core.vocabulary import Role
from analysis.estimators.common.blocks import FEWEST_YEARS, block_jackknife, block_length
from analysis.estimators.common.building import make_estimate
from analysis.frames import Frame

PERIODS_PER_YEAR = {"variation_ratio": 12, "variation_ratio_by_quarter": 4}
"""Registered quantity to the periods that it is about: swings by quarter are smaller than swings by month."""
MONTHS_PER_YEAR = 12
FEWEST_MONTHS = 3


def estimate_revenue_stability(
    frame: Frame, claim: Claim, *, quantity: str = "variation_ratio"
) -> tuple[Estimate, ...]:
    """Ratio of the coefficients of variation of monthly (or quarterly) revenue, repeat over new customers.

    A coefficient of variation is the standard deviation over the mean. The larger segment is thinned in thought: each of
    its customers is kept, with all purchases, with the probability q that makes the expected purchases a month equal.
    The expected squared coefficient of variation of what is left is

        CV²(q) = V / R² + (1 - q) / q · W / R²

    with R the mean and V the variance over months of the segment's revenue, and W the sum over its customers of each
    one's own variance over months (the frame's `own_squares`, summed, over the months less 1). The second term is what
    the segment's size had hidden: the ups and downs of single customers. Nothing is drawn at random.

    The interval leaves out a year (or half a year) at a time; below two years there is none.

    Parameters
    ----------
    frame : Frame
        ``segment_revenue``.
    claim : Claim
    quantity : str
        "variation_ratio" of a frame of months, "variation_ratio_by_quarter" of a frame of quarters.

    Returns
    -------
    tuple of Estimate
        The ratio at equal numbers of purchases, and the naive ratio of the segments as they are.

    Raises
    ------
    FrameMistake
        If the rows are not months (quarters), there are fewer than three of them, a segment is missing in one, or its
        revenue is the same every month or, over two years or more, 0 in half of the months (a closed cohort has no new
        customers).
    """
    require_one_of("quantity", quantity, tuple(PERIODS_PER_YEAR))
    per_year = PERIODS_PER_YEAR[quantity]
    new, repeat = (_segment(frame, name, per_year) for name in ("new", "repeat"))
    n = len(new)
    q = float(new["n_purchases"].sum() / repeat["n_purchases"].sum())
    keep_new, keep_repeat = min(1.0, 1 / q), min(1.0, q)
    block = block_length(n, per_year)

    def at_equal_size(retained: NDArray[np.int64]) -> float:
        return math.log(_variation(repeat.iloc[retained], keep_repeat) / _variation(new.iloc[retained], keep_new))

    def as_they_are(retained: NDArray[np.int64]) -> float:
        return math.log(_variation(repeat.iloc[retained], 1.0) / _variation(new.iloc[retained], 1.0))

    thinned, share = ("repeat", keep_repeat) if q < 1 else ("new", keep_new)
    left_out = "a year" if block == per_year else "half a year"
    periods = "months" if per_year == MONTHS_PER_YEAR else "quarters"
    doubt = f"{left_out} left out at a time" if block else "no interval below two years"
    names = (
        f"coefficients of variation over {n} {periods}, {doubt}; of the {thinned} customers {100 * share:.0f} in a hundred "
        "kept, for equal numbers of purchases",
        "coefficients of variation of the two groups as they are (the larger is steadier by its size)",
    )
    found = []
    for statistic, method, role in zip((at_equal_size, as_they_are), names, (Role.ANSWER, Role.NAIVE), strict=True):
        low, high = block_jackknife(statistic, n, block) if block else (None, None)
        found.append(
            make_estimate(
                frame,
                claim,
                quantity,
                value=math.exp(statistic(np.arange(n))),
                low=None if low is None else math.exp(low),
                high=None if high is None else math.exp(high),
                n=n,
                method=method,
                role=role,
                assumptions=(f"the {periods} seen hold the seasons in their usual weight",),
            )
        )
    return tuple(found)


def _variation(segment: pd.DataFrame, q: float) -> float:
    """Coefficient of variation after keeping a share `q` of the customers, in expectation of its square."""
    revenue = segment["revenue"].to_numpy(float)
    own = float(segment["own_squares"].sum()) / (len(segment) - 1)
    return math.sqrt(float(revenue.var(ddof=1)) + (1 - q) / q * own) / float(revenue.mean())


def _segment(frame: Frame, name: str, per_year: int) -> pd.DataFrame:
    """One segment's months (quarters) in order, after asking whether they can be compared."""
    table = frame.table
    starts = table["period_start"].drop_duplicates().sort_values()
    apart = (starts.dt.year * MONTHS_PER_YEAR + starts.dt.month).diff().median()
    if len(starts) > 1 and apart != MONTHS_PER_YEAR // per_year:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: column `period_start` must step by "
            f"{MONTHS_PER_YEAR // per_year} months for this quantity; it steps by {apart:.0f}. Ask for the quantity by quarter "
            "of quarters, and for the one by month of months."
        )
    rows = table[table["segment"] == name].sort_values("period_start", ignore_index=True)
    months = table["period_start"].nunique()
    if len(rows) != months or months < FEWEST_MONTHS:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: both segments must have a row in each of at least "
            f"{FEWEST_MONTHS} months; segment '{name}' has {len(rows)} in {months} months."
        )
    if rows["revenue"].mean() <= 0 or rows["revenue"].nunique() < 2 or rows["n_purchases"].sum() == 0:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: revenue of the segment '{name}' must be above 0 on average "
            "and differ from month to month; it does not."
        )
    if months >= FEWEST_YEARS * per_year and (rows["revenue"] > 0).mean() <= 0.5:
        raise FrameMistake(
            f"Frame '{frame.name}' from {frame.context.source}: segment '{name}' must have revenue in more than half of the "
            f"months; it has in {int((rows['revenue'] > 0).sum())} of {months}. A closed cohort cannot be compared."
        )
    return rows
