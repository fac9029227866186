"""What the server process imports once for all notebooks. Imports only: no data is read and nothing is computed here."""

from __future__ import annotations

import importlib
import pkgutil
import warnings

LIBRARIES = (
    "IPython.core.interactiveshell",
    "ipykernel.inprocess.manager",
    "lifelines",
    "lifetimes",
    "linearmodels.iv",
    "matplotlib.backends.backend_agg",
    "nbconvert",
    "nbformat",
    "pandas",
    "pandera.pandas",
    "papermill",
    "pyfixest",
    "rdrobust",
    "scipy.stats",
    "seaborn",
    "statsmodels.api",
    "statsmodels.formula.api",
    "statsmodels.stats.meta_analysis",
)
ROOMS = ("estimators", "checks", "models", "measures", "sources", "frames", "plots")


def preload() -> None:
    """Import the heavy libraries and every module of the rooms that notebooks use."""
    with warnings.catch_warnings():
        # Libraries warn about their own dependencies on import; notebooks would not show that either.
        warnings.simplefilter("ignore")
        for name in LIBRARIES:
            importlib.import_module(name)
        for room in ROOMS:
            package = importlib.import_module(f"analysis.{room}")
            for module in pkgutil.iter_modules(package.__path__):
                importlib.import_module(f"analysis.{room}.{module.name}")
        importlib.import_module("analysis.session")


preload()
