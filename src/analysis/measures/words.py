"""Rates as a reader sees them: percentages to four digits, interval, numerator over denominator."""

from __future__ import annotations

from analysis.core.wording import MINUS, NARROW_SPACE, number
from analysis.measures.rates import Rate


def places(value: float) -> str:
    """Write a number to two decimal places, a small one to two significant digits.

    Examples
    --------
    >>> places(95.3333), places(8.09079), places(0.00123), places(40)
    ('95.33', '8.09', '0.0012', '40')
    """
    return number(round(value, 2), 12) if abs(value) >= 0.1 else number(value, 2)


def percent(share: float) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(143 / 150).replace(NARROW_SPACE, " ")
    '95.33 %'
    """
    return f"{places(100 * share)}{NARROW_SPACE}%"


def bounds(rate: Rate) -> str:
    """Write the interval of a rate in its own unit, with its level."""
    unit = f"{NARROW_SPACE}%" if rate.unit == "%" else f" {rate.unit}"
    level = f"{number(100 * rate.level)}{NARROW_SPACE}% interval"
    return f"{level} {places(100 * rate.low)} to {places(100 * rate.high)}{unit}"


def fraction(rate: Rate) -> str:
    """Write numerator and denominator of a rate.

    Examples
    --------
    >>> from analysis.measures.rates import churn_rate
    >>> fraction(churn_rate(n_start=1500, n_lost=7))
    '7 / 1,500'
    """
    return f"{_amount(rate.numerator)} / {_amount(rate.denominator)}"


def _amount(value: float) -> str:
    """A count in full, money to the unit, a sum of rates to three places."""
    return f"{value:.3f}" if value % 1 and abs(value) < 100 else f"{value:,.0f}".replace("-", MINUS)


def rate_row(rate: Rate) -> dict[str, str]:
    """Return what a table shows of a rate: measure, value with interval, numerator and denominator, definition."""
    value = percent(rate.value) if rate.unit == "%" else f"{places(100 * rate.value)} {rate.unit}"
    return {
        "Measure": rate.name,
        "Value": f"{value} ({bounds(rate)})",
        "Numerator / denominator": fraction(rate),
        "Definition": rate.definition,
    }
