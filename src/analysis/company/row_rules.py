"""What company.toml can say of a table's rows: which count, what is taken off, how units and times are turned to ours.

A table in several layouts is read in parts: ``[rows.campaigns-holdout]`` speaks of the part `campaigns-holdout`, which
is put below the part `campaigns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.company import toml_rules as rules
from analysis.company.schemas import TABLES
from analysis.company.toml_rules import Place
from analysis.core.errors import UserMistake

MINOR = "minor units"
FIRST_OF_MONTH = "first of the month"
CLOCKS = ("UTC", "epoch seconds", "epoch milliseconds", FIRST_OF_MONTH)

Matches = Mapping[str, tuple[str, ...]]
"""Their column to the values that match: capitals do not matter, a star at the end stands for anything, "" for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRules:
    """How the rows of one part of a table are taken.

    Attributes
    ----------
    keep : Matches
        Rows whose value matches none of these are left out.
    drop : Matches
        Rows whose value matches one of these are left out.
    first_of : str
        Their column; only the first row of each of its values counts. Empty: every row does.
    last_of : mapping
        Their column to their time column: of the rows with the same value only the latest counts, as of the versions that
        a loader keeps.
    sum_lines : bool
        True: the amounts of the rows of one `order_id` are added up, and the order is one row.
    currency : str
        Their column that names the currency of a row; empty if there is none.
    less : mapping
        Our number column to their columns that are taken off.
    times : mapping
        Our number column to their column by which it is multiplied.
    scale : mapping
        Our number column to a factor, or to MINOR: the smallest unit of the row's currency, by ISO 4217.
    a_month : mapping
        Our number column to their columns of interval ("month", "year", ...) and of the number of intervals (or none),
        by whose months it is divided.
    clock : mapping
        Our time column to one of CLOCKS (times without an offset are UTC, seconds since 1970, any day of a month
        stands for its first), or to the date format of this part.
    decimal : str
        Decimal mark of this part's numbers; empty: as the column tells.
    split : mapping
        Our text column to the separator between tags; the first tag counts that [values] names.
    true_where : mapping
        Our flag column to Matches that must all hold for true; null where one of the columns is empty.
    skip_lines : int
        Lines before the header.
    """

    keep: Matches = field(default_factory=dict)
    drop: Matches = field(default_factory=dict)
    first_of: str = ""
    last_of: Mapping[str, str] = field(default_factory=dict)
    sum_lines: bool = False
    currency: str = ""
    less: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    scale: Mapping[str, float | str] = field(default_factory=dict)
    a_month: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    clock: Mapping[str, str] = field(default_factory=dict)
    split: Mapping[str, str] = field(default_factory=dict)
    true_where: Mapping[str, Matches] = field(default_factory=dict)
    decimal: str = ""
    skip_lines: int = 0

    @property
    def theirs(self) -> tuple[str, ...]:
        """Their columns that the rules speak of."""
        named = [*self.keep, *self.drop, self.first_of, self.currency, *self.times.values()]
        named += [name for pair in self.last_of.items() for name in pair]
        named += [name for names in (*self.less.values(), *self.a_month.values()) for name in names]
        named += [name for matches in self.true_where.values() for name in matches]
        return tuple(dict.fromkeys(name for name in named if name))


NO_RULES = RowRules()


def table_of(part: str) -> str:
    """The table that a part belongs to.

    Examples
    --------
    >>> table_of("campaigns-holdout"), table_of("campaigns")
    ('campaigns', 'campaigns')
    """
    return part.partition("-")[0]


def require_part(place: Place, part: str) -> None:
    """Raise UserMistake unless `part` is a table or TABLE-NAME."""
    if table_of(part) in TABLES and part[-1] != "-":
        return
    rules.require_known(place, part, tuple(TABLES))


def read_row_rules(file: str, part: str, entries: Any, section: str = "") -> RowRules:
    """Read one ``[rows.PART]`` section, or keys of it that stand in another `section`.

    Raises
    ------
    UserMistake
        If a key is not known, or a value breaks its rule.
    """
    place = Place(file=file, section=section or f"rows.{part}")
    rules.require_section(place, entries)
    found: dict[str, Any] = {}
    for key, value in entries.items():
        rules.require_known(place, key, tuple(_READERS))
        found[key] = _READERS[key](place.key(key), value, table_of(part))
    return RowRules(**found)


def _plain(kind: Any) -> Any:
    return lambda place, value, _: rules.value(place, kind, value)


def _matches(place: Place, value: Any, _: str) -> dict[str, tuple[str, ...]]:
    example = '"their column" = ["value", "another"], "*" for any value'
    rules.require_section(place, value, example=f"[{place.section}.{place.name}] with lines such as {example}")
    return {theirs: _texts(place, wanted, example) for theirs, wanted in value.items()}


def _texts(place: Place, value: Any, example: str) -> tuple[str, ...]:
    wanted = value if isinstance(value, list) else [value]
    if not wanted or not all(isinstance(item, str) for item in wanted):
        raise UserMistake(f"{place} must be a text or a list of texts, such as {example}; got {value!r}.")
    return tuple(wanted)


def _last_of(place: Place, value: Any, _: str) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) != 1:
        raise UserMistake(f'{place} must be {{ "what is the same" = "their time" }}; got {value!r}.')
    return {theirs: rules.value(place, rules.Text, at) for theirs, at in value.items()}


def _per_column(place: Place, value: Any, table: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    rules.require_section(place, value, example=f"[{place.section}.{place.name}] with lines our column = ...")
    known = tuple(name for name, column in TABLES[table].columns.items() if column.kind in kinds)
    for ours in value:
        rules.require_known(place, ours, known, what="column")
    return dict(value)


_NUMBERS, _TIMES = ("number", "whole"), ("day", "moment")


def _several(place: Place, value: Any, table: str) -> dict[str, tuple[str, ...]]:
    found = _per_column(place, value, table, _NUMBERS)
    return {ours: _texts(place, theirs, '"their column"') for ours, theirs in found.items()}


def _one(place: Place, value: Any, table: str) -> dict[str, str]:
    return {
        ours: rules.value(place, rules.Text, theirs)
        for ours, theirs in _per_column(place, value, table, _NUMBERS).items()
    }


def _scale(place: Place, value: Any, table: str) -> dict[str, float | str]:
    found = _per_column(place, value, table, _NUMBERS)
    for factor in found.values():
        number = isinstance(factor, (int, float)) and not isinstance(factor, bool) and factor > 0
        if factor != MINOR and not number:
            raise UserMistake(
                f'{place} must be a factor above 0 (0.01 turns cents into euros) or "{MINOR}"; got {factor!r}.'
            )
    return found


def _clock(place: Place, value: Any, table: str) -> dict[str, str]:
    found = _per_column(place, value, table, _TIMES)
    for clock in found.values():
        if isinstance(clock, str) and clock.startswith("%"):
            rules.value(place, rules.DateFormat, clock)
        else:
            rules.require_known(place, clock, CLOCKS, what="clock")
    return found


def _split(place: Place, value: Any, table: str) -> dict[str, str]:
    return {
        ours: rules.value(place, rules.Text, mark) for ours, mark in _per_column(place, value, table, ("text",)).items()
    }


def _true_where(place: Place, value: Any, table: str) -> dict[str, Matches]:
    found = _per_column(place, value, table, ("flag",))
    return {ours: _matches(place, matches, table) for ours, matches in found.items()}


_READERS: dict[str, Any] = {
    "keep": _matches,
    "drop": _matches,
    "first_of": _plain(rules.Text),
    "last_of": _last_of,
    "sum_lines": _plain(rules.Flag),
    "currency": _plain(rules.Text),
    "less": _several,
    "times": _one,
    "scale": _scale,
    "a_month": _several,
    "clock": _clock,
    "split": _split,
    "true_where": _true_where,
    "decimal": _plain(rules.Decimal),
    "skip_lines": _plain(rules.HeaderLines),
}
