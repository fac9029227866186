"""The rules of single keys of ``company.toml``: each reads one value or says what is wrong with it."""

from __future__ import annotations

import codecs
import datetime
import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from analysis.core.addresses import check_places
from analysis.core.errors import UserMistake

DATE_CODES = "dmYybBHMSpf"
"""Codes that `date_format` may use, as in Python's strftime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the file a value stands; as text it is "company.toml, [data] `decimal`"."""

    file: str
    section: str
    name: str = ""

    def key(self, name: str) -> Place:
        """The place of a key in this section."""
        return replace(self, name=name)

    def __str__(self) -> str:
        return f"{self.file}, [{self.section}]" + (f" `{self.name}`" if self.name else "")


def require_known(place: Place, given: str, known: tuple[str, ...], what: str = "key") -> None:
    """Raise UserMistake unless `given` is one of `known`; suggests the nearest."""
    if given in known:
        return
    near = get_close_matches(given, known, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else " Remove it or correct its name."
    where = place.file if what == "section" else str(place)
    raise UserMistake(f"{where}: {what} {given!r} is not known; known are {', '.join(known)}.{hint}")


def require_section(place: Place, value: Any, example: str = "") -> None:
    """Raise UserMistake unless `value` is a TOML table."""
    if not isinstance(value, dict):
        hint = f" Write {example}." if example else f" Write [{place.section}] on a line of its own, keys below it."
        raise UserMistake(f"{place} must be a section of keys; got {_given(value)}.{hint}")


def text(place: Place, value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise UserMistake(f"{place} must be a text in double quotes, not empty; got {_given(value)}.")
    return value


def texts(place: Place, value: Any) -> tuple[str, ...]:
    """A text, or a list of texts."""
    if isinstance(value, list) and value:
        return tuple(text(place, item) for item in value)
    return (text(place, value),)


def path(place: Place, value: Any) -> str:
    """A path; an address belongs elsewhere."""
    if isinstance(value, str) and "://" in value:
        raise UserMistake(f"{place} must be a folder or file; got an address. Give it as `database` instead.")
    return text(place, value)


def currency(place: Place, value: Any) -> str:
    """A currency code of three letters."""
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise UserMistake(f'{place} must be a currency code of three capitals, such as "EUR"; got {_given(value)}.')
    return value


def timezone(place: Place, value: Any) -> str:
    """An IANA time zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if isinstance(value, str) and value:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return value
    raise UserMistake(
        f'{place} must be the name of a time zone, such as "Europe/Berlin" or "UTC"; got {_given(value)}.'
    )


def day(place: Place, value: Any) -> datetime.date:
    """A day, as a TOML date or as text in ISO form."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise UserMistake(
        f'{place} must be a day that exists, written year-month-day such as "2024-12-31"; got {_given(value)}.'
    )


def day_or_start(place: Place, value: Any) -> datetime.date:
    """A day, or "start" for the first of all days: the table is complete."""
    return datetime.date.min if value == "start" else day(place, value)


def share(place: Place, value: Any) -> float:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise UserMistake(f"{place} must be a number from 0 to 1 (0.3 is 30 %); got {_given(value)}.")
    return float(value)


def flag(place: Place, value: Any) -> bool:
    """true or false, without quotes."""
    if not isinstance(value, bool):
        raise UserMistake(f"{place} must be true or false, without quotes; got {_given(value)}.")
    return value


def address(place: Place, value: Any) -> str:
    """A database address; never quoted in a message."""
    if not isinstance(value, str) or "://" not in value:
        raise UserMistake(
            f'{place} must be an address such as "postgres://user:${{PASSWORD}}@host/name"; got '
            f"{'a text without ://' if isinstance(value, str) else 'something that is no text'}."
        )
    check_places(value, str(place))
    return value


def date_format(place: Place, value: Any) -> str:
    """A strftime format of the codes in DATE_CODES with day, month and year in it."""
    format_ = text(place, value)
    codes = re.findall(r"%(.?)", format_)
    unknown = [code for code in codes if code not in DATE_CODES or not code]
    if unknown:
        raise UserMistake(
            f"{place} may use the codes {', '.join('%' + c for c in DATE_CODES)}; got %{unknown[0]} in {format_!r}."
        )
    for name, choices in (("day (%d)", "d"), ("month (%m, %b or %B)", "mbB"), ("year (%Y or %y)", "Yy")):
        if sum(codes.count(c) for c in choices) != 1:
            raise UserMistake(
                f'{place} must hold the {name} once; got {format_!r}. A date 31/12/2024 14:30 is "%d/%m/%Y %H:%M".'
            )
    return format_


def separator(place: Place, value: Any) -> str:
    """One character between columns."""
    if not isinstance(value, str) or len(value) != 1 or value.isalnum() or value in "\"'\r\n\\. ":
        raise UserMistake(
            f'{place} must be the one character that stands between columns, such as ";", ",", "|" or "\\t"; '
            f"got {_given(value)}."
        )
    return value


def decimal(place: Place, value: Any) -> str:
    """The decimal mark."""
    if value not in (".", ","):
        raise UserMistake(f'{place} must be "." or ",", the mark before the decimals; got {_given(value)}.')
    return str(value)


def encoding(place: Place, value: Any) -> str:
    """The name of a text encoding that Python knows."""
    if isinstance(value, str) and value:
        try:
            return codecs.lookup(value).name
        except LookupError:
            pass
    raise UserMistake(
        f'{place} must be the name of a text encoding, such as "utf-8", "latin-1" or "cp1252"; got {_given(value)}.'
    )


SMALLEST_SAMPLE = 1_000


def sample_size(place: Place, value: Any) -> int:
    """A number of customers that is worth drawing."""
    if isinstance(value, bool) or not isinstance(value, int) or value < SMALLEST_SAMPLE:
        raise UserMistake(
            f"{place} must be a whole number of customers, {SMALLEST_SAMPLE} or more; got {_given(value)}."
        )
    return value


def days(place: Place, value: Any) -> int:
    """A length of time in days, a week to ten years."""
    if isinstance(value, bool) or not isinstance(value, int) or not 7 <= value <= 3_650:
        raise UserMistake(f"{place} must be a whole number of days from 7 to 3650; got {_given(value)}.")
    return value


def seed(place: Place, value: Any) -> int:
    """A whole number from 0 to a million."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000:
        raise UserMistake(f"{place} must be a whole number from 0 to 1000000; got {_given(value)}.")
    return value


def memory(place: Place, value: Any) -> str:
    """An amount of memory with its unit."""
    if not isinstance(value, str) or not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[MG]B", value):
        raise UserMistake(f'{place} must be an amount of memory in MB or GB, such as "4GB"; got {_given(value)}.')
    return value


def our_value(place: Place, value: Any, allowed: tuple[str, ...]) -> str:
    """One of our values; an empty text stands for "missing"."""
    if not isinstance(value, str):
        raise UserMistake(f"{place} must map their value to one of ours, both in double quotes; got {_given(value)}.")
    if allowed and value and value not in allowed:
        raise UserMistake(
            f'{place} must map their value to one of {", ".join(map(repr, allowed))}, or to "" for missing; got '
            f"{_given(value)}."
        )
    return value


def _given(value: Any) -> str:
    if "://" in repr(value):  # it may hold a password
        return "an address, which is not shown here"
    kind = {bool: "true or false", int: "a whole number", float: "a number", dict: "a section", list: "a list"}
    words = kind.get(type(value), "")
    return f"{value!r}" + (f" ({words})" if words else "")
