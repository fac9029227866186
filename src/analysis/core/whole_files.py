"""Files that several processes write: another one sees a whole file or none, and makes none that is being made."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

DRAFT = ".part"
"""End of the name of a text that is being written; who finds one that was left behind may remove it."""


def write_private(path: Path, content: bytes) -> None:
    """Write a file, for its owner alone, whole or not at all; OSError where it cannot be written."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix="draft-")
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.replace(draft, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(draft)


def write_text(path: Path, text: str) -> None:
    """Write a text file so that readers see the old one or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + DRAFT)
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes from making the file at `path` meanwhile; where the system has no file locks, let them."""
    try:
        import fcntl

        path.parent.mkdir(parents=True, exist_ok=True)
        handle = open(path.with_name(f"{path.name}.lock"), "w")  # noqa: SIM115 - closed below
    except (ImportError, OSError):
        yield
        return
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
