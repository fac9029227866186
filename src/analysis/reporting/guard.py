"""What a run on own data does with a page that shows a customer: it is held back, and the run ends as failed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.core.whole_files import write_text
from analysis.reporting.execute import Executed
from analysis.reporting.identifiers import Identifiers
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.plan import STATE_FOLDER
from analysis.reporting.privacy import Shown, error_of, search_notebook, search_page, search_record, withhold
from analysis.reporting.render import render

MACHINE_FILE = "verdicts.json"


@contextmanager
def none_left_unsearched(names: Iterable[str], output: Path) -> Iterator[set[str]]:
    """Remove, when a run is broken off, the pages and notebooks that it wrote and nobody has searched yet.

    Yields
    ------
    set of str
        `names`; whoever has searched one takes it out. What an earlier run wrote, and this one has not touched, stays.
    """
    left = set(names)
    files = {path: name for name in left for path in (output / f"{name}.html", output / STATE_FOLDER / f"{name}.ipynb")}
    before = {path: _state(path) for path in files}
    try:
        yield left
    finally:
        for path, name in files.items():
            if name in left and _state(path) != before[path]:
                path.unlink(missing_ok=True)


def _state(path: Path) -> tuple[int, int] | None:
    return (path.stat().st_mtime_ns, path.stat().st_ino) if path.exists() else None


def hold_back(executed: Executed, page: Path, ids: Identifiers) -> Executed:
    """Search an executed notebook and its page; where they show a customer, take that out and say so as the error.

    Returns
    -------
    Executed
        As it came in if nothing was found.
    """
    nbformat = notebook_format()

    notebook = nbformat.read(executed.path, as_version=4)
    found = _all_found(notebook, page, ids)
    if executed.error and ids.shown_in(executed.error):
        found.append(Shown(None, "message of the error", ids.shown_in(executed.error)))
    if not found:
        return executed
    withhold(notebook, found)
    error = error_of(found)
    _write(notebook, executed.path, page, error)
    if _all_found(notebook, page, ids):  # it hides in something that was not taken out
        notebook.cells = []
        _write(notebook, executed.path, page, error)
    return replace(executed, error=error)


def hold_back_scoreboard(output: Path, ids: Identifiers) -> str | None:
    """Search the scoreboard and the records; remove both if they show a customer, and return the error, else None."""
    import json

    index, records = output / "index.html", output / MACHINE_FILE
    n = max(
        search_page(index.read_text(encoding="utf-8"), ids),
        search_record(json.loads(records.read_text(encoding="utf-8")), ids),
    )
    if not n:
        return None
    index.unlink()
    records.unlink()
    return error_of([Shown(None, "scoreboard", n)])


def _all_found(notebook: Any, page: Path, ids: Identifiers) -> list[Shown]:
    found = search_notebook(notebook, ids)
    n = search_page(page.read_text(encoding="utf-8"), ids) if page.exists() else 0
    return found if found or not n else [Shown(None, "page", n)]


def _write(notebook: Any, path: Path, page: Path, error: str) -> None:
    nbformat = notebook_format()

    write_text(path, nbformat.writes(notebook) + "\n")
    render(path, page, error=error)
