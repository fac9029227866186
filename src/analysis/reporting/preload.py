"""What the server process imports once for all notebooks. Imports only: no data is read and nothing is computed here."""

from __future__ import annotations

import importlib
import os
import pkgutil
import warnings

from analysis.reporting.warm import MORE_DATA_VARIABLE

LIBRARIES = (
    "IPython.core.interactiveshell",
    "ipykernel.debugger",
    "ipykernel.inprocess.blocking",
    "ipykernel.inprocess.ipkernel",
    "ipykernel.inprocess.manager",
    "lifetimes",
    "matplotlib.backends.backend_agg",
    "nbconvert",
    "nbformat",
    "pandas",
    "pandera.backends.pandas.register",
    "pandera.pandas",
    "papermill",
    "pyarrow.parquet",
    "scipy.stats",
    "seaborn",
    "sqlite3",
    "tornado.platform.asyncio",
)
"""What nearly every notebook needs. What few need is imported by those few, beside each other and not before all."""

FOR_MORE_DATA = ("linearmodels.iv", "statsmodels.api", "statsmodels.formula.api", "statsmodels.stats.meta_analysis")
"""What most notebooks need as soon as there are more data than come with the packages."""

ROOMS = ("estimators", "checks", "models", "measures", "sources", "frames", "plots")


def preload() -> None:
    """Import the heavy libraries and every module of the rooms that notebooks use."""
    with warnings.catch_warnings():
        # Libraries warn about their own dependencies on import; notebooks would not show that either.
        warnings.simplefilter("ignore")
        for name in LIBRARIES + (FOR_MORE_DATA if os.environ.get(MORE_DATA_VARIABLE) else ()):
            importlib.import_module(name)
        for room in ROOMS:
            package = importlib.import_module(f"analysis.{room}")
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"analysis.{room}.{module.name}")
        importlib.import_module("analysis.session")


preload()
