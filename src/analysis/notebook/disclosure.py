"""Groups too small to be shown: which counts of a company's own customers are held back, and which besides to protect them.

One count under the threshold is held back; where the sums of a table would give it away, others are held back with it until
no equation determines it (complementary suppression). The number 0 is shown: it is nobody. Public data are not touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.core.errors import ParameterMistake
from analysis.core.vocabulary import Kind

if TYPE_CHECKING:
    from analysis.core.results import Estimate
    from analysis.measures.rates import Rate
    from analysis.verdicts.findings import Findings

SMALLEST_GROUP = 10
"""Default of the parameter `smallest_group`: fewest customers that a number from own data may rest on or speak of."""
HIDDEN = "not shown"
Equation = Mapping[int, int]
"""Cell number to its coefficient (1 or -1); the cells times these add up to 0."""


def require_smallest_group(value: object) -> int:
    """Return a threshold as given, or raise.

    Raises
    ------
    ParameterMistake
        Unless it is a whole number, 1 or more; 1 shows every group.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ParameterMistake(
            f"`smallest_group` must be a whole number of customers, 1 or more (1 shows every group); got {value!r}."
        )
    return value


def threshold(parameters: Mapping[str, object], kind: Kind = Kind.OWN) -> int:
    """Smallest group that a session of these parameters shows of data of this kind: 1, that is all, for anything but own data."""
    return require_smallest_group(parameters.get("smallest_group", SMALLEST_GROUP)) if kind is Kind.OWN else 1


def shown_place(data: str) -> str:
    """Return what a page says of where own data lie: the last part, without the folders or the address before it.

    Examples
    --------
    >>> shown_place("/home/anna/shop/company.toml"), shown_place("postgres://anna:${PASSWORD}@host/shop"), shown_place("")
    ('company.toml', 'shop', '')
    """
    return data.rstrip("/\\").replace("\\", "/").rpartition("/")[2].partition("?")[0]


def is_small(count: float, smallest: int) -> bool:
    """Say whether a count speaks of somebody, but of too few.

    Examples
    --------
    >>> [is_small(count, 10) for count in (0, 1, 9, 10)]
    [False, True, True, False]
    """
    return 0 < count < smallest


def rate_is_small(rate: Rate, smallest: int) -> bool:
    """Say whether a rate rests on too few, or tells of too few above the line or left below it.

    Examples
    --------
    >>> from analysis.measures.rates import churn_rate
    >>> [rate_is_small(churn_rate(n_start=n, n_lost=lost), 10) for n, lost in ((9, 0), (50, 3), (50, 47), (50, 20), (50, 0))]
    [True, True, True, False, False]
    """
    if smallest <= 1:
        return False
    rest = rate.denominator - rate.numerator
    if rate.unit != "%":  # a difference of shares: what stands above the line is no group
        return rate.denominator < smallest
    return rate.denominator < smallest or is_small(rate.numerator, smallest) or is_small(rest, smallest)


def note_of(smallest: int, n_hidden: int = 1) -> str:
    """Say under an exhibit what was held back; empty if nothing was.

    Examples
    --------
    >>> note_of(10).split(";")[0]
    'Not shown: numbers that speak of fewer than 10 customers, and those from which they would follow'
    """
    if not n_hidden:
        return ""
    return (
        f"Not shown: numbers that speak of fewer than {smallest} customers, and those from which they would follow; the "
        "parameter `smallest_group` sets the limit."
    )


def held_back(
    counts: Sequence[int], equations: Sequence[Equation], smallest: int, totals: Sequence[int] = ()
) -> frozenset[int]:
    """Choose the cells of a table to hold back: the small ones, and others until no equation gives one of those away.

    Others are taken smallest first, totals last, and let go again where they turn out not to be needed.

    Parameters
    ----------
    counts : sequence of int
        Cells, 0 or more.
    equations : sequence of mapping
        Sums that a reader can do: each part of a total 1, the total -1.
    smallest : int
        Counts from 1 to one less are held back.
    totals : sequence of int
        Cells to take only if nothing else is left.

    Examples
    --------
    Two groups and their total; holding back the 3 alone would be in vain:

    >>> sorted(held_back([3, 20, 30, 53], [{0: 1, 1: 1, 2: 1, 3: -1}], 10))
    [0, 1]
    """
    small = frozenset(place for place, count in enumerate(counts) if is_small(count, smallest))
    hidden = set(small)
    while small and (known := _determined(hidden, equations)) & small:
        near = {cell for equation in equations if known & set(equation) for cell in equation} - hidden
        if not near:
            break
        hidden.add(min(near, key=lambda cell: (cell in totals, counts[cell] == 0, counts[cell], cell)))
    for cell in sorted(hidden - small, key=lambda cell: (-counts[cell], cell)):
        if not _determined(hidden - {cell}, equations) & small:
            hidden.discard(cell)
    return frozenset(hidden)


def _determined(hidden: set[int], equations: Sequence[Equation]) -> set[int]:
    """Hidden cells whose value follows from the equations: those that no solution of the homogeneous system moves."""
    import numpy as np
    from scipy.linalg import null_space

    cells = sorted(hidden)
    rows = [[equation.get(cell, 0) for cell in cells] for equation in equations if hidden & set(equation)]
    if not cells or not rows:
        return set()
    free = null_space(np.array(rows, dtype=float))
    return {cell for cell, row in zip(cells, free, strict=True) if np.allclose(row, 0)} if free.size else set(cells)


def large_enough(estimates: Sequence[Estimate], smallest: int) -> tuple[Estimate, ...]:
    """Return the estimates without those of own data that rest on too few customers; one without a number of them stays."""
    return tuple(e for e in estimates if e.kind is not Kind.OWN or e.n is None or e.n >= smallest)


def without_small(findings: Findings, smallest: int) -> Findings:
    """Leave out a company's own numbers that rest on too few customers; they are listed as absent, with the reason."""
    retained = large_enough(findings.estimates, smallest)
    naive = [c.naive for c in findings.not_identified if c.naive and c.naive not in large_enough([c.naive], smallest)]
    small = [*(e for e in findings.estimates if e not in retained), *naive]
    if not small:
        return findings
    reason = f"fewer than {smallest} customers behind a number, which is not shown (parameter `smallest_group`)"
    absent = tuple(dict.fromkeys((e.source, reason) for e in small))
    return replace(
        findings,
        estimates=retained,
        not_identified=tuple(replace(c, naive=None) if c.naive in naive else c for c in findings.not_identified),
        absent=findings.absent + absent,
    )
