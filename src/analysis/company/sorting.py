"""Rows of a table sorted into used and left out. The first rule a row breaks names the reason, so that the sum balances.

Order of rules: the row does not fit the header; required columns in the schema's order (missing, unreadable, out of
range); date after the end of observation; impossible interval; rules of the table; duplicate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from analysis.company import transaction_rules
from analysis.company.calendar_days import day_number, day_of
from analysis.company.clean_table import CleanTable, ReadColumn
from analysis.company.ledger import Entry, LeftOut
from analysis.company.raw_table import ROW, RawTable
from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings
from analysis.errors import UserMistake

REASON = "reason_left_out"
MISFIT = "too many or too few fields for the header"
LONELY_DAYS = 366
"""A last day this far behind the one before is taken for a slip of the pen until the company says otherwise."""

Rule = tuple[Any, str]


def sort_rows(
    raw: RawTable,
    table: Any,
    columns: dict[str, ReadColumn],
    settings: Settings,
    notes: tuple[str, ...],
    keep: Callable[[Any], Any],
    view: Callable[[Any], Any] | None = None,
) -> CleanTable:
    """Apply the table's rules, count the reasons, and return the rows that are used.

    Parameters
    ----------
    keep : callable
        Makes a table of the engine out of the sorted rows.
    view : callable
        Gives them a name only, where it costs less to read them again for each use; duplicates are looked for once.

    Raises
    ------
    UserMistake
        If the last day of a table of behaviour cannot be trusted.
    """
    told = list(notes)
    if raw.spec.name == "transactions" and "amount" not in columns:
        columns = columns | {"amount": _derived_amount(columns)}
        discount = "; discount is not taken off" if "discount" in columns else ""
        told.append(f"amount is derived: quantity x unit_price{discount}")
    table, reasons = _apply_column_rules(raw, table, columns)
    table, more = _table_rules(raw.spec, table, frozenset(columns), settings, told)
    rules = [*reasons, *more]
    marks = [c for c in table.columns if c.startswith("rule__")]
    table = table.mutate(**{REASON: ibis.cases(*rules, else_=ibis.null("string"))}).drop(*marks)
    table, last = _mark_duplicates(table, raw.spec, frozenset(columns))
    order = [reason for _, reason in rules] + last
    table = keep(table) if view is None or last else view(table)
    return _counted(raw, table, columns, settings, told, order)


def _derived_amount(columns: dict[str, ReadColumn]) -> ReadColumn:
    quantity, price = columns["quantity"], columns["unit_price"]
    return ReadColumn(
        values={"amount": quantity.values["quantity"] * price.values["unit_price"]},
        missing=quantity.missing | price.missing,
        faults=(*quantity.faults, *price.faults),
    )


def _apply_column_rules(raw: RawTable, table: Any, columns: dict[str, ReadColumn]) -> tuple[Any, list[Rule]]:
    """Values, broken rules of required columns, and marks for optional values that could not be used."""
    values: dict[str, Any] = {ROW: table[ROW]} if raw.numbered else {}
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


def _counted(
    raw: RawTable, table: Any, columns: dict[str, ReadColumn], settings: Settings, told: list[str], order: list[str]
) -> CleanTable:
    used = table.filter(table[REASON].isnull())
    facts = _facts(raw.spec, used, tuple(columns))
    n, n_fitting = int(facts["n"]), int(table.count().execute())
    left_out = _left_out(raw, table, order, n < n_fitting)
    if n == n_fitting:  # no later step has to ask again which rows are used
        used = table
    end = _end(raw, used, settings, n, facts["last"])
    if n and settings.end_of_observation is None:
        told.append(f"end of observation not given: the table's last day, {day_of(end)}, is taken")
    told += [
        f"{name} could not be used in {int(facts[f'bad__{name}'])} rows and counts as missing there"
        for name in columns
        if facts.get(f"bad__{name}")
    ]
    marks = [c for c in used.columns if c.startswith("bad__")] + [REASON]
    used = _censored(raw.spec, used.drop(*marks), frozenset(columns), end, told)
    entry = Entry(
        name=raw.spec.name,
        counted=f"rows of {raw.place}",
        rows_in=n + sum(item.rows for item in left_out),
        rows_used=n,
        left_out=left_out,
        notes=tuple(told),
    )
    filled = frozenset(name for name in columns if facts.get(f"filled__{name}"))
    return CleanTable(
        name=raw.spec.name,
        expression=used,
        n=n,
        filled=filled,
        first=int(facts["first"]),
        end=end,
        entry=entry,
        keep=table,
        returns=bool(facts.get("returns")),
        least=_known(facts.get("least")),
    )


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _left_out(raw: RawTable, table: Any, order: list[str], some: bool) -> tuple[LeftOut, ...]:
    by_reason = {}
    if some:
        out = table.filter(table[REASON].notnull())
        aggregates = {"rows": out.count()} | ({"example": out[ROW].min()} if raw.numbered else {})
        counts = out.group_by(REASON).aggregate(**aggregates).execute()
        by_reason = {row[REASON]: row for row in counts.to_dict("records")}
    found = [
        LeftOut(
            reason=reason,
            rows=int(by_reason[reason]["rows"]),
            example_row=_row_in_file(raw, by_reason[reason].get("example")),
        )
        for reason in dict.fromkeys(order)
        if reason in by_reason
    ]
    if raw.rejected:
        found.insert(0, LeftOut(reason=MISFIT, rows=len(raw.rejected), example_row=raw.rejected[0]))
    return tuple(found)


def _row_in_file(raw: RawTable, number: Any) -> int | None:
    """Number among all rows of the file, from the number among those that fit the header."""
    if number is None:
        return None
    position = int(number)
    for rejected in raw.rejected:
        if rejected > position:
            break
        position += 1
    return position


def _facts(spec: TableSpec, used: Any, columns: tuple[str, ...]) -> dict[str, Any]:
    """What one pass over the used rows tells: their number, the last day, which columns are filled."""
    aggregates = {"n": used.count(), "first": used[spec.starts].min(), "last": used[spec.starts].max()}
    if spec.name == "transactions":
        aggregates["returns"] = used["is_return"].any()
        aggregates["least"] = used["amount"].min(where=~used["is_return"])
    for name in columns:
        aggregates[f"filled__{name}"] = used[name].notnull().any()
        if f"bad__{name}" in used.columns:
            aggregates[f"bad__{name}"] = used[f"bad__{name}"].sum()
    found: dict[str, Any] = used.aggregate(**aggregates).execute().iloc[0].to_dict()
    return {key: 0 if (value is None or value != value) and key != "least" else value for key, value in found.items()}


def _end(raw: RawTable, used: Any, settings: Settings, n: int, latest: Any) -> int:
    """Last observed day: the company's, else the table's."""
    if settings.end_of_observation:
        return day_number(settings.end_of_observation)
    if not n:
        return 0
    starts, last = used[raw.spec.starts], int(latest)
    if raw.spec.name in ("transactions", "subscriptions"):
        before = starts.max(where=starts < last).execute()
        if before is not None and before == before and last - int(before) > LONELY_DAYS:
            raise UserMistake(
                f"Table {raw.place}, column `{raw.spec.starts}`: the last day, {day_of(last)}, stands {last - int(before)} "
                f"days behind the one before, {day_of(int(before))}, so it cannot be trusted as the end of observation. "
                'Say in company.toml, [company]: end_of_observation = "YYYY-MM-DD"; later rows are left out then.'
            )
    return last


def _censored(spec: TableSpec, used: Any, present: frozenset[str], end: int, told: list[str]) -> Any:
    """An end that lies after the end of observation has not been seen: the spell is still running."""
    if spec.ends is None or spec.ends not in present:
        return used
    late = used[spec.ends] > end
    n = int(late.sum().execute() or 0)
    if n:
        told.append(f"{spec.ends} lies after the end of observation in {n} rows, which count as still running")
    ends = [c for c in used.columns if c == spec.ends or c.startswith(f"{spec.ends}_")]
    return used.mutate(**{c: late.fill_null(False).ifelse(ibis.null("int64"), used[c]) for c in ends})
