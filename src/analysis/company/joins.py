"""What company.toml can say of a further table whose columns are joined to a table of ours: ``[joins.PART.NAME]``.

The joined columns are called ``NAME.COLUMN`` and may stand wherever a column of theirs may.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.company import toml_rules as rules
from analysis.company.row_rules import RowRules, read_row_rules, table_of
from analysis.company.toml_rules import Place
from analysis.core.errors import UserMistake

TAKEN = ("one", "sum", "latest")
"""How a column is taken: from the only row of a key, added up over its rows, or the latest time among them."""
_OF_ROWS = ("keep", "drop", "currency", "last_of")
_KEYS = ("table", "on", "only", *TAKEN, *_OF_ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A table whose columns are joined to those of a part.

    Attributes
    ----------
    name : str
        What its columns are called after.
    table : str
        Its file or database table.
    here, there : str
        The columns whose values must be equal: of the part (or of a join before it), and of the joined table.
    one, sum, latest : mapping
        Name of a new column to their column. `one`: a key with several rows gives nothing; `sum`: a key with an amount
        that cannot be read gives nothing, and rows that would take it are left out; `latest`: the latest time.
    only : mapping
        Rows of the part that take the columns (see `row_rules.Matches`); empty: all.
    rows : RowRules
        Which rows of the joined table count (`keep`, `drop`, `last_of`), and their column of a currency.
    """

    name: str
    table: str
    here: str
    there: str
    one: Mapping[str, str] = field(default_factory=dict)
    sum: Mapping[str, str] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rows: RowRules = field(default_factory=RowRules)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the joined columns."""
        return tuple(f"{self.name}.{new}" for taken in (self.one, self.sum, self.latest) for new in taken)

    @property
    def theirs(self) -> tuple[str, ...]:
        """Columns of the joined table that are read."""
        taken = [column for mapping in (self.one, self.sum, self.latest) for column in mapping.values()]
        return tuple(dict.fromkeys((self.there, *taken, *self.rows.theirs)))


def read_joins(file: str, part: str, entries: Any) -> tuple[Join, ...]:
    """Read one ``[joins.PART]`` section.

    Raises
    ------
    UserMistake
        If a key is not known, or a value breaks its rule.
    """
    section = Place(file=file, section=f"joins.{part}")
    rules.require_section(section, entries, example=f"[joins.{part}.NAME] with the lines {', '.join(_KEYS)}")
    return tuple(_read(Place(file=file, section=f"joins.{part}.{name}"), part, name, e) for name, e in entries.items())


def _read(place: Place, part: str, name: str, entries: Any) -> Join:
    rules.require_section(place, entries)
    for key in entries:
        rules.require_known(place, key, _KEYS)
    on = _names(place, "on", entries.get("on"))
    if len(on) != 1:
        raise UserMistake(f'{place.key("on")} must be {{ "column here" = "column there" }}; got {entries.get("on")!r}.')
    ((here, there),) = on.items()
    taken = {how: _names(place, how, entries[how]) for how in TAKEN if how in entries}
    new = [column for columns in taken.values() for column in columns]
    if not new or len(set(new)) < len(new):
        raise UserMistake(
            f"{place} must say which columns are taken, each once, in `one` (the only row of a key), `sum` (added up) or "
            f'`latest` (the latest time), such as sum = {{ amount = "amount" }}; got {new}.'
        )
    of_rows = {key: entries[key] for key in _OF_ROWS if key in entries}
    only = read_row_rules(place.file, part, {"keep": entries["only"]}, place.section).keep if "only" in entries else {}
    return Join(
        name=name, table=rules.value(place.key("table"), rules.Text, entries.get("table")), here=here, there=there, only=only,
        rows=read_row_rules(place.file, table_of(part), of_rows, place.section), **taken,
    )  # fmt: skip


def _names(place: Place, key: str, value: Any) -> dict[str, str]:
    rules.require_section(place.key(key), value, example=f'{key} = {{ "name" = "their column" }}')
    return {name: rules.value(place.key(f"{key}.{name}"), rules.Text, column) for name, column in value.items()}
