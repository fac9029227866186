"""Calibration and holdout: fit on the past, forecast a period that is kept back, and compare with what happened.

Two forecasts are in print and differ. The *tracking* forecast sums the expected purchases of each customer from his
first purchase on, not looking at what he did since. The *conditional* forecast looks at each history up to the end of
calibration. Bought is counted in days: several purchases of a customer on one day are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.late import pd
from analysis.models.fit import Array, ModelFit, purchase_module

DAYS_PER_WEEK = 7.0
LAST_CLASS = 7
"""Customers with this many calibration purchases or more are one class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldoutValidation:
    """Conditional forecasts against what happened.

    Attributes
    ----------
    n_customers : int
    horizon : float
        Length of the holdout, in the unit of the rows' time.
    predicted, actual : float
        Purchases of all customers in the holdout.
    error_percent : float
        100 * (predicted / actual - 1); negative where the model forecasts too little, nan where nobody bought.
    correlation : float
        Between customers' predicted and actual numbers; nan where either does not vary.
    mean_absolute_error : float
        Purchases per customer.
    by_frequency : tuple of FrequencyClass
        The same by number of calibration purchases.
    model : str
    """

    n_customers: int
    horizon: float
    predicted: float
    actual: float
    error_percent: float
    correlation: float
    mean_absolute_error: float
    by_frequency: tuple[FrequencyClass, ...]
    model: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyClass:
    """Customers with the same number of repeat purchases in calibration.

    Attributes
    ----------
    frequency : int
        Repeat purchases in calibration.
    and_more : bool
        True for the last class, which also holds the more frequent.
    n_customers : int
    predicted_mean, actual_mean : float
        Holdout purchases per customer.
    actual_total : float
        Holdout purchases of the class.
    """

    frequency: int
    and_more: bool
    n_customers: int
    predicted_mean: float
    actual_mean: float
    actual_total: float


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


def validate_holdout(fit: ModelFit, split: pd.DataFrame, horizon: float) -> HoldoutValidation:
    """Hold a fitted purchase model's conditional forecasts against the holdout.

    Parameters
    ----------
    fit : ModelFit
        BG/NBD, MBG/NBD or Pareto/NBD, fitted to the calibration columns.
    split : DataFrame
        As `split_calibration_holdout` returns it.
    horizon : float
        Length of the holdout in the unit of `T`.
    """
    history = [split[name].to_numpy(dtype=float) for name in ("frequency", "recency", "T")]
    predicted = purchase_module(fit.model).conditional_expected_purchases(fit.params, horizon, *history)
    actual = split["n_holdout"].to_numpy(dtype=float)
    return HoldoutValidation(
        n_customers=len(split),
        horizon=horizon,
        predicted=float(predicted.sum()),
        actual=float(actual.sum()),
        error_percent=100 * float(predicted.sum() / actual.sum() - 1) if actual.sum() else float("nan"),
        correlation=_correlation(predicted, actual),
        mean_absolute_error=float(np.abs(predicted - actual).mean()),
        by_frequency=_frequency_classes(split["frequency"].to_numpy(), predicted, actual),
        model=fit.model,
    )


def expected_cumulative_purchases(fit: ModelFit, joined_at: ArrayLike, at: ArrayLike) -> Array:
    """Tracking forecast: expected repeat purchases of all customers up to each time of `at`.

    Parameters
    ----------
    fit : ModelFit
        A purchase model.
    joined_at : array-like
        Time of each customer's first purchase on the clock of `at`; who joins later counts nothing yet.
    at : array-like
        Times asked about.
    """
    joined, n_joined = np.unique(np.asarray(joined_at, dtype=float), return_counts=True)
    ages = np.maximum(np.atleast_1d(np.asarray(at, dtype=float))[:, None] - joined, 0.0)
    expected: Array = purchase_module(fit.model).expected_purchases(fit.params, ages)
    return np.asarray(expected @ n_joined)


def actual_cumulative_purchases(purchases: pd.DataFrame, at: ArrayLike) -> Array:
    """Repeat purchase days of all customers up to and including each day of `at`."""
    days = _purchase_days(purchases)
    repeat = np.sort(days.loc[days["customer_id"].duplicated(), "at"].to_numpy())
    asked = pd.DatetimeIndex(np.atleast_1d(np.asarray(at, dtype="datetime64[ns]")))
    return np.asarray(np.searchsorted(repeat, asked.to_numpy(), side="right"), dtype=float)


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


def _correlation(one: Array, other: Array) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if np.ptp(one) > 0 and np.ptp(other) > 0 else float("nan")


def _frequency_classes(frequency: Array, predicted: Array, actual: Array) -> tuple[FrequencyClass, ...]:
    classes = np.minimum(frequency, LAST_CLASS).astype(int)
    return tuple(
        FrequencyClass(
            frequency=int(number),
            and_more=bool(number == LAST_CLASS),
            n_customers=int((classes == number).sum()),
            predicted_mean=float(predicted[classes == number].mean()),
            actual_mean=float(actual[classes == number].mean()),
            actual_total=float(actual[classes == number].sum()),
        )
        for number in np.unique(classes)
    )
