"""Tickets as events: who opened them, what they were about, and what the customer did before and after."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames import Context
from analysis.frames.builders.behaviour import held_equal
from analysis.frames.builders.common import context, numbered, optional, stored, zero_one
from analysis.frames.builders.occasions import observation

FAILURES = ("failure", "complaint")
"""Categories that mark a failure of the company's."""

_OPTIONAL = {
    "resolved_at": "int64",
    "resolved_at_second": "int64",
    "contacts": "float64",
    "resolved_first_contact": "boolean",
    "priority": "float64",
    "category": "string",
    "severity": "float64",
}


@stored("ticket_events")
def tickets(company: Company) -> Any:
    """One row a ticket with `event`, `customer_id`, `day`, and the optional columns, null where they are not there.

    `failure` is true for the categories of FAILURES; `hours` is the time from opening to settling, null while open.
    """
    t = company.table("tickets").expression
    times = {"day": t["opened_at"], "second": t["opened_at_second"]}
    named = t.select("ticket_id", "customer_id", **times, **optional(t, _OPTIONAL), **numbered(t))
    named = named.mutate(
        category=named["category"].lower(),
        hours=(named["resolved_at_second"] - named["second"]).cast("float64") / 3600.0,
        event=ibis.row_number().over(order_by=[named["second"], named["ticket_id"]]),
    )
    return named.mutate(failure=named["category"].isin(FAILURES).fill_null(False))


def covariates(t: Any, *, subscribed: bool, first_contact: bool = False) -> dict[str, Any]:
    """What is held equal between tickets: severity, priority, category left to the stratum; value and tenure.

    A missing severity or priority is 0 with a mark of its own, so that no ticket is lost for it.

    Parameters
    ----------
    first_contact : bool
        Whether it is held equal, too, that the first contact settled the ticket. What it settles at once is settled soon,
        and drives nobody away: a comparison of times to the answer would count the one for the other.
    """
    found = held_equal(t, subscribed=subscribed)
    for name in ("severity", "priority"):
        found[f"x_{name}"] = t[name].fill_null(0.0)
        found[f"x_no_{name}"] = zero_one(t[name].isnull()).cast("float64")
    if first_contact:
        settled = t["resolved_first_contact"]
        found["x_first_contact"] = zero_one(settled.fill_null(False)).cast("float64")
        found["x_no_first_contact"] = zero_one(settled.isnull()).cast("float64")
    return found


def drop_constant(table: Any) -> Any:
    """Without the covariates that are the same everywhere, and without a stratum that is."""
    same = [c for c in table.columns if (c.startswith("x_") or c == "stratum") and table[c].nunique(dropna=False) < 2]
    return table.drop(columns=same)


def about(company: Company, n: int, what: str, **words: Any) -> Context:
    """The context of a frame from tickets."""
    first, last = company.table("tickets").first, company.table("tickets").end
    if company.has("transactions"):
        last = max(last, observation(company)[1])
    return context(company, population=f"{n:,} {what}", period=(first, last), **words)
