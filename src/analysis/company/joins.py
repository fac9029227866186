"""What company.toml can say of a further table whose columns are joined to a table of ours: ``[joins.PART.NAME]``.

The joined columns are called ``NAME.COLUMN`` and may stand wherever a column of theirs may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from analysis.company import toml_rules as rules
from analysis.company.row_rules import Matches, RowRules, Versions
from analysis.company.toml_rules import Place
from analysis.core.errors import UserMistake
from analysis.core.reading import keys, must

TAKEN = ("one", "sum", "latest", "count")
"""How a column is taken: from the only row of a key, added up over its rows, the latest time among them, or how many of them
hold something."""
_Names = Annotated[Mapping[str, rules.Text], rules.a_section('{ name = "their column" }')]


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A table whose rows list the values that a column of a joined table may have.

    Attributes
    ----------
    table, column : str
        The file or database table, and its column with the values.
    keep, drop : Matches
        Which of its rows list a value.
    """

    table: rules.Text
    column: rules.Text
    keep: Matches = field(default_factory=dict)
    drop: Matches = field(default_factory=dict)

    @property
    def rows(self) -> RowRules:
        """Which of its rows list a value."""
        return RowRules(keep=self.keep, drop=self.drop)


@dataclass(frozen=True, kw_only=True)
class OfJoin:
    """The keys of ``[joins.PART.NAME]``; what they mean is said at `Join`."""

    table: rules.Text
    on: Annotated[
        Mapping[str, rules.Text], Field(min_length=1, max_length=1), must('be { "column here" = "column there" }')
    ]
    only: Matches = field(default_factory=dict)
    one: _Names = field(default_factory=dict)
    sum: _Names = field(default_factory=dict)
    latest: _Names = field(default_factory=dict)
    count: _Names = field(default_factory=dict)
    keep: Matches = field(default_factory=dict)
    drop: Matches = field(default_factory=dict)
    currency: rules.Text = ""
    last_of: Versions = field(default_factory=dict)
    among: Mapping[str, Listed] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Join(OfJoin):
    """A table whose columns are joined to those of a part.

    Attributes
    ----------
    name : str
        What its columns are called after.
    table : str
        Its file or database table.
    on : mapping
        The column of the part (or of a join before it) to that of the joined table whose value must be equal.
    one, sum, latest, count : mapping
        Name of a new column to their column, or to what stands under keys of one that holds JSON (COLUMN.KEY). `one`: a key
        with several rows gives nothing; `sum`: a key with an amount that cannot be read gives nothing, and rows that would take
        it are left out; `latest`: the latest time; `count`: how many rows hold something there, 0 for a key that has none.
    only : mapping
        Rows of the part that take the columns (see `row_rules.Matches`); empty: all.
    keep, drop, last_of, currency
        Which rows of the joined table count, and their column of a currency; as in `RowRules`.
    among : mapping
        Column of the joined table to a further table in which it must be listed for the row to count.
    """

    name: str

    @property
    def here(self) -> str:
        """The column of the part."""
        return next(iter(self.on))

    @property
    def there(self) -> str:
        """The column of the joined table."""
        return self.on[self.here]

    @property
    def rows(self) -> RowRules:
        """Which rows of the joined table count."""
        return RowRules(keep=self.keep, drop=self.drop, currency=self.currency, last_of=self.last_of)

    @property
    def taken(self) -> tuple[Mapping[str, str], ...]:
        """By each way of taking: name of a new column to theirs."""
        return (self.one, self.sum, self.latest, self.count)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the joined columns."""
        return tuple(f"{self.name}.{new}" for taken in self.taken for new in taken)

    @property
    def theirs(self) -> tuple[str, ...]:
        """Columns of the joined table that are read."""
        taken = [column for mapping in self.taken for column in mapping.values()]
        return tuple(dict.fromkeys((self.there, *taken, *self.rows.theirs, *self.among)))

    @property
    def tables(self) -> tuple[str, ...]:
        """The joined table, and those that list values of it."""
        return (self.table, *(listed.table for listed in self.among.values()))


def read_joins(file: str, part: str, entries: Any) -> tuple[Join, ...]:
    """Read one ``[joins.PART]`` section.

    Raises
    ------
    UserMistake
        If a key is not known, or a value breaks its rule.
    """
    section = Place(file=file, section=f"joins.{part}")
    rules.require_section(section, entries, example=f"[joins.{part}.NAME] with the lines {', '.join(keys(OfJoin))}")
    return tuple(
        _read(Place(file=file, section=f"joins.{part}.{name}"), name, lines) for name, lines in entries.items()
    )


def _read(place: Place, name: str, entries: Any) -> Join:
    if isinstance(entries, dict) and "among" in entries:
        entries = entries | {
            "among": _among(Place(file=place.file, section=f"{place.section}.among"), entries["among"])
        }
    join = Join(name=name, **vars(rules.section(place, OfJoin, entries)))
    new = [column for columns in join.taken for column in columns]
    if not new or len(set(new)) < len(new):
        raise UserMistake(
            f"{place} must say which columns are taken, each once, in `one` (the only row of a key), `sum` (added up), "
            "`latest` (the latest time) or `count` (how many rows hold something), such as "
            f'sum = {{ amount = "amount" }}; got {new}.'
        )
    return join


def _among(place: Place, entries: Any) -> dict[str, Listed]:
    rules.require_section(place, entries, example='[...among.COLUMN] with the lines table = "users" and column = "id"')
    inner = {theirs: Place(file=place.file, section=f"{place.section}.{theirs}") for theirs in entries}
    return {theirs: rules.section(inner[theirs], Listed, lines) for theirs, lines in entries.items()}
