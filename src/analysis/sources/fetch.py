"""Download the public files: what is there stays, what comes is hashed, what cannot be had is said with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from analysis.core import paths
from analysis.core.errors import ParameterMistake
from analysis.sources.manifest import PublicFile, load_manifest

TIMEOUT_SECONDS = 60
ATTEMPTS = 3


class FetchOutcome(StrEnum):
    """What became of one file."""

    PRESENT = "present"  # was there with the right hash; nothing was downloaded
    DOWNLOADED = "downloaded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What became of one file.

    Attributes
    ----------
    file : PublicFile
    outcome : FetchOutcome
    path : Path
        Where the file lies, or would lie had it come.
    reason : str
        Why it could not be had; empty if it is there.
    """

    file: PublicFile
    outcome: FetchOutcome
    path: Path
    reason: str = ""


Progress = Callable[[FetchResult, int, int], None]


def fetch(
    names: Sequence[str] = (),
    progress: Progress | None = None,
    *,
    manifest: Sequence[PublicFile] | None = None,
    address: Callable[[PublicFile], str] = attrgetter("address"),
    attempts: int = ATTEMPTS,
) -> tuple[FetchResult, ...]:
    """Bring public files into the data folder, one after the other; a file that fails stops none of the others.

    A file that is there with the right hash is not downloaded again, so that a broken run goes on where it stopped. A
    download lands under another name first and takes its place only once its sha256 is the manifest's; any other is
    deleted. A file of another hash that lies there already is replaced by the right one, never used.

    Parameters
    ----------
    names : sequence of str
        Sources to fetch, as the manifest names them; none for all.
    progress : callable
        Called after each file with its result, how many are done, and how many there are. None for silence.
    manifest : sequence of PublicFile
        The files there are; None for ``data/sources.csv``.
    address : callable
        Where a file is to be had.
    attempts : int
        How often a broken connection is tried again before the file counts as failed, 1 or more.

    Returns
    -------
    tuple of FetchResult
        One a file, in the manifest's order.

    Raises
    ------
    ParameterMistake
        If the manifest knows no source of a name; lists those it knows.
    """
    if attempts < 1:
        raise ParameterMistake(f"`attempts` must be 1 or more; got {attempts!r}.")
    chosen = _choose(names, load_manifest() if manifest is None else manifest)
    results: list[FetchResult] = []
    for file in chosen:
        results.append(_fetch_one(file, address(file), attempts))
        if progress:
            progress(results[-1], len(results), len(chosen))
    return tuple(results)


def _choose(names: Sequence[str], manifest: Sequence[PublicFile]) -> list[PublicFile]:
    known = list(dict.fromkeys(file.source for file in manifest))
    for name in names:
        if name not in known:
            raise ParameterMistake(f"`names` must be sources of data/sources.csv ({', '.join(known)}); got {name!r}.")
    return [file for file in manifest if not names or file.source in names]


def _fetch_one(file: PublicFile, address: str, attempts: int) -> FetchResult:
    import pooch

    path = paths.data_dir() / file.source / file.file
    try:
        if path.exists() and pooch.file_hash(str(path)) == file.sha256:
            return FetchResult(file=file, outcome=FetchOutcome.PRESENT, path=path)
        _download(file, address, path, attempts)
    except _failures() as fault:
        return FetchResult(file=file, outcome=FetchOutcome.FAILED, path=path, reason=_reason(file, path, fault))
    return FetchResult(file=file, outcome=FetchOutcome.DOWNLOADED, path=path)


def _download(file: PublicFile, address: str, path: Path, attempts: int) -> None:
    import pooch

    logger = pooch.get_logger()
    before = logger.level
    logger.setLevel("WARNING")  # its "Downloading ..." lines would come between the progress
    try:
        for attempt in range(1, attempts + 1):
            try:
                pooch.retrieve(
                    address,
                    known_hash=f"sha256:{file.sha256}",
                    fname=path.name,
                    path=path.parent,
                    downloader=pooch.HTTPDownloader(timeout=TIMEOUT_SECONDS),
                )
                return
            except _failures() as fault:
                if attempt == attempts or not _worth_another_try(fault):
                    raise
    finally:
        logger.setLevel(before)


def _failures() -> tuple[type[Exception], ...]:
    """What a download may end in: no connection, a refusal, another hash (ValueError), no place to write."""
    import requests

    return (requests.RequestException, ValueError, OSError)


def _worth_another_try(fault: Exception) -> bool:
    """A connection that broke, not an answer that will be the same again."""
    import requests

    passing = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
    return isinstance(fault, passing)


def _reason(file: PublicFile, path: Path, fault: Any) -> str:
    import requests

    if isinstance(fault, requests.HTTPError) and fault.response is not None:
        words = f" ({fault.response.reason})" if fault.response.reason else ""
        why = f"the server answered {fault.response.status_code}{words}"
    elif isinstance(fault, requests.Timeout):
        why = f"the server did not answer within {TIMEOUT_SECONDS} seconds"
    elif isinstance(fault, requests.RequestException):
        why = f"{urlsplit(file.address).netloc} could not be reached ({type(fault).__name__}); is there a network?"
    elif isinstance(fault, OSError):
        why = f"it could not be written to {path.parent.name}/ in the data folder ({fault.strerror or fault})"
    else:
        why = "what came has another sha256 than data/sources.csv lists; it was deleted and is not used"
    left = " A file of another sha256 lies in its place; it is not used." if path.exists() else ""
    return f"{file.source}/{file.file}: {why}.{left}"
