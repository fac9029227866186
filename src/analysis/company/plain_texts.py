"""Text columns that are written in the plainest way, found in one query of a table: they are read without patterns.

Most exports write 12.50 and 2024-02-29 throughout. To read them as the engine does gives what the patterns for every way
of writing give (a test holds the two together), in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import ibis

from analysis.company.asked_together import asked_together
from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings

PLAIN_NUMBER = "^-?(?:[0-9]+(?:[.](?:[0-9]{1,2}|[0-9]{4,}))?|0[.][0-9]+)$"
"""A number that no decimal mark and no separator of thousands could change: not 1.250."""

PLAIN_TIME = "^[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?)?$"
"""A day, or a moment of it without a zone; whether there is such a day is for the calendar to say."""

SPACE = 32
"""Of the blanks, the last in the alphabet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTexts:
    """Text columns of which a glance has told how they are written.

    Attributes
    ----------
    tidy : frozenset of str
        No value has blanks round it.
    full : frozenset of str
        No value stands for nothing.
    sound : frozenset of str
        Ids, texts and flags of which both is true, and no id is written as a number with decimals: values are taken as they
        stand.
    plain : frozenset of str
        Numbers and times that are all written in the plainest way, missing ones apart.
    """

    tidy: frozenset[str] = frozenset()
    full: frozenset[str] = frozenset()
    sound: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()


def edged(text: Any) -> Any:
    """Where blanks may stand round a text: a superset that is found without regular expressions; not the empty text."""
    return ((text.ascii_str() <= SPACE) | (text.reverse().ascii_str() <= SPACE)) & (text != "")


def find_plain(
    tables: Sequence[tuple[Any, TableSpec, Collection[str]]], settings: Settings, nothing: dict[str, list[str]]
) -> list[PlainTexts]:
    """Look at all text columns of raw tables in the embedded engine, in one query.

    Parameters
    ----------
    tables : sequence of (ibis Table, TableSpec, collection of str)
        The last are columns whose values are turned to ours first: nothing is said of them.
    nothing : dict
        Kind of a column to the texts that stand for a missing value in it, in small letters.
    """
    texts = [
        [n for n in spec.columns if n in table.columns and n not in mapped and table[n].type().is_string()]
        for table, spec, mapped in tables
    ]
    asks = [
        (table, _asked(table, spec, names, settings, nothing), "")
        for (table, spec, _), names in zip(tables, texts, strict=True)
        if names
    ]
    answers = iter(asked_together(asks))
    return [
        _told(spec, names, settings, next(answers)[0]) if names else PlainTexts()
        for (_, spec, _), names in zip(tables, texts, strict=True)
    ]


def _asked(
    table: Any, spec: TableSpec, names: list[str], settings: Settings, nothing: dict[str, list[str]]
) -> dict[str, Any]:
    """How many values are not what a column of which `PlainTexts` speaks well may hold."""
    counts: dict[str, Any] = {}
    for name in names:
        text, kind = table[name], spec.columns[name].kind
        blanks = nothing.get(kind, nothing[""])
        short = text.length() <= max(map(len, blanks))  # small letters of every text would take the time
        missing = short.ifelse(text.lower().isin(blanks), False)
        counts |= {f"{name} edged": table.count(where=edged(text)), f"{name} missing": table.count(where=missing)}
        pattern = _pattern(kind, settings)
        if kind == "id":
            counts[f"{name} odd"] = table.count(where=text.endswith(".0"))
        elif pattern:
            counts[f"{name} odd"] = table.count(where=~(text.re_search(pattern) | missing))
    return counts


def _told(spec: TableSpec, names: list[str], settings: Settings, seen: dict[str, Any]) -> PlainTexts:
    def without(what: str) -> frozenset[str]:
        return frozenset(name for name in names if not seen.get(f"{name} {what}", 0))

    tidy, full, even = without("edged"), without("missing"), without("odd")
    return PlainTexts(
        tidy=tidy,
        full=full,
        sound=frozenset(n for n in tidy & full & even if spec.columns[n].kind in ("id", "text", "flag")),
        plain=frozenset(n for n in tidy & even if _pattern(spec.columns[n].kind, settings)),
    )


def _pattern(kind: str, settings: Settings) -> str:
    """Of the plainest way to write a value of this kind; empty where the settings say another, or there is none."""
    if kind in ("number", "whole") and settings.decimal in (None, "."):
        return PLAIN_NUMBER
    return PLAIN_TIME if kind in ("day", "moment") and not settings.date_format else ""


def as_moment(text: Any) -> Any:
    """A column of plain times as the embedded engine reads it; null for a day that the calendar does not have."""
    return text.try_cast(ibis.dtype("timestamp"))
