"""Calibration and holdout: a purchase log cut in two, to fit on the past and forecast a period that is kept back.

Bought is counted in days: several purchases of a customer on one day are one.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.core.errors import FrameMistake, ParameterMistake

DAYS_PER_WEEK = 7.0


def split_calibration_holdout(
    purchases: pd.DataFrame, calibration_end: Any, observation_end: Any, *, days_per_unit: float = DAYS_PER_WEEK
) -> pd.DataFrame:
    """Cut a purchase log in two and summarise each customer who had bought by the end of calibration.

    Parameters
    ----------
    purchases : DataFrame
        `customer_id`, `at` (timestamps), and optionally `amount`.
    calibration_end, observation_end : date-like
        Last days of calibration and of observation, both included.
    days_per_unit : float
        Days in the unit of time wanted; the default gives weeks.

    Returns
    -------
    DataFrame
        By `customer_id`: `first_at` (day of the first purchase), `frequency`, `recency`, `T`, `monetary` (mean value
        of a repeat day, 0 without any; only with `amount`), `n_holdout` (days bought on in the holdout).

    Raises
    ------
    FrameMistake
        If a column is missing or nobody bought before the end of calibration.
    ParameterMistake
        If the observation does not go beyond the calibration.
    """
    start_of_holdout, end = pd.Timestamp(calibration_end).normalize(), pd.Timestamp(observation_end).normalize()
    if end <= start_of_holdout:
        raise ParameterMistake(
            f"`observation_end` must lie after `calibration_end`; got {end.date()} and {start_of_holdout.date()}."
        )
    days = _purchase_days(purchases)
    days = days[days["at"] <= end]
    before = days[days["at"] <= start_of_holdout]
    if before.empty:
        raise FrameMistake(f"`at` has no purchase up to {start_of_holdout.date()}; move `calibration_end`.")
    summary = before.groupby("customer_id")["at"].agg(first_at="min", last_at="max", n_days="size")
    day = pd.Timedelta(days=days_per_unit)
    result = pd.DataFrame(
        {
            "first_at": summary["first_at"],
            "frequency": summary["n_days"] - 1,
            "recency": (summary["last_at"] - summary["first_at"]) / day,
            "T": (start_of_holdout - summary["first_at"]) / day,
        }
    )
    if "amount" in days.columns:
        result["monetary"] = _mean_repeat_amount(before, summary["first_at"])
    after = days[days["at"] > start_of_holdout].groupby("customer_id").size()
    return result.assign(n_holdout=after.reindex(result.index, fill_value=0).astype(int))


def _purchase_days(purchases: pd.DataFrame) -> pd.DataFrame:
    """One row a customer and day, in order of time, amounts of a day added up."""
    missing = [name for name in ("customer_id", "at") if name not in purchases.columns]
    if missing:
        raise FrameMistake(f"`{missing[0]}` is missing; the columns are {sorted(map(str, purchases.columns))}.")
    daily = purchases.assign(at=pd.to_datetime(purchases["at"]).dt.normalize())
    keys = daily.groupby(["customer_id", "at"], as_index=False, sort=True)
    days = keys["amount"].sum() if "amount" in daily.columns else keys.size()[["customer_id", "at"]]
    return days.sort_values(["at", "customer_id"], ignore_index=True)


def _mean_repeat_amount(days: pd.DataFrame, first_at: pd.Series) -> pd.Series:
    repeat = days[days["at"] > days["customer_id"].map(first_at)]
    return repeat.groupby("customer_id")["amount"].mean().reindex(first_at.index, fill_value=0.0)
