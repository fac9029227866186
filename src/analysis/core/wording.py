"""Numbers as a reader sees them: one way of rounding and of writing an interval, used by sentences, tables and figures."""

from __future__ import annotations

import math
import re

MINUS = "\u2212"
NARROW_SPACE = "\u202f"
NOTHING = 1e-15
"""What is smaller is what rounding leaves of 0, as at the end of an interval for a share of none."""


# Marks that turn the direction of the text behind them, and characters that do not show: names have no need of them.
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def plain(text: str) -> str:
    """Return a text without marks that reorder or hide what stands beside them.

    Examples
    --------
    >>> plain("Acme\\u202egpj.exe\\u0007")
    'Acmegpj.exe'
    """
    return _UNSEEN.sub("", text)


def shortened(text: str, longest: int) -> str:
    """Cut a text to at most so many characters, behind a whole word and no open bracket, the last of them an ellipsis.

    Examples
    --------
    >>> shortened("Whole-life surrenders", 14), shortened("Surrenders", 6), shortened("Two (19 and more)", 9)
    ('Whole-life …', 'Surre…', 'Two …')
    """
    import textwrap

    if len(text) <= longest:
        return text
    cut = textwrap.shorten(text, longest, placeholder=" …")
    if cut.count("(") > cut.count(")"):  # no bracket is left open
        cut = f"{cut[: cut.rindex('(')].rstrip()} …"
    return text[: longest - 1] + "…" if cut.strip() == "…" else cut


def counted(n: int, many: str) -> str:
    """Write a count with what is counted: thousands apart, and in the singular where there is one.

    Parameters
    ----------
    n : int
    many : str
        What is counted, its first word in the plural if it is a noun.

    Examples
    --------
    >>> counted(4111, "times"), counted(1, "rows of an export"), counted(1, "addresses"), counted(1, "refunded in part")
    ('4,111 times', '1 row of an export', '1 address', '1 refunded in part')
    """
    first, blank, rest = many.partition(" ")
    if n == 1 and first.endswith("s"):
        first = first.removesuffix("es" if first.endswith("sses") else "s")
    return f"{n:,} {first}{blank}{rest}"


def number(value: float | None, digits: int = 3) -> str:
    """Write a number to `digits` significant digits, with thousands marked and a real minus sign.

    Examples
    --------
    >>> number(69659), number(0.041666), number(2.0), number(None)
    ('69,659', '0.0417', '2', 'not given')
    >>> number(-12.345) == MINUS + '12.3'
    True
    >>> number(0.0), number(3e-16)
    ('0', '0')
    """
    if value is None:
        return "not given"
    if math.isinf(value):
        return "no bound"
    if abs(value) < NOTHING:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{abs(value):,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "0":
        return "0"
    return (MINUS if value < 0 else "") + text


def with_unit(value: float | None, unit: str) -> str:
    """Write a number with its unit; a unit that begins with % stands close by a narrow space.

    Examples
    --------
    >>> with_unit(1.5, "times"), with_unit(3, ""), with_unit(None, "times")
    ('1.5 times', '3', 'not given')
    """
    text = number(value)
    if not unit or value is None or math.isinf(value):
        return text
    return text + (NARROW_SPACE if unit.startswith("%") else " ") + unit
