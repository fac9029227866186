"""Columns of a further table beside those of a part: at most one value a row, and every row of that table accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from analysis.company import row_verbs as verbs
from analysis.company import text_numbers
from analysis.company.finding import Found, beside
from analysis.company.joins import Join, Listed
from analysis.company.ledger import Entry, LeftOut
from analysis.company.raw_table import MISFIT, ROW, one_column
from analysis.company.settings import Settings
from analysis.core.errors import UserMistake

if TYPE_CHECKING:
    from analysis.company.assembling import Loaded
    from analysis.company.engine import Engine

_HERE, _BY, _KEY, _WHY, _WANTED, _LISTED = "here__", "by__", "key__", "why__", "wanted__", "listed__"
_TIME = "^[ ]*[0-9]{4}-[0-9]{2}-[0-9]{2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A part's table with the columns of a join.

    Attributes
    ----------
    table : ibis Table
    entry : Entry
        What became of the rows of the joined table.
    staged : tuple of str
        The embedded engine's tables behind it.
    doubt : str
        Name of a column that is true in rows whose sum is not known; empty where nothing is added up.
    why : str
        The reason for which such rows are left out.
    """

    table: Any
    entry: Entry
    staged: tuple[str, ...]
    doubt: str
    why: str


def joined(
    table: Any, join: Join, part: str, resolved: Mapping[str, str], engine: Engine, folder: Path | None
) -> Joined:
    """Join the columns of a further table.

    Parameters
    ----------
    table : ibis Table
        Columns of the part, and of the joins before this one.
    join : Join
    part : str
    resolved : mapping
        Columns of the part as settings call them to what they are called.
    engine : Engine
    folder : Path
        Where the files are; None where tables stand in a database.

    Raises
    ------
    UserMistake
        If the file or a column is not there, or sums would be added to each line of an order.
    """
    settings = engine.settings
    if join.sum and settings.rules_of(part).sum_lines:
        raise UserMistake(
            f"company.toml, [joins.{part}.{join.name}]: `sum` is one number an order, and [rows.{part}] `sum_lines` would add "
            "it up once a line. Take a table with one row an order, or leave one of the two out."
        )
    reader = _Reader(join, part, engine, folder)
    found, there, loaded = reader.read(join.table, join.theirs)
    lists = [_list(listed, reader) for listed in join.among.values()]
    takes = [verbs.matching(table[resolved.get(c, c)], wanted) for c, wanted in join.only.items()]
    here = key_of(table[resolved.get(join.here, join.here)])
    table = table.mutate(**{_HERE: reduce(and_, takes).ifelse(here, ibis.null("string")) if takes else here})
    rows, order, lost = _sorted(loaded.expression, there, [values for values, _ in lists], join, part, settings, table)
    doubt = f"{join.name}__doubt" if join.sum else ""
    values = _values(rows, join, lost, doubt, settings)
    counts = [f"{join.name}.{new}" for new in join.count]
    both = table.left_join(values, table[_HERE] == values[_BY])
    entry = _entry(rows, both, join, part, found, order, loaded)
    none = {name: both[_HERE].notnull().ifelse(both[name].fill_null(0), ibis.null("int64")) for name in counts}
    return Joined(
        table=both.mutate(**none).drop(_HERE, _BY), entry=entry, doubt=doubt,
        staged=tuple(item.staged for item in (loaded, *(of for _, of in lists)) if item.staged),
        why=f"what {join.name} adds up is not known: a row of it cannot be read, or is in another currency",
    )  # fmt: skip


def key_of(value: Any) -> Any:
    """A key as text: 17850.0 is 17850, blanks round it do not count, nothing is null."""
    if value.type().is_floating():
        whole = (value == value.floor()).fill_null(False)
        return whole.ifelse(whole.ifelse(value, 0).cast("int64").cast("string"), value.cast("string"))
    text = value.cast("string").re_replace("^[ \t\r\n]+|[ \t\r\n]+$", "").nullif("")
    return text.re_search("^[0-9]+[.]0$").ifelse(text.replace(".0", ""), text)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the tables of a join of a part."""

    join: Join
    part: str
    engine: Engine
    folder: Path | None

    def read(self, name: str, wanted: Iterable[str]) -> tuple[Found, dict[str, str], Loaded]:
        """Where a table stands, its columns as settings call them to what they are called, and those columns."""
        said = f"company.toml, [joins.{self.part}.{self.join.name}]"
        remedy = ", or remove the section and the lines that speak of its columns"
        found = beside(self.folder, name, f"{self.part}: {self.join.name}", f"{said} `table`", remedy)
        try:
            header = self.engine.header_of(found)
        except UserMistake:
            raise
        except Exception as fault:  # each engine has its own for a table that is not there
            raise UserMistake(
                f"{said} `table`: the table {found.name!r} cannot be read "
                f"({str(fault).splitlines()[0] if str(fault) else type(fault).__name__}). Correct the name; a table in a schema "
                'is written "schema.table".'
            ) from None
        there = {theirs: _column(header, theirs, said, found) for theirs in wanted}
        return found, there, self.engine.load(found, tuple(dict.fromkeys(there.values())))


def _column(header: tuple[str, ...], theirs: str, said: str, found: Found) -> str:
    there = one_column(header, theirs, theirs, found.name)
    outer = theirs.partition(".")[0]
    if there is None and outer != theirs:  # a key of a column that holds JSON
        there = one_column(header, outer, theirs, found.name)
    if there is None:
        raise UserMistake(
            f"{said}: the column {theirs!r} is not in {found.name}; its columns are "
            f"{', '.join(map(repr, header[:20]))}. Correct the name."
        )
    return there


def _value(raw: Any, there: str, theirs: str) -> Any:
    """A column, or what stands under keys of one."""
    nested = there.lower() != theirs.lower() and there.lower() == theirs.partition(".")[0].lower()
    return verbs.inside(raw[there], theirs.split(".")[1:]) if nested else raw[there]


def _list(listed: Listed, reader: _Reader) -> tuple[Any, Loaded]:
    """The values that a further table lists, each once, and the table as it was loaded."""
    _, there, loaded = reader.read(listed.table, (listed.column, *listed.rows.theirs))
    rows = loaded.expression.select(**{theirs: loaded.expression[name] for theirs, name in there.items()})
    broken, rows = verbs.reasons(rows, listed.rows, tuple(rows.columns), "", "")
    for condition, _ in broken:
        rows = rows.filter(~condition)
    return rows.select(**{_LISTED: key_of(rows[listed.column])}).distinct(), loaded


def _sorted(
    raw: Any,
    there: Mapping[str, str],
    lists: list[Any],
    join: Join,
    part: str,
    settings: Settings,
    table: Any,
) -> tuple[Any, list[str], list[str]]:
    """The rows with the reason why each is not taken, all reasons in their order, and those that put a sum in doubt."""
    numbered = {ROW: raw[ROW]} if ROW in raw.columns else {}
    rows = raw.select(**{theirs: _value(raw, name, theirs) for theirs, name in there.items()}, **numbered)
    broken, rows = verbs.reasons(rows, join.rows, tuple(rows.columns), "", settings.currency)
    rows = rows.mutate(**{_KEY: key_of(rows[join.there])})
    wanted = table.filter(table[_HERE].notnull()).select(**{_WANTED: table[_HERE]}).distinct()
    rows = rows.left_join(wanted, rows[_KEY] == wanted[_WANTED])
    unlisted = []
    for number, ((theirs, listed), values) in enumerate(zip(join.among.items(), lists, strict=True)):
        name = f"{_LISTED}{number}"
        values = values.rename({name: _LISTED})
        rows = rows.left_join(values, key_of(rows[theirs]) == values[name])
        unlisted.append((name, f"{theirs!r} is not {_of(listed)}"))
    n_doubts = 1 if join.rows.currency and settings.currency else 0  # the last of the rules, see `row_verbs.reasons`
    doubts = [(condition, reason) for condition, reason in broken[len(broken) - n_doubts :]]
    doubts += [(_unread(rows[c], _number(rows[c], settings)), f"{c!r} is no number") for c in join.sum.values()]
    no_time = "is no time that begins with year-month-day"
    doubts += [(_unread(rows[c], _time(rows[c])), f"{c!r} {no_time}") for c in join.latest.values()]
    reasons = [
        *broken[: len(broken) - n_doubts],
        *((rows[name].isnull(), reason) for name, reason in unlisted),
        (rows[_KEY].isnull(), f"no {join.there!r}"),
        (rows[_WANTED].isnull(), f"no row of {part} takes it by its {join.there!r}"),
        *doubts,
    ]
    order = [reason for _, reason in reasons]
    rows = rows.mutate(**{_WHY: ibis.cases(*reasons, else_=ibis.null("string"))})
    if join.one:
        order.append(f"one of several rows for the same {join.there!r}, of which none is taken")
        same = ibis.window(group_by=[rows[_WHY].isnull(), rows[_KEY]])
        several = rows[_WHY].isnull() & (rows[_KEY].count().over(same) > 1)
        rows = rows.mutate(**{_WHY: several.ifelse(order[-1], rows[_WHY])})
    return rows, order, [reason for _, reason in doubts] if join.sum else []


def _of(listed: Listed) -> str:
    said = [f"{theirs!r} {' or '.join(wanted)}" for theirs, wanted in listed.rows.keep.items()]
    return f"of a row of {listed.table}" + (f" with {' and '.join(said)}" if said else "")


def _values(rows: Any, join: Join, lost: list[str], doubt: str, settings: Settings) -> Any:
    """One row a key: the columns that are taken."""
    taken = rows[_WHY].isnull()
    rows = rows.filter(taken | rows[_WHY].isin(lost)) if lost else rows.filter(taken)
    taken = rows[_WHY].isnull()
    made = {f"{join.name}.{new}": _plain(rows[c]).max(where=taken) for new, c in join.one.items()}
    made |= {f"{join.name}.{new}": _number(rows[c], settings).sum(where=taken) for new, c in join.sum.items()}
    made |= {f"{join.name}.{new}": _time(rows[c]).max(where=taken) for new, c in join.latest.items()}
    made |= {f"{join.name}.{new}": (taken & (verbs.plain(rows[c]) != "")).sum() for new, c in join.count.items()}
    if doubt:
        made[doubt] = taken.ifelse(0, 1).max() > 0
    return rows.group_by(**{_BY: rows[_KEY]}).aggregate(**made)


def _plain(value: Any) -> Any:
    """A value of which every engine knows the largest."""
    kind = value.type()
    return value if kind.is_string() or kind.is_numeric() or kind.is_temporal() else value.cast("string")


def _number(value: Any, settings: Settings) -> Any:
    if value.type().is_string():
        return text_numbers.to_number(value, settings.decimal or ".")
    return value.cast("float64")


def _time(value: Any) -> Any:
    return value.re_search(_TIME).ifelse(value, ibis.null("string")) if value.type().is_string() else value


def _unread(value: Any, read: Any) -> Any:
    """Where something stands that could not be read."""
    return (verbs.plain(value) != "") & read.isnull()


def _entry(rows: Any, both: Any, join: Join, part: str, found: Found, order: list[str], loaded: Loaded) -> Entry:
    example = {"example": rows[ROW].min()} if ROW in rows.columns and not loaded.rejected else {}
    counts = rows.group_by(_WHY).aggregate(n=rows.count(), **example).execute().to_dict("records")
    by_reason = {row[_WHY]: row for row in counts if isinstance(row[_WHY], str)}
    n = sum(int(row["n"]) for row in counts)
    left_out = [LeftOut(reason=MISFIT, rows=len(loaded.rejected))] if loaded.rejected else []
    left_out += [
        LeftOut(reason=why, rows=int(row["n"]), example_row=int(row["example"]) if example else None)
        for why in dict.fromkeys(order)
        if (row := by_reason.get(why))
    ]
    asked = both.aggregate(wanted=both[_HERE].notnull().sum(), found=both[_BY].notnull().sum())
    facts = asked.execute().fillna(0).iloc[0]
    columns = ", ".join(join.columns)
    return Entry(
        name=f"{part}: {join.name}",
        counted=f"rows of {found.name}, joined by {join.here} = {join.there}",
        rows_in=n + len(loaded.rejected),
        rows_used=n - sum(int(row["n"]) for row in by_reason.values()),
        left_out=tuple(left_out),
        notes=(f"{int(facts['found'])} of {int(facts['wanted'])} rows of {part} that ask for it find {columns}",),
    )
