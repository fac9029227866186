"""Frames from points: the weeks round a redemption, and redeeming under a restriction."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders.behaviour import with_purchases
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    checked,
    codes_of,
    context,
    no_reason,
    numbered,
    parts_of,
    record,
    record_parts,
    years,
    zero_one,
)
from analysis.frames.builders.occasions import observation, occasions
from analysis.frames.builders.point_balances import could_redeem_from, redeeming_opened
from analysis.frames.builders.random_sample import shuffled

DAYS_PER_WEEK = 7
WEEKS = 8
"""Reach of the window round a redemption, weeks on either side."""

UNRESTRICTED = ("none", "no", "unrestricted")


def build_redemption_windows(company: Company, *, placebos: bool = True) -> Frame:
    """Frame ``redemption_windows``: purchases in the weeks before and after each redemption.

    Week k of a redemption holds the days 7 k to 7 k + 6 counted from its day. Occasions on the day of the redemption are
    left out: they are the redeeming purchase. Several redemptions of a customer on one day are one. Weeks that the
    observation does not hold whole are left out. A purchase within reach of two redemptions stands in both windows.

    Parameters
    ----------
    placebos : bool
        Whether windows round ordinary purchases of the same members stand beside, as many as each redeemed.
    """
    t = company.table("points").expression
    first, end = observation(company)
    redeemed = t.filter(t["kind"] == "redeem").select("customer_id", day="at").distinct()
    redeemed = redeemed.mutate(placebo=ibis.literal(0))
    events = redeemed.union(_placebos(company, redeemed)) if placebos else redeemed
    events = events.inner_join(codes_of(redeemed, "unit_id"), "customer_id")
    number = ibis.row_number().over(ibis.window(order_by=["placebo", "unit_id", "day"]))
    events = events.mutate(redemption_id=number)
    weeks = ibis.memtable(pd.DataFrame({"relative_week": range(-WEEKS, WEEKS)}))
    grid = events.cross_join(weeks)
    begins = grid["day"] + grid["relative_week"] * DAYS_PER_WEEK
    grid = grid.filter((begins >= first) & (begins + DAYS_PER_WEEK - 1 <= end))
    o = occasions(company).select(who="customer_id", bought_at="day", paid="amount")
    pairs = events.inner_join(o, events["customer_id"] == o["who"])
    gap = pairs["bought_at"] - pairs["day"]
    shifted = gap + WEEKS * DAYS_PER_WEEK  # whole numbers from 0 on, which every engine divides alike
    pairs = pairs.mutate(week=(shifted // DAYS_PER_WEEK - WEEKS).cast("int64"))
    pairs = pairs.filter((shifted >= 0) & (shifted < 2 * WEEKS * DAYS_PER_WEEK) & (gap != 0))
    sums = pairs.group_by(event="redemption_id", week="week").aggregate(n=pairs.count(), spent=pairs["paid"].sum())
    joined = grid.left_join(sums, [grid["redemption_id"] == sums["event"], grid["relative_week"] == sums["week"]])
    table = (
        joined.select(
            "unit_id",
            "redemption_id",
            "relative_week",
            n_purchases=joined["n"].fill_null(0),
            spend=joined["spent"].fill_null(0.0),
            placebo="placebo",
        )
        .order_by("redemption_id", "relative_week")
        .execute()
    )
    if not table["placebo"].any():
        table = table.drop(columns="placebo")
    whole = grid.filter(grid["placebo"] == 0).select(who="customer_id", when="day", known=ibis.literal(1)).distinct()
    marked = t.left_join(whole, [t["customer_id"] == whole["who"], t["at"] == whole["when"]])
    reason = ibis.cases(
        (marked["kind"] != "redeem", "points earned or expired"),
        (marked["known"].isnull(), "no whole week round it observed"),
        else_=no_reason(),
    )
    record(company, "redemption_windows", "points", marked, reason)
    words = context(
        company,
        population=f"{table['unit_id'].nunique():,} members who redeemed",
        period=(first, end),
        outcome="purchases in the week",
    )
    return checked(company, "redemption_windows", table, words)


def _placebos(company: Company, redeemed: Any) -> Any:
    """Ordinary purchases of the members who redeemed, as many as each redeemed.

    Out of reach of every redemption, and not within reach of the first purchase: nobody buys before that, so a window
    round it would show a rush. Among the rest a fixed shuffle of the days decides.
    """
    o = occasions(company).select(who="customer_id", bought_at="day", joined="joined")
    pairs = redeemed.inner_join(o, redeemed["customer_id"] == o["who"])
    reach = WEEKS * DAYS_PER_WEEK
    one = ibis.window(group_by=["customer_id", "bought_at"])
    pairs = pairs.mutate(gap=(pairs["bought_at"] - pairs["day"]).abs().min().over(one))
    far = pairs.filter((pairs["gap"] > reach) & (pairs["bought_at"] - pairs["joined"] >= reach))
    far = far.group_by("customer_id", "bought_at").aggregate(n=far.count())  # n: the member's redemptions
    order = [shuffled(far["bought_at"]), far["bought_at"]]
    placed = far.mutate(place=ibis.row_number().over(ibis.window(group_by="customer_id", order_by=order)))
    return placed.filter(placed["place"] < placed["n"]).select("customer_id", day="bought_at", placebo=ibis.literal(1))


NOT_YET = "the member never held enough points to redeem while one could"
EARNED_LATER = "earned after the member could redeem"
BOTH_KINDS = "the member held restricted and unrestricted points"
NOT_KNOWN = "not known whether the points are restricted"
NOT_WHOLE = "half year after it not observed whole"


def build_restriction(company: Company, *, outcome: str) -> Frame:
    """Frame ``exposure``: members who could redeem, with restricted points against members with unrestricted ones.

    A member counts from the first day on which he held enough points, from the first redemption of all on: before it
    nobody could redeem whatever the points were, and a window that lies there would show no difference by construction.
    Restricted (treated 1) are those whose points earned until then all are; who has both kinds is left out.

    Parameters
    ----------
    outcome : str
        "redeemed" (1 if points were redeemed in the half year from that day on) or "purchases" (in the half year after it).

    Held equal: points earned until that day, the day itself, and purchases, spend and tenure before it.
    """
    key = "exposure/restriction" if outcome == "redeemed" else "exposure/restriction_purchases"
    t = company.table("points").expression
    _, end = observation(company)
    last = min(end, company.table("points").end)
    could = could_redeem_from(company)
    earned = t.filter(t["kind"] == "earn").select("customer_id", "points", "restriction", at="at", **numbered(t))
    could = could.select(who="customer_id", could="day")
    earned = earned.left_join(could, earned["customer_id"] == could["who"]).drop("who")
    held = earned.filter(earned["at"] <= earned["could"])
    limited = zero_one(~held["restriction"].lower().isin(UNRESTRICTED))
    members = held.group_by("customer_id", day="could").aggregate(
        points=held["points"].sum(),
        low=limited.min(),
        high=limited.max(),
        unknown=zero_one(held["restriction"].isnull()).max(),
    )
    reason = ibis.cases(
        (members["unknown"] == 1, NOT_KNOWN),
        (members["low"] != members["high"], BOTH_KINDS),
        (members["day"] + HALF_YEAR_DAYS > last, NOT_WHOLE),
        else_=no_reason(),
    )
    members = members.mutate(reason=reason, event=ibis.row_number().over(order_by=members["customer_id"]))
    joined = with_purchases(company, members.filter(members["reason"].isnull()), HALF_YEAR_DAYS)
    redeemed = t.filter(t["kind"] == "redeem").select(who="customer_id", when="at")
    pairs = joined.select("event", "customer_id", "day").inner_join(redeemed, joined["customer_id"] == redeemed["who"])
    within = pairs.filter((pairs["when"] - pairs["day"]).between(0, HALF_YEAR_DAYS))
    counts = within.group_by(unit="event").aggregate(n=within.count())
    used = joined.left_join(counts, joined["event"] == counts["unit"])

    def look_up() -> Any:
        found = used.select(
            unit_id="event",
            treated="high",
            redeemed=zero_one(used["n"].fill_null(0) > 0).cast("float64"),
            purchases=used["n_after"].cast("float64"),
            x_points=used["points"].cast("float64"),
            x_day=years(used["day"] - redeeming_opened(company)),
            x_purchases_year=used["n_year"].cast("float64"),
            x_spend_year=used["spend_year"].fill_null(0.0),
            x_tenure_years=years(used["since_first"]),
        )
        return found.order_by("unit_id").execute()

    both = company.once("restricted points", look_up)
    other = "purchases" if outcome == "redeemed" else "redeemed"
    table = both.drop(columns=other).rename(columns={outcome: "outcome"})
    marked = members.select(who="customer_id", why="reason")
    rows = earned.left_join(marked, earned["customer_id"] == marked["who"])
    reason = ibis.cases(
        (rows["could"].isnull(), NOT_YET),
        (rows["at"] > rows["could"], EARNED_LATER),
        (rows["why"].notnull(), rows["why"]),
        else_=no_reason(),
    )
    others = t.filter(t["kind"] != "earn")
    spent = parts_of(others, ibis.literal("points redeemed or expired"))
    record_parts(company, key, "points", parts_of(rows, reason).union(spent))
    words = context(
        company,
        population=f"{len(table):,} members from the day on which they could redeem",
        period=(observation(company)[0], end),
        outcome="redeemed within half a year" if outcome == "redeemed" else "purchases in the half year after",
        contrast="restricted less unrestricted points",
    )
    return checked(company, key, table, words)
