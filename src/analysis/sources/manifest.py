"""Public files that are downloaded, not shipped: where each stood, its hash, and its place in the data folder."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from analysis.core import paths
from analysis.core.errors import DataFault, FrameUnavailable, ParameterMistake

MANIFEST = paths.ROOT / "data" / "sources.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFile:
    """One file of one source, as it stood at a commit of a public repository.

    Attributes
    ----------
    source, file : str
        Folder and name in the data folder.
    repository, commit, path : str
        Where the file stood.
    sha256 : str
    bytes : int
    """

    source: str
    file: str
    repository: str
    commit: str
    path: str
    sha256: str
    bytes: int

    @property
    def address(self) -> str:
        """Address of the raw content at that commit."""
        return f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{quote(self.path)}"


@cache
def load_manifest(path: Path = MANIFEST) -> tuple[PublicFile, ...]:
    """Return all public files, in the order of ``data/sources.csv``."""
    with path.open(encoding="utf-8", newline="") as handle:
        return tuple(
            PublicFile(**{**row, "bytes": int(row["bytes"])})  # type: ignore[arg-type]
            for row in csv.DictReader(handle)
        )


def public_file(source: str, file: str) -> Path:
    """Return the path of a public file in the data folder, its hash checked.

    Raises
    ------
    ParameterMistake
        If the manifest does not know the file.
    FrameUnavailable
        If it is not in the data folder; says how to fetch it.
    DataFault
        If its sha256 is another one than the manifest's: it is never used.
    """
    entry = next((f for f in load_manifest() if (f.source, f.file) == (source, file)), None)
    if entry is None:
        raise ParameterMistake(f"`file` must be one that data/sources.csv lists for '{source}'; got {file!r}.")
    path = paths.data_dir() / source / file
    if not path.exists():
        raise FrameUnavailable(
            f"The public file {source}/{file} is not in the data folder; `python -m analysis fetch {source}` "
            f"downloads it, or set {paths.DATA_DIR_VARIABLE} to a folder that has it."
        )
    found = file_hash(path)
    if found != entry.sha256:
        raise DataFault(
            f"The public file {source}/{file} has sha256 {found}, but data/sources.csv lists {entry.sha256}: it is not "
            f"the documented file and is not used. `python -m analysis fetch {source}` replaces it."
        )
    return path


def public_files(source: str, *files: str) -> tuple[Path, ...]:
    """Return the paths of several files of one source; see `public_file`."""
    return tuple(public_file(source, file) for file in files)


def file_hash(path: Path) -> str:
    """Sha256 of a file's bytes; a file that has not changed is read once a process."""
    return _hash_of(path, path.stat().st_mtime_ns)


@cache
def _hash_of(path: Path, _changed_at: int) -> str:
    with path.open("rb") as handle:  # a company's file may be larger than the memory
        return hashlib.file_digest(handle, "sha256").hexdigest()
