"""Frames ``spells`` from subscriptions: followed to their end, and cut where a contract term runs out."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.calendar_days import day_of
from analysis.company.engine import ROW
from analysis.company.frames.common import checked, context, no_reason, record
from analysis.company.frames.subscription_spells import epochs, event_code, losses_seen_from, spells
from analysis.company.store import Company
from analysis.frames import Context, Frame
from analysis.vocabulary import DAYS_PER_YEAR

DAYS_PER_MONTH = DAYS_PER_YEAR / 12
EXPIRY_DAYS = 4
"""Who leaves within so many days before the end of the term leaves at its end: notices take effect then."""


def about(company: Company, **words: Any) -> Context:
    """The context of a frame from subscriptions."""
    table = spells(company)
    first = int(company.once("first start", lambda: int(table["start"].min().execute())))
    n = int(company.once("n_subscribers", lambda: int(table["code"].nunique().execute())))
    return context(company, population=f"{n:,} subscribers", period=(first, observed_to(company)), **words)


def observed_to(company: Company) -> int:
    """Last observed day of the subscriptions."""
    return company.table("subscriptions").end


def record_epochs(company: Company, key: str, reason: Any = None, notes: tuple[str, ...] = ()) -> None:
    """Ledger entry: `reason` is a function of the epochs, None where all are used."""
    table = epochs(company)
    row = {ROW: table[ROW]} if ROW in table.columns else {}
    why = no_reason() if reason is None else reason(table)
    record(company, key, "subscriptions", table.select(reason=why, rows=ibis.literal(1), **row), notes)


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
    note = f"losses are seen from {day_of(seen).isoformat()} on; time before it is not counted as time at risk"
    rows = rows[rows["duration"] >= rows["entry"]]
    out = f"spell over before {day_of(seen).isoformat()}"
    record_epochs(
        company,
        "spells/subscriptions",
        lambda t: ibis.cases((t["until"].max().over(spell_window()) <= seen, out), else_=no_reason()),
        (note,),
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


def build_contract_spells(company: Company) -> Frame:
    """Frame ``spells`` cut where a contract term runs out: x_in_contract is 1 within the term.

    Who leaves at the end of the term (within EXPIRY_DAYS of it) leaves out of contract: the notice waits for that day,
    and counting it inside would hide what the term held back. Epochs that renew by themselves are bound without end and
    are left out, as are those whose term is not known.
    """
    e = epochs(company)
    seen, end = losses_seen_from(company), observed_to(company)
    bound = e["start"] + (e["term_months"] * DAYS_PER_MONTH).round().cast("int64") - EXPIRY_DAYS
    stop = (e["end"]).fill_null(end + 1)
    last = e["until"] == e["until"].max().over(spell_window())
    e = e.mutate(
        last=last,
        stop=stop,
        bound=ibis.greatest(ibis.least(bound, stop), e["start"]),
        event=last.ifelse(event_code(e["reason"], e["end"]), 0),
    )
    known = e.filter(e["term_months"].notnull() & ~e["auto_renew"].fill_null(False))
    inside = known.mutate(
        lower=known["start"],
        upper=known["bound"],
        inside=ibis.literal(1),
        event=(known["bound"] == known["stop"]).ifelse(known["event"], 0),
    )
    outside = known.filter(known["bound"] < known["stop"])
    outside = outside.mutate(lower=outside["bound"], upper=outside["stop"], inside=ibis.literal(0))
    columns = ["customer_id", "spell", "first", "lower", "upper", "inside", "event"]
    pieces = inside.select(columns).union(outside.select(columns))
    codes = spells(company).select("customer_id", "code").distinct()
    rows = pieces.inner_join(codes, "customer_id").order_by("code", "spell", "lower", "inside").execute()
    rows["entry"] = (rows["lower"].clip(lower=seen) - rows["first"]).clip(lower=0)
    rows["duration"] = rows["upper"] - rows["first"]
    rows = rows[rows["duration"] > rows["entry"]]
    rows["x_in_contract"] = rows["inside"].astype(float)
    table = _spell_table(rows.drop(columns=["customer_id", "first", "lower", "upper", "inside"]))

    def reason(t: Any) -> Any:
        return ibis.cases(
            (t["term_months"].isnull(), "no term_months"),
            (t["auto_renew"].fill_null(False), "renews by itself: never out of contract"),
            else_=no_reason(),
        )

    record_epochs(company, "spells/contract", reason)
    words = about(company, outcome="left of own will", contrast="within the contract term against after it")
    return checked(company, "spells/contract", table, words)
