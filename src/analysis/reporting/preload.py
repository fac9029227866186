"""What the server process does once for all notebooks: it imports, and reads the register and the published figures.

No source is read and nothing is computed here.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import os
import pkgutil
import sys
import warnings

from analysis.core.errors import UserMistake
from analysis.register.evidence import load_evidence
from analysis.reporting.notebook_format import notebook_format
from analysis.reporting.warm import PRELOAD_VARIABLE

LEAST = (
    "IPython.core.interactiveshell",
    "ipykernel.debugger",
    "ipykernel.inprocess.blocking",
    "ipykernel.inprocess.ipkernel",
    "ipykernel.inprocess.manager",
    "matplotlib.backends.backend_agg",
    "nbformat",
    "pandas",
    "papermill",
    "sqlite3",
    "tornado.platform.asyncio",
)
"""What no notebook runs without."""

FOR_MANY = (
    "analysis.frames.builders.catalogue",
    "ibis.backends.duckdb",
    "lifetimes",
    "matplotlib.backends.backend_svg",
    "pandera.backends.pandas.register",
    "pandera.pandas",
    "pandera.strategies.pandas_strategies",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "pyfixest.estimation",
    "scipy.stats",
    "seaborn",
    "statsmodels.api",
    "statsmodels.formula.api",
    "statsmodels.stats.meta_analysis",
)
"""What several notebooks need. What one needs is imported by that one, beside the others and not before all."""

ROOMS = ("calibration.scenarios", "estimators", "models", "measures", "sources", "frames", "notebook.figures")


def preload(wanted: str = "") -> None:
    """Import the libraries and the modules of the rooms that notebooks use, and read the tables that all of them read.

    Parameters
    ----------
    wanted : str
        "least" for one notebook alone, else empty.
    """
    gc.disable()  # nothing of what is imported is garbage
    with warnings.catch_warnings():
        # Libraries warn about their own dependencies on import; notebooks would not show that either.
        warnings.simplefilter("ignore")
        nbformat = notebook_format()
        for name in LEAST:
            importlib.import_module(name)
        if wanted != "least":
            for name in FOR_MANY:
                importlib.import_module(name)
            for room in ROOMS:
                package = importlib.import_module(f"analysis.{room}")
                for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                    importlib.import_module(module.name)
        importlib.import_module("analysis.notebook.session")
        nbformat.validate(nbformat.v4.new_notebook())  # compiles the schema
        with contextlib.suppress(UserMistake):  # a notebook that meets it again says so
            load_evidence()
    gc.freeze()  # nor will it be: no worker has to look through it, and the memory they share stays shared
    atexit.register(_end_at_once, os.getpid())
    gc.enable()


def _end_at_once(server: int) -> None:
    """Taking 8,000 modules apart takes a second and a half, in which whoever reads what the run says would wait."""
    if os.getpid() == server:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


preload(os.environ.get(PRELOAD_VARIABLE, ""))
