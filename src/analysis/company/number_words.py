"""Counts in sentences: one row begins, two rows begin."""

from __future__ import annotations


def agreeing(n: int, one: str, many: str) -> str:
    """A count with the words that agree with it.

    Examples
    --------
    >>> agreeing(1, "row begins", "rows begin"), agreeing(4111, "row begins", "rows begin")
    ('1 row begins', '4,111 rows begin')
    """
    return f"{n:,} {one if n == 1 else many}"
