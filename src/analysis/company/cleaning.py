"""From a raw table to a clean one: every value read or counted as unreadable, every row used or left out with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import ibis

from analysis.company import row_verbs as verbs
from analysis.company import text_numbers, text_times
from analysis.company.clean_table import Look, ReadColumn, SortedRows
from analysis.company.exclusions import apply_exclusions
from analysis.company.local_time import (
    PARTS,
    embedded_clock,
    embedded_day,
    is_local_time,
    local_columns,
    typed_parts,
    writers_clock,
)
from analysis.company.plain_texts import PlainTexts, as_moment, find_plain
from analysis.company.profiling import TextFormat, profile
from analysis.company.raw_table import ROW, RawTable
from analysis.company.row_verbs import LEFT
from analysis.company.schemas import TableColumn
from analysis.company.settings import Settings
from analysis.core.calendar_days import FIRST_DAY

if TYPE_CHECKING:
    from analysis.company.engine import Engine

MISSING = ("", "null", "none", "nan", "na", "n/a", "#n/a", "\\n", "nat")
"""Texts that stand for a missing value, whatever their capitals."""

_BLANK = r"[ \t\n\r\x0b\x0c]"  # its escapes are read by the pattern, never by the engine's reader of literals
TRUE = ("true", "t", "1", "yes", "y", "1.0", "ja", "j", "wahr", "oui", "vrai", "sí", "si", "sì", "sim", "verdadero")
FALSE = ("false", "f", "0", "no", "n", "0.0", "nein", "falsch", "non", "faux", "nee", "não", "falso")
"""Flags as spreadsheets and people write them, in small letters."""


def sort_rows(raw: RawTable, engine: Engine, texts: PlainTexts | None) -> SortedRows:
    """Read every value of a raw table and sort its rows into used and left out.

    Parameters
    ----------
    raw : RawTable
    engine : Engine
        Holds it, and the settings.
    texts : PlainTexts
        What `plain_texts` has told of it; None where it is not among the tables that are looked at there.

    Raises
    ------
    UserMistake
        If a column does not tell how it is written.
    """
    settings, look = engine.settings, first_look(raw) if raw.reread else None
    texts = texts or PlainTexts()
    table = _trimmed(raw, settings, texts)
    text_format = profile(table, raw.spec, settings, raw.place, texts.plain)
    quick = {name for name in raw.columns if raw.reread and is_local_time(table[name].type())} | texts.plain
    table = engine.barrier(table.mutate(**_parts(table, raw, text_format, quick)))
    times = [name for name in raw.columns if raw.spec.columns[name].kind in ("day", "moment")]
    clocks = {key: value for name in times if name not in quick for key, value in writers_clock(table, name).items()}
    table = engine.barrier(table.mutate(**clocks)) if times else table
    columns: dict[str, ReadColumn] = {}
    named = [(name, raw.spec.columns[name]) for name in raw.columns]
    for name, spec in named:
        if spec.kind in ("day", "moment"):
            table, columns[name] = _read_time(name, spec, table, text_format, settings)
        else:
            columns[name] = _READERS[spec.kind](name, spec, table, text_format, name in texts.sound | texts.plain)
    written = not raw.reread or any(
        spec.kind not in ("id", "text", "flag") and table[name].type().is_string() for name, spec in named
    )
    return apply_exclusions(raw, table, columns, engine, text_format.notes, look, written=written)


def trimmed(text: Any) -> Any:
    """Return an Ibis text column without blanks round its values.

    Not `strip`: Ibis hands it the blanks as a text with \\v and \\f in it, which Spark takes for the letters v and f, so
    that "false" becomes "alse" there and the customer "f12" becomes "12".
    """
    return text.re_replace(f"^{_BLANK}+|{_BLANK}+$", "")


def plain_texts(raws: Mapping[str, RawTable], settings: Settings) -> dict[str, PlainTexts]:
    """What a glance tells of how texts are written, by table, of those whose texts the embedded engine holds or reads."""
    held = {name: raw for name, raw in raws.items() if raw.staged or raw.reread}
    nothing = {kind: _nothing(kind) for kind in ("", "text")}
    found = find_plain([(raw.expression, raw.spec, _maps(raw, settings)) for raw in held.values()], settings, nothing)
    return dict(zip(held, found, strict=True))


def first_look(raw: RawTable) -> Look:
    """What a glance at a table tells before it is read."""
    starts = raw.expression[raw.spec.starts]
    latest = {"latest": embedded_day(starts.max())} if is_local_time(starts.type()) else {}
    found = raw.expression.aggregate(rows=raw.expression.count(), **latest).execute().iloc[0]
    day = found.get("latest")
    return Look(rows=int(found["rows"]), latest=None if day is None or day != day else int(day))


def _maps(raw: RawTable, settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """Column to a mapping of their values to ours, where that is still to be done."""
    return {} if raw.valued else settings.values.get(raw.spec.name, {})


def _nothing(kind: str) -> list[str]:
    """Texts that stand for a missing value in a column of this kind; "none" may be an answer."""
    return [text for text in MISSING if kind != "text" or text != "none"]


def _trimmed(raw: RawTable, settings: Settings, texts: PlainTexts) -> Any:
    """Texts trimmed, their values mapped to ours, texts that stand for nothing made null, where any of them needs it."""
    table = raw.expression
    maps = _maps(raw, settings)
    changed = {}
    for name in raw.columns:
        column, kind = table[name], raw.spec.columns[name].kind
        if kind == "id" and column.type().is_floating():
            whole = (column == column.floor()).fill_null(False)
            column = whole.ifelse(whole.ifelse(column, 0).cast("int64").cast("string"), column.cast("string"))
        elif (
            (kind in ("id", "text", "flag") and not column.type().is_boolean())
            or name in maps
            or (kind in ("day", "moment") and column.type().is_integer())
        ):
            column = column.cast("string")
        if column.type().is_string() and name not in texts.tidy:
            column = trimmed(column)
        if name in maps:
            column = verbs.turned(column, maps[name])
        if column.type().is_string() and name not in texts.full:
            column = column.lower().isin(_nothing(kind)).ifelse(ibis.null("string"), column)
        changed[name] = column
    beside = {name: table[name] for name in (ROW, LEFT) if name in table.columns}
    return table.select(**changed, **beside)


def _parts(table: Any, raw: RawTable, text_format: TextFormat, quick: set[str]) -> dict[str, Any]:
    """First layer of reading: number and unit of text numbers, year to offset of times; number and clock where `quick`."""
    parts = {}
    for name in raw.columns:
        column, kind = table[name], raw.spec.columns[name].kind
        if kind in ("number", "whole") and name in quick:
            parts[f"{name}__n"] = column.cast("float64")
        elif kind in ("number", "whole") and column.type().is_string():
            decimal = text_format.decimals[name]
            parts[f"{name}__n"] = text_numbers.to_number(column, decimal)
            parts[f"{name}__u"] = text_numbers.unit_of(column, decimal)
        elif name in quick:
            parts |= embedded_clock(as_moment(column) if column.type().is_string() else column, name)
        elif kind in ("day", "moment"):
            found = _text_parts(column, text_format.forms[name]) if column.type().is_string() else typed_parts(column)
            parts |= {f"{name}__{key}": value.cast("int64") for key, value in found.items()}
    return parts


def _text_parts(text: Any, forms: tuple[text_times.Form, ...]) -> dict[str, Any]:
    per_form = [text_times.raw_parts(text, form) for form in forms]
    nothing = ibis.null("int64")
    return {key: ibis.coalesce(*(parts[key] for parts in per_form)) if per_form else nothing for key in PARTS}


def _read_text(name: str, column: TableColumn, table: Any, text_format: TextFormat, sound: bool) -> ReadColumn:
    value = table[name]
    faults: tuple[tuple[Any, str], ...] = ()
    if column.kind == "id" and not sound:  # spreadsheets and pandas write 17850 as 17850.0
        value = value.re_search("^[0-9]+[.]0$").ifelse(value.replace(".0", ""), value)
    if column.among:
        value = value.lower()
        faults = ((value.notnull() & ~value.isin(column.among), f"{name} is none of {', '.join(column.among)}"),)
    return ReadColumn(values={name: value}, missing=value.isnull(), faults=faults)


def _read_flag(name: str, column: TableColumn, table: Any, text_format: TextFormat, sound: bool) -> ReadColumn:
    value = table[name]
    if value.type().is_boolean():
        return ReadColumn(values={name: value}, missing=value.isnull(), faults=())
    text = value.lower()
    flag = ibis.cases((text.isin(TRUE), True), (text.isin(FALSE), False), else_=ibis.null("boolean"))
    unreadable = text.notnull() & ~text.isin((*TRUE, *FALSE))
    return ReadColumn(values={name: flag}, missing=text.isnull(), faults=((unreadable, f"{name} not readable"),))


def _read_number(name: str, column: TableColumn, table: Any, text_format: TextFormat, sound: bool) -> ReadColumn:
    value = table[name]
    missing, faults = value.isnull(), []
    if value.type().is_string() and sound:
        number = table[f"{name}__n"]
    elif value.type().is_string():
        number, unit = table[f"{name}__n"], table[f"{name}__u"]
        signs = text_format.signs[name]
        other = (unit != "") & ~unit.isin(signs) if signs else unit != ""
        faults.append((~missing & number.isnull(), f"{name} not readable"))
        faults.append((number.notnull() & other, f"{name} in another currency"))
    elif value.type().is_floating():
        missing = missing | value.isnan()
        number = (value.isnan() | value.isinf()).ifelse(ibis.null("float64"), value.cast("float64"))
        faults.append((value.isinf(), f"{name} not readable"))
    else:
        number = value.cast("float64")
        faults.append((~missing & number.isnull(), f"{name} not readable"))
    if column.kind == "whole":
        faults.append((number.notnull() & (number != number.floor()), f"{name} is no whole number"))
    if column.low is not None:
        faults.append((number.notnull() & (number < column.low), f"{name} below {column.low:g}"))
    if column.high is not None:
        faults.append((number.notnull() & (number > column.high), f"{name} above {column.high:g}"))
    return ReadColumn(values={name: number}, missing=missing, faults=tuple(faults))


def _read_time(
    name: str, column: TableColumn, table: Any, text_format: TextFormat, settings: Settings
) -> tuple[Any, ReadColumn]:
    type_ = table[name].type()
    aware = name in text_format.offsets or (type_.is_timestamp() and type_.timezone is not None)
    table, found = local_columns(table, name, settings.timezone, aware)
    missing, days = table[name].isnull(), found["day"]
    values = {name: days, f"{name}_month": found["month"].cast("int64")}
    if column.kind == "moment":
        values[f"{name}_second"] = found["second"]
    faults = (
        (~missing & days.isnull(), f"{name} not readable"),
        ((days.notnull() & (days <= FIRST_DAY)), f"{name} before 1900-01-03"),
    )
    return table, ReadColumn(values=values, missing=missing, faults=faults)


_READERS = {
    "id": _read_text,
    "text": _read_text,
    "flag": _read_flag,
    "number": _read_number,
    "whole": _read_number,
}
