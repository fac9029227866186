"""Where the repository's folders are. The package is used from its checkout: the register and notebooks live beside it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CLAIMS = ROOT / "data" / "claims"
EVIDENCE = ROOT / "data" / "evidence"
MAPPINGS = ROOT / "data" / "mappings"
RESULTS = ROOT / "data" / "results"
"""What the last run with all public files found out: written by `make results` alone."""
CALIBRATION = ROOT / "data" / "calibration.csv"
CALIBRATION_SETTINGS = ROOT / "data" / "calibration.toml"
NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"
TEMPLATES = Path(__file__).parents[1] / "reporting" / "templates"
CACHE = ROOT / ".cache" / "stored"
"""What the batch run keeps between runs; `make clean` removes it, and nothing but time is lost."""

DATA_DIR_VARIABLE = "RETENTION_DATA_DIR"


def data_dir() -> Path:
    """Folder of the downloaded public files, one subfolder a source.

    ``RETENTION_DATA_DIR`` points it elsewhere; without it, ``data/raw/`` in the checkout.
    """
    named = os.environ.get(DATA_DIR_VARIABLE)
    return Path(named).expanduser() if named else ROOT / "data" / "raw"
