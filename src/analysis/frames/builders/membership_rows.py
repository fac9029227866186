"""Rows of memberships with their tier's place in the ladder of thresholds."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.frames import Context
from analysis.frames.builders.common import context, numbered, once, optional, stored, with_codes

SUBSCRIPTION = "subscription"
"""Name of the tier that is a subscription rather than a step of a programme."""


@stored("membership_rows")
def rows(company: Company) -> Any:
    """One row a spell: member (code), customer_id, tier, start, end (null: running), threshold, amount, benefit."""
    t = company.table("memberships").expression
    types = {"threshold": "float64", "qualifying_amount": "float64", "benefit_value": "float64", "to_at": "int64"}
    columns = optional(t, types)
    named = t.select(
        "customer_id",
        tier=t["tier"].lower(),
        start=t["from_at"],
        end=columns["to_at"],
        threshold=columns["threshold"],
        amount=columns["qualifying_amount"],
        benefit=columns["benefit_value"],
        **numbered(t),
    )
    everyone = ibis.row_number().over(ibis.window(order_by=["member", "start", "tier"]))
    return with_codes(named, "member").mutate(event=everyone)


def names_missed(t: Any) -> Any:
    """Whether a row's threshold is that of the tier above, which its amount missed, and not that of its own tier.

    Both ways of writing the table are in use; the amount tells which: nobody holds a tier whose threshold he missed.
    """
    return (t["amount"] < t["threshold"]).fill_null(False)


@once("kinds of membership rows")
def kinds_of_rows(company: Company) -> pd.DataFrame:
    """How often rows of each tier, threshold and benefit occur, and whether they name a threshold that was missed."""
    t = rows(company)
    t = t.mutate(missed=names_missed(t))
    return t.group_by("tier", "threshold", "missed", "benefit").aggregate(n=t.count()).execute()


@once("ladder")
def ladder(company: Company) -> list[tuple[str, float]]:
    """Tiers with their own thresholds, lowest first; a tier that has several takes the one of most rows.

    A tier whose rows name only thresholds that were missed stands below the lowest of those, at the next threshold further
    down, 0 if there is none.
    """
    known = kinds_of_rows(company)
    known = known[known["threshold"].notna() & (known["tier"] != SUBSCRIPTION)]
    counts = known.groupby(["tier", "threshold", "missed"], as_index=False)["n"].sum()
    counts = counts.sort_values(["tier", "missed", "n", "threshold"], ascending=[True, True, False, True])
    best = counts.drop_duplicates("tier").sort_values(["threshold", "missed", "tier"], ascending=[True, False, True])
    limits = sorted(set(best["threshold"]))
    own = {
        str(r.tier): max((x for x in limits if x < r.threshold), default=0.0) if r.missed else float(r.threshold)
        for r in best.itertuples()
    }
    return sorted(own.items(), key=lambda item: (item[1], item[0]))


def next_tier(company: Company, tier: Any) -> tuple[Any, Any]:
    """Name and threshold of the tier above, for an Ibis column of tiers; null in the highest."""
    steps = ladder(company)
    above = list(pairwise(steps))
    if not above:
        return ibis.null("string"), ibis.null("float64")
    names = ibis.cases(*((tier == low, high) for (low, _), (high, _) in above), else_=ibis.null("string"))
    limits = ibis.cases(*((tier == low, limit) for (low, _), (_, limit) in above), else_=ibis.null("float64"))
    return names, limits


def about(company: Company, n: int, what: str, last: int, **words: Any) -> Context:
    """The context of a frame from memberships."""
    first = company.table("memberships").first
    return context(company, population=f"{n:,} {what}", period=(min(first, last), last), **words)
