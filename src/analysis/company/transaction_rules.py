"""What only transactions have: amounts derived from pieces and price, and returns."""

from __future__ import annotations

from typing import Any


def mark_returns(table: Any, present: frozenset[str]) -> tuple[Any, Any, str]:
    """Decide which rows are returns, give them a negative amount, and find negative amounts that are none.

    A row is a return if `is_return` says so; without that column, if its quantity is negative; without both, if its
    amount is. A return's amount is made negative whatever its sign in the table.

    Parameters
    ----------
    table : ibis Table
        Values read.
    present : frozenset of str
        Columns that are there.

    Returns
    -------
    tuple
        The table with `is_return` and the signed `amount`; a condition for negative amounts that are no returns, None
        where there can be none; and how returns were told, in words.
    """
    amount = table["amount"]
    if "is_return" in present:
        returned, how = table["is_return"].fill_null(False), "is_return"
    elif "quantity" in present:
        returned, how = (table["quantity"] < 0).fill_null(False), "a negative quantity"
    else:  # amounts have their sign already, and no negative one is anything else
        return table.mutate(is_return=(amount < 0).fill_null(False)), None, "a negative amount"
    signed = table.mutate(is_return=returned, amount=returned.ifelse(-amount.abs(), amount))
    return signed, ~signed["is_return"] & (signed["amount"] < 0), how


def duplicate_key(present: frozenset[str]) -> tuple[str, ...]:
    """Columns that together name a transaction, or nothing where equal rows may be meant.

    With an order number and no product, a row is an order, and the same order twice is a duplicate. Lines of an order
    may be equal and meant, and so may two purchases without a number.

    Examples
    --------
    >>> duplicate_key(frozenset({"customer_id", "at", "amount", "order_id"}))
    ('order_id', 'customer_id', 'at', 'amount')
    >>> duplicate_key(frozenset({"customer_id", "at", "amount"}))
    ()
    """
    lines = {"product_id", "quantity", "unit_price"}
    if "order_id" not in present or lines & present:
        return ()
    return ("order_id", "customer_id", "at", "amount")
