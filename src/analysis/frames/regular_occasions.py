"""Histories on regular occasions (a year's giving, a renewal): yes or no by customer and occasion, made into frames.

There is no purchase with a date and an amount in them, so that no company's table holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.core.errors import FrameMistake
from analysis.core.vocabulary import DAYS_PER_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray


def opportunities_from_flags(flags: pd.DataFrame, *, n_calibration: int | None = None) -> pd.DataFrame:
    """Yearly (or otherwise regular) yes and no to frequency, recency and holdout.

    Parameters
    ----------
    flags : pandas.DataFrame
        One row a customer, one column an occasion in order of time, 0 or 1; the first column is the occasion of
        joining and 1 for everybody.
    n_calibration : int
        Occasions after the first that are history; the rest is the holdout. None takes all as history.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``opportunities``: frequency = occasions used after the first; recency = number of the last of
        them, 0 if none.

    Raises
    ------
    FrameMistake
        If somebody did not use the first occasion.

    Examples
    --------
    >>> import pandas as pd
    >>> opportunities_from_flags(pd.DataFrame([[1, 0, 1, 0]]), n_calibration=2).to_dict("records")
    [{'frequency': 1, 'recency': 2, 'n_opportunities': 2, 'holdout_frequency': 0, 'n_holdout': 1, 'n_customers': 1}]
    """
    values = _flag_values(flags)
    n = values.shape[1] - 1 if n_calibration is None else n_calibration
    history = values[:, 1 : n + 1]
    rows = pd.DataFrame(
        {
            "frequency": history.sum(axis=1),
            "recency": (history * np.arange(1, n + 1)).max(axis=1),
            "n_opportunities": n,
        }
    )
    if n < values.shape[1] - 1:
        rows["holdout_frequency"] = values[:, n + 1 :].sum(axis=1)
        rows["n_holdout"] = values.shape[1] - 1 - n
    return rows.groupby(list(rows.columns), as_index=False, sort=True).size().rename(columns={"size": "n_customers"})


def repeat_trials_from_flags(flags: pd.DataFrame, *, days_per_occasion: float = DAYS_PER_YEAR) -> pd.DataFrame:
    """Every occasion used as the start of the wait for the next, on regular occasions.

    Parameters
    ----------
    flags : pandas.DataFrame
        As for `opportunities_from_flags`; the row number becomes the customer's code.
    days_per_occasion : float
        Days from one occasion to the next.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``repeat_trials``; gaps and follow-up are whole multiples of `days_per_occasion`.
    """
    values = _flag_values(flags)
    customer, occasion = np.nonzero(values)
    log = pd.DataFrame({"customer_id": customer, "occasion": occasion})
    by_customer = log.groupby("customer_id")["occasion"]
    return pd.DataFrame(
        {
            "customer_id": log["customer_id"],
            "purchase_number": by_customer.cumcount() + 1,
            "gap_days": (by_customer.shift(-1) - log["occasion"]) * days_per_occasion,
            "followed_days": (values.shape[1] - 1 - log["occasion"]) * days_per_occasion,
        }
    )


def account_periods_from_flags(flags: pd.DataFrame, first_year: int) -> pd.DataFrame:
    """The account of a cohort on yearly occasions: active in a year is who used it.

    Parameters
    ----------
    flags : pandas.DataFrame
        One row a customer, one column a year in order, 0 or 1; the first column is the year of joining.
    first_year : int
        Year of the first column.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``account_periods`` without revenue, from the second year on. Nobody is won.

    Examples
    --------
    >>> import pandas as pd
    >>> found = account_periods_from_flags(pd.DataFrame([[1, 0, 1], [1, 1, 0]]), 1995)
    >>> found[["n_start", "n_won", "n_resurrected", "n_lost", "n_end"]].to_numpy().tolist()
    [[2, 0, 0, 1, 1], [1, 0, 1, 1, 1]]
    """
    used = flags.to_numpy(dtype=bool)
    before, now = used[:, :-1], used[:, 1:]
    years = range(first_year + 1, first_year + used.shape[1])
    return pd.DataFrame(
        {
            "period_start": [pd.Timestamp(year, 1, 1) for year in years],
            "years": 1.0,
            "n_start": before.sum(axis=0),
            "n_won": 0,
            "n_resurrected": (now & ~before).sum(axis=0),
            "n_lost": (before & ~now).sum(axis=0),
            "n_end": now.sum(axis=0),
            "n_passing": 0,
        }
    )


def _flag_values(flags: pd.DataFrame) -> NDArray[np.int64]:
    """The flags as an array of 0 and 1, everybody's first being 1."""
    values: NDArray[np.int64] = flags.to_numpy(dtype=np.int64)
    if not np.isin(values, (0, 1)).all() or not (values[:, 0] == 1).all():
        raise FrameMistake("`flags` must be 0 or 1 throughout, and 1 in the first column: everybody joined there.")
    return values
