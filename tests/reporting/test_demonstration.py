"""The whole way on own data: two commands, and every notebook runs through on the demonstration company."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.cache import store
from analysis.core import paths


@pytest.mark.slow
def test_every_notebook_runs_through_on_the_demonstration_company(tmp_path: Path) -> None:
    shop, reports = tmp_path / "shop", tmp_path / "reports"
    environment = os.environ | {store.FOLDER_VARIABLE: ""}
    written = [sys.executable, "-m", "analysis", "demo", str(shop), "--customers", "1500"]
    subprocess.run(written, env=environment, check=True)
    command = [sys.executable, "-m", "analysis", "run", "--set", "sources=package"]
    told = subprocess.run(
        [*command, "--data", str(shop), "--output", str(reports)], env=environment, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stdout + told.stderr
    made = {path.stem for path in reports.glob("[0-9][0-9]_*.html")}
    assert made == {path.stem for path in paths.NOTEBOOKS.glob("*.ipynb")}
