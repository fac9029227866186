"""Rows of a table sorted into used and left out. The first rule a row breaks names the reason, so that the sum balances.

Order of rules: the row does not fit the header; required columns in the schema's order (missing, unreadable, out of
range); date after the end of observation; impossible interval; rules of the table; duplicate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from analysis.company import transaction_rules
from analysis.company.clean_table import Look, ReadColumn, SortedRows
from analysis.company.raw_table import ROW, RawTable
from analysis.company.row_accounting import REASON
from analysis.company.row_verbs import LEFT
from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings
from analysis.company.worked_out import sum_lines, worked_out
from analysis.core.calendar_days import day_number

if TYPE_CHECKING:
    from analysis.company.engine import Engine

Rule = tuple[Any, str]


def apply_exclusions(
    raw: RawTable,
    table: Any,
    columns: dict[str, ReadColumn],
    engine: Engine,
    notes: tuple[str, ...],
    look: Look | None,
    *,
    written: bool,
) -> SortedRows:
    """Apply the table's rules and give every row that is left out its reason.

    Parameters
    ----------
    notes : tuple of str
        On how texts are read.
    look : Look
        What a glance at the raw table has told.
    written : bool
        False: the sorted rows only get a name, as it costs less to read them again for each use; duplicates are looked for
        once.
    """
    told = [*raw.notes, *notes]
    columns = worked_out(columns, told)
    if raw.spec.name == "transactions" and "amount" not in columns:
        columns = columns | {"amount": _derived_amount(columns)}
        discount = "; discount is not taken off" if "discount" in columns else ""
        told.append(f"amount is derived: quantity x unit_price{discount}")
    table, reasons = _apply_column_rules(raw, table, columns)
    table, more = _table_rules(raw.spec, table, frozenset(columns), engine.settings, told)
    rules = [*((table[LEFT] == reason, reason) for reason in raw.reasons), *reasons, *more]
    marks = [c for c in table.columns if c.startswith("rule__") or c == LEFT]
    table = table.mutate(**{REASON: ibis.cases(*rules, else_=ibis.null("string"))}).drop(*marks)
    first: list[str] = []
    if raw.sum_lines:
        table, columns, first = sum_lines(table, columns, raw.place)
    table, last = _mark_duplicates(table, raw.spec, frozenset(columns))
    last = first + last
    order = [reason for _, reason in rules] + last
    table = (engine.keep if written or last else engine.view)(table, f"clean_{raw.spec.name}")
    return SortedRows(raw=raw, table=table, columns=columns, told=tuple(told), order=tuple(order), look=look)


def _derived_amount(columns: dict[str, ReadColumn]) -> ReadColumn:
    quantity, price = columns["quantity"], columns["unit_price"]
    return ReadColumn(
        values={"amount": quantity.values["quantity"] * price.values["unit_price"]},
        missing=quantity.missing | price.missing,
        faults=(*quantity.faults, *price.faults),
    )


def _apply_column_rules(raw: RawTable, table: Any, columns: dict[str, ReadColumn]) -> tuple[Any, list[Rule]]:
    """Values, broken rules of required columns, and marks for optional values that could not be used."""
    values: dict[str, Any] = {name: table[name] for name in (ROW, LEFT) if name in table.columns}
    names: list[str] = []
    for name, column in columns.items():
        if name in raw.spec.required:
            values |= column.values
        else:
            values |= column.usable_values()
            values[f"bad__{name}"] = column.faulty.fill_null(False)
    for name in raw.spec.required:
        what = "quantity or unit_price" if name == "amount" and "amount" not in raw.columns else name
        for condition, reason in ((columns[name].missing, f"no {what}"), *columns[name].faults):
            values[f"rule__{len(names)}"] = condition.fill_null(False)
            names.append(reason)
    read = table.select(**values)
    return read, [(read[f"rule__{i}"], reason) for i, reason in enumerate(names)]


def _table_rules(
    spec: TableSpec, table: Any, present: frozenset[str], settings: Settings, told: list[str]
) -> tuple[Any, list[Rule]]:
    rules: list[Rule] = []
    if spec.name == "transactions":
        table, unexplained, how = transaction_rules.mark_returns(table, present)
        if unexplained is not None:
            rules.append((unexplained, "negative amount that is no return"))
        told.append(f"returns are told by {how}; their amount counts as negative")
    if settings.end_of_observation:
        rules.insert(
            0,
            (
                table[spec.starts] > day_number(settings.end_of_observation),
                f"{spec.starts} after the end of observation",
            ),
        )
    if spec.ends in present:
        suffix = "_second" if spec.columns[spec.starts].kind == "moment" else ""
        backwards = table[f"{spec.ends}{suffix}"] < table[f"{spec.starts}{suffix}"]
        rules.append((backwards.fill_null(False), f"impossible interval: {spec.ends} before {spec.starts}"))
    if spec.name == "points":
        earned = table["kind"] == "earn"
        wrong = (earned & (table["points"] < 0)) | (~earned & (table["points"] > 0))
        rules.append((wrong, "sign of points does not fit kind"))
    if spec.name == "referrals":
        rules.append((table["referrer_id"] == table["referred_id"], "referrer and referred are one customer"))
    return table, rules


def _mark_duplicates(table: Any, spec: TableSpec, present: frozenset[str]) -> tuple[Any, list[str]]:
    """Give the second and later rows of a key their reason; the first in the file stays."""
    key = transaction_rules.duplicate_key(present) if spec.name == "transactions" else spec.key
    key = tuple(name for name in key if name in present)
    if not key:
        return table, []
    reason = f"duplicate of an earlier row with the same {', '.join(key)}"
    order = [table[ROW]] if ROW in table.columns else [table[c] for c in sorted(present) if c in table.columns]
    # Rows left out already share a group of their own, so that none of them can make a good row a duplicate.
    window = ibis.window(group_by=[table[REASON].isnull(), *(table[name] for name in key)], order_by=order)
    marked = table.mutate(nth__=ibis.row_number().over(window))
    double = marked[REASON].isnull() & (marked["nth__"] > 0)
    return marked.mutate(**{REASON: double.ifelse(reason, marked[REASON])}).drop("nth__"), [reason]
