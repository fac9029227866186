"""Watches pandas while sources build their frames, and tells where their code takes rows out of a table on its own.

Run as a program, it builds every frame of every source, in a fresh process (what is read and made once a process would not be
seen again), and prints as JSON what it saw and what the ledgers say.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.core.indexing import _LocIndexer

import analysis.sources

SOURCES = Path(analysis.sources.__path__[0])
LEDGER = "row_ledger"
NOT_FOR_FRAMES = ("check_facts", "require_fact")
"""What is filtered to hold a file to its documentation makes no frame."""


class Taken(NamedTuple):
    """Rows that code of a source took out of a table: where, how, and the table's rows before and after."""

    module: str
    function: str
    how: str
    before: int
    after: int


def _place(folder: Path) -> tuple[str, str] | None:
    """Module and function below `folder` that asked pandas, unless it is the ledger or only checks facts."""
    frame: FrameType | None = sys._getframe(2)
    while frame and "/pandas/" in frame.f_code.co_filename:
        frame = frame.f_back
    if frame is None or frame.f_code is _place.__code__:
        return None
    asked, names = frame, []
    while frame:
        names.append(frame.f_code.co_qualname.split(".")[0])
        if Path(frame.f_code.co_filename).stem == LEDGER:
            return None
        frame = frame.f_back
    if any(name in NOT_FOR_FRAMES for name in names) or not asked.f_code.co_filename.startswith(str(folder)):
        return None
    return Path(asked.f_code.co_filename).stem, asked.f_code.co_qualname.split(".")[0]


def _is_mask(key: Any) -> bool:
    rows = key[0] if isinstance(key, tuple) else key
    return getattr(rows, "dtype", None) == np.dtype(bool) or (
        isinstance(rows, list) and bool(rows) and isinstance(rows[0], bool)
    )


def _merged_inner(left: pd.DataFrame, right: pd.DataFrame, how: str = "inner", *_args: Any, **_options: Any) -> bool:
    return how == "inner"


@contextmanager
def watched(folder: Path = SOURCES) -> Iterator[list[Taken]]:
    """Collect what modules below `folder` take out of tables meanwhile."""
    taken: list[Taken] = []
    depth = 0

    def watch(
        cls: type, name: str, how: str, counts: Callable[..., bool], tables: Callable[..., tuple[Any, ...]]
    ) -> None:
        original = getattr(cls, name)

        def asked(self: Any, *args: Any, **options: Any) -> Any:
            nonlocal depth
            depth += 1
            try:
                found = original(self, *args, **options)
            finally:
                depth -= 1
            if depth == 0 and isinstance(found, pd.DataFrame | pd.Series) and counts(self, *args, **options):
                before = max(len(table) for table in tables(self, *args))
                place = _place(folder) if len(found) < before else None
                if place:
                    taken.append(Taken(*place, how, before, len(found)))
            return found

        setattr(cls, name, asked)
        undo.append(lambda: setattr(cls, name, original))

    def itself(table: pd.DataFrame, *_: Any) -> tuple[Any, ...]:
        return (table,)

    undo: list[Callable[[], None]] = []
    try:
        watch(pd.DataFrame, "__getitem__", "[mask]", lambda _, key: _is_mask(key), itself)
        watch(pd.Series, "__getitem__", "[mask]", lambda _, key: _is_mask(key), itself)
        watch(_LocIndexer, "__getitem__", ".loc[mask]", lambda _, key: _is_mask(key), lambda loc, *_: (loc.obj,))
        for name in ("dropna", "drop_duplicates", "query", "truncate", "sample"):
            watch(pd.DataFrame, name, name, lambda *_, **__: True, itself)
        watch(pd.DataFrame, "merge", "inner merge", _merged_inner, lambda left, right, *_: (left, right))
        yield taken
    finally:
        for each in reversed(undo):
            each()


def every_frame() -> dict[str, Any]:
    """Build every frame of every source: what was taken, once a place, way and size, and what ledgers say is left out."""
    from analysis.reporting.left_out import plain
    from analysis.reporting.renewing import counted_by
    from analysis.sources.catalogue import all_sources

    with watched() as taken:
        counted = {source.name: [plain(entry) for entry in counted_by(source)] for source in all_sources()}
    return {"taken": list(dict.fromkeys(taken)), "counted": counted}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(every_frame()))
