"""What was found out about a company's tables, kept in a private folder, so that of all processes of a run one works it out.

Kept are frames, entries of the ledger and what is lacking: counts, and rows with codes in place of ids. The clean tables, ids
and all, lie in a second folder, which always goes with the run. Files are written whole or not at all, and nobody but their
owner may read them: what is read back is trusted, so that a file of somebody else's is not read.

Temporary folders that hold a company's rows are held by a lock. What a killed process left, the next run removes.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from analysis.company.ledger import Entry
from analysis.core.errors import AnalysisError, UserMistake
from analysis.core.whole_files import alone, write_private

VARIABLE = "RETENTION_TABLES_OF_RUN"
"""Environment variable by which a run tells its processes where what it read is kept."""
OURS = "retention-"
"""How the names of all temporary folders begin that may hold rows."""
PREFIX = f"{OURS}tables-"
PRIVATE = 0o700
IN_USE = "in-use.lock"
"""Name of the lock that a process holds on its temporary folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A result, or the mistake it ended with, and the entries of the ledger that were made on the way."""

    value: Any = None
    fault: AnalysisError | None = None
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A private folder of results.

    Attributes
    ----------
    folder : Path
        Of this user alone.
    tables : Kept
        The same for clean tables, in a folder that goes with the run; None where no process takes them from another.
    """

    folder: Path
    tables: Kept | None = None

    def known(self, key: str) -> Found | None:
        """The result kept under `key`; None if nothing is."""
        return _read(self._place(key))

    def has(self, key: str) -> bool:
        """Whether something is kept under `key`."""
        return self._place(key).exists()

    def _place(self, key: str) -> Path:
        return self.folder / hashlib.sha256(key.encode()).hexdigest()[:32]

    def once(self, key: str, make: Callable[[], Found]) -> Found:
        """The result kept under `key`; made, and kept, by the one process that comes first."""
        path = self._place(key)
        found = _read(path)
        if found is not None:
            return found
        with alone(path):
            found = _read(path)
            if found is None:
                found = make()
                _write(path, found)
        return found


def begin(data: str, folder: Path | None, tables: Path | None = None) -> str:
    """Let this process keep what it reads of the company at `data` in `folder`, None for no longer, and clean tables in `tables`.

    Returns
    -------
    str
        What `join` takes, in other processes of the run.
    """
    told = json.dumps([data, *(str(place) for place in (folder, tables) if place)]) if folder else ""
    join(told)
    return told


def join(told: str) -> None:
    """Let this process, and those it starts, keep what it reads where `begin` said in another."""
    if told:
        os.environ[VARIABLE] = told
    else:
        os.environ.pop(VARIABLE, None)


def kept_of(data: str) -> Kept | None:
    """Where this run keeps what it reads of the company at `data`; None where it does not.

    Raises
    ------
    UserMistake
        If the folder is not private.
    """
    told = os.environ.get(VARIABLE)
    if not told:
        return None
    place, *folders = json.loads(told)
    if place != data or not all(Path(folder).is_dir() for folder in folders):
        return None
    first, *second = (Kept(require_private(Path(folder))) for folder in folders)
    return Kept(first.folder, tables=second[0] if second else None)


def require_private(folder: Path) -> Path:
    """Return `folder`, which only its owner may enter.

    Raises
    ------
    UserMistake
        If it is somebody else's, or open to others.
    """
    facts = folder.lstat()  # a link may lead anywhere
    own = not hasattr(os, "getuid") or facts.st_uid == os.getuid()
    if os.name == "posix" and (not own or stat.S_IMODE(facts.st_mode) & 0o077):
        raise UserMistake(
            f"The folder {folder.name} of kept tables must belong to you and be closed to others (mode 700); it is not. "
            "Remove it, or name another."
        )
    return folder


@contextlib.contextmanager
def folder_of_run(keep: Path | None, content: str) -> Iterator[Path]:
    """A private folder for one run, gone afterwards; with `keep`, one in it for this content, which stays.

    Parameters
    ----------
    keep : Path
        Made if it is not there; None: a temporary folder.
    content : str
        Hash of everything that the results depend on: they are never read for other files, settings or code.
    """
    _sweep(Path(tempfile.gettempdir()))
    if keep is None:
        with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as made, hold(Path(made)):
            yield Path(made)
        return
    folder = keep / f"{PREFIX}{content}"
    keep.mkdir(PRIVATE, parents=True, exist_ok=True)
    folder.mkdir(mode=PRIVATE, exist_ok=True)
    yield require_private(folder)


def hold(folder: Path) -> IO[str]:
    """Hold a temporary folder until what is returned is closed: meanwhile no other run takes it for left behind."""
    draft = folder / f"draft-{IN_USE}"
    handle = open(draft, "w")  # noqa: SIM115
    with contextlib.suppress(ImportError):
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
        draft.rename(folder / IN_USE)  # only now: a lock that nobody holds yet looks like one that was left
    return handle


def _sweep(place: Path) -> None:
    """Remove what was left behind by processes that were killed: folders of this user that nobody holds."""
    for left in place.glob(f"{OURS}*"):
        with contextlib.suppress(ImportError, OSError, UserMistake):
            import fcntl

            with open(require_private(left) / IN_USE) as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)


def _read(path: Path) -> Found | None:
    """None where nothing, or nothing whole, is kept; what somebody else wrote is not looked at."""
    try:
        with open(path, "rb") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None
            found = pickle.load(file)
    except FileNotFoundError:
        return None
    except Exception:  # a damaged file, or of another version: made anew
        return None
    return found if isinstance(found, Found) else None


def _write(path: Path, found: Found) -> None:
    """Keep a result if it can be written; without room or a form for it, it is made again where it is needed."""
    with contextlib.suppress(OSError, pickle.PicklingError, TypeError, AttributeError):
        write_private(path, pickle.dumps(found, protocol=pickle.HIGHEST_PROTOCOL))
