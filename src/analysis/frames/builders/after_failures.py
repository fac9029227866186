"""Frame ``exposure`` of the days after a failure: who leaves at once is counted, as no landmark later in time can.

A row is a day of a subscriber. Exposed: the day of a failure, with none in the days before it. Unexposed: one day of each
subscriber, drawn evenly from the whole observation by a fixed rule, without a failure on it or in the days before it. Both
are looked at from that day on, so that nothing has to be survived to be counted.
"""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.calendar_days import day_of
from analysis.core.errors import FrameUnavailable
from analysis.frames import Frame
from analysis.frames.builders.behaviour import NO_SUBSCRIPTION, with_subscription
from analysis.frames.builders.common import HALF_YEAR_DAYS, checked, context, no_reason, record, years, zero_one
from analysis.frames.builders.random_sample import evenly
from analysis.frames.builders.subscription_spells import losses_seen_from, spells
from analysis.frames.builders.subscriptions import observed_to
from analysis.frames.builders.ticket_events import drop_constant, tickets

HORIZONS = (30, 90)
"""Lengths of the follow-up, days."""

TOO_EARLY, TOO_LATE = "too early: the days before it are not observed", "too late: the days after it are not observed"


def build_after_failure(company: Company, *, days: int) -> Frame:
    """Frame ``exposure``: a subscriber's day with a failure or without; outcome 1 if he has left `days` days later.

    Held equal: how long he has subscribed, failures in the half year before, and the calendar quarter as a stratum.

    Parameters
    ----------
    days : int
        Length of the follow-up, and of the time before the day in which no failure may lie.

    Raises
    ------
    FrameUnavailable
        If tickets and subscriptions do not overlap by more than twice as many days.
    """
    key = f"exposure/failure_{days}_days"
    low, high = max(company.table("tickets").first, losses_seen_from(company)) + days, observed_to(company) - days
    if high <= low:
        raise FrameUnavailable(
            f"Tickets and subscriptions of {company.settings.name} must be observed together for more than {2 * days} "
            f"days, to see {days} days before and after a failure; they are not. Give a longer history."
        )
    looked_at = _days_of_failures(company).union(_days_drawn(company, low, high))
    found = _with_subscription(company, _with_earlier_failures(company, looked_at, days), days)
    ordered = ibis.row_number().over(order_by=["code", "day", "treated"])
    usable = found.filter(found["day"].between(low, high) & (found["recent"] == 0) & (found["subscribed"] == 1))
    table = (
        usable.mutate(unit_id=ordered)
        .select(
            "unit_id",
            "treated",
            outcome=(1 - usable["retained"]).cast("float64"),
            cluster="code",
            quarter=((usable["day"] - low) // 91),
            x_tenure_years=years(usable["subscribed_for"]),
            x_failures_half_year=usable["earlier"].cast("float64"),
        )
        .order_by("unit_id")
        .execute()
    )
    table["stratum"] = "quarter " + (table.pop("quarter").astype("int64") + 1).astype(str)
    _record(company, key, found, low, high)
    about = context(
        company,
        population=f"{table['cluster'].nunique():,} subscribers, {int(table['treated'].sum()):,} failures",
        period=(low, high + days),
        outcome=f"no subscriber any more {days} days later",
        contrast=f"met a failure less met none, {days} days later, from the day on",
    )
    return checked(company, key, drop_constant(table), about)


def _days_of_failures(company: Company) -> Any:
    """Customers' days with a failure."""
    t, who = tickets(company), spells(company).select("customer_id", "code").distinct()
    failed = t.filter(t["failure"]).inner_join(who, "customer_id").select("code", "customer_id", "day").distinct()
    return failed.mutate(treated=ibis.literal(1).cast("int64"))


def _days_drawn(company: Company, low: int, high: int) -> Any:
    """One day of each customer who ever subscribed, without a failure on it."""
    who = spells(company).select("code", "customer_id").distinct()
    drawn = who.mutate(day=(low + evenly(company, who["code"]) * (high - low + 1)).floor().cast("int64"))
    failed = _days_of_failures(company).select(code_="code", day_="day")
    clean = drawn.anti_join(failed, [drawn["code"] == failed["code_"], drawn["day"] == failed["day_"]])
    return clean.select("code", "customer_id", "day").mutate(treated=ibis.literal(0).cast("int64"))


def _with_earlier_failures(company: Company, looked_at: Any, days: int) -> Any:
    """Add `recent`, days with a failure among the `days` before, and `earlier`, those of the half year before."""
    failed = _days_of_failures(company).select(code_="code", failed_on="day")
    pairs = looked_at.inner_join(failed, looked_at["code"] == failed["code_"])
    gap = pairs["day"] - pairs["failed_on"]
    counts = pairs.group_by(code_="code", day_="day", treated_="treated").aggregate(
        recent=zero_one(gap.between(1, days)).sum(), earlier=zero_one(gap.between(1, HALF_YEAR_DAYS)).sum()
    )
    same = [looked_at[name] == counts[f"{name}_"] for name in ("code", "day", "treated")]
    joined = looked_at.left_join(counts, same).drop("code_", "day_", "treated_")
    return joined.mutate(recent=joined["recent"].fill_null(0), earlier=joined["earlier"].fill_null(0))


def _with_subscription(company: Company, found: Any, days: int) -> Any:
    events = found.mutate(event=ibis.row_number().over(order_by=["code", "day", "treated"]))
    return with_subscription(company, company.engine.keep(events, f"days_after_failures_{days}"), days)


def _record(company: Company, key: str, found: Any, low: int, high: int) -> None:
    t = tickets(company)
    met = found.filter(found["treated"] == 1).select(
        who="customer_id", on="day", recent="recent", subscribed="subscribed"
    )
    joined = t.left_join(met, [t["customer_id"] == met["who"], t["day"] == met["on"]])
    again = ibis.row_number().over(ibis.window(group_by=["customer_id", "day", "failure"], order_by="event"))
    joined = joined.mutate(again=again)
    reason = ibis.cases(
        (~joined["failure"], "ticket of another category: no failure"),
        (joined["again"] > 0, "another failure of the same day"),
        (joined["who"].isnull() | (joined["subscribed"] == 0), NO_SUBSCRIPTION),
        (joined["day"] < low, TOO_EARLY),
        (joined["day"] > high, TOO_LATE),
        (joined["recent"] > 0, "shortly after another failure"),
        else_=no_reason(),
    )
    note = (
        f"days from {day_of(low).isoformat()} to {day_of(high).isoformat()}; one day of each subscriber to compare with"
    )
    record(company, key, "tickets", joined, reason, (note,))
