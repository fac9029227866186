"""Where a long step is: a line that changes on a terminal, elsewhere a plain line for each step that takes its time."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from analysis.core import stopping

if TYPE_CHECKING:
    from rich.status import Status

PATIENCE_SECONDS = 2.0
"""A step that is over sooner is not told where lines stay."""


class Whereabouts:
    """Called with each step as it begins; Ctrl-C ends the work between two steps at the latest.

    Parameters
    ----------
    stream : text stream
        None: standard error, so that what a command prints can be piped.
    patience : float
        Seconds.
    """

    def __init__(self, stream: TextIO | None = None, patience: float = PATIENCE_SECONDS) -> None:
        self._stream = stream or sys.stderr
        self._patience = patience
        self._status: Status | None = None
        self._timer: threading.Timer | None = None

    def __call__(self, step: str) -> None:
        """Begin a step, in words ("frame 3 of 41: spells").

        Raises
        ------
        KeyboardInterrupt
            If Ctrl-C came.
        """
        stopping.require_not_asked()
        self._end_timer()
        if self._stream.isatty():
            self._status = self._status or self._started()
            self._status.update(step)
            return
        self._timer = threading.Timer(self._patience, self._write, (step,))
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Whereabouts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end_timer()
        if self._status:
            self._status.stop()

    def _started(self) -> Status:
        from rich.console import Console

        status = Console(file=self._stream, markup=False, highlight=False).status("")
        status.start()
        return status

    def _end_timer(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _write(self, step: str) -> None:
        self._stream.write(f"  {step}\n")
        self._stream.flush()
