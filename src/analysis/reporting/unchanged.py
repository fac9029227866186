"""A run with nothing to do, answered from what the last one wrote down: no plan is made, and nothing heavy is imported.

A run after which everything is made writes beside the state of its pages which files its plan was made from, a hash over
what `os.stat` says of them, and what to say next time. If the next run of the same command finds the same hash,
the same packages and the same state, it says that; if anything differs, or cannot be read, the usual plan is made.

A file that was edited as the run began, or just before, is not trusted: an edit within the same tick of the clock would not
show. What the run itself wrote, and a plan reads, is compared by content. A file put back with the same size, times and
number as before but other content is the one thing that is not seen; ``--force`` is for that.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.cache.source_code import PACKAGE, short_hash
from analysis.cache.store import environment
from analysis.core import paths
from analysis.core.whole_files import write_private

STATE_FOLDER = ".state"
"""Below a folder of reports: what is on record about them."""
OURS = "unchanged-"
"""How the names of the files begin that are written here."""
TICK_NS = 2_000_000_000
"""The coarsest clock of a file system that is known (FAT)."""

Seen = tuple[str | int, ...]
"""Path, size, time of content, time of change and number of a file; of one that is not there the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The files and folders that a plan is made from.

    Attributes
    ----------
    trees, folders : tuple of str
        Folders with all files below them, and such of which only the files directly in them matter.
    files : tuple of str
        Single files, whether they are there or not; or a folder itself, whose time tells that a file came and went.
    """

    trees: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def seen(self) -> list[Seen]:
        """What is there now, in a fixed order."""
        trees = (one for place in self.trees for one in _below(place, deep=True))
        folders = (one for place in self.folders for one in _below(place, deep=False))
        return [*trees, *folders, *map(_looked_at, self.files)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a run with nothing to do says and ends with."""

    lines: tuple[str, ...]
    status: int


class LastTime:
    """What the last run of a command left behind for the next one.

    Parameters
    ----------
    words : sequence of str
        The command as typed: but for ``--force``, other words or another order of them are another command.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._began = time.time_ns()
        asked = _hash([*(word for word in words if word != "--force"), os.getcwd(), str(paths.REPORTS)])
        self._forced = "--force" in words
        self._file = _folder_of(words).absolute() / STATE_FOLDER / f"{OURS}{asked}.json"
        whereabouts = (PACKAGE, paths.ROOT, paths.NOTEBOOKS, paths.data_dir().absolute(), os.path.expanduser("~"))
        self._around = _hash([environment(), sys.path, *map(str, whereabouts)])
        self._places: Places | None = None
        self._before = ""

    def answer(self) -> Answer | None:
        """What to say if nothing has changed; None if anything has, if the record cannot be read, or with ``--force``."""
        if self._forced:
            return None
        try:
            stored = json.loads(self._file.read_bytes())
            same = (
                stored["around"] == self._around
                and stored["seen"] == _hash(Places(**stored["places"]).seen())
                and stored["pages"] == _pages(Path(stored["output"]))
            )
            return Answer(lines=tuple(stored["lines"]), status=int(stored["status"])) if same else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def look(self, places: Places | None) -> None:
        """Look at the files that the plan will be made from, before it is made; None where they cannot all be listed."""
        with contextlib.suppress(OSError):
            self._file.unlink()
        self._places, seen = places, places.seen() if places else []
        young = any(isinstance(when, int) and when >= self._began - TICK_NS for _, *of in seen for when in of[1:3])
        self._before = "" if young else _hash(seen)

    def keep(self, output: Path, answer: Answer, *, settled: Callable[[], bool]) -> None:
        """Write down what the next run is to say, and what had been there before this one: an edit meanwhile differs from it.

        Parameters
        ----------
        output : Path
            Folder of the reports.
        answer : Answer
        settled : callable
            Whether a plan made now would find nothing to do. Asked after the pages' state was looked at: another run may
            be writing it.
        """
        if not self._places or not self._before:
            return
        with contextlib.suppress(OSError):  # it saves time and nothing else
            pages = _pages(output)
            if not settled():
                return
            found = {"around": self._around, "seen": self._before, "pages": pages, "output": str(output.absolute())}
            content = json.dumps(found | {"places": asdict(self._places)} | asdict(answer))
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_private(self._file, content.encode())


def _folder_of(words: Sequence[str]) -> Path:
    """Folder of reports that a command names; where it names none, or own tables do, that of all reports."""
    for word, next_one in zip(words, (*words[1:], ""), strict=True):
        if word.startswith("--output"):
            return Path(word.partition("=")[2] or next_one)
    return paths.REPORTS


def _pages(output: Path) -> str:
    """Hash over the pages as they lie there, and over the content of what is on record about them."""
    states = output.absolute() / STATE_FOLDER
    names = sorted(name for name in os.listdir(states) if not name.startswith(OURS))  # drafts left behind are folders
    seen = Places(folders=(str(output.absolute()),), files=tuple(str(states / name) for name in names)).seen()
    records = [states / name for name in names if name.endswith((".json", ".code", ".txt"))]
    return _hash([seen, *(short_hash(one.read_bytes()) for one in records)])


def _below(folder: str, *, deep: bool) -> Iterator[Seen]:
    for place, folders, names in os.walk(folder, followlinks=True):
        yield from (_looked_at(os.path.join(place, name)) for name in sorted(names))
        folders[:] = sorted(name for name in folders if name != "__pycache__") if deep else []


def _looked_at(path: str) -> Seen:
    try:
        found = os.stat(path)
    except OSError:
        return (path,)
    return (path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _hash(content: Iterable[object]) -> str:
    return short_hash(json.dumps(list(content)).encode())
