"""What the server process imports once for all notebooks. Imports only: no data is read and nothing is computed here."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pkgutil
import warnings

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
    "pandera.backends.pandas.register",
    "pandera.pandas",
    "pyarrow.parquet",
    "scipy.stats",
    "seaborn",
)
"""What most notebooks need. What few need is imported by those few, beside each other and not before all."""

FOR_MORE_DATA = ("statsmodels.api", "statsmodels.formula.api", "statsmodels.stats.meta_analysis")
"""What most notebooks need as soon as there are more data than come with the packages."""

ROOMS = ("estimators", "models", "measures", "sources", "frames", "notebook.figures")


def preload(wanted: str = "") -> None:
    """Import the libraries and the modules of the rooms that notebooks use.

    Parameters
    ----------
    wanted : str
        "least" for one notebook alone, "more" with more data than come with the packages, else empty.
    """
    gc.disable()  # nothing of what is imported is garbage
    with warnings.catch_warnings():
        # Libraries warn about their own dependencies on import; notebooks would not show that either.
        warnings.simplefilter("ignore")
        notebook_format()
        for name in LEAST:
            importlib.import_module(name)
        if wanted != "least":
            for name in FOR_MANY + (FOR_MORE_DATA if wanted == "more" else ()):
                importlib.import_module(name)
            for room in ROOMS:
                package = importlib.import_module(f"analysis.{room}")
                for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
                    importlib.import_module(module.name)
        importlib.import_module("analysis.notebook.session")
    gc.freeze()  # nor will it be: no worker has to look through it, and the memory they share stays shared
    atexit.register(gc.unfreeze)  # DuckDB would call its types leaked on the way out
    gc.enable()


preload(os.environ.get(PRELOAD_VARIABLE, ""))
