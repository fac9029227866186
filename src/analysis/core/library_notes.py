"""What libraries warn of while a number is made, as notes in plain words: their warnings would print paths on the page."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

PLAIN = (
    (r"singleton", "units or groups seen only once took no part"),
    (r"rank.deficient|collinear|multicollinearity", "columns that others make up took no part"),
    (r"converge|iterations", "a fit had not settled"),
    (r"separation|separated", "some groups had the outcome always or never"),
    (r"overflow|divide by zero|invalid value|underflow", "some numbers ran out of range on the way"),
)
"""What a library's message matches, and what it means to a reader; the first that fits is taken."""

_FOR_PROGRAMMERS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)

_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.+-]+){2,}[/\\]?")


@contextmanager
def collected() -> Iterator[list[str]]:
    """Collect warnings as notes instead of letting them be printed; each note once, in the order of the warnings.

    Warnings that speak to programmers (deprecation, changes to come) are no notes.

    Examples
    --------
    >>> with collected() as notes:
    ...     warnings.warn("2 singleton fixed effects dropped from /home/me/tool.py", UserWarning)
    ...     warnings.warn("Use another name", DeprecationWarning)
    >>> notes
    ['units or groups seen only once took no part']
    """
    notes: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield notes
    for warning in caught:
        if issubclass(warning.category, _FOR_PROGRAMMERS):
            continue
        note = in_plain_words(str(warning.message))
        if note not in notes:
            notes.append(note)


def shown_plainly() -> None:
    """From now on, let this process print warnings that nobody collects as notes in plain words, each once.

    A page may call any library by any way, and what Python prints of a warning names the file that raised it.
    """
    told: set[str] = set()

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        note = in_plain_words(str(message))
        if note not in told and not issubclass(category, _FOR_PROGRAMMERS):
            told.add(note)
            (file or sys.stdout).write(f"Note: {note}.\n")

    warnings.showwarning = show


def in_plain_words(message: str) -> str:
    """Return what a library's message means, or its first line without paths where nothing here knows it.

    Examples
    --------
    >>> in_plain_words("The design matrix is rank-deficient.")
    'columns that others make up took no part'
    >>> in_plain_words("odd input in /opt/tool/lib/x.py")
    'a library noted: odd input in (a file)'
    """
    for pattern, note in PLAIN:
        if re.search(pattern, message, re.IGNORECASE):
            return note
    lines = message.strip().splitlines() or [""]
    return f"a library noted: {_PATH.sub('(a file)', lines[0]).strip()}"
