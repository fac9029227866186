"""What was computed once and is stored by its content: frames and estimates of public sources, fits of models.

An entry's key is a hash over everything that its value depends on: parameters, the source code it runs through, the bytes
of the data, the locked and the installed packages. Whatever changes, changes the key: nothing ever has to be thrown away
to be right. Values are JSON or Parquet, written beside and renamed: another process sees a whole entry or none.

Only the batch run asks for it (`RETENTION_CACHE` names the folder, `RETENTION_CACHE_CODE` the code it began with). Own
tables stay out of it: their rows are not written a second time, and their ledger counts what is built.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from analysis.cache import source_code
from analysis.core import paths
from analysis.core.whole_files import alone, write_private

Value = TypeVar("Value")

FOLDER_VARIABLE = "RETENTION_CACHE"
CODE_VARIABLE = "RETENTION_CACHE_CODE"
BROKEN = ".broken"
"""Ending under which a damaged entry is put aside, until the run has said so."""
UNUSED_DAYS = 60
FORM = 1
"""Form of the entries; another one is another key."""


def chosen_folder() -> Path | None:
    """Folder that the batch run uses: the one `RETENTION_CACHE` names, none if that is empty, else one in the checkout."""
    named = os.environ.get(FOLDER_VARIABLE)
    return paths.CACHE if named is None else (Path(named).expanduser().resolve() if named else None)


def begin(folder: Path | None, code: str) -> None:
    """Let this process, and those it starts, use the cache in `folder`; None for none.

    Parameters
    ----------
    folder : Path
    code : str
        `code_at_first` of the process that began the run, from before any module that computes was imported.
    """
    os.environ[FOLDER_VARIABLE] = str(folder or "")
    os.environ[CODE_VARIABLE] = code


def folder_in_use() -> Path | None:
    """Folder of the cache in this process; None if there is none, or the code is not what it was when the run began."""
    named = os.environ.get(FOLDER_VARIABLE)
    if not named or code_at_first() != os.environ.get(CODE_VARIABLE):
        return None
    return Path(named)


def code_at_first() -> str:
    """Hash of the package's source when this process first asked."""
    return _code_at_first()[0]


@cache
def _code_at_first() -> tuple[str, tuple[tuple[str, int, int], ...]]:
    """Content and state of the package's files when this process first asked: the state is looked at first."""
    state = source_code.files_state()
    return source_code.whole_hash(), state


def key_of(parts: Mapping[str, object]) -> str | None:
    """Hash over `parts`, and over the machine's packages; None if one of them is no plain value.

    Parameters
    ----------
    parts : mapping
        Texts, numbers, True, False, None, and lists, tuples or mappings of them.
    """
    whole = {**parts, "environment": environment(), "form": FORM}
    try:
        text = json.dumps(whole, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError):
        return None
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def environment() -> str:
    """Hash over the lock, the packages installed here, and the interpreter."""
    import platform
    import sys

    installed = sorted(p.name for place in sys.path for p in _listed(place) if p.name.endswith(".dist-info"))
    lock = source_code.file_hash(paths.LOCK) if paths.LOCK.exists() else ""
    return source_code.short_hash(json.dumps([lock, installed, sys.version, platform.machine()]).encode())


def _listed(place: str) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from Path(place or ".").iterdir()


def entry(folder: Path, kind: str, key: str) -> Path:
    """Path of the entry `key` among those of `kind`."""
    return folder / kind / key[:2] / key[2:]


def read(path: Path) -> bytes | None:
    """Content of an entry, marked as used; None if there is none. A damaged one is put aside and is as good as none."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    digest, content = stored[:64], stored[65:]
    if hashlib.sha256(content).hexdigest().encode() != digest:
        with contextlib.suppress(OSError):
            os.replace(path, path.with_name(path.name + BROKEN))
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return content


def write(path: Path, content: bytes) -> None:
    """Write an entry whole or not at all. A cache that cannot be written is no reason to fail."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, hashlib.sha256(content).hexdigest().encode() + b"\n" + content)


def take_broken(folder: Path) -> int:
    """Remove the damaged entries that were put aside, and return how many there were."""
    found = list(folder.rglob(f"*{BROKEN}"))
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def prune(folder: Path) -> None:
    """Remove what no run has used for `UNUSED_DAYS`; what is still wanted is computed again."""
    oldest = time.time() - UNUSED_DAYS * 24 * 3600
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()


def remembered(
    kind: str,
    parts: Mapping[str, object] | None,
    compute: Callable[[], Value],
    to_bytes: Callable[[Value], bytes],
    from_bytes: Callable[[bytes], Value],
    *,
    unchanged: Callable[[], bool] = lambda: True,
) -> Value:
    """Return the value cached under `parts`, or compute and cache it.

    Parameters
    ----------
    kind : str
        Subfolder.
    parts : mapping
        Everything the value depends on; None if that cannot be said, and then it is computed.
    compute : callable
    to_bytes, from_bytes : callable
        There and back without loss; a value for which `to_bytes` raises TypeError or ValueError is not cached.
    unchanged : callable
        Whether the data behind `parts` are still the same after computing.
    """
    folder = folder_in_use()
    key = key_of(parts) if folder is not None and parts is not None else None
    if folder is None or key is None:
        return compute()
    path = entry(folder, kind, key)
    stored = read(path)
    if stored is not None:
        return from_bytes(stored)
    with alone(path):
        stored = read(path)
        if stored is not None:
            return from_bytes(stored)
        value = compute()
        try:
            content = to_bytes(value)
        except (TypeError, ValueError):
            return value
        if unchanged() and source_code.files_state() == _code_at_first()[1]:
            write(path, content)
    return from_bytes(content)
