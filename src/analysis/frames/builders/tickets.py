"""Frames from tickets: solved at first contact, answered promptly, and the queue."""

from __future__ import annotations

from typing import Any

import ibis
import pandas as pd

from analysis.company.store import Company
from analysis.frames import Frame
from analysis.frames.builders.behaviour import NO_SUBSCRIPTION, with_later
from analysis.frames.builders.common import (
    HALF_YEAR_DAYS,
    checked,
    no_reason,
    once,
    record,
    runs_on,
    stored,
    with_clusters,
    years,
    zero_one,
)
from analysis.frames.builders.subscription_spells import event_code, spells
from analysis.frames.builders.ticket_events import about, covariates, drop_constant, tickets

WINDOW = HALF_YEAR_DAYS


def build_first_contact(company: Company, *, subscribed: bool) -> Frame:
    """Frame ``exposure``: a ticket settled at first contact or not; the outcome half a year later.

    Parameters
    ----------
    subscribed : bool
        True: outcome 1 if the subscriber was lost. False: outcome 1 if the customer bought again.
    """
    key = "exposure/first_contact" if subscribed else "exposure/first_contact_repurchase"
    unknown = "resolved_first_contact not known"
    contrast = "solved at first contact less not"
    return _build(company, key, "settled", unknown, subscribed, contrast)


def build_response_time(company: Company, *, subscribed: bool) -> Frame:
    """Frame ``exposure``: a ticket settled faster than the median of its priority, or not.

    Whether the first contact settled it is held equal where it is known.
    """
    key = "exposure/response_time" if subscribed else "exposure/response_time_repurchase"
    contrast = "settled promptly less not"
    return _build(company, key, "prompt", "not settled yet", subscribed, contrast)


def _prompt(t: Any) -> Any:
    """True for tickets in the faster half of their priority, by rank; null while open."""
    rank = ibis.percent_rank().over(ibis.window(group_by=[t["priority"], t["hours"].isnull()], order_by=t["hours"]))
    return t["hours"].isnull().ifelse(ibis.null("boolean"), rank <= 0.5)


def _build(company: Company, key: str, treated: str, unknown: str, subscribed: bool, contrast: str) -> Frame:
    t = _with_outcome(company, subscribed)
    reason = ibis.cases((t[treated].isnull(), unknown), (t["why"].notnull(), t["why"]), else_=no_reason())
    rows = _rows(company, subscribed)
    table = _exposure_table(rows[rows["known"]], treated)
    record(company, key, "tickets", t, reason)
    outcome = f"no subscriber any more {WINDOW} days later" if subscribed else f"bought again within {WINDOW} days"
    return checked(company, key, table, about(company, len(table), "tickets", outcome=outcome, contrast=contrast))


def _with_outcome(company: Company, subscribed: bool) -> Any:
    """Tickets with what the customer did afterwards: `outcome`, and `why`, the reason why a ticket has none."""
    t = _with_later(company)
    return t.mutate(outcome=_outcome(t, subscribed), why=t[f"why_{_WHAT[subscribed]}"])


def _outcome(t: Any, subscribed: bool) -> Any:
    """1 if the subscriber was lost; without subscriptions 1 if the customer bought again."""
    return (1 - t["stayed_subscribed"] if subscribed else t["stayed_bought"]).cast("float64")


@stored("tickets_and_later")
def _with_later(company: Company) -> Any:
    """Tickets with what was held of the customer before them and what came after, by subscriptions and by purchases."""
    t = with_later(company, tickets(company), WINDOW, "ticket")
    return t.mutate(settled=zero_one(t["resolved_first_contact"]), prompt=zero_one(_prompt(t)))


def _rows(company: Company, subscribed: bool) -> pd.DataFrame:
    """Tickets in pandas, with what all comparisons of them hold; `known`: what came afterwards is."""
    everything, names = _all_rows(company)
    return everything[list(names[subscribed])].rename(columns=names[subscribed])


@once("ticket rows")
def _all_rows(company: Company) -> tuple[pd.DataFrame, dict[bool, dict[str, str]]]:
    """The same by subscriptions and by purchases from one query, and for each the names of its columns."""
    t = _with_later(company)
    wanted: dict[str, Any] = {}
    names: dict[bool, dict[str, str]] = {}
    for subscribed, there in ((True, company.has("subscriptions", "ended_at")), (False, company.has("transactions"))):
        if not there:
            continue
        columns = {
            **{name: t[name] for name in ("event", "customer_id", "settled", "prompt")},
            "outcome": _outcome(t, subscribed),
            "stratum": t["category"].fill_null("not known"),
            **covariates(t, subscribed=subscribed, first_contact=True),
            **({} if subscribed else {name: t[name] for name in _QUEUE}),
            "known": t[f"why_{_WHAT[subscribed]}"].isnull(),
        }
        names[subscribed] = {f"{name} {subscribed}": name for name in columns}
        wanted |= {f"{name} {subscribed}": column for name, column in columns.items()}
    return t.select(**wanted).order_by(f"event {next(iter(names))}").execute(), names


_WHAT = {True: "subscribed", False: "bought"}
"""How columns of what came afterwards end, by whether it is the subscription."""
_QUEUE = ("second", "hours", "priority", "spend_year")
"""What a queue is made of."""


def _exposure_table(rows: pd.DataFrame, treated: str) -> pd.DataFrame:
    """Tickets exposed or not; who is compared by the time to the answer is held equal in whether the first contact settled it."""
    table = rows[rows[treated].notna()].reset_index(drop=True)
    left = ["settled", "prompt", "known", *_QUEUE]
    left += ["x_first_contact", "x_no_first_contact"] if treated == "settled" else []
    table = table.assign(treated=table[treated].astype("int64")).rename(columns={"event": "unit_id"})
    return drop_constant(with_clusters(table.drop(columns=left, errors="ignore")))


def build_response_spells(company: Company) -> Frame:
    """Frame ``spells``: a subscriber from the day of a settled ticket on; x_log2_hours is the time to the answer.

    Follow-up stops after half a year: what a ticket does, it does by then. Whether the first contact settled it is held
    equal where it is known.
    """
    joined = _with_outcome(company, True).drop("outcome", "why")
    s = spells(company).select(who="customer_id", start="start", end="end", why_ended="reason")
    running = joined.inner_join(s, joined["customer_id"] == s["who"])
    running = running.filter(runs_on(running, running["day"]))
    end = company.table("subscriptions").end
    lasted = running["end"].fill_null(end + 1) - running["day"]
    running = running.mutate(
        duration=ibis.least(lasted, WINDOW),
        left=(lasted <= WINDOW).ifelse(event_code(running["why_ended"], running["end"]), 0),
    )
    answered = running.filter(running["hours"] > 0)
    columns = covariates(answered, subscribed=True, first_contact=True)
    rows = answered.select(
        "event",
        "customer_id",
        stratum=answered["category"].fill_null("not known"),
        entry_years=ibis.literal(0.0).cast("float64"),
        duration_years=years(answered["duration"]),
        left="left",
        x_log2_hours=answered["hours"].log2(),
        **columns,
    )
    table = rows.order_by("event").execute().rename(columns={"left": "event", "event": "unit_id"})
    table["cluster"] = table.pop("customer_id").astype("category").cat.codes.astype("int64")
    reason = ibis.cases(
        (joined["subscribed"] == 0, NO_SUBSCRIPTION),
        (joined["hours"].isnull(), "not settled yet"),
        (joined["hours"] <= 0, "settled in no time: its logarithm does not exist"),
        else_=no_reason(),
    )
    record(company, "spells/response_time", "tickets", joined, reason)
    words = about(company, len(table), "tickets of subscribers", outcome="left of own will")
    return checked(company, "spells/response_time", drop_constant(table), words)


def build_queue(company: Company) -> Frame:
    """Frame ``queue``: tickets as they came in, with the customer's spend of the year before as value.

    The work a ticket takes is not recorded. The time from opening to settling stands for it, waiting included; the
    estimator shows how the answer moves with it, and a queue model never decides a verdict.
    """
    t = _with_outcome(company, False)
    reason = ibis.cases(
        (t["priority"].isnull(), "priority not known"), (t["hours"].isnull(), "not settled yet"), else_=no_reason()
    )
    rows = _rows(company, False)
    rows = rows[rows["priority"].notna() & rows["hours"].notna()].reset_index(drop=True)
    table = rows.assign(
        unit_id=range(len(rows)),
        arrival_hours=(rows["second"] - rows["second"].min()) / 3600.0,
        handling_hours=rows["hours"],
        value=rows["spend_year"].fillna(0.0).clip(lower=0.0),
    )
    record(company, "queue", "tickets", t, reason)
    columns = ["unit_id", "arrival_hours", "handling_hours", "priority", "value"]
    words = about(
        company,
        len(table),
        "tickets",
        outcome="waiting time",
        indirect="the work a ticket takes is not recorded: the time from opening to settling stands for it",
    )
    return checked(company, "queue", table[columns], words)
