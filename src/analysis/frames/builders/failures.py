"""Frames ``exposure`` of failures: customers who met one against those who met none, and whether it was made good.

One day decides for all customers who are active: failures are looked for in the half year before it, the outcome in the
half year after it. What is held equal was there before the half year of failures, but for the use made of the company
in that half year: who buys more meets more failures, and the claim is about failures at equal use.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.core.calendar_days import day_of
from analysis.frames import Frame
from analysis.frames.builders.behaviour import held_equal, with_purchases, with_subscription
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    YEAR_DAYS,
    checked,
    codes_of,
    context,
    no_reason,
    once,
    record,
    stored,
    zero_one,
)
from analysis.frames.builders.occasions import observation, occasions
from analysis.frames.builders.subscription_spells import spells
from analysis.frames.builders.ticket_events import drop_constant, tickets

WINDOW = HALF_YEAR_DAYS
NOT_ACTIVE = "customer not active before the half year of failures"


def landmark(company: Company, *, subscribed: bool) -> int:
    """The day that separates failures from outcomes: half a year before the end of observation."""
    end = company.table("subscriptions").end if subscribed else observation(company)[1]
    return end - WINDOW


def build_failure(company: Company, *, subscribed: bool) -> Frame:
    """Frame ``exposure``: a customer who met a failure (a ticket of category failure or complaint) or none.

    Parameters
    ----------
    subscribed : bool
        True: subscribers, outcome 1 if lost. False: customers with a purchase in the year before and a ticket in the half
        year of failures, so that who met none was still there, outcome 1 if they bought again.
    """
    key = "exposure/failure" if subscribed else "exposure/failure_repurchase"
    rows = _rows(company, subscribed)
    found = drop_constant(rows.drop(columns=["made_good", "x_severity"]))
    _record(company, key, subscribed)
    return checked(company, key, found, _about(company, len(found), subscribed, "met a failure less met none"))


def build_recovery(company: Company, *, subscribed: bool) -> Frame:
    """Frame ``exposure``: treated met a failure, dose is 1 if it was made good; the outcome is still being there.

    A failure was made good if the ticket was settled at first contact; without that column, if it was settled at all.
    With several failures the last one counts.

    Parameters
    ----------
    subscribed : bool
        True: subscribers, outcome 1 if they still are. False: customers as in `build_failure`, outcome 1 if they bought again.
    """
    key = "exposure/recovery_subscriptions" if subscribed else "exposure/recovery"
    rows = _rows(company, subscribed)
    known = rows[(rows["treated"] == 0) | rows["made_good"].notna()].reset_index(drop=True)
    found = drop_constant(known.assign(dose=known["made_good"].astype("float64").fillna(0.0)).drop(columns="made_good"))
    words = "failure made good against failure not made good, both against no failure"
    about = _about(company, len(found), subscribed, words)
    if subscribed:  # what a failure costs is staying
        found = found.assign(outcome=1.0 - found["outcome"])
        about = replace(about, outcome=f"still a subscriber {WINDOW} days later")
    _record(company, key, subscribed)
    return checked(company, key, found, about)


@once("failure_rows")
def _rows(company: Company, subscribed: bool) -> pd.DataFrame:
    """`_customers` in pandas: `dose` is the number of failures."""
    t = _customers(company, subscribed)
    meanwhile = {} if subscribed else {"x_purchases_meanwhile": t["n_lag"].cast("float64")}
    return (
        t.select(
            "treated",
            "outcome",
            "made_good",
            unit_id="event",
            dose=t["n_failures"].cast("float64"),
            **held_equal(t, subscribed=subscribed),
            **meanwhile,
            x_severity=t["severity"].fill_null(0.0),
        )
        .order_by("unit_id")
        .execute()
    )


@stored("failures")
def _customers(company: Company, subscribed: bool) -> Any:
    """Active customers on the landmark with their failures, what is held equal, and the outcome."""
    day = landmark(company, subscribed=subscribed)
    if subscribed:
        s = spells(company)
        people = s.filter((s["start"] <= day - WINDOW) & (s["end"].isnull() | (s["end"] > day)))
    else:
        o = occasions(company)
        people = o.filter(o["day"].between(day - WINDOW - YEAR_DAYS, day - WINDOW - 1))
    people = codes_of(people, "event").mutate(day=ibis.literal(day).cast("int64"))
    if subscribed:
        joined = with_subscription(company, people, WINDOW)
        joined = joined.mutate(outcome=(1 - joined["retained"]).cast("float64"))
    else:
        joined = with_purchases(company, people, WINDOW, lag=WINDOW)
        joined = joined.mutate(outcome=zero_one(joined["n_after"] > 0).cast("float64"))
    failures = _failures(company, day)
    joined = joined.left_join(failures, joined["customer_id"] == failures["who"]).drop("who")
    joined = joined.mutate(n_failures=joined["n_failures"].fill_null(0))
    joined = joined.mutate(treated=zero_one(joined["n_failures"] > 0))
    return joined if subscribed else joined.semi_join(_in_touch(company, day), "customer_id")


def _in_touch(company: Company, day: int) -> Any:
    """Customers who opened a ticket of any category in the half year before `day`.

    Whoever met a failure was still there that day. A customer without a subscription who opened no ticket may have stopped
    buying before, and set against him a failure would look as if it made people buy.
    """
    t = tickets(company)
    return t.filter(t["day"].between(day - WINDOW, day - 1)).select("customer_id").distinct()


def _failures(company: Company, day: int) -> Any:
    t = tickets(company)
    t = t.filter(t["failure"] & t["day"].between(day - WINDOW, day - 1))
    first_contact = "resolved_first_contact" in company.table("tickets").filled
    made_good = t["resolved_first_contact"] if first_contact else (t["hours"].notnull() & (t["resolved_at"] <= day))
    t = t.mutate(made_good=zero_one(made_good).cast("float64"))
    last = ibis.window(group_by="customer_id", order_by=[t["second"].desc(), t["event"].desc()])
    t = t.mutate(place=ibis.row_number().over(last))
    newest = t["place"] == 0
    return t.group_by(who="customer_id").aggregate(
        n_failures=t.count(),
        made_good=t["made_good"].max(where=newest),
        severity=t["severity"].max(where=newest),
    )


def _about(company: Company, n: int, subscribed: bool, contrast: str) -> Any:
    day = landmark(company, subscribed=subscribed)
    outcome = f"no subscriber any more {WINDOW} days later" if subscribed else f"bought again within {WINDOW} days"
    return context(
        company,
        population=f"{n:,} customers who were active on {day_of(day - WINDOW).isoformat()}"
        + ("" if subscribed else " and opened a ticket in the half year after"),
        period=(day - WINDOW, day + WINDOW),
        outcome=outcome,
        contrast=contrast,
    )


def _record(company: Company, key: str, subscribed: bool) -> None:
    day = landmark(company, subscribed=subscribed)
    t = tickets(company)
    people = _customers(company, subscribed).select(who="customer_id", known=ibis.literal(1))
    joined = t.left_join(people, t["customer_id"] == people["who"])
    reason = ibis.cases(
        (~joined["failure"], "ticket of another category: no failure"),
        (~joined["day"].between(day - WINDOW, day - 1), f"not in the half year before {day_of(day).isoformat()}"),
        (joined["known"].isnull(), NOT_ACTIVE),
        else_=no_reason(),
    )
    note = f"failures from {day_of(day - WINDOW).isoformat()} on for half a year, outcomes from {day_of(day).isoformat()} on"
    record(company, key, "tickets", joined, reason, (note,))
