"""Numbers worked out of several columns once these are read: refunds taken off, units turned, lines of an order added up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ibis

from analysis.company.assembling import BY, LESS, TIMES
from analysis.company.clean_table import ReadColumn
from analysis.company.raw_table import ROW
from analysis.company.row_accounting import REASON
from analysis.core.errors import UserMistake

LINE_COLUMNS = ("product_id", "quantity", "unit_price")
"""Columns that speak of a line, and of no order."""


def worked_out(columns: dict[str, ReadColumn], told: list[str]) -> dict[str, ReadColumn]:
    """Our columns with what stands beside them worked in: (number - what is taken off) x multiplier x factor.

    A row of which nothing is left once a refund is taken off is no purchase: that is a fault of the number. A refund that
    is missing is 0; a multiplier or interval that is missing makes the number unusable.

    Parameters
    ----------
    columns : dict
        Columns as they were read, helpers among them.
    told : list of str
        Notes; one is added for each number that was worked out.
    """
    helpers = [name for name in columns if "__" in name]
    found = {name: column for name, column in columns.items() if name not in helpers}
    for ours in dict.fromkeys(name.partition("__")[0] for name in helpers):
        if ours not in found and ours == "amount":
            continue
        found[ours] = _one(ours, found[ours], {name: columns[name] for name in helpers if name.startswith(f"{ours}__")})
    return found


def _one(ours: str, column: ReadColumn, helpers: dict[str, ReadColumn]) -> ReadColumn:
    value = column.values[ours]
    missing, faults = column.missing, []
    less = [name for name in helpers if name.startswith(f"{ours}{LESS}")]
    whole = value
    for name in less:
        faults += [(condition, f"what is taken off {ours} is not readable") for condition, _ in helpers[name].faults]
        value = value - helpers[name].values[name].fill_null(0.0)
    if less:
        faults.append(
            ((whole > 0) & (value <= _CENT) & (whole > value), f"refunded in full: nothing is left of {ours}")
        )
    times = f"{ours}{TIMES}"
    if times in helpers:
        faults += [(helpers[times].missing, f"no multiplier for {ours}"), *helpers[times].faults]
        value = value * helpers[times].values[times]
    by = f"{ours}{BY}"
    if by in helpers:
        faults.append((helpers[by].missing & whole.notnull(), f"the interval of {ours} is not known"))
        value = value * helpers[by].values[by]
    return replace(column, values={ours: value}, missing=missing, faults=(*column.faults, *faults))


_CENT = 1e-9


def sum_lines(table: Any, columns: dict[str, ReadColumn], place: str) -> tuple[Any, dict[str, ReadColumn], list[str]]:
    """Add up the amounts of the used rows of one order; its further rows are left out, with their reason.

    Returns
    -------
    tuple
        The table, the columns that still speak of it, and the reason.

    Raises
    ------
    UserMistake
        If there is no `order_id`.
    """
    if "order_id" not in columns or "amount" not in columns:
        raise UserMistake(
            f"Table {place}: `sum_lines` in company.toml adds up the lines of one order, so the table must have the columns "
            "`order_id` and `amount`. Say in [columns.transactions] which of its columns they are."
        )
    reason = "further line of an order: its amount is added to the order's first line"
    order = [table[ROW]] if ROW in table.columns else [table[c] for c in sorted(columns) if c in table.columns]
    groups = [table[REASON].isnull(), table["order_id"], table["customer_id"], table["at"]]
    whole = ibis.window(group_by=groups)
    nth = ibis.row_number().over(ibis.window(group_by=groups, order_by=order))
    line = table[REASON].isnull() & table["order_id"].notnull()
    added = {
        name: line.ifelse(table[name].sum().over(whole), table[name])
        for name in ("amount", "discount")
        if name in columns
    }
    table = table.mutate(nth__=nth, **added)
    further = line & (table["nth__"] > 0)
    table = table.mutate(**{REASON: further.ifelse(reason, table[REASON])}).drop("nth__")
    if "is_return" in table.columns:
        table = table.mutate(is_return=(table["amount"] < 0).fill_null(False))
    gone = [c for name in LINE_COLUMNS for c in (name, f"bad__{name}") if c in table.columns]
    return table.drop(*gone), {name: column for name, column in columns.items() if name not in LINE_COLUMNS}, [reason]
