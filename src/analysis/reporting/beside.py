"""Work on a company's frames in one process beside this one; Ctrl-C and a lost process end it cleanly."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.context import BaseContext
from typing import Any

MOST_WAITING = 32
"""Frames that wait for the other process; with more, the one that makes them waits."""

AHEAD = 2
"""Pieces of shared work that the other process has at a time: one that it does, one that waits."""

Later = Callable[[], Any]
"""Gives the result of a piece of work, once it is there."""


@dataclass(frozen=True, slots=True)
class Done:
    """A result that is there already; unlike one that is still to come, it can be sent to another process."""

    found: Any

    def __call__(self) -> Any:
        return self.found


class Give:
    """Called with a function and what it takes, it returns the result later; this one does the work at once, in this process."""

    there = False
    """Whether another process does the work."""

    def __call__(self, work: Callable[..., Any], *given: Any) -> Later:
        return Done(work(*given))

    def share(
        self, keys: Sequence[str], here: Callable[[str], Any], there: Callable[..., Any], *given: Any
    ) -> Callable[[], dict[str, Later]]:
        """Begin with `there(key, *given)` in the other process; what is returned does `here(key)`, which must come to the same,
        for all keys that are left, and gives the results of all."""
        return lambda: {key: self(here, key) for key in keys}


at_once = Give()


class _Other(Give):
    there = True

    def __init__(self, pool: ProcessPoolExecutor, modules: Sequence[str]) -> None:
        self._pool = pool
        self._waiting: set[Future[Any]] = set()
        self._idle = deque(modules)
        self._import_next()

    def stop_importing(self) -> None:
        """Import nothing more."""
        self._idle.clear()

    def _import_next(self, done: Future[Any] | None = None) -> None:
        """Let the other process import until there is work for it: work imports what it needs.

        Not once its process has ended: the pool says so under a lock that beginning with the next would wait for, for ever
        (since Python 3.12).
        """
        if done is not None and isinstance(done.exception(), BrokenProcessPool):
            return
        with contextlib.suppress(IndexError, RuntimeError):  # nothing is left; the pool was shut down
            future = self._pool.submit(import_module, self._idle.popleft())
            future.add_done_callback(Future.exception)
            future.add_done_callback(self._import_next)

    def __call__(self, work: Callable[..., Any], *given: Any) -> Later:
        self.stop_importing()
        if len(self._waiting) >= MOST_WAITING:
            self._waiting = wait(self._waiting, return_when=FIRST_COMPLETED).not_done
        try:
            future = self._pool.submit(work, *given)
        except BrokenProcessPool as fault:
            return _failing(fault)
        self._waiting.add(future)
        return future.result

    def share(
        self, keys: Sequence[str], here: Callable[[str], Any], there: Callable[..., Any], *given: Any
    ) -> Callable[[], dict[str, Later]]:
        """The other process begins with the last key, this one with the first, until they meet: what neighbours have in common
        is made once."""
        left, given_away, lock = deque(keys), dict[str, Future[Any]](), threading.Lock()

        def give_last(done: Future[Any] | None = None) -> None:
            if done is not None and done.exception() is not None:
                return  # what is left is done here
            with lock:
                if not left:
                    return
                try:
                    future = self._pool.submit(there, left[-1], *given)
                except BrokenProcessPool:
                    return
                given_away[left.pop()] = future
            future.add_done_callback(give_last)  # not under the lock: what is done already is called back at once

        def rest() -> dict[str, Later]:
            found: dict[str, Later] = {}
            while True:
                with lock:
                    key = left.popleft() if left else None
                if key is None:
                    return found | {key: _or_here(future, here, key) for key, future in given_away.items()}
                found[key] = at_once(here, key)

        for _ in range(AHEAD):
            give_last()
        return rest


@contextlib.contextmanager
def beside(*modules: str, context: BaseContext | None = None) -> Iterator[Give]:
    """Give work to another process; where there is one processor only, do it at once.

    Parameters
    ----------
    *modules : str
        What it imports, one after the other, while it has nothing to do.
    context : multiprocessing context
        None: a process from nothing, since a fork would take the engine's threads with it.

    Raises
    ------
    BrokenProcessPool
        By a result, if the other process ended without a word.
    """
    if (os.cpu_count() or 1) < 2:
        yield at_once
        return
    with ProcessPoolExecutor(1, mp_context=context or multiprocessing.get_context("spawn"), initializer=_begin) as pool:
        other = _Other(pool, modules)
        try:
            yield other
        finally:  # nobody waits for what is still to come, nor for a process to take itself apart
            other.stop_importing()
            for process in list((pool._processes or {}).values()):
                process.kill()


def _failing(fault: BrokenProcessPool) -> Later:
    def later() -> Any:
        raise fault

    return later


def _or_here(future: Future[Any], here: Callable[[str], Any], key: str) -> Later:
    """What the other process gave; if it failed or ended without a word, this one does the work, or says why not."""

    def later() -> Any:
        try:
            return future.result()
        except Exception:
            return here(key)

    return later


def _begin() -> None:
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the work
