"""Calendar periods of a purchase log: which are whole, and how old a customer is in each."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.core.errors import FrameMistake, require_one_of

CALENDAR = {"week": "W-SUN", "month": "M", "quarter": "Q-DEC"}
"""Name of a calendar period -> its frequency in pandas; weeks run from Monday to Sunday."""

DAYS_PER_MONTH = 365.25 / 12
N_DAYS = {"week": 7, "month": 30, "quarter": 91}
"""Length of a period on a customer's own clock, days: the usual round numbers."""


def require_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raise FrameMistake unless the table has all `columns`."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise FrameMistake(f"`{missing[0]}` is missing; the columns are {sorted(map(str, table.columns))}.")


def require_log(purchases: pd.DataFrame) -> None:
    """Raise FrameMistake unless the table has customer_id, at and amount, and a row."""
    require_columns(purchases, ("customer_id", "at", "amount"))
    if purchases.empty:
        raise FrameMistake("The purchase log has no rows; there is nobody to be retained.")


def end_of(purchases: pd.DataFrame, end_of_observation: str | None) -> pd.Timestamp:
    """Return the last observed day: the one given, else the last day of the log, which errs towards less follow-up."""
    end = pd.Timestamp(end_of_observation) if end_of_observation is not None else purchases["at"].max()
    return end.normalize()


def last_whole_period(end: pd.Timestamp, period: str) -> int:
    """Return the ordinal of the last calendar period that was observed to its last day.

    Examples
    --------
    >>> import pandas as pd
    >>> march = pd.Period("2024-03", "M").ordinal
    >>> last_whole_period(pd.Timestamp("2024-03-31"), "month") == march
    True
    >>> last_whole_period(pd.Timestamp("2024-03-30"), "month") == march - 1
    True
    """
    require_one_of("period", period, tuple(CALENDAR))
    cut = pd.Period(end, CALENDAR[period])
    return int(cut.ordinal if end >= cut.end_time.normalize() else cut.ordinal - 1)


def ordinals(at: pd.Series, period: str) -> pd.Series:
    """Return the ordinal of the calendar period of each moment."""
    require_one_of("period", period, tuple(CALENDAR))
    return pd.Series(pd.PeriodIndex(at, freq=CALENDAR[period]).asi8, index=at.index)


def first_day(ordinal: int, period: str) -> str:
    """Return the first day of a calendar period, as a reader sees it: 1997-01 for a month."""
    start = pd.Period(ordinal=ordinal, freq=CALENDAR[period]).start_time
    return f"{start:%Y-%m}" if period == "month" else f"{start:%Y-%m-%d}"
