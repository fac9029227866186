"""Ctrl-C that is heard: a query of DuckDB does not look for it, and takes it for a mistake of its own where it does.

SIGTERM, by which a scheduler or a closed session ends a command, counts as Ctrl-C: what it left lying about would hold rows.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import weakref
from collections.abc import Iterator
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
AGAIN_SECONDS = 0.2
"""A query that begins after Ctrl-C is broken off too."""

_connections: list[weakref.ref[Any]] = []
_asked, _over, _put_off = threading.Event(), threading.Event(), threading.Event()


def interrupt_on_stop(connection: Any) -> None:
    """Let Ctrl-C break off what runs on ``connection.con``, a connection of DuckDB, for as long as it lives."""
    _connections[:] = [known for known in _connections if known() is not None]
    _connections.append(weakref.ref(connection))


def asked() -> bool:
    """Whether Ctrl-C came, or one of the signals."""
    return _asked.is_set()


def require_not_asked() -> None:
    """Raise KeyboardInterrupt if Ctrl-C came: to be called between steps of long work.

    Raises
    ------
    KeyboardInterrupt
        Though another error was raised, and taken for one of the data, when Ctrl-C came.
    """
    if _asked.is_set():
        raise KeyboardInterrupt


@contextlib.contextmanager
def put_off() -> Iterator[None]:
    """Raise for Ctrl-C at the end only: in the middle of importing the engine, which is C++, an exception aborts the process.

    Raises
    ------
    KeyboardInterrupt
        At the end, if Ctrl-C came meanwhile and a command hears it.
    """
    before = asked()
    _put_off.set()
    try:
        yield
    finally:
        _put_off.clear()
    if not before:
        require_not_asked()


@contextlib.contextmanager
def heard() -> Iterator[None]:
    """Hear Ctrl-C while a command runs, in the main thread; elsewhere, and where nobody is to hear it, change nothing."""
    ignored = [one for one in SIGNALS if signal.getsignal(one) is signal.SIG_IGN]
    if threading.current_thread() is not threading.main_thread() or len(ignored) == len(SIGNALS):
        yield
        return
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    _asked.clear()
    _over.clear()
    usual = (signal.SIG_DFL, signal.default_int_handler)
    handlers = {one: handler for one in SIGNALS if (handler := signal.getsignal(one)) in usual}
    for one in handlers:
        signal.signal(one, _hear)
    threading.Thread(target=_listen, args=(ours,), daemon=True).start()
    try:
        yield
    finally:
        _over.set()
        signal.set_wakeup_fd(before)
        for one, handler in handlers.items():
            signal.signal(one, handler)
        theirs.close()


def _hear(number: int, frame: FrameType | None) -> None:
    """A query may ask for signals before the thread that listens has its turn: what it raises then is no error of the data."""
    _asked.set()
    if not _put_off.is_set():
        signal.default_int_handler(number, frame)


def _listen(ours: socket.socket) -> None:
    with ours:
        while not set(came := ours.recv(64)) & set(SIGNALS):
            if not came:
                return
    _asked.set()
    while not _over.wait(AGAIN_SECONDS):
        for known in list(_connections):
            connection = known()
            if connection is not None:
                with contextlib.suppress(Exception):  # closed meanwhile
                    connection.con.interrupt()
