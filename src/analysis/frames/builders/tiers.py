"""Frames from tiers with thresholds: the waits on the way to a tier, and the decision at its threshold."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.calendar_days import day_of, month_number
from analysis.core.vocabulary import Design
from analysis.frames import Frame
from analysis.frames.builders.behaviour import UNSEEN, with_purchases
from analysis.frames.builders.common import HALF_YEAR_DAYS, checked, no_reason, record, zero_one
from analysis.frames.builders.membership_rows import about, kinds_of_rows, ladder, names_missed, next_tier, rows
from analysis.frames.builders.occasions import observation, occasions

ON_A_PURCHASE = "tier given on the day of a purchase or the day after: the amount chose the day"
NO_THRESHOLD = "no threshold, or one of 0"
NO_AMOUNT = "no qualifying_amount"
MISFIT = "tier does not fit the qualifying amount"


def build_tier_approach(company: Company) -> Frame:
    """Frame ``tier_approach``: waits between purchases on the way to the next tier's threshold.

    Counting begins on the day after a row's from_at and ends with the row; where a higher tier begins on the day the row
    ends, that day counts too, for the purchase that decided the tier is the last step of the way.

    Placebo runs have no tier in reach: in the highest tier, against that tier's own threshold; before joining, against
    the lowest threshold above 0.
    """
    runs = _runs(company)
    o = occasions(company).select(who="customer_id", bought_at="day", paid="amount", bought_month="month")
    inside = runs.inner_join(o, runs["customer_id"] == o["who"])
    inside = inside.filter((inside["bought_at"] > inside["low"]) & (inside["bought_at"] < inside["high"]))
    order = ibis.window(group_by="run", order_by="bought_at")
    upto = ibis.window(group_by="run", order_by="bought_at", preceding=None, following=0)
    counted = inside.mutate(
        wait=ibis.row_number().over(order),
        total=inside["paid"].sum().over(upto),
        following=inside["bought_at"].lead().over(order),
    )
    one = ibis.window(group_by="run")
    counted = counted.mutate(reached=zero_one(counted["total"].max().over(one) >= counted["limit"]))
    waits = counted.filter((counted["total"] < counted["limit"]) & counted["following"].notnull())
    first_month = month_number(day_of(observation(company)[0]))
    table = (
        waits.select(
            unit_id="member",
            run="run",
            wait="wait",
            progress=waits["total"] / waits["limit"],
            gap_days=(waits["following"] - waits["bought_at"]).cast("float64"),
            reached="reached",
            month=waits["bought_month"] - first_month,
            placebo="placebo",
        )
        .order_by("unit_id", "run", "wait")
        .execute()
    )
    table.insert(1, "cycle", table.groupby("unit_id")["run"].rank(method="dense").astype("int64") - 1)
    t = rows(company)
    with_waits = waits.select(unit="event", known=ibis.literal(1)).distinct()
    marked = t.left_join(with_waits, t["event"] == with_waits["unit"])
    reason = ibis.cases((marked["known"].isnull(), "no two purchases on the way to a threshold"), else_=no_reason())
    record(company, "tier_approach", "memberships", marked, reason)
    words = about(
        company, table["unit_id"].nunique(), "members", observation(company)[1], outcome="days to the next purchase"
    )
    return checked(company, "tier_approach", table.drop(columns="run"), words)


def _runs(company: Company) -> Any:
    """One row a run at a threshold: event (membership row), member, low and high (days outside), limit, placebo."""
    t = rows(company)
    first, end = observation(company)
    _, limit = next_tier(company, t["tier"])
    own = ibis.cases(*((t["tier"] == tier, value) for tier, value in ladder(company)), else_=ibis.null("float64"))
    t = _with_high(company, t, end)
    high = t["high"]
    # A run that began before the purchases are observed has a part of its way unseen.
    seen = t["start"] >= first
    real = t.filter(seen & limit.notnull()).mutate(low=t["start"], high=high, limit=limit, placebo=ibis.literal(0))
    top = t.filter(seen & limit.isnull() & (own > 0)).mutate(
        low=t["start"], high=high, limit=own, placebo=ibis.literal(1)
    )
    lowest = next((value for _, value in ladder(company) if value > 0), None)
    columns = ["event", "member", "customer_id", "low", "high", "limit", "placebo"]
    runs = real.select(columns).union(top.select(columns))
    if lowest is not None:
        newest = t.mutate(place=ibis.row_number().over(ibis.window(group_by="member", order_by=["start", "event"])))
        before = newest.filter((newest["place"] == 0) & (newest["start"] > first))
        before = before.mutate(
            low=ibis.literal(first - 1).cast("int64"),
            high=before["start"],
            limit=ibis.literal(float(lowest)),
            placebo=ibis.literal(1),
        )
        runs = runs.union(before.select(columns))
    return runs.mutate(run=ibis.row_number().over(ibis.window(order_by=["member", "low", "high", "event"])))


def _with_high(company: Company, t: Any, end: int) -> Any:
    """Add `high`, the first day that no more counts: a row's end, or the day after where a higher tier began on it."""
    step = ibis.cases(
        *((t["tier"] == tier, i) for i, (tier, _) in enumerate(ladder(company))), else_=ibis.null("int64")
    )
    t = t.mutate(step=step)
    later = ibis.window(group_by="member", order_by=["start", "event"])
    rises = (t["start"].lead().over(later) == t["end"]) & (t["step"].lead().over(later) > t["step"])
    return t.mutate(high=rises.fill_null(False).ifelse(t["end"] + 1, t["end"].fill_null(end + 1))).drop("step")


def build_tier_cutoff(company: Company) -> Frame:
    """Frame ``tier_cutoff``: decisions at the end of a counting period, spend of the half year after as outcome.

    Every row stands at the threshold of its own tier, which it reached, and at that of the next, which it missed;
    `threshold` may name either, and the amount tells which. Where the tier was given on the day of a purchase or the day
    after, the member's purchase chose the day, and the amount lies just above the threshold by construction: such rows are
    left out.
    """
    t = rows(company)
    name, limit = next_tier(company, t["tier"])
    benefits = _benefits(company)
    steps = [tier for tier, _ in ladder(company)]
    own_of_tier = ibis.cases(
        (t["tier"] == "", 0.0), *((t["tier"] == tier, v) for tier, v in ladder(company)), else_=0.0
    )
    t = t.mutate(
        next_name=name,
        next_limit=names_missed(t).ifelse(t["threshold"], limit),
        threshold=names_missed(t).ifelse(own_of_tier, t["threshold"]),
    )
    joined = with_purchases(company, t.mutate(day=t["start"]), HALF_YEAR_DAYS)
    near = _bought_near(company, t)
    joined = joined.left_join(near, joined["event"] == near["unit"])
    _, end = observation(company)
    own = joined["threshold"].fill_null(0.0)
    fits = (joined["amount"] >= own) & (joined["next_limit"].isnull() | (joined["amount"] < joined["next_limit"]))
    reason = ibis.cases(
        (~joined["tier"].isin(steps or [""]), NO_THRESHOLD),
        ((own <= 0) & joined["next_limit"].isnull(), NO_THRESHOLD),
        (joined["amount"].isnull(), NO_AMOUNT),
        (~fits, MISFIT),
        (joined["near"].notnull(), ON_A_PURCHASE),
        (joined["start"] + HALF_YEAR_DAYS > end, UNSEEN),
        else_=no_reason(),
    )
    joined = joined.mutate(reason=reason)
    used = joined.filter(joined["reason"].isnull())
    reached = used.filter(used["threshold"].fill_null(0.0) > 0)
    reached = reached.mutate(at=reached["tier"], line=reached["threshold"], reached=ibis.literal(1))
    missed = used.filter(used["next_limit"].notnull() & used["next_name"].notnull())
    missed = missed.mutate(at=missed["next_name"], line=missed["next_limit"], reached=ibis.literal(0))
    columns = ["event", "member", "at", "line", "reached", "amount", "spend_after"]
    rows_ = reached.select(columns).union(missed.select(columns)).order_by("event", "reached").execute()
    table = rows_.assign(
        unit_id=range(len(rows_)),
        running=(rows_["amount"] - rows_["line"]) / rows_["line"],
        outcome=rows_["spend_after"].fillna(0.0).astype(float),
        tier=rows_["at"],
        cluster=rows_["member"],
    )
    if benefits:
        table["benefit"] = table["tier"].map(benefits).astype(float)
    record(company, "tier_cutoff", "memberships", joined, joined["reason"])
    words = about(
        company,
        table["member"].nunique(),
        "members",
        end,
        design=Design.QUASI_EXPERIMENTAL,
        outcome=f"spend in the {HALF_YEAR_DAYS} days after the decision",
        contrast="just reached the tier against just missed it",
    )
    keep = ["unit_id", "running", "reached", "outcome", "tier", "cluster"] + (["benefit"] if benefits else [])
    return checked(company, "tier_cutoff", table[keep], words)


def _bought_near(company: Company, t: Any) -> Any:
    """Rows whose tier began on the day of a purchase of the member, or the day after."""
    o = occasions(company).select(who="customer_id", bought_at="day")
    pairs = t.select("event", "customer_id", "start").inner_join(o, t["customer_id"] == o["who"])
    close = pairs.filter((pairs["start"] - pairs["bought_at"]).between(0, 1))
    return close.select(unit="event", near=ibis.literal(1)).distinct()


def _benefits(company: Company) -> dict[str, float]:
    """Tier to the worth of its benefits: the one that most of its rows name."""
    known = kinds_of_rows(company)
    counts = known[known["benefit"].notna()].groupby(["tier", "benefit"], as_index=False)["n"].sum()
    best = counts.sort_values(["tier", "n", "benefit"], ascending=[True, False, True]).drop_duplicates("tier")
    return {str(r.tier): float(r.benefit) for r in best.itertuples()}
