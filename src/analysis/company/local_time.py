"""Times with an offset from UTC, turned to the company's clock by arithmetic that every engine knows."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from analysis.core.calendar_days import ORIGIN, SECONDS_PER_DAY, days_from, exists, month_from_days


@cache
def transitions(zone: str, first_year: int, last_year: int) -> tuple[tuple[int, int], ...]:
    """When a zone's clocks change: (second since 1900 in UTC, offset from then on in seconds), the first at the start.

    Examples
    --------
    >>> transitions("UTC", 2024, 2024)
    ((3913056000, 0),)
    >>> [offset for _, offset in transitions("Europe/Berlin", 2024, 2024)]
    [3600, 7200, 3600]
    """
    utc = datetime.UTC
    origin = datetime.datetime.combine(ORIGIN, datetime.time(), utc)
    tz = ZoneInfo(zone)

    def offset(second: int) -> int:
        moment = (origin + datetime.timedelta(seconds=second)).astimezone(tz).utcoffset()
        return int(moment.total_seconds()) if moment is not None else 0

    start = int((datetime.datetime(first_year, 1, 1, tzinfo=utc) - origin).total_seconds())
    end = int((datetime.datetime(last_year + 1, 1, 1, tzinfo=utc) - origin).total_seconds())
    found = [(start, offset(start))]
    for day in range(start, end, SECONDS_PER_DAY):
        low, high = day, min(day + SECONDS_PER_DAY, end)
        if offset(high) == offset(low):
            continue
        after = offset(high)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if offset(middle) == after else (middle, high)
        found.append((high, after))
    return tuple(found)


PARTS = ("y", "mo", "d", "h", "mi", "s", "p", "o")
"""Year, month, day, hour, minute, second, half of the day (1 am, 2 pm), offset from UTC in seconds.

They become names of columns, and DuckDB takes names that differ in capitals only for one: so no "m" beside "M".
"""


def typed_parts(value: Any) -> dict[str, Any]:
    """PARTS of a date or timestamp column; the offset is 0 for an instant and null for a local time."""
    nothing = ibis.null("int64")
    if value.type().is_date():
        found = {"y": value.year(), "mo": value.month(), "d": value.day()}
        return {key: found.get(key, nothing) for key in PARTS}
    aware = value.type().timezone is not None
    naive = value.cast("timestamp") if aware else value
    return {
        "y": naive.year(),
        "mo": naive.month(),
        "d": naive.day(),
        "h": naive.hour(),
        "mi": naive.minute(),
        "s": naive.second(),
        "p": nothing,
        "o": value.isnull().ifelse(nothing, 0) if aware else nothing,
    }


def second_of_day(table: Any, name: str) -> Any:
    """Second on the writer's clock; 0 without a time of day, null where the time cannot be."""
    hour, minute, second = (table[f"{name}__{key}"].fill_null(0) for key in ("h", "mi", "s"))
    half = table[f"{name}__p"].fill_null(0)
    possible = (hour <= 23) & (minute <= 59) & (second <= 60) & ((half == 0) | hour.between(1, 12))
    full = ibis.cases((half == 1, hour % 12), (half == 2, hour % 12 + 12), else_=hour)
    last = ibis.least(3600 * full + 60 * minute + second, SECONDS_PER_DAY - 1)  # a leap second is the last of its day
    return possible.ifelse(last, ibis.null("int64")).cast("int64")


def writers_clock(table: Any, name: str) -> dict[str, Any]:
    """From parts to ``name__day`` and ``name__second`` (of the day) on the writer's clock, for the table to hold.

    Null where calendar or clock say no. A step of its own: what follows uses each many times.
    """
    year, month, day = (table[f"{name}__{key}"] for key in ("y", "mo", "d"))
    second = second_of_day(table, name)
    good = exists(year, month, day) & second.notnull()
    days = good.ifelse(days_from(year, month, day), ibis.null("int64"))
    return {f"{name}__day": days, f"{name}__second": second}


def is_local_time(type_: Any) -> bool:
    """Whether a column is a date, or a time without a zone."""
    return bool(type_.is_date() or (type_.is_timestamp() and type_.timezone is None))


def embedded_day(value: Any) -> Any:
    """Day number of a local time, in the embedded engine's own arithmetic of dates; null for its infinite dates."""
    return value.cast("date").delta(ORIGIN, unit="day").cast("int64")


def embedded_clock(value: Any, name: str) -> dict[str, Any]:
    """What `typed_parts` and `writers_clock` make of a local time, in the embedded engine's own arithmetic of dates.

    A test holds the two together.
    """
    if value.type().is_date():
        second = value.isnull().ifelse(ibis.null("int64"), 0)
    else:
        second = 3600 * value.hour() + 60 * value.minute() + value.second()
    return {
        f"{name}__day": embedded_day(value),
        f"{name}__second": second.cast("int64"),
        f"{name}__y": value.year().cast("int64"),
        f"{name}__mo": value.month().cast("int64"),
    }


def local_columns(table: Any, name: str, zone: str | None, shifted: bool) -> tuple[Any, dict[str, Any]]:
    """From the writer's clock to day, month and second columns on the company's.

    Parameters
    ----------
    table : ibis Table
        Holds ``name__y`` and so on for PARTS, and what `writers_clock` makes of them.
    zone : str
        The company's time zone; None is UTC.
    shifted : bool
        Whether any value has an offset.

    Returns
    -------
    tuple
        The table, with further columns, and the mapping day, month, second (since 1900); null where calendar or clock
        say no.
    """
    days, second = table[f"{name}__day"], table[f"{name}__second"]
    total = days * SECONDS_PER_DAY + second
    if not shifted:
        months = 12 * table[f"{name}__y"] + table[f"{name}__mo"] - 1
        return table, {"day": days, "month": days.isnull().ifelse(ibis.null("int64"), months), "second": total}
    utc = total - table[f"{name}__o"]
    bounds = table.aggregate(low=table[f"{name}__y"].min(), high=table[f"{name}__y"].max()).execute().iloc[0]
    local = utc + _zone_offset(utc, zone or "UTC", int(bounds["low"] or 1970) - 1, int(bounds["high"] or 1970) + 1)
    table = table.mutate(**{f"{name}__local": ibis.coalesce(local, total)})
    total = table[f"{name}__local"]
    days = (total // SECONDS_PER_DAY).cast("int64")
    return table, {"day": days, "month": month_from_days(days), "second": total}


def _zone_offset(utc: Any, zone: str, first_year: int, last_year: int) -> Any:
    (_, before), *changes = transitions(zone, max(first_year, 1901), min(last_year, 2100))
    if not changes:
        return before
    return ibis.cases(*((utc >= moment, offset) for moment, offset in reversed(changes)), else_=before)
