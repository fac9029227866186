"""Notebooks without a cold start: a prepared server process pays the imports once and forks a worker for each notebook.

The server is the standard library's: single-threaded, so that forking is safe, and started before anything computes.
Inside the worker a notebook runs on IPython's in-process kernel through papermill's engine interface; what comes out is
what plain papermill gives (a test compares them cell by cell).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from multiprocessing import get_all_start_methods, get_context, util
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from analysis.cache import store
from analysis.core import library_notes, paths
from analysis.reporting.unchanged import STATE_FOLDER

ENGINE = "warm"
PRELOAD = "analysis.reporting.preload"
PRELOAD_VARIABLE = "RETENTION_PRELOAD"

LONGEST_SOCKET = 103
"""Bytes of a socket's path: macOS takes 104 with the null at the end, Linux 108."""

# One thread a process: notebooks run beside each other, and a forked thread pool would wait for threads that are not there.
THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def begin_imports_early(output: Path, only: Sequence[str] = ()) -> None:
    """Start the server before there is a plan, where no page has been made: then several will be.

    Parameters
    ----------
    output : Path
        Folder of the pages.
    only : sequence of str
        Stems of notebooks; empty for all.
    """
    stems = [path.stem for path in paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb") if not only or path.stem in only]
    if len(stems) > 1 and not any((output / STATE_FOLDER / f"{stem}.json").exists() for stem in stems):
        store.code_at_first()  # before a process imports the code that it will compute with
        begin_imports(len(stems))


def begin_imports(n_notebooks: int) -> None:
    """Start the server, where there is one: it imports while this process goes on.

    Parameters
    ----------
    n_notebooks : int
        That will run. For one alone nothing is shared, so the server imports what no notebook can do without.
    """
    os.environ[PRELOAD_VARIABLE] = "least" if n_notebooks == 1 else ""
    if prepared_context()[1]:
        from multiprocessing.forkserver import ensure_running

        ensure_running()


def prepared_context() -> tuple[BaseContext, bool]:
    """Return the context to start workers in, and whether it is warm.

    Where forking is not to be had (Windows) the context is ``spawn``, and every worker pays its own imports.
    """
    for variable in THREAD_VARIABLES:
        os.environ.setdefault(variable, "1")
    # The kernel loads a debugger that nobody attaches to here; without this it complains on every start.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn"), False
    _keep_socket_short()
    context = get_context("forkserver")
    context.set_forkserver_preload([PRELOAD])
    return context, True


def _keep_socket_short() -> None:
    """The server is reached by a socket in the folder for temporary files: in /tmp, where the path would be too long."""
    usual = tempfile.gettempdir()
    if len(os.fsencode(usual)) + len("/pymp-12345678/listener-12345678") <= LONGEST_SOCKET:
        return
    named = tempfile.tempdir
    tempfile.tempdir = "/tmp"
    try:
        util.get_temp_dir()  # made once a process, removed at its end
    finally:
        tempfile.tempdir = named


def register_engine() -> str:
    """Make the engine known to papermill and return its name."""
    from papermill.engines import papermill_engines

    papermill_engines.register(ENGINE, _engine())
    return ENGINE


def _engine() -> Any:
    from papermill.engines import Engine

    class WarmEngine(Engine):  # type: ignore[misc]
        """Execute a notebook on the in-process kernel of this process; what papermill then writes is as it is to stay."""

        @classmethod
        def execute_notebook(cls, *given: Any, **named: Any) -> Any:
            return without_traces(super().execute_notebook(*given, **named))

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **_: Any) -> None:
            run_cells(nb_man)

    return WarmEngine


def run_cells(nb_man: Any) -> None:
    """Run the code cells of a managed notebook in order; stop at the first that raises, as papermill does."""
    client = started_client()
    library_notes.shown_plainly()
    _run_all(client, nb_man)


def started_client() -> Any:
    """Start IPython's kernel in this process and return a client of it."""
    from ipykernel.inprocess.manager import InProcessKernelManager

    manager = InProcessKernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    return client


def _run_all(client: Any, nb_man: Any) -> None:
    for place, cell in enumerate(nb_man.nb.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        nb_man.cell_start(cell, place)
        failed = _run_cell(client, cell)
        if failed:
            nb_man.cell_exception(cell, cell_index=place, exception=failed)
        nb_man.cell_complete(cell, cell_index=place)
        if failed:
            break


def _run_cell(client: Any, cell: Any) -> Any:
    """Run one cell, put its outputs into it, and return the error output it ended with, or None."""
    from nbformat.v4 import output_from_msg

    client.execute(cell.source)
    reply = client.get_shell_msg(timeout=5)
    cell.execution_count = reply["content"]["execution_count"]
    kinds = ("stream", "display_data", "execute_result", "error")
    cell.outputs = [output_from_msg(m) for m in client.iopub_channel.get_msgs() if m["msg_type"] in kinds]
    return next((output for output in cell.outputs if output.output_type == "error"), None)


def without_traces(notebook: Any) -> Any:
    """Take out what differs from run to run: times, counters of the run, random cell ids, papermill's error banner."""
    notebook.cells = [
        cell for cell in notebook.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    notebook.metadata.pop("papermill", None)
    for place, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = f"injected-{place}"
    return notebook
