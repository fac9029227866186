"""Points that a member held, and from when on and with how many points redeeming was possible at all."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.errors import FrameUnavailable
from analysis.frames.builders.common import once

HARDLY_EVER = 0.01
"""Redemptions smaller than all but this share of them are slips: they do not say how many points are enough."""


def signed_points(table: Any) -> Any:
    """Points as a change of the balance: earned as they stand, redeemed and expired taken off whatever their sign."""
    points = table["points"].cast("float64")
    return (table["kind"] == "earn").ifelse(points, -points.abs())


@once("redemptions")
def _redemptions(company: Company) -> tuple[float, int]:
    """Points that are enough to redeem, and the day of the first redemption, from one query."""
    t = company.table("points").expression
    t = t.filter(t["kind"] == "redeem").mutate(size=t["points"].abs().cast("float64"))
    sizes = t.group_by("size").aggregate(n=t.count(), first=t["at"].min()).order_by("size").execute()
    if sizes.empty:
        raise FrameUnavailable(
            f"The points of {company.settings.name} must hold a redemption (`kind` redeem): nothing else tells from when on, and "
            "with how many points, redeeming was possible."
        )
    reached = sizes["n"].cumsum() > HARDLY_EVER * sizes["n"].sum()
    return float(sizes.loc[reached, "size"].iloc[0]), int(sizes["first"].min())


def least_redeemed(company: Company) -> float:
    """Points that are enough to redeem: the smallest redemption, but for the smallest hundredth of them."""
    return _redemptions(company)[0]


def redeeming_opened(company: Company) -> int:
    """Day of the first redemption: before it nobody could redeem, as far as the table tells."""
    return _redemptions(company)[1]


def could_redeem_from(company: Company) -> Any:
    """One row a member who ever could redeem: customer_id, day.

    The day is the first, from the first redemption of all on, at whose end the member held enough points; a redemption on
    that day counts as held.
    """
    t = company.table("points").expression
    least, opened = least_redeemed(company), redeeming_opened(company)
    moved = t.mutate(
        change=signed_points(t), spent=(t["kind"] == "redeem").ifelse(t["points"].abs().cast("float64"), 0.0)
    )
    days = moved.group_by("customer_id", day="at").aggregate(change=moved["change"].sum(), spent=moved["spent"].sum())
    order = ibis.window(group_by="customer_id", order_by="day")
    upto = ibis.window(group_by="customer_id", order_by="day", preceding=None, following=0)
    days = days.mutate(held=days["change"].sum().over(upto) + days["spent"], following=days["day"].lead().over(order))
    enough = days.filter((days["held"] >= least) & (days["following"].isnull() | (days["following"] > opened)))
    enough = enough.mutate(could=ibis.greatest(enough["day"], opened))
    return enough.group_by("customer_id").aggregate(day=enough["could"].min())
