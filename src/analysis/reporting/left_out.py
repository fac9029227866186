"""Rows that public sources leave out, by reason: stored by `make results` in ``data/left_out.jsonl``, told on the pages.

A page names a data set also where its files are not: so what it tells of left-out rows is what the last run with all files
counted, wherever it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.company.ledger import Entry, LedgerFault, LeftOut
from analysis.core import paths
from analysis.core.errors import DataFault
from analysis.verdicts.stored_results import content_hash, read_lines, seal_of

STORED = paths.ROOT / "data" / "left_out.jsonl"


def stored_left_out() -> Mapping[str, tuple[Entry, ...]]:
    """Return the stored entries by name of the source; empty if there is no file.

    Raises
    ------
    DataFault
        If the file was not written by a run, or an entry does not add up.
    """
    return _read(STORED, STORED.stat().st_mtime_ns) if STORED.exists() else {}


@cache
def _read(path: Path, _changed_at: int) -> Mapping[str, tuple[Entry, ...]]:
    head, *lines = read_lines(path)
    fits = head.get("seal") == seal_of(lines) and all(line.get("hash") == content_hash(line) for line in lines)
    try:
        if fits:
            return {line["source"]: tuple(_entry(one) for one in line["entries"]) for line in lines}
    except (KeyError, LedgerFault):
        pass
    raise DataFault(
        f"data/{path.name} was not written by a run. Take it back to what the repository has, or run `make results` with all files."
    )


def _entry(one: Mapping[str, Any]) -> Entry:
    left_out = tuple(LeftOut(reason=reason, rows=rows) for reason, rows in one["left_out"])
    return Entry(name=one["name"], counted=one["counted"], rows_in=one["in"], rows_used=one["used"], left_out=left_out)


def plain(entry: Entry) -> dict[str, Any]:
    """An entry as it is stored."""
    reasons = [[item.reason, item.rows] for item in entry.left_out]
    return {
        "name": entry.name,
        "counted": entry.counted,
        "in": entry.rows_in,
        "used": entry.rows_used,
        "left_out": reasons,
    }


def told(entry: Entry) -> str:
    """One sentence on a table or frame.

    Examples
    --------
    >>> one = (LeftOut(reason="no date", rows=1),)
    >>> told(Entry(name="log", counted="orders", rows_in=1200, rows_used=1199, left_out=one))
    'log: of 1,200 orders 1 is left out: no date.'
    >>> two = (*one, LeftOut(reason="cancelled", rows=1000))
    >>> told(Entry(name="log", counted="orders", rows_in=1200, rows_used=199, left_out=two))
    'log: of 1,200 orders 1,001 are left out: no date (1); cancelled (1,000).'
    """
    several = len(entry.left_out) > 1
    why = "; ".join(f"{item.reason} ({item.rows:,})" if several else item.reason for item in entry.left_out)
    verb = "is" if entry.n_left_out == 1 else "are"
    return f"{entry.name}: of {entry.rows_in:,} {entry.counted} {entry.n_left_out:,} {verb} left out: {why}."
