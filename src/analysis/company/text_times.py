"""Dates and times out of text: ISO, dotted, slashed and named forms, with what can be told from the column as a whole.

A form is read only where it can mean one thing. 03/04/2024 cannot; the column must hold a value that settles the order
of day and month, or `date_format` must.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

_CLOCK = (
    "(?:(?:[ T]+|, *)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)? ?([AaPp][Mm])?"
    " ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?)?$"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way to write a time: a pattern, and which of its groups holds what (0: not there)."""

    pattern: str
    year: int
    month: int
    day: int
    hour: int = 0
    minute: int = 0
    second: int = 0
    half: int = 0
    offset: int = 0
    named_month: bool = False
    short_year: bool = False


def _with_clock(pattern: str, year: int, month: int, day: int) -> Form:
    return Form(pattern=pattern + _CLOCK, year=year, month=month, day=day, hour=4, minute=5, second=6, half=7, offset=8)


_SLASHED = "^([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})"
_DOTTED = "^([0-9]{1,2})[.] ?([0-9]{1,2})[.] ?([0-9]{4})"

FORMS: Mapping[str, Form] = {
    "iso": _with_clock("^([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})", 1, 2, 3),
    "compact": _with_clock("^([0-9]{4})([0-9]{2})([0-9]{2})", 1, 2, 3),
    "dotted": _with_clock(_DOTTED, 3, 2, 1),
    "day first": _with_clock(_SLASHED, 3, 2, 1),
    "month first": _with_clock(_SLASHED, 3, 1, 2),
}
"""The forms that are known without `date_format`; the two slashed ones only once the order is settled."""


def named_form(date_format: str) -> Form:
    """Turn a strftime format of d m Y y b B H M S p f into a Form.

    Examples
    --------
    >>> named_form("%d/%m/%Y").pattern
    '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})$'
    """
    groups = {
        "d": "([0-9]{1,2})",
        "m": "([0-9]{1,2})",
        "b": "([A-Za-z]{3})[a-z]*[.]?",
        "B": "([A-Za-z]{3})[a-z]*",
        "Y": "([0-9]{4})",
        "y": "([0-9]{2})",
        "H": "([0-9]{1,2})",
        "M": "([0-9]{1,2})",
        "S": "([0-9]{1,2})",
        "p": "([AaPp][Mm])",
        "f": "([0-9]+)",
    }
    pieces = re.split(r"%(.)", date_format)
    pattern, order = _literal(pieces[0]), []
    for code, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        order.append(code)
        pattern += groups[code] + _literal(literal)
    place = {code: order.index(code) + 1 for code in order}
    return Form(
        pattern=f"^{pattern}$",
        year=place.get("Y") or place["y"],
        month=place.get("m") or place.get("b") or place["B"],
        day=place["d"],
        hour=place.get("H", 0),
        minute=place.get("M", 0),
        second=place.get("S", 0),
        half=place.get("p", 0),
        named_month="m" not in place,
        short_year="y" in place,
    )


def _literal(text: str) -> str:
    """Escape by character classes: a backslash means different things in the strings of different engines."""
    return "".join(f"[{c}]" if c in ".+*?()[{|$" else c for c in text)


def order_of(date_format: str) -> str:
    """The slashed form that goes with a date format: "day first" or "month first".

    Examples
    --------
    >>> order_of("%m/%d/%Y %H:%M")
    'month first'
    """
    month = max(date_format.find(code) for code in ("%m", "%b", "%B"))
    return "day first" if date_format.find("%d") < month else "month first"


def slashed(text: Any) -> tuple[Any, Any, Any]:
    """For an Ibis text column: whether it is slashed, its first and its second number (0 where it is not)."""
    pattern = _SLASHED + _CLOCK
    ok = text.re_search(pattern)
    return ok, _whole(text, pattern, 1, ok).fill_null(0), _whole(text, pattern, 2, ok).fill_null(0)


def matches(text: Any, form: Form) -> Any:
    """Whether an Ibis text column is written in this form."""
    return text.re_search(form.pattern)


def raw_parts(text: Any, form: Form) -> dict[str, Any]:
    """What stands in the groups of a form, as whole numbers, not yet held against the calendar.

    Keys: y, mo, d, h, mi, s, p (0 no half of the day, 1 am, 2 pm) and o (offset from UTC, seconds); null where the text is
    not in this form, or the group is not there.
    """
    ok = matches(text, form)
    year = _whole(text, form.pattern, form.year, ok)
    if form.short_year:  # as POSIX does: 69 to 99 are 1969 to 1999
        year = (year >= 69).ifelse(year + 1900, year + 2000)
    clock = {"h": form.hour, "mi": form.minute, "s": form.second}
    nothing = ibis.null("int64")
    return {
        "y": year,
        "mo": _month(text, form, ok),
        "d": _whole(text, form.pattern, form.day, ok),
        **{key: _whole(text, form.pattern, group, ok) if group else nothing for key, group in clock.items()},
        "p": _half(text, form, ok),
        "o": _offset(text, form, ok),
    }


def carries_offset(text: Any) -> Any:
    """Whether an Ibis text column ends in an offset from UTC behind a time of day."""
    return text.re_search("[0-9]:[0-9]{2}.*(Z|UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})$")


def _offset(text: Any, form: Form, ok: Any) -> Any:
    if not form.offset:
        return ibis.null("int64")
    written = ok.ifelse(text.re_extract(form.pattern, form.offset), ibis.null("string"))
    plain = "^[+-]([0-9]{2}):?([0-9]{2})?$"
    numeric = written.re_search(plain)
    seconds = 3600 * _whole(written, plain, 1, numeric) + 60 * _whole(written, plain, 2, numeric).fill_null(0)
    return ibis.cases(
        (written.isin(["Z", "UTC"]), 0),
        (numeric & written.startswith("-"), -seconds),
        (numeric, seconds),
        else_=ibis.null("int64"),
    ).cast("int64")


def _half(text: Any, form: Form, ok: Any) -> Any:
    if not form.half:
        return ibis.null("int64")
    half = ok.ifelse(text.re_extract(form.pattern, form.half), ibis.null("string")).lower()
    # Null, not 0, where the text has another form: what that form reads must show through.
    return ibis.cases((half == "am", 1), (half == "pm", 2), (ok, 0), else_=ibis.null("int64")).cast("int64")


def _whole(text: Any, pattern: str, group: int, ok: Any) -> Any:
    """A group as a whole number; null where there is none."""
    found = ok.ifelse(text.re_extract(pattern, group), ibis.null("string"))
    return found.nullif("").cast("int64")


def _month(text: Any, form: Form, ok: Any) -> Any:
    if not form.named_month:
        return _whole(text, form.pattern, form.month, ok)
    name = ok.ifelse(text.re_extract(form.pattern, form.month), ibis.null("string")).lower()
    known = ((name == month, i) for i, month in enumerate(_MONTHS, 1))
    return ibis.cases(*known, (ok, 0), else_=ibis.null("int64")).cast("int64")
