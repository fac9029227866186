"""Frame of redeeming: purchases at which a member had enough points, with what the member bought afterwards."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable
from analysis.frames import Frame
from analysis.frames.builders.behaviour import UNSEEN, with_purchases
from analysis.frames.builders.common import checked, context, dates, no_reason, record, years, zero_one
from analysis.frames.builders.occasions import observation
from analysis.frames.builders.point_balances import least_redeemed, redeeming_opened, signed_points
from analysis.frames.builders.random_sample import drawn_occasions

KEY = "exposure/redemption"
AFTER_DAYS, RUN_UP_DAYS = 28, 56
"""Days after the purchase in which others count, and days before it that are the run-up."""

FEWEST_IN_PERIOD = 20
"""Redemptions, and purchases without one, that a stretch of quarters must have to be a stratum."""

SOON_ANYWAY, TOO_SOON = 0.1, 0.5
"""How much oftener those who did not redeem may do so within the days after than those who did: beyond the first the answer
speaks indirectly, beyond the second there is none. An effect is made smaller by about half of this part of itself."""

NOT_AT_A_PURCHASE = "redeemed on a day without a purchase"
TOO_FEW = "fewer points on record than are redeemed"


def build_redemption(company: Company) -> Frame:
    """Frame ``exposure``: purchases with enough points, redeemed at (treated 1) or not; the outcome is the number of
    purchases in the four weeks after.

    Enough is the least that is redeemed (but for slips), held before the day, and looked at are purchases from the first
    redemption of all on: before it nobody could. Both groups have come as far: they bought that day, with the points for
    it, so that the way to the points bends neither. Who leaves afterwards counts with no purchase
    in both, and who redeems later stays where he is: what comes afterwards decides nothing. Held equal: points, purchases
    of the run-up and of the year before it, their spend, time as a customer; the quarter is the stratum, the member the
    cluster.

    Where most redeem soon, those who did not still have the points to, and those who did have spent theirs: the answer is then
    what redeeming now does over redeeming a little later, which is less than what redemptions do. The context says so.

    Raises
    ------
    FrameUnavailable
        If more than half of those who did not redeem do so soon after, counted beyond those who did.
    """
    events = _moments(company)
    joined = with_purchases(company, events, AFTER_DAYS, lag=RUN_UP_DAYS)
    first, end = observation(company)
    last = min(end, company.table("points").end)
    used = joined.filter(joined["day"] + AFTER_DAYS <= end)
    found = (
        used.select(
            "day",
            unit_id="event",
            treated="redeemed",
            outcome=used["n_after"].cast("float64"),
            cluster="code",
            again="again",
            x_points=used["balance"].cast("float64"),
            x_run_up=used["n_lag"].cast("float64"),
            x_purchases_year=used["n_year"].cast("float64"),
            x_spend_year=used["spend_year"].fill_null(0.0),
            x_years=years(used["day"] - used["joined"]),
        )
        .order_by("unit_id")
        .execute()
    )
    found["stratum"] = _periods(dates(found.pop("day")).dt.to_period("Q").astype(str), found["treated"])
    found["x_log_points"] = np.log1p(found["x_points"].clip(lower=0))
    _record(company, events, end)
    soon = _redeemed_soon_after(company, found)
    words = context(
        company,
        population=f"{found['cluster'].nunique():,} members at purchases with enough points",
        period=(first, last),
        outcome=f"purchases in the {AFTER_DAYS} days after",
        contrast="redeemed at a purchase against bought with as many points and did not",
        indirect=soon,
    )
    return checked(company, KEY, found, words)


def _redeemed_soon_after(company: Company, found: Any) -> str | None:
    """Why the comparison is one of now against a little later; None if it hardly is. Takes the column `again` away."""
    shares = found.groupby("treated")["again"].mean()
    del found["again"]
    more = float(shares.get(0, 0.0) - shares.get(1, 0.0))
    told = (
        f"of purchases with enough points at which none were redeemed {100 * shares.get(0, 0.0):.0f} % were followed by a "
        f"redemption within {AFTER_DAYS} days, of the others {100 * shares.get(1, 0.0):.0f} %"
    )
    if more > TOO_SOON:
        raise FrameUnavailable(
            f"Members of {company.settings.name} redeem so soon that nobody is left who does not: {told}. An experiment on who "
            "may redeem would tell."
        )
    return f"{told}: redeeming now against redeeming a little later" if more > SOON_ANYWAY else None


def _periods(quarters: Any, redeemed: Any) -> Any:
    """The first quarter of the period that each quarter is in: quarters are joined until a period has enough of both.

    What is left over at the end belongs to the period before it. A quarter in which nobody redeemed stays by itself: there
    nobody could, perhaps, and joined with others it would be set against quarters in which one could.
    """
    counts = redeemed.groupby(quarters).agg(["sum", "size"])
    closed = counts.index[counts["sum"] == 0]
    names: list[str] = []
    place, held = {}, [0, 0]
    for quarter, (took, n) in zip(counts.index, counts.to_numpy(), strict=True):
        if quarter in closed:
            continue
        if not names or min(held) >= FEWEST_IN_PERIOD:
            names.append(quarter)
            held = [0, 0]
        place[quarter] = len(names) - 1
        held = [held[0] + took, held[1] + n - took]
    last = len(names) - 1 - (min(held) < FEWEST_IN_PERIOD and len(names) > 1)
    found = {quarter: names[min(number, last)] for quarter, number in place.items()}
    return quarters.map(found | {quarter: quarter for quarter in closed})


def _moments(company: Company) -> Any:
    """Purchases with enough points: event, customer_id, code, day, balance (before the day), redeemed, again (redeemed within
    the days after)."""
    t = company.table("points").expression
    moved = t.select(
        "customer_id",
        day="at",
        change=signed_points(t),
        redeemed=zero_one(t["kind"] == "redeem"),
        bought=ibis.literal(0).cast("int64"),
        code=ibis.null("int64"),
        joined=ibis.null("int64"),
    )
    o = drawn_occasions(company)
    visits = o.select(
        "customer_id",
        day="day",
        change=ibis.literal(0.0),
        redeemed=ibis.literal(0).cast("int64"),
        bought=ibis.literal(1).cast("int64"),
        code=o["code"].cast("int64"),
        joined=o["joined"].cast("int64"),
    )
    both = moved.union(visits)
    by_day = both.group_by("customer_id", "day").aggregate(
        change=both["change"].sum(),
        redeemed=both["redeemed"].max(),
        bought=both["bought"].max(),
        code=both["code"].max(),
        joined=both["joined"].max(),
    )
    before = ibis.window(group_by="customer_id", order_by="day", preceding=(None, 1))
    behind = ibis.window(group_by="customer_id", order_by="day", following=(1, None))
    redeemed_on = (by_day["redeemed"] == 1).ifelse(by_day["day"], ibis.null("int64"))
    by_day = by_day.mutate(
        balance=by_day["change"].sum().over(before).fill_null(0.0),
        again=zero_one((redeemed_on.min().over(behind) - by_day["day"] <= AFTER_DAYS).fill_null(False)),
    )
    enough = by_day.filter(
        (by_day["bought"] == 1)
        & (by_day["balance"] >= least_redeemed(company))
        & (by_day["day"] >= redeeming_opened(company))
    )
    number = ibis.row_number().over(ibis.window(order_by=["code", "day"]))
    return enough.mutate(event=number).select(
        "event", "customer_id", "code", "joined", "day", "balance", "redeemed", "again"
    )


def _record(company: Company, events: Any, end: int) -> None:
    """Ledger entry of the points: redemptions that are rows of the frame, and why the others are not."""
    t = company.table("points").expression
    marks = events.select(who="customer_id", when="day", known=ibis.literal(1))
    o = drawn_occasions(company).select(buyer="customer_id", bought_at="day", bought=ibis.literal(1))
    rows = t.left_join(marks, [t["customer_id"] == marks["who"], t["at"] == marks["when"]])
    rows = rows.left_join(o, [rows["customer_id"] == o["buyer"], rows["at"] == o["bought_at"]])
    reason = ibis.cases(
        (rows["kind"] != "redeem", "points earned or expired"),
        (rows["bought"].isnull(), NOT_AT_A_PURCHASE),
        (rows["known"].isnull(), TOO_FEW),
        (rows["at"] + AFTER_DAYS > end, UNSEEN),
        else_=no_reason(),
    )
    record(company, KEY, "points", rows, reason)
