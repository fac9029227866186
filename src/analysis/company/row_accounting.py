"""What became of a table's rows: used rows counted and dated, rows left out counted by reason, each with an example."""

from __future__ import annotations

from typing import Any

import ibis

from analysis.company.asked_together import Ask
from analysis.company.clean_table import CleanTable, Look, SortedRows
from analysis.company.ledger import Entry, LeftOut
from analysis.company.number_words import agreeing
from analysis.company.raw_table import MISFIT, ROW, RawTable
from analysis.company.schemas import TableSpec
from analysis.company.settings import Settings
from analysis.core.calendar_days import day_number, day_of
from analysis.core.errors import UserMistake

REASON = "reason_left_out"
LONELY_DAYS = 366
"""A last day this far behind the one before is taken for a slip of the pen until the company says otherwise."""


def asked_of(rows: SortedRows, settings: Settings) -> Ask | None:
    """What `counted` has to know of rows that the engine keeps; None where they are read again for each question."""
    if rows.look is not None:
        return None
    return rows.table, _aggregates(rows.raw, rows.table, tuple(rows.columns), settings, None), REASON


def counted(rows: SortedRows, settings: Settings, groups: list[dict[str, Any]] | None) -> CleanTable:
    """Return the clean table with its entry in the ledger.

    Parameters
    ----------
    rows : SortedRows
    settings : Settings
    groups : list of dict
        What was answered to `asked_of`; None where nothing was asked.

    Raises
    ------
    UserMistake
        If the last day of a table of behaviour cannot be trusted.
    """
    raw, table, columns, look, told = rows.raw, rows.table, rows.columns, rows.look, list(rows.told)
    used = table.filter(table[REASON].isnull())
    facts, n_fitting, left_out = _accounted(rows, used, settings, groups)
    n = int(facts["n"])
    if n == n_fitting:  # no later step has to ask again which rows are used
        used = table
    end = _end(raw, used, settings, facts, look)
    told += [
        f"{name} could not be used in {agreeing(int(facts[f'bad__{name}']), 'row', 'rows')} and counts as missing there"
        for name in columns
        if facts.get(f"bad__{name}")
    ]
    marks = [c for c in used.columns if c.startswith("bad__")] + [REASON]
    used = used.drop(*marks)
    if settings.end_of_observation:
        used = censored(raw.spec, used, end, int(facts.get("late", 0)), told)
    entry = Entry(
        name=raw.spec.name,
        counted=f"rows of {raw.place}",
        rows_in=n + sum(item.rows for item in left_out),
        rows_used=n,
        left_out=left_out,
        notes=tuple(told),
    )
    filled = frozenset(name for name in columns if facts.get(f"filled__{name}", n > 0))
    return CleanTable(
        name=raw.spec.name,
        expression=used,
        n=n,
        filled=filled,
        first=int(facts.get("first", 0)),
        end=end,
        entry=entry,
        joined=raw.joined,
        last_end=int(facts.get("last_end", 0)),
        running=int(facts.get("running", n if raw.spec.ends else 0)),
        keep=table,
        returns=bool(facts.get("returns")),
        least=facts.get("least"),
    )


def _known(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def _accounted(
    rows: SortedRows, used: Any, settings: Settings, groups: list[dict[str, Any]] | None
) -> tuple[dict[str, float], int, tuple[LeftOut, ...]]:
    """Facts of the used rows that are known, the number of all, and those left out by reason.

    Of a table that is kept, all from one query. One that is read again for each is grouped only if it has to be.
    """
    raw, table, look = rows.raw, rows.table, rows.look
    if look is None:
        by_reason = {row[REASON] if isinstance(row[REASON], str) else None: row for row in groups or ()}
        facts = by_reason.pop(None, {"n": 0})
        n_fitting = int(facts["n"]) + sum(int(row["n"]) for row in by_reason.values())
        return _numbers(facts), n_fitting, _left_out(rows, by_reason)
    facts = used.aggregate(**_aggregates(raw, used, tuple(rows.columns), settings, look)).execute().iloc[0].to_dict()
    by_reason = {}
    if facts["n"] < look.rows:
        out = table.filter(table[REASON].notnull())
        counts = out.group_by(REASON).aggregate(n=out.count(), **({"example": out[ROW].min()} if raw.numbered else {}))
        by_reason = {row[REASON]: row for row in counts.execute().to_dict("records")}
    return _numbers(facts), look.rows, _left_out(rows, by_reason)


def _numbers(facts: dict[str, Any]) -> dict[str, float]:
    """What is known of them; the groups' own reason is none."""
    return {name: value for name, told in facts.items() if name != REASON and (value := _known(told)) is not None}


def _left_out(rows: SortedRows, by_reason: dict[Any, dict[str, Any]]) -> tuple[LeftOut, ...]:
    raw = rows.raw
    found = [
        LeftOut(reason=reason, rows=int(row["n"]), example_row=_row_in_file(raw, row.get("example")))
        for reason in dict.fromkeys(rows.order)
        if (row := by_reason.get(reason))
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


def _aggregates(
    raw: RawTable, t: Any, columns: tuple[str, ...], settings: Settings, look: Look | None
) -> dict[str, Any]:
    """What one pass over rows tells: their number, the last days, which columns that may be empty are filled."""
    spec, starts = raw.spec, t[raw.spec.starts]
    found = {"n": t.count(), "first": starts.min(), "last": starts.max()}
    if look is None and raw.numbered:
        found["example"] = t[ROW].min()
    if look and look.latest is not None:
        found["before"] = starts.max(where=starts < look.latest)
    if spec.name == "transactions":
        found["returns"] = t["is_return"].any()
        found["least"] = t["amount"].min(where=~t["is_return"])
    if spec.ends in columns:
        found["last_end"] = t[spec.ends].max()
        found["running"] = t[spec.ends].isnull().sum()
        if settings.end_of_observation:
            found["late"] = (t[spec.ends] > day_number(settings.end_of_observation)).sum()
    for name in columns:
        if name not in spec.required:
            found[f"filled__{name}"] = t[name].notnull().any()
        if f"bad__{name}" in t.columns:
            found[f"bad__{name}"] = t[f"bad__{name}"].sum()
    return found


def _end(raw: RawTable, used: Any, settings: Settings, facts: dict[str, float], look: Look | None) -> int:
    """Last observed day: the company's, else the table's."""
    if settings.end_of_observation:
        return day_number(settings.end_of_observation)
    if not facts["n"]:
        return 0
    last = int(facts["last"])
    if raw.spec.name in ("transactions", "subscriptions"):
        before = facts.get("before") if look and look.latest == last else _day_before(used[raw.spec.starts], last)
        if before is not None and last - before > LONELY_DAYS:
            raise UserMistake(
                f"Table {raw.place}, column `{raw.spec.starts}`: the last day, {day_of(last)}, stands {last - int(before)} "
                f"days behind the one before, {day_of(int(before))}, so it cannot be trusted as the end of observation. "
                'Say in company.toml, [company]: end_of_observation = "YYYY-MM-DD"; later rows are left out then.'
            )
    return last


def _day_before(starts: Any, last: int) -> float | None:
    return _known(starts.max(where=starts < last).execute())


def censored(spec: TableSpec, used: Any, end: int, n: int, told: list[str]) -> Any:
    """An end that lies after the end of observation has not been seen: the `n` spells are still running."""
    if spec.ends is None or not n:
        return used
    late = used[spec.ends] > end
    told.append(
        f"{spec.ends} lies after the end of observation in {agreeing(n, 'row, which counts', 'rows, which count')} as still running"
    )
    ends = [c for c in used.columns if c == spec.ends or c.startswith(f"{spec.ends}_")]
    return used.mutate(**{c: late.fill_null(False).ifelse(ibis.null("int64"), used[c]) for c in ends})
