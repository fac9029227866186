"""Frames from referrals: referred customers against others, how many each brought in, and friends of the encouraged."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.vocabulary import Design
from analysis.frames import Context, Frame
from analysis.frames.builders.behaviour import with_purchases
from analysis.frames.builders.campaign_rows import CONTROL, rows
from analysis.frames.builders.common import YEAR_DAYS, checked, context, no_reason, numbered, record, years, zero_one
from analysis.frames.builders.occasions import observation, occasions
from analysis.frames.builders.subscription_spells import event_code, losses_seen_from, spells

UNSEEN_YEAR = "first year as a customer not observed whole"
NOT_SEEN = "referred customer without a {what}"


def referred(company: Company) -> Any:
    """Referrals: referrer_id, who was brought in, and the day."""
    t = company.table("referrals").expression
    return t.select("referrer_id", who="referred_id", brought="at", **numbered(t))


def _about(company: Company, n: int, what: str, last: int, **words: Any) -> Context:
    first = company.table("referrals").first
    return context(company, population=f"{n:,} {what}", period=(min(first, last), last), **words)


def build_referred_value(company: Company) -> Frame:
    """Frame ``exposure``: customers who were referred against others; the outcome is spend in the first year.

    Customers are compared by their first purchase; x_joined is its day in years, so that referred ones are not set
    against others of another time. Only those who could have been referred while referrals were kept are compared.
    """
    o = occasions(company)
    first, end = observation(company)
    start = company.table("referrals").first
    people = o.group_by("customer_id", "joined").aggregate(event=o["code"].max(), n=o.count())
    people = people.mutate(day=people["joined"])
    joined = with_purchases(company, people.select("event", "customer_id", "day"), YEAR_DAYS + 1, same_day=True)
    r = referred(company)
    marks = r.select("who", referred=ibis.literal(1)).distinct()
    joined = joined.left_join(marks, joined["customer_id"] == marks["who"]).drop("who")
    low = max(first, start)
    usable = joined.filter((joined["day"] >= low) & (joined["day"] + YEAR_DAYS <= end))
    used = usable.mutate(treated=usable["referred"].fill_null(0).cast("int64"))
    columns: dict[str, Any] = {"x_joined": years(used["day"] - low)}
    table = used.select(unit_id="event", treated="treated", outcome=used["spend_after"].cast("float64"), **columns)
    found = table.order_by("unit_id").execute()
    known = joined.select(customer="customer_id", joined_at="day")
    all_rows = r.left_join(known, r["who"] == known["customer"])
    reason = ibis.cases(
        (all_rows["joined_at"].isnull(), NOT_SEEN.format(what="purchase")),
        (all_rows["joined_at"] < low, "first purchase before referrals were kept"),
        (all_rows["joined_at"] + YEAR_DAYS > end, UNSEEN_YEAR),
        else_=no_reason(),
    )
    record(company, "exposure/referred", "referrals", all_rows, reason)
    words = _about(
        company,
        len(found),
        "customers by their first purchase",
        end,
        outcome="spend in the first year",
        contrast="referred over not referred",
    )
    return checked(company, "exposure/referred", found, words)


def build_referred_spells(company: Company) -> Frame:
    """Frame ``spells``: first subscriptions; x_exposed is 1 for customers who were referred."""
    s = spells(company)
    end, seen = company.table("subscriptions").end, losses_seen_from(company)
    r = referred(company)
    start = company.table("referrals").first
    marks = r.select("who", referred=ibis.literal(1)).distinct()
    joined = s.filter(s["spell"] == 1).left_join(marks, s["customer_id"] == marks["who"]).drop("who")
    used = joined.filter(joined["start"] >= start)
    table = used.select(
        unit_id="code",
        entry_years=years(ibis.greatest(seen - used["start"], 0)),
        duration_years=years(used["end"].fill_null(end + 1) - used["start"]),
        event=event_code(used["reason"], used["end"]),
        x_exposed=used["referred"].fill_null(0).cast("float64"),
        x_joined=years(used["start"] - start),
    )
    found = table.order_by("unit_id").execute()
    found = found[found["duration_years"] >= found["entry_years"]]
    known = joined.select(customer="customer_id", began="start")
    all_rows = r.left_join(known, r["who"] == known["customer"])
    reason = ibis.cases(
        (all_rows["began"].isnull(), NOT_SEEN.format(what="subscription")),
        (all_rows["began"] < start, "subscription began before referrals were kept"),
        else_=no_reason(),
    )
    record(company, "spells/referred", "referrals", all_rows, reason)
    words = _about(
        company,
        len(found),
        "first subscriptions",
        end,
        outcome="left of own will",
        contrast="referred over not referred",
    )
    return checked(company, "spells/referred", found, words)


def build_referrers(company: Company) -> Frame:
    """Frame ``exposure``: subscribers who stayed against those who left; the outcome is how many they brought in while
    they were customers.

    x_years is the time as a customer while referrals were kept: who stayed has had more time to refer.
    """
    key = "exposure/referral_rate"
    s = spells(company)
    r = referred(company)
    start = company.table("referrals").first
    end = min(company.table("subscriptions").end, company.table("referrals").end)
    lived = s.mutate(low=ibis.greatest(s["start"], start), high=ibis.least(s["end"].fill_null(end + 1), end + 1))
    lived = lived.filter(lived["high"] > lived["low"])
    pairs = lived.inner_join(r, lived["customer_id"] == r["referrer_id"])
    inside = pairs.filter((pairs["brought"] >= pairs["low"]) & (pairs["brought"] < pairs["high"]))
    counts = inside.group_by(c="code", k="spell").aggregate(n=inside.count())
    joined = lived.left_join(counts, [lived["code"] == counts["c"], lived["spell"] == counts["k"]])
    joined = joined.mutate(
        n=joined["n"].fill_null(0),
        days=joined["high"] - joined["low"],
        running=joined["end"].isnull() | (joined["end"] > end),
    )
    per = joined.group_by("code").aggregate(
        n=joined["n"].sum(), days=joined["days"].sum(), running=joined["running"].any()
    )
    found = (
        per.select(
            unit_id="code",
            treated=zero_one(per["running"]),
            outcome=per["n"].cast("float64"),
            x_years=years(per["days"]),
        )
        .order_by("unit_id")
        .execute()
    )
    seen = inside.select(referrer="referrer_id", friend="who", known=ibis.literal(1)).distinct()
    all_rows = r.left_join(seen, [r["referrer_id"] == seen["referrer"], r["who"] == seen["friend"]])
    reason = ibis.cases((all_rows["known"].isnull(), "referrer was no subscriber on that day"), else_=no_reason())
    record(company, key, "referrals", all_rows, reason)
    words = _about(
        company, len(found), "subscribers", end, outcome="others brought in", contrast="stayers against leavers"
    )
    return checked(company, key, found, words)


def build_peers(company: Company, *, family: str = "referral") -> Frame:
    """Frame ``peer_encouragement``: a referred customer, whose referrer was drawn at random to be encouraged or not.

    The encouragement is a campaign of family `referral` among referrers. Peer rate: 1 if the referrer answered it as
    hoped. Own uptake: 1 if the referred customer bought in the year from the campaign on. Cluster: the referrer.
    """
    c = rows(company)
    first = c.filter((c["family"] == family) & (c["contact"] == 0) & ~c["unclear"])
    answered = c.group_by(campaign="campaign_id", who="customer_id").aggregate(
        said=c["responded"].fill_null(False).any()
    )
    first = first.inner_join(
        answered, [first["campaign_id"] == answered["campaign"], first["customer_id"] == answered["who"]]
    ).drop("campaign", "who")
    once = ibis.row_number().over(ibis.window(group_by="customer_id", order_by=["day", "event"]))
    first = first.mutate(place=once)
    first = first.filter(first["place"] == 0).select(
        referrer="customer_id", encouraged_on="day", arm="arm", said="said"
    )
    r = referred(company)
    pairs = r.left_join(first, r["referrer_id"] == first["referrer"])
    _, end = observation(company)
    reason = ibis.cases(
        (pairs["encouraged_on"].isnull(), "referrer not in a campaign of family referral"),
        (pairs["encouraged_on"] + YEAR_DAYS > end, "year after the campaign not observed whole"),
        else_=no_reason(),
    )
    pairs = pairs.mutate(reason=reason)
    good = pairs.filter(pairs["reason"].isnull())
    events = good.select(
        event=ibis.row_number().over(ibis.window(order_by=["referrer_id", "who"])),
        customer_id=good["who"],
        day=good["encouraged_on"],
        arm=good["arm"],
        said=good["said"],
        referrer_id=good["referrer_id"],
    )
    joined = with_purchases(company, events, YEAR_DAYS, same_day=True)
    table = (
        joined.select(
            unit_id="event",
            outcome=zero_one(joined["n_after"] > 0).cast("float64"),
            peer_rate=zero_one(joined["said"]).cast("float64"),
            instrument=zero_one(joined["arm"] != CONTROL).cast("float64"),
            referrer="referrer_id",
        )
        .order_by("unit_id")
        .execute()
    )
    table["cluster"] = table.pop("referrer").astype("category").cat.codes.astype("int64")
    record(company, "peer_encouragement", "referrals", pairs, pairs["reason"])
    words = _about(
        company,
        len(table),
        "referred customers whose referrers were drawn at random",
        end,
        design=Design.RANDOMISED,
        outcome="bought in the year from the campaign on",
    )
    return checked(company, "peer_encouragement", table, words)
