"""A plain table of purchases in, a cohort table out: cohorts down, ages across, as analysts draw it."""

from __future__ import annotations

import pandas as pd

from analysis.core.errors import FrameMistake, require_one_of
from analysis.measures.cohorts import BOUNDED, COUNTED, cohort_activity

NOTHING = 1e-6
"""A sum of amounts below this is nothing: what rounding leaves of a purchase and its return."""
SHARE, CUSTOMERS, REVENUE = "share", "customers", "revenue"


def cohort_table(
    df: pd.DataFrame,
    *,
    customer: str = "customer_id",
    at: str = "at",
    period: str = "month",
    amount: str | None = None,
    values: str = SHARE,
    kind: str = BOUNDED,
    end_of_observation: str | None = None,
) -> pd.DataFrame:
    """Cohorts by the period of the first purchase, and what became of them at every age.

    Parameters
    ----------
    df : pandas.DataFrame
        One row a purchase, from each customer's first on.
    customer, at : str
        Columns of the customer and of the day or moment (dates, or texts such as 2024-01-31).
    period : {"week", "month", "quarter"}
        Calendar period of cohorts and ages.
    amount : str
        Column of what was paid, returns below 0; needed for `values` "revenue". With it a day on which a customer only
        returned things is no purchase.
    values : {"share", "customers", "revenue"}
        Share of the cohort's customers who bought (0 to 1), their number, or what they paid.
    kind : {"bounded", "rolling"}
        Bought in that very period, or in it or a later one. Revenue is always that of the period.
    end_of_observation : str
        Last observed day; None is the last day of the log. A period that it cuts short is left out.

    Returns
    -------
    pandas.DataFrame
        Index `cohort` (first day of its period; the month for months); the column `customers` (size of the cohort) and
        one column an age, 0 the period of the first purchase; missing where the age was not observed.

    Raises
    ------
    FrameMistake
        If a column is not there, a time cannot be read, a customer is missing, or no period was observed as a whole.
    ParameterMistake
        If `period`, `values` or `kind` is none of those above.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"who": ["a", "a", "b"], "day": ["2024-01-05", "2024-02-03", "2024-01-20"]})
    >>> table = cohort_table(log, customer="who", at="day", end_of_observation="2024-02-29")
    >>> table.reset_index()
        cohort  customers    0    1
    0  2024-01          2  1.0  0.5
    """
    require_one_of("values", values, (SHARE, CUSTOMERS, REVENUE))
    require_one_of("kind", kind, tuple(COUNTED))
    if values == REVENUE and amount is None:
        raise FrameMistake('`amount` must name the column of what was paid where `values` is "revenue"; got None.')
    log = purchase_log(df, customer=customer, at=at, amount=amount)
    if values != REVENUE:
        log = without_return_days(log)
    activity = cohort_activity(log, period=period, end_of_observation=end_of_observation)
    counted = activity["revenue"] if values == REVENUE else activity[COUNTED[kind]]
    if values == SHARE:
        counted = counted / activity["n_start"]
    wide = activity.assign(value=counted).pivot(index="cohort", columns="period", values="value")
    wide.columns.name = None
    wide.insert(0, "customers", activity.groupby("cohort")["n_start"].first())
    return wide


def without_return_days(log: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows of a customer and day that hold a return and come to nothing or less: no purchase, as in a company's tables.

    Parameters
    ----------
    log : pandas.DataFrame
        As `purchase_log` returns it.

    Raises
    ------
    FrameMistake
        If nothing is left.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({"customer_id": ["a", "a", "b", "b"], "amount": [9.0, -9.0, 9.0, -2.0]})
    >>> log["at"] = pd.to_datetime(["2024-01-05", "2024-02-03", "2024-01-20", "2024-01-20"])
    >>> without_return_days(log)["amount"].tolist()  # a's return stands alone, b's leaves 7 of its day
    [9.0, 9.0, -2.0]
    """
    by_day = log.groupby(["customer_id", log["at"].dt.normalize()])["amount"]
    undone = (by_day.transform("min") < 0) & (by_day.transform("sum") < NOTHING)
    if undone.all():
        raise FrameMistake(
            "The log must hold at least one purchase; every day of every customer comes to nothing or less."
        )
    return log[~undone]


def purchase_log(df: pd.DataFrame, *, customer: str, at: str, amount: str | None = None) -> pd.DataFrame:
    """Return the columns of a purchase log under the house's names: customer_id, at, amount (0 without one).

    Raises
    ------
    FrameMistake
        If a column is not there, a customer or a time is missing or cannot be read, or an amount is no number.
    """
    for name, column in (("customer", customer), ("at", at), ("amount", amount)):
        if column is not None and column not in df.columns:
            raise FrameMistake(
                f"`{name}` must be a column of the table ({', '.join(map(str, df.columns))}); got {column!r}."
            )
    if df.empty:
        raise FrameMistake("The table must hold at least one purchase; it has no row.")
    # Texts by the ISO standard only: 3/4/2024 is March to some and April to others.
    times = pd.to_datetime(df[at], errors="coerce", format="ISO8601" if df[at].dtype == object else None)
    amounts = pd.to_numeric(df[amount], errors="coerce") if amount is not None else pd.Series(0.0, index=df.index)
    for column, values, rule in (
        (customer, df[customer], "given"),
        (at, times, "a date (2024-01-31; others pandas.to_datetime reads with a format)"),
        (amount, amounts, "a number"),
    ):
        broken = values.isna()
        if broken.any():
            first = broken.idxmax()
            raise FrameMistake(
                f"Column `{column}` must be {rule} in every row; {int(broken.sum())} are not, first row {first}: "
                f"{df.loc[first, column] if column is not None else None!r}. Mend these rows or leave them out."
            )
    if getattr(times.dt, "tz", None) is not None:
        times = times.dt.tz_localize(None)
    return pd.DataFrame({"customer_id": df[customer].to_numpy(), "at": times.to_numpy(), "amount": amounts.to_numpy()})
