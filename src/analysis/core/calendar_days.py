"""Days as whole numbers, by arithmetic that every engine knows: days since 1900-01-01, months since year 0."""

from __future__ import annotations

import datetime
from typing import Any

import ibis

ORIGIN = datetime.date(1900, 1, 1)
"""Day 0; a Monday. Spreadsheets write their empty dates as this day or just before it, so nothing up to it is read."""

FIRST_DAY = 1
_JULIAN_ORIGIN = 2_415_021  # Julian day number of ORIGIN
SECONDS_PER_DAY = 86_400


def day_number(day: datetime.date) -> int:
    """Days since 1900-01-01.

    Examples
    --------
    >>> day_number(datetime.date(1900, 1, 8))
    7
    """
    return (day - ORIGIN).days


def day_of(number: int) -> datetime.date:
    """The day with this number.

    Examples
    --------
    >>> day_of(7)
    datetime.date(1900, 1, 8)
    """
    return ORIGIN + datetime.timedelta(days=int(number))


def month_number(day: datetime.date) -> int:
    """12 x year + month - 1.

    Examples
    --------
    >>> month_number(datetime.date(2000, 2, 29))
    24001
    """
    return 12 * day.year + day.month - 1


def month_start(number: int) -> datetime.date:
    """First day of the month with this number.

    Examples
    --------
    >>> month_start(24001)
    datetime.date(2000, 2, 1)
    """
    return datetime.date(number // 12, number % 12 + 1, 1)


def days_from(year: Any, month: Any, day: Any) -> Any:
    """Day number from Ibis whole-number columns year, month, day.

    Julian day number of a Gregorian date: Fliegel & Van Flandern (1968), Communications of the ACM 11(10), 657, in the
    form that needs positive numbers only.
    """
    early = (14 - month) // 12
    y = year + 4800 - early
    m = month + 12 * early - 3
    julian = day + (153 * m + 2) // 5 + 365 * y + y // 4 - y // 100 + y // 400 - 32_045
    return (julian - _JULIAN_ORIGIN).cast("int64")


def month_from_days(days: Any) -> Any:
    """Month number from an Ibis column of day numbers."""
    year, month, _ = date_from_days(days)
    return (12 * year + month - 1).cast("int64")


def date_from_days(days: Any) -> tuple[Any, Any, Any]:
    """Year, month and day from an Ibis column of day numbers: the way back (Richards 2013, Explanatory Supplement to the
    Astronomical Almanac, 3rd ed., section 15.11)."""
    a = days + _JULIAN_ORIGIN + 32_044
    b = (4 * a + 3) // 146_097
    c = a - (146_097 * b) // 4
    d = (4 * c + 3) // 1461
    e = c - (1461 * d) // 4
    m = (5 * e + 2) // 153
    day = e - (153 * m + 2) // 5 + 1
    return 100 * b + d - 4800 + m // 10, m + 3 - 12 * (m // 10), day


def exists(year: Any, month: Any, day: Any) -> Any:
    """Whether year, month, day (Ibis whole numbers) name a day of the calendar."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    length = ibis.cases(
        (month.isin([4, 6, 9, 11]), 30),
        ((month == 2) & leap, 29),
        (month == 2, 28),
        else_=31,
    )
    return month.between(1, 12) & (day >= 1) & (day <= length)
