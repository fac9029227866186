"""What company.toml can say of a table's rows: which count, what is taken off, how units and times are turned to ours.

A table in several layouts is read in parts: ``[rows.campaigns-holdout]`` speaks of the part `campaigns-holdout`, which
is put below the part `campaigns`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationInfo

from analysis.company import toml_rules as rules
from analysis.company.schemas import TABLES
from analysis.company.toml_rules import Place
from analysis.core.reading import broken, must, unknown

MINOR = "minor units"
FIRST_OF_MONTH = "first of the month"
CLOCKS = ("UTC", "epoch seconds", "epoch milliseconds", FIRST_OF_MONTH)

Matches = Annotated[
    Mapping[str, rules.AnyTexts],
    rules.a_section('{ "their column" = ["value", "another"] }, "*" for any value'),
]
"""Their column to the values that match: capitals do not matter, a star at the end stands for anything, "" for nothing."""

Versions = Annotated[
    Mapping[str, rules.Text], Field(min_length=1, max_length=1), must('be { "what is the same" = "their time" }')
]


def _of_columns(*kinds: str) -> Any:
    """Refuse what is no section whose keys are columns of these kinds of the table that the part belongs to."""

    def held(entry: Any, info: ValidationInfo) -> Any:
        if not isinstance(entry, dict):
            raise broken("be a section of keys", entry, "Write { our_column = ... }.")
        known = tuple(name for name, column in TABLES[str(info.context)].columns.items() if column.kind in kinds)
        for ours in entry:
            if ours not in known:
                raise unknown("column", ours, known)
        return entry

    return BeforeValidator(held)


def _clock(name: str) -> str:
    if name.startswith("%"):
        return rules.date_format(name)
    if name not in CLOCKS:
        raise unknown("clock", name, CLOCKS)
    return name


_NUMBERS, _TIMES = _of_columns("number", "whole"), _of_columns("day", "moment")
_Clock = Annotated[str, Strict(), AfterValidator(_clock), must(f"be one of {', '.join(CLOCKS)}, or a date format")]
_Factor = Annotated[
    Annotated[int, Strict(), Field(gt=0)]
    | Annotated[float, Strict(), Field(gt=0, allow_inf_nan=False)]
    | Literal["minor units"],
    must(f'be a factor above 0 (0.01 turns cents into euros) or "{MINOR}"'),
]


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
    first_of: rules.Text = ""
    last_of: Versions = field(default_factory=dict)
    sum_lines: rules.Flag = False
    currency: rules.Text = ""
    less: Annotated[Mapping[str, rules.AnyTexts], _NUMBERS] = field(default_factory=dict)
    times: Annotated[Mapping[str, rules.Text], _NUMBERS] = field(default_factory=dict)
    scale: Annotated[Mapping[str, _Factor], _NUMBERS] = field(default_factory=dict)
    a_month: Annotated[Mapping[str, rules.AnyTexts], _NUMBERS] = field(default_factory=dict)
    clock: Annotated[Mapping[str, _Clock], _TIMES] = field(default_factory=dict)
    split: Annotated[Mapping[str, rules.Text], _of_columns("text")] = field(default_factory=dict)
    true_where: Annotated[Mapping[str, Matches], _of_columns("flag")] = field(default_factory=dict)
    decimal: rules.Decimal = ""
    skip_lines: rules.HeaderLines = 0

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


def read_row_rules(file: str, part: str, entries: Any) -> RowRules:
    """Read one ``[rows.PART]`` section.

    Raises
    ------
    UserMistake
        If a key is not known, or a value breaks its rule.
    """
    return rules.section(Place(file=file, section=f"rows.{part}"), RowRules, entries, table_of(part))
