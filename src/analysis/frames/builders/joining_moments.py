"""Frame ``exposure`` of joining: purchases of customers who were no members yet, at which they joined or did not."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders.behaviour import UNSEEN, with_purchases
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    YEAR_DAYS,
    checked,
    dates,
    no_reason,
    record,
    years,
    zero_one,
)
from analysis.frames.builders.membership_rows import SUBSCRIPTION, about, rows
from analysis.frames.builders.occasions import n_customers, observation, occasions
from analysis.frames.builders.random_sample import RANGE, shuffled

MOST_CUSTOMERS = 20_000
"""Customers that are taken, drawn by a fixed rule from their codes; more would add rows and hardly any precision."""

RUN_UP_DAYS = 56
WINDOWS = {"active": YEAR_DAYS, "purchases": HALF_YEAR_DAYS, "spend": HALF_YEAR_DAYS}
"""Days after the purchase in which the outcome is counted: the shorter, the fewer of those compared have joined by then."""

NOT_AT_A_PURCHASE = "joined on a day without a purchase of the customer"
NOT_FIRST = "not the first day of the membership"
NOT_DRAWN = f"customer not among the {MOST_CUSTOMERS:,} drawn"
OTHER_KIND = "a membership of another kind"


def build_joining_moments(company: Company, *, outcome: str) -> Frame:
    """Frame ``exposure``: purchases before membership, joined at (treated 1) or not.

    Who joins at the till is there that day, and so are those to compare: both bought that day and were no members. To ask
    who was active in the quarter of joining instead would set joiners, who come at more purchases in it, against
    customers with fewer. Everybody who joins at a purchase counts, at the first one too. What comes afterwards decides
    nothing: who leaves has no purchases in either group, and who joins later stays among those compared, which makes the
    effect look smaller than it is. Held equal: purchases of the eight weeks and the year before, their spend, the amount
    of the day, time as a customer and whether it is the first purchase; the quarter is the stratum, the customer the
    cluster.

    Parameters
    ----------
    outcome : str
        "active" (1 if the customer bought in the year after), "purchases" or "spend" (of the half year after).
    """
    key, window = f"exposure/joining_{outcome}", WINDOWS[outcome]
    _, end = observation(company)
    moments = company.once("moments", lambda: company.engine.keep(_moments(company), "joining_moments"))
    joined = company.once("moments and after", lambda: _with_after(company, moments))
    used = joined[joined["day"] + window <= end]
    n = used[f"n_after_{window}"]
    values = {"active": n > 0, "purchases": n, "spend": used[f"spend_after_{window}"]}
    table = used[_COLUMNS].assign(outcome=values[outcome].astype("float64")).reset_index(drop=True)
    table["stratum"] = dates(table.pop("day")).dt.to_period("Q").astype(str)
    _record(company, key, moments, window, end)
    words = about(
        company,
        table["cluster"].nunique(),
        "customers at purchases before membership",
        end,
        outcome={
            "active": "bought in the year after",
            "purchases": f"purchases in the {window} days after",
            "spend": f"spend in the {window} days after",
        }[outcome],
        contrast="joined at a purchase against bought the same quarter as no member and did not join then (some do later)",
    )
    return checked(company, key, table, words)


_COLUMNS = [
    "day", "unit_id", "treated", "cluster", "x_amount", "x_run_up", "x_purchases_year", "x_spend_year", "x_years", "x_first",
]  # fmt: skip


def _moments(company: Company) -> Any:
    """Purchases before membership: event, and whether the customer joined at it."""
    t = rows(company)
    kind = t.filter(t["tier"] != SUBSCRIPTION)
    began = kind.group_by(who="customer_id").aggregate(start=kind["start"].min())
    o = occasions(company)
    moments = o.left_join(began, o["customer_id"] == began["who"]).drop("who")
    moments = moments.filter(moments["start"].isnull() | (moments["day"] <= moments["start"]))
    if n_customers(company) > MOST_CUSTOMERS:
        share = round(RANGE * MOST_CUSTOMERS / n_customers(company))
        moments = moments.filter(shuffled(moments["code"]) < share)
    number = ibis.row_number().over(ibis.window(order_by=["code", "day"]))
    return moments.mutate(event=number, joins=zero_one((moments["day"] == moments["start"]).fill_null(False)))


def _with_after(company: Company, moments: Any) -> pd.DataFrame:
    """The moments in pandas, with purchases and spend in each of the windows after them, and what is held equal."""
    used = with_purchases(company, moments, *sorted(set(WINDOWS.values())), lag=RUN_UP_DAYS)
    return (
        used.select(
            "day",
            *(c for c in used.columns if c.startswith(("n_after_", "spend_after_"))),
            unit_id="event",
            treated="joins",
            cluster="code",
            x_amount=used["amount"].cast("float64"),
            x_run_up=used["n_lag"].cast("float64"),
            x_purchases_year=used["n_year"].cast("float64"),
            x_spend_year=used["spend_year"].fill_null(0.0),
            x_years=years(used["day"] - used["joined"]),
            x_first=zero_one(used["day"] == used["joined"]).cast("float64"),
        )
        .order_by("unit_id")
        .execute()
    )


def _record(company: Company, key: str, moments: Any, window: int, end: int) -> None:
    """Ledger entry of the memberships: the rows with which a purchase of the frame began, and why the others are not."""
    t = rows(company)
    marks = moments.filter(moments["joins"] == 1).select(who="customer_id", when="day")
    marked = t.left_join(marks, [t["customer_id"] == marks["who"], t["start"] == marks["when"]]).drop("who")
    o = occasions(company).select(buyer="customer_id", bought_at="day")
    marked = marked.left_join(o, [marked["customer_id"] == o["buyer"], marked["start"] == o["bought_at"]])
    kind = t.filter(t["tier"] != SUBSCRIPTION)
    began = kind.group_by(member_id="customer_id").aggregate(begins=kind["start"].min())
    marked = marked.left_join(began, marked["customer_id"] == began["member_id"])
    reason = ibis.cases(
        (marked["tier"] == SUBSCRIPTION, OTHER_KIND),
        (marked["start"] > marked["begins"], NOT_FIRST),
        (marked["bought_at"].isnull(), NOT_AT_A_PURCHASE),
        (marked["when"].isnull(), NOT_DRAWN),
        (marked["start"] + window > end, UNSEEN),
        else_=no_reason(),
    )
    record(company, key, "memberships", marked, reason)
