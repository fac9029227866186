"""How a public file becomes a source: found, read once and held to what is documented of it, made into frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zipfile import ZipFile

import pandas as pd

from analysis.core.errors import DataFault, FrameUnavailable
from analysis.frames import Context, Frame, spec
from analysis.sources.base import Answer, Source

T = TypeVar("T")


def package_file(package: str, folder: str, *files: str) -> tuple[Path, ...]:
    """Return the paths of data files in a folder of an installed package, without importing the package.

    Raises
    ------
    FrameUnavailable
        If the package or a file is not installed; says how to get it.
    """
    from importlib.util import find_spec

    spec = find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    found = []
    for file in files:
        path = next((path for place in places if (path := Path(place) / folder / file).exists()), None)
        if path is None:
            raise FrameUnavailable(
                f"The file {folder}/{file} of the Python package '{package}' is not installed; run `make setup` to install it."
            )
        found.append(path)
    return tuple(found)


def read_csv(path: Path, *, member: str = "", **options: Any) -> pd.DataFrame:
    """The file as it stands, or the `member` of an archive whose name ends so; options as of pandas."""
    if member:
        with (
            ZipFile(path) as archive,
            archive.open(next(n for n in archive.namelist() if n.endswith(member))) as handle,
        ):
            return pd.read_csv(handle, **options)
    return pd.read_csv(path, **options)


def load_once(
    files: Callable[[], tuple[Path, ...]],
    read: Callable[..., T],
    check_facts: Callable[..., None],
    process: Callable[..., T] | None = None,
) -> Callable[[], T]:
    """A function that reads a source's files, asserts what is documented of them, and reads no more in this process.

    Parameters
    ----------
    files : callable
        The source's files.
    read : callable
        From their paths to one table, or a tuple of several.
    check_facts : callable
        Raises DataFault where one of the tables is not what its documentation says.
    process : callable
        Makes of the checked table what builders start from; None: the table itself.
    """

    @cache
    def load() -> T:
        raw = read(*files())
        check_facts(*(raw if isinstance(raw, tuple) else (raw,)))
        return process(raw) if process else raw

    return load


class Framed:
    """A frame of a public file.

    Parameters
    ----------
    table : callable
        From what the source reads (one table, or several as arguments) to the frame's columns; if not given, it reads them so.
    **words
        Fields in which the frame's context differs from the source's.
    """

    def __init__(self, table: Callable[..., pd.DataFrame] = lambda table: table, **words: Any) -> None:
        self.table, self.words = table, words


def public(
    name: str,
    context: Context,
    *,
    builders: Mapping[str, Framed | Callable[[], Frame]],
    load: Callable[[], Any] = tuple,
    delivery: str = "download",
    **rest: Any,
) -> Source:
    """A public data set as a source, under the title and of the kind that its context names.

    Parameters
    ----------
    builders : mapping
        Frame key to what makes the frame: `Framed`, of what `load` reads, or a function that returns it.
    load : callable
        Reads the files, one table or several; called when a frame is built.
    **rest
        Other fields of `Source`.
    """

    def built(key: str, build: Framed) -> Callable[[], Frame]:
        about = replace(context, **build.words)

        def make() -> Frame:
            read = load()
            table = build.table(*read) if isinstance(read, tuple) else build.table(read)
            return spec(key.split("/")[0]).check(table, about)

        return make

    made = {key: built(key, build) if isinstance(build, Framed) else build for key, build in builders.items()}
    return Source(name=name, title=context.source, kind=context.kind, delivery=delivery, builders=made, **rest)


def one_rate(industry: str, firm: str, period: str, n_start: int, n_lost: int, years: float = 1.0) -> pd.DataFrame:
    """Columns of frame ``churn_rates``: one firm's customers at the start of one period, and those it lost."""
    row = {"industry": industry, "firm": firm, "period": period, "n_start": n_start, "n_lost": n_lost, "years": years}
    return pd.DataFrame([row])


def answers_on(frame: str, *quantities: str, doubt: str = "") -> tuple[Answer, ...]:
    """One answer a quantity, all from the same frame."""
    return tuple(Answer(frame, {"quantity": quantity}, doubt) for quantity in quantities)


def require_fact(source: str, fact: str, expected: object, found: object) -> None:
    """Raise DataFault unless a documented fact about a file holds.

    Examples
    --------
    >>> require_fact("cdnow", "rows", 3, 3)
    >>> require_fact("cdnow", "rows", 3, 4)
    Traceback (most recent call last):
        ...
    analysis.core.errors.DataFault: Source 'cdnow' documents rows = 3, but the file has 4. Do not use this copy; fetch the \
documented one.
    """
    if expected != found:
        raise DataFault(
            f"Source '{source}' documents {fact} = {expected}, but the file has {found}. "
            "Do not use this copy; fetch the documented one."
        )
