"""One raw table out of parts: several files or layouts, the rules of their rows, ids that mean one customer everywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from analysis.company import row_verbs as verbs
from analysis.company.finding import Found, beside
from analysis.company.identities import CUSTOMER_IDS, SEVERAL, Crosswalk, with_identities
from analysis.company.joining import Joined, joined
from analysis.company.raw_table import ROW, RawTable, match_columns, one_column
from analysis.company.row_rules import RowRules
from analysis.company.schemas import TableColumn, TableSpec
from analysis.company.settings import Settings
from analysis.core.errors import UserMistake

if TYPE_CHECKING:
    from analysis.company.engine import Engine

FILE = "file__"
LESS, TIMES, BY = "__less", "__times", "__by"
"""Endings of the columns that stand beside a number until it is worked out: taken off, multiplied by, factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A file or database table in the engine, its values untouched.

    Attributes
    ----------
    expression : ibis Table
        Their columns; with ROW where rows have a number.
    rows : int
        Rows that fit the header; 0 in a database, where rows have no number.
    rejected : tuple of int
        Rows of the file that do not fit its header.
    staged : str
        Name of the embedded engine's table behind it; empty without one.
    note : str
        What was done to read it; empty if nothing.
    """

    expression: Any
    rows: int = 0
    rejected: tuple[int, ...] = ()
    staged: str = ""
    note: str = ""


def assembled(spec: TableSpec, places: tuple[Found, ...], engine: Engine) -> RawTable:
    """Put a table together from its parts.

    Parameters
    ----------
    spec : TableSpec
    places : tuple of Found
        The files or database tables behind it, part by part.
    engine : Engine

    Raises
    ------
    UserMistake
        If a column that the settings speak of is not there, or amounts are in several currencies and none is named.
    """
    settings = engine.settings
    in_files = any(item.file for item in places)  # a session has tables, though company.toml lies in a folder
    folder = settings.path if in_files and settings.path and settings.path.is_dir() else None
    parts: list[_Part] = []
    offset = 0
    for part in dict.fromkeys(item.part for item in places):
        items = tuple(item for item in places if item.part == part)
        made = _Part.of(spec, part, items, engine, folder, offset)
        parts.append(made)
        offset += made.rows_in_files
    helpers = tuple(dict.fromkeys(name for made in parts for name in made.helpers))
    ours = tuple(name for name in spec.columns if any(name in made.names for made in parts))
    table, reasons = _union([made.mapped(ours, helpers) for made in parts]), [r for made in parts for r in made.reasons]
    if settings.ids.change:
        table = _identified(engine.barrier(table), ours, engine, folder)
        reasons.append(SEVERAL)
    extra = {name: _helper(name) for name in helpers}
    return RawTable(
        spec=replace(spec, columns={**spec.columns, **extra}),
        place=_place(spec, places),
        expression=engine.barrier(table),
        columns={name: _theirs(parts, name) for name in (*ours, *helpers)},
        rejected=tuple(number for made in parts for number in made.rejected),
        staged=tuple(name for made in parts for name in made.staged if name),
        joined=tuple(item.entry for made in parts for item in made.joined),
        reasons=tuple(dict.fromkeys(reasons)),
        sum_lines=any(settings.rules_of(made.part).sum_lines for made in parts),
        notes=tuple(note for made in parts for note in made.notes) + _file_notes(parts),
        valued=True,
    )


def _place(spec: TableSpec, places: tuple[Found, ...]) -> str:
    names = [item.name for item in places]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{spec.name} ({', '.join(names[:3])}{more})"


def _helper(name: str) -> TableColumn:
    return TableColumn(kind="number", meaning=f"worked into {name.partition('__')[0]}")


def _theirs(parts: list[_Part], name: str) -> str:
    return next((made.columns[name] for made in parts if name in made.columns), name)


def _file_notes(parts: list[_Part]) -> tuple[str, ...]:
    """Which row numbers are of which file, where there are several."""
    spans = [span for made in parts for span in made.spans]
    if len(spans) < 2 or not spans[0][2]:
        return ()
    return ("row numbers: " + ", ".join(f"{first:,} to {last:,} are {name}" for name, first, last in spans if last),)


def _identified(table: Any, ours: tuple[str, ...], engine: Engine, folder: Path | None) -> Any:
    def crosswalk(walk: Crosswalk) -> Any:
        found = beside(folder, walk.file, "crosswalk", "company.toml, [ids] `crosswalk`")
        pairs = engine.load(found, (walk.from_, walk.to)).expression
        return pairs.select(from__=pairs[walk.from_], to__=pairs[walk.to])

    names = tuple(name for name in ours if name in CUSTOMER_IDS)
    postgres = engine.backend.name == "postgres"
    table, doubt = with_identities(table, names, engine.settings.ids, crosswalk, postgres=postgres)
    return table.mutate(
        **{verbs.LEFT: ibis.coalesce(table[verbs.LEFT], table[doubt].ifelse(SEVERAL, ibis.null("string")))}
    ).drop(doubt)


def _union(tables: list[Any]) -> Any:
    """Tables with the same columns below one another; what differs in type becomes text."""
    names = tables[0].columns
    mixed = [name for name in names if len({t[name].type().copy(nullable=True) for t in tables}) > 1]
    if mixed:
        tables = [t.mutate(**{name: t[name].cast("string") for name in mixed}) for t in tables]
    tables = [t.select(*names) for t in tables]
    return tables[0] if len(tables) == 1 else ibis.union(*tables, distinct=False)


@dataclass(slots=True, kw_only=True)
class _Part:
    """A part with its files read: their columns in one table, ours to be made of them."""

    spec: TableSpec
    part: str
    settings: Settings
    table: Any
    columns: dict[str, str]
    resolved: dict[str, str]
    loaded: list[Loaded]
    joined: list[Joined]
    rejected: list[int]
    rows_in_files: int
    spans: list[tuple[str, int, int]]
    notes: list[str]
    reasons: list[str]

    @property
    def staged(self) -> tuple[str, ...]:
        """The embedded engine's tables behind it."""
        return (*(item.staged for item in self.loaded), *(name for item in self.joined for name in item.staged))

    @property
    def rules(self) -> RowRules:
        return self.settings.rules_of(self.part)

    @property
    def names(self) -> frozenset[str]:
        """Our columns that this part can fill."""
        constants = self.settings.constants.get(self.part, {})
        return frozenset({*self.columns, *constants, *self.rules.true_where})

    @property
    def helpers(self) -> tuple[str, ...]:
        rules = self.rules
        names = [f"{ours}{LESS}{i}" for ours, theirs in rules.less.items() for i in range(len(theirs))]
        names += [f"{ours}{TIMES}" for ours in rules.times]
        return (*names, *(f"{ours}{BY}" for ours in dict.fromkeys((*rules.scale, *rules.a_month))))

    @classmethod
    def of(
        cls,
        spec: TableSpec,
        part: str,
        items: tuple[Found, ...],
        engine: Engine,
        folder: Path | None,
        offset: int,
    ) -> _Part:
        settings, headers = engine.settings, [engine.header_of(item) for item in items]
        joins = settings.joins.get(part, ())
        further = tuple(name for join in joins for name in join.columns)
        header = (*dict.fromkeys(name for names in headers for name in names), *further)
        place = _place(spec, items)
        columns = match_columns(spec, header, settings, place, part)
        rules = settings.rules_of(part)
        needed = dict.fromkeys(rules.theirs, "rows")
        needed = {theirs: "joins" for join in joins for theirs in (join.here, *join.only)} | needed
        resolved = {}
        for theirs in (*needed, *(n for names in settings.fallbacks.get(part, {}).values() for n in names)):
            there = one_column(header, theirs, theirs, place)
            if there is None and theirs in needed:
                raise UserMistake(
                    f"company.toml, [{needed[theirs]}.{part}]: the column {theirs!r} is not in table {place}; its columns are "
                    f"{', '.join(map(repr, header[:20]))}. Correct the name, or remove the lines that speak of it."
                )
            if there is not None:
                resolved[theirs] = there
        wanted = tuple(name for name in dict.fromkeys((*columns.values(), *resolved.values())) if name not in further)
        made = cls(
            spec=spec, part=part, settings=settings, table=None, columns=columns, resolved=resolved, loaded=[],
            joined=[], rejected=[], rows_in_files=0, spans=[], notes=[], reasons=[],
        )  # fmt: skip
        tables = []
        for number, (item, names) in enumerate(zip(items, headers, strict=True)):
            loaded = engine.load(item, tuple(name for name in wanted if name in names))
            made._take(item, loaded, offset)
            absent = [name for name in wanted if name not in names]
            if absent:
                made.notes.append(f"{item.name} has no column {', '.join(map(repr, absent))}; empty there")
            table = loaded.expression
            extra = {name: ibis.null("string") for name in absent} | {FILE: ibis.literal(number, type="int64")}
            if ROW in table.columns:
                extra[ROW] = table[ROW] + (made.spans[-1][1] - 1)
            tables.append(table.mutate(**extra))
        made.table = _union(tables)
        for join in joins:
            made.joined.append(joined(made.table, join, part, resolved, engine, folder))
            made.table = made.joined[-1].table
        made._currency_is_told()
        return made

    def _take(self, item: Found, loaded: Loaded, offset: int) -> None:
        """Row numbers go on from file to file; those of rows that do not fit their header count too."""
        self.loaded.append(loaded)
        before = offset + self.rows_in_files
        fitting = before - len(self.rejected)
        self.rejected += [before + number for number in loaded.rejected]
        n = loaded.rows + len(loaded.rejected)
        self.spans.append((item.name, fitting + 1, before + n if loaded.rows else 0))
        self.rows_in_files += n
        if loaded.note:
            self.notes.append(f"{item.name}: {loaded.note}")

    def _currency_is_told(self) -> None:
        if not self.rules.currency or self.settings.currency:
            return
        column = self.table[self.resolved[self.rules.currency]]
        codes = verbs.plain(column).name("code").as_table().distinct().order_by("code").limit(6).execute()["code"]
        seen = [code.upper() for code in codes if code.strip("-")]
        if len(seen) > 1:
            raise UserMistake(
                f"Table {_place(self.spec, ())[:-3]} holds amounts in several currencies ({', '.join(seen[:5])}). Say in "
                "company.toml, [company] `currency`, which one counts; rows in another are left out then."
            )

    def mapped(self, ours: tuple[str, ...], helpers: tuple[str, ...]) -> Any:
        """Our columns, what is worked into them, and LEFT; null in rows that are left out."""
        rules = self.rules
        table = self.table.rename({theirs: there for theirs, there in self.resolved.items() if theirs != there})
        order = (ROW,) if ROW in table.columns else tuple(c for c in table.columns if c != FILE)
        found, table = verbs.reasons(table, rules, order, FILE if ROW in table.columns else "", self.settings.currency)
        found += [(table[item.doubt].fill_null(False), item.why) for item in self.joined if item.doubt]
        self.reasons = [reason for _, reason in found]
        nothing = ibis.null("string")
        left = ibis.cases(*found, else_=nothing) if found else nothing
        values = {name: self._value(table, name) for name in ours} | {name: self._help(table, name) for name in helpers}
        if found:
            values = {name: left.notnull().ifelse(ibis.null(v.type()), v) for name, v in values.items()}
        numbered = {ROW: table[ROW]} if ROW in table.columns else {}
        return table.select(**values, **{verbs.LEFT: left.cast("string")}, **numbered)

    def _value(self, table: Any, name: str) -> Any:
        constants, rules = self.settings.constants.get(self.part, {}), self.rules
        if name in constants:
            return ibis.literal(constants[name])
        if name in rules.true_where:
            return verbs.flag(table, rules.true_where[name])
        if name not in self.columns:
            return ibis.null("string")
        value = table[self.columns[name]]
        further = [
            self.resolved[n] for n in self.settings.fallbacks.get(self.part, {}).get(name, ()) if n in self.resolved
        ]
        further = [n for n in further if n != self.columns[name]]
        if further:
            value = ibis.coalesce(*(table[n].cast("string").nullif("") for n in (self.columns[name], *further)))
        maps = self.settings.values.get(self.part, {}).get(name, {})
        if name in rules.split:
            value = verbs.tag(value, rules.split[name], tuple(maps))
        if maps:
            text = value.cast("string").re_replace("^[ \t]+|[ \t]+$", "")
            value = verbs.turned(text, maps)
        if name in rules.clock:
            value = verbs.clocked(value, rules.clock[name])
        if self.spec.columns[name].kind in ("number", "whole") and rules.decimal:
            value = verbs.pointed(value, rules.decimal)
        return value

    def _help(self, table: Any, name: str) -> Any:
        ours, _, what = name.partition("__")
        rules = self.rules
        if what == BY[2:]:
            factor: Any = 1.0
            if ours in rules.scale:
                currency = table[rules.currency] if rules.currency else None
                factor = verbs.scale_of(rules.scale[ours], currency, self.settings.currency)
            if ours in rules.a_month:
                factor = factor / verbs.months_of(*(table[theirs] for theirs in rules.a_month[ours][:2]))
            return (ibis.literal(factor) if isinstance(factor, float) else factor).cast("float64")
        if what == TIMES[2:]:
            return table[rules.times[ours]] if ours in rules.times else ibis.literal("1")
        number = int(what.removeprefix(LESS[2:]))
        taken = rules.less.get(ours, ())
        if number >= len(taken):
            return ibis.literal("0")
        return verbs.pointed(table[taken[number]], rules.decimal) if rules.decimal else table[taken[number]]
