"""The rules of single keys of ``company.toml``, as types, and the words for the place at which one is broken."""

from __future__ import annotations

import codecs
import datetime
import pathlib
import re
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from analysis.core import reading
from analysis.core.errors import UserMistake
from analysis.core.reading import broken, given, must

T = TypeVar("T")

DATE_CODES = "dmYybBHMSpf"
"""Codes that `date_format` may use, as in Python's strftime."""

SMALLEST_SAMPLE = 1_000


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


def require_known(place: Place, name: str, known: tuple[str, ...], what: str = "key") -> None:
    """Raise UserMistake unless `name` is one of `known`; suggests the nearest."""
    reading.require_known(f"{place.file if what == 'section' else place}: {what}", name, known, UserMistake)


def require_section(place: Place, value: Any, example: str = "") -> None:
    """Raise UserMistake unless `value` is a TOML table."""
    if not isinstance(value, dict):
        hint = f" Write {example}." if example else f" Write [{place.section}] on a line of its own, keys below it."
        raise UserMistake(f"{place} must be a section of keys; got {given(value)}.{hint}")


def value(place: Place, kind: Any, entry: Any) -> Any:
    """Read one value of the type `kind`.

    Raises
    ------
    UserMistake
        If it breaks the type's rule; names place, rule and value.
    """
    return reading.value(kind, entry, str(place), UserMistake)


def section(place: Place, kind: type[T], entries: Any, context: Any = None) -> T:
    """Read a section into the record `kind`; its fields may ask for `context`.

    Raises
    ------
    UserMistake
        If it is no section, a key is not known, or its value breaks its rule.
    """
    require_section(place, entries)
    return reading.read(kind, entries, str(place), UserMistake, unknown_at=f"{place}: key", context=context)


def a_section(example: str) -> Any:
    """Refuse what is no TOML table, and show an `example`."""

    def held(entry: Any) -> Any:
        if not isinstance(entry, dict):
            raise broken("be a section of keys", entry, f"Write {example}.")
        return entry

    return BeforeValidator(held)


def _listed(entry: Any) -> Any:
    return entry if isinstance(entry, list) else [entry]


as_list = BeforeValidator(_listed)
"""One may stand without the brackets of a list."""


def _path(entry: Any) -> pathlib.Path:
    if not isinstance(entry, str) or not entry.strip():
        raise broken("be a text in double quotes, not empty", entry)
    if "://" in entry:
        raise broken("be a folder or file", entry, "Give it as `database` instead.")
    return pathlib.Path(entry)


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (LookupError, OSError) as fault:
        raise ValueError(name) from fault
    return name


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as fault:
        raise ValueError(name) from fault


def _start(value: Any) -> Any:
    return datetime.date.min if value == "start" else value


def _day(entry: Any) -> Any:
    """Pydantic would take a moment at midnight and seconds since 1970, too."""
    text = isinstance(entry, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", entry)
    if not text and (isinstance(entry, datetime.datetime) or not isinstance(entry, datetime.date)):
        raise ValueError(entry)
    return entry


def _address(entry: Any) -> Any:
    if isinstance(entry, str) and "://" in entry:
        return entry
    # What was given is not quoted: it may hold a password.
    what = "a text without ://" if isinstance(entry, str) else "something that is no text"
    raise PydanticCustomError(
        "rule", 'must be an address such as "postgres://user:${PASSWORD}@host/name"; got {what}.', {"what": what}
    )


def date_format(format_: str) -> str:
    codes = re.findall(r"%(.?)", format_)
    unknown = [code for code in codes if code not in DATE_CODES or not code]
    if unknown:
        raise broken(f"use only the codes {', '.join('%' + c for c in DATE_CODES)}", f"{format_}, with %{unknown[0]}")
    for name, choices in (("day (%d)", "d"), ("month (%m, %b or %B)", "mbB"), ("year (%Y or %y)", "Yy")):
        if sum(codes.count(c) for c in choices) != 1:
            raise broken(f"hold the {name} once", format_, 'A date 31/12/2024 14:30 is "%d/%m/%Y %H:%M".')
    return format_


def _matching(pattern: str) -> Any:
    return StringConstraints(strict=True, pattern=f"^(?:{pattern})$")


_Whole = Annotated[int, Strict()]

Text = Annotated[str, StringConstraints(strict=True, pattern=r"\S"), must("be a text in double quotes, not empty")]
Texts = Annotated[
    tuple[Text, ...], as_list, Field(min_length=1), must("be a text in double quotes, not empty, or a list of such")
]
AnyTexts = Annotated[
    tuple[Annotated[str, Strict()], ...], as_list, Field(min_length=1), must("be a text or a list of texts")
]
Folder = Annotated[pathlib.Path, BeforeValidator(_path)]
Currency = Annotated[str, _matching("[A-Z]{3}"), must('be a currency code of three capitals, such as "EUR"')]
TimeZone = Annotated[
    str, Strict(), AfterValidator(_zone), must('be the name of a time zone, such as "Europe/Berlin" or "UTC"')
]
Day = Annotated[
    datetime.date,
    BeforeValidator(_day),
    must('be a day that exists, written year-month-day such as "2024-12-31"'),
]
DayOrStart = Annotated[Day, BeforeValidator(_start)]
Share = Annotated[float, Strict(), Field(ge=0, le=1), must("be a number from 0 to 1 (0.3 is 30 %)")]
Flag = Annotated[bool, Strict(), must("be true or false, without quotes")]
Address = Annotated[str, BeforeValidator(_address)]
DateFormat = Annotated[Text, AfterValidator(date_format)]
Separator = Annotated[
    str,
    _matching("""[^\\w"'\r\n\\\\. ]|_"""),
    must('be the one character that stands between columns, such as ";", ",", "|" or "\\t"'),
]
Decimal = Annotated[str, _matching("[.,]"), must('be "." or ",", the mark before the decimals')]
Encoding = Annotated[
    str,
    Strict(),
    AfterValidator(_encoding),
    must('be the name of a text encoding, such as "utf-8", "latin-1" or "cp1252"'),
]
SampleSize = Annotated[
    _Whole, Field(ge=SMALLEST_SAMPLE), must(f"be a whole number of customers, {SMALLEST_SAMPLE} or more")
]
Days = Annotated[_Whole, Field(ge=7, le=3650), must("be a whole number of days from 7 to 3650")]
HeaderLines = Annotated[_Whole, Field(ge=0, le=1000), must("be the number of lines before the header, 0 to 1000")]
Seed = Annotated[_Whole, Field(ge=0, le=1_000_000), must("be a whole number from 0 to 1000000")]
Memory = Annotated[
    str, _matching(r"[1-9]\d*(\.\d+)? ?[MG]B"), must('be an amount of memory in MB or GB, such as "4GB"')
]


def our_value(place: Place, entry: Any, allowed: tuple[str, ...]) -> str:
    """One of our values; an empty text stands for "missing"."""
    if not isinstance(entry, str):
        raise UserMistake(f"{place} must map their value to one of ours, both in double quotes; got {given(entry)}.")
    if allowed and entry and entry not in allowed:
        raise UserMistake(
            f'{place} must map their value to one of {", ".join(map(repr, allowed))}, or to "" for missing; got '
            f"{given(entry)}."
        )
    return entry
