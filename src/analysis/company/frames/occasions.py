"""Purchase occasions: a customer's day with a purchase, net of what was taken back on the same day.

The definitions are those of `analysis.frames.derive.occasions_from_lines`; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.calendar_days import day_of, month_number
from analysis.company.engine import ROW
from analysis.company.frames.common import no_reason, record, row_number, zero_one
from analysis.company.store import Company

RETURN_ALONE = "return on a day without a purchase: changes no occasion"
UNDONE = "order undone by returns on the same day"

_CENT_OF_A_CENT = 1e-6  # a sum of floats this small is 0


def days(company: Company) -> Any:
    """One row a customer and day with any transaction: amount, how many rows it stands for, and why it is no occasion.

    Columns: customer_id, code, day, month, amount, rows, reason, joined (day of the first occasion), joined_month; both
    are null for customers without any.
    """
    return company.once("days", lambda: company.engine.keep(_days(company), "customer_days"))


def _days(company: Company) -> Any:
    t = company.table("transactions").expression
    grouped = t.group_by("customer_id", day="at", month="at_month").aggregate(
        amount=t["amount"].sum(),
        bought=zero_one(~t["is_return"]).sum(),
        rows=t.count(),
        **row_number(t),
    )
    undone = (grouped["bought"] < grouped["rows"]) & (grouped["amount"] < _CENT_OF_A_CENT)
    reason = ibis.cases((grouped["bought"] == 0, RETURN_ALONE), (undone, UNDONE), else_=no_reason())
    marked = grouped.mutate(reason=reason)
    good = marked["reason"].isnull()
    customers = marked.group_by("customer_id").aggregate(
        joined=marked["day"].min(where=good), joined_month=marked["month"].min(where=good)
    )
    customers = customers.mutate(code=ibis.row_number().over(order_by=customers["customer_id"]).cast("int64"))
    return marked.inner_join(customers, "customer_id").drop("bought")


def occasions(company: Company) -> Any:
    """One row a customer and occasion; columns as `days` without `reason`."""
    table = days(company)
    return table.filter(table["reason"].isnull()).drop("reason")


def observation(company: Company) -> tuple[int, int]:
    """First and last observed day of the transactions, as day numbers."""
    table = company.table("transactions")
    first = company.once("first transaction", lambda: int(table.expression["at"].min().execute()))
    return first, table.end


def whole_months(company: Company, months_each: int = 1) -> tuple[int, int]:
    """Numbers of the first and last whole calendar month of the observation; with 3, months of whole quarters only.

    The second is below the first where there is none.
    """
    first_day, last_day = (day_of(number) for number in observation(company))
    first = month_number(first_day) + (first_day.day > 1)
    following = month_number(last_day + (last_day.resolution))  # of the day after: the last month ended if it differs
    first = -(-first // months_each) * months_each
    last = following // months_each * months_each - 1
    return first, last


def n_customers(company: Company) -> int:
    """Customers with at least one occasion."""
    table = occasions(company)
    return int(company.once("n_customers", lambda: table["code"].nunique().execute()))


def record_days(company: Company, key: str, extra: Any = None, notes: tuple[str, ...] = ()) -> None:
    """Ledger entry of a frame made from occasions.

    Parameters
    ----------
    extra : callable
        From the table `days` to the reason why an occasion is left out of this frame (null: used); None where all are
        used.
    """
    record(company, key, "transactions", reasons_of(days(company), extra), notes)


def reasons_of(table: Any, extra: Any = None) -> Any:
    """Rows of `days` as `record` takes them: why each is left out, `extra` asked where nothing else says so."""
    reason = table["reason"] if extra is None else ibis.coalesce(table["reason"], extra(table))
    row = {ROW: table[ROW]} if ROW in table.columns else {}
    return table.select(reason=reason, rows=table["rows"], **row)
