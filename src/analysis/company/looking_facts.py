"""What the notes of `check` ask of clean tables: sums and extremes of all of them, from one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from analysis.company.asked_together import Ask, asked_together
from analysis.company.store import Company

NPS_TOP = 10
"""Top of the scale from 0 on which the net promoter score is asked."""
_SPELLS = (("subscriptions", "started_at", "ended_at"), ("memberships", "from_at", "to_at"))


def facts(company: Company) -> Mapping[str, list[dict[str, Any]]]:
    """Subject to what was found, one dict a group; a subject whose table is not there has none. Unknown numbers are 0.

    Subjects are "orders", "amounts", "scores" (by instrument), "meetings" (by the first customer of those who are in the
    same tables; `places` has a bit for each), and the tables of spells by their names.
    """

    def find() -> dict[str, list[dict[str, Any]]]:
        asks = {
            subject: ask
            for subject, ask in (
                ("orders", _orders(company)),
                ("amounts", _amounts(company)),
                ("scores", _scores(company)),
                ("meetings", _meetings(company)),
                *((name, _spells(company, name, starts, ends)) for name, starts, ends in _SPELLS),
            )
            if ask is not None
        }
        answers = asked_together(list(asks.values()))
        return {subject: [_known(row) for row in rows] for subject, rows in zip(asks, answers, strict=True)}

    found: dict[str, list[dict[str, Any]]] = company.once("facts for notes", find)
    return found


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {key: 0 if value is None or value != value else value for key, value in row.items()}


def _orders(company: Company) -> Ask | None:
    if not company.has("transactions"):
        return None
    table = company.table("transactions").expression
    orders = table["order_id"].nunique() if "order_id" in table.columns else table.count()
    return table, {"customers": table["customer_id"].nunique(), "orders": orders}, ""


def _amounts(company: Company) -> Ask | None:
    if not company.has("transactions"):
        return None
    table = company.table("transactions").expression
    table = table.filter(~table["is_return"] & (table["amount"] > 0))
    amount = table["amount"]
    ending = amount.cast("int64") % 100
    asked = {
        "n": table.count(),
        "whole": (amount == amount.floor()).sum(),
        "median": amount.approx_median(),
        "priced": ending.isin([0, 49, 50, 90, 95, 98, 99]).sum(),
        "hundreds": (ending == 0).sum(),
    }
    return table, asked, ""


def _scores(company: Company) -> Ask | None:
    if not company.has("surveys", "score"):
        return None
    table = company.table("surveys").expression
    scores = table.filter(table["score"].notnull())
    score = scores["score"]
    asked = {
        "n": scores.count(),
        "low": score.min(),
        "high": score.max(),
        "off": ((score > NPS_TOP) | (score < 0)).sum(),
    }
    return scores, asked, "instrument"


def with_customers(company: Company) -> list[str]:
    """Tables whose customers are held against those of the others."""
    return [name for name in company.names if name not in ("spending", "referrals") and company.has(name)]


def ids_of(company: Company, name: str) -> Any:
    """Every customer of a table once."""
    return company.table(name).expression.select("customer_id").distinct()


def _meetings(company: Company) -> Ask | None:
    names = with_customers(company)
    if len(names) < 2:
        return None
    each = [ids_of(company, name).mutate(place=ibis.literal(2**i, "int64")) for i, name in enumerate(names)]
    everyone = ibis.union(*each)
    places = everyone.group_by("customer_id").aggregate(places=everyone["place"].sum())
    # Whoever is in some tables is in no others: the first of a group is the first of that group alone.
    groups = places.group_by("places").aggregate(n=places.count(), first=places["customer_id"].min())
    return groups, {"places": groups["places"].max(), "n": groups["n"].max()}, "first"


def spells_in_order(company: Company, name: str, starts: str, ends: str) -> Any:
    """Spells with the end and reason of the one before, of the same customer."""
    table = company.table(name).expression
    window = ibis.window(group_by=table["customer_id"], order_by=[table[starts], table[ends].fill_null(10**6)])
    before = {"before": table[ends].fill_null(10**6).lag().over(window)}
    if "end_reason" in table.columns:
        before["reason"] = table["end_reason"].lag().over(window)
    return table.mutate(**before)


def touching(table: Any) -> Any:
    """Whether a subscription begins where the one before it ended, for another reason than that it was renewed."""
    return ((table["before"] == table["started_at"]) & (table["reason"].fill_null("") != "renewed")).fill_null(False)


def _spells(company: Company, name: str, starts: str, ends: str) -> Ask | None:
    if not company.has(name) or ends not in company.table(name).expression.columns:
        return None
    table = spells_in_order(company, name, starts, ends)
    if name == "subscriptions":
        table = table.mutate(first_end=table[ends].min().over(ibis.window()))
    over = (table["before"] > table[starts]).fill_null(False)  # it begins before the one before it has ended
    asked = {"over": over.sum(), "customers": table["customer_id"].nunique(where=over)}
    if name == "subscriptions":
        ended = table[ends]
        reason = table["end_reason"] if "end_reason" in table.columns else ibis.null("string")
        asked |= {
            "open": ended.isnull().sum(),
            "ended": ended.count(),
            "first": table[starts].min(),
            "first_end": ended.min(),
            "early": (table[starts] < table["first_end"]).sum(),
            "never": (ended - table[starts] <= 1).fill_null(False).sum(),
            "trials": (ended.notnull() & reason.lower().contains("trial").fill_null(False)).sum(),
        }
        if "reason" in table.columns:
            asked["touching"] = touching(table).sum()
    return table, asked, ""
