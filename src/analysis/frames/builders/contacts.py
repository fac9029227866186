"""Frames of contacts: offers to buyers and strangers, and contacts one after the other."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders.behaviour import with_purchases
from analysis.frames.builders.campaign_rows import CONTROL, LATER_CONTACT, period, rows
from analysis.frames.builders.common import checked, context, no_reason, once, record, stored, with_codes, zero_one
from analysis.frames.builders.occasions import observation
from analysis.frames.builders.subscription_spells import spells

NO_ORDER_YET = "customer without an order yet: no person who never chose the company"
BECOMING_A_CUSTOMER = (("customers", "joined_at"), ("subscriptions", "started_at"), ("memberships", "from_at"))
"""Tables that say of somebody that he is a customer, and from when on."""

PROSPECT = "prospect"
"""Value of customers.segment of people who are in the table and no customers yet."""


def build_offers(company: Company) -> Frame:
    """Frame ``offers``: whoever was offered something, by what he had done before, and whether he took it.

    Earlier: `bought` if there is a purchase before the day (without transactions: a subscription); `declined` if not, but an
    earlier offer without an answer; else `never`. Whoever is a customer without an order yet (he stands in customers,
    subscriptions or memberships before the day) is neither: he has chosen the company already. Campaigns are strata: within
    one the offer was the same.
    """
    t, found, table = rows(company), _judged(company), _offer_rows(company)
    units = found.select(unit="event", why="reason", known=ibis.literal(1))
    all_rows = t.left_join(units, t["event"] == units["unit"])
    reason = ibis.cases(
        (all_rows["arm"] == CONTROL, "control arm: nothing was offered"),
        (all_rows["contact"] > 0, LATER_CONTACT),
        (all_rows["known"].isnull(), "not known whether the customer answered"),
        (all_rows["why"].notnull(), all_rows["why"]),
        else_=no_reason(),
    )
    record(company, "offers", "campaigns", all_rows, reason)
    about = context(
        company,
        population=f"{len(table):,} people who were offered something",
        period=period(company),
        outcome="answered as hoped",
        contrast="earlier buyers less people who never bought",
    )
    return checked(company, "offers", table, about)


def _judged(company: Company) -> Any:
    """First contacts with what had been done `earlier`, and the `reason` why one is left out."""
    t, first = rows(company), _offered(company)
    asked = t.filter(t["arm"] != CONTROL).select(who="customer_id", when="day", said="responded")
    pairs = first.select("event", "customer_id", "day").inner_join(asked, first["customer_id"] == asked["who"])
    past = pairs.filter(pairs["when"] < pairs["day"])
    earlier = past.group_by(unit="event").aggregate(n=past.count())
    joined = first.left_join(earlier, first["event"] == earlier["unit"])
    before = ibis.cases(
        (joined["since_first"] > 0, "bought"), (joined["n"].fill_null(0) > 0, "declined"), else_="never"
    )
    bought = company.has("transactions")
    begin = observation(company)[0] if bought else company.table("subscriptions").first
    what = "purchases" if bought else "subscriptions"
    reason = ibis.cases(
        (joined["day"] <= begin, f"no {what} observed before the day"),
        ((joined["since_first"] == 0) & (joined["customer"] == 1), NO_ORDER_YET),
        else_=no_reason(),
    )
    return joined.mutate(earlier=before, reason=reason)


@once("offer rows")
def _offer_rows(company: Company) -> pd.DataFrame:
    found = _judged(company)
    used = found.filter(found["reason"].isnull())
    columns = used.select("event", "earlier", stratum="campaign_id", responded=zero_one(used["responded"]))
    return columns.order_by("event").execute().rename(columns={"event": "unit_id"})


@stored("offered")
def _offered(company: Company) -> Any:
    """First contacts with a known answer: what was bought before, and whether the person was a customer (0 or 1)."""
    t = rows(company)
    first = t.filter((t["contact"] == 0) & (t["arm"] != CONTROL) & t["responded"].notnull())
    bought = company.has("transactions")
    known = with_purchases(company, first, 1, same_day=True) if bought else _subscribed(company, first)
    return _with_customers(company, known)


def _subscribed(company: Company, first: Any) -> Any:
    """Days since the first subscription began, 0 without one before the day: who pays for a subscription has bought it."""
    began = spells(company).group_by(who="customer_id").aggregate(began=spells(company)["start"].min())
    joined = first.left_join(began, first["customer_id"] == began["who"]).drop("who")
    since = (joined["day"] - joined["began"]).fill_null(0)
    return joined.mutate(since_first=(since > 0).ifelse(since, 0)).drop("began")


def _with_customers(company: Company, first: Any) -> Any:
    since = None
    for name, column in BECOMING_A_CUSTOMER:
        if not company.has(name, column):
            continue
        t = company.table(name).expression
        if "segment" in t.columns:
            t = t.filter((t["segment"].lower() != PROSPECT).fill_null(True))
        one = t.select(who="customer_id", became=column)
        since = one if since is None else since.union(one)
    if since is None:
        return first.mutate(customer=ibis.literal(0).cast("int64"))
    began = since.group_by("who").aggregate(became=since["became"].min())
    joined = first.left_join(began, first["customer_id"] == began["who"]).drop("who")
    return joined.mutate(customer=zero_one((joined["became"] < joined["day"]).fill_null(False)))


def offers_to_strangers(company: Company) -> bool:
    """Whether anyone who was offered something had never bought and was no customer otherwise."""
    return bool((_offer_rows(company)["earlier"] != "bought").any())


def build_contacts(company: Company) -> Frame:
    """Frame ``contacts``: every contact of a customer, counted over all campaigns together; campaigns are strata.

    Campaigns ask for different things, and each has its place in the count: an invitation to a survey is answered more often
    than an offer, whatever number it is.
    """
    t = rows(company)
    sent = t.filter((t["arm"] != CONTROL) & t["responded"].notnull())
    order = ibis.window(group_by="customer_id", order_by=["day", "event"])
    joined = with_codes(sent.mutate(contact_number=ibis.row_number().over(order) + 1), "unit_id")
    table = (
        joined.select(
            "unit_id",
            "contact_number",
            stratum="campaign_id",
            responded=zero_one(joined["responded"]),
            left=zero_one(joined["unsubscribed"]).cast("float64"),
        )
        .order_by("unit_id", "contact_number")
        .execute()
    )
    if table["left"].isna().all():
        table = table.drop(columns="left")
    reason = ibis.cases(
        (t["arm"] == CONTROL, "control arm: no contact"),
        (t["responded"].isnull(), "not known whether the customer answered"),
        else_=no_reason(),
    )
    record(company, "contacts", "campaigns", t, reason)
    about = context(
        company,
        population=f"{table['unit_id'].nunique():,} customers who were contacted",
        period=period(company),
        outcome="answered as hoped",
    )
    return checked(company, "contacts", table, about)
