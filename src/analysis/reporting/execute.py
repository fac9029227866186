"""One notebook through papermill: written whole or not at all, written with its error if it fails."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.plan import SCRATCH, Step
from analysis.reporting.warm import without_traces
from analysis.verdicts.stored import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What came of a step: its notebook's path, the error in one line if it failed, what it asked for, what differs from stored."""

    name: str
    path: Path
    error: str | None
    asked: tuple[Question, ...] = ()
    disagree: tuple[str, ...] = ()


def execute(step: Step, folder: Path, engine: str | None = None) -> Executed:
    """Run a step and write ``<folder>/<name>.ipynb``.

    A notebook that fails is written too, with the error in the cell that raised it.

    Parameters
    ----------
    step : Step
    folder : Path
        Made if it is not there.
    engine : str
        Papermill engine; None for papermill's own, which starts a kernel of its own.
    """
    import logging

    nbformat = notebook_format()
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{step.name}.ipynb"
    error = None
    with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as scratch:
        draft = Path(scratch) / target.name
        try:
            papermill.execute_notebook(
                step.notebook,
                draft,
                parameters=step.parameters,
                engine_name=engine,
                progress_bar=False,
                log_output=False,
                # For who looks on; the warm engine writes once, what is finished.
                request_save_on_cell_execute=engine is None,
            )
        except PapermillExecutionError as fault:
            error = f"{fault.ename}: {fault.evalue}"
        except (DeadKernelError, CellTimeoutError) as fault:
            error = f"{type(fault).__name__}: {fault}. It may have run out of memory."
        if error or engine is None:
            nbformat.write(without_traces(nbformat.read(draft, as_version=4)), draft)
        os.replace(draft, target)
    return Executed(name=step.name, path=target, error=error)
