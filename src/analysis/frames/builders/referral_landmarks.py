"""Frame of who brings others in: subscribers at fixed days, by the year behind each day and who stayed after it."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.core.calendar_days import day_of
from analysis.core.errors import FrameUnavailable
from analysis.frames import Frame
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    YEAR_DAYS,
    checked,
    context,
    no_reason,
    record,
    years,
    zero_one,
)
from analysis.frames.builders.referrals import referred
from analysis.frames.builders.subscription_spells import losses_seen_from, spells

KEY = "exposure/stayers_refer"
OUTSIDE = "referrer was no subscriber throughout a year that is looked at"


def build_stayers(company: Company) -> Frame:
    """Frame ``exposure``: subscribers who stayed against those who left; the outcome is whether they brought in anyone.

    From the first referral on there is a landmark every half year. Whoever subscribed throughout the year from a landmark
    on is a row of it: the outcome is looked for in that year, and treated is 1 if he still subscribed half a year after
    it, 0 if he had left by then. So both had the same year, day by day, to refer in: neither the time as a customer nor
    the calendar (how many customers there are to refer newcomers, a campaign, a season) can differ. Landmarks are strata;
    x_years is the time as a customer at the landmark, with its root for a bend. A customer with several rows is a cluster.
    """
    s, r = spells(company), referred(company)
    landmarks = _landmarks(company)
    grid = s.cross_join(ibis.memtable(pd.DataFrame({"landmark": landmarks}, dtype="int64")))
    over = grid["landmark"] + YEAR_DAYS
    there = (grid["start"] <= grid["landmark"]) & (grid["end"].isnull() | (grid["end"] >= over))
    stayed = grid["end"].isnull() | (grid["end"] > over + HALF_YEAR_DAYS)
    grid = grid.mutate(stayed=zero_one(stayed)).filter(there)
    pairs = grid.inner_join(r, grid["customer_id"] == r["referrer_id"])
    inside = pairs.filter((pairs["brought"] >= pairs["landmark"]) & (pairs["brought"] < pairs["landmark"] + YEAR_DAYS))
    counts = inside.group_by(c="code", at="landmark").aggregate(n=inside.count())
    joined = grid.left_join(counts, [grid["code"] == counts["c"], grid["landmark"] == counts["at"]])
    found = (
        joined.select(
            cluster="code",
            landmark="landmark",
            treated="stayed",
            outcome=zero_one(joined["n"].fill_null(0) > 0).cast("float64"),
            x_years=years(joined["landmark"] - joined["start"]),
        )
        .order_by("landmark", "cluster")
        .execute()
    )
    _record(company, r, inside)
    words = context(
        company,
        population=f"{found['cluster'].nunique():,} subscribers at {len(landmarks)} days",
        period=(landmarks[0], landmarks[-1] + YEAR_DAYS + HALF_YEAR_DAYS),
        outcome="brought in at least one other in a year",
        contrast="still there half a year after that year against left by then",
    )
    found["stratum"] = found.pop("landmark").map({day: day_of(day).isoformat() for day in landmarks}).astype(str)
    found["x_root_years"] = found["x_years"] ** 0.5
    found.insert(0, "unit_id", range(len(found)))
    return checked(company, KEY, found, words)


def _landmarks(company: Company) -> list[int]:
    """Day numbers, half a year apart, from the day on which referrals and losses are both kept."""
    first = company.table("referrals").first
    end = min(company.table("subscriptions").end, company.table("referrals").end)
    found = list(range(max(first, losses_seen_from(company)), end - YEAR_DAYS - HALF_YEAR_DAYS + 1, HALF_YEAR_DAYS))
    if not found:
        raise FrameUnavailable(
            f"The tables of {company.settings.name} cannot give the frame '{KEY}': referrals and subscriptions must be kept "
            "side by side for a year and a half, a year to refer in and half a year to stay or leave. Give a longer history."
        )
    return found


def _record(company: Company, r: Any, inside: Any) -> None:
    seen = inside.select(referrer="referrer_id", friend="who", known=ibis.literal(1)).distinct()
    rows = r.left_join(seen, [r["referrer_id"] == seen["referrer"], r["who"] == seen["friend"]])
    reason = ibis.cases((rows["known"].isnull(), OUTSIDE), else_=no_reason())
    record(company, KEY, "referrals", rows, reason)
