"""From a raw table to a clean one: every value read or counted as unreadable, every row used or left out with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from analysis.company import text_numbers, text_times
from analysis.company.calendar_days import FIRST_DAY
from analysis.company.clean_table import CleanTable, ReadColumn
from analysis.company.engine import ROW, RawTable
from analysis.company.local_time import PARTS, local_columns, typed_parts, writers_clock
from analysis.company.profiling import Reading, profile
from analysis.company.schemas import TableColumn
from analysis.company.settings import Settings
from analysis.company.sorting import sort_rows

MISSING = ("", "null", "none", "nan", "na", "n/a", "#n/a", "\\n", "nat")
"""Texts that stand for a missing value, whatever their capitals."""

_BLANK = r"[ \t\n\r\x0b\x0c]"  # its escapes are read by the pattern, never by the engine's reader of literals
_TRUE, _FALSE = ("true", "t", "1", "yes", "y", "1.0"), ("false", "f", "0", "no", "n", "0.0")


def clean(raw: RawTable, settings: Settings, keep: Callable[[Any], Any], barrier: Callable[[Any], Any]) -> CleanTable:
    """Read every value of a raw table and sort its rows into used and left out.

    Parameters
    ----------
    raw : RawTable
    settings : Settings
    keep : callable
        Makes a table of the engine out of an expression, so that it is computed once.
    barrier : callable
        The same for a step in between, where the engine would compute a step again for each use of its results.

    Raises
    ------
    UserMistake
        If a column does not tell how it is written, or its last day cannot be trusted.
    """
    table = _trimmed(raw, settings)
    reading = profile(table, raw.spec, settings, raw.place)
    table = barrier(table.mutate(**_parts(table, raw, reading)))
    times = [name for name in raw.columns if raw.spec.columns[name].kind in ("day", "moment")]
    clocks = {key: value for name in times for key, value in writers_clock(table, name).items()}
    table = barrier(table.mutate(**clocks)) if times else table
    columns: dict[str, ReadColumn] = {}
    for name in raw.columns:
        spec = raw.spec.columns[name]
        if spec.kind in ("day", "moment"):
            table, columns[name] = _read_time(name, spec, table, reading, settings)
        else:
            columns[name] = _READERS[spec.kind](name, spec, table, reading)
    return sort_rows(raw, table, columns, settings, reading.notes, keep)


def trimmed(text: Any) -> Any:
    """Return an Ibis text column without blanks round its values.

    Not `strip`: Ibis hands it the blanks as a text with \\v and \\f in it, which Spark takes for the letters v and f, so
    that "false" becomes "alse" there and the customer "f12" becomes "12".
    """
    return text.re_replace(f"^{_BLANK}+|{_BLANK}+$", "")


def _trimmed(raw: RawTable, settings: Settings) -> Any:
    """Texts trimmed, their values mapped to ours, texts that stand for nothing made null."""
    table = raw.expression
    maps = settings.values.get(raw.spec.name, {})
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
        if column.type().is_string():
            column = trimmed(column)
            if name in maps:
                column = ibis.cases(*((column == theirs, ours) for theirs, ours in maps[name].items()), else_=column)
            nothing = [text for text in MISSING if kind != "text" or text != "none"]  # "none" may be an answer
            column = column.lower().isin(nothing).ifelse(ibis.null("string"), column)
        changed[name] = column
    numbered = {ROW: table[ROW]} if raw.numbered else {}
    return table.select(**changed, **numbered)


def _parts(table: Any, raw: RawTable, reading: Reading) -> dict[str, Any]:
    """First layer of reading: number and unit of text numbers, year to offset of times."""
    parts = {}
    for name in raw.columns:
        column, kind = table[name], raw.spec.columns[name].kind
        if kind in ("number", "whole") and column.type().is_string():
            decimal = reading.decimals[name]
            parts[f"{name}__n"] = text_numbers.to_number(column, decimal)
            parts[f"{name}__u"] = text_numbers.unit_of(column, decimal)
        elif kind in ("day", "moment"):
            found = _text_parts(column, reading.forms[name]) if column.type().is_string() else typed_parts(column)
            parts |= {f"{name}__{key}": value.cast("int64") for key, value in found.items()}
    return parts


def _text_parts(text: Any, forms: tuple[text_times.Form, ...]) -> dict[str, Any]:
    per_form = [text_times.raw_parts(text, form) for form in forms]
    nothing = ibis.null("int64")
    return {key: ibis.coalesce(*(parts[key] for parts in per_form)) if per_form else nothing for key in PARTS}


def _read_text(name: str, column: TableColumn, table: Any, reading: Reading) -> ReadColumn:
    value = table[name]
    faults: tuple[tuple[Any, str], ...] = ()
    if column.kind == "id":  # spreadsheets and pandas write 17850 as 17850.0
        value = value.re_search("^[0-9]+[.]0$").ifelse(value.replace(".0", ""), value)
    if column.among:
        value = value.lower()
        faults = ((value.notnull() & ~value.isin(column.among), f"{name} is none of {', '.join(column.among)}"),)
    return ReadColumn(values={name: value}, missing=value.isnull(), faults=faults)


def _read_flag(name: str, column: TableColumn, table: Any, reading: Reading) -> ReadColumn:
    value = table[name]
    if value.type().is_boolean():
        return ReadColumn(values={name: value}, missing=value.isnull(), faults=())
    text = value.lower()
    flag = ibis.cases((text.isin(_TRUE), True), (text.isin(_FALSE), False), else_=ibis.null("boolean"))
    unreadable = text.notnull() & ~text.isin((*_TRUE, *_FALSE))
    return ReadColumn(values={name: flag}, missing=text.isnull(), faults=((unreadable, f"{name} not readable"),))


def _read_number(name: str, column: TableColumn, table: Any, reading: Reading) -> ReadColumn:
    value = table[name]
    missing, faults = value.isnull(), []
    if value.type().is_string():
        number, unit = table[f"{name}__n"], table[f"{name}__u"]
        signs = reading.signs[name]
        other = (unit != "") & ~unit.isin(signs) if signs else unit != ""
        faults.append((number.notnull() & other, f"{name} in another currency"))
    else:
        number = value.cast("float64")
        if value.type().is_floating():
            missing = missing | value.isnan()
            number = (value.isnan() | value.isinf()).ifelse(ibis.null("float64"), number)
    faults.insert(0, (~missing & number.isnull(), f"{name} not readable"))
    if column.kind == "whole":
        faults.append((number.notnull() & (number != number.floor()), f"{name} is no whole number"))
    if column.low is not None:
        faults.append((number.notnull() & (number < column.low), f"{name} below {column.low:g}"))
    if column.high is not None:
        faults.append((number.notnull() & (number > column.high), f"{name} above {column.high:g}"))
    return ReadColumn(values={name: number}, missing=missing, faults=tuple(faults))


def _read_time(
    name: str, column: TableColumn, table: Any, reading: Reading, settings: Settings
) -> tuple[Any, ReadColumn]:
    type_ = table[name].type()
    aware = name in reading.offsets or (type_.is_timestamp() and type_.timezone is not None)
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
