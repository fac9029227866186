"""Estimates as rows of a file: one number a row, plain digits, the same columns everywhere and in the order of the tables."""

from __future__ import annotations

import math
import re

from analysis.core.results import Estimate

COLUMNS = ("estimate", "low", "high", "unit", "n", "source", "doi", "quantity", "part", "design", "claim")
"""Columns of a row of an estimate, in their order."""
DOI = re.compile(r"\b10\.\d{4,9}/[^\s,;]+")


def tidy_row(estimate: Estimate) -> dict[str, str]:
    """One estimate with its interval, unit, n, source and DOI, and behind them what it measures and how.

    Numbers have at most five significant digits and a point; what was not published is empty.

    Returns
    -------
    dict of str to str
        Column to text.
    """
    told = (
        *map(digits, (estimate.value, estimate.low, estimate.high)),
        estimate.unit,
        str(estimate.n) if estimate.n else "",
        estimate.source,
        doi_of(estimate),
        estimate.quantity,
        str(estimate.role),
        str(estimate.design),
        estimate.claim,
    )
    return dict(zip(COLUMNS, told, strict=True))


def digits(value: float | None) -> str:
    """A number for a machine.

    Examples
    --------
    >>> digits(-69659.25), digits(None), digits(float("inf"))
    ('-69659', '', 'inf')
    """
    if value is None:
        return ""
    return f"{value:.5g}" if not math.isfinite(value) or abs(value) < 1e5 else f"{value:.0f}"


def doi_of(estimate: Estimate) -> str:
    """The DOI in the reference of a published figure; empty if it names none.

    Examples
    --------
    >>> DOI.search("Thomas 2001, Journal, 10.1509/jmkr.38.2.262").group()
    '10.1509/jmkr.38.2.262'
    """
    found = DOI.search(estimate.citation or "")
    return found.group().rstrip(".") if found else ""


def with_doi(estimate: Estimate) -> str:
    """Source with its DOI, which a page shows as a link."""
    doi = doi_of(estimate)
    return f"{estimate.source}, doi:{doi}" if doi else estimate.source
