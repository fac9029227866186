"""Survey rows as events, and what the customer did afterwards."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames import Context
from analysis.frames.builders.behaviour import with_later
from analysis.frames.builders.common import YEAR_DAYS, context, no_reason, numbered, optional, stored

NOT_ANSWERED = "asked, not answered"
OTHER_INSTRUMENT = "another instrument"
WITH_ITEM = "about a single aspect"

LATER_DAYS = YEAR_DAYS
"""Days after the survey in which is looked for what the customer did."""


@stored("survey_answers")
def answers(company: Company) -> Any:
    """One row a question put to a customer: event, customer_id, day, instrument, score, item, team, drawn."""
    t = company.table("surveys").expression
    types = {"score": "float64", "item": "string", "team": "string", "invited_at_random": "boolean"}
    named = t.select("customer_id", "instrument", day=t["at"], **optional(t, types), **numbered(t))
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


@stored("surveys_and_later")
def later(company: Company) -> Any:
    """Answers with what their customers did later, as `with_later` has it."""
    return with_later(company, answers(company), LATER_DAYS, "survey")


def overall_reason(t: Any, instrument: str) -> Any:
    """Why a row is no answer to this instrument on the whole; null if it is."""
    return ibis.cases(
        (t["instrument"] != instrument, OTHER_INSTRUMENT),
        (t["item"].notnull(), WITH_ITEM),
        (t["score"].isnull(), NOT_ANSWERED),
        else_=no_reason(),
    )


def about(company: Company, n: int, what: str, **words: Any) -> Context:
    """The context of a frame from surveys."""
    first, last = company.table("surveys").first, company.table("surveys").end
    for name in ("transactions", "subscriptions"):
        if company.has(name):
            last = max(last, company.table(name).end)
    return context(company, population=f"{n:,} {what}", period=(first, last), **words)
