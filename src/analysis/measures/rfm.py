"""Recency, frequency, monetary value: customers by how lately and how often they bought, and what each group brings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake
from analysis.measures.periods import end_of, require_log

FREQUENCIES: tuple[tuple[int, int | None], ...] = ((1, 1), (2, 2), (3, 4), (5, 9), (10, None))
"""Purchases from and to, of each row of the grid."""
N_RECENCY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RfmCell:
    """One group of customers.

    Attributes
    ----------
    frequency : str
        Purchases, in words.
    recency : str
        Days since the last purchase, in words.
    n : int
        Customers.
    revenue : float
        What they paid, in the log's currency.
    """

    frequency: str
    recency: str
    n: int
    revenue: float


def rfm_grid(purchases: pd.DataFrame, *, end_of_observation: str | None = None) -> tuple[RfmCell, ...]:
    """Group customers by purchases made and by quarters of the days since the last one; the most recent first.

    Days with a purchase are counted, so that one order in two lines counts once.

    Parameters
    ----------
    purchases : pandas.DataFrame
        customer_id, at, amount.
    end_of_observation : str
        Last observed day; None is the last day of the log.

    Raises
    ------
    FrameMistake
        If there are fewer than four customers.

    Examples
    --------
    >>> import pandas as pd
    >>> days = ["2024-01-01", "2024-01-10", "2024-01-20", "2024-01-30", "2024-01-31"]
    >>> log = pd.DataFrame({"customer_id": [1, 2, 3, 4, 4], "at": pd.to_datetime(days), "amount": [1.0, 2, 3, 4, 5]})
    >>> [(cell.frequency, cell.n, cell.revenue) for cell in rfm_grid(log) if cell.n][-1]
    ('2 purchases', 1, 9.0)
    """
    require_log(purchases)
    end = end_of(purchases, end_of_observation).normalize()
    days = purchases.assign(day=purchases["at"].dt.normalize())
    people = days.groupby("customer_id").agg(n=("day", "nunique"), last=("day", "max"), amount=("amount", "sum"))
    if len(people) < N_RECENCY:
        raise FrameMistake(f"A grid needs {N_RECENCY} customers or more; the log holds {len(people)}.")
    ago = (end - people["last"]).dt.days.to_numpy()
    edges = np.unique(np.quantile(ago, np.linspace(0, 1, N_RECENCY + 1)).round().astype(int))
    if len(edges) == 1:  # all bought last on the same day: one column, not none
        edges = np.repeat(edges, 2)
    cells = []
    for low, high in FREQUENCIES:
        often = (people["n"] >= low) & (people["n"] <= (high or people["n"].max()))
        for place, (first, last) in enumerate(pairwise(edges)):
            lately = (ago >= first if place == 0 else ago > first) & (ago <= last)
            group = people[often.to_numpy() & lately]
            cells.append(
                RfmCell(
                    frequency=_times(low, high),
                    recency=f"{first + (place > 0)} to {last} days ago",
                    n=len(group),
                    revenue=float(group["amount"].sum()),
                )
            )
    return tuple(cells)


def _times(low: int, high: int | None) -> str:
    if high is None:
        return f"{low} or more purchases"
    return f"{low} purchase{'s' if low > 1 else ''}" if low == high else f"{low} to {high} purchases"
