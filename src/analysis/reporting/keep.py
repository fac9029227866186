"""Notebooks kept executed on their default data: what nbval compares, and what a reader of the repository sees."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from analysis import paths
from analysis.errors import ParameterMistake
from analysis.reporting.execute import without_traces


def keep(names: tuple[str, ...] = (), jobs: int = 2) -> list[str]:
    """Execute notebooks in place on their defaults and return their stems; a failure leaves the old file untouched.

    Parameters
    ----------
    names : tuple of str
        Stems to take; empty takes all.
    jobs : int
        Notebooks run at the same time.

    Raises
    ------
    ParameterMistake
        If a name is not there.
    """
    notebooks = {path.stem: path for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    for name in names:
        if name not in notebooks:
            raise ParameterMistake(f"`name` must be a notebook among {', '.join(notebooks)}; got {name!r}.")
    chosen = [path for name, path in notebooks.items() if not names or name in names]
    with ProcessPoolExecutor(max_workers=jobs, mp_context=get_context("spawn")) as pool:
        list(pool.map(_keep_one, chosen))
    return [path.stem for path in chosen]


def _keep_one(path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", record_timing=False).execute()
    notebook.metadata["language_info"] = {"name": "python"}
    draft = path.with_name(path.name + ".part")
    nbformat.write(without_traces(notebook), draft)
    os.replace(draft, path)
