"""Numbers out of text: decimal comma or point, thousands separators, currency signs; counted, never repaired by guess."""

from __future__ import annotations

from typing import Any

import ibis

_SPACES = "\u00a0\u202f\u2009\u2019'"  # no-break, narrow and thin space, and the apostrophes of Swiss thousands
_UNIT = "(?:[A-Z]{3}|kr|Kr|zł|Fr|€|[$]|£|¥|₹|₺|₽|฿|₩)[.]?"

SIGNS = {
    "€": ("EUR",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "BRL", "ARS", "CLP", "COP"),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₺": ("TRY",),
    "₽": ("RUB",),
    "฿": ("THB",),
    "₩": ("KRW",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "zł": ("PLN",),
    "Fr": ("CHF",),
}
"""Currency signs to the codes that they can stand for."""


def _body(decimal: str) -> str:
    """Regular expression of an unsigned number with this decimal mark, thousands only in well-formed groups of three."""
    mark, group = ("[.]", ",") if decimal == "." else (",", "[.]")
    spaced = f"[1-9][0-9]{{0,2}}(?:[{_SPACES} ][0-9]{{3}})+"
    grouped = f"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"
    return f"(?:(?:[0-9]+|{grouped}|{spaced})(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?"


def _pattern(decimal: str) -> str:
    """Groups: 1 bracket, 2 sign, 3 unit, 4 sign, 5 number, 6 unit, 7 sign."""
    gap = f"[{_SPACES} ]*"
    return f"^{gap}([(]?)([+−-]?){gap}({_UNIT})?{gap}([+−-]?)({_body(decimal)}){gap}({_UNIT})?{gap}([−-]?)[)]?{gap}$"


def matches(text: Any, decimal: str) -> Any:
    """Whether an Ibis text column holds a number written with this decimal mark."""
    return text.re_search(_pattern(decimal))


def ambiguous(text: Any) -> Any:
    """Whether a text is a number under both decimal marks, and another one under each: 1,250 or 1.250."""
    return text.re_search("[0-9][.,][0-9]{3}") & matches(text, ".") & matches(text, ",")


def unit_of(text: Any, decimal: str) -> Any:
    """The currency sign or code beside the number; empty without."""
    pattern = _pattern(decimal)
    ok = text.re_search(pattern)
    unit = text.re_extract(pattern, 3).fill_null("") + text.re_extract(pattern, 6).fill_null("")
    return ok.ifelse(unit, "").replace(".", "")


def to_number(text: Any, decimal: str) -> Any:
    """An Ibis text column as float64; null where `matches` does not hold.

    A minus before or behind the number, or brackets round it, make it negative.
    """
    pattern = _pattern(decimal)
    ok = text.re_search(pattern)
    digits = text.re_extract(pattern, 5)
    for character in (*_SPACES, " ", "," if decimal == "." else "."):
        digits = digits.replace(character, "")
    digits = digits.replace(",", ".")
    signs = text.re_extract(pattern, 1).fill_null("")
    for group in (2, 4, 7):
        signs = signs + text.re_extract(pattern, group).fill_null("")
    negative = signs.re_search("[(−-]")
    # The text is emptied before it is cast, so that no engine tries to cast what is no number.
    value = ok.ifelse(digits, ibis.null("string")).cast("float64")
    return negative.ifelse(-value, value)
