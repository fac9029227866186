"""Frames about why subscribers leave: price changes, and the reasons they give."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders.common import HALF_YEAR_DAYS, checked, no_reason, record, years, zero_one
from analysis.frames.builders.subscription_spells import INVOLUNTARY, RENEWED, epochs, spells
from analysis.frames.builders.subscriptions import about, observed_to, record_epochs, spell_window

LAPSE_DAYS = HALF_YEAR_DAYS
"""A price change is held responsible for leaving within so many days."""

REASON_GROUPS = {
    "service": ("service", "quality", "product", "disappointment", "complaint", "failure"),
    "offer": ("offer", "competitor", "rival"),
    "price": ("price", "too expensive"),
}
"""Words of end_reason that are understood; all others count as `other`, and the ledger names them."""


def build_price_exposure(company: Company) -> Frame:
    """Frame ``price_exposure``: each epoch that follows on another, its price against the last one, left within half a
    year or not."""
    e = epochs(company)
    end = observed_to(company)
    spell_end = e["until"].max().over(spell_window())
    number = ibis.row_number().over(ibis.window(group_by=["customer_id", "spell"], order_by="start"))
    e = e.mutate(spell_end=spell_end, number=number)
    last_reason = spells(company).select("customer_id", "spell", last_reason="reason")
    joined = e.inner_join(last_reason, ["customer_id", "spell"])
    own_will = ~joined["last_reason"].isin([RENEWED, INVOLUNTARY]).fill_null(False)
    left = (joined["spell_end"] <= joined["start"] + LAPSE_DAYS) & own_will
    joined = joined.mutate(lapsed=zero_one(left), reason_out=_price_reason(joined, end))
    used = joined.filter(joined["reason_out"].isnull())
    codes = spells(company).select("customer_id", "code").distinct()
    used = used.inner_join(codes, "customer_id")
    rows = used.select(
        "code",
        "start",
        "lapsed",
        price_change=(used["price"] / used["previous_price"]).ln(),
        market_gap=(used["market_price"] > 0).ifelse((used["price"] / used["market_price"]).ln(), ibis.null("float64")),
        tenure_years=years(used["start"] - used["first"]),
        x_log_price_before=used["previous_price"].ln(),
    )
    rows = rows.order_by("code", "start").execute()
    rows["unit_id"] = range(len(rows))
    rows["cluster"] = rows["code"]
    record(company, "price_exposure", "subscriptions", joined, joined["reason_out"])
    words = about(company, outcome=f"left within {LAPSE_DAYS} days of the price change")
    table = rows.drop(columns=["code", "start"])
    if table["market_gap"].isna().all():
        table = table.drop(columns="market_gap")
    return checked(company, "price_exposure", table, words)


def _price_reason(t: Any, end: int) -> Any:
    return ibis.cases(
        (t["number"] == 0, "first epoch of a spell: no price before"),
        (t["price"].isnull() | t["previous_price"].isnull(), "no price, or none in the epoch before"),
        ((t["price"] <= 0) | (t["previous_price"] <= 0), "a price of 0 has no ratio"),
        (t["start"] + LAPSE_DAYS > end, f"the {LAPSE_DAYS} days after it are not observed whole"),
        else_=no_reason(),
    )


def build_reasons(company: Company) -> Frame:
    """Frame ``reasons``: one main reason a subscriber lost, grouped by the words of REASON_GROUPS."""
    table = spells(company)
    lost = table.filter(table["end"].notnull())
    lost = lost.mutate(reason=lost["reason"].fill_null(""))
    rows = lost.group_by("reason").aggregate(n=lost.count()).order_by("reason").execute()
    given = rows[~rows["reason"].isin(["", RENEWED, INVOLUNTARY])].reset_index(drop=True)
    words = {word: group for group, listed in REASON_GROUPS.items() for word in listed}
    given["group"] = [words.get(text, "other") for text in given["reason"]]
    others = sorted(given.loc[given["group"] == "other", "reason"])
    note = f"counted as other: {', '.join(others[:20])}" if others else "no reason counted as other"

    def why(t: Any) -> Any:
        reach = t["until"].max().over(spell_window())
        return ibis.cases(
            (t["until"] < reach, "not the end of a spell"),
            (t["end"].isnull(), "still running"),
            (t["reason"].isnull(), "no end_reason"),
            (t["reason"].isin([RENEWED, INVOLUNTARY]), "did not leave of own will"),
            else_=no_reason(),
        )

    record_epochs(company, "reasons", why, (note,))
    return checked(company, "reasons", given[["reason", "group", "n"]], about(company))
