"""Notebooks stored executed on their default data: what nbval compares, and what a reader of the repository sees.

Pictures are vectors, which nbval compares like any text; a review reads the text form beside each notebook.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from analysis.core import paths
from analysis.core.whole_files import write_text
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.plan import name_among
from analysis.reporting.published_defaults import write_published_defaults
from analysis.reporting.warm import prepared_context, register_engine, without_traces


def store_outputs(
    names: tuple[str, ...] = (), jobs: int = 2, *, execute: bool = True, publish: bool = False
) -> list[str]:
    """Execute notebooks in place on their defaults and return their stems; a failure leaves the old file untouched.

    Parameters
    ----------
    names : tuple of str
        Stems to take, or their beginnings; empty takes all.
    jobs : int
        Notebooks run at the same time.
    execute : bool
        If not, the outputs stay those that are stored; the text forms are written all the same.
    publish : bool
        Also write the parameters of all notebooks down as the published defaults.

    Raises
    ------
    ParameterMistake
        If a name is not there, or the package is no checkout.
    """
    paths.require_checkout("notebooks")
    notebooks = {path.stem: path for path in sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))}
    wanted = {name_among(name, tuple(notebooks), "names") for name in names}
    chosen = [path for name, path in notebooks.items() if not wanted or name in wanted]
    if execute:
        context, warm = prepared_context()
        with ProcessPoolExecutor(max_workers=jobs, mp_context=context, max_tasks_per_child=1 if warm else None) as pool:
            list(pool.map(_store_one, chosen, [warm] * len(chosen)))
    else:
        for path in chosen:
            _write(notebook_format().read(path, as_version=4), path)
    if publish:
        write_published_defaults()
    return [path.stem for path in chosen]


def text_form(notebook: Any) -> str:
    """Return a notebook as a Python script with a comment before every cell (jupytext's percent format), without outputs.

    Notes
    -----
    jupytext reads the pairing from ``pyproject.toml``: in JupyterLab, saving one form writes the other.
    """
    import jupytext
    from jupytext.config import load_jupytext_configuration_file

    settings = load_jupytext_configuration_file(str(paths.ROOT / "pyproject.toml"))
    return str(jupytext.writes(notebook, fmt="py:percent", config=settings))


def _store_one(path: Path, warm: bool) -> None:
    nbformat = notebook_format()
    import papermill

    draft = path.with_name(f".part-{path.name}")
    try:
        # Without parameters papermill adds no cell: the notebook comes back as it was, with fresh outputs.
        papermill.execute_notebook(
            path,
            draft,
            engine_name=register_engine() if warm else None,
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
        )
        notebook = nbformat.read(draft, as_version=4)
        notebook.metadata["language_info"] = {"name": "python"}
        _write(without_traces(notebook), path)
    finally:
        draft.unlink(missing_ok=True)


def _write(notebook: Any, path: Path) -> None:
    write_text(path, notebook_format().writes(notebook) + "\n")
    write_text(path.with_suffix(".py"), text_form(notebook))
