"""Where files are: in a checkout beside the package, in an installed package inside it, and what is written beside you."""

from __future__ import annotations

import os
from pathlib import Path

from analysis.core.errors import ParameterMistake

SHIPPED = Path(__file__).resolve().parents[1] / "shipped"
"""In a wheel: register, evidence, mappings, calibration table and notebooks. A checkout has no such folder."""
CHECKOUT = Path(__file__).resolve().parents[3]
INSTALLED = SHIPPED.is_dir()
ROOT = SHIPPED if INSTALLED else CHECKOUT
WORK = Path.cwd() if INSTALLED else CHECKOUT
"""Where reports, cache and downloads go: an installed package writes into the folder it is called from, never into itself."""
CLAIMS = ROOT / "data" / "claims"
EVIDENCE = ROOT / "data" / "evidence"
MAPPINGS = ROOT / "data" / "mappings"
RESULTS = ROOT / "data" / "results"
"""What the last run with all public files found out: written by `make results` alone."""
CALIBRATION = ROOT / "data" / "calibration.csv"
OWN_ANSWERS = ROOT / "docs" / "own-answers.md"
PUBLISHED_DEFAULTS = ROOT / "data" / "parameters.json"
NOTEBOOKS = ROOT / "notebooks"
LOCK = ROOT / "requirements.lock"
"""Versions of a checkout's packages; an installed package has none and goes by what is installed."""
REPORTS = WORK / "reports"
TEMPLATES = Path(__file__).parents[1] / "reporting" / "templates"
CACHE = WORK / ".cache" / "stored"
"""What the batch run keeps between runs; `make clean` removes it, and nothing but time is lost."""

DATA_DIR_VARIABLE = "RETENTION_DATA_DIR"


def data_dir() -> Path:
    """Folder of the downloaded public files, one subfolder a source.

    ``RETENTION_DATA_DIR`` points it elsewhere; without it, ``data/raw/`` in the checkout or, where the package is
    installed, in the folder it is called from.
    """
    named = os.environ.get(DATA_DIR_VARIABLE)
    return Path(named).expanduser() if named else WORK / "data" / "raw"


def require_checkout(command: str) -> None:
    """Raise ParameterMistake in an installed package: `command` rewrites files of the repository.

    Examples
    --------
    >>> require_checkout("notebooks")  # in a checkout all is well
    """
    if INSTALLED:
        raise ParameterMistake(
            f"`retention {command}` rewrites files of the repository, and this is an installed package. Clone the "
            "repository and run it there."
        )
