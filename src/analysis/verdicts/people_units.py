"""Numbers as people say them: two digits, customers in a thousand, small counts in words."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.core.claim import Quantity
from analysis.core.vocabulary import Scale
from analysis.core.wording import NARROW_SPACE, number

_WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def for_people(value: float) -> str:
    """Two digits; one decimal more where a figure below 100 was printed with it.

    Examples
    --------
    >>> for_people(6.2397), for_people(10.705), for_people(12.5), for_people(51047), for_people(0.0)
    ('6.2', '11', '12.5', '51,000', '0')
    """
    if 10 <= abs(value) < 100 and round(value, 1) == value:
        return number(value, 3)
    return number(value if abs(value) < 100 else float(f"{value:.2g}"), 2)


def plain_range(low: float, high: float) -> str:
    """An interval: its sizes where both ends lie on one side of 0, else with signs.

    Examples
    --------
    >>> plain_range(-7.8, -5.1), plain_range(-15.44, 29.61) == "\u221215 to +30"
    ('5.1 to 7.8', True)
    """
    near, far = sorted((abs(low), abs(high)))
    return f"{for_people(near)} to {for_people(far)}" if low * high > 0 else f"{for_people(low)} to +{for_people(high)}"


def per_1000(points: float) -> str:
    """Percentage points as customers in 1,000: a whole number where it is one or more, without its sign.

    Examples
    --------
    >>> per_1000(-3.5973), per_1000(0.04), per_1000(31.523)
    ('36', '0.4', '315')
    """
    found = abs(points) * 10
    return number(found, 1) if found < 1 else f"{found:,.0f}"


def thousand_range(low: float, high: float) -> str:
    """An interval in percentage points as customers in 1,000.

    Examples
    --------
    >>> thousand_range(0.36, 0.72), thousand_range(-1.34, 0.8)
    ('4 to 7', '13 fewer to 8 more')
    """
    near, far = sorted((low, high), key=abs)
    if low * high > 0:
        return f"{per_1000(near)} to {per_1000(far)}"
    return f"{per_1000(low)} fewer to {per_1000(high)} more"


def in_words(count: float) -> str:
    """A count below ten in a word.

    Examples
    --------
    >>> in_words(3), in_words(12)
    ('three', '12')
    """
    return _WORDS[int(count)] if 0 <= count < len(_WORDS) else for_people(count)


def how_much(quantity: Quantity, value: float, low: float, high: float) -> str:
    """An estimate with its interval in people's units.

    Parameters
    ----------
    quantity : Quantity
    value, low, high : float
        On the quantity's scale.
    """
    if quantity.scale is Scale.AREA_UNDER_CURVE:
        return f"right {number(100 * value, 2)} times in 100 ({number(100 * low, 2)} to {number(100 * high, 2)}; a coin: 50)"
    if quantity.scale is Scale.PERCENTAGE_POINTS and quantity.null == 0 and abs(value) < 100:
        side = "more" if value > 0 else "fewer"
        return f"{per_1000(value)} {side} in 1,000{_for_each(quantity.unit)} ({thousand_range(low, high)})"
    unit, points = quantity.unit, quantity.unit == "(difference of shares)"
    times = 100 if points else 1
    told, *ends = _apart(value * times, low * times, high * times)
    interval = f"({ends[0]} to {ends[1]})"
    if points:
        return f"difference of shares {told} points {interval}"
    if not unit or unit.startswith("("):
        return f"{unit.strip('()')} {told} {interval}".strip()
    return f"{told}{NARROW_SPACE if unit[0] == '%' else ' '}{unit} {interval}"


def spread_over(quantity: Quantity, values: Sequence[float]) -> str:
    """The smallest and the largest figure of several sources in people's units, and how many sources there are."""
    low, high = min(values), max(values)
    sources = f"{in_words(len(values))} sources"
    if quantity.scale is Scale.PERCENTAGE_POINTS and quantity.null == 0 and max(abs(low), abs(high)) < 100:
        side = "" if low * high <= 0 else " more" if low > 0 else " fewer"
        return f"{thousand_range(low, high)}{side} in 1,000{_for_each(quantity.unit)}, {sources}"
    unit = "" if quantity.unit.startswith("(") else quantity.unit
    gap = NARROW_SPACE if unit.startswith("%") else " " if unit else ""
    return f"{for_people(low)} to {for_people(high)}{gap}{unit}, {sources}"


def _for_each(unit: str) -> str:
    """What behind percentage points says of what they count: "a purchase" reads on from a thousand only for spans of time.

    Examples
    --------
    >>> [_for_each(f"percentage points{rest}") for rest in ("", " a year", " a purchase", " of shareholder value")]
    ['', ' a year', ' for each purchase', ' of shareholder value']
    """
    rest = unit.removeprefix("percentage points").strip()
    noun = rest.removeprefix("a ")
    if noun == rest or noun in ("day", "week", "month", "quarter", "year"):
        return f" {rest}" if rest else ""
    return f" for each {noun}"


def _apart(value: float, low: float, high: float) -> list[str]:
    """Three numbers with two digits, or with as many as tell the ends of the interval from each other."""
    told = [for_people(x) for x in (value, low, high)]
    digits = 3
    while told[1] == told[2] and low != high and digits < 7:
        told = [number(x, digits) for x in (value, low, high)]
        digits += 1
    return told
