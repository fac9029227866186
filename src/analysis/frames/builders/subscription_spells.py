"""Price epochs of a customer merged into spells of being a subscriber.

Rows that touch and say `renewed` are one subscription, and so are rows that overlap: who still has another subscription
is still a customer. Only the last end is a loss. A row that touches without `renewed` is a loss and a new beginning, as
is one after a gap; where the table has no end_reason at all, touching rows are taken as renewed.
"""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.frames.builders.common import YEAR_DAYS

RENEWED, INVOLUNTARY = "renewed", "involuntary"
"""Values of end_reason with a meaning of their own: the next epoch follows; the customer did not choose to leave."""

_NEVER = 10**6  # a day number beyond every calendar in use


def epochs(company: Company) -> Any:
    """One row a price epoch, with the spell it belongs to.

    Columns: customer_id, start, end (null: running), spell (1, 2, ...), first (start of the spell), previous_price (null
    for the first epoch of a spell), and the optional columns of the table, null where it does not have them.
    """
    return company.once("epochs", lambda: company.engine.keep(_epochs(company), "subscription_epochs"))


def spells(company: Company) -> Any:
    """One row a spell: customer_id, spell, start, end (null: running), reason, code (of the customer)."""
    return company.once("spells", lambda: company.engine.keep(_spells(company), "subscription_spells"))


def _optional(table: Any, name: str, type_: str) -> Any:
    return table[name] if name in table.columns else ibis.null(type_)


def _epochs(company: Company) -> Any:
    t = company.table("subscriptions").expression
    has_reason = "end_reason" in company.table("subscriptions").filled
    reason = _optional(t, "end_reason", "string").lower()
    rows = t.mutate(
        start=t["started_at"],
        end=_optional(t, "ended_at", "int64"),
        reason=reason,
        price=_optional(t, "price", "float64"),
        market_price=_optional(t, "market_price", "float64"),
        term_months=_optional(t, "term_months", "float64"),
        auto_renew=_optional(t, "auto_renew", "boolean"),
    )
    renewed = (rows["reason"] == RENEWED).fill_null(False) if has_reason else rows["end"].notnull()
    rows = rows.mutate(until=rows["end"].fill_null(_NEVER), renewed_at=renewed.ifelse(rows["end"], ibis.null("int64")))
    before = ibis.window(group_by="customer_id", order_by="start", preceding=(None, 1))
    rows = rows.mutate(
        reach=rows["until"].max().over(before),
        renewed_reach=rows["renewed_at"].max().over(before),
        last_price=rows["price"].lag().over(ibis.window(group_by="customer_id", order_by="start")),
    )
    goes_on = (rows["start"] < rows["reach"]) | (
        (rows["start"] == rows["reach"]) & (rows["renewed_reach"] == rows["start"]).fill_null(False)
    )
    rows = rows.mutate(begins=goes_on.fill_null(False).ifelse(0, 1))
    upto = ibis.window(group_by="customer_id", order_by="start", preceding=None, following=0)
    rows = rows.mutate(spell=rows["begins"].sum().over(upto))
    rows = rows.mutate(first=rows["start"].min().over(ibis.window(group_by=["customer_id", "spell"])))
    rows = rows.mutate(previous_price=(rows["begins"] == 1).ifelse(ibis.null("float64"), rows["last_price"]))
    wanted = ["customer_id", "start", "end", "until", "spell", "first", "reason", "price", "previous_price"]
    extra = [c for c in rows.columns if c == "row_in_file"]
    return rows.select(*extra, *wanted, "market_price", "term_months", "auto_renew")


def _spells(company: Company) -> Any:
    e = epochs(company)
    last = e.mutate(reach=e["until"].max().over(ibis.window(group_by=["customer_id", "spell"])))
    found = last.group_by("customer_id", "spell").aggregate(
        start=last["start"].min(),
        until=last["until"].max(),
        reason=last["reason"].max(where=last["until"] == last["reach"]),
    )
    found = found.mutate(end=(found["until"] >= _NEVER).ifelse(ibis.null("int64"), found["until"]))
    customers = found.select("customer_id").distinct()
    customers = customers.mutate(code=ibis.row_number().over(order_by=customers["customer_id"]).cast("int64"))
    return found.inner_join(customers, "customer_id").drop("until")


def losses_seen_from(company: Company) -> int:
    """First day from which losses are in the table.

    Customers who left before the records began are not in it, so those who are would look immortal until then. Where
    the first end stands more than a year behind the first beginning, that is taken to have happened, and only time from
    the day before the first end on counts as time at risk. Else it is the first day of the table.
    """

    def find() -> int:
        table = spells(company)
        first_end, first_start = table.aggregate(a=table["end"].min(), b=table["start"].min()).execute().iloc[0]
        known = first_end is not None and first_end == first_end
        return int(first_end - 1 if known and first_end - first_start > YEAR_DAYS else first_start)

    return int(company.once("losses seen from", find))


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
