"""Purchase occasions: a customer's day with a purchase, net of what was taken back on the same day.

If the day's returns bring its sum to 0 or below, the order was undone and the day is no occasion. A return booked on a later
day changes no occasion: which purchase it undoes is not recorded.
"""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.store import Company
from analysis.core.calendar_days import day_of, month_from_days, month_number
from analysis.frames.builders.common import codes_of, no_reason, numbered, once, record_parts, row_number, stored

RETURN_ALONE = "return on a day without a purchase: changes no occasion"
UNDONE = "order undone by returns on the same day"

CENT_OF_A_CENT = 1e-6
"""A sum of amounts below this is 0."""


def days(company: Company) -> Any:
    """One row a customer and day with any transaction: amount, how many rows it stands for, and why it is no occasion.

    Columns: customer_id, code, day, month, amount, rows, reason, joined (day of the first occasion), joined_month; both
    are null for customers without any.
    """
    table = _kept_days(company).inner_join(customers(company), "code")
    return table.mutate(reason=reason_of(table)).drop("n_returns")


@stored("customer_codes")
def codes(company: Company) -> Any:
    """Customer id and its anonymous code: 0, 1, ... in the order of the engine's sorting of all ids."""
    return codes_of(company.table("transactions").expression, "code")


def transactions(company: Company) -> Any:
    """The used rows, of what occasions are made from: customer_id, day, amount, is_return and, if numbered, ROW."""
    t = company.table("transactions").expression
    return t.select("customer_id", "amount", "is_return", day="at", **numbered(t))


@stored("customer_days")
def _kept_days(company: Company) -> Any:
    """The days without what is the same for all days of a customer: numbers only, in as few columns as will do."""
    found = per_day(company, transactions(company).inner_join(codes(company), "customer_id"), "code")
    return found.mutate(month=month_from_days(found["day"]))


def per_day(company: Company, t: Any, customer: str) -> Any:
    """Transactions (customer, day, amount, is_return) summed by customer and day: amount, n_returns, rows, ROW."""
    returns = company.table("transactions").returns
    counted = {"n_returns": t.count(where=t["is_return"])} if returns else {}
    found = t.group_by(customer, "day").aggregate(amount=t["amount"].sum(), rows=t.count(), **counted, **row_number(t))
    return found if returns else found.mutate(n_returns=ibis.literal(0, "int64"))


def reason_of(table: Any) -> Any:
    """Why a day is no occasion (null: it is one), from its rows, n_returns and amount."""
    alone = table["n_returns"] == table["rows"]
    undone = (table["n_returns"] > 0) & (table["amount"] < CENT_OF_A_CENT)
    return ibis.cases((alone, RETURN_ALONE), (undone, UNDONE), else_=no_reason())


@stored("customers_joined")
def customers(company: Company) -> Any:
    """One row a customer with any transaction: customer_id, code, joined, joined_month."""
    d = _kept_days(company)
    first = d.group_by("code").aggregate(joined=d["day"].min(where=reason_of(d).isnull()))
    first = first.mutate(joined_month=month_from_days(first["joined"]))
    return codes(company).inner_join(first, "code")


def occasions(company: Company) -> Any:
    """One row a customer and occasion; columns as `days` without `reason`."""
    table = days(company)
    return table.filter(table["reason"].isnull()).drop("reason")


def observation(company: Company) -> tuple[int, int]:
    """First and last observed day of the transactions, as day numbers."""
    table = company.table("transactions")
    return table.first, table.end


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


@once("n_customers")
def n_customers(company: Company) -> int:
    """Customers with at least one occasion."""
    return int(customers(company)["joined"].count().execute())


def record_days(company: Company, key: str, extra: Any = None, notes: tuple[str, ...] = ()) -> None:
    """Ledger entry of a frame made from occasions.

    Parameters
    ----------
    extra : callable
        From the table `days` to the reason why an occasion is left out of this frame (null: used); None where all are
        used.
    """
    record_parts(company, key, "transactions", reasons_of(days(company), extra), notes)


def reasons_of(table: Any, extra: Any = None) -> Any:
    """Rows of `days` as `record` takes them: why each is left out, `extra` asked where nothing else says so."""
    reason = table["reason"] if extra is None else ibis.coalesce(table["reason"], extra(table))
    return table.select(reason=reason, rows=table["rows"], **numbered(table))
