"""Folders with a company's tables, written by the test that reads them, and a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from analysis.company.store import Company, open_company
from tests.company.servers import BINARIES, postgres_server

Files = dict[str, str | bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Write files into a folder and return it; text is written as UTF-8, bytes as they are."""

    def write(files: Files, toml: str | None = None) -> Path:
        place = tmp_path / "shop"
        place.mkdir(exist_ok=True)
        for name, content in files.items():
            (place / name).write_bytes(content.encode() if isinstance(content, str) else content)
        if toml is not None:
            (place / "company.toml").write_text(toml, encoding="utf-8")
        return place

    return write


@pytest.fixture
def company(folder: Callable[..., Path]) -> Callable[..., Company]:
    """Write files into a folder and open it."""
    return lambda files, toml=None: open_company(folder(files, toml))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of a PostgreSQL database that a file of tests has for itself."""
    assert BINARIES is not None
    with postgres_server(BINARIES) as address:
        yield address
