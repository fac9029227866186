"""Frame ``staggered``: members' quarters before and after joining, for comparison with those who join later."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.core.calendar_days import month_from_days
from analysis.core.errors import FrameUnavailable
from analysis.core.vocabulary import Design
from analysis.frames import Frame
from analysis.frames.builders.common import checked, no_reason, record
from analysis.frames.builders.membership_rows import SUBSCRIPTION, about, rows
from analysis.frames.builders.occasions import observation, occasions, whole_months
from analysis.frames.builders.random_sample import shuffled

MOST_MEMBERS = 20_000
"""Members that are taken, drawn by a fixed rule from their codes; more would add rows and hardly any precision."""

BEFORE = 2
"""Whole quarters as a customer that must lie before the quarter of joining."""

NEVER_BOUGHT = "member without a purchase"
TOO_EARLY = f"joined with less than {BEFORE} whole quarters as a customer before it"
NOT_OBSERVED = "joined in no whole quarter of the observation"
NOT_DRAWN = f"not among the {MOST_MEMBERS:,} members drawn"
OTHER_KIND = "a membership of another kind"


def build_joining(company: Company, *, outcome: str, subscription: bool = False) -> Frame:
    """Quarters of members, and of customers who never joined, from the one after their first purchase to the last whole one.

    Without those who never joined, everybody to compare with would be known to be still there when he joins.

    Parameters
    ----------
    outcome : str
        "active" (1 if the member bought in the quarter), "purchases" or "spend".
    subscription : bool
        True: joining is the first day in the tier `subscription`. False: the first day in any other tier.
    """
    key = f"staggered/{'subscription_' if subscription else ''}{outcome}"
    first, last = (month // 3 for month in whole_months(company, 3))
    if last - first < BEFORE + 1:
        raise FrameUnavailable(
            f"The transactions of {company.settings.name} must cover {BEFORE + 2} whole quarters or more for a comparison "
            "before and after joining; they do not. Give a longer history."
        )
    t, what = rows(company), SUBSCRIPTION if subscription else "programme"
    kind = t["tier"] == SUBSCRIPTION if subscription else t["tier"] != SUBSCRIPTION

    def look_up() -> Any:
        return company.engine.keep(_members(company, t.filter(kind), first, last), f"members_{what}")

    members = company.once(f"members {what}", look_up)
    panel = company.once(f"panel {what}", lambda: _quarters(company, members, t.filter(kind), first, last))
    values = {"active": (panel["n"] > 0).astype("float64"), "purchases": panel["n"].astype("float64")}
    table = panel[["unit_id", "period", "joined_period"]].assign(outcome=values.get(outcome, panel["spent"]))
    reasons = members.select(who="member", why="reason")
    counted = t.left_join(reasons, t["member"] == reasons["who"])
    wrong = counted["tier"] != SUBSCRIPTION if subscription else counted["tier"] == SUBSCRIPTION
    reason = ibis.cases((wrong, OTHER_KIND), (counted["why"].notnull(), counted["why"]), else_=no_reason())
    record(company, key, "memberships", counted, reason)
    words = about(
        company,
        table.loc[table["joined_period"].notna(), "unit_id"].nunique(),
        "members, and customers who never joined",
        observation(company)[1],
        design=Design.QUASI_EXPERIMENTAL,
        outcome=f"{'bought' if outcome == 'active' else outcome} in the quarter",
        contrast="after joining against customers who had not joined then",
    )
    return checked(company, key, table, words)


def _members(company: Company, t: Any, first: int, last: int) -> Any:
    """One row a member: quarter of joining and of the first purchase, and why the member is left out."""
    o = occasions(company)
    bought = o.group_by(who="customer_id").aggregate(began=(o["joined_month"].min() // 3).cast("int64"))
    starts = t.group_by("member", "customer_id").aggregate(start=t["start"].min())
    starts = starts.mutate(joined=(month_from_days(starts["start"]) // 3).cast("int64"))
    joined = starts.left_join(bought, starts["customer_id"] == bought["who"]).drop("who")
    joined = joined.mutate(
        reason=ibis.cases(
            (joined["began"].isnull(), NEVER_BOUGHT),
            ((joined["joined"] < first) | (joined["joined"] > last), NOT_OBSERVED),
            (joined["joined"] - ibis.greatest(joined["began"] + 1, first) < BEFORE, TOO_EARLY),
            else_=no_reason(),
        )
    )
    # A fixed shuffle of the codes: the order of customers' names says nothing about them, but may follow their age.
    order = [shuffled(joined["member"]), joined["member"]]
    place = ibis.row_number().over(ibis.window(group_by=joined["reason"].isnull(), order_by=order))
    over = joined["reason"].isnull() & (place >= MOST_MEMBERS)
    return joined.mutate(reason=over.ifelse(NOT_DRAWN, joined["reason"]))


def _never_joined(company: Company, t: Any) -> Any:
    """Customers without a membership of this kind, at most MOST_MEMBERS of them; codes behind those of the members."""
    o = occasions(company)
    everybody = o.group_by("customer_id").aggregate(
        code=o["code"].max(), began=(o["joined_month"].min() // 3).cast("int64")
    )
    apart = everybody.anti_join(t.select("customer_id").distinct(), "customer_id")
    order = [shuffled(apart["code"]), apart["code"]]
    placed = apart.mutate(place=ibis.row_number().over(ibis.window(order_by=order)))
    most = rows(company)["member"].max().as_scalar() + 1
    return placed.filter(placed["place"] < MOST_MEMBERS).mutate(
        member=(placed["code"] + most).cast("int64"), joined=ibis.null("int64")
    )


def _quarters(company: Company, members: Any, kind: Any, first: int, last: int) -> pd.DataFrame:
    """Quarters of those members who are taken and of customers who never joined, in pandas: purchases and spend."""
    columns = ["member", "customer_id", "joined", "began"]
    used = members.filter(members["reason"].isnull()).select(columns)
    panel = _panel(company, used.union(_never_joined(company, kind).select(columns)), first, last)
    return (
        panel.select(
            "n",
            "spent",
            unit_id="member",
            period=panel["quarter"] - first,
            joined_period=(panel["joined"] - first).cast("float64"),
        )
        .order_by("unit_id", "period")
        .execute()
    )


def _panel(company: Company, members: Any, first: int, last: int) -> Any:
    o = occasions(company)
    o = o.mutate(quarter=(o["month"] // 3).cast("int64"))
    spent = o.group_by(who="customer_id", when="quarter").aggregate(n=o.count(), spent=o["amount"].sum())
    quarters = ibis.memtable(pd.DataFrame({"quarter": range(first, last + 1)}))
    grid = members.cross_join(quarters)
    grid = grid.filter(grid["quarter"] > grid["began"])
    joined = grid.left_join(spent, [grid["customer_id"] == spent["who"], grid["quarter"] == spent["when"]])
    return joined.mutate(n=joined["n"].fill_null(0), spent=joined["spent"].fill_null(0.0))
