"""Price epochs of a customer merged into spells of being a subscriber.

Rows that touch and say `renewed` are one subscription, and so are rows that overlap: who still has another subscription
is still a customer. Only the last end is a loss. A row that touches without `renewed` is a loss and a new beginning, as
is one after a gap; where the table has no end_reason at all, touching rows are taken as renewed.
"""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.company.store import Company
from analysis.core.calendar_days import day_number, day_of
from analysis.frames.builders.common import numbered, once, optional, stored, with_codes

RENEWED, INVOLUNTARY = "renewed", "involuntary"
"""Values of end_reason with a meaning of their own: the next epoch follows; the customer did not choose to leave."""

SUDDEN = 10.0
"""Logarithm of the ratio of likelihoods from which on losses begin suddenly: 22,000 to one."""

STRAYS = 20
"""First ends that may be strays of a time before the records began."""

_OPTIONAL = {
    "end_reason": "string",
    "ended_at": "int64",
    "price": "float64",
    "market_price": "float64",
    "term_months": "float64",
    "auto_renew": "boolean",
}
_NEVER = 10**6  # a day number beyond every calendar in use


@stored("subscription_epochs")
def epochs(company: Company) -> Any:
    """One row a price epoch, with the spell it belongs to.

    Columns: customer_id, start, end (null: running), spell (1, 2, ...), first (start of the spell), previous_price (null
    for the first epoch of a spell), and the optional columns of the table, null where it does not have them.
    """
    t = company.table("subscriptions").expression
    has_reason = "end_reason" in company.table("subscriptions").filled
    columns = optional(t, _OPTIONAL)
    end, reason = columns.pop("ended_at"), columns.pop("end_reason").lower()
    rows = t.mutate(start=t["started_at"], end=end, reason=reason, **columns)
    renewed = (rows["reason"] == RENEWED).fill_null(False) if has_reason else rows["end"].notnull()
    rows = rows.mutate(until=rows["end"].fill_null(_NEVER), renewed_at=renewed.ifelse(rows["end"], ibis.null("int64")))
    # One order for all windows: rows that begin on one day would else stand in one order here and in another there.
    rows = rows.mutate(place=ibis.row_number().over(ibis.window(group_by="customer_id", order_by=["start", "until"])))
    before = ibis.window(group_by="customer_id", order_by="place", preceding=(None, 1))
    rows = rows.mutate(
        reach=rows["until"].max().over(before),
        renewed_reach=rows["renewed_at"].max().over(before),
        last_price=rows["price"].lag().over(ibis.window(group_by="customer_id", order_by="place")),
    )
    goes_on = (rows["start"] < rows["reach"]) | (
        (rows["start"] == rows["reach"]) & (rows["renewed_reach"] == rows["start"]).fill_null(False)
    )
    rows = rows.mutate(begins=goes_on.fill_null(False).ifelse(0, 1))
    upto = ibis.window(group_by="customer_id", order_by="place", preceding=None, following=0)
    rows = rows.mutate(spell=rows["begins"].sum().over(upto))
    rows = rows.mutate(first=rows["start"].min().over(ibis.window(group_by=["customer_id", "spell"])))
    rows = rows.mutate(previous_price=(rows["begins"] == 1).ifelse(ibis.null("float64"), rows["last_price"]))
    wanted = ["customer_id", "start", "end", "until", "spell", "first", "reason", "price", "previous_price"]
    return rows.select(*numbered(rows), *wanted, "market_price", "term_months", "auto_renew")


@stored("subscription_spells")
def spells(company: Company) -> Any:
    """One row a spell: customer_id, spell, start, end (null: running), reason, code (of the customer)."""
    e = epochs(company)
    last = e.mutate(reach=e["until"].max().over(ibis.window(group_by=["customer_id", "spell"])))
    found = last.group_by("customer_id", "spell").aggregate(
        start=last["start"].min(),
        until=last["until"].max(),
        reason=last["reason"].max(where=last["until"] == last["reach"]),
    )
    found = found.mutate(end=(found["until"] >= _NEVER).ifelse(ibis.null("int64"), found["until"]))
    return with_codes(found, "code").drop("until")


@once("spell days")
def spell_days(company: Company) -> pd.DataFrame:
    """Code, number, start and end (null: running) of every spell, in pandas: what accounts and cohorts are counted from."""
    return spells(company).select("code", "spell", "start", "end").order_by("code", "spell").execute()


@once("losses seen from")
def losses_seen_from(company: Company) -> int:
    """First day from which losses are in the table.

    What ``losses_seen_from`` in company.toml says. Without it the first day of the table, unless losses begin suddenly
    (`sudden_start`): customers who left before the records began are not in the table, and those who are would look
    immortal until then. Only time from that day on counts as time at risk.
    """
    rows = spell_days(company)
    starts, ends = rows["start"].to_numpy(float), rows["end"].to_numpy(float)
    first = int(starts.min())
    said = company.settings.losses_seen_from
    if said is not None:
        return max(first, day_number(said))
    sudden = sudden_start(starts, ends, company.table("subscriptions").end)
    return first if sudden is None else max(first, sudden)


def losses_note(company: Company) -> str:
    """What the ledger says of the day from which losses are seen."""
    day = day_of(losses_seen_from(company)).isoformat()
    if company.settings.losses_seen_from is not None:
        return f"losses are seen from {day} on (losses_seen_from in company.toml); time before it is no time at risk"
    if losses_seen_from(company) == company.table("subscriptions").first:
        return f"losses are seen from {day} on, the first day of the table"
    return (
        f"losses begin suddenly on {day}: at the rates seen since, many more would have left before, so earlier leavers are "
        "taken not to be in the table, and time before that day is no time at risk. If the table is complete, say so with "
        'losses_seen_from = "start" in company.toml, [company]; if records began on another day, give that day'
    )


def sudden_start(starts: NDArray[np.float64], ends: NDArray[np.float64], last: int) -> int | None:
    """The day before losses begin so suddenly that earlier ones must be missing; None if they do not.

    For a day s, each loss at an age a would lie before s with the chance b / (b + c), if b customers were seen at that age
    before s and c since: a contract that nobody can leave in its first year makes no sudden start. With k losses before s
    and E expected, the logarithm of the ratio of likelihoods is E - k + k ln(k / E); the day with the largest is taken, if
    it exceeds `SUDDEN`. The first ends may be strays, so a few of them are tried.

    Parameters
    ----------
    starts, ends : numpy.ndarray
        Day numbers of spells; nan where one is running.
    last : int
        Last observed day.
    """
    gone = ~np.isnan(ends)
    stop = np.where(gone, ends, last + 1)
    lost_at = (ends - starts)[gone]
    best, found = SUDDEN, None
    for k, s in enumerate(np.sort(ends[gone])[:STRAYS] - 1):
        entry = np.maximum(s - starts, 0)
        before = _at_risk(np.zeros(len(starts)), np.minimum(stop, s) - starts, lost_at)
        since = _at_risk(entry, stop - starts, lost_at)
        expected = float((before / np.maximum(before + since, 1)).sum())
        gain = expected - k + (k * np.log(k / expected) if k and expected > 0 else 0.0)
        if expected > k and gain > best:
            best, found = gain, int(s)
    return found


def _at_risk(entry: NDArray[np.float64], exit_: NDArray[np.float64], ages: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many spells are seen at each age: from after `entry` up to `exit_`."""
    lived = exit_ > entry
    came = np.searchsorted(np.sort(entry[lived]), ages, side="left")
    went = np.searchsorted(np.sort(exit_[lived]), ages, side="left")
    found: NDArray[np.int64] = came - went
    return found


def event_code(reason: Any, end: Any) -> Any:
    """0 still running, 1 left of own will, 2 ended for another cause.

    A last epoch that says `renewed` and has none behind it is censored there: it did not end by leaving.
    """
    return ibis.cases(
        (end.isnull(), 0),
        ((reason == RENEWED).fill_null(False), 0),
        ((reason == INVOLUNTARY).fill_null(False), 2),
        else_=1,
    ).cast("int64")
