"""From a purchase log in pandas to frames, for public sources small enough for memory.

A company's tables take the same definitions through the engine of `analysis.company`; a test holds the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.vocabulary import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd


def customer_periods_from_purchases(purchases: pd.DataFrame, end_of_observation: str) -> pd.DataFrame:
    """Quarters in which a customer bought, first purchases and part quarters left out.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion: customer_id, at (datetime), amount.
    end_of_observation : str
        Last observed day; a quarter that it cuts short is left out.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``customer_periods``.
    """
    import pandas as pd

    log = purchases[["customer_id", "at", "amount"]].copy()
    first = log.groupby("customer_id")["at"].transform("min")
    quarter = log["at"].dt.to_period("Q")
    cut = pd.Timestamp(end_of_observation).to_period("Q")
    complete = pd.Timestamp(end_of_observation).normalize() >= cut.end_time.normalize()
    log["period"] = (quarter - quarter.min()).map(lambda offset: offset.n)
    log["tenure_years"] = (log["at"] - first).dt.days / DAYS_PER_YEAR
    keep = log["at"] > first
    if not complete:
        keep &= quarter < cut
    rows = (
        log[keep]
        .groupby(["customer_id", "period"], as_index=False)
        .agg(tenure_years=("tenure_years", "mean"), n_purchases=("amount", "size"), spend=("amount", "sum"))
    )
    return rows[rows["spend"] > 0].reset_index(drop=True)
