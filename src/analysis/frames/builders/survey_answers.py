"""Survey rows as events, and what the customer did afterwards."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames import Context
from analysis.frames.builders.behaviour import UNSEEN, beside, with_purchases, with_subscription
from analysis.frames.builders.common import YEAR_DAYS, context, no_reason, numbered, parts_of, record, zero_one
from analysis.frames.builders.occasions import observation

NOT_ANSWERED = "asked, not answered"
OTHER_INSTRUMENT = "another instrument"
WITH_ITEM = "about a single aspect"
NO_CUSTOMER = "customer without a purchase before the survey"
NO_SUBSCRIPTION = "no subscription running on the day"


LATER_DAYS = YEAR_DAYS
"""Days after the survey in which is looked for what the customer did."""


def answers(company: Company) -> Any:
    """One row a question put to a customer: event, customer_id, day, instrument, score, item, team, drawn."""
    return company.once("surveys", lambda: company.engine.keep(_answers(company), "survey_answers"))


def _answers(company: Company) -> Any:
    t = company.table("surveys").expression
    types = {"score": "float64", "item": "string", "team": "string", "invited_at_random": "boolean"}
    optional = {c: t[c] if c in t.columns else ibis.null(kind) for c, kind in types.items()}
    named = t.select("customer_id", "instrument", day=t["at"], **optional, **numbered(t))
    order = [named[c] for c in ("day", "customer_id", "instrument", "item")]
    return named.mutate(
        event=ibis.row_number().over(order_by=order),
        item=named["item"].lower(),
        drawn=named["invited_at_random"].fill_null(False),
    )


def with_later_behaviour(company: Company, *, subscribed: bool) -> Any:
    """`answers` with `stayed` (1 if still a subscriber, or if bought, a year later) and `why` (no such outcome)."""
    what, t = "subscribed" if subscribed else "bought", later(company)
    return t.mutate(stayed=t[f"stayed_{what}"], why=t[f"why_{what}"])


def later(company: Company) -> Any:
    """Answers with `stayed_subscribed` and `why_subscribed`, `stayed_bought` and `why_bought`, as far as the tables tell."""

    def look_up() -> Any:
        return company.engine.keep(_with_later(company, answers(company)), "surveys_and_later")

    return company.once("surveys and later", look_up)


def _with_later(company: Company, t: Any) -> Any:
    found = t
    if company.has("subscriptions", "ended_at"):
        joined = with_subscription(company, t, LATER_DAYS)
        late = joined["day"] + LATER_DAYS > company.table("subscriptions").end
        why = ibis.cases((late, UNSEEN), (joined["subscribed"] == 0, NO_SUBSCRIPTION), else_=no_reason())
        found = beside(found, joined.select("event", stayed_subscribed=joined["retained"], why_subscribed=why))
    if company.has("transactions"):
        joined = with_purchases(company, t, LATER_DAYS)
        late = joined["day"] + LATER_DAYS > observation(company)[1]
        why = ibis.cases((late, UNSEEN), (joined["since_first"] == 0, NO_CUSTOMER), else_=no_reason())
        bought = zero_one(joined["n_after"] > 0)
        found = beside(found, joined.select("event", stayed_bought=bought, why_bought=why))
    return found


def overall_reason(t: Any, instrument: str) -> Any:
    """Why a row is no answer to this instrument on the whole; null if it is."""
    return ibis.cases(
        (t["instrument"] != instrument, OTHER_INSTRUMENT),
        (t["item"].notnull(), WITH_ITEM),
        (t["score"].isnull(), NOT_ANSWERED),
        else_=no_reason(),
    )


def record_answers(company: Company, key: str, counted: Any, notes: tuple[str, ...] = ()) -> None:
    """Ledger entry from a table with `reason`, one row a survey row."""
    record(company, key, "surveys", parts_of(counted, counted["reason"]), notes)


def about(company: Company, n: int, what: str, **words: Any) -> Context:
    """The context of a frame from surveys."""
    first, last = company.table("surveys").first, company.table("surveys").end
    for name in ("transactions", "subscriptions"):
        if company.has(name):
            last = max(last, company.table(name).end)
    return context(company, population=f"{n:,} {what}", period=(first, last), **words)
