"""Work on a company's frames in one process beside the one that makes them; Ctrl-C and a lost process end it cleanly."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from importlib import import_module
from typing import Any

MOST_WAITING = 4
"""Frames that wait for the other process; with more, the one that makes them waits."""

Later = Callable[[], Any]
"""Gives the result of a piece of work, once it is there."""
Give = Callable[..., Later]
"""From a function and what it takes to its result later."""


def at_once(work: Callable[..., Any], *given: Any) -> Later:
    """The result now, in this process."""
    found = work(*given)
    return lambda: found


@contextlib.contextmanager
def beside(module: str) -> Iterator[Give]:
    """Give work to another process, which imports `module` first; where there is one processor only, do it at once.

    Raises
    ------
    BrokenProcessPool
        By a result, if the other process ended without a word.
    """
    if (os.cpu_count() or 1) < 2:
        yield at_once
        return
    waiting: set[Future[Any]] = set()
    context = multiprocessing.get_context("spawn")  # a fork would take the engine's threads with it
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin) as pool:

        def give(work: Callable[..., Any], *given: Any) -> Later:
            nonlocal waiting
            if len(waiting) >= MOST_WAITING:
                waiting = wait(waiting, return_when=FIRST_COMPLETED).not_done
            try:
                future = pool.submit(work, *given)
            except BrokenProcessPool as fault:
                return _failing(fault)
            waiting.add(future)
            return future.result

        try:
            pool.submit(import_module, module).add_done_callback(Future.exception)
            yield give
        except BaseException:  # nobody waits for what is still to come
            for process in list((pool._processes or {}).values()):
                process.kill()
            raise


def _failing(fault: BrokenProcessPool) -> Later:
    def later() -> Any:
        raise fault

    return later


def _begin() -> None:
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives the work
