"""Frame ``cost_periods``: what was spent on winning and on keeping customers, beside the customers won and kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.core.calendar_days import day_number, month_from_days, month_start
from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Frame
from analysis.frames.builders.common import checked, context, month_dates, no_reason, numbered, record, runs_on
from analysis.frames.builders.occasions import observation, occasions, whole_months
from analysis.frames.builders.subscription_spells import spells

NOT_FIRST = "period_start is not the first day of a period of the table's usual length"
NOT_WHOLE = "period not observed whole, or without the year before it"
NO_ACQUISITION = "period without spending on acquisition"


def build_cost_periods(company: Company) -> Frame:
    """Spending by period, with customers won in it and kept through it.

    Periods are as long as the usual distance between two period starts: a month, a quarter, a year. Customers won come from
    customers.joined_at, else from first purchases, else from first subscriptions. Customers kept are subscribers on the day
    before the period who still are on its last day; without subscriptions, customers who bought in the twelve months before
    the period and again in the twelve months up to its end. Customer-years count everybody for as long as he was there,
    from the customers at the ends of the months (trapezoids): who joins or leaves inside a period costs something, too. A
    period in which the table books nothing for retention has none reported.
    """
    table = company.table("spending").expression
    totals = table.group_by("period_start", "period_start_month").aggregate(
        acquisition_spend=table["amount"].sum(where=table["purpose"] == "acquisition"),
        retention_spend=table["amount"].sum(where=table["purpose"] == "retention"),
    )
    found = totals.order_by("period_start").execute()
    grid = _grid(company, found)
    found["number"] = (found.pop("period_start_month") - grid.offset) // grid.each
    number = ((table["period_start_month"] - grid.offset) // grid.each).cast("int64")
    rows = table.select("purpose", "period_start", *numbered(table), number=number)
    found["fits"] = [int(r.period_start) == grid.start(int(r.number)) for r in found.itertuples()]
    seen = _observed(company)
    found["whole"] = [bool(r.fits) and grid.is_whole(int(r.number), *seen) for r in found.itertuples()]
    result = found[found["whole"] & found["acquisition_spend"].notna()].reset_index(drop=True)
    numbers = [int(n) for n in result["number"]]
    bounds = [(grid.start(n), grid.start(n + 1)) for n in numbers]
    months = [[n * grid.each + grid.offset + k for k in range(grid.each)] for n in numbers]
    result["years"] = [(high - low) / DAYS_PER_YEAR for low, high in bounds]
    by_month = _by_month(company, months)
    won, retained, there = by_month["won"], by_month["retained"], by_month["there"]
    result["n_won"] = [int(sum(won.get(m, 0) for m in inside)) for inside in months]
    result["n_retained"] = [int(retained.get(inside[0] - 1, 0)) for inside in months]
    result["customer_years"] = [sum(_years_in(month, there) for month in inside) for inside in months]
    result["period_start"] = month_dates(result["number"] * grid.each + grid.offset)
    columns = ["period_start", "years", "acquisition_spend", "retention_spend", "n_won", "n_retained", "customer_years"]
    if company.has("transactions"):
        revenue = by_month["revenue"]
        result["revenue"] = [sum(revenue.get(m, 0.0) for m in inside) for inside in months]
        columns.append("revenue")
    _record(company, rows, found, set(numbers))
    period = (bounds[0][0], bounds[-1][1] - 1) if bounds else seen
    about = context(company, population="the whole company", period=period)
    return checked(company, "cost_periods", result[columns], about)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Periods of `each` months, the first of which begins `offset` months after January."""

    each: int
    offset: int

    def start(self, number: int) -> int:
        """First day of a period."""
        return day_number(month_start(number * self.each + self.offset))

    def is_whole(self, number: int, first: int, last: int) -> bool:
        """Whether a period lies in the observation."""
        return self.start(number) >= first and self.start(number + 1) - 1 <= last


def _grid(company: Company, starts: pd.DataFrame) -> _Grid:
    """Periods of the usual length: the distance between two starts that occurs most often, the shorter of equals."""
    months = sorted(
        int(r.period_start_month)
        for r in starts.itertuples()
        if int(r.period_start) == day_number(month_start(int(r.period_start_month)))
    )
    if len(months) < 2:
        raise FrameUnavailable(
            f"The spending of {company.settings.name} must hold two periods or more that begin on the first day of a month, "
            f"to tell how long a period is; it holds {len(months)}. Add the other periods."
        )
    gaps = Counter(b - a for a, b in pairwise(months))
    each = min(gaps, key=lambda gap: (-gaps[gap], gap))
    offsets = Counter(month % each for month in months)
    return _Grid(each, min(offsets, key=lambda offset: (-offsets[offset], offset)))


def _observed(company: Company) -> tuple[int, int]:
    """First and last day on which customers retained can be counted."""
    if company.has("subscriptions"):
        table = company.table("subscriptions")
        return table.first, table.end
    first, _ = whole_months(company)
    return day_number(month_start(first + 12)), observation(company)[1]


def _by_month(company: Company, months: list[list[int]]) -> dict[str, dict[int, float]]:
    """By month, in one query: customers `won`, those `there` at its end, `revenue`; and of the customers there at the end of
    the month before a period, how many were `retained` to the end of its last month."""
    parts = {"won": _won(company)}
    if months:
        ends = sorted({month for inside in months for month in (inside[0] - 1, *inside)})
        there = _subscribers_at(company, ends) if company.has("subscriptions") else _buyers_at(company, ends)
        parts["there"] = there.group_by("month").aggregate(n=there.count())
        parts["retained"] = _retained(there, [(inside[0] - 1, inside[-1]) for inside in months])
    if company.has("transactions"):
        table = occasions(company)
        parts["revenue"] = table.group_by("month").aggregate(n=table["amount"].sum())
    named = [
        t.select(what=ibis.literal(name), month=t["month"].cast("int64"), n=t["n"].cast("float64"))
        for name, t in parts.items()
    ]
    found = ibis.union(*named).execute()
    by_name: dict[str, dict[int, float]] = {name: {} for name in ("won", "there", "retained", "revenue")}
    for row in found.itertuples():
        by_name[row.what][int(row.month)] = float(row.n)
    return by_name


def _won(company: Company) -> Any:
    if company.has("customers"):
        table = company.table("customers").expression
        return table.group_by(month="joined_at_month").aggregate(n=table.count())
    if not company.has("transactions"):
        first = spells(company).group_by("customer_id").aggregate(day=spells(company)["start"].min())
        first = first.mutate(month=month_from_days(first["day"]))
        return first.group_by("month").aggregate(n=first.count())
    table = occasions(company)
    firsts = table.filter(table["day"] == table["joined"])
    return firsts.group_by("month").aggregate(n=firsts.count())


def _retained(there: Any, periods: list[tuple[int, int]]) -> Any:
    """By the month before a period, customers there at its end and at the end of the period's last month."""
    pairs = ibis.memtable(pd.DataFrame(periods, columns=["before", "after"]))
    first = pairs.inner_join(there, pairs["before"] == there["month"]).drop("month")
    again = there.select(who="who", month="month")
    both = first.inner_join(again, [first["who"] == again["who"], first["after"] == again["month"]])
    return both.group_by(month="before").aggregate(n=both.count())


def _years_in(month: int, there: dict[int, float]) -> float:
    """Years of being a customer in a month: the mean of the customers at both ends of it, for as long as it is."""
    days = day_number(month_start(month + 1)) - day_number(month_start(month))
    return (there.get(month - 1, 0) + there.get(month, 0)) / 2 * days / DAYS_PER_YEAR


def _subscribers_at(company: Company, months: list[int]) -> Any:
    """Customers with a subscription on the last day of each month: who, month."""
    lasts = [day_number(month_start(month + 1)) - 1 for month in months]
    days = ibis.memtable(pd.DataFrame({"month": months, "last_day": lasts}))
    grid = spells(company).cross_join(days)
    return grid.filter(runs_on(grid, grid["last_day"])).select(who="customer_id", month="month").distinct()


def _buyers_at(company: Company, months: list[int]) -> Any:
    """Customers who bought in the twelve months that end with each month: who, month."""
    bought = occasions(company).select("customer_id", bought="month").distinct()
    grid = bought.cross_join(ibis.memtable(pd.DataFrame({"later": range(12)})))
    active = grid.select(who="customer_id", month=grid["bought"] + grid["later"])
    return active.filter(active["month"].isin(months)).distinct()


def _record(company: Company, rows: Any, found: pd.DataFrame, used: set[int]) -> None:
    fitting = [int(day) for day in found.loc[found["fits"], "period_start"]]
    whole = [int(day) for day in found.loc[found["whole"], "period_start"]]
    reason = ibis.cases(
        (~rows["period_start"].isin(fitting or [-1]), NOT_FIRST),
        (~rows["period_start"].isin(whole or [-1]), NOT_WHOLE),
        (~rows["number"].isin(sorted(used) or [-1]), NO_ACQUISITION),
        else_=no_reason(),
    )
    record(company, "cost_periods", "spending", rows, reason)
