"""A company's frames made by two processes, from tables that one of them has read."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from analysis.company.handing_on import HandedOn
from analysis.company.kept import Kept
from analysis.company.ledger import Entry
from analysis.company.query_count import QueryCount
from analysis.company.settings import load_settings
from analysis.company.store import Company
from analysis.reporting.beside import Done, Give, Later, at_once
from analysis.sources.base import Source
from analysis.sources.own_tables import source_of

FEW = 8
"""Frames that one process makes before another has the tables in its hands."""

Make = Callable[[Source, str, Any, Give], Any]
"""From a source, the key of a frame, what is given for it, and what takes further work, to what is told of the frame."""

T = TypeVar("T")

_taken: list[Source] = []
"""In the other process: the company whose tables were handed on to it."""


def made_by_two(
    source: Source,
    data: str | None,
    keys: Sequence[str],
    make: Make,
    given: Mapping[str, Any],
    give: Give,
    telling: Callable[[str], None],
    first: Callable[[], T],
) -> tuple[dict[str, Later], Callable[[], QueryCount], T]:
    """Call ``make(source, key, given.get(key), give)`` for each key, here or, with work done at once, in the other process.

    Parameters
    ----------
    source : Source
        A company.
    data : str
        Where its data lie; None where another process cannot open them.
    make : callable
        A function of a module.
    first : callable
        What this process does while the other begins.

    Returns
    -------
    dict
        Key to result.
    callable
        Gives the count of the other process's queries, and enters in the ledger what it has counted.
    object
        What `first` gave.
    """
    company, places, made_here = source.company, {key: place for place, key in enumerate(keys, 1)}, set()

    def here(key: str) -> Any:
        telling(f"frame {places[key]} of {len(keys)}: {key}")
        made_here.add(key)
        return make(source, key, given.get(key), give)

    wanted = give.there or company.kept is not None  # by a second process here, or by those of the pages
    handed = None
    if wanted and data is not None and len(keys) >= FEW and not company.has_kept(keys):
        handed = company.handed_on()
    by_two = handed is not None and handed.small and give.there
    with _looking_less_often() if handed is not None and handed.small else contextlib.nullcontext():
        if by_two:
            give(_take, data, handed, company.engine.folder, company.kept)
        share = (give if by_two else at_once).share(keys, here, _there, make, given)
        found = first()
        made = share()
    counted = give(_counted) if by_two else Done(((), QueryCount()))

    def hear() -> QueryCount:
        queries: QueryCount
        try:
            entries, queries = counted()
        except Exception:  # the process has ended: what it counted is gone with it
            entries, queries = (), QueryCount()
            for key in keys:
                if key not in made_here:
                    here(key)
        for entry in entries:
            company.record(entry)
        company.entries_of_frames(order=keys)
        return queries

    return {key: made[key] for key in keys}, hear, found


LESS_OFTEN = (50_000, 20, 20)
"""Thresholds of the search for garbage: Ibis makes so many small objects that by Python's own it takes an eighth of `check`."""


@contextlib.contextmanager
def _looking_less_often() -> Iterator[None]:
    """Only where tables are small: a frame that is let go may wait for the next look."""
    before = gc.get_threshold()
    gc.set_threshold(*LESS_OFTEN)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _take(data: str, handed: HandedOn, beside: Path, kept: Kept | None) -> None:
    gc.set_threshold(*LESS_OFTEN)  # this process makes frames and ends
    company = Company(load_settings(data), kept=kept)
    company.take(handed, beside)
    _taken[:] = [source_of(company)]


def _there(key: str, make: Make, given: Mapping[str, Any]) -> Any:
    return make(_taken[0], key, given.get(key), at_once)


def _counted() -> tuple[tuple[Entry, ...], QueryCount]:
    company = _taken.pop().company
    return company.entries_of_frames(), company.queries
