"""Frame ``spells`` from subscriptions: followed to their end."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.calendar_days import day_of
from analysis.core.vocabulary import DAYS_PER_YEAR
from analysis.frames import Context, Frame
from analysis.frames.builders.common import checked, context, no_reason, record
from analysis.frames.builders.subscription_spells import (
    epochs,
    event_code,
    losses_note,
    losses_seen_from,
    spell_days,
    spells,
)


def about(company: Company, **words: Any) -> Context:
    """The context of a frame from subscriptions."""
    first = company.table("subscriptions").first
    n = spell_days(company)["code"].nunique()
    return context(company, population=f"{n:,} subscribers", period=(first, observed_to(company)), **words)


def observed_to(company: Company) -> int:
    """Last observed day of the subscriptions."""
    return company.table("subscriptions").end


def record_epochs(company: Company, key: str, reason: Any = None, notes: tuple[str, ...] = ()) -> None:
    """Ledger entry: `reason` is a function of the epochs, None where all are used."""
    table = epochs(company)
    why = no_reason() if reason is None else reason(table)
    record(company, key, "subscriptions", table, why, notes)


def build_spells(company: Company) -> Frame:
    """Frame ``spells``: one row a spell, followed to its end or the end of observation."""
    table = spells(company)
    seen, end = losses_seen_from(company), observed_to(company)
    stop = table["end"].fill_null(end + 1)
    rows = (
        table.mutate(
            entry=ibis.greatest(seen - table["start"], 0),
            duration=stop - table["start"],
            event=event_code(table["reason"], table["end"]),
        )
        .select("code", "spell", "entry", "duration", "event")
        .order_by("code", "spell")
        .execute()
    )
    rows = rows[rows["duration"] >= rows["entry"]]
    out = f"spell over before {day_of(seen).isoformat()}"
    record_epochs(
        company,
        "spells/subscriptions",
        lambda t: ibis.cases((t["until"].max().over(spell_window()) <= seen, out), else_=no_reason()),
        (losses_note(company),),
    )
    return checked(company, "spells/subscriptions", _spell_table(rows), about(company, outcome="left of own will"))


def spell_window() -> Any:
    """The epochs of one spell."""
    return ibis.window(group_by=["customer_id", "spell"])


def _spell_table(rows: Any) -> Any:
    rows = rows.reset_index(drop=True)
    rows["unit_id"] = range(len(rows))
    rows["entry_years"] = rows["entry"] / DAYS_PER_YEAR
    rows["duration_years"] = rows["duration"] / DAYS_PER_YEAR
    if rows["code"].duplicated().any():
        rows["cluster"] = rows["code"]
    return rows.drop(columns=["code", "spell", "entry", "duration", "until"], errors="ignore")
