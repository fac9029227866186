"""What a command ends with: a mistake, a fault in a file or a full disk is one plain paragraph and an exit code of its own."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.core import stopping
from analysis.core.errors import (
    EXIT_DATA_FAULT,
    EXIT_NOT_WRITTEN,
    EXIT_STOPPED,
    EXIT_USER_MISTAKE,
    DataFault,
    UserMistake,
)

NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)
"""No room left, or no right to read or write: the machine's fault, not the code's."""


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn what the work inside ends with into words and an exit code; a fault of the code passes through.

    Raises
    ------
    SystemExit
        With 2 for a user's mistake, 6 for a file that is not what it should be, 7 for a disk, 130 for Ctrl-C.
    """
    try:
        yield
    except (Exception, KeyboardInterrupt, SystemExit) as ended:
        by_hand = isinstance(ended, KeyboardInterrupt) or getattr(ended, "code", None) == EXIT_STOPPED
        words, code = _words(ended), EXIT_STOPPED
        if words:
            text, code = words
        elif by_hand or stopping.asked():  # whatever the work broke off with: it was asked to
            text = "Stopped. What is written is whole; the same command goes on from there."
        else:
            raise
        sys.stderr.write(f"{text}\n")
        raise SystemExit(code) from None


def _words(ended: BaseException) -> tuple[str, int] | None:
    if isinstance(ended, UserMistake):
        return f"Error: {ended}", EXIT_USER_MISTAKE
    if isinstance(ended, DataFault):
        return f"Error: {ended}", EXIT_DATA_FAULT
    if isinstance(ended, OSError) and ended.errno in NOT_WRITTEN and not stopping.asked():
        return (
            f"Error: {ended.strerror}: {ended.filename or 'a file'}. Make room, or take another place.",
            EXIT_NOT_WRITTEN,
        )
    return None
