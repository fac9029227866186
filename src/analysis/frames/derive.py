"""From a purchase log in pandas to frames of one row a customer, for public sources small enough for memory.

A company's tables take the same definitions through the engine of `analysis.company`; a test holds the two together.
`derive_periods` has the frames of one row a period.

Words used by both
------------------
occasion
    A customer's day with a purchase. What was bought and returned on one day is one sum.
joining day, joining period
    Of the customer's first occasion in the log, and the calendar period that holds it.
whole period
    A calendar month or quarter that lies in the observation from its first day to its last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from analysis.core.errors import FrameMistake, ParameterMistake
from analysis.core.vocabulary import DAYS_PER_YEAR

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

DAYS_PER_WEEK = 7


def occasions_from_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines to purchase occasions: one row a customer and day.

    An occasion is a customer's day with at least one purchase line. Its amount is the sum of the day's purchase lines
    and of the returns booked on the same day. If those returns bring the sum to 0 or below, the order was undone and
    the day is no occasion. A return booked on a later day changes no occasion: which purchase it undoes is not recorded.

    Parameters
    ----------
    lines : pandas.DataFrame
        customer_id, at (any time of day), amount (returns negative), is_return (bool).

    Returns
    -------
    pandas.DataFrame
        customer_id, at (midnight), amount, by customer and day; columns of frame ``purchases``.

    Examples
    --------
    >>> import pandas as pd
    >>> day = pd.Timestamp("2011-01-18 10:01")
    >>> lines = pd.DataFrame({"customer_id": [1, 1, 2, 2], "at": day, "amount": [50.0, -50.0, 30.0, -10.0],
    ...                       "is_return": [False, True, False, True]})
    >>> occasions_from_lines(lines)[["customer_id", "amount"]]
       customer_id  amount
    0            2    20.0
    """
    days = (
        lines.assign(at=lines["at"].dt.normalize(), bought=~lines["is_return"].astype(bool))
        .groupby(["customer_id", "at"], as_index=False)
        .agg(amount=("amount", "sum"), n_bought=("bought", "sum"), n_lines=("bought", "size"))
    )
    undone = (days["n_bought"] < days["n_lines"]) & (days["amount"] <= 0)
    retained = days[(days["n_bought"] > 0) & ~undone]
    return retained[["customer_id", "at", "amount"]].reset_index(drop=True)


def customer_periods_from_purchases(
    purchases: pd.DataFrame, end_of_observation: str, *, first_day: str | None = None
) -> pd.DataFrame:
    """Whole calendar quarters after the joining quarter in which a customer bought.

    The joining quarter is left out: it is a part quarter for this customer, so that the spend in it is low by
    construction and any later quarter would look like growth. Part quarters at both edges of the observation are left
    out for the same reason. Tenure is the mean, over the quarter's occasions, of the time since the joining day.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion: customer_id, at (datetime), amount.
    end_of_observation : str
        Last observed day.
    first_day : str
        First observed day; None takes the day of the first purchase in the log.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``customer_periods``; `period` counts calendar quarters from the one that holds `first_day`.
        Quarters in which the customer's amounts sum to 0 are left out: their logarithm does not exist.
    """
    import pandas as pd

    log = purchases[["customer_id", "at", "amount"]].copy()
    joined = log.groupby("customer_id")["at"].transform("min")
    start = pd.Timestamp(first_day) if first_day else log["at"].min()
    quarter = log["at"].dt.to_period("Q")
    log["period"] = (quarter - start.to_period("Q")).map(lambda offset: offset.n)
    log["tenure_years"] = (log["at"] - joined).dt.days / DAYS_PER_YEAR
    keep = (quarter > joined.dt.to_period("Q")) & is_whole(quarter, start, pd.Timestamp(end_of_observation))
    rows = (
        log[keep]
        .groupby(["customer_id", "period"], as_index=False)
        .agg(tenure_years=("tenure_years", "mean"), n_purchases=("amount", "size"), spend=("amount", "sum"))
    )
    return rows[rows["spend"] > 0].reset_index(drop=True)


def customer_summary_from_purchases(
    purchases: pd.DataFrame, end_of_observation: str, *, with_amounts: bool = False
) -> pd.DataFrame:
    """Repeat occasions, recency and T of every customer, customers of equal history counted together.

    frequency = occasions less 1; recency = last less first occasion; T = `end_of_observation` less first occasion; both
    in weeks of seven days. These are the definitions of Fader, Hardie & Lee (2005) on days.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion; later ones than `end_of_observation` are not looked at.
    end_of_observation : str
        Last observed day.
    with_amounts : bool
        Whether to add `monetary`, the mean amount of the occasions after the first (0 without any). Almost every
        customer is then a row of his own.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``customer_summary``.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": [1, 1, 2], "at": pd.to_datetime(["2020-01-01", "2020-01-15", "2020-01-08"])})
    >>> customer_summary_from_purchases(log, "2020-01-29")
       frequency  recency_weeks  T_weeks  n_customers
    0          0            0.0      3.0            1
    1          1            2.0      4.0            1
    """
    rows = _histories(purchases, end_of_observation, with_amounts)
    return _counted(rows.drop(columns="customer_id"))


def customer_holdout_from_purchases(
    purchases: pd.DataFrame, calibration_end: str, end_of_observation: str
) -> pd.DataFrame:
    """The customer summary at a split day, and the number of occasions after it.

    Customers whose first occasion lies after the split are left out: nothing was known of them.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion.
    calibration_end : str
        Split day; its purchases belong to the calibration.
    end_of_observation : str
        Last observed day.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``customer_holdout``.

    Raises
    ------
    ParameterMistake
        If the observation does not go beyond the split.
    """
    import pandas as pd

    split, end = pd.Timestamp(calibration_end), pd.Timestamp(end_of_observation)
    if not split < end:
        raise ParameterMistake(
            f"`end_of_observation` must lie after `calibration_end`; got {end_of_observation!r} and {calibration_end!r}."
        )
    rows = _histories(purchases, calibration_end, with_amounts=False)
    after = purchases[(purchases["at"] > split) & (purchases["at"] <= end)].groupby("customer_id").size()
    rows["holdout_frequency"] = rows["customer_id"].map(after).fillna(0).astype(int)
    rows["holdout_weeks"] = (end - split).days / DAYS_PER_WEEK
    return _counted(rows.drop(columns="customer_id"))


def repeat_trials_from_purchases(purchases: pd.DataFrame, end_of_observation: str) -> pd.DataFrame:
    """Every occasion as the start of the wait for the next.

    Parameters
    ----------
    purchases : pandas.DataFrame
        One row a customer and occasion.
    end_of_observation : str
        Last observed day.

    Returns
    -------
    pandas.DataFrame
        Columns of frame ``repeat_trials``, by customer and number. `gap_days` is missing for the last occasion.
    """
    import pandas as pd

    end = pd.Timestamp(end_of_observation)
    log = purchases.loc[purchases["at"] <= end, ["customer_id", "at"]].sort_values(["customer_id", "at"])
    by_customer = log.groupby("customer_id")["at"]
    return pd.DataFrame(
        {
            "customer_id": log["customer_id"],
            "purchase_number": by_customer.cumcount() + 1,
            "gap_days": (by_customer.shift(-1) - log["at"]) / pd.Timedelta(days=1),
            "followed_days": (end - log["at"]) / pd.Timedelta(days=1),
        }
    ).reset_index(drop=True)


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
    import numpy as np
    import pandas as pd

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
    return _counted(rows)


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
    import numpy as np
    import pandas as pd

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


def is_whole(period: pd.Series, first_day: pd.Timestamp, end_of_observation: pd.Timestamp) -> pd.Series:
    """Say for each calendar period whether the observation holds it from its first day to its last."""
    starts, ends = period.dt.start_time, period.dt.end_time.dt.normalize()
    return (starts >= first_day.normalize()) & (ends <= end_of_observation.normalize())


def whole_periods(first_day: str, end_of_observation: str, freq: Literal["M", "Q"]) -> pd.PeriodIndex:
    """Return the whole calendar months ("M") or quarters ("Q") of an observation, in order.

    Examples
    --------
    >>> [str(month) for month in whole_periods("2010-12-01", "2011-02-15", "M")]
    ['2010-12', '2011-01']
    """
    import pandas as pd

    every = pd.period_range(first_day, end_of_observation, freq=freq)
    whole = is_whole(pd.Series(every), pd.Timestamp(first_day), pd.Timestamp(end_of_observation))
    return every[whole.to_numpy()]


def _histories(purchases: pd.DataFrame, end_of_observation: str, with_amounts: bool) -> pd.DataFrame:
    """One row a customer: customer_id, frequency, recency_weeks, T_weeks and, if asked for, monetary."""
    import pandas as pd

    end = pd.Timestamp(end_of_observation)
    log = purchases[purchases["at"] <= end]
    days = log.groupby("customer_id")["at"].agg(["min", "max", "size"])
    rows = pd.DataFrame(
        {
            "frequency": days["size"] - 1,
            "recency_weeks": (days["max"] - days["min"]).dt.days / DAYS_PER_WEEK,
            "T_weeks": (end - days["min"]).dt.days / DAYS_PER_WEEK,
        }
    )
    if with_amounts:
        repeats = log[log["at"] > log["customer_id"].map(days["min"])]
        rows["monetary"] = repeats.groupby("customer_id")["amount"].mean().reindex(rows.index, fill_value=0.0)
    return rows.reset_index()


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """Distinct rows in ascending order, with their number in n_customers."""
    return rows.groupby(list(rows.columns), as_index=False, sort=True).size().rename(columns={"size": "n_customers"})


def _flag_values(flags: pd.DataFrame) -> NDArray[np.int64]:
    """The flags as an array of 0 and 1, everybody's first being 1."""
    import numpy as np

    values: NDArray[np.int64] = flags.to_numpy(dtype=np.int64)
    if not np.isin(values, (0, 1)).all() or not (values[:, 0] == 1).all():
        raise FrameMistake("`flags` must be 0 or 1 throughout, and 1 in the first column: everybody joined there.")
    return values
