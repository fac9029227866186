"""Times with an offset from UTC, turned to the company's clock by arithmetic that every engine knows."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from analysis.company.calendar_days import ORIGIN, SECONDS_PER_DAY, days_from, month_from_days


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


def typed_parts(value: Any) -> dict[str, Any]:
    """Year, month, day, second of the day and offset from UTC (0 for an instant, null for a local time) of a date or
    timestamp column."""
    whole = {"y": value.year(), "m": value.month(), "d": value.day()}
    nothing = ibis.null("int64")
    if value.type().is_date():
        return whole | {"s": value.isnull().ifelse(nothing, 0), "o": nothing}
    aware = value.type().timezone is not None
    naive = value.cast("timestamp") if aware else value
    return {
        "y": naive.year(),
        "m": naive.month(),
        "d": naive.day(),
        "s": 3600 * naive.hour() + 60 * naive.minute() + naive.second(),
        "o": value.isnull().ifelse(nothing, 0) if aware else nothing,
    }


def local_columns(table: Any, name: str, zone: str | None, shifted: bool) -> tuple[Any, dict[str, Any]]:
    """From parts to day, month and second columns.

    Parameters
    ----------
    table : ibis Table
        Holds ``name__y``, ``__m``, ``__d``, ``__s``, ``__o``.
    zone : str
        The company's time zone; None is UTC.
    shifted : bool
        Whether any value has an offset.

    Returns
    -------
    tuple
        The table, with a further column where one was needed, and the mapping day, month, second (since 1900).
    """
    y, m = table[f"{name}__y"], table[f"{name}__m"]
    day, second = days_from(y, m, table[f"{name}__d"]), table[f"{name}__s"]
    if not shifted:
        return table, {"day": day, "month": 12 * y + m - 1, "second": day * SECONDS_PER_DAY + second}
    written = day * SECONDS_PER_DAY + second
    utc = written - table[f"{name}__o"]
    bounds = table.aggregate(low=y.min(), high=y.max()).execute().iloc[0]
    local = utc + _zone_offset(utc, zone or "UTC", int(bounds["low"] or 1970) - 1, int(bounds["high"] or 1970) + 1)
    table = table.mutate(**{f"{name}__local": ibis.coalesce(local, written)})
    total = table[f"{name}__local"]
    days = (total // SECONDS_PER_DAY).cast("int64")
    return table, {"day": days, "month": month_from_days(days), "second": total}


def _zone_offset(utc: Any, zone: str, first_year: int, last_year: int) -> Any:
    (_, before), *changes = transitions(zone, max(first_year, 1901), min(last_year, 2100))
    if not changes:
        return before
    return ibis.cases(*((utc >= moment, offset) for moment, offset in reversed(changes)), else_=before)
