"""Pages made from the stored notebooks, and a real browser to look at them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from analysis.core import paths
from analysis.reporting.render import render
from analysis.reporting.scoreboard import write_scoreboard

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the index and one page a notebook, rendered from what is kept in the repository.

    With ``RETENTION_PAGES`` set, the pages of a run that lie there.
    """
    if os.environ.get("RETENTION_PAGES"):
        return Path(os.environ["RETENTION_PAGES"]).resolve()
    folder = tmp_path_factory.mktemp("pages")
    notebooks = sorted(paths.NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    for notebook in notebooks:
        render(notebook, folder / f"{notebook.stem}.html")
    write_scoreboard(folder, notebooks, failed={})
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core; empty where it is not installed: what else is looked at needs only a browser."""
    return AXE.read_text(encoding="utf-8") if AXE.exists() else ""


@pytest.fixture
def needs_axe(axe: str) -> None:
    """For tests of accessibility."""
    if not axe:
        pytest.skip("axe-core is not installed: npm ci --prefix tests/reports")
